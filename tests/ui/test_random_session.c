/* A reader who does anything at all: the viewer's own window in this process,
 * with events that a seed chooses sent through the X server as fast as they are
 * taken. Afterwards nothing was said on stderr, memory has not grown by more
 * than the review's log explains, and the review's file replays to what the
 * window shows.
 *
 * Arguments: capsight (which makes a phantom), the file that lists what was
 * done, seconds, seed. */
#include "core/random.h"
#include "io/findings/findings_json.h"
#include "tests/support/title_bar.h"
#include "tests/support/ui.h"
#include "tests/support/ui_input.h"
#include "ui/application.h"
#include "ui/keys.h"
#include "ui/window.h"

#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  BURST = 4,     /* events at most before the window may draw */
  ENOUGH = 1000, /* events to have done something; a busy machine takes fewer */
  READINGS = 6   /* of memory; the last is compared with the lowest */
};

static const char *capsight, *log_path;
static int seconds = 60;
static guint64 seed = 1;

typedef struct {
  AdwApplication *application;
  CapWindow *window;
  char *series, *said; /* folder of the phantom, file for stderr */
  CapXtest input;
  CapRandom random;
  FILE *log;
  int n_events, n_burst; /* sent in all, and since the window could draw */
  int n_moved, n_maximized, n_closed; /* by title bars */
  gint64 start_us;
  int n_readings;
  double heap_mb[READINGS];
  int actions[READINGS];
  gboolean grew;
  char *shown, *replayed; /* states, as text */
} Session;

/* ---- the state, as text ---- */

static void
add_mask(GString *text, const CapFinding *f)
{
  if (f->mask == NULL)
    return;
  const CapMask *m = f->mask;
  g_autofree char *sum = g_compute_checksum_for_data(
      G_CHECKSUM_SHA256, m->voxels, (gsize)m->columns * m->rows * m->slices);
  g_string_append_printf(text, "mask of %d at (%d,%d,%d) %s\n", f->id,
                         m->first[0], m->first[1], m->first[2], sum);
}

static char *
state_of(const CapReview *review)
{
  GString *text = g_string_new(NULL);
  const CapFindings *findings = cap_review_findings(review);
  if (findings != NULL) {
    g_autofree char *json = cap_findings_json_text(findings);
    g_string_append(text, json);
    for (guint i = 0; i < findings->items->len; i++)
      add_mask(text, findings->items->pdata[i]);
  }
  const GPtrArray *images = cap_review_key_images(review);
  for (guint i = 0; images != NULL && i < images->len; i++)
    g_string_append_printf(text, "key image %d\n",
                           ((const CapReviewImage *)images->pdata[i])->id);
  return g_string_free(text, FALSE);
}

/* Every item that the list holds is what the review says. */
static void
check_items(CapSession *session)
{
  const CapFindings *findings = cap_session_findings(session);
  GListModel *items = cap_session_all_items(session);
  const guint n = findings != NULL ? findings->items->len : 0;
  ck_assert_uint_eq(g_list_model_get_n_items(items), n);
  for (guint i = 0; i < n; i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    const CapFinding *f = cap_finding_item_get(item);
    const CapFinding *wanted =
        cap_review_finding(cap_session_review(session), f->id);
    ck_assert_ptr_nonnull(wanted);
    ck_assert_int_eq(f->status, wanted->status);
    ck_assert_double_eq(f->volume_mm3, wanted->volume_mm3);
  }
}

/* ---- what is done ---- */

static void note(Session *s, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void
note(Session *s, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autofree char *clock = g_date_time_format(now, "%H:%M:%S.%f");
  fprintf(s->log, "%d %s ", s->n_events++, clock); /* as GLib's messages */
  vfprintf(s->log, format, args);
  fputc('\n', s->log);
  fflush(s->log);
  va_end(args);
}

static int
below(Session *s, int n)
{
  return cap_random_below(&s->random, n);
}

/* One of the window's own keys. Folders are not chosen at random, and the
 * session ends by itself. */
static void
press_key(Session *s)
{
  static const char *const kept_away[] = {"win.open", "win.open-file",
                                          "window.close", "app.quit"};
  int n = 0;
  while (cap_keys[n].accelerator != NULL)
    n++;
  if (below(s, 10) == 0) { /* out of entries and tools now and then */
    note(s, "Escape");
    cap_xtest_key(&s->input, XK_Escape, 0);
    return;
  }
  const CapKey *k = &cap_keys[below(s, n)];
  guint value;
  GdkModifierType modifiers;
  if (!gtk_accelerator_parse(k->accelerator, &value, &modifiers) ||
      (k->action != NULL &&
       g_strv_contains((const char *const[]){kept_away[0], kept_away[1],
                                             kept_away[2], kept_away[3], NULL},
                       k->action)))
    return;
  note(s, "key %s", k->accelerator);
  cap_xtest_key(&s->input, value, modifiers);
}

/* Points at what lies anywhere in the window, for a left drag too or not. */
static gboolean
point(Session *s, int *x, int *y)
{
  GtkWidget *window = GTK_WIDGET(s->window);
  const int in_x = below(s, gtk_widget_get_width(window));
  const int in_y = below(s, gtk_widget_get_height(window));
  cap_ui_on_screen(&s->input, window, in_x, in_y, x, y);
  cap_xtest_point(&s->input, *x, *y);
  /* Title bars (see use_title_bar) and edges are the window manager's: it would
   * begin to move the window only after the drag, which this process sends in
   * one go, and keep all events until the next click. A key of the same burst
   * may open a dialog. */
  GtkWidget *at = gtk_widget_pick(window, in_x, in_y, GTK_PICK_DEFAULT);
  return s->n_burst == 0 &&
         g_list_model_get_n_items(gtk_window_get_toplevels()) == 1 &&
         at != NULL && at != window &&
         gtk_widget_get_ancestor(at, GTK_TYPE_WINDOW_HANDLE) == NULL;
}

static void
use_mouse(Session *s)
{
  static const KeySym held[] = {XK_Control_L, XK_Shift_L, XK_Alt_L};
  int x, y;
  const gboolean may_drag = point(s, &x, &y);
  const KeySym modifier = below(s, 4) == 0 ? held[below(s, 3)] : 0;
  if (modifier != 0)
    cap_xtest_key_state(&s->input, modifier, True);
  const int what = below(s, 3);
  if (what == 0) {
    const unsigned wheel = CAP_WHEEL_UP + (unsigned)below(s, 2);
    const int n = 1 + below(s, 8);
    note(s, "wheel %u, %d times at %d,%d with %lx", wheel, n, x, y, modifier);
    for (int i = 0; i < n; i++)
      cap_xtest_click(&s->input, wheel);
  } else if (what == 1) {
    unsigned which = 1 + (unsigned)below(s, 3);
    if (which == CAP_LEFT && !may_drag)
      which = CAP_RIGHT;
    const int dx = below(s, 300) - 150, dy = below(s, 300) - 150;
    note(s, "drag %u at %d,%d by %d,%d with %lx", which, x, y, dx, dy,
         modifier);
    cap_xtest_drag(&s->input, which, x, y, dx, dy);
  } else {
    const unsigned which = 1 + (unsigned)below(s, 3);
    note(s, "click %u at %d,%d with %lx", which, x, y, modifier);
    cap_xtest_click(&s->input, which);
  }
  if (modifier != 0)
    cap_xtest_key_state(&s->input, modifier, False);
}

/* Moves a window, maximises the main one or takes that back, closes another. */
static void
use_title_bar(Session *s)
{
  GListModel *windows = gtk_window_get_toplevels();
  GtkWindow *window = g_list_model_get_item(
      windows, (guint)below(s, (int)g_list_model_get_n_items(windows)));
  const char *name = G_OBJECT_TYPE_NAME(window);
  /* A closed window that somebody holds keeps its children, and GTK 4.8 lets
   * a wheel that turned in them roll out without a frame clock. */
  g_object_unref(window);
  if (!gtk_widget_get_mapped(GTK_WIDGET(window)))
    return;
  if (below(s, 2) == 0) {
    const int dx = below(s, 300) - 150, dy = below(s, 300) - 150;
    note(s, "drags %s by %d,%d", name, dx, dy);
    s->n_moved += cap_title_bar_drag(&s->input, window, dx, dy);
  } else if (window == GTK_WINDOW(s->window)) {
    note(s, "double click on the title bar");
    s->n_maximized += cap_title_bar_double_click(&s->input, window);
  } else {
    note(s, "close button of %s", name);
    s->n_closed += cap_title_bar_close(&s->input, window);
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
close_dialogs(Session *s)
{
  GListModel *windows = gtk_window_get_toplevels();
  GdkSurface *surface = gtk_native_get_surface(GTK_NATIVE(s->window));
  if (gdk_toplevel_get_state(GDK_TOPLEVEL(surface)) &
      GDK_TOPLEVEL_STATE_MINIMIZED)
    gtk_window_present(GTK_WINDOW(s->window));
  for (guint i = g_list_model_get_n_items(windows); i-- > 0;) {
    g_autoptr(GtkWindow) window = g_list_model_get_item(windows, i);
    if (window == GTK_WINDOW(s->window))
      continue;
    if (GTK_IS_FILE_CHOOSER(window) || below(s, 20) == 0) {
      note(s, "closes %s", G_OBJECT_TYPE_NAME(window));
      close_window(window);
    }
  }
}

/* ---- the course of the session ---- */

static double
heap_mb(void)
{
  const struct mallinfo2 info = mallinfo2();
  return (double)(info.uordblks + info.hblkhd) / 0x1p20;
}

static int
n_actions(CapSession *session)
{
  const CapReview *review = cap_session_review(session);
  int n = 0;
  for (int act = 0; review != NULL && act < CAP_N_ACTS; act++)
    n += cap_review_count(review, (CapAct)act);
  return n;
}

static gboolean
is_quiet(gpointer data)
{
  Session *s = data;
  return !cap_session_detecting(cap_window_session(s->window)) &&
         cap_session_phase(cap_window_session(s->window)) == CAP_PHASE_READY;
}

/* Tools down, nothing running; the same for both readings of memory. */
static void
come_to_rest(Session *s)
{
  GListModel *windows = gtk_window_get_toplevels();
  for (guint i = g_list_model_get_n_items(windows); i-- > 0;) {
    g_autoptr(GtkWindow) window = g_list_model_get_item(windows, i);
    if (window != GTK_WINDOW(s->window))
      close_window(window);
  }
  gtk_window_unmaximize(GTK_WINDOW(s->window)); /* pictures of one size */
  for (int i = 0; i < 4; i++) {
    gtk_widget_activate_action(GTK_WIDGET(s->window), "win.cancel", NULL);
    cap_ui_spin(200);
  }
  cap_ui_wait(is_quiet, s, "work in the background ends");
  cap_ui_spin(500);
  malloc_trim(0);
}

static void
take_reading(Session *s)
{
  come_to_rest(s);
  s->heap_mb[s->n_readings] = heap_mb();
  s->actions[s->n_readings] = n_actions(cap_window_session(s->window));
  note(s, "%.1f MiB of heap, %d actions", s->heap_mb[s->n_readings],
       s->actions[s->n_readings]);
  s->n_readings++;
}

/* Whether the heap holds no more than at an earlier reading and what may have
 * come to the log since. A job that was stopped gives its memory back when it
 * notices. */
static gboolean
has_not_grown(gpointer data)
{
  Session *s = data;
  const int last = READINGS - 1;
  s->heap_mb[last] = heap_mb();
  for (int i = 1; i < last; i++)
    if (s->heap_mb[last] - s->heap_mb[i] <
        4 + 0.05 * (s->actions[last] - s->actions[i]))
      return TRUE;
  return FALSE;
}

static void
finish(Session *s)
{
  s->grew = !has_not_grown(s);
  for (int i = 0; i < 100 && s->grew; i++) {
    cap_ui_spin(200);
    s->grew = !has_not_grown(s);
  }
  CapSession *session = cap_window_session(s->window);
  CapReview *review = cap_session_review(session);
  if (review != NULL) {
    check_items(session);
    s->shown = state_of(review);
    g_autoptr(GError) error = NULL;
    g_autoptr(CapReview) again = cap_review_read(
        cap_review_file_name(review), cap_session_volume(session), &error);
    cap_assert_no_error(error);
    s->replayed = state_of(again);
  }
  gtk_window_destroy(GTK_WINDOW(s->window));
}

static gboolean
step(gpointer data)
{
  Session *s = data;
  const gint64 due = s->start_us + (s->n_readings + 1) * seconds *
                                       G_TIME_SPAN_SECOND / READINGS;
  if (g_get_monotonic_time() >= due)
    take_reading(s);
  if (s->n_readings == READINGS) {
    finish(s);
    return G_SOURCE_REMOVE;
  }
  close_dialogs(s);
  if (below(s, 20) == 0)
    use_title_bar(s);
  const int n = 1 + below(s, BURST);
  for (s->n_burst = 0; s->n_burst < n; s->n_burst++)
    if (below(s, 2) == 0)
      press_key(s);
    else
      use_mouse(s);
  return G_SOURCE_CONTINUE;
}

static gboolean
stay(GtkWindow *window, gpointer data)
{
  return TRUE; /* it was not asked to close by anybody who reads */
}

static gboolean
begin(gpointer data)
{
  Session *s = data;
  GtkWindow *window =
      gtk_application_get_active_window(GTK_APPLICATION(s->application));
  if (window == NULL)
    return G_SOURCE_CONTINUE;
  s->window = CAP_WINDOW(window);
  if (!is_quiet(s))
    return G_SOURCE_CONTINUE;
  g_signal_connect(window, "close-request", G_CALLBACK(stay), NULL);
  g_action_map_remove_action(G_ACTION_MAP(s->application), "quit");
  s->start_us = g_get_monotonic_time();
  s->input = cap_xtest_open(0);
  s->random = cap_random_start(seed, 0, 0);
  g_idle_add_full(G_PRIORITY_LOW, step, s, NULL);
  return G_SOURCE_REMOVE;
}

static char *
make_phantom(const char *in)
{
  char *folder = g_build_filename(in, "study", NULL);
  g_autofree char *command =
      g_strdup_printf("'%s' phantom --progress none --quiet --size 128 "
                      "--slices 40 -o '%s'",
                      capsight, folder);
  int status = -1;
  ck_assert(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
  ck_assert_int_eq(status, 0);
  return folder;
}

/* All but what GTK 4 says of itself: when a press and its release meet
 * different widgets, as they do here, its count of pressed widgets, which it
 * mends; when a list that begins to be scrolled in its first frame is drawn one
 * frame early; and when the wheel turns over a list whose rows have gone and
 * whose scroll bar has not heard of it yet (GTK 4.10 says nothing of that). */
static char *
without_gtks_own(const char *said)
{
  GString *rest = g_string_new(NULL);
  g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' &&
        strstr(*line, "Broken accounting of active") == NULL &&
        strstr(*line, "snapshot GtkListItemWidget") == NULL &&
        strstr(*line, "GtkListView failed to scroll") == NULL)
      g_string_append_printf(rest, "%s\n", *line);
  return g_string_free(rest, FALSE);
}

/* stderr goes to a file from here on. */
static char *
catch_stderr(const char *in)
{
  char *path = g_build_filename(in, "stderr", NULL);
  const int fd = open(path, O_CREAT | O_WRONLY | O_APPEND, 0600);
  ck_assert_int_ge(fd, 0);
  ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
  close(fd);
  return path;
}

START_TEST(anything_may_be_done)
{
  char *folder = cap_test_folder();
  g_autofree char *series = make_phantom(folder);
  Session s = {.log = fopen(log_path, "w")};
  ck_assert_ptr_nonnull(s.log);
  fprintf(s.log, "seed %" G_GUINT64_FORMAT "\n", seed);
  g_autofree char *said_path = catch_stderr(folder);
  s.application = cap_application_new();
  g_timeout_add(50, begin, &s);
  char *arguments[] = {"capsight-viewer", series, NULL};
  ck_assert_int_eq(
      g_application_run(G_APPLICATION(s.application), 2, arguments), 0);
  g_object_unref(s.application);
  fclose(s.log);

  g_autofree char *all = NULL;
  ck_assert(g_file_get_contents(said_path, &all, NULL, NULL));
  g_autofree char *said = without_gtks_own(all);
  printf("# seed %" G_GUINT64_FORMAT ": %d events in %d s, by title bars %d "
         "moves, %d double clicks, %d closed; MiB of heap and actions logged:",
         seed, s.n_events, seconds, s.n_moved, s.n_maximized, s.n_closed);
  for (int i = 0; i < s.n_readings; i++)
    printf(" %.1f %d;", s.heap_mb[i], s.actions[i]);
  printf("\n");
  fflush(stdout);
  ck_assert_msg(said[0] == '\0', "it said (what was done is in %s): %s",
                log_path, said);
  ck_assert_int_eq(s.n_readings, READINGS);
  if (s.n_events >= ENOUGH) {
    ck_assert_int_gt(s.actions[READINGS - 1], 0);
    ck_assert_int_gt(s.n_moved, 0);
  }
  ck_assert_pstr_eq(s.shown, s.replayed);
  ck_assert_msg(s.grew == FALSE, "the heap has grown");
  g_free(s.shown);
  g_free(s.replayed);
  cap_test_remove(folder);
}
END_TEST

int
main(int argc, char **argv)
{
  if (argc < 3)
    return 2;
  capsight = argv[1];
  log_path = argv[2];
  if (argc > 3)
    seconds = MAX(atoi(argv[3]), 3);
  if (argc > 4)
    seed = g_ascii_strtoull(argv[4], NULL, 10);
  Suite *suite = suite_create("random_session");
  TCase *tests = tcase_create("random_session");
  tcase_set_timeout(tests, seconds + 240);
  tcase_add_test(tests, anything_may_be_done);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
