/* Reading one finding: see finding_json.h.
 *
 * A file written by hand or by a later version may lack keys: those keep the
 * value of an empty finding, apart from the few without which a finding makes
 * no sense. What is there must have the right type and range. */
#include "io/findings/finding_json.h"

#include "core/image/unit.h"
#include "io/findings/findings_guidelines.h"
#include "io/findings/prior_json.h"
#include "io/findings/unit_json.h"
#include <string.h>

static void
read_floats(CapJsonReader *r, JsonObject *object, const char *key,
            float *values, int n)
{
  double numbers[CAP_GRID * CAP_GRID * CAP_GRID] = {0};
  JsonNode *node = cap_json_member(object, key);
  if (node == NULL)
    return;
  cap_json_read_numbers(r, node, key, numbers, n);
  for (int i = 0; i < n; i++)
    values[i] = (float)numbers[i];
}

static CapPoint
read_point(CapJsonReader *r, JsonNode *node, const char *key)
{
  double p[3] = {0};
  cap_json_read_numbers(r, node, key, p, 3);
  return (CapPoint){p[0], p[1], p[2]};
}

static void
read_rating(CapJsonReader *r, JsonObject *object, int n_levels,
            CapRating *rating)
{
  rating->n_levels = n_levels;
  cap_rating_finish(rating); /* nothing known: even */
  JsonNode *node = cap_json_member(object, "distribution");
  if (node == NULL)
    return;
  cap_json_read_numbers(r, node, "distribution", rating->p, n_levels);
  for (int i = 0; i < n_levels; i++)
    if (rating->p[i] < 0 || rating->p[i] > 1)
      cap_json_fail(r, "“distribution” is not between 0 and 1");
  cap_json_read_number(r, object, "expected", &rating->expected);
  cap_json_read_number(r, object, "sd", &rating->sd);
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
parse_maker(const char *word, int *value)
{
  CapMaskMaker maker;
  const gboolean known = cap_mask_maker_parse(word, &maker);
  *value = known ? (int)maker : *value;
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
read_place(CapJsonReader *r, JsonObject *object, CapFinding *finding)
{
  cap_json_read_int(r, object, "id", &finding->id);
  cap_json_read_string(r, object, "tracking_uid", &finding->tracking_uid);
  if (!r->failed && finding->id < 1)
    cap_json_fail(r, "“id” is missing or not positive");
  finding->center_mm =
      read_point(r, cap_json_member(object, "center_mm"), "center_mm");
  JsonObject *slice = cap_json_read_object(r, object, "source_slice");
  cap_json_read_string(r, slice, "sop_uid", &finding->sop_uid);
  cap_json_read_int(r, slice, "index", &finding->source_slice);

  int type = finding->type, side = finding->side, lobe = finding->lobe;
  int status = finding->status, maker = finding->mask_maker;
  JsonObject *site = cap_json_read_object(r, object, "site");
  cap_json_read_word(r, object, "type", parse_type, &type);
  cap_json_read_word(r, object, "status", parse_status, &status);
  cap_json_read_word(r, object, "outline", parse_maker, &maker);
  cap_json_read_word(r, site, "side", parse_side, &side);
  cap_json_read_word(r, site, "lobe", parse_lobe, &lobe);
  finding->type = (CapNoduleType)type;
  finding->status = (CapStatus)status;
  finding->mask_maker = (CapMaskMaker)maker;
  finding->side = (CapSide)side;
  finding->lobe = (CapLobe)lobe;

  cap_json_read_bool(r, object, "near_gap", &finding->near_gap);
  cap_json_read_bool(r, object, "by_reader", &finding->by_reader);
  cap_json_read_bool(r, object, "unjudged", &finding->unjudged);
  cap_json_read_string(r, object, "comment", &finding->comment);
}

/* N points from an array of arrays. */
static void
read_points(CapJsonReader *r, JsonNode *node, const char *key, CapPoint *points,
            int n)
{
  if (r->failed || node == NULL)
    return;
  if (!JSON_NODE_HOLDS_ARRAY(node) ||
      json_array_get_length(json_node_get_array(node)) != (guint)n) {
    cap_json_fail(r, "“%s” is not %d points", key, n);
    return;
  }
  for (int i = 0; i < n; i++)
    points[i] = read_point(
        r, json_array_get_element(json_node_get_array(node), (guint)i), key);
}

static void
read_sizes(CapJsonReader *r, JsonObject *object, CapFinding *finding)
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
    cap_json_read_number(r, object, numbers[i].key, numbers[i].value);
  finding->unknown = cap_unit_json_read(r, object);
  if (finding->unknown & CAP_UNKNOWN_HU)
    finding->type = CAP_TYPE_UNCLASSIFIED;
  JsonArray *axes = cap_json_read_array(r, object, "axes_mm");
  if (axes != NULL && json_array_get_length(axes) != 2)
    cap_json_fail(r, "“axes_mm” is not two axes");
  for (guint i = 0; axes != NULL && !r->failed && i < 2; i++)
    read_points(r, json_array_get_element(axes, i), "axes_mm",
                finding->axes_mm[i], 2);
}

static void
read_capsule(CapJsonReader *r, JsonObject *object, CapFinding *finding)
{
  g_autofree char *name = NULL;
  cap_json_read_string(r, object, "name", &name);
  int at = -1;
  for (int i = 0; i < CAP_N_CAPSULES; i++)
    if (g_strcmp0(name, cap_capsule_name(i)) == 0)
      at = i;
  if (at < 0) {
    cap_json_fail(r, "capsule “%s” is not one of ours", name ? name : "");
    return;
  }
  CapCapsule *capsule = &finding->capsules[at];
  cap_json_read_fraction(r, object, "length", &capsule->length);
  read_floats(r, object, "pose", capsule->pose, CAP_POSE_DIM);
  read_floats(r, object, "routing", capsule->routing,
              G_N_ELEMENTS(capsule->routing));
}

static void
read_explanation(CapJsonReader *r, JsonObject *object, CapFinding *finding)
{
  JsonObject *malignancy = cap_json_read_object(r, object, "malignancy");
  read_rating(r, malignancy, 5, &finding->malignancy);
  cap_json_read_fraction(r, malignancy, "probability",
                         &finding->malignancy_probability);
  JsonObject *attributes = cap_json_read_object(r, object, "attributes");
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    const CapAttributeKind kind = (CapAttributeKind)i;
    read_rating(r,
                cap_json_read_object(r, attributes, cap_attribute_name(kind)),
                cap_attribute_levels(kind), &finding->attributes[i]);
  }
  JsonArray *capsules = cap_json_read_array(r, object, "capsules");
  for (guint i = 0; capsules && i < json_array_get_length(capsules); i++) {
    JsonNode *node = json_array_get_element(capsules, i);
    if (!JSON_NODE_HOLDS_OBJECT(node))
      cap_json_fail(r, "“capsules” holds something that is not an object");
    else
      read_capsule(r, json_node_get_object(node), finding);
  }
  read_points(r, cap_json_member(object, "patch_axes"), "patch_axes",
              finding->patch_axis, 3);
}

static void
read_doubts(CapJsonReader *r, JsonObject *object, CapFinding *finding)
{
  cap_json_read_number(r, object, "reconstruction_error_hu",
                       &finding->reconstruction_error_hu);
  JsonArray *doubts = cap_json_read_array(r, object, "doubts");
  for (guint i = 0; doubts && i < json_array_get_length(doubts); i++) {
    JsonNode *node = json_array_get_element(doubts, i);
    if (!JSON_NODE_HOLDS_OBJECT(node)) {
      cap_json_fail(r, "“doubts” holds something that is not an object");
      return;
    }
    JsonObject *one = json_node_get_object(node);
    g_autofree char *code = NULL;
    int kind;
    cap_json_read_string(r, one, "code", &code);
    if (code == NULL || !cap_doubt_parse(code, &kind))
      continue; /* a later version's */
    CapDoubt *doubt = &finding->doubts[kind];
    doubt->raised = TRUE;
    cap_json_read_number(r, one, "value", &doubt->value);
    cap_json_read_number(r, one, "limit", &doubt->limit);
    g_autofree char *kernel = g_strdup(""), *usual = g_strdup("");
    cap_json_read_string(r, one, "kernel", &kernel);
    cap_json_read_string(r, one, "usual_kernels", &usual);
    cap_doubt_set_kernel(doubt, kernel, usual);
  }
}

CapFinding *
cap_finding_json_read(CapJsonReader *r, JsonNode *node)
{
  if (!JSON_NODE_HOLDS_OBJECT(node)) {
    cap_json_fail(r, "not an object");
    return NULL;
  }
  JsonObject *object = json_node_get_object(node);
  CapFinding *finding = cap_finding_new();
  read_place(r, object, finding);
  if (cap_json_member(object, "probability") == NULL)
    cap_json_fail(r, "“probability” is missing");
  cap_json_read_fraction(r, object, "probability", &finding->probability);
  read_sizes(r, object, finding);
  read_explanation(r, object, finding);
  read_doubts(r, object, finding);
  cap_prior_json_read(r, object, &finding->prior);
  g_autoptr(GError) cause = NULL;
  if (!cap_findings_guidelines_get(object, finding, &cause))
    cap_json_fail(r, "%s", cause->message);
  return finding;
}

CapFinding *
cap_finding_json_parse(const char *text, const char *name, GError **error)
{
  g_autoptr(JsonNode) root = cap_json_parse(text, strlen(text), name, error);
  if (root == NULL)
    return NULL;
  CapJsonReader reader = {.name = name, .error = error};
  g_autoptr(CapFinding) finding = cap_finding_json_read(&reader, root);
  return reader.failed ? NULL : g_steal_pointer(&finding);
}
