/* One evaluated scan: what the readers said, what the detector said, how the
 * two meet. Written as one file, so that a case is there in full or not at all.
 *
 * The file is all that a report needs: no image is opened again. */
#pragma once

#include "core/measure/finding.h"

#define CAP_EVAL_CASE_VERSION 2

typedef struct {
  CapPoint center_mm;
  double diameter_mm; /* of the sphere of the consensus volume, or as the table
                         says; negative: unknown */
  double volume_mm3;  /* NAN when there are no outlines */
  gboolean excluded;  /* marks on it count neither way */
  int n_readers;      /* 0 unknown */
  double malignancy_median, malignancy_mean; /* NAN unrated */
  double attribute_means[CAP_N_ATTRIBUTES];  /* NAN unrated */
  int hit_by;    /* index of the best mark on it, -1 */
  double dice;   /* of the mark's mask with the consensus; NAN */
  char *picture; /* PNG in base64 of a missed nodule; NULL */
} CapEvalTruth;

typedef struct {
  CapPoint center_mm;
  double probability;
  double malignancy_expected, malignancy_probability;
  double diameter_mm, volume_mm3;
  double attributes[CAP_N_ATTRIBUTES]; /* expected levels */
  char *picture; /* of a confident mark on nothing; NULL */
} CapEvalMark;

typedef struct {
  char *series_uid, *patient;
  char *weights_sha256, *settings; /* what made it; the same in all of a run */
  char *software;
  char *input_hash; /* SHA-256 over the input's files */
  int error_code;   /* CapErrorCode; 0: evaluated */
  char *error_text; /* "" when evaluated */
  int slices;
  double spacing_mm[3];
  GPtrArray *sop_uids; /* of char *: the DICOM images that the voxels came from,
                          each once, in order of slices; empty for a volume file
                          and for a failed case */
  GPtrArray *truths;   /* of CapEvalTruth */
  GPtrArray *marks;    /* of CapEvalMark, most probable first */
  GPtrArray *notes;    /* of char * */
  GPtrArray *warnings; /* of char *: file, line and what was done about it */
} CapEvalCase;

CapEvalTruth *cap_eval_truth_new(void);
void cap_eval_truth_free(CapEvalTruth *truth);
CapEvalMark *cap_eval_mark_new(void);
CapEvalCase *cap_eval_case_new(const char *series_uid, const char *patient);
void cap_eval_case_free(CapEvalCase *eval);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapEvalCase, cap_eval_case_free)

/* Fills hit_by of the truths by LUNA16's rule (core/stats/froc.h). */
void cap_eval_case_match(CapEvalCase *eval);
/* CapFrocFate of each mark by the same rule. Returns. */
guint8 *cap_eval_case_fates(const CapEvalCase *eval);

/* SHA-256 in hex over the SOP instance UIDs, a line feed after each; ""
 * without. The case file lists them all: who repeats a run compares or fetches
 * images one by one, and a list is small beside the marks. A table of cases and
 * a paper name each scan's images by number and this digest, which anybody can
 * work out from a list, in any language. input_hash does not say the same: it
 * covers every byte below the case's folder, so another transfer syntax or a
 * stray file changes it while the images are the same ones. Returns. */
char *cap_eval_case_images_hash(const CapEvalCase *eval);

/* FOLDER/SERIES_UID.json, characters that do not belong in a name replaced. */
char *cap_eval_case_path(const char *folder, const char *series_uid);
/* By rename. FALSE with CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_eval_case_save(const CapEvalCase *eval, const char *path,
                            GError **error);
/* NULL with CAP_ERROR_NO_INPUT or CAP_ERROR_DATA. */
CapEvalCase *cap_eval_case_load(const char *path, GError **error);
/* TRUE when both were made with the same weights, settings and version. */
gboolean cap_eval_case_same_run(const CapEvalCase *a, const CapEvalCase *b);
