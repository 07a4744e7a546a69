/* Pictures of what a detector got wrong, small enough to keep with the case. */
#pragma once

#include "models/evaluate/case.h"

/* Adds a picture (PNG in base64: the axial plane, 60 mm wide) to up to four
 * missed nodules, largest first, and to the two most probable false marks of
 * 0.5 or more. MASKS belong to the truths; FOUND to the marks. */
void cap_eval_pictures_add(CapEvalCase *eval, const CapVolume *volume,
                           const GPtrArray *masks, const CapFindings *found);
