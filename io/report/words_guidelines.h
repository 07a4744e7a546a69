/* Guidelines in words, for reports, the viewer and the clipboard, so that all
 * say the same. Strings are UTF-8; callers free them. */
#pragma once

#include "core/guidelines/judge.h"
#include "io/report/words_tables.h"

/* "4A, suspicious", "12.3 %", or "none: age not given"; a reader's category
 * comes with "(reader; the rule gives 3)". */
char *cap_words_verdict(const CapAdvice *advice, const CapFinding *finding);
/* "solid nodule below 6 mm at baseline (mean diameter 5.2 mm)"; "" where no
 * rule fired. */
char *cap_words_rule(const CapAdvice *advice);
/* What to do about FINDING by ADVICE, or by the reader's category and reason;
 * "" where it says nothing. */
char *cap_words_management(const CapAdvice *advice, const CapFinding *finding);

/* Everything that GUIDELINE says about FINDING, in sentences. */
char *cap_words_guideline(const CapFindings *findings,
                          const CapFinding *finding, CapGuideline guideline);

/* Of CapWordsRow: each guideline with its verdict, rule and numbers, management
 * and assumptions. Caller unrefs. */
GPtrArray *cap_words_guidelines(const CapFindings *findings,
                                const CapFinding *finding);
/* Of CapWordsRow: the patient context as far as it is known, and the category
 * of the examination by each guideline that has one, with what findings that
 * are PENDING (cap_guideline_pending) would make of it. Caller unrefs. */
GPtrArray *cap_words_exam(const CapFindings *findings,
                          const char *not_evaluable, const CapPending *pending);

/* Paragraphs of plain text for a radiologist's report: one finding; the whole
 * examination with a line for each nodule that counts. */
char *cap_words_finding_paragraph(const CapFindings *findings,
                                  const CapFinding *finding);
char *cap_words_exam_paragraph(const CapFindings *findings,
                               const char *not_evaluable,
                               const CapPending *pending);
