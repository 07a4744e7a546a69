/* Presses and drags that never come to their end: see gestures.h. */
#include "ui/gestures.h"

static void
end_all(GtkWidget *widget)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(widget);
  for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
    g_autoptr(GtkEventController) controller =
        g_list_model_get_item(controllers, i);
    gtk_event_controller_reset(controller);
  }
}

/* What is unmapped in the middle of a press is still pressed for the gestures
 * that the press has not reached yet; what is unrealised gets no more events.
 */
void
cap_gestures_end_unseen(GtkWidget *widget)
{
  g_signal_connect(widget, "unmap", G_CALLBACK(end_all), NULL);
  g_signal_connect(widget, "unrealize", G_CALLBACK(end_all), NULL);
}
