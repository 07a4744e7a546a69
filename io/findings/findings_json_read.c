/* Reading findings.json: see findings_json.h.
 *
 * A file written by hand or by a later version may lack keys: those keep the
 * value of an empty finding, apart from the few without which a finding makes
 * no sense. What is there must have the right type and range. */
#include "io/findings/findings_json.h"

#include "core/error.h"
#include "core/irregularity.h"
#include "io/findings/findings_masks.h"
#include "io/json.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdarg.h>

#define MAX_FINDINGS 10000
#define MAX_BYTES (256 << 20)

/* Where the reader is, and the first thing it did not like. */
typedef struct {
  const char *name;
  int finding; /* position in the list from 1; 0 outside it */
  GError **error;
  gboolean failed;
} Reader;

static void fail(Reader *r, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
fail(Reader *r, const char *format, ...)
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

/* KEY of OBJECT; NULL when it is absent, null, or OBJECT is NULL. */
static JsonNode *
member(JsonObject *object, const char *key)
{
  JsonNode *node = object ? json_object_get_member(object, key) : NULL;
  return node != NULL && !JSON_NODE_HOLDS_NULL(node) ? node : NULL;
}

static void
read_number(Reader *r, JsonObject *object, const char *key, double *value)
{
  JsonNode *node = member(object, key);
  if (node != NULL && !node_number(node, value))
    fail(r, "“%s” is not a number", key);
}

static void
read_fraction(Reader *r, JsonObject *object, const char *key, double *value)
{
  read_number(r, object, key, value);
  if (!r->failed && (*value < 0 || *value > 1))
    fail(r, "“%s” is not between 0 and 1", key);
}

static void
read_int(Reader *r, JsonObject *object, const char *key, int *value)
{
  double number = *value;
  read_number(r, object, key, &number);
  if (number < -1e9 || number > 1e9 || number != floor(number))
    fail(r, "“%s” is not a whole number", key);
  else
    *value = (int)number;
}

static void
read_string(Reader *r, JsonObject *object, const char *key, char **value)
{
  JsonNode *node = member(object, key);
  if (node == NULL)
    return;
  if (!JSON_NODE_HOLDS_VALUE(node) ||
      json_node_get_value_type(node) != G_TYPE_STRING) {
    fail(r, "“%s” is not a string", key);
    return;
  }
  g_free(*value);
  *value = json_node_dup_string(node);
}

static JsonObject *
read_object(Reader *r, JsonObject *object, const char *key)
{
  JsonNode *node = member(object, key);
  if (node != NULL && !JSON_NODE_HOLDS_OBJECT(node))
    fail(r, "“%s” is not an object", key);
  return node && !r->failed ? json_node_get_object(node) : NULL;
}

static JsonArray *
read_array(Reader *r, JsonObject *object, const char *key)
{
  JsonNode *node = member(object, key);
  if (node != NULL && !JSON_NODE_HOLDS_ARRAY(node))
    fail(r, "“%s” is not an array", key);
  return node && !r->failed ? json_node_get_array(node) : NULL;
}

/* Exactly N numbers from NODE. */
static void
read_numbers(Reader *r, JsonNode *node, const char *key, double *values, int n)
{
  gboolean good = node != NULL && JSON_NODE_HOLDS_ARRAY(node);
  JsonArray *array = good ? json_node_get_array(node) : NULL;
  good = good && json_array_get_length(array) == (guint)n;
  for (int i = 0; good && i < n; i++)
    good = node_number(json_array_get_element(array, (guint)i), &values[i]);
  if (!good)
    fail(r, "“%s” is not %d numbers", key, n);
}

static void
read_floats(Reader *r, JsonObject *object, const char *key, float *values,
            int n)
{
  double numbers[CAP_GRID * CAP_GRID * CAP_GRID] = {0};
  JsonNode *node = member(object, key);
  if (node == NULL)
    return;
  read_numbers(r, node, key, numbers, n);
  for (int i = 0; i < n; i++)
    values[i] = (float)numbers[i];
}

static CapPoint
read_point(Reader *r, JsonNode *node, const char *key)
{
  double p[3] = {0};
  read_numbers(r, node, key, p, 3);
  return (CapPoint){p[0], p[1], p[2]};
}

static void
read_rating(Reader *r, JsonObject *object, int n_levels, CapRating *rating)
{
  rating->n_levels = n_levels;
  cap_rating_finish(rating); /* nothing known: even */
  JsonNode *node = member(object, "distribution");
  if (node == NULL)
    return;
  read_numbers(r, node, "distribution", rating->p, n_levels);
  for (int i = 0; i < n_levels; i++)
    if (rating->p[i] < 0 || rating->p[i] > 1)
      fail(r, "“distribution” is not between 0 and 1");
  read_number(r, object, "expected", &rating->expected);
  read_number(r, object, "sd", &rating->sd);
}

static void
read_word(Reader *r, JsonObject *object, const char *key,
          gboolean (*parse)(const char *, int *), int *value)
{
  g_autofree char *word = NULL;
  read_string(r, object, key, &word);
  if (word != NULL && !parse(word, value))
    fail(r, "“%s” is not a %s we know", word, key);
}

static gboolean
parse_type(const char *word, int *value)
{
  CapNoduleType type;
  const gboolean known = cap_nodule_type_parse(word, &type);
  *value = known ? (int)type : *value;
  return known;
}

static gboolean
parse_status(const char *word, int *value)
{
  CapStatus status;
  const gboolean known = cap_status_parse(word, &status);
  *value = known ? (int)status : *value;
  return known;
}

static gboolean
parse_side(const char *word, int *value)
{
  for (int i = CAP_SIDE_UNKNOWN; i <= CAP_SIDE_LEFT; i++)
    if (g_str_equal(word, cap_side_name((CapSide)i))) {
      *value = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
parse_lobe(const char *word, int *value)
{
  for (int i = CAP_LOBE_UNKNOWN; i <= CAP_LOBE_LOWER; i++)
    if (g_str_equal(word, cap_lobe_name((CapLobe)i))) {
      *value = i;
      return TRUE;
    }
  return FALSE;
}

static void
read_place(Reader *r, JsonObject *object, CapFinding *finding)
{
  read_int(r, object, "id", &finding->id);
  read_string(r, object, "tracking_uid", &finding->tracking_uid);
  if (!r->failed && finding->id < 1)
    fail(r, "“id” is missing or not positive");
  finding->center_mm = read_point(r, member(object, "center_mm"), "center_mm");
  JsonObject *slice = read_object(r, object, "source_slice");
  read_string(r, slice, "sop_uid", &finding->sop_uid);
  read_int(r, slice, "index", &finding->source_slice);

  int type = finding->type, side = finding->side, lobe = finding->lobe;
  int status = finding->status;
  JsonObject *site = read_object(r, object, "site");
  read_word(r, object, "type", parse_type, &type);
  read_word(r, object, "status", parse_status, &status);
  read_word(r, site, "side", parse_side, &side);
  read_word(r, site, "lobe", parse_lobe, &lobe);
  finding->type = (CapNoduleType)type;
  finding->status = (CapStatus)status;
  finding->side = (CapSide)side;
  finding->lobe = (CapLobe)lobe;

  JsonNode *gap = member(object, "near_gap");
  if (gap != NULL && (!JSON_NODE_HOLDS_VALUE(gap) ||
                      json_node_get_value_type(gap) != G_TYPE_BOOLEAN))
    fail(r, "“near_gap” is neither true nor false");
  else
    finding->near_gap = gap != NULL && json_node_get_boolean(gap);
}

/* N points from an array of arrays. */
static void
read_points(Reader *r, JsonNode *node, const char *key, CapPoint *points, int n)
{
  if (r->failed || node == NULL)
    return;
  if (!JSON_NODE_HOLDS_ARRAY(node) ||
      json_array_get_length(json_node_get_array(node)) != (guint)n) {
    fail(r, "“%s” is not %d points", key, n);
    return;
  }
  for (int i = 0; i < n; i++)
    points[i] = read_point(
        r, json_array_get_element(json_node_get_array(node), (guint)i), key);
}

static void
read_sizes(Reader *r, JsonObject *object, CapFinding *finding)
{
  const struct {
    const char *key;
    double *value;
  } numbers[] = {
      {"long_axis_mm", &finding->long_axis_mm},
      {"short_axis_mm", &finding->short_axis_mm},
      {"mean_diameter_mm", &finding->mean_diameter_mm},
      {"solid_mean_diameter_mm", &finding->solid_mean_diameter_mm},
      {"volume_mm3", &finding->volume_mm3},
      {"hu_mean", &finding->hu_mean},
      {"hu_sd", &finding->hu_sd},
      {"hu_min", &finding->hu_min},
      {"hu_max", &finding->hu_max},
  };
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    read_number(r, object, numbers[i].key, numbers[i].value);
  JsonArray *axes = read_array(r, object, "axes_mm");
  if (axes != NULL && json_array_get_length(axes) != 2)
    fail(r, "“axes_mm” is not two axes");
  for (guint i = 0; axes != NULL && !r->failed && i < 2; i++)
    read_points(r, json_array_get_element(axes, i), "axes_mm",
                finding->axes_mm[i], 2);
}

static void
read_capsule(Reader *r, JsonObject *object, CapFinding *finding)
{
  g_autofree char *name = NULL;
  read_string(r, object, "name", &name);
  int at = -1;
  for (int i = 0; i < CAP_N_CAPSULES; i++)
    if (g_strcmp0(name, cap_capsule_name(i)) == 0)
      at = i;
  if (at < 0) {
    fail(r, "capsule “%s” is not one of ours", name ? name : "");
    return;
  }
  CapCapsule *capsule = &finding->capsules[at];
  read_fraction(r, object, "length", &capsule->length);
  read_floats(r, object, "pose", capsule->pose, CAP_POSE_DIM);
  read_floats(r, object, "routing", capsule->routing,
              G_N_ELEMENTS(capsule->routing));
}

static void
read_explanation(Reader *r, JsonObject *object, CapFinding *finding)
{
  JsonObject *malignancy = read_object(r, object, "malignancy");
  read_rating(r, malignancy, 5, &finding->malignancy);
  read_fraction(r, malignancy, "probability", &finding->malignancy_probability);
  JsonObject *attributes = read_object(r, object, "attributes");
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    const CapAttributeKind kind = (CapAttributeKind)i;
    read_rating(r, read_object(r, attributes, cap_attribute_name(kind)),
                cap_attribute_levels(kind), &finding->attributes[i]);
  }
  JsonArray *capsules = read_array(r, object, "capsules");
  for (guint i = 0; capsules && i < json_array_get_length(capsules); i++) {
    JsonNode *node = json_array_get_element(capsules, i);
    if (!JSON_NODE_HOLDS_OBJECT(node))
      fail(r, "“capsules” holds something that is not an object");
    else
      read_capsule(r, json_node_get_object(node), finding);
  }
  read_points(r, member(object, "patch_axes"), "patch_axes",
              finding->patch_axis, 3);
}

static CapFinding *
read_finding(Reader *r, JsonNode *node)
{
  if (!JSON_NODE_HOLDS_OBJECT(node)) {
    fail(r, "not an object");
    return NULL;
  }
  JsonObject *object = json_node_get_object(node);
  CapFinding *finding = cap_finding_new();
  read_place(r, object, finding);
  if (member(object, "probability") == NULL)
    fail(r, "“probability” is missing");
  read_fraction(r, object, "probability", &finding->probability);
  read_sizes(r, object, finding);
  read_explanation(r, object, finding);
  return finding;
}

static void
read_irregularity(Reader *r, JsonNode *node, GPtrArray *list)
{
  if (!JSON_NODE_HOLDS_OBJECT(node)) {
    fail(r, "“irregularities” holds something that is not an object");
    return;
  }
  JsonObject *object = json_node_get_object(node);
  g_autofree char *code = NULL, *severity = NULL, *file = NULL;
  g_autofree char *text = NULL, *effect = NULL;
  read_string(r, object, "code", &code);
  read_string(r, object, "severity", &severity);
  read_string(r, object, "file", &file);
  read_string(r, object, "text", &text);
  read_string(r, object, "effect", &effect);
  int number = 0;
  for (int i = 1; i <= 29; i++)
    if (g_strcmp0(code, cap_irregularity_code(i)) == 0)
      number = i;
  CapSeverity level = CAP_SEVERITY_INFO;
  for (int i = CAP_SEVERITY_INFO; i <= CAP_SEVERITY_ERROR; i++)
    if (g_strcmp0(severity, cap_severity_name((CapSeverity)i)) == 0)
      level = (CapSeverity)i;
  g_ptr_array_add(list,
                  cap_irregularity_new(number, level, file, text, effect));
}

static void
read_note(Reader *r, JsonNode *node, GPtrArray *notes)
{
  if (!JSON_NODE_HOLDS_VALUE(node) ||
      json_node_get_value_type(node) != G_TYPE_STRING)
    fail(r, "“notes” holds something that is not a string");
  else
    g_ptr_array_add(notes, json_node_dup_string(node));
}

static void
read_head(Reader *r, JsonObject *root, CapFindings *findings)
{
  int version = 0;
  read_int(r, root, "schema_version", &version);
  if (!r->failed && version != CAP_FINDINGS_SCHEMA_VERSION)
    fail(r, "schema_version %d is not the %d that this version reads", version,
         CAP_FINDINGS_SCHEMA_VERSION);
  read_string(r, root, "software_version", &findings->algorithm_version);
  JsonObject *algorithm = read_object(r, root, "algorithm");
  read_string(r, algorithm, "name", &findings->algorithm);
  read_string(r, algorithm, "version", &findings->algorithm_version);
  read_string(r, root, "weights_sha256", &findings->weights_sha256);
  read_string(r, root, "reader", &findings->reader);
  read_string(r, root, "series_uid", &findings->series_uid);
  read_string(r, root, "study_uid", &findings->study_uid);
  read_string(r, root, "frame_of_reference_uid",
              &findings->frame_of_reference_uid);
  read_int(r, root, "candidates", &findings->n_candidates);
  if (read_object(r, root, "settings") != NULL) {
    CapJson *json = cap_json_new();
    cap_json_node(json, NULL, json_object_get_member(root, "settings"));
    g_free(findings->settings_json);
    findings->settings_json = g_strstrip(cap_json_finish(json));
  }
}

static void
read_root(Reader *r, JsonNode *node, CapFindings *findings)
{
  if (!JSON_NODE_HOLDS_OBJECT(node)) {
    fail(r, "not a findings file: the outermost value is not an object");
    return;
  }
  JsonObject *root = json_node_get_object(node);
  read_head(r, root, findings);
  JsonArray *list = read_array(r, root, "findings");
  if (list == NULL)
    fail(r, "not a findings file: there is no “findings”");
  const guint n = list ? json_array_get_length(list) : 0;
  if (n > MAX_FINDINGS)
    fail(r, "more than %d findings", MAX_FINDINGS);
  for (guint i = 0; i < n && !r->failed; i++) {
    r->finding = (int)i + 1;
    CapFinding *finding = read_finding(r, json_array_get_element(list, i));
    if (finding != NULL)
      g_ptr_array_add(findings->items, finding);
  }
  r->finding = 0;
  JsonArray *faults = read_array(r, root, "irregularities");
  for (guint i = 0; faults && i < json_array_get_length(faults); i++)
    read_irregularity(r, json_array_get_element(faults, i),
                      findings->irregularities);
  JsonArray *notes = read_array(r, root, "notes");
  for (guint i = 0; notes != NULL && i < json_array_get_length(notes); i++)
    read_note(r, json_array_get_element(notes, i), findings->notes);
}

CapFindings *
cap_findings_json_parse(const char *text, gsize length, const char *name,
                        GError **error)
{
  g_autoptr(JsonNode) root = cap_json_parse(text, length, name, error);
  if (root == NULL)
    return NULL;
  const CapVolume nowhere = {.source = cap_source_new()};
  g_autoptr(CapFindings) findings = cap_findings_new(&nowhere);
  cap_source_free(nowhere.source);
  Reader reader = {.name = name, .error = error};
  read_root(&reader, root, findings);
  return reader.failed ? NULL : g_steal_pointer(&findings);
}

CapFindings *
cap_findings_json_load(const char *path, const CapVolume *volume,
                       GError **error)
{
  GStatBuf info;
  if (g_stat(path, &info) == 0 && info.st_size > MAX_BYTES) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is too large for a findings file", path);
    return NULL;
  }
  g_autofree char *text = NULL;
  g_autoptr(GError) cause = NULL;
  gsize length;
  if (!g_file_get_contents(path, &text, &length, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "%s", cause->message);
    return NULL;
  }
  g_autoptr(CapFindings) findings =
      cap_findings_json_parse(text, length, path, error);
  if (findings == NULL)
    return NULL;
  g_autofree char *folder = g_path_get_dirname(path);
  g_autofree char *masks = g_build_filename(folder, CAP_MASKS_FILE, NULL);
  if (g_file_test(masks, G_FILE_TEST_EXISTS) &&
      !cap_findings_masks_load(findings, volume, masks, error))
    return NULL;
  return g_steal_pointer(&findings);
}
