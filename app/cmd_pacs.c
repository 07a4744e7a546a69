/* capsight pacs: search an archive, fetch from it, send to it. */
#include "app/archive_table.h"
#include "app/command.h"

#include "core/error.h"

#include <stdio.h>
#include <string.h>

#define DESCRIPTION                                                            \
  "  find                  lists studies, or with --level series the series\n" \
  "  get --study UID -o DIR   fetches a study or a series into a folder\n"     \
  "  store PATH…           sends the DICOM instances of files and folders\n" \
  "  echo                  asks whether the archive is there\n\n"              \
  "The archive is one of ~/.config/capsight/archives.ini (see the manual), "   \
  "or "                                                                        \
  "a --url.\nWhat is there already is not fetched again, and sending twice "   \
  "is "                                                                        \
  "harmless: after an\ninterruption give the same command."

typedef struct {
  char *archive, *url, *config, *ca, *user, *password_file;
  char *match[CAP_FIELD_N];
  char *modality, *level, *output;
  int limit, offset;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->archive);
  g_free(a->url);
  g_free(a->config);
  g_free(a->ca);
  g_free(a->user);
  g_free(a->password_file);
  for (int i = 0; i < CAP_FIELD_N; i++)
    g_free(a->match[i]);
  g_free(a->modality);
  g_free(a->level);
  g_free(a->output);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
usage(GError **error, const char *text)
{
  g_set_error_literal(error, CAP_ERROR, CAP_ERROR_USAGE, text);
  return FALSE;
}

static CapArchiveSettings *
read_settings(const Arguments *a, GError **error)
{
  g_autofree char *path =
      a->config != NULL ? g_strdup(a->config) : cap_archive_settings_path();
  g_autoptr(CapArchiveSettings) settings = NULL;
  if (a->url != NULL && a->archive != NULL) {
    usage(error, "--url and --archive exclude each other");
    return NULL;
  }
  settings = a->url != NULL
                 ? cap_archive_settings_for_url(a->url, error)
                 : cap_archive_settings_read(path, a->archive, error);
  if (settings == NULL)
    return NULL;
  if (a->ca != NULL) {
    g_free(settings->ca);
    settings->ca = g_strdup(a->ca);
  }
  if ((a->user == NULL) != (a->password_file == NULL)) {
    usage(error, "--user and --password-file belong together");
    return NULL;
  }
  if (a->user != NULL) {
    g_free(settings->user);
    settings->user = g_strdup(a->user);
    if (!cap_archive_settings_password(settings, a->password_file, error))
      return NULL;
  }
  return g_steal_pointer(&settings);
}

/* ---- find ---- */

static gboolean
read_level(const Arguments *a, CapArchiveQuery *query, GError **error)
{
  const char *level = a->level != NULL                         ? a->level
                      : a->match[CAP_FIELD_SERIES_UID] != NULL ? "series"
                                                               : "study";
  query->level = CAP_LEVEL_SERIES;
  if (g_str_equal(level, "study"))
    query->level = CAP_LEVEL_STUDY;
  else if (!g_str_equal(level, "series"))
    return usage(error, "--level is study or series");
  if (a->limit < 0 || a->offset < 0)
    return usage(error, "--limit and --offset are numbers from 0");
  return TRUE;
}

static int
find(CapArchive *archive, const Arguments *a, const CapProgress *progress,
     GError **error)
{
  CapArchiveQuery query = {.limit = a->limit, .offset = a->offset};
  if (!read_level(a, &query, error))
    return -1;
  for (int i = 0; i < CAP_FIELD_N; i++)
    query.match[i] = a->match[i];
  query.match[query.level == CAP_LEVEL_STUDY ? CAP_FIELD_MODALITIES
                                             : CAP_FIELD_MODALITY] =
      a->modality;
  g_autoptr(GPtrArray) rows =
      cap_archive_find(archive, &query, progress, error);
  if (rows == NULL)
    return -1;
  g_autofree char *text = a->common.json
                              ? cap_archive_rows_json(rows, query.level)
                              : cap_archive_table(rows, query.level);
  fputs(text, stdout);
  return 0;
}

/* ---- get ---- */

static int
get(CapArchive *archive, const Arguments *a, const CapProgress *progress,
    GError **error)
{
  g_auto(CapArchiveReceipt) receipt = {0};
  const gboolean ok = cap_archive_get(archive, a->match[CAP_FIELD_STUDY_UID],
                                      a->match[CAP_FIELD_SERIES_UID], a->output,
                                      &receipt, progress, error);
  if (receipt.problems == NULL)
    return -1;
  const int there = receipt.received + receipt.kept;
  const gboolean complete = ok && there == receipt.expected;
  for (guint i = 0; i < receipt.problems->len && ok; i++)
    fprintf(stderr, "capsight: %s\n", (char *)receipt.problems->pdata[i]);
  if (a->common.json) {
    g_autofree char *text = cap_archive_receipt_json(&receipt, complete);
    fputs(text, stdout);
  } else if (complete) {
    printf("%d images in %s (%d fetched, %d there already)\n", receipt.expected,
           receipt.folder, receipt.received, receipt.kept);
  }
  if (!complete && there > 0)
    fprintf(stderr,
            "capsight: not complete: %d of %d images are in %s; the same "
            "command fetches the rest\n",
            there, receipt.expected, receipt.folder);
  return !ok ? -1 : complete ? 0 : 1;
}

/* ---- store ---- */

static void
print_sent(const GPtrArray *items, int n_skipped)
{
  enum { NAMED = 20 };
  int n_named = 0;
  const int n_stored = cap_archive_count(items, CAP_SEND_STORED);
  for (guint i = 0; i < items->len; i++) {
    const CapSendItem *item = items->pdata[i];
    if (item->reason == NULL || n_named++ >= NAMED)
      continue;
    g_autofree char *file = g_filename_display_name(item->path);
    fprintf(stderr, "capsight: %s: %s\n", file, item->reason);
  }
  if (n_named > NAMED)
    fprintf(stderr, "capsight: … and %d more (--json lists all)\n",
            n_named - NAMED);
  printf("%d of %u images stored, %d refused, %d unusable, %d not sent",
         n_stored, items->len, cap_archive_count(items, CAP_SEND_REFUSED),
         cap_archive_count(items, CAP_SEND_UNUSABLE),
         cap_archive_count(items, CAP_SEND_WAITING));
  if (n_skipped > 0)
    printf("; %d file%s without DICOM passed over", n_skipped,
           n_skipped == 1 ? "" : "s");
  printf("\n");
}

static int
store(CapArchive *archive, const Arguments *a, char *const *paths, int n_paths,
      const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new();
  for (int i = 0; i < n_paths; i++)
    g_ptr_array_add(list, paths[i]);
  int n_skipped = 0;
  g_autoptr(GPtrArray) items = cap_send_list(list, &n_skipped, progress, error);
  if (items == NULL)
    return -1;
  const gboolean ok = cap_archive_store(archive, items, progress, error);
  if (a->common.json) {
    g_autofree char *text = cap_archive_sent_json(items, n_skipped);
    fputs(text, stdout);
  } else {
    print_sent(items, n_skipped);
  }
  if (!ok)
    return -1;
  return cap_archive_count(items, CAP_SEND_STORED) == (int)items->len ? 0 : 1;
}

/* ---- the command ---- */

static int
echo(CapArchive *archive, const Arguments *a, const CapProgress *progress,
     GError **error)
{
  if (!cap_archive_echo(archive, progress, error))
    return -1;
  if (!a->common.json)
    printf("The archive answers.\n");
  else
    printf("{\"answers\": true}\n");
  return 0;
}

static gboolean
check_verb(const char *verb, const Arguments *a, int n_paths, GError **error)
{
  if (g_str_equal(verb, "get") && a->match[CAP_FIELD_STUDY_UID] == NULL)
    return usage(error, "which study? `capsight pacs get --study UID -o DIR`");
  if (g_str_equal(verb, "get") && a->output == NULL)
    return usage(error, "where to? `capsight pacs get --study UID -o DIR`");
  if (g_str_equal(verb, "store") && n_paths == 0)
    return usage(error, "what is to be sent? `capsight pacs store PATH…`");
  if (!g_str_equal(verb, "store") && n_paths > 0)
    return usage(error, "only store takes paths; `capsight pacs --help` "
                        "explains");
  return TRUE;
}

static int
run(const char *verb, const Arguments *a, char *const *paths, int n_paths,
    const CapProgress *progress, GError **error)
{
  if (!check_verb(verb, a, n_paths, error))
    return -1;
  g_autoptr(CapArchiveSettings) settings = read_settings(a, error);
  g_autoptr(CapArchive) archive =
      settings != NULL ? cap_archive_open(settings, error) : NULL;
  if (archive == NULL)
    return -1;
  if (g_str_equal(verb, "find"))
    return find(archive, a, progress, error);
  if (g_str_equal(verb, "get"))
    return get(archive, a, progress, error);
  if (g_str_equal(verb, "store"))
    return store(archive, a, paths, n_paths, progress, error);
  if (g_str_equal(verb, "echo"))
    return echo(archive, a, progress, error);
  g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
              "pacs does not know “%s”; it knows find, get, store and echo",
              verb);
  return -1;
}

int
cap_cmd_pacs(int argc, char **argv)
{
  g_auto(Arguments) a = {0};
#define MATCH(name, field, text, unit)                                         \
  {                                                                            \
    name, 0, 0, G_OPTION_ARG_STRING, &a.match[CAP_FIELD_##field], text, unit   \
  }
  const GOptionEntry entries[] = {
      {"archive", 'a', 0, G_OPTION_ARG_STRING, &a.archive,
       "Archive of the configuration (default: its only one)", "NAME"},
      {"config", 0, 0, G_OPTION_ARG_FILENAME, &a.config,
       "Other file of archives", "FILE"},
      {"url", 0, 0, G_OPTION_ARG_STRING, &a.url,
       "DICOMweb service instead of a configured archive", "URL"},
      {"ca", 0, 0, G_OPTION_ARG_FILENAME, &a.ca,
       "Certificates to trust instead of the system's", "PEM"},
      {"user", 0, 0, G_OPTION_ARG_STRING, &a.user, "Login", "NAME"},
      {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &a.password_file,
       "File whose first line is the password", "FILE"},
      MATCH("patient-id", PATIENT_ID, "Patient's number; * and ? stand for any",
            "ID"),
      MATCH("patient-name", PATIENT_NAME, "As in DOE*", "NAME"),
      MATCH("date", STUDY_DATE, "Study date, 20240131 or 20240101-20240131",
            "DATE"),
      MATCH("accession", ACCESSION, "Accession number", "NUMBER"),
      {"modality", 0, 0, G_OPTION_ARG_STRING, &a.modality, "As in CT", "CS"},
      MATCH("study", STUDY_UID, "Study instance UID", "UID"),
      MATCH("series", SERIES_UID, "Series instance UID", "UID"),
      {"level", 0, 0, G_OPTION_ARG_STRING, &a.level,
       "find: study (default) or series", "LEVEL"},
      {"limit", 0, 0, G_OPTION_ARG_INT, &a.limit,
       "find: rows at most (default all)", "N"},
      {"offset", 0, 0, G_OPTION_ARG_INT, &a.offset, "find: rows to pass over",
       "N"},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output,
       "get: folder for the images", "DIR"},
      {NULL},
  };
#undef MATCH
  if (!cap_command_parse(&argc, &argv, "find|get|store|echo [PATH…]",
                         DESCRIPTION, entries, &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (argc < 2) {
    usage(&error, "what is to be done? find, get, store or echo");
    return cap_command_fail(error);
  }
  g_autoptr(CapReporter) reporter = cap_reporter_new(&a.common);
  const int status = run(argv[1], &a, argv + 2, argc - 2,
                         cap_reporter_progress(reporter), &error);
  g_clear_pointer(&reporter, cap_reporter_free);
  return status >= 0 ? status : cap_command_fail(error);
}
