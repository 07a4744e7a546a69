/* Shuffles: both directions of both ops are one loop over coarse voxels. */
#include "core/nn/ops/shuffle.h"

/* A coarse and a fine volume of one sample, and how they lie. */
typedef struct {
  gsize h, w; /* coarse */
  CapLay fine_lay, coarse_lay;
  float *fine, *coarse;
} Pair;

/* The eight voxels of coarse voxel V, all channels. */
static void
move_voxel(const Pair *s, gsize v, gboolean to_fine, gboolean add)
{
  const gsize z = v / s->w / s->h, y = v / s->w % s->h, x = v % s->w;
  for (gsize o = 0; o < 8; o++) {
    const gsize at =
        ((2 * z + o / 4) * 2 * s->h + 2 * y + o / 2 % 2) * 2 * s->w + 2 * x +
        o % 2;
    float *fine = s->fine + at * s->fine_lay.voxel_step;
    float *coarse = s->coarse + v * s->coarse_lay.voxel_step +
                    o * s->coarse_lay.channel_step;
    for (gsize c = 0; c < s->fine_lay.channels; c++) {
      float *f = fine + c * s->fine_lay.channel_step;
      float *k = coarse + 8 * c * s->coarse_lay.channel_step;
      float *from = to_fine ? k : f, *to = to_fine ? f : k;
      *to = add ? *to + *from : *from;
    }
  }
}

/* Moves the whole batch between the memory DATA of two tensors of OP: fine
 * first, coarse second. */
static void
move(CapGraph *graph, const CapTensor tensors[2], float *const data[2],
     gboolean to_fine, gboolean add)
{
  const CapShape shape = cap_graph_shape(graph, tensors[1]);
  const CapLay fine = cap_graph_lay(graph, tensors[0]);
  const CapLay coarse = cap_graph_lay(graph, tensors[1]);
  const gsize size = coarse.channels * coarse.voxels;
  const gsize n = (gsize)cap_graph_batch(graph) * coarse.voxels;
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const Pair pair = {(gsize)shape.dims[2],
                       (gsize)shape.dims[3],
                       fine,
                       coarse,
                       data[0] + i / coarse.voxels * size,
                       data[1] + i / coarse.voxels * size};
    move_voxel(&pair, i % coarse.voxels, to_fine, add);
  }
}

static void
to_depth_forward(CapGraph *graph, CapOp *op)
{
  const CapTensor tensors[2] = {op->inputs[0], op->outputs[0]};
  float *const data[2] = {cap_graph_data(graph, op->inputs[0]),
                          cap_graph_data(graph, op->outputs[0])};
  move(graph, tensors, data, FALSE, FALSE);
}

static void
to_depth_backward(CapGraph *graph, CapOp *op)
{
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  const CapTensor tensors[2] = {op->inputs[0], op->outputs[0]};
  float *const data[2] = {dx.data, cap_graph_grad(graph, op->outputs[0])};
  move(graph, tensors, data, TRUE, dx.add);
}

static void
to_space_forward(CapGraph *graph, CapOp *op)
{
  const CapTensor tensors[2] = {op->outputs[0], op->inputs[0]};
  float *const data[2] = {cap_graph_data(graph, op->outputs[0]),
                          cap_graph_data(graph, op->inputs[0])};
  move(graph, tensors, data, TRUE, FALSE);
}

static void
to_space_backward(CapGraph *graph, CapOp *op)
{
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  const CapTensor tensors[2] = {op->outputs[0], op->inputs[0]};
  float *const data[2] = {cap_graph_grad(graph, op->outputs[0]), dx.data};
  move(graph, tensors, data, FALSE, dx.add);
}

static const CapOpClass to_depth_class = {
    "space_to_depth",  NULL, to_depth_forward,
    to_depth_backward, NULL, CAP_UNREAD_INPUTS | CAP_UNREAD_OUTPUTS};
static const CapOpClass to_space_class = {
    "depth_to_space",  NULL, to_space_forward,
    to_space_backward, NULL, CAP_UNREAD_INPUTS | CAP_UNREAD_OUTPUTS};

CapTensor
cap_space_to_depth_add(CapGraph *graph, const char *name, CapTensor input)
{
  const CapShape in = cap_graph_shape(graph, input);
  const CapShape out = {
      4, {in.dims[0] * 8, in.dims[1] / 2, in.dims[2] / 2, in.dims[3] / 2}};
  const CapTensor output = cap_graph_activation(graph, name, out);
  cap_graph_set_channels_last(graph, output);
  cap_graph_add(graph, &to_depth_class, name, &input, 1, &output, 1, NULL, 0,
                NULL);
  return output;
}

CapTensor
cap_depth_to_space_add(CapGraph *graph, const char *name, CapTensor input)
{
  const CapShape in = cap_graph_shape(graph, input);
  const CapShape out = {
      4, {in.dims[0] / 8, in.dims[1] * 2, in.dims[2] * 2, in.dims[3] * 2}};
  const CapTensor output = cap_graph_activation(graph, name, out);
  cap_graph_set_channels_last(graph, output);
  cap_graph_add(graph, &to_space_class, name, &input, 1, &output, 1, NULL, 0,
                NULL);
  return output;
}
