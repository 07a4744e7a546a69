/* What every sub-command shares: options, progress, errors. See command.h. */
#include "app/command.h"

#include "core/error.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

gboolean
cap_command_parse(int *argc, char ***argv, const char *positional,
                  const char *description, const GOptionEntry *entries,
                  CapCommon *common)
{
  *common = (CapCommon){.seed = 1};
  gboolean version = FALSE;
  const GOptionEntry shared[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &common->json,
       "Print data as JSON on stdout", NULL},
      {"progress", 0, 0, G_OPTION_ARG_STRING, &common->progress,
       "auto (a bar on a terminal), none or json", "KIND"},
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &common->jobs,
       "Workers to use (default: one per processor)", "N"},
      {"seed", 0, 0, G_OPTION_ARG_INT64, &common->seed,
       "Seed of everything random (default 1)", "N"},
      {"data", 0, 0, G_OPTION_ARG_FILENAME, &common->data,
       "Folder of data sets (default $CAPSIGHT_DATA)", "DIR"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &common->quiet, "Errors only", NULL},
      {"verbose", 'v', 0, G_OPTION_ARG_NONE, &common->verbose, "Say more",
       NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL},
      {NULL},
  };

  const char *command = (*argv)[0];
  g_autofree char *name = g_strdup_printf("capsight %s", command);
  g_set_prgname(name);
  g_autoptr(GOptionContext) context = g_option_context_new(positional);
  g_option_context_set_summary(context, description);
  if (entries != NULL)
    g_option_context_add_main_entries(context, entries, NULL);
  g_option_context_add_main_entries(context, shared, NULL);

  g_autoptr(GError) error = NULL;
  if (!g_option_context_parse(context, argc, argv, &error)) {
    fprintf(stderr,
            "capsight: %s; `capsight %s --help` lists the options "
            "[CAP-001]\n",
            error->message, command);
    return FALSE;
  }
  if (version) {
    printf("capsight %s\n", CAP_VERSION);
    exit(0);
  }
  if (common->progress != NULL && !g_str_equal(common->progress, "auto") &&
      !g_str_equal(common->progress, "none") &&
      !g_str_equal(common->progress, "json")) {
    fprintf(stderr,
            "capsight: --progress is auto, none or json, not “%s” "
            "[CAP-001]\n",
            common->progress);
    return FALSE;
  }
  if (common->jobs < 0) {
    fprintf(stderr, "capsight: --jobs takes a number from 0 (all processors) "
                    "[CAP-001]\n");
    return FALSE;
  }
  if (common->data == NULL && g_getenv("CAPSIGHT_DATA") != NULL &&
      *g_getenv("CAPSIGHT_DATA") != '\0')
    common->data = g_strdup(g_getenv("CAPSIGHT_DATA"));
  return TRUE;
}

void
cap_common_clear(CapCommon *common)
{
  g_clear_pointer(&common->progress, g_free);
  g_clear_pointer(&common->data, g_free);
}

gboolean
cap_command_wrong(GError **error, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, CAP_ERROR, CAP_ERROR_USAGE, text);
  return FALSE;
}

int
cap_command_fail(const GError *error)
{
  const int code =
      error->domain == CAP_ERROR ? error->code : CAP_ERROR_INTERNAL;
  fprintf(stderr, "capsight: %s [%s]\n", error->message, cap_error_name(code));
  return cap_error_exit_status(error);
}

/* ---- progress ---- */

typedef enum { REPORT_NONE, REPORT_BAR, REPORT_JSON } ReportKind;

struct CapReporter {
  CapProgress progress;
  ReportKind kind;
  gint64 stage_start_us, last_us;
  char stage[64];
  gboolean line_open;
};

static GCancellable *interrupted; /* what Ctrl-C cancels */

/* Only sets a flag and wakes waiters' pipe: g_cancellable_cancel takes locks,
 * so the handler defers it to a watcher thread through this pipe. */
static int interrupt_pipe[2] = {-1, -1};

static void
on_interrupt(int signal_number)
{
  const char byte = 1;
  if (write(interrupt_pipe[1], &byte, 1) < 0)
    _exit(130);
  /* A second Ctrl-C ends the program at once. */
  signal(signal_number, SIG_DFL);
}

static gpointer
watch_interrupt(gpointer unused)
{
  char byte;
  while (read(interrupt_pipe[0], &byte, 1) == 1)
    g_cancellable_cancel(interrupted);
  return NULL;
}

static void
catch_interrupts(void)
{
  static gsize once;
  if (!g_once_init_enter(&once))
    return;
  interrupted = g_cancellable_new();
  if (g_unix_open_pipe(interrupt_pipe, FD_CLOEXEC, NULL)) {
    g_thread_unref(g_thread_new("interrupt", watch_interrupt, NULL));
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
  }
  g_once_init_leave(&once, 1);
}

static void
show_bar(CapReporter *r, const char *stage, double fraction, gint64 now)
{
  enum { WIDTH = 28 };
  const double elapsed = (now - r->stage_start_us) / 1e6;
  char bar[WIDTH + 1];
  const int filled = (int)lround(fraction * WIDTH);
  memset(bar, '=', filled);
  memset(bar + filled, ' ', WIDTH - filled);
  bar[WIDTH] = '\0';
  fprintf(stderr, "\r\033[K%-24s [%s] %3.0f %%", stage, bar, fraction * 100);
  if (fraction > 0.02 && fraction < 1 && elapsed > 1)
    fprintf(stderr, "  %.0f s left", elapsed * (1 - fraction) / fraction);
  r->line_open = TRUE;
  if (fraction >= 1) {
    fprintf(stderr, "  %.1f s\n", elapsed);
    r->line_open = FALSE;
  }
  fflush(stderr);
}

static void
report(const char *stage, double fraction, gpointer user_data)
{
  CapReporter *r = user_data;
  const gint64 now = g_get_monotonic_time();
  const gboolean new_stage = strncmp(r->stage, stage, sizeof r->stage - 1) != 0;
  if (new_stage) {
    if (r->line_open)
      fputc('\n', stderr);
    r->line_open = FALSE;
    g_strlcpy(r->stage, stage, sizeof r->stage);
    r->stage_start_us = now;
  } else if (fraction < 1 && now - r->last_us < 100000) {
    return;
  }
  r->last_us = now;
  if (r->kind == REPORT_BAR) {
    show_bar(r, stage, fraction, now);
  } else {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    fprintf(stderr, "{\"stage\":\"%s\",\"fraction\":%s}\n", stage,
            g_ascii_formatd(number, sizeof number, "%.4f", fraction));
  }
}

CapReporter *
cap_reporter_new(const CapCommon *common)
{
  CapReporter *r = g_new0(CapReporter, 1);
  catch_interrupts();
  const char *kind = common->progress ? common->progress : "auto";
  if (g_str_equal(kind, "json"))
    r->kind = REPORT_JSON;
  else if (g_str_equal(kind, "auto") && !common->quiet && isatty(2))
    r->kind = REPORT_BAR;
  r->progress.cancellable = interrupted;
  r->progress.user_data = r;
  r->progress.func = r->kind == REPORT_NONE ? NULL : report;
  return r;
}

void
cap_reporter_free(CapReporter *r)
{
  if (r == NULL)
    return;
  if (r->line_open)
    fputc('\n', stderr);
  g_free(r);
}

const CapProgress *
cap_reporter_progress(const CapReporter *r)
{
  return &r->progress;
}

int
cap_command_work(const CapCommon *common, CapCommandWork work, char **arguments,
                 gpointer options)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReporter) reporter = cap_reporter_new(common);
  const gboolean done =
      work(arguments, options, cap_reporter_progress(reporter), &error);
  g_clear_pointer(&reporter, cap_reporter_free); /* ends the bar's line */
  return done ? 0 : cap_command_fail(error);
}
