/* Concatenation and slices: copies, in runs where the layouts agree. */
#include "core/nn/ops/concat.h"

#include <string.h>

#include "core/nn/kernel.h"

typedef struct {
  int first; /* of a slice */
} Slice;

static void
add_floats(gsize n, const float *from, float *to, gboolean add)
{
  if (n % 8 == 0 && n <= 64) { /* runs of channels: too short for a call */
    for (gsize i = 0; i < n; i += 8) {
      const CapLanes x = *(const CapLanes *)(from + i);
      CapLanes *y = (CapLanes *)(to + i);
      if (add)
        *y += x;
      else
        *y = x;
    }
    return;
  }
  if (!add) {
    memcpy(to, from, n * sizeof(float));
    return;
  }
  for (gsize i = 0; i < n; i++)
    to[i] += from[i];
}

/* One sample: PART's channels are WHOLE's from START on. INTO_PART gives the
 * direction. */
static void
copy_part(const CapLay *part, const CapLay *whole, gsize start,
          float *part_data, float *whole_data, gboolean into_part, gboolean add)
{
  if (part->channel_step == 1 && whole->channel_step == 1) {
    for (gsize v = 0; v < part->voxels; v++) {
      float *p = part_data + v * part->voxel_step;
      float *w = whole_data + v * whole->voxel_step + start;
      add_floats(part->channels, into_part ? w : p, into_part ? p : w, add);
    }
    return;
  }
  for (gsize c = 0; c < part->channels; c++)
    for (gsize v = 0; v < part->voxels; v++) {
      float *p = part_data + c * part->channel_step + v * part->voxel_step;
      float *w = whole_data + (start + c) * whole->channel_step +
                 v * whole->voxel_step;
      if (!into_part)
        *w = *p;
      else
        *p = add ? *p + *w : *w;
    }
}

static void
concat_forward(CapGraph *graph, CapOp *op)
{
  const CapLay whole = cap_graph_lay(graph, op->outputs[0]);
  const gsize batch = (gsize)cap_graph_batch(graph);
  float *y = cap_graph_data(graph, op->outputs[0]);
  gsize start = 0;
  for (int i = 0; i < op->n_inputs; i++) {
    const CapLay part = cap_graph_lay(graph, op->inputs[i]);
    float *x = cap_graph_data(graph, op->inputs[i]);
#pragma omp parallel for
    for (gsize n = 0; n < batch; n++)
      copy_part(&part, &whole, start, x + n * part.channels * part.voxels,
                y + n * whole.channels * whole.voxels, FALSE, FALSE);
    start += part.channels;
  }
}

static void
concat_backward(CapGraph *graph, CapOp *op)
{
  const CapLay whole = cap_graph_lay(graph, op->outputs[0]);
  const gsize batch = (gsize)cap_graph_batch(graph);
  float *dy = cap_graph_grad(graph, op->outputs[0]);
  gsize start = 0;
  for (int i = 0; i < op->n_inputs; i++) {
    const CapLay part = cap_graph_lay(graph, op->inputs[i]);
    const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[i]);
    if (dx.data != NULL) {
#pragma omp parallel for
      for (gsize n = 0; n < batch; n++)
        copy_part(&part, &whole, start,
                  dx.data + n * part.channels * part.voxels,
                  dy + n * whole.channels * whole.voxels, TRUE, dx.add);
    }
    start += part.channels;
  }
}

static void
slice_forward(CapGraph *graph, CapOp *op)
{
  const Slice *slice = op->state;
  const gsize in = cap_graph_size(graph, op->inputs[0]);
  const gsize out = cap_graph_size(graph, op->outputs[0]);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  for (int n = 0; n < cap_graph_batch(graph); n++)
    memcpy(y + (gsize)n * out, x + (gsize)n * in + slice->first,
           out * sizeof(float));
}

static void
slice_backward(CapGraph *graph, CapOp *op)
{
  const Slice *slice = op->state;
  const gsize in = cap_graph_size(graph, op->inputs[0]);
  const gsize out = cap_graph_size(graph, op->outputs[0]);
  const gsize batch = (gsize)cap_graph_batch(graph);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (!dx.add)
    memset(dx.data, 0, batch * in * sizeof(float));
  for (gsize n = 0; n < batch; n++)
    add_floats(out, dy + n * out, dx.data + n * in + slice->first, TRUE);
}

static void
slice_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass concat_class = {
    "concat",        NULL, concat_forward,
    concat_backward, NULL, CAP_UNREAD_INPUTS | CAP_UNREAD_OUTPUTS};
static const CapOpClass slice_class = {
    "slice",        NULL,       slice_forward,
    slice_backward, slice_free, CAP_UNREAD_INPUTS | CAP_UNREAD_OUTPUTS};

CapTensor
cap_concat_add(CapGraph *graph, const char *name, const CapTensor *inputs,
               int n_inputs)
{
  CapShape shape = cap_graph_shape(graph, inputs[0]);
  const gboolean volumes = shape.n_dims == 4;
  int total = 0;
  for (int i = 0; i < n_inputs; i++)
    total += (int)cap_graph_lay(graph, inputs[i]).channels;
  shape =
      volumes
          ? (CapShape){4, {total, shape.dims[1], shape.dims[2], shape.dims[3]}}
          : cap_shape_vector(total);
  const CapTensor output = cap_graph_activation(graph, name, shape);
  if (volumes)
    cap_graph_set_channels_last(graph, output);
  cap_graph_add(graph, &concat_class, name, inputs, n_inputs, &output, 1, NULL,
                0, NULL);
  return output;
}

CapTensor
cap_slice_add(CapGraph *graph, const char *name, CapTensor input, int first,
              int n)
{
  g_return_val_if_fail(!cap_graph_channels_last(graph, input), -1);
  const CapTensor output =
      cap_graph_activation(graph, name, cap_shape_vector(n));
  Slice *slice = g_new0(Slice, 1);
  slice->first = first;
  cap_graph_add(graph, &slice_class, name, &input, 1, &output, 1, NULL, 0,
                slice);
  return output;
}
