/* capsight classify: the network's judgement of given points. */
#include "app/command.h"
#include "core/error.h"
#include "core/image/resample.h"
#include "datasets/points.h"
#include "io/csv.h"
#include "io/series/series.h"
#include "io/volume_file.h"
#include "models/detector.h"
#include "models/validation.h"

#include <math.h>
#include <stdio.h>

enum { BATCH = 16, FLIPS = 8 };

/* The volume of the row before, which often serves the next as well. */
typedef struct {
  char *path;
  CapVolume *volume;
} Opened;

static CapVolume *
read_volume(const char *path, const CapProgress *progress, GError **error)
{
  if (cap_volume_file_is_name(path))
    return cap_volume_file_read(path, NULL, error);
  const CapProgress quiet = {.cancellable = progress->cancellable};
  g_autoptr(CapSeriesList) list = cap_series_scan(path, &quiet, error);
  const CapSeries *series = list ? cap_series_choose(list, NULL, error) : NULL;
  return series ? cap_series_load(series, NULL, &quiet, error) : NULL;
}

static const CapVolume *
open_volume(Opened *opened, const char *path, const CapProgress *progress,
            GError **error)
{
  if (opened->path != NULL && g_str_equal(opened->path, path))
    return opened->volume;
  g_clear_pointer(&opened->path, g_free);
  g_clear_pointer(&opened->volume, cap_volume_free);
  opened->volume = read_volume(path, progress, error);
  if (opened->volume != NULL)
    opened->path = g_strdup(path);
  return opened->volume;
}

/* The patch of POINT, scaled for the network. */
static gboolean
cut_patch(Opened *opened, const CapIndexPoint *point, float *patch,
          const CapProgress *progress, GError **error)
{
  const CapVolume *v = open_volume(opened, point->path, progress, error);
  if (v == NULL)
    return FALSE;
  const CapPoint index =
      point->in_mm ? cap_volume_to_index(v, point->at) : point->at;
  if (index.x < -0.5 || index.y < -0.5 || index.z < -0.5 ||
      index.x > v->columns - 0.5 || index.y > v->rows - 0.5 ||
      index.z > v->slices - 0.5) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s: the point lies outside the volume", point->file);
    return FALSE;
  }
  cap_resample_patch(v, cap_volume_to_patient(v, index), v->axis, CAP_PATCH, 1,
                     patch);
  for (int i = 0; i < CAP_PATCH_VOXELS; i++)
    patch[i] = cap_network_scale(patch[i]);
  return TRUE;
}

static void
append_number(GString *out, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append_c(out, ',');
  g_string_append(out, g_ascii_formatd(number, sizeof number, "%.6g", value));
}

/* One row; JUDGEMENT NULL: the file could not be judged, fields stay empty. */
static void
append_row(GString *out, const CapIndexPoint *point,
           const CapJudgement *judgement)
{
  cap_csv_append(out, point->file);
  if (judgement == NULL) {
    g_string_append(out, ",,,,,,,,,,,,\n");
    return;
  }
  append_number(out, judgement->nodule_probability);
  append_number(out, judgement->malignancy.expected);
  append_number(out, judgement->malignancy_probability);
  if (judgement->has_mask)
    append_number(out, cap_validation_mask_diameter(judgement->mask));
  else
    g_string_append_c(out, ',');
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    append_number(out, judgement->attributes[a].expected);
  g_string_append_c(out, '\n');
}

static GString *
start_table(void)
{
  GString *out = g_string_new("file,nodule_probability,malignancy_expected,"
                              "malignancy_probability,diameter_mm");
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    g_string_append_printf(out, ",%s", cap_attribute_name((CapAttributeKind)a));
  g_string_append_c(out, '\n');
  return out;
}

/* Judges POINTS into OUT; the number that failed, or -1 with ERROR. */
static int
judge_all(const GPtrArray *points, CapNetwork *net, GString *out,
          const CapProgress *progress, GError **error)
{
  g_autofree float *patches = g_new(float, BATCH *CAP_PATCH_VOXELS);
  g_autofree CapJudgement *judgements = g_new(CapJudgement, BATCH);
  Opened opened = {0};
  int failed = 0;
  for (guint first = 0; first < points->len && failed >= 0; first += BATCH) {
    gboolean good[BATCH];
    int n = 0;
    const guint end = MIN(first + BATCH, points->len);
    if (!cap_progress_step(progress, "judging", (double)first / points->len,
                           error)) {
      failed = -1;
      break;
    }
    for (guint i = first; i < end; i++) {
      g_autoptr(GError) cause = NULL;
      good[i - first] =
          cut_patch(&opened, points->pdata[i], patches + n * CAP_PATCH_VOXELS,
                    progress, &cause);
      n += good[i - first];
      if (good[i - first])
        continue;
      cap_command_fail(cause);
      failed++;
    }
    if (n > 0 &&
        !cap_network_judge(net, patches, n, FLIPS, judgements, error)) {
      failed = -1;
      break;
    }
    for (guint i = first, k = 0; i < end; i++)
      append_row(out, points->pdata[i],
                 good[i - first] ? &judgements[k++] : NULL);
  }
  g_free(opened.path);
  g_clear_pointer(&opened.volume, cap_volume_free);
  return failed;
}

static int
classify(const CapCommon *common, const char *index_path, const char *out_path,
         const char *weights)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) points = cap_index_points_read(index_path, &error);
  g_autoptr(CapDetector) detector =
      points ? cap_detector_load(weights, CAP_DETECTOR_JUDGES, &error) : NULL;
  if (detector == NULL)
    return cap_command_fail(error);
  g_autoptr(GString) out = start_table();
  int failed;
  {
    g_autoptr(CapReporter) reporter = cap_reporter_new(common);
    failed = judge_all(points, detector->net, out,
                       cap_reporter_progress(reporter), &error);
  }
  if (failed < 0)
    return cap_command_fail(error);
  g_autoptr(GError) cause = NULL;
  if (!g_file_set_contents(out_path, out->str, (gssize)out->len, &cause)) {
    g_set_error(&error, CAP_ERROR, CAP_ERROR_OUTPUT, "cannot write %s: %s",
                out_path, cause->message);
    return cap_command_fail(error);
  }
  if (!common->quiet)
    fprintf(stderr, "%u points judged, %d failed: %s\n", points->len - failed,
            failed, out_path);
  return failed > 0;
}

int
cap_cmd_classify(int argc, char **argv)
{
  g_autofree char *out_path = NULL, *weights = NULL;
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &out_path, "Table to write",
       "OUT.csv"},
      {"weights", 0, 0, G_OPTION_ARG_FILENAME, &weights,
       "Weights file (default: the shipped one)", "FILE"},
      {NULL}};
  g_auto(CapCommon) common = {0};
  if (!cap_command_parse(
          &argc, &argv, "INDEX.csv",
          "Judges the points of an index: crops laid out as "
          "lidc-crops (file, cx_px, cy_px,\ncz_slice) or volumes "
          "with patient coordinates (file, coordX, coordY, "
          "coordZ).",
          entries, &common))
    return 2;
  if (argc != 2 || out_path == NULL) {
    fprintf(stderr, "capsight: classify takes one INDEX.csv and -o OUT.csv; "
                    "`capsight classify --help` lists the options [CAP-001]\n");
    return 2;
  }
  return classify(&common, argv[1], out_path, weights);
}
