/* capsight lidc summary: the annotations of LIDC-IDRI in numbers. */
#include "app/command.h"
#include "core/error.h"
#include "datasets/lidc_summary.h"
#include "io/json.h"

#include <stdio.h>
#include <string.h>

#define DESCRIPTION                                                            \
  "Counts the nodules that LIDC-IDRI's readers marked in the XML files below " \
  "XMLDIR, joins marks\nof the same nodule, and explains every difference "    \
  "from the published counts."

typedef struct {
  char *spacing, *patients;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->spacing);
  g_free(a->patients);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

/* A table asked for by name, else $CAPSIGHT_DATA/lidc/NAME when it is there. */
static void
use_default(char **path, const Arguments *a, const char *name)
{
  if (*path != NULL || a->common.data == NULL)
    return;
  g_autofree char *usual = g_build_filename(a->common.data, "lidc", name, NULL);
  if (g_file_test(usual, G_FILE_TEST_IS_REGULAR))
    *path = g_steal_pointer(&usual);
}

/* ---- why our counts are not the published ones ---- */

typedef struct {
  const char *name;
  int ours, published;
  char *why; /* owned; NULL when they are equal */
} Comparison;

static gboolean
any_corrects(const GPtrArray *messages)
{
  for (guint i = 0; i < messages->len; i++) {
    const CapLidcMessage *m = messages->pdata[i];
    g_autofree char *name = g_path_get_basename(m->path);
    if (strstr(name, "correct") != NULL)
      return TRUE;
  }
  return FALSE;
}

/* What whoever unpacked one of the archive's two parts has to know; else "". */
static const char *
why_uncorrected(const CapLidcSummary *sum, const CapLidcMessages *messages)
{
  if (sum->series != 1018 || any_corrects(messages->messages) ||
      any_corrects(messages->replaced))
    return "";
  return "; the collection's correction 161-resubmitted-correction-3-9-12.xml, "
         "which lies beside tcia-lidc-xml and has one mark and one cluster "
         "less, is not among these files";
}

static char *
why_marks(const CapLidcSummary *sum, const CapLidcMessages *messages)
{
  return g_strdup_printf(
      "these files hold %d series, the published count 1018; of the %u "
      "messages about a series that has a later one, %d marks are left out; "
      "%u files could not be read%s",
      sum->series, messages->replaced->len, sum->replaced_marks,
      sum->faults->len, why_uncorrected(sum, messages));
}

/* INDEX is the count that distances in pixels and slice numbers give. */
static char *
why_clusters(const CapLidcSummary *sum, const CapLidcMessages *messages,
             int index, int published)
{
  if (index == published)
    return g_strdup_printf(
        "distances here are millimetres; measured in pixels and slice numbers "
        "against the slice thickness as a plain number, as the published "
        "groups were, these files give %d",
        index);
  return g_strdup_printf(
      "distances here are millimetres (in pixels and slice numbers, as the "
      "published groups were measured, these files give %d); %d of %d series "
      "have a known pixel spacing and slice thickness, the others are grouped "
      "with pixels of 0.7 mm and the smallest step between their z positions "
      "and make %d clusters (%d with 0.45 mm, %d with 0.98 mm)%s",
      index, sum->series_with_scale, sum->series, sum->unscaled_clusters,
      sum->unscaled_low, sum->unscaled_high, why_uncorrected(sum, messages));
}

static char *
why_patients(const CapLidcSummary *sum)
{
  return g_strdup_printf("the patient of %d of %d series is known; a series "
                         "without counts as a patient of its own",
                         sum->series_with_patient, sum->series);
}

#define N_COMPARISONS 8

static void
compare(const CapLidcSummary *sum, const CapLidcMessages *messages,
        Comparison out[N_COMPARISONS])
{
  static const char *const names[CAP_LIDC_N_GROUPS] = {
      "clusters of 1 mark", "clusters of 2 marks", "clusters of 3 marks",
      "clusters of 4 marks", "clusters of more"};
  const CapLidcCounts *c = &sum->counts, *p = &cap_lidc_published;
  out[0] = (Comparison){"annotations", c->marks, p->marks, NULL};
  out[1] = (Comparison){"clusters", c->clusters, p->clusters, NULL};
  for (int i = 0; i < CAP_LIDC_N_GROUPS; i++)
    out[2 + i] = (Comparison){names[i], c->by_marks[i], p->by_marks[i], NULL};
  out[7] = (Comparison){"patients", c->patients, p->patients, NULL};
  for (int i = 0; i < N_COMPARISONS; i++) {
    if (out[i].ours == out[i].published)
      continue;
    const int index = i < 2   ? sum->index_clusters
                      : i < 7 ? sum->index_by_marks[i - 2]
                              : 0;
    out[i].why = i == 0 ? why_marks(sum, messages)
                 : i == 7
                     ? why_patients(sum)
                     : why_clusters(sum, messages, index, out[i].published);
  }
}

/* ---- output ---- */

static void
print_groups(CapJson *json, const char *key, const int n[CAP_LIDC_N_GROUPS])
{
  static const char *const keys[CAP_LIDC_N_GROUPS] = {"1", "2", "3", "4",
                                                      "more"};
  cap_json_begin_object(json, key, TRUE);
  for (int i = 0; i < CAP_LIDC_N_GROUPS; i++)
    cap_json_int(json, keys[i], n[i]);
  cap_json_end_object(json);
}

static void
print_json(const CapLidcSummary *sum, const CapLidcMessages *messages,
           const Comparison *comparisons)
{
  const CapLidcCounts *c = &sum->counts;
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_int(json, "files", messages->n_files);
  cap_json_int(json, "chest_xray_messages", messages->n_chest_xray);
  cap_json_int(json, "other_files", messages->n_other);
  cap_json_int(json, "ct_messages",
               messages->messages->len + messages->replaced->len);
  cap_json_int(json, "series", sum->series);
  cap_json_int(json, "replaced_messages", messages->replaced->len);
  cap_json_int(json, "replaced_annotations", sum->replaced_marks);
  cap_json_int(json, "messages_without_four_sessions", sum->odd_sessions);
  cap_json_int(json, "annotations", c->marks);
  cap_json_int(json, "small_annotations", c->small_marks);
  cap_json_int(json, "non_nodules", c->non_nodules);
  cap_json_int(json, "clusters", c->clusters);
  print_groups(json, "clusters_by_marks", c->by_marks);
  cap_json_int(json, "clusters_in_pixels_and_slices", sum->index_clusters);
  print_groups(json, "clusters_in_pixels_and_slices_by_marks",
               sum->index_by_marks);
  cap_json_int(json, "patients_with_nodules", c->patients);
  cap_json_int(json, "series_with_nodules", c->series_with_nodules);
  cap_json_int(json, "series_with_known_spacing", sum->series_with_scale);
  cap_json_int(json, "clusters_of_unknown_spacing", sum->unscaled_clusters);
  cap_json_begin_array(json, "compared_with_published", FALSE);
  for (int i = 0; i < N_COMPARISONS; i++) {
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "count", comparisons[i].name);
    cap_json_int(json, "ours", comparisons[i].ours);
    cap_json_int(json, "published", comparisons[i].published);
    if (comparisons[i].why != NULL)
      cap_json_string(json, "why", comparisons[i].why);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_json_strings(json, "unreadable", sum->faults);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  fputs(text, stdout);
}

static gboolean
run(const char *folder, Arguments *a, const CapProgress *progress,
    gboolean *some_failed, GError **error)
{
  use_default(&a->spacing, a, "acquisition_params.csv");
  use_default(&a->patients, a, "LIDC-IDRI_MetaData.csv");
  g_auto(CapLidcFacts) facts = {0};
  if (!cap_lidc_facts_read(&facts, a->spacing, a->patients, error))
    return FALSE;
  g_autoptr(CapLidcMessages) messages =
      cap_lidc_messages_find(folder, progress, error);
  if (messages == NULL)
    return FALSE;
  if (messages->messages->len == 0 && messages->faults->len == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "%s holds no CT annotations of LIDC-IDRI (LidcReadMessage XML)",
                folder);
    return FALSE;
  }
  g_autoptr(CapLidcSummary) sum =
      cap_lidc_summary_count(messages, &facts, progress, error);
  if (sum == NULL)
    return FALSE;
  Comparison comparisons[N_COMPARISONS];
  compare(sum, messages, comparisons);
  print_json(sum, messages, comparisons);
  for (int i = 0; i < N_COMPARISONS; i++)
    g_free(comparisons[i].why);
  for (guint i = 0; i < sum->faults->len; i++)
    fprintf(stderr, "capsight: %s [CAP-002]\n", (char *)sum->faults->pdata[i]);
  *some_failed = sum->faults->len > 0;
  return TRUE;
}

int
cap_cmd_lidc(int argc, char **argv)
{
  g_auto(Arguments) a = {0};
  const GOptionEntry entries[] = {
      {"spacing", 0, 0, G_OPTION_ARG_FILENAME, &a.spacing,
       "Table with series_uid, slice_thickness and pixel_spacing (default "
       "lidc/acquisition_params.csv in --data)",
       "CSV"},
      {"patients", 0, 0, G_OPTION_ARG_FILENAME, &a.patients,
       "Table with Series ID and Subject ID (default "
       "lidc/LIDC-IDRI_MetaData.csv in --data)",
       "CSV"},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "summary XMLDIR", DESCRIPTION, entries,
                         &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (argc != 3 || !g_str_equal(argv[1], "summary")) {
    error = g_error_new(CAP_ERROR, CAP_ERROR_USAGE,
                        "which annotations? `capsight lidc summary XMLDIR`");
    return cap_command_fail(error);
  }
  g_autoptr(CapReporter) reporter = cap_reporter_new(&a.common);
  gboolean some_failed = FALSE;
  const gboolean done =
      run(argv[2], &a, cap_reporter_progress(reporter), &some_failed, &error);
  g_clear_pointer(&reporter, cap_reporter_free);
  return !done ? cap_command_fail(error) : some_failed ? 1 : 0;
}
