/* Pictures of patches: see patch_picture.h. */
#include "ui/explain/patch_picture.h"

#include <math.h>

enum { EDGE = CAP_PATCH };
static const double faint = 0.35;

/* Voxels A and B on both sides of the middle of PLANE at pixel (X, Y). */
static void
voxels_of(CapPlane plane, int x, int y, int *a, int *b)
{
  static const int below = EDGE / 2 - 1, above = EDGE / 2;
  const int z = EDGE - 1 - y; /* head up */
  switch (plane) {
  case CAP_PLANE_AXIAL:
    *a = (below * EDGE + y) * EDGE + x;
    *b = (above * EDGE + y) * EDGE + x;
    break;
  case CAP_PLANE_CORONAL:
    *a = (z * EDGE + below) * EDGE + x;
    *b = (z * EDGE + above) * EDGE + x;
    break;
  default:
    *a = (z * EDGE + x) * EDGE + below;
    *b = (z * EDGE + x) * EDGE + above;
  }
}

/* Pixels as cairo has them, one of RGB each 0 … 1. */
typedef void (*Shade)(gconstpointer data, int a, int b, double rgb[3]);

static void
paint(cairo_t *cr, CapPlane plane, double size, Shade shade, gconstpointer data)
{
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, EDGE, EDGE);
  if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
    const int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < EDGE; y++) {
      uint32_t *row =
          (uint32_t *)(cairo_image_surface_get_data(surface) + y * stride);
      for (int x = 0; x < EDGE; x++) {
        int a, b;
        double rgb[3];
        voxels_of(plane, x, y, &a, &b);
        shade(data, a, b, rgb);
        row[x] = 0;
        for (int c = 0; c < 3; c++)
          row[x] = row[x] << 8 | (uint32_t)lrint(255 * CLAMP(rgb[c], 0.0, 1.0));
      }
    }
    cairo_surface_mark_dirty(surface);
    cairo_save(cr);
    cairo_rectangle(cr, 0, 0, size, size);
    cairo_clip(cr);
    cairo_scale(cr, size / EDGE, size / EDGE);
    cairo_set_source_surface(cr, surface, 0, 0);
    cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BILINEAR);
    cairo_paint(cr);
    cairo_restore(cr);
  }
  cairo_surface_destroy(surface);
}

static void
shade_grey(gconstpointer data, int a, int b, double rgb[3])
{
  const CapPatchPicture *p = data;
  const double hu = ((double)p->hu[a] + (double)p->hu[b]) / 2;
  double grey = (hu - p->level_hu) / fmax(p->window_hu, 1) + 0.5;
  grey = CLAMP(grey, 0.0, 1.0);
  if (p->inside != NULL && !p->inside[a] && !p->inside[b])
    grey *= faint;
  rgb[0] = rgb[1] = rgb[2] = grey;
}

void
cap_patch_picture_draw(cairo_t *cr, const CapPatchPicture *picture,
                       CapPlane plane, double size)
{
  paint(cr, plane, size, shade_grey, picture);
}

void
cap_patch_picture_color(double difference_hu, double rgb[3])
{
  static const double blue[3] = {0.34, 0.71, 0.91}, orange[3] = {0.9, 0.62, 0};
  const double share = fmin(fabs(difference_hu) / CAP_PATCH_DIFFERENCE_HU, 1);
  for (int c = 0; c < 3; c++)
    rgb[c] = share * (difference_hu < 0 ? blue[c] : orange[c]);
}

typedef struct {
  const float *original, *rebuilt;
  const guint8 *inside;
} Pair;

static void
shade_difference(gconstpointer data, int a, int b, double rgb[3])
{
  const Pair *p = data;
  const double off = ((double)p->rebuilt[a] - (double)p->original[a] +
                      (double)p->rebuilt[b] - (double)p->original[b]) /
                     2;
  cap_patch_picture_color(p->inside[a] || p->inside[b] ? off : 0, rgb);
}

void
cap_patch_picture_difference(cairo_t *cr, const float *original,
                             const float *rebuilt, const guint8 *inside,
                             CapPlane plane, double size)
{
  const Pair pair = {original, rebuilt, inside};
  paint(cr, plane, size, shade_difference, &pair);
}
