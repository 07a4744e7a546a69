/* An earlier scan of the same patient, aligned with the present one. */
#pragma once

#include "core/image/transform.h"
#include "core/progress.h"

/* The steps of it, each from the one before. */
typedef enum {
  CAP_ALIGN_CENTERS, /* the centres of the lungs on each other */
  CAP_ALIGN_RIGID,
  CAP_ALIGN_AFFINE,
  CAP_N_ALIGNMENTS
} CapAlignmentStep;

typedef struct {
  CapTransform to_prior; /* points of the present scan to the earlier one */
  double overlap;        /* of the lungs under it, Dice: 0 … 1 */
  double border_mm;      /* between the borders of the lungs, on average */
  CapAlignmentStep step; /* that it comes from */
} CapAlignment;

/* "centers", "rigid", "affine"; static. */
const char *cap_alignment_step_name(CapAlignmentStep step);

/* Below this overlap the lungs do not lie on each other: the map is not to be
 * trusted. */
#define CAP_ALIGNMENT_DOUBTFUL 0.85

/* Which of STEPS the scans are compared by: the last one, unless the lungs
 * overlapped clearly better (by 0.02) before; then the latest of those. A map
 * that stretches fits the lungs better as a rule, and worse only where it went
 * astray. */
CapAlignmentStep cap_register_best(const CapAlignment steps[CAP_N_ALIGNMENTS]);

/* Aligns the lungs of PRIOR with those of CURRENT (borrows both) on grids of 4
 * mm: rigid from the shift between their centres, then affine (see
 * cap_itk_register); ALIGNMENT is the best step. The same input gives the same
 * map to the last bit, whatever the thread count. FALSE with CAP_ERROR_DATA (a
 * scan shows no lung), CAP_ERROR_CANCELLED, CAP_ERROR_MEMORY or
 * CAP_ERROR_INTERNAL. */
gboolean cap_register_lungs(const CapVolume *current, const CapVolume *prior,
                            const CapProgress *progress,
                            CapAlignment *alignment, GError **error);
/* The same, with what every step came to. */
gboolean cap_register_lungs_by_steps(const CapVolume *current,
                                     const CapVolume *prior,
                                     const CapProgress *progress,
                                     CapAlignment steps[CAP_N_ALIGNMENTS],
                                     GError **error);
