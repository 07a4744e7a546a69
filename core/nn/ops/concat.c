/* Concatenation and slices: copies, in runs where the layouts agree. */
#include "core/nn/ops/concat.h"

#include <string.h>

#include "core/nn/kernel.h"

#define BLOCK ((gsize)512) /* voxels of a sample that are copied together */

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

/* One input of a concatenation, as a part of the whole. */
typedef struct {
  CapLay lay;
  gsize start; /* its first channel in the whole */
  float *data; /* NULL: nobody wants it */
  gboolean add;
} Part;

/* Voxels FROM … TO - 1 of one sample; INTO_PART gives the direction. */
static void
copy_part(const Part *part, const CapLay *whole, gsize sample,
          const gsize range[2], float *whole_data, gboolean into_part)
{
  const CapLay *lay = &part->lay;
  float *data = part->data + sample * lay->channels * lay->voxels;
  if (lay->channel_step == 1 && whole->channel_step == 1) {
    for (gsize v = range[0]; v < range[1]; v++) {
      float *p = data + v * lay->voxel_step;
      float *w = whole_data + v * whole->voxel_step + part->start;
      add_floats(lay->channels, into_part ? w : p, into_part ? p : w,
                 part->add);
    }
    return;
  }
  for (gsize c = 0; c < lay->channels; c++)
    for (gsize v = range[0]; v < range[1]; v++) {
      float *p = data + c * lay->channel_step + v * lay->voxel_step;
      float *w = whole_data + (part->start + c) * whole->channel_step +
                 v * whole->voxel_step;
      if (!into_part)
        *w = *p;
      else
        *p = part->add ? *p + *w : *w;
    }
}

/* All parts of a block of voxels, then the next block: the whole's memory
 * passes through the cache once. */
static void
copy_parts(CapGraph *graph, const CapOp *op, const Part *parts,
           float *whole_data, gboolean into_part)
{
  const CapLay whole = cap_graph_lay(graph, op->outputs[0]);
  const gsize blocks = (whole.voxels + BLOCK - 1) / BLOCK;
  const gsize n = (gsize)cap_graph_batch(graph) * blocks;
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const gsize sample = i / blocks, first = i % blocks * BLOCK;
    const gsize range[2] = {first, MIN(first + BLOCK, whole.voxels)};
    for (int p = 0; p < op->n_inputs; p++)
      if (parts[p].data != NULL)
        copy_part(&parts[p], &whole, sample, range,
                  whole_data + sample * whole.channels * whole.voxels,
                  into_part);
  }
}

static void
concat_forward(CapGraph *graph, CapOp *op)
{
  Part parts[CAP_OP_MAX_TENSORS];
  gsize start = 0;
  for (int i = 0; i < op->n_inputs; i++) {
    const CapLay lay = cap_graph_lay(graph, op->inputs[i]);
    parts[i] = (Part){lay, start, cap_graph_data(graph, op->inputs[i]), FALSE};
    start += lay.channels;
  }
  copy_parts(graph, op, parts, cap_graph_data(graph, op->outputs[0]), FALSE);
}

static void
concat_backward(CapGraph *graph, CapOp *op)
{
  Part parts[CAP_OP_MAX_TENSORS];
  gsize start = 0;
  for (int i = 0; i < op->n_inputs; i++) {
    const CapLay lay = cap_graph_lay(graph, op->inputs[i]);
    const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[i]);
    parts[i] = (Part){lay, start, dx.data, dx.add};
    start += lay.channels;
  }
  copy_parts(graph, op, parts, cap_graph_grad(graph, op->outputs[0]), TRUE);
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
