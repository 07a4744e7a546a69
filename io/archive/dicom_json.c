/* DICOM JSON: see dicom_json.h. */
#include "io/archive/dicom_json.h"

#include "core/error.h"
#include "io/archive/status.h"
#include "io/json.h"

#include <string.h>

#define MAX_VALUES 64

/* The values of attribute TAG of data set OBJECT; NULL when it has none. */
static JsonArray *
values_of(JsonObject *object, guint32 tag)
{
  char key[9];
  g_snprintf(key, sizeof key, "%08X", tag);
  JsonNode *attribute = json_object_get_member(object, key);
  if (attribute == NULL || !JSON_NODE_HOLDS_OBJECT(attribute))
    return NULL;
  JsonNode *value =
      json_object_get_member(json_node_get_object(attribute), "Value");
  return value != NULL && JSON_NODE_HOLDS_ARRAY(value)
             ? json_node_get_array(value)
             : NULL;
}

/* A person name's letters; ideographic ones when there are no others. */
static const char *
person_name(JsonObject *name)
{
  static const char *const groups[] = {"Alphabetic", "Ideographic", "Phonetic"};
  for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
    JsonNode *node = json_object_get_member(name, groups[i]);
    if (node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
        json_node_get_value_type(node) == G_TYPE_STRING)
      return json_node_get_string(node);
  }
  return "";
}

static void
append_value(GString *out, JsonNode *value)
{
  if (JSON_NODE_HOLDS_OBJECT(value)) {
    g_string_append(out, person_name(json_node_get_object(value)));
  } else if (JSON_NODE_HOLDS_VALUE(value)) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    if (json_node_get_value_type(value) == G_TYPE_STRING)
      g_string_append(out, json_node_get_string(value));
    else if (json_node_get_value_type(value) == G_TYPE_INT64)
      g_string_append_printf(out, "%" G_GINT64_FORMAT,
                             json_node_get_int(value));
    else if (json_node_get_value_type(value) == G_TYPE_DOUBLE)
      g_string_append(out, g_ascii_dtostr(number, sizeof number,
                                          json_node_get_double(value)));
  }
}

/* Text of TAG, values joined by backslashes. Caller frees. */
static char *
text_of(JsonObject *object, guint32 tag)
{
  JsonArray *values = values_of(object, tag);
  const guint n =
      values != NULL ? MIN(json_array_get_length(values), MAX_VALUES) : 0;
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c(text, '\\');
    append_value(text, json_array_get_element(values, i));
  }
  return g_string_free(text, FALSE);
}

gboolean
cap_dicom_json_rows(const char *text, gsize n_bytes, const char *name,
                    GPtrArray *rows, GError **error)
{
  g_autoptr(JsonNode) root = cap_json_parse(text, n_bytes, name, error);
  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_ARRAY(root)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is not DICOM JSON: it is no list", name);
    return FALSE;
  }
  JsonArray *sets = json_node_get_array(root);
  for (guint i = 0; i < json_array_get_length(sets); i++) {
    JsonNode *set = json_array_get_element(sets, i);
    if (!JSON_NODE_HOLDS_OBJECT(set))
      continue;
    CapArchiveRow *row = cap_archive_row_new();
    for (int f = 0; f < CAP_FIELD_N; f++) {
      g_autofree char *value =
          text_of(json_node_get_object(set), cap_archive_field(f)->tag);
      cap_archive_row_set(row, f, value);
    }
    g_ptr_array_add(rows, row);
  }
  return TRUE;
}

/* ---- stored ---- */

enum {
  TAG_REFERENCED_SOP_SEQUENCE = 0x00081199,
  TAG_FAILED_SOP_SEQUENCE = 0x00081198,
  TAG_REFERENCED_SOP_UID = 0x00081155,
  TAG_WARNING_REASON = 0x00081196,
  TAG_FAILURE_REASON = 0x00081197,
};

static void
note_outcomes(JsonObject *answer, guint32 sequence, GHashTable *items)
{
  JsonArray *values = values_of(answer, sequence);
  const gboolean failed = sequence == TAG_FAILED_SOP_SEQUENCE;
  for (guint i = 0; values != NULL && i < json_array_get_length(values); i++) {
    JsonNode *node = json_array_get_element(values, i);
    if (!JSON_NODE_HOLDS_OBJECT(node))
      continue;
    JsonObject *one = json_node_get_object(node);
    g_autofree char *uid = text_of(one, TAG_REFERENCED_SOP_UID);
    g_autofree char *code =
        text_of(one, failed ? TAG_FAILURE_REASON : TAG_WARNING_REASON);
    CapSendItem *item = g_hash_table_lookup(items, uid);
    if (item != NULL)
      cap_send_settle_status(
          item, failed, (int)CLAMP(g_ascii_strtoll(code, NULL, 10), 0, 65535));
  }
}

gboolean
cap_dicom_json_stored(const char *text, gsize n_bytes, const char *name,
                      GHashTable *items, GError **error)
{
  g_autoptr(JsonNode) root = cap_json_parse(text, n_bytes, name, error);
  if (root == NULL)
    return FALSE;
  /* Some archives put the one data set into a list. */
  JsonNode *set = root;
  if (JSON_NODE_HOLDS_ARRAY(root) &&
      json_array_get_length(json_node_get_array(root)) == 1)
    set = json_array_get_element(json_node_get_array(root), 0);
  if (!JSON_NODE_HOLDS_OBJECT(set)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is not DICOM JSON: it is no data set", name);
    return FALSE;
  }
  JsonObject *answer = json_node_get_object(set);
  note_outcomes(answer, TAG_REFERENCED_SOP_SEQUENCE, items);
  note_outcomes(answer, TAG_FAILED_SOP_SEQUENCE, items);
  return TRUE;
}
