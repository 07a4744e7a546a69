/* capsight compare: findings of a scan beside those of an earlier one. */
#include "app/command.h"

#include "core/error.h"
#include "core/image/patient.h"
#include "core/measure/prior.h"
#include "io/atomic_file.h"
#include "io/findings/findings_json.h"
#include "io/findings/findings_masks.h"
#include "io/findings/output_folder.h"
#include "io/findings/prior_json.h"
#include "io/report/words_prior.h"
#include "io/series/series.h"

#include <stdio.h>
#include <string.h>

#define DESCRIPTION                                                            \
  "Aligns the scan of PRIOR with that of CURRENT (both folders of findings "   \
  "that detect wrote), pairs their\nnodules and writes CURRENT's findings "    \
  "with "                                                                      \
  "what they were, as DIR/findings.json for report, and\nDIR/comparison.json " \
  "with the map and the pairs."

#define COMPARISON_FILE "comparison.json"

typedef struct {
  char *output, *series, *prior_series, *pairs;
  gboolean other_patient;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->output);
  g_free(a->series);
  g_free(a->prior_series);
  g_free(a->pairs);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

/* A scan and its findings. */
typedef struct {
  CapVolume *volume;
  CapFindings *findings;
} Side;

static void
side_clear(Side *side)
{
  cap_volume_free(side->volume);
  cap_findings_free(side->findings);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Side, side_clear)

static gboolean
check_arguments(const Arguments *a, int argc, GError **error)
{
  if (argc != 3)
    return cap_command_wrong(
        error, "which two? `capsight compare CURRENT PRIOR --series "
               "PATH --prior-series PATH -o DIR`");
  if (a->series == NULL || a->prior_series == NULL)
    return cap_command_wrong(
        error, "where are the images? --series PATH of CURRENT's and "
               "--prior-series PATH of PRIOR's");
  if (a->output == NULL || *a->output == '\0')
    return cap_command_wrong(error,
                             "where to? name the output folder with -o DIR");
  return TRUE;
}

/* "3=5,4=none": of CapPairChoice. */
static GArray *
read_pairs(const char *list, GError **error)
{
  g_autoptr(GArray) choices = g_array_new(FALSE, FALSE, sizeof(CapPairChoice));
  g_auto(GStrv) parts = g_strsplit(list ? list : "", ",", -1);
  for (int i = 0; parts[i] != NULL; i++) {
    g_auto(GStrv) two = g_strsplit(g_strstrip(parts[i]), "=", -1);
    guint64 current = 0, prior = 0;
    const gboolean good =
        g_strv_length(two) == 2 &&
        g_ascii_string_to_unsigned(two[0], 10, 1, G_MAXINT, &current, NULL) &&
        (g_str_equal(two[1], "none") ||
         g_ascii_string_to_unsigned(two[1], 10, 1, G_MAXINT, &prior, NULL));
    if (!good) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                  "--pair takes pairs of finding numbers, as 3=5,4=none; not "
                  "“%s”",
                  parts[i]);
      return NULL;
    }
    const CapPairChoice choice = {(int)current, (int)prior};
    g_array_append_val(choices, choice);
  }
  return g_steal_pointer(&choices);
}

static gboolean
load(const char *path, const char *series_path, const CapProgress *progress,
     Side *side, GError **error)
{
  g_autofree char *file = g_file_test(path, G_FILE_TEST_IS_DIR)
                              ? g_build_filename(path, CAP_FINDINGS_FILE, NULL)
                              : g_strdup(path);
  side->findings = cap_findings_json_read(file, error);
  const char *uid = side->findings ? side->findings->series_uid : "";
  g_autoptr(CapSeriesList) list =
      side->findings ? cap_series_scan(series_path, progress, error) : NULL;
  const CapSeries *series =
      list ? cap_series_choose(list, *uid != '\0' ? uid : NULL, error) : NULL;
  side->volume = series ? cap_series_load(series, NULL, progress, error) : NULL;
  return side->volume != NULL &&
         cap_findings_json_place(side->findings, file, side->volume, error);
}

static gboolean
check_patient(const Side *now, const Side *then, const Arguments *a,
              GError **error)
{
  g_autoptr(GPtrArray) list =
      cap_patient_differences(now->volume->source, then->volume->source);
  if (list->len == 0)
    return TRUE;
  g_ptr_array_add(list, NULL);
  g_autofree char *text = g_strjoinv(" ", (char **)list->pdata);
  if (a->other_patient) {
    fprintf(stderr, "warning: this may be another patient. %s\n", text);
    return TRUE;
  }
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "the two scans are of different patients: %s If they are the "
              "same person's, say --other-patient",
              text);
  return FALSE;
}

static void
put_pairs(CapJson *json, const GArray *pairs)
{
  cap_json_begin_array(json, "pairs", FALSE);
  for (guint i = 0; i < pairs->len; i++) {
    const CapPair *pair = &g_array_index(pairs, CapPair, i);
    CapGrowth growth;
    cap_json_begin_object(json, NULL, TRUE);
    if (pair->current != NULL)
      cap_json_int(json, "current", pair->current->id);
    else
      cap_json_null(json, "current");
    if (pair->prior != NULL)
      cap_json_int(json, "prior", pair->prior->id);
    else
      cap_json_null(json, "prior");
    cap_json_number(json, "distance_mm", pair->distance_mm, 2);
    cap_json_bool(json, "chosen", pair->chosen);
    if (pair->current != NULL && cap_prior_growth(pair->current, &growth))
      cap_prior_json_put_growth(json, &growth);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

static char *
comparison_text(const CapComparison *c, const GArray *pairs)
{
  const CapTransform *map = &c->alignment->to_prior;
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_string(json, "software_version", CAP_VERSION);
  cap_json_string(json, "series_uid", c->current_volume->source->series_uid);
  cap_json_string(json, "study_date", c->current_volume->source->study_date);
  cap_json_string(json, "prior_series_uid",
                  c->prior_volume->source->series_uid);
  cap_json_string(json, "prior_study_date",
                  c->prior_volume->source->study_date);
  cap_json_string(json, "map", cap_alignment_step_name(c->alignment->step));
  cap_json_begin_array(json, "to_prior", FALSE);
  const double t[3] = {map->t.x, map->t.y, map->t.z};
  for (int i = 0; i < 3; i++)
    cap_json_numbers(json, NULL,
                     (double[]){map->m[i][0], map->m[i][1], map->m[i][2], t[i]},
                     4, 6);
  cap_json_end_array(json);
  cap_json_number(json, "lung_overlap", c->alignment->overlap, 4);
  put_pairs(json, pairs);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

static gboolean
write_results(const Arguments *a, const Side *now, const char *comparison,
              GError **error)
{
  static const char *const ours[] = {CAP_FINDINGS_FILE, CAP_MASKS_FILE,
                                     COMPARISON_FILE, NULL};
  static const CapOutputKind kind = {CAP_FINDINGS_FILE, ours};
  g_autoptr(CapOutputFolder) folder =
      cap_output_folder_new(a->output, &kind, error);
  if (folder == NULL)
    return FALSE;
  g_autofree char *findings = cap_output_folder_file(folder, CAP_FINDINGS_FILE);
  g_autofree char *masks = cap_output_folder_file(folder, CAP_MASKS_FILE);
  g_autofree char *text = cap_output_folder_file(folder, COMPARISON_FILE);
  return cap_findings_masks_save(now->findings, now->volume, masks, error) &&
         cap_atomic_file_save(text, comparison, strlen(comparison), error) &&
         cap_findings_json_save(now->findings, findings, error) &&
         cap_output_folder_commit(folder, error);
}

static void
print_comparison(const CapFindings *findings)
{
  for (guint i = 0; i < findings->notes->len; i++)
    printf("%s\n", (const char *)findings->notes->pdata[i]);
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *finding = findings->items->pdata[i];
    g_autofree char *change = cap_words_change(finding);
    if (finding->prior.state == CAP_PRIOR_MATCHED)
      printf("Finding %d was finding %d: %s.\n", finding->id, finding->prior.id,
             change);
    else
      printf("Finding %d: %s.\n", finding->id,
             *change != '\0' ? change : "the earlier CT does not reach there");
  }
}

static gboolean
run(char **paths, gpointer options, const CapProgress *progress, GError **error)
{
  const Arguments *a = options;
  g_auto(Side) now = {0}, then = {0};
  CapAlignment alignment;
  g_autoptr(GArray) choices = read_pairs(a->pairs, error);
  if (choices == NULL || !load(paths[0], a->series, progress, &now, error) ||
      !load(paths[1], a->prior_series, progress, &then, error) ||
      !check_patient(&now, &then, a, error) ||
      !cap_register_lungs(now.volume, then.volume, progress, &alignment, error))
    return FALSE;
  const CapComparison comparison = {.current_volume = now.volume,
                                    .prior_volume = then.volume,
                                    .prior = then.findings,
                                    .alignment = &alignment,
                                    .choices = choices};
  g_autoptr(GArray) pairs = cap_prior_compare(now.findings, &comparison);
  g_autofree char *text = comparison_text(&comparison, pairs);
  if (!write_results(a, &now, text, error))
    return FALSE;
  if (a->common.json)
    fputs(text, stdout);
  else if (!a->common.quiet)
    print_comparison(now.findings);
  return TRUE;
}

int
cap_cmd_compare(int argc, char **argv)
{
  g_auto(Arguments) a = {0};
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output,
       "Folder for findings.json, masks.mha and comparison.json", "DIR"},
      {"series", 's', 0, G_OPTION_ARG_FILENAME, &a.series,
       "Where CURRENT's images are", "PATH"},
      {"prior-series", 0, 0, G_OPTION_ARG_FILENAME, &a.prior_series,
       "Where PRIOR's images are", "PATH"},
      {"pair", 0, 0, G_OPTION_ARG_STRING, &a.pairs,
       "Pairs that are certain, by finding numbers: 3=5,4=none", "LIST"},
      {"other-patient", 0, 0, G_OPTION_ARG_NONE, &a.other_patient,
       "Go on although name, ID, birth date or sex differ", NULL},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "CURRENT PRIOR", DESCRIPTION, entries,
                         &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (!check_arguments(&a, argc, &error))
    return cap_command_fail(error);
  return cap_command_work(&a.common, run, argv + 1, &a);
}
