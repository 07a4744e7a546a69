/* Measuring on a pane: see measure_input.h. */
#include "ui/measure/measure_input.h"

#include "core/image/point.h"
#include "core/image/slice_layout.h"
#include "core/language.h"
#include "core/measure/caliper.h"
#include "core/measure/freehand.h"
#include "ui/follow.h"
#include "ui/keys.h"
#include "ui/measure/measurement_marks.h"
#include "ui/measure/measuring.h"

#include <math.h>

#define DRAG_PX 4.0  /* less is a click */
#define ROUND_PX 8.0 /* from the beginning of an outline: it ends there */

typedef enum {
  DOING_NOTHING,
  DOING_DRAW, /* the button is down on a point that is being placed */
  DOING_MOVE, /* an end, or the whole */
} Doing;

typedef struct {
  CapPane *pane; /* owns this */
  Doing doing;
  gboolean last;          /* the point that is being placed is the last one */
  gboolean moved;         /* since the button went down */
  CapMeasurement *origin; /* what is being moved, as it was */
  int end;                /* of it, or corner; -1: the whole */
  GArray *corners;        /* of its outline, by which it is changed */
  CapPoint start_mm;
} Input;

static CapSession *
session_of(const Input *input)
{
  return cap_pane_session(input->pane);
}

static CapRuler *
ruler_of(const Input *input)
{
  return cap_session_ruler(session_of(input));
}

static gboolean
tool_kind(const Input *input, CapMeasureKind *kind)
{
  return cap_measuring_kind(cap_session_tool(session_of(input)), kind);
}

/* The view of the pane, and the point at (X, Y) of it. */
static gboolean
look_at(const Input *input, double x, double y, CapRulerView *view,
        CapPoint *at)
{
  CapViewport port;
  if (!cap_pane_viewport(input->pane, &port))
    return FALSE;
  const CapSliceLayout layout = cap_slice_layout(port.volume, port.view.plane);
  *view = (CapRulerView){
      .volume = port.volume,
      .plane = port.view.plane,
      .axis = {
          cap_point_scale(port.volume->axis[layout.right], layout.right_sign),
          cap_point_scale(port.volume->axis[layout.down], layout.down_sign)}};
  *at = cap_viewport_to_patient(&port, x, y);
  return TRUE;
}

static void
finish(const Input *input)
{
  CapMeasurement *done = cap_ruler_take(ruler_of(input));
  if (done != NULL)
    cap_measuring_add(session_of(input), done);
}

/* Whether AT ends the outline that is drawn. */
static gboolean
is_round(const Input *input, CapPoint at)
{
  CapViewport port;
  return cap_pane_viewport(input->pane, &port) &&
         cap_ruler_is_round(ruler_of(input), at,
                            ROUND_PX / cap_viewport_zoom(&port));
}

/* An outline that crosses itself has no inside: it is drawn again. */
static void
finish_outline(const Input *input, const CapRulerView *view)
{
  cap_ruler_end_trace(ruler_of(input), view);
  const CapMeasurement *draft = cap_ruler_draft(ruler_of(input));
  if (draft != NULL && !cap_measurement_is_sound(draft))
    g_signal_emit_by_name(session_of(input), "warning",
                          _("The outline crosses itself, or encloses nothing. "
                            "Draw it again."));
  finish(input);
}

/* ---- the left button ---- */

static void
begin_drawing(Input *input, const CapRulerView *view, CapPoint at)
{
  CapRuler *ruler = ruler_of(input);
  CapMeasureKind kind;
  tool_kind(input, &kind);
  input->doing = DOING_DRAW;
  if (kind == CAP_MEASURE_FREEHAND) {
    input->last = is_round(input, at);
    if (!input->last)
      cap_ruler_trace(ruler, view, at);
    return;
  }
  /* The last point is placed where the button comes up, so that it can still
   * be aimed. */
  input->last = cap_ruler_n_points(ruler) + 1 == cap_caliper_n_points(kind);
  if (input->last)
    cap_ruler_follow(ruler, view, at);
  else
    cap_ruler_place(ruler, kind, view, at);
}

static void
begin_moving(Input *input, int id, int end)
{
  CapSession *session = session_of(input);
  cap_ruler_select(ruler_of(input), id);
  cap_ruler_set_grip(ruler_of(input), CAP_GRIP_NONE);
  input->doing = DOING_MOVE;
  input->end = end;
  cap_measurement_free(input->origin);
  input->origin = cap_measurement_copy(cap_measuring_selected(session));
  g_clear_pointer(&input->corners, g_array_unref);
  CapViewport port;
  if (cap_pane_viewport(input->pane, &port))
    input->corners = cap_measurement_marks_corners(input->origin, &port);
  cap_ruler_set_draft(ruler_of(input), cap_measurement_copy(input->origin),
                      cap_session_volume(session));
}

static void
on_begin(GtkGestureDrag *drag, double x, double y, gpointer data)
{
  Input *input = data;
  CapRulerView view;
  CapMeasureKind kind;
  int end = -1;
  const CapTool tool = cap_session_tool(session_of(input));
  const gboolean measures = tool_kind(input, &kind);
  const gboolean ready =
      cap_session_phase(session_of(input)) == CAP_PHASE_READY &&
      (measures || tool == CAP_TOOL_NONE) &&
      look_at(input, x, y, &view, &input->start_mm);
  const int id = ready && cap_ruler_n_points(ruler_of(input)) == 0
                     ? cap_pane_pick_measurement(input->pane, x, y, &end)
                     : 0;
  input->moved = FALSE;
  if (ready && id == 0)
    cap_ruler_select(ruler_of(input), 0);
  if (!ready || (id == 0 && !measures)) {
    gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus(GTK_WIDGET(input->pane));
  if (id != 0)
    begin_moving(input, id, end);
  else
    begin_drawing(input, &view, input->start_mm);
}

static void
move_draft(Input *input, CapPoint at)
{
  CapMeasurement *draft = cap_measurement_copy(input->origin);
  if (input->end < 0)
    cap_caliper_move(draft, cap_point_sub(at, input->start_mm));
  else if (draft->kind == CAP_MEASURE_FREEHAND)
    cap_freehand_pull(draft->outline_mm, input->corners, input->end, at);
  else
    cap_caliper_move_end(draft, input->end, at);
  cap_ruler_set_draft(ruler_of(input), draft,
                      cap_session_volume(session_of(input)));
}

/* The button is down, and the pointer has come to AT. */
static void
draw_on(Input *input, const CapRulerView *view, CapPoint at)
{
  CapMeasureKind kind;
  if (!tool_kind(input, &kind))
    return;
  if (kind != CAP_MEASURE_FREEHAND)
    cap_ruler_follow(ruler_of(input), view, at);
  else if (!input->last && cap_ruler_n_points(ruler_of(input)) > 0) /* no Esc */
    cap_ruler_trace(ruler_of(input), view, at);
}

static void
on_update(GtkGestureDrag *drag, double dx, double dy, gpointer data)
{
  Input *input = data;
  CapRulerView view;
  CapPoint at;
  double x, y;
  input->moved = input->moved || hypot(dx, dy) >= DRAG_PX;
  if (input->doing == DOING_NOTHING || !input->moved ||
      !gtk_gesture_drag_get_start_point(drag, &x, &y) ||
      !look_at(input, x + dx, y + dy, &view, &at))
    return;
  if (input->doing == DOING_DRAW)
    draw_on(input, &view, at);
  else if (cap_ruler_draft(ruler_of(input)) == NULL)
    input->doing = DOING_NOTHING; /* Esc */
  else
    move_draft(input, at);
}

static void
end_drawing(Input *input, const CapRulerView *view, CapPoint at)
{
  CapRuler *ruler = ruler_of(input);
  CapMeasureKind kind;
  if (!tool_kind(input, &kind) ||
      (cap_ruler_n_points(ruler) == 0 && !input->last))
    return; /* Esc */
  if (kind == CAP_MEASURE_FREEHAND) {
    if (input->moved || input->last) /* else a corner was clicked */
      finish_outline(input, view);
    return;
  }
  if ((input->moved || input->last) && cap_ruler_place(ruler, kind, view, at))
    finish(input);
}

static void
end_moving(Input *input)
{
  if (input->moved)
    cap_measuring_keep_moved(session_of(input));
  else
    cap_ruler_cancel(ruler_of(input));
}

static void
on_end(GtkGestureDrag *drag, double dx, double dy, gpointer data)
{
  Input *input = data;
  const Doing doing = input->doing;
  CapRulerView view;
  CapPoint at;
  double x, y;
  input->doing = DOING_NOTHING;
  if (doing == DOING_NOTHING ||
      !gtk_gesture_drag_get_start_point(drag, &x, &y) ||
      !look_at(input, x + dx, y + dy, &view, &at))
    return;
  if (doing == DOING_DRAW)
    end_drawing(input, &view, at);
  else
    end_moving(input);
}

static void
on_cancel(GtkGesture *gesture, GdkEventSequence *sequence, gpointer data)
{
  Input *input = data;
  if (input->doing != DOING_NOTHING)
    cap_ruler_cancel(ruler_of(input));
  input->doing = DOING_NOTHING;
}

/* Between clicks, with the button up. */
static void
on_motion(GtkEventControllerMotion *motion, double x, double y, gpointer data)
{
  Input *input = data;
  CapRulerView view;
  CapPoint at;
  int end;
  if (input->doing != DOING_NOTHING)
    return;
  if (cap_ruler_n_points(ruler_of(input)) > 0) {
    if (look_at(input, x, y, &view, &at))
      cap_ruler_follow(ruler_of(input), &view, at);
    return;
  }
  const gboolean measures = tool_kind(input, NULL);
  if (!measures && cap_session_tool(session_of(input)) != CAP_TOOL_NONE)
    return;
  const int id = cap_pane_pick_measurement(input->pane, x, y, &end);
  gtk_widget_set_cursor_from_name(GTK_WIDGET(input->pane), id != 0 ? "move"
                                                           : measures
                                                               ? "crosshair"
                                                               : NULL);
}

/* ---- keys ---- */

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code,
       GdkModifierType state, gpointer data)
{
  Input *input = data;
  CapRulerView view;
  CapPoint unused;
  CapMeasureKind kind;
  if (cap_keys_off_pad(key) != GDK_KEY_Return || !tool_kind(input, &kind) ||
      !look_at(input, 0, 0, &view, &unused))
    return GDK_EVENT_PROPAGATE;
  const CapPoint at = cap_session_position(session_of(input));
  if (kind != CAP_MEASURE_FREEHAND) {
    if (cap_ruler_place(ruler_of(input), kind, &view, at))
      finish(input);
  } else if (is_round(input, at)) {
    finish_outline(input, &view);
  } else {
    cap_ruler_trace(ruler_of(input), &view, at);
  }
  return GDK_EVENT_STOP;
}

/* The cross-hair that keys move draws on. */
static void
on_position(Input *input)
{
  CapRulerView view;
  CapPoint unused;
  CapMeasureKind kind;
  if (input->doing == DOING_NOTHING && tool_kind(input, &kind) &&
      gtk_widget_is_focus(GTK_WIDGET(input->pane)) &&
      look_at(input, 0, 0, &view, &unused))
    cap_ruler_follow(ruler_of(input), &view,
                     cap_session_position(session_of(input)));
}

static void
input_free(gpointer data, GClosure *closure)
{
  Input *input = data;
  cap_measurement_free(input->origin);
  g_clear_pointer(&input->corners, g_array_unref);
  g_free(input);
}

void
cap_measure_input_attach(CapPane *pane)
{
  Input *input = g_new0(Input, 1);
  input->pane = pane;
  GtkGesture *drag = gtk_gesture_drag_new();
  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), GDK_BUTTON_PRIMARY);
  gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(drag),
                                             GTK_PHASE_CAPTURE);
  /* The controller, which the pane owns, owns the input. */
  g_signal_connect_data(drag, "drag-begin", G_CALLBACK(on_begin), input,
                        input_free, 0);
  g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), input);
  g_signal_connect(drag, "drag-end", G_CALLBACK(on_end), input);
  g_signal_connect(drag, "cancel", G_CALLBACK(on_cancel), input);
  gtk_widget_add_controller(GTK_WIDGET(pane), GTK_EVENT_CONTROLLER(drag));
  GtkEventController *motion = gtk_event_controller_motion_new();
  g_signal_connect(motion, "motion", G_CALLBACK(on_motion), input);
  gtk_widget_add_controller(GTK_WIDGET(pane), motion);
  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(key, "key-pressed", G_CALLBACK(on_key), input);
  gtk_widget_add_controller(GTK_WIDGET(pane), key);
  cap_follow(pane, cap_pane_session(pane), "position-changed",
             G_CALLBACK(on_position), input);
}
