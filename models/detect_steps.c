/* The pipeline of detection, from a volume to its findings: see detect.h. */
#include "models/detect_steps.h"

#include "core/error.h"
#include "core/image/point.h"
#include "core/image/resample.h"
#include "core/language.h"
#include "core/measure/axes.h"
#include "models/recentre.h"

#include <math.h>
#include <string.h>

#define SAME_POINT_MM 4.0 /* two marks nearer than this are one nodule */
#define SAME_OVERLAP 0.3  /* of the smaller mask */
/* Two voxels of the patches that the network sees: what is smaller has no shape
 * to measure, and reports call it a micronodule at most (Fleischner 2017: under
 * 3 mm). */
#define MIN_FINDING_MM 2.0

/* Patches lie along the patient's axes, as those of training do. */
static const CapPoint patch_axis[3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

/* One point on its way through the pipeline. */
typedef struct {
  CapPoint center_mm;
  double diameter_mm;
  double probability;
} Mark;

/* Most probable first; ties by place, so that the order is one. */
static int
compare_places(CapPoint a, CapPoint b)
{
  if (a.z != b.z)
    return a.z < b.z ? -1 : 1;
  if (a.y != b.y)
    return a.y < b.y ? -1 : 1;
  return (a.x > b.x) - (a.x < b.x);
}

static int
compare_marks(gconstpointer pa, gconstpointer pb)
{
  const Mark *a = pa, *b = pb;
  if (a->probability != b->probability)
    return a->probability > b->probability ? -1 : 1;
  return compare_places(a->center_mm, b->center_mm);
}

static int
compare_findings(gconstpointer pa, gconstpointer pb)
{
  const CapFinding *a = *(CapFinding *const *)pa, *b = *(CapFinding *const *)pb;
  if (a->probability != b->probability)
    return a->probability > b->probability ? -1 : 1;
  return compare_places(a->center_mm, b->center_mm);
}

/* Says why VOLUME cannot be searched, in its reader's words. */
static gboolean
check_usable(const CapVolume *volume, GError **error)
{
  if (volume->usable & CAP_USABLE_DETECT)
    return TRUE;
  const char *why = volume->source->unusable_text;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "series %s cannot be searched for nodules: %s",
              volume->source->series_uid,
              *why ? why : "its geometry or intensities are unknown");
  return FALSE;
}

/* Judges N marks from FIRST on into OUT. */
static gboolean
judge_batch(const CapDetectRun *run, const Mark *marks, int n, int flips,
            float *patches, CapJudgement *out, GError **error)
{
#pragma omp parallel for schedule(dynamic)
  for (int i = 0; i < n; i++) {
    float *patch = patches + (gsize)i * CAP_PATCH_VOXELS;
    cap_resample_patch(run->volume, marks[i].center_mm, patch_axis, CAP_PATCH,
                       1.0, patch);
    for (int k = 0; k < CAP_PATCH_VOXELS; k++)
      patch[k] = cap_network_scale(patch[k]);
  }
  return run->steps->judge(run->steps->judge_data, patches, n, flips, out,
                           error);
}

/* Calls USE with every mark and its judgement. */
typedef gboolean (*UseFunc)(const CapDetectRun *run, Mark *mark,
                            const CapJudgement *judgement, gpointer user_data,
                            GError **error);

static gboolean
judge_all(const CapDetectRun *run, GArray *marks, int flips, const char *stage,
          UseFunc use, gpointer user_data, GError **error)
{
  const int batch = run->steps->batch;
  g_autofree float *patches =
      g_try_malloc_n(batch, CAP_PATCH_VOXELS * sizeof(float));
  g_autofree CapJudgement *out = g_try_malloc_n(batch, sizeof(CapJudgement));
  if (patches == NULL || out == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to judge %d candidates at once", batch);
    return FALSE;
  }
  for (guint first = 0; first < marks->len; first += (guint)batch) {
    const int n = MIN(batch, (int)(marks->len - first));
    Mark *from = &g_array_index(marks, Mark, first);
    if (!cap_progress_step(run->progress, stage, (double)first / marks->len,
                           error) ||
        !judge_batch(run, from, n, flips, patches, out, error))
      return FALSE;
    for (int i = 0; i < n; i++)
      if (!use(run, &from[i], &out[i], user_data, error))
        return FALSE;
  }
  return cap_progress_step(run->progress, stage, 1.0, error);
}

/* First look: where the nodule's centre is and how probable it is. */
static gboolean
use_first_look(const CapDetectRun *run, Mark *mark,
               const CapJudgement *judgement, gpointer user_data,
               GError **error)
{
  CapPoint shift;
  mark->probability = judgement->nodule_probability;
  if (cap_recentre_shift(judgement, &shift)) {
    mark->center_mm.x += shift.x;
    mark->center_mm.y += shift.y;
    mark->center_mm.z += shift.z;
  }
  return TRUE;
}

/* The marks at or above THRESHOLD, most probable first, one for each place. */
static GArray *
screen(GArray *marks, double threshold)
{
  GArray *kept = g_array_new(FALSE, FALSE, sizeof(Mark));
  g_array_sort(marks, compare_marks);
  for (guint i = 0; i < marks->len; i++) {
    const Mark *mark = &g_array_index(marks, Mark, i);
    gboolean fresh = mark->probability >= threshold;
    for (guint k = 0; fresh && k < kept->len; k++)
      fresh = cap_point_distance(mark->center_mm,
                                 g_array_index(kept, Mark, k).center_mm) >=
              SAME_POINT_MM;
    if (fresh)
      g_array_append_val(kept, *mark);
  }
  return kept;
}

/* Whether MASK (may be NULL) is no finding: mean diameter below the limit. */
static gboolean
is_too_small(const CapVolume *volume, const CapMask *mask)
{
  CapAxes axes;
  return mask == NULL || !cap_axes_measure(volume, mask, &axes) ||
         (axes.long_mm + axes.short_mm) / 2 < MIN_FINDING_MM;
}

/* The network's mask, or the image's own where the network drew none that could
 * be measured. May be NULL. */
static CapMask *
mask_of(const CapDetectRun *run, const Mark *mark,
        const CapJudgement *judgement)
{
  CapMask *mask =
      cap_resample_mask(run->volume, mark->center_mm, patch_axis, CAP_PATCH,
                        1.0, judgement->mask, CAP_MASK_THRESHOLD);
  if (!is_too_small(run->volume, mask))
    return mask;
  cap_mask_free(mask);
  return run->steps->segment(run->volume, mark->center_mm, mark->diameter_mm);
}

static void
take_judgement(CapFinding *finding, const CapJudgement *judgement)
{
  finding->probability = judgement->nodule_probability;
  finding->malignancy = judgement->malignancy;
  finding->malignancy_probability = judgement->malignancy_probability;
  memcpy(finding->attributes, judgement->attributes,
         sizeof finding->attributes);
  memcpy(finding->capsules, judgement->capsules, sizeof finding->capsules);
  finding->reconstruction_error_hu = judgement->reconstruction_error_hu;
  memcpy(finding->patch_axis, patch_axis, sizeof finding->patch_axis);
}

/* What the second look fills. */
typedef struct {
  GPtrArray *findings;
  int n_too_small;
} Found;

/* Second look: a finding, not yet measured, of what is still probable. */
static gboolean
use_second_look(const CapDetectRun *run, Mark *mark,
                const CapJudgement *judgement, gpointer user_data,
                GError **error)
{
  Found *found = user_data;
  if (!(judgement->nodule_probability >= run->options->min_probability))
    return TRUE;
  g_autoptr(CapMask) mask = mask_of(run, mark, judgement);
  if (is_too_small(run->volume, mask)) {
    found->n_too_small++;
    return TRUE;
  }
  CapFinding *finding = cap_finding_new();
  finding->center_mm = mark->center_mm;
  take_judgement(finding, judgement);
  finding->mask = g_steal_pointer(&mask);
  g_ptr_array_add(found->findings, finding);
  return TRUE;
}

/* Volume index of voxel OFFSET of MASK. */
static void
mask_index(const CapMask *mask, gsize offset, int at[3])
{
  at[0] = mask->first[0] + (int)(offset % mask->columns);
  at[1] = mask->first[1] + (int)(offset / mask->columns % mask->rows);
  at[2] = mask->first[2] + (int)(offset / mask->columns / mask->rows);
}

/* Voxels that A and B share; takes them out of B when TAKE. */
static gsize
overlap(const CapMask *a, CapMask *b, gboolean take)
{
  gsize shared = 0;
  const gsize n = (gsize)b->columns * b->rows * b->slices;
  for (gsize i = 0; i < n; i++) {
    int at[3];
    if (b->voxels[i] == 0)
      continue;
    mask_index(b, i, at);
    if (cap_mask_at(a, at[0], at[1], at[2]) != 0) {
      shared++;
      if (take)
        b->voxels[i] = 0;
    }
  }
  return shared;
}

/* Whether WEAK marks the nodule that STRONG marks. */
static gboolean
same_nodule(const CapVolume *volume, const CapFinding *strong, CapFinding *weak)
{
  if (cap_point_distance(strong->center_mm, weak->center_mm) < SAME_POINT_MM)
    return TRUE;
  const CapPoint at = cap_volume_to_index(volume, weak->center_mm);
  if (cap_mask_at(strong->mask, (int)lround(at.x), (int)lround(at.y),
                  (int)lround(at.z)) != 0)
    return TRUE;
  const gsize smaller =
      MIN(cap_mask_count(strong->mask), cap_mask_count(weak->mask));
  return (double)overlap(strong->mask, weak->mask, FALSE) >
         SAME_OVERLAP * (double)smaller;
}

/* Non-maximum suppression: FOUND (most probable first, emptied) into LIST, the
 * masks made disjoint. What has hardly a voxel of its own is part of another.
 */
static void
suppress(const CapVolume *volume, GPtrArray *found, GPtrArray *list)
{
  g_ptr_array_sort(found, compare_findings);
  for (guint i = 0; i < found->len; i++) {
    CapFinding *finding = found->pdata[i];
    gboolean fresh = TRUE;
    for (guint k = 0; fresh && k < list->len; k++)
      fresh = !same_nodule(volume, list->pdata[k], finding);
    for (guint k = 0; fresh && k < list->len; k++)
      overlap(((CapFinding *)list->pdata[k])->mask, finding->mask, TRUE);
    if (!fresh || is_too_small(volume, finding->mask))
      continue;
    g_ptr_array_add(list, finding);
    found->pdata[i] = NULL; /* now LIST's */
  }
}

static gboolean
measure_all(const CapDetectRun *run, const CapMask *lungs,
            CapFindings *findings, GError **error)
{
  const char *stage = N_("measuring findings");
  const guint n = findings->items->len;
  for (guint i = 0; i < n; i++) {
    if (!cap_progress_step(run->progress, stage, (double)i / n, error))
      return FALSE;
    CapFinding *finding = findings->items->pdata[i];
    finding->id = (int)i + 1;
    run->steps->measure(run->volume, lungs, finding);
  }
  return cap_progress_step(run->progress, stage, 1.0, error);
}

static char *
too_small_text(int n)
{
  CAP_LANGUAGE_ENGLISH; /* findings keep it */
  return g_strdup_printf(
      n == 1 ? N_("%d mark with a mean diameter below %g mm is not listed: too "
                  "small to be measured")
             : N_("%d marks with a mean diameter below %g mm are not listed: "
                  "too small to be measured"),
      n, MIN_FINDING_MM);
}

/* Both looks of the network at CANDIDATES, into FINDINGS. */
static gboolean
judge_candidates(const CapDetectRun *run, const GArray *candidates,
                 CapFindings *findings, GError **error)
{
  g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(Mark));
  for (guint i = 0; i < candidates->len; i++) {
    const CapCandidate *c = &g_array_index(candidates, CapCandidate, i);
    const Mark mark = {.center_mm = c->center_mm,
                       .diameter_mm = c->diameter_mm};
    g_array_append_val(marks, mark);
  }
  if (!judge_all(run, marks, 1, N_("judging candidates"), use_first_look, NULL,
                 error))
    return FALSE;
  g_autoptr(GArray) second = screen(marks, MIN(run->options->screen_probability,
                                               run->options->min_probability));
  g_autoptr(GPtrArray) list =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_finding_free);
  Found found = {.findings = list};
  if (!judge_all(run, second, run->options->flips, N_("judging findings"),
                 use_second_look, &found, error))
    return FALSE;
  suppress(run->volume, list, findings->items);
  if (found.n_too_small > 0)
    g_ptr_array_add(findings->notes, too_small_text(found.n_too_small));
  return TRUE;
}

gboolean
cap_detect_candidates(const CapDetectRun *run, const CapMask *lungs,
                      const GArray *candidates, CapFindings *findings,
                      GError **error)
{
  return judge_candidates(run, candidates, findings, error) &&
         measure_all(run, lungs, findings, error);
}

gboolean
cap_detect_judge_again(const CapDetectRun *run, CapFinding *finding,
                       GError **error)
{
  const Mark mark = {.center_mm = finding->center_mm};
  g_autofree float *patch = g_try_new(float, CAP_PATCH_VOXELS);
  g_autofree CapJudgement *out = g_try_new(CapJudgement, 1);
  if (patch == NULL || out == NULL) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_MEMORY,
                        "not enough memory to judge a finding");
    return FALSE;
  }
  if (!judge_batch(run, &mark, 1, run->options->flips, patch, out, error))
    return FALSE;
  take_judgement(finding, out);
  finding->unjudged = FALSE;
  return TRUE;
}

static double
seconds_since(gint64 *start_us)
{
  const gint64 now = g_get_monotonic_time();
  const double seconds = (double)(now - *start_us) / 1e6;
  *start_us = now;
  return seconds;
}

/* The settings that change results, as findings.json prints them. */
static char *
settings_text(const CapDetectOptions *options)
{
  char p[2][G_ASCII_DTOSTR_BUF_SIZE], mm[3][G_ASCII_DTOSTR_BUF_SIZE];
  const char *format = "%.6g";
  g_ascii_formatd(p[0], sizeof p[0], format, options->min_probability);
  g_ascii_formatd(p[1], sizeof p[1], format, options->screen_probability);
  g_ascii_formatd(mm[0], sizeof mm[0], format, options->candidates.min_mm);
  g_ascii_formatd(mm[1], sizeof mm[1], format, options->candidates.max_mm);
  g_ascii_formatd(mm[2], sizeof mm[2], format, MIN_FINDING_MM);
  return g_strdup_printf(
      "{\"min_probability\":%s,\"screen_probability\":%s,\"flips\":%d,"
      "\"max_candidates\":%d,\"min_mm\":%s,\"max_mm\":%s,"
      "\"min_finding_mm\":%s}",
      p[0], p[1], options->flips, options->candidates.max_candidates, mm[0],
      mm[1], mm[2]);
}

CapFindings *
cap_detect_with_steps(const CapVolume *volume, const CapDetectSteps *steps,
                      const CapDetectOptions *options,
                      const CapProgress *progress, CapDetectTiming *timing,
                      GError **error)
{
  CapDetectTiming unused;
  CapDetectTiming *t = timing ? timing : &unused;
  *t = (CapDetectTiming){0};
  if (!check_usable(volume, error))
    return NULL;
  const CapDetectRun run = {volume, steps, options, progress};
  g_autoptr(CapFindings) findings = cap_findings_new(volume);
  g_free(findings->settings_json);
  findings->settings_json = settings_text(options);

  gint64 clock = g_get_monotonic_time();
  g_autoptr(CapMask) lungs = steps->find_lungs(volume, progress, error);
  t->lungs_s = seconds_since(&clock);
  if (lungs == NULL)
    return NULL;
  if (cap_mask_count(lungs) == 0) {
    g_ptr_array_add(findings->notes,
                    g_strdup(N_("no lung was found in this series, so nothing "
                                "was searched")));
    return g_steal_pointer(&findings);
  }
  g_autoptr(GArray) candidates = steps->find_candidates(
      volume, lungs, &options->candidates, progress, error);
  t->candidates_s = seconds_since(&clock);
  if (candidates == NULL)
    return NULL;
  findings->n_candidates = (int)candidates->len;
  const gboolean judged = judge_candidates(&run, candidates, findings, error);
  t->network_s = seconds_since(&clock);
  if (!judged || !measure_all(&run, lungs, findings, error))
    return NULL;
  t->measure_s = seconds_since(&clock);
  return g_steal_pointer(&findings);
}
