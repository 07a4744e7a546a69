/* JSON writer and guarded parser: see json.h. */
#include "io/json.h"

#include "core/error.h"
#include "core/language.h"

#include <math.h>
#include <string.h>

#define MAX_DEPTH 64

struct CapJson {
  GString *text;
  int depth;
  int inline_depth; /* depth at which one-line output began; 0 when off */
  gboolean need_comma;
};

CapJson *
cap_json_new(void)
{
  CapJson *json = g_new0(CapJson, 1);
  json->text = g_string_new(NULL);
  return json;
}

void
cap_json_free(CapJson *json)
{
  if (json == NULL)
    return;
  g_string_free(json->text, TRUE);
  g_free(json);
}

char *
cap_json_finish(CapJson *json)
{
  g_string_append_c(json->text, '\n');
  char *text = g_string_free(json->text, FALSE);
  g_free(json);
  return text;
}

static void
new_line(CapJson *json)
{
  if (json->depth == 0 || json->inline_depth > 0)
    return;
  g_string_append_c(json->text, '\n');
  for (int i = 0; i < json->depth; i++)
    g_string_append(json->text, "  ");
}

static void
append_quoted(GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
  g_string_append_c(out, '"');
  for (const char *p = valid; *p != '\0'; p++) {
    const unsigned char c = (unsigned char)*p;
    if (c == '"' || c == '\\')
      g_string_append_printf(out, "\\%c", c);
    else if (c == '\n')
      g_string_append(out, "\\n");
    else if (c == '\t')
      g_string_append(out, "\\t");
    else if (c < 0x20 || c == 0x7f)
      g_string_append_printf(out, "\\u%04x", c);
    else
      g_string_append_c(out, (char)c);
  }
  g_string_append_c(out, '"');
}

/* Comma, line break and key: what stands before every value. */
static void
lead_in(CapJson *json, const char *key)
{
  if (json->need_comma)
    g_string_append(json->text, json->inline_depth > 0 ? ", " : ",");
  new_line(json);
  if (key != NULL) {
    append_quoted(json->text, key);
    g_string_append(json->text, ": ");
  }
  json->need_comma = TRUE;
}

static void
begin(CapJson *json, const char *key, char bracket, gboolean on_one_line)
{
  lead_in(json, key);
  g_string_append_c(json->text, bracket);
  json->depth++;
  if (on_one_line && json->inline_depth == 0)
    json->inline_depth = json->depth;
  json->need_comma = FALSE;
}

static void
end(CapJson *json, char bracket)
{
  const gboolean empty = !json->need_comma;
  const gboolean one_line = json->inline_depth > 0;
  if (json->inline_depth == json->depth)
    json->inline_depth = 0;
  json->depth--;
  if (!empty && !one_line) {
    g_string_append_c(json->text, '\n');
    for (int i = 0; i < json->depth; i++)
      g_string_append(json->text, "  ");
  }
  g_string_append_c(json->text, bracket);
  json->need_comma = TRUE;
}

void
cap_json_begin_object(CapJson *json, const char *key, gboolean on_one_line)
{
  begin(json, key, '{', on_one_line);
}

void
cap_json_end_object(CapJson *json)
{
  end(json, '}');
}

void
cap_json_begin_array(CapJson *json, const char *key, gboolean on_one_line)
{
  begin(json, key, '[', on_one_line);
}

void
cap_json_end_array(CapJson *json)
{
  end(json, ']');
}

void
cap_json_string(CapJson *json, const char *key, const char *text)
{
  lead_in(json, key);
  append_quoted(json->text, text);
}

void
cap_json_int(CapJson *json, const char *key, gint64 value)
{
  lead_in(json, key);
  g_string_append_printf(json->text, "%" G_GINT64_FORMAT, value);
}

void
cap_json_bool(CapJson *json, const char *key, gboolean value)
{
  lead_in(json, key);
  g_string_append(json->text, value ? "true" : "false");
}

void
cap_json_null(CapJson *json, const char *key)
{
  lead_in(json, key);
  g_string_append(json->text, "null");
}

static void
append_number(GString *out, double value, int decimals)
{
  char number[400], format[16];
  if (!isfinite(value)) {
    g_string_append(out, "null");
    return;
  }
  g_snprintf(format, sizeof format, fabs(value) < 1e15 ? "%%.%df" : "%%.17g",
             decimals);
  g_ascii_formatd(number, sizeof number, format, value);
  const gboolean zero = strspn(number, "-0.") == strlen(number);
  g_string_append(out, zero && number[0] == '-' ? number + 1 : number);
}

void
cap_json_number(CapJson *json, const char *key, double value, int decimals)
{
  lead_in(json, key);
  append_number(json->text, value, decimals);
}

void
cap_json_numbers(CapJson *json, const char *key, const double *values, int n,
                 int decimals)
{
  lead_in(json, key);
  g_string_append_c(json->text, '[');
  for (int i = 0; i < n; i++) {
    g_string_append(json->text, i > 0 ? ", " : "");
    append_number(json->text, values[i], decimals);
  }
  g_string_append_c(json->text, ']');
}

void
cap_json_floats(CapJson *json, const char *key, const float *values, int n,
                int decimals)
{
  lead_in(json, key);
  g_string_append_c(json->text, '[');
  for (int i = 0; i < n; i++) {
    g_string_append(json->text, i > 0 ? ", " : "");
    append_number(json->text, values[i], decimals);
  }
  g_string_append_c(json->text, ']');
}

/* The fewest digits that read back as the same double. */
static void
append_shortest(GString *out, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE], format[8];
  for (int digits = 1; digits <= 17; digits++) {
    g_snprintf(format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd(number, sizeof number, format, value);
    if (g_ascii_strtod(number, NULL) == value)
      break;
  }
  g_string_append(out, isfinite(value) ? number : "null");
}

void
cap_json_strings(CapJson *json, const char *key, const GPtrArray *texts)
{
  cap_json_begin_array(json, key, FALSE);
  for (guint i = 0; i < texts->len; i++)
    cap_json_string(json, NULL, texts->pdata[i]);
  cap_json_end_array(json);
}

void
cap_json_node(CapJson *json, const char *key, JsonNode *node)
{
  switch (json_node_get_node_type(node)) {
  case JSON_NODE_OBJECT: {
    cap_json_begin_object(json, key, FALSE);
    JsonObjectIter iter;
    const char *member;
    JsonNode *value;
    json_object_iter_init_ordered(&iter, json_node_get_object(node));
    while (json_object_iter_next_ordered(&iter, &member, &value))
      cap_json_node(json, member, value);
    cap_json_end_object(json);
    break;
  }
  case JSON_NODE_ARRAY: {
    JsonArray *array = json_node_get_array(node);
    cap_json_begin_array(json, key, TRUE);
    for (guint i = 0; i < json_array_get_length(array); i++)
      cap_json_node(json, NULL, json_array_get_element(array, i));
    cap_json_end_array(json);
    break;
  }
  case JSON_NODE_VALUE:
    if (json_node_get_value_type(node) == G_TYPE_STRING) {
      cap_json_string(json, key, json_node_get_string(node));
    } else if (json_node_get_value_type(node) == G_TYPE_BOOLEAN) {
      cap_json_bool(json, key, json_node_get_boolean(node));
    } else if (json_node_get_value_type(node) == G_TYPE_INT64) {
      cap_json_int(json, key, json_node_get_int(node));
    } else {
      lead_in(json, key);
      append_shortest(json->text, json_node_get_double(node));
    }
    break;
  default:
    cap_json_null(json, key);
  }
}

/* json-glib's parser recurses; how deep TEXT nests, brackets in strings left
 * out. Its scanner also knows comments and other quotes, which are not JSON and
 * could hide brackets: those count as too deep. */
static int
nesting(const char *text, gsize length)
{
  int depth = 0, deepest = 0;
  gboolean in_string = FALSE;
  for (gsize i = 0; i < length; i++) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        in_string = FALSE;
    } else if (c == '"') {
      in_string = TRUE;
    } else if (c == '[' || c == '{') {
      depth++;
      deepest = MAX(deepest, depth);
    } else if (c == ']' || c == '}') {
      depth--;
    } else if (c == '/' || c == '\'' || c == '#') {
      return G_MAXINT;
    }
  }
  return deepest;
}

JsonNode *
cap_json_parse(const char *text, gsize length, const char *name, GError **error)
{
  if (!g_utf8_validate(text, (gssize)length, NULL)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s is not UTF-8 text", name);
    return NULL;
  }
  const int depth = nesting(text, length);
  if (depth > MAX_DEPTH) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                depth == G_MAXINT ? N_("%s is not valid JSON")
                                  : N_("%s nests deeper than %d levels"),
                name, MAX_DEPTH);
    return NULL;
  }
  g_autoptr(JsonParser) parser = json_parser_new_immutable();
  g_autoptr(GError) cause = NULL;
  if (!json_parser_load_from_data(parser, text, (gssize)length, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s is not valid JSON: %s",
                name, cause->message);
    return NULL;
  }
  JsonNode *root = json_parser_steal_root(parser);
  if (root == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s is empty", name);
  return root;
}
