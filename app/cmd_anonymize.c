/* capsight anonymize: DICOM files without what names anybody. */
#include "app/anonymize_arguments.h"
#include "app/command.h"

#include "core/error.h"
#include "io/anonymize/anonymize.h"
#include "io/anonymize/log_file.h"

#include <stdio.h>
#include <string.h>

#define DESCRIPTION                                                            \
  "Writes de-identified copies of the DICOM files at PATH into DIR, by the "   \
  "Basic Application Level\nConfidentiality Profile of DICOM PS3.15 annex E, " \
  "with a log of what was done. The originals are\nnot touched. What "         \
  "attributes alone cannot make safe is left out and listed."

typedef struct {
  char *output, *mapping;
  CapAnonymizeArguments shared;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->output);
  g_free(a->mapping);
  cap_anonymize_arguments_clear(&a->shared);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
read_arguments(const Arguments *a, int argc, CapAnonymizeOptions *options,
               GError **error)
{
  if (argc != 2)
    return cap_command_wrong(error, "%s: `capsight anonymize PATH -o DIR`",
                             argc < 2 ? "which files?" : "one PATH at a time");
  if (a->output == NULL || *a->output == '\0')
    return cap_command_wrong(error,
                             "where to? name the output folder with -o DIR");
  return cap_anonymize_arguments_read(&a->shared, options, error);
}

/* The mapping names everybody: it never lies with what goes out. */
static gboolean
check_mapping(const Arguments *a, GError **error)
{
  if (a->mapping == NULL)
    return TRUE;
  g_autofree char *folder = g_canonicalize_filename(a->output, NULL);
  g_autofree char *file = g_canonicalize_filename(a->mapping, NULL);
  const gsize n = strlen(folder);
  return !(g_str_has_prefix(file, folder) && file[n] == '/') ||
         cap_command_wrong(
             error, "--mapping names the patients: put it outside of the "
                    "output folder");
}

static void
say_result(const Arguments *a, const CapAnonymizer *anonymizer,
           const CapAnonymizeLog *log)
{
  g_autoptr(GString) talk = g_string_new(NULL);
  cap_anonymize_log_tell(log, talk);
  fputs(talk->str, stderr);
  if (!a->common.quiet && cap_pseudonyms_is_random(anonymizer->pseudonyms))
    fprintf(stderr, "note: no --key was given, so a random one was used and "
                    "forgotten: another run gives other UIDs\n");
  if (a->common.json) {
    g_autofree char *json = cap_anonymize_log_json(log, anonymizer);
    fputs(json, stdout);
  } else if (!a->common.quiet) {
    printf("%d files written to %s, %d left out\n",
           cap_anonymize_log_written(log), a->output,
           cap_anonymize_log_left_out(log));
  }
}

/* The log; NULL with an error. */
static CapAnonymizeLog *
run(const char *path, const Arguments *a, const CapAnonymizer *anonymizer,
    const CapProgress *progress, GError **error)
{
  g_autoptr(CapAnonymizeLog) log =
      cap_anonymize_path(anonymizer, path, a->output, progress, error);
  if (log == NULL ||
      !cap_anonymize_log_save(log, anonymizer, a->output, error) ||
      (a->mapping != NULL &&
       !cap_mapping_save(anonymizer->mapping,
                         cap_pseudonyms_key_name(anonymizer->pseudonyms),
                         a->mapping, error)))
    return NULL;
  return g_steal_pointer(&log);
}

int
cap_cmd_anonymize(int argc, char **argv)
{
  g_auto(Arguments) a = {0};
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output,
       "Empty or new folder for the copies and the log", "DIR"},
      CAP_ANONYMIZE_ENTRIES(a.shared),
      {"mapping", 0, 0, G_OPTION_ARG_FILENAME, &a.mapping,
       "Also write which original became what, outside of DIR; it names the "
       "patients",
       "FILE"},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "PATH", DESCRIPTION, entries, &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  CapAnonymizer anonymizer = {0};
  if (!read_arguments(&a, argc, &anonymizer.options, &error) ||
      !check_mapping(&a, &error))
    return cap_command_fail(error);
  g_autoptr(CapPseudonyms) pseudonyms =
      cap_pseudonyms_new(a.shared.key, &error);
  if (pseudonyms == NULL)
    return cap_command_fail(error);
  g_autoptr(CapMapping) mapping = a.mapping ? cap_mapping_new() : NULL;
  anonymizer.pseudonyms = pseudonyms;
  anonymizer.mapping = mapping;
  g_autoptr(CapReporter) reporter = cap_reporter_new(&a.common);
  g_autoptr(CapAnonymizeLog) log =
      run(argv[1], &a, &anonymizer, cap_reporter_progress(reporter), &error);
  g_clear_pointer(&reporter, cap_reporter_free);
  if (log == NULL)
    return cap_command_fail(error);
  say_result(&a, &anonymizer, log);
  return cap_anonymize_log_left_out(log) > 0 ? 1 : 0;
}
