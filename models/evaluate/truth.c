/* Readers' truth of one scan: see truth.h. */
#include "models/evaluate/truth.h"

#include "core/error.h"
#include "core/image/mask_edit.h"
#include "datasets/lidc_doubts.h"
#include "datasets/lidc_mask.h"
#include "datasets/points.h"
#include "io/label_image.h"

#include <math.h>

static void
mask_free(gpointer mask)
{
  cap_mask_free(mask); /* NULL is fine */
}

static CapEvalTruth *
add_truth(CapEvalCase *eval, GPtrArray *masks, CapMask *mask)
{
  CapEvalTruth *truth = cap_eval_truth_new();
  g_ptr_array_add(eval->truths, truth);
  g_ptr_array_add(masks, mask);
  return truth;
}

static void
fill_luna(CapEvalCase *eval, GPtrArray *masks, const CapEvalJobs *jobs,
          const CapEvalJob *job)
{
  for (guint i = 0; i < jobs->luna->nodules->len; i++) {
    const CapFrocNodule *n =
        &g_array_index(jobs->luna->nodules, CapFrocNodule, i);
    if (n->scan != job->scan)
      continue;
    CapEvalTruth *truth = add_truth(eval, masks, NULL);
    truth->center_mm = n->center_mm;
    truth->diameter_mm = n->diameter_mm;
    truth->excluded = n->excluded;
  }
}

static double
mean_malignancy(const CapNodule *nodule)
{
  double sum = 0;
  for (int i = 0; i < 5; i++)
    sum += (i + 1) * (double)nodule->malignancy[i];
  return isnan(nodule->malignancy_median) ? NAN : sum;
}

/* A row of an index. Its mask gives the volume, and the diameter where the row
 * does not. */
static gboolean
add_row(CapEvalCase *eval, GPtrArray *masks, const CapIndexPoint *row,
        const CapVolume *volume, GError **error)
{
  CapPoint at;
  CapMask *mask = NULL;
  if (!cap_index_point_place(row, volume, &at, error))
    return FALSE;
  if (row->mask_path != NULL) {
    mask = cap_label_image_mask(row->mask_path, row->mask_label, volume, error);
    if (mask == NULL)
      return FALSE;
  }
  CapEvalTruth *truth = add_truth(eval, masks, mask);
  truth->center_mm = at;
  truth->diameter_mm = row->diameter_mm;
  truth->excluded = row->label == CAP_LABEL_EXCLUDED;
  truth->n_readers = row->nodule->n_readers;
  truth->malignancy_median = row->nodule->malignancy_median;
  truth->malignancy_mean = mean_malignancy(row->nodule);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    truth->attribute_means[a] = row->nodule->attribute_means[a];
  if (mask != NULL) {
    truth->volume_mm3 = cap_lidc_mask_volume_mm3(mask, volume);
    if (truth->diameter_mm < 0)
      truth->diameter_mm = cap_lidc_mask_diameter_mm(mask, volume);
  }
  return TRUE;
}

static GPtrArray *
fill_index(CapEvalCase *eval, const CapEvalJob *job, const CapVolume *volume,
           GError **error)
{
  g_autoptr(GPtrArray) masks = g_ptr_array_new_with_free_func(mask_free);
  for (guint i = 0; i < job->points->len; i++) {
    const CapIndexPoint *row = job->points->pdata[i];
    if (row->has_point && row->label != CAP_LABEL_NEGATIVE &&
        !add_row(eval, masks, row, volume, error))
      return NULL;
  }
  return g_steal_pointer(&masks);
}

/* A mark without outline: an excluded finding of unknown size. */
static void
add_point(CapEvalCase *eval, GPtrArray *masks, const CapLidcMark *mark,
          const CapVolume *volume)
{
  CapPoint at;
  double reach_mm;
  if (!cap_lidc_locate(mark, volume, &at, &reach_mm))
    return;
  CapEvalTruth *truth = add_truth(eval, masks, NULL);
  truth->center_mm = cap_volume_to_patient(volume, at);
  truth->diameter_mm = -1;
  truth->excluded = TRUE;
  truth->n_readers = 1;
}

static void
add_nodule(CapEvalCase *eval, GPtrArray *masks, const CapLidcNodule *nodule,
           CapMask *mask, const CapVolume *volume, int min_readers)
{
  CapEvalTruth *truth = add_truth(eval, masks, mask);
  truth->center_mm = cap_mask_center(volume, mask);
  truth->diameter_mm = cap_lidc_mask_diameter_mm(mask, volume);
  truth->volume_mm3 = cap_lidc_mask_volume_mm3(mask, volume);
  truth->n_readers = nodule->n_readers;
  truth->excluded = nodule->n_readers < min_readers;
  truth->malignancy_median = cap_lidc_nodule_median(nodule, CAP_N_ATTRIBUTES);
  truth->malignancy_mean = cap_lidc_nodule_mean(nodule, CAP_N_ATTRIBUTES);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    truth->attribute_means[a] = cap_lidc_nodule_mean(nodule, a);
}

static gboolean
add_nodules(CapEvalCase *eval, GPtrArray *masks, const CapLidcReads *reads,
            const CapVolume *volume, int min_readers, GError **error)
{
  const double thick = volume->source->slice_thickness_mm;
  const CapLidcScale scale = {volume->spacing_mm[0], volume->spacing_mm[1], 1,
                              thick > 0 ? thick : volume->spacing_mm[2]};
  g_autoptr(GPtrArray) nodules = cap_lidc_nodules_group(reads, &scale);
  for (guint i = 0; i < nodules->len; i++) {
    const CapLidcNodule *nodule = nodules->pdata[i];
    GError *cause = NULL;
    CapMask *mask = cap_lidc_mask_consensus(nodule, volume, NULL, &cause);
    if (cause != NULL) {
      g_propagate_error(error, cause);
      return FALSE;
    }
    if (mask != NULL)
      add_nodule(eval, masks, nodule, mask, volume, min_readers);
    else /* outlines of a pixel or two: a place, no size */
      add_point(eval, masks, nodule->marks->pdata[0], volume);
  }
  return TRUE;
}

GPtrArray *
cap_eval_truth_fill(CapEvalCase *eval, const CapEvalJobs *jobs,
                    const CapEvalJob *job, const CapVolume *volume,
                    int min_readers, GError **error)
{
  if (jobs->kind == CAP_EVAL_INDEX)
    return fill_index(eval, job, volume, error);
  g_autoptr(GPtrArray) masks = g_ptr_array_new_with_free_func(mask_free);
  if (jobs->kind == CAP_EVAL_LUNA16) {
    fill_luna(eval, masks, jobs, job);
    return g_steal_pointer(&masks);
  }
  if (job->annotations == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "series %s has no LIDC annotations (XML)", job->series_uid);
    return NULL;
  }
  g_autoptr(CapLidcReads) reads = cap_lidc_read(job->annotations, error);
  if (reads == NULL ||
      !add_nodules(eval, masks, reads, volume, min_readers, error))
    return NULL;
  for (guint i = 0; i < reads->marks->len; i++)
    if (cap_lidc_mark_kind(reads->marks->pdata[i]) != CAP_LIDC_LARGE)
      add_point(eval, masks, reads->marks->pdata[i], volume);
  g_ptr_array_unref(eval->warnings);
  eval->warnings = cap_lidc_doubts_find(reads, job->annotations, volume);
  return g_steal_pointer(&masks);
}

void
cap_eval_truth_compare(CapEvalCase *eval, const GPtrArray *masks,
                       const CapFindings *found)
{
  for (guint i = 0; i < eval->truths->len; i++) {
    CapEvalTruth *truth = eval->truths->pdata[i];
    const CapMask *mask = masks->pdata[i];
    if (mask == NULL || truth->hit_by < 0)
      continue;
    const CapFinding *f = found->items->pdata[truth->hit_by];
    if (f->mask == NULL)
      continue;
    truth->dice = 2.0 * (double)cap_mask_shared(mask, f->mask) /
                  (double)(cap_mask_count(mask) + cap_mask_count(f->mask));
  }
}
