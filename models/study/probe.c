/* The erased-nodule probe of a model's data: see probe.h. */
#include "models/study/probe.h"

#include "io/atomic_file.h"
#include "io/csv.h"
#include "models/network_probe.h"
#include "models/train_data.h"

#include <glib/gstdio.h>
#include <math.h>

enum { MOST_LINEAR = 6000 };

static gboolean
probe_making(const CapPool *pool, CapMaking making, int n, CapStudyProbe *probe,
             GError **error)
{
  CapProbe linear, network, in_place;
  if (!cap_probe_erased(pool, making, MIN(n, MOST_LINEAR), &linear, error) ||
      !cap_network_probe_run(pool, making, n, TRUE, &network, error) ||
      !cap_network_probe_run(pool, making, n, FALSE, &in_place, error))
    return FALSE;
  *probe = (CapStudyProbe){linear.auc, network.auc, in_place.auc};
  return TRUE;
}

static gboolean
run(const CapFoldPlan *plan, int n, const CapProgress *progress,
    CapStudyProbe probes[CAP_N_MAKINGS], GError **error)
{
  g_autoptr(CapTrainConfig) config =
      cap_train_config_read(plan->config_path, error);
  g_autoptr(CapPool) pool = config ? cap_train_data_read(config, plan->data_dir,
                                                         NULL, progress, error)
                                   : NULL;
  if (pool == NULL)
    return FALSE;
  for (int m = CAP_MAKING_CROP; m < CAP_N_MAKINGS; m++) {
    if (!cap_progress_step(progress, "probing", (double)m / CAP_N_MAKINGS,
                           error))
      return FALSE;
    if (cap_pool_count(pool, m, TRUE, FALSE) > 0 &&
        cap_pool_count(pool, m, FALSE, FALSE) > 0 &&
        !probe_making(pool, m, n, &probes[m], error))
      return FALSE;
  }
  return TRUE;
}

/* ---- what is kept ---- */

static gboolean
read_kept(const char *path, int n, CapStudyProbe probes[CAP_N_MAKINGS])
{
  g_autoptr(CapCsv) csv = cap_csv_read(path, NULL);
  if (csv == NULL || cap_csv_n_rows(csv) != CAP_N_MAKINGS ||
      cap_csv_n_columns(csv) != 5)
    return FALSE;
  for (int m = 0; m < CAP_N_MAKINGS; m++) {
    double of = 0, *const numbers[] = {&probes[m].linear, &probes[m].network,
                                       &probes[m].in_place};
    if (!cap_csv_number(csv, m, 1, &of, NULL) || of != n)
      return FALSE;
    for (int k = 0; k < 3; k++)
      if (*cap_csv_text(csv, m, 2 + k) != '\0' &&
          !cap_csv_number(csv, m, 2 + k, numbers[k], NULL))
        return FALSE;
  }
  return TRUE;
}

static gboolean
keep(const char *path, int n, const CapStudyProbe probes[CAP_N_MAKINGS],
     GError **error)
{
  g_autoptr(GString) csv =
      g_string_new("making,patches,linear,network,in_place\n");
  for (int m = 0; m < CAP_N_MAKINGS; m++) {
    const double numbers[] = {probes[m].linear, probes[m].network,
                              probes[m].in_place};
    g_string_append_printf(csv, "%s,%d", cap_making_name(m), n);
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    for (int k = 0; k < 3; k++) {
      g_string_append_c(csv, ',');
      if (isfinite(numbers[k]))
        g_string_append(csv,
                        g_ascii_formatd(text, sizeof text, "%.4f", numbers[k]));
    }
    g_string_append_c(csv, '\n');
  }
  return cap_atomic_file_save(path, csv->str, csv->len, error);
}

gboolean
cap_study_probe(const CapFoldPlan *plan, int n, const CapProgress *progress,
                CapStudyProbe probes[CAP_N_MAKINGS], GError **error)
{
  g_autofree char *model = cap_fold_model(plan->config_path);
  g_autofree char *path =
      g_build_filename(plan->cache, model, "probe.csv", NULL);
  for (int m = 0; m < CAP_N_MAKINGS; m++)
    probes[m] = (CapStudyProbe){NAN, NAN, NAN};
  return read_kept(path, n, probes) || (run(plan, n, progress, probes, error) &&
                                        keep(path, n, probes, error));
}
