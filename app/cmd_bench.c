/* capsight bench: speed and memory of the network on this machine. */
#include "app/command.h"

#include "core/error.h"
#include "core/stats/rank.h"
#include "io/json.h"
#include "models/network.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  int batch, repeats;
  gboolean profile;
} Plan;

static double
now_ms(void)
{
  return (double)g_get_monotonic_time() / 1e3;
}

static double
median(double *values, int n)
{
  qsort(values, (size_t)n, sizeof *values, cap_rank_compare);
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Noise between lung and soft tissue: nothing in the network is faster on it
 * than on a patient. */
static void
fill_patches(float *patches, gsize n, gint64 seed)
{
  g_autoptr(GRand) random = g_rand_new_with_seed((guint32)seed);
  for (gsize i = 0; i < n; i++)
    patches[i] = cap_network_scale(g_rand_double_range(random, -1000, 200));
}

/* Median time of whole forward passes, ms. */
static double
time_forward(CapGraph *graph, int repeats)
{
  g_autofree double *ms = g_new(double, repeats);
  cap_graph_forward(graph); /* first touch of the arena */
  for (int i = 0; i < repeats; i++) {
    const double start = now_ms();
    cap_graph_forward(graph);
    ms[i] = now_ms() - start;
  }
  return median(ms, repeats);
}

/* Median time of each op run by itself, in order, ms. */
static double *
time_ops(CapGraph *graph, int repeats)
{
  const int n = cap_graph_n_ops(graph);
  g_autofree double *ms = g_new(double, (gsize)n *repeats);
  double *medians = g_new(double, n);
  for (int k = 0; k < repeats; k++)
    for (int i = 0; i < n; i++) {
      /* An op's forward takes a pointer it may keep state behind. */
      CapOp *op = (CapOp *)cap_graph_op_at(graph, i);
      const double start = now_ms();
      op->klass->forward(graph, op);
      ms[(gsize)i * repeats + k] = now_ms() - start;
    }
  for (int i = 0; i < n; i++)
    medians[i] = median(ms + (gsize)i * repeats, repeats);
  return medians;
}

static void
write_layers(CapJson *json, CapGraph *graph, int repeats)
{
  const int n = cap_graph_n_ops(graph);
  g_autofree double *ms = time_ops(graph, repeats);
  double total = 0;
  for (int i = 0; i < n; i++)
    total += ms[i];
  cap_json_begin_array(json, "layers", FALSE);
  for (int i = 0; i < n; i++) {
    const CapOp *op = cap_graph_op_at(graph, i);
    gsize parameters = 0;
    for (int p = 0; p < op->n_params; p++)
      parameters += cap_graph_size(graph, op->params[p]);
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "name", op->name);
    cap_json_string(json, "kind", op->klass->kind);
    cap_json_number(json, "ms", ms[i], 3);
    cap_json_number(json, "share", total > 0 ? ms[i] / total : 0, 4);
    cap_json_int(json, "parameters", (gint64)parameters);
    cap_json_begin_array(json, "output", TRUE);
    const CapShape shape = cap_graph_shape(graph, op->outputs[0]);
    for (int d = 0; d < shape.n_dims; d++)
      cap_json_int(json, NULL, shape.dims[d]);
    cap_json_end_array(json);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

static gboolean
run(const Plan *plan, gint64 seed, GError **error)
{
  CapNetworkOptions options = cap_network_options_default();
  options.max_batch = plan->batch;
  options.seed = (guint64)seed;
  g_autoptr(CapNetwork) net = cap_network_new(CAP_GRAPH_INFER, &options, error);
  if (net == NULL)
    return FALSE;
  CapGraph *graph = net->graph;
  cap_graph_set_batch(graph, plan->batch);
  fill_patches(cap_graph_data(graph, net->patch),
               (gsize)plan->batch * CAP_PATCH_VOXELS, seed);
  const double ms = time_forward(graph, plan->repeats);

  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_string(json, "software_version", CAP_VERSION);
  cap_json_int(json, "processors", g_get_num_processors());
  cap_json_int(json, "threads", omp_get_max_threads());
  cap_json_int(json, "batch", plan->batch);
  cap_json_int(json, "repeats", plan->repeats);
  cap_json_number(json, "batch_ms", ms, 3);
  cap_json_number(json, "patch_ms", ms / plan->batch, 3);
  cap_json_number(json, "patches_per_second", 1e3 * plan->batch / ms, 1);
  cap_json_number(json, "arena_mib",
                  (double)cap_graph_arena_bytes(graph) / (1 << 20), 1);
  if (plan->profile)
    write_layers(json, graph, plan->repeats);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  fputs(text, stdout);
  return TRUE;
}

int
cap_cmd_bench(int argc, char **argv)
{
  Plan plan = {.batch = 16, .repeats = 9};
  g_auto(CapCommon) common = {0};
  const GOptionEntry entries[] = {
      {"batch", 0, 0, G_OPTION_ARG_INT, &plan.batch,
       "Patches at once (default 16)", "N"},
      {"repeat", 0, 0, G_OPTION_ARG_INT, &plan.repeats,
       "Runs whose median is printed (default 9)", "N"},
      {"profile", 0, 0, G_OPTION_ARG_NONE, &plan.profile,
       "Also the time of every layer", NULL},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "",
                         "Times the capsule network on this machine; JSON on "
                         "stdout.",
                         entries, &common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (argc != 1 || plan.batch < 1 || plan.batch > 512 || plan.repeats < 1 ||
      plan.repeats > 10000) {
    g_set_error(
        &error, CAP_ERROR, CAP_ERROR_USAGE,
        "bench takes no path, --batch 1 to 512 and --repeat 1 to 10000");
    return cap_command_fail(error);
  }
  if (common.jobs > 0)
    omp_set_num_threads(common.jobs);
  return run(&plan, common.seed, &error) ? 0 : cap_command_fail(error);
}
