/* The routing study: see reports.h.
 *
 * Accuracy of malignancy at one half, after the fit to the cell's own inner
 * validation patients that the malignancy study makes; a nodule is what its
 * capsule is longer for than the other's. Differences are from "mean", and for
 * "sparse" from "dynamic" with as many iterations too. */
#include "models/study/reports.h"

#include "io/csv.h"
#include "models/study/columns.h"
#include "models/study/routed.h"

#include <math.h>

static const char *const view_keys[CAP_N_COLUMN_VIEWS] = {"", "_over_mean",
                                                          "_over_dynamic"};

typedef struct {
  const CapStudy *study;
  const CapStudyModel *model;
  CapCohort *cohort;
  CapColumns nodules, patches;
  CapHeadCost *costs; /* of each cell */
} Table;

static void
table_clear(Table *t)
{
  g_clear_pointer(&t->cohort, cap_cohort_free);
  cap_columns_clear(&t->nodules);
  cap_columns_clear(&t->patches);
  g_free(t->costs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_clear)

/* The rows of OUTCOMES that are about held-out patients; borrows them. */
static GPtrArray *
only_held_out(const GPtrArray *outcomes)
{
  GPtrArray *held_out = g_ptr_array_new();
  for (guint i = 0; i < outcomes->len; i++)
    if (!((const CapOutcome *)outcomes->pdata[i])->inner)
      g_ptr_array_add(held_out, outcomes->pdata[i]);
  return held_out;
}

static gboolean
read_cell(Table *t, int k, GError **error)
{
  const CapRoutedCell cell = cap_routed_at(k);
  g_autoptr(GPtrArray) outcomes =
      cap_routed_outcomes(t->study, t->model, cell, &t->costs[k], error);
  if (outcomes == NULL)
    return FALSE;
  g_autoptr(GPtrArray) held_out = only_held_out(outcomes);
  if (k == 0) {
    cap_columns_init(&t->nodules, t->study, cap_routed_count(), t->cohort->n);
    cap_columns_init(&t->patches, t->study, cap_routed_count(),
                     (int)held_out->len);
    cap_columns_list_nodules(&t->nodules, t->cohort);
    cap_columns_list_patches(&t->patches, held_out);
  }
  g_autofree const CapOutcome **found =
      cap_cohort_find(t->cohort, t->model, outcomes, FALSE, error);
  if (found == NULL)
    return FALSE;
  t->nodules.p[k] = cap_cohort_malignancy(t->cohort, outcomes, found, FALSE);
  t->patches.p[k] =
      cap_columns_read_patches(&t->patches, t->model, held_out, error);
  if (t->patches.p[k] == NULL)
    return FALSE;
  t->nodules.from[k] = t->patches.from[k] = k > 0 ? 0 : -1;
  if (g_str_equal(cell.routing->name, "sparse"))
    t->nodules.beyond[k] = t->patches.beyond[k] =
        cap_routed_find("dynamic", cell.iterations);
  return TRUE;
}

static gboolean
open_table(Table *t, GError **error)
{
  t->cohort = cap_cohort_new(t->study, cap_cohort_is_decided);
  t->nodules =
      (CapColumns){.name = "malignancy", .with_auc = TRUE, .even = 0.5};
  t->patches = (CapColumns){.name = "nodule", .with_auc = TRUE, .even = 0.5};
  t->costs = g_new0(CapHeadCost, cap_routed_count());
  for (int k = 0; k < cap_routed_count(); k++)
    if (!read_cell(t, k, error))
      return FALSE;
  cap_columns_measure(&t->nodules);
  cap_columns_measure(&t->patches);
  return TRUE;
}

/* How many times fewer pairs than dynamic routing has in as many iterations;
 * NAN for an algorithm that does not count. */
static double
saved(const CapHeadCost *cost)
{
  return cost->used_pairs > 0 ? cost->dense_pairs / cost->used_pairs : NAN;
}

static void
put_model(CapJson *json, const Table *t)
{
  cap_json_begin_array(json, t->model->name, FALSE);
  for (int k = 0; k < cap_routed_count(); k++) {
    const CapRoutedCell cell = cap_routed_at(k);
    cap_json_begin_object(json, NULL, FALSE);
    cap_json_string(json, "routing", cell.routing->name);
    cap_json_int(json, "iterations", cell.iterations);
    cap_columns_put(json, &t->nodules, k, view_keys);
    cap_columns_put(json, &t->patches, k, view_keys);
    cap_json_number(json, "dynamic_pairs_over_used", saved(&t->costs[k]), 3);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

static void
add_table(GString *md, const Table *t)
{
  g_string_append_printf(
      md,
      "%s: %d nodules, and %d patches with and without a nodule\n\n"
      "| routing | malignancy AUC | over mean | over dynamic | accuracy | over "
      "mean | over dynamic | nodule-or-not AUC | over mean | over dynamic | "
      "accuracy | over mean | over dynamic | dynamic's pairs over used | "
      "forward, ms a patch | training, ms a patch | training, MiB |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
      t->model->name, t->nodules.n, t->patches.n);
  for (int k = 0; k < cap_routed_count(); k++) {
    g_autofree char *title = cap_routed_title(cap_routed_at(k));
    const CapHeadCost *cost = &t->costs[k];
    g_string_append_printf(md, "| %s ", title);
    cap_columns_add_cells(md, &t->nodules, k);
    cap_columns_add_cells(md, &t->patches, k);
    cap_study_table_figure(md, saved(cost), NULL);
    cap_study_table_figure(md, cost->forward_ms, NULL);
    cap_study_table_figure(md, cost->training_ms, NULL);
    cap_study_table_figure(
        md, cost->training_bytes > 0 ? cost->training_bytes / 0x1p20 : NAN,
        NULL);
    g_string_append(md, "|\n");
  }
  g_string_append_printf(
      md,
      "\nValues with 95 %% intervals from %d resamples of the patients. Times "
      "(of the processor, all threads) and memory are of capsules and heads "
      "alone, behind the stem.\n\n",
      t->study->options.samples);
}

static void
add_header(GString *csv)
{
  g_string_append(csv, "model,question,key,patient,fold,label");
  for (int k = 0; k < cap_routed_count(); k++) {
    g_autofree char *title = cap_routed_title(cap_routed_at(k));
    g_string_append_c(csv, ',');
    cap_csv_append(csv, title);
  }
  g_string_append_c(csv, '\n');
}

/* Each row of the columns after the model's name. */
static void
add_predictions(GString *csv, const Table *t)
{
  g_autoptr(GString) rows = g_string_new(NULL);
  cap_columns_add_rows(rows, &t->nodules);
  cap_columns_add_rows(rows, &t->patches);
  g_auto(GStrv) lines = g_strsplit(rows->str, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0') {
      cap_csv_append(csv, t->model->name);
      g_string_append_printf(csv, ",%s\n", *line);
    }
}

gboolean
cap_study_routing(CapStudy *study, const char *folder,
                  const CapProgress *progress, GError **error)
{
  CapJson *json = cap_study_json_begin(study, "routing");
  g_autoptr(GString) csv = g_string_new(NULL), md = g_string_new(NULL);
  add_header(csv);
  cap_json_begin_object(json, "routing", FALSE);
  gboolean good = TRUE;
  for (guint m = 0; good && m < study->models->len; m++) {
    g_auto(Table) t = {.study = study, .model = study->models->pdata[m]};
    good = cap_progress_step(progress, "resampling", 0, error) &&
           open_table(&t, error);
    if (!good)
      break;
    put_model(json, &t);
    add_predictions(csv, &t);
    add_table(md, &t);
  }
  cap_json_end_object(json);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  return good && cap_study_write(folder, text, csv->str, md->str, error);
}
