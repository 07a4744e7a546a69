/* Measurements as JSON: see measurement_json.h. */
#include "io/findings/measurement_json.h"

#include <string.h>

enum { DECIMALS = 4 };

/* Keys of the numbers of each kind, and where they are. */
typedef struct {
  CapMeasureKind kind;
  const char *key;
  gsize offset; /* of a double */
} Field;

#define FIELD(kind, key, member)                                               \
  {                                                                            \
    kind, key, offsetof(CapMeasurement, member)                                \
  }
static const Field fields[] = {
    FIELD(CAP_MEASURE_LENGTH, "length_mm", long_mm),
    FIELD(CAP_MEASURE_AXES, "long_axis_mm", long_mm),
    FIELD(CAP_MEASURE_AXES, "short_axis_mm", short_mm),
    FIELD(CAP_MEASURE_AXES, "mean_diameter_mm", mean_diameter_mm),
    FIELD(CAP_MEASURE_ELLIPSE, "area_mm2", area_mm2),
    FIELD(CAP_MEASURE_ELLIPSE, "hu_mean", hu_mean),
    FIELD(CAP_MEASURE_ELLIPSE, "hu_sd", hu_sd),
    FIELD(CAP_MEASURE_ELLIPSE, "hu_min", hu_min),
    FIELD(CAP_MEASURE_ELLIPSE, "hu_max", hu_max),
    FIELD(CAP_MEASURE_ANGLE, "angle_deg", angle_deg),
};

static double *
number_of(CapMeasurement *m, const Field *field)
{
  return (double *)((char *)m + field->offset);
}

void
cap_measurement_json_write(CapJson *json, const CapMeasurement *m)
{
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_int(json, "id", m->id);
  cap_json_string(json, "kind", cap_measure_kind_name(m->kind));
  if (*m->tracking_uid != '\0')
    cap_json_string(json, "tracking_uid", m->tracking_uid);
  cap_json_string(json, "name", m->name);
  cap_json_begin_array(json, "ends_mm", TRUE);
  for (int i = 0; i < cap_measurement_n_ends(m->kind); i++)
    cap_json_numbers(
        json, NULL,
        (double[]){m->ends_mm[i].x, m->ends_mm[i].y, m->ends_mm[i].z}, 3,
        DECIMALS);
  cap_json_end_array(json);
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    if (fields[i].kind == m->kind)
      cap_json_number(json, fields[i].key,
                      *number_of((CapMeasurement *)m, &fields[i]), DECIMALS);
  if (m->kind == CAP_MEASURE_ELLIPSE)
    cap_json_int(json, "voxels", m->n_voxels);
  cap_json_begin_object(json, "source_slice", TRUE);
  cap_json_string(json, "sop_uid", m->sop_uid);
  cap_json_int(json, "index", m->source_slice);
  cap_json_end_object(json);
  cap_json_end_object(json);
}

char *
cap_measurement_json_text(const CapMeasurement *m)
{
  CapJson *json = cap_json_new();
  cap_measurement_json_write(json, m);
  return cap_json_finish(json);
}

/* ---- reading ---- */

static gboolean
parse_kind(const char *word, int *value)
{
  CapMeasureKind kind;
  const gboolean known = cap_measure_kind_parse(word, &kind);
  *value = known ? (int)kind : *value;
  return known;
}

static void
read_ends(CapJsonReader *r, JsonObject *object, CapMeasurement *m)
{
  JsonArray *ends = cap_json_read_array(r, object, "ends_mm");
  const guint n = (guint)cap_measurement_n_ends(m->kind);
  if (ends == NULL || json_array_get_length(ends) != n) {
    cap_json_fail(r, "“ends_mm” is not the %u points of a measurement", n);
    return;
  }
  for (guint i = 0; i < n; i++) {
    double p[3] = {0};
    cap_json_read_numbers(r, json_array_get_element(ends, i), "ends_mm", p, 3);
    m->ends_mm[i] = (CapPoint){p[0], p[1], p[2]};
  }
}

CapMeasurement *
cap_measurement_json_read(CapJsonReader *r, JsonNode *node)
{
  if (!JSON_NODE_HOLDS_OBJECT(node)) {
    cap_json_fail(r, "a measurement is not an object");
    return NULL;
  }
  JsonObject *object = json_node_get_object(node);
  int kind = -1;
  cap_json_read_word(r, object, "kind", parse_kind, &kind);
  if (kind < 0) {
    cap_json_fail(r, "a measurement does not say of which “kind” it is");
    return NULL;
  }
  CapMeasurement *m = cap_measurement_new((CapMeasureKind)kind);
  cap_json_read_int(r, object, "id", &m->id);
  if (m->id < 1)
    cap_json_fail(r, "“id” of a measurement is missing or not positive");
  cap_json_read_string(r, object, "tracking_uid", &m->tracking_uid);
  cap_json_read_string(r, object, "name", &m->name);
  read_ends(r, object, m);
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    if (fields[i].kind == m->kind)
      cap_json_read_number(r, object, fields[i].key, number_of(m, &fields[i]));
  cap_json_read_int(r, object, "voxels", &m->n_voxels);
  JsonObject *slice = cap_json_read_object(r, object, "source_slice");
  cap_json_read_string(r, slice, "sop_uid", &m->sop_uid);
  cap_json_read_int(r, slice, "index", &m->source_slice);
  return m;
}

CapMeasurement *
cap_measurement_json_parse(const char *text, const char *name, GError **error)
{
  g_autoptr(JsonNode) root = cap_json_parse(text, strlen(text), name, error);
  if (root == NULL)
    return NULL;
  CapJsonReader reader = {.name = name, .error = error};
  g_autoptr(CapMeasurement) m = cap_measurement_json_read(&reader, root);
  return reader.failed ? NULL : g_steal_pointer(&m);
}
