/* Real input on widgets: see ui_input.h. */
#include "tests/support/ui_input.h"

#include "tests/support/ui.h"

#include <gdk/x11/gdkx.h>
#include <math.h>

static gboolean
is_active(gpointer window)
{
  return gtk_window_is_active(window);
}

static gboolean
count_frame(GtkWidget *window, GdkFrameClock *clock, gpointer frames)
{
  return ++*(int *)frames < 2;
}

static gboolean
is_laid_out(gpointer frames)
{
  return *(const int *)frames == 2; /* the first was laid out after it */
}

void
cap_ui_take_keys(gpointer window)
{
  int frames = 0;
  gtk_window_present(window);
  cap_ui_wait(is_active, window, "the window has the keys");
  gtk_widget_add_tick_callback(window, count_frame, &frames, NULL);
  cap_ui_wait(is_laid_out, &frames, "the window is laid out");
}

void
cap_ui_on_screen(const CapXtest *x, GtkWidget *widget, double in_x, double in_y,
                 int *at_x, int *at_y)
{
  GtkNative *native = gtk_widget_get_native(widget);
  double left, top, dx, dy;
  Window child;
  g_assert_true(gtk_widget_translate_coordinates(widget, GTK_WIDGET(native),
                                                 in_x, in_y, &left, &top));
  gtk_native_get_surface_transform(native, &dx, &dy);
  XTranslateCoordinates(x->display,
                        gdk_x11_surface_get_xid(gtk_native_get_surface(native)),
                        DefaultRootWindow(x->display), (int)lround(left + dx),
                        (int)lround(top + dy), at_x, at_y, &child);
}

void
cap_ui_place_of(const CapXtest *x, GtkWidget *widget, double fx, double fy,
                int *at_x, int *at_y)
{
  cap_ui_on_screen(x, widget, fx * gtk_widget_get_width(widget),
                   fy * gtk_widget_get_height(widget), at_x, at_y);
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
