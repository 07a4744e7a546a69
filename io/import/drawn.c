/* Measurements of other programs: see drawn.h. */
#include "io/import/drawn.h"

#include "core/image/point.h"
#include "core/language.h"
#include "io/import/drawn_group.h"
#include "io/import/group.h"

#include <math.h>
#include <string.h>

#define SAME_MM 0.01 /* points nearer than that are one */

typedef struct {
  const CapContentItem *item;
  const CapImportPlace *place;
  GPtrArray *remarks;
  CapMeasurement *m;
} Drawn;

typedef enum { LENGTH, ANGLE, AREA, DENSITY } Quantity;

/* Units, and how far a number may be off what the points measure: a share, and
 * as much as that where it is little. */
static const struct {
  Quantity quantity;
  const char *unit; /* UCUM */
  double factor;
} units[] = {
    {LENGTH, "mm", 1},          {LENGTH, "cm", 10}, {ANGLE, "deg", 1},
    {ANGLE, "rad", 180 / G_PI}, {AREA, "mm2", 1},   {AREA, "cm2", 100},
    {DENSITY, "[hnsf'U]", 1},
};
static const struct {
  double share, least;
} tolerances[] = {[LENGTH] = {0.02, 0.5},
                  [ANGLE] = {0.02, 0.5},
                  [AREA] = {0.1, 2},
                  [DENSITY] = {0.05, 10}};

/* ---- points ---- */

/* Of the shape of NUMBER; NULL with a remark. */
static GArray *
points_of(const Drawn *d, const CapContentItem *number)
{
  const CapContentItem *shape = cap_import_drawn_shape(d->item, number);
  const char *why = NULL;
  if (shape == NULL) {
    cap_content_remark(
        d->remarks, d->item,
        N_("does not say where it was measured: it is left out"));
    return NULL;
  }
  g_autoptr(GArray) points = cap_import_points(d->place, shape, &why);
  for (guint i = 0; points != NULL && i < points->len; i++)
    if (!(cap_point_length(g_array_index(points, CapPoint, i)) <
          CAP_IMPORT_FARTHEST_MM)) {
      g_clear_pointer(&points, g_array_unref);
      why = N_("has a point that is far outside");
    }
  if (points == NULL)
    cap_content_remark(d->remarks, shape, N_("%s: the measurement is left out"),
                       why);
  return g_steal_pointer(&points);
}

/* The two points of the line of NUMBER (NULL: of the group). */
static gboolean
take_line(const Drawn *d, const CapContentItem *number, CapPoint ends_mm[2])
{
  g_autoptr(GArray) points = points_of(d, number);
  if (points != NULL && points->len != 2)
    cap_content_remark(
        d->remarks, number != NULL ? number : d->item,
        N_("is along a line of %u points: only straight ones are read"),
        points->len);
  if (points == NULL || points->len != 2)
    return FALSE;
  memcpy(ends_mm, points->data, 2 * sizeof *ends_mm);
  return TRUE;
}

/* Three points, or two lines that meet in their inner ends. */
static gboolean
take_angle(const Drawn *d)
{
  const CapContentItem *number =
      cap_import_drawn_number(d->item, CAP_CODE_ANGLE);
  g_autoptr(GArray) points = points_of(d, number);
  if (points == NULL)
    return FALSE;
  const CapPoint *p = (const CapPoint *)points->data;
  if (points->len == 4 && cap_point_distance(p[1], p[2]) < SAME_MM)
    g_array_remove_index(points, 2);
  if (points->len == 4)
    cap_content_remark(
        d->remarks, number,
        N_("is between two lines that do not meet: only angles at "
           "a vertex are read"));
  else if (points->len != 3)
    cap_content_remark(d->remarks, number,
                       N_("has %u points, not the three of an angle"),
                       points->len);
  if (points->len != 3)
    return FALSE;
  memcpy(d->m->ends_mm, points->data, 3 * sizeof(CapPoint));
  return TRUE;
}

/* The middle and a point of the circle that lies on an image, as the ends of
 * two axes. */
static void
take_circle(const Drawn *d, const CapPoint *points)
{
  const CapPoint along = cap_point_sub(points[1], points[0]);
  const CapPoint across = cap_point_cross(d->place->volume->axis[2], along);
  const CapPoint half[2] = {along, across};
  for (int i = 0; i < 2; i++) {
    d->m->ends_mm[2 * i] = cap_point_sub(points[0], half[i]);
    d->m->ends_mm[2 * i + 1] = cap_point_add(points[0], half[i]);
  }
}

static gboolean
take_ellipse(const Drawn *d)
{
  const CapContentItem *shape = cap_import_drawn_shape(d->item, NULL);
  g_autoptr(GArray) points = points_of(d, NULL);
  const gboolean circle =
      g_str_equal(shape->graphic, "CIRCLE") && shape->type == CAP_SR_POINTS;
  if (points == NULL)
    return FALSE;
  if (points->len != (circle ? 2 : 4)) {
    cap_content_remark(d->remarks, shape,
                       N_("has not the points of its shape: it is left out"));
    return FALSE;
  }
  if (circle)
    take_circle(d, (const CapPoint *)points->data);
  else
    memcpy(d->m->ends_mm, points->data, 4 * sizeof(CapPoint));
  return TRUE;
}

/* The first point may come again at the end. */
static gboolean
take_outline(const Drawn *d)
{
  g_autoptr(GArray) points = points_of(d, NULL);
  if (points == NULL)
    return FALSE;
  const guint n = points->len;
  const gboolean closed =
      n > 1 &&
      cap_point_distance(g_array_index(points, CapPoint, 0),
                         g_array_index(points, CapPoint, n - 1)) < SAME_MM;
  g_array_append_vals(d->m->outline_mm, points->data, closed ? n - 1 : n);
  return TRUE;
}

static gboolean
take_points(const Drawn *d)
{
  switch (d->m->kind) {
  case CAP_MEASURE_LENGTH:
    return take_line(d, cap_import_drawn_length(d->item), d->m->ends_mm);
  case CAP_MEASURE_AXES:
    return take_line(d, cap_import_drawn_length(d->item), d->m->ends_mm) &&
           take_line(d, cap_import_drawn_number(d->item, CAP_CODE_SHORT_AXIS),
                     d->m->ends_mm + 2);
  case CAP_MEASURE_ANGLE:
    return take_angle(d);
  case CAP_MEASURE_ELLIPSE:
    return take_ellipse(d);
  default:
    return take_outline(d);
  }
}

/* ---- numbers ---- */

/* What NUMBER says goes before VALUE, which the points measure, unless one of
 * them must be wrong. */
static void
take_number(const Drawn *d, const CapContentItem *number, Quantity quantity,
            double *value)
{
  double told = NAN;
  if (number == NULL || !isfinite(number->number))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(units); i++)
    if (units[i].quantity == quantity &&
        g_str_equal(units[i].unit, number->value.value))
      told = number->number * units[i].factor;
  const double most = fmax(tolerances[quantity].share * fabs(*value),
                           tolerances[quantity].least);
  if (!isfinite(told))
    cap_content_remark(
        d->remarks, number,
        N_("the unit “%s” is not one for it: what its points measure is kept"),
        number->value.value);
  else if (fabs(told - *value) > most)
    cap_content_remark(
        d->remarks, number,
        N_("says %.1f where its points measure %.1f, which is kept"), told,
        *value);
  else
    *value = told;
}

/* The HU of a region. Others count the voxels at its edge otherwise. */
static void
take_densities(const Drawn *d)
{
  const struct {
    CapCodeId derivation;
    double *value;
  } rows[] = {{CAP_CODE_DEVIATION, &d->m->hu_sd},
              {CAP_CODE_MINIMUM, &d->m->hu_min},
              {CAP_CODE_MAXIMUM, &d->m->hu_max},
              {CAP_CODE_MEAN, &d->m->hu_mean}};
  for (guint i = 0; i < d->item->children->len; i++) {
    const CapContentItem *number = cap_content_child(d->item, i);
    if (number->type != CAP_SR_NUMBER ||
        !cap_content_means(&number->name, CAP_CODE_ATTENUATION))
      continue;
    const CapContentItem *derivation =
        cap_content_find(number, CAP_CODE_DERIVATION);
    for (guint k = 0; k < G_N_ELEMENTS(rows); k++)
      if (derivation != NULL
              ? cap_content_means(&derivation->value, rows[k].derivation)
              : rows[k].derivation == CAP_CODE_MEAN)
        take_number(d, number, DENSITY, rows[k].value);
  }
}

static void
take_numbers(const Drawn *d)
{
  CapMeasurement *m = d->m;
  const CapContentItem *area = cap_import_drawn_number(d->item, CAP_CODE_AREA);
  switch (m->kind) {
  case CAP_MEASURE_LENGTH:
  case CAP_MEASURE_AXES:
    take_number(d, cap_import_drawn_length(d->item), LENGTH, &m->long_mm);
    if (m->kind == CAP_MEASURE_LENGTH)
      break;
    take_number(d, cap_import_drawn_number(d->item, CAP_CODE_SHORT_AXIS),
                LENGTH, &m->short_mm);
    m->mean_diameter_mm = (m->long_mm + m->short_mm) / 2;
    break;
  case CAP_MEASURE_ANGLE:
    take_number(d, cap_import_drawn_number(d->item, CAP_CODE_ANGLE), ANGLE,
                &m->angle_deg);
    break;
  default:
    take_number(d, area, AREA, &m->area_mm2);
    take_densities(d);
  }
}

/* ---- words ---- */

static void
take_words(const Drawn *d)
{
  const CapContentItem *comment = cap_content_find(d->item, CAP_CODE_COMMENT);
  const CapContentItem *finding = cap_content_find(d->item, CAP_CODE_FINDING);
  const CapContentItem *site = cap_content_find(d->item, CAP_CODE_SITE);
  const CapContentItem *uid = cap_content_find(d->item, CAP_CODE_TRACKING_UID);
  if (uid != NULL)
    cap_import_take_uid(&d->m->tracking_uid, uid->text);
  g_autoptr(GString) name = g_string_new(NULL);
  if (comment != NULL && *comment->text != '\0')
    g_string_append(name, comment->text);
  else if (finding != NULL)
    g_string_append(name, finding->value.meaning);
  if (site != NULL && *site->value.meaning != '\0' &&
      (comment == NULL || *comment->text == '\0'))
    g_string_append_printf(name, "%s%s", name->len > 0 ? ", " : "",
                           site->value.meaning);
  g_free(d->m->name);
  d->m->name = g_strdup(g_strstrip(name->str));
}

CapMeasurement *
cap_import_drawn(const CapContentItem *item, const CapImportPlace *place,
                 GPtrArray *remarks)
{
  CapMeasureKind kind = CAP_MEASURE_LENGTH;
  const gboolean is_known = cap_import_drawn_kind(item, &kind);
  g_autoptr(CapMeasurement) m = cap_measurement_new(kind);
  const Drawn d = {item, place, remarks, m};
  if (!is_known) {
    cap_content_remark(d.remarks, item,
                       N_("is a mark that nothing is said of: it is left out"));
    return NULL;
  }
  if (!take_points(&d))
    return NULL;
  if (!cap_measurement_is_sound(m)) {
    cap_content_remark(
        d.remarks, item,
        N_("its points enclose or span nothing: it is left out"));
    return NULL;
  }
  cap_measurement_work_out(m, place->volume);
  take_numbers(&d);
  take_words(&d);
  return g_steal_pointer(&m);
}
