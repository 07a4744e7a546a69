/* CapLook: see look.h. */
#include "ui/session/look.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "ui/view/preset.h"

#include <math.h>

#define SLAB_MM 10.0 /* what lung MIPs are read at */
#define HEAT_OPACITY_START 0.6

struct _CapLook {
  GObject parent;
  double window_hu, level_hu;
  CapSlab slab;
  double heat_opacity;
  gboolean invert, interpolate, crosshair, magnify, wheel_to_head;
};

enum {
  WINDOW = 1,
  LEVEL,
  SLAB,
  SLAB_THICKNESS,
  INVERT,
  INTERPOLATE,
  CROSSHAIR,
  MAGNIFY,
  HEAT_OPACITY,
  WHEEL_TO_HEAD,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE(CapLook, cap_look, G_TYPE_OBJECT)

static gboolean *
flag_of(CapLook *self, guint id)
{
  return id == INVERT        ? &self->invert
         : id == INTERPOLATE ? &self->interpolate
         : id == CROSSHAIR   ? &self->crosshair
         : id == MAGNIFY     ? &self->magnify
                             : &self->wheel_to_head;
}

static void
get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CapLook *self = CAP_LOOK(object);
  switch (id) {
  case WINDOW:
    g_value_set_double(value, self->window_hu);
    break;
  case LEVEL:
    g_value_set_double(value, self->level_hu);
    break;
  case SLAB:
    g_value_set_int(value, self->slab.kind);
    break;
  case SLAB_THICKNESS:
    g_value_set_double(value, self->slab.thickness_mm);
    break;
  case HEAT_OPACITY:
    g_value_set_double(value, self->heat_opacity);
    break;
  case INVERT:
  case INTERPOLATE:
  case CROSSHAIR:
  case MAGNIFY:
  case WHEEL_TO_HEAD:
    g_value_set_boolean(value, *flag_of(self, id));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void
set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  CapLook *self = CAP_LOOK(object);
  CapSlab slab = self->slab;
  switch (id) {
  case SLAB:
    slab.kind = g_value_get_int(value);
    break;
  case SLAB_THICKNESS:
    slab.thickness_mm = g_value_get_double(value);
    break;
  case HEAT_OPACITY:
    if (self->heat_opacity == g_value_get_double(value))
      return;
    self->heat_opacity = g_value_get_double(value);
    break;
  case INVERT:
  case INTERPOLATE:
  case CROSSHAIR:
  case MAGNIFY:
  case WHEEL_TO_HEAD:
    if (*flag_of(self, id) == g_value_get_boolean(value))
      return;
    *flag_of(self, id) = g_value_get_boolean(value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    return;
  }
  if (id == SLAB || id == SLAB_THICKNESS) {
    if (slab.kind == self->slab.kind &&
        slab.thickness_mm == self->slab.thickness_mm)
      return;
    self->slab = slab;
  }
  g_object_notify_by_pspec(object, pspec);
}

static void
cap_look_class_init(CapLookClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->get_property = get_property;
  object->set_property = set_property;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags both =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamSpec **p = properties;
  p[WINDOW] = g_param_spec_double("window", NULL, NULL, CAP_LOOK_WINDOW_MIN_HU,
                                  CAP_LOOK_WINDOW_MAX_HU,
                                  cap_presets[0].window_hu, read);
  p[LEVEL] =
      g_param_spec_double("level", NULL, NULL, CAP_LOOK_LEVEL_MIN_HU,
                          CAP_LOOK_LEVEL_MAX_HU, cap_presets[0].level_hu, read);
  p[SLAB] = g_param_spec_int("slab", NULL, NULL, 0, CAP_N_SLAB_KINDS - 1,
                             CAP_SLAB_OFF, both);
  p[SLAB_THICKNESS] =
      g_param_spec_double("slab-thickness", NULL, NULL, CAP_LOOK_SLAB_MIN_MM,
                          CAP_LOOK_SLAB_MAX_MM, SLAB_MM, both);
  p[INVERT] = g_param_spec_boolean("invert", NULL, NULL, FALSE, both);
  p[INTERPOLATE] = g_param_spec_boolean("interpolate", NULL, NULL, TRUE, both);
  p[CROSSHAIR] = g_param_spec_boolean("crosshair", NULL, NULL, TRUE, both);
  p[MAGNIFY] = g_param_spec_boolean("magnify", NULL, NULL, FALSE, both);
  p[HEAT_OPACITY] = g_param_spec_double("heat-opacity", NULL, NULL, 0, 1,
                                        HEAT_OPACITY_START, both);
  p[WHEEL_TO_HEAD] =
      g_param_spec_boolean("wheel-to-head", NULL, NULL, FALSE, both);
  g_object_class_install_properties(object, N_PROPERTIES, properties);
}

static void
cap_look_init(CapLook *self)
{
  self->window_hu = cap_presets[0].window_hu;
  self->level_hu = cap_presets[0].level_hu;
  self->slab.thickness_mm = SLAB_MM;
  self->heat_opacity = HEAT_OPACITY_START;
  self->interpolate = self->crosshair = TRUE;
}

CapLook *
cap_look_new(void)
{
  return g_object_new(CAP_TYPE_LOOK, NULL);
}

double
cap_look_window(CapLook *self)
{
  return self->window_hu;
}

double
cap_look_level(CapLook *self)
{
  return self->level_hu;
}

void
cap_look_set_window(CapLook *self, double window_hu, double level_hu)
{
  self->window_hu =
      CLAMP(window_hu, CAP_LOOK_WINDOW_MIN_HU, CAP_LOOK_WINDOW_MAX_HU);
  self->level_hu =
      CLAMP(level_hu, CAP_LOOK_LEVEL_MIN_HU, CAP_LOOK_LEVEL_MAX_HU);
  g_object_freeze_notify(G_OBJECT(self));
  g_object_notify_by_pspec(G_OBJECT(self), properties[WINDOW]);
  g_object_notify_by_pspec(G_OBJECT(self), properties[LEVEL]);
  g_object_thaw_notify(G_OBJECT(self));
}

CapSlab
cap_look_slab(CapLook *self)
{
  return self->slab;
}

void
cap_look_cycle_slab(CapLook *self)
{
  g_object_set(self, "slab", (self->slab.kind + 1) % CAP_N_SLAB_KINDS, NULL);
}

void
cap_look_step_slab(CapLook *self, int by)
{
  static const double steps_mm[] = {0.5, 1,  2,  3,  4,  5,  6,  8,  10, 12,
                                    15,  20, 25, 30, 40, 50, 60, 80, 100};
  const int n = G_N_ELEMENTS(steps_mm);
  const double now = self->slab.thickness_mm;
  int at = by > 0 ? 0 : n - 1;
  while (by > 0 ? at < n - 1 && steps_mm[at] <= now
                : at > 0 && steps_mm[at] >= now)
    at += by > 0 ? 1 : -1;
  g_object_set(self, "slab-thickness", steps_mm[at], NULL);
}

char *
cap_look_slab_text(CapSlab slab, unsigned unknown)
{
  static const char *const names[] = {N_("Single slice"), "MIP", N_("Average"),
                                      "MinIP"};
  return slab.kind == CAP_SLAB_OFF
             ? g_strdup(_(names[CAP_SLAB_OFF]))
             : g_strdup_printf("%s %.1f %s", _(names[slab.kind]),
                               slab.thickness_mm, cap_unit_length(unknown));
}

gboolean
cap_look_crosshair(CapLook *self)
{
  return self->crosshair;
}

gboolean
cap_look_magnify(CapLook *self)
{
  return self->magnify;
}

double
cap_look_heat_opacity(CapLook *self)
{
  return self->heat_opacity;
}

gboolean
cap_look_wheel_to_head(CapLook *self)
{
  return self->wheel_to_head;
}

void
cap_look_apply(CapLook *self, CapSliceView *view)
{
  view->window_hu = self->window_hu;
  view->level_hu = self->level_hu;
  view->invert = self->invert;
  view->interpolate = self->interpolate;
  view->slab = self->slab;
}
