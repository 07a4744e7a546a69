/* What explanations are measured with: objects of known size and shape, maps of
 * known width, and the decoder on its own. */
#include "core/error.h"
#include "models/study/explained.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

enum { EDGE = CAP_PATCH, N = CAP_PATCH_VOXELS };

static float image[N];

/* An ellipsoid of radii RX, RY, RZ and VALUE around the middle, in air, and a
 * larger block in a corner that does not touch it. */
static void
draw(double rx, double ry, double rz, float value)
{
  for (int i = 0; i < N; i++) {
    const double x = (i % EDGE - 15.5) / rx, y = (i / EDGE % EDGE - 15.5) / ry,
                 z = (i / EDGE / EDGE - 15.5) / rz;
    const gboolean corner = i % EDGE < 6 && i / EDGE % EDGE < 4;
    image[i] = x * x + y * y + z * z < 1 ? value : corner ? 1.9f : 0.1f;
  }
}

START_TEST(objects_are_measured)
{
  double m[CAP_N_SWEEP_MEASURES];
  draw(5, 5, 5, 1.05f);
  cap_sweep_measure(image, m);
  ck_assert_double_eq_tol(m[CAP_SWEEP_DIAMETER], 10, 0.2);
  ck_assert_double_eq_tol(m[CAP_SWEEP_HU], 50, 0.1);
  ck_assert_double_eq_tol(m[CAP_SWEEP_ELONGATION], 1, 0.02);
  draw(3, 9, 3, 1.2f);
  cap_sweep_measure(image, m);
  ck_assert_double_eq_tol(m[CAP_SWEEP_DIAMETER], 2 * cbrt(81), 0.3);
  ck_assert_double_eq_tol(m[CAP_SWEEP_HU], 200, 0.1);
  ck_assert_double_eq_tol(m[CAP_SWEEP_ELONGATION], 3, 0.2);
  memset(image, 0, sizeof image);
  cap_sweep_measure(image, m);
  for (int k = 0; k < CAP_N_SWEEP_MEASURES; k++)
    ck_assert(isnan(m[k]));
}
END_TEST

START_TEST(maps_sum_to_one_and_are_as_wide_as_they_say)
{
  static double map[N];
  float cells[CAP_GRID * CAP_GRID * CAP_GRID] = {0};
  cells[(1 * CAP_GRID + 2) * CAP_GRID + 3] = 7;
  cap_explained_spread(cells, map);
  double sum = 0, center[3] = {0};
  for (int i = 0; i < N; i++) {
    sum += map[i];
    center[0] += map[i] * (i % EDGE);
    center[1] += map[i] * (i / EDGE % EDGE);
    center[2] += map[i] * (i / EDGE / EDGE);
  }
  ck_assert_double_eq_tol(sum, 1, 1e-9);
  ck_assert_double_gt(center[0], 24); /* the outermost cell, to the edge */
  ck_assert_double_eq_tol(center[1], 19.5, 0.01);
  ck_assert_double_eq_tol(center[2], 11.5, 0.01);
  cap_explained_gaussian(9, map);
  sum = 0;
  for (int i = 0; i < N; i++)
    sum += map[i];
  ck_assert_double_eq_tol(sum, 1, 1e-9);
  /* half as high 4.5 mm from the middle: voxel 20 is, but for the half voxel
   * that the middle two lie off it along all axes */
  const int middle = (15 * EDGE + 15) * EDGE;
  const double peak = map[middle + 15] * exp(4 * log(2) * 0.25 / 81);
  ck_assert_double_eq_tol(map[middle + 20] / peak, 0.5, 1e-6);
}
END_TEST

START_TEST(the_decoder_draws_what_the_network_draws)
{
  g_autoptr(GError) error = NULL;
  CapNetworkOptions options = cap_network_options_default();
  options.max_batch = 1;
  g_autoptr(CapNetwork) net =
      cap_network_new(CAP_GRAPH_INFER, &options, &error);
  cap_assert_no_error(error);
  static CapJudgement judgement;
  draw(4, 6, 5, 1.0f);
  ck_assert(cap_network_judge(net, image, 1, 1, &judgement, &error));
  g_autoptr(CapCapsnetDecoder) decoder =
      cap_capsnet_decoder_new(net, 16, &error);
  cap_assert_no_error(error);
  cap_graph_set_batch(decoder->graph, 1);
  memcpy(cap_graph_data(decoder->graph, decoder->pose),
         judgement.capsules[0].pose, sizeof judgement.capsules[0].pose);
  cap_graph_forward(decoder->graph);
  const float *drawn = cap_graph_data(decoder->graph, decoder->reconstruction);
  for (int i = 0; i < N; i++)
    ck_assert_float_eq_tol(drawn[i], judgement.reconstruction[i], 1e-5);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("explained");
  TCase *tests = tcase_create("explained");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, objects_are_measured);
  tcase_add_test(tests, maps_sum_to_one_and_are_as_wide_as_they_say);
  tcase_add_test(tests, the_decoder_draws_what_the_network_draws);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
