/* Tokens: copies, and what is learned about them. */
#include "core/nn/ops/tokens.h"

#include <string.h>

#include "core/nn/kernel.h"

typedef struct {
  int edge, size[3]; /* of a cube; depth, height, width */
} Cut;

/* For each row of EDGE voxels: one place in the volume, one in the tokens. */
static void
copy_rows(const Cut *cut, float *volume, float *tokens, gboolean to_tokens,
          gboolean add)
{
  const int e = cut->edge, *size = cut->size;
  const int across = size[2] / e, down = size[1] / e;
  for (int z = 0; z < size[0]; z++)
    for (int y = 0; y < size[1]; y++)
      for (int c = 0; c < across; c++) {
        const int cube = (z / e * down + y / e) * across + c;
        float *v = volume +
                   ((gsize)z * (gsize)size[1] + (gsize)y) * (gsize)size[2] +
                   c * e;
        float *t =
            tokens + (gsize)cube * (gsize)(e * e * e) + (z % e * e + y % e) * e;
        for (int i = 0; i < e; i++) {
          if (to_tokens)
            t[i] = v[i];
          else
            v[i] = add ? v[i] + t[i] : t[i];
        }
      }
}

static void
cut_forward(CapGraph *graph, CapOp *op)
{
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  for (int n = 0; n < cap_graph_batch(graph); n++)
    copy_rows(op->state, x + (gsize)n * size, y + (gsize)n * size, TRUE, FALSE);
}

static void
cut_backward(CapGraph *graph, CapOp *op)
{
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  float *dy = cap_graph_grad(graph, op->outputs[0]);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  for (int n = 0; n < cap_graph_batch(graph); n++)
    copy_rows(op->state, dx.data + (gsize)n * size, dy + (gsize)n * size, FALSE,
              dx.add);
}

static void
cut_free(CapOp *op)
{
  g_free(op->state);
}

CAP_KERNEL(void, add_to, (gsize n, const float *from, float *to), (n, from, to))
{
  for (gsize i = 0; i < n; i++)
    to[i] += from[i];
}

static void
embed_forward(CapGraph *graph, CapOp *op)
{
  const gsize in = cap_graph_size(graph, op->inputs[0]);
  const gsize out = cap_graph_size(graph, op->outputs[0]), width = out - in;
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *first = cap_graph_data(graph, op->params[0]);
  const float *places = cap_graph_data(graph, op->params[1]);
  for (int n = 0; n < cap_graph_batch(graph); n++) {
    float *y = cap_graph_data(graph, op->outputs[0]) + (gsize)n * out;
    memcpy(y, first, width * sizeof(float));
    memcpy(y + width, x + (gsize)n * in, in * sizeof(float));
    add_to(out, places, y);
  }
}

static void
embed_backward(CapGraph *graph, CapOp *op)
{
  const gsize in = cap_graph_size(graph, op->inputs[0]);
  const gsize out = cap_graph_size(graph, op->outputs[0]), width = out - in;
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  for (int n = 0; n < cap_graph_batch(graph); n++) {
    const float *dy = cap_graph_grad(graph, op->outputs[0]) + (gsize)n * out;
    add_to(width, dy, cap_graph_grad(graph, op->params[0]));
    add_to(out, dy, cap_graph_grad(graph, op->params[1]));
    if (dx.data == NULL)
      continue;
    if (dx.add)
      add_to(in, dy + width, dx.data + (gsize)n * in);
    else
      memcpy(dx.data + (gsize)n * in, dy + width, in * sizeof(float));
  }
}

static const CapOpClass cut_class = {"tokens_cut", NULL, cut_forward,
                                     cut_backward, cut_free};
static const CapOpClass embed_class = {"tokens_embed", NULL, embed_forward,
                                       embed_backward, NULL};

CapTensor
cap_tokens_cut_add(CapGraph *graph, const char *name, CapTensor input, int edge)
{
  const CapShape in = cap_graph_shape(graph, input);
  g_return_val_if_fail(in.n_dims == 4 && in.dims[0] == 1, -1);
  Cut *cut = g_new0(Cut, 1);
  cut->edge = edge;
  int cubes = 1;
  for (int i = 0; i < 3; i++) {
    cut->size[i] = in.dims[i + 1];
    cubes *= in.dims[i + 1] / edge;
  }
  const CapTensor output = cap_graph_activation(
      graph, name, (CapShape){2, {cubes, edge * edge * edge}});
  cap_graph_add(graph, &cut_class, name, &input, 1, &output, 1, NULL, 0, cut);
  return output;
}

CapTensor
cap_tokens_embed_add(CapGraph *graph, const char *name, CapTensor input)
{
  const CapShape in = cap_graph_shape(graph, input);
  g_return_val_if_fail(in.n_dims == 2, -1);
  const CapShape shape = {2, {1 + in.dims[0], in.dims[1]}};
  const int small = 5000, large = 4; /* sd = sqrt(2 / fan-in) */
  g_autofree char *first = g_strconcat(name, ".class", NULL);
  g_autofree char *places = g_strconcat(name, ".places", NULL);
  const CapTensor params[] = {
      cap_graph_param(graph, first, cap_shape_vector(in.dims[1]), CAP_INIT_HE,
                      small, 0),
      cap_graph_param(graph, places, shape, CAP_INIT_HE, large, 0)};
  const CapTensor output = cap_graph_activation(graph, name, shape);
  cap_graph_add(graph, &embed_class, name, &input, 1, &output, 1, params, 2,
                NULL);
  return output;
}
