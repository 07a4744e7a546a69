/* Pooling: a sample is one task, its windows in order, all channels of a window
 * at a time. */
#include "core/nn/ops/pooling.h"

#include <string.h>

typedef struct {
  CapPoolingOptions o;
  int in[3], out[3]; /* depth, height, width */
} Pool;

/* A window cut at the volume's border: voxels FROM … TO - 1 of each axis. */
typedef struct {
  int from[3], to[3], n;
} Window;

static Window
window_of(const Pool *pool, gsize voxel)
{
  const int *out = pool->out;
  const int at[3] = {(int)voxel / out[2] / out[1], (int)voxel / out[2] % out[1],
                     (int)voxel % out[2]};
  Window w = {.n = 1};
  for (int i = 0; i < 3; i++) {
    const int start = at[i] * pool->o.stride - pool->o.pad;
    w.from[i] = MAX(start, 0);
    w.to[i] = MIN(start + pool->o.kernel, pool->in[i]);
    w.n *= w.to[i] - w.from[i];
  }
  return w;
}

#define FOR_WINDOW(pool, w, voxel)                                             \
  for (int z = (w).from[0]; z < (w).to[0]; z++)                                \
    for (int y = (w).from[1]; y < (w).to[1]; y++)                              \
      for (gsize voxel = ((gsize)z * (gsize)(pool)->in[1] + (gsize)y) *        \
                             (gsize)(pool)->in[2] +                            \
                         (gsize)(w).from[2],                                   \
                 end = voxel + (gsize)((w).to[2] - (w).from[2]);               \
           voxel < end; voxel++)

/* Sums or maxima of a window into VALUES, one a channel; with WHERE also the
 * maxima's voxels. */
static void
pool_window(const Pool *pool, const Window *w, const CapLay *lay,
            const float *x, float *values, gsize *where)
{
  gboolean first = TRUE;
  FOR_WINDOW(pool, *w, v)
  {
    const float *from = x + v * lay->voxel_step;
    for (gsize c = 0; c < lay->channels; c++) {
      const float value = from[c * lay->channel_step];
      if (pool->o.average) {
        values[c] = first ? value : values[c] + value;
      } else if (first || value > values[c]) {
        values[c] = value;
        if (where != NULL)
          where[c] = v;
      }
    }
    first = FALSE;
  }
}

static void
pool_forward(CapGraph *graph, CapOp *op)
{
  const Pool *pool = op->state;
  const CapLay in = cap_graph_lay(graph, op->inputs[0]);
  const CapLay out = cap_graph_lay(graph, op->outputs[0]);
  const gsize batch = (gsize)cap_graph_batch(graph);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
#pragma omp parallel for
  for (gsize n = 0; n < batch; n++) {
    float *values = g_new(float, in.channels);
    float *to = y + n * out.channels * out.voxels;
    for (gsize v = 0; v < out.voxels; v++) {
      const Window w = window_of(pool, v);
      const float factor = pool->o.average ? 1.0f / (float)w.n : 1.0f;
      pool_window(pool, &w, &in, x + n * in.channels * in.voxels, values, NULL);
      for (gsize c = 0; c < out.channels; c++)
        to[c * out.channel_step + v * out.voxel_step] = factor * values[c];
    }
    g_free(values);
  }
}

/* Adds the gradient of output voxel V of one sample to DX. */
static void
spread(const Pool *pool, gsize v, const CapLay lay[2], const float *x,
       const float *dy, float *dx)
{
  const Window w = window_of(pool, v);
  const CapLay *in = &lay[0], *out = &lay[1];
  const float *g = dy + v * out->voxel_step;
  if (pool->o.average) {
    FOR_WINDOW(pool, w, u)
    for (gsize c = 0; c < in->channels; c++)
      dx[c * in->channel_step + u * in->voxel_step] +=
          g[c * out->channel_step] / (float)w.n;
    return;
  }
  g_autofree float *values = g_new(float, in->channels);
  g_autofree gsize *where = g_new(gsize, in->channels);
  pool_window(pool, &w, in, x, values, where);
  for (gsize c = 0; c < in->channels; c++)
    dx[c * in->channel_step + where[c] * in->voxel_step] +=
        g[c * out->channel_step];
}

static void
pool_backward(CapGraph *graph, CapOp *op)
{
  const CapLay lay[2] = {cap_graph_lay(graph, op->inputs[0]),
                         cap_graph_lay(graph, op->outputs[0])};
  const gsize in = lay[0].channels * lay[0].voxels;
  const gsize out = lay[1].channels * lay[1].voxels;
  const gsize batch = (gsize)cap_graph_batch(graph);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
#pragma omp parallel for
  for (gsize n = 0; n < batch; n++) {
    float *to = dx.data + n * in;
    if (!dx.add)
      memset(to, 0, in * sizeof(float));
    for (gsize v = 0; v < lay[1].voxels; v++)
      spread(op->state, v, lay, x + n * in, dy + n * out, to);
  }
}

static void
pool_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass pool_class = {"pooling", NULL, pool_forward,
                                      pool_backward, pool_free};

CapTensor
cap_pooling_add(CapGraph *graph, const char *name, CapTensor input,
                const CapPoolingOptions *options)
{
  const CapPoolingOptions *o = options;
  const CapShape in = cap_graph_shape(graph, input);
  g_return_val_if_fail(in.n_dims == 4 && o->pad < o->kernel, -1);
  Pool *pool = g_new0(Pool, 1);
  pool->o = *o;
  CapShape shape = in;
  for (int i = 0; i < 3; i++) {
    pool->in[i] = in.dims[i + 1];
    pool->out[i] = (in.dims[i + 1] + 2 * o->pad - o->kernel) / o->stride + 1;
    shape.dims[i + 1] = pool->out[i];
  }
  const CapTensor output = cap_graph_activation(graph, name, shape);
  if (cap_graph_channels_last(graph, input))
    cap_graph_set_channels_last(graph, output);
  cap_graph_add(graph, &pool_class, name, &input, 1, &output, 1, NULL, 0, pool);
  return output;
}
