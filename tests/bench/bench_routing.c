/* Routing alone: nanoseconds a sample forward and backward of each routing in
 * the network's shape, and how near that comes to what this machine can do, its
 * peak of multiply-adds and its bandwidth, both measured in the same run.
 *
 * bench-routing [--json] [--seconds S] [--only ROUTING]. Threads are
 * OMP_NUM_THREADS, the path is CAPSIGHT_ISA's. Of arithmetic, multiplications
 * and additions count: those of scores, sums, votes and moments, and, in a
 * figure of its own, those of the couplings' exponentials too. Of traffic, what
 * must move once: children, weights and poses. A sample's couplings stay in the
 * cache. */
#include <json-glib/json-glib.h>
#include <omp.h>
#include <stdio.h>

#include "core/nn/kernel.h"
#include "core/nn/ops/capsules.h"

#define TYPES 16
#define EDGE 4
#define VOXELS (EDGE * EDGE * EDGE)
#define PARENTS 10
#define DIM 16
#define EXP_FLOPS 20            /* cap_exp's multiplications and additions */
#define STREAM ((gsize)1 << 23) /* floats of each array: out of any cache */

typedef struct {
  double flops, bytes; /* a second */
} Machine;

typedef struct {
  const char *routing;
  int iterations, batch;
  double forward_ns, backward_ns; /* a sample */
  double flops, bytes;            /* a sample, forward */
  double exp_flops;               /* of flops, those of exponentials */
  double saved; /* dynamic routing's scores and sums over those worked on */
} Result;

typedef void (*Work)(gpointer data);

/* Of three runs at least, and for SECONDS. */
static double
fastest_s(Work work, gpointer data, double seconds)
{
  double best = G_MAXDOUBLE;
  work(data); /* warm */
  const gint64 start = g_get_monotonic_time();
  for (int run = 0;
       run < 3 || (double)(g_get_monotonic_time() - start) < seconds * 1e6;
       run++) {
    const double from = omp_get_wtime();
    work(data);
    best = MIN(best, omp_get_wtime() - from);
  }
  return best;
}

/* ---- the machine ---- */

typedef float Wide __attribute__((vector_size(64)));

#define CHAINS 10 /* of multiply-adds that do not wait for each other */
#define CHAIN_STEPS 100000

/* In vectors of the path's own width: wider ones would live in memory. */
#define RUN_CHAINS(Vector, a, b)                                               \
  Vector sum[CHAINS], total = {0};                                             \
  for (int c = 0; c < CHAINS; c++)                                             \
    sum[c] = (float)c - (Vector){0};                                           \
  for (int i = 0; i < CHAIN_STEPS; i++)                                        \
    _Pragma("GCC unroll 10") for (int c = 0; c < CHAINS; c++) sum[c] =         \
        sum[c] * a + b;                                                        \
  for (int c = 0; c < CHAINS; c++)                                             \
    total += sum[c];                                                           \
  return total[0] + total[sizeof total / sizeof(float) - 1]

CAP_KERNEL(float, chains_of_eight, (float a, float b), (a, b))
{
  RUN_CHAINS(CapLanes, a, b);
}

CAP_KERNEL(float, chains_of_sixteen, (float a, float b), (a, b))
{
  RUN_CHAINS(Wide, a, b);
}

static void
peak(gpointer data)
{
  float *sink = data;
#pragma omp parallel
  {
    const float a = 0.5f + 1e-3f * (float)omp_get_thread_num();
    const float got = cap_isa == CAP_ISA_AVX512 ? chains_of_sixteen(a, 1.0f)
                                                : chains_of_eight(a, 1.0f);
#pragma omp atomic
    *sink += got;
  }
}

static void
triad(gpointer data)
{
  float *a = data, *b = a + STREAM, *c = b + STREAM;
#pragma omp parallel for
  for (gsize i = 0; i < STREAM; i++)
    a[i] = b[i] + 3.0f * c[i];
}

static Machine
measure_machine(double seconds)
{
  float sink = 0.0f;
  const double chain_s = fastest_s(peak, &sink, seconds);
  g_autofree float *arrays = g_new0(float, 3 * STREAM);
  const double triad_s = fastest_s(triad, arrays, seconds);
  const double operations = 2.0 * (cap_isa == CAP_ISA_AVX512 ? 16 : 8) *
                            CHAIN_STEPS * CHAINS * omp_get_max_threads();
  return (Machine){operations / chain_s,
                   3.0 * sizeof(float) * STREAM / triad_s};
}

/* ---- a layer ---- */

static CapGraph *
make_layer(const CapRouting *routing, int iterations, int batch)
{
  CapGraph *g = cap_graph_new(batch, CAP_GRAPH_TRAIN, 3);
  CapCapsulesOptions o = cap_capsules_options_default();
  o.routing = routing;
  o.iterations = iterations;
  o.child_dim = routing->matrices ? 16 : 8;
  o.dim = DIM;
  o.matrix = routing->matrices;
  o.gain = routing->matrices ? 1.0f : 16.0f;
  o.n_groups = PARENTS - 1;
  o.groups[0] = (CapCapsuleGroup){2, TRUE};
  for (int i = 1; i < o.n_groups; i++)
    o.groups[i] = (CapCapsuleGroup){1, FALSE};
  const CapTensor in[] = {
      cap_graph_input(g, "children",
                      cap_shape_volume(TYPES * o.child_dim, EDGE)),
      routing->matrices
          ? cap_graph_input(g, "active", cap_shape_volume(TYPES, EDGE))
          : -1};
  for (int i = 0; i < 2 && in[i] >= 0; i++)
    cap_graph_require_grad(g, in[i]);
  const CapCapsules layer = cap_capsules_add(g, "layer", in[0], in[1], &o);
  g_autoptr(GError) error = NULL;
  if (!cap_graph_plan(g, &error))
    g_error("%s", error->message);
  for (int i = 0; i < 2 && in[i] >= 0; i++)
    for (gsize k = 0; k < cap_graph_size(g, in[i]) * (gsize)batch; k++)
      cap_graph_data(g, in[i])[k] =
          (float)(i == 1 ? cap_graph_random(g)
                         : 0.3 * (cap_graph_random(g) - 0.5));
  cap_graph_zero_grad(g);
  for (gsize k = 0; k < cap_graph_size(g, layer.poses) * (gsize)batch; k++)
    cap_graph_grad(g, layer.poses)[k] = (float)cap_graph_random(g) - 0.5f;
  return g;
}

static void
forward(gpointer graph)
{
  const CapOp *op = cap_graph_op_at(graph, 0);
  op->klass->forward(graph, (CapOp *)op);
}

static void
backward(gpointer graph)
{
  const CapOp *op = cap_graph_op_at(graph, 0);
  op->klass->backward(graph, (CapOp *)op);
}

/* What a sample takes forward, by what the routing says it worked on. */
static void
count(Result *r, const CapRouting *routing, CapGraph *g)
{
  CapRoutingCount used, dense;
  cap_graph_set_batch(g, 1);
  CapRoutingCount before;
  cap_capsules_count(g, &before, &dense);
  const gint64 dense_before = dense.scored + dense.summed;
  forward(g);
  cap_capsules_count(g, &used, &dense);
  const double scored = (double)(used.scored - before.scored);
  const double summed = (double)(used.summed - before.summed);
  r->saved =
      (double)(dense.scored + dense.summed - dense_before) / (scored + summed);
  const int k = routing->matrices ? 16 : 8;
  const double weights = TYPES * PARENTS * (routing->matrices ? 16.0 : DIM * k);
  const int passes = routing == &cap_routing_mean ? 1 : r->iterations;
  const gboolean attention = routing == &cap_routing_attention;
  if (routing->matrices) /* votes, moments (twice in the first), distances */
    r->flops = (summed + TYPES * VOXELS * PARENTS) * DIM * (8.0 + 5.0) +
               scored * DIM * 4.0;
  else /* and to and from the children's space, which the first has no need of
          but for attention's queries */
    r->flops = 2.0 * k * (attention ? 4.0 : 1.0) * (scored + summed) +
               2.0 * weights * (2 * passes - (attention ? 0 : 1));
  /* A softmax or sigmoid for each score, attention's for each head: besides
     the exponential a difference or sum before it and a quotient after it. */
  r->exp_flops = (attention ? 4.0 : 1.0) * scored * (EXP_FLOPS + 2);
  r->flops += r->exp_flops;
  r->bytes = sizeof(float) * (TYPES * VOXELS * (routing->matrices ? k + 1 : k) +
                              weights / r->batch + PARENTS * (DIM + 1));
}

static Result
measure(const CapRouting *routing, int iterations, int batch, double seconds)
{
  CapGraph *g = make_layer(routing, iterations, batch);
  Result r = {
      .routing = routing->name, .iterations = iterations, .batch = batch};
  r.forward_ns = 1e9 / batch * fastest_s(forward, g, seconds);
  r.backward_ns = 1e9 / batch * fastest_s(backward, g, seconds);
  count(&r, routing, g);
  cap_graph_free(g);
  return r;
}

/* ---- what comes of it ---- */

/* What bounds a sample, and the share of that in the time taken. */
static gboolean
bound_by_flops(const Result *r, const Machine *m)
{
  return r->flops / m->flops > r->bytes / m->bytes;
}

/* With the arithmetic of exponentials or without it. */
static double
share_of_bound(const Result *r, const Machine *m, gboolean exponentials)
{
  const double flops = r->flops - (exponentials ? 0.0 : r->exp_flops);
  return MAX(flops / m->flops, r->bytes / m->bytes) / (r->forward_ns * 1e-9);
}

static void
print_result(const Result *r, const Machine *m)
{
  printf("%-10s %d %4d %9.0f %9.0f %8.2f %8.2f  %3.0f %% (%3.0f %%) of %s  "
         "%5.2f\n",
         r->routing, r->iterations, r->batch, r->forward_ns, r->backward_ns,
         r->flops / r->forward_ns, r->bytes / r->forward_ns,
         100.0 * share_of_bound(r, m, TRUE),
         100.0 * share_of_bound(r, m, FALSE),
         bound_by_flops(r, m) ? "FLOP     " : "bandwidth", r->saved);
  fflush(stdout);
}

static void
add_number(JsonBuilder *b, const char *name, double value)
{
  json_builder_set_member_name(b, name);
  json_builder_add_double_value(b, value);
}

static void
add_result(JsonBuilder *b, const Result *r, const Machine *m)
{
  json_builder_begin_object(b);
  json_builder_set_member_name(b, "routing");
  json_builder_add_string_value(b, r->routing);
  add_number(b, "iterations", r->iterations);
  add_number(b, "batch", r->batch);
  add_number(b, "forward_ns_per_sample", r->forward_ns);
  add_number(b, "backward_ns_per_sample", r->backward_ns);
  add_number(b, "flop_per_sample", r->flops);
  add_number(b, "bytes_per_sample", r->bytes);
  add_number(b, "gflop_per_s", r->flops / r->forward_ns);
  add_number(b, "gbyte_per_s", r->bytes / r->forward_ns);
  add_number(b, "exponential_flop_per_sample", r->exp_flops);
  add_number(b, "share_of_bound", share_of_bound(r, m, TRUE));
  add_number(b, "share_without_exponentials", share_of_bound(r, m, FALSE));
  json_builder_set_member_name(b, "bound");
  json_builder_add_string_value(b, bound_by_flops(r, m) ? "flop" : "bandwidth");
  add_number(b, "pairs_saved", r->saved);
  json_builder_end_object(b);
}

static JsonBuilder *
begin_json(const Machine *m)
{
  JsonBuilder *b = json_builder_new();
  json_builder_begin_object(b);
  json_builder_set_member_name(b, "isa");
  json_builder_add_string_value(b, cap_isa_name(cap_isa));
  add_number(b, "threads", omp_get_max_threads());
  add_number(b, "peak_gflop_per_s", m->flops * 1e-9);
  add_number(b, "stream_gbyte_per_s", m->bytes * 1e-9);
  json_builder_set_member_name(b, "rows");
  json_builder_begin_array(b);
  return b;
}

static void
end_json(JsonBuilder *b)
{
  json_builder_end_array(b);
  json_builder_end_object(b);
  g_autoptr(JsonNode) root = json_builder_get_root(b);
  g_autofree char *text = json_to_string(root, TRUE);
  puts(text);
  g_object_unref(b);
}

int
main(int argc, char **argv)
{
  static const CapRouting *const all[] = {
      &cap_routing_mean, &cap_routing_dynamic, &cap_routing_sparse,
      &cap_routing_attention, &cap_routing_em};
  static const int iterations[] = {1, 3, 5}, batches[] = {1, 32, 256};
  gboolean json = FALSE;
  g_autofree char *only = NULL;
  double seconds = 0.2;
  const GOptionEntry entries[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL},
      {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, "Of each timing", "S"},
      {"only", 0, 0, G_OPTION_ARG_STRING, &only, "One of them", "ROUTING"},
      {NULL}};
  g_autoptr(GOptionContext) context = g_option_context_new(NULL);
  g_autoptr(GError) error = NULL;
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argc, &argv, &error)) {
    g_printerr("%s\n", error->message);
    return 2;
  }
  const Machine m = measure_machine(seconds);
  JsonBuilder *b = json ? begin_json(&m) : NULL;
  if (!json)
    printf("%s, %d threads: %.1f GFLOP/s at most, %.1f GB/s triad\n"
           "routing    n batch  ns ahead   ns back  GFLOP/s     GB/s  of what "
           "bounds it (without exponentials)  pairs saved\n",
           cap_isa_name(cap_isa), omp_get_max_threads(), m.flops * 1e-9,
           m.bytes * 1e-9);
  for (guint r = 0; r < G_N_ELEMENTS(all); r++)
    for (guint i = 0; i < G_N_ELEMENTS(iterations); i++)
      for (guint n = 0; n < G_N_ELEMENTS(batches); n++) {
        if (only != NULL && !g_str_equal(only, all[r]->name))
          continue;
        const Result result =
            measure(all[r], iterations[i], batches[n], seconds);
        if (json)
          add_result(b, &result, &m);
        else
          print_result(&result, &m);
      }
  if (json)
    end_json(b);
  return 0;
}
