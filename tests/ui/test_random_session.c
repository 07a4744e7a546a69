/* A reader who does anything at all (see random_reader.h) in the viewer's own
 * window in this process, as fast as events are taken. Now and then the window
 * is closed and the study opened in a new one, which shows what the old one
 * showed. Nothing is said on stderr, no window takes more memory for it than
 * its review's log explains, and a closed one leaves none behind.
 *
 * Arguments: capsight (which makes a phantom), the file that lists what was
 * done, seconds, seed. */
#include "io/findings/findings_json.h"
#include "tests/support/ui.h"
#include "tests/ui/random_reader.h"
#include "ui/application.h"
#include "ui/work/job.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  WINDOWS = 6,  /* one after the other */
  ENOUGH = 1000 /* events to do something; a busy machine takes fewer */
};

/* Heap that may be in use without being a leak, MiB. */
#define ROOM_OPEN                                                              \
  96 /* in a window: networks, pictures, lists, all made late                  \
      */
#define ROOM_ACTION 0.05 /* for an entry of the review's log */
#define ROOM_CLOSED 4    /* without one: what GTK keeps of fonts and styles */
#define ROOM_EVENT 0.002 /* and of its own menus, for an event */

static const char *capsight, *log_path;
static int seconds = 60;
static guint64 seed = 1;

/* Heap in use, MiB: when the window has opened, before it closes, and after. */
typedef struct {
  double fresh_mb, used_mb, closed_mb;
  int fresh_actions, used_actions;
  int n_events; /* that had been sent */
} Reading;

typedef struct {
  AdwApplication *application;
  CapRandomReader reader;
  GFile *series; /* folder of the phantom */
  gint64 start_us;
  Reading readings[WINDOWS];
  int n_readings;
  char *shown, *again;         /* by a closed window and the next, as text */
  CapSession *closed[WINDOWS]; /* studies of closed windows; NULL when gone */
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
state_of(CapSession *session)
{
  GString *text = g_string_new(NULL);
  const CapReview *review = cap_session_review(session);
  if (review == NULL) /* nothing has been done yet */
    return g_string_free(text, FALSE);
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

/* ---- the course of the session ---- */

static CapSession *
session_of(const Session *s)
{
  return cap_window_session(s->reader.window);
}

static double
heap_mb(void)
{
  malloc_trim(0);
  const struct mallinfo2 info = mallinfo2();
  return (double)(info.uordblks + info.hblkhd) / 0x1p20;
}

static int
n_actions(const Session *s)
{
  const CapReview *review = cap_session_review(session_of(s));
  int n = 0;
  for (int act = 0; review != NULL && act < CAP_N_ACTS; act++)
    n += cap_review_count(review, (CapAct)act);
  return n;
}

static gboolean
is_quiet(gpointer data)
{
  CapSession *session = session_of(data);
  return !cap_session_detecting(session) &&
         cap_session_phase(session) == CAP_PHASE_READY;
}

static gboolean
has_window(gpointer data)
{
  Session *s = data;
  GtkWindow *window =
      gtk_application_get_active_window(GTK_APPLICATION(s->application));
  s->reader.window = window != NULL ? CAP_WINDOW(window) : NULL;
  return window != NULL && is_quiet(s);
}

static gboolean
has_none(gpointer data)
{
  return g_list_model_get_n_items(gtk_window_get_toplevels()) == 0;
}

/* Nothing runs, and pictures have one size. */
static void
come_to_rest(Session *s)
{
  GtkWidget *window = GTK_WIDGET(s->reader.window);
  cap_random_reader_close_others(&s->reader);
  gtk_window_unmaximize(GTK_WINDOW(window));
  for (int i = 0; i < 4; i++) {
    gtk_widget_activate_action(window, "win.cancel", NULL);
    cap_ui_spin(200);
  }
  gtk_widget_activate_action(window, "win.layout", "s", "large");
  cap_ui_wait(is_quiet, s, "work in the background ends");
  cap_ui_spin(500);
}

/* What is in use once workers that were told to stop, which takes a detection a
 * while on a busy machine, have given back what they had. */
static double
used_mb(const Reading *r)
{
  double mb = heap_mb();
  for (int i = 0; i < 40 && mb - r->fresh_mb > ROOM_OPEN; i++) {
    cap_ui_spin(500);
    mb = heap_mb();
  }
  return mb;
}

static gboolean
stay(GtkWindow *window, gpointer data)
{
  return TRUE; /* it was not asked to close by anybody who reads */
}

/* A window has opened with the study. */
static void
enter(Session *s)
{
  g_signal_connect(s->reader.window, "close-request", G_CALLBACK(stay), NULL);
  come_to_rest(s);
  Reading *r = &s->readings[s->n_readings];
  r->fresh_mb = heap_mb();
  r->fresh_actions = n_actions(s);
}

/* What may hold a study whose window has closed, for who has to find it. */
static void
note_toplevels(Session *s)
{
  g_autoptr(GList) all = gtk_window_list_toplevels();
  for (GList *l = all; l != NULL; l = l->next)
    cap_random_reader_note(&s->reader, "%s %s \"%s\", %u references",
                           gtk_widget_get_mapped(l->data) ? "shown:" : "there:",
                           G_OBJECT_TYPE_NAME(l->data),
                           gtk_window_get_title(l->data),
                           G_OBJECT(l->data)->ref_count);
}

/* The window closes. */
static void
leave(Session *s)
{
  come_to_rest(s);
  Reading *r = &s->readings[s->n_readings];
  r->used_mb = used_mb(r);
  r->used_actions = n_actions(s);
  r->n_events = s->reader.n_events;
  check_items(session_of(s));
  g_free(s->shown);
  s->shown = state_of(session_of(s));
  CapSession **study = &s->closed[s->n_readings];
  *study = session_of(s);
  g_object_add_weak_pointer(G_OBJECT(*study), (gpointer *)study);
  g_signal_handlers_disconnect_by_func(s->reader.window, stay, NULL);
  gtk_window_close(GTK_WINDOW(s->reader.window));
  s->reader.window = NULL;
  cap_ui_wait(has_none, s, "the window closes");
  cap_job_end_all();
  cap_ui_spin(500);
  r->closed_mb = heap_mb();
  for (int i = 0; i <= s->n_readings; i++)
    if (s->closed[i] != NULL) {
      cap_random_reader_note(
          &s->reader, "study %d of %d is still there, %u references", i + 1,
          s->n_readings + 1, G_OBJECT(s->closed[i])->ref_count);
      note_toplevels(s);
    }
  cap_random_reader_note(
      &s->reader, "MiB of heap: %.1f fresh, %.1f after %d actions, %.1f closed",
      r->fresh_mb, r->used_mb, r->used_actions - r->fresh_actions,
      r->closed_mb);
  s->n_readings++;
}

static gboolean
step(gpointer data)
{
  Session *s = data;
  const gint64 due = s->start_us + (s->n_readings + 1) * seconds *
                                       G_TIME_SPAN_SECOND / WINDOWS;
  if (g_get_monotonic_time() >= due) {
    leave(s);
    g_application_open(G_APPLICATION(s->application), &s->series, 1, "");
    cap_ui_wait(has_window, s, "the study is open again");
    g_free(s->again);
    s->again = state_of(session_of(s));
    if (s->n_readings == WINDOWS || strcmp(s->shown, s->again) != 0) {
      gtk_window_destroy(GTK_WINDOW(s->reader.window));
      g_application_release(G_APPLICATION(s->application));
      return G_SOURCE_REMOVE;
    }
    enter(s);
  }
  cap_random_reader_act(&s->reader);
  return G_SOURCE_CONTINUE;
}

static gboolean
begin(gpointer data)
{
  Session *s = data;
  if (!has_window(s))
    return G_SOURCE_CONTINUE;
  g_application_hold(G_APPLICATION(s->application));
  g_action_map_remove_action(G_ACTION_MAP(s->application), "quit");
#ifdef __SANITIZE_ADDRESS__
  /* GTK 4.8 loses what it reads a selection with when that has no text. */
  g_object_set(gtk_settings_get_default(), "gtk-enable-primary-paste", FALSE,
               NULL);
#endif
  s->start_us = g_get_monotonic_time();
  enter(s);
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
 * frame early; when the wheel turns over a list whose rows have gone and whose
 * scroll bar has not heard of it yet (GTK 4.10 says nothing of that); and when
 * what a menu or tooltip hangs from has been scrolled beside all monitors, of
 * which it then asks the place (gdk_surface_get_layout_monitor). */
static char *
without_gtks_own(const char *said)
{
  GString *rest = g_string_new(NULL);
  g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' &&
        strstr(*line, "Broken accounting of active") == NULL &&
        strstr(*line, "snapshot GtkListItemWidget") == NULL &&
        strstr(*line, "GtkListView failed to scroll") == NULL &&
        strstr(*line, "gdk_monitor_get_geometry: assertion") == NULL)
      g_string_append_printf(rest, "%s\n", *line);
  return g_string_free(rest, FALSE);
}

/* stderr goes to a file until it is given back, which it is before the process
 * ends: what LeakSanitizer says then is to be read. */
typedef struct {
  char *path;
  int before;
} Caught;

static Caught
catch_stderr(const char *in)
{
  Caught c = {g_build_filename(in, "stderr", NULL), dup(STDERR_FILENO)};
  const int fd = open(c.path, O_CREAT | O_WRONLY | O_APPEND, 0600);
  ck_assert_int_ge(fd, 0);
  ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
  close(fd);
  return c;
}

static char *
give_back_stderr(Caught c)
{
  char *said = NULL;
  ck_assert_int_ge(dup2(c.before, STDERR_FILENO), 0);
  close(c.before);
  ck_assert(g_file_get_contents(c.path, &said, NULL, NULL));
  g_free(c.path);
  return said;
}

/* Events have come to every window. */
static void
check_acts(const Session *s)
{
  for (int i = 0; i < WINDOWS; i++) {
    const Reading *r = &s->readings[i];
    const int sent = r->n_events - (i > 0 ? s->readings[i - 1].n_events : 0);
    ck_assert_msg(sent < ENOUGH || r->used_actions > r->fresh_actions,
                  "%d events have done nothing in window %d", sent, i + 1);
  }
}

/* No window has taken more than its log explains, and the last one has left
 * no more behind than an earlier one did. The first pays for what GTK keeps. */
static void
check_memory(const Session *s)
{
  const Reading *last = &s->readings[WINDOWS - 1];
  double may_be = 0;
  for (int i = 0; i < WINDOWS; i++) {
    const Reading *r = &s->readings[i];
    const int acts = r->used_actions - r->fresh_actions;
    ck_assert_msg(r->used_mb - r->fresh_mb < ROOM_OPEN + ROOM_ACTION * acts,
                  "window %d has grown from %.1f to %.1f MiB in %d actions",
                  i + 1, r->fresh_mb, r->used_mb, acts);
    if (i > 0 && i < WINDOWS - 1)
      may_be = MAX(may_be, r->closed_mb + ROOM_CLOSED +
                               ROOM_EVENT * (last->n_events - r->n_events));
  }
  ck_assert_msg(last->closed_mb < may_be,
                "closed windows have left %.1f MiB, more than %.1f",
                last->closed_mb, may_be);
}

START_TEST(anything_may_be_done)
{
  char *folder = cap_test_folder();
  g_autofree char *series = make_phantom(folder);
  FILE *log = fopen(log_path, "w");
  ck_assert_ptr_nonnull(log);
  fprintf(log, "seed %" G_GUINT64_FORMAT "\n", seed);
  const Caught caught = catch_stderr(folder);
  Session s = {.application = cap_application_new(),
               .series = g_file_new_for_path(series)};
  cap_random_reader_start(&s.reader, seed, log);
  g_timeout_add(50, begin, &s);
  char *arguments[] = {"capsight-viewer", series, NULL};
  ck_assert_int_eq(
      g_application_run(G_APPLICATION(s.application), 2, arguments), 0);
  g_object_unref(s.application);
  fclose(log);

  g_autofree char *all = give_back_stderr(caught);
  g_autofree char *said = without_gtks_own(all);
  const CapRandomReader *r = &s.reader;
  printf("# seed %" G_GUINT64_FORMAT ": %d events in %d s, by title bars %d "
         "moves, %d double clicks, %d closed; MiB of heap in each window, "
         "fresh, used (actions), closed:",
         seed, r->n_events, seconds, r->n_moved, r->n_maximized, r->n_closed);
  for (int i = 0; i < s.n_readings; i++) {
    const Reading *reading = &s.readings[i];
    printf(" %.1f, %.1f (%d), %.1f;", reading->fresh_mb, reading->used_mb,
           reading->used_actions - reading->fresh_actions, reading->closed_mb);
  }
  printf("\n");
  fflush(stdout);
  ck_assert_msg(said[0] == '\0', "it said (what was done is in %s): %s",
                log_path, said);
  ck_assert_pstr_eq(s.shown, s.again);
  ck_assert_int_eq(s.n_readings, WINDOWS);
  for (int i = 0; i < WINDOWS; i++)
    ck_assert_msg(s.closed[i] == NULL, "window %d has left its study", i + 1);
  if (r->n_events >= ENOUGH)
    ck_assert_int_gt(r->n_moved, 0);
  check_acts(&s);
  check_memory(&s);
  g_free(s.shown);
  g_free(s.again);
  g_object_unref(s.series);
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
