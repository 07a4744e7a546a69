/* CapExplainer: draws capsules with the decoder and looks for nodules like the
 * one explained, in the background. Weights and reference nodules are read with
 * the first drawing and kept.
 *
 * Signal "drawn": there is another drawing, or a reason why there is none. */
#pragma once

#include "models/attribute_heads.h"
#include "models/reference.h"
#include "ui/session/session.h"

#define CAP_EXPLAINER_SIMILAR 3

/* What there is to see; patches are 32³ HU, [z][y][x] along the finding's patch
 * axes. */
typedef struct {
  float original[CAP_PATCH_VOXELS];
  guint8 inside[CAP_PATCH_VOXELS]; /* the finding's mask: all that the decoder
                                      was trained to draw */
  float rebuilt[CAP_PATCH_VOXELS];
  int n_similar;                                    /* 0 without a reference */
  CapReferenceMatch similar[CAP_EXPLAINER_SIMILAR]; /* nearest first */
  float similar_rebuilt[CAP_EXPLAINER_SIMILAR][CAP_PATCH_VOXELS];
} CapDrawing;

#define CAP_TYPE_EXPLAINER (cap_explainer_get_type())
G_DECLARE_FINAL_TYPE(CapExplainer, cap_explainer, CAP, EXPLAINER, GObject)

/* SESSION is borrowed and must outlive it. */
CapExplainer *cap_explainer_new(CapSession *session);
/* Draws FINDING (copied) with POSE in place of its nodule capsule's. What was
 * asked before and is not begun is forgotten. */
void cap_explainer_draw(CapExplainer *explainer, const CapFinding *finding,
                        const float pose[CAP_POSE_DIM]);
/* Forgets what was drawn and what is to be. */
void cap_explainer_clear(CapExplainer *explainer);

/* All borrowed until the next "drawn". NULL while there is none. */
const CapDrawing *cap_explainer_drawing(CapExplainer *explainer);
/* NULL without one. */
const CapReference *cap_explainer_reference(CapExplainer *explainer);
/* Why nothing can be drawn, or why no nodule is compared; NULL where there is
 * no reason. */
const char *cap_explainer_fault(CapExplainer *explainer);
const char *cap_explainer_no_reference(CapExplainer *explainer);
/* How ratings follow the attributes' capsules; NULL where that is not known, or
 * the findings were judged with other weights. */
const CapAttributeHeads *cap_explainer_heads(CapExplainer *explainer);
/* One training spread of component DIMENSION of CAPSULE. */
double cap_explainer_spread(CapExplainer *explainer, int capsule,
                            int dimension);
