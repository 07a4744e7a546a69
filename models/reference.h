/* CapReference: the nodules that a network was trained on, as that network sees
 * them, with what readers said of them; and what is usual among them.
 *
 * A safetensors file beside the weights, for which alone it holds: their hash
 * is in its metadata. `capsight train CONFIG --reference WEIGHTS` makes it
 * (models/reference_make.h). It names nobody: nodules are rows. */
#pragma once

#include "models/capsnet.h"
#include "models/study/sweep.h"

/* What is known of a nodule; ratings are the readers' means, 0 where nobody
 * rated. */
enum {
  CAP_REFERENCE_DIAMETER_MM, /* the readers' */
  CAP_REFERENCE_N_READERS,
  CAP_REFERENCE_MALIGNANCY,
  CAP_REFERENCE_ATTRIBUTES,
  CAP_REFERENCE_N_FACTS = CAP_REFERENCE_ATTRIBUTES + CAP_N_ATTRIBUTES,
};

/* The terms of a logistic model of malignancy above 3: one, ln of the diameter
 * in mm, the attributes' levels. */
#define CAP_REFERENCE_N_TERMS (2 + CAP_N_ATTRIBUTES)

/* What moving a pose dimension does to a measure of what the decoder draws. */
typedef struct {
  float rho, low, high; /* Spearman's, mean over patients' nodules that were
                           not trained on; its 95 % interval */
} CapReferenceEffect;

typedef struct {
  int n;        /* nodules */
  float *poses; /* (n, 10, 16); owned */
  float *facts; /* (n, CAP_REFERENCE_N_FACTS); owned */
  float spread[CAP_N_CAPSULES][CAP_POSE_DIM]; /* standard deviations of poses */
  CapReferenceEffect effects[CAP_N_SWEEP_MEASURES][CAP_POSE_DIM];
  float terms[CAP_REFERENCE_N_TERMS];
  float limits[CAP_N_DOUBTS]; /* what 95 of 100 nodules are within; 0 for the
                                 kernel */
  char **kernels; /* that one in a hundred nodules or more have; owned */
} CapReference;

/* PATH of weights with .reference.safetensors at its end. Returns. */
char *cap_reference_path(const char *weights_path);

/* Reads PATH, which must be of the weights with that hash. Returns; NULL with
 * CAP_ERROR_NO_INPUT or CAP_ERROR_WEIGHTS. */
CapReference *cap_reference_load(const char *path, const char *weights_sha256,
                                 GError **error);
/* Writes REFERENCE, by rename, with METADATA (string to string), which must
 * have "weights_sha256". */
gboolean cap_reference_save(const CapReference *reference, GHashTable *metadata,
                            const char *path, GError **error);
void cap_reference_free(CapReference *reference);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapReference, cap_reference_free)

typedef struct {
  int index;       /* of the nodule */
  double distance; /* root mean square over all pose components, each in its
                      spread */
} CapReferenceMatch;

/* The N nodules most like CAPSULES (10), nearest first, into MATCHES; fewer
 * when there are not so many. Returns how many. */
int cap_reference_nearest(const CapReference *reference,
                          const CapCapsule *capsules, int n,
                          CapReferenceMatch *matches);

/* P(median reader rating of malignancy > 3) that the terms give for a nodule
 * with these reported attribute levels (cap_rating_level). */
double cap_reference_from_attributes(const CapReference *reference,
                                     double diameter_mm,
                                     const double levels[CAP_N_ATTRIBUTES]);
