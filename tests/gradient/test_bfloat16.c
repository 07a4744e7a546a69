/* Mixed precision: rounding to bfloat16, convolutions and linear layers that
 * multiply in it, and who decides where. */
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/nn/bfloat16.h"
#include "core/nn/choices.h"
#include "core/nn/conv_choice.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/product.h"
#include "tests/support/gradient.h"
#include "tests/support/suite.h"

static float
from_bits(uint32_t bits)
{
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint32_t
to_bits(float value)
{
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* Every value of bfloat16 stays, and between two neighbours the nearer one is
 * taken, half way the one whose last bit is 0. */
START_TEST(rounds_to_nearest_even)
{
  for (uint32_t upper = 0; upper < 0x10000; upper++) {
    const float value = from_bits(upper << 16);
    if (isnan(value))
      continue;
    ck_assert_uint_eq(to_bits(cap_bfloat16_round(value)), upper << 16);
    if (isinf(value))
      continue;
    const uint32_t half = upper << 16 | 0x8000;
    const uint32_t even = upper + (upper & 1);
    ck_assert_uint_eq(to_bits(cap_bfloat16_round(from_bits(half - 1))),
                      upper << 16);
    ck_assert_uint_eq(to_bits(cap_bfloat16_round(from_bits(half + 1))),
                      (upper + 1) << 16);
    ck_assert_uint_eq(to_bits(cap_bfloat16_round(from_bits(half))), even << 16);
  }
}
END_TEST

START_TEST(keeps_what_is_no_number)
{
  const struct {
    uint32_t from, to;
  } rows[] = {
      {0x7f800000, 0x7f800000}, /* infinities */
      {0xff800000, 0xff800000},
      {0x7f7fffff, 0x7f800000}, /* beyond the largest */
      {0x7f7f7fff, 0x7f7f0000},
      {0xff7f8000, 0xff800000},
      {0x7fc00000, 0x7fc00000}, /* NaN */
      {0x7f800001, 0x7fc00000}, /* signalling, payload below the cut */
      {0xffffffff, 0xffff0000},
      {0xff800001, 0xffc00000},
      {0x00000001, 0x00000000}, /* subnormals */
      {0x80000001, 0x80000000},
      {0x0000ffff, 0x00010000},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    ck_assert_uint_eq(to_bits(cap_bfloat16_round(from_bits(rows[i].from))),
                      rows[i].to);
}
END_TEST

/* The vectorised loop says the same, in place too. */
START_TEST(rounds_arrays)
{
  enum { N = 40001 };
  g_autofree float *from = g_new(float, N), *to = g_new(float, N);
  for (uint32_t i = 0; i < N; i++)
    from[i] = from_bits(i * 107371u);
  cap_bfloat16_round_all(N, from, to);
  for (int i = 0; i < N; i++)
    ck_assert_uint_eq(to_bits(to[i]), to_bits(cap_bfloat16_round(from[i])));
  cap_bfloat16_round_all(N, to, to);
  for (int i = 0; i < N; i++)
    ck_assert_uint_eq(to_bits(to[i]), to_bits(cap_bfloat16_round(from[i])));
}
END_TEST

static CapTensor
build_conv(CapGraph *g, const CapTensor *in, const int *o)
{
  const CapConv3dOptions options = {.channels = o[4],
                                    .kernel = o[0],
                                    .stride = o[1],
                                    .pad = o[2],
                                    .bias = o[3]};
  return cap_conv3d_add(g, "op", in[0], &options);
}

static CapTensor
build_deconv(CapGraph *g, const CapTensor *in, const int *o)
{
  const CapConv3dOptions options = {.channels = o[4],
                                    .kernel = o[0],
                                    .stride = o[1],
                                    .pad = o[2],
                                    .bias = o[3]};
  return cap_deconv3d_add(g, "op", in[0], &options);
}

static CapTensor
build_linear_rows(CapGraph *g, const CapTensor *in, const int *o)
{
  return cap_linear_rows_add(g, "op", in[0], o[0]);
}

#define CONV(name, build, twin, c, d, h, w, last, ...)                         \
  {                                                                            \
    name, build, twin, 1, {{4, {c, d, h, w}}}, {__VA_ARGS__}, last, 1, 0, 0,   \
        CAP_PRECISION_BFLOAT16                                                 \
  }

#define LINEAR(name, n_rows, in, out)                                          \
  {                                                                            \
    name, build_linear_rows, cap_twin_linear_rows, 1, {{2, {n_rows, in}}},     \
        {out}, FALSE, 1, 0, 0, CAP_PRECISION_BFLOAT16                          \
  }

static const CapGradientRow rows[] = {
    CONV("conv 3", build_conv, cap_twin_conv3d, 8, 4, 4, 4, TRUE, 3, 1, 1, 1,
         16),
    CONV("conv 3 odd", build_conv, cap_twin_conv3d, 3, 5, 4, 3, TRUE, 3, 1, 1,
         1, 5),
    CONV("conv 3/2", build_conv, cap_twin_conv3d, 8, 6, 5, 6, TRUE, 3, 2, 1, 1,
         16),
    CONV("conv 5/2 of one", build_conv, cap_twin_conv3d, 1, 8, 8, 8, FALSE, 5,
         2, 2, 0, 16),
    CONV("conv 1", build_conv, cap_twin_conv3d, 16, 2, 3, 2, TRUE, 1, 1, 0, 1,
         24),
    CONV("conv 5 of one voxel", build_conv, cap_twin_conv3d, 8, 1, 1, 1, TRUE,
         5, 1, 2, 1, 8),
    CONV("deconv 4/2", build_deconv, cap_twin_deconv3d, 8, 2, 2, 2, TRUE, 4, 2,
         1, 1, 8),
    CONV("deconv 2/2 odd", build_deconv, cap_twin_deconv3d, 3, 2, 3, 1, TRUE, 2,
         2, 0, 1, 5),
    LINEAR("linear rows", 65, 32, 48),
    LINEAR("linear rows odd", 3, 5, 70),
};

START_TEST(products_are_those_of_rounded_factors)
{
  cap_gradient_check(&rows[_i], 1);
  cap_gradient_check(&rows[_i], 37);
}
END_TEST

static CapGraph *
conv_graph(CapPrecision precision, const char *ways, CapTensor *in,
           CapTensor *out)
{
  CapGraph *g = cap_graph_new(2, CAP_GRAPH_TRAIN, 5);
  cap_graph_set_precision(g, precision, ways);
  *in = cap_graph_input(g, "in", cap_shape_volume(8, 6));
  cap_graph_set_channels_last(g, *in);
  cap_graph_require_grad(g, *in);
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = 16;
  *out = cap_conv3d_add(g, "layer", *in, &o);
  cap_graph_keep(g, *out);
  ck_assert(cap_graph_plan(g, NULL));
  return g;
}

/* Each of 216 products is off by at most 2 x 2^-9 of itself, so a sum is by at
 * most 2^-8 of the sum of their sizes; and it is off, or nothing was rounded.
 */
START_TEST(is_near_float32_but_not_it)
{
  CapTensor in, out;
  g_autoptr(CapGraph) full = conv_graph(CAP_PRECISION_FLOAT32, NULL, &in, &out);
  g_autoptr(CapGraph) half =
      conv_graph(CAP_PRECISION_BFLOAT16, NULL, &in, &out);
  const gsize n_in = 2 * cap_graph_size(full, in);
  const gsize n_out = 2 * cap_graph_size(full, out);
  for (gsize i = 0; i < n_in; i++)
    cap_graph_data(full, in)[i] = cap_graph_data(half, in)[i] =
        (float)(cap_graph_random(full) - 0.5);
  double largest = 0; /* weight */
  const CapTensor weight = cap_graph_find(full, "layer.weight");
  for (gsize i = 0; i < cap_graph_size(full, weight); i++)
    largest = MAX(largest, fabs((double)cap_graph_data(full, weight)[i]));
  cap_graph_forward(full);
  cap_graph_forward(half);
  double worst = 0;
  for (gsize i = 0; i < n_out; i++)
    worst = MAX(worst, fabs((double)(cap_graph_data(full, out)[i] -
                                     cap_graph_data(half, out)[i])));
  ck_assert_double_gt(worst, 1e-5);
  ck_assert_double_lt(worst, 0x1p-8 * 216 * largest * 0.5);
}
END_TEST

/* Infinities and what is no number reach the output, where the loss scale sees
 * them. */
START_TEST(infinities_pass_through)
{
  CapTensor in, out;
  g_autoptr(CapGraph) g = conv_graph(CAP_PRECISION_BFLOAT16, NULL, &in, &out);
  cap_graph_data(g, in)[100] = INFINITY;
  cap_graph_forward(g);
  int infinite = 0;
  for (gsize i = 0; i < cap_graph_size(g, out); i++)
    infinite += !isfinite(cap_graph_data(g, out)[i]);
  ck_assert_int_gt(infinite, 0);
}
END_TEST

START_TEST(ways_survive_as_text)
{
  CapTensor in, out;
  g_autoptr(CapGraph) g = conv_graph(CAP_PRECISION_BFLOAT16, NULL, &in, &out);
  g_autofree char *text = cap_ways_text(cap_graph_ways(g));
  ck_assert_str_eq(text, "layer data bfloat16\nlayer forward bfloat16\n"
                         "layer weights bfloat16\n");
  /* What an earlier run took goes before the configuration, line by line. */
  g_autoptr(CapGraph) mixed = conv_graph(
      CAP_PRECISION_BFLOAT16,
      "layer forward float32\nlayer data nonsense\nanother line\n", &in, &out);
  CapWay way;
  ck_assert(cap_ways_get(cap_graph_ways(mixed), "layer", "forward", &way));
  ck_assert_int_eq(way, CAP_WAY_FLOAT32);
  ck_assert(cap_ways_get(cap_graph_ways(mixed), "layer", "data", &way));
  ck_assert_int_eq(way, CAP_WAY_BFLOAT16);
  ck_assert(!cap_ways_get(cap_graph_ways(mixed), "layer", "sideways", &way));
}
END_TEST

static CapConvSpec
spec(void)
{
  return (CapConvSpec){.in_channels = 8,
                       .out_channels = 16,
                       .in_size = {6, 6, 6},
                       .out_size = {6, 6, 6},
                       .kernel = 3,
                       .stride = 1,
                       .pad = 1,
                       .in_last = TRUE,
                       .out_last = TRUE,
                       .train = TRUE};
}

/* As for convolutions: rules ask no clock, AUTO measures what is there. */
START_TEST(products_are_chosen_likewise)
{
  const CapProductSpec s = {65, 32, 48, .b_turned = TRUE};
  ck_assert_int_eq(cap_product_choice(&s, CAP_PRECISION_FLOAT32),
                   CAP_WAY_FLOAT32);
  ck_assert_int_eq(cap_product_choice(&s, CAP_PRECISION_BFLOAT16),
                   CAP_WAY_BFLOAT16);
  const CapWay way = cap_product_choice(&s, CAP_PRECISION_AUTO);
  if (!cap_product_has_bfloat16(&s)) {
    ck_assert_int_eq(way, CAP_WAY_FLOAT32);
    return;
  }
  g_autofree char *machine = cap_choices_machine();
  CapWay kept;
  ck_assert(cap_choices_find(machine, "product-65-32t-48", &kept));
  ck_assert_int_eq(kept, way);
}
END_TEST

/* The cache folder of test_env is the build's; here it starts empty. */
START_TEST(a_measured_choice_is_kept)
{
  const CapConvSpec s = spec();
  const CapConvPass pass = CAP_CONV_BACKWARD_WEIGHTS;
  g_autofree char *folder =
      g_build_filename(g_get_user_cache_dir(), "capsight", NULL);
  g_autofree char *path = g_build_filename(folder, "choices.ini", NULL);
  g_unlink(path);
  const CapWay first = cap_conv_choice(&s, pass, 2, CAP_PRECISION_AUTO);
  g_autoptr(GKeyFile) file = g_key_file_new();
  ck_assert(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
  g_autofree char *machine = g_key_file_get_start_group(file);
  g_auto(GStrv) keys = g_key_file_get_keys(file, machine, NULL, NULL);
  ck_assert_uint_eq(g_strv_length(keys), 1);
  g_autofree char *kept = g_key_file_get_string(file, machine, keys[0], NULL);
  ck_assert_str_eq(kept, cap_way_name(first));
  /* The file is believed, whatever the clock would say now. */
  const CapWay other =
      first == CAP_WAY_FLOAT32 ? CAP_WAY_FLOAT32_OWN : CAP_WAY_FLOAT32;
  g_key_file_set_string(file, machine, keys[0], cap_way_name(other));
  ck_assert(g_key_file_save_to_file(file, path, NULL));
  ck_assert_int_eq(cap_conv_choice(&s, pass, 2, CAP_PRECISION_AUTO), other);
  /* A broken one is measured again. */
  ck_assert(g_file_set_contents(path, "[[", -1, NULL));
  const CapWay again = cap_conv_choice(&s, pass, 2, CAP_PRECISION_AUTO);
  ck_assert(again == CAP_WAY_FLOAT32 || again == CAP_WAY_FLOAT32_OWN ||
            again == CAP_WAY_BFLOAT16);
  g_unlink(path);
}
END_TEST

START_TEST(rules_ask_no_clock)
{
  const CapConvSpec s = spec();
  for (int p = 0; p < CAP_CONV_N_PASSES; p++) {
    const CapConvPass pass = (CapConvPass)p;
    ck_assert_int_eq(cap_conv_choice(&s, pass, 2, CAP_PRECISION_FLOAT32),
                     cap_conv_kernel_rule(&s, pass));
    ck_assert_int_eq(cap_conv_choice(&s, pass, 2, CAP_PRECISION_BFLOAT16),
                     CAP_WAY_BFLOAT16);
    /* Where the processor has no bfloat16, measuring never chooses it. */
    if (!cap_conv_kernel_has_bfloat16(&s, pass, 2))
      ck_assert_int_ne(cap_conv_choice(&s, pass, 2, CAP_PRECISION_AUTO),
                       CAP_WAY_BFLOAT16);
    printf("# pass %d: oneDNN %s bfloat16 here\n", p,
           cap_conv_kernel_has_bfloat16(&s, pass, 2) ? "has" : "has no");
  }
}
END_TEST

/* oneDNN's bfloat16, where it is, and the rounded factors that stand for it
 * elsewhere agree to the order of their sums, added to what is there or not. */
START_TEST(a_product_has_its_ways)
{
  enum { ROWS = 130, INNER = 96, COLUMNS = 40, N = ROWS * COLUMNS };
  for (int turned = 0; turned < 4; turned++) {
    const CapProductSpec s = {ROWS, INNER, COLUMNS, .a_turned = turned & 1,
                              .b_turned = turned >> 1};
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    g_autofree float *a = g_new(float, ROWS *INNER);
    g_autofree float *b = g_new(float, INNER *COLUMNS);
    g_autofree float *got = g_new0(float, N), *want = g_new0(float, N);
    for (int i = 0; i < ROWS * INNER; i++)
      a[i] = (float)g_rand_double_range(random, -1, 1);
    for (int i = 0; i < INNER * COLUMNS; i++)
      b[i] = (float)g_rand_double_range(random, -1, 1);
    g_autoptr(CapProduct) product = cap_product_new(&s);
    ck_assert_int_eq(cap_product_way(product), CAP_WAY_FLOAT32);
    cap_product_set_way(product, CAP_WAY_BFLOAT16);
    ck_assert(cap_product_prepare(product, NULL));
    b[0] += 64;
    cap_product_run(product, ROWS, INNER, a, b, got, FALSE, 1);
    b[0] -= 64; /* another generation: looked at again */
    cap_product_run(product, ROWS, INNER, a, b, got, FALSE, 2);
    cap_product_run(product, ROWS, INNER, a, b, got, TRUE, 2);
    cap_bfloat16_round_all(ROWS * INNER, a, a);
    cap_bfloat16_round_all(INNER * COLUMNS, b, b);
    cap_product_set_way(product, CAP_WAY_FLOAT32_OWN);
    ck_assert_int_eq(cap_product_way(product), CAP_WAY_FLOAT32);
    cap_product_run(product, ROWS, INNER, a, b, want, FALSE, 0);
    cap_product_run(product, ROWS, INNER, a, b, want, TRUE, 0);
    for (int i = 0; i < N; i++)
      ck_assert_double_eq_tol((double)got[i], (double)want[i], 1e-4);
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("bfloat16");
  TCase *tests = tcase_create("bfloat16");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, rounds_to_nearest_even);
  tcase_add_test(tests, keeps_what_is_no_number);
  tcase_add_test(tests, rounds_arrays);
  tcase_add_loop_test(tests, products_are_those_of_rounded_factors, 0,
                      (int)G_N_ELEMENTS(rows));
  tcase_add_test(tests, is_near_float32_but_not_it);
  tcase_add_test(tests, infinities_pass_through);
  tcase_add_test(tests, ways_survive_as_text);
  tcase_add_test(tests, a_measured_choice_is_kept);
  tcase_add_test(tests, rules_ask_no_clock);
  tcase_add_test(tests, a_product_has_its_ways);
  tcase_add_test(tests, products_are_chosen_likewise);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
