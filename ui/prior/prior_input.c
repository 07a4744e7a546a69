/* Aligning with the mouse: see prior_input.h. */
#include "ui/prior/prior_input.h"

typedef struct {
  CapPane *pane; /* owns this */
  CapPriorStudy *prior;
  CapPoint from_mm;
  CapPriorMap map; /* when the drag began */
  CapViewport port;
} Input;

static void
on_begin(GtkGestureDrag *drag, double x, double y, gpointer data)
{
  Input *input = data;
  const GdkModifierType state =
      gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(drag));
  if (!(state & GDK_CONTROL_MASK) ||
      !cap_pane_viewport(input->pane, &input->port)) {
    gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_CLAIMED);
  input->map = *cap_prior_study_map(input->prior);
  input->from_mm = cap_viewport_to_patient(&input->port, x, y);
}

/* What was under the pointer comes along: the present scan's place leads to
 * where it came from. */
static void
on_update(GtkGestureDrag *drag, double dx, double dy, gpointer data)
{
  Input *input = data;
  double x, y;
  if (!gtk_gesture_drag_get_start_point(drag, &x, &y))
    return;
  const CapPoint to = cap_viewport_to_patient(&input->port, x + dx, y + dy);
  CapPriorMap map = input->map;
  map.nudge_mm.x += input->from_mm.x - to.x;
  map.nudge_mm.y += input->from_mm.y - to.y;
  map.nudge_mm.z += input->from_mm.z - to.z;
  cap_prior_study_set_map(input->prior, &map);
}

void
cap_prior_input_attach(CapPane *pane, CapPriorStudy *prior)
{
  Input *input = g_new0(Input, 1);
  input->pane = pane;
  input->prior = prior;
  g_object_set_data_full(G_OBJECT(pane), "cap-prior-input", input, g_free);
  GtkGesture *drag = gtk_gesture_drag_new();
  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(drag), GDK_BUTTON_PRIMARY);
  gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(drag),
                                             GTK_PHASE_CAPTURE);
  g_signal_connect(drag, "drag-begin", G_CALLBACK(on_begin), input);
  g_signal_connect(drag, "drag-update", G_CALLBACK(on_update), input);
  gtk_widget_add_controller(GTK_WIDGET(pane), GTK_EVENT_CONTROLLER(drag));
}
