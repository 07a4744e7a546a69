/* One plane with its marks: see picture_view.h. */
#include "io/findings/picture_view.h"

#include "core/image/colormap.h"
#include "core/image/contour.h"
#include "core/image/unit.h"
#include "core/measure/routing_map.h"
#include "io/findings/drawing.h"
#include "io/findings/slice_picture.h"

#include <math.h>
#include <string.h>

#define WINDOW_HU 1500.0
#define LEVEL_HU (-600.0)
#define HEAT_OPACITY 0.65

double
cap_picture_field_mm(const CapFinding *finding)
{
  return CLAMP(3 * finding->long_axis_mm, 40.0, 140.0);
}

static CapSlicePicture
picture_of(const CapPictureView *view)
{
  double window_hu = WINDOW_HU, level_hu = LEVEL_HU;
  if (view->volume->source->unknown & CAP_UNKNOWN_HU) { /* all its values */
    int low, high;
    cap_volume_range(view->volume, &low, &high);
    window_hu = MAX(high - low, 1);
    level_hu = (low + high) / 2.0;
  }
  return (CapSlicePicture){
      .volume = view->volume,
      .view = {.plane = view->plane,
               .center_mm = view->finding->center_mm,
               .mm_per_pixel = view->field_mm / view->size,
               .window_hu = window_hu,
               .level_hu = level_hu,
               .interpolate = TRUE},
      .width = view->size,
      .height = view->size,
  };
}

/* The plane, heat and all. */
static void
draw_pixels(cairo_t *cr, const CapPictureView *view,
            const CapSlicePicture *picture)
{
  const gsize n = (gsize)view->size * view->size;
  g_autofree uint8_t *pixels = cap_slice_picture_render(picture);
  if (view->routing) {
    g_autofree float *map = g_new(float, n);
    cap_routing_map_render(view->volume, view->finding, 0, &picture->view,
                           view->size, view->size, map);
    cap_colormap_blend(map, n, HEAT_OPACITY, pixels);
  }
  cap_slice_picture_paint(cr, picture, pixels);
}

guint
cap_picture_status_colour(CapStatus status)
{
  switch (status) {
  case CAP_STATUS_ACCEPTED:
    return CAP_INK_GREEN;
  case CAP_STATUS_REJECTED:
    return CAP_INK_GREY;
  case CAP_STATUS_UNCERTAIN:
    return CAP_INK_SKY;
  default:
    return CAP_INK_AMBER;
  }
}

/* The ring's arc is as long as the finding is probable, from twelve o'clock on;
 * dashes say that the network was in two minds or a slice is missing nearby. */
static void
draw_ring(cairo_t *cr, const CapPictureView *view, double x, double y,
          double radius)
{
  const CapFinding *finding = view->finding;
  const guint colour = cap_picture_status_colour(finding->status);
  const double dashes[] = {6, 4};
  const gboolean unsure = finding->near_gap || (finding->probability > 0.3 &&
                                                finding->probability < 0.7);
  cairo_arc(cr, x, y, radius, 0, 2 * G_PI);
  cap_draw_colour(cr, colour, 0.25);
  cairo_set_line_width(cr, 1.5);
  cairo_stroke(cr);
  if (unsure)
    cairo_set_dash(cr, dashes, 2, 0);
  cairo_arc(cr, x, y, radius, -G_PI / 2,
            -G_PI / 2 + 2 * G_PI * CLAMP(finding->probability, 0.0, 1.0));
  cap_draw_stroke(cr, colour, 1.5);
  cairo_set_dash(cr, NULL, 0, 0);
}

static void
draw_label(cairo_t *cr, const CapPictureView *view, double x, double y,
           double radius)
{
  const CapFinding *finding = view->finding;
  char mm[32], p[32];
  g_ascii_formatd(mm, sizeof mm, "%.1f", finding->mean_diameter_mm);
  g_ascii_formatd(p, sizeof p, "%.2f", finding->probability);
  g_autofree char *text = g_strdup_printf(
      "%d  %s %s%s%s", finding->id, mm, cap_unit_length(finding->unknown),
      finding->unjudged ? "" : "  p ", finding->unjudged ? "" : p);
  CapTextStyle style = {.size = 14,
                        .colour = cap_picture_status_colour(finding->status),
                        .bold = TRUE,
                        .halo = TRUE};
  const double width = cap_draw_text_width(cr, &style, text);
  double left = x + radius * 0.72 + 4, top = y - radius * 0.72 - 18;
  left = CLAMP(left, 8, MAX(8, view->size - width - 8));
  cap_draw_text(cr, left, CLAMP(top, 26, view->size - 40), &style, text);
}

static void
draw_marks(cairo_t *cr, const CapPictureView *view,
           const CapSlicePicture *picture)
{
  double x, y;
  cap_slice_to_pixel(view->volume, &picture->view, view->size, view->size,
                     view->finding->center_mm, &x, &y);
  double radius =
      0.5 * view->finding->long_axis_mm / picture->view.mm_per_pixel;
  if (view->finding->mask != NULL) {
    g_autoptr(GArray) cut =
        cap_slice_picture_outline(cr, picture, view->finding->mask,
                                  view->routing ? 0xffffff : CAP_INK_SKY);
    radius = fmax(radius, cap_contour_radius(cut, x, y));
  }
  if (view->routing)
    return;
  radius = MIN(radius + 12, view->size * 0.48);
  draw_ring(cr, view, x + 0.5, y + 0.5, radius);
  draw_label(cr, view, x, y, radius);
}

static void
draw_name(cairo_t *cr, const CapPictureView *view)
{
  const int slice =
      cap_slice_index(view->volume, view->plane, view->finding->center_mm);
  const char *name =
      cap_slice_plane_name(view->plane, view->volume->source->unknown);
  g_autofree char *text =
      view->routing
          ? g_strdup_printf("%s, routing", name)
          : g_strdup_printf("%s %d/%d", name, slice + 1,
                            cap_slice_count(view->volume, view->plane));
  const CapTextStyle style = {.size = 13, .colour = CAP_INK_TEXT, .halo = TRUE};
  cap_draw_text(cr, 8, 6, &style, text);
}

void
cap_picture_view_draw(cairo_t *cr, double x, double y,
                      const CapPictureView *view)
{
  const CapSlicePicture picture = picture_of(view);
  cairo_save(cr);
  cairo_translate(cr, x, y);
  cairo_rectangle(cr, 0, 0, view->size, view->size);
  cairo_clip(cr);
  draw_pixels(cr, view, &picture);
  draw_marks(cr, view, &picture);
  cap_slice_picture_scale(cr, &picture);
  cap_slice_picture_letters(cr, &picture);
  draw_name(cr, view);
  cairo_restore(cr);
}
