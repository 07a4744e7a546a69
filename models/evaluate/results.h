/* What a set of evaluated scans adds up to. */
#pragma once

#include "core/stats/agreement.h"
#include "core/stats/froc.h"
#include "core/stats/roc.h"
#include "models/evaluate/case.h"

#define CAP_EVAL_N_SIZES 4    /* below 6, 6 … 8, 8 … 15, 15 mm and more */
#define CAP_EVAL_N_TEXTURES 4 /* ground glass, part-solid, solid, unrated */
#define CAP_EVAL_N_PICTURES 12

typedef struct {
  const char *name;                  /* static */
  int nodules, found, found_at_half; /* by any mark; by one of p >= 0.5 */
} CapEvalStratum;

/* A miss or a false mark worth a look. */
typedef struct {
  char *series_uid, *picture;
  CapPoint at_mm;
  double weight; /* diameter of a miss, probability of a false mark */
} CapEvalExample;

/* Pairs of numbers that ought to agree. */
typedef struct {
  GArray *found, *readers; /* of double */
  CapAgreement agreement;
} CapEvalPairs;

typedef struct {
  char *software, *weights_sha256, *settings;
  char *inputs_sha256; /* over the input hashes in order */
  int n_cases, n_failed;
  gint64 n_images; /* SOP instances that were read */
  char *
      images_sha256; /* over each case's digest of them, in order; see case.h */
  GPtrArray *failures; /* of char *: “UID: [CAP-nnn] message” */
  GPtrArray *warnings; /* of char *: “UID: file, line and what was done” */
  int failure_code;    /* CapErrorCode of all failures; 0: none, or several */
  GString *csv;        /* cases.csv */

  /* detection */
  CapFroc *froc;
  CapFrocBand *band;
  double sensitivity[CAP_FROC_N_POINTS], cpm;
  int tp_half, fp_half; /* at a probability of 0.5 */
  CapEvalStratum sizes[CAP_EVAL_N_SIZES], textures[CAP_EVAL_N_TEXTURES];
  GPtrArray *misses, *false_marks; /* of CapEvalExample, worst first */

  /* malignancy of found nodules whose median rating is not 3 */
  GArray *malignancy, *diameter; /* of double: probability, measured mm */
  GArray *label, *group;         /* of guint8, of int (patient) */
  CapRocAuc auc, auc_diameter, auc_gain;
  double auc_bootstrap[2], auc_diameter_bootstrap[2];
  double average_precision, average_precision_diameter;
  CapRocTable table;
  CapRocCalibration calibration;

  CapEvalPairs volume, attributes[CAP_N_ATTRIBUTES], rating;
  int n_dice;
  double dice_mean, dice_min;
} CapEvalResults;

/* Adds up the case files of FOLDERS (char *, borrowed; each has cases/), in
 * order of series UID, whatever the order of folders. SEED and N_SAMPLES are
 * the bootstrap's. Refuses, with CAP_ERROR_DATA, cases of different weights,
 * settings or versions, and two different files about one series; NULL also
 * with CAP_ERROR_NO_INPUT when there is no case. Images are not needed and
 * memory grows with the marks only. Returns; caller frees. */
CapEvalResults *cap_eval_results_add_up(const GPtrArray *folders, int n_samples,
                                        guint64 seed, GError **error);
void cap_eval_results_free(CapEvalResults *results);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapEvalResults, cap_eval_results_free)

/* Full paths of the case files of FOLDERS by series (of char *); of files about
 * one series that are equal the first is kept. The same errors. */
GPtrArray *cap_eval_results_files(const GPtrArray *folders, GError **error);

/* results.json. Returns. */
char *cap_eval_results_json(const CapEvalResults *results);
