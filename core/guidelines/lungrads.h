/* Lung-RADS v2022: lung cancer screening by low-dose CT (American College of
 * Radiology, November 2022; Christensen et al., Chest 2024;165:738-753). */
#pragma once

#include "core/guidelines/advice.h"

/* The category of one NODULE (the assessment table's rows for solid, part-solid
 * and non-solid nodules, benign calcification, and the stepped management of
 * nodules that have not grown). Diameters count to one decimal, as the table's
 * footnote on size asks. Rows about airway nodules, cysts, smooth juxtapleural
 * nodules, inflammation, 4X and the modifier S need a reader's eye: those are
 * set by hand (CapOverride). Returns; caller frees. */
CapAdvice *cap_lungrads_judge(const CapGuidelineNodule *nodule,
                              const CapPatientContext *context);

/* 0, 1, 2, 3, 4A, 4B, 4X and one without a word; static. */
const CapGuidelineCategory *cap_lungrads_categories(void);
