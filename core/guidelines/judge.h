/* Guidelines applied to the findings of a scan: each finding on its own, then
 * the examination by its most urgent one. Nothing is kept: advice is worked out
 * from findings and context whenever it is shown or written. */
#pragma once

#include "core/guidelines/advice.h"

/* FINDING is told as a nodule of the scan, as reports do it: accepted and
 * uncertain ones, or all while nobody has reviewed any. */
gboolean cap_guideline_counts(const CapFindings *findings,
                              const CapFinding *finding);

/* FINDING as guidelines look at it, itself and all other nodules that count
 * and are not calcified making their number. Spiculation is likely from an
 * expected rating of 3 of 5 on, and unknown where no network judged. */
CapGuidelineNodule cap_guideline_nodule(const CapFindings *findings,
                                        const CapFinding *finding);

/* Why no guideline says anything about FINDING (NULL: about the scan): they are
 * for CT in HU and mm. Static; NULL where they do. */
const char *cap_guideline_why_not(const CapFindings *findings,
                                  const CapFinding *finding);

/* What GUIDELINE says about FINDING under the context of FINDINGS. Returns;
 * caller frees. */
CapAdvice *cap_guideline_judge(CapGuideline guideline,
                               const CapFindings *findings,
                               const CapFinding *finding);
/* The reader's category where there is one, else that of ADVICE; may be NULL.
 */
const CapGuidelineCategory *cap_guideline_verdict(const CapAdvice *advice,
                                                  const CapFinding *finding);

/* The category of the examination: the most urgent of the nodules that count,
 * of several in one category the one with the largest mean diameter.
 * Lung-RADS has one for a scan without nodules (1) and for one that could not
 * be evaluated (0), of which NOT_EVALUABLE says why ("" otherwise); none for a
 * scan without nodules that nobody has searched. */
typedef struct {
  const CapGuidelineCategory *category; /* NULL: none */
  gboolean unsearched; /* there would be one, had somebody searched */
  int finding;         /* that decides; 0: none */
  gboolean overridden; /* its category is the reader's */
} CapExamAdvice;

CapExamAdvice cap_guideline_judge_exam(CapGuideline guideline,
                                       const CapFindings *findings,
                                       const char *not_evaluable);

/* Findings that nobody has reviewed and that do not count, because others are:
 * how many, and by each guideline the most urgent, where it is above the
 * category of the examination; otherwise without a category. */
typedef struct {
  int n;
  CapExamAdvice highest[CAP_N_GUIDELINES];
} CapPending;

CapPending cap_guideline_pending(const CapFindings *findings,
                                 const char *not_evaluable);
