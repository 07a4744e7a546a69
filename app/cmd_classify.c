/* capsight classify: the network's judgement of given points. */
#include "app/command.h"
#include "core/error.h"
#include "core/image/resample.h"
#include "datasets/points.h"
#include "io/csv.h"
#include "io/findings/capsules.h"
#include "models/detector.h"
#include "models/validation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BATCH = 16, FLIPS = 8 };

/* The volume of the row before, which often serves the next as well. */
typedef struct {
  char *path;
  CapVolume *volume;
} Opened;

static const CapVolume *
open_volume(Opened *opened, const CapIndexPoint *point,
            const CapProgress *progress, GError **error)
{
  const CapProgress quiet = {.cancellable = progress->cancellable};
  if (opened->path != NULL && g_str_equal(opened->path, point->path))
    return opened->volume;
  g_clear_pointer(&opened->path, g_free);
  g_clear_pointer(&opened->volume, cap_volume_free);
  opened->volume = cap_index_point_volume(point, &quiet, error);
  if (opened->volume != NULL)
    opened->path = g_strdup(point->path);
  return opened->volume;
}

/* A point's place in its batch. */
typedef struct {
  gboolean good;
  CapPoint center_mm, axis[3]; /* of its patch */
} Place;

/* The patch of POINT, scaled for the network. */
static gboolean
cut_patch(Opened *opened, const CapIndexPoint *point, float *patch,
          Place *place, const CapProgress *progress, GError **error)
{
  if (point->fault != NULL) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA, point->fault);
    return FALSE;
  }
  const CapVolume *v = open_volume(opened, point, progress, error);
  if (v == NULL || !cap_index_point_place(point, v, &place->center_mm, error))
    return FALSE;
  memcpy(place->axis, v->axis, sizeof place->axis);
  cap_resample_patch(v, place->center_mm, v->axis, CAP_PATCH, 1, patch);
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
    append_number(
        out, cap_rating_level(&judgement->attributes[a], (CapAttributeKind)a));
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

/* What a run reads and makes. */
typedef struct {
  const GPtrArray *points;
  CapNetwork *net;
  Opened opened;
  GString *table;
  CapCapsuleRows *capsules; /* NULL: nobody asked for them */
  guint n_judged, n_failed;
} Run;

static void
run_clear(Run *run)
{
  g_free(run->opened.path);
  cap_volume_free(run->opened.volume);
  if (run->table != NULL)
    g_string_free(run->table, TRUE);
  cap_capsule_rows_free(run->capsules);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* Patches of the points FIRST … END-1, those that have one; how many. */
static int
cut_batch(Run *run, guint first, guint end, float *patches, Place *places,
          const CapProgress *progress)
{
  int n = 0;
  for (guint i = first; i < end; i++) {
    const CapIndexPoint *point = run->points->pdata[i];
    Place *place = &places[i - first];
    g_autoptr(GError) cause = NULL;
    *place = (Place){FALSE, {0, 0, 0}, {{0, 0, 0}}};
    if (point->fault == NULL && !point->has_point)
      continue; /* a volume without nodules */
    place->good =
        cut_patch(&run->opened, point, patches + (gsize)n * CAP_PATCH_VOXELS,
                  place, progress, &cause);
    n += place->good;
    if (place->good)
      continue;
    cap_command_fail(cause);
    run->n_failed++;
  }
  run->n_judged += (guint)n;
  return n;
}

static gboolean
judge_all(Run *run, const CapProgress *progress, GError **error)
{
  g_autofree float *patches = g_new(float, BATCH *CAP_PATCH_VOXELS);
  g_autofree CapJudgement *judgements = g_new(CapJudgement, BATCH);
  Place places[BATCH];
  for (guint first = 0; first < run->points->len; first += BATCH) {
    const guint end = MIN(first + BATCH, run->points->len);
    if (!cap_progress_step(progress, "judging",
                           (double)first / run->points->len, error))
      return FALSE;
    const int n = cut_batch(run, first, end, patches, places, progress);
    if (n > 0 &&
        !cap_network_judge(run->net, patches, n, FLIPS, judgements, error))
      return FALSE;
    for (guint i = first, k = 0; i < end; i++) {
      const Place *place = &places[i - first];
      const CapJudgement *said = place->good ? &judgements[k++] : NULL;
      append_row(run->table, run->points->pdata[i], said);
      if (run->capsules != NULL)
        cap_capsule_rows_add(run->capsules, said ? said->capsules : NULL,
                             place->center_mm, place->axis);
    }
  }
  return TRUE;
}

typedef struct {
  char *output, *weights, *poses;
  CapCommon common;
} Arguments;

static void
arguments_clear(Arguments *a)
{
  g_free(a->output);
  g_free(a->weights);
  g_free(a->poses);
  cap_common_clear(&a->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static gboolean
save(const Run *run, const CapDetector *detector, const Arguments *a,
     GError **error)
{
  g_autoptr(GError) cause = NULL;
  if (!g_file_set_contents(a->output, run->table->str, (gssize)run->table->len,
                           &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT, "cannot write %s: %s",
                a->output, cause->message);
    return FALSE;
  }
  if (a->poses == NULL)
    return TRUE;
  g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(metadata, "weights_sha256", detector->sha256);
  g_hash_table_insert(metadata, "rows", "those of the index, in order");
  return cap_capsule_rows_save(run->capsules, metadata, a->poses, error);
}

static int
classify(const Arguments *a, const char *index_path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) points = cap_index_points_read(index_path, &error);
  g_autoptr(CapDetector) detector =
      points ? cap_detector_load(a->weights,
                                 a->poses != NULL ? CAP_DETECTOR_EXPLAINS
                                                  : CAP_DETECTOR_JUDGES,
                                 &error)
             : NULL;
  if (detector == NULL)
    return cap_command_fail(error);
  g_auto(Run) run = {.points = points,
                     .net = detector->net,
                     .table = start_table(),
                     .capsules = a->poses ? cap_capsule_rows_new() : NULL};
  g_autoptr(CapReporter) reporter = cap_reporter_new(&a->common);
  const gboolean judged =
      judge_all(&run, cap_reporter_progress(reporter), &error);
  g_clear_pointer(&reporter, cap_reporter_free);
  if (!judged || !save(&run, detector, a, &error))
    return cap_command_fail(error);
  if (!a->common.quiet)
    fprintf(stderr, "%u points judged, %u failed: %s\n", run.n_judged,
            run.n_failed, a->output);
  return run.n_failed > 0;
}

int
cap_cmd_classify(int argc, char **argv)
{
  g_auto(Arguments) a = {0};
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &a.output, "Table to write",
       "OUT.csv"},
      {"weights", 'w', 0, G_OPTION_ARG_FILENAME, &a.weights,
       "Weights of the network (default $CAPSIGHT_WEIGHTS, else the shipped)",
       "FILE"},
      {"poses", 0, 0, G_OPTION_ARG_FILENAME, &a.poses,
       "Also write capsule poses and routing maps, a row for each of the index",
       "OUT.safetensors"},
      {NULL}};
  if (!cap_command_parse(
          &argc, &argv, "INDEX.csv",
          "Judges the points of an index: crops laid out as lidc-crops (file, "
          "cx_px, cy_px,\ncz_slice) or volumes with patient coordinates (file, "
          "coordX, coordY, coordZ).",
          entries, &a.common))
    return 2;
  if (argc != 2 || a.output == NULL) {
    fprintf(stderr, "capsight: classify takes one INDEX.csv and -o OUT.csv; "
                    "`capsight classify --help` lists the options [CAP-001]\n");
    return 2;
  }
  return classify(&a, argv[1]);
}
