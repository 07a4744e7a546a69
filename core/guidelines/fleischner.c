/* Fleischner Society 2017: see fleischner.h. */
#include "core/guidelines/fleischner.h"

#include "core/language.h"
#include <math.h>

/* Least urgent first: what decides which nodule speaks for several. */
enum {
  NO_FOLLOW_UP,
  OPTIONAL_12,
  GLASS_6_12,
  LATE_6_12,
  CONSIDER_6_12,
  SUBSOLID_3_6_SMALL,
  MULTIPLE_3_6_LOW,
  MULTIPLE_3_6_HIGH,
  SUBSOLID_3_6,
  PART_3_6,
  PART_SUSPICIOUS,
  WORK_UP,
  N_CATEGORIES
};

static const CapGuidelineCategory categories[N_CATEGORIES + 1] = {
    [NO_FOLLOW_UP] = {"no-follow-up", N_("No routine follow-up"),
                      N_("No routine follow-up.")},
    [OPTIONAL_12] = {"optional-ct-12-months", N_("Optional CT at 12 months"),
                     N_("CT at 12 months is optional; suspicious shape or an "
                        "upper lobe speak for it.")},
    [GLASS_6_12] = {"ct-6-12-months-ground-glass", N_("CT at 6 to 12 months"),
                    N_("CT at 6 to 12 months to see whether it persists, then "
                       "every 2 years until 5 years.")},
    [LATE_6_12] = {"ct-6-12-months-consider-18-24", N_("CT at 6 to 12 months"),
                   N_("CT at 6 to 12 months, then consider CT at 18 to 24 "
                      "months.")},
    [CONSIDER_6_12] = {"ct-6-12-months-then-18-24", N_("CT at 6 to 12 months"),
                       N_("CT at 6 to 12 months, then CT at 18 to 24 months.")},
    [SUBSOLID_3_6_SMALL] =
        {"ct-3-6-months-consider-2-4-years", N_("CT at 3 to 6 months"),
         N_("CT at 3 to 6 months; if stable, consider CT at 2 "
            "and 4 years.")},
    [MULTIPLE_3_6_LOW] =
        {"ct-3-6-months-consider-18-24", N_("CT at 3 to 6 months"),
         N_("CT at 3 to 6 months, then consider CT at 18 to 24 "
            "months; the most suspicious nodule leads.")},
    [MULTIPLE_3_6_HIGH] =
        {"ct-3-6-months-then-18-24", N_("CT at 3 to 6 months"),
         N_("CT at 3 to 6 months, then CT at 18 to 24 months; "
            "the most suspicious nodule leads.")},
    [SUBSOLID_3_6] = {"ct-3-6-months-most-suspicious",
                      N_("CT at 3 to 6 months"),
                      N_("CT at 3 to 6 months, further management by the most "
                         "suspicious nodule.")},
    [PART_3_6] = {"ct-3-6-months-part-solid", N_("CT at 3 to 6 months"),
                  N_("CT at 3 to 6 months to see whether it persists; if "
                     "unchanged and its solid part stays below 6 mm, CT every "
                     "year for 5 years.")},
    [PART_SUSPICIOUS] =
        {"ct-3-6-months-highly-suspicious",
         N_("CT at 3 to 6 months, highly suspicious if it stays"),
         N_("CT at 3 to 6 months; a part-solid nodule that "
            "persists with a solid part of 6 mm or more is highly "
            "suspicious.")},
    [WORK_UP] = {"consider-ct-3-months-pet-biopsy",
                 N_("Consider CT at 3 months, PET/CT or biopsy"),
                 N_("Consider CT at 3 months, PET/CT, or tissue sampling.")},
    {NULL, NULL, NULL},
};

const CapGuidelineCategory *
cap_fleischner_categories(void)
{
  return categories;
}

/* Below 6, 6 to 8, above 8 mm. */
typedef enum { SMALL, MIDDLE, LARGE } Size;
typedef enum { SOLID, GLASS, PART } Kind;

typedef struct {
  int category[2]; /* low, high risk */
  const char *rule;
} Row;

/* Table 1, [kind][several][size]; several subsolid nodules share their rows. */
static const Row rows[3][2][3] = {
    [SOLID] =
        {{{{NO_FOLLOW_UP, OPTIONAL_12}, N_("single solid nodule below 6 mm")},
          {{LATE_6_12, CONSIDER_6_12}, N_("single solid nodule of 6 to 8 mm")},
          {{WORK_UP, WORK_UP}, N_("single solid nodule above 8 mm")}},
         {{{NO_FOLLOW_UP, OPTIONAL_12},
           N_("multiple nodules, solid, below 6 mm")},
          {{MULTIPLE_3_6_LOW, MULTIPLE_3_6_HIGH},
           N_("multiple nodules, solid, of 6 to 8 mm")},
          {{MULTIPLE_3_6_LOW, MULTIPLE_3_6_HIGH},
           N_("multiple nodules, solid, above 8 mm")}}},
    [GLASS] = {{{{NO_FOLLOW_UP, NO_FOLLOW_UP},
                 N_("single ground-glass nodule below 6 mm")},
                {{GLASS_6_12, GLASS_6_12},
                 N_("single ground-glass nodule of 6 mm or more")},
                {{GLASS_6_12, GLASS_6_12},
                 N_("single ground-glass nodule of 6 mm or more")}},
               {{{SUBSOLID_3_6_SMALL, SUBSOLID_3_6_SMALL},
                 N_("multiple nodules, ground-glass, below 6 mm")},
                {{SUBSOLID_3_6, SUBSOLID_3_6},
                 N_("multiple nodules, ground-glass, of 6 mm or more")},
                {{SUBSOLID_3_6, SUBSOLID_3_6},
                 N_("multiple nodules, ground-glass, of 6 mm or more")}}},
    [PART] = {{{{NO_FOLLOW_UP, NO_FOLLOW_UP},
                N_("single part-solid nodule below 6 mm")},
               {{PART_3_6, PART_3_6},
                N_("single part-solid nodule of 6 mm or "
                   "more")},
               {{PART_3_6, PART_3_6},
                N_("single part-solid nodule of 6 mm or "
                   "more")}},
              {{{SUBSOLID_3_6_SMALL, SUBSOLID_3_6_SMALL},
                N_("multiple nodules, part-solid, below 6 mm")},
               {{SUBSOLID_3_6, SUBSOLID_3_6},
                N_("multiple nodules, part-solid, of 6 mm or more")},
               {{SUBSOLID_3_6, SUBSOLID_3_6},
                N_("multiple nodules, part-solid, of 6 mm or more")}}},
};
static const Row suspicious = {
    {PART_SUSPICIOUS, PART_SUSPICIOUS},
    N_("part-solid nodule of 6 mm or more with a solid "
       "part of 6 mm or more")};

/* To the nearest millimetre; see tenths() of lungrads.c. */
static int
whole_mm(double mm)
{
  return (int)lround(mm + 1e-7);
}

static const Row *
choose(const CapGuidelineNodule *n)
{
  const int mm = whole_mm(n->mean_diameter_mm);
  const Size size = mm < 6 ? SMALL : mm <= 8 ? MIDDLE : LARGE;
  const Kind kind = n->type == CAP_TYPE_SOLID          ? SOLID
                    : n->type == CAP_TYPE_GROUND_GLASS ? GLASS
                                                       : PART;
  if (kind == PART && size != SMALL && whole_mm(n->solid_diameter_mm) >= 6)
    return &suspicious;
  return &rows[kind][n->n_nodules > 1][size];
}

/* Why the guideline does not apply; NULL where it does. */
static const char *
why_not(const CapGuidelineNodule *n, const CapPatientContext *context)
{
  if (context->setting == CAP_SETTING_SCREENING)
    return _("for nodules found incidentally, not for screening");
  if (context->age_years > 0 && context->age_years < 35)
    return _("not for patients below 35 years");
  if (context->cancer == CAP_ANSWER_YES)
    return _("not for patients with known cancer");
  if (context->immunosuppression == CAP_ANSWER_YES)
    return _("not for immunosuppressed patients");
  if (n->type == CAP_TYPE_CALCIFIED)
    return _("for indeterminate nodules, not for calcified ones");
  return n->mean_diameter_mm > 0 ? NULL : _("the nodule has no size");
}

/* What makes the risk high; NULL where nothing that is known does (Table 2 of
 * the paper and its text on risk factors). */
static const char *
risk_factor(const CapGuidelineNodule *n, const CapPatientContext *context)
{
  if (context->smoking == CAP_SMOKING_CURRENT)
    return _("smoking");
  if (context->smoking == CAP_SMOKING_FORMER)
    return _("former smoking");
  if (context->family_history == CAP_ANSWER_YES)
    return _("family history of lung cancer");
  if (context->emphysema == CAP_ANSWER_YES)
    return _("emphysema");
  return n->spiculation == CAP_ANSWER_YES ? _("spiculation") : NULL;
}

/* Whether the risk is high. Not knowing whether the patient smokes counts as
 * high: the row that asks for more. */
static gboolean
is_high_risk(CapAdvice *advice, const CapGuidelineNodule *n,
             const CapPatientContext *context)
{
  if (context->risk != CAP_RISK_UNKNOWN) {
    cap_advice_number(advice,
                      context->risk == CAP_RISK_HIGH
                          ? _("risk high as the reader says")
                          : _("risk low as the reader says"),
                      NAN, 0, NULL);
    return context->risk == CAP_RISK_HIGH;
  }
  const char *factor = risk_factor(n, context);
  if (factor != NULL) {
    g_autofree char *text = g_strdup_printf(_("risk high by %s"), factor);
    cap_advice_number(advice, text, NAN, 0, NULL);
    return TRUE;
  }
  if (context->smoking == CAP_SMOKING_UNKNOWN) {
    cap_advice_assume(advice,
                      _("Smoking history not given: taken as high risk."));
    return TRUE;
  }
  cap_advice_number(advice, _("risk low: no risk factor is known"), NAN, 0,
                    NULL);
  return FALSE;
}

static void
say_assumed(CapAdvice *advice, const CapPatientContext *context)
{
  const struct {
    int value;
    const char *text;
  } asked[] = {
      {context->setting,
       N_("Setting not given: taken as an incidental finding.")},
      {context->age_years, N_("Age not given: taken as 35 years or older.")},
      {context->cancer, N_("Known cancer not given: taken as none.")},
      {context->immunosuppression,
       N_("Immunosuppression not given: taken as none.")},
  };
  for (guint i = 0; i < G_N_ELEMENTS(asked); i++)
    if (asked[i].value == 0)
      cap_advice_assume(advice, "%s", _(asked[i].text));
}

CapAdvice *
cap_fleischner_judge(const CapGuidelineNodule *nodule,
                     const CapPatientContext *context)
{
  CapAdvice *advice = cap_advice_new(CAP_FLEISCHNER);
  const char *reason = why_not(nodule, context);
  if (reason != NULL) {
    cap_advice_decide(advice, NULL, reason);
    return advice;
  }
  const Row *row = choose(nodule);
  cap_advice_number(advice, _("mean diameter"),
                    whole_mm(nodule->mean_diameter_mm), 0, "mm");
  if (nodule->type == CAP_TYPE_PART_SOLID)
    cap_advice_number(advice, _("solid part"),
                      whole_mm(nodule->solid_diameter_mm), 0, "mm");
  if (nodule->n_nodules > 1)
    cap_advice_number(advice, _("nodules"), nodule->n_nodules, 0, NULL);
  int high = 0;
  if (row->category[0] != row->category[1])
    high = is_high_risk(advice, nodule, context);
  cap_advice_decide(advice, &categories[row->category[high]], _(row->rule));
  say_assumed(advice, context);
  return advice;
}
