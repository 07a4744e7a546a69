/* Counts of LIDC-IDRI: see lidc_summary.h. */
#include "datasets/lidc_summary.h"

#include "datasets/lidc_nodules.h"
#include "io/csv.h"

#include <string.h>

#define USUAL_PIXEL_MM 0.7
#define LOWEST_PIXEL_MM 0.45
#define HIGHEST_PIXEL_MM 0.98

const CapLidcCounts cap_lidc_published = {
    .marks = 6859,
    .clusters = 2651,
    .by_marks = {771, 488, 481, 897, 14},
    .patients = 875,
};

/* ---- facts ---- */

static gboolean
read_scales(GHashTable *scales, const char *path, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(path, error);
  if (csv == NULL)
    return FALSE;
  const int uid = cap_csv_require(csv, "series_uid", error);
  const int thick =
      uid < 0 ? -1 : cap_csv_require(csv, "slice_thickness", error);
  const int pixel =
      thick < 0 ? -1 : cap_csv_require(csv, "pixel_spacing", error);
  if (pixel < 0)
    return FALSE;
  for (int i = 0; i < cap_csv_n_rows(csv); i++) {
    CapLidcScale scale;
    if (*cap_csv_text(csv, i, thick) == '\0' ||
        *cap_csv_text(csv, i, pixel) == '\0')
      continue;
    if (!cap_csv_number(csv, i, thick, &scale.tolerance_mm, error) ||
        !cap_csv_number(csv, i, pixel, &scale.column_mm, error))
      return FALSE;
    scale.row_mm = scale.column_mm;
    scale.z_factor = 1;
    g_hash_table_replace(scales, g_strdup(cap_csv_text(csv, i, uid)),
                         g_memdup2(&scale, sizeof scale));
  }
  return TRUE;
}

static gboolean
read_patients(GHashTable *patients, const char *path, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(path, error);
  if (csv == NULL)
    return FALSE;
  const int uid = cap_csv_require(csv, "Series ID", error);
  const int patient = uid < 0 ? -1 : cap_csv_require(csv, "Subject ID", error);
  if (patient < 0)
    return FALSE;
  for (int i = 0; i < cap_csv_n_rows(csv); i++)
    g_hash_table_replace(patients, g_strdup(cap_csv_text(csv, i, uid)),
                         g_strdup(cap_csv_text(csv, i, patient)));
  return TRUE;
}

gboolean
cap_lidc_facts_read(CapLidcFacts *facts, const char *spacing_csv,
                    const char *patients_csv, GError **error)
{
  facts->scales =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  facts->patients =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return (spacing_csv == NULL ||
          read_scales(facts->scales, spacing_csv, error)) &&
         (patients_csv == NULL ||
          read_patients(facts->patients, patients_csv, error));
}

void
cap_lidc_facts_clear(CapLidcFacts *facts)
{
  g_clear_pointer(&facts->scales, g_hash_table_unref);
  g_clear_pointer(&facts->patients, g_hash_table_unref);
}

/* ---- counting ---- */

static int
count_clusters(const CapLidcReads *reads, double pixel_mm, double tolerance_mm)
{
  const CapLidcScale scale = {pixel_mm, pixel_mm, 1, tolerance_mm};
  g_autoptr(GPtrArray) nodules = cap_lidc_nodules_group(reads, &scale);
  return (int)nodules->len;
}

/* Clusters of a series of unknown pixel spacing; the scale to use. */
static CapLidcScale
guess_scale(CapLidcSummary *sum, const CapLidcReads *reads)
{
  const double step = cap_lidc_slice_step_mm(reads);
  sum->unscaled_clusters += count_clusters(reads, USUAL_PIXEL_MM, step);
  sum->unscaled_low += count_clusters(reads, LOWEST_PIXEL_MM, step);
  sum->unscaled_high += count_clusters(reads, HIGHEST_PIXEL_MM, step);
  return (CapLidcScale){USUAL_PIXEL_MM, USUAL_PIXEL_MM, 1, step};
}

static void
count_marks(const CapLidcReads *reads, CapLidcCounts *counts)
{
  for (guint i = 0; i < reads->marks->len; i++) {
    switch (cap_lidc_mark_kind(reads->marks->pdata[i])) {
    case CAP_LIDC_LARGE:
      counts->marks++;
      break;
    case CAP_LIDC_SMALL:
      counts->small_marks++;
      break;
    case CAP_LIDC_NON_NODULE:
      counts->non_nodules++;
      break;
    }
  }
}

/* Groups by SCALE into a histogram of marks per group; returns how many. */
static int
count_groups(const CapLidcReads *reads, const CapLidcScale *scale,
             int by_marks[CAP_LIDC_N_GROUPS])
{
  g_autoptr(GPtrArray) nodules = cap_lidc_nodules_group(reads, scale);
  for (guint i = 0; i < nodules->len; i++) {
    const CapLidcNodule *nodule = nodules->pdata[i];
    by_marks[MIN(nodule->marks->len, CAP_LIDC_N_GROUPS) - 1]++;
  }
  return (int)nodules->len;
}

static void
count_series(CapLidcSummary *sum, const CapLidcReads *reads,
             const CapLidcFacts *facts, GHashTable *patients)
{
  const CapLidcScale *known =
      facts->scales ? g_hash_table_lookup(facts->scales, reads->series_uid)
                    : NULL;
  const char *patient =
      facts->patients ? g_hash_table_lookup(facts->patients, reads->series_uid)
                      : NULL;
  CapLidcCounts *counts = &sum->counts;
  sum->series++;
  sum->series_with_scale += known != NULL;
  sum->series_with_patient += patient != NULL;
  sum->odd_sessions += reads->n_readers != 4;
  const int before = counts->marks;
  count_marks(reads, counts);
  const CapLidcScale scale = known ? *known : guess_scale(sum, reads);
  counts->clusters += count_groups(reads, &scale, counts->by_marks);
  const double step = cap_lidc_slice_step_mm(reads);
  const CapLidcScale index = {1, 1, step > 0 ? 1 / step : 1,
                              scale.tolerance_mm};
  sum->index_clusters += count_groups(reads, &index, sum->index_by_marks);
  if (counts->marks == before)
    return;
  counts->series_with_nodules++;
  g_hash_table_add(patients, g_strdup(patient ? patient : reads->series_uid));
}

CapLidcSummary *
cap_lidc_summary_count(const CapLidcMessages *messages,
                       const CapLidcFacts *facts, const CapProgress *progress,
                       GError **error)
{
  g_autoptr(CapLidcSummary) sum = g_new0(CapLidcSummary, 1);
  sum->faults = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < messages->faults->len; i++)
    g_ptr_array_add(sum->faults, g_strdup(messages->faults->pdata[i]));
  g_autoptr(GHashTable) patients =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const guint n = messages->messages->len, n_old = messages->replaced->len;
  for (guint i = 0; i < n + n_old; i++) {
    if (!cap_progress_step(progress, "counting", (double)i / (n + n_old),
                           error))
      return NULL;
    const CapLidcMessage *message =
        i < n ? messages->messages->pdata[i] : messages->replaced->pdata[i - n];
    g_autoptr(GError) cause = NULL;
    g_autoptr(CapLidcReads) reads = cap_lidc_read(message->path, &cause);
    if (reads == NULL) {
      g_ptr_array_add(sum->faults, g_strdup(cause->message));
    } else if (i < n) {
      count_series(sum, reads, facts, patients);
    } else {
      CapLidcCounts old = {0};
      count_marks(reads, &old);
      sum->replaced_marks += old.marks;
    }
  }
  sum->counts.patients = (int)g_hash_table_size(patients);
  return g_steal_pointer(&sum);
}

void
cap_lidc_summary_free(CapLidcSummary *sum)
{
  if (sum == NULL)
    return;
  g_ptr_array_unref(sum->faults);
  g_free(sum);
}
