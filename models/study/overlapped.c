/* Overlapping structures learnt and asked about: see overlapped.h. */
#include "models/study/overlapped.h"

#include "core/error.h"
#include "core/nn/optim.h"
#include "datasets/crops.h"
#include "datasets/overlap.h"
#include "io/atomic_file.h"
#include "io/csv.h"
#include "io/weights.h"
#include "models/study/output.h"

#include <string.h>

enum { PATCHES = 6000, ASKED = 1000, BATCH = 32 };

static const CapOptimOptions schedule = {.rate_peak = 3e-4,
                                         .rate_final = 1e-5,
                                         .warmup_steps = 20,
                                         .beta1 = 0.9,
                                         .beta2 = 0.999,
                                         .epsilon = 1e-8,
                                         .clip_norm = 5,
                                         .loss_scale = 1,
                                         .loss_scale_steps = 2000};

static void
overlapped_free(gpointer data)
{
  CapOverlapped *o = data;
  g_free(o->key);
  g_free(o->patient);
  g_free(o->second);
  g_free(o);
}

/* Crops of the patients outside FOLD, or with INSIDE of its own. */
static GPtrArray *
read_crops(const CapStudyModel *model, int fold, gboolean inside,
           const CapProgress *progress, GError **error)
{
  g_autoptr(CapTrainConfig) config =
      cap_fold_config(&model->plan, fold, inside, error);
  if (config == NULL)
    return NULL;
  g_autofree char *index =
      g_build_filename(model->plan.data_dir, config->crops, NULL);
  const CapCropsOptions options = {.without_patients = config->held_out};
  return cap_crops_read(index, &options, progress, error);
}

/* The network of FOLD, ready to train its classes alone. */
static CapNetwork *
open_network(const CapStudyModel *model, int fold, const CapTrainConfig *config,
             GError **error)
{
  CapNetworkOptions o = config->network;
  o.max_batch = BATCH;
  o.classes_apart = TRUE;
  o.weight_class = 1;
  o.weight_malignancy = o.weight_attributes = 0;
  o.weight_mask = o.weight_reconstruction = 0;
  g_autoptr(CapNetwork) net = cap_network_new(CAP_GRAPH_TRAIN, &o, error);
  g_autofree char *path = cap_fold_weights(&model->plan, fold);
  return net != NULL && cap_weights_load(net->graph, path, NULL, NULL, error)
             ? g_steal_pointer(&net)
             : NULL;
}

static void
clear_input(CapGraph *g, CapTensor tensor)
{
  if (tensor >= 0)
    memset(cap_graph_data(g, tensor), 0,
           (gsize)cap_graph_batch(g) * cap_graph_size(g, tensor) *
               sizeof(float));
}

/* Draws FIRST … FIRST + N - 1, kept in SAMPLES. */
static void
fill_inputs(CapNetwork *net, const CapOverlaps *overlaps, int first, int n,
            gboolean train, CapOverlapSample *samples)
{
  CapGraph *g = net->graph;
  cap_graph_set_batch(g, n);
  const CapTensor unused[] = {
      net->target_malignancy, net->target_malignancy_weight,
      net->target_attributes, net->target_attributes_weight,
      net->target_mask,       net->target_mask_weight};
  for (gsize i = 0; i < G_N_ELEMENTS(unused); i++)
    clear_input(g, unused[i]);
#pragma omp parallel for
  for (int i = 0; i < n; i++) {
    CapOverlapSample *s = &samples[i];
    cap_overlaps_draw(overlaps, train ? 1 : 0, first + i, train, s);
    float *patch = cap_graph_data(g, net->patch) + (gsize)i * CAP_PATCH_VOXELS;
    for (int v = 0; v < CAP_PATCH_VOXELS; v++)
      patch[v] = cap_network_scale((double)s->hu[v]);
    float *classes = cap_graph_data(g, net->target_class) + 2 * i;
    classes[0] = s->nodule ? 1 : 0;
    classes[1] = s->other ? 1 : 0;
    cap_graph_data(g, net->target_class_weight)[i] = 1;
  }
}

static gboolean
train(CapNetwork *net, const CapOverlaps *overlaps, int n_patches,
      const CapProgress *progress, GError **error)
{
  CapGraph *g = net->graph;
  CapOptimOptions options = schedule;
  options.total_steps = MAX((n_patches + BATCH - 1) / BATCH, 1);
  options.warmup_steps = MIN(options.warmup_steps, options.total_steps);
  g_autoptr(CapOptim) optim = cap_optim_new(g, &options);
  g_autofree CapOverlapSample *samples = g_new(CapOverlapSample, BATCH);
  cap_graph_set_training(g, TRUE);
  for (int first = 0; first < n_patches; first += BATCH) {
    if (!cap_progress_step(progress, "training on overlaps",
                           (double)first / n_patches, error))
      return FALSE;
    fill_inputs(net, overlaps, first, MIN(BATCH, n_patches - first), TRUE,
                samples);
    cap_graph_zero_grad(g);
    cap_graph_forward(g);
    cap_graph_backward(g);
    cap_optim_step(optim);
  }
  return TRUE;
}

static gboolean
ask(CapNetwork *net, const CapOverlaps *overlaps, const CapProgress *progress,
    GPtrArray *rows, GError **error)
{
  CapGraph *g = net->graph;
  g_autofree CapOverlapSample *samples = g_new(CapOverlapSample, BATCH);
  cap_graph_set_training(g, FALSE);
  const gsize width = cap_graph_size(g, net->classes);
  for (int first = 0; first < ASKED; first += BATCH) {
    const int n = MIN(BATCH, ASKED - first);
    if (!cap_progress_step(progress, "predicting", (double)first / ASKED,
                           error))
      return FALSE;
    fill_inputs(net, overlaps, first, n, FALSE, samples);
    cap_graph_forward(g);
    for (int i = 0; i < n; i++) {
      const float *p = cap_graph_data(g, net->classes) + i * width;
      CapOverlapped *o = g_new0(CapOverlapped, 1);
      o->key = g_strdup(samples[i].first->nodule->key);
      o->patient = g_strdup(samples[i].first->nodule->patient);
      o->second = g_strdup(samples[i].second->nodule->patient);
      o->nodule = samples[i].nodule;
      o->other = samples[i].other;
      o->p[0] = (double)p[0];
      o->p[1] = (double)p[1];
      g_ptr_array_add(rows, o);
    }
  }
  return TRUE;
}

/* ---- the table ---- */

static const char *const columns[] = {"key",   "patient",  "second", "nodule",
                                      "other", "p_nodule", "p_other"};

static gboolean
write_rows(const GPtrArray *rows, const char *path, GError **error)
{
  g_autoptr(GString) csv = g_string_new(NULL);
  for (gsize k = 0; k < G_N_ELEMENTS(columns); k++)
    g_string_append_printf(csv, "%s%s", k > 0 ? "," : "", columns[k]);
  g_string_append_c(csv, '\n');
  for (guint i = 0; i < rows->len; i++) {
    const CapOverlapped *o = rows->pdata[i];
    cap_csv_append(csv, o->key);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, o->patient);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, o->second);
    g_string_append_printf(csv, ",%d,%d", o->nodule != FALSE,
                           o->other != FALSE);
    cap_study_csv_number(csv, o->p[0]);
    cap_study_csv_number(csv, o->p[1]);
    g_string_append_c(csv, '\n');
  }
  return cap_atomic_file_save(path, csv->str, csv->len, error);
}

gboolean
cap_overlapped_run(const CapStudyModel *model, int fold,
                   const CapProgress *progress, GError **error)
{
  g_autofree char *path = cap_fold_file(&model->plan, fold, "overlap.csv");
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autoptr(CapTrainConfig) config =
      cap_fold_config(&model->plan, fold, FALSE, error);
  g_autoptr(GPtrArray) outside =
      config ? read_crops(model, fold, FALSE, progress, error) : NULL;
  g_autoptr(GPtrArray) inside =
      outside ? read_crops(model, fold, TRUE, progress, error) : NULL;
  if (inside == NULL)
    return FALSE;
  const guint64 seed = (guint64)config->seed;
  g_autoptr(CapOverlaps) learnt = cap_overlaps_new(outside, seed, error);
  g_autoptr(CapOverlaps) asked =
      learnt ? cap_overlaps_new(inside, seed, error) : NULL;
  g_autoptr(CapNetwork) net =
      asked ? open_network(model, fold, config, error) : NULL;
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(overlapped_free);
  return net != NULL &&
         train(net, learnt, MIN(PATCHES, config->samples * config->epochs),
               progress, error) &&
         ask(net, asked, progress, rows, error) &&
         write_rows(rows, path, error);
}

static gboolean
read_rows(const char *path, int fold, GPtrArray *rows, GError **error)
{
  enum { KEY, PATIENT, SECOND, NODULE, OTHER, P };
  g_autoptr(CapCsv) csv = cap_csv_read(path, error);
  if (csv == NULL)
    return FALSE;
  if (cap_csv_n_columns(csv) != G_N_ELEMENTS(columns)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s does not have the columns of a table of overlaps", path);
    return FALSE;
  }
  for (int row = 0; row < cap_csv_n_rows(csv); row++) {
    CapOverlapped *o = g_new0(CapOverlapped, 1);
    g_ptr_array_add(rows, o);
    o->fold = fold;
    o->key = g_strdup(cap_csv_text(csv, row, KEY));
    o->patient = g_strdup(cap_csv_text(csv, row, PATIENT));
    o->second = g_strdup(cap_csv_text(csv, row, SECOND));
    o->nodule = g_str_equal(cap_csv_text(csv, row, NODULE), "1");
    o->other = g_str_equal(cap_csv_text(csv, row, OTHER), "1");
    for (int k = 0; k < 2; k++)
      if (!cap_csv_number(csv, row, P + k, &o->p[k], error))
        return FALSE;
  }
  return TRUE;
}

GPtrArray *
cap_overlapped_read(const CapStudy *study, const CapStudyModel *model,
                    GError **error)
{
  return cap_study_read_folds(study, model, "overlap.csv", read_rows,
                              overlapped_free, error);
}
