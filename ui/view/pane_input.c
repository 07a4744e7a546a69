/* Mouse and arrow keys of a pane: see pane_input.h. */
#include "ui/view/pane_input.h"

#include "ui/gestures.h"
#include "ui/keys.h"

#include <math.h>

#define ZOOM_STEP 1.15
#define WINDOW_HU_PER_PIXEL 4.0
#define KEY_PAN 40.0
#define PAGE_SLICES 10

typedef struct {
  CapPane *pane;   /* owns this */
  double scrolled; /* part of a slice, from touch pads */
  double pointer_x, pointer_y;
  double drag_x, drag_y;          /* where panning was last */
  double drag_window, drag_level; /* when the drag began */
  gboolean moved;                 /* the left button is dragging */
} Input;

static void
report_pointer(Input *input, double x, double y)
{
  CapViewport port;
  input->pointer_x = x;
  input->pointer_y = y;
  if (!cap_pane_viewport(input->pane, &port))
    return;
  const CapPoint at = cap_viewport_to_patient(&port, x, y);
  cap_session_set_pointer(cap_pane_session(input->pane),
                          cap_pane_plane(input->pane), &at);
}

static void
on_motion(GtkEventControllerMotion *controller, double x, double y,
          gpointer data)
{
  report_pointer(data, x, y);
}

static void
on_leave(GtkEventControllerMotion *controller, gpointer data)
{
  const Input *input = data;
  cap_session_set_pointer(cap_pane_session(input->pane),
                          cap_pane_plane(input->pane), NULL);
}

static gboolean
on_scroll(GtkEventControllerScroll *controller, double dx, double dy,
          gpointer data)
{
  Input *input = data;
  const GdkModifierType state = gtk_event_controller_get_current_event_state(
      GTK_EVENT_CONTROLLER(controller));
  if (state & GDK_CONTROL_MASK) {
    cap_pane_zoom(input->pane, pow(ZOOM_STEP, -dy), input->pointer_x,
                  input->pointer_y);
  } else {
    /* Wheel towards the reader goes to the feet, as on every workstation,
     * unless he wants it otherwise. */
    CapLook *look = cap_session_look(cap_pane_session(input->pane));
    input->scrolled += cap_look_wheel_to_head(look) ? -dy : dy;
    const int steps = (int)input->scrolled;
    input->scrolled -= steps;
    const gboolean axial = cap_pane_plane(input->pane) == CAP_PLANE_AXIAL;
    cap_session_scroll(cap_pane_session(input->pane),
                       cap_pane_plane(input->pane), axial ? -steps : steps);
  }
  report_pointer(input, input->pointer_x, input->pointer_y);
  return GDK_EVENT_STOP;
}

/* ---- left: cross-hair and marks ---- */

static void
move_crosshair(Input *input, double x, double y)
{
  CapViewport port;
  if (cap_pane_viewport(input->pane, &port))
    cap_session_set_position(cap_pane_session(input->pane),
                             cap_viewport_to_patient(&port, x, y), FALSE);
  report_pointer(input, x, y);
}

static void
on_left_begin(GtkGestureDrag *drag, double x, double y, gpointer data)
{
  Input *input = data;
  gtk_widget_grab_focus(GTK_WIDGET(input->pane));
  CapFindingItem *mark = cap_pane_pick(input->pane, x, y);
  if (mark != NULL)
    cap_session_select(cap_pane_session(input->pane), mark, FALSE);
  move_crosshair(input, x, y);
}

static void
on_left_update(GtkGestureDrag *drag, double dx, double dy, gpointer data)
{
  double x, y;
  if (gtk_gesture_drag_get_start_point(drag, &x, &y))
    move_crosshair(data, x + dx, y + dy);
}

static void
on_pressed(GtkGestureClick *click, int n_press, double x, double y,
           gpointer data)
{
  const Input *input = data;
  if (n_press != 2)
    return;
  gtk_widget_grab_focus(GTK_WIDGET(input->pane)); /* keys may have moved it */
  gtk_widget_activate_action(GTK_WIDGET(input->pane), "win.maximise", NULL);
}

/* ---- middle: pan; right: window ---- */

static void
on_pan_begin(GtkGestureDrag *drag, double x, double y, gpointer data)
{
  Input *input = data;
  input->drag_x = input->drag_y = 0;
}

static void
on_pan_update(GtkGestureDrag *drag, double dx, double dy, gpointer data)
{
  Input *input = data;
  cap_pane_pan(input->pane, dx - input->drag_x, dy - input->drag_y);
  input->drag_x = dx;
  input->drag_y = dy;
}

static void
on_window_begin(GtkGestureDrag *drag, double x, double y, gpointer data)
{
  Input *input = data;
  CapLook *look = cap_session_look(cap_pane_session(input->pane));
  input->drag_window = cap_look_window(look);
  input->drag_level = cap_look_level(look);
}

/* Right widens, up raises the level (brighter when dragged down). Narrow
 * windows move in finer steps. */
static void
on_window_update(GtkGestureDrag *drag, double dx, double dy, gpointer data)
{
  const Input *input = data;
  const double step =
      WINDOW_HU_PER_PIXEL * CLAMP(input->drag_window / 1500.0, 0.1, 2.0);
  cap_look_set_window(cap_session_look(cap_pane_session(input->pane)),
                      input->drag_window + dx * step,
                      input->drag_level - dy * step);
}

/* ---- keys ---- */

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code,
       GdkModifierType state, gpointer data)
{
  const Input *input = data;
  CapPane *pane = input->pane;
  CapSession *session = cap_pane_session(pane);
  const CapPlane plane = cap_pane_plane(pane);
  const int forward = plane == CAP_PLANE_AXIAL ? -1 : 1;
  const double width = gtk_widget_get_width(GTK_WIDGET(pane));
  const double height = gtk_widget_get_height(GTK_WIDGET(pane));
  key = cap_keys_off_pad(key);
  if (state & GDK_SHIFT_MASK) {
    const double dx = (key == GDK_KEY_Right) - (key == GDK_KEY_Left);
    const double dy = (key == GDK_KEY_Down) - (key == GDK_KEY_Up);
    if (dx != 0 || dy != 0) {
      cap_pane_pan(pane, -dx * KEY_PAN, -dy * KEY_PAN);
      return GDK_EVENT_STOP;
    }
  }
  const int all = 1 << 20; /* clamped to the last slice */
  switch (key) {
  case GDK_KEY_Up:
  case GDK_KEY_Left:
    cap_session_scroll(session, plane, -forward);
    return GDK_EVENT_STOP;
  case GDK_KEY_Down:
  case GDK_KEY_Right:
    cap_session_scroll(session, plane, forward);
    return GDK_EVENT_STOP;
  case GDK_KEY_Page_Up:
    cap_session_scroll(session, plane, -forward * PAGE_SLICES);
    return GDK_EVENT_STOP;
  case GDK_KEY_Page_Down:
    cap_session_scroll(session, plane, forward * PAGE_SLICES);
    return GDK_EVENT_STOP;
  case GDK_KEY_Home:
    cap_session_scroll(session, plane, -forward * all);
    return GDK_EVENT_STOP;
  case GDK_KEY_End:
    cap_session_scroll(session, plane, forward * all);
    return GDK_EVENT_STOP;
  case GDK_KEY_plus:
  case GDK_KEY_equal:
  case GDK_KEY_KP_Add:
    cap_pane_zoom(pane, ZOOM_STEP, width / 2, height / 2);
    return GDK_EVENT_STOP;
  case GDK_KEY_minus:
  case GDK_KEY_KP_Subtract:
    cap_pane_zoom(pane, 1 / ZOOM_STEP, width / 2, height / 2);
    return GDK_EVENT_STOP;
  case GDK_KEY_0:
  case GDK_KEY_KP_0:
    cap_pane_fit(pane);
    return GDK_EVENT_STOP;
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

static void
add_drag(CapPane *pane, Input *input, guint button, GCallback begin,
         GCallback update)
{
  GtkGesture *drag = gtk_gesture_drag_new();
  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), button);
  g_signal_connect(drag, "drag-begin", begin, input);
  g_signal_connect(drag, "drag-update", update, input);
  gtk_widget_add_controller(GTK_WIDGET(pane), GTK_EVENT_CONTROLLER(drag));
}

void
cap_pane_input_attach(CapPane *pane)
{
  GtkWidget *widget = GTK_WIDGET(pane);
  Input *input = g_new0(Input, 1);
  input->pane = pane;
  g_object_set_data_full(G_OBJECT(pane), "cap-pane-input", input, g_free);

  cap_gestures_end_unseen(widget);
  GtkEventController *motion = gtk_event_controller_motion_new();
  g_signal_connect(motion, "enter", G_CALLBACK(on_motion), input);
  g_signal_connect(motion, "motion", G_CALLBACK(on_motion), input);
  g_signal_connect(motion, "leave", G_CALLBACK(on_leave), input);
  gtk_widget_add_controller(widget, motion);

  GtkEventController *scroll =
      gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  g_signal_connect(scroll, "scroll", G_CALLBACK(on_scroll), input);
  gtk_widget_add_controller(widget, scroll);

  add_drag(pane, input, GDK_BUTTON_PRIMARY, G_CALLBACK(on_left_begin),
           G_CALLBACK(on_left_update));
  add_drag(pane, input, GDK_BUTTON_MIDDLE, G_CALLBACK(on_pan_begin),
           G_CALLBACK(on_pan_update));
  add_drag(pane, input, GDK_BUTTON_SECONDARY, G_CALLBACK(on_window_begin),
           G_CALLBACK(on_window_update));
  GtkGesture *click = gtk_gesture_click_new();
  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), GDK_BUTTON_PRIMARY);
  g_signal_connect(click, "pressed", G_CALLBACK(on_pressed), input);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(click));

  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(key, "key-pressed", G_CALLBACK(on_key), input);
  gtk_widget_add_controller(widget, key);
}
