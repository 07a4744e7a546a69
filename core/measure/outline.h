/* Measurements as lines: what views, pictures and presentation states draw. */
#pragma once

#include "core/image/slice.h"
#include "core/measure/measurement.h"

/* A straight piece, patient LPS mm. */
typedef struct {
  CapPoint a, b;
} CapMeasureLine;

/* The lines of MEASUREMENT, an ellipse in short pieces: of CapMeasureLine.
 * Caller unrefs. */
GArray *cap_measurement_outline(const CapMeasurement *measurement);

/* What VIEW touches lies no further from its plane than this, mm: half a slice
 * or half its slab. */
double cap_slice_reach(const CapVolume *volume, const CapSliceView *view);
/* Shortens LINE to what lies within REACH_MM of VIEW's plane; FALSE where
 * nothing does. */
gboolean cap_measure_line_cut(CapMeasureLine *line, const CapVolume *volume,
                              const CapSliceView *view, double reach_mm);
