/* Measurements as JSON: see measurement_json.h. */
#include "io/findings/measurement_json.h"

#include "core/measure/freehand.h"
#include "io/findings/unit_json.h"

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
    FIELD(CAP_MEASURE_FREEHAND, "area_mm2", area_mm2),
    FIELD(CAP_MEASURE_FREEHAND, "hu_mean", hu_mean),
    FIELD(CAP_MEASURE_FREEHAND, "hu_sd", hu_sd),
    FIELD(CAP_MEASURE_FREEHAND, "hu_min", hu_min),
    FIELD(CAP_MEASURE_FREEHAND, "hu_max", hu_max),
};

static double *
number_of(CapMeasurement *m, const Field *field)
{
  return (double *)((char *)m + field->offset);
}

/* The points are the ends of lines, or those of an outline. */
static const char *
points_key(CapMeasureKind kind)
{
  return kind == CAP_MEASURE_FREEHAND ? "outline_mm" : "ends_mm";
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
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  cap_json_begin_array(json, points_key(m->kind), TRUE);
  for (int i = 0; i < n; i++)
    cap_json_numbers(json, NULL,
                     (double[]){points[i].x, points[i].y, points[i].z}, 3,
                     DECIMALS);
  cap_json_end_array(json);
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    if (fields[i].kind == m->kind)
      cap_json_number(json, fields[i].key,
                      *number_of((CapMeasurement *)m, &fields[i]), DECIMALS);
  if (cap_measure_is_region(m->kind))
    cap_json_int(json, "voxels", m->n_voxels);
  cap_unit_json_write(json, m->unknown);
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

/* As many as the kind has, or as an outline may have. */
static gboolean
check_count(CapJsonReader *r, const JsonArray *array, CapMeasureKind kind)
{
  const guint n = array != NULL ? json_array_get_length((JsonArray *)array) : 0;
  const guint n_ends = (guint)cap_measurement_n_ends(kind);
  const gboolean good = kind == CAP_MEASURE_FREEHAND
                            ? n >= 3 && n <= CAP_FREEHAND_MAX_POINTS
                            : n == n_ends;
  if (!good && kind == CAP_MEASURE_FREEHAND)
    cap_json_fail(r, "“outline_mm” is not 3 to %d points",
                  CAP_FREEHAND_MAX_POINTS);
  else if (!good)
    cap_json_fail(r, "“ends_mm” is not the %u points of a measurement", n_ends);
  return good;
}

static void
read_points(CapJsonReader *r, JsonObject *object, CapMeasurement *m)
{
  const char *key = points_key(m->kind);
  JsonArray *array = cap_json_read_array(r, object, key);
  if (!check_count(r, array, m->kind))
    return;
  if (m->kind == CAP_MEASURE_FREEHAND)
    g_array_set_size(m->outline_mm, json_array_get_length(array));
  int n;
  CapPoint *points = (CapPoint *)cap_measurement_points(m, &n);
  for (int i = 0; i < n; i++) {
    double p[3] = {0};
    cap_json_read_numbers(r, json_array_get_element(array, (guint)i), key, p,
                          3);
    points[i] = (CapPoint){p[0], p[1], p[2]};
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
  read_points(r, object, m);
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    if (fields[i].kind == m->kind)
      cap_json_read_number(r, object, fields[i].key, number_of(m, &fields[i]));
  cap_json_read_int(r, object, "voxels", &m->n_voxels);
  m->unknown = cap_unit_json_read(r, object);
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
