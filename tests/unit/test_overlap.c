/* Overlapping structures: what is said to lie in a patch does, kinds come
 * equally often, and everything follows the key. */
#include "core/error.h"
#include "datasets/overlap.h"
#include "tests/support/nodules.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

enum { EDGE = CAP_PATCH, N = EDGE * EDGE * EDGE, NODULES = 12 };

/* Crops with a ball in the middle, and with VESSELS beside it. */
static GPtrArray *
make_examples(gboolean vessels)
{
  GPtrArray *examples =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_example_free);
  for (int i = 0; i < NODULES; i++) {
    CapExample *e = cap_test_example(i, 3);
    if (vessels)
      cap_test_add_vessels(e);
    g_ptr_array_add(examples, e);
  }
  return examples;
}

/* Voxels of soft tissue within MM of a point of the patch's middle plane. */
static int
tissue(const float *hu, double x, double y, double mm)
{
  int n = 0;
  for (int i = 0; i < N; i++) {
    const double dx = i % EDGE - 15.5 - x, dy = i / EDGE % EDGE - 15.5 - y,
                 dz = i / EDGE / EDGE - 15.5;
    n += dx * dx + dy * dy + dz * dz < mm * mm && hu[i] > -300;
  }
  return n;
}

START_TEST(kinds_show_what_they_say)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) examples = make_examples(TRUE);
  g_autoptr(CapOverlaps) o = cap_overlaps_new(examples, 1, &error);
  cap_assert_no_error(error);
  g_autofree CapOverlapSample *s = g_new(CapOverlapSample, 1);
  int of_kind[2][2] = {{0}}, stray = 0;
  for (int i = 0; i < 80; i++) {
    cap_overlaps_draw(o, 0, i, FALSE, s);
    of_kind[s->nodule][s->other]++;
    /* a ball of 3 mm has 113 voxels; the other layer's may reach into them */
    const int middle = tissue(s->hu, 0, 0, 2);
    if (s->nodule)
      ck_assert_int_ge(middle, 25);
    else if (!s->other) /* what is not at a place's centre may be near it */
      stray += middle;
    ck_assert_double_ge(s->apart_mm, 3);
    ck_assert_double_le(s->apart_mm, 8);
  }
  ck_assert_int_lt(stray, 20 * 5);
  for (int a = 0; a < 2; a++)
    for (int b = 0; b < 2; b++)
      ck_assert_int_eq(of_kind[a][b], 20);
}
END_TEST

/* A second layer adds tissue, and never takes any of the first away. */
START_TEST(the_second_layer_lies_beside_the_first)
{
  g_autoptr(GPtrArray) examples = make_examples(TRUE);
  g_autoptr(CapOverlaps) o = cap_overlaps_new(examples, 2, NULL);
  g_autofree CapOverlapSample *s = g_new(CapOverlapSample, 1);
  double with = 0, without = 0;
  for (int i = 0; i < 80; i++) {
    cap_overlaps_draw(o, 0, i, FALSE, s);
    *(s->other ? &with : &without) += tissue(s->hu, 0, 0, 12);
  }
  ck_assert_double_gt(with, without + 40 * 100);
}
END_TEST

START_TEST(draws_follow_their_key)
{
  g_autoptr(GPtrArray) examples = make_examples(TRUE);
  g_autoptr(CapOverlaps) o = cap_overlaps_new(examples, 3, NULL);
  g_autoptr(CapOverlaps) again = cap_overlaps_new(examples, 3, NULL);
  g_autofree CapOverlapSample *s = g_new(CapOverlapSample, 2);
  for (int i = 0; i < 12; i++) {
    cap_overlaps_draw(o, 1, i, TRUE, &s[0]);
    cap_overlaps_draw(again, 1, 11 - i, TRUE, &s[1]);
    cap_overlaps_draw(again, 1, i, TRUE, &s[1]);
    ck_assert_mem_eq(s[0].hu, s[1].hu, sizeof s->hu);
    cap_overlaps_draw(o, 2, i, TRUE, &s[1]);
    ck_assert_mem_ne(s[0].hu, s[1].hu, sizeof s->hu);
    ck_assert_int_eq(s[0].nodule, s[1].nodule);
  }
}
END_TEST

START_TEST(nothing_to_lay_over_is_an_error)
{
  g_autoptr(GPtrArray) examples = make_examples(FALSE);
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_overlaps_new(examples, 1, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("overlap");
  TCase *tests = tcase_create("overlap");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, kinds_show_what_they_say);
  tcase_add_test(tests, the_second_layer_lies_beside_the_first);
  tcase_add_test(tests, draws_follow_their_key);
  tcase_add_test(tests, nothing_to_lay_over_is_an_error);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
