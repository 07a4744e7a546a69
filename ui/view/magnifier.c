/* The magnifier: see magnifier.h. */
#include "ui/view/magnifier.h"

#include "ui/view/palette.h"

void
cap_magnifier_snapshot(GtkSnapshot *snapshot, const CapSliceKept *kept,
                       const CapViewport *port, double x, double y)
{
  const int side = (int)(CAP_MAGNIFIER_SIDE * port->scale);
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
  if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
    CapSliceView view = port->view;
    view.center_mm = cap_viewport_to_patient(port, x, y);
    view.mm_per_pixel /= CAP_MAGNIFIER_TIMES;
    cap_slice_render_from(kept, port->volume, &view, side, side,
                          cairo_image_surface_get_data(surface));
    cairo_surface_mark_dirty(surface);
    cairo_surface_set_device_scale(surface, port->scale, port->scale);
    const double left = x - CAP_MAGNIFIER_SIDE / 2.0;
    const double top = y - CAP_MAGNIFIER_SIDE / 2.0;
    const GdkRGBA edge = CAP_RGB(CAP_COLOR_QUIET, 1.0f);
    cairo_t *cr = gtk_snapshot_append_cairo(
        snapshot,
        &GRAPHENE_RECT_INIT((float)left - 2, (float)top - 2,
                            CAP_MAGNIFIER_SIDE + 4, CAP_MAGNIFIER_SIDE + 4));
    cairo_rectangle(cr, left - 1, top - 1, CAP_MAGNIFIER_SIDE + 2,
                    CAP_MAGNIFIER_SIDE + 2);
    gdk_cairo_set_source_rgba(cr, &edge);
    cairo_fill(cr);
    cairo_set_source_surface(cr, surface, left, top);
    cairo_paint(cr);
    cairo_destroy(cr);
  }
  cairo_surface_destroy(surface);
}
