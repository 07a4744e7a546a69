/* Perturbations: each changes what it says and nothing else, none at strength
 * zero, and all follow the sample's key. Blocks of 1 mm with simple contents.
 */
#include "datasets/perturb.h"
#include "tests/support/nodules.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

enum { EDGE = CAP_PATCH, N = EDGE * EDGE * EDGE, SIZE = 72 };

static float before[N], after[N];

/* HU as FUNC of mm from the middle of a block, where the patch is centred. */
static CapBlock *
block_of(double (*func)(double x, double y, double z))
{
  const int size[3] = {SIZE, SIZE, SIZE};
  const double mm[3] = {1, 1, 1};
  CapBlock *b = cap_block_new(size, mm, NULL);
  const double half = SIZE / 2 - 0.5;
  gsize i = 0;
  for (int z = 0; z < SIZE; z++)
    for (int y = 0; y < SIZE; y++)
      for (int x = 0; x < SIZE; x++)
        b->hu[i++] = (int16_t)lround(func(x - half, y - half, z - half));
  return b;
}

static CapPlace
middle_of(const CapBlock *b)
{
  const double half = SIZE / 2 - 0.5;
  return cap_place_whole(b, (CapPoint){half, half, half});
}

/* The patch of a block of FUNC without and with a perturbation. */
static void
cut_both(double (*func)(double, double, double), CapPerturbKind kind,
         double strength)
{
  g_autoptr(CapBlock) b = block_of(func);
  const CapPlace place = middle_of(b);
  CapAugment a = cap_augment_none();
  cap_augment_cut(&a, &place, before);
  a.perturb =
      (CapPerturb){kind, strength, cap_random_start(3, 7, (guint64)kind)};
  cap_perturb_cut(&a, &place, after);
}

static double
largest_change(void)
{
  double most = 0;
  for (int i = 0; i < N; i++)
    most = fmax(most, fabs((double)after[i] - (double)before[i]));
  return most;
}

static double
bumpy(double x, double y, double z)
{
  return 300 * sin(x / 3) * cos(y / 4) + 200 * sin(z / 5 + x / 7) - 400;
}
static double
ramp_x(double x, double y, double z)
{
  (void)y, (void)z;
  return 20 * x;
}
static double
ramp_y(double x, double y, double z)
{
  (void)x, (void)z;
  return 20 * y;
}
static double
ramp_z(double x, double y, double z)
{
  (void)x, (void)y;
  return 20 * z;
}
static double
in_plane(double x, double y, double z)
{
  (void)z;
  return 300 * sin(x / 2) * cos(y / 2);
}
static double
through_plane(double x, double y, double z)
{
  (void)x, (void)y;
  return 500 * sin(z * 2);
}
/* One bright voxel beside the middle. */
static double
point(double x, double y, double z)
{
  return x == 0.5 && y == 0.5 && z == 0.5 ? 10000 : 0;
}

static float
voxel(const float *patch, int x, int y, int z)
{
  return patch[(z * EDGE + y) * EDGE + x];
}

START_TEST(strength_zero_changes_nothing)
{
  for (int kind = 0; kind < CAP_N_PERTURBS; kind++) {
    cut_both(bumpy, (CapPerturbKind)kind, 0);
    ck_assert_mem_eq(before, after, sizeof before);
    if (kind == CAP_PERTURB_NONE)
      continue;
    cut_both(bumpy, (CapPerturbKind)kind, 2);
    ck_assert_msg(largest_change() > 1, "%s does nothing",
                  cap_perturb_name((CapPerturbKind)kind));
  }
}
END_TEST

START_TEST(a_little_changes_little)
{
  const CapPerturbKind kinds[] = {
      CAP_PERTURB_ROTATION_X, CAP_PERTURB_ROTATION_Y, CAP_PERTURB_ROTATION_Z,
      CAP_PERTURB_SHIFT,      CAP_PERTURB_NOISE,      CAP_PERTURB_SHARPEN};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
    cut_both(bumpy, kinds[i], 1e-3);
    ck_assert_double_gt(largest_change(), 0);
    ck_assert_double_lt(largest_change(), 1);
  }
}
END_TEST

/* A quarter turn, either way, is one of the cube's symmetries. */
START_TEST(a_rotation_turns_about_its_axis)
{
  for (int about = 0; about < 3; about++) {
    cut_both(bumpy, (CapPerturbKind)(CAP_PERTURB_ROTATION_X + about), 90);
    const int u = (about + 1) % 3, v = (about + 2) % 3;
    double off[2] = {0};
    int i[3], k = 0;
    for (i[2] = 0; i[2] < EDGE; i[2]++)
      for (i[1] = 0; i[1] < EDGE; i[1]++)
        for (i[0] = 0; i[0] < EDGE; i[0]++, k++)
          for (int way = 0; way < 2; way++) {
            int from[3];
            from[about] = i[about];
            from[u] = way ? i[v] : EDGE - 1 - i[v];
            from[v] = way ? EDGE - 1 - i[u] : i[u];
            const float there = voxel(before, from[0], from[1], from[2]);
            off[way] = fmax(off[way], fabs((double)(there - after[k])));
          }
    ck_assert_double_lt(fmin(off[0], off[1]), 0.1);
    ck_assert_double_gt(fmax(off[0], off[1]), 100);
  }
}
END_TEST

START_TEST(a_shift_is_as_long_as_it_says)
{
  double (*const ramps[])(double, double, double) = {ramp_x, ramp_y, ramp_z};
  double square = 0;
  for (int i = 0; i < 3; i++) {
    cut_both(ramps[i], CAP_PERTURB_SHIFT, 4);
    const double step = ((double)after[0] - (double)before[0]) / 20;
    for (int k = 0; k < N; k++) /* everywhere the same */
      ck_assert_double_eq_tol((double)after[k] - (double)before[k], 20 * step,
                              0.01);
    square += step * step;
  }
  ck_assert_double_eq_tol(sqrt(square), 4, 0.01);
}
END_TEST

START_TEST(noise_has_its_deviation_and_no_mean)
{
  cut_both(bumpy, CAP_PERTURB_NOISE, 50);
  double sum = 0, squares = 0, beside = 0;
  for (int i = 0; i < N; i++) {
    const double d = (double)after[i] - (double)before[i];
    sum += d;
    squares += d * d;
    if (i + 1 < N)
      beside += d * ((double)after[i + 1] - (double)before[i + 1]);
  }
  ck_assert_double_eq_tol(sum / N, 0, 1.5);
  ck_assert_double_eq_tol(sqrt(squares / N), 50, 1);
  ck_assert_double_eq_tol(beside / squares, 0, 0.03); /* voxel by voxel */
}
END_TEST

START_TEST(thick_slices_average_along_z_alone)
{
  cut_both(in_plane, CAP_PERTURB_THICKNESS, 5);
  ck_assert_double_lt(largest_change(), 0.01);
  /* a mean over a slice and a line between slices keep what is straight */
  cut_both(ramp_z, CAP_PERTURB_THICKNESS, 5);
  ck_assert_double_lt(largest_change(), 0.01);
  for (double thick = 2; thick <= 5; thick++) {
    cut_both(point, CAP_PERTURB_THICKNESS, thick);
    double sum = 0, most = 0, beside = 0;
    for (int z = 0; z < EDGE; z++) {
      sum += (double)voxel(after, 16, 16, z);
      most = fmax(most, (double)voxel(after, 16, 16, z));
      beside += (double)fabsf(voxel(after, 15, 16, z));
    }
    /* as bright in sum, but for where the slices happen to lie */
    ck_assert_double_eq_tol(sum / 10000, 1, 0.25);
    ck_assert_double_le(most, 10000 / thick + 1);
    ck_assert_double_eq(beside, 0);
  }
}
END_TEST

/* Sum and spread of what a bright point became, along AXIS. */
static double
spread(int axis, double *sum)
{
  double squares = 0;
  *sum = 0;
  int i[3];
  for (i[2] = 0; i[2] < EDGE; i[2]++)
    for (i[1] = 0; i[1] < EDGE; i[1]++)
      for (i[0] = 0; i[0] < EDGE; i[0]++) {
        const double value = (double)voxel(after, i[0], i[1], i[2]);
        *sum += value;
        squares += value * (i[axis] - 16) * (i[axis] - 16);
      }
  return squares / *sum;
}

START_TEST(kernels_work_in_the_plane)
{
  double sum;
  cut_both(through_plane, CAP_PERTURB_SMOOTH, 1.5);
  ck_assert_double_lt(largest_change(), 0.01);
  cut_both(through_plane, CAP_PERTURB_SHARPEN, 2);
  ck_assert_double_lt(largest_change(), 0.01);
  cut_both(point, CAP_PERTURB_SMOOTH, 1.5);
  for (int axis = 0; axis < 3; axis++) {
    ck_assert_double_eq_tol(spread(axis, &sum), axis < 2 ? 2.25 : 0, 0.02);
    ck_assert_double_eq_tol(sum, 10000, 5);
  }
  cut_both(point, CAP_PERTURB_SHARPEN, 1);
  ck_assert_float_gt(voxel(after, 16, 16, 16), 15000);
  ck_assert_float_lt(voxel(after, 16, 17, 16), -500);
  ck_assert_double_lt(spread(0, &sum), 0);
  ck_assert_double_eq_tol(sum, 10000, 5);
}
END_TEST

START_TEST(samples_follow_their_key)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, TRUE, NULL);
  g_autofree CapSample *s = g_new0(CapSample, 4);
  const int last = cap_pool_n_validation(pool) - 1;
  for (int kind = 1; kind < CAP_N_PERTURBS; kind++) {
    const CapPerturb p = {.kind = (CapPerturbKind)kind, .strength = 2};
    ck_assert(cap_pool_validate_perturbed(pool, 0, &p, &s[0], NULL));
    ck_assert(cap_pool_validate_perturbed(pool, last, &p, &s[1], NULL));
    ck_assert(cap_pool_validate_perturbed(pool, 0, &p, &s[2], NULL));
    ck_assert(cap_pool_validate(pool, 0, &s[3], NULL));
    ck_assert_mem_eq(s[0].hu, s[2].hu, sizeof s->hu);
    ck_assert_mem_ne(s[0].hu, s[1].hu, sizeof s->hu);
    ck_assert_mem_ne(s[0].hu, s[3].hu, sizeof s->hu);
    ck_assert_mem_eq(s[0].mask, s[3].mask, sizeof s->mask);
    ck_assert_ptr_eq(s[0].nodule, s[3].nodule);
    ck_assert_str_eq(s[0].group, s[3].group);
  }
}
END_TEST

START_TEST(samples_differ_in_their_noise)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, FALSE, NULL);
  g_autofree CapSample *s = g_new0(CapSample, 4);
  const CapPerturb p = {.kind = CAP_PERTURB_NOISE, .strength = 30};
  for (int i = 0; i < 2; i++) {
    ck_assert(cap_pool_validate(pool, i, &s[2 * i], NULL));
    ck_assert(cap_pool_validate_perturbed(pool, i, &p, &s[2 * i + 1], NULL));
  }
  int alike = 0;
  for (int v = 0; v < N; v++)
    alike += fabsf((s[1].hu[v] - s[0].hu[v]) - (s[3].hu[v] - s[2].hu[v])) < 0.1;
  ck_assert_int_lt(alike, N / 50);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("perturb");
  TCase *tests = tcase_create("perturb");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, strength_zero_changes_nothing);
  tcase_add_test(tests, a_little_changes_little);
  tcase_add_test(tests, a_rotation_turns_about_its_axis);
  tcase_add_test(tests, a_shift_is_as_long_as_it_says);
  tcase_add_test(tests, noise_has_its_deviation_and_no_mean);
  tcase_add_test(tests, thick_slices_average_along_z_alone);
  tcase_add_test(tests, kernels_work_in_the_plane);
  tcase_add_test(tests, samples_follow_their_key);
  tcase_add_test(tests, samples_differ_in_their_noise);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
