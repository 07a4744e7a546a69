/* Short words in the preferences: see preferences_toast.h. */
#include "ui/preferences/preferences_toast.h"

void
cap_preferences_toast(GtkWidget *widget, const char *text)
{
  GtkWidget *toasts = gtk_widget_get_ancestor(widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *escaped = g_markup_escape_text(text, -1);
  if (toasts != NULL)
    adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(toasts),
                                adw_toast_new(escaped));
}
