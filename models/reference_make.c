/* Making reference nodules: see reference_make.h. */
#include "models/reference_make.h"

#include "core/error.h"
#include "core/stats/bootstrap.h"
#include "core/stats/logistic.h"
#include "datasets/split.h"
#include "models/study/held_out.h"
#include "models/train_data.h"
#include "models/validation.h"

#include <math.h>
#include <string.h>

enum {
  FLIPS = 8,
  SWEEPS = CAP_N_SWEEP_MEASURES * CAP_POSE_DIM,
  SAMPLES = 2000
};
static const double inside = 0.90;       /* so that 95 of 100 are below */
static const double kernel_share = 0.01; /* of nodules: usual from here on */
static const double penalty = 1e-3;      /* of the logistic model */

/* One nodule and what the network says of it. */
typedef struct {
  const CapNodule *nodule;
  gboolean trained, won;
  double slice_mm, diameter_mm, reconstruction_hu, malignancy;
  double levels[CAP_N_ATTRIBUTES];
  CapCapsule capsules[CAP_N_CAPSULES];
} Row;

typedef struct {
  const CapTrainConfig *config;
  double validation; /* share of the patients */
  const CapPool *pool;
  GArray *rows; /* of Row */
} Walk;

static gboolean
is_whole(const CapSample *sample)
{
  return sample->making == CAP_MAKING_WHOLE;
}

static void
add_row(const CapSample *sample, const CapJudgement *judgement, gpointer data)
{
  Walk *walk = data;
  const CapNodule *nodule = sample->nodule;
  Row row = {
      .nodule = nodule,
      .trained = !cap_split_is_validation(
          nodule->patient, walk->config->pool.seed, walk->validation),
      .won = judgement->capsules[0].length > judgement->capsules[1].length,
      .slice_mm = cap_pool_find(walk->pool, nodule->key)->block->spacing_mm[2],
      .diameter_mm = cap_validation_mask_diameter(judgement->mask),
      .reconstruction_hu = judgement->reconstruction_error_hu,
      .malignancy = judgement->malignancy_probability};
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    row.levels[a] =
        cap_rating_level(&judgement->attributes[a], (CapAttributeKind)a);
  memcpy(row.capsules, judgement->capsules, sizeof row.capsules);
  g_array_append_val(walk->rows, row);
}

static const Row *
row_at(const GArray *rows, guint i)
{
  return &g_array_index(rows, Row, i);
}

/* ---- what is kept of those trained on ---- */

static void
fill_facts(const CapNodule *nodule, float *facts)
{
  double mean = 0;
  for (int k = 0; k < CAP_N_MALIGNANCY; k++)
    mean += (k + 1) * (double)nodule->malignancy[k];
  facts[CAP_REFERENCE_DIAMETER_MM] = (float)nodule->diameter_mm;
  facts[CAP_REFERENCE_N_READERS] = (float)nodule->n_readers;
  facts[CAP_REFERENCE_MALIGNANCY] = (float)mean;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    facts[CAP_REFERENCE_ATTRIBUTES + a] =
        nodule->n_ratings[a] > 0 ? (float)nodule->attribute_means[a] : 0;
}

static void
fill_spread(CapReference *r)
{
  for (int i = 0; i < CAP_N_CAPSULES * CAP_POSE_DIM; i++) {
    double sum = 0, square = 0;
    for (int k = 0; k < r->n; k++) {
      const double x = (double)r->poses[k * CAP_N_CAPSULES * CAP_POSE_DIM + i];
      sum += x / r->n;
      square += x * x / r->n;
    }
    r->spread[i / CAP_POSE_DIM][i % CAP_POSE_DIM] =
        (float)fmax(sqrt(fmax(square - sum * sum, 0)), 1e-6);
  }
}

static void
fill_nodules(CapReference *r, const GArray *rows)
{
  r->poses = g_new(float, rows->len *CAP_N_CAPSULES *CAP_POSE_DIM);
  r->facts = g_new(float, rows->len *CAP_REFERENCE_N_FACTS);
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = row_at(rows, i);
    if (!row->trained)
      continue;
    float *poses = r->poses + r->n * CAP_N_CAPSULES * CAP_POSE_DIM;
    for (int k = 0; k < CAP_N_CAPSULES; k++)
      memcpy(poses + k * CAP_POSE_DIM, row->capsules[k].pose,
             sizeof row->capsules[k].pose);
    fill_facts(row->nodule, r->facts + r->n * CAP_REFERENCE_N_FACTS);
    r->n++;
  }
  fill_spread(r);
}

static int
compare_words(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
fill_kernels(CapReference *r, const GArray *rows)
{
  g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < rows->len; i++) {
    char *kernel = row_at(rows, i)->nodule->kernel;
    if (row_at(rows, i)->trained)
      g_hash_table_insert(
          counts, kernel,
          GINT_TO_POINTER(GPOINTER_TO_INT(g_hash_table_lookup(counts, kernel)) +
                          1));
  }
  g_autoptr(GPtrArray) usual = g_ptr_array_new();
  GHashTableIter iter;
  gpointer kernel, n;
  g_hash_table_iter_init(&iter, counts);
  while (g_hash_table_iter_next(&iter, &kernel, &n))
    if (*(char *)kernel != '\0' && GPOINTER_TO_INT(n) >= kernel_share * r->n)
      g_ptr_array_add(usual, g_strdup(kernel));
  g_ptr_array_sort(usual, compare_words);
  g_ptr_array_add(usual, NULL);
  r->kernels = (char **)g_ptr_array_steal(usual, NULL);
}

/* Malignancy above 3 from what the readers themselves said, of nodules of three
 * readers or more whose median is not 3. */
static void
fill_terms(CapReference *r, const GArray *rows)
{
  enum { N_FEATURES = CAP_REFERENCE_N_TERMS - 1 };
  g_autofree float *features = g_new(float, rows->len *N_FEATURES);
  g_autofree guint8 *labels = g_new(guint8, rows->len);
  int n = 0;
  for (guint i = 0; i < rows->len; i++) {
    const CapNodule *nodule = row_at(rows, i)->nodule;
    if (!row_at(rows, i)->trained || nodule->n_readers < 3 ||
        !isfinite(nodule->malignancy_median) || nodule->malignancy_median == 3)
      continue;
    float *x = features + n * N_FEATURES;
    x[0] = (float)log(fmax(nodule->diameter_mm, 1));
    for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
      x[1 + a] = (float)nodule->attribute_means[a];
    labels[n++] = nodule->malignancy_median > 3;
  }
  g_autoptr(CapLogistic) model =
      cap_logistic_fit(features, labels, n, N_FEATURES, penalty);
  double bias = model->bias;
  for (int i = 0; i < N_FEATURES; i++) {
    const double weight = model->weight[i] / model->scale[i];
    r->terms[1 + i] = (float)weight;
    bias -= weight * model->mean[i];
  }
  r->terms[0] = (float)bias;
}

/* ---- what is usual ---- */

static double
measure_of(const CapReference *r, const Row *row, CapDoubtKind kind)
{
  CapReferenceMatch nearest;
  switch (kind) {
  case CAP_DOUBT_THICK_SLICES:
    return row->trained ? row->slice_mm : NAN;
  case CAP_DOUBT_RECONSTRUCTION:
    return row->trained && row->reconstruction_hu > 0 ? row->reconstruction_hu
                                                      : NAN;
  case CAP_DOUBT_CONTRADICTION:
    return row->trained
               ? NAN
               : fabs(row->malignancy - cap_reference_from_attributes(
                                            r, row->diameter_mm, row->levels));
  case CAP_DOUBT_UNFAMILIAR:
    cap_reference_nearest(r, row->capsules, 1, &nearest);
    return row->trained ? NAN : nearest.distance;
  default:
    return NAN;
  }
}

static void
fill_limits(CapReference *r, const GArray *rows)
{
  g_autofree double *values = g_new(double, rows->len);
  for (int kind = 0; kind < CAP_N_DOUBTS; kind++) {
    int n = 0;
    for (guint i = 0; i < rows->len; i++) {
      const double value = measure_of(r, row_at(rows, i), (CapDoubtKind)kind);
      if (isfinite(value))
        values[n++] = value;
    }
    double bounds[2] = {0};
    if (n > 0)
      cap_bootstrap_bounds(values, n, inside, bounds);
    r->limits[kind] = (float)bounds[1];
  }
}

/* ---- what sweeps do ---- */

typedef double Swept[CAP_N_SWEEP_MEASURES][CAP_POSE_DIM];

static void
average(const int *cases, int n_cases, gpointer user_data, double *values)
{
  const Swept *swept = user_data;
  for (int v = 0; v < SWEEPS; v++) {
    double sum = 0;
    int n = 0;
    for (int i = 0; i < n_cases; i++) {
      const double rho = swept[cases[i]][v / CAP_POSE_DIM][v % CAP_POSE_DIM];
      if (!isfinite(rho))
        continue;
      sum += rho;
      n++;
    }
    values[v] = n > 0 ? sum / n : 0;
  }
}

/* Which of the patients so far ROW's is; rows of one follow each other or not.
 */
static int
group_of(GHashTable *patients, const Row *row)
{
  gpointer group = NULL;
  if (!g_hash_table_lookup_extended(patients, row->nodule->patient, NULL,
                                    &group)) {
    group = GUINT_TO_POINTER(g_hash_table_size(patients));
    g_hash_table_insert(patients, row->nodule->patient, group);
  }
  return GPOINTER_TO_INT(group);
}

static gboolean
fill_effects(CapReference *r, const GArray *rows, CapNetwork *net,
             const CapProgress *progress, GError **error)
{
  g_autoptr(CapCapsnetDecoder) decoder =
      cap_capsnet_decoder_new(net, CAP_POSE_DIM, error);
  if (decoder == NULL)
    return FALSE;
  g_autofree Swept *swept = g_new(Swept, rows->len);
  g_autofree int *groups = g_new(int, rows->len), *cases = NULL;
  g_autoptr(GHashTable) patients = g_hash_table_new(g_str_hash, g_str_equal);
  int n = 0;
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = row_at(rows, i);
    if (!cap_progress_step(progress, "sweeping", (double)i / rows->len, error))
      return FALSE;
    if (row->trained || !row->won)
      continue;
    cap_sweep_run(decoder, row->capsules[0].pose, swept[n]);
    groups[n++] = group_of(patients, row);
  }
  cases = g_new(int, MAX(n, 1));
  for (int i = 0; i < n; i++)
    cases[i] = i;
  double values[SWEEPS], bounds[SWEEPS][2];
  const CapBootstrap bootstrap = {n, groups, SAMPLES, 0.95, 1};
  average(cases, n, swept, values);
  cap_bootstrap_run(&bootstrap, average, swept, SWEEPS, bounds);
  for (int v = 0; v < SWEEPS; v++)
    r->effects[v / CAP_POSE_DIM][v % CAP_POSE_DIM] = (CapReferenceEffect){
        (float)values[v], (float)bounds[v][0], (float)bounds[v][1]};
  return TRUE;
}

/* ---- together ---- */

static gboolean
check(const CapTrainConfig *config, const CapDetector *detector, GError **error)
{
  const char *made_by = g_hash_table_lookup(detector->metadata, "config");
  if (made_by == NULL || !cap_train_config_matches(config, made_by)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "%s was not trained by this configuration: give the one that "
                "its metadata holds",
                detector->path);
    return FALSE;
  }
  if (config->pool.validation > 0 && config->pool.validation < 1)
    return TRUE;
  g_set_error_literal(error, CAP_ERROR, CAP_ERROR_CONFIG,
                      "a run without validation patients cannot say what is "
                      "usual for nodules that it was not trained on");
  return FALSE;
}

static gboolean
write_file(CapReference *r, const CapDetector *detector, const char *hashes,
           GError **error)
{
  g_autofree char *path = cap_reference_path(detector->path);
  g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(metadata, (char *)"weights_sha256", detector->sha256);
  g_hash_table_insert(metadata, (char *)"data", (char *)hashes);
  g_hash_table_insert(metadata, (char *)"software_version",
                      (char *)CAP_VERSION);
  return cap_reference_save(r, metadata, path, error);
}

gboolean
cap_reference_make(CapTrainConfig *config, const char *weights_path,
                   const char *data_dir, const CapProgress *progress,
                   GError **error)
{
  g_autoptr(CapHeldOut) shown = g_new0(CapHeldOut, 1);
  g_autofree char *hashes = NULL;
  shown->detector =
      cap_detector_load(weights_path, CAP_DETECTOR_EXPLAINS, error);
  if (shown->detector == NULL || !check(config, shown->detector, error))
    return FALSE;
  Walk walk = {.config = config, .validation = config->pool.validation};
  config->pool.validation = 1; /* all are shown, on one list */
  g_clear_pointer(&config->hosts, g_strfreev);
  config->hosts = g_new0(char *, 1);
  *config->cubes = '\0';
  shown->pool = cap_train_data_read(config, data_dir, &hashes, progress, error);
  if (shown->pool == NULL)
    return FALSE;
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
  walk.pool = shown->pool;
  walk.rows = rows;
  const CapHeldOutPass pass = {.centred = TRUE,
                               .flips = FLIPS,
                               .wanted = is_whole,
                               .judged = add_row,
                               .user_data = &walk};
  if (!cap_held_out_judge(shown, &pass, progress, error))
    return FALSE;
  g_autoptr(CapReference) r = g_new0(CapReference, 1);
  fill_nodules(r, rows);
  fill_kernels(r, rows);
  fill_terms(r, rows);
  fill_limits(r, rows);
  return fill_effects(r, rows, shown->detector->net, progress, error) &&
         write_file(r, shown->detector, hashes, error);
}
