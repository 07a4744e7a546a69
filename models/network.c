/* Networks whichever they are: see network.h. */
#include "models/network.h"

#include <math.h>
#include <string.h>

#include "core/error.h"
#include "core/nn/ops/losses.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/softmax.h"
#include "models/capsnet.h"
#include "models/cnn.h"
#include "models/resnet.h"
#include "models/vit.h"

static const CapNetworkKind kinds[] = {
    {"capsnet", CAP_CAPSNET_ARCHITECTURE, cap_capsnet_build},
    {"cnn", CAP_CNN_ARCHITECTURE, cap_cnn_build},
    {"resnet50", CAP_RESNET_ARCHITECTURE, cap_resnet_build},
    {"vit", CAP_VIT_ARCHITECTURE, cap_vit_build},
};

const CapNetworkKind *
cap_network_kind_find(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_str_equal(kinds[i].name, name))
      return &kinds[i];
  return NULL;
}

char *
cap_network_kind_names(void)
{
  g_autoptr(GString) names = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", kinds[i].name);
  return g_strdup(names->str);
}

CapNetworkOptions
cap_network_options_default(void)
{
  return (CapNetworkOptions){.kind = &kinds[0],
                             .routing = &cap_routing_dynamic,
                             .routing_iterations = 3,
                             .capsule_dimension = 8,
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
read_routing(CapNetworkOptions *options, const char *path, GHashTable *metadata,
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

/* Files without the key are older than the shape of the mask. */
static gboolean
read_mask_features(CapNetworkOptions *options, const char *path,
                   GHashTable *metadata, GError **error)
{
  const char *name = g_hash_table_lookup(metadata, "mask_features");
  if (cap_mask_features_find(name ? name : "density", &options->mask_features))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
              "%s: these weights cannot be used: mask_features is “%s”; this "
              "program knows density, shape",
              path, name);
  return FALSE;
}

static gboolean
read_kind(CapNetworkOptions *options, const char *path, GHashTable *metadata,
          GError **error)
{
  const char *architecture = g_hash_table_lookup(metadata, "architecture");
  g_autoptr(GString) known = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
    if (g_strcmp0(architecture, kinds[i].architecture) == 0) {
      options->kind = &kinds[i];
      return TRUE;
    }
    g_string_append_printf(known, "%s%s", i > 0 ? ", " : "",
                           kinds[i].architecture);
  }
  g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
              "%s: these weights cannot be used: they are for %s, this program "
              "runs %s",
              path, architecture ? architecture : "an unnamed network",
              known->str);
  return FALSE;
}

/* A whole number that METADATA may hold under KEY, else *FIELD stays. */
static gboolean
read_whole(GHashTable *metadata, const char *path, const char *key, int least,
           int most, int *field, GError **error)
{
  const char *text = g_hash_table_lookup(metadata, key);
  gint64 n = *field;
  if (text != NULL &&
      !g_ascii_string_to_signed(text, 10, least, most, &n, NULL)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
                "%s: these weights cannot be used: %s is “%s”, not %d to %d",
                path, key, text, least, most);
    return FALSE;
  }
  *field = (int)n;
  return TRUE;
}

static gboolean
read_sizes(CapNetworkOptions *options, const char *path, GHashTable *metadata,
           GError **error)
{
  const struct {
    const char *key;
    int least, most, *field;
  } rows[] = {
      {"width", 0, CAP_NETWORK_MAX_WIDTH, &options->width},
      {"routing_iterations", 1, 5, &options->routing_iterations},
      {"capsule_dimension", 4, 32, &options->capsule_dimension},
  };
  options->width = 0; /* files without it are of networks as published */
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (!read_whole(metadata, path, rows[i].key, rows[i].least, rows[i].most,
                    rows[i].field, error))
      return FALSE;
  return TRUE;
}

gboolean
cap_network_options_read(CapNetworkOptions *options, const char *path,
                         GHashTable *metadata, GError **error)
{
  return read_kind(options, path, metadata, error) &&
         read_sizes(options, path, metadata, error) &&
         read_routing(options, path, metadata, error) &&
         read_mask_features(options, path, metadata, error);
}

void
cap_network_levels(int levels[CAP_N_ATTRIBUTES])
{
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++)
    levels[i] = cap_attribute_levels((CapAttributeKind)i);
}

static void
add_loss(CapGraph *g, CapTensor loss, double weight)
{
  cap_graph_add_loss(g, loss, (float)weight);
}

/* Cross-entropy where there are logits, else what suits capsules. */
static CapTensor
class_loss(CapNetwork *net, const CapNetworkOptions *o)
{
  CapGraph *g = net->graph;
  const CapTensor target = net->target_class;
  const CapTensor weight = net->target_class_weight;
  if (net->class_logits >= 0 && !o->classes_apart)
    return cap_rating_loss_add(g, "loss.class", net->class_logits, target,
                               weight, NULL);
  if (!o->spread_loss)
    return cap_margin_loss_add(g, "loss.class", net->classes, target, weight);
  net->class_margin = cap_graph_input(g, "class.margin", cap_shape_vector(1));
  return cap_spread_loss_add(g, "loss.class", net->classes, target, weight,
                             net->class_margin);
}

static void
add_class_loss(CapNetwork *net, const CapNetworkOptions *o)
{
  CapGraph *g = net->graph;
  net->target_class = cap_graph_input(g, "target.class", cap_shape_vector(2));
  net->target_class_weight =
      cap_graph_input(g, "target.class.weight", cap_shape_vector(1));
  net->loss_class = class_loss(net, o);
  add_loss(g, net->loss_class, o->weight_class);
}

static void
add_rating_losses(CapNetwork *net, const CapNetworkOptions *o)
{
  CapGraph *g = net->graph;
  const CapShape rows = {2, {CAP_N_ATTRIBUTES, CAP_MAX_LEVELS}};
  int levels[CAP_N_ATTRIBUTES];
  cap_network_levels(levels);
  net->target_malignancy = cap_graph_input(g, "target.malignancy",
                                           cap_shape_vector(CAP_N_MALIGNANCY));
  net->target_malignancy_weight =
      cap_graph_input(g, "target.malignancy.weight", cap_shape_vector(1));
  net->loss_malignancy = cap_rating_loss_add(
      g, "loss.malignancy", net->malignancy_logits, net->target_malignancy,
      net->target_malignancy_weight, NULL);
  add_loss(g, net->loss_malignancy, o->weight_malignancy);
  net->target_attributes = cap_graph_input(g, "target.attributes", rows);
  net->target_attributes_weight = cap_graph_input(
      g, "target.attributes.weight", cap_shape_vector(CAP_N_ATTRIBUTES));
  net->loss_attributes = cap_rating_loss_add(
      g, "loss.attributes", net->attribute_logits, net->target_attributes,
      net->target_attributes_weight, levels);
  add_loss(g, net->loss_attributes, o->weight_attributes);
}

static void
add_voxel_losses(CapNetwork *net, const CapNetworkOptions *o)
{
  CapGraph *g = net->graph;
  if (net->mask_logits < 0 && net->reconstruction < 0)
    return;
  net->target_mask =
      cap_graph_input(g, "target.mask", cap_shape_volume(1, CAP_PATCH));
  net->target_mask_weight =
      cap_graph_input(g, "target.mask.weight", cap_shape_vector(1));
  if (net->mask_logits >= 0) {
    net->loss_mask =
        cap_mask_loss_add(g, "loss.mask", net->mask_logits, net->target_mask,
                          net->target_mask_weight);
    add_loss(g, net->loss_mask, o->weight_mask);
  }
  if (net->reconstruction >= 0) {
    net->loss_reconstruction = cap_reconstruction_loss_add(
        g, "loss.reconstruction", net->reconstruction, net->patch,
        net->target_mask, net->target_mask_weight);
    add_loss(g, net->loss_reconstruction, o->weight_reconstruction);
  }
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

void
cap_network_set_priors(CapNetwork *net, const CapNetworkPriors *priors)
{
  CapGraph *g = net->graph;
  float *malignancy = cap_graph_data(g, cap_graph_find(g, "malignancy.2.bias"));
  float *attributes =
      cap_graph_data(g, cap_graph_find(g, "attributes.head.bias"));
  for (int k = 0; k < CAP_N_MALIGNANCY; k++)
    malignancy[k] = logf(MAX(priors->malignancy[k], 0.003f));
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < CAP_MAX_LEVELS; k++)
      attributes[a * CAP_MAX_LEVELS + k] =
          logf(MAX(priors->attributes[a][k], 0.003f));
  cap_graph_touch(g);
}

static void
keep_outputs(CapNetwork *net)
{
  const CapTensor outputs[] = {
      net->classes, net->malignancy, net->attributes, net->mask,
      net->lengths, net->poses,      net->routing,    net->reconstruction};
  for (guint i = 0; i < G_N_ELEMENTS(outputs); i++)
    if (outputs[i] >= 0)
      cap_graph_keep(net->graph, outputs[i]);
}

CapNetwork *
cap_network_new(CapGraphMode mode, const CapNetworkOptions *options,
                GError **error)
{
  const CapNetworkOptions *o = options;
  g_return_val_if_fail(o->routing_iterations >= 1 && o->routing_iterations <= 5,
                       NULL);
  g_autoptr(CapNetwork) net = g_new(CapNetwork, 1);
  memset(net, 0xff, sizeof *net); /* every handle is none */
  net->kind = o->kind;
  net->graph = cap_graph_new(o->max_batch, mode, o->seed);
  cap_graph_set_precision(net->graph, o->precision, o->ways);
  cap_graph_set_split(net->graph, o->split);
  net->patch =
      cap_graph_input(net->graph, "patch", cap_shape_volume(1, CAP_PATCH));
  o->kind->build(net, o);
  if (o->classes_apart && net->class_logits >= 0)
    net->classes =
        cap_sigmoid_add(net->graph, "classes.apart", net->class_logits, 1.0f);
  add_calibration(net->graph);
  if (mode == CAP_GRAPH_TRAIN) {
    add_class_loss(net, o);
    add_rating_losses(net, o);
    add_voxel_losses(net, o);
  }
  keep_outputs(net);
  if (!cap_graph_plan(net->graph, error))
    return NULL;
  return g_steal_pointer(&net);
}

void
cap_network_free(CapNetwork *net)
{
  if (net == NULL)
    return;
  cap_graph_free(net->graph);
  g_free(net);
}
