/* Readers' agreement from counts, against masks that are known. */
#include "core/random.h"
#include "datasets/reader_dice.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

enum { N = 6 * 6 * 6, READERS = 4 };

/* Random masks of READERS readers, and their counts as a block. */
static CapBlock *
draw(int n_readers, guint64 seed, gboolean masks[READERS][N])
{
  const int size[3] = {6, 6, 6};
  const double mm[3] = {1, 1, 1};
  CapBlock *block = cap_block_new(size, mm, NULL);
  block->readers = g_malloc0(N);
  CapRandom random = cap_random_start(seed, 0, 0);
  for (int v = 0; v < N; v++) {
    int c = 0;
    for (int r = 0; r < n_readers; r++) {
      masks[r][v] = cap_random_uniform(&random) < 0.3 + 0.1 * r;
      c += masks[r][v];
    }
    block->readers[v] = (guint8)(c * 255 / n_readers);
  }
  return block;
}

/* |A and B| twice, and |A| + |B|. */
static void
add_pair(const gboolean *a, const gboolean *b, double *both, double *sum)
{
  for (int v = 0; v < N; v++) {
    *both += 2 * (a[v] && b[v]);
    *sum += a[v] + b[v];
  }
}

START_TEST(counts_give_the_pairs_weighted_by_volume)
{
  for (int n = 2; n <= READERS; n++) {
    gboolean masks[READERS][N];
    g_autoptr(CapBlock) block = draw(n, 7 + n, masks);
    double both = 0, sum = 0;
    for (int a = 0; a < n; a++)
      for (int b = a + 1; b < n; b++)
        add_pair(masks[a], masks[b], &both, &sum);
    ck_assert_double_eq_tol(cap_reader_dice_mutual(block, n), both / sum,
                            1e-12);
  }
}
END_TEST

START_TEST(a_mask_is_compared_with_every_reader)
{
  gboolean masks[READERS][N], own[N];
  g_autoptr(CapBlock) block = draw(READERS, 3, masks);
  float predicted[N], share[N];
  CapRandom random = cap_random_start(5, 0, 0);
  for (int v = 0; v < N; v++) {
    own[v] = cap_random_uniform(&random) < 0.4;
    predicted[v] = own[v] ? 0.5f : 0.49f;
    int c = 0;
    for (int r = 0; r < READERS; r++)
      c += masks[r][v];
    share[v] = (float)c / READERS;
  }
  double both = 0, sum = 0;
  for (int r = 0; r < READERS; r++)
    add_pair(own, masks[r], &both, &sum);
  ck_assert_double_eq_tol(cap_reader_dice_with(predicted, share, N), both / sum,
                          1e-6);
}
END_TEST

START_TEST(nothing_to_compare_is_nan)
{
  gboolean masks[READERS][N];
  g_autoptr(CapBlock) block = draw(1, 3, masks);
  ck_assert(isnan(cap_reader_dice_mutual(block, 1)));
  memset(block->readers, 0, N);
  ck_assert(isnan(cap_reader_dice_mutual(block, 3)));
  const float none[N] = {0};
  ck_assert(isnan(cap_reader_dice_with(none, none, N)));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("reader_dice");
  TCase *tests = tcase_create("reader_dice");
  tcase_add_test(tests, counts_give_the_pairs_weighted_by_volume);
  tcase_add_test(tests, a_mask_is_compared_with_every_reader);
  tcase_add_test(tests, nothing_to_compare_is_nan);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
