/* What `evaluate` and `merge` share: the output folder of an evaluation. */
#pragma once

#include <glib.h>

#include "models/evaluate/results.h"

/* Makes FOLDER for an evaluation. FALSE with CAP_ERROR_OUTPUT when it holds
 * something else, or an earlier evaluation unless RESUME. */
gboolean cap_evaluation_open(const char *folder, gboolean resume,
                             GError **error);

/* Exit status of an evaluation: 0 without a failed scan, 1 with some. When all
 * of several scans failed, nothing was evaluated and the cause is most likely
 * one for all of them: says so on stderr and returns the status of their error,
 * 65 for different ones. One scan alone may be the broken one of a shard and is
 * a row like any other, unless the machine was at fault (no worker, no memory):
 * then another attempt elsewhere can help and the batch system must know. */
int cap_evaluation_status(const CapEvalResults *results);

/* Writes results.json, cases.csv, report.html and report.pdf, each by
 * rename, and prints a summary (or
 * results.json itself when JSON) unless QUIET. */
gboolean cap_evaluation_write(const CapEvalResults *results, const char *folder,
                              gboolean json, gboolean quiet, GError **error);
