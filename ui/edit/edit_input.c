/* Tools on a pane: see edit_input.h. */
#include "ui/edit/edit_input.h"

#include "ui/edit/edit.h"
#include "ui/follow.h"
#include "ui/measure/measuring.h"
#include "ui/view/palette.h"

#include <math.h>

typedef struct {
  CapPane *pane;   /* owns this */
  gboolean active; /* the button is down, with a tool */
  gboolean erase;
  gboolean inside; /* the pointer is over the pane */
  double pointer_x, pointer_y;
  CapPoint start_mm, last_mm;
  GArray *strokes; /* of CapMaskStroke */
} Input;

/* NONE also while the reader measures, which is not editing. */
static CapTool
tool_of(const Input *input)
{
  const CapTool tool = cap_session_tool(cap_pane_session(input->pane));
  return cap_measuring_kind(tool, NULL) ? CAP_TOOL_NONE : tool;
}

static gboolean
point_at(const Input *input, double x, double y, CapPoint *at)
{
  CapViewport port;
  if (!cap_pane_viewport(input->pane, &port))
    return FALSE;
  *at = cap_viewport_to_patient(&port, x, y);
  return TRUE;
}

static void
add_stroke(Input *input, CapPoint to)
{
  const CapMaskStroke stroke = {
      .plane = cap_pane_plane(input->pane),
      .from_mm = input->last_mm,
      .to_mm = to,
      .radius_mm = cap_session_brush_mm(cap_pane_session(input->pane)) / 2,
      .erase = input->erase};
  g_array_append_val(input->strokes, stroke);
}

static void
redraw(const Input *input)
{
  gtk_widget_queue_draw(GTK_WIDGET(input->pane));
}

/* ---- the left button ---- */

static void
on_begin(GtkGestureDrag *drag, double x, double y, gpointer data)
{
  Input *input = data;
  const GdkModifierType state =
      gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(drag));
  if (tool_of(input) == CAP_TOOL_NONE ||
      !point_at(input, x, y, &input->start_mm)) {
    gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus(GTK_WIDGET(input->pane));
  input->active = TRUE;
  input->erase = (state & GDK_SHIFT_MASK) != 0;
  input->last_mm = input->start_mm;
  g_array_set_size(input->strokes, 0);
  if (tool_of(input) == CAP_TOOL_BRUSH)
    add_stroke(input, input->start_mm);
  redraw(input);
}

static void
on_update(GtkGestureDrag *drag, double dx, double dy, gpointer data)
{
  Input *input = data;
  double x, y;
  CapPoint at;
  if (!input->active || !gtk_gesture_drag_get_start_point(drag, &x, &y) ||
      !point_at(input, x + dx, y + dy, &at))
    return;
  if (tool_of(input) == CAP_TOOL_BRUSH)
    add_stroke(input, at);
  input->last_mm = at;
  input->pointer_x = x + dx;
  input->pointer_y = y + dy;
  redraw(input);
}

static void
add_at(const Input *input, CapPoint at)
{
  gtk_widget_activate_action(GTK_WIDGET(input->pane), "win.add-at", "(ddd)",
                             at.x, at.y, at.z);
}

/* Joining and cutting are done once; the others go on until the tool is put
 * down. */
static void
on_end(GtkGestureDrag *drag, double dx, double dy, gpointer data)
{
  Input *input = data;
  CapSession *session = cap_pane_session(input->pane);
  const CapPoint a = input->start_mm, b = input->last_mm;
  double x, y;
  if (!input->active)
    return;
  input->active = FALSE;
  redraw(input);
  switch (tool_of(input)) {
  case CAP_TOOL_BRUSH:
    cap_edit_brush(session, input->strokes);
    break;
  case CAP_TOOL_MOVE:
    cap_edit_move(session, (CapPoint){b.x - a.x, b.y - a.y, b.z - a.z});
    break;
  case CAP_TOOL_CUT:
    cap_edit_cut(session, cap_pane_plane(input->pane),
                 (const CapPoint[]){a, b});
    cap_session_set_tool(session, CAP_TOOL_NONE);
    break;
  case CAP_TOOL_MERGE: {
    CapFindingItem *other = gtk_gesture_drag_get_start_point(drag, &x, &y)
                                ? cap_pane_pick(input->pane, x, y)
                                : NULL;
    if (other != NULL)
      cap_edit_merge(session, other);
    cap_session_set_tool(session, CAP_TOOL_NONE);
    break;
  }
  case CAP_TOOL_ADD:
    add_at(input, a);
    break;
  default:
    break;
  }
}

/* What ends otherwise than by the release, as when the pane goes, has not been
 * done. */
static void
on_cancel(GtkGesture *gesture, GdkEventSequence *sequence, gpointer data)
{
  Input *input = data;
  input->active = FALSE;
  redraw(input);
}

static void
on_motion(GtkEventControllerMotion *motion, double x, double y, gpointer data)
{
  Input *input = data;
  input->inside = TRUE;
  input->pointer_x = x;
  input->pointer_y = y;
  if (tool_of(input) == CAP_TOOL_BRUSH)
    redraw(input);
}

static void
on_leave(GtkEventControllerMotion *motion, gpointer data)
{
  Input *input = data;
  input->inside = FALSE;
  redraw(input);
}

/* ---- what the tool would do ---- */

static void
to_screen(cairo_t *cr, const CapViewport *port, CapPoint at, gboolean first)
{
  double x, y;
  cap_viewport_to_screen(port, at, &x, &y);
  if (first)
    cairo_move_to(cr, x, y);
  else
    cairo_line_to(cr, x, y);
}

static void
draw_strokes(const Input *input, const CapViewport *port, cairo_t *cr)
{
  const double width = cap_session_brush_mm(cap_pane_session(input->pane)) *
                       cap_viewport_zoom(port);
  cairo_set_line_width(cr, width);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < input->strokes->len; i++) {
    const CapMaskStroke *s = &g_array_index(input->strokes, CapMaskStroke, i);
    if (i == 0)
      to_screen(cr, port, s->from_mm, TRUE);
    to_screen(cr, port, s->to_mm, FALSE);
  }
  cairo_stroke(cr);
}

static void
draw(GtkSnapshot *snapshot, const CapViewport *port, gpointer data)
{
  const Input *input = data;
  const CapTool tool = tool_of(input);
  const gboolean brush = tool == CAP_TOOL_BRUSH;
  if (tool == CAP_TOOL_NONE || (!input->active && !(brush && input->inside)))
    return;
  GdkRGBA color = CAP_RGB(
      input->active && input->erase ? CAP_COLOR_AMBER : CAP_COLOR_SKY, 0.45f);
  cairo_t *cr = gtk_snapshot_append_cairo(
      snapshot,
      &GRAPHENE_RECT_INIT(0, 0, (float)cap_viewport_screen_width(port),
                          (float)cap_viewport_screen_height(port)));
  gdk_cairo_set_source_rgba(cr, &color);
  if (input->active && brush)
    draw_strokes(input, port, cr);
  color.alpha = 1;
  gdk_cairo_set_source_rgba(cr, &color);
  cairo_set_line_width(cr, 1.5);
  if (brush)
    cairo_arc(cr, input->pointer_x, input->pointer_y,
              fmax(cap_session_brush_mm(cap_pane_session(input->pane)) / 2 *
                       cap_viewport_zoom(port),
                   2),
              0, 2 * G_PI);
  else {
    to_screen(cr, port, input->start_mm, TRUE);
    to_screen(cr, port, input->last_mm, FALSE);
  }
  cairo_stroke(cr);
  cairo_destroy(cr);
}

static void
on_tool(Input *input)
{
  const char *const cursors[] = {NULL,   "crosshair", "none",
                                 "move", "crosshair", "cell"};
  gtk_widget_set_cursor_from_name(GTK_WIDGET(input->pane),
                                  cursors[tool_of(input)]);
  input->active = FALSE;
  redraw(input);
}

static void
input_free(gpointer data, GClosure *closure)
{
  Input *input = data;
  g_array_unref(input->strokes);
  g_free(input);
}

void
cap_edit_input_attach(CapPane *pane)
{
  Input *input = g_new0(Input, 1);
  input->pane = pane;
  input->strokes = g_array_new(FALSE, FALSE, sizeof(CapMaskStroke));
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
  g_signal_connect(motion, "leave", G_CALLBACK(on_leave), input);
  gtk_widget_add_controller(GTK_WIDGET(pane), motion);
  cap_follow(pane, cap_pane_session(pane), "notify::tool", G_CALLBACK(on_tool),
             input);
  cap_pane_set_overlay(pane, draw, input);
}
