/* Measurements by hand in words: the viewer's labels and lists, the clipboard
 * and every report take them from here, so that all show the same digits. */
#pragma once

#include "io/report/report.h"

/* "Length", "Ellipse" …, for _() in the viewer; static. */
const char *cap_words_measure_kind(CapMeasureKind kind);
/* What was measured, a line each, without a word in any language: "12.4 mm";
 * "12.4 × 8.1 mm", "Ø 10.3 mm";
 * "-650 ± 30 HU", "-720 … -590 HU", "45.3 mm²" ("– HU" without a
 * voxel); "43.2°". Ø is the mean of the two. On images whose values are no HU
 * or whose pixels have no size, without that unit and in px. Caller frees. */
char **cap_words_measurement_lines(const CapMeasurement *measurement);
/* The same with commas. Caller frees. */
char *cap_words_measurement(const CapMeasurement *measurement);
/* Its name, or where it has none its kind. Caller frees. */
char *cap_words_measurement_title(const CapMeasurement *measurement);
/* Where it lies in REPORT's volume, as the viewer has it: "Coronal 259", "Axial
 * 96 (image 43)", "Oblique"; "" without a volume. Caller frees. */
char *cap_words_measurement_place(const CapReport *report,
                                  const CapMeasurement *measurement);
/* All of REPORT's: rows (of CapWordsRow) of number and kind, and of what was
 * measured, where and under which name. Caller unrefs. */
GPtrArray *cap_words_measurements(const CapReport *report);
