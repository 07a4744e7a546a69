/* Small DICOM series of every shape that a volume can come from, with findings
 * on them: what refers to images has to be right on each. */
#pragma once

#include "core/measure/finding.h"

typedef enum {
  CAP_TEST_EVEN,
  CAP_TEST_OBLIQUE,    /* turned about two axes */
  CAP_TEST_TILTED,     /* by the gantry: straightened when it is loaded */
  CAP_TEST_UNEVEN,     /* steps of 1 and 1.5 mm: resampled along z */
  CAP_TEST_MULTIFRAME, /* Enhanced CT, frames in the other order */
  CAP_TEST_N_SHAPES,
} CapTestShape;

/* Writes 16 images of 32 x 32 pixels into FOLDER, which is made if need be. */
void cap_test_shaped_series(CapTestShape shape, const char *folder);

/* N (0 … 3) findings on VOLUME, which was loaded from one: accepted, rejected,
 * uncertain; masks without symmetry, axes in the plane of a slice. Caller
 * frees.
 */
CapFindings *cap_test_shaped_findings(const CapVolume *volume, int n);
