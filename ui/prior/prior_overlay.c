/* An earlier scan over the present one: see prior_overlay.h. */
#include "ui/prior/prior_overlay.h"

#include "core/image/slice_mapped.h"
#include "ui/follow.h"

#define FADE 0.5
#define SQUARE 48 /* of the checkerboard, logical pixels */

typedef struct {
  CapPane *pane; /* owns this */
  CapPriorStudy *prior;
  cairo_surface_t *surface;
} Overlay;

/* The image of PORT out of the earlier scan; FALSE where memory is short. */
static gboolean
render(Overlay *overlay, const CapViewport *port)
{
  const CapTransform map =
      cap_prior_map_transform(cap_prior_study_map(overlay->prior));
  const CapSliceSource from = {
      cap_session_volume(cap_prior_study_session(overlay->prior)), &map};
  g_clear_pointer(&overlay->surface, cairo_surface_destroy);
  overlay->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32,
                                                port->width, port->height);
  if (cairo_surface_status(overlay->surface) != CAIRO_STATUS_SUCCESS)
    return FALSE;
  cap_slice_render_mapped(port->volume, &port->view, &from, port->width,
                          port->height,
                          cairo_image_surface_get_data(overlay->surface));
  cairo_surface_mark_dirty(overlay->surface);
  cairo_surface_set_device_scale(overlay->surface, port->scale, port->scale);
  return TRUE;
}

/* Every other square of a board. */
static void
add_squares(cairo_t *cr, double width, double height)
{
  for (int row = 0; row * SQUARE < height; row++)
    for (int column = row % 2; column * SQUARE < width; column += 2)
      cairo_rectangle(cr, column * SQUARE, row * SQUARE, SQUARE, SQUARE);
}

static void
draw(GtkSnapshot *snapshot, const CapViewport *port, gpointer data)
{
  Overlay *overlay = data;
  const CapPriorOverlay kind = cap_prior_study_overlay(overlay->prior);
  if (kind == CAP_PRIOR_OVERLAY_OFF ||
      !cap_prior_study_is_shown(overlay->prior) ||
      cap_session_volume(cap_prior_study_session(overlay->prior)) == NULL ||
      !render(overlay, port))
    return;
  const double width = cap_viewport_screen_width(port);
  const double height = cap_viewport_screen_height(port);
  cairo_t *cr = gtk_snapshot_append_cairo(
      snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  cairo_set_source_surface(cr, overlay->surface, 0, 0);
  if (kind == CAP_PRIOR_OVERLAY_FADE) {
    cairo_paint_with_alpha(cr, FADE);
  } else {
    add_squares(cr, width, height);
    cairo_fill(cr);
  }
  cairo_destroy(cr);
}

static void
overlay_free(gpointer data)
{
  Overlay *overlay = data;
  g_clear_pointer(&overlay->surface, cairo_surface_destroy);
  g_free(overlay);
}

static void
on_changed(Overlay *overlay)
{
  gtk_widget_queue_draw(GTK_WIDGET(overlay->pane));
}

void
cap_prior_overlay_attach(CapPane *pane, CapPriorStudy *prior)
{
  static const char *const signals[] = {"notify::overlay", "notify::shown",
                                        "map-changed"};
  Overlay *overlay = g_new0(Overlay, 1);
  overlay->pane = pane;
  overlay->prior = prior;
  g_object_set_data_full(G_OBJECT(pane), "cap-prior-overlay", overlay,
                         overlay_free);
  for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
    cap_follow(pane, prior, signals[i], G_CALLBACK(on_changed), overlay);

  cap_pane_set_underlay(pane, draw, overlay);
}
