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

/* ---- what is out of sight ---- */

enum { MOST_TURNS = 60 };

/* How far WIDGET lies above (< 0) or below what SCROLLER shows; 0: it is seen.
 */
static double
out_of_sight(GtkWidget *scroller, GtkWidget *widget)
{
  graphene_rect_t at;
  if (!gtk_widget_compute_bounds(widget, scroller, &at))
    return 0;
  const double bottom = at.origin.y + at.size.height;
  const int height = gtk_widget_get_height(scroller);
  return at.origin.y < 0 ? at.origin.y : bottom > height ? bottom - height : 0;
}

void
cap_ui_roll_to(const CapXtest *x, GtkWidget *widget)
{
  GtkWidget *scroller =
      gtk_widget_get_ancestor(widget, GTK_TYPE_SCROLLED_WINDOW);
  double out;
  int at_x, at_y;
  for (int i = 0; i < MOST_TURNS; i++) {
    if (scroller == NULL || /* or it is scrolled with what WIDGET is over */
        gtk_widget_get_native(scroller) != gtk_widget_get_native(widget) ||
        (out = out_of_sight(scroller, widget)) == 0)
      return;
    cap_ui_on_screen(x, scroller, 3, gtk_widget_get_height(scroller) / 2.0,
                     &at_x, &at_y);
    cap_xtest_point(x, at_x, at_y);
    cap_xtest_click(x, out < 0 ? CAP_WHEEL_UP : CAP_WHEEL_DOWN);
    cap_ui_spin(50);
  }
  g_error("the wheel does not bring %s into sight", G_OBJECT_TYPE_NAME(widget));
}

/* ---- choices ---- */

static gboolean
is_mapped(gpointer widget)
{
  return gtk_widget_get_mapped(widget) && gtk_widget_get_height(widget) > 0;
}

static gboolean
is_gone(gpointer widget)
{
  return !gtk_widget_get_mapped(widget);
}

void
cap_ui_choose(const CapXtest *x, GtkWidget *choice, guint row)
{
  cap_ui_roll_to(x, choice);
  cap_ui_click(x, choice);
  GtkWidget *popover = cap_ui_find(choice, GTK_TYPE_POPOVER);
  GtkWidget *list = cap_ui_find(popover, GTK_TYPE_LIST_VIEW);
  cap_ui_wait(is_mapped, list, "the list of choices is open");
  cap_ui_spin(100); /* the window manager has put it on the screen */
  GtkWidget *item = gtk_widget_get_first_child(list);
  for (guint i = 0; i < row && item != NULL; i++)
    item = gtk_widget_get_next_sibling(item);
  g_assert_nonnull(item);
  cap_ui_roll_to(x, item);
  cap_ui_click(x, item);
  cap_ui_wait(is_gone, list, "the list of choices is closed");
}

/* In the window that has the keys. */
static gboolean
is_typed(gpointer text)
{
  GListModel *windows = gtk_window_get_toplevels();
  for (guint i = 0; i < g_list_model_get_n_items(windows); i++) {
    g_autoptr(GtkWindow) window = g_list_model_get_item(windows, i);
    GtkWidget *focus = gtk_window_get_focus(window);
    if (gtk_window_is_active(window) && GTK_IS_EDITABLE(focus) &&
        g_str_equal(gtk_editable_get_text(GTK_EDITABLE(focus)), text))
      return TRUE;
  }
  return FALSE;
}

void
cap_ui_retype(const CapXtest *x, const char *text)
{
  cap_xtest_key(x, XK_a, GDK_CONTROL_MASK);
  cap_xtest_text(x, text);
  cap_ui_wait(is_typed, (gpointer)text, "the text is typed");
}
