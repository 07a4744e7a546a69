/* CapMeasurement: what a reader measures by hand. It lies in the patient, not
 * on an image, so every view can show where it is. */
#pragma once

#include "core/image/slice.h"

#define CAP_MEASUREMENT_MAX_ENDS 4

typedef enum {
  CAP_MEASURE_LENGTH,   /* two ends */
  CAP_MEASURE_AXES,     /* of the long axis, then of the short one across it */
  CAP_MEASURE_ELLIPSE,  /* of its two axes, which halve each other */
  CAP_MEASURE_ANGLE,    /* one arm, the vertex, the other arm */
  CAP_MEASURE_FREEHAND, /* no ends but an outline, see freehand.h */
  CAP_N_MEASURE_KINDS
} CapMeasureKind;

typedef struct {
  int id; /* from 1, never used again in the same review */
  CapMeasureKind kind;
  char *tracking_uid; /* that follows it through reports; "": none yet */
  char *name;         /* the reader's; "" when there is none */
  CapPoint ends_mm[CAP_MEASUREMENT_MAX_ENDS]; /* patient LPS */
  GArray *outline_mm; /* of CapPoint: that of FREEHAND, else empty; owned */
  /* Worked out from these points; 0 where the kind has none. */
  double long_mm, short_mm, mean_diameter_mm; /* a length is LONG_MM */
  double angle_deg;                           /* 0 … 180 */
  double area_mm2;
  unsigned unknown; /* CapUnknown bits (unit.h) of the volume: of what numbers
                       are not in HU, or not in mm but in pixels */
  int n_voxels;     /* that the HU are of */
  double hu_mean, hu_sd, hu_min, hu_max;
  int source_slice; /* index of the slice nearest to its middle */
  char *sop_uid;    /* of that slice; "" when unknown */
} CapMeasurement;

CapMeasurement *cap_measurement_new(CapMeasureKind kind);
CapMeasurement *cap_measurement_copy(const CapMeasurement *measurement);
void cap_measurement_free(CapMeasurement *measurement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapMeasurement, cap_measurement_free)

int cap_measurement_n_ends(CapMeasureKind kind);
/* The kind is a region, which holds voxels, rather than lines. */
gboolean cap_measure_is_region(CapMeasureKind kind);
/* The points that it is drawn by: its ends, or its outline. Borrowed. */
const CapPoint *cap_measurement_points(const CapMeasurement *measurement,
                                       int *n);
/* The plane that all points of MEASUREMENT lie on in VOLUME and its INDEX
 * there, from 0: the first of axial, coronal and sagittal. FALSE: oblique. */
gboolean cap_measurement_plane(const CapMeasurement *measurement,
                               const CapVolume *volume, CapPlane *plane,
                               int *index);
/* Both are drawn by the same points. */
gboolean cap_measurement_lies_like(const CapMeasurement *a,
                                   const CapMeasurement *b);
/* Halfway between its points. */
CapPoint cap_measurement_middle(const CapMeasurement *measurement);
/* No two ends of a line, and no two lines, fall together, no outline crosses
 * itself: there is something to measure. */
gboolean cap_measurement_is_sound(const CapMeasurement *measurement);

/* Works everything out on VOLUME (borrows). Ends and results are rounded to the
 * four decimals with which they are kept, so that what is shown is what will be
 * read back. */
void cap_measurement_work_out(CapMeasurement *measurement,
                              const CapVolume *volume);

/* JSON words; static. */
const char *cap_measure_kind_name(CapMeasureKind kind);
/* The reverse; FALSE when WORD is none of them. */
gboolean cap_measure_kind_parse(const char *word, CapMeasureKind *kind);
