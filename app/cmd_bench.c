/* capsight bench: speed and memory of the network on this machine. */
#include "app/bench_layers.h"
#include "app/command.h"

#include "core/error.h"
#include "core/nn/optim.h"
#include "models/network.h"

#include <omp.h>
#include <stdio.h>
#include <sys/resource.h>

typedef struct {
  int batch, repeats, threads;
  gboolean profile, train;
  CapPrecision precision;
  const CapNetworkKind *kind;
  const CapRouting *routing;
} Plan;

/* Noise between lung and soft tissue: nothing in the network is faster on it
 * than on a patient. */
static void
fill_patches(float *patches, gsize n, GRand *random)
{
  for (gsize i = 0; i < n; i++)
    patches[i] = cap_network_scale(g_rand_double_range(random, -1000, 200));
}

/* Targets of the right sums: shares of levels, one of two classes. */
static void
fill_targets(CapNetwork *net, int batch, GRand *random)
{
  const struct {
    CapTensor tensor;
    double most;
  } rows[] = {{net->target_class, 1},       {net->target_class_weight, 1},
              {net->target_malignancy, .4}, {net->target_malignancy_weight, 1},
              {net->target_attributes, .3}, {net->target_attributes_weight, 1},
              {net->target_mask, 1},        {net->target_mask_weight, 1}};
  for (gsize r = 0; r < G_N_ELEMENTS(rows); r++) {
    if (rows[r].tensor < 0) /* of a loss that this network has not */
      continue;
    float *data = cap_graph_data(net->graph, rows[r].tensor);
    const gsize n = cap_graph_size(net->graph, rows[r].tensor) * (gsize)batch;
    for (gsize i = 0; i < n; i++)
      data[i] = (float)g_rand_double_range(random, 0, rows[r].most);
  }
}

static void
run_once(CapGraph *graph, CapOptim *optim)
{
  if (optim == NULL) {
    cap_graph_forward(graph);
    return;
  }
  cap_graph_zero_grad(graph);
  cap_graph_forward(graph);
  cap_graph_backward(graph);
  cap_optim_step(optim);
}

/* Highest memory of the process so far, MiB. */
static double
peak_rss_mib(void)
{
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss / 1024
                                             : 0;
}

static void
write_report(const Plan *plan, CapGraph *graph, const CapBenchTimes *times)
{
  const double ms = cap_bench_times_median(times);
  gsize macs = 0;
  for (int i = 0; i < cap_graph_n_ops(graph); i++)
    macs += cap_graph_op_at(graph, i)->macs;
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_string(json, "software_version", CAP_VERSION);
  cap_json_int(json, "processors", g_get_num_processors());
  cap_json_int(json, "threads", omp_get_max_threads());
  cap_json_string(json, "network", plan->kind->name);
  if (g_str_equal(plan->kind->name, "capsnet"))
    cap_json_string(json, "routing", plan->routing->name);
  cap_json_string(json, "mode", plan->train ? "training" : "inference");
  cap_json_string(json, "precision", cap_precision_name(plan->precision));
  cap_json_int(json, "batch", plan->batch);
  cap_json_int(json, "repeats", plan->repeats);
  cap_json_number(json, "batch_ms", ms, 3);
  cap_json_number(json, "best_batch_ms", cap_bench_times_best(times), 3);
  cap_json_number(json, "patch_ms", ms / plan->batch, 3);
  cap_json_number(json, "patches_per_second", 1e3 * plan->batch / ms, 1);
  cap_json_int(json, "macs", (gint64)macs);
  cap_json_number(json, "arena_mib",
                  (double)cap_graph_arena_bytes(graph) / (1 << 20), 1);
  cap_json_number(json, "peak_rss_mib", peak_rss_mib(), 1);
  if (plan->profile)
    cap_bench_times_write(times, json);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  fputs(text, stdout);
}

static gboolean
run(const Plan *plan, gint64 seed, GError **error)
{
  CapNetworkOptions options = cap_network_options_default();
  options.max_batch = plan->batch;
  options.seed = (guint64)seed;
  options.precision = plan->precision;
  options.kind = plan->kind;
  options.routing = plan->routing;
  g_autoptr(CapNetwork) net = cap_network_new(
      plan->train ? CAP_GRAPH_TRAIN : CAP_GRAPH_INFER, &options, error);
  if (net == NULL)
    return FALSE;
  CapGraph *graph = net->graph;
  cap_graph_set_batch(graph, plan->batch);
  g_autoptr(GRand) random = g_rand_new_with_seed((guint32)seed);
  fill_patches(cap_graph_data(graph, net->patch),
               (gsize)plan->batch * CAP_PATCH_VOXELS, random);
  g_autoptr(CapOptim) optim = NULL;
  if (plan->train) {
    const CapOptimOptions adam = cap_optim_options_default();
    optim = cap_optim_new(graph, &adam);
    fill_targets(net, plan->batch, random);
  }
  g_autoptr(CapBenchTimes) times = cap_bench_times_new(graph);
  run_once(graph, optim); /* first touch of the arena */
  cap_bench_times_restart(times);
  for (int i = 0; i < plan->repeats; i++) {
    const double start = cap_bench_now_ms();
    run_once(graph, optim);
    cap_bench_times_add(times, start);
  }
  write_report(plan, graph, times);
  return TRUE;
}

static gboolean
check(const Plan *plan, const char *precision, int argc, GError **error)
{
  if (plan->kind == NULL) {
    g_autofree char *names = cap_network_kind_names();
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "bench knows no such network; --network takes one of %s",
                names);
    return FALSE;
  }
  if (plan->routing == NULL) {
    g_autofree char *names = cap_routing_names();
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "bench knows no such routing; --routing takes one of %s",
                names);
    return FALSE;
  }
  if (argc == 1 && plan->batch >= 1 && plan->batch <= 512 &&
      plan->repeats >= 1 && plan->repeats <= 10000 && plan->threads >= 0 &&
      plan->threads <= 1024 && precision != NULL)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
              "bench takes no path, --batch 1 to 512, --repeat 1 to 10000, "
              "--threads up to 1024 (0: all) and --precision float32, bfloat16 "
              "or auto");
  return FALSE;
}

int
cap_cmd_bench(int argc, char **argv)
{
  Plan plan = {.batch = 16, .repeats = 9};
  g_autofree char *precision = NULL, *network = NULL, *routing = NULL;
  g_auto(CapCommon) common = {0};
  const GOptionEntry entries[] = {
      {"batch", 0, 0, G_OPTION_ARG_INT, &plan.batch,
       "Patches at once (default 16)", "N"},
      {"repeat", 0, 0, G_OPTION_ARG_INT, &plan.repeats,
       "Runs whose median is printed (default 9)", "N"},
      {"threads", 0, 0, G_OPTION_ARG_INT, &plan.threads,
       "Threads of the engine (default: --jobs, else all)", "N"},
      {"train", 0, 0, G_OPTION_ARG_NONE, &plan.train,
       "Training steps instead of inference", NULL},
      {"network", 0, 0, G_OPTION_ARG_STRING, &network,
       "Kind of network, as configurations call it (default capsnet)", "NAME"},
      {"routing", 0, 0, G_OPTION_ARG_STRING, &routing,
       "Of its capsules, where it has any (default dynamic)", "NAME"},
      {"precision", 0, 0, G_OPTION_ARG_STRING, &precision,
       "float32 (default), bfloat16 or auto", "NAME"},
      {"profile", 0, 0, G_OPTION_ARG_NONE, &plan.profile,
       "Also the time of every layer", NULL},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "",
                         "Times a network on this machine; JSON on "
                         "stdout.",
                         entries, &common))
    return 2;
  g_autoptr(GError) error = NULL;
  const char *of = precision != NULL ? precision : "float32";
  const gboolean known = cap_precision_parse(of, &plan.precision);
  plan.kind = cap_network_kind_find(network != NULL ? network : "capsnet");
  plan.routing = cap_routing_find(routing != NULL ? routing : "dynamic");
  if (!check(&plan, known ? of : NULL, argc, &error))
    return cap_command_fail(error);
  if (plan.threads > 0 || common.jobs > 0)
    omp_set_num_threads(plan.threads > 0 ? plan.threads : common.jobs);
  return run(&plan, common.seed, &error) ? 0 : cap_command_fail(error);
}
