/* Reading safetensors: see tensor_file.h. */
#include "io/tensor_file.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "core/error.h"
#include "core/language.h"

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "safetensors is little-endian; this file hands out floats as they are"
#endif

#define MAX_HEADER (1u << 20) /* ours is a few KiB */
#define MAX_DEPTH 8
#define MAX_FILE ((gsize)1 << 30)

struct CapTensorFile {
  char *path, *what;
  char *contents;
  gsize size;
  JsonParser *parser;
  JsonObject *members; /* borrowed from parser */
  const char *data;
  gsize n_data;
};

void
cap_tensor_file_free(CapTensorFile *file)
{
  if (file == NULL)
    return;
  g_free(file->path);
  g_free(file->what);
  g_free(file->contents);
  g_clear_object(&file->parser);
  g_free(file);
}

gboolean
cap_tensor_file_refuse(const CapTensorFile *file, GError **error,
                       const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *cause = g_strdup_vprintf(format, args);
  va_end(args);
  g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS, "%s: %s cannot be used: %s",
              file->path, file->what, cause);
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
file_parse(CapTensorFile *file, GError **error)
{
  guint64 length;
  if (file->size < sizeof length)
    return cap_tensor_file_refuse(file, error,
                                  N_("the file is shorter than a header"));
  memcpy(&length, file->contents, sizeof length);
  if (length > MAX_HEADER)
    return cap_tensor_file_refuse(
        file, error,
        N_("it does not begin like a safetensors file (header of %zu bytes)"),
        (gsize)length);
  if (length > file->size - sizeof length)
    return cap_tensor_file_refuse(
        file, error, N_("the file is cut short, inside its header"));
  const char *json = file->contents + sizeof length;
  g_autoptr(GError) cause = NULL;
  if (!g_utf8_validate(json, (gssize)length, NULL) ||
      too_deep(json, (gsize)length))
    return cap_tensor_file_refuse(file, error,
                                  N_("its header is no tensor list"));
  file->parser = json_parser_new();
  if (!json_parser_load_from_data(file->parser, json, (gssize)length, &cause))
    return cap_tensor_file_refuse(file, error, N_("its header is not JSON: %s"),
                                  cause->message);
  JsonNode *root = json_parser_get_root(file->parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
    return cap_tensor_file_refuse(file, error,
                                  N_("its header is no tensor list"));
  file->members = json_node_get_object(root);
  file->data = json + length;
  file->n_data = file->size - sizeof length - (gsize)length;
  return TRUE;
}

CapTensorFile *
cap_tensor_file_open(const char *path, const char *what, GError **error)
{
  g_autoptr(CapTensorFile) file = g_new0(CapTensorFile, 1);
  g_autoptr(GError) cause = NULL;
  file->path = g_strdup(path);
  file->what = g_strdup(what);
  if (!g_file_get_contents(path, &file->contents, &file->size, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "%s: %s cannot be read: "
                "%s",
                path, what, cause->message);
    return NULL;
  }
  if (file->size > MAX_FILE) {
    cap_tensor_file_refuse(file, error, N_("the file is larger than 1 GiB"));
    return NULL;
  }
  return file_parse(file, error) ? g_steal_pointer(&file) : NULL;
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

/* Whether DIMS are those of SHAPE, whose zeros take them. */
static gboolean
take_shape(const gint64 *dims, CapShape *shape, gsize *n)
{
  *n = 1;
  for (int i = 0; i < shape->n_dims; i++) {
    if (dims[i] > G_MAXINT ||
        (shape->dims[i] != 0 && dims[i] != shape->dims[i]))
      return FALSE;
    shape->dims[i] = (int)dims[i];
    if (!g_size_checked_mul(n, *n, (gsize)dims[i]))
      return FALSE;
  }
  return *n <= MAX_FILE / sizeof(float);
}

gboolean
cap_tensor_file_find(const CapTensorFile *file, const char *name,
                     CapShape *shape, const char **bytes, GError **error)
{
  JsonNode *node = json_object_get_member(file->members, name);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
    return cap_tensor_file_refuse(file, error, N_("tensor \"%s\" is missing"),
                                  name);
  JsonObject *object = json_node_get_object(node);
  JsonNode *dtype = json_object_get_member(object, "dtype");
  if (dtype == NULL || !JSON_NODE_HOLDS_VALUE(dtype) ||
      g_strcmp0(json_node_get_string(dtype), "F32") != 0)
    return cap_tensor_file_refuse(file, error, N_("tensor \"%s\" is not F32"),
                                  name);
  gint64 dims[CAP_MAX_DIMS], range[2];
  gsize n;
  const CapShape wanted = *shape;
  if (!get_integers(object, "shape", dims, (guint)shape->n_dims) ||
      !take_shape(dims, shape, &n)) {
    g_autofree char *text = describe_shape(&wanted);
    return cap_tensor_file_refuse(
        file, error, N_("tensor \"%s\" does not have the shape %s"), name,
        text);
  }
  if (!get_integers(object, "data_offsets", range, 2) || range[1] < range[0] ||
      (guint64)(range[1] - range[0]) != n * sizeof(float))
    return cap_tensor_file_refuse(
        file, error, N_("the place of tensor \"%s\" is wrong"), name);
  if ((guint64)range[1] > file->n_data)
    return cap_tensor_file_refuse(
        file, error,
        N_("the file is cut short: tensor \"%s\" ends "
           "after the end of the file"),
        name);
  *bytes = file->data + range[0];
  for (gsize i = 0; i < n; i++) {
    float value;
    memcpy(&value, *bytes + i * sizeof value, sizeof value);
    if (!isfinite(value))
      return cap_tensor_file_refuse(file, error,
                                    N_("tensor \"%s\" holds a value that is no "
                                       "finite number"),
                                    name);
  }
  return TRUE;
}

GHashTable *
cap_tensor_file_metadata(const CapTensorFile *file)
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

char *
cap_tensor_file_sha256(const CapTensorFile *file)
{
  return g_compute_checksum_for_data(
      G_CHECKSUM_SHA256, (const guchar *)file->contents, file->size);
}
