/* A network ready to judge: the weights file found, read and checked. */
#pragma once

#include "models/detect.h"
#include "models/reference.h"

typedef struct {
  CapNetwork *net;      /* owned; one thread at a time */
  char *path;           /* of the weights; owned */
  char *sha256;         /* of that file; owned */
  GHashTable *metadata; /* string to string, of the file; owned */
  /* What it was trained on, for CAP_DETECTOR_EXPLAINS; NULL when there is no
   * file of it beside the weights, or one that cannot be used: the error says
   * which. Owned. */
  CapReference *reference;
  GError *no_reference;
} CapDetector;

/* Where the weights are: PATH when given, else $CAPSIGHT_WEIGHTS, else those of
 * the source tree this was built in, else the installed ones. Returns; NULL
 * with CAP_ERROR_NO_INPUT that says what was tried. */
char *cap_detector_find_weights(const char *path, GError **error);

/* What is asked of the network. */
typedef enum {
  CAP_DETECTOR_JUDGES,   /* judgements of patches: every kind */
  CAP_DETECTOR_EXPLAINS, /* findings, with masks and capsules: the capsule
                            network */
} CapDetectorTask;

/* Finds the weights (PATH may be NULL) and loads the network for inference.
 * Returns; NULL with CAP_ERROR_NO_INPUT, CAP_ERROR_WEIGHTS (also when the
 * network cannot do TASK), CAP_ERROR_MEMORY. */
CapDetector *cap_detector_load(const char *path, CapDetectorTask task,
                               GError **error);
/* cap_detect with DETECTOR, named in the findings; each has its doubts where
 * there is a reference, else a note says that there is none. */
CapFindings *cap_detector_find(const CapDetector *detector,
                               const CapVolume *volume,
                               const CapDetectOptions *options,
                               const CapProgress *progress, GError **error);
/* The doubts about FINDING, which it has judged; none without a reference. */
void cap_detector_doubt(const CapDetector *detector, const CapVolume *volume,
                        CapFinding *finding);
void cap_detector_free(CapDetector *detector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapDetector, cap_detector_free)
