/* The phantom: a synthetic chest CT with nodules whose place, size and kind are
 * known.
 *
 * Anatomy is a set of signed distance fields and branching tubes drawn from one
 * seed; scanning adds partial volume, the reconstruction kernel and correlated
 * noise. The same options give the same bytes whatever the thread count. */
#pragma once

#include "core/image/mask.h"
#include "core/image/volume.h"
#include "core/progress.h"

typedef enum {
  CAP_PHANTOM_SOLID,
  CAP_PHANTOM_PART_SOLID,
  CAP_PHANTOM_GROUND_GLASS,
  CAP_PHANTOM_CALCIFIED,
  CAP_PHANTOM_SPICULATED,
  CAP_PHANTOM_LOBULATED,
  CAP_PHANTOM_JUXTAPLEURAL,
  CAP_PHANTOM_JUXTAVASCULAR,
  CAP_PHANTOM_N_KINDS,
} CapPhantomKind;

/* One nodule asked for. */
typedef struct {
  CapPhantomKind kind;
  double diameter_mm; /* 2 … 40 */
} CapPhantomRequest;

typedef struct {
  gint64 seed;
  int size;         /* columns and rows, 64 … 1024; default 512 */
  int slices;       /* 16 … 1200; default 240 */
  double pixel_mm;  /* 0: the body fits the field of view */
  double slice_mm;  /* 0: the slices cover the lungs (300 mm or so) */
  double noise_hu;  /* standard deviation in the body; < 0: by the seed */
  GArray *requests; /* of CapPhantomRequest, borrowed; NULL: one of each
                       kind, sizes by the seed, and three below 3 mm */
} CapPhantomOptions;

/* What is known of one nodule of the phantom. */
typedef struct {
  CapPhantomKind kind;
  CapPoint center_mm; /* patient LPS: centroid of its true volume */
  double diameter_mm; /* of the sphere of the same volume */
  double volume_mm3;  /* true volume, not counted in voxels */
  double hu;          /* density of its body; of the ground-glass part when
                         part-solid */
  double solid_hu;    /* density of the solid core of a part-solid nodule */
  double solid_diameter_mm; /* of that core; diameter_mm of a solid nodule; 0
                               when ground glass */
  CapMask *mask;  /* voxels whose centre lies inside; cropped; owned */
  int ratings[9]; /* LIDC levels in the order subtlety,
                     internalStructure, calcification, sphericity,
                     margin, lobulation, spiculation, texture,
                     malignancy; all 0 below 3 mm */
} CapPhantomNodule;

CapPhantomOptions cap_phantom_options_default(void);
/* FALSE with CAP_ERROR_USAGE when a number is out of its range. */
gboolean cap_phantom_options_check(const CapPhantomOptions *options,
                                   GError **error);

/* "solid", "part-solid", …; static. */
const char *cap_phantom_kind_name(CapPhantomKind kind);

/* "solid:8,ground-glass:12.5,spiculated" (a kind without a diameter gets
 * 10 mm) or a plain count ("6": that many, kinds in turn, sizes by SEED).
 * Returns an array of CapPhantomRequest; NULL with CAP_ERROR_USAGE. */
GArray *cap_phantom_parse_nodules(const char *text, gint64 seed,
                                  GError **error);

/* Makes the scan. TRUTH (may be NULL) receives a new array of
 * CapPhantomNodule with its clear function set: free with g_array_unref. A
 * nodule that finds no room is left out of both. The volume's source carries
 * UIDs derived from the options. Returns; NULL with CAP_ERROR_USAGE (an option
 * out of range), CAP_ERROR_MEMORY, CAP_ERROR_LIMIT or CAP_ERROR_CANCELLED. */
CapVolume *cap_phantom_make(const CapPhantomOptions *options, GArray **truth,
                            const CapProgress *progress, GError **error);

/* Makes the scan and writes FOLDER/dicom/, FOLDER/annotations.csv (LUNA16
 * columns; nodules of 3 mm and more) and FOLDER/annotations.xml (LIDC, four
 * reading sessions with their own variation), by temporary name and rename.
 * TRUTH as above. FALSE with the errors above, CAP_ERROR_OUTPUT (the folder is
 * not empty or cannot be made) or CAP_ERROR_WRITE; nothing is left then. */
gboolean cap_phantom_write(const CapPhantomOptions *options, const char *folder,
                           GArray **truth, const CapProgress *progress,
                           GError **error);
