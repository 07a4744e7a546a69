/* capsight report: findings in, files that other systems read out. */
#include "app/anonymize_arguments.h"
#include "app/command.h"

#include "core/error.h"
#include "io/report/formats.h"

#include <stdio.h>

#define DESCRIPTION                                                            \
  "Turns findings into reports: one file for each format, named after it. "    \
  "FINDINGS is a findings.json,\nthe folder that detect wrote, or a review "   \
  "that the viewer keeps. Once a reader has reviewed\nany of them, only "      \
  "accepted and uncertain findings are reported."

typedef struct {
  char *output, *format, *series, *include, *reader, *paper, *context;
  CapPatientContext patient;
  gboolean anonymous;
  CapAnonymizeArguments hide;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->output);
  g_free(a->format);
  g_free(a->series);
  g_free(a->include);
  g_free(a->reader);
  g_free(a->paper);
  cap_anonymize_arguments_clear(&a->hide);
  g_free(a->context);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

/* The names of all formats, separated by commas. */
static char *
all_formats(void)
{
  GString *names = g_string_new(NULL);
  for (const CapReportFormat *f = cap_report_formats(); f->name != NULL; f++)
    g_string_append_printf(names, "%s%s", names->len > 0 ? "," : "", f->name);
  return g_string_free(names, FALSE);
}

static gboolean
read_options(Arguments *a, CapReportOptions *options, GError **error)
{
  *options = cap_report_options_default();
  options->reader = a->reader;
  if (a->include != NULL && g_str_equal(a->include, "accepted"))
    options->choice = CAP_REPORT_ACCEPTED;
  else if (a->include != NULL && g_str_equal(a->include, "all"))
    options->choice = CAP_REPORT_ALL;
  else if (a->include != NULL && !g_str_equal(a->include, "reviewed"))
    return cap_command_wrong(error, "--include is reviewed, accepted or all");
  if (a->paper != NULL && g_ascii_strcasecmp(a->paper, "letter") == 0)
    options->paper = CAP_PAPER_LETTER;
  else if (a->paper != NULL && g_ascii_strcasecmp(a->paper, "a4") != 0)
    return cap_command_wrong(error, "--paper is A4 or Letter");
  options->context = &a->patient;
  return a->context == NULL ||
         cap_context_parse(&a->patient, a->context, error);
}

/* Of CapReportFormat, in the order asked for; "all" is what the input allows.
 */
static GPtrArray *
read_formats(const Arguments *a, GError **error)
{
  g_autoptr(GPtrArray) formats = g_ptr_array_new();
  g_auto(GStrv) words = g_strsplit(a->format, ",", -1);
  for (int i = 0; words[i] != NULL; i++) {
    const char *word = g_strstrip(words[i]);
    const CapReportFormat *format = cap_report_format(word);
    if (g_str_equal(word, "all")) {
      for (format = cap_report_formats(); format->name != NULL; format++)
        if (a->series != NULL || !format->needs_images)
          cap_report_add_format(formats, format);
    } else if (format == NULL) {
      g_autofree char *known = all_formats();
      g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                  "there is no format “%s”; there are %s", word, known);
      return NULL;
    } else if (format->needs_images && a->series == NULL) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                  "%s refers to the images: say where they are with --series "
                  "PATH",
                  word);
      return NULL;
    } else {
      cap_report_add_format(formats, format);
    }
  }
  return g_steal_pointer(&formats);
}

static gboolean
check_arguments(const Arguments *a, int argc, GError **error)
{
  if (argc != 2)
    return cap_command_wrong(
        error, argc < 2 ? "which findings? `capsight report FINDINGS --format "
                          "LIST -o DIR`"
                        : "one FINDINGS at a time: `capsight report FINDINGS "
                          "--format LIST -o DIR`");
  if (a->format == NULL || *a->format == '\0') {
    g_autofree char *known = all_formats();
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "which formats? --format takes a list of %s, or all", known);
    return FALSE;
  }
  if (a->output == NULL || *a->output == '\0')
    return cap_command_wrong(error,
                             "where to? name the output folder with -o DIR");
  return TRUE;
}

static void
say(const Arguments *a, const char *text)
{
  if (!a->common.quiet)
    fprintf(stderr, "note: %s\n", text);
}

/* How to hide who it is about; *PSEUDONYMS stays NULL where nobody is hidden.
 */
static gboolean
read_anonymizer(const Arguments *a, CapAnonymizer *anonymizer,
                CapPseudonyms **pseudonyms, GError **error)
{
  const CapAnonymizeArguments *h = &a->hide;
  if (!a->anonymous)
    return (h->key == NULL && h->dates == NULL && h->keep == NULL &&
            h->clean == NULL && h->burned_in == NULL) ||
           cap_command_wrong(
               error, "--key, --dates, --keep, --clean and --burned-in go "
                      "with --anonymous");
  if (!cap_anonymize_arguments_read(h, &anonymizer->options, error))
    return FALSE;
  *pseudonyms = cap_pseudonyms_new(h->key, error);
  anonymizer->pseudonyms = *pseudonyms;
  if (*pseudonyms != NULL && cap_pseudonyms_is_random(*pseudonyms))
    say(a, "no --key was given, so a random one was used and forgotten: the "
           "reports lead to no images");
  return *pseudonyms != NULL;
}

static gboolean
run(char **findings, gpointer arguments, const CapProgress *progress,
    GError **error)
{
  Arguments *a = arguments;
  CapReportOptions options;
  CapAnonymizer anonymizer = {0};
  g_autoptr(CapPseudonyms) pseudonyms = NULL;
  g_autoptr(GPtrArray) formats = read_formats(a, error);
  if (formats == NULL || !read_options(a, &options, error) ||
      !read_anonymizer(a, &anonymizer, &pseudonyms, error))
    return FALSE;
  options.anonymizer = a->anonymous ? &anonymizer : NULL;
  g_autoptr(CapReport) report =
      cap_report_load(*findings, a->series, &options, progress, error);
  if (report == NULL)
    return FALSE;
  if (report->unreviewed && report->findings->items->len > 0)
    say(a, "nobody has reviewed these findings; the reports say so");
  g_autoptr(CapReportOutput) output =
      cap_report_write(report, formats, a->output, progress, error);
  if (output == NULL)
    return FALSE;
  for (guint i = 0; i < output->remarks->len; i++)
    say(a, output->remarks->pdata[i]);
  for (guint i = 0; i < output->files->len && !a->common.quiet; i++)
    printf("%s\n", (char *)output->files->pdata[i]);
  return TRUE;
}

int
cap_cmd_report(int argc, char **argv)
{
  g_auto(Arguments) a = {0};
  const GOptionEntry entries[] = {
      {"format", 'f', 0, G_OPTION_ARG_STRING, &a.format,
       "Formats to write, separated by commas, or all", "LIST"},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output,
       "Folder for the reports; other files there are left alone", "DIR"},
      {"series", 's', 0, G_OPTION_ARG_FILENAME, &a.series,
       "Where the images are, for pictures and for formats that refer to them",
       "PATH"},
      {"include", 0, 0, G_OPTION_ARG_STRING, &a.include,
       "Findings to report: reviewed (default), accepted, or all", "WHICH"},
      {"reader", 0, 0, G_OPTION_ARG_STRING, &a.reader,
       "Who reviewed them, as Family^Given (a review knows)", "NAME"},
      {"context", 0, 0, G_OPTION_ARG_STRING, &a.context,
       "What guidelines ask about the patient, as "
       "age=67,sex=female,smoking=former,setting=screening",
       "LIST"},
      {"paper", 0, 0, G_OPTION_ARG_STRING, &a.paper,
       "A4 (default) or Letter, for PDF", "SIZE"},
      {"anonymous", 0, 0, G_OPTION_ARG_NONE, &a.anonymous,
       "Name nobody: pseudonyms, UIDs and dates as anonymize makes them with "
       "the same key",
       NULL},
      CAP_ANONYMIZE_ENTRIES(a.hide),
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "FINDINGS", DESCRIPTION, entries,
                         &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (!check_arguments(&a, argc, &error))
    return cap_command_fail(error);
  return cap_command_work(&a.common, run, argv + 1, &a);
}
