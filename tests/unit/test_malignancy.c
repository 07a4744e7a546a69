/* The size-only yardstick: its constants are what a fresh fit to the nodules of
 * LIDC-IDRI gives. */
#include "core/measure/malignancy.h"
#include "tests/support/suite.h"

#include <math.h>
#include <stdlib.h>

static double
sphere_mm3(double diameter_mm)
{
  return G_PI / 6 * diameter_mm * diameter_mm * diameter_mm;
}

START_TEST(larger_is_more_suspicious)
{
  ck_assert_double_eq(cap_malignancy_from_size(0), 0);
  double before = 0;
  for (double d = 2; d <= 40; d += 0.5) {
    const double p = cap_malignancy_from_size(sphere_mm3(d));
    ck_assert_double_gt(p, before);
    ck_assert_double_lt(p, 1);
    before = p;
  }
}
END_TEST

static int
compare_doubles(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Median of the numbers in WORD ("5 4 4"); their count via N. */
static double
median(const char *word, int *n)
{
  double values[16];
  *n = 0;
  char *end;
  for (const char *p = word; *n < 16; p = end) {
    const double value = g_ascii_strtod(p, &end);
    if (end == p)
      break;
    values[(*n)++] = value;
  }
  qsort(values, (size_t)*n, sizeof *values, compare_doubles);
  return *n == 0 ? 0 : (values[(*n - 1) / 2] + values[*n / 2]) / 2;
}

static int
column(char **names, const char *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (g_str_equal(g_strstrip(names[i]), name))
      return i;
  ck_abort_msg("no column %s", name);
  return -1;
}

/* Log diameters and outcomes of the rows with three or more ratings. */
static void
read_index(const char *path, GArray *x, GArray *y)
{
  g_autofree char *text = NULL;
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_auto(GStrv) names = g_strsplit(lines[0], ",", -1);
  const int rating = column(names, "malignancy");
  const int size = column(names, "eq_diameter_mm");
  for (int i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_auto(GStrv) fields = g_strsplit(lines[i], ",", -1);
    int n;
    const double outcome = median(fields[rating], &n) > 3;
    const double log_mm = log(g_ascii_strtod(fields[size], NULL));
    if (n < 3)
      continue;
    g_array_append_val(x, log_mm);
    g_array_append_val(y, outcome);
  }
}

START_TEST(the_constants_are_those_of_a_fresh_fit)
{
  g_autofree char *path = cap_test_data("lidc-crops/index.csv");
  if (path == NULL) {
    cap_test_skip("the_constants_are_those_of_a_fresh_fit", "no lidc-crops");
    return;
  }
  g_autoptr(GArray) x = g_array_new(FALSE, FALSE, sizeof(double));
  g_autoptr(GArray) y = g_array_new(FALSE, FALSE, sizeof(double));
  read_index(path, x, y);
  ck_assert_int_eq((int)x->len, 1057);
  double w[2] = {0, 0}; /* Newton's method on the log-likelihood */
  for (int step = 0; step < 30; step++) {
    double g[2] = {0}, h[3] = {0};
    for (guint i = 0; i < x->len; i++) {
      const double xi = g_array_index(x, double, i);
      const double p = 1 / (1 + exp(-(w[0] + w[1] * xi)));
      const double e = g_array_index(y, double, i) - p, v = p * (1 - p);
      g[0] += e, g[1] += e * xi;
      h[0] += v, h[1] += v * xi, h[2] += v * xi * xi;
    }
    const double det = h[0] * h[2] - h[1] * h[1];
    w[0] += (h[2] * g[0] - h[1] * g[1]) / det;
    w[1] += (h[0] * g[1] - h[1] * g[0]) / det;
  }
  for (double d = 3; d < 35; d += 4)
    ck_assert_double_eq_tol(cap_malignancy_from_size(sphere_mm3(d)),
                            1 / (1 + exp(-(w[0] + w[1] * log(d)))), 1e-3);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("malignancy");
  TCase *tests = tcase_create("malignancy");
  tcase_add_test(tests, larger_is_more_suspicious);
  tcase_add_test(tests, the_constants_are_those_of_a_fresh_fit);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
