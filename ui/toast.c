/* Short words at the bottom of a window: see toast.h. */
#include "ui/toast.h"

AdwToast *
cap_toast(GtkWidget *widget, const char *text, guint seconds)
{
  GtkWidget *overlay = gtk_widget_get_ancestor(widget, ADW_TYPE_TOAST_OVERLAY);
  if (overlay == NULL)
    return NULL;
  g_autofree char *escaped = g_markup_escape_text(text, -1);
  AdwToast *toast = adw_toast_new(escaped);
  adw_toast_set_timeout(toast, seconds);
  adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(overlay), toast);
  return toast;
}
