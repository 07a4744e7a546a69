/* Evaluating scans: see run.h. */
#include "models/evaluate/run.h"

#include "core/error.h"
#include "core/folder.h"
#include "io/json.h"
#include "io/series/series.h"
#include "models/evaluate/pictures.h"
#include "models/evaluate/truth.h"

#include <math.h>

#define LOWEST_PROBABILITY 0.1

CapEvalOptions
cap_eval_options_default(void)
{
  CapEvalOptions options = {.detect = cap_detect_options_default(),
                            .min_readers = 3,
                            .shard = 1,
                            .n_shards = 1};
  options.detect.min_probability = LOWEST_PROBABILITY;
  return options;
}

/* What changes a case's result, as one line of JSON. */
static char *
settings_text(CapEvalKind kind, const CapEvalOptions *o)
{
  static const char *const kinds[] = {"lidc", "luna16", "index"};
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "data", kinds[kind]);
  if (kind == CAP_EVAL_LIDC)
    cap_json_int(json, "min_readers", o->min_readers);
  cap_json_number(json, "min_probability", o->detect.min_probability, 6);
  cap_json_int(json, "flips", o->detect.flips);
  cap_json_number(json, "screen_probability", o->detect.screen_probability, 6);
  cap_json_int(json, "max_candidates", o->detect.candidates.max_candidates);
  cap_json_bool(json, "pictures", !o->no_pictures);
  cap_json_end_object(json);
  return g_strstrip(cap_json_finish(json));
}

static CapVolume *
load(const CapEvalJob *job, const CapProgress *quiet, GError **error)
{
  if (job->images == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "series %s has no images",
                job->series_uid);
    return NULL;
  }
  g_autoptr(CapSeriesList) list = cap_series_scan(job->images, quiet, error);
  const CapSeries *series =
      list ? cap_series_choose(list, job->image_uid, error) : NULL;
  return series ? cap_series_load(series, NULL, quiet, error) : NULL;
}

static void
add_mark(CapEvalCase *eval, const CapFinding *f)
{
  CapEvalMark *mark = cap_eval_mark_new();
  mark->center_mm = f->center_mm;
  mark->probability = f->probability;
  mark->malignancy_expected = f->malignancy.expected;
  mark->malignancy_probability = f->malignancy_probability;
  mark->diameter_mm = f->mean_diameter_mm;
  mark->volume_mm3 = f->volume_mm3;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    mark->attributes[a] = f->attributes[a].expected;
  g_ptr_array_add(eval->marks, mark);
}

/* Frames of one instance stand for it once. */
static void
add_images(CapEvalCase *eval, const CapVolume *volume)
{
  char **const uids = volume->source->sop_uids;
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (int s = 0; uids != NULL && s < volume->slices; s++)
    if (*uids[s] != '\0' && g_hash_table_add(seen, uids[s]))
      g_ptr_array_add(eval->sop_uids, g_strdup(uids[s]));
}

static gboolean
fill_case(CapEvalCase *eval, const CapEvalJobs *jobs, const CapEvalJob *job,
          const CapDetector *detector, const CapEvalOptions *options,
          const CapProgress *quiet, GError **error)
{
  if (job->fault != NULL) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA, job->fault);
    return FALSE;
  }
  g_autoptr(CapVolume) volume = load(job, quiet, error);
  if (volume == NULL)
    return FALSE;
  eval->slices = volume->slices;
  for (int i = 0; i < 3; i++)
    eval->spacing_mm[i] = volume->spacing_mm[i];
  add_images(eval, volume);
  g_autoptr(GPtrArray) masks =
      cap_eval_truth_fill(eval, jobs, job, volume, options->min_readers, error);
  if (masks == NULL)
    return FALSE;
  g_autoptr(CapFindings) found =
      cap_detector_find(detector, volume, &options->detect, quiet, error);
  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->items->len; i++)
    add_mark(eval, found->items->pdata[i]);
  for (guint i = 0; i < found->notes->len; i++)
    g_ptr_array_add(eval->notes, g_strdup(found->notes->pdata[i]));
  cap_eval_case_match(eval);
  cap_eval_truth_compare(eval, masks, found);
  if (!options->no_pictures)
    cap_eval_pictures_add(eval, volume, masks, found);
  return TRUE;
}

/* The case of JOB: evaluated, or with the reason why not. NULL with
 * CAP_ERROR_CANCELLED. */
static CapEvalCase *
run_job(const CapEvalJobs *jobs, const CapEvalJob *job,
        const CapDetector *detector, const CapEvalOptions *options,
        const CapProgress *quiet, GError **error)
{
  g_autoptr(CapEvalCase) eval =
      cap_eval_case_new(job->series_uid, job->patient);
  g_autoptr(GError) cause = NULL;
  if (fill_case(eval, jobs, job, detector, options, quiet, &cause))
    return g_steal_pointer(&eval);
  if (g_error_matches(cause, CAP_ERROR, CAP_ERROR_CANCELLED)) {
    g_propagate_error(error, g_steal_pointer(&cause));
    return NULL;
  }
  CapEvalCase *failed = cap_eval_case_new(job->series_uid, job->patient);
  failed->error_code =
      cause->domain == CAP_ERROR ? cause->code : CAP_ERROR_INTERNAL;
  g_free(failed->error_text);
  failed->error_text = g_strdup(cause->message);
  return failed;
}

/* TRUE when PATH holds the complete case that would be made again. */
static gboolean
is_done(const char *path, const CapEvalCase *wanted)
{
  g_autoptr(CapEvalCase) old = cap_eval_case_load(path, NULL);
  return old != NULL && old->error_code == 0 &&
         cap_eval_case_same_run(old, wanted) &&
         g_str_equal(old->series_uid, wanted->series_uid) &&
         g_str_equal(old->input_hash, wanted->input_hash);
}

/* The names under which a case is filed: weights, settings, input. */
static void
sign(CapEvalCase *eval, const char *weights, const char *settings,
     const char *input)
{
  char **const fields[] = {&eval->weights_sha256, &eval->settings,
                           &eval->input_hash};
  const char *const texts[] = {weights, settings, input};
  for (int i = 0; i < 3; i++) {
    g_free(*fields[i]);
    *fields[i] = g_strdup(texts[i]);
  }
}

gboolean
cap_eval_run(const CapEvalJobs *jobs, const CapDetector *detector,
             const CapEvalOptions *options, const char *folder,
             GCancellable *cancellable, CapEvalProgressFunc on_case,
             gpointer user_data, CapEvalTally *tally, GError **error)
{
  const CapProgress quiet = {.cancellable = cancellable};
  const gint64 start = g_get_monotonic_time();
  g_autofree char *settings = settings_text(jobs->kind, options);
  const int n = (int)jobs->jobs->len;
  const int mine = (n - options->shard + options->n_shards) / options->n_shards;
  *tally = (CapEvalTally){0};
  if (!cap_folder_make(folder, error))
    return FALSE;
  for (int i = options->shard - 1; i < n; i += options->n_shards) {
    const CapEvalJob *job = jobs->jobs->pdata[i];
    tally->seconds = (g_get_monotonic_time() - start) / 1e6;
    on_case(tally, mine, user_data);
    g_autofree char *path = cap_eval_case_path(folder, job->series_uid);
    g_autofree char *hash = cap_eval_job_hash(jobs, job);
    g_autoptr(CapEvalCase) wanted = cap_eval_case_new(job->series_uid, "");
    sign(wanted, detector->sha256, settings, hash);
    if (options->resume && is_done(path, wanted)) {
      tally->kept++;
      tally->done++;
      continue;
    }
    g_autoptr(CapEvalCase) eval =
        run_job(jobs, job, detector, options, &quiet, error);
    if (eval == NULL)
      return FALSE;
    sign(eval, detector->sha256, settings, hash);
    if (!cap_eval_case_save(eval, path, error))
      return FALSE;
    tally->done++;
    tally->failed += eval->error_code != 0;
  }
  tally->seconds = (g_get_monotonic_time() - start) / 1e6;
  on_case(tally, mine, user_data);
  return TRUE;
}
