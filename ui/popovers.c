/* Popovers that are open when their window goes: see popovers.h. */
#include "ui/popovers.h"

/* One that its window took along says so by being visible still. */
static gboolean
on_unmap(GSignalInvocationHint *hint, guint n_values, const GValue *values,
         gpointer data)
{
  GtkWidget *widget = g_value_get_object(&values[0]);
  if (GTK_IS_POPOVER(widget) && gtk_widget_get_visible(widget))
    gtk_popover_popdown(GTK_POPOVER(widget));
  return TRUE;
}

void
cap_popovers_close_with_windows(void)
{
  g_signal_add_emission_hook(g_signal_lookup("unmap", GTK_TYPE_WIDGET), 0,
                             on_unmap, NULL, NULL);
}
