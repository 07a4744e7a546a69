/* CapGlyph: see glyph.h. */
#include "ui/explain/glyph.h"

#include "core/language.h"
#include "ui/gestures.h"
#include "ui/keys.h"
#include "ui/label.h"
#include "ui/view/palette.h"

#include <math.h>
#include <string.h>

#define SIZE 74
#define REACH 1.6 /* spreads at which a spoke stops growing */

struct _CapGlyph {
  GtkWidget parent;
  char *name;
  CapCapsule capsule;
  float spread[CAP_POSE_DIM];
  gboolean filled, current;
  int spoke;
};

enum { PROP_SPOKE = 1, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];
enum { CHOSEN, SWEPT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(CapGlyph, cap_glyph, GTK_TYPE_WIDGET)

/* ---- picture ---- */

static void
set_color(cairo_t *cr, int hex, double opacity)
{
  const GdkRGBA color = CAP_RGB(hex, (float)opacity);
  gdk_cairo_set_source_rgba(cr, &color);
}

static double
spoke_length(const CapCapsule *capsule, int i)
{
  return CLAMP(capsule->pose[i] / CAP_GLYPH_SPREAD, -REACH, REACH);
}

static void
draw_spokes(cairo_t *cr, double circle, double unit, const CapCapsule *capsule,
            int chosen)
{
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  for (int i = 0; i < CAP_POSE_DIM; i++) {
    const double angle = 2 * G_PI * i / CAP_POSE_DIM - G_PI / 2;
    const double value = spoke_length(capsule, i);
    const double tip = circle + value * unit;
    set_color(cr, value >= 0 ? CAP_COLOR_TEXT : CAP_COLOR_SKY, 1);
    if (i == chosen)
      set_color(cr, CAP_COLOR_AMBER, 1);
    cairo_set_line_width(cr, i == chosen ? 3.4 : 2.2);
    cairo_move_to(cr, circle * cos(angle), circle * sin(angle));
    cairo_line_to(cr, tip * cos(angle), tip * sin(angle));
    cairo_stroke(cr);
  }
}

void
cap_glyph_draw(cairo_t *cr, double size, const CapCapsule *capsule, int spoke,
               gboolean current)
{
  const double rim = size / 2 - 3;        /* the arc of the length */
  const double circle = rim * 0.52;       /* the unit circle */
  const double unit = rim * 0.36 / REACH; /* one spread */
  cairo_save(cr);
  cairo_translate(cr, size / 2, size / 2);
  cairo_new_sub_path(cr);
  cairo_arc(cr, 0, 0, rim, 0, 2 * G_PI);
  set_color(cr, 0x3a424d, 1);
  cairo_set_line_width(cr, 1.5);
  cairo_stroke(cr);
  cairo_new_sub_path(cr);
  cairo_arc(cr, 0, 0, circle, 0, 2 * G_PI);
  set_color(cr, 0x7d8794, 1);
  cairo_set_line_width(cr, 1);
  cairo_stroke(cr);
  if (capsule != NULL) {
    draw_spokes(cr, circle, unit, capsule, spoke);
    const double length = CLAMP(capsule->length, 0.0, 1.0);
    if (length > 0) {
      cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
      cairo_new_sub_path(cr);
      cairo_arc(cr, 0, 0, rim, -G_PI / 2, -G_PI / 2 + 2 * G_PI * length);
      set_color(cr, current ? CAP_COLOR_AMBER : CAP_COLOR_GREEN, 1);
      cairo_set_line_width(cr, 3);
      cairo_stroke(cr);
    }
  }
  cairo_restore(cr);
}

/* ---- widget ---- */

static void
cap_glyph_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  const CapGlyph *self = CAP_GLYPH(widget);
  const double width = gtk_widget_get_width(widget);
  const double height = gtk_widget_get_height(widget);
  const double size = MIN(width, height);
  cairo_t *cr = gtk_snapshot_append_cairo(
      snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  cairo_translate(cr, (width - size) / 2, (height - size) / 2);
  CapCapsule scaled = self->capsule;
  for (int i = 0; i < CAP_POSE_DIM; i++)
    scaled.pose[i] *= (float)CAP_GLYPH_SPREAD / self->spread[i];
  cap_glyph_draw(cr, size, self->filled ? &scaled : NULL, self->spoke,
                 self->current);
  cairo_destroy(cr);
}

static void
cap_glyph_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                  int *minimum, int *natural, int *minimum_baseline,
                  int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
update_accessible(CapGlyph *self)
{
  g_autofree char *text =
      !self->filled ? g_strdup(_("No capsule"))
      : self->spoke < 0
          ? g_strdup_printf(_("Capsule length %.2f"), self->capsule.length)
          : g_strdup_printf(
                _("Capsule length %.2f, pose component %d is %+.2f"),
                self->capsule.length, self->spoke + 1,
                self->capsule.pose[self->spoke]);
  g_autofree char *shown = cap_label_minus(text);
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, shown, -1);
  gtk_widget_set_tooltip_text(GTK_WIDGET(self), shown);
}

static void
set_spoke(CapGlyph *self, int spoke)
{
  if (self->spoke == spoke)
    return;
  self->spoke = spoke;
  update_accessible(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
  g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_SPOKE]);
}

static void
sweep(CapGlyph *self, int by)
{
  if (self->spoke < 0)
    set_spoke(self, 0);
  g_signal_emit(self, signals[SWEPT], 0, by);
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code,
       GdkModifierType state, gpointer data)
{
  CapGlyph *self = data;
  if (!self->filled)
    return GDK_EVENT_PROPAGATE;
  key = cap_keys_off_pad(key);
  switch (key) {
  case GDK_KEY_Down:
    set_spoke(self, (self->spoke + 1) % CAP_POSE_DIM);
    return GDK_EVENT_STOP;
  case GDK_KEY_Up:
    set_spoke(self, (MAX(self->spoke, 0) + CAP_POSE_DIM - 1) % CAP_POSE_DIM);
    return GDK_EVENT_STOP;
  case GDK_KEY_Right:
  case GDK_KEY_Left:
    sweep(self, key == GDK_KEY_Right ? 1 : -1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Home:
    sweep(self, 0);
    return GDK_EVENT_STOP;
  case GDK_KEY_Return:
    g_signal_emit(self, signals[CHOSEN], 0);
    return GDK_EVENT_STOP;
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

/* The spoke whose direction is nearest to the click. */
static void
on_pressed(GtkGestureClick *click, int n_press, double x, double y,
           gpointer data)
{
  CapGlyph *self = data;
  gtk_widget_grab_focus(GTK_WIDGET(self));
  const double dx = x - gtk_widget_get_width(GTK_WIDGET(self)) / 2.0;
  const double dy = y - gtk_widget_get_height(GTK_WIDGET(self)) / 2.0;
  if (self->filled && hypot(dx, dy) > 4) {
    const double turn = (atan2(dy, dx) + G_PI / 2) / (2 * G_PI);
    set_spoke(self, (int)floor(turn * CAP_POSE_DIM + CAP_POSE_DIM + 0.5) %
                        CAP_POSE_DIM);
  }
  g_signal_emit(self, signals[CHOSEN], 0);
}

static void
get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_int(value, CAP_GLYPH(object)->spoke);
}

static void
finalize(GObject *object)
{
  g_free(CAP_GLYPH(object)->name);
  G_OBJECT_CLASS(cap_glyph_parent_class)->finalize(object);
}

static void
cap_glyph_class_init(CapGlyphClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  object->get_property = get_property;
  object->finalize = finalize;
  widget->snapshot = cap_glyph_snapshot;
  widget->measure = cap_glyph_measure;
  properties[PROP_SPOKE] =
      g_param_spec_int("spoke", NULL, NULL, -1, CAP_POSE_DIM - 1, -1,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties(object, N_PROPERTIES, properties);
  signals[CHOSEN] =
      g_signal_new("chosen", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SWEPT] =
      g_signal_new("swept", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_css_name(widget, "glyph");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
cap_glyph_init(CapGlyph *self)
{
  self->spoke = -1;
  for (int i = 0; i < CAP_POSE_DIM; i++)
    self->spread[i] = (float)CAP_GLYPH_SPREAD;
  gtk_widget_set_focusable(GTK_WIDGET(self), TRUE);
  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(key, "key-pressed", G_CALLBACK(on_key), self);
  gtk_widget_add_controller(GTK_WIDGET(self), key);
  GtkGesture *click = gtk_gesture_click_new();
  g_signal_connect(click, "pressed", G_CALLBACK(on_pressed), self);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(click));
  cap_gestures_end_unseen(GTK_WIDGET(self));
}

GtkWidget *
cap_glyph_new(const char *name)
{
  CapGlyph *self = g_object_new(CAP_TYPE_GLYPH, NULL);
  self->name = g_strdup(name);
  g_autofree char *label = g_strdup_printf(_("%s capsule"), name);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  update_accessible(self);
  return GTK_WIDGET(self);
}

void
cap_glyph_set_capsule(CapGlyph *self, const CapCapsule *capsule)
{
  self->filled = capsule != NULL;
  if (capsule != NULL)
    self->capsule = *capsule;
  update_accessible(self);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
cap_glyph_set_spread(CapGlyph *self, const float *spread)
{
  memcpy(self->spread, spread, sizeof self->spread);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

void
cap_glyph_set_current(CapGlyph *self, gboolean current)
{
  if (self->current == current)
    return;
  self->current = current;
  gtk_accessible_update_state(
      GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_STATE_PRESSED,
      current ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE,
      -1);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

int
cap_glyph_spoke(CapGlyph *self)
{
  return self->spoke;
}
