/* run-network infer|train WEIGHTS IN OUT: what the engine makes of a batch, for
 * comparing with other programs. IN and OUT are float32 in the machine's order.
 *
 * infer: IN is N patches; OUT the outputs listed below, each for all samples.
 * train: IN is, each for all samples, the patch and the targets listed below;
 * OUT the five losses (batch means) and the gradient of every parameter. Lines
 * "NAME FLOATS" on stdout say what OUT holds, in order. */
#include "io/weights.h"
#include "models/network.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  const char *name;
  CapTensor tensor;
} Named;

/* Reads the batch from *AT on into TENSOR. */
static void
take(CapGraph *g, CapTensor tensor, int n, const float **at)
{
  const gsize size = cap_graph_size(g, tensor) * (gsize)n;
  memcpy(cap_graph_data(g, tensor), *at, size * sizeof(float));
  *at += size;
}

static void
put(GByteArray *out, const char *name, const float *values, gsize n)
{
  g_byte_array_append(out, (const guint8 *)values, (guint)(n * sizeof(float)));
  printf("%s %" G_GSIZE_FORMAT "\n", name, n);
}

static void
infer(CapNetwork *net, int n, GByteArray *out)
{
  CapGraph *g = net->graph;
  const Named outputs[] = {{"lengths", net->lengths},
                           {"poses", net->poses},
                           {"malignancy", net->malignancy},
                           {"attributes", net->attributes},
                           {"mask", net->mask},
                           {"reconstruction", net->reconstruction}};
  cap_graph_forward(g);
  for (gsize i = 0; i < G_N_ELEMENTS(outputs); i++)
    put(out, outputs[i].name, cap_graph_data(g, outputs[i].tensor),
        cap_graph_size(g, outputs[i].tensor) * (gsize)n);
}

static void
train(CapNetwork *net, int n, const float *at, GByteArray *out)
{
  CapGraph *g = net->graph;
  const CapTensor targets[] = {
      net->target_class,      net->target_class_weight,
      net->target_malignancy, net->target_malignancy_weight,
      net->target_attributes, net->target_attributes_weight,
      net->target_mask,       net->target_mask_weight};
  const Named losses[] = {{"class", net->loss_class},
                          {"malignancy", net->loss_malignancy},
                          {"attributes", net->loss_attributes},
                          {"mask", net->loss_mask},
                          {"reconstruction", net->loss_reconstruction}};
  for (gsize i = 0; i < G_N_ELEMENTS(targets); i++)
    take(g, targets[i], n, &at);
  cap_graph_zero_grad(g);
  cap_graph_forward(g);
  cap_graph_backward(g);
  for (gsize i = 0; i < G_N_ELEMENTS(losses); i++) {
    double sum = 0;
    for (int k = 0; k < n; k++)
      sum += (double)cap_graph_data(g, losses[i].tensor)[k];
    const float mean = (float)(sum / n);
    put(out, losses[i].name, &mean, 1);
  }
  for (int i = 0; i < cap_graph_n_params(g); i++) {
    const CapTensor tensor = cap_graph_param_at(g, i);
    if (cap_graph_is_trained(g, tensor))
      put(out, cap_graph_name(g, tensor), cap_graph_grad(g, tensor),
          cap_graph_size(g, tensor));
  }
}

static gsize
floats_a_sample(CapNetwork *net, gboolean training)
{
  CapGraph *g = net->graph;
  gsize n = CAP_PATCH_VOXELS;
  if (training)
    n += cap_graph_size(g, net->target_class) + 1 +
         cap_graph_size(g, net->target_malignancy) + 1 +
         cap_graph_size(g, net->target_attributes) +
         cap_graph_size(g, net->target_attributes_weight) + CAP_PATCH_VOXELS +
         1;
  return n;
}

static gboolean
run(gboolean training, char **argv, GError **error)
{
  enum { MOST = 64 };
  CapNetworkOptions options = cap_network_options_default();
  g_autofree char *in = NULL;
  gsize bytes;
  g_autoptr(GHashTable) metadata = cap_weights_metadata(argv[2], error);
  options.max_batch = MOST;
  if (metadata == NULL ||
      !cap_network_options_read(&options, argv[2], metadata, error) ||
      !g_file_get_contents(argv[3], &in, &bytes, error))
    return FALSE;
  g_autoptr(CapNetwork) net = cap_network_new(
      training ? CAP_GRAPH_TRAIN : CAP_GRAPH_INFER, &options, error);
  if (net == NULL || !cap_weights_load(net->graph, argv[2], NULL, NULL, error))
    return FALSE;
  const gsize n = bytes / sizeof(float) / floats_a_sample(net, training);
  g_return_val_if_fail(n >= 1 && n <= MOST, FALSE);
  const float *at = (const float *)(gpointer)in;
  g_autoptr(GByteArray) out = g_byte_array_new();
  cap_graph_set_batch(net->graph, (int)n);
  take(net->graph, net->patch, (int)n, &at);
  if (training)
    train(net, (int)n, at, out);
  else
    infer(net, (int)n, out);
  return g_file_set_contents(argv[4], (const char *)out->data, out->len, error);
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  if (argc == 5 && run(g_str_equal(argv[1], "train"), argv, &error))
    return 0;
  fprintf(stderr, "run-network: %s\n", error ? error->message : "arguments?");
  return 1;
}
