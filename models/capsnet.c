/* The capsule network: design.md's stem, capsules and heads as a graph, and
 * judging patches with it. Sizes are of a 32³ patch. */
#include "models/capsnet.h"

#include <math.h>
#include <string.h>

#include "core/error.h"
#include "core/nn/ops/capsules.h"
#include "core/nn/ops/concat.h"
#include "core/nn/ops/conv3d.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/losses.h"
#include "core/nn/ops/mask_features.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/primary.h"
#include "core/nn/ops/rating_heads.h"
#include "core/nn/ops/shuffle.h"
#include "core/nn/ops/softmax.h"

#define PRIMARY_DIM 8
#define PRIMARY_TYPES 16
#define FIRST_ATTRIBUTE 2 /* capsules 0 and 1: nodule, non-nodule */
#define N_MALIGNANCY 5
#define CELLS (CAP_GRID * CAP_GRID * CAP_GRID)

CapCapsnetOptions
cap_capsnet_options_default(void)
{
  return (CapCapsnetOptions){.routing = &cap_routing_dynamic,
                             .routing_iterations = 3,
                             .routing_mass = 0.5,
                             .max_batch = 32,
                             .seed = 1,
                             .weight_class = 1.0,
                             .weight_malignancy = 0.5,
                             .weight_attributes = 1.0,
                             .weight_mask = 1.0,
                             .weight_reconstruction = 1.0};
}

/* Files without the key are older than the second routing. */
static gboolean
read_routing(CapCapsnetOptions *options, const char *path, GHashTable *metadata,
             GError **error)
{
  const char *name = g_hash_table_lookup(metadata, "routing");
  const char *mass = g_hash_table_lookup(metadata, "routing_mass");
  options->routing = cap_routing_find(name != NULL ? name : "dynamic");
  const double number = mass != NULL ? g_ascii_strtod(mass, NULL) : 0.5;
  if (options->routing != NULL && number >= 0.05 && number <= 1.0) {
    options->routing_mass = number;
    return TRUE;
  }
  if (options->routing != NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
                "%s: these weights cannot be used: routing_mass is “%s”, not "
                "0.05 to 1",
                path, mass);
    return FALSE;
  }
  g_autofree char *names = cap_routing_names();
  g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
              "%s: these weights cannot be used: routing is “%s”; this program "
              "knows %s",
              path, name, names);
  return FALSE;
}

gboolean
cap_capsnet_options_read(CapCapsnetOptions *options, const char *path,
                         GHashTable *metadata, GError **error)
{
  const char *architecture = g_hash_table_lookup(metadata, "architecture");
  const char *iterations = g_hash_table_lookup(metadata, "routing_iterations");
  if (g_strcmp0(architecture, CAP_CAPSNET_ARCHITECTURE) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
                "%s: these weights cannot be used: they are for %s, this "
                "program runs %s",
                path, architecture ? architecture : "an unnamed network",
                CAP_CAPSNET_ARCHITECTURE);
    return FALSE;
  }
  gint64 n = options->routing_iterations;
  if (iterations != NULL &&
      !g_ascii_string_to_signed(iterations, 10, 1, 5, &n, NULL)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
                "%s: these weights cannot be used: routing_iterations is "
                "“%s”, not 1 to 5",
                path, iterations);
    return FALSE;
  }
  options->routing_iterations = (int)n;
  return read_routing(options, path, metadata, error);
}

/* Tensors that the parts below hand to each other. */
typedef struct {
  CapTensor half, quarter, eighth; /* stem at 16³ (32), 8³ (64), 4³ (128) */
  CapTensor mask_logits, malignancy_logits, attribute_logits;
} Parts;

static CapTensor
conv(CapGraph *g, const char *name, CapTensor input, int channels, int kernel,
     int stride)
{
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = channels;
  o.kernel = kernel;
  o.stride = stride;
  o.pad = kernel / 2;
  return cap_conv3d_bn_relu_add(g, name, input, &o);
}

/* Twice the edge: a convolution that makes eight voxels' channels at each
 * place, then the shuffle. With kernel 1 it is the transposed convolution of 2³
 * kernels and stride 2. */
static CapTensor
grow(CapGraph *g, const char *name, CapTensor input, int channels, int kernel)
{
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = 8 * channels;
  o.kernel = kernel;
  o.pad = kernel / 2;
  g_autofree char *wide = g_strconcat(name, ".wide", NULL);
  return cap_depth_to_space_add(g, name, cap_conv3d_add(g, wide, input, &o));
}

static void
add_stem(CapCapsnet *net, Parts *p)
{
  CapGraph *g = net->graph;
  const CapTensor first = conv(g, "stem.1", net->patch, 16, 5, 2);
  p->half = conv(g, "stem.2", first, 32, 3, 1);
  p->quarter =
      conv(g, "stem.4", conv(g, "stem.3", p->half, 64, 3, 2), 64, 3, 1);
  p->eighth = conv(g, "stem.5", p->quarter, 128, 3, 2);
}

static void
add_capsules(CapCapsnet *net, const Parts *p, const CapCapsnetOptions *options)
{
  CapGraph *g = net->graph;
  CapConv3dOptions o = cap_conv3d_options_default();
  o.channels = PRIMARY_TYPES * PRIMARY_DIM;
  o.kernel = 1;
  o.pad = 0;
  const CapTensor primary =
      cap_primary_add(g, "primary.capsules",
                      cap_conv3d_add(g, "primary", p->eighth, &o), PRIMARY_DIM);
  CapCapsulesOptions c = cap_capsules_options_default();
  c.routing = options->routing;
  c.iterations = options->routing_iterations;
  c.mass = (float)options->routing_mass;
  c.child_dim = PRIMARY_DIM;
  c.dim = CAP_POSE_DIM;
  c.gain = 16.0f; /* primaries are short, see set_start */
  c.n_groups = 1 + CAP_N_ATTRIBUTES;
  c.groups[0] = (CapCapsuleGroup){2, TRUE};
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++)
    c.groups[1 + i] = (CapCapsuleGroup){1, FALSE};
  const CapCapsules capsules = cap_capsules_add(g, "capsules", primary, -1, &c);
  net->poses = capsules.poses;
  net->routing = capsules.routing;
  net->lengths = capsules.activations;
}

/* Up from 4³ to 16³, meeting the stem on the way and there the patch itself at
 * full resolution, as eight channels; logits for 2³ voxels at a time. */
static void
add_mask(CapCapsnet *net, Parts *p)
{
  CapGraph *g = net->graph;
  const CapTensor at_quarter[] = {grow(g, "mask.up1", p->eighth, 32, 1),
                                  p->quarter};
  const CapTensor quarter =
      conv(g, "mask.merge1", cap_concat_add(g, "mask.join1", at_quarter, 2), 32,
           1, 1);
  const CapTensor at_half[] = {
      grow(g, "mask.up2", quarter, 16, 1), p->half,
      cap_space_to_depth_add(g, "mask.patch", net->patch)};
  const CapTensor half = conv(
      g, "mask.merge2", cap_concat_add(g, "mask.join2", at_half, 3), 16, 1, 1);
  const CapTensor smooth = conv(g, "mask.conv", half, 16, 3, 1);
  p->mask_logits = grow(g, "mask.logits", smooth, 1, 3);
  net->mask = cap_sigmoid_add(g, "mask", p->mask_logits, 1.0f);
}

static void
add_heads(CapCapsnet *net, Parts *p, const int *levels)
{
  CapGraph *g = net->graph;
  p->attribute_logits =
      cap_rating_heads_add(g, "attributes.head", net->poses, FIRST_ATTRIBUTE,
                           CAP_N_ATTRIBUTES, CAP_MAX_LEVELS);
  net->attributes =
      cap_softmax_add(g, "attributes", p->attribute_logits, levels);
  const CapTensor known[] = {
      net->poses,
      cap_mask_features_add(g, "mask.features", net->mask, net->patch)};
  const CapTensor hidden = cap_relu_add(
      g, "malignancy.hidden",
      cap_linear_add(g, "malignancy.1",
                     cap_concat_add(g, "malignancy.known", known, 2),
                     cap_shape_vector(32)));
  p->malignancy_logits =
      cap_linear_add(g, "malignancy.2", hidden, cap_shape_vector(N_MALIGNANCY));
  net->malignancy =
      cap_softmax_add(g, "malignancy", p->malignancy_logits, NULL);
}

static void
add_decoder(CapCapsnet *net)
{
  CapGraph *g = net->graph;
  const CapTensor pose =
      cap_slice_add(g, "decoder.pose", net->poses, 0, CAP_POSE_DIM);
  CapTensor x = cap_linear_add(g, "decoder.linear", pose,
                               cap_shape_volume(16, 2 * CAP_GRID));
  x = cap_relu_add(g, "decoder.relu1", x);
  x = cap_relu_add(g, "decoder.relu2", grow(g, "decoder.up", x, 8, 3));
  x = grow(g, "decoder.voxels", x, 1, 3);
  net->reconstruction = cap_sigmoid_add(g, "reconstruction", x, 2.0f);
}

static void
add_targets(CapCapsnet *net)
{
  CapGraph *g = net->graph;
  const CapShape one = cap_shape_vector(1);
  const CapShape volume = cap_shape_volume(1, CAP_PATCH);
  const CapShape rows = {2, {CAP_N_ATTRIBUTES, CAP_MAX_LEVELS}};
  net->target_class = cap_graph_input(g, "target.class", cap_shape_vector(2));
  net->target_class_weight = cap_graph_input(g, "target.class.weight", one);
  net->target_malignancy =
      cap_graph_input(g, "target.malignancy", cap_shape_vector(N_MALIGNANCY));
  net->target_malignancy_weight =
      cap_graph_input(g, "target.malignancy.weight", one);
  net->target_attributes = cap_graph_input(g, "target.attributes", rows);
  net->target_attributes_weight = cap_graph_input(
      g, "target.attributes.weight", cap_shape_vector(CAP_N_ATTRIBUTES));
  net->target_mask = cap_graph_input(g, "target.mask", volume);
  net->target_mask_weight = cap_graph_input(g, "target.mask.weight", one);
}

static void
add_losses(CapCapsnet *net, const Parts *p, const int *levels,
           const CapCapsnetOptions *o)
{
  CapGraph *g = net->graph;
  net->loss_class =
      cap_margin_loss_add(g, "loss.class", net->lengths, net->target_class,
                          net->target_class_weight);
  net->loss_malignancy = cap_rating_loss_add(
      g, "loss.malignancy", p->malignancy_logits, net->target_malignancy,
      net->target_malignancy_weight, NULL);
  net->loss_attributes = cap_rating_loss_add(
      g, "loss.attributes", p->attribute_logits, net->target_attributes,
      net->target_attributes_weight, levels);
  net->loss_mask = cap_mask_loss_add(g, "loss.mask", p->mask_logits,
                                     net->target_mask, net->target_mask_weight);
  net->loss_reconstruction = cap_reconstruction_loss_add(
      g, "loss.reconstruction", net->reconstruction, net->patch,
      net->target_mask, net->target_mask_weight);
  cap_graph_add_loss(g, net->loss_class, (float)o->weight_class);
  cap_graph_add_loss(g, net->loss_malignancy, (float)o->weight_malignancy);
  cap_graph_add_loss(g, net->loss_attributes, (float)o->weight_attributes);
  cap_graph_add_loss(g, net->loss_mask, (float)o->weight_mask);
  cap_graph_add_loss(g, net->loss_reconstruction,
                     (float)o->weight_reconstruction);
}

static void
add_calibration(CapGraph *g)
{
  static const char *const names[] = {"calibration.nodule",
                                      "calibration.malignancy"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    const CapTensor buffer =
        cap_graph_buffer(g, names[i], cap_shape_vector(2), 0.0f);
    cap_graph_data(g, buffer)[0] = 1.0f;
  }
}

/* Where training starts from. A voxel's first guess of being nodule is its
 * share in the readers' masks, not a half: biases move by no more than the rate
 * a step. Primary capsules start short, so that the squash keeps bright places
 * long and plain lung, most of a patch, from outvoting them. */
static void
set_start(CapGraph *g)
{
  const CapTensor bias = cap_graph_find(g, "mask.logits.wide.bias");
  float *logits = cap_graph_data(g, bias);
  for (gsize i = 0; i < cap_graph_size(g, bias); i++)
    logits[i] = -4.0f;
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
      {"capsules.weight", 16},
      {"attributes.head.weight", 4},
      {"malignancy.1.weight", 4},
      {"malignancy.2.weight", 4},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    cap_graph_set_pace(g, cap_graph_find(g, rows[i].name), rows[i].pace);
}

void
cap_capsnet_set_priors(CapCapsnet *net, const CapCapsnetPriors *priors)
{
  CapGraph *g = net->graph;
  float *malignancy = cap_graph_data(g, cap_graph_find(g, "malignancy.2.bias"));
  float *attributes =
      cap_graph_data(g, cap_graph_find(g, "attributes.head.bias"));
  for (int k = 0; k < N_MALIGNANCY; k++)
    malignancy[k] = logf(MAX(priors->malignancy[k], 0.003f));
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < CAP_MAX_LEVELS; k++)
      attributes[a * CAP_MAX_LEVELS + k] =
          logf(MAX(priors->attributes[a][k], 0.003f));
  cap_graph_touch(g);
}

static void
keep_outputs(CapCapsnet *net)
{
  const CapTensor outputs[] = {
      net->lengths,    net->poses, net->routing,       net->malignancy,
      net->attributes, net->mask,  net->reconstruction};
  for (guint i = 0; i < G_N_ELEMENTS(outputs); i++)
    cap_graph_keep(net->graph, outputs[i]);
}

CapCapsnet *
cap_capsnet_new(CapGraphMode mode, const CapCapsnetOptions *options,
                GError **error)
{
  const CapCapsnetOptions *o = options;
  g_return_val_if_fail(o->routing_iterations >= 1 && o->routing_iterations <= 5,
                       NULL);
  g_autoptr(CapCapsnet) net = g_new(CapCapsnet, 1);
  memset(net, 0xff, sizeof *net); /* every handle is none */
  net->graph = cap_graph_new(o->max_batch, mode, o->seed);
  cap_graph_set_precision(net->graph, o->precision, o->ways);
  net->patch =
      cap_graph_input(net->graph, "patch", cap_shape_volume(1, CAP_PATCH));
  int levels[CAP_N_ATTRIBUTES];
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++)
    levels[i] = cap_attribute_levels((CapAttributeKind)i);
  Parts parts;
  add_stem(net, &parts);
  add_capsules(net, &parts, o);
  add_mask(net, &parts);
  add_heads(net, &parts, levels);
  add_decoder(net);
  add_calibration(net->graph);
  if (mode == CAP_GRAPH_TRAIN) {
    add_targets(net);
    add_losses(net, &parts, levels, o);
  }
  keep_outputs(net);
  set_paces(net->graph);
  if (!cap_graph_plan(net->graph, error))
    return NULL;
  set_start(net->graph);
  return g_steal_pointer(&net);
}

void
cap_capsnet_free(CapCapsnet *net)
{
  if (net == NULL)
    return;
  cap_graph_free(net->graph);
  g_free(net);
}

/* Index of voxel I of a cube of EDGE, mirrored along the axes of FLIP: bit 0 is
 * x, bit 1 y, bit 2 z. Its own inverse. */
static int
mirror(int i, int edge, int flip)
{
  int x = i % edge, y = i / edge % edge, z = i / edge / edge;
  x = flip & 1 ? edge - 1 - x : x;
  y = flip & 2 ? edge - 1 - y : y;
  z = flip & 4 ? edge - 1 - z : z;
  return (z * edge + y) * edge + x;
}

static double
calibrate(CapGraph *g, const char *name, double p)
{
  const float *c = cap_graph_data(g, cap_graph_find(g, name));
  const double inside = CLAMP(p, 1e-9, 1.0 - 1e-9);
  const double logit = log(inside / (1.0 - inside));
  return 1.0 / (1.0 + exp(-((double)c[0] * logit + (double)c[1])));
}

/* Adds SAMPLE's outputs, SHARE of them, to OUT; FLIP is how it was mirrored. */
static void
gather(CapCapsnet *net, int sample, int flip, double share, CapJudgement *out)
{
  CapGraph *g = net->graph;
  const float *lengths =
      cap_graph_data(g, net->lengths) + sample * CAP_N_CAPSULES;
  const float *maps =
      cap_graph_data(g, net->routing) + sample * CAP_N_CAPSULES * CELLS;
  const float *malignancy =
      cap_graph_data(g, net->malignancy) + sample * N_MALIGNANCY;
  const float *attributes = cap_graph_data(g, net->attributes) +
                            sample * CAP_N_ATTRIBUTES * CAP_MAX_LEVELS;
  const float *mask =
      cap_graph_data(g, net->mask) + (gsize)sample * CAP_PATCH_VOXELS;
  const double sum = (double)lengths[0] + (double)lengths[1];
  out->nodule_probability +=
      share * (sum > 0.0 ? (double)lengths[0] / sum : 0.5);
  for (int k = 0; k < N_MALIGNANCY; k++)
    out->malignancy.p[k] += share * (double)malignancy[k];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < CAP_MAX_LEVELS; k++)
      out->attributes[a].p[k] +=
          share * (double)attributes[a * CAP_MAX_LEVELS + k];
  for (int j = 0; j < CAP_N_CAPSULES; j++) {
    out->capsules[j].length += share * (double)lengths[j];
    for (int i = 0; i < CELLS; i++)
      out->capsules[j].routing[i] +=
          (float)share * maps[j * CELLS + mirror(i, CAP_GRID, flip)];
  }
  for (int i = 0; i < CAP_PATCH_VOXELS; i++)
    out->mask[i] += (float)share * mask[mirror(i, CAP_PATCH, flip)];
}

/* What is taken from the patch as it is, not averaged. */
static void
take(CapCapsnet *net, int sample, CapJudgement *out)
{
  CapGraph *g = net->graph;
  const float *poses =
      cap_graph_data(g, net->poses) + sample * CAP_N_CAPSULES * CAP_POSE_DIM;
  for (int j = 0; j < CAP_N_CAPSULES; j++)
    memcpy(out->capsules[j].pose, poses + j * CAP_POSE_DIM,
           sizeof out->capsules[j].pose);
  memcpy(out->reconstruction,
         cap_graph_data(g, net->reconstruction) +
             (gsize)sample * CAP_PATCH_VOXELS,
         sizeof out->reconstruction);
}

static void
finish(CapGraph *g, CapJudgement *out)
{
  out->nodule_probability =
      calibrate(g, "calibration.nodule", out->nodule_probability);
  out->malignancy.n_levels = N_MALIGNANCY;
  cap_rating_finish(&out->malignancy);
  const double *p = out->malignancy.p;
  out->malignancy_probability =
      calibrate(g, "calibration.malignancy", p[4] + p[3] + p[2] / 2.0);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    out->attributes[a].n_levels = cap_attribute_levels((CapAttributeKind)a);
    cap_rating_finish(&out->attributes[a]);
  }
}

gboolean
cap_capsnet_judge(CapCapsnet *net, const float *patches, int n, int flips,
                  CapJudgement *out, GError **error)
{
  g_return_val_if_fail(flips == 1 || flips == 2 || flips == 4 || flips == 8,
                       FALSE);
  CapGraph *g = net->graph;
  memset(out, 0, (gsize)n * sizeof *out);
  cap_graph_set_training(g, FALSE);
  /* Work item i is mirror image i % flips of patch i / flips. */
  const int total = n * flips, step = cap_graph_max_batch(g);
  for (int start = 0; start < total; start += step) {
    const int batch = MIN(step, total - start);
    cap_graph_set_batch(g, batch);
    float *input = cap_graph_data(g, net->patch);
#pragma omp parallel for
    for (int i = 0; i < batch; i++) {
      const float *from =
          patches + (gsize)((start + i) / flips) * CAP_PATCH_VOXELS;
      float *to = input + (gsize)i * CAP_PATCH_VOXELS;
      for (int v = 0; v < CAP_PATCH_VOXELS; v++)
        to[v] = from[mirror(v, CAP_PATCH, (start + i) % flips)];
    }
    cap_graph_forward(g);
    for (int i = 0; i < batch; i++) {
      CapJudgement *judgement = &out[(start + i) / flips];
      gather(net, i, (start + i) % flips, 1.0 / flips, judgement);
      if ((start + i) % flips == 0)
        take(net, i, judgement);
    }
  }
  for (int i = 0; i < n; i++)
    finish(g, &out[i]);
  return TRUE;
}
