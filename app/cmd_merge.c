/* capsight merge: shards of an evaluation become one. */
#include "app/command.h"
#include "app/evaluation.h"
#include "core/error.h"
#include "core/folder.h"
#include "io/atomic_file.h"

#include <stdio.h>

#define DESCRIPTION                                                            \
  "Joins the shards of an evaluation, in any order, into one result: the "     \
  "same "                                                                      \
  "bytes as a run in\none piece. Shards of different weights, settings or "    \
  "versions are refused."

typedef struct {
  char *output;
  int samples;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->output);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
copy_case(const char *path, const char *folder, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr(GError) cause = NULL;
  if (!g_file_get_contents(path, &text, &length, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read %s: %s",
                path, cause->message);
    return FALSE;
  }
  g_autofree char *name = g_path_get_basename(path);
  g_autofree char *copy = g_build_filename(folder, "cases", name, NULL);
  return cap_atomic_file_save(copy, text, length, error);
}

/* Nothing is written before everything has been found to fit together. */
static gboolean
run(const GPtrArray *folders, const Arguments *a, int *status, GError **error)
{
  g_autoptr(CapEvalResults) results = cap_eval_results_add_up(
      folders, a->samples, (guint64)a->common.seed, error);
  g_autoptr(GPtrArray) files =
      results ? cap_eval_results_files(folders, error) : NULL;
  if (files == NULL || !cap_evaluation_open(a->output, FALSE, error))
    return FALSE;
  g_autofree char *cases = g_build_filename(a->output, "cases", NULL);
  if (!cap_folder_make(cases, error))
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    if (!copy_case(files->pdata[i], a->output, error))
      return FALSE;
  if (!cap_evaluation_write(results, a->output, a->common.json, a->common.quiet,
                            error))
    return FALSE;
  *status = cap_evaluation_status(results);
  return TRUE;
}

int
cap_cmd_merge(int argc, char **argv)
{
  g_auto(Arguments) a = {.samples = 1000};
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output,
       "Folder for the joined result", "DIR"},
      {"bootstrap", 0, 0, G_OPTION_ARG_INT, &a.samples,
       "Resamples for the bands (default 1000)", "N"},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "DIR…", DESCRIPTION, entries, &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (argc < 2 || a.output == NULL || a.samples < 1 || a.samples > 1000000) {
    error = g_error_new(CAP_ERROR, CAP_ERROR_USAGE,
                        "which shards, and where to? `capsight merge DIR… -o "
                        "DIR`, --bootstrap from 1 to 1000000");
    return cap_command_fail(error);
  }
  g_autoptr(GPtrArray) folders = g_ptr_array_new();
  for (int i = 1; i < argc; i++)
    g_ptr_array_add(folders, argv[i]);
  int status = 0;
  return run(folders, &a, &status, &error) ? status : cap_command_fail(error);
}
