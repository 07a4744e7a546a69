/* The report of an evaluation for people: one HTML file and one PDF, each
 * complete in itself, with vector figures, tables, pictures of the largest
 * misses and the most confident false marks, and where everything came from. */
#pragma once

#include "models/evaluate/results.h"

/* The page. Nothing in it is fetched from anywhere. Returns. */
char *cap_eval_report_html(const CapEvalResults *results);

/* A4 pages. Its date is $SOURCE_DATE_EPOCH, or 1970 without: equal results make
 * equal files. Returns; NULL with CAP_ERROR_MEMORY when cairo fails. */
GByteArray *cap_eval_report_pdf(const CapEvalResults *results, GError **error);
