/* capsight study: cross-validated studies of the model card. */
#include "app/command.h"
#include "core/error.h"
#include "datasets/crops.h"
#include "datasets/folds.h"
#include "io/atomic_file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

enum { N_FOLDS = 5 };

/* Writes TEXT to NAME in FOLDER, which is made when missing. */
static gboolean
write_text(const char *folder, const char *name, const char *text,
           GError **error)
{
  if (g_mkdir_with_parents(folder, 0777) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "cannot create the folder %s: %s", folder, g_strerror(errno));
    return FALSE;
  }
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autoptr(CapAtomicFile) file = cap_atomic_file_new(path, error);
  return file != NULL &&
         cap_atomic_file_write(file, text, strlen(text), error) &&
         cap_atomic_file_commit(file, error);
}

/* study folds: the patients of lidc-crops dealt by the rule of
 * datasets/folds.h. */
static gboolean
study_folds(const CapCommon *common, const char *folder, GError **error)
{
  g_autofree char *index =
      g_build_filename(common->data, "lidc-crops", "index.csv", NULL);
  g_autoptr(GPtrArray) nodules = cap_crops_read_labels(index, error);
  if (nodules == NULL)
    return FALSE;
  g_autoptr(CapFolds) folds =
      cap_folds_make(nodules, N_FOLDS, (guint64)common->seed);
  g_autofree char *table = cap_folds_table(folds);
  if (!write_text(folder, "folds.csv", table, error))
    return FALSE;
  if (!common->quiet)
    fprintf(stderr, "%u patients in %d folds: %s/folds.csv\n",
            g_hash_table_size(folds->fold_of), N_FOLDS, folder);
  return TRUE;
}

int
cap_cmd_study(int argc, char **argv)
{
  g_autofree char *folder = NULL;
  const GOptionEntry entries[] = {{"output", 'o', 0, G_OPTION_ARG_FILENAME,
                                   &folder, "Folder to write to", "DIR"},
                                  {NULL}};
  g_auto(CapCommon) common = {0};
  if (!cap_command_parse(&argc, &argv, "NAME",
                         "Studies by cross-validation over patients. NAME is "
                         "folds (deal the patients).",
                         entries, &common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (argc != 2 || folder == NULL || !g_str_equal(argv[1], "folds"))
    g_set_error(&error, CAP_ERROR, CAP_ERROR_USAGE,
                "study takes a NAME and -o DIR; `capsight study --help` lists "
                "them");
  else if (common.data == NULL)
    g_set_error(&error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "studies need a data folder: give --data DIR or set "
                "CAPSIGHT_DATA");
  else if (study_folds(&common, folder, &error))
    return 0;
  return cap_command_fail(error);
}
