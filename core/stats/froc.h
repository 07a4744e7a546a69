/* Free-response ROC: how many nodules a detector finds at how many false marks
 * a scan, by the rule of the LUNA16 challenge (Setio et al., "Validation,
 * comparison, and combination of algorithms for automatic detection of
 * pulmonary nodules", Med Image Anal 2017; noduleCADEvaluationLUNA16).
 *
 * A mark hits a nodule when it lies strictly nearer to its centre than half its
 * diameter. Hits on excluded findings and further hits on one nodule count
 * neither way; a nodule counts with its best mark. */
#pragma once

#include "core/image/volume.h"

#define CAP_FROC_N_POINTS 7
/* False marks a scan at which sensitivities are reported: 1/8 … 8. */
extern const double cap_froc_points[CAP_FROC_N_POINTS];

typedef struct {
  int scan; /* 0 … n_scans − 1 */
  CapPoint center_mm;
  double diameter_mm; /* negative: not given, taken as 10 mm */
  gboolean excluded;  /* marks on it are ignored */
} CapFrocNodule;

typedef struct {
  int scan;
  CapPoint at_mm;
  double score;
} CapFrocMark;

/* What became of a mark. */
typedef enum {
  CAP_FROC_CAPPED,  /* over the cap of its scan: not looked at */
  CAP_FROC_HIT,     /* on a nodule */
  CAP_FROC_IGNORED, /* on an excluded finding */
  CAP_FROC_FALSE,
} CapFrocFate;

/* One entry of the curve. */
typedef struct {
  double score;
  int scan;
  gboolean is_nodule;
} CapFrocRecord;

typedef struct {
  int n_scans, n_nodules, n_marks;
  int n_kept;     /* marks after the cap */
  int tp, fn, fp; /* over all marks kept */
  int ignored, doubles;
  GArray *records;      /* of CapFrocRecord, highest score first */
  guint8 *fate;         /* CapFrocFate of each mark, as given */
  int *hit_by;          /* per nodule: index of its best mark, -1 when missed or
                           excluded */
  int *nodules_of_scan; /* included nodules in each scan */
} CapFroc;

/* Matches MARKS with NODULES (both borrowed). At most CAP marks a scan are
 * kept: those that score above the (CAP+1)-th (0: no cap; LUNA16 has 100).
 * Scores and positions must be finite. Returns; caller frees. */
CapFroc *cap_froc_new(const CapFrocNodule *nodules, int n_nodules,
                      const CapFrocMark *marks, int n_marks, int n_scans,
                      int cap);
void cap_froc_free(CapFroc *froc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapFroc, cap_froc_free)

/* Sensitivity at FALSE_MARKS a scan, linear between the curve's points; 0
 * without nodules. */
double cap_froc_sensitivity(const CapFroc *froc, double false_marks);
/* Sensitivities at the seven points, and their mean (the CPM). */
double cap_froc_score(const CapFroc *froc,
                      double sensitivity[CAP_FROC_N_POINTS]);

/* Band of a bootstrap over scans. */
typedef struct {
  int n_points;
  double *false_marks;       /* ascending */
  double *mean, *low, *high; /* sensitivity there */
  double cpm[2];             /* low, high */
  double sensitivity[CAP_FROC_N_POINTS][2];
} CapFrocBand;

/* Draws the scans N_SAMPLES times with replacement and takes percentiles of
 * what comes out, CONFIDENCE of it inside; the curve is given at N_POINTS
 * places, evenly on a log scale from 1/8 to 8. Depends on SEED only, not on
 * threads. Returns; caller frees. */
CapFrocBand *cap_froc_bootstrap(const CapFroc *froc, int n_samples,
                                double confidence, int n_points, guint64 seed);
void cap_froc_band_free(CapFrocBand *band);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapFrocBand, cap_froc_band_free)
