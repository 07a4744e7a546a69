/* Popovers that are open when their window closes: see popovers.h. */
#include "ui/popovers.h"

static void
close_within(GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    close_within(child);
  if (GTK_IS_POPOVER(widget) && gtk_widget_get_visible(widget))
    gtk_popover_popdown(GTK_POPOVER(widget));
}

static gboolean
on_close(GtkWindow *window)
{
  close_within(GTK_WIDGET(window));
  return GDK_EVENT_PROPAGATE;
}

void
cap_popovers_close_first(GtkWindow *window)
{
  g_signal_connect(window, "close-request", G_CALLBACK(on_close), NULL);
}
