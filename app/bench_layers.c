/* Op by op times: see bench_layers.h. */
#include "app/bench_layers.h"

#include "core/stats/rank.h"

#include <math.h>
#include <stdlib.h>

enum { FORWARD, BACKWARD, N_WAYS };

struct CapBenchTimes {
  CapGraph *graph;
  GArray *runs; /* of double: whole, ms */
  GArray *ops;  /* of double: N_WAYS of every op, run after run, ms */
  double *seen; /* op->seconds at the end of the last run */
};

static gsize
n_columns(const CapBenchTimes *t)
{
  return (gsize)cap_graph_n_ops(t->graph) * N_WAYS;
}

double
cap_bench_now_ms(void)
{
  return (double)g_get_monotonic_time() / 1e3;
}

/* Takes op->seconds, and appends what they grew by if KEPT. */
static void
look(CapBenchTimes *t, gboolean kept)
{
  for (int i = 0; i < cap_graph_n_ops(t->graph); i++)
    for (int way = 0; way < N_WAYS; way++) {
      const double seconds = cap_graph_op_at(t->graph, i)->seconds[way];
      double *seen = &t->seen[i * N_WAYS + way];
      const double ms = (seconds - *seen) * 1e3;
      *seen = seconds;
      if (kept)
        g_array_append_val(t->ops, ms);
    }
}

CapBenchTimes *
cap_bench_times_new(CapGraph *graph)
{
  CapBenchTimes *t = g_new0(CapBenchTimes, 1);
  t->graph = graph;
  t->runs = g_array_new(FALSE, FALSE, sizeof(double));
  t->ops = g_array_new(FALSE, FALSE, sizeof(double));
  t->seen = g_new0(double, n_columns(t));
  look(t, FALSE);
  return t;
}

void
cap_bench_times_free(CapBenchTimes *t)
{
  if (t == NULL)
    return;
  g_array_unref(t->runs);
  g_array_unref(t->ops);
  g_free(t->seen);
  g_free(t);
}

void
cap_bench_times_add(CapBenchTimes *t, double start_ms)
{
  const double ms = cap_bench_now_ms() - start_ms;
  g_array_append_val(t->runs, ms);
  look(t, TRUE);
}

void
cap_bench_times_restart(CapBenchTimes *t)
{
  g_array_set_size(t->runs, 0);
  g_array_set_size(t->ops, 0);
  look(t, FALSE);
}

/* Of every STEP-th of N runs' values from VALUES on. */
static double
median(const double *values, gsize n, gsize step)
{
  g_autofree double *sorted = g_new(double, n);
  for (gsize i = 0; i < n; i++)
    sorted[i] = values[i * step];
  qsort(sorted, n, sizeof *sorted, cap_rank_compare);
  return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}

double
cap_bench_times_median(const CapBenchTimes *t)
{
  return median((const double *)(gpointer)t->runs->data, t->runs->len, 1);
}

double
cap_bench_times_best(const CapBenchTimes *t)
{
  double best = INFINITY;
  for (guint i = 0; i < t->runs->len; i++)
    best = MIN(best, g_array_index(t->runs, double, i));
  return best;
}

static void
write_passes(CapJson *json, CapGraph *graph, const CapOp *op)
{
  cap_json_begin_array(json, "passes", TRUE);
  for (int p = 0; p < CAP_OP_N_PASSES; p++) {
    CapWay way;
    if (op->implementations[p] == NULL ||
        !cap_ways_get(cap_graph_ways(graph), op->name,
                      cap_op_pass_name((CapOpPass)p), &way))
      continue;
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "pass", cap_op_pass_name((CapOpPass)p));
    cap_json_string(json, "precision",
                    way == CAP_WAY_BFLOAT16 ? "bfloat16" : "float32");
    cap_json_string(json, "implementation", op->implementations[p]);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

/* GFLOP/s of N_PASSES passes of OP's multiply-adds; NAN where none are counted
 * or the clock saw nothing. */
static double
gflops(const CapGraph *graph, const CapOp *op, int n_passes, double ms)
{
  if (op->macs == 0 || n_passes == 0 || ms < 1e-3)
    return NAN;
  return 2e-6 * (double)op->macs * cap_graph_batch(graph) * n_passes / ms;
}

/* Passes of about the forward one's size that backward makes. */
static int
backward_passes(const CapOp *op)
{
  if (op->klass->backward == NULL)
    return 0;
  return op->implementations[CAP_OP_WEIGHTS] != NULL &&
                 op->implementations[CAP_OP_DATA] == NULL
             ? 1
             : 2;
}

static void
write_layer(CapJson *json, CapGraph *graph, const CapOp *op,
            const double ms[N_WAYS], double total)
{
  gsize parameters = 0;
  for (int p = 0; p < op->n_params; p++)
    parameters += cap_graph_size(graph, op->params[p]);
  const CapShape shape = cap_graph_shape(graph, op->outputs[0]);
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "name", op->name);
  cap_json_string(json, "kind", op->klass->kind);
  cap_json_number(json, "ms", ms[FORWARD] + ms[BACKWARD], 3);
  cap_json_number(json, "forward_ms", ms[FORWARD], 3);
  cap_json_number(json, "backward_ms", ms[BACKWARD], 3);
  cap_json_number(json, "share",
                  total > 0 ? (ms[FORWARD] + ms[BACKWARD]) / total : 0, 4);
  cap_json_int(json, "macs", (gint64)op->macs);
  cap_json_number(json, "gflops", gflops(graph, op, 1, ms[FORWARD]), 1);
  cap_json_number(json, "backward_gflops",
                  gflops(graph, op, backward_passes(op), ms[BACKWARD]), 1);
  cap_json_int(json, "parameters", (gint64)parameters);
  cap_json_begin_array(json, "output", TRUE);
  for (int d = 0; d < shape.n_dims; d++)
    cap_json_int(json, NULL, shape.dims[d]);
  cap_json_end_array(json);
  write_passes(json, graph, op);
  cap_json_end_object(json);
}

void
cap_bench_times_write(const CapBenchTimes *t, CapJson *json)
{
  const gsize columns = n_columns(t);
  const double *all = (const double *)(gpointer)t->ops->data;
  g_autofree double *ms = g_new(double, columns);
  double total = 0;
  for (gsize c = 0; c < columns; c++)
    total += ms[c] = median(all + c, t->runs->len, columns);
  cap_json_begin_array(json, "layers", FALSE);
  for (int i = 0; i < cap_graph_n_ops(t->graph); i++)
    write_layer(json, t->graph, cap_graph_op_at(t->graph, i), ms + i * N_WAYS,
                total);
  cap_json_end_array(json);
}
