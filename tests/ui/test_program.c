/* The real program with real input: events come from XTest, answers are read
 * off the screen. Arguments: capsight-viewer, capsight (which makes a phantom).
 */
#include "tests/support/suite.h"
#include "tests/support/xtest.h"

#include <X11/Xutil.h>
#include <gdk/gdk.h>
#include <string.h>

static const char *viewer, *capsight;
static char *folder; /* of the phantom */
static CapXtest input;
static Display *display; /* that of INPUT */
static GSubprocess *process;
static Window window;
static int left, top, width, height; /* on the screen */

/* ---- program and window ---- */

/* The window that has the keys is the program's, as there is no other. */
static gboolean
find_window(void)
{
  XWindowAttributes a;
  Window child;
  window = cap_xtest_active_window(&input);
  if (window == 0 || !XGetWindowAttributes(display, window, &a))
    return FALSE;
  width = a.width;
  height = a.height;
  return XTranslateCoordinates(display, window, a.root, 0, 0, &left, &top,
                               &child);
}

static void
start(const char *argument)
{
  g_autoptr(GError) error = NULL;
  input = cap_xtest_open(60000);
  display = input.display;
  ck_assert_ptr_nonnull(display);
  process = g_subprocess_new(G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, viewer,
                             argument, NULL);
  cap_assert_no_error(error);
  for (int i = 0; i < 600 && !find_window(); i++)
    g_usleep(50000);
  ck_assert_msg(window != 0, "no window appeared");
}

/* Ctrl-Q; the program ends well and has said nothing. */
static void key(KeySym symbol, gboolean control);
static void
stop(void)
{
  key(XK_q, TRUE);
  g_autofree char *said = NULL;
  g_autoptr(GError) error = NULL;
  ck_assert(
      g_subprocess_communicate_utf8(process, NULL, NULL, NULL, &said, &error));
  ck_assert_msg(g_subprocess_get_successful(process), "it failed: %s", said);
  ck_assert_str_eq(said, "");
  for (int i = 0; i < 600 && cap_xtest_active_window(&input) != 0; i++)
    g_usleep(50000); /* the next test looks for a window of its own */
  cap_xtest_close(&input);
}

/* ---- screen ---- */

static XImage *
grab(void)
{
  XImage *image =
      XGetImage(display, window, 0, 0, width, height, AllPlanes, ZPixmap);
  ck_assert_ptr_nonnull(image);
  return image;
}

static int
difference(XImage *a, XImage *b)
{
  int n = 0;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      n += ((XGetPixel(a, x, y) ^ XGetPixel(b, x, y)) & 0xffffff) != 0;
  return n;
}

/* Waits until two grabs 150 ms apart are the same; returns the last. */
static XImage *
settled(void)
{
  XImage *last = grab();
  for (int i = 0; i < 60; i++) {
    g_usleep(150000);
    XImage *now = grab();
    const gboolean same = difference(last, now) == 0;
    XDestroyImage(last);
    last = now;
    if (same)
      break;
  }
  return last;
}

/* Cross-hair pixels (blue well over red) in a column of the axial view. */
static int
blue_in_column(XImage *image, int x)
{
  int n = 0;
  for (int y = 60; y < height - 60; y++) {
    const unsigned long p = XGetPixel(image, x, y);
    n += (int)(p & 255) - (int)(p >> 16 & 255) > 40;
  }
  return n;
}

/* The column of the axial view with most of it. */
static int
crosshair_x(XImage *image)
{
  int best = -1, most = 100;
  for (int x = 40; x < width * 0.4; x++) {
    const int n = blue_in_column(image, x);
    if (n > most) {
      most = n;
      best = x;
    }
  }
  return best;
}

/* A picture of the phantom is there: many shades in the middle of the axial
 * view. */
static void
wait_for_image(void)
{
  for (int i = 0; i < 100; i++) {
    g_usleep(100000);
    XImage *image = grab();
    const int x = crosshair_x(image);
    XDestroyImage(image);
    if (x >= 0)
      return;
  }
  ck_abort_msg("the image did not appear");
}

/* ---- input ---- */

static void
key(KeySym symbol, gboolean control)
{
  cap_xtest_key(&input, symbol, control ? GDK_CONTROL_MASK : 0);
}

/* Pixels that change when ACT has been done and the screen is quiet. */
#define CHANGED_BY(act)                                                        \
  ({                                                                           \
    XImage *before_ = settled();                                               \
    act;                                                                       \
    XImage *after_ = settled();                                                \
    const int n_ = difference(before_, after_);                                \
    XDestroyImage(before_);                                                    \
    XDestroyImage(after_);                                                     \
    n_;                                                                        \
  })

/* ---- tests ---- */

START_TEST(mouse_and_keys_read_a_study)
{
  start(folder);
  wait_for_image();
  const int x = left + width / 4, y = top + height / 2;
  cap_xtest_point(&input, x, y);
  ck_assert_msg(CHANGED_BY(cap_xtest_click(&input, CAP_WHEEL_DOWN)) > 2000,
                "wheel");
  ck_assert_msg(CHANGED_BY(key(XK_3, FALSE)) > 5000, "preset 3");
  ck_assert_msg(CHANGED_BY(cap_xtest_drag(&input, CAP_RIGHT, x, y, 60, 0)) >
                    5000,
                "window drag");
  ck_assert_msg(CHANGED_BY(key(XK_1, FALSE)) > 5000, "preset 1");
  ck_assert_msg(CHANGED_BY(key(XK_s, FALSE)) > 2000, "MIP");
  ck_assert_msg(CHANGED_BY(key(XK_bracketright, FALSE)) > 2000, "thicker");
  for (int i = 0; i < 3; i++)
    key(XK_s, FALSE);
  ck_assert_msg(CHANGED_BY({
                  cap_xtest_click(&input, CAP_LEFT);
                  cap_xtest_click(&input, CAP_LEFT);
                }) > 20000,
                "one view");
  ck_assert_msg(CHANGED_BY(key(XK_x, FALSE)) > 20000, "all views");
  ck_assert_msg(CHANGED_BY(cap_xtest_drag(&input, CAP_MIDDLE, x, y, 40, 25)) >
                    5000,
                "pan");
  ck_assert_msg(CHANGED_BY({
                  cap_xtest_key_state(&input, XK_Control_L, TRUE);
                  cap_xtest_click(&input, CAP_WHEEL_DOWN);
                  cap_xtest_key_state(&input, XK_Control_L, FALSE);
                }) > 5000,
                "zoom");

  cap_xtest_drag(&input, CAP_LEFT, x + 30, y, 20, 0);
  XImage *image = settled();
  const int at = crosshair_x(image);
  XDestroyImage(image);
  ck_assert_int_ge(left + at, x + 48);
  ck_assert_int_le(left + at, x + 52);

  image = settled();
  cap_xtest_key_state(&input, XK_h, TRUE);
  XImage *hidden = settled();
  ck_assert_int_lt(crosshair_x(hidden), 0);
  cap_xtest_key_state(&input, XK_h, FALSE);
  XImage *back = settled();
  ck_assert_int_eq(crosshair_x(back), at);
  XDestroyImage(image);
  XDestroyImage(hidden);
  XDestroyImage(back);

  ck_assert_msg(CHANGED_BY(key(XK_F10, FALSE)) > 20000, "F10");
  ck_assert_msg(CHANGED_BY(key(XK_F11, FALSE)) > 20000, "F11");
  ck_assert_msg(CHANGED_BY(key(XK_F11, FALSE)) > 20000, "F11 again");
  ck_assert_msg(CHANGED_BY(key(XK_F9, FALSE)) > 20000, "F9");
  stop();
}
END_TEST

/* The window has the focus, or another one has. */
static void
wait_for_focus(gboolean here)
{
  for (int i = 0; i < 600; i++) {
    const Window active = cap_xtest_active_window(&input);
    if (active != 0 && (active == window) == here)
      return;
    g_usleep(50000);
  }
  ck_abort_msg("the focus is not %s", here ? "in the window" : "elsewhere");
}

START_TEST(a_missing_path_leaves_the_window_usable)
{
  start("/nonexistent/study");
  XImage *first = settled(); /* XDestroyImage is a macro that asks twice */
  XDestroyImage(first);
  /* A mouse over the sentence and keys that have nothing to act on. */
  cap_xtest_point(&input, left + width / 2, top + height / 2);
  key(XK_e, FALSE);
  key(XK_3, FALSE);
  /* Space presses what has the focus: another folder can be looked for. */
  key(XK_space, FALSE);
  wait_for_focus(FALSE);
  key(XK_Escape, FALSE);
  wait_for_focus(TRUE);
  stop();
}
END_TEST

int
main(int argc, char **argv)
{
  viewer = argc > 1 ? argv[1] : "capsight-viewer";
  capsight = argc > 2 ? argv[2] : "capsight";
  folder = g_dir_make_tmp("capsight-test-XXXXXX", NULL);
  g_autofree char *command =
      g_strdup_printf("'%s' phantom --progress none --quiet --size 128 "
                      "--slices 40 -o '%s'",
                      capsight, folder);
  int status = 0;
  if (!g_spawn_command_line_sync(command, NULL, NULL, &status, NULL) ||
      status != 0)
    return 99;
  Suite *suite = suite_create("program");
  TCase *tests = tcase_create("program");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, mouse_and_keys_read_a_study);
  tcase_add_test(tests, a_missing_path_leaves_the_window_usable);
  suite_add_tcase(suite, tests);
  const int failed = cap_suite_run(suite);
  cap_test_remove(folder);
  return failed;
}
