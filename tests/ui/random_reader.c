/* Chance with a keyboard and a mouse: see random_reader.h. */
#include "tests/ui/random_reader.h"

#include "tests/support/title_bar.h"
#include "tests/support/ui_input.h"
#include "ui/keys.h"

#define BURST 4 /* events at most before the window may draw */

void
cap_random_reader_note(CapRandomReader *reader, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autofree char *clock = g_date_time_format(now, "%H:%M:%S.%f");
  fprintf(reader->log, "%d %s ", reader->n_events++, clock); /* as GLib's */
  vfprintf(reader->log, format, args);
  fputc('\n', reader->log);
  fflush(reader->log);
  va_end(args);
}

static int
below(CapRandomReader *r, int n)
{
  return cap_random_below(&r->random, n);
}

/* One of the window's own keys. Folders are not chosen at random, and the
 * session ends by itself. */
static void
press_key(CapRandomReader *r)
{
  static const char *const kept_away[] = {"win.open", "win.open-file",
                                          "window.close", "app.quit"};
  int n = 0;
  while (cap_keys[n].accelerator != NULL)
    n++;
  if (below(r, 10) == 0) { /* out of entries and tools now and then */
    cap_random_reader_note(r, "Escape");
    cap_xtest_key(&r->input, XK_Escape, 0);
    return;
  }
  const CapKey *k = &cap_keys[below(r, n)];
  guint value;
  GdkModifierType modifiers;
  if (!gtk_accelerator_parse(k->accelerator, &value, &modifiers) ||
      (k->action != NULL &&
       g_strv_contains((const char *const[]){kept_away[0], kept_away[1],
                                             kept_away[2], kept_away[3], NULL},
                       k->action)))
    return;
  cap_random_reader_note(r, "key %s", k->accelerator);
  cap_xtest_key(&r->input, value, modifiers);
}

/* Points at what lies anywhere in the window, for a left drag too or not. FIRST
 * of its burst. */
static gboolean
point(CapRandomReader *r, gboolean first, int *x, int *y)
{
  GtkWidget *window = GTK_WIDGET(r->window);
  const int in_x = below(r, gtk_widget_get_width(window));
  const int in_y = below(r, gtk_widget_get_height(window));
  cap_ui_on_screen(&r->input, window, in_x, in_y, x, y);
  cap_xtest_point(&r->input, *x, *y);
  /* Title bars (see use_title_bar) and edges are the window manager's: it would
   * begin to move the window only after the drag, which this process sends in
   * one go, and keep all events until the next click. A key of the same burst
   * may open a dialog. */
  GtkWidget *at = gtk_widget_pick(window, in_x, in_y, GTK_PICK_DEFAULT);
  return first && g_list_model_get_n_items(gtk_window_get_toplevels()) == 1 &&
         at != NULL && at != window &&
         gtk_widget_get_ancestor(at, GTK_TYPE_WINDOW_HANDLE) == NULL;
}

static void
use_mouse(CapRandomReader *r, gboolean first)
{
  static const KeySym held[] = {XK_Control_L, XK_Shift_L, XK_Alt_L};
  int x, y;
  const gboolean may_drag = point(r, first, &x, &y);
  const KeySym modifier = below(r, 4) == 0 ? held[below(r, 3)] : 0;
  if (modifier != 0)
    cap_xtest_key_state(&r->input, modifier, True);
  const int what = below(r, 3);
  if (what == 0) {
    const unsigned wheel = CAP_WHEEL_UP + (unsigned)below(r, 2);
    const int n = 1 + below(r, 8);
    cap_random_reader_note(r, "wheel %u, %d times at %d,%d with %lx", wheel, n,
                           x, y, modifier);
    for (int i = 0; i < n; i++)
      cap_xtest_click(&r->input, wheel);
  } else if (what == 1) {
    unsigned which = 1 + (unsigned)below(r, 3);
    if (which == CAP_LEFT && !may_drag)
      which = CAP_RIGHT;
    const int dx = below(r, 300) - 150, dy = below(r, 300) - 150;
    cap_random_reader_note(r, "drag %u at %d,%d by %d,%d with %lx", which, x, y,
                           dx, dy, modifier);
    cap_xtest_drag(&r->input, which, x, y, dx, dy);
  } else {
    const unsigned which = 1 + (unsigned)below(r, 3);
    cap_random_reader_note(r, "click %u at %d,%d with %lx", which, x, y,
                           modifier);
    cap_xtest_click(&r->input, which);
  }
  if (modifier != 0)
    cap_xtest_key_state(&r->input, modifier, False);
}

/* BY, or as much of it as leaves what begins at FIRST and is SIZE long on a
 * screen of WHOLE. Nothing can be pointed at beside it; and a menu whose button
 * lies beside all monitors, as when the title bar has gone over the upper edge
 * and F10 is pressed, has none in GTK 4.8, which looks at that one all the same
 * (gdk_x11_surface_layout_popup). */
static int
on_screen(int by, int first, int size, int whole)
{
  return CLAMP(first + by, 0, MAX(whole - size, 0)) - first;
}

static void
move_window(CapRandomReader *r, GtkWindow *window)
{
  Display *display = r->input.display;
  const int screen = DefaultScreen(display);
  int left, top;
  cap_ui_on_screen(&r->input, GTK_WIDGET(window), 0, 0, &left, &top);
  const int dx = on_screen(below(r, 300) - 150, left,
                           gtk_widget_get_width(GTK_WIDGET(window)),
                           DisplayWidth(display, screen));
  const int dy = on_screen(below(r, 300) - 150, top,
                           gtk_widget_get_height(GTK_WIDGET(window)),
                           DisplayHeight(display, screen));
  cap_random_reader_note(r, "drags %s by %d,%d", G_OBJECT_TYPE_NAME(window), dx,
                         dy);
  r->n_moved += cap_title_bar_drag(&r->input, window, dx, dy);
}

/* Moves a window, maximises the main one or takes that back, closes another. */
static void
use_title_bar(CapRandomReader *r)
{
  GListModel *windows = gtk_window_get_toplevels();
  GtkWindow *window = g_list_model_get_item(
      windows, (guint)below(r, (int)g_list_model_get_n_items(windows)));
  const char *name = G_OBJECT_TYPE_NAME(window);
  /* A closed window that somebody holds keeps its children, and GTK 4.8 lets
   * a wheel that turned in them roll out without a frame clock. */
  g_object_unref(window);
  if (!gtk_widget_get_mapped(GTK_WIDGET(window)))
    return;
  if (below(r, 2) == 0) {
    move_window(r, window);
  } else if (window == GTK_WINDOW(r->window)) {
    cap_random_reader_note(r, "double click on the title bar");
    r->n_maximized += cap_title_bar_double_click(&r->input, window);
  } else {
    cap_random_reader_note(r, "close button of %s", name);
    r->n_closed += cap_title_bar_close(&r->input, window);
  }
}

/* With the menus over it, which have the grab: under X11 GTK 4.8 gets no more
 * events at all when a window is closed before its menu. */
static void
close_window(GtkWindow *window)
{
  GtkWidget *at = gtk_window_get_focus(window);
  for (; at != NULL; at = gtk_widget_get_parent(at))
    if (GTK_IS_POPOVER(at))
      gtk_popover_popdown(GTK_POPOVER(at));
  gtk_window_close(window);
}

/* Dialogs that ask for a file lead out of the study; and dialogs in which
 * nothing more happens would end the session early, as a window would that its
 * title bar has minimised. */
static void
close_dialogs(CapRandomReader *r)
{
  GListModel *windows = gtk_window_get_toplevels();
  GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(r->window));
  if (gdk_toplevel_get_state(GDK_TOPLEVEL(surface)) &
      GDK_TOPLEVEL_STATE_MINIMIZED)
    gtk_window_present(GTK_WINDOW(r->window));
  for (guint i = g_list_model_get_n_items(windows); i-- > 0;) {
    g_autoptr(GtkWindow) window = g_list_model_get_item(windows, i);
    if (window == GTK_WINDOW(r->window))
      continue;
    if (GTK_IS_FILE_CHOOSER(window) || below(r, 20) == 0) {
      cap_random_reader_note(r, "closes %s", G_OBJECT_TYPE_NAME(window));
      close_window(window);
    }
  }
}

void
cap_random_reader_close_others(CapRandomReader *r)
{
  GListModel *windows = gtk_window_get_toplevels();
  for (guint i = g_list_model_get_n_items(windows); i-- > 0;) {
    g_autoptr(GtkWindow) window = g_list_model_get_item(windows, i);
    if (window != GTK_WINDOW(r->window))
      close_window(window);
  }
}

void
cap_random_reader_start(CapRandomReader *r, guint64 seed, FILE *log)
{
  *r = (CapRandomReader){.log = log,
                         .input = cap_xtest_open(0),
                         .random = cap_random_start(seed, 0, 0)};
}

void
cap_random_reader_act(CapRandomReader *r)
{
  close_dialogs(r);
  if (below(r, 20) == 0)
    use_title_bar(r);
  const int n = 1 + below(r, BURST);
  for (int i = 0; i < n; i++)
    if (below(r, 2) == 0)
      press_key(r);
    else
      use_mouse(r, i == 0);
}
