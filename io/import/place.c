/* Where reports are read back: see place.h. */
#include "io/import/place.h"

#include <math.h>

const CapReportImage *
cap_import_image(const CapImportPlace *place, const char *sop_uid, int frame)
{
  for (guint i = 0; place->images != NULL && i < place->images->len; i++) {
    const CapReportImage *image = place->images->pdata[i];
    if (image != NULL && g_str_equal(image->sop_uid, sop_uid) &&
        (image->frame == 0 || image->frame == frame))
      return image;
  }
  return NULL;
}

static gboolean
is_elsewhere(const CapImportPlace *place, const CapContentItem *item)
{
  const char *ours = place->volume->source->frame_of_reference_uid;
  return *ours != '\0' && *item->frame_of_reference != '\0' &&
         !g_str_equal(ours, item->frame_of_reference);
}

GArray *
cap_import_points(const CapImportPlace *place, const CapContentItem *item,
                  const char **why)
{
  const gboolean flat = item->type == CAP_SR_POINTS;
  const guint step = flat ? 2 : 3;
  const CapReportImage *image = NULL;
  for (guint i = 0; flat && image == NULL && i < item->children->len; i++) {
    const CapContentItem *child = cap_content_child(item, i);
    if (child->type == CAP_SR_IMAGE)
      image = cap_import_image(place, child->sop_uid, child->frame);
  }
  *why = flat && image == NULL ? "lies on an image that is not in the series"
                               : "has no complete point";
  if ((flat && image == NULL) || item->numbers->len < step ||
      item->numbers->len % step != 0)
    return NULL;
  if (!flat && is_elsewhere(place, item)) {
    *why = "lies in another frame of reference";
    return NULL;
  }
  GArray *points = g_array_new(FALSE, FALSE, sizeof(CapPoint));
  const double *v = (const double *)item->numbers->data;
  for (guint i = 0; i < item->numbers->len; i += step) {
    const CapPoint at = flat ? cap_report_from_pixel(image, v + i)
                             : (CapPoint){v[i], v[i + 1], v[i + 2]};
    g_array_append_val(points, at);
  }
  return points;
}

CapPoint
cap_import_middle(const GArray *points, const char *graphic)
{
  CapPoint low = g_array_index(points, CapPoint, 0), high = low;
  const gboolean first = /* what follows is on the circle, or an arrow's tail */
      g_str_equal(graphic, "CIRCLE") || g_str_equal(graphic, "POINT");
  for (guint i = 1; i < points->len && !first; i++) {
    const CapPoint p = g_array_index(points, CapPoint, i);
    low = (CapPoint){fmin(low.x, p.x), fmin(low.y, p.y), fmin(low.z, p.z)};
    high = (CapPoint){fmax(high.x, p.x), fmax(high.y, p.y), fmax(high.z, p.z)};
  }
  return (CapPoint){(low.x + high.x) / 2, (low.y + high.y) / 2,
                    (low.z + high.z) / 2};
}
