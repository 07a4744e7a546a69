/* Adam against the paper's algorithm in double, and its schedule. */
#include <math.h>

#include "core/nn/ops/linear.h"
#include "core/nn/optim.h"
#include "tests/support/suite.h"

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

int
main(void)
{
  Suite *suite = suite_create("optim");
  TCase *tcase = tcase_create("adam");
  tcase_add_test(tcase, follows_twin);
  tcase_add_test(tcase, schedule);
  tcase_add_test(tcase, skips_infinity);
  suite_add_tcase(suite, tcase);
  return cap_suite_run(suite);
}
