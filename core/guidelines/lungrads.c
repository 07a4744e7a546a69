/* Lung-RADS v2022: see lungrads.h. */
#include "core/guidelines/lungrads.h"

#include "core/language.h"
#include <limits.h>
#include <math.h>

enum { C0, C1, C2, C3, C4A, C4B, C4X, N_CATEGORIES };

#define IN_A_YEAR N_("Continue screening: low-dose CT in 12 months.")
#define WORK_UP                                                                \
  N_("Refer for clinical evaluation: diagnostic chest CT, PET/CT where the "   \
     "solid part measures 8 mm or more, or tissue sampling, by the "           \
     "probability of cancer; a new nodule that may be infection, low-dose CT " \
     "in 1 month.")

static const CapGuidelineCategory categories[N_CATEGORIES + 1] = {
    [C0] = {"0", N_("Incomplete"),
            N_("Complete the examination or compare with the earlier CT; after "
               "suspected inflammation, low-dose CT in 1 to 3 months.")},
    [C1] = {"1", N_("Negative"), IN_A_YEAR},
    [C2] = {"2", N_("Benign"), IN_A_YEAR},
    [C3] = {"3", N_("Probably benign"), N_("Low-dose CT in 6 months.")},
    [C4A] = {"4A", N_("Suspicious"),
             N_("Low-dose CT in 3 months; PET/CT may be considered where the "
                "solid part measures 8 mm or more.")},
    [C4B] = {"4B", N_("Very suspicious"), WORK_UP},
    [C4X] = {"4X", N_("Very suspicious, with further features"), WORK_UP},
    {NULL, NULL, NULL},
};

const CapGuidelineCategory *
cap_lungrads_categories(void)
{
  return categories;
}

/* Weeks after which a CT counts as the one at 3 or 6 months. */
enum { THREE_MONTHS = 12 * 7, SIX_MONTHS = 24 * 7, YEAR = 365 };
/* Growth is more than 1.5 mm of mean diameter within 12 months; tenths of mm.
 */
enum { GROWTH = 15 };

/* One row of the assessment table: the first whose limit is above the size. */
typedef struct {
  int below; /* tenths of a millimetre */
  int category;
  const char *rule;
} Row;

static const Row solid_baseline[] = {
    {60, C2, N_("solid nodule below 6 mm at baseline")},
    {80, C3, N_("solid nodule of 6 to below 8 mm at baseline")},
    {150, C4A, N_("solid nodule of 8 to below 15 mm at baseline")},
    {INT_MAX, C4B, N_("solid nodule of 15 mm or more")},
};
static const Row solid_new[] = {
    {40, C2, N_("new solid nodule below 4 mm")},
    {60, C3, N_("new solid nodule of 4 to below 6 mm")},
    {80, C4A, N_("new solid nodule of 6 to below 8 mm")},
    {INT_MAX, C4B, N_("new solid nodule of 8 mm or more")},
};
static const Row solid_growing[] = {
    {80, C4A, N_("growing solid nodule below 8 mm")},
    {INT_MAX, C4B, N_("growing solid nodule of 8 mm or more")},
};
/* By the solid part, of nodules of 6 mm or more in all. */
static const Row part_baseline[] = {
    {60, C3, N_("part-solid nodule of 6 mm or more, solid part below 6 mm")},
    {80, C4A,
     N_("part-solid nodule of 6 mm or more, solid part of 6 to below 8 mm")},
    {INT_MAX, C4B, N_("part-solid nodule with a solid part of 8 mm or more")},
};
static const Row part_changed[] = {
    {40, C4A, N_("part-solid nodule, new or growing solid part below 4 mm")},
    {INT_MAX, C4B,
     N_("part-solid nodule, new or growing solid part of 4 mm or more")},
};
static const Row part_small = {60, C2,
                               N_("part-solid nodule below 6 mm at baseline")};
static const Row part_small_new = {60, C3,
                                   N_("new part-solid nodule below 6 mm")};
static const Row ground_glass[] = {
    {300, C2, N_("ground-glass nodule below 30 mm")},
    {INT_MAX, C3,
     N_("ground-glass nodule of 30 mm or more, at baseline or new")},
};
static const Row ground_glass_known = {
    INT_MAX, C2,
    N_("ground-glass nodule of 30 mm or more, stable or slowly "
       "growing")};
static const Row slowly_growing = {
    INT_MAX, C4B,
    N_("solid or part-solid nodule that grows slowly, over more "
       "than 12 months")};
static const Row stable_3 = {
    INT_MAX, C2, N_("category 3 nodule, stable or smaller after 6 months")};
static const Row stable_4a = {
    INT_MAX, C3, N_("category 4A nodule, stable or smaller after 3 months")};
static const Row waiting_3 = {
    INT_MAX, C3,
    N_("category 3 nodule, not grown, seen again before 6 months")};
static const Row waiting_4a = {
    INT_MAX, C4A,
    N_("category 4A nodule, not grown, seen again before 3 months")};
static const Row calcified = {INT_MAX, C1,
                              N_("nodule with benign calcification")};

typedef enum { BASELINE, NEW, GROWING, SLOW, STABLE } Change;

/* To one decimal, as the guideline measures; a double just below a half, as
 * sums of two decimal numbers may be, counts as the half. */
static int
tenths(double mm)
{
  return (int)lround(mm * 10 + 1e-6);
}

static const Row *
row_of(const Row *rows, int size)
{
  while (size >= rows->below)
    rows++;
  return rows;
}

/* The row by size alone, as at a first scan. */
static const Row *
by_size(CapNoduleType type, int mean, int solid)
{
  if (type == CAP_TYPE_GROUND_GLASS)
    return row_of(ground_glass, mean);
  if (type == CAP_TYPE_SOLID)
    return row_of(solid_baseline, mean);
  return mean < part_small.below ? &part_small : row_of(part_baseline, solid);
}

static const Row *
when_new(CapNoduleType type, int mean, int solid)
{
  if (type == CAP_TYPE_SOLID)
    return row_of(solid_new, mean);
  const Row *row = row_of(part_changed, solid);
  return mean < part_small_new.below && row->category == C4A ? &part_small_new
                                                             : row;
}

/* Stepped management: who did not grow goes down a step at its follow-up, and
 * who crosses a limit all the same is what its size says. NOW and WAS are the
 * rows by size of this and of the earlier scan. */
static const Row *
when_stable(const Row *now, const Row *was, int days)
{
  if (now->category > was->category || was->category == C4B)
    return now;
  if (was->category == C4A)
    return days >= THREE_MONTHS ? &stable_4a : &waiting_4a;
  if (was->category == C3)
    return days >= SIX_MONTHS ? &stable_3 : &waiting_3;
  return now;
}

/* How a diameter has changed, from WAS to NOW. */
static Change
change_of(const CapPrior *prior, int now, int was)
{
  const int grown = now - was, days = MAX(prior->days, YEAR);
  if (prior->state != CAP_PRIOR_MATCHED)
    return prior->state == CAP_PRIOR_NEW ? NEW : BASELINE;
  if ((gint64)grown * YEAR > (gint64)GROWTH * days)
    return GROWING;
  return grown > GROWTH ? SLOW : STABLE;
}

/* All that the table asks about one nodule, in tenths of a millimetre. */
typedef struct {
  CapNoduleType type;
  int mean, solid, mean_was, solid_was, days;
  Change mean_change, solid_change; /* of the whole, of the solid part */
} Sizes;

static Sizes
sizes_of(const CapGuidelineNodule *n)
{
  const CapPrior *prior = &n->prior;
  Sizes s = {.type = n->type,
             .mean = tenths(n->mean_diameter_mm),
             .solid = tenths(n->solid_diameter_mm),
             .mean_was = tenths(prior->mean_diameter_mm),
             .days = prior->days};
  if (prior->type == CAP_TYPE_PART_SOLID)
    s.solid_was = tenths(prior->solid_mean_diameter_mm);
  else if (prior->type == CAP_TYPE_SOLID)
    s.solid_was = s.mean_was;
  s.mean_change = change_of(prior, s.mean, s.mean_was);
  s.solid_change = change_of(prior, s.solid, s.solid_was);
  if (prior->state == CAP_PRIOR_MATCHED && s.solid_was == 0 && s.solid > 0)
    s.solid_change = GROWING; /* a new solid part */
  if (prior->state == CAP_PRIOR_MATCHED && n->type == CAP_TYPE_SOLID &&
      prior->type == CAP_TYPE_GROUND_GLASS)
    s.mean_change = GROWING; /* the same, of all of it */
  return s;
}

static const Row *
row_of_ground_glass(const Sizes *s)
{
  const Row *row = row_of(ground_glass, s->mean);
  return row->category == C3 &&
                 (s->mean_change == SLOW || s->mean_change == STABLE)
             ? &ground_glass_known
             : row;
}

/* Solid nodules are judged by their diameter, part-solid ones by that of the
 * solid part; one of which only the rest has grown is what its size says. */
static const Row *
choose(const Sizes *s)
{
  const gboolean part = s->type == CAP_TYPE_PART_SOLID;
  const Row *now = by_size(s->type, s->mean, s->solid);
  if (s->type == CAP_TYPE_GROUND_GLASS)
    return row_of_ground_glass(s);
  switch (part ? s->solid_change : s->mean_change) {
  case NEW:
    return when_new(s->type, s->mean, s->solid);
  case GROWING:
    return row_of(part ? part_changed : solid_growing,
                  part ? s->solid : s->mean);
  case SLOW:
    return &slowly_growing;
  case STABLE:
    return s->mean_change == STABLE
               ? when_stable(now, by_size(s->type, s->mean_was, s->solid_was),
                             s->days)
               : now;
  default:
    return now;
  }
}

static void
say_numbers(CapAdvice *advice, const CapGuidelineNodule *n)
{
  const CapPrior *prior = &n->prior;
  const gboolean part = n->type == CAP_TYPE_PART_SOLID;
  cap_advice_number(advice, _("mean diameter"),
                    tenths(n->mean_diameter_mm) / 10.0, 1, "mm");
  if (part)
    cap_advice_number(advice, _("solid part"),
                      tenths(n->solid_diameter_mm) / 10.0, 1, "mm");
  if (prior->state == CAP_PRIOR_NEW)
    cap_advice_number(advice, _("new since the earlier CT"), NAN, 0, NULL);
  if (prior->state != CAP_PRIOR_MATCHED)
    return;
  cap_advice_number(advice, _("earlier"),
                    tenths(prior->mean_diameter_mm) / 10.0, 1, "mm");
  if (part)
    cap_advice_number(advice, _("earlier solid part"),
                      tenths(prior->solid_mean_diameter_mm) / 10.0, 1, "mm");
  if (prior->days > 0)
    cap_advice_number(advice, _("interval"), prior->days, 0, _("days"));
}

static void
say_assumed(CapAdvice *advice, const CapGuidelineNodule *n,
            const CapPatientContext *context)
{
  const CapGuidelineCategory *c = advice->category;
  if (context->setting == CAP_SETTING_UNKNOWN)
    cap_advice_assume(advice, _("Setting not given: taken as screening."));
  if (n->type == CAP_TYPE_CALCIFIED) {
    cap_advice_assume(advice, _("The pattern of calcification was not looked "
                                "at: taken as a benign one."));
    return;
  }
  if (n->prior.state == CAP_PRIOR_NONE && context->exam != CAP_EXAM_BASELINE)
    cap_advice_assume(advice,
                      context->exam == CAP_EXAM_FOLLOW_UP
                          ? _("No earlier CT was compared: taken as a "
                              "baseline nodule.")
                          : _("Earlier CT not given: taken as a baseline "
                              "nodule."));
  if (n->prior.state == CAP_PRIOR_MATCHED)
    cap_advice_assume(advice, _("The category at the earlier CT was taken from "
                                "the sizes measured on it."));
  if (n->prior.state == CAP_PRIOR_MATCHED && n->prior.days <= 0)
    cap_advice_assume(advice,
                      _("Date of the earlier CT not known: growth taken "
                        "as within 12 months."));
  if (n->type == CAP_TYPE_SOLID && c >= &categories[C3] &&
      tenths(n->mean_diameter_mm) < 100)
    cap_advice_assume(advice, _("Not taken as a smooth juxtapleural nodule, "
                                "which below 10 mm would be category 2."));
  if (n->spiculation == CAP_ANSWER_YES && c >= &categories[C3])
    cap_advice_assume(advice,
                      _("Spiculation is likely: whether that makes it 4X "
                        "is for the reader to say."));
}

CapAdvice *
cap_lungrads_judge(const CapGuidelineNodule *nodule,
                   const CapPatientContext *context)
{
  CapAdvice *advice = cap_advice_new(CAP_LUNGRADS);
  if (context->setting == CAP_SETTING_INCIDENTAL) {
    cap_advice_decide(advice, NULL,
                      _("for screening, not for nodules found "
                        "incidentally"));
    return advice;
  }
  if (!(nodule->mean_diameter_mm > 0)) {
    cap_advice_decide(advice, NULL, _("the nodule has no size"));
    return advice;
  }
  const Sizes sizes = sizes_of(nodule);
  const Row *row =
      nodule->type == CAP_TYPE_CALCIFIED ? &calcified : choose(&sizes);
  cap_advice_decide(advice, &categories[row->category], _(row->rule));
  say_numbers(advice, nodule);
  say_assumed(advice, nodule, context);
  return advice;
}
