/* capsight train: trains the capsule network from a configuration file. */
#include "app/command.h"
#include "core/error.h"
#include "datasets/probe.h"
#include "models/network_probe.h"
#include "models/train.h"
#include "models/train_data.h"

#include <math.h>
#include <stdio.h>

enum { PROBE_PATCHES = 6000, NETWORK_PROBE_PATCHES = 16000 };

static void
print_epoch(const CapTrainEpoch *e, gpointer user_data)
{
  const CapValidation *v = &e->validation;
  if (e->epoch == 1 || e->epoch % 20 == 0)
    printf("epoch    s    rate   loss  class  malig  attr   mask  recon | "
           "nodule crop  cube  trans | malig (diam) | dice\n");
  printf("%5d %4.0f %.1e %6.3f %6.3f %6.3f %5.3f %6.3f %6.4f | "
         "%6.3f %.3f %.3f %.3f | %.3f (%.3f) | %.3f%s\n",
         e->epoch, e->seconds, e->rate, e->loss, e->loss_class,
         e->loss_malignancy, e->loss_attributes, e->loss_mask,
         e->loss_reconstruction, v->nodule_auc[CAP_MAKING_WHOLE],
         v->nodule_auc[CAP_MAKING_CROP], v->nodule_auc[CAP_MAKING_CUBE],
         v->nodule_auc[CAP_MAKING_TRANSPLANT], v->malignancy_auc,
         v->diameter_auc, v->dice, e->skipped > 0 ? " (skipped steps)" : "");
  fflush(stdout);
}

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

static int
train(const CapCommon *common, const char *config_path, const char *out_dir,
      gboolean probe, int stop_after)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapTrainConfig) config = cap_train_config_read(config_path, &error);
  if (config == NULL)
    return cap_command_fail(error);
  if (common->data == NULL) {
    g_set_error(&error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "training needs a data folder: give --data DIR or set "
                "CAPSIGHT_DATA");
    return cap_command_fail(error);
  }
  g_autoptr(CapReporter) reporter = cap_reporter_new(common);
  const CapProgress *progress = cap_reporter_progress(reporter);
  g_autofree char *notes = NULL;
  g_autoptr(CapPool) pool =
      cap_train_data_read(config, common->data, &notes, progress, &error);
  if (pool == NULL)
    return cap_command_fail(error);
  if (!common->quiet)
    print_counts(pool);
  if (probe)
    return run_probe(pool);
  const CapTrainOptions options = {.data_notes = notes,
                                   .stop_after = stop_after,
                                   .on_epoch =
                                       common->quiet ? NULL : print_epoch};
  if (cap_train_run(config, pool, out_dir, &options, progress, &error))
    return 0;
  if (!g_error_matches(error, CAP_ERROR, CAP_ERROR_CANCELLED))
    return cap_command_fail(error);
  fprintf(stderr,
          "capsight: interrupted; the same command continues %s from "
          "its last full epoch [%s]\n",
          out_dir, cap_error_name(error->code));
  return cap_error_exit_status(error);
}

int
cap_cmd_train(int argc, char **argv)
{
  g_autofree char *out_dir = NULL;
  gboolean probe = FALSE;
  int stop_after = 0;
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &out_dir,
       "Folder of the run; one that holds a checkpoint is continued", "DIR"},
      {"probe", 0, 0, G_OPTION_ARG_NONE, &probe,
       "Only check that the data does not give positives away: AUC of a "
       "classifier with the nodule erased",
       NULL},
      {"stop-after", 0, 0, G_OPTION_ARG_INT, &stop_after,
       "Stop after N epochs; the run can be continued", "N"},
      {NULL}};
  g_auto(CapCommon) common = {0};
  if (!cap_command_parse(&argc, &argv, "CONFIG",
                         "Trains the capsule network on nodule crops, cubes "
                         "and host scans.\nCtrl-C keeps the checkpoint of the "
                         "last full epoch.",
                         entries, &common))
    return 2;
  if (argc != 2 || (out_dir == NULL && !probe) || stop_after < 0) {
    fprintf(stderr, "capsight: train takes one CONFIG file and -o DIR; "
                    "`capsight train --help` lists the options [CAP-001]\n");
    return 2;
  }
  return train(&common, argv[1], out_dir, probe, stop_after);
}
