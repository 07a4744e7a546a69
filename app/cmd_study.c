/* capsight study: cross-validated studies of the model card. */
#include "app/command.h"
#include "app/epoch_line.h"
#include "core/error.h"
#include "datasets/crops.h"
#include "datasets/folds.h"
#include "models/study/conditions.h"
#include "models/study/explained.h"
#include "models/study/output.h"
#include "models/study/overlapped.h"
#include "models/study/reports.h"
#include "models/study/routed.h"

#include <stdio.h>

#define DESCRIPTION                                                            \
  "Studies by cross-validation over patients: every patient is judged by a "   \
  "network that was\ntrained without any of that fold's. NAME is one of\n"     \
  "  malignancy  readers' median above or below 3, beside diameter alone\n"    \
  "  attributes  ratings beside a reader's and a constant's\n"                 \
  "  nodule      nodule or not, with the erased-nodule probe\n"                \
  "  robustness  both questions of patches rotated, shifted, noisier, …\n"   \
  "  routing     every routing and number of iterations on one stem a fold\n"  \
  "  overlap     a nodule and another structure over each other\n"             \
  "  explanation routing maps, pose sweeps and masks beside readers' masks\n"  \
  "  folds       deals the data folder's patients to folds\n"                  \
  "Writes results.json, predictions.csv and table.md. A study that is "        \
  "stopped continues with\nthe same command; with --fold, folds can be "       \
  "trained apart."

enum { N_FOLDS = 5 };

/* What is asked of every trained fold first (may be NULL), and the report. */
typedef struct {
  const char *name;
  CapStudyStep step;
  gboolean (*report)(CapStudy *study, const char *folder,
                     const CapProgress *progress, GError **error);
} Kind;

static const Kind kinds[] = {
    {"malignancy", NULL, cap_study_malignancy},
    {"attributes", NULL, cap_study_attributes},
    {"nodule", NULL, cap_study_nodule},
    {"robustness", cap_conditions_run, cap_study_robustness},
    {"explanation", cap_explained_run, cap_study_explanation},
    {"routing", cap_routed_run, cap_study_routing},
    {"overlap", cap_overlapped_run, cap_study_overlap},
};

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
  if (!cap_study_write_text(folder, "folds.csv", table, error))
    return FALSE;
  if (!common->quiet)
    fprintf(stderr, "%u patients in %d folds: %s/folds.csv\n",
            g_hash_table_size(folds->fold_of), N_FOLDS, folder);
  return TRUE;
}

typedef struct {
  char *folder, *folds, *cache;
  char **configs;
  int fold, samples, probe;
  gboolean partial, decided_only;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->folder);
  g_free(a->folds);
  g_free(a->cache);
  g_strfreev(a->configs);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

/* The folds that this command was asked for, then, when every fold is there,
 * the study itself. */
static gboolean
run_study(Arguments *a, const Kind *kind, GError **error)
{
  char *standard[] = {(char *)cap_study_config_path(), NULL};
  if (a->cache == NULL)
    a->cache =
        g_build_filename(g_get_user_cache_dir(), "capsight", "studies", NULL);
  const CapStudyOptions options = {
      .configs = a->configs ? a->configs : standard,
      .folds = a->folds,
      .data_dir = a->common.data,
      .cache = a->cache,
      .samples = a->samples,
      .probe_patches = a->probe,
      .seed = (guint64)a->common.seed,
      .partial = a->partial,
      .decided_only = a->decided_only,
      .on_epoch = a->common.quiet ? NULL : cap_epoch_line_print};
  g_autoptr(CapStudy) study = cap_study_open(&options, error);
  if (study == NULL)
    return FALSE;
  if (a->fold > study->folds->n_folds) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "--fold is %d, but there are %d folds", a->fold,
                study->folds->n_folds);
    return FALSE;
  }
  g_autoptr(CapReporter) reporter = cap_reporter_new(&a->common);
  const CapProgress *progress = cap_reporter_progress(reporter);
  if (!cap_study_run(study, a->fold, progress, error) ||
      (kind->step != NULL &&
       !cap_study_each(study, a->fold, kind->step, progress, error)))
    return FALSE;
  const int missing = a->partial ? 0 : cap_study_n_missing(study);
  if (missing > 0) {
    if (!a->common.quiet)
      fprintf(stderr,
              "%d of %d folds have no predictions in %s yet; the study is "
              "written when all have\n",
              missing, study->folds->n_folds * (int)study->models->len,
              a->cache);
    return TRUE;
  }
  if (a->fold > 0 && kind->step != NULL) {
    if (!a->common.quiet)
      fprintf(stderr, "fold %d is done; without --fold the study is written\n",
              a->fold);
    return TRUE;
  }
  return cap_study_load(study, error) &&
         kind->report(study, a->folder, progress, error);
}

static const Kind *
find_kind(const char *name)
{
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS(kinds); i++)
    if (g_str_equal(kinds[i].name, name))
      return &kinds[i];
  return NULL;
}

static gboolean
check_arguments(const Arguments *a, int argc, const char *name, GError **error)
{
  const char *wrong = NULL;
  if (argc != 2 || (find_kind(name) == NULL && !g_str_equal(name, "folds")))
    wrong = "which study? `capsight study --help` lists them";
  else if (a->folder == NULL || *a->folder == '\0')
    wrong = "where to? name the output folder with -o DIR";
  else if (a->fold < 0)
    wrong = "--fold counts from 1";
  else if (a->samples < 1 || a->samples > 1000000)
    wrong = "--bootstrap lies between 1 and 1000000";
  else if (a->probe < 64 || a->probe > 1000000)
    wrong = "--probe lies between 64 and 1000000";
  if (wrong != NULL)
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_USAGE, wrong);
  else if (a->common.data == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "studies need a data folder: give --data DIR or set "
                "CAPSIGHT_DATA");
  else
    return TRUE;
  return FALSE;
}

int
cap_cmd_study(int argc, char **argv)
{
  g_auto(Arguments) a = {.samples = 2000, .probe = 16000};
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.folder, "Folder to write to",
       "DIR"},
      {"config", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &a.configs,
       "Configuration of a model; again for each further one (default: the "
       "shipped network's)",
       "FILE"},
      {"folds", 0, 0, G_OPTION_ARG_FILENAME, &a.folds,
       "Table of patients and folds (default: the committed one)", "FILE"},
      {"cache", 0, 0, G_OPTION_ARG_FILENAME, &a.cache,
       "Folder of trained folds, shared by all studies", "DIR"},
      {"fold", 0, 0, G_OPTION_ARG_INT, &a.fold,
       "Train and predict this fold only", "K"},
      {"partial", 0, 0, G_OPTION_ARG_NONE, &a.partial,
       "Train nothing; report on the folds that every model has", NULL},
      {"decided-only", 0, 0, G_OPTION_ARG_NONE, &a.decided_only,
       "Ask newly trained folds only what `malignancy` needs", NULL},
      {"bootstrap", 0, 0, G_OPTION_ARG_INT, &a.samples,
       "Resamples of the patients behind an interval (default 2000)", "N"},
      {"probe", 0, 0, G_OPTION_ARG_INT, &a.probe,
       "Patches behind the erased-nodule probe (default 16000)", "N"},
      {NULL}};
  if (!cap_command_parse(&argc, &argv, "NAME", DESCRIPTION, entries, &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  const char *name = argc > 1 ? argv[1] : NULL;
  if (!check_arguments(&a, argc, name, &error))
    return cap_command_fail(error);
  const Kind *kind = find_kind(name);
  const gboolean done = kind == NULL ? study_folds(&a.common, a.folder, &error)
                                     : run_study(&a, kind, &error);
  return done ? 0 : cap_command_fail(error);
}
