/* Mask features of boxes and balls, whose figures can be worked out by hand. */
#include <math.h>

#include "core/nn/ops/mask_features.h"
#include "tests/support/suite.h"

enum { EDGE = 16, VOXELS = EDGE * EDGE * EDGE, MOST = 13 };
/* Features by place. */
enum {
  DIAMETER,
  P5,
  P25,
  P50,
  P75,
  P95,
  P99,
  DEVIATION,
  SHELL,
  SECOND,
  THIRD,
  ROUGHNESS,
  SLOPE
};

typedef struct {
  float mask[VOXELS], patch[VOXELS];
} Sample;

static Sample *
sample_new(float hu)
{
  Sample *s = g_new0(Sample, 1);
  for (int i = 0; i < VOXELS; i++)
    s->patch[i] = hu / 1000 + 1;
  return s;
}

/* A box of SIZE (z, y, x) from FROM on, probable and of HU. */
static void
add_box(Sample *s, const int from[3], const int size[3], float hu)
{
  for (int z = from[0]; z < from[0] + size[0]; z++)
    for (int y = from[1]; y < from[1] + size[1]; y++)
      for (int x = from[2]; x < from[2] + size[2]; x++) {
        s->mask[(z * EDGE + y) * EDGE + x] = 0.9f;
        s->patch[(z * EDGE + y) * EDGE + x] = hu / 1000 + 1;
      }
}

/* Features of N samples in one batch, the last one's in OUT. */
static void
measure(const Sample *s, CapMaskFeatures kind, int n, float out[MOST])
{
  g_autoptr(CapGraph) g = cap_graph_new(n, CAP_GRAPH_INFER, 1);
  const CapShape shape = cap_shape_volume(1, EDGE);
  const CapTensor mask = cap_graph_input(g, "mask", shape);
  const CapTensor patch = cap_graph_input(g, "patch", shape);
  const CapTensor f = cap_mask_features_add(g, "f", mask, patch, kind);
  cap_graph_keep(g, f);
  ck_assert(cap_graph_plan(g, NULL));
  cap_graph_set_batch(g, n);
  for (int i = 0; i < n; i++)
    for (int v = 0; v < VOXELS; v++) {
      cap_graph_data(g, mask)[i * VOXELS + v] = s->mask[v];
      cap_graph_data(g, patch)[i * VOXELS + v] = s->patch[v];
    }
  cap_graph_forward(g);
  const int count = cap_mask_features_count(kind);
  for (int i = 0; i < count; i++)
    out[i] = cap_graph_data(g, f)[(n - 1) * count + i];
}

#define NEAR(a, b) ck_assert_double_eq_tol((double)(a), (b), 1e-4)

START_TEST(a_box_of_one_density)
{
  g_autofree Sample *s = sample_new(-800);
  add_box(s, (int[]){6, 5, 7}, (int[]){2, 4, 6}, 100);
  float f[MOST];
  measure(s, CAP_MASK_FEATURES_SHAPE, 3, f);
  NEAR(f[DIAMETER], log(cbrt(6 * 48 / G_PI) / 8));
  for (int i = P5; i <= P99; i++)
    NEAR(f[i], 0.1);
  NEAR(f[DEVIATION], 0);
  NEAR(f[SHELL], -0.8);
  /* positions evenly spread over n voxels vary by n² / 12, own 1/12 included */
  NEAR(f[SECOND], log(16.0 / 36));
  NEAR(f[THIRD], log(4.0 / 36));
  const double faces = 2 * (2 * 4 + 2 * 6 + 4 * 6);
  NEAR(f[ROUGHNESS], 1.5 * log(faces / 6) - log(48));
}
END_TEST

START_TEST(a_cube_is_neither_long_nor_rough)
{
  g_autofree Sample *s = sample_new(-500);
  add_box(s, (int[]){6, 6, 6}, (int[]){4, 4, 4}, -500);
  float f[MOST];
  measure(s, CAP_MASK_FEATURES_SHAPE, 1, f);
  NEAR(f[SECOND], 0);
  NEAR(f[THIRD], 0);
  NEAR(f[ROUGHNESS], 0);
  NEAR(f[SLOPE], 0);
}
END_TEST

/* A step of 900 HU: half of it a mm at faces (central differences), and along
 * one, two or three axes at once. */
START_TEST(the_slope_at_the_border)
{
  g_autofree Sample *s = sample_new(-800);
  add_box(s, (int[]){6, 6, 6}, (int[]){3, 3, 3}, 100);
  float f[MOST];
  measure(s, CAP_MASK_FEATURES_SHAPE, 1, f);
  const double step = 0.45;
  NEAR(f[SLOPE], step * (6 * 1 + 12 * sqrt(2) + 8 * sqrt(3)) / 26);
}
END_TEST

START_TEST(only_the_object_in_the_middle_counts)
{
  g_autofree Sample *s = sample_new(-800), *both = sample_new(-800);
  float alone[MOST], beside[MOST], all[MOST];
  add_box(s, (int[]){6, 6, 6}, (int[]){3, 4, 3}, 0);
  add_box(both, (int[]){6, 6, 6}, (int[]){3, 4, 3}, 0);
  add_box(both, (int[]){1, 1, 1}, (int[]){2, 8, 2}, 600);
  measure(s, CAP_MASK_FEATURES_SHAPE, 1, alone);
  measure(both, CAP_MASK_FEATURES_SHAPE, 1, beside);
  for (int i = 0; i < MOST; i++)
    NEAR(alone[i], (double)beside[i]);
  measure(both, CAP_MASK_FEATURES_DENSITY, 1, all);
  NEAR(all[DIAMETER], log(cbrt(6 * (36 + 32) / G_PI) / 8));
  NEAR(all[P95], 0.6);
}
END_TEST

START_TEST(corners_hold_an_object_together)
{
  g_autofree Sample *s = sample_new(-800);
  float f[MOST];
  add_box(s, (int[]){7, 7, 7}, (int[]){2, 2, 2}, 0);
  add_box(s, (int[]){5, 5, 5}, (int[]){2, 2, 2}, 0);
  measure(s, CAP_MASK_FEATURES_SHAPE, 1, f);
  NEAR(f[DIAMETER], log(cbrt(6 * 16 / G_PI) / 8));
  ck_assert_float_lt(f[SECOND], -1);
}
END_TEST

START_TEST(without_a_mask_the_middle_is_measured)
{
  g_autofree Sample *s = sample_new(-300);
  float density[MOST], shape[MOST];
  measure(s, CAP_MASK_FEATURES_DENSITY, 2, density);
  measure(s, CAP_MASK_FEATURES_SHAPE, 2, shape);
  NEAR(density[DIAMETER], log(cbrt(6 * 8 / G_PI) / 8));
  NEAR(density[P50], -0.3);
  for (int i = 0; i < 6; i++)
    NEAR(density[i], (double)shape[i]);
  NEAR(shape[SECOND], 0);
}
END_TEST

START_TEST(a_mask_that_fills_the_patch)
{
  g_autofree Sample *s = sample_new(-300);
  float f[MOST];
  add_box(s, (int[]){0, 0, 0}, (int[]){EDGE, EDGE, EDGE}, 40);
  measure(s, CAP_MASK_FEATURES_SHAPE, 1, f);
  NEAR(f[SHELL], 0.04);
  NEAR(f[ROUGHNESS], 0);
  for (int i = 0; i < MOST; i++)
    ck_assert(isfinite(f[i]));
}
END_TEST

START_TEST(percentiles_and_spread)
{
  g_autofree Sample *s = sample_new(-800);
  float f[MOST];
  add_box(s, (int[]){4, 4, 4}, (int[]){1, 1, 10}, 0);
  for (int i = 0; i < 10; i++)
    s->patch[(4 * EDGE + 4) * EDGE + 4 + i] = 1 + (float)i / 10;
  measure(s, CAP_MASK_FEATURES_SHAPE, 1, f);
  NEAR(f[P5], 0);
  NEAR(f[P25], 0.2);
  NEAR(f[P50], 0.4);
  NEAR(f[P75], 0.7);
  NEAR(f[P95], 0.9);
  NEAR(f[P99], 0.9);
  NEAR(f[DEVIATION], sqrt(99.0 / 12) / 10);
}
END_TEST

START_TEST(kinds_by_name)
{
  CapMaskFeatures kind;
  ck_assert(cap_mask_features_find("shape", &kind));
  ck_assert_str_eq(cap_mask_features_name(kind), "shape");
  ck_assert(cap_mask_features_find("density", &kind));
  ck_assert_str_eq(cap_mask_features_name(kind), "density");
  ck_assert(!cap_mask_features_find("texture", &kind));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("mask_features");
  TCase *tcase = tcase_create("mask_features");
  tcase_add_test(tcase, a_box_of_one_density);
  tcase_add_test(tcase, a_cube_is_neither_long_nor_rough);
  tcase_add_test(tcase, the_slope_at_the_border);
  tcase_add_test(tcase, only_the_object_in_the_middle_counts);
  tcase_add_test(tcase, corners_hold_an_object_together);
  tcase_add_test(tcase, without_a_mask_the_middle_is_measured);
  tcase_add_test(tcase, a_mask_that_fills_the_patch);
  tcase_add_test(tcase, percentiles_and_spread);
  tcase_add_test(tcase, kinds_by_name);
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
