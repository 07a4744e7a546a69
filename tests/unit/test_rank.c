/* Rank statistics against values worked out by hand. */
#include "core/random.h"
#include "core/stats/rank.h"
#include "tests/support/suite.h"

START_TEST(auc_counts_pairs_and_halves_ties)
{
  const double scores[] = {0.1, 0.4, 0.35, 0.8, 0.4};
  const guint8 labels[] = {0, 0, 1, 1, 1};
  /* pairs: .35>.1, .35<.4, .8>.1, .8>.4, .4>.1, .4=.4 -> 4.5 of 6 */
  ck_assert_double_eq_tol(cap_rank_auc(scores, labels, 5), 4.5 / 6, 1e-12);
  const guint8 all[] = {1, 1, 1, 1, 1};
  ck_assert_double_nan(cap_rank_auc(scores, all, 5));
}
END_TEST

START_TEST(spearman_is_pearson_of_ranks)
{
  const double x[] = {1, 2, 3, 4, 5}, y[] = {5, 6, 7, 8, 7};
  /* ranks of y: 1 2 3.5 5 3.5; r = 8 / sqrt(10 * 9.5) */
  ck_assert_double_eq_tol(cap_rank_spearman(x, y, 5), 8 / sqrt(95), 1e-12);
  const double constant[] = {2, 2, 2, 2, 2};
  ck_assert_double_nan(cap_rank_spearman(x, constant, 5));
}
END_TEST

START_TEST(random_numbers_follow_their_key)
{
  CapRandom a = cap_random_start(1, 2, 3), b = cap_random_start(1, 2, 3);
  CapRandom c = cap_random_start(1, 3, 2);
  ck_assert_uint_eq(cap_random_next(&a), cap_random_next(&b));
  ck_assert_uint_ne(cap_random_next(&a), cap_random_next(&c));
  double sum = 0, squares = 0, noise = 0;
  enum { N = 20000 };
  for (int i = 0; i < N; i++) {
    const double x = cap_random_normal(&a), y = cap_random_noise(&b);
    const double u = cap_random_uniform(&c);
    ck_assert(u >= 0 && u < 1);
    sum += x;
    squares += x * x;
    noise += y * y;
  }
  ck_assert_double_lt(fabs(sum / N), 0.03);
  ck_assert_double_eq_tol(squares / N, 1, 0.05);
  ck_assert_double_eq_tol(noise / N, 1, 0.05);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("rank");
  TCase *tests = tcase_create("rank");
  tcase_add_test(tests, auc_counts_pairs_and_halves_ties);
  tcase_add_test(tests, spearman_is_pearson_of_ranks);
  tcase_add_test(tests, random_numbers_follow_their_key);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
