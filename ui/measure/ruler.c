/* CapRuler: see ruler.h. */
#include "ui/measure/ruler.h"

#include "core/image/point.h"
#include "core/measure/caliper.h"
#include "core/measure/freehand.h"

#define SAME_PLANE_MM 0.01
#define STEP_MM 0.2 /* of an outline: less is no new point */

struct _CapRuler {
  GObject parent;
  int selected, grip;
  CapMeasurement *draft;
  CapMeasureKind kind; /* of what is being drawn */
  CapPoint points[CAP_MEASUREMENT_MAX_ENDS];
  GArray *trace; /* of CapPoint: the outline that is drawn, in their place */
  int n_points;  /* of either */
};

enum { PROP_SELECTED = 1, PROP_N_POINTS, PROP_BUSY, PROP_GRIP, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];
static guint draft_changed;

G_DEFINE_FINAL_TYPE(CapRuler, cap_ruler, G_TYPE_OBJECT)

static void
get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  CapRuler *self = CAP_RULER(object);
  if (id == PROP_SELECTED)
    g_value_set_int(value, self->selected);
  else if (id == PROP_N_POINTS)
    g_value_set_int(value, self->n_points);
  else if (id == PROP_GRIP)
    g_value_set_int(value, self->grip);
  else
    g_value_set_boolean(value, self->draft != NULL);
}

static void
finalize(GObject *object)
{
  cap_measurement_free(CAP_RULER(object)->draft);
  g_array_unref(CAP_RULER(object)->trace);
  G_OBJECT_CLASS(cap_ruler_parent_class)->finalize(object);
}

static void
cap_ruler_class_init(CapRulerClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->get_property = get_property;
  object->finalize = finalize;
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  properties[PROP_SELECTED] =
      g_param_spec_int("selected", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_N_POINTS] =
      g_param_spec_int("n-points", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_BUSY] =
      g_param_spec_boolean("busy", NULL, NULL, FALSE, flags);
  properties[PROP_GRIP] = g_param_spec_int("grip", NULL, NULL, CAP_GRIP_NONE,
                                           G_MAXINT, CAP_GRIP_NONE, flags);
  g_object_class_install_properties(object, N_PROPERTIES, properties);
  draft_changed =
      g_signal_new("draft-changed", CAP_TYPE_RULER, G_SIGNAL_RUN_LAST, 0, NULL,
                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_ruler_init(CapRuler *self)
{
  self->grip = CAP_GRIP_NONE;
  self->trace = g_array_new(FALSE, FALSE, sizeof(CapPoint));
}

CapRuler *
cap_ruler_new(void)
{
  return g_object_new(CAP_TYPE_RULER, NULL);
}

int
cap_ruler_selected(CapRuler *self)
{
  return self->selected;
}

void
cap_ruler_select(CapRuler *self, int id)
{
  if (self->selected == id)
    return;
  self->selected = id;
  cap_ruler_set_grip(self, CAP_GRIP_NONE);
  g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_SELECTED]);
}

const CapMeasurement *
cap_ruler_draft(CapRuler *self)
{
  return self->draft;
}

/* DRAFT (takes) instead of the one before. */
static void
replace_draft(CapRuler *self, CapMeasurement *draft)
{
  const gboolean was_busy = self->draft != NULL;
  cap_measurement_free(self->draft);
  self->draft = draft;
  if (was_busy != (draft != NULL))
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_BUSY]);
  g_signal_emit(self, draft_changed, 0);
}

void
cap_ruler_set_draft(CapRuler *self, CapMeasurement *draft,
                    const CapVolume *volume)
{
  cap_measurement_work_out(draft, volume);
  replace_draft(self, draft);
}

static void
set_n_points(CapRuler *self, int n)
{
  if (self->n_points == n)
    return;
  self->n_points = n;
  g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_N_POINTS]);
}

gboolean
cap_ruler_cancel(CapRuler *self)
{
  if (self->draft == NULL && self->n_points == 0)
    return FALSE;
  set_n_points(self, 0);
  replace_draft(self, NULL);
  return TRUE;
}

/* ---- the grip ---- */

int
cap_ruler_grip(CapRuler *self)
{
  return self->grip;
}

void
cap_ruler_set_grip(CapRuler *self, int grip)
{
  if (self->grip == grip)
    return;
  self->grip = grip;
  g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_GRIP]);
}

/* ---- drawing ---- */

int
cap_ruler_n_points(CapRuler *self)
{
  return self->n_points;
}

/* AT_MM lies on the plane of VIEW that the points before are on. */
static gboolean
is_on_plane(CapRuler *self, const CapRulerView *view, CapPoint at_mm)
{
  const CapPoint normal = cap_point_cross(view->axis[0], view->axis[1]);
  const CapPoint *points = self->kind == CAP_MEASURE_FREEHAND
                               ? (const CapPoint *)self->trace->data
                               : self->points;
  for (int i = 0; i < self->n_points; i++)
    if (fabs(cap_point_dot(cap_point_sub(at_mm, points[i]), normal)) >
        SAME_PLANE_MM)
      return FALSE;
  return TRUE;
}

static gboolean
is_flat(CapMeasureKind kind)
{
  return kind == CAP_MEASURE_AXES || kind == CAP_MEASURE_ELLIPSE;
}

/* The draft of the first N points. */
static void
draw(CapRuler *self, const CapRulerView *view, int n)
{
  if (n >= 2)
    cap_ruler_set_draft(
        self, cap_caliper_draw(self->kind, self->points, n, view->axis),
        view->volume);
}

/* The draft of the outline so far, and of NEXT (NULL: nothing) after it. */
static void
draw_outline(CapRuler *self, const CapRulerView *view, const CapPoint *next)
{
  CapMeasurement *draft = cap_measurement_new(CAP_MEASURE_FREEHAND);
  g_array_append_vals(draft->outline_mm, self->trace->data, self->trace->len);
  if (next != NULL)
    g_array_append_val(draft->outline_mm, *next);
  cap_freehand_close(draft->outline_mm);
  cap_ruler_set_draft(self, draft, view->volume);
}

void
cap_ruler_follow(CapRuler *self, const CapRulerView *view, CapPoint at_mm)
{
  const int n = self->n_points;
  if (n > 0 && self->kind == CAP_MEASURE_FREEHAND) {
    if (is_on_plane(self, view, at_mm))
      draw_outline(self, view, &at_mm);
    return;
  }
  if (n == 0 || n >= cap_caliper_n_points(self->kind) ||
      (is_flat(self->kind) && !is_on_plane(self, view, at_mm)))
    return;
  self->points[n] = at_mm;
  /* The first line of two stays as it is until the second one has begun. */
  draw(self, view, self->kind == CAP_MEASURE_AXES && n == 2 ? 2 : n + 1);
}

gboolean
cap_ruler_place(CapRuler *self, CapMeasureKind kind, const CapRulerView *view,
                CapPoint at_mm)
{
  if (self->n_points > 0 &&
      (kind != self->kind ||
       (is_flat(kind) && !is_on_plane(self, view, at_mm))))
    cap_ruler_cancel(self);
  self->kind = kind;
  self->points[self->n_points] = at_mm;
  draw(self, view, self->n_points + 1);
  set_n_points(self, self->n_points + 1);
  return self->n_points == cap_caliper_n_points(kind);
}

void
cap_ruler_trace(CapRuler *self, const CapRulerView *view, CapPoint at_mm)
{
  if (self->n_points > 0 &&
      (self->kind != CAP_MEASURE_FREEHAND || !is_on_plane(self, view, at_mm)))
    cap_ruler_cancel(self);
  if (self->n_points == 0)
    g_array_set_size(self->trace, 0);
  self->kind = CAP_MEASURE_FREEHAND;
  const guint n = self->trace->len;
  if (n >= CAP_FREEHAND_MAX_POINTS ||
      (n > 0 && cap_point_distance(g_array_index(self->trace, CapPoint, n - 1),
                                   at_mm) < STEP_MM))
    return;
  g_array_append_val(self->trace, at_mm);
  draw_outline(self, view, NULL);
  set_n_points(self, (int)n + 1);
}

gboolean
cap_ruler_is_round(CapRuler *self, CapPoint at_mm, double reach_mm)
{
  const guint n = self->trace->len;
  if (self->kind != CAP_MEASURE_FREEHAND || self->n_points < 3)
    return FALSE;
  return cap_point_distance(g_array_index(self->trace, CapPoint, 0), at_mm) <=
             reach_mm ||
         cap_point_distance(g_array_index(self->trace, CapPoint, n - 1),
                            at_mm) < STEP_MM;
}

/* Without what only followed the pointer. */
void
cap_ruler_end_trace(CapRuler *self, const CapRulerView *view)
{
  if (self->kind == CAP_MEASURE_FREEHAND && self->n_points > 0)
    draw_outline(self, view, NULL);
}

CapMeasurement *
cap_ruler_take(CapRuler *self)
{
  CapMeasurement *draft = g_steal_pointer(&self->draft);
  if (draft != NULL && !cap_measurement_is_sound(draft))
    g_clear_pointer(&draft, cap_measurement_free);
  set_n_points(self, 0);
  g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_BUSY]);
  g_signal_emit(self, draft_changed, 0);
  return draft;
}
