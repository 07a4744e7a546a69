/* CapOverview: see overview.h. */
#include "ui/view/overview.h"

#include "core/language.h"
#include "ui/gestures.h"
#include "ui/view/annotation.h"
#include "ui/view/marks.h"
#include "ui/view/palette.h"

#include <math.h>

#define WHOLE_MM 1e6 /* deeper than any volume */
#define RING_MIN 6.0 /* logical pixels */
#define MARGIN 8
/* The window that the right one is looked for in, and what it leaves out. */
#define SEARCH_WINDOW_HU 1400
#define SEARCH_LEVEL_HU -450
#define DARK_SHARE 0.05
#define BRIGHT_SHARE 0.005

struct _CapOverview {
  GtkWidget parent;
  CapSession *session;
  GskRenderNode *image; /* of PORT */
  CapViewport port;
  guint serial;
  CapSlabCache *slab;
  CapTextCache *texts;
};

G_DEFINE_FINAL_TYPE(CapOverview, cap_overview, GTK_TYPE_WIDGET)

/* FALSE while there is nothing to show. A volume that still grows would be laid
 * over itself again for every slice. */
static gboolean
find_port(CapOverview *self, CapViewport *port)
{
  const CapVolume *volume = cap_session_volume(self->session);
  const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(self));
  const int width = gtk_widget_get_width(GTK_WIDGET(self)) * scale;
  const int height = gtk_widget_get_height(GTK_WIDGET(self)) * scale;
  if (volume == NULL || width <= 0 || height <= 0 ||
      !cap_session_is_complete(self->session))
    return FALSE;
  *port = (CapViewport){.volume = volume,
                        .view = {.plane = CAP_PLANE_CORONAL,
                                 .window_hu = SEARCH_WINDOW_HU,
                                 .level_hu = SEARCH_LEVEL_HU,
                                 .interpolate = TRUE,
                                 .slab = {CAP_SLAB_MEAN, WHOLE_MM}},
                        .width = width,
                        .height = height,
                        .scale = scale};
  port->view.mm_per_pixel = cap_viewport_fit(volume, CAP_PLANE_CORONAL, width,
                                             height, &port->view.center_mm);
  return TRUE;
}

/* ---- image ---- */

/* The grey below which SHARE of N pixels counted in HISTOGRAM lie. */
static int
percentile(const guint histogram[256], double n, double share)
{
  double sum = 0;
  int grey = 0;
  while (grey < 255 && (sum += histogram[grey]) < n * share)
    grey++;
  return grey;
}

/* The window that shows what PIXELS, drawn with PORT's, hold. */
static void
find_window(CapViewport *port, const uint8_t *pixels)
{
  guint histogram[256] = {0};
  const int n = port->width * port->height;
  for (int i = 0; i < n; i++)
    histogram[pixels[4 * i]]++;
  const double from = percentile(histogram, n, DARK_SHARE);
  const double to = percentile(histogram, n, 1 - BRIGHT_SHARE);
  CapSliceView *view = &port->view;
  const double step = view->window_hu / 255;
  const double low = view->level_hu - view->window_hu / 2;
  view->level_hu = low + step * (from + to) / 2;
  view->window_hu = fmax(step * (to - from), 50);
}

static void
update_image(CapOverview *self, CapViewport *port)
{
  const guint serial = cap_session_serial(self->session);
  if (self->image != NULL && self->serial == serial &&
      self->port.width == port->width && self->port.height == port->height)
    return;
  if (self->serial != serial)
    cap_slab_cache_forget(self->slab);
  g_clear_pointer(&self->image, gsk_render_node_unref);
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, port->width, port->height);
  if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
    const CapSliceKept kept = {.slab = self->slab};
    uint8_t *pixels = cairo_image_surface_get_data(surface);
    cap_slice_render_from(&kept, port->volume, &port->view, port->width,
                          port->height, pixels);
    find_window(port, pixels);
    cap_slice_render_from(&kept, port->volume, &port->view, port->width,
                          port->height, pixels);
    cairo_surface_mark_dirty(surface);
    cairo_surface_set_device_scale(surface, port->scale, port->scale);
    self->image = gsk_cairo_node_new(
        &GRAPHENE_RECT_INIT(0, 0, (float)cap_viewport_screen_width(port),
                            (float)cap_viewport_screen_height(port)));
    cairo_t *cr = gsk_cairo_node_get_draw_context(self->image);
    cairo_set_source_surface(cr, surface, 0, 0);
    cairo_paint(cr);
    cairo_destroy(cr);
  }
  cairo_surface_destroy(surface);
  self->port = *port;
  self->serial = serial;
}

/* ---- marks ---- */

static double
ring_radius(const CapViewport *port, const CapFinding *finding)
{
  return fmax(RING_MIN,
              3 + cap_viewport_zoom(port) * finding->mean_diameter_mm / 2);
}

static void
draw_marks(CapOverview *self, GtkSnapshot *snapshot, const CapViewport *port)
{
  GListModel *items = cap_session_visible_items(self->session);
  const guint n = g_list_model_get_n_items(items);
  if (n == 0)
    return;
  cairo_t *cr = gtk_snapshot_append_cairo(
      snapshot,
      &GRAPHENE_RECT_INIT(0, 0, (float)cap_viewport_screen_width(port),
                          (float)cap_viewport_screen_height(port)));
  for (guint i = 0; i < n; i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    const CapFinding *f = cap_finding_item_get(item);
    double x, y;
    cap_viewport_to_screen(port, f->center_mm, &x, &y);
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cap_marks_draw_ring(cr, item, ring_radius(port, f));
    if (item == cap_session_selected(self->session)) {
      const GdkRGBA white = CAP_RGB(CAP_COLOR_TEXT, 1.0f);
      gdk_cairo_set_source_rgba(cr, &white);
      cairo_set_line_width(cr, 1.5);
      cairo_new_sub_path(cr);
      cairo_arc(cr, 0, 0, ring_radius(port, f) + 4, 0, 2 * G_PI);
      cairo_stroke(cr);
    }
    cairo_restore(cr);
  }
  cairo_destroy(cr);
}

static void
draw_title(CapOverview *self, GtkSnapshot *snapshot, const char *text)
{
  cap_text_cache_draw(self->texts, snapshot, text,
                      &(CapTextPlace){.x = MARGIN,
                                      .y = MARGIN,
                                      .color = CAP_RGB(CAP_COLOR_QUIET, 1)});
}

static void
cap_overview_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  CapOverview *self = CAP_OVERVIEW(widget);
  CapViewport port;
  if (!find_port(self, &port)) {
    if (cap_session_volume(self->session) != NULL)
      draw_title(self, snapshot, _("Overview: when all slices are read"));
    return;
  }
  update_image(self, &port);
  const float width = (float)gtk_widget_get_width(widget);
  const float height = (float)gtk_widget_get_height(widget);
  gtk_snapshot_push_clip(snapshot, &GRAPHENE_RECT_INIT(0, 0, width, height));
  if (self->image != NULL)
    gtk_snapshot_append_node(snapshot, self->image);
  if (!cap_session_marks_hidden(self->session)) {
    cap_annotation_crosshair(snapshot, &port,
                             cap_session_crosshair(self->session));
    draw_marks(self, snapshot, &port);
    cap_annotation_letters(snapshot, &port, self->texts);
    draw_title(self, snapshot, _("Overview"));
  }
  gtk_snapshot_pop(snapshot);
}

/* ---- going there ---- */

static CapFindingItem *
pick(CapOverview *self, const CapViewport *port, double x, double y)
{
  GListModel *items = cap_session_visible_items(self->session);
  CapFindingItem *best = NULL;
  double nearest = INFINITY;
  for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
    /* The model keeps the item alive while this runs. */
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    const CapFinding *f = cap_finding_item_get(item);
    double at_x, at_y;
    cap_viewport_to_screen(port, f->center_mm, &at_x, &at_y);
    const double distance = hypot(at_x - x, at_y - y);
    if (distance <= ring_radius(port, f) + 2 && distance < nearest) {
      nearest = distance;
      best = item;
    }
  }
  return best;
}

/* The depth of the cross-hair stays. */
static void
move_crosshair(CapOverview *self, const CapViewport *port, double x, double y)
{
  const CapPoint now = cap_session_position(self->session);
  const int depth = cap_slice_index(port->volume, CAP_PLANE_CORONAL, now);
  cap_session_set_position(
      self->session,
      cap_slice_at_index(port->volume, CAP_PLANE_CORONAL, depth,
                         cap_viewport_to_patient(port, x, y)),
      FALSE);
}

static void
on_begin(GtkGestureDrag *drag, double x, double y, CapOverview *self)
{
  CapViewport port;
  if (!find_port(self, &port))
    return;
  CapFindingItem *item = pick(self, &port, x, y);
  if (item != NULL)
    cap_session_select(self->session, item, TRUE);
  else
    move_crosshair(self, &port, x, y);
}

static void
on_update(GtkGestureDrag *drag, double dx, double dy, CapOverview *self)
{
  CapViewport port;
  double x, y;
  if (gtk_gesture_drag_get_start_point(drag, &x, &y) && hypot(dx, dy) > 3 &&
      find_port(self, &port))
    move_crosshair(self, &port, x + dx, y + dy);
}

/* ---- widget ---- */

static void
cap_overview_css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS(cap_overview_parent_class)->css_changed(widget, change);
  cap_text_cache_clear(CAP_OVERVIEW(widget)->texts);
}

static void
cap_overview_dispose(GObject *object)
{
  CapOverview *self = CAP_OVERVIEW(object);
  g_clear_pointer(&self->image, gsk_render_node_unref);
  g_clear_pointer(&self->slab, cap_slab_cache_free);
  g_clear_pointer(&self->texts, cap_text_cache_free);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_overview_parent_class)->dispose(object);
}

static void
cap_overview_class_init(CapOverviewClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_overview_dispose;
  widget->snapshot = cap_overview_snapshot;
  widget->css_changed = cap_overview_css_changed;
  gtk_widget_class_set_css_name(widget, "pane");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cap_overview_init(CapOverview *self)
{
  self->slab = cap_slab_cache_new();
  self->texts = cap_text_cache_new(GTK_WIDGET(self));
  GtkGesture *drag = gtk_gesture_drag_new();
  g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), self);
  g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drag));
  cap_gestures_end_unseen(GTK_WIDGET(self));
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
      _("Overview: the whole chest from the front"), -1);
}

GtkWidget *
cap_overview_new(CapSession *session)
{
  CapOverview *self = g_object_new(CAP_TYPE_OVERVIEW, NULL);
  self->session = g_object_ref(session);
  static const char *const signals[] = {
      "volume-changed",   "marks-changed",        "position-changed",
      "notify::selected", "notify::marks-hidden", "notify::phase"};
  for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
    g_signal_connect_object(session, signals[i],
                            G_CALLBACK(gtk_widget_queue_draw), self,
                            G_CONNECT_SWAPPED);
  return GTK_WIDGET(self);
}
