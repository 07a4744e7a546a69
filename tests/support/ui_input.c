/* Real input on widgets: see ui_input.h. */
#include "tests/support/ui_input.h"

#include "tests/support/ui.h"

#include <gdk/x11/gdkx.h>
#include <math.h>
#include <string.h>

/* Where the point (FX, FY), as shares of WIDGET, is on the screen. */
void
cap_ui_place_of(const CapXtest *x, GtkWidget *widget, double fx, double fy,
                int *at_x, int *at_y)
{
  GtkNative *native = gtk_widget_get_native(widget);
  double left, top, dx, dy;
  Window child;
  g_assert_true(gtk_widget_translate_coordinates(
      widget, GTK_WIDGET(native), fx * gtk_widget_get_width(widget),
      fy * gtk_widget_get_height(widget), &left, &top));
  gtk_native_get_surface_transform(native, &dx, &dy);
  XTranslateCoordinates(x->display,
                        gdk_x11_surface_get_xid(gtk_native_get_surface(native)),
                        DefaultRootWindow(x->display), (int)lround(left + dx),
                        (int)lround(top + dy), at_x, at_y, &child);
}

void
cap_ui_click(const CapXtest *x, GtkWidget *widget)
{
  int at_x, at_y;
  cap_ui_place_of(x, widget, 0.5, 0.5, &at_x, &at_y);
  cap_xtest_point(x, at_x, at_y);
  cap_xtest_click(x, CAP_LEFT);
  cap_ui_spin(50);
}

void
cap_ui_wheel(const CapXtest *x, GtkWidget *widget, unsigned button)
{
  int at_x, at_y;
  cap_ui_place_of(x, widget, 0.3, 0.4, &at_x, &at_y);
  cap_xtest_point(x, at_x, at_y);
  cap_xtest_click(x, button);
  cap_ui_spin(50);
}

GtkWidget *
cap_ui_find_match(GtkWidget *in, CapUiMatch match, const char *text)
{
  if (match(in, text))
    return in;
  for (GtkWidget *child = gtk_widget_get_first_child(in); child != NULL;
       child = gtk_widget_get_next_sibling(child)) {
    GtkWidget *found = cap_ui_find_match(child, match, text);
    if (found != NULL)
      return found;
  }
  return NULL;
}

gboolean
cap_ui_is_button(GtkWidget *widget, const char *text)
{
  return GTK_IS_BUTTON(widget) &&
         g_strcmp0(gtk_button_get_label(GTK_BUTTON(widget)), text) == 0;
}

gboolean
cap_ui_is_visible_label(GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL(widget) && gtk_widget_get_mapped(widget) &&
         strstr(gtk_label_get_text(GTK_LABEL(widget)), text) != NULL;
}
