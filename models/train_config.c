/* Training configurations: see train_config.h. */
#include "models/train_config.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

typedef enum {
  WHOLE,
  REAL,
  SWITCH,
  TEXT,
  LIST,
  FIRST_NAMED, /* those of the table “named”, from here on */
  NETWORK = FIRST_NAMED,
  ROUTING,
  PRECISION,
  MASK,
} Kind;

typedef struct {
  const char *group, *key;
  Kind kind;
  gsize offset; /* in CapTrainConfig */
  double least, most;
} Row;

#define AT(field) G_STRUCT_OFFSET(CapTrainConfig, field)

static const Row rows[] = {
    {"data", "crops", TEXT, AT(crops), 0, 0},
    {"data", "cubes", TEXT, AT(cubes), 0, 0},
    {"data", "scans", TEXT, AT(scans), 0, 0},
    {"data", "hosts", LIST, AT(hosts), 0, 0},
    {"data", "index", TEXT, AT(index), 0, 0},
    {"data", "index-hosts", WHOLE, AT(index_hosts), 0, 1000},
    {"data", "held-out", LIST, AT(held_out), 0, 0},
    {"data", "limit", WHOLE, AT(limit), 0, 1e6},
    {"data", "validation", REAL, AT(pool.validation), 0.01, 0.5},
    {"data", "validation-transplants", WHOLE, AT(pool.transplants), 0, 1e5},
    {"data", "mix-whole", REAL, AT(pool.mix[CAP_MAKING_WHOLE]), 0, 1},
    {"data", "mix-crop", REAL, AT(pool.mix[CAP_MAKING_CROP]), 0, 1},
    {"data", "mix-cube", REAL, AT(pool.mix[CAP_MAKING_CUBE]), 0, 1},
    {"data", "mix-transplant", REAL, AT(pool.mix[CAP_MAKING_TRANSPLANT]), 0, 1},
    {"network", "kind", NETWORK, AT(network.kind), 0, 0},
    {"network", "capsule-dimension", WHOLE, AT(network.capsule_dimension), 4,
     32},
    {"network", "routing", ROUTING, AT(network.routing), 0, 0},
    {"network", "routing-iterations", WHOLE, AT(network.routing_iterations), 1,
     5},
    {"network", "mask-features", MASK, AT(network.mask_features), 0, 0},
    {"network", "routing-mass", REAL, AT(network.routing_mass), 0.05, 1},
    {"network", "precision", PRECISION, AT(network.precision), 0, 0},
    {"network", "width", WHOLE, AT(network.width), 0, CAP_NETWORK_MAX_WIDTH},
    {"network", "dropout", REAL, AT(network.dropout), 0, 0.9},
    {"training", "start", TEXT, AT(start), 0, 0},
    {"training", "epochs", WHOLE, AT(epochs), 1, 10000},
    {"training", "minutes", REAL, AT(minutes), 0, 1e5},
    {"training", "patience", WHOLE, AT(patience), 0, 10000},
    {"training", "samples", WHOLE, AT(samples), 1, 1e7},
    {"training", "batch", WHOLE, AT(batch), 1, 128},
    {"training", "rate", REAL, AT(optim.rate_peak), 1e-6, 1e-2},
    {"training", "final-rate", REAL, AT(optim.rate_final), 0, 1e-2},
    {"training", "warm-up", WHOLE, AT(optim.warmup_steps), 0, 1e6},
    {"training", "weight-decay", REAL, AT(optim.weight_decay), 0, 1},
    {"training", "clip-norm", REAL, AT(optim.clip_norm), 0, 1e6},
    {"training", "loss-scale", REAL, AT(loss_scale), 0, 0x1p126},
    {"training", "loss-scale-steps", WHOLE, AT(optim.loss_scale_steps), 1, 1e6},
    {"training", "weight-class", REAL, AT(network.weight_class), 0, 100},
    {"training", "spread-loss", SWITCH, AT(network.spread_loss), 0, 1},
    {"training", "spread-margin-first", REAL, AT(spread_margin[0]), 0, 1},
    {"training", "spread-margin-last", REAL, AT(spread_margin[1]), 0, 1},
    {"training", "weight-malignancy", REAL, AT(network.weight_malignancy), 0,
     100},
    {"training", "weight-attributes", REAL, AT(network.weight_attributes), 0,
     100},
    {"training", "weight-mask", REAL, AT(network.weight_mask), 0, 100},
    {"training", "weight-reconstruction", REAL,
     AT(network.weight_reconstruction), 0, 100},
    {"augmentation", "shift-mm", REAL, AT(pool.augment.shift_mm), 0, 3},
    {"augmentation", "scale", REAL, AT(pool.augment.scale), 0, 0.1},
    {"augmentation", "noise-hu", REAL, AT(pool.augment.noise_hu), 0, 200},
    {"augmentation", "offset-hu", REAL, AT(pool.augment.offset_hu), 0, 200},
    {"augmentation", "symmetries", SWITCH, AT(pool.augment.symmetries), 0, 1},
};

static const Row seed_row = {"training", "seed", WHOLE, AT(seed), 0, 1e15};

CapTrainConfig *
cap_train_config_default(void)
{
  CapTrainConfig *c = g_new0(CapTrainConfig, 1);
  c->crops = g_strdup("lidc-crops/index.csv");
  c->cubes = g_strdup("lidc-cubes/index.csv");
  c->scans = g_strdup("lidc");
  c->index = g_strdup("");
  c->index_hosts = 4;
  c->start = g_strdup("");
  c->folder = g_strdup(".");
  c->hosts = g_strsplit("LIDC-IDRI-0001;LIDC-IDRI-0003", ";", -1);
  c->held_out = g_new0(char *, 1);
  c->pool = cap_pool_options_default();
  c->network = cap_network_options_default();
  c->optim = cap_optim_options_default();
  c->optim.clip_norm = 5;
  c->spread_margin[0] = 0.2;
  c->spread_margin[1] = 0.9;
  c->epochs = 25;
  c->samples = 3200;
  c->batch = 32;
  c->seed = 1;
  return c;
}

void
cap_train_config_free(CapTrainConfig *c)
{
  if (c == NULL)
    return;
  g_free(c->crops);
  g_free(c->cubes);
  g_free(c->scans);
  g_free(c->index);
  g_strfreev(c->hosts);
  g_strfreev(c->held_out);
  g_free(c->start);
  g_free(c->folder);
  g_free(c->text);
  g_free(c);
}

static const Row *
find_row(const char *group, const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (g_str_equal(rows[i].group, group) && g_str_equal(rows[i].key, key))
      return &rows[i];
  return g_str_equal(group, seed_row.group) && g_str_equal(key, seed_row.key)
             ? &seed_row
             : NULL;
}

static void
set_number(CapTrainConfig *c, const Row *row, double number)
{
  gpointer field = G_STRUCT_MEMBER_P(c, row->offset);
  if (row == &seed_row)
    *(gint64 *)field = (gint64)number;
  else if (row->kind == WHOLE)
    *(int *)field = (int)number;
  else if (row->kind == SWITCH)
    *(gboolean *)field = number != 0;
  else
    *(double *)field = number;
}

/* ---- settings that take one of several names ---- */

static gboolean
parse_network(const char *value, gpointer field)
{
  const CapNetworkKind *kind = cap_network_kind_find(value);
  if (kind != NULL)
    *(const CapNetworkKind **)field = kind;
  return kind != NULL;
}

static const char *
network_name(gconstpointer field)
{
  return (*(const CapNetworkKind *const *)field)->name;
}

static gboolean
parse_routing(const char *value, gpointer field)
{
  const CapRouting *routing = cap_routing_find(value);
  if (routing != NULL)
    *(const CapRouting **)field = routing;
  return routing != NULL;
}

static const char *
routing_name(gconstpointer field)
{
  return (*(const CapRouting *const *)field)->name;
}

static gboolean
parse_precision(const char *value, gpointer field)
{
  return cap_precision_parse(value, field);
}

static const char *
precision_name(gconstpointer field)
{
  return cap_precision_name(*(const CapPrecision *)field);
}

static char *
precision_names(void)
{
  return g_strdup("float32, bfloat16, auto");
}

static gboolean
parse_mask_features(const char *value, gpointer field)
{
  return cap_mask_features_find(value, field);
}

static const char *
mask_features_name(gconstpointer field)
{
  return cap_mask_features_name(*(const CapMaskFeatures *)field);
}

static char *
mask_features_names(void)
{
  return g_strdup("density, shape");
}

/* By Kind. */
static const struct {
  gboolean (*parse)(const char *value, gpointer field);
  const char *(*name)(gconstpointer field);
  char *(*names)(void);
} named[] = {
    [NETWORK] = {parse_network, network_name, cap_network_kind_names},
    [ROUTING] = {parse_routing, routing_name, cap_routing_names},
    [PRECISION] = {parse_precision, precision_name, precision_names},
    [MASK] = {parse_mask_features, mask_features_name, mask_features_names},
};

static gboolean
set_named(const Row *row, gpointer field, const char *name, const char *value,
          GError **error)
{
  if (named[row->kind].parse(value, field))
    return TRUE;
  g_autofree char *names = named[row->kind].names();
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "%s: %s is “%s”; it takes one of %s", name, row->key, value,
              names);
  return FALSE;
}

static gboolean
set_value(CapTrainConfig *c, const Row *row, const char *name, char *value,
          GError **error)
{
  gpointer field = G_STRUCT_MEMBER_P(c, row->offset);
  if (row->kind >= FIRST_NAMED)
    return set_named(row, field, name, value, error);
  if (row->kind == TEXT) {
    g_free(*(char **)field);
    *(char **)field = g_strdup(value);
    return TRUE;
  }
  if (row->kind == LIST) {
    g_strfreev(*(char ***)field);
    char **list = g_strsplit(value, ";", -1);
    int n = 0;
    for (int i = 0; list[i] != NULL; i++) {
      if (*g_strstrip(list[i]) != '\0')
        list[n++] = list[i];
      else
        g_free(list[i]);
    }
    list[n] = NULL;
    *(char ***)field = list;
    return TRUE;
  }
  if (row->kind == SWITCH &&
      (g_str_equal(value, "true") || g_str_equal(value, "false"))) {
    set_number(c, row, g_str_equal(value, "true"));
    return TRUE;
  }
  char *end = NULL;
  const double number = g_ascii_strtod(value, &end);
  const gboolean whole = row->kind == WHOLE;
  if (row->kind == SWITCH || end == value || *end != '\0' ||
      !(number >= row->least && number <= row->most) ||
      (whole && number != floor(number))) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                row->kind == SWITCH
                    ? "%s: %s is “%s”; it takes true or false"
                    : "%s: %s is “%s”; it takes a %s from %g to %g",
                name, row->key, value, whole ? "whole number" : "number",
                row->least, row->most);
    return FALSE;
  }
  set_number(c, row, number);
  return TRUE;
}

/* Every setting with its value, defaults included, in the table's order. */
static char *
canonical(const CapTrainConfig *c)
{
  GString *text = g_string_new(NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    gconstpointer field = G_STRUCT_MEMBER_P(c, rows[i].offset);
    g_string_append_printf(text, "%s.%s=", rows[i].group, rows[i].key);
    if (rows[i].kind == TEXT) {
      g_string_append(text, *(char *const *)field);
    } else if (rows[i].kind >= FIRST_NAMED) {
      g_string_append(text, named[rows[i].kind].name(field));
    } else if (rows[i].kind == LIST) {
      g_autofree char *joined = g_strjoinv(";", *(char **const *)field);
      g_string_append(text, joined);
    } else {
      const double value =
          rows[i].kind == REAL ? *(const double *)field : *(const int *)field;
      g_string_append(text, g_ascii_dtostr(number, sizeof number, value));
    }
    g_string_append_c(text, '\n');
  }
  g_string_append_printf(text, "training.seed=%" G_GINT64_FORMAT "\n", c->seed);
  return g_string_free(text, FALSE);
}

/* 0 stands for what the precision needs. */
static gboolean
set_loss_scale(CapTrainConfig *c)
{
  int power;
  if (c->loss_scale == 0)
    c->optim.loss_scale =
        c->network.precision == CAP_PRECISION_FLOAT32 ? 1 : 65536;
  else
    c->optim.loss_scale = c->loss_scale;
  return c->optim.loss_scale >= 1 && frexp(c->optim.loss_scale, &power) == 0.5;
}

static gboolean
finish(CapTrainConfig *c, const char *name, GError **error)
{
  double mix = 0;
  for (int m = 0; m < CAP_N_MAKINGS; m++)
    mix += c->pool.mix[m];
  const char *fault = NULL;
  if (mix <= 0)
    fault = "the shares mix-… are all zero";
  else if (c->optim.rate_final > c->optim.rate_peak)
    fault = "final-rate is above rate";
  else if (!set_loss_scale(c))
    fault =
        "loss-scale is no power of two from 1 on (1 is off, 0 by precision)";
  else if (*c->crops == '\0' && *c->index == '\0')
    fault = "neither crops nor index names an index file";
  if (fault != NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG, "%s: %s", name, fault);
    return FALSE;
  }
  const int steps = (c->samples + c->batch - 1) / c->batch;
  c->optim.total_steps = (int)MIN((gint64)steps * c->epochs, G_MAXINT);
  c->network.max_batch = c->batch;
  c->network.seed = (guint64)c->seed;
  c->pool.seed = (guint64)c->seed;
  c->text = canonical(c);
  return TRUE;
}

CapTrainConfig *
cap_train_config_parse(const char *text, const char *name, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) cause = NULL;
  if (!g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE,
                                 &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG, "%s: %s", name,
                cause->message);
    return NULL;
  }
  g_autoptr(CapTrainConfig) c = cap_train_config_default();
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group != NULL; group++) {
    g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);
    for (char **key = keys; keys != NULL && *key != NULL; key++) {
      const Row *row = find_row(*group, *key);
      if (row == NULL) {
        g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                    "%s: there is no setting “%s” in the group [%s]", name,
                    *key, *group);
        return NULL;
      }
      g_autofree char *value = g_key_file_get_value(file, *group, *key, NULL);
      if (!set_value(c, row, name, g_strstrip(value), error))
        return NULL;
    }
  }
  return finish(c, name, error) ? g_steal_pointer(&c) : NULL;
}

CapTrainConfig *
cap_train_config_read(const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) cause = NULL;
  if (!g_file_get_contents(path, &text, NULL, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read %s: %s",
                path, cause->message);
    return NULL;
  }
  CapTrainConfig *c = cap_train_config_parse(text, path, error);
  if (c != NULL) {
    g_free(c->folder);
    c->folder = g_path_get_dirname(path);
  }
  return c;
}

void
cap_train_config_hold_out(CapTrainConfig *c, char **patients)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new();
  char **const lists[] = {c->held_out, patients};
  for (int l = 0; l < 2; l++)
    for (char **p = lists[l]; *p != NULL; p++)
      g_ptr_array_add(all, g_strdup(*p));
  g_ptr_array_add(all, NULL);
  g_strfreev(c->held_out);
  c->held_out = (char **)g_ptr_array_steal(all, NULL);
  g_free(c->text);
  c->text = canonical(c);
}

/* Lines "group.key=value" by their key. */
static GHashTable *
split_lines(const char *text)
{
  GHashTable *table =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    char *value = strchr(*line, '=');
    if (value != NULL)
      g_hash_table_insert(table, g_strndup(*line, value - *line),
                          g_strdup(value + 1));
  }
  return table;
}

gboolean
cap_train_config_matches(const CapTrainConfig *c, const char *text)
{
  g_autoptr(CapTrainConfig) none = cap_train_config_default();
  g_autofree char *defaults = canonical(none);
  g_autoptr(GHashTable) now = split_lines(c->text);
  g_autoptr(GHashTable) then = split_lines(text);
  g_autoptr(GHashTable) standard = split_lines(defaults);
  GHashTableIter iter;
  gpointer key, value;
  guint shared = 0;
  g_hash_table_iter_init(&iter, now);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    const char *before = g_hash_table_lookup(then, key);
    shared += before != NULL;
    if (before == NULL)
      before = g_hash_table_lookup(standard, key);
    if (!g_str_equal(before, value))
      return FALSE;
  }
  return shared == g_hash_table_size(then);
}
