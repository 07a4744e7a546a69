/* Several ranks take the steps that one takes alone. */
#include "core/error.h"
#include "core/nn/ops/batchnorm.h"
#include "core/nn/ops/linear.h"
#include "core/nn/optim.h"
#include "io/csv.h"
#include "io/weights.h"
#include "models/train.h"
#include "models/train_split.h"
#include "tests/support/nodules.h"
#include "tests/support/suite.h"
#include "tests/support/thread_ranks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void
sum_some(const CapRanks *ranks, gpointer data)
{
  float *results = data;
  const gsize n = 150000; /* more than is gathered at once */
  g_autofree float *values = g_new(float, n);
  for (gsize i = 0; i < n; i++)
    values[i] = ranks->index == 0 ? 1e8f : ranks->index == 1 ? (float)i : -1e8f;
  cap_ranks_sum_floats(ranks, n, values);
  /* in the order of ranks: the small one is rounded by the first */
  gboolean right = TRUE;
  for (gsize i = 0; i < n; i++)
    right &= values[i] == (1e8f + (float)i) + -1e8f;
  double whole[2] = {ranks->index, 0.5};
  cap_ranks_sum_doubles(ranks, 2, whole);
  right &= whole[0] == 3 && whole[1] == 1.5;
  right &= cap_ranks_all(ranks, TRUE);
  right &= !cap_ranks_all(ranks, ranks->index != 1);
  results[ranks->index] = right ? 1 : -1;
}

START_TEST(sums_are_made_in_the_order_of_ranks)
{
  float results[3] = {0};
  cap_test_ranks_run(3, sum_some, results);
  for (int r = 0; r < 3; r++)
    ck_assert_float_eq(results[r], 1);
  double alone = 4;
  cap_ranks_sum_doubles(NULL, 1, &alone);
  ck_assert_double_eq(alone, 4);
  ck_assert(!cap_ranks_all(NULL, FALSE));
}
END_TEST

START_TEST(parts_cover_a_batch)
{
  for (int count = 1; count <= 5; count++)
    for (int n = 0; n < 40; n++) {
      int next = 0;
      for (int r = 0; r < count; r++) {
        const CapRanks ranks = {.index = r, .count = count};
        int first;
        const int size = cap_ranks_part(&ranks, n, &first);
        ck_assert_int_eq(first, next);
        ck_assert_int_ge(size, n / count);
        ck_assert_int_le(size, n / count + 1);
        next += size;
      }
      ck_assert_int_eq(next, n);
    }
}
END_TEST

/* ---- a normalised layer, one step ---- */

enum { CHANNELS = 3, EDGE = 4, VOXELS = EDGE * EDGE * EDGE, SAMPLES = 7 };

typedef struct {
  float x[SAMPLES * CHANNELS * VOXELS];
  float dx[SAMPLES * CHANNELS * VOXELS]; /* of the normalised input */
  float params[8][16 * CHANNELS * VOXELS];
} Step;

static void
take_step(const CapRanks *ranks, gpointer data)
{
  Step *step = data;
  int first;
  const int n = cap_ranks_part(ranks, SAMPLES, &first);
  const gsize size = CHANNELS * VOXELS;
  g_autoptr(CapGraph) g = cap_graph_new(SAMPLES, CAP_GRAPH_TRAIN, 5);
  const CapTensor x = cap_graph_input(g, "x", cap_shape_volume(CHANNELS, EDGE));
  cap_graph_require_grad(g, x);
  const CapTensor y = cap_batchnorm_add(g, "norm", x, TRUE);
  const CapTensor loss = cap_linear_add(g, "loss", y, cap_shape_vector(1));
  cap_graph_add_loss(g, loss, 1);
  ck_assert(cap_graph_plan(g, NULL));
  cap_graph_set_ranks(g, ranks);
  cap_graph_set_batch(g, n);
  cap_graph_set_whole_batch(g, SAMPLES);
  memcpy(cap_graph_data(g, x), step->x + (gsize)first * size,
         (gsize)n * size * sizeof(float));
  CapOptimOptions options = cap_optim_options_default();
  options.warmup_steps = 0;
  g_autoptr(CapOptim) optim = cap_optim_new(g, &options);
  cap_graph_zero_grad(g);
  cap_graph_forward(g);
  cap_graph_backward(g);
  cap_optim_step(optim);
  memcpy(step->dx + (gsize)first * size, cap_graph_grad(g, x),
         (gsize)n * size * sizeof(float));
  if (cap_ranks_speaks(ranks))
    for (int i = 0; i < cap_graph_n_params(g); i++) {
      const CapTensor p = cap_graph_param_at(g, i);
      memcpy(step->params[i], cap_graph_data(g, p),
             cap_graph_size(g, p) * sizeof(float));
    }
}

START_TEST(normalisation_sees_the_whole_batch)
{
  g_autofree Step *alone = g_new0(Step, 1);
  CapRandom random = cap_random_start(3, 0, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(alone->x); i++)
    alone->x[i] = (float)cap_random_between(&random, -2, 3);
  take_step(NULL, alone);
  for (int count = 2; count <= 4; count++) {
    g_autofree Step *shared = g_new0(Step, 1);
    memcpy(shared->x, alone->x, sizeof alone->x);
    cap_test_ranks_run(count, take_step, shared);
    for (gsize i = 0; i < G_N_ELEMENTS(alone->dx); i++)
      ck_assert_float_eq_tol(shared->dx[i], alone->dx[i], 1e-6);
    for (int p = 0; p < 8; p++)
      for (gsize i = 0; i < G_N_ELEMENTS(alone->params[p]); i++)
        ck_assert_float_eq_tol(shared->params[p][i], alone->params[p][i], 2e-6);
  }
}
END_TEST

/* ---- a training run ---- */

typedef struct {
  const CapTrainConfig *config;
  const CapPool *pool;
  const char *folder;
  int n_done, n_refused;
  GMutex lock;
} Training;

static void
train(const CapRanks *ranks, gpointer data)
{
  Training *t = data;
  g_autoptr(GError) error = NULL;
  const CapTrainOptions options = {.ranks = ranks};
  const gboolean done =
      cap_train_run(t->config, t->pool, t->folder, &options, NULL, &error);
  g_mutex_lock(&t->lock);
  t->n_done += done;
  t->n_refused += g_error_matches(error, CAP_ERROR, CAP_ERROR_CONFIG);
  g_mutex_unlock(&t->lock);
}

static CapTrainConfig *
config_of(const char *training)
{
  g_autofree char *text = g_strdup_printf("[training]\n%s\n", training);
  g_autoptr(GError) error = NULL;
  CapTrainConfig *c = cap_train_config_parse(text, "ranks.conf", &error);
  cap_assert_no_error(error);
  return c;
}

static void
assert_close_logs(const char *a, const char *b)
{
  const char *const folders[2] = {a, b};
  CapCsv *logs[2];
  for (int i = 0; i < 2; i++) {
    g_autofree char *path = g_build_filename(folders[i], "log.csv", NULL);
    logs[i] = cap_csv_read(path, NULL);
    ck_assert_int_eq(cap_csv_n_rows(logs[i]), 2);
  }
  for (int row = 0; row < 2; row++)
    for (int c = 0; c < cap_csv_n_columns(logs[0]); c++) {
      const char *name = cap_csv_column_name(logs[0], c);
      double x, y;
      if (!g_str_has_prefix(name, "loss"))
        continue;
      ck_assert(cap_csv_number(logs[0], row, c, &x, NULL));
      ck_assert(cap_csv_number(logs[1], row, c, &y, NULL));
      ck_assert_msg(fabs(x - y) < 1e-4 * fabs(x) + 1e-6, "%s: %g and %g", name,
                    x, y);
    }
  cap_csv_free(logs[0]);
  cap_csv_free(logs[1]);
}

/* Distance of the weights relative to how far training has moved them. */
static double
weights_apart(const CapTrainConfig *config, const char *a, const char *b)
{
  const char *const folders[] = {NULL, a, b};
  CapNetwork *nets[3];
  for (int i = 0; i < 3; i++) {
    nets[i] = cap_network_new(CAP_GRAPH_TRAIN, &config->network, NULL);
    if (folders[i] == NULL)
      continue;
    g_autofree char *path =
        g_build_filename(folders[i], "weights.safetensors", NULL);
    ck_assert(cap_weights_load(nets[i]->graph, path, NULL, NULL, NULL));
  }
  double apart = 0, moved = 0;
  for (int p = 0; p < cap_graph_n_params(nets[0]->graph); p++) {
    const CapTensor t = cap_graph_param_at(nets[0]->graph, p);
    const float *v[3];
    for (int i = 0; i < 3; i++)
      v[i] = cap_graph_data(nets[i]->graph, t);
    if (!cap_graph_is_trained(nets[0]->graph, t))
      continue;
    for (gsize i = 0; i < cap_graph_size(nets[0]->graph, t); i++) {
      apart += pow(v[1][i] - v[2][i], 2);
      moved += pow(v[1][i] - v[0][i], 2);
    }
  }
  for (int i = 0; i < 3; i++)
    cap_network_free(nets[i]);
  return sqrt(apart / moved);
}

START_TEST(a_run_of_several_is_a_run_of_one)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, TRUE, NULL);
  g_autoptr(CapTrainConfig) c =
      config_of("epochs=2\nsamples=12\nbatch=8\nwarm-up=1");
  char *alone = cap_test_folder();
  Training t = {.config = c, .pool = pool, .folder = alone};
  train(NULL, &t);
  ck_assert_int_eq(t.n_done, 1);
  for (int count = 2; count <= 4; count += 2) {
    char *shared = cap_test_folder();
    Training s = {.config = c, .pool = pool, .folder = shared};
    cap_test_ranks_run(count, train, &s);
    ck_assert_int_eq(s.n_done, count);
    assert_close_logs(alone, shared);
    const double apart = weights_apart(c, alone, shared);
    printf("# %d ranks: weights %.1e of the way apart\n", count, apart);
    ck_assert_double_lt(apart, 1e-3);
    cap_test_remove(shared);
  }
  cap_test_remove(alone);
}
END_TEST

START_TEST(batches_must_go_round)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, FALSE, NULL);
  g_autoptr(CapTrainConfig) c = config_of("epochs=1\nsamples=9\nbatch=8");
  char *folder = cap_test_folder();
  Training t = {.config = c, .pool = pool, .folder = folder};
  cap_test_ranks_run(2, train, &t); /* the last batch has one patch */
  ck_assert_int_eq(t.n_refused, 2);
  cap_test_remove(folder);
}
END_TEST

/* One of the ranks cannot go on: none waits for it for ever. */
static void
train_cancelled_once(const CapRanks *ranks, gpointer data)
{
  Training *t = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  const CapProgress progress = {.cancellable = cancellable};
  const CapTrainOptions options = {.ranks = ranks};
  if (ranks->index == 1)
    g_cancellable_cancel(cancellable);
  const gboolean done =
      cap_train_run(t->config, t->pool, t->folder, &options, &progress, &error);
  g_mutex_lock(&t->lock);
  t->n_refused +=
      !done && g_error_matches(error, CAP_ERROR, CAP_ERROR_CANCELLED);
  g_mutex_unlock(&t->lock);
}

START_TEST(one_that_stops_stops_all)
{
  g_autoptr(CapPool) pool = cap_test_pool(12, FALSE, NULL);
  g_autoptr(CapTrainConfig) c = config_of("epochs=1\nsamples=8\nbatch=8");
  char *folder = cap_test_folder();
  Training t = {.config = c, .pool = pool, .folder = folder};
  cap_test_ranks_run(3, train_cancelled_once, &t);
  ck_assert_int_eq(t.n_refused, 3);
  cap_test_remove(folder);
}
END_TEST

/* ---- weights that are to stay equal ---- */

typedef struct {
  int parted; /* the rank whose weights are one bit off; -1 for none */
  char *said[3];
} Agreement;

static void
compare_weights(const CapRanks *ranks, gpointer data)
{
  Agreement *a = data;
  CapNetworkOptions options = cap_network_options_default();
  options.max_batch = 1;
  g_autoptr(CapNetwork) net = cap_network_new(CAP_GRAPH_TRAIN, &options, NULL);
  int last = cap_graph_n_params(net->graph) - 1;
  while (
      !cap_graph_is_trained(net->graph, cap_graph_param_at(net->graph, last)))
    last--;
  if (ranks->index == a->parted) {
    float *value =
        cap_graph_data(net->graph, cap_graph_param_at(net->graph, last));
    *value = nextafterf(*value, 2);
  }
  g_autoptr(GError) error = NULL;
  if (!cap_train_split_agrees(net, ranks, &error))
    a->said[ranks->index] = g_strdup(error->message);
}

START_TEST(split_weights_that_part_stop_all)
{
  for (int parted = -1; parted < 3; parted++) {
    Agreement a = {.parted = parted};
    cap_test_ranks_run(3, compare_weights, &a);
    for (int r = 0; r < 3; r++) {
      if (parted < 0)
        ck_assert_ptr_null(a.said[r]);
      else {
        ck_assert_ptr_nonnull(a.said[r]);
        ck_assert_ptr_nonnull(
            strstr(a.said[r], parted == 2 ? "of process 2 " : "of process 1 "));
      }
      g_free(a.said[r]);
    }
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("ranks");
  TCase *tests = tcase_create("ranks");
  tcase_set_timeout(tests, 240);
  tcase_add_test(tests, sums_are_made_in_the_order_of_ranks);
  tcase_add_test(tests, parts_cover_a_batch);
  tcase_add_test(tests, normalisation_sees_the_whole_batch);
  tcase_add_test(tests, a_run_of_several_is_a_run_of_one);
  tcase_add_test(tests, batches_must_go_round);
  tcase_add_test(tests, one_that_stops_stops_all);
  tcase_add_test(tests, split_weights_that_part_stop_all);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
