/* capsight import: reports of findings in, a folder of findings out. */
#include "app/command.h"

#include "app/findings_folder.h"
#include "app/findings_table.h"
#include "core/error.h"
#include "io/findings/findings_json.h"
#include "io/import/import.h"

#include <stdio.h>

#define DESCRIPTION                                                            \
  "Reads findings back from DICOM: FILE is a structured report by TID 1500, "  \
  "a segmentation, or both,\nwritten by Capsight or by others. Writes "        \
  "findings.json, findings.csv and masks.mha, as detect does,\nand says what " \
  "could not be read, with its place in the report."

#define MAX_REMARKS 20 /* shown unless --verbose */

typedef struct {
  char *output, *series, *series_uid;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->output);
  g_free(a->series);
  g_free(a->series_uid);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
check_arguments(const Arguments *a, int argc, GError **error)
{
  const char *wrong = NULL;
  if (argc < 2)
    wrong = "which files? `capsight import FILE… --series PATH -o DIR`";
  else if (a->series == NULL || *a->series == '\0')
    wrong = "which images are they about? say where they are with --series "
            "PATH";
  else if (a->output == NULL || *a->output == '\0')
    wrong = "where to? name the output folder with -o DIR";
  if (wrong != NULL)
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_USAGE, wrong);
  return wrong == NULL;
}

static void
say_remarks(const GPtrArray *remarks, const Arguments *a)
{
  const guint n = a->common.quiet     ? 0
                  : a->common.verbose ? remarks->len
                                      : MIN(remarks->len, MAX_REMARKS);
  for (guint i = 0; i < n; i++)
    fprintf(stderr, "note: %s\n", (char *)remarks->pdata[i]);
  if (n < remarks->len && !a->common.quiet)
    fprintf(stderr, "note: and %u more, which --verbose shows\n",
            remarks->len - n);
}

static void
print_findings(const CapFindings *findings, const Arguments *a)
{
  g_autofree char *text = a->common.json ? cap_findings_json_text(findings)
                                         : cap_findings_table(findings);
  if (a->common.json || !a->common.quiet)
    fputs(text, stdout);
}

static gboolean
run(char **files, gpointer options, const CapProgress *progress, GError **error)
{
  const Arguments *a = options;
  g_autoptr(CapOutputFolder) folder =
      cap_output_folder_new(a->output, &cap_findings_folder_kind, error);
  if (folder == NULL)
    return FALSE;
  g_autoptr(CapImport) import = cap_import_load(
      (const char *const *)files, a->series, a->series_uid, progress, error);
  if (import == NULL)
    return FALSE;
  say_remarks(import->remarks, a);
  if (!cap_progress_step(progress, "writing results", 0, error) ||
      !cap_findings_folder_save(folder, import->findings, import->volume,
                                error) ||
      !cap_output_folder_commit(folder, error) ||
      !cap_progress_step(progress, "writing results", 1, error))
    return FALSE;
  print_findings(import->findings, a);
  return TRUE;
}

int
cap_cmd_import(int argc, char **argv)
{
  g_auto(Arguments) a = {0};
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output,
       "Folder for the findings; an earlier result there is replaced", "DIR"},
      {"series", 's', 0, G_OPTION_ARG_FILENAME, &a.series,
       "Where the images are that the report is about", "PATH"},
      {"series-uid", 0, 0, G_OPTION_ARG_STRING, &a.series_uid,
       "Series of PATH, where it is not the one that the report names", "UID"},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "FILE…", DESCRIPTION, entries,
                         &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (!check_arguments(&a, argc, &error))
    return cap_command_fail(error);
  return cap_command_work(&a.common, run, argv + 1, &a);
}
