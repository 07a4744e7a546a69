/* What is kept of a trained fold: see record.h. */
#include "models/study/record.h"

#include "core/error.h"
#include "core/stats/rank.h"
#include "io/atomic_file.h"
#include "models/detector.h"

#include <stdlib.h>
#include <time.h>

static const char group[] = "fold";

void
cap_fold_record_free(CapFoldRecord *record)
{
  if (record == NULL)
    return;
  g_free(record->config);
  g_free(record->weights_sha256);
  g_free(record);
}

/* ---- measuring ---- */

/* Median processor time of a patch in full batches: other work on the machine
 * disturbs that less than the clock's. */
static double
time_patch(CapGraph *g)
{
  enum { RUNS = 5 };
  double ms[RUNS];
  cap_graph_set_batch(g, cap_graph_max_batch(g));
  cap_graph_forward(g); /* folds weights, touches memory */
  for (int i = 0; i < RUNS; i++) {
    const clock_t start = clock();
    cap_graph_forward(g);
    ms[i] = (double)(clock() - start) * 1e3 / CLOCKS_PER_SEC;
  }
  qsort(ms, RUNS, sizeof *ms, cap_rank_compare);
  return ms[RUNS / 2] / cap_graph_batch(g);
}

static void
count_parameters(CapFoldRecord *record, const CapGraph *g)
{
  for (int i = 0; i < cap_graph_n_params(g); i++) {
    const CapTensor p = cap_graph_param_at(g, i);
    if (!cap_graph_is_trained(g, p))
      continue;
    const char *name = cap_graph_name(g, p);
    record->n_parameters += cap_graph_size(g, p);
    if (!g_str_has_prefix(name, "decoder.") && !g_str_has_prefix(name, "mask."))
      record->n_encoder_parameters += cap_graph_size(g, p);
  }
}

CapFoldRecord *
cap_fold_record_measure(const char *path, GError **error)
{
  g_autoptr(CapDetector) detector =
      cap_detector_load(path, CAP_DETECTOR_JUDGES, error);
  if (detector == NULL)
    return NULL;
  CapGraph *g = detector->net->graph;
  CapFoldRecord *record = g_new0(CapFoldRecord, 1);
  const char *config = g_hash_table_lookup(detector->metadata, "config");
  record->config = g_strdup(config ? config : "");
  record->weights_sha256 = g_strdup(detector->sha256);
  count_parameters(record, g);
  for (int i = 0; i < cap_graph_n_ops(g); i++)
    record->macs += (double)cap_graph_op_at(g, i)->macs;
  record->ms_per_patch = time_patch(g);
  return record;
}

/* ---- the file ---- */

gboolean
cap_fold_record_write(const CapFoldRecord *record, const char *path,
                      GError **error)
{
  g_autoptr(GKeyFile) keys = g_key_file_new();
  g_key_file_set_string(keys, group, "config", record->config);
  g_key_file_set_string(keys, group, "weights-sha256", record->weights_sha256);
  g_key_file_set_uint64(keys, group, "parameters", record->n_parameters);
  g_key_file_set_uint64(keys, group, "encoder-parameters",
                        record->n_encoder_parameters);
  g_key_file_set_double(keys, group, "macs", record->macs);
  g_key_file_set_double(keys, group, "ms-per-patch", record->ms_per_patch);
  gsize n = 0;
  g_autofree char *text = g_key_file_to_data(keys, &n, NULL);
  return cap_atomic_file_save(path, text, n, error);
}

/* All values of KEYS; FALSE with GLib's error at the first that is missing. */
static gboolean
take_values(GKeyFile *keys, CapFoldRecord *record, GError **error)
{
  record->config = g_key_file_get_string(keys, group, "config", error);
  if (record->config == NULL)
    return FALSE;
  record->weights_sha256 =
      g_key_file_get_string(keys, group, "weights-sha256", error);
  if (record->weights_sha256 == NULL)
    return FALSE;
  const struct {
    const char *key;
    gsize *value;
  } counts[] = {{"parameters", &record->n_parameters},
                {"encoder-parameters", &record->n_encoder_parameters}};
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
    *counts[i].value = g_key_file_get_uint64(keys, group, counts[i].key, error);
    if (*counts[i].value == 0)
      return FALSE;
  }
  GError *cause = NULL;
  record->macs = g_key_file_get_double(keys, group, "macs", &cause);
  if (cause == NULL)
    record->ms_per_patch =
        g_key_file_get_double(keys, group, "ms-per-patch", &cause);
  if (cause != NULL)
    g_propagate_error(error, cause);
  return cause == NULL;
}

CapFoldRecord *
cap_fold_record_read(const char *path, GError **error)
{
  g_autoptr(GKeyFile) keys = g_key_file_new();
  g_autoptr(CapFoldRecord) record = g_new0(CapFoldRecord, 1);
  g_autoptr(GError) cause = NULL;
  if (!g_key_file_load_from_file(keys, path, G_KEY_FILE_NONE, &cause)) {
    const gboolean missing =
        g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_set_error(error, CAP_ERROR, missing ? CAP_ERROR_NO_INPUT : CAP_ERROR_DATA,
                "cannot read %s: %s", path, cause->message);
    return NULL;
  }
  if (!take_values(keys, record, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s: %s", path,
                cause != NULL ? cause->message : "a count is zero");
    return NULL;
  }
  return g_steal_pointer(&record);
}
