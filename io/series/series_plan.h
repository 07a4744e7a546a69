/* CapSeriesPlan: which image goes to which plane of the volume, and on what
 * grid the volume lies. Made from header facts alone, before any pixel is read.
 */
#pragma once

#include "core/image/volume.h"
#include "io/dicom/dicom_file.h"
#include "io/series/series.h"

/* One source image. */
typedef struct {
  CapDicomFile *file;         /* a reference */
  const CapDicomFrame *frame; /* inside file */
  double distance_mm;         /* along the stack's normal */
  double shift[2];            /* in-plane offset to the straight stack, pixels
                                 along columns and rows */
  gboolean absent;            /* its place is known, its pixels are not */
} CapStackPlane;

typedef enum {
  CAP_STACK_LOOSE,     /* no positions: InstanceNumber order, view only */
  CAP_STACK_EVEN,      /* every image is one plane of the volume as it is */
  CAP_STACK_RESAMPLED, /* gantry tilt or uneven steps */
} CapStackKind;

struct CapSeriesPlan {
  CapStackKind kind;
  GArray *planes;      /* of CapStackPlane, ascending along the normal */
  CapVolume grid;      /* size, spacing, origin, axes; no voxels */
  int *plane_of_slice; /* grid.slices: source plane (nearest one when
                          resampled), −1 where there is none */
  int pad[2];          /* columns and rows added before the images' own */
};

/* Plans the stack of PLANES (takes; same matrix, spacing and orientation, no
 * two at one place) and notes its irregularities in SERIES, whose slices, rows,
 * columns, spacing and plan it sets. FALSE (no error set) when the planes form
 * no volume that may be shown: not orthonormal, or over the limits. */
gboolean cap_series_plan_make(CapSeries *series, GArray *planes);
void cap_series_plan_free(CapSeriesPlan *plan);

/* Moves resampled voxels: SOURCE has one slice per plane of PLAN. TARGET is on
 * plan->grid; its voxels and valid flags are set. */
void cap_series_plan_resample(const CapSeriesPlan *plan,
                              const CapVolume *source, CapVolume *target);

GArray *cap_planes_new(void); /* drops its references when freed */
/* Appends a plane for FRAME of FILE (takes a new reference). */
void cap_planes_add(GArray *planes, CapDicomFile *file, int frame);

/* Unit normal of an orientation, PS3.3 C.7.6.2.1.1. */
CapPoint cap_plane_normal(const double orientation[6]);
/* |dot| and norms within 1e-3 of orthonormal. */
gboolean cap_plane_is_orthonormal(const double orientation[6]);

G_GNUC_PRINTF(6, 7)
void cap_series_note(CapSeries *series, int number, CapSeverity severity,
                     const char *file, const char *effect, const char *format,
                     ...);
