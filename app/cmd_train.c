/* capsight train: trains the capsule network from a configuration file. */
#include "app/command.h"
#include "app/epoch_line.h"
#include "core/error.h"
#include "core/nn/ranks_mpi.h"
#include "datasets/probe.h"
#include "models/network_probe.h"
#include "models/reference_make.h"
#include "models/train.h"
#include "models/train_data.h"

#include <stdio.h>

#define NO_DATA                                                                \
  "training needs a data folder: give --data DIR or set CAPSIGHT_DATA"

enum { PROBE_PATCHES = 6000, NETWORK_PROBE_PATCHES = 16000 };

/* Prints the erased-nodule probe of every making that has negatives. */
static int
run_probe(const CapPool *pool)
{
  printf(
      "             AUC with the nodule erased (target <= 0.55)   in place\n"
      "making       linear (patches)   network (patches)           network\n");
  for (int m = CAP_MAKING_CROP; m < CAP_N_MAKINGS; m++) {
    if (cap_pool_count(pool, m, FALSE, FALSE) == 0 ||
        cap_pool_count(pool, m, TRUE, FALSE) == 0)
      continue;
    const int n = NETWORK_PROBE_PATCHES;
    CapProbe linear, network, in_place;
    g_autoptr(GError) error = NULL;
    if (!cap_probe_erased(pool, m, PROBE_PATCHES, &linear, &error) ||
        !cap_network_probe_run(pool, m, n, TRUE, &network, &error) ||
        !cap_network_probe_run(pool, m, n, FALSE, &in_place, &error))
      return cap_command_fail(error);
    printf("%-12s  %.3f (%7d)   %.3f   (%7d)             %.3f\n",
           cap_making_name(m), linear.auc, linear.n, network.auc, network.n,
           in_place.auc);
    fflush(stdout);
  }
  return 0;
}

static void
print_counts(const CapPool *pool)
{
  printf("making        nodules  negatives | validation\n");
  for (int m = 0; m < CAP_N_MAKINGS; m++)
    printf("%-12s %8d %10d | %7d %7d\n", cap_making_name(m),
           cap_pool_count(pool, m, TRUE, FALSE),
           cap_pool_count(pool, m, FALSE, FALSE),
           cap_pool_count(pool, m, TRUE, TRUE),
           cap_pool_count(pool, m, FALSE, TRUE));
  fflush(stdout);
}

/* Configuration and data, which every process of a run reads for itself. */
typedef struct {
  CapTrainConfig *config;
  CapPool *pool;
  char *notes;
} Work;

static void
work_clear(Work *work)
{
  cap_train_config_free(work->config);
  cap_pool_free(work->pool);
  g_free(work->notes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static gboolean
read_work(const CapCommon *common, const char *config_path,
          const CapProgress *progress, Work *work, GError **error)
{
  work->config = cap_train_config_read(config_path, error);
  if (work->config == NULL)
    return FALSE;
  if (common->data == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, NO_DATA);
    return FALSE;
  }
  work->pool = cap_train_data_read(work->config, common->data, &work->notes,
                                   progress, error);
  return work->pool != NULL;
}

/* What stopped one process is said by it, what stopped all by the first. */
static int
fail(const CapRanks *ranks, const char *out_dir, const GError *error)
{
  if (!g_error_matches(error, CAP_ERROR, CAP_ERROR_CANCELLED)) {
    if (!cap_ranks_speaks(ranks))
      fprintf(stderr, "capsight: in process %d:\n", ranks->index);
    return cap_command_fail(error);
  }
  if (cap_ranks_speaks(ranks))
    fprintf(stderr,
            "capsight: interrupted; the same command continues %s from "
            "its last full epoch [%s]\n",
            out_dir, cap_error_name(error->code));
  return cap_error_exit_status(error);
}

static int
train(const CapCommon *common, const char *config_path,
      CapTrainOptions *options, const char *out_dir, gboolean probe)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReporter) reporter = cap_reporter_new(common);
  const CapProgress *progress = cap_reporter_progress(reporter);
  g_auto(Work) work = {0};
  const gboolean ok = read_work(common, config_path, progress, &work, &error);
  const gboolean all = cap_ranks_all(options->ranks, ok);
  const gboolean none = cap_ranks_all(options->ranks, !ok);
  if (!ok && none && !cap_ranks_speaks(options->ranks))
    return cap_error_exit_status(error); /* the first says it for all */
  if (!ok)
    return fail(options->ranks, out_dir, error);
  if (!all)
    return 1;
  if (!common->quiet)
    print_counts(work.pool);
  if (probe)
    return run_probe(work.pool);
  options->data_notes = work.notes;
  options->on_epoch = common->quiet ? NULL : cap_epoch_line_print;
  if (cap_train_run(work.config, work.pool, out_dir, options, progress, &error))
    return 0;
  return fail(options->ranks, out_dir, error);
}

/* The nodules that WEIGHTS were trained on, into a file beside them. */
static int
make_reference(const CapCommon *common, const char *config_path,
               const char *weights)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReporter) reporter = cap_reporter_new(common);
  g_autoptr(CapTrainConfig) config = cap_train_config_read(config_path, &error);
  if (config == NULL)
    return cap_command_fail(error);
  if (common->data == NULL)
    g_set_error(&error, CAP_ERROR, CAP_ERROR_NO_INPUT, NO_DATA);
  else if (cap_reference_make(config, weights, common->data,
                              cap_reporter_progress(reporter), &error))
    return 0;
  return cap_command_fail(error);
}

int
cap_cmd_train(int argc, char **argv)
{
  g_autofree char *out_dir = NULL, *reference = NULL;
  gboolean probe = FALSE;
  CapTrainOptions options = {0};
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &out_dir,
       "Folder of the run; one that holds a checkpoint is continued", "DIR"},
      {"probe", 0, 0, G_OPTION_ARG_NONE, &probe,
       "Only check that the data does not give positives away: AUC of a "
       "classifier with the nodule erased",
       NULL},
      {"reference", 0, 0, G_OPTION_ARG_FILENAME, &reference,
       "Only show the nodules of CONFIG to the WEIGHTS that it trained, and "
       "write what is usual among them to a file beside those",
       "WEIGHTS"},
      {"stop-after", 0, 0, G_OPTION_ARG_INT, &options.stop_after,
       "Stop after N epochs; the run can be continued", "N"},
      {"split-capsules", 0, 0, G_OPTION_ARG_NONE, &options.split_capsules,
       "Under mpirun, share out parent capsules and pose dimensions instead of "
       "batches",
       NULL},
      {NULL}};
  g_auto(CapCommon) common = {0};
  if (!cap_command_parse(&argc, &argv, "CONFIG",
                         "Trains the capsule network on nodule crops, cubes "
                         "and host scans.\nCtrl-C keeps the checkpoint of the "
                         "last full epoch. Under mpirun the processes share "
                         "out each batch, or with --split-capsules the capsule "
                         "layer.",
                         entries, &common))
    return 2;
  if (argc != 2 || (out_dir == NULL && !probe && reference == NULL) ||
      options.stop_after < 0) {
    fprintf(stderr, "capsight: train takes one CONFIG file and -o DIR; "
                    "`capsight train --help` lists the options [CAP-001]\n");
    return 2;
  }
  if (reference != NULL)
    return make_reference(&common, argv[1], reference);
  options.ranks = probe ? NULL : cap_ranks_mpi_start();
  common.quiet |= !cap_ranks_speaks(options.ranks);
  const int status = train(&common, argv[1], &options, out_dir, probe);
  cap_ranks_mpi_end();
  return status;
}
