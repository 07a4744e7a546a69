/* Groups that were drawn by hand: see drawn_group.h. */
#include "io/import/drawn_group.h"

#include "io/import/group.h"
#include "io/import/mark.h"

#include <math.h>
#include <string.h>

#define SAME 0.01 /* mm, or pixels: points nearer than that are one */
#define TOOLS                                                                  \
  "cornerstone" /* its identifiers name the tool, not what it is               \
                 */

/* ---- items ---- */

static gboolean
has_points(const CapContentItem *item)
{
  return item->type == CAP_SR_POINTS || item->type == CAP_SR_POINTS_3D;
}

static gboolean
is_shape(const CapContentItem *item)
{
  return has_points(item) && !g_str_equal(item->graphic, "POINT");
}

static const CapContentItem *
child_shape(const CapContentItem *item)
{
  for (guint i = 0; i < item->children->len; i++)
    if (is_shape(cap_content_child(item, i)))
      return cap_content_child(item, i);
  return NULL;
}

const CapContentItem *
cap_import_drawn_number(const CapContentItem *group, CapCodeId name)
{
  for (guint i = 0; i < group->children->len; i++) {
    const CapContentItem *child = cap_content_child(group, i);
    if (child->type == CAP_SR_NUMBER && cap_content_means(&child->name, name))
      return child;
  }
  return NULL;
}

const CapContentItem *
cap_import_drawn_length(const CapContentItem *group)
{
  const CapContentItem *length =
      cap_import_drawn_number(group, CAP_CODE_LENGTH);
  return length != NULL ? length
                        : cap_import_drawn_number(group, CAP_CODE_LONG_AXIS);
}

const CapContentItem *
cap_import_drawn_shape(const CapContentItem *group,
                       const CapContentItem *number)
{
  const CapContentItem *shape = number != NULL ? child_shape(number) : NULL;
  if (shape == NULL)
    shape = child_shape(group);
  for (guint i = 0; number == NULL && shape == NULL && i < group->children->len;
       i++)
    if (cap_content_child(group, i)->type == CAP_SR_NUMBER)
      shape = child_shape(cap_content_child(group, i));
  return shape;
}

/* ---- shapes ---- */

static gboolean
is_round(const CapContentItem *shape)
{
  return shape != NULL && (g_str_equal(shape->graphic, "ELLIPSE") ||
                           g_str_equal(shape->graphic, "CIRCLE"));
}

/* A line that ends where it began. */
static gboolean
is_closed(const CapContentItem *shape)
{
  const guint step = shape->type == CAP_SR_POINTS ? 2 : 3;
  if (g_str_equal(shape->graphic, "POLYGON"))
    return TRUE;
  if (shape->numbers == NULL || shape->numbers->len < 4 * step)
    return FALSE;
  const double *first = (const double *)shape->numbers->data;
  const double *last = first + shape->numbers->len - step;
  for (guint i = 0; i < step; i++)
    if (!(fabs(first[i] - last[i]) < SAME))
      return FALSE;
  return TRUE;
}

static gboolean
kind_of_shape(const CapContentItem *shape, CapMeasureKind *kind)
{
  if (shape == NULL)
    return FALSE;
  if (is_round(shape))
    *kind = CAP_MEASURE_ELLIPSE;
  else if (is_closed(shape))
    *kind = CAP_MEASURE_FREEHAND;
  else if (g_str_equal(shape->graphic, "POLYLINE"))
    *kind = CAP_MEASURE_LENGTH;
  else
    return FALSE;
  return TRUE;
}

static gboolean
kind_of_numbers(const CapContentItem *group, CapMeasureKind *kind)
{
  const CapContentItem *length = cap_import_drawn_length(group);
  const CapContentItem *area = cap_import_drawn_number(group, CAP_CODE_AREA);
  if (cap_import_drawn_number(group, CAP_CODE_ANGLE) != NULL)
    *kind = CAP_MEASURE_ANGLE;
  else if ((length != NULL || area != NULL) &&
           is_round(cap_import_drawn_shape(group, NULL)))
    *kind = CAP_MEASURE_ELLIPSE; /* some call its area a length */
  else if (length != NULL &&
           cap_import_drawn_number(group, CAP_CODE_SHORT_AXIS) != NULL)
    *kind = CAP_MEASURE_AXES;
  else if (length != NULL)
    *kind = CAP_MEASURE_LENGTH;
  else if (area != NULL)
    *kind = CAP_MEASURE_FREEHAND;
  else
    return FALSE;
  return TRUE;
}

/* A region of which nothing but its HU was told: it was drawn to read them. */
static gboolean
is_of_density(const CapContentItem *group, CapMeasureKind *kind)
{
  return cap_import_drawn_number(group, CAP_CODE_ATTENUATION) != NULL &&
         kind_of_shape(cap_import_drawn_shape(group, NULL), kind) &&
         cap_measure_is_region(*kind);
}

gboolean
cap_import_drawn_kind(const CapContentItem *group, CapMeasureKind *kind)
{
  return kind_of_numbers(group, kind) ||
         kind_of_shape(cap_import_drawn_shape(group, NULL), kind);
}

/* ---- which groups ---- */

/* It lies in a segmentation, or has what only a finding has. */
static gboolean
is_of_a_body(const CapContentItem *group)
{
  for (guint i = 0; i < group->children->len; i++) {
    const CapContentItem *child = cap_content_child(group, i);
    if (child->type == CAP_SR_IMAGE && child->segment > 0)
      return TRUE;
  }
  const CapContentItem *center = cap_content_find(group, CAP_CODE_CENTER);
  return cap_import_drawn_number(group, CAP_CODE_VOLUME) != NULL ||
         (center != NULL && has_points(center));
}

/* It is rated, or typed, or said to be something. */
static gboolean
is_judged(const CapContentItem *group)
{
  for (guint i = 0; i < group->children->len; i++) {
    const CapContentItem *child = cap_content_child(group, i);
    if (child->type == CAP_SR_CODE && child->relation != CAP_SR_CONCEPT_MOD &&
        !cap_content_means(&child->name, CAP_CODE_SITE))
      return TRUE;
  }
  return FALSE;
}

/* It has points, and neither a number nor a judgement. */
static gboolean
is_bare(const CapContentItem *group)
{
  gboolean is_placed = FALSE;
  for (guint i = 0; i < group->children->len; i++) {
    const CapContentItem *child = cap_content_child(group, i);
    const gboolean is_place = cap_import_is_place(child);
    if (child->type == CAP_SR_NUMBER && !is_place)
      return FALSE;
    is_placed |= is_place || has_points(child);
  }
  return is_placed && !is_judged(group);
}

/* A text or a site tells what a bare group is about. */
static gboolean
is_told(const CapContentItem *group)
{
  const CapContentItem *comment = cap_content_find(group, CAP_CODE_COMMENT);
  const CapContentItem *name = cap_content_find(group, CAP_CODE_TRACKING_ID);
  if (name != NULL && *name->text != '\0' &&
      g_ascii_strncasecmp(name->text, TOOLS, strlen(TOOLS)) != 0)
    return TRUE;
  return (comment != NULL && *comment->text != '\0') ||
         cap_content_find(group, CAP_CODE_SITE) != NULL;
}

gboolean
cap_import_is_drawn(const CapContentItem *group)
{
  CapMeasureKind kind;
  const CapContentItem *finding = cap_content_find(group, CAP_CODE_FINDING);
  const CapContentItem *shape = cap_import_drawn_shape(group, NULL);
  if (is_of_a_body(group))
    return FALSE;
  if (finding == NULL && is_bare(group))
    return !is_told(group) ||
           (kind_of_shape(shape, &kind) && kind == CAP_MEASURE_LENGTH);
  if (!kind_of_numbers(group, &kind)) {
    if (!is_of_density(group, &kind))
      return FALSE;
    if (finding == NULL)
      return !is_judged(group);
  }
  if (finding == NULL)
    return shape != NULL;
  return kind == CAP_MEASURE_ANGLE || !cap_import_is_nodule(&finding->value);
}
