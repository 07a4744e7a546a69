/* Guidelines applied to findings: see judge.h. */
#include "core/guidelines/judge.h"

#include "core/guidelines/brock.h"
#include "core/guidelines/fleischner.h"
#include "core/guidelines/lungrads.h"
#include "core/image/unit.h"
#include "core/language.h"

#include <math.h>

/* Of 5: what readers call medium. */
#define SPICULATED_FROM 3.0

/* With the four decimals that findings.json keeps, so that a rule says the same
 * of findings before they are written and after they are read. */
static double
as_kept(double value)
{
  return round(value * 1e4) / 1e4;
}

static gboolean
counts(const CapFinding *finding, gboolean reviewed)
{
  return reviewed ? finding->status == CAP_STATUS_ACCEPTED ||
                        finding->status == CAP_STATUS_UNCERTAIN
                  : finding->status != CAP_STATUS_REJECTED;
}

/* Nodules of the scan, FINDING always among them. */
static int
count_nodules(const CapFindings *findings, const CapFinding *finding)
{
  const gboolean reviewed = cap_findings_are_reviewed(findings);
  int n = 1;
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *other = findings->items->pdata[i];
    n += other != finding && other->type != CAP_TYPE_CALCIFIED &&
         counts(other, reviewed);
  }
  return n;
}

gboolean
cap_guideline_counts(const CapFindings *findings, const CapFinding *finding)
{
  return counts(finding, cap_findings_are_reviewed(findings));
}

CapGuidelineNodule
cap_guideline_nodule(const CapFindings *findings, const CapFinding *f)
{
  CapGuidelineNodule nodule = {
      .type = f->type,
      .long_axis_mm = as_kept(f->long_axis_mm),
      .mean_diameter_mm = as_kept(f->mean_diameter_mm),
      .solid_diameter_mm = as_kept(f->solid_mean_diameter_mm),
      .n_nodules = count_nodules(findings, f),
      .prior = f->prior,
  };
  nodule.prior.mean_diameter_mm = as_kept(f->prior.mean_diameter_mm);
  nodule.prior.solid_mean_diameter_mm =
      as_kept(f->prior.solid_mean_diameter_mm);
  if (f->lobe != CAP_LOBE_UNKNOWN)
    nodule.upper_lobe =
        f->lobe == CAP_LOBE_UPPER ? CAP_ANSWER_YES : CAP_ANSWER_NO;
  const CapRating *spiculation = &f->attributes[CAP_SPICULATION];
  if (*findings->weights_sha256 != '\0' && spiculation->n_levels > 0)
    nodule.spiculation = as_kept(spiculation->expected) >= SPICULATED_FROM
                             ? CAP_ANSWER_YES
                             : CAP_ANSWER_NO;
  return nodule;
}

const char *
cap_guideline_why_not(const CapFindings *findings, const CapFinding *finding)
{
  const unsigned unknown = findings->unknown | (finding ? finding->unknown : 0);
  return unknown & (CAP_UNKNOWN_HU | CAP_UNKNOWN_MM)
             ? _("for CT with values in HU and sizes in mm only")
             : NULL;
}

CapAdvice *
cap_guideline_judge(CapGuideline guideline, const CapFindings *findings,
                    const CapFinding *finding)
{
  const CapGuidelineNodule nodule = cap_guideline_nodule(findings, finding);
  const char *why_not = cap_guideline_why_not(findings, finding);
  if (why_not != NULL) {
    CapAdvice *none = cap_advice_new(guideline);
    cap_advice_decide(none, NULL, why_not);
    return none;
  }
  switch (guideline) {
  case CAP_LUNGRADS:
    return cap_lungrads_judge(&nodule, &findings->context);
  case CAP_FLEISCHNER:
    return cap_fleischner_judge(&nodule, &findings->context);
  default:
    return cap_brock_judge(&nodule, &findings->context);
  }
}

const CapGuidelineCategory *
cap_guideline_verdict(const CapAdvice *advice, const CapFinding *finding)
{
  const CapOverride *override = finding->overrides[advice->guideline];
  const CapGuidelineCategory *own =
      override ? cap_guideline_category(advice->guideline, override->category)
               : NULL;
  return own != NULL ? own : advice->category;
}

/* A scan without a nodule that counts. */
static const CapGuidelineCategory *
without_nodules(CapGuideline guideline, const CapFindings *findings)
{
  return guideline == CAP_LUNGRADS &&
                 cap_guideline_why_not(findings, NULL) == NULL &&
                 findings->context.setting != CAP_SETTING_INCIDENTAL
             ? cap_guideline_category(CAP_LUNGRADS, "1")
             : NULL;
}

/* The most urgent of the findings of which WANTED is true, and among equals the
 * largest. UNJUDGED: one of them has no category. */
static CapExamAdvice
most_urgent(CapGuideline guideline, const CapFindings *findings,
            gboolean (*wanted)(const CapFindings *, const CapFinding *),
            gboolean *unjudged)
{
  CapExamAdvice exam = {0};
  double largest_mm = 0;
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *finding = findings->items->pdata[i];
    if (!wanted(findings, finding))
      continue;
    g_autoptr(CapAdvice) advice =
        cap_guideline_judge(guideline, findings, finding);
    const CapGuidelineCategory *category =
        cap_guideline_verdict(advice, finding);
    const double mm = as_kept(finding->mean_diameter_mm);
    *unjudged = *unjudged || category == NULL;
    /* categories lie in one table in the order of urgency */
    if (category == NULL ||
        (exam.finding > 0 && (category < exam.category ||
                              (category == exam.category && mm <= largest_mm))))
      continue;
    exam = (CapExamAdvice){.category = category,
                           .finding = finding->id,
                           .overridden = category != advice->category};
    largest_mm = mm;
  }
  return exam;
}

CapExamAdvice
cap_guideline_judge_exam(CapGuideline guideline, const CapFindings *findings,
                         const char *not_evaluable)
{
  CapExamAdvice none = {.category = without_nodules(guideline, findings)};
  if (*not_evaluable != '\0') {
    none.category = none.category != NULL
                        ? cap_guideline_category(CAP_LUNGRADS, "0")
                        : NULL;
    return none;
  }
  gboolean unjudged = FALSE;
  const CapExamAdvice exam =
      most_urgent(guideline, findings, cap_guideline_counts, &unjudged);
  if (exam.finding > 0)
    return exam;
  none.unsearched = none.category != NULL && !unjudged &&
                    !cap_findings_are_searched(findings);
  if (unjudged || none.unsearched) /* not negative: a nodule is there, or may */
    none.category = NULL;
  return none;
}

static gboolean
is_pending(const CapFindings *findings, const CapFinding *finding)
{
  return finding->status == CAP_STATUS_UNREVIEWED &&
         !cap_guideline_counts(findings, finding);
}

CapPending
cap_guideline_pending(const CapFindings *findings, const char *not_evaluable)
{
  CapPending pending = {0};
  for (guint i = 0; i < findings->items->len; i++)
    pending.n += is_pending(findings, findings->items->pdata[i]);
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    gboolean unjudged = FALSE;
    const CapExamAdvice exam =
        cap_guideline_judge_exam((CapGuideline)i, findings, not_evaluable);
    const CapExamAdvice highest =
        most_urgent((CapGuideline)i, findings, is_pending, &unjudged);
    if (exam.category == NULL || highest.category > exam.category)
      pending.highest[i] = highest;
  }
  return pending;
}
