/* Which readers' marks mean the same nodule.
 *
 * LIDC-IDRI's readers worked apart and their ids say nothing across sessions,
 * so marks are joined by nearness. The rule is that of pylidc (Hancock &
 * Magnan, J Med Imaging 2016), whose counts are the published ones: marks whose
 * outlines come nearer than the slice thickness belong together; while a group
 * has more than four marks the tolerance shrinks by a tenth, down to 0.1 mm. */
#pragma once

#include "io/lidc_xml.h"

/* Millimetres of a pixel and of the grouping tolerance; what a millimetre of z
 * counts as (1, unless distances are measured in other units). */
typedef struct {
  double column_mm, row_mm, z_factor;
  double tolerance_mm;
} CapLidcScale;

typedef struct {
  GPtrArray
      *marks;    /* of CapLidcMark, CAP_LIDC_LARGE; borrowed from the reads */
  int n_readers; /* different readers among them */
} CapLidcNodule;

void cap_lidc_nodule_free(CapLidcNodule *nodule);

/* Groups the nodules of 3 mm and more. Returns a GPtrArray of CapLidcNodule in
 * order of their first marks; they borrow from READS. */
GPtrArray *cap_lidc_nodules_group(const CapLidcReads *reads,
                                  const CapLidcScale *scale);

/* Smallest distance between two points of the outlines of A and B in mm, exact
 * where it is at most LIMIT_MM, else INFINITY. */
double cap_lidc_mark_distance(const CapLidcMark *a, const CapLidcMark *b,
                              const CapLidcScale *scale, double limit_mm);

/* Smallest step between the z positions of any two marks or outlines, mm: how
 * far slices are apart; 0 when there is only one position. */
double cap_lidc_slice_step_mm(const CapLidcReads *reads);

/* Median of the marks' levels (those given), NAN without any; ATTRIBUTE
 * CAP_N_ATTRIBUTES is malignancy. */
double cap_lidc_nodule_median(const CapLidcNodule *nodule, int attribute);
/* Mean of the same. */
double cap_lidc_nodule_mean(const CapLidcNodule *nodule, int attribute);
