/* Title bars: see title_bar.h. */
#include "tests/support/title_bar.h"

#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "tests/support/ui_tree.h"

enum {
  PLACES = 16,    /* that are tried along it */
  THRESHOLD = 12, /* more than GTK's, from where on a press is a drag */
  WAIT_MS = 1000, /* for the window manager to take the pointer */
  REST_MS = 50
};

/* Nothing between AT and the title bar takes clicks. */
static gboolean
is_free(GtkWidget *at, GtkWidget *bar)
{
  for (; at != NULL && at != bar; at = gtk_widget_get_parent(at))
    if (GTK_IS_BUTTON(at) || GTK_IS_MENU_BUTTON(at) || GTK_IS_EDITABLE(at))
      return FALSE;
  return at != NULL;
}

static gboolean
is_shown_bar(GtkWidget *widget, const char *unused)
{
  return GTK_IS_WINDOW_HANDLE(widget) && gtk_widget_get_mapped(widget);
}

/* Where it can be taken, on the screen. */
static gboolean
find_place(const CapXtest *x, GtkWindow *window, int *at_x, int *at_y)
{
  GtkWidget *bar = cap_ui_find_match(GTK_WIDGET(window), is_shown_bar, NULL);
  if (bar == NULL)
    return FALSE;
  const double y = gtk_widget_get_height(bar) / 2.0;
  for (int i = 1; i < PLACES; i++) {
    const double in_x = gtk_widget_get_width(bar) * (double)i / PLACES;
    if (!is_free(gtk_widget_pick(bar, in_x, y, GTK_PICK_DEFAULT), bar))
      continue;
    cap_ui_on_screen(x, bar, in_x, y, at_x, at_y);
    return TRUE;
  }
  return FALSE;
}

/* The button is released only when the window has begun to move: the window
 * manager hears of the drag by a message, and would otherwise take the pointer
 * after its end and keep it until the next click. */
gboolean
cap_title_bar_drag(const CapXtest *x, GtkWindow *window, int dx, int dy)
{
  int at_x, at_y, left, top, now_left, now_top;
  if (!find_place(x, window, &at_x, &at_y))
    return FALSE;
  cap_ui_on_screen(x, GTK_WIDGET(window), 0, 0, &left, &top);
  cap_xtest_point(x, at_x, at_y);
  cap_xtest_button(x, CAP_LEFT, True);
  const gint64 end = g_get_monotonic_time() + WAIT_MS * G_TIME_SPAN_MILLISECOND;
  gboolean moved = FALSE;
  for (int i = 1; !moved && g_get_monotonic_time() < end; i++) {
    const int way = THRESHOLD + i % 4;
    cap_xtest_point(x, at_x + (dx < 0 ? -way : way),
                    at_y + (dy < 0 ? -way : way));
    cap_ui_spin(20);
    if (!gtk_widget_get_mapped(GTK_WIDGET(window)))
      break;
    cap_ui_on_screen(x, GTK_WIDGET(window), 0, 0, &now_left, &now_top);
    moved = now_left != left || now_top != top;
  }
  if (moved)
    cap_xtest_point(x, at_x + dx, at_y + dy);
  cap_xtest_button(x, CAP_LEFT, False);
  cap_ui_spin(REST_MS);
  if (!moved) /* out of a move that begins now */
    cap_xtest_key(x, XK_Escape, 0);
  return moved;
}

gboolean
cap_title_bar_double_click(const CapXtest *x, GtkWindow *window)
{
  int at_x, at_y;
  if (!find_place(x, window, &at_x, &at_y))
    return FALSE;
  cap_xtest_point(x, at_x, at_y);
  cap_xtest_click(x, CAP_LEFT);
  cap_xtest_click(x, CAP_LEFT);
  cap_ui_spin(REST_MS);
  return TRUE;
}

static gboolean
closes(GtkWidget *widget, const char *unused)
{
  return GTK_IS_BUTTON(widget) && gtk_widget_has_css_class(widget, "close") &&
         gtk_widget_get_mapped(widget);
}

gboolean
cap_title_bar_close(const CapXtest *x, GtkWindow *window)
{
  GtkWidget *button = cap_ui_find_match(GTK_WIDGET(window), closes, NULL);
  if (button == NULL)
    return FALSE;
  cap_ui_click(x, button);
  cap_ui_spin(REST_MS);
  return TRUE;
}
