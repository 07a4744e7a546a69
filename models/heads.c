/* Heads over a vector: see heads.h. */
#include "models/heads.h"

#include "core/nn/ops/concat.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/mask_features.h"
#include "core/nn/ops/softmax.h"

#define HIDDEN 32

/* FEATURES and after them, when there are any, those of the mask. */
static CapTensor
with_mask(CapGraph *g, const char *name, CapTensor features, CapTensor mask)
{
  const CapTensor known[] = {features, mask};
  return mask < 0 ? features : cap_concat_add(g, name, known, 2);
}

void
cap_heads_add(CapNetwork *net, CapTensor features, CapActivation activation,
              const CapNetworkOptions *options)
{
  CapGraph *g = net->graph;
  const CapShape rows = {2, {CAP_N_ATTRIBUTES, CAP_MAX_LEVELS}};
  const gboolean shape = options->mask_features == CAP_MASK_FEATURES_SHAPE;
  int levels[CAP_N_ATTRIBUTES];
  cap_network_levels(levels);
  CapTensor mask = -1;
  if (cap_network_has_mask(net))
    mask = cap_mask_features_add(g, "mask.features", net->mask, net->patch,
                                 options->mask_features);
  net->class_logits = cap_linear_add(g, "class", features, cap_shape_vector(2));
  net->classes = cap_softmax_add(g, "classes", net->class_logits, NULL);
  net->attribute_logits = cap_linear_add(
      g, "attributes.head",
      with_mask(g, "attributes.known", features, shape ? mask : -1), rows);
  net->attributes =
      cap_softmax_add(g, "attributes", net->attribute_logits, levels);
  const CapTensor hidden = activation(
      g, "malignancy.hidden",
      cap_linear_add(g, "malignancy.1",
                     with_mask(g, "malignancy.known", features, mask),
                     cap_shape_vector(HIDDEN)));
  net->malignancy_logits = cap_linear_add(g, "malignancy.2", hidden,
                                          cap_shape_vector(CAP_N_MALIGNANCY));
  net->malignancy =
      cap_softmax_add(g, "malignancy", net->malignancy_logits, NULL);
}
