/* What `evaluate` and `merge` share: the output folder of an evaluation. */
#pragma once

#include <glib.h>

#include "models/evaluate/results.h"

/* Makes FOLDER for an evaluation. FALSE with CAP_ERROR_OUTPUT when it holds
 * something else, or an earlier evaluation unless RESUME. */
gboolean cap_evaluation_open(const char *folder, gboolean resume,
                             GError **error);

/* Writes results.json, cases.csv, report.html and report.pdf, each by
 * rename, and prints a summary (or
 * results.json itself when JSON) unless QUIET. */
gboolean cap_evaluation_write(const CapEvalResults *results, const char *folder,
                              gboolean json, gboolean quiet, GError **error);
