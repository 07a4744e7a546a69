/* Looking into graphs: values, shapes and order in memory, parameters, ops. */
#include <string.h>

#include "core/nn/graph_private.h"

float *
cap_graph_data(CapGraph *graph, CapTensor tensor)
{
  return cap_graph_info(graph, tensor)->data;
}

float *
cap_graph_grad(CapGraph *graph, CapTensor tensor)
{
  return cap_graph_info(graph, tensor)->grad;
}

CapShape
cap_graph_shape(const CapGraph *graph, CapTensor tensor)
{
  return cap_graph_info(graph, tensor)->shape;
}

gsize
cap_graph_size(const CapGraph *graph, CapTensor tensor)
{
  return cap_graph_info(graph, tensor)->size;
}

const char *
cap_graph_name(const CapGraph *graph, CapTensor tensor)
{
  return cap_graph_info(graph, tensor)->name;
}

CapTensor
cap_graph_find(const CapGraph *graph, const char *name)
{
  for (guint i = 0; i < graph->tensors->len; i++)
    if (strcmp(cap_graph_info(graph, (CapTensor)i)->name, name) == 0)
      return (CapTensor)i;
  return -1;
}

int
cap_graph_n_params(const CapGraph *graph)
{
  return (int)graph->params->len;
}

CapTensor
cap_graph_param_at(const CapGraph *graph, int i)
{
  return g_array_index(graph->params, CapTensor, i);
}

gboolean
cap_graph_is_trained(const CapGraph *graph, CapTensor tensor)
{
  return cap_graph_info(graph, tensor)->kind == CAP_TENSOR_PARAM;
}

void
cap_graph_set_pace(CapGraph *graph, CapTensor param, double pace)
{
  g_return_if_fail(pace > 0.0 && cap_graph_is_trained(graph, param));
  cap_graph_info(graph, param)->pace = pace;
}

double
cap_graph_pace(const CapGraph *graph, CapTensor param)
{
  const double pace = cap_graph_info(graph, param)->pace;
  return pace > 0.0 ? pace : 1.0;
}

int
cap_graph_n_ops(const CapGraph *graph)
{
  return (int)graph->ops->len;
}

const CapOp *
cap_graph_op_at(const CapGraph *graph, int i)
{
  return g_ptr_array_index(graph->ops, i);
}

gsize
cap_graph_arena_bytes(const CapGraph *graph)
{
  return graph->arena_bytes;
}

CapLay
cap_graph_lay(const CapGraph *graph, CapTensor tensor)
{
  const CapTensorInfo *t = cap_graph_info(graph, tensor);
  if (t->shape.n_dims != 4)
    return (CapLay){t->size, 1, 1, 1};
  const gsize channels = (gsize)t->shape.dims[0];
  const gsize voxels = t->size / channels;
  return (CapLay){channels, voxels, t->channels_last ? 1 : voxels,
                  t->channels_last ? channels : 1};
}

void
cap_graph_set_channels_last(CapGraph *graph, CapTensor tensor)
{
  cap_graph_info(graph, tensor)->channels_last =
      cap_graph_info(graph, tensor)->shape.dims[0] > 1;
}

gboolean
cap_graph_channels_last(const CapGraph *graph, CapTensor tensor)
{
  return cap_graph_info(graph, tensor)->channels_last;
}

void
cap_graph_read(CapGraph *graph, CapTensor tensor, int sample, float *out)
{
  const CapTensorInfo *t = cap_graph_info(graph, tensor);
  const float *data = t->data + (gsize)sample * t->size;
  const CapLay lay = cap_graph_lay(graph, tensor);
  for (gsize c = 0; c < lay.channels; c++)
    for (gsize v = 0; v < lay.voxels; v++)
      out[c * lay.voxels + v] = data[c * lay.channel_step + v * lay.voxel_step];
}
