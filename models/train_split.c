/* Training with split capsules: see train_split.h. */
#include "models/train_split.h"

#include "core/error.h"

#include <string.h>

gboolean
cap_train_split_check(const CapTrainConfig *config, GError **error)
{
  const CapNetworkOptions *o = &config->network;
  if (!g_str_equal(o->kind->name, "capsnet")) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "--split-capsules: a network of kind %s has no capsules; leave "
                "the option out, and the processes share out the batches",
                o->kind->name);
    return FALSE;
  }
  if (o->routing->agreement != NULL)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "--split-capsules: routing %s needs whole votes and cannot be "
              "split; dynamic, sparse and mean can",
              o->routing->name);
  return FALSE;
}

/* FNV-1a, 64 bits, over the bits of all trained weights. */
static guint64
weights_hash(const CapNetwork *net)
{
  guint64 hash = G_GUINT64_CONSTANT(14695981039346656037);
  for (int i = 0; i < cap_graph_n_params(net->graph); i++) {
    const CapTensor t = cap_graph_param_at(net->graph, i);
    if (!cap_graph_is_trained(net->graph, t))
      continue;
    const float *values = cap_graph_data(net->graph, t);
    for (gsize k = 0; k < cap_graph_size(net->graph, t); k++) {
      guint32 bits;
      memcpy(&bits, values + k, sizeof bits);
      hash = (hash ^ bits) * G_GUINT64_CONSTANT(1099511628211);
    }
  }
  return hash;
}

gboolean
cap_train_split_agrees(const CapNetwork *net, const CapRanks *ranks,
                       GError **error)
{
  const guint64 mine = weights_hash(net);
  g_autofree guint64 *all = g_new(guint64, ranks->count);
  ranks->gather(ranks, &mine, sizeof mine, all);
  for (int r = 1; r < ranks->count; r++)
    if (all[r] != all[0]) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                  "the weights of process %d are no longer those of process "
                  "0: with --split-capsules all need the same kind of "
                  "processor and the same number of threads",
                  r);
      return FALSE;
    }
  return TRUE;
}
