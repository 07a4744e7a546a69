/* CapNodule: what up to four readers said about one nodule, and CapBlock: the
 * piece of CT around it.
 *
 * Ratings are LIDC-IDRI's (Armato et al., "The Lung Image Database Consortium
 * and Image Database Resource Initiative", 2011). */
#pragma once

#include "core/measure/finding.h"

typedef struct {
  char *key;          /* "LIDC-IDRI-0001_00", the file's name without .mha */
  char *patient;
  char *kernel;       /* of the scan, as its header says; "" unknown */
  int n_readers;
  double diameter_mm; /* of the sphere of the consensus volume; readers' */
  float malignancy[5]; /* share of readers per level; sums to 1, or 0 unrated */
  double malignancy_median;
  float attributes[CAP_N_ATTRIBUTES][CAP_MAX_LEVELS]; /* the same; all 0 when
                                                         unrated */
  double attribute_means[CAP_N_ATTRIBUTES];           /* NAN when unrated */
  int n_ratings[CAP_N_ATTRIBUTES + 1]; /* behind each; malignancy last */
} CapNodule;

CapNodule *cap_nodule_new(const char *key, const char *patient);
void cap_nodule_free(CapNodule *nodule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapNodule, cap_nodule_free)

/* Fills the ratings of one attribute from TEXT, one level per reader with
 * spaces between ("5 4 5 5"). ATTRIBUTE CAP_N_ATTRIBUTES is malignancy. Levels
 * outside the scale are left out. FALSE when TEXT holds anything but whole
 * numbers. */
gboolean cap_nodule_set_ratings(CapNodule *nodule, int attribute,
                                const char *text);

/* Voxels in index order [slice][row][column]. The cut mask says how much of a
 * voxel goes along when the nodule is set into another scan: the readers' mask,
 * dilated, with a soft edge. */
typedef struct {
  int size[3];           /* columns, rows, slices */
  double spacing_mm[3];
  int16_t *hu;           /* owned */
  guint8 *readers;       /* share of readers x 255; owned, NULL where unknown */
  guint8 *cut;           /* 0 … 255; owned, NULL where not needed */
} CapBlock;

/* Returns a block of air without masks; NULL with CAP_ERROR_MEMORY. */
CapBlock *cap_block_new(const int size[3], const double spacing_mm[3],
                        GError **error);
void cap_block_free(CapBlock *block);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapBlock, cap_block_free)
gsize cap_block_n_voxels(const CapBlock *block);

/* Makes the cut mask from the readers' mask. FALSE with CAP_ERROR_MEMORY. */
gboolean cap_block_make_cut(CapBlock *block, GError **error);

/* One nodule in its block. */
typedef struct {
  CapNodule *nodule; /* owned */
  CapBlock *block;   /* owned */
  CapPoint center;   /* of the consensus, voxel indices of the block */
  double cut_mm[3][2]; /* how far the cut mask reaches from the centre, down
                          (<= 0) and up (>= 0) each axis; cap_example_measure */
} CapExample;

void cap_example_free(CapExample *example);
/* Fills cut_mm from the block's cut mask. */
void cap_example_measure(CapExample *example);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapExample, cap_example_free)
