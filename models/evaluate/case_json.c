/* The file of one evaluated scan: see case.h. */
#include "models/evaluate/case.h"

#include "core/error.h"
#include "io/atomic_file.h"
#include "io/json.h"

#include <math.h>
#include <string.h>

/* ---- writing ---- */

static void
put_point(CapJson *json, const char *key, CapPoint at)
{
  const double xyz[3] = {at.x, at.y, at.z};
  cap_json_numbers(json, key, xyz, 3, 4);
}

static void
put_truth(CapJson *json, const CapEvalTruth *t)
{
  cap_json_begin_object(json, NULL, FALSE);
  put_point(json, "center_mm", t->center_mm);
  cap_json_number(json, "diameter_mm", t->diameter_mm, 4);
  cap_json_number(json, "volume_mm3", t->volume_mm3, 4);
  cap_json_bool(json, "excluded", t->excluded);
  cap_json_int(json, "readers", t->n_readers);
  cap_json_number(json, "malignancy_median", t->malignancy_median, 6);
  cap_json_number(json, "malignancy_mean", t->malignancy_mean, 6);
  cap_json_numbers(json, "attribute_means", t->attribute_means,
                   CAP_N_ATTRIBUTES, 6);
  cap_json_int(json, "hit_by", t->hit_by);
  cap_json_number(json, "dice", t->dice, 6);
  if (t->picture != NULL)
    cap_json_string(json, "picture", t->picture);
  cap_json_end_object(json);
}

static void
put_mark(CapJson *json, const CapEvalMark *m)
{
  cap_json_begin_object(json, NULL, FALSE);
  put_point(json, "center_mm", m->center_mm);
  cap_json_number(json, "probability", m->probability, 6);
  cap_json_number(json, "malignancy_expected", m->malignancy_expected, 6);
  cap_json_number(json, "malignancy_probability", m->malignancy_probability, 6);
  cap_json_number(json, "diameter_mm", m->diameter_mm, 4);
  cap_json_number(json, "volume_mm3", m->volume_mm3, 4);
  cap_json_numbers(json, "attributes", m->attributes, CAP_N_ATTRIBUTES, 6);
  if (m->picture != NULL)
    cap_json_string(json, "picture", m->picture);
  cap_json_end_object(json);
}

static char *
case_text(const CapEvalCase *eval)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_int(json, "case_version", CAP_EVAL_CASE_VERSION);
  cap_json_string(json, "series_uid", eval->series_uid);
  cap_json_string(json, "patient", eval->patient);
  cap_json_string(json, "software_version", eval->software);
  cap_json_string(json, "weights_sha256", eval->weights_sha256);
  cap_json_string(json, "settings", eval->settings);
  cap_json_string(json, "input_sha256", eval->input_hash);
  cap_json_int(json, "error_code", eval->error_code);
  cap_json_string(json, "error_text", eval->error_text);
  cap_json_int(json, "slices", eval->slices);
  cap_json_numbers(json, "spacing_mm", eval->spacing_mm, 3, 6);
  cap_json_begin_array(json, "truths", FALSE);
  for (guint i = 0; i < eval->truths->len; i++)
    put_truth(json, eval->truths->pdata[i]);
  cap_json_end_array(json);
  cap_json_begin_array(json, "marks", FALSE);
  for (guint i = 0; i < eval->marks->len; i++)
    put_mark(json, eval->marks->pdata[i]);
  cap_json_end_array(json);
  cap_json_strings(json, "notes", eval->notes);
  cap_json_strings(json, "warnings", eval->warnings);
  cap_json_strings(json, "sop_instance_uids", eval->sop_uids);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

gboolean
cap_eval_case_save(const CapEvalCase *eval, const char *path, GError **error)
{
  g_autofree char *text = case_text(eval);
  return cap_atomic_file_save(path, text, strlen(text), error);
}

/* ---- reading: what is missing or of another type is as if undefined ---- */

static double
node_number(JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
    return NAN;
  const GType type = json_node_get_value_type(node);
  if (type == G_TYPE_INT64)
    return (double)json_node_get_int(node);
  return type == G_TYPE_DOUBLE ? json_node_get_double(node) : NAN;
}

static double
get_number(JsonObject *object, const char *key)
{
  return node_number(json_object_get_member(object, key));
}

static int
get_int(JsonObject *object, const char *key, int otherwise)
{
  const double value = get_number(object, key);
  return fabs(value) < G_MAXINT ? (int)value : otherwise;
}

static const char *
get_text(JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member(object, key);
  return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
                 json_node_get_value_type(node) == G_TYPE_STRING
             ? json_node_get_string(node)
             : NULL;
}

static gboolean
get_bool(JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member(object, key);
  return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
         json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
         json_node_get_boolean(node);
}

static JsonArray *
get_array(JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member(object, key);
  return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node)
                                                     : NULL;
}

static void
get_numbers(JsonObject *object, const char *key, double *out, int n)
{
  JsonArray *array = get_array(object, key);
  for (int i = 0; i < n; i++)
    out[i] = array != NULL && i < (int)json_array_get_length(array)
                 ? node_number(json_array_get_element(array, i))
                 : NAN;
}

static CapPoint
get_point(JsonObject *object, const char *key)
{
  double xyz[3];
  get_numbers(object, key, xyz, 3);
  return (CapPoint){xyz[0], xyz[1], xyz[2]};
}

static gboolean
get_truth(JsonObject *object, CapEvalCase *eval)
{
  CapEvalTruth *t = cap_eval_truth_new();
  g_ptr_array_add(eval->truths, t);
  t->center_mm = get_point(object, "center_mm");
  t->diameter_mm = get_number(object, "diameter_mm");
  t->volume_mm3 = get_number(object, "volume_mm3");
  t->excluded = get_bool(object, "excluded");
  t->n_readers = get_int(object, "readers", 0);
  t->malignancy_median = get_number(object, "malignancy_median");
  t->malignancy_mean = get_number(object, "malignancy_mean");
  get_numbers(object, "attribute_means", t->attribute_means, CAP_N_ATTRIBUTES);
  t->hit_by = get_int(object, "hit_by", -1);
  t->dice = get_number(object, "dice");
  t->picture = g_strdup(get_text(object, "picture"));
  return isfinite(t->center_mm.x + t->center_mm.y + t->center_mm.z) &&
         isfinite(t->diameter_mm);
}

static gboolean
get_mark(JsonObject *object, CapEvalCase *eval)
{
  CapEvalMark *m = cap_eval_mark_new();
  g_ptr_array_add(eval->marks, m);
  m->center_mm = get_point(object, "center_mm");
  m->probability = get_number(object, "probability");
  m->malignancy_expected = get_number(object, "malignancy_expected");
  m->malignancy_probability = get_number(object, "malignancy_probability");
  m->diameter_mm = get_number(object, "diameter_mm");
  m->volume_mm3 = get_number(object, "volume_mm3");
  get_numbers(object, "attributes", m->attributes, CAP_N_ATTRIBUTES);
  m->picture = g_strdup(get_text(object, "picture"));
  return isfinite(m->center_mm.x + m->center_mm.y + m->center_mm.z) &&
         isfinite(m->probability);
}

typedef gboolean (*GetItem)(JsonObject *object, CapEvalCase *eval);

static gboolean
get_items(JsonObject *root, const char *key, CapEvalCase *eval, GetItem get)
{
  JsonArray *array = get_array(root, key);
  for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
    JsonNode *node = json_array_get_element(array, i);
    if (!JSON_NODE_HOLDS_OBJECT(node) || !get(json_node_get_object(node), eval))
      return FALSE;
  }
  return array != NULL;
}

static void
replace(char **field, JsonObject *object, const char *key)
{
  const char *text = get_text(object, key);
  g_free(*field);
  *field = g_strdup(text ? text : "");
}

static void
get_texts(JsonObject *root, const char *key, GPtrArray *texts)
{
  JsonArray *array = get_array(root, key);
  for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
    JsonNode *node = json_array_get_element(array, i);
    if (JSON_NODE_HOLDS_VALUE(node) &&
        json_node_get_value_type(node) == G_TYPE_STRING)
      g_ptr_array_add(texts, g_strdup(json_node_get_string(node)));
  }
}

static CapEvalCase *
from_root(JsonObject *root)
{
  const char *uid = get_text(root, "series_uid");
  if (get_int(root, "case_version", 0) != CAP_EVAL_CASE_VERSION || uid == NULL)
    return NULL;
  g_autoptr(CapEvalCase) eval = cap_eval_case_new(uid, "");
  replace(&eval->patient, root, "patient");
  replace(&eval->software, root, "software_version");
  replace(&eval->weights_sha256, root, "weights_sha256");
  replace(&eval->settings, root, "settings");
  replace(&eval->input_hash, root, "input_sha256");
  replace(&eval->error_text, root, "error_text");
  eval->error_code = get_int(root, "error_code", 0);
  eval->slices = get_int(root, "slices", 0);
  get_numbers(root, "spacing_mm", eval->spacing_mm, 3);
  get_texts(root, "notes", eval->notes);
  get_texts(root, "warnings", eval->warnings);
  get_texts(root, "sop_instance_uids", eval->sop_uids);
  if (!get_items(root, "truths", eval, get_truth) ||
      !get_items(root, "marks", eval, get_mark))
    return NULL;
  for (guint i = 0; i < eval->truths->len; i++)
    if (((CapEvalTruth *)eval->truths->pdata[i])->hit_by >=
        (int)eval->marks->len)
      return NULL;
  return g_steal_pointer(&eval);
}

CapEvalCase *
cap_eval_case_load(const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr(GError) cause = NULL;
  if (!g_file_get_contents(path, &text, &length, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read %s: %s",
                path, cause->message);
    return NULL;
  }
  g_autoptr(JsonNode) node = cap_json_parse(text, length, path, error);
  if (node == NULL)
    return NULL;
  CapEvalCase *eval = JSON_NODE_HOLDS_OBJECT(node)
                          ? from_root(json_node_get_object(node))
                          : NULL;
  if (eval == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is not the case of an evaluation by this version", path);
  return eval;
}
