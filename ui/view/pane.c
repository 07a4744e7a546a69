/* CapPane: see pane.h. */
#include "ui/view/pane.h"

#include "core/language.h"
#include "ui/edit/edit_input.h"
#include "ui/explain/heat.h"
#include "ui/measure/measure_input.h"
#include "ui/measure/measurement_marks.h"
#include "ui/measure/measuring.h"
#include "ui/view/annotation.h"
#include "ui/view/magnifier.h"
#include "ui/view/marks.h"
#include "ui/view/palette.h"
#include "ui/view/pane_image.h"
#include "ui/view/pane_input.h"

#include <math.h>

#define ZOOM_CLOSEST 0.02 /* mm per device pixel */
#define ZOOM_FARTHEST 10.0

struct _CapPane {
  GtkWidget parent;
  CapSession *session;
  CapPlane plane;
  gboolean detailed;

  gboolean
      fitted; /* follows the widget's size until the reader zooms or pans */
  double mm_per_pixel; /* device pixels */
  CapPoint center_mm;  /* in-plane middle of the view */

  CapPaneImage *image;
  CapTextCache *texts;
  CapMarks *marks;
  CapHeat *heat;
  CapPaneOverlay overlay, underlay;
  gpointer overlay_data, underlay_data;
  CapPane *leader, *follower; /* borrowed; NULL: it is on its own */
  CapPaneMap map;             /* from the leader's volume */
  gpointer map_data;
};

G_DEFINE_FINAL_TYPE(CapPane, cap_pane, GTK_TYPE_WIDGET)

/* ---- geometry ---- */

/* Zoom or place have changed. */
static void
redraw(CapPane *self)
{
  gtk_widget_queue_draw(GTK_WIDGET(self));
  if (self->follower != NULL)
    gtk_widget_queue_draw(GTK_WIDGET(self->follower));
}

void
cap_pane_follow(CapPane *self, CapPane *leader, CapPaneMap map,
                gpointer user_data)
{
  self->leader = leader;
  self->map = map;
  self->map_data = user_data;
  leader->follower = self;
  redraw(self);
}

/* As the leader is zoomed and placed now. */
static void
take_after_leader(CapPane *self)
{
  CapViewport port;
  if (self->leader == NULL || !cap_pane_viewport(self->leader, &port))
    return;
  self->fitted = FALSE;
  self->mm_per_pixel = port.view.mm_per_pixel;
  self->center_mm = self->map(port.view.center_mm, self->map_data);
}

static void
fit_to(CapPane *self, const CapVolume *volume, int width, int height)
{
  self->mm_per_pixel =
      cap_viewport_fit(volume, self->plane, width, height, &self->center_mm);
}

gboolean
cap_pane_viewport(CapPane *self, CapViewport *port)
{
  const CapVolume *volume = cap_session_volume(self->session);
  const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(self));
  const int width = gtk_widget_get_width(GTK_WIDGET(self)) * scale;
  const int height = gtk_widget_get_height(GTK_WIDGET(self)) * scale;
  if (volume == NULL || width <= 0 || height <= 0)
    return FALSE;
  take_after_leader(self);
  if (self->fitted)
    fit_to(self, volume, width, height);
  const int index =
      cap_slice_index(volume, self->plane, cap_session_position(self->session));
  *port =
      (CapViewport){.volume = volume,
                    .view = {.plane = self->plane,
                             .center_mm = cap_slice_at_index(
                                 volume, self->plane, index, self->center_mm),
                             .mm_per_pixel = self->mm_per_pixel},
                    .width = width,
                    .height = height,
                    .scale = scale};
  cap_look_apply(cap_session_look(self->session), &port->view);
  return TRUE;
}

void
cap_pane_zoom(CapPane *self, double factor, double x, double y)
{
  CapViewport port;
  if (self->leader != NULL) {
    cap_pane_zoom(self->leader, factor, x, y);
    return;
  }
  if (!cap_pane_viewport(self, &port))
    return;
  const CapPoint kept = cap_viewport_to_patient(&port, x, y);
  self->fitted = FALSE;
  self->mm_per_pixel =
      CLAMP(self->mm_per_pixel / factor, ZOOM_CLOSEST, ZOOM_FARTHEST);
  cap_pane_viewport(self, &port);
  const CapPoint now = cap_viewport_to_patient(&port, x, y);
  self->center_mm.x += kept.x - now.x;
  self->center_mm.y += kept.y - now.y;
  self->center_mm.z += kept.z - now.z;
  redraw(self);
}

void
cap_pane_pan(CapPane *self, double dx, double dy)
{
  CapViewport port;
  if (self->leader != NULL) {
    cap_pane_pan(self->leader, dx, dy);
    return;
  }
  if (!cap_pane_viewport(self, &port))
    return;
  self->fitted = FALSE;
  self->center_mm =
      cap_viewport_to_patient(&port, cap_viewport_screen_width(&port) / 2 - dx,
                              cap_viewport_screen_height(&port) / 2 - dy);
  redraw(self);
}

void
cap_pane_fit(CapPane *self)
{
  CapPane *pane = self->leader != NULL ? self->leader : self;
  pane->fitted = TRUE;
  redraw(pane);
}

gboolean
cap_pane_is_fitted(CapPane *self)
{
  return self->fitted;
}

CapImageField
cap_pane_field(CapPane *self)
{
  CapViewport port;
  if (!cap_pane_viewport(self, &port))
    return (CapImageField){CAP_FIELD_UNKNOWN};
  if (self->fitted)
    return (CapImageField){CAP_FIELD_WHOLE};
  return (CapImageField){CAP_FIELD_PART, port.view.center_mm,
                         port.width * port.view.mm_per_pixel,
                         port.height * port.view.mm_per_pixel};
}

CapPlane
cap_pane_plane(CapPane *self)
{
  return self->plane;
}

void
cap_pane_set_detailed(CapPane *self, gboolean detailed)
{
  self->detailed = detailed;
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

CapSession *
cap_pane_session(CapPane *self)
{
  return self->session;
}

void
cap_pane_set_overlay(CapPane *self, CapPaneOverlay overlay, gpointer user_data)
{
  self->overlay = overlay;
  self->overlay_data = user_data;
}

void
cap_pane_set_underlay(CapPane *self, CapPaneOverlay underlay,
                      gpointer user_data)
{
  self->underlay = underlay;
  self->underlay_data = user_data;
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

CapFindingItem *
cap_pane_pick(CapPane *self, double x, double y)
{
  CapViewport port;
  if (!cap_pane_viewport(self, &port) ||
      cap_session_marks_hidden(self->session))
    return NULL;
  return cap_marks_pick(self->marks, &port, x, y);
}

int
cap_pane_pick_measurement(CapPane *self, double x, double y, int *end)
{
  CapViewport port;
  *end = -1;
  if (!cap_pane_viewport(self, &port) ||
      cap_session_marks_hidden(self->session))
    return 0;
  return cap_measurement_marks_pick(self->session, &port, x, y, end);
}

/* ---- drawing ---- */

static void
snapshot_focus(CapPane *self, GtkSnapshot *snapshot, float width, float height)
{
  if (!gtk_widget_has_visible_focus(GTK_WIDGET(self)))
    return;
  const GdkRGBA c = CAP_RGB(CAP_COLOR_SKY, 0.9f);
  GskRoundedRect outline;
  gsk_rounded_rect_init_from_rect(&outline,
                                  &GRAPHENE_RECT_INIT(0, 0, width, height), 0);
  gtk_snapshot_append_border(snapshot, &outline, (float[]){1, 1, 1, 1},
                             (GdkRGBA[]){c, c, c, c});
}

static void
snapshot_magnifier(CapPane *self, GtkSnapshot *snapshot,
                   const CapViewport *port)
{
  CapPoint at;
  double x, y;
  if (!cap_look_magnify(cap_session_look(self->session)) ||
      !cap_session_pointer(self->session, self->plane, &at))
    return;
  cap_viewport_to_screen(port, at, &x, &y);
  const CapSliceKept kept = cap_pane_image_kept(self->image);
  cap_magnifier_snapshot(snapshot, &kept, port, x, y);
}

static void
cap_pane_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  CapPane *self = CAP_PANE(widget);
  const float width = (float)gtk_widget_get_width(widget);
  const float height = (float)gtk_widget_get_height(widget);
  CapViewport port;
  if (!cap_pane_viewport(self, &port))
    return;
  GskRenderNode *image = cap_pane_image_node(self->image, &port,
                                             cap_session_serial(self->session));
  gtk_snapshot_push_clip(snapshot, &GRAPHENE_RECT_INIT(0, 0, width, height));
  if (image != NULL)
    gtk_snapshot_append_node(snapshot, image);
  if (self->underlay != NULL)
    self->underlay(snapshot, &port, self->underlay_data);
  if (!cap_session_marks_hidden(self->session)) {
    CapFindingItem *explained = cap_session_explained(self->session);
    const CapHeatStyle heat = {
        explained, cap_session_capsule(self->session),
        cap_look_heat_opacity(cap_session_look(self->session))};
    if (explained != NULL)
      cap_heat_snapshot(self->heat, snapshot, &port, &heat);
    if (cap_look_crosshair(cap_session_look(self->session)))
      cap_annotation_crosshair(snapshot, &port,
                               cap_session_crosshair(self->session));
    g_autoptr(CapLabelLayout) labels = cap_label_layout_new(width, height);
    cap_annotation_keep_letters(&port, self->texts, labels);
    cap_marks_snapshot(self->marks, snapshot, &port, self->texts, labels);
    cap_measurement_marks_snapshot(self->session, snapshot, &port, self->texts,
                                   labels);
    const CapAnnotationStyle style = {.texts = self->texts,
                                      .detailed = self->detailed};
    cap_annotation_texts(snapshot, &port, self->session, &style);
    if (explained != NULL && self->detailed)
      cap_heat_legend(snapshot, &port, self->texts, &heat);
  }
  snapshot_magnifier(self, snapshot, &port);
  if (self->overlay != NULL)
    self->overlay(snapshot, &port, self->overlay_data);
  snapshot_focus(self, snapshot, width, height);
  gtk_snapshot_pop(snapshot);
}

/* ---- following the session ---- */

static void
update_accessible(CapPane *self)
{
  const CapVolume *volume = cap_session_volume(self->session);
  if (volume == NULL)
    return;
  const CapPoint at = cap_session_position(self->session);
  g_autofree char *slice = g_strdup_printf(
      _("Slice %d of %d"), cap_slice_index(volume, self->plane, at) + 1,
      cap_slice_count(volume, self->plane));
  g_autofree char *grip = cap_measuring_grip_text(self->session);
  g_autofree char *text =
      grip != NULL ? g_strdup_printf("%s\n%s", grip, slice) : g_strdup(slice);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
on_volume(CapPane *self)
{
  cap_pane_image_forget(self->image);
  cap_marks_clear(self->marks);
  cap_heat_clear(self->heat);
  if (cap_session_volume(self->session) != NULL &&
      !cap_session_keeps_place(self->session))
    self->fitted = TRUE;
  update_accessible(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
on_marks(CapPane *self)
{
  cap_marks_clear(self->marks);
  cap_heat_clear(self->heat);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
on_position(CapPane *self, gboolean center)
{
  CapViewport port; /* settles the zoom of a view that was fitted until now */
  if (center && (!self->fitted || (gtk_widget_get_mapped(GTK_WIDGET(self)) &&
                                   cap_pane_viewport(self, &port)))) {
    self->fitted = FALSE;
    self->center_mm = cap_session_position(self->session);
  }
  update_accessible(self);
  redraw(self);
}

/* All of what was seen is seen again, however this pane is shaped. */
static void
on_key_image(CapPane *self, CapKeyImage *image)
{
  const CapReviewImage *key = cap_key_image_get(image);
  const CapImageField *field = &key->field;
  CapViewport port;
  if (key->plane != self->plane || self->leader != NULL ||
      field->kind == CAP_FIELD_UNKNOWN || !cap_pane_viewport(self, &port))
    return;
  self->fitted = field->kind == CAP_FIELD_WHOLE;
  if (!self->fitted) {
    self->center_mm = field->center_mm;
    self->mm_per_pixel = CLAMP(
        fmax(field->width_mm / port.width, field->height_mm / port.height),
        ZOOM_CLOSEST, ZOOM_FARTHEST);
  }
  redraw(self);
}

static void
on_ruler(CapPane *self)
{
  update_accessible(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
on_pointer(CapPane *self)
{
  if (cap_look_magnify(cap_session_look(self->session)))
    gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
bind(CapPane *self, CapSession *session)
{
  self->session = g_object_ref(session);
  self->marks = cap_marks_new(session);
  const struct {
    const char *signal;
    GCallback callback;
  } handlers[] = {
      {"volume-changed", G_CALLBACK(on_volume)},
      {"marks-changed", G_CALLBACK(on_marks)},
      {"position-changed", G_CALLBACK(on_position)},
      {"key-image-shown", G_CALLBACK(on_key_image)},
      {"pointer-changed", G_CALLBACK(on_pointer)},
      {"planes-arrived", G_CALLBACK(gtk_widget_queue_draw)},
      {"notify::explain", G_CALLBACK(gtk_widget_queue_draw)},
      {"notify::capsule", G_CALLBACK(gtk_widget_queue_draw)},
      {"notify::selected", G_CALLBACK(gtk_widget_queue_draw)},
      {"notify::marks-hidden", G_CALLBACK(gtk_widget_queue_draw)},
  };
  for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
    g_signal_connect_object(session, handlers[i].signal, handlers[i].callback,
                            self, G_CONNECT_SWAPPED);
  g_signal_connect_object(cap_session_key_images(session), "items-changed",
                          G_CALLBACK(gtk_widget_queue_draw), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(cap_session_look(session), "notify",
                          G_CALLBACK(gtk_widget_queue_draw), self,
                          G_CONNECT_SWAPPED);
  static const char *const changes[] = {"draft-changed", "notify::selected",
                                        "notify::grip"};
  for (guint i = 0; i < G_N_ELEMENTS(changes); i++)
    g_signal_connect_object(cap_session_ruler(session), changes[i],
                            G_CALLBACK(on_ruler), self, G_CONNECT_SWAPPED);
}

/* ---- widget ---- */

static void
cap_pane_css_changed(GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS(cap_pane_parent_class)->css_changed(widget, change);
  cap_text_cache_clear(CAP_PANE(widget)->texts);
}

static void
cap_pane_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                 int *minimum, int *natural, int *minimum_baseline,
                 int *natural_baseline)
{
  *minimum = 120;
  *natural = 340;
}

static void
cap_pane_dispose(GObject *object)
{
  CapPane *self = CAP_PANE(object);
  if (self->leader != NULL)
    self->leader->follower = NULL;
  if (self->follower != NULL)
    self->follower->leader = NULL;
  self->leader = self->follower = NULL;
  g_clear_pointer(&self->image, cap_pane_image_free);
  g_clear_pointer(&self->marks, cap_marks_free);
  g_clear_pointer(&self->heat, cap_heat_free);
  g_clear_pointer(&self->texts, cap_text_cache_free);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_pane_parent_class)->dispose(object);
}

static void
cap_pane_class_init(CapPaneClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_pane_dispose;
  widget->snapshot = cap_pane_snapshot;
  widget->measure = cap_pane_measure;
  widget->css_changed = cap_pane_css_changed;
  gtk_widget_class_set_css_name(widget, "pane");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cap_pane_init(CapPane *self)
{
  self->fitted = TRUE;
  self->mm_per_pixel = 1;
  self->texts = cap_text_cache_new(GTK_WIDGET(self));
  self->heat = cap_heat_new();
  self->image = cap_pane_image_new();
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  gtk_widget_set_hexpand(GTK_WIDGET(self), TRUE);
  gtk_widget_set_vexpand(GTK_WIDGET(self), TRUE);
}

GtkWidget *
cap_pane_new(CapSession *session, CapPlane plane)
{
  CapPane *self = g_object_new(CAP_TYPE_PANE, NULL);
  self->plane = plane;
  bind(self, session);
  cap_pane_input_attach(self);
  cap_edit_input_attach(self);
  cap_measure_input_attach(self);
  g_autofree char *label =
      g_strdup_printf(_("%s view"), _(cap_slice_plane_name(plane, 0)));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return GTK_WIDGET(self);
}
