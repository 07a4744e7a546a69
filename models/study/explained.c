/* Explanations held against readers' masks: see explained.h. */
#include "models/study/explained.h"

#include "core/error.h"
#include "core/measure/routing_map.h"
#include "datasets/reader_dice.h"
#include "io/atomic_file.h"
#include "io/csv.h"
#include "models/study/held_out.h"
#include "models/study/output.h"
#include "models/validation.h"

#include <math.h>
#include <string.h>

enum { EDGE = CAP_PATCH, N = CAP_PATCH_VOXELS, FLIPS = 8 };
enum { CELLS = CAP_GRID * CAP_GRID * CAP_GRID, CELL = CAP_PATCH / CAP_GRID };

static const float half_of_readers = 0.49f;
static const double least_mm = 2; /* of an empty predicted mask */

char *
cap_explained_name(int number)
{
  static const char *const names[CAP_EXPLAINED_RHO] = {
      "won",  "routing",   "gaussian", "gaussian_cells",
      "even", "consensus", "readers",  "mutual"};
  if (number < CAP_EXPLAINED_RHO)
    return g_strdup(names[number]);
  const int k = number - CAP_EXPLAINED_RHO;
  return g_strdup_printf(
      "rho_%s_%d", cap_sweep_measure_name((CapSweepMeasure)(k / CAP_POSE_DIM)),
      k % CAP_POSE_DIM);
}

static void
explained_free(gpointer data)
{
  CapExplained *e = data;
  g_free(e->key);
  g_free(e->patient);
  g_free(e);
}

/* ---- maps ---- */

static double
offset_mm(int i)
{
  return i - (EDGE - 1) / 2.0;
}

static void
normalise(double *map)
{
  double sum = 0;
  for (int i = 0; i < N; i++)
    sum += map[i];
  for (int i = 0; i < N; i++)
    map[i] = sum > 0 ? map[i] / sum : 1.0 / N;
}

void
cap_explained_spread(const float *cells, double *map)
{
  for (int i = 0; i < N; i++) {
    const double mm[3] = {offset_mm(i % EDGE), offset_mm(i / EDGE % EDGE),
                          offset_mm(i / EDGE / EDGE)};
    map[i] = cap_routing_map_sample(cells, mm);
  }
  normalise(map);
}

void
cap_explained_gaussian(double diameter_mm, double *map)
{
  const double sd = diameter_mm / (2 * sqrt(2 * log(2)));
  double along[EDGE];
  for (int i = 0; i < EDGE; i++)
    along[i] = exp(-0.5 * offset_mm(i) * offset_mm(i) / (sd * sd));
  for (int i = 0; i < N; i++)
    map[i] = along[i % EDGE] * along[i / EDGE % EDGE] * along[i / EDGE / EDGE];
  normalise(map);
}

static void
average_cells(const double *map, float *cells)
{
  memset(cells, 0, CELLS * sizeof *cells);
  for (int i = 0; i < N; i++) {
    const int x = i % EDGE / CELL, y = i / EDGE % EDGE / CELL,
              z = i / EDGE / EDGE / CELL;
    cells[(z * CAP_GRID + y) * CAP_GRID + x] += (float)map[i];
  }
}

/* What of MAP lies where half of the readers see the nodule. */
static double
share_inside(const double *map, const float *readers)
{
  double sum = 0;
  gboolean any = FALSE;
  for (int i = 0; i < N; i++)
    if (readers[i] >= half_of_readers) {
      sum += map[i];
      any = TRUE;
    }
  return any ? sum : NAN;
}

static void
compare_maps(const CapSample *sample, const CapJudgement *judgement,
             double numbers[CAP_N_EXPLAINED])
{
  g_autofree double *map = g_new(double, N);
  float cells[CELLS];
  cap_explained_spread(judgement->capsules[0].routing, map);
  numbers[CAP_EXPLAINED_ROUTING] = share_inside(map, sample->mask);
  const double diameter = cap_validation_mask_diameter(judgement->mask);
  cap_explained_gaussian(fmax(diameter, least_mm), map);
  numbers[CAP_EXPLAINED_GAUSSIAN] = share_inside(map, sample->mask);
  average_cells(map, cells);
  cap_explained_spread(cells, map);
  numbers[CAP_EXPLAINED_GAUSSIAN_CELLS] = share_inside(map, sample->mask);
  for (int i = 0; i < N; i++)
    map[i] = 1.0 / N;
  numbers[CAP_EXPLAINED_EVEN] = share_inside(map, sample->mask);
}

/* ---- one fold ---- */

typedef struct {
  const CapPool *pool;
  CapCapsnetDecoder *decoder;
  GPtrArray *rows; /* of CapExplained */
} Walk;

static gboolean
is_asked(const CapSample *sample)
{
  return sample->making == CAP_MAKING_WHOLE && sample->nodule->n_readers >= 2;
}

static void
explain(const CapSample *sample, const CapJudgement *judgement, gpointer data)
{
  Walk *walk = data;
  const CapNodule *nodule = sample->nodule;
  CapExplained *e = g_new0(CapExplained, 1);
  e->key = g_strdup(nodule->key);
  e->patient = g_strdup(nodule->patient);
  double *numbers = e->numbers;
  numbers[CAP_EXPLAINED_WON] =
      judgement->capsules[0].length > judgement->capsules[1].length;
  compare_maps(sample, judgement, numbers);
  numbers[CAP_EXPLAINED_CONSENSUS] =
      cap_validation_dice(judgement->mask, sample->mask);
  numbers[CAP_EXPLAINED_READERS] =
      cap_reader_dice_with(judgement->mask, sample->mask, N);
  const CapExample *example = cap_pool_find(walk->pool, nodule->key);
  numbers[CAP_EXPLAINED_MUTUAL] =
      cap_reader_dice_mutual(example->block, nodule->n_readers);
  double rho[CAP_N_SWEEP_MEASURES][CAP_POSE_DIM];
  cap_sweep_run(walk->decoder, judgement->capsules[0].pose, rho);
  memcpy(numbers + CAP_EXPLAINED_RHO, rho, sizeof rho);
  g_ptr_array_add(walk->rows, e);
}

static GString *
start_table(void)
{
  GString *csv = g_string_new("key,patient");
  for (int k = 0; k < CAP_N_EXPLAINED; k++) {
    g_autofree char *name = cap_explained_name(k);
    g_string_append_printf(csv, ",%s", name);
  }
  g_string_append_c(csv, '\n');
  return csv;
}

static gboolean
write_rows(const GPtrArray *rows, const char *path, GError **error)
{
  g_autoptr(GString) csv = start_table();
  for (guint i = 0; i < rows->len; i++) {
    const CapExplained *e = rows->pdata[i];
    cap_csv_append(csv, e->key);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, e->patient);
    for (int k = 0; k < CAP_N_EXPLAINED; k++)
      cap_study_csv_number(csv, e->numbers[k]);
    g_string_append_c(csv, '\n');
  }
  return cap_atomic_file_save(path, csv->str, csv->len, error);
}

gboolean
cap_explained_run(const CapStudyModel *model, int fold,
                  const CapProgress *progress, GError **error)
{
  g_autofree char *path = cap_fold_file(&model->plan, fold, "explained.csv");
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autoptr(CapHeldOut) held_out =
      cap_held_out_open(&model->plan, fold, progress, error);
  if (held_out == NULL)
    return FALSE;
  g_autoptr(CapCapsnetDecoder) decoder =
      cap_capsnet_decoder_new(held_out->detector->net, 16, error);
  if (decoder == NULL)
    return FALSE;
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(explained_free);
  Walk walk = {held_out->pool, decoder, rows};
  const CapHeldOutPass pass = {NULL, FLIPS, is_asked, explain, &walk, FALSE};
  return cap_held_out_judge(held_out, &pass, progress, error) &&
         write_rows(rows, path, error);
}

/* ---- reading ---- */

static gboolean
read_rows(const char *path, int fold, GPtrArray *rows, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(path, error);
  if (csv == NULL)
    return FALSE;
  if (cap_csv_n_columns(csv) != 2 + CAP_N_EXPLAINED) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s does not have the columns of a table of explanations",
                path);
    return FALSE;
  }
  for (int row = 0; row < cap_csv_n_rows(csv); row++) {
    CapExplained *e = g_new0(CapExplained, 1);
    g_ptr_array_add(rows, e);
    e->fold = fold;
    e->key = g_strdup(cap_csv_text(csv, row, 0));
    e->patient = g_strdup(cap_csv_text(csv, row, 1));
    for (int k = 0; k < CAP_N_EXPLAINED; k++) {
      e->numbers[k] = NAN;
      if (*cap_csv_text(csv, row, 2 + k) != '\0' &&
          !cap_csv_number(csv, row, 2 + k, &e->numbers[k], error))
        return FALSE;
    }
  }
  return TRUE;
}

GPtrArray *
cap_explained_read(const CapStudy *study, const CapStudyModel *model,
                   GError **error)
{
  return cap_study_read_folds(study, model, "explained.csv", read_rows,
                              explained_free, error);
}
