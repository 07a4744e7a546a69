/* The report of an evaluation for people: one HTML file and one PDF, each
 * complete in itself, with vector figures, tables, pictures of the largest
 * misses and the most confident false marks, and where everything came from. */
#pragma once

#include "models/evaluate/results.h"

/* Said in both. */
#define CAP_EVAL_NOTICE                                                        \
  "Not for diagnostic use. Labels are the opinions of readers, not pathology."
#define CAP_EVAL_NO_MISS "No nodule was missed, or no pictures were kept."
#define CAP_EVAL_NO_FALSE_MARK                                                 \
  "No false mark reached a probability of 0.5, or no pictures were kept."

#define CAP_EVAL_FAILURES "Scans that failed"
#define CAP_EVAL_WARNINGS "Annotations that contradict their images"

/* The page. Nothing in it is fetched from anywhere. Returns. */
char *cap_eval_report_html(const CapEvalResults *results);

/* A4 pages. Its date is $SOURCE_DATE_EPOCH, or 1970 without: equal results make
 * equal files. Returns; NULL with CAP_ERROR_MEMORY when cairo fails. */
GByteArray *cap_eval_report_pdf(const CapEvalResults *results, GError **error);
