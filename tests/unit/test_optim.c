/* Adam against the paper's algorithm in double, its schedule, and the loss
 * scale. */
#include <math.h>
#include <string.h>

#include "core/nn/ops/linear.h"
#include "core/nn/optim.h"
#include "tests/support/suite.h"
#include "tests/support/thread_ranks.h"

#define N_WEIGHTS 12
#define N_BIAS 4
#define BIAS_PACE 2.5 /* the biases learn faster */

static CapGraph *
make(CapTensor *weight, CapTensor *bias)
{
  CapGraph *g = cap_graph_new(1, CAP_GRAPH_TRAIN, 3);
  const CapTensor in = cap_graph_input(g, "in", cap_shape_vector(3));
  cap_linear_add(g, "linear", in, cap_shape_vector(N_BIAS));
  ck_assert(cap_graph_plan(g, NULL));
  *weight = cap_graph_find(g, "linear.weight");
  *bias = cap_graph_find(g, "linear.bias");
  cap_graph_set_pace(g, *bias, BIAS_PACE);
  return g;
}

typedef struct {
  double w[N_WEIGHTS + N_BIAS], m[N_WEIGHTS + N_BIAS], v[N_WEIGHTS + N_BIAS];
} Twin;

static double
gradient(int step, int i)
{
  return sin(0.7 * step + i) * (i % 3 + 0.2);
}

/* Algorithm 1 with decoupled decay; RATE as scheduled. */
static void
twin_step(Twin *t, int step, double rate, double decay, double clip)
{
  double norm = 0.0;
  for (int i = 0; i < N_WEIGHTS + N_BIAS; i++)
    norm += pow((double)(float)gradient(step, i), 2);
  norm = sqrt(norm);
  for (int i = 0; i < N_WEIGHTS + N_BIAS; i++) {
    const double g = gradient(step, i) * (norm > clip ? clip / norm : 1.0);
    t->m[i] = 0.9 * t->m[i] + 0.1 * g;
    t->v[i] = 0.999 * t->v[i] + 0.001 * g * g;
    const double m = t->m[i] / (1.0 - pow(0.9, step));
    const double v = t->v[i] / (1.0 - pow(0.999, step));
    const double pace = i < N_WEIGHTS ? 1.0 : BIAS_PACE;
    t->w[i] -= rate * (pace * m / (sqrt(v) + 1e-8) +
                       (i < N_WEIGHTS ? decay * t->w[i] : 0.0));
  }
}

START_TEST(follows_twin)
{
  CapTensor weight, bias;
  CapGraph *g = make(&weight, &bias);
  CapOptimOptions options = cap_optim_options_default();
  options.warmup_steps = 10;
  options.total_steps = 60;
  options.weight_decay = 0.05;
  options.clip_norm = 2.5;
  CapOptim *optim = cap_optim_new(g, &options);
  Twin twin = {{0}};
  for (int i = 0; i < N_WEIGHTS; i++)
    twin.w[i] = (double)cap_graph_data(g, weight)[i];
  for (int step = 1; step <= 80; step++) {
    for (int i = 0; i < N_WEIGHTS; i++)
      cap_graph_grad(g, weight)[i] = (float)gradient(step, i);
    for (int i = 0; i < N_BIAS; i++)
      cap_graph_grad(g, bias)[i] = (float)gradient(step, N_WEIGHTS + i);
    twin_step(&twin, step, cap_optim_rate(optim), 0.05, 2.5);
    ck_assert_double_gt(cap_optim_step(optim), 0.0);
  }
  ck_assert_int_eq(cap_optim_n_steps(optim), 80);
  for (int i = 0; i < N_WEIGHTS + N_BIAS; i++) {
    const double got = i < N_WEIGHTS
                           ? (double)cap_graph_data(g, weight)[i]
                           : (double)cap_graph_data(g, bias)[i - N_WEIGHTS];
    ck_assert_double_eq_tol(got, twin.w[i], 2e-6);
  }
  cap_optim_free(optim);
  cap_graph_free(g);
}
END_TEST

START_TEST(schedule)
{
  CapTensor weight, bias;
  CapGraph *g = make(&weight, &bias);
  CapOptimOptions options = cap_optim_options_default();
  options.warmup_steps = 10;
  options.total_steps = 110;
  CapOptim *optim = cap_optim_new(g, &options);
  const struct {
    gint64 done;
    double rate;
  } expected[] = {
      {0, 1e-4}, {9, 1e-3}, {59, (1e-3 + 3e-5) / 2}, {109, 3e-5}, {500, 3e-5}};
  for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
    cap_optim_set_n_steps(optim, expected[i].done);
    ck_assert_double_eq_tol(cap_optim_rate(optim), expected[i].rate, 1e-12);
  }
  cap_optim_free(optim);
  cap_graph_free(g);
}
END_TEST

START_TEST(skips_infinity)
{
  CapTensor weight, bias;
  CapGraph *g = make(&weight, &bias);
  const CapOptimOptions options = cap_optim_options_default();
  CapOptim *optim = cap_optim_new(g, &options);
  const float before = cap_graph_data(g, weight)[5];
  cap_graph_zero_grad(g);
  cap_graph_grad(g, weight)[5] = INFINITY;
  ck_assert(!isfinite(cap_optim_step(optim)));
  ck_assert_int_eq(cap_optim_n_steps(optim), 0);
  ck_assert(cap_graph_data(g, weight)[5] == before);
  ck_assert(cap_optim_moment1(optim, weight)[5] == 0.0f);
  cap_optim_free(optim);
  cap_graph_free(g);
}
END_TEST

/* A step whose gradients are the twin's times the graph's loss scale, with
 * POISON (0: none) in place of one of them. */
static double
scaled_step(CapGraph *g, CapOptim *optim, int step, float poison)
{
  const CapTensor weight = cap_graph_find(g, "linear.weight");
  const CapTensor bias = cap_graph_find(g, "linear.bias");
  for (int i = 0; i < N_WEIGHTS + N_BIAS; i++) {
    float *grad = i < N_WEIGHTS ? &cap_graph_grad(g, weight)[i]
                                : &cap_graph_grad(g, bias)[i - N_WEIGHTS];
    *grad = (float)gradient(step, i) * cap_graph_loss_scale(g);
  }
  if (poison != 0.0f)
    cap_graph_grad(g, weight)[step % N_WEIGHTS] = poison;
  return cap_optim_step(optim);
}

/* Infinities halve the scale and skip the step, three good steps in a row
 * double it, and the weights end where an unscaled run without the skipped
 * steps ends, to the last bit. */
START_TEST(loss_scale_halves_skips_and_grows)
{
  static const struct {
    float poison;
    double scale; /* after the step */
  } rows[] = {{0, 64}, {INFINITY, 32},  {0, 32},   {0, 32},
              {0, 64}, {-INFINITY, 32}, {NAN, 16}, {0, 16},
              {0, 16}, {INFINITY, 8},   {0, 8},    {0, 8},
              {0, 16}, {0, 16},         {0, 16},   {0, 32}};
  CapTensor weight, bias;
  CapGraph *scaled = make(&weight, &bias), *plain = make(&weight, &bias);
  CapOptimOptions options = cap_optim_options_default();
  options.clip_norm = 2.5;
  CapOptim *without = cap_optim_new(plain, &options);
  options.loss_scale = 64;
  options.loss_scale_steps = 3;
  CapOptim *with = cap_optim_new(scaled, &options);
  int good = 0;
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    const double norm = scaled_step(scaled, with, (int)i, rows[i].poison);
    ck_assert_double_eq(cap_optim_loss_scale(with), rows[i].scale);
    ck_assert(cap_graph_loss_scale(scaled) == (float)rows[i].scale);
    ck_assert_int_eq(isfinite(norm), rows[i].poison == 0.0f);
    if (rows[i].poison != 0.0f)
      continue;
    ck_assert_double_eq_tol(scaled_step(plain, without, (int)i, 0), norm,
                            1e-12);
    ck_assert_int_eq(cap_optim_n_steps(with), ++good);
    for (int k = 0; k < N_WEIGHTS; k++)
      ck_assert(cap_graph_data(scaled, weight)[k] ==
                cap_graph_data(plain, weight)[k]);
  }
  ck_assert_double_eq(cap_optim_loss_scale(without), 1.0);
  cap_optim_free(with);
  cap_optim_free(without);
  cap_graph_free(scaled);
  cap_graph_free(plain);
}
END_TEST

/* It never leaves 1 … 2^24 once there, and stands still when off. */
START_TEST(loss_scale_has_bounds)
{
  CapTensor weight, bias;
  CapGraph *g = make(&weight, &bias);
  CapOptimOptions options = cap_optim_options_default();
  options.loss_scale = 2;
  options.loss_scale_steps = 1;
  CapOptim *optim = cap_optim_new(g, &options);
  for (int i = 0; i < 4; i++)
    scaled_step(g, optim, i, INFINITY);
  ck_assert_double_eq(cap_optim_loss_scale(optim), 1.0);
  for (int i = 0; i < 40; i++)
    scaled_step(g, optim, i, 0);
  ck_assert_double_eq(cap_optim_loss_scale(optim), 0x1p24);
  cap_optim_free(optim);
  options.loss_scale = 1;
  optim = cap_optim_new(g, &options);
  scaled_step(g, optim, 0, 0);
  scaled_step(g, optim, 1, INFINITY);
  ck_assert_double_eq(cap_optim_loss_scale(optim), 1.0);
  cap_optim_free(optim);
  cap_graph_free(g);
}
END_TEST

/* What the ranks of one run saw: scale after each of 12 steps, and weights. */
typedef struct {
  double scales[2][12];
  float weights[2][N_WEIGHTS];
} Seen;

/* Only rank 1 meets infinities, in its own gradients. */
static void
train_rank(const CapRanks *ranks, gpointer data)
{
  Seen *seen = data;
  CapTensor weight, bias;
  CapGraph *g = make(&weight, &bias);
  cap_graph_set_ranks(g, ranks);
  CapOptimOptions options = cap_optim_options_default();
  options.loss_scale = 1024;
  options.loss_scale_steps = 4;
  CapOptim *optim = cap_optim_new(g, &options);
  for (int i = 0; i < 12; i++) {
    const gboolean poison = ranks->index == 1 && (i == 2 || i == 3);
    scaled_step(g, optim, i, poison ? INFINITY : 0);
    seen->scales[ranks->index][i] = cap_optim_loss_scale(optim);
  }
  memcpy(seen->weights[ranks->index], cap_graph_data(g, weight),
         sizeof seen->weights[0]);
  cap_optim_free(optim);
  cap_graph_free(g);
}

START_TEST(ranks_agree_on_the_loss_scale)
{
  Seen seen;
  cap_test_ranks_run(2, train_rank, &seen);
  static const double expected[12] = {1024, 1024, 512, 256, 256, 256,
                                      256,  512,  512, 512, 512, 1024};
  for (int r = 0; r < 2; r++)
    for (int i = 0; i < 12; i++)
      ck_assert_double_eq(seen.scales[r][i], expected[i]);
  ck_assert(memcmp(seen.weights[0], seen.weights[1], sizeof seen.weights[0]) ==
            0);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("optim");
  TCase *tcase = tcase_create("adam");
  tcase_add_test(tcase, follows_twin);
  tcase_add_test(tcase, schedule);
  tcase_add_test(tcase, skips_infinity);
  tcase_add_test(tcase, loss_scale_halves_skips_and_grows);
  tcase_add_test(tcase, loss_scale_has_bounds);
  tcase_add_test(tcase, ranks_agree_on_the_loss_scale);
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
