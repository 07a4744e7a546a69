/* CapHost: a complete scan that gives real surroundings: nodules are set into
 * it, and its vessels, bronchi and pleura are the negatives. Annotated nodules
 * of its own are kept away from. */
#pragma once

#include "core/progress.h"
#include "core/random.h"
#include "io/lidc_xml.h"

/* How a point was come by; every kind serves positives and negatives alike. */
typedef enum {
  CAP_POINT_CANDIDATE, /* of the detector's own candidate search */
  CAP_POINT_BRIGHT,    /* local maximum of the smoothed image: vessels, hila */
  CAP_POINT_LUNG,      /* anywhere in the lungs */
  CAP_POINT_PLEURA,    /* at the lungs' border */
  CAP_N_POINT_KINDS,
} CapPointKind;

typedef struct {
  CapPoint index; /* voxel indices */
  CapPointKind kind;
  float bright_hu; /* mean HU within 3 mm */
  gboolean validation;
} CapHostPoint;

typedef struct {
  char *patient;
  CapVolume *volume;
  CapMask *lungs; /* on the whole grid of VOLUME */
  GArray *avoid;  /* of CapPoint (mm) and reach: see host.c */
  GArray *points; /* of CapHostPoint, in a fixed order */
} CapHost;

/* Takes VOLUME and LUNGS, borrows READS (may be NULL). Returns; caller frees.
 */
CapHost *cap_host_new(const char *patient, CapVolume *volume, CapMask *lungs,
                      const CapLidcReads *reads);
void cap_host_free(CapHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapHost, cap_host_free)

/* Keeps points away from a nodule at CENTER_MM (patient), RADIUS_MM and a
 * margin; for points that are added later. */
void cap_host_avoid(CapHost *host, CapPoint center_mm, double radius_mm);

/* Adds candidates of a search (patient mm) unless they lie on a nodule. */
void cap_host_add_candidates(CapHost *host, const CapPoint *points_mm, int n);

/* Adds bright, lung and pleura points of its own, N of the latter two each. */
gboolean cap_host_add_points(CapHost *host, int n, guint64 seed,
                             GError **error);

/* Marks the points of one slab along z, FRACTION of their span, as validation
 * and drops those within a patch of it, so that no voxel serves both. */
void cap_host_split(CapHost *host, double fraction);

/* Mean HU within RADIUS_MM of a voxel index. */
double cap_host_mean_hu(const CapHost *host, CapPoint index, double radius_mm);
