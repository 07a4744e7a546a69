/* Fleischner 2017: every row of Table 1 from both sides of each limit, low and
 * high risk, and whom it does not apply to. */
#include "core/guidelines/fleischner.h"
#include "tests/support/suite.h"

#include <string.h>

#define S CAP_TYPE_SOLID
#define P CAP_TYPE_PART_SOLID
#define G CAP_TYPE_GROUND_GLASS

#define NONE "no-follow-up"
#define OPTIONAL "optional-ct-12-months"
#define LATE_LOW "ct-6-12-months-consider-18-24"
#define LATE_HIGH "ct-6-12-months-then-18-24"
#define WORK_UP "consider-ct-3-months-pet-biopsy"
#define MANY_LOW "ct-3-6-months-consider-18-24"
#define MANY_HIGH "ct-3-6-months-then-18-24"
#define GLASS "ct-6-12-months-ground-glass"
#define PART "ct-3-6-months-part-solid"
#define SUSPICIOUS "ct-3-6-months-highly-suspicious"
#define MANY_SMALL "ct-3-6-months-consider-2-4-years"
#define MANY "ct-3-6-months-most-suspicious"

static CapAdvice *
judge(CapNoduleType type, double mean, double solid, int n_nodules,
      CapPatientContext context)
{
  const CapGuidelineNodule nodule = {.type = type,
                                     .mean_diameter_mm = mean,
                                     .solid_diameter_mm = solid,
                                     .n_nodules = n_nodules};
  return cap_fleischner_judge(&nodule, &context);
}

START_TEST(table)
{
  static const struct {
    CapNoduleType type;
    double mean, solid;
    int n;
    const char *low, *high;
  } rows[] = {
      {S, 3, 0, 1, NONE, OPTIONAL},
      {S, 5.49, 0, 1, NONE, OPTIONAL},
      {S, 5.5, 0, 1, LATE_LOW, LATE_HIGH}, /* 6 mm, rounded */
      {S, 6, 0, 1, LATE_LOW, LATE_HIGH},
      {S, 8.49, 0, 1, LATE_LOW, LATE_HIGH},
      {S, 8.5, 0, 1, WORK_UP, WORK_UP},
      {S, 25, 0, 1, WORK_UP, WORK_UP},
      {S, 5.49, 0, 2, NONE, OPTIONAL},
      {S, 5.5, 0, 2, MANY_LOW, MANY_HIGH},
      {S, 8.5, 0, 2, MANY_LOW, MANY_HIGH},
      {G, 5.49, 0, 1, NONE, NONE},
      {G, 5.5, 0, 1, GLASS, GLASS},
      {G, 12, 0, 1, GLASS, GLASS},
      {P, 5.49, 5.4, 1, NONE, NONE},
      {P, 5.5, 5.49, 1, PART, PART},
      {P, 12, 5.49, 1, PART, PART},
      {P, 12, 5.5, 1, SUSPICIOUS, SUSPICIOUS},
      {P, 12, 5.5, 3, SUSPICIOUS, SUSPICIOUS},
      {G, 5.49, 0, 2, MANY_SMALL, MANY_SMALL},
      {P, 5.49, 2, 2, MANY_SMALL, MANY_SMALL},
      {G, 5.5, 0, 2, MANY, MANY},
      {P, 9, 3, 4, MANY, MANY},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    for (int risk = CAP_RISK_LOW; risk <= CAP_RISK_HIGH; risk++) {
      const char *expected = risk == CAP_RISK_LOW ? rows[i].low : rows[i].high;
      g_autoptr(CapAdvice) advice =
          judge(rows[i].type, rows[i].mean, rows[i].solid, rows[i].n,
                (CapPatientContext){.risk = risk});
      ck_assert_ptr_nonnull(advice->category);
      ck_assert_msg(g_str_equal(advice->category->word, expected),
                    "%s %.2f mm, solid %.2f, %d nodules: %s, not %s",
                    cap_nodule_type_name(rows[i].type), rows[i].mean,
                    rows[i].solid, rows[i].n, advice->category->word, expected);
    }
}
END_TEST

START_TEST(not_for)
{
  static const struct {
    CapPatientContext context;
    CapNoduleType type;
    const char *why; /* NULL: applies */
  } cases[] = {
      {{.setting = CAP_SETTING_SCREENING}, S, "screening"},
      {{.age_years = 34}, S, "35 years"},
      {{.age_years = 35}, S, NULL},
      {{.cancer = CAP_ANSWER_YES}, S, "cancer"},
      {{.cancer = CAP_ANSWER_NO}, S, NULL},
      {{.immunosuppression = CAP_ANSWER_YES}, S, "immunosuppressed"},
      {{0}, CAP_TYPE_CALCIFIED, "calcified"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(CapAdvice) advice =
        judge(cases[i].type, 7, 0, 1, cases[i].context);
    ck_assert_int_eq(advice->category == NULL, cases[i].why != NULL);
    if (cases[i].why != NULL)
      ck_assert_ptr_nonnull(strstr(advice->rule, cases[i].why));
  }
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

/* What the reader says of the risk goes before what is known of the patient. */
START_TEST(risk)
{
  static const struct {
    CapPatientContext context;
    gboolean high, assumed;
  } cases[] = {
      {{0}, TRUE, TRUE},
      {{.smoking = CAP_SMOKING_NEVER}, FALSE, FALSE},
      {{.smoking = CAP_SMOKING_FORMER}, TRUE, FALSE},
      {{.smoking = CAP_SMOKING_CURRENT, .risk = CAP_RISK_LOW}, FALSE, FALSE},
      {{.smoking = CAP_SMOKING_NEVER, .risk = CAP_RISK_HIGH}, TRUE, FALSE},
      {{.smoking = CAP_SMOKING_NEVER, .emphysema = CAP_ANSWER_YES},
       TRUE,
       FALSE},
      {{.family_history = CAP_ANSWER_YES}, TRUE, FALSE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(CapAdvice) advice = judge(S, 7, 0, 1, cases[i].context);
    ck_assert_str_eq(advice->category->word,
                     cases[i].high ? LATE_HIGH : LATE_LOW);
    ck_assert_int_eq(assumes(advice, "Smoking history"), cases[i].assumed);
  }
  /* where both risks have the same row, smoking does not matter */
  g_autoptr(CapAdvice) glass = judge(G, 7, 0, 1, (CapPatientContext){0});
  ck_assert(!assumes(glass, "Smoking history"));
  ck_assert(assumes(glass, "Age not given"));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("fleischner");
  TCase *tests = tcase_create("rows");
  tcase_add_test(tests, table);
  tcase_add_test(tests, not_for);
  tcase_add_test(tests, risk);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
