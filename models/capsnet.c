/* The capsule network: see capsnet.h. */
#include "models/capsnet.h"

#include "core/error.h"
#include "core/nn/ops/capsules.h"
#include "core/nn/ops/concat.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/primary.h"
#include "core/nn/ops/primary_matrix.h"
#include "core/nn/ops/rating_heads.h"
#include "core/nn/ops/softmax.h"
#include "models/blocks.h"

#include <string.h>

#define MATRIX_DIM 16 /* 4 x 4, and an activation */
#define PRIMARY_TYPES 16

/* Vectors, or for EM routing matrices that have activations. */
static CapPrimaryMatrices
add_primary(CapGraph *g, CapTensor eighth, const CapNetworkOptions *options)
{
  const gboolean matrices = options->routing->matrices;
  const int dim = options->capsule_dimension;
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = PRIMARY_TYPES * (matrices ? MATRIX_DIM + 1 : dim);
  o.kernel = 1;
  o.pad = 0;
  const CapTensor raw = cap_conv3d_add(g, "primary", eighth, &o);
  if (matrices)
    return cap_primary_matrix_add(g, "primary.capsules", raw);
  return (CapPrimaryMatrices){cap_primary_add(g, "primary.capsules", raw, dim),
                              -1};
}

static void
add_capsules(CapNetwork *net, CapTensor eighth,
             const CapNetworkOptions *options)
{
  CapGraph *g = net->graph;
  const gboolean matrices = options->routing->matrices;
  const CapPrimaryMatrices primary = add_primary(g, eighth, options);
  CapCapsulesOptions c = cap_capsules_options_default();
  c.routing = options->routing;
  c.iterations = options->routing_iterations;
  c.mass = (float)options->routing_mass;
  c.child_dim = matrices ? MATRIX_DIM : options->capsule_dimension;
  c.dim = CAP_POSE_DIM;
  c.matrix = matrices;
  c.gain = matrices ? 1.0f : 16.0f; /* vectors are short, see set_start */
  c.n_groups = 1 + CAP_N_ATTRIBUTES;
  c.groups[0] = (CapCapsuleGroup){2, TRUE};
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++)
    c.groups[1 + i] = (CapCapsuleGroup){1, FALSE};
  const CapCapsules capsules =
      cap_capsules_add(g, "capsules", primary.poses, primary.activations, &c);
  net->poses = capsules.poses;
  net->routing = capsules.routing;
  net->lengths = capsules.activations;
}

/* FEATURES are the predicted mask's, of KIND. */
static void
add_heads(CapNetwork *net, CapTensor features, CapMaskFeatures kind)
{
  CapGraph *g = net->graph;
  int levels[CAP_N_ATTRIBUTES];
  cap_network_levels(levels);
  net->attribute_logits = cap_rating_heads_add(
      g, "attributes.head", net->poses,
      kind == CAP_MASK_FEATURES_SHAPE ? features : -1, CAP_CAPSULE_ATTRIBUTES,
      CAP_N_ATTRIBUTES, CAP_MAX_LEVELS);
  net->attributes =
      cap_softmax_add(g, "attributes", net->attribute_logits, levels);
  const CapTensor known[] = {net->poses, features};
  const CapTensor hidden = cap_relu_add(
      g, "malignancy.hidden",
      cap_linear_add(g, "malignancy.1",
                     cap_concat_add(g, "malignancy.known", known, 2),
                     cap_shape_vector(32)));
  net->malignancy_logits = cap_linear_add(g, "malignancy.2", hidden,
                                          cap_shape_vector(CAP_N_MALIGNANCY));
  net->malignancy =
      cap_softmax_add(g, "malignancy", net->malignancy_logits, NULL);
}

static CapTensor
add_decoder(CapGraph *g, CapTensor pose)
{
  CapTensor x = cap_linear_add(g, "decoder.linear", pose,
                               cap_shape_volume(16, 2 * CAP_GRID));
  x = cap_relu_add(g, "decoder.relu1", x);
  x = cap_relu_add(g, "decoder.relu2",
                   cap_blocks_grow(g, "decoder.up", x, 8, 3));
  x = cap_blocks_grow(g, "decoder.voxels", x, 1, 3);
  return cap_sigmoid_add(g, "reconstruction", x, 2.0f);
}

/* Where training starts from. Primary capsules start short, so that the squash
 * keeps bright places long and plain lung, most of a patch, from outvoting
 * them. */
static void
set_start(CapGraph *g)
{
  const CapTensor primary = cap_graph_find(g, "primary.weight");
  float *weights = cap_graph_data(g, primary);
  for (gsize i = 0; i < cap_graph_size(g, primary); i++)
    weights[i] *= 0.3f;
}

/* Votes and heads have 8 to 16 inputs each, so they start much larger than the
 * stem's weights and would hardly move at the rate that suits those. */
static void
set_paces(CapGraph *g)
{
  static const struct {
    const char *name;
    double pace;
  } rows[] = {
      {"capsules.weight", 16},       {"capsules.query", 16},
      {"capsules.beta_a", 16},       {"capsules.beta_u", 16},
      {"attributes.head.weight", 4}, {"malignancy.1.weight", 4},
      {"malignancy.2.weight", 4},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    if (cap_graph_find(g, rows[i].name) >= 0)
      cap_graph_set_pace(g, cap_graph_find(g, rows[i].name), rows[i].pace);
}

void
cap_capsnet_build(CapNetwork *net, const CapNetworkOptions *options)
{
  CapGraph *g = net->graph;
  const CapStem stem = cap_blocks_stem(g, net->patch);
  add_capsules(net, stem.eighth, options);
  net->classes = net->lengths;
  net->mask_logits = cap_blocks_mask(g, &stem, net->patch);
  net->mask = cap_sigmoid_add(g, "mask", net->mask_logits, 1.0f);
  const CapMaskFeatures kind = options->mask_features;
  add_heads(
      net,
      cap_mask_features_add(g, "mask.features", net->mask, net->patch, kind),
      kind);
  net->reconstruction = add_decoder(
      g, cap_slice_add(g, "decoder.pose", net->poses, 0, CAP_POSE_DIM));
  cap_blocks_mask_start(g);
  set_start(g);
  set_paces(g);
}

/* ---- parts of it ---- */

gboolean
cap_capsnet_copy(CapGraph *from, CapGraph *to)
{
  for (int i = 0; i < cap_graph_n_params(to); i++) {
    const CapTensor param = cap_graph_param_at(to, i);
    const CapTensor source = cap_graph_find(from, cap_graph_name(to, param));
    if (source < 0 || cap_graph_size(from, source) != cap_graph_size(to, param))
      return FALSE;
    memcpy(cap_graph_data(to, param), cap_graph_data(from, source),
           cap_graph_size(to, param) * sizeof(float));
  }
  cap_graph_touch(to);
  return TRUE;
}

static void
build_head(CapNetwork *net, const CapNetworkOptions *options)
{
  CapGraph *g = net->graph;
  const CapTensor stem = cap_graph_input(
      g, CAP_HEAD_STEM, cap_shape_volume(CAP_STEM_CHANNELS, CAP_GRID));
  const CapMaskFeatures kind = options->mask_features;
  const CapTensor features = cap_graph_input(
      g, CAP_HEAD_FEATURES, cap_shape_vector(cap_mask_features_count(kind)));
  add_capsules(net, stem, options);
  net->classes = net->lengths;
  add_heads(net, features, kind);
  set_start(g);
  set_paces(g);
}

const CapNetworkKind cap_capsnet_head = {"capsnet head", "", build_head};

CapCapsnetStem *
cap_capsnet_stem_new(CapMaskFeatures kind, int max_batch, GError **error)
{
  g_autoptr(CapCapsnetStem) stem = g_new0(CapCapsnetStem, 1);
  CapGraph *g = cap_graph_new(max_batch, CAP_GRAPH_INFER, 1);
  stem->graph = g;
  stem->patch = cap_graph_input(g, "patch", cap_shape_volume(1, CAP_PATCH));
  const CapStem parts = cap_blocks_stem(g, stem->patch);
  const CapTensor mask =
      cap_sigmoid_add(g, "mask", cap_blocks_mask(g, &parts, stem->patch), 1.0f);
  stem->stem = parts.eighth;
  stem->features =
      cap_mask_features_add(g, "mask.features", mask, stem->patch, kind);
  cap_graph_keep(g, stem->stem);
  cap_graph_keep(g, stem->features);
  return cap_graph_plan(g, error) ? g_steal_pointer(&stem) : NULL;
}

void
cap_capsnet_stem_free(CapCapsnetStem *stem)
{
  if (stem == NULL)
    return;
  cap_graph_free(stem->graph);
  g_free(stem);
}

/* ---- the decoder alone ---- */

CapCapsnetDecoder *
cap_capsnet_decoder_new(CapNetwork *net, int max_batch, GError **error)
{
  g_autoptr(CapCapsnetDecoder) decoder = g_new0(CapCapsnetDecoder, 1);
  CapGraph *g = cap_graph_new(max_batch, CAP_GRAPH_INFER, 1);
  decoder->graph = g;
  decoder->pose = cap_graph_input(g, "pose", cap_shape_vector(CAP_POSE_DIM));
  decoder->reconstruction = add_decoder(g, decoder->pose);
  cap_graph_keep(g, decoder->reconstruction);
  if (!cap_graph_plan(g, error))
    return NULL;
  if (cap_capsnet_copy(net->graph, g))
    return g_steal_pointer(&decoder);
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "a %s has no decoder: capsules and what they draw are those of "
              "the capsule network",
              net->kind->name);
  return NULL;
}

void
cap_capsnet_decoder_draw(CapCapsnetDecoder *decoder, const float *poses, int n,
                         float *const *images)
{
  CapGraph *g = decoder->graph;
  cap_graph_set_batch(g, n);
  memcpy(cap_graph_data(g, decoder->pose), poses,
         (gsize)n * CAP_POSE_DIM * sizeof *poses);
  cap_graph_forward(g);
  const float *drawn = cap_graph_data(g, decoder->reconstruction);
  for (int i = 0; i < n; i++)
    for (int v = 0; v < CAP_PATCH_VOXELS; v++)
      images[i][v] = 1000 * drawn[(gsize)i * CAP_PATCH_VOXELS + v] - 1000;
}

void
cap_capsnet_decoder_free(CapCapsnetDecoder *decoder)
{
  if (decoder == NULL)
    return;
  cap_graph_free(decoder->graph);
  g_free(decoder);
}
