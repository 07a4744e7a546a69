/* The Brock model against the same equation as another paper prints it, and
 * against its own reference case. */
#include "core/guidelines/brock.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

/* Model 2b with its centring multiplied out: Uthoff et al., Eur Radiol
 * 2019;29:5367-5377, Table 2, column BU (printed to four decimals). */
static double
uncentred(const CapBrockInput *in)
{
  const double x = 0.2761 + 0.0287 * in->age_years + 0.6011 * in->female +
                   0.2961 * in->family_history + 0.2953 * in->emphysema +
                   0.6581 * in->upper_lobe -
                   5.3854 * pow(in->diameter_mm / 10, -0.5) +
                   0.7729 * (in->spiculation == CAP_ANSWER_YES) +
                   (in->type == CAP_TYPE_PART_SOLID     ? 0.377
                    : in->type == CAP_TYPE_GROUND_GLASS ? -0.1276
                                                        : 0) -
                   0.0824 * in->n_nodules;
  return exp(x) / (1 + exp(x));
}

START_TEST(agrees_with_the_other_paper)
{
  static const double diameters[] = {3, 4, 6, 8, 10, 15, 30};
  int n = 0;
  for (guint d = 0; d < G_N_ELEMENTS(diameters); d++)
    for (int bits = 0; bits < 32; bits++)
      for (int type = CAP_TYPE_SOLID; type <= CAP_TYPE_GROUND_GLASS; type++) {
        const CapBrockInput in = {.age_years = 45 + 7 * (int)d,
                                  .female = bits & 1,
                                  .family_history = (bits >> 1) & 1,
                                  .emphysema = (bits >> 2) & 1,
                                  .upper_lobe = (bits >> 3) & 1,
                                  .spiculation = bits & 16 ? CAP_ANSWER_YES
                                                           : CAP_ANSWER_NO,
                                  .type = (CapNoduleType)type,
                                  .diameter_mm = diameters[d],
                                  .n_nodules = 1 + bits % 5};
        ck_assert_double_eq_tol(cap_brock_probability(&in), uncentred(&in),
                                5e-5);
        n++;
      }
  ck_assert_int_eq(n, 7 * 32 * 3);
}
END_TEST

/* A man of 62 with four nodules, a solid one of 4 mm in a lower lobe, smooth:
 * all that is left is the intercept. */
START_TEST(reference_case)
{
  CapBrockInput in = {.age_years = 62,
                      .type = CAP_TYPE_SOLID,
                      .spiculation = CAP_ANSWER_NO,
                      .diameter_mm = 4,
                      .n_nodules = 4};
  ck_assert_double_eq_tol(cap_brock_probability(&in), 1 / (1 + exp(6.7892)),
                          1e-9);
  in.spiculation = CAP_ANSWER_UNKNOWN;
  ck_assert_double_eq_tol(cap_brock_probability(&in), 1 / (1 + exp(6.8071)),
                          1e-9);
}
END_TEST

/* Each coefficient of 2a, printed only in the paper itself: its odds ratio. */
START_TEST(without_spiculation)
{
  const CapBrockInput reference = {.age_years = 62,
                                   .type = CAP_TYPE_SOLID,
                                   .diameter_mm = 4,
                                   .n_nodules = 4};
  CapBrockInput cases[8];
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    cases[i] = reference;
  cases[0].age_years = 63;
  cases[1].female = TRUE;
  cases[2].family_history = TRUE;
  cases[3].emphysema = TRUE;
  cases[4].type = CAP_TYPE_PART_SOLID;
  cases[5].type = CAP_TYPE_GROUND_GLASS;
  cases[6].upper_lobe = TRUE;
  cases[7].n_nodules = 5;
  static const double log_odds[] = {0.0321, 0.5635,  0.3013, 0.3462,
                                    0.3395, -0.3055, 0.7116, -0.0803};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const double p = cap_brock_probability(&cases[i]);
    ck_assert_double_eq_tol(log(p / (1 - p)), -6.8071 + log_odds[i], 1e-9);
  }
}
END_TEST

START_TEST(says_what_is_missing)
{
  const CapGuidelineNodule nodule = {.type = CAP_TYPE_SOLID,
                                     .long_axis_mm = 12,
                                     .spiculation = CAP_ANSWER_YES,
                                     .n_nodules = 1};
  CapPatientContext context = {.sex = CAP_SEX_FEMALE};
  g_autoptr(CapAdvice) no_age = cap_brock_judge(&nodule, &context);
  ck_assert_str_eq(no_age->rule, "age not given");
  ck_assert_double_eq(no_age->probability, 0);
  context.age_years = 67;
  g_autoptr(CapAdvice) advice = cap_brock_judge(&nodule, &context);
  ck_assert_double_gt(advice->probability, 0.1);
  ck_assert_int_eq(advice->assumed->len, 3); /* family, emphysema, lobe */
  ck_assert_ptr_nonnull(strstr(advice->rule, "2b"));
  ck_assert_str_eq(advice->numbers,
                   "age 67 years, female, longest diameter 12.0 mm, nodules 1, "
                   "spiculated");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("brock");
  TCase *tests = tcase_create("model");
  tcase_add_test(tests, agrees_with_the_other_paper);
  tcase_add_test(tests, reference_case);
  tcase_add_test(tests, without_spiculation);
  tcase_add_test(tests, says_what_is_missing);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
