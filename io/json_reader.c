/* Reading members of JSON: see json_reader.h. */
#include "io/json_reader.h"

#include "core/error.h"

#include <math.h>
#include <stdarg.h>

void
cap_json_fail(CapJsonReader *r, const char *format, ...)
{
  if (r->failed)
    return;
  r->failed = TRUE;
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  if (r->finding > 0)
    g_set_error(r->error, CAP_ERROR, CAP_ERROR_DATA, "%s, finding %d: %s",
                r->name, r->finding, what);
  else
    g_set_error(r->error, CAP_ERROR, CAP_ERROR_DATA, "%s: %s", r->name, what);
}

static gboolean
node_number(JsonNode *node, double *value)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
    return FALSE;
  const GType type = json_node_get_value_type(node);
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *value = json_node_get_double(node);
  if (type == G_TYPE_INT64)
    *value = (double)json_node_get_int(node);
  return isfinite(*value);
}

JsonNode *
cap_json_member(JsonObject *object, const char *key)
{
  JsonNode *node = object ? json_object_get_member(object, key) : NULL;
  return node != NULL && !JSON_NODE_HOLDS_NULL(node) ? node : NULL;
}

void
cap_json_read_number(CapJsonReader *r, JsonObject *object, const char *key,
                     double *value)
{
  JsonNode *node = cap_json_member(object, key);
  if (node != NULL && !node_number(node, value))
    cap_json_fail(r, "“%s” is not a number", key);
}

void
cap_json_read_fraction(CapJsonReader *r, JsonObject *object, const char *key,
                       double *value)
{
  cap_json_read_number(r, object, key, value);
  if (!r->failed && (*value < 0 || *value > 1))
    cap_json_fail(r, "“%s” is not between 0 and 1", key);
}

void
cap_json_read_int(CapJsonReader *r, JsonObject *object, const char *key,
                  int *value)
{
  double number = *value;
  cap_json_read_number(r, object, key, &number);
  if (number < -1e9 || number > 1e9 || number != floor(number))
    cap_json_fail(r, "“%s” is not a whole number", key);
  else
    *value = (int)number;
}

void
cap_json_read_string(CapJsonReader *r, JsonObject *object, const char *key,
                     char **value)
{
  JsonNode *node = cap_json_member(object, key);
  if (node == NULL)
    return;
  if (!JSON_NODE_HOLDS_VALUE(node) ||
      json_node_get_value_type(node) != G_TYPE_STRING) {
    cap_json_fail(r, "“%s” is not a string", key);
    return;
  }
  g_free(*value);
  *value = json_node_dup_string(node);
}

JsonObject *
cap_json_read_object(CapJsonReader *r, JsonObject *object, const char *key)
{
  JsonNode *node = cap_json_member(object, key);
  if (node != NULL && !JSON_NODE_HOLDS_OBJECT(node))
    cap_json_fail(r, "“%s” is not an object", key);
  return node && !r->failed ? json_node_get_object(node) : NULL;
}

JsonArray *
cap_json_read_array(CapJsonReader *r, JsonObject *object, const char *key)
{
  JsonNode *node = cap_json_member(object, key);
  if (node != NULL && !JSON_NODE_HOLDS_ARRAY(node))
    cap_json_fail(r, "“%s” is not an array", key);
  return node && !r->failed ? json_node_get_array(node) : NULL;
}

void
cap_json_read_numbers(CapJsonReader *r, JsonNode *node, const char *key,
                      double *values, int n)
{
  gboolean good = node != NULL && JSON_NODE_HOLDS_ARRAY(node);
  JsonArray *array = good ? json_node_get_array(node) : NULL;
  good = good && json_array_get_length(array) == (guint)n;
  for (int i = 0; good && i < n; i++)
    good = node_number(json_array_get_element(array, (guint)i), &values[i]);
  if (!good)
    cap_json_fail(r, "“%s” is not %d numbers", key, n);
}

void
cap_json_read_bool(CapJsonReader *r, JsonObject *object, const char *key,
                   gboolean *value)
{
  JsonNode *node = cap_json_member(object, key);
  if (node == NULL)
    return;
  if (!JSON_NODE_HOLDS_VALUE(node) ||
      json_node_get_value_type(node) != G_TYPE_BOOLEAN)
    cap_json_fail(r, "“%s” is neither true nor false", key);
  else
    *value = json_node_get_boolean(node);
}

void
cap_json_read_word(CapJsonReader *r, JsonObject *object, const char *key,
                   gboolean (*parse)(const char *, int *), int *value)
{
  g_autofree char *word = NULL;
  cap_json_read_string(r, object, key, &word);
  if (word != NULL && !parse(word, value))
    cap_json_fail(r, "“%s” is not a %s we know", word, key);
}
