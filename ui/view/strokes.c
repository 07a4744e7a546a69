/* Lines on an image: see strokes.h. */
#include "ui/view/strokes.h"

#include "ui/view/palette.h"

#include <math.h>

#define LEADER_PX 14.0 /* labels farther off have a line */
#define LEADER_WIDTH 0.8
#define LEADER_ALPHA 0.7f

void
cap_stroke_with_halo(cairo_t *cr, const GdkRGBA *color, double width)
{
  const GdkRGBA halo = CAP_RGB(CAP_COLOR_HALO, 0.75f * color->alpha);
  gdk_cairo_set_source_rgba(cr, &halo);
  cairo_set_line_width(cr, width + 2);
  cairo_stroke_preserve(cr);
  gdk_cairo_set_source_rgba(cr, color);
  cairo_set_line_width(cr, width);
  cairo_stroke(cr);
}

void
cap_stroke_leader(GtkSnapshot *snapshot, double x, double y, CapBox label,
                  const GdkRGBA *color)
{
  if (cap_box_gap((CapBox){x, y, 0, 0}, label) < LEADER_PX)
    return;
  const double to_x = CLAMP(x, label.x, label.x + label.width);
  const double to_y = CLAMP(y, label.y, label.y + label.height);
  GdkRGBA faint = *color;
  faint.alpha *= LEADER_ALPHA;
  cairo_t *cr = gtk_snapshot_append_cairo(
      snapshot, &GRAPHENE_RECT_INIT(
                    (float)fmin(x, to_x) - 3, (float)fmin(y, to_y) - 3,
                    (float)fabs(x - to_x) + 6, (float)fabs(y - to_y) + 6));
  cairo_move_to(cr, x, y);
  cairo_line_to(cr, to_x, to_y);
  cap_stroke_with_halo(cr, &faint, LEADER_WIDTH);
  cairo_destroy(cr);
}
