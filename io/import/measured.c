/* Measurements by hand read back: see measured.h. */
#include "io/import/measured.h"

#include "core/image/point.h"
#include "core/language.h"
#include "core/measure/freehand.h"
#include "io/import/group.h"
#include "io/report/measure_codes.h"
#include "io/report/sr_measurement.h"

#include <math.h>
#include <string.h>

#define MOST_VOXELS 1e9
#define CLOSED_MM 0.01 /* from end to beginning of an outline */

typedef struct {
  CapMeasurement *measurement;
  const CapImportPlace *place;
  unsigned seen; /* bit I: end I is known */
} Reader;

static gboolean
read_kind(const CapContentItem *item, CapMeasureKind *kind)
{
  const CapContentItem *code = cap_content_find(item, CAP_CODE_MEASURED);
  for (int k = 0; code != NULL && k < CAP_N_MEASURE_KINDS; k++) {
    const CapCode read = {code->value.value, code->value.scheme, ""};
    if (cap_code_equal(&read, cap_code_measure_kind((CapMeasureKind)k))) {
      *kind = (CapMeasureKind)k;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
cap_import_is_measured(const CapContentItem *item)
{
  return cap_content_find(item, CAP_CODE_MEASURED) != NULL;
}

/* POINTS, the first of which closes them again, as an outline. */
static void
take_outline(Reader *r, GArray *points)
{
  const guint n = points->len;
  if (n < 4 || n > CAP_FREEHAND_MAX_POINTS + 1 ||
      cap_point_distance(g_array_index(points, CapPoint, 0),
                         g_array_index(points, CapPoint, n - 1)) > CLOSED_MM)
    return;
  for (guint k = 0; k < n; k++)
    if (!(cap_point_length(g_array_index(points, CapPoint, k)) <
          CAP_IMPORT_FARTHEST_MM))
      return;
  g_array_set_size(r->measurement->outline_mm, 0);
  g_array_append_vals(r->measurement->outline_mm, points->data, n - 1);
}

/* ITEM as shape I of the measurement. */
static void
read_shape(Reader *r, const CapContentItem *item, int i)
{
  int first;
  const CapMeasureKind kind = r->measurement->kind;
  const gboolean outline = kind == CAP_MEASURE_FREEHAND && i == 0;
  const int n = i < 0 ? 0 : cap_measure_shape_ends(kind, i, &first);
  const char *why;
  if ((n == 0 && !outline) ||
      (item->type != CAP_SR_POINTS && item->type != CAP_SR_POINTS_3D))
    return;
  g_autoptr(GArray) points = cap_import_points(r->place, item, &why);
  if (points != NULL && outline)
    take_outline(r, points);
  if (points == NULL || outline || points->len != (guint)n)
    return;
  for (int k = 0; k < n; k++) {
    const CapPoint p = g_array_index(points, CapPoint, k);
    if (!(cap_point_length(p) < CAP_IMPORT_FARTHEST_MM))
      return;
    r->measurement->ends_mm[first + k] = p;
    r->seen |= 1U << (first + k);
  }
}

static const CapMeasureQuantity *
quantity_of(const CapContentItem *item, CapMeasureKind kind)
{
  const CapContentItem *derivation =
      cap_content_find(item, CAP_CODE_DERIVATION);
  guint n;
  const CapMeasureQuantity *list = cap_measure_quantities(&n);
  for (guint i = 0; i < n; i++)
    if (list[i].kind == kind && cap_content_means(&item->name, list[i].name) &&
        (list[i].derivation == CAP_N_CODES ||
         (derivation != NULL &&
          cap_content_means(&derivation->value, list[i].derivation))))
      return &list[i];
  return NULL;
}

static void
read_ends(Reader *r, const CapContentItem *item)
{
  const CapMeasureKind kind = r->measurement->kind;
  for (guint i = 0; i < item->children->len; i++) {
    const CapContentItem *child = cap_content_child(item, i);
    if (cap_content_means(&child->name, CAP_CODE_REGION)) {
      read_shape(r, child, 0);
      continue;
    }
    const CapMeasureQuantity *q =
        child->type == CAP_SR_NUMBER ? quantity_of(child, kind) : NULL;
    for (guint k = 0; q != NULL && k < child->children->len; k++)
      read_shape(r, cap_content_child(child, k), q->shape);
  }
}

/* The numbers that were told go before those that the ends make on this volume.
 */
static void
read_numbers(Reader *r, const CapContentItem *item)
{
  CapMeasurement *m = r->measurement;
  for (guint i = 0; i < item->children->len; i++) {
    const CapContentItem *child = cap_content_child(item, i);
    if (child->type != CAP_SR_NUMBER || !isfinite(child->number))
      continue;
    const CapMeasureQuantity *q = quantity_of(child, m->kind);
    if (q != NULL &&
        cap_content_means(&child->value, cap_measure_unit(m->unknown, q->unit)))
      *cap_measure_number(m, q) = child->number;
    else if (cap_content_means(&child->name, CAP_CODE_VOXELS) &&
             child->number >= 0 && child->number < MOST_VOXELS)
      m->n_voxels = (int)child->number;
  }
}

static void
read_words(CapMeasurement *m, const CapContentItem *item)
{
  const CapContentItem *id = cap_content_find(item, CAP_CODE_TRACKING_ID);
  const CapContentItem *uid = cap_content_find(item, CAP_CODE_TRACKING_UID);
  const CapContentItem *name = cap_content_find(item, CAP_CODE_COMMENT);
  if (id != NULL)
    m->id = cap_import_our_number(id->text, CAP_MEASUREMENT_TRACKING_PREFIX);
  if (uid != NULL)
    cap_import_take_uid(&m->tracking_uid, uid->text);
  if (name != NULL) {
    g_free(m->name);
    m->name = g_strdup(name->text);
  }
}

CapMeasurement *
cap_import_measured(const CapContentItem *item, const CapImportPlace *place,
                    GPtrArray *remarks)
{
  CapMeasureKind kind;
  g_autofree char *label = cap_content_label(item);
  if (!read_kind(item, &kind)) {
    g_ptr_array_add(remarks,
                    g_strdup_printf(N_("%s: is a measurement of a kind that is "
                                       "not known: it is left out"),
                                    label));
    return NULL;
  }
  g_autoptr(CapMeasurement) m = cap_measurement_new(kind);
  Reader reader = {.measurement = m, .place = place};
  read_ends(&reader, item);
  const unsigned all = (1U << cap_measurement_n_ends(kind)) - 1;
  if (reader.seen != all || !cap_measurement_is_sound(m)) {
    g_ptr_array_add(
        remarks, g_strdup_printf(N_("%s: does not say where it was measured: "
                                    "it is left out"),
                                 label));
    return NULL;
  }
  cap_measurement_work_out(m, place->volume);
  read_numbers(&reader, item);
  read_words(m, item);
  return g_steal_pointer(&m);
}
