/* The capsule network's rating heads: how the rating of an attribute follows
 * the pose of the attribute's own capsule. */
#pragma once

#include "models/network.h"

/* Weights of each level's logit for the components of the pose. */
typedef struct {
  float weights[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS][CAP_POSE_DIM];
} CapAttributeHeads;

/* Those of NET; FALSE when it is none with capsules and such heads. */
gboolean cap_attribute_heads_read(const CapNetwork *net,
                                  CapAttributeHeads *heads);

/* What RATING, of attribute KIND, becomes when COMPONENT of its capsule's pose
 * grows by BY: a level's probability is multiplied by the exponential of its
 * weight times BY, since the head is linear in the pose and a softmax follows.
 * Exact for one view of the patch; where judgements are means of several, each
 * is taken to be like the mean. */
CapRating cap_attribute_heads_move(const CapAttributeHeads *heads,
                                   CapAttributeKind kind,
                                   const CapRating *rating, int component,
                                   double by);
