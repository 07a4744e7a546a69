/* Speed of the capsule network: patches a second at inference, milliseconds of
 * a training step, and with an argument "profile" the time of each op. */
#include <stdio.h>
#include <string.h>

#include "core/nn/optim.h"
#include "models/network.h"

static double
now_s(void)
{
  return (double)g_get_monotonic_time() * 1e-6;
}

static void
fill(CapGraph *graph, CapTensor tensor, int batch, double scale)
{
  float *data = cap_graph_data(graph, tensor);
  for (gsize i = 0; i < cap_graph_size(graph, tensor) * (gsize)batch; i++)
    data[i] = (float)(scale * cap_graph_random(graph));
}

static void
profile(CapGraph *graph, int runs)
{
  for (int i = 0; i < cap_graph_n_ops(graph); i++) {
    const CapOp *op = cap_graph_op_at(graph, i);
    printf("  %-20s %-16s %8.2f MMAC %8.2f ms forward %8.2f ms backward\n",
           op->name, op->klass->kind, (double)op->macs * 1e-6,
           op->seconds[0] * 1e3 / runs, op->seconds[1] * 1e3 / runs);
  }
}

static CapNetwork *
make(CapGraphMode mode, int batch)
{
  CapNetworkOptions options = cap_network_options_default();
  options.max_batch = batch;
  g_autoptr(GError) error = NULL;
  CapNetwork *net = cap_network_new(mode, &options, &error);
  if (net == NULL)
    g_error("%s", error->message);
  fill(net->graph, net->patch, batch, 2.0);
  return net;
}

static void
inference(int batch, gboolean details)
{
  g_autoptr(CapNetwork) net = make(CAP_GRAPH_INFER, batch);
  cap_graph_forward(net->graph);
  int runs = 1;
  const double start = now_s();
  for (; now_s() - start < 2.0; runs++)
    cap_graph_forward(net->graph);
  const double seconds = (now_s() - start) / (runs - 1);
  printf("inference, batch %d: %.1f patches/s, %.2f ms a run, arena %.1f MiB\n",
         batch, batch / seconds, seconds * 1e3,
         (double)cap_graph_arena_bytes(net->graph) / 1048576.0);
  if (details)
    profile(net->graph, runs);
}

static void
training(int batch, gboolean details)
{
  g_autoptr(CapNetwork) net = make(CAP_GRAPH_TRAIN, batch);
  CapGraph *g = net->graph;
  const CapTensor ones[] = {
      net->target_class_weight, net->target_malignancy_weight,
      net->target_attributes_weight, net->target_mask_weight};
  for (guint t = 0; t < G_N_ELEMENTS(ones); t++) {
    float *data = cap_graph_data(g, ones[t]);
    for (gsize i = 0; i < cap_graph_size(g, ones[t]) * (gsize)batch; i++)
      data[i] = 1.0f;
  }
  fill(g, net->target_class, batch, 1.0);
  fill(g, net->target_malignancy, batch, 0.4);
  fill(g, net->target_attributes, batch, 0.3);
  fill(g, net->target_mask, batch, 1.0);
  const CapOptimOptions options = cap_optim_options_default();
  g_autoptr(CapOptim) optim = cap_optim_new(g, &options);
  int runs = 0;
  double start = now_s();
  for (; runs < 2 || now_s() - start < 4.0; runs++) {
    if (runs == 1)
      start = now_s();
    cap_graph_zero_grad(g);
    cap_graph_forward(g);
    cap_graph_backward(g);
    cap_optim_step(optim);
  }
  const double seconds = (now_s() - start) / (runs - 1);
  printf("training, batch %d: %.1f ms a step, %.1f patches/s, arena %.1f MiB\n",
         batch, seconds * 1e3, batch / seconds,
         (double)cap_graph_arena_bytes(g) / 1048576.0);
  if (details)
    profile(g, runs);
}

int
main(int argc, char **argv)
{
  const gboolean details = argc > 1 && strcmp(argv[1], "profile") == 0;
  inference(1, details);
  inference(32, details);
  training(32, details);
  return 0;
}
