/* Fleischner Society 2017: pulmonary nodules found incidentally on CT (MacMahon
 * et al., Radiology 2017;284:228-243, Table 1; sizes by Bankier et al.,
 * Radiology 2017;285:584-600). */
#pragma once

#include "core/guidelines/advice.h"

/* What one NODULE asks for. Diameters are the mean of both axes to the nearest
 * millimetre. Does not apply to screening, below 35 years, or with known cancer
 * or immunosuppression. Returns; caller frees. */
CapAdvice *cap_fleischner_judge(const CapGuidelineNodule *nodule,
                                const CapPatientContext *context);

/* Every recommendation, least urgent first, and one without a word; static. */
const CapGuidelineCategory *cap_fleischner_categories(void);
