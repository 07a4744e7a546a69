/* capsight detect: one series in, a folder of findings out. */
#include "app/command.h"

#include "app/findings_folder.h"
#include "app/findings_table.h"
#include "app/stage_clock.h"
#include "core/error.h"
#include "core/irregularity.h"
#include "io/findings/capsules.h"
#include "io/findings/findings_json.h"
#include "io/findings/findings_masks.h"
#include "io/findings/pictures.h"
#include "io/series/series.h"
#include "models/detect.h"
#include "models/detector.h"

#include <omp.h>
#include <stdio.h>

#define DESCRIPTION                                                            \
  "Finds and explains the lung nodules of one CT series: a folder of DICOM "   \
  "files (searched\nrecursively), a DICOMDIR, or a .mhd, .mha, .nii or "       \
  ".nii.gz volume. Writes findings.json,\nfindings.csv (LUNA16 columns), "     \
  "masks.mha, a picture for each finding, and timing.json."

typedef struct {
  char *output, *series_uid, *weights, *masks;
  gboolean strict, assume_hu, no_pictures, poses;
  double min_probability;
  int flips, max_candidates;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *arguments)
{
  g_free(arguments->output);
  g_free(arguments->series_uid);
  g_free(arguments->weights);
  g_free(arguments->masks);
  cap_common_clear(&arguments->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

/* What the option parser cannot check. */
static gboolean
check_arguments(const Arguments *a, int argc, GError **error)
{
  const char *wrong = NULL;
  if (argc != 2)
    wrong = argc < 2 ? "which series? `capsight detect PATH -o DIR`"
                     : "one PATH at a time: `capsight detect PATH -o DIR`";
  else if (a->output == NULL || *a->output == '\0')
    wrong = "where to? name the output folder with -o DIR";
  else if (!(a->min_probability >= 0 && a->min_probability <= 1))
    wrong = "--min-probability lies between 0 and 1";
  else if (a->flips != 1 && a->flips != 2 && a->flips != 4 && a->flips != 8)
    wrong = "--flips is 1, 2, 4 or 8";
  else if (a->max_candidates < 1 || a->max_candidates > 10000)
    wrong = "--max-candidates lies between 1 and 10000";
  else if (a->masks != NULL && !g_str_equal(a->masks, "mha") &&
           !g_str_equal(a->masks, "nii"))
    wrong = "--masks is mha or nii";
  if (wrong != NULL)
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_USAGE, wrong);
  return wrong == NULL;
}

static void
say_series(const CapSeriesList *list, const CapSeries *series,
           const Arguments *a)
{
  if (a->common.quiet)
    return;
  const CapSource *s = series->source;
  char mm[3][G_ASCII_DTOSTR_BUF_SIZE];
  for (int i = 0; i < 3; i++)
    g_ascii_formatd(mm[i], sizeof mm[i], "%.2f", series->spacing_mm[i]);
  g_autofree char *why =
      a->series_uid != NULL ? g_strdup("as asked")
      : list->series->len == 1
          ? g_strdup("the only one")
          : g_strdup_printf("the best of %u for nodules: CT, axial, most "
                            "slices, thinnest",
                            list->series->len);
  const gboolean named = *s->series_description != '\0';
  fprintf(
      stderr, "Series %s%s%s%s, %d slices of %d x %d, %s x %s x %s mm (%s)\n",
      s->series_uid, named ? " “" : "", s->series_description, named ? "”" : "",
      series->slices, series->columns, series->rows, mm[0], mm[1], mm[2], why);
}

/* Warnings always, the rest with --verbose. */
static void
say_irregularities(const CapVolume *volume, const Arguments *a)
{
  const GPtrArray *list = volume->source->irregularities;
  for (guint i = 0; i < list->len && !a->common.quiet; i++) {
    const CapIrregularity *note = list->pdata[i];
    if (note->severity == CAP_SEVERITY_INFO && !a->common.verbose)
      continue;
    fprintf(stderr, "%s: %s%s%s%s%s [%s]\n", cap_severity_name(note->severity),
            note->file, *note->file ? ": " : "", note->text,
            *note->effect ? "; " : "", note->effect,
            cap_irregularity_code(note->number));
  }
}

/* The series to search, borrowed from LIST; refused before its pixels are read
 * for nothing. */
static const CapSeries *
choose_series(const char *path, const CapSeriesList *list, const Arguments *a,
              GError **error)
{
  const CapSeries *series = cap_series_choose(list, a->series_uid, error);
  if (series == NULL)
    return NULL;
  say_series(list, series, a);
  if (!(series->usable & CAP_USABLE_VIEW) ||
      (series->usable & CAP_USABLE_DETECT) || a->assume_hu)
    return series; /* what cannot even be viewed is refused by its loader */
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "%s: series %s cannot be searched for nodules: %s", path,
              series->source->series_uid, series->unusable_text);
  return NULL;
}

static CapVolume *
load_volume(const CapSeries *series, const Arguments *a,
            const CapProgress *progress, GError **error)
{
  CapSeriesOptions options = cap_series_options_default();
  options.assume_hu = a->assume_hu;
  options.strict = a->strict;
  options.jobs = a->common.jobs;
  CapVolume *volume = cap_series_load(series, &options, progress, error);
  if (volume != NULL)
    say_irregularities(volume, a);
  return volume;
}

static gboolean
save_pictures(const CapVolume *volume, const CapFindings *findings,
              const CapOutputFolder *folder, const CapProgress *progress,
              GError **error)
{
  const guint n = findings->items->len;
  for (guint i = 0; i < n; i++) {
    const CapFinding *finding = findings->items->pdata[i];
    g_autofree char *name = g_strdup_printf("finding-%02d.png", finding->id);
    g_autofree char *path = cap_output_folder_file(folder, name);
    if (!cap_progress_step(progress, "drawing pictures", (double)i / n,
                           error) ||
        !cap_picture_save(volume, findings, (int)i, path, error))
      return FALSE;
  }
  return n == 0 || cap_progress_step(progress, "drawing pictures", 1, error);
}

/* What is written only when it is asked for. */
static gboolean
save_extras(const CapVolume *volume, const CapFindings *findings,
            const CapOutputFolder *folder, const Arguments *a, GError **error)
{
  g_autofree char *nifti = cap_output_folder_file(folder, CAP_NIFTI_FILE);
  g_autofree char *poses = cap_output_folder_file(folder, CAP_POSES_FILE);
  return (g_strcmp0(a->masks, "nii") != 0 ||
          cap_findings_masks_save(findings, volume, nifti, error)) &&
         (!a->poses || cap_findings_capsules_save(findings, poses, error));
}

static gboolean
save_results(const CapVolume *volume, const CapFindings *findings,
             const CapOutputFolder *folder, const Arguments *a,
             const CapProgress *progress, GError **error)
{
  return cap_progress_step(progress, "writing results", 0, error) &&
         cap_findings_folder_save(folder, findings, volume, error) &&
         save_extras(volume, findings, folder, a, error) &&
         cap_progress_step(progress, "writing results", 1, error) &&
         (a->no_pictures ||
          save_pictures(volume, findings, folder, progress, error));
}

static gboolean
save_timing(CapStageClock *clock, const CapOutputFolder *folder, GError **error)
{
  g_autofree char *text = cap_stage_clock_finish(clock);
  g_autofree char *path = cap_output_folder_file(folder, "timing.json");
  g_autoptr(GError) cause = NULL;
  if (g_file_set_contents(path, text, -1, &cause))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE, "%s", cause->message);
  return FALSE;
}

static CapDetector *
load_network(const Arguments *a, const CapProgress *progress, GError **error)
{
  const char *stage = "loading the network";
  if (!cap_progress_step(progress, stage, 0, error))
    return NULL;
  g_autoptr(CapDetector) detector =
      cap_detector_load(a->weights, CAP_DETECTOR_EXPLAINS, error);
  if (detector == NULL || !cap_progress_step(progress, stage, 1, error))
    return NULL;
  return g_steal_pointer(&detector);
}

static CapFindings *
find(const CapVolume *volume, const CapDetector *detector, const Arguments *a,
     const CapProgress *progress, GError **error)
{
  CapDetectOptions options = cap_detect_options_default();
  options.min_probability = a->min_probability;
  options.flips = a->flips;
  options.candidates.max_candidates = a->max_candidates;
  return cap_detector_find(detector, volume, &options, progress, error);
}

static void
print_findings(const CapFindings *findings, const Arguments *a)
{
  g_autofree char *text = a->common.json ? cap_findings_json_text(findings)
                                         : cap_findings_table(findings);
  for (guint i = 0; i < findings->notes->len && !a->common.quiet; i++)
    fprintf(stderr, "note: %s\n", (char *)findings->notes->pdata[i]);
  if (a->common.json || !a->common.quiet)
    fputs(text, stdout);
}

/* Headers, output folder and weights are looked at before any pixel is read. */
static gboolean
run(char **paths, gpointer options, const CapProgress *shown, GError **error)
{
  const Arguments *a = options;
  const char *path = *paths;
  g_autoptr(CapStageClock) clock = cap_stage_clock_new(shown);
  const CapProgress *progress = cap_stage_clock_progress(clock);
  g_autoptr(CapSeriesList) list = cap_series_scan(path, progress, error);
  const CapSeries *series = list ? choose_series(path, list, a, error) : NULL;
  if (series == NULL)
    return FALSE;
  g_autoptr(CapOutputFolder) folder =
      cap_output_folder_new(a->output, &cap_findings_folder_kind, error);
  if (folder == NULL)
    return FALSE;
  g_autoptr(CapDetector) detector = load_network(a, progress, error);
  if (detector == NULL)
    return FALSE;
  g_autoptr(CapVolume) volume = load_volume(series, a, progress, error);
  if (volume == NULL)
    return FALSE;
  g_autoptr(CapFindings) findings = find(volume, detector, a, progress, error);
  if (findings == NULL ||
      !save_results(volume, findings, folder, a, progress, error) ||
      !save_timing(clock, folder, error) ||
      !cap_output_folder_commit(folder, error))
    return FALSE;
  print_findings(findings, a);
  return TRUE;
}

int
cap_cmd_detect(int argc, char **argv)
{
  const CapDetectOptions usual = cap_detect_options_default();
  g_auto(Arguments) a = {.min_probability = usual.min_probability,
                         .flips = usual.flips,
                         .max_candidates = usual.candidates.max_candidates};
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output,
       "Folder for the results; an earlier result there is replaced", "DIR"},
      {"series-uid", 0, 0, G_OPTION_ARG_STRING, &a.series_uid,
       "Series to search, where PATH holds several", "UID"},
      {"weights", 'w', 0, G_OPTION_ARG_FILENAME, &a.weights,
       "Weights of the network (default $CAPSIGHT_WEIGHTS, else the shipped)",
       "FILE"},
      {"min-probability", 'p', 0, G_OPTION_ARG_DOUBLE, &a.min_probability,
       "Leave out findings below this (default 0.5)", "P"},
      {"flips", 0, 0, G_OPTION_ARG_INT, &a.flips,
       "Mirror images averaged for each finding: 1, 2, 4 or 8 (default 8)",
       "N"},
      {"max-candidates", 0, 0, G_OPTION_ARG_INT, &a.max_candidates,
       "Candidates to judge, best first (default 300)", "N"},
      {"masks", 0, 0, G_OPTION_ARG_STRING, &a.masks,
       "nii: also masks.nii.gz, beside masks.mha (default mha)", "KIND"},
      {"poses", 0, 0, G_OPTION_ARG_NONE, &a.poses,
       "Also write poses.safetensors: capsule poses and routing maps", NULL},
      {"strict", 0, 0, G_OPTION_ARG_NONE, &a.strict,
       "Refuse a series with missing or damaged slices", NULL},
      {"assume-hu", 0, 0, G_OPTION_ARG_NONE, &a.assume_hu,
       "Take stored values as HU where the file gives no rescale slope", NULL},
      {"no-pictures", 0, 0, G_OPTION_ARG_NONE, &a.no_pictures,
       "Write no finding-NN.png", NULL},
      {NULL},
  };
  if (!cap_command_parse(&argc, &argv, "PATH", DESCRIPTION, entries, &a.common))
    return 2;
  g_autoptr(GError) error = NULL;
  if (!check_arguments(&a, argc, &error))
    return cap_command_fail(error);
  if (a.common.jobs > 0)
    omp_set_num_threads(a.common.jobs);
  return cap_command_work(&a.common, run, argv + 1, &a);
}
