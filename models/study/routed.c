/* Routings trained on one stem: see routed.h. */
#include "models/study/routed.h"

#include "core/error.h"
#include "datasets/batch.h"
#include "io/csv.h"
#include "io/weights.h"
#include "models/study/cohort.h"
#include "models/study/held_out.h"
#include "models/study/output.h"
#include "models/train_data.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

enum { PATCHES = 4096, EPOCHS = 8, BATCH = 32, STEM_BATCH = 16 };

static const char *const routings[] = {"mean", "dynamic", "em", "attention",
                                       "sparse"};
static const int iterations[] = {1, 2, 3, 5};

/* Cells of routings that this program knows, in order; "mean" is the first. */
static GArray *
list_cells(void)
{
  GArray *cells = g_array_new(FALSE, FALSE, sizeof(CapRoutedCell));
  for (gsize r = 0; r < G_N_ELEMENTS(routings); r++) {
    const CapRouting *routing = cap_routing_find(routings[r]);
    for (gsize i = 0; routing != NULL && i < (r == 0 ? 1 : 4); i++) {
      const CapRoutedCell cell = {routing, iterations[i]};
      g_array_append_val(cells, cell);
    }
  }
  return cells;
}

int
cap_routed_count(void)
{
  g_autoptr(GArray) cells = list_cells();
  return (int)cells->len;
}

CapRoutedCell
cap_routed_at(int index)
{
  g_autoptr(GArray) cells = list_cells();
  return g_array_index(cells, CapRoutedCell, index);
}

int
cap_routed_find(const char *routing, int n)
{
  g_autoptr(GArray) cells = list_cells();
  for (guint i = 0; i < cells->len; i++) {
    const CapRoutedCell *cell = &g_array_index(cells, CapRoutedCell, i);
    if (g_str_equal(cell->routing->name, routing) && cell->iterations == n)
      return (int)i;
  }
  return -1;
}

char *
cap_routed_title(CapRoutedCell cell)
{
  if (g_str_equal(cell.routing->name, routings[0]))
    return g_strdup(cell.routing->name);
  return g_strdup_printf("%s, %d iteration%s", cell.routing->name,
                         cell.iterations, cell.iterations > 1 ? "s" : "");
}

/* FOLDER/routing/NAME-N.csv, or with COST the table beside it. */
static char *
table_path(const CapStudyModel *model, int fold, CapRoutedCell cell,
           gboolean cost)
{
  g_autofree char *folder = cap_fold_file(&model->plan, fold, "routing");
  g_autofree char *file = g_strdup_printf("%s-%d%s.csv", cell.routing->name,
                                          cell.iterations, cost ? "-cost" : "");
  return g_build_filename(folder, file, NULL);
}

/* ---- the patches behind the stem ---- */

typedef struct {
  CapTrainConfig *config;
  CapHeadData *training, *judged;
} Behind;

static void
behind_clear(Behind *b)
{
  g_clear_pointer(&b->config, cap_train_config_free);
  g_clear_pointer(&b->training, cap_head_data_free);
  g_clear_pointer(&b->judged, cap_head_data_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Behind, behind_clear)

static gboolean
is_asked(const CapSample *s, gboolean inner)
{
  if (s->making != CAP_MAKING_WHOLE)
    return !inner;
  return s->nodule->n_readers >= 3 && cap_cohort_is_decided(s->nodule);
}

/* Training patches of the first epoch of POOL. */
static gboolean
add_training(Behind *b, const CapPool *pool, CapCapsnetStem *stem,
             const CapProgress *progress, GError **error)
{
  const int n = b->training->most;
  g_autoptr(CapBatchSource) source =
      cap_batch_source_new(pool, 1, n, STEM_BATCH, NULL);
  for (;;) {
    g_autoptr(GError) failure = NULL;
    g_autoptr(CapBatch) batch = cap_batch_source_next(source, &failure);
    if (failure != NULL) {
      g_propagate_error(error, g_steal_pointer(&failure));
      return FALSE;
    }
    if (batch == NULL)
      return TRUE;
    if (!cap_progress_step(progress, "running the stem",
                           (double)b->training->n / n, error))
      return FALSE;
    const CapSample *samples[STEM_BATCH];
    for (int i = 0; i < batch->n; i++)
      samples[i] = &batch->samples[i];
    cap_head_data_add(b->training, stem, samples, batch->n, FALSE);
  }
}

/* Patches of POOL's validation side. */
static gboolean
add_judged(Behind *b, const CapPool *pool, CapCapsnetStem *stem, gboolean inner,
           const CapProgress *progress, GError **error)
{
  g_autofree CapSample *samples = g_new(CapSample, STEM_BATCH);
  const CapSample *chosen[STEM_BATCH];
  const int n = cap_pool_n_validation(pool);
  int m = 0;
  for (int i = 0; i < n; i++) {
    if (!cap_pool_validate(pool, i, &samples[m], error))
      return FALSE;
    if (is_asked(&samples[m], inner)) {
      chosen[m] = &samples[m];
      m++;
    }
    if (m == 0 || (m < STEM_BATCH && i < n - 1))
      continue;
    if (!cap_progress_step(progress, "running the stem", (double)i / n, error))
      return FALSE;
    cap_head_data_add(b->judged, stem, chosen, m, inner);
    m = 0;
  }
  return TRUE;
}

static gboolean
open_behind(Behind *b, const CapStudyModel *model, int fold,
            const CapProgress *progress, GError **error)
{
  const CapFoldPlan *plan = &model->plan;
  g_autofree char *weights = cap_fold_weights(plan, fold);
  b->config = cap_fold_config(plan, fold, FALSE, error);
  g_autoptr(CapCapsnetStem) stem =
      b->config ? cap_capsnet_stem_new(b->config->network.mask_features,
                                       STEM_BATCH, error)
                : NULL;
  if (stem == NULL ||
      !cap_weights_load(stem->graph, weights, NULL, NULL, error))
    return FALSE;
  g_autoptr(CapPool) pool = b->config
                                ? cap_train_data_read(b->config, plan->data_dir,
                                                      NULL, progress, error)
                                : NULL;
  g_autoptr(CapHeldOut) held_out =
      pool ? cap_held_out_open(plan, fold, progress, error) : NULL;
  if (held_out == NULL)
    return FALSE;
  b->training = cap_head_data_new(
      MIN(PATCHES, b->config->samples * b->config->epochs), error);
  b->judged = b->training
                  ? cap_head_data_new(cap_pool_n_validation(pool) +
                                          cap_pool_n_validation(held_out->pool),
                                      error)
                  : NULL;
  return b->judged != NULL && add_training(b, pool, stem, progress, error) &&
         add_judged(b, pool, stem, TRUE, progress, error) &&
         add_judged(b, held_out->pool, stem, FALSE, progress, error);
}

/* ---- one cell ---- */

static const char cost_header[] =
    "training_ms,forward_ms,training_bytes,used_pairs,dense_pairs\n";

static char *
cost_table(const CapHeadCost *cost)
{
  GString *csv = g_string_new(NULL);
  const double numbers[] = {cost->training_ms, cost->forward_ms,
                            cost->training_bytes, cost->used_pairs,
                            cost->dense_pairs};
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(
        csv, "%s%s", i > 0 ? "," : "",
        g_ascii_formatd(text, sizeof text, "%.9g", numbers[i]));
  }
  g_string_append_c(csv, '\n');
  g_string_prepend(csv, cost_header);
  return g_string_free(csv, FALSE);
}

static gboolean
run_cell(const Behind *b, const CapStudyModel *model, int fold,
         CapRoutedCell cell, const CapProgress *progress, GError **error)
{
  CapHeadOptions o = {b->config->network, b->config->optim, EPOCHS};
  o.network.kind = &cap_capsnet_head;
  o.network.routing = cell.routing;
  o.network.routing_iterations = cell.iterations;
  o.network.max_batch = BATCH;
  CapHeadCost cost;
  g_autoptr(GPtrArray) outcomes =
      cap_head_run(&o, b->training, b->judged, progress, &cost, error);
  if (outcomes == NULL)
    return FALSE;
  g_autofree char *costs = cost_table(&cost);
  g_autofree char *cost_path = table_path(model, fold, cell, TRUE);
  g_autofree char *folder = g_path_get_dirname(cost_path);
  g_autofree char *cost_name = g_path_get_basename(cost_path);
  g_autofree char *path = table_path(model, fold, cell, FALSE);
  return cap_study_write_text(folder, cost_name, costs, error) &&
         cap_outcomes_write(outcomes, path, error);
}

gboolean
cap_routed_run(const CapStudyModel *model, int fold,
               const CapProgress *progress, GError **error)
{
  g_auto(Behind) behind = {NULL, NULL, NULL};
  g_autoptr(GArray) cells = list_cells();
  for (guint i = 0; i < cells->len; i++) {
    const CapRoutedCell cell = g_array_index(cells, CapRoutedCell, i);
    g_autofree char *path = table_path(model, fold, cell, FALSE);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
      continue;
    if (behind.judged == NULL &&
        !open_behind(&behind, model, fold, progress, error))
      return FALSE;
    if (!run_cell(&behind, model, fold, cell, progress, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- reading ---- */

static gboolean
read_cost(const char *path, double share, CapHeadCost *cost, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(path, error);
  if (csv == NULL)
    return FALSE;
  double *const numbers[] = {&cost->training_ms, &cost->forward_ms,
                             &cost->training_bytes, &cost->used_pairs,
                             &cost->dense_pairs};
  if (cap_csv_n_rows(csv) != 1 ||
      cap_csv_n_columns(csv) != G_N_ELEMENTS(numbers)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s is not a table of costs",
                path);
    return FALSE;
  }
  for (int k = 0; k < (int)G_N_ELEMENTS(numbers); k++) {
    double value = 0;
    if (!cap_csv_number(csv, 0, k, &value, error))
      return FALSE;
    *numbers[k] += share * value;
  }
  return TRUE;
}

GPtrArray *
cap_routed_outcomes(const CapStudy *study, const CapStudyModel *model,
                    CapRoutedCell cell, CapHeadCost *cost, GError **error)
{
  g_autoptr(GPtrArray) all =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_outcome_free);
  *cost = (CapHeadCost){0};
  for (guint i = 0; i < study->reported->len; i++) {
    const int fold = g_array_index(study->reported, int, i);
    g_autofree char *path = table_path(model, fold, cell, FALSE);
    g_autofree char *cost_path = table_path(model, fold, cell, TRUE);
    GPtrArray *outcomes = cap_outcomes_read(path, fold, error);
    if (outcomes == NULL)
      return NULL;
    g_ptr_array_extend_and_steal(all, outcomes);
    if (!read_cost(cost_path, 1.0 / study->reported->len, cost, error))
      return NULL;
  }
  return g_steal_pointer(&all);
}
