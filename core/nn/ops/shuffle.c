/* Shuffles: both directions of both ops are one loop over rows of coarse
 * voxels. */
#include "core/nn/ops/shuffle.h"

#include "core/nn/kernel.h"

/* A coarse and a fine volume of one sample, and how they lie. */
typedef struct {
  gsize h, w; /* coarse */
  CapLay fine_lay, coarse_lay;
  float *fine, *coarse;
} Pair;

typedef enum { TO_FINE, TO_COARSE, TO_FINE_ADD, TO_COARSE_ADD } Move;

CAP_INLINE void
move_float(float *fine, float *coarse, Move how)
{
  if (how == TO_FINE)
    *fine = *coarse;
  else if (how == TO_COARSE)
    *coarse = *fine;
  else if (how == TO_FINE_ADD)
    *fine += *coarse;
  else
    *coarse += *fine;
}

/* The W coarse voxels of coarse row ROW (z x h + y), all channels. What is
 * constant where it is called, as steps and HOW mostly are, costs nothing in
 * the loops. */
CAP_INLINE void
move_row(const Pair *s, gsize row, gsize channels, gsize fine_voxel, Move how)
{
  const gsize z = row / s->h, y = row % s->h;
  const gsize coarse_voxel = s->coarse_lay.voxel_step;
  const gsize coarse_channel = s->coarse_lay.channel_step;
  const gsize fine_channel = s->fine_lay.channel_step;
  for (gsize half = 0; half < 4; half++) { /* dz, dy */
    const gsize line = (2 * z + half / 2) * 2 * s->h + 2 * y + half % 2;
    float *fine = s->fine + line * 2 * s->w * fine_voxel;
    float *coarse =
        s->coarse + row * s->w * coarse_voxel + 2 * half * coarse_channel;
    for (gsize x = 0; x < s->w; x++)
      for (gsize dx = 0; dx < 2; dx++)
        for (gsize c = 0; c < channels; c++)
          move_float(fine + (2 * x + dx) * fine_voxel + c * fine_channel,
                     coarse + x * coarse_voxel + (8 * c + dx) * coarse_channel,
                     how);
  }
}

/* The usual shapes with their constants, then any. */
CAP_INLINE void
move_row_how(const Pair *s, gsize row, Move how)
{
  const CapLay *f = &s->fine_lay, *k = &s->coarse_lay;
  if (f->channels == 1 && k->channel_step == 1) {
    Pair p = *s;
    p.coarse_lay.channel_step = 1;
    p.coarse_lay.voxel_step = 8;
    move_row(&p, row, 1, 1, how);
  } else if (f->channel_step == 1 && k->channel_step == 1) {
    Pair p = *s;
    p.fine_lay.channel_step = p.coarse_lay.channel_step = 1;
    move_row(&p, row, f->channels, f->voxel_step, how);
  } else {
    move_row(s, row, f->channels, f->voxel_step, how);
  }
}

CAP_KERNEL(void, row_to_fine, (const Pair *s, gsize row, gboolean add),
           (s, row, add))
{
  if (add)
    move_row_how(s, row, TO_FINE_ADD);
  else
    move_row_how(s, row, TO_FINE);
}

CAP_KERNEL(void, row_to_coarse, (const Pair *s, gsize row, gboolean add),
           (s, row, add))
{
  if (add)
    move_row_how(s, row, TO_COARSE_ADD);
  else
    move_row_how(s, row, TO_COARSE);
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
  const gsize rows = (gsize)(shape.dims[1] * shape.dims[2]);
  const gsize n = (gsize)cap_graph_batch(graph) * rows;
#pragma omp parallel for
  for (gsize i = 0; i < n; i++) {
    const Pair pair = {
        (gsize)shape.dims[2],      (gsize)shape.dims[3],     fine, coarse,
        data[0] + i / rows * size, data[1] + i / rows * size};
    if (to_fine)
      row_to_fine(&pair, i % rows, add);
    else
      row_to_coarse(&pair, i % rows, add);
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
