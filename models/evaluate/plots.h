/* The figures of an evaluation report, as cairo drawings. */
#pragma once

#include "models/evaluate/results.h"

#include <cairo.h>

typedef enum {
  CAP_EVAL_PLOT_FROC,      /* with its band, false marks on a log scale */
  CAP_EVAL_PLOT_ROC,       /* malignancy, beside diameter alone */
  CAP_EVAL_PLOT_PRECISION, /* over recall, likewise */
  CAP_EVAL_PLOT_CALIBRATION,
  CAP_EVAL_PLOT_VOLUME, /* mean against difference (Bland & Altman) */
  CAP_EVAL_N_PLOTS,
} CapEvalPlot;

#define CAP_EVAL_PLOT_WIDTH 360
#define CAP_EVAL_PLOT_HEIGHT 270

const char *cap_eval_plot_title(CapEvalPlot plot); /* static */
/* Draws PLOT into the box of the above size at the origin of CR. A figure
 * without data says so. */
void cap_eval_plot_draw(cairo_t *cr, CapEvalPlot plot,
                        const CapEvalResults *results);
