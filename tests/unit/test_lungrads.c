/* Lung-RADS v2022: every row of the assessment table that sizes decide, from
 * both sides of each limit. */
#include "core/guidelines/lungrads.h"
#include "tests/support/suite.h"

#include <string.h>

#define S CAP_TYPE_SOLID
#define P CAP_TYPE_PART_SOLID
#define G CAP_TYPE_GROUND_GLASS

typedef struct {
  CapNoduleType type;
  double mean, solid;
  const char *category;
} Row;

static CapAdvice *
judge(CapGuidelineNodule nodule)
{
  const CapPatientContext context = {.setting = CAP_SETTING_SCREENING,
                                     .exam = CAP_EXAM_BASELINE};
  return cap_lungrads_judge(&nodule, &context);
}

static void
check(const Row *row, CapPrior prior)
{
  g_autoptr(CapAdvice) advice = judge(
      (CapGuidelineNodule){.type = row->type,
                           .mean_diameter_mm = row->mean,
                           .solid_diameter_mm = row->type == P ? row->solid : 0,
                           .prior = prior});
  ck_assert_ptr_nonnull(advice->category);
  ck_assert_msg(g_str_equal(advice->category->word, row->category),
                "%s %.4f mm, solid %.4f, was %.2f, %.2f, %d days: %s (%s), not "
                "%s",
                cap_nodule_type_name(row->type), row->mean, row->solid,
                prior.mean_diameter_mm, prior.solid_mean_diameter_mm,
                prior.days, advice->category->word, advice->rule,
                row->category);
}

START_TEST(baseline)
{
  static const Row rows[] = {
      {S, 2.0, 0, "2"},     {S, 5.94, 0, "2"},  {S, 5.95, 0, "3"},
      {S, 5.99, 0, "3"},    {S, 6.0, 0, "3"},   {S, 7.94, 0, "3"},
      {S, 7.95, 0, "4A"},   {S, 8.0, 0, "4A"},  {S, 14.94, 0, "4A"},
      {S, 14.95, 0, "4B"},  {S, 15.0, 0, "4B"}, {S, 60, 0, "4B"},
      {P, 5.94, 5.9, "2"},  {P, 6.0, 0, "3"},   {P, 6.0, 5.94, "3"},
      {P, 6.0, 5.95, "4A"}, {P, 20, 6.0, "4A"}, {P, 20, 7.94, "4A"},
      {P, 20, 7.95, "4B"},  {P, 30, 8.0, "4B"}, {P, 31, 5.0, "3"},
      {G, 5, 0, "2"},       {G, 29.94, 0, "2"}, {G, 29.95, 0, "3"},
      {G, 30, 0, "3"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    check(&rows[i], (CapPrior){0});
}
END_TEST

START_TEST(new_nodules)
{
  static const Row rows[] = {
      {S, 3.94, 0, "2"},    {S, 3.95, 0, "3"},   {S, 4.0, 0, "3"},
      {S, 5.94, 0, "3"},    {S, 6.0, 0, "4A"},   {S, 7.94, 0, "4A"},
      {S, 8.0, 0, "4B"},    {P, 5.9, 3.9, "3"},  {P, 5.9, 4.0, "4B"},
      {P, 6.0, 3.94, "4A"}, {P, 6.0, 4.0, "4B"}, {P, 20, 9, "4B"},
      {G, 29.9, 0, "2"},    {G, 30, 0, "3"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    check(&rows[i], (CapPrior){.state = CAP_PRIOR_NEW, .days = 365});
}
END_TEST

/* Growth is more than 1.5 mm within 12 months. */
START_TEST(growth)
{
  static const struct {
    Row row;
    CapNoduleType was;
    double mean, solid;
    int days;
  } cases[] = {
      {{S, 5.6, 0, "4A"}, S, 4.0, 0, 365},  /* 1.6 mm */
      {{S, 5.5, 0, "2"}, S, 4.0, 0, 365},   /* 1.5 mm is no growth */
      {{S, 5.54, 0, "2"}, S, 4.04, 0, 365}, /* 5.5 from 4.0 */
      {{S, 7.9, 0, "4A"}, S, 6.3, 0, 100},
      {{S, 8.0, 0, "4B"}, S, 6.4, 0, 100},
      {{S, 8.0, 0, "4B"}, S, 6.4, 0, 0},   /* no date: within 12 months */
      {{S, 7.0, 0, "4B"}, S, 5.0, 0, 730}, /* 1 mm a year: slowly */
      {{S, 9.0, 0, "4B"}, S, 5.0, 0, 730}, /* 2 mm a year */
      {{P, 9, 3.9, "4A"}, P, 9, 2.3, 180},
      {{P, 9, 4.0, "4B"}, P, 9, 2.4, 180},
      {{P, 12, 3.0, "3"}, P, 9, 2.0, 365}, /* its solid part did not grow */
      {{P, 9, 2.0, "4A"}, G, 9, 0, 365},   /* a new solid part */
      {{P, 9, 1.0, "4A"}, G, 9, 0, 365},
      {{P, 9, 4.0, "4B"}, G, 9, 0, 365},
      {{S, 7, 0, "4A"}, G, 7, 0, 365}, /* became solid */
      {{G, 28, 0, "2"}, G, 20, 0, 365},
      {{G, 33, 0, "3"}, G, 30, 0, 365}, /* growing */
      {{G, 33, 0, "2"}, G, 31, 0, 730}, /* slowly */
      {{G, 31, 0, "2"}, G, 31, 0, 365}, /* stable */
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    check(&cases[i].row, (CapPrior){.state = CAP_PRIOR_MATCHED,
                                    .type = cases[i].was,
                                    .mean_diameter_mm = cases[i].mean,
                                    .solid_mean_diameter_mm = cases[i].solid,
                                    .days = cases[i].days});
}
END_TEST

/* Stepped management of what has not grown. */
START_TEST(steps)
{
  static const struct {
    Row row;
    double mean, solid;
    int days;
  } cases[] = {
      {{S, 7.0, 0, "2"}, 7.0, 0, 168}, /* 3 at 6 months */
      {{S, 7.0, 0, "3"}, 7.0, 0, 167}, /* too early */
      {{S, 5.0, 0, "2"}, 7.0, 0, 180}, /* smaller */
      {{S, 9.0, 0, "3"}, 9.0, 0, 84},  /* 4A at 3 months */
      {{S, 9.0, 0, "4A"}, 9.0, 0, 83},
      {{S, 7.5, 0, "4A"}, 8.5, 0, 30}, /* smaller, but too early */
      {{S, 5.0, 0, "3"}, 9.0, 0, 90},
      {{S, 20, 0, "4B"}, 20, 0, 365},  /* 4B stays */
      {{S, 6.0, 0, "3"}, 5.0, 0, 365}, /* crosses a limit without growth */
      {{S, 8.5, 0, "4A"}, 7.5, 0, 365},
      {{S, 4.0, 0, "2"}, 4.0, 0, 10},
      {{P, 9, 7.0, "3"}, 9, 7.0, 90},
      {{P, 9, 4.0, "2"}, 9, 4.0, 180},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    check(&cases[i].row, (CapPrior){.state = CAP_PRIOR_MATCHED,
                                    .type = cases[i].row.type,
                                    .mean_diameter_mm = cases[i].mean,
                                    .solid_mean_diameter_mm = cases[i].solid,
                                    .days = cases[i].days});
}
END_TEST

START_TEST(benign_calcification)
{
  const Row row = {CAP_TYPE_CALCIFIED, 12, 0, "1"};
  check(&row, (CapPrior){0});
}
END_TEST

static gboolean
assumes(const CapAdvice *advice, const char *part)
{
  for (guint i = 0; i < advice->assumed->len; i++)
    if (strstr(advice->assumed->pdata[i], part) != NULL)
      return TRUE;
  return FALSE;
}

START_TEST(says_numbers_and_what_is_missing)
{
  const CapGuidelineNodule nodule = {.type = S, .mean_diameter_mm = 8.37};
  const CapPatientContext nothing = {0};
  g_autoptr(CapAdvice) advice = cap_lungrads_judge(&nodule, &nothing);
  ck_assert_str_eq(advice->numbers, "mean diameter 8.4 mm");
  ck_assert(assumes(advice, "Setting not given"));
  ck_assert(assumes(advice, "baseline"));
  const CapPatientContext known = {.setting = CAP_SETTING_SCREENING,
                                   .exam = CAP_EXAM_BASELINE};
  g_autoptr(CapAdvice) sure = cap_lungrads_judge(&nodule, &known);
  ck_assert(!assumes(sure, "not given") && !assumes(sure, "baseline"));
  const CapPatientContext incidental = {.setting = CAP_SETTING_INCIDENTAL};
  g_autoptr(CapAdvice) none = cap_lungrads_judge(&nodule, &incidental);
  ck_assert_ptr_null(none->category);
  ck_assert_ptr_nonnull(strstr(none->rule, "incidentally"));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("lungrads");
  TCase *tests = tcase_create("rows");
  tcase_add_test(tests, baseline);
  tcase_add_test(tests, new_nodules);
  tcase_add_test(tests, growth);
  tcase_add_test(tests, steps);
  tcase_add_test(tests, benign_calcification);
  tcase_add_test(tests, says_numbers_and_what_is_missing);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
