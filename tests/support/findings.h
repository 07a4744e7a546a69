/* A scan with findings whose every number is known, for suites of what reads
 * findings: writers, pictures, reports, the viewer. */
#pragma once

#include "core/measure/finding.h"

/* 60 x 50 x 20 voxels of 0.8 x 0.8 x 2.0 mm: lung with balls of 40 HU at the
 * centres of the findings below. Caller frees. */
CapVolume *cap_test_volume(void);

/* N (1 … 3) findings on that volume, masks and all, probabilities 0.97, 0.61,
 * 0.25. Caller frees. */
CapFindings *cap_test_findings(const CapVolume *volume, int n);

/* Adds a measurement of each kind to FINDINGS, worked out on VOLUME; their ids
 * are 1 … 4 in the order of CapMeasureKind, the second has a name. */
void cap_test_measure(CapFindings *findings, const CapVolume *volume);
