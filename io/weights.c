/* Parameters as safetensors: see weights.h. A file is checked as a whole before
 * the first value reaches the graph. */
#include "io/weights.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "core/error.h"
#include "io/safetensors.h"

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "safetensors is little-endian; this file copies floats as they are"
#endif

#define MAX_HEADER (1u << 20) /* ours is a few KiB */
#define MAX_DEPTH 8
#define MAX_FILE ((gsize)1 << 30)

/* A tensor of the file and where its values live in memory. */
typedef struct {
  char *name;
  CapShape shape;
  gsize size; /* floats */
  float *data;
} Entry;

static void
entry_clear(gpointer data)
{
  g_free(((Entry *)data)->name);
}

static void
add_entry(GArray *entries, CapGraph *graph, CapTensor tensor,
          const char *prefix, float *data)
{
  const Entry entry = {g_strconcat(prefix, cap_graph_name(graph, tensor), NULL),
                       cap_graph_shape(graph, tensor),
                       cap_graph_size(graph, tensor), data};
  g_array_append_val(entries, entry);
}

/* GRAPH's parameters and buffers, then OPTIM's moments unless it is NULL. */
static GArray *
list_entries(CapGraph *graph, CapOptim *optim)
{
  GArray *entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  g_array_set_clear_func(entries, entry_clear);
  for (int i = 0; i < cap_graph_n_params(graph); i++) {
    const CapTensor tensor = cap_graph_param_at(graph, i);
    add_entry(entries, graph, tensor, "", cap_graph_data(graph, tensor));
  }
  for (int i = 0; optim != NULL && i < cap_graph_n_params(graph); i++) {
    const CapTensor tensor = cap_graph_param_at(graph, i);
    float *m = cap_optim_moment1(optim, tensor);
    if (m == NULL)
      continue;
    add_entry(entries, graph, tensor, "optim.m.", m);
    add_entry(entries, graph, tensor, "optim.v.",
              cap_optim_moment2(optim, tensor));
  }
  return entries;
}

static gboolean
save(GArray *entries, GHashTable *metadata, const char *path, GError **error)
{
  g_autofree CapNamedTensor *tensors = g_new(CapNamedTensor, entries->len);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index(entries, Entry, i);
    tensors[i] = (CapNamedTensor){entry->name, entry->shape, entry->data};
  }
  return cap_safetensors_write(tensors, (int)entries->len, metadata, path,
                               error);
}

gboolean
cap_weights_save(CapGraph *graph, GHashTable *metadata, const char *path,
                 GError **error)
{
  g_autoptr(GArray) entries = list_entries(graph, NULL);
  return save(entries, metadata, path, error);
}

gboolean
cap_weights_save_checkpoint(CapOptim *optim, GHashTable *metadata,
                            const char *path, GError **error)
{
  CapGraph *graph = cap_optim_graph(optim);
  g_autoptr(GArray) entries = list_entries(graph, optim);
  g_autoptr(GHashTable) all =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (metadata != NULL) {
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, metadata);
    while (g_hash_table_iter_next(&iter, &key, &value))
      g_hash_table_insert(all, g_strdup(key), g_strdup(value));
  }
  g_hash_table_insert(
      all, g_strdup("optim.step"),
      g_strdup_printf("%" G_GINT64_FORMAT, cap_optim_n_steps(optim)));
  char scale[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_dtostr(scale, sizeof scale, cap_optim_loss_scale(optim));
  g_hash_table_insert(all, g_strdup("optim.loss_scale"), g_strdup(scale));
  g_hash_table_insert(all, g_strdup("optim.good_steps"),
                      g_strdup_printf("%d", cap_optim_good_steps(optim)));
  g_hash_table_insert(
      all, g_strdup("graph.random"),
      g_strdup_printf("%" G_GUINT64_FORMAT, cap_graph_random_state(graph)));
  return save(entries, all, path, error);
}

/* A file in memory: its header's members and the bytes that follow. */
typedef struct {
  const char *path;
  char *contents;
  gsize size;
  JsonParser *parser;
  JsonObject *members; /* borrowed from parser */
  const char *data;
  gsize n_data;
} File;

static void
file_clear(File *file)
{
  g_free(file->contents);
  g_clear_object(&file->parser);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(File, file_clear)

static gboolean refuse(const File *file, GError **error, const char *format,
                       ...) G_GNUC_PRINTF(3, 4);

static gboolean
refuse(const File *file, GError **error, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *cause = g_strdup_vprintf(format, args);
  va_end(args);
  g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
              "%s: these weights cannot be used: %s", file->path, cause);
  return FALSE;
}

/* Whether brackets nest deeper than a header's ever do: the parser recurses. */
static gboolean
too_deep(const char *json, gsize length)
{
  int depth = 0;
  gboolean quoted = FALSE;
  for (gsize i = 0; i < length; i++) {
    if (quoted) {
      if (json[i] == '\\')
        i++;
      else if (json[i] == '"')
        quoted = FALSE;
    } else if (json[i] == '"') {
      quoted = TRUE;
    } else if (json[i] == '[' || json[i] == '{') {
      if (++depth > MAX_DEPTH)
        return TRUE;
    } else if (json[i] == ']' || json[i] == '}') {
      depth--;
    }
  }
  return FALSE;
}

static gboolean
file_parse(File *file, GError **error)
{
  guint64 length;
  if (file->size < sizeof length)
    return refuse(file, error, "the file is shorter than a header");
  memcpy(&length, file->contents, sizeof length);
  if (length > MAX_HEADER)
    return refuse(file, error,
                  "it does not begin like a safetensors file (header of "
                  "%" G_GUINT64_FORMAT " bytes)",
                  length);
  if (length > file->size - sizeof length)
    return refuse(file, error, "the file is cut short, inside its header");
  const char *json = file->contents + sizeof length;
  g_autoptr(GError) cause = NULL;
  if (!g_utf8_validate(json, (gssize)length, NULL) ||
      too_deep(json, (gsize)length))
    return refuse(file, error, "its header is no tensor list");
  file->parser = json_parser_new();
  if (!json_parser_load_from_data(file->parser, json, (gssize)length, &cause))
    return refuse(file, error, "its header is not JSON: %s", cause->message);
  JsonNode *root = json_parser_get_root(file->parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
    return refuse(file, error, "its header is no tensor list");
  file->members = json_node_get_object(root);
  file->data = json + length;
  file->n_data = file->size - sizeof length - (gsize)length;
  return TRUE;
}

static gboolean
file_read(File *file, GError **error)
{
  g_autoptr(GError) cause = NULL;
  if (!g_file_get_contents(file->path, &file->contents, &file->size, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "%s: the weights cannot be read: %s", file->path,
                cause->message);
    return FALSE;
  }
  if (file->size > MAX_FILE)
    return refuse(file, error, "the file is larger than 1 GiB");
  return file_parse(file, error);
}

/* Member NAME of OBJECT as an array of N non-negative integers. */
static gboolean
get_integers(JsonObject *object, const char *name, gint64 *values, guint n)
{
  JsonNode *node = json_object_get_member(object, name);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node))
    return FALSE;
  JsonArray *array = json_node_get_array(node);
  if (json_array_get_length(array) != n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    JsonNode *element = json_array_get_element(array, i);
    if (!JSON_NODE_HOLDS_VALUE(element) ||
        json_node_get_value_type(element) != G_TYPE_INT64)
      return FALSE;
    values[i] = json_node_get_int(element);
    if (values[i] < 0)
      return FALSE;
  }
  return TRUE;
}

static char *
describe_shape(const CapShape *shape)
{
  GString *text = g_string_new("(");
  for (int i = 0; i < shape->n_dims; i++)
    g_string_append_printf(text, "%s%d", i > 0 ? ", " : "", shape->dims[i]);
  return g_string_free(g_string_append_c(text, ')'), FALSE);
}

static gboolean
check_entry(const File *file, const Entry *entry, const char **bytes,
            GError **error)
{
  JsonNode *node = json_object_get_member(file->members, entry->name);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
    return refuse(file, error, "tensor \"%s\" is missing", entry->name);
  JsonObject *object = json_node_get_object(node);
  JsonNode *dtype = json_object_get_member(object, "dtype");
  if (dtype == NULL || !JSON_NODE_HOLDS_VALUE(dtype) ||
      g_strcmp0(json_node_get_string(dtype), "F32") != 0)
    return refuse(file, error, "tensor \"%s\" is not F32", entry->name);
  gint64 dims[CAP_MAX_DIMS], range[2];
  gboolean same =
      get_integers(object, "shape", dims, (guint)entry->shape.n_dims);
  for (int i = 0; same && i < entry->shape.n_dims; i++)
    same = dims[i] == entry->shape.dims[i];
  if (!same) {
    g_autofree char *shape = describe_shape(&entry->shape);
    return refuse(file, error, "tensor \"%s\" does not have the shape %s",
                  entry->name, shape);
  }
  if (!get_integers(object, "data_offsets", range, 2) || range[1] < range[0] ||
      (guint64)(range[1] - range[0]) != entry->size * sizeof(float))
    return refuse(file, error, "the place of tensor \"%s\" is wrong",
                  entry->name);
  if ((guint64)range[1] > file->n_data)
    return refuse(file, error,
                  "the file is cut short: tensor \"%s\" ends "
                  "after the end of the file",
                  entry->name);
  *bytes = file->data + range[0];
  for (gsize i = 0; i < entry->size; i++) {
    float value;
    memcpy(&value, *bytes + i * sizeof value, sizeof value);
    if (!isfinite(value))
      return refuse(file, error,
                    "tensor \"%s\" holds a value that is no "
                    "finite number",
                    entry->name);
  }
  return TRUE;
}

static GHashTable *
read_metadata(const File *file)
{
  GHashTable *table =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  JsonNode *node = json_object_get_member(file->members, "__metadata__");
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
    return table;
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;
  json_object_iter_init(&iter, json_node_get_object(node));
  while (json_object_iter_next(&iter, &key, &value))
    if (JSON_NODE_HOLDS_VALUE(value) &&
        json_node_get_value_type(value) == G_TYPE_STRING)
      g_hash_table_insert(table, g_strdup(key),
                          g_strdup(json_node_get_string(value)));
  return table;
}

/* Checks every entry, then fills all of them. */
static gboolean
fill(const File *file, GArray *entries, GError **error)
{
  g_autofree const char **bytes = g_new0(const char *, entries->len);
  for (guint i = 0; i < entries->len; i++)
    if (!check_entry(file, &g_array_index(entries, Entry, i), &bytes[i], error))
      return FALSE;
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index(entries, Entry, i);
    memcpy(entry->data, bytes[i], entry->size * sizeof(float));
  }
  return TRUE;
}

gboolean
cap_weights_load(CapGraph *graph, const char *path, GHashTable **metadata,
                 char **sha256, GError **error)
{
  g_auto(File) file = {.path = path};
  if (!file_read(&file, error))
    return FALSE;
  g_autoptr(GArray) entries = list_entries(graph, NULL);
  if (!fill(&file, entries, error))
    return FALSE;
  cap_graph_touch(graph);
  if (metadata != NULL)
    *metadata = read_metadata(&file);
  if (sha256 != NULL)
    *sha256 = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, (const guchar *)file.contents, file.size);
  return TRUE;
}

GHashTable *
cap_weights_metadata(const char *path, GError **error)
{
  g_auto(File) file = {.path = path};
  return file_read(&file, error) ? read_metadata(&file) : NULL;
}

/* The loss scale of TABLE; as OPTIM has it without one. FALSE when it is none:
 * a power of two from 1 on. */
static gboolean
read_scale(const CapOptim *optim, GHashTable *table, double *scale,
           gint64 *good_steps)
{
  const char *text = g_hash_table_lookup(table, "optim.loss_scale");
  const char *good = g_hash_table_lookup(table, "optim.good_steps");
  *scale = cap_optim_loss_scale(optim);
  *good_steps = cap_optim_good_steps(optim);
  if (text == NULL && good == NULL)
    return TRUE;
  char *end = NULL;
  *scale = text != NULL ? g_ascii_strtod(text, &end) : 0;
  int power;
  return text != NULL && good != NULL && *end == '\0' && *scale >= 1 &&
         isfinite((float)*scale) && frexp(*scale, &power) == 0.5 &&
         g_ascii_string_to_signed(good, 10, 0, G_MAXINT, good_steps, NULL);
}

gboolean
cap_weights_load_checkpoint(CapOptim *optim, const char *path,
                            GHashTable **metadata, GError **error)
{
  CapGraph *graph = cap_optim_graph(optim);
  g_auto(File) file = {.path = path};
  if (!file_read(&file, error))
    return FALSE;
  g_autoptr(GHashTable) table = read_metadata(&file);
  const char *step = g_hash_table_lookup(table, "optim.step");
  const char *random = g_hash_table_lookup(table, "graph.random");
  gint64 n_steps, good_steps;
  guint64 state;
  double scale;
  if (step == NULL || random == NULL ||
      !g_ascii_string_to_signed(step, 10, 0, G_MAXINT64, &n_steps, NULL) ||
      !g_ascii_string_to_unsigned(random, 10, 0, G_MAXUINT64, &state, NULL))
    return refuse(&file, error,
                  "it is no checkpoint (optim.step and graph.random are not in "
                  "its metadata)");
  if (!read_scale(optim, table, &scale, &good_steps))
    return refuse(&file, error, "its loss scale is no power of two");
  g_autoptr(GArray) entries = list_entries(graph, optim);
  if (!fill(&file, entries, error))
    return FALSE;
  cap_optim_set_n_steps(optim, n_steps);
  cap_optim_set_loss_scale(optim, scale, (int)good_steps);
  cap_graph_set_random_state(graph, state);
  cap_graph_touch(graph);
  if (metadata != NULL)
    *metadata = g_steal_pointer(&table);
  return TRUE;
}
