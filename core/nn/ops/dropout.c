/* Dropout: what is left out is drawn again for backward, not kept. */
#include "core/nn/ops/dropout.h"

#include <string.h>

#include "core/random.h"

typedef struct {
  guint limit; /* of 65536 */
  float scale;
  guint64 name;
} Dropout;

/* TO = or += FROM where kept, times scale, over one sample. */
static void
pass(const Dropout *d, CapRandom random, gsize size, const float *from,
     CapGradTarget to)
{
  guint64 number = 0;
  for (gsize i = 0; i < size; i++) {
    number = i % 4 == 0 ? cap_random_next(&random) : number >> 16;
    const float value =
        (number & 0xFFFF) < d->limit ? 0.0f : d->scale * from[i];
    to.data[i] = to.add ? to.data[i] + value : value;
  }
}

static void
pass_batch(CapGraph *graph, const CapOp *op, const float *from,
           CapGradTarget to)
{
  const Dropout *d = op->state;
  const gsize size = cap_graph_size(graph, op->outputs[0]);
  const gsize batch = (gsize)cap_graph_batch(graph);
  const Dropout idle = {0, 1.0f, d->name};
  const Dropout *now = cap_graph_training(graph) ? d : &idle;
  gint64 first;
  const guint64 key = cap_graph_draw(graph, &first);
#pragma omp parallel for
  for (gsize n = 0; n < batch; n++)
    pass(now, cap_random_start(key, d->name, (guint64)first + n), size,
         from + n * size, (CapGradTarget){to.data + n * size, to.add});
}

static void
dropout_forward(CapGraph *graph, CapOp *op)
{
  pass_batch(graph, op, cap_graph_data(graph, op->inputs[0]),
             (CapGradTarget){cap_graph_data(graph, op->outputs[0]), FALSE});
}

static void
dropout_backward(CapGraph *graph, CapOp *op)
{
  pass_batch(graph, op, cap_graph_grad(graph, op->outputs[0]),
             cap_graph_grad_target(graph, op->inputs[0]));
}

static void
dropout_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass dropout_class = {"dropout", NULL, dropout_forward,
                                         dropout_backward, dropout_free};

CapTensor
cap_dropout_add(CapGraph *graph, const char *name, CapTensor input, double rate)
{
  g_return_val_if_fail(rate >= 0.0 && rate < 1.0, -1);
  const CapTensor output =
      cap_graph_activation(graph, name, cap_graph_shape(graph, input));
  if (cap_graph_channels_last(graph, input))
    cap_graph_set_channels_last(graph, output);
  Dropout *d = g_new0(Dropout, 1);
  d->limit = (guint)(rate * 65536.0);
  d->scale = (float)(1.0 / (1.0 - rate));
  d->name = g_str_hash(name);
  cap_graph_add(graph, &dropout_class, name, &input, 1, &output, 1, NULL, 0, d);
  return output;
}
