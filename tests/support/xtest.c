/* Real input: see xtest.h. */
#include "tests/support/xtest.h"

#include <X11/XKBlib.h>
#include <X11/Xatom.h>
#include <X11/extensions/XTest.h>
#include <gdk/gdk.h>

enum { DRAG_STEPS = 5 };

/* What a test that failed has left pressed. */
static void
release_buttons(Display *display)
{
  Window root, child;
  int x, y, in_x, in_y;
  unsigned mask;
  XQueryPointer(display, DefaultRootWindow(display), &root, &child, &x, &y,
                &in_x, &in_y, &mask);
  for (unsigned which = CAP_LEFT; which <= CAP_RIGHT; which++)
    if (mask & (Button1Mask << (which - CAP_LEFT)))
      XTestFakeButtonEvent(display, which, False, 0);
  XSync(display, False);
}

CapXtest
cap_xtest_open(unsigned long pause_us)
{
  Display *display = XOpenDisplay(NULL);
  if (display != NULL)
    release_buttons(display);
  return (CapXtest){display, pause_us};
}

void
cap_xtest_close(CapXtest *x)
{
  XCloseDisplay(x->display);
  x->display = NULL;
}

static void
rest(const CapXtest *x)
{
  XSync(x->display, False);
  if (x->pause_us > 0)
    g_usleep(x->pause_us);
}

void
cap_xtest_key_state(const CapXtest *x, KeySym symbol, int down)
{
  const KeyCode code = XKeysymToKeycode(x->display, symbol);
  if (code == 0) /* not on this keyboard */
    return;
  XTestFakeKeyEvent(x->display, code, down, 0);
  rest(x);
}

void
cap_xtest_key(const CapXtest *x, KeySym symbol, unsigned modifiers)
{
  static const struct {
    unsigned mask;
    KeySym symbol;
  } held[] = {{GDK_CONTROL_MASK, XK_Control_L},
              {GDK_SHIFT_MASK, XK_Shift_L},
              {GDK_ALT_MASK, XK_Alt_L}};
  for (gsize i = 0; i < G_N_ELEMENTS(held); i++)
    if (modifiers & held[i].mask)
      cap_xtest_key_state(x, held[i].symbol, True);
  cap_xtest_key_state(x, symbol, True);
  cap_xtest_key_state(x, symbol, False);
  for (gsize i = 0; i < G_N_ELEMENTS(held); i++)
    if (modifiers & held[i].mask)
      cap_xtest_key_state(x, held[i].symbol, False);
}

void
cap_xtest_text(const CapXtest *x, const char *text)
{
  for (; *text != '\0'; text++) {
    const KeySym symbol = (KeySym)*text; /* keysyms begin as ASCII does */
    const KeyCode code = XKeysymToKeycode(x->display, symbol);
    g_assert_cmpint(code, !=, 0);
    const int plain = XkbKeycodeToKeysym(x->display, code, 0, 0) == symbol;
    cap_xtest_key(x, symbol, plain ? 0 : GDK_SHIFT_MASK);
  }
}

void
cap_xtest_point(const CapXtest *x, int at_x, int at_y)
{
  XTestFakeMotionEvent(x->display, -1, at_x, at_y, 0);
  rest(x);
}

void
cap_xtest_button(const CapXtest *x, unsigned which, int down)
{
  XTestFakeButtonEvent(x->display, which, down, 0);
  rest(x);
}

void
cap_xtest_click(const CapXtest *x, unsigned which)
{
  cap_xtest_button(x, which, True);
  cap_xtest_button(x, which, False);
}

void
cap_xtest_drag(const CapXtest *x, unsigned which, int from_x, int from_y,
               int dx, int dy)
{
  cap_xtest_point(x, from_x, from_y);
  cap_xtest_button(x, which, True);
  for (int i = 1; i <= DRAG_STEPS; i++)
    cap_xtest_point(x, from_x + dx * i / DRAG_STEPS,
                    from_y + dy * i / DRAG_STEPS);
  cap_xtest_button(x, which, False);
}

/* The windows that the root window's property NAME lists; XFree. */
static Window *
list_of(const CapXtest *x, const char *name, unsigned long *n)
{
  unsigned char *data = NULL;
  unsigned long left;
  Atom type;
  int format;
  *n = 0;
  XGetWindowProperty(x->display, DefaultRootWindow(x->display),
                     XInternAtom(x->display, name, False), 0, 100, False,
                     XA_WINDOW, &type, &format, n, &left, &data);
  return (Window *)data;
}

/* Extended Window Manager Hints 1.5. When the last window has gone, openbox
 * still says that it is active, but no longer lists it. */
Window
cap_xtest_active_window(const CapXtest *x)
{
  unsigned long n_active, n_listed;
  Window *active = list_of(x, "_NET_ACTIVE_WINDOW", &n_active);
  Window *listed = list_of(x, "_NET_CLIENT_LIST", &n_listed);
  Window found = 0;
  for (unsigned long i = 0; i < n_listed && n_active > 0; i++)
    if (listed[i] == active[0])
      found = active[0];
  if (active != NULL)
    XFree(active);
  if (listed != NULL)
    XFree(listed);
  return found;
}
