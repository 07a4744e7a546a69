/* One evaluated scan: see case.h. */
#include "models/evaluate/case.h"

#include "core/error.h"
#include "core/stats/froc.h"

#include <math.h>

CapEvalTruth *
cap_eval_truth_new(void)
{
  CapEvalTruth *truth = g_new0(CapEvalTruth, 1);
  truth->volume_mm3 = truth->dice = NAN;
  truth->malignancy_median = truth->malignancy_mean = NAN;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    truth->attribute_means[a] = NAN;
  truth->hit_by = -1;
  return truth;
}

void
cap_eval_truth_free(CapEvalTruth *truth)
{
  if (truth == NULL)
    return;
  g_free(truth->picture);
  g_free(truth);
}

CapEvalMark *
cap_eval_mark_new(void)
{
  return g_new0(CapEvalMark, 1);
}

static void
mark_free(gpointer data)
{
  CapEvalMark *mark = data;
  g_free(mark->picture);
  g_free(mark);
}

CapEvalCase *
cap_eval_case_new(const char *series_uid, const char *patient)
{
  CapEvalCase *eval = g_new0(CapEvalCase, 1);
  eval->series_uid = g_strdup(series_uid);
  eval->patient = g_strdup(patient);
  eval->weights_sha256 = g_strdup("");
  eval->settings = g_strdup("");
  eval->software = g_strdup(CAP_VERSION);
  eval->input_hash = g_strdup("");
  eval->error_text = g_strdup("");
  eval->sop_uids = g_ptr_array_new_with_free_func(g_free);
  eval->truths =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_eval_truth_free);
  eval->marks = g_ptr_array_new_with_free_func(mark_free);
  eval->warnings = g_ptr_array_new_with_free_func(g_free);
  eval->notes = g_ptr_array_new_with_free_func(g_free);
  return eval;
}

void
cap_eval_case_free(CapEvalCase *eval)
{
  if (eval == NULL)
    return;
  g_free(eval->series_uid);
  g_free(eval->patient);
  g_free(eval->weights_sha256);
  g_free(eval->settings);
  g_free(eval->software);
  g_free(eval->input_hash);
  g_free(eval->error_text);
  g_ptr_array_unref(eval->sop_uids);
  g_ptr_array_unref(eval->truths);
  g_ptr_array_unref(eval->marks);
  g_ptr_array_unref(eval->notes);
  g_ptr_array_unref(eval->warnings);
  g_free(eval);
}

static CapFroc *
match(const CapEvalCase *eval)
{
  const int n = (int)eval->truths->len, m = (int)eval->marks->len;
  g_autofree CapFrocNodule *nodules = g_new0(CapFrocNodule, MAX(n, 1));
  g_autofree CapFrocMark *marks = g_new0(CapFrocMark, MAX(m, 1));
  for (int i = 0; i < n; i++) {
    const CapEvalTruth *t = eval->truths->pdata[i];
    nodules[i] = (CapFrocNodule){0, t->center_mm, t->diameter_mm, t->excluded};
  }
  for (int i = 0; i < m; i++) {
    const CapEvalMark *mark = eval->marks->pdata[i];
    marks[i] = (CapFrocMark){0, mark->center_mm, mark->probability};
  }
  return cap_froc_new(nodules, n, marks, m, 1, 0);
}

void
cap_eval_case_match(CapEvalCase *eval)
{
  g_autoptr(CapFroc) froc = match(eval);
  for (guint i = 0; i < eval->truths->len; i++)
    ((CapEvalTruth *)eval->truths->pdata[i])->hit_by = froc->hit_by[i];
}

guint8 *
cap_eval_case_fates(const CapEvalCase *eval)
{
  g_autoptr(CapFroc) froc = match(eval);
  return g_steal_pointer(&froc->fate);
}

char *
cap_eval_case_images_hash(const CapEvalCase *eval)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (guint i = 0; i < eval->sop_uids->len; i++) {
    g_checksum_update(sum, eval->sop_uids->pdata[i], -1);
    g_checksum_update(sum, (const guchar *)"\n", 1);
  }
  return g_strdup(eval->sop_uids->len > 0 ? g_checksum_get_string(sum) : "");
}

char *
cap_eval_case_path(const char *folder, const char *series_uid)
{
  g_autofree char *name = g_strdup_printf("%s.json", series_uid);
  g_strcanon(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_#", '_');
  return g_build_filename(folder, name, NULL);
}

gboolean
cap_eval_case_same_run(const CapEvalCase *a, const CapEvalCase *b)
{
  return g_str_equal(a->weights_sha256, b->weights_sha256) &&
         g_str_equal(a->settings, b->settings) &&
         g_str_equal(a->software, b->software);
}
