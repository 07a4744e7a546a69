/* Buttons that show an icon: see icon_button.h. */
#include "ui/icon_button.h"

static GtkWidget *
with_icon(GtkWidget *button, const char *icon, const char *words)
{
  gtk_button_set_icon_name(GTK_BUTTON(button), icon);
  gtk_widget_set_tooltip_text(button, words);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return button;
}

GtkWidget *
cap_icon_button_new(const char *icon, const char *words)
{
  GtkWidget *button = with_icon(gtk_button_new(), icon, words);
  gtk_widget_add_css_class(button, "flat");
  return button;
}

GtkWidget *
cap_icon_toggle_new(const char *icon, const char *words)
{
  return with_icon(gtk_toggle_button_new(), icon, words);
}
