/* CapOverlapped: what a fold's network says of patches in which a nodule and
 * another structure lie over each other, kept as a table in the fold's folder.
 *
 * The protocol, the same for every network and fixed beforehand: the fold's
 * network goes on training for 6,000 overlapping patches (or as many as its
 * configuration draws in all) of the patients outside the fold, with the margin
 * loss of its two classes alone, each of which may be there or not; then it is
 * asked about 1,000 of the fold's patients. A class counts as recognised from
 * one half on. Networks whose classes are logits have each of them squashed to
 * 0 … 1 apart for this. */
#pragma once

#include "models/study/study.h"

typedef struct {
  int fold;
  char *key, *patient; /* of the first layer; owned */
  char *second;        /* patient of the second; owned */
  gboolean nodule, other;
  double p[2]; /* of the nodule, and of the other structure */
} CapOverlapped;

/* Trains and asks MODEL's FOLD unless that is kept already. A CapStudyStep. */
gboolean cap_overlapped_run(const CapStudyModel *model, int fold,
                            const CapProgress *progress, GError **error);
/* The rows of all reported folds, in the order of the draws. Returns a
 * GPtrArray of CapOverlapped; NULL with CAP_ERROR_NO_INPUT or CAP_ERROR_DATA.
 */
GPtrArray *cap_overlapped_read(const CapStudy *study,
                               const CapStudyModel *model, GError **error);
