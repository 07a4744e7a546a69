/* Rating heads: see attribute_heads.h. */
#include "models/attribute_heads.h"

#include <math.h>
#include <string.h>

gboolean
cap_attribute_heads_read(const CapNetwork *net, CapAttributeHeads *heads)
{
  const CapTensor weight = cap_graph_find(net->graph, "attributes.head.weight");
  if (net->poses < 0 || weight < 0)
    return FALSE;
  const CapShape shape = cap_graph_shape(net->graph, weight);
  if (shape.n_dims != 3 || shape.dims[0] != CAP_N_ATTRIBUTES ||
      shape.dims[1] != CAP_MAX_LEVELS || shape.dims[2] < CAP_POSE_DIM)
    return FALSE;
  const float *from = cap_graph_data(net->graph, weight);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int level = 0; level < CAP_MAX_LEVELS; level++)
      memcpy(heads->weights[a][level],
             from + (gsize)(a * CAP_MAX_LEVELS + level) * shape.dims[2],
             sizeof heads->weights[a][level]);
  return TRUE;
}

CapRating
cap_attribute_heads_move(const CapAttributeHeads *heads, CapAttributeKind kind,
                         const CapRating *rating, int component, double by)
{
  CapRating moved = *rating;
  if (by == 0)
    return moved;
  double most = -INFINITY;
  for (int level = 0; level < rating->n_levels; level++)
    most = fmax(most, by * (double)heads->weights[kind][level][component]);
  for (int level = 0; level < rating->n_levels; level++)
    moved.p[level] *=
        exp(by * (double)heads->weights[kind][level][component] - most);
  cap_rating_finish(&moved);
  return moved;
}
