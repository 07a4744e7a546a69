/* The Brock (PanCan) model: see brock.h. */
#include "core/guidelines/brock.h"

#include "core/language.h"
#include <math.h>

/* Table 2 of the paper: additions to the log odds. Age counts from 62 years,
 * nodules from 4, size as (mm / 10)^-0.5 less its value at 4 mm. */
typedef struct {
  const char *name;
  double intercept, age, female, family_history, emphysema, size, part_solid,
      ground_glass, upper_lobe, nodule, spiculation;
} Model;

static const Model without_spiculation = {
    N_("full model without spiculation (2a)"),
    -6.8071,
    0.0321,
    0.5635,
    0.3013,
    0.3462,
    -5.6693,
    0.3395,
    -0.3055,
    0.7116,
    -0.0803,
    0};
static const Model with_spiculation = {N_("full model with spiculation (2b)"),
                                       -6.7892,
                                       0.0287,
                                       0.6011,
                                       0.2961,
                                       0.2953,
                                       -5.3854,
                                       0.3770,
                                       -0.1276,
                                       0.6581,
                                       -0.0824,
                                       0.7729};

static const Model *
model_of(CapAnswer spiculation)
{
  return spiculation == CAP_ANSWER_UNKNOWN ? &without_spiculation
                                           : &with_spiculation;
}

double
cap_brock_probability(const CapBrockInput *in)
{
  static const double size_at_4_mm = 1.58113883;
  const Model *m = model_of(in->spiculation);
  double log_odds = m->intercept + m->age * (in->age_years - 62) +
                    m->nodule * (in->n_nodules - 4) +
                    m->size * (pow(in->diameter_mm / 10, -0.5) - size_at_4_mm);
  log_odds += in->female ? m->female : 0;
  log_odds += in->family_history ? m->family_history : 0;
  log_odds += in->emphysema ? m->emphysema : 0;
  log_odds += in->upper_lobe ? m->upper_lobe : 0;
  log_odds += in->spiculation == CAP_ANSWER_YES ? m->spiculation : 0;
  log_odds += in->type == CAP_TYPE_PART_SOLID     ? m->part_solid
              : in->type == CAP_TYPE_GROUND_GLASS ? m->ground_glass
                                                  : 0;
  return 1 / (1 + exp(-log_odds));
}

/* Why there can be no probability; NULL where there can. */
static const char *
why_not(const CapGuidelineNodule *nodule, const CapPatientContext *context)
{
  if (nodule->type == CAP_TYPE_CALCIFIED)
    return _("calcified nodules are none of the model's");
  if (!(nodule->long_axis_mm > 0))
    return _("the nodule has no size");
  if (context->age_years == 0 && context->sex == CAP_SEX_UNKNOWN)
    return _("age and sex not given");
  if (context->age_years == 0)
    return _("age not given");
  return context->sex == CAP_SEX_UNKNOWN ? _("sex not given") : NULL;
}

static gboolean
assume_no(CapAdvice *advice, CapAnswer answer, const char *what)
{
  if (answer == CAP_ANSWER_UNKNOWN)
    cap_advice_assume(advice, _("%s not given: taken as no."), what);
  return answer == CAP_ANSWER_YES;
}

CapAdvice *
cap_brock_judge(const CapGuidelineNodule *nodule,
                const CapPatientContext *context)
{
  CapAdvice *advice = cap_advice_new(CAP_BROCK);
  const char *reason = why_not(nodule, context);
  if (reason != NULL) {
    cap_advice_decide(advice, NULL, reason);
    return advice;
  }
  CapBrockInput in = {.age_years = context->age_years,
                      .female = context->sex == CAP_SEX_FEMALE,
                      .type = nodule->type,
                      .spiculation = nodule->spiculation,
                      .diameter_mm = nodule->long_axis_mm,
                      .n_nodules = MAX(1, nodule->n_nodules)};
  in.family_history = assume_no(advice, (CapAnswer)context->family_history,
                                _("Family history of lung cancer"));
  in.emphysema =
      assume_no(advice, (CapAnswer)context->emphysema, _("Emphysema"));
  in.upper_lobe = nodule->upper_lobe == CAP_ANSWER_YES;
  if (nodule->upper_lobe == CAP_ANSWER_UNKNOWN)
    cap_advice_assume(advice, _("Lobe not known: taken as not an upper one."));
  if (context->exam == CAP_EXAM_FOLLOW_UP ||
      nodule->prior.state != CAP_PRIOR_NONE)
    cap_advice_assume(advice, _("The model was made for first screening CTs; "
                                "this one has an earlier CT."));
  advice->probability = cap_brock_probability(&in);
  g_autofree char *rule = g_strdup_printf(_("McWilliams 2013, Table 2, %s"),
                                          _(model_of(in.spiculation)->name));
  cap_advice_decide(advice, NULL, rule);
  cap_advice_number(advice, _("age"), in.age_years, 0, _("years"));
  cap_advice_number(advice,
                    in.female ? _("female, longest diameter")
                              : _("male, longest diameter"),
                    in.diameter_mm, 1, "mm");
  cap_advice_number(advice, _("nodules"), in.n_nodules, 0, NULL);
  const struct {
    gboolean there;
    const char *label;
  } traits[] = {{in.type == CAP_TYPE_PART_SOLID, N_("part-solid")},
                {in.type == CAP_TYPE_GROUND_GLASS, N_("ground-glass")},
                {in.upper_lobe, N_("upper lobe")},
                {in.spiculation == CAP_ANSWER_YES, N_("spiculated")},
                {in.family_history, N_("family history")},
                {in.emphysema, N_("emphysema")}};
  for (guint i = 0; i < G_N_ELEMENTS(traits); i++)
    if (traits[i].there)
      cap_advice_number(advice, _(traits[i].label), NAN, 0, NULL);
  return advice;
}
