/* CapFinding: names that JSON and CSV rely on, ratings, copies. */
#include "core/measure/finding.h"
#include "io/report/words.h"
#include "tests/support/suite.h"

START_TEST(names_round_trip)
{
  for (int i = 0; i < 4; i++) {
    CapNoduleType type;
    CapStatus status;
    ck_assert(cap_nodule_type_parse(cap_nodule_type_name(i), &type));
    ck_assert(cap_status_parse(cap_status_name(i), &status));
    ck_assert_int_eq(type, i);
    ck_assert_int_eq(status, i);
  }
  CapStatus status;
  ck_assert(!cap_status_parse("Accepted", &status));
  ck_assert(!cap_status_parse(NULL, &status));
  ck_assert_str_eq(cap_capsule_name(0), "nodule");
  ck_assert_str_eq(cap_capsule_name(1), "non-nodule");
  ck_assert_str_eq(cap_capsule_name(9), "internalStructure");
}
END_TEST

START_TEST(a_rating_is_normalised_with_mean_and_sd)
{
  CapRating rating = {.n_levels = 5, .p = {0, 2, 0, 2, 0}};
  cap_rating_finish(&rating);
  ck_assert_double_eq_tol(rating.p[1], 0.5, 1e-12);
  ck_assert_double_eq_tol(rating.expected, 3.0, 1e-12);
  ck_assert_double_eq_tol(rating.sd, 1.0, 1e-12);

  CapRating empty = {.n_levels = 4};
  cap_rating_finish(&empty);
  ck_assert_double_eq_tol(empty.expected, 2.5, 1e-12);
}
END_TEST

/* Of classes a mean is another class: between solid and absent, non-central. */
START_TEST(classes_have_a_likeliest_one)
{
  CapRating rating = {.n_levels = 6, .p = {0, 0, 0.61, 0.02, 0, 0.37}};
  cap_rating_finish(&rating);
  ck_assert_int_eq(cap_rating_likeliest(&rating), 3);
  ck_assert(cap_attribute_is_classes(CAP_CALCIFICATION));
  ck_assert(cap_attribute_is_classes(CAP_INTERNAL_STRUCTURE));
  ck_assert(!cap_attribute_is_classes(CAP_TEXTURE));
  g_autofree char *words = cap_words_rating(&rating, CAP_CALCIFICATION);
  ck_assert_str_eq(words, "solid 61 %");
  CapRating sharp = {.n_levels = 5, .p = {0, 0, 0, 0.5, 0.5}};
  cap_rating_finish(&sharp);
  g_autofree char *ordered = cap_words_rating(&sharp, CAP_MARGIN);
  ck_assert_str_eq(ordered, "sharp (4.5 ± 0.5 of 5)");
}
END_TEST

START_TEST(calcification_is_none_unless_some_is_likely)
{
  CapRating rating = {.n_levels = 6, .p = {0.1, 0, 0, 0, 0.05, 0.85}};
  cap_rating_finish(&rating);
  ck_assert_double_eq(cap_rating_level(&rating, CAP_CALCIFICATION), 6);
  ck_assert_double_eq_tol(cap_rating_level(&rating, CAP_TEXTURE), 5.45, 1e-12);
  rating.p[4] = 0.15;
  rating.p[5] = 0.75;
  cap_rating_finish(&rating);
  ck_assert_double_eq_tol(cap_rating_level(&rating, CAP_CALCIFICATION), 5.35,
                          1e-12);
}
END_TEST

START_TEST(a_copy_owns_its_mask)
{
  g_autoptr(CapFinding) finding = cap_finding_new();
  finding->mask = cap_mask_new(1, 1, 1, NULL);
  g_autoptr(CapFinding) copy = cap_finding_copy(finding);
  copy->mask->voxels[0] = 1;
  ck_assert_int_eq(finding->mask->voxels[0], 0);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("finding");
  TCase *tests = tcase_create("finding");
  tcase_add_test(tests, names_round_trip);
  tcase_add_test(tests, a_rating_is_normalised_with_mean_and_sd);
  tcase_add_test(tests, classes_have_a_likeliest_one);
  tcase_add_test(tests, calcification_is_none_unless_some_is_likely);
  tcase_add_test(tests, a_copy_owns_its_mask);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
