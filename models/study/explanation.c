/* The explanation study: see reports.h.
 *
 * Maps are compared where the nodule capsule won, masks on all nodules of three
 * readers or more. Dimensions of a pose have no order that two trainings share,
 * so sweeps are reported fold by fold: the mean rho over the fold's nodules of
 * each dimension, and the dimension that moves a measure most. */
#include "models/study/reports.h"

#include "core/error.h"
#include "core/stats/bootstrap.h"
#include "io/csv.h"
#include "models/study/explained.h"
#include "models/study/output.h"

#include <math.h>
#include <string.h>

enum { SWEEPS = CAP_N_SWEEP_MEASURES * CAP_POSE_DIM };

/* Figures over all folds; then come SWEEPS figures of each fold. */
enum {
  ROUTING,
  GAUSSIAN,
  GAUSSIAN_CELLS,
  EVEN,
  OVER_GAUSSIAN, /* differences, nodule by nodule */
  OVER_CELLS,
  CONSENSUS,
  READERS,
  MUTUAL,
  OVER_MUTUAL,
  TWO_READERS, /* where the readers' figure is their plain Dice */
  N_FIGURES,
};
static const char *const figure_keys[N_FIGURES] = {
    "routing_share",           "gaussian_share",
    "gaussian_on_cells_share", "even_share",
    "routing_over_gaussian",   "routing_over_gaussian_on_cells",
    "dice_with_consensus",     "dice_with_readers",
    "dice_among_readers",      "dice_with_readers_over_among",
    "dice_among_two_readers",
};
static const char *const figure_words[N_FIGURES] = {
    "routing map inside the consensus mask",
    "Gaussian of the predicted diameter",
    "that Gaussian on the routing map's cells",
    "even map",
    "routing map over the Gaussian",
    "routing map over the Gaussian on its cells",
    "Dice of the predicted mask with the consensus",
    "Dice of the predicted mask with each reader",
    "Dice among the readers",
    "predicted mask with each reader, over among",
    "Dice among the readers, nodules of two",
};

typedef struct {
  const CapStudy *study;
  const CapStudyModel *model;
  GPtrArray *rows; /* of CapExplained */
  int *group, *n_readers;
  int n_groups, n_folds, n_values;
  double *values;
  double (*bounds)[2];
} Table;

static void
table_clear(Table *t)
{
  g_clear_pointer(&t->rows, g_ptr_array_unref);
  g_free(t->group);
  g_free(t->n_readers);
  g_free(t->values);
  g_free(t->bounds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_clear)

static gboolean
open_table(Table *t, GError **error)
{
  t->rows = cap_explained_read(t->study, t->model, error);
  if (t->rows == NULL)
    return FALSE;
  g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
  t->group = g_new(int, t->rows->len + 1);
  t->n_readers = g_new0(int, t->rows->len + 1);
  for (guint i = 0; i < t->rows->len; i++) {
    const CapExplained *e = t->rows->pdata[i];
    const CapNodule *nodule = g_hash_table_lookup(t->study->by_key, e->key);
    gpointer group = NULL;
    if (!g_hash_table_lookup_extended(groups, e->patient, NULL, &group)) {
      group = GUINT_TO_POINTER(g_hash_table_size(groups));
      g_hash_table_insert(groups, e->patient, group);
    }
    t->group[i] = GPOINTER_TO_INT(group);
    t->n_readers[i] = nodule != NULL ? nodule->n_readers : 0;
  }
  t->n_groups = (int)g_hash_table_size(groups);
  t->n_folds = (int)t->study->reported->len;
  t->n_values = N_FIGURES + t->n_folds * SWEEPS;
  t->values = g_new0(double, t->n_values);
  t->bounds = g_malloc0_n(t->n_values, sizeof *t->bounds);
  return TRUE;
}

/* ---- figures ---- */

/* What FIGURE is of one nodule; NAN where it is not about it. */
static double
figure_of(const CapExplained *e, int n_readers, int figure)
{
  const double *x = e->numbers;
  if (figure == TWO_READERS)
    return n_readers == 2 ? x[CAP_EXPLAINED_MUTUAL] : NAN;
  if (n_readers < 3 || (figure < CONSENSUS && x[CAP_EXPLAINED_WON] == 0))
    return NAN;
  switch (figure) {
  case OVER_GAUSSIAN:
    return x[CAP_EXPLAINED_ROUTING] - x[CAP_EXPLAINED_GAUSSIAN];
  case OVER_CELLS:
    return x[CAP_EXPLAINED_ROUTING] - x[CAP_EXPLAINED_GAUSSIAN_CELLS];
  case OVER_MUTUAL:
    return x[CAP_EXPLAINED_READERS] - x[CAP_EXPLAINED_MUTUAL];
  case CONSENSUS:
    return x[CAP_EXPLAINED_CONSENSUS];
  case READERS:
    return x[CAP_EXPLAINED_READERS];
  case MUTUAL:
    return x[CAP_EXPLAINED_MUTUAL];
  default:
    return x[CAP_EXPLAINED_ROUTING + figure - ROUTING];
  }
}

static void
compute(const int *cases, int n, gpointer user_data, double *values)
{
  const Table *t = user_data;
  g_autofree int *counts = g_new0(int, t->n_values);
  memset(values, 0, t->n_values * sizeof *values);
  for (int i = 0; i < n; i++) {
    const CapExplained *e = t->rows->pdata[cases[i]];
    for (int f = 0; f < N_FIGURES; f++) {
      const double value = figure_of(e, t->n_readers[cases[i]], f);
      if (isfinite(value)) {
        values[f] += value;
        counts[f]++;
      }
    }
    if (e->numbers[CAP_EXPLAINED_WON] == 0)
      continue;
    int place = 0;
    while (g_array_index(t->study->reported, int, place) != e->fold)
      place++;
    const int first = N_FIGURES + place * SWEEPS;
    for (int k = 0; k < SWEEPS; k++)
      if (isfinite(e->numbers[CAP_EXPLAINED_RHO + k])) {
        values[first + k] += e->numbers[CAP_EXPLAINED_RHO + k];
        counts[first + k]++;
      }
  }
  for (int v = 0; v < t->n_values; v++)
    values[v] = counts[v] > 0 ? values[v] / counts[v] : NAN;
}

static void
measure(Table *t)
{
  const CapStudyOptions *o = &t->study->options;
  const int n = (int)t->rows->len;
  g_autofree int *all = g_new(int, n + 1);
  for (int i = 0; i < n; i++)
    all[i] = i;
  compute(all, n, t, t->values);
  const CapBootstrap plan = {n, t->group, o->samples, 0.95, o->seed};
  cap_bootstrap_run(&plan, compute, t, t->n_values, t->bounds);
}

/* The value of the dimension that moves MEASURE most in the fold at PLACE, -1
 * when none exists. */
static int
find_strongest(const Table *t, int place, int m)
{
  int best = -1;
  const int first = N_FIGURES + place * SWEEPS + m * CAP_POSE_DIM;
  for (int k = first; k < first + CAP_POSE_DIM; k++)
    if (isfinite(t->values[k]) &&
        (best < 0 || fabs(t->values[k]) > fabs(t->values[best])))
      best = k;
  return best;
}

/* ---- files ---- */

static void
put_sweeps(CapJson *json, const Table *t)
{
  cap_json_begin_array(json, "pose_sweeps", FALSE);
  for (int place = 0; place < t->n_folds; place++) {
    cap_json_begin_object(json, NULL, FALSE);
    cap_json_int(json, "fold", g_array_index(t->study->reported, int, place));
    for (int m = 0; m < CAP_N_SWEEP_MEASURES; m++) {
      const int first = N_FIGURES + place * SWEEPS + m * CAP_POSE_DIM;
      const int best = find_strongest(t, place, m);
      cap_json_begin_object(json, cap_sweep_measure_name((CapSweepMeasure)m),
                            FALSE);
      if (best >= 0) {
        cap_json_int(json, "strongest_dimension", best - first);
        cap_study_json_figure(json, "strongest_rho", t->values[best],
                              t->bounds[best]);
      }
      cap_json_numbers(json, "rho", t->values + first, CAP_POSE_DIM, 4);
      cap_json_end_object(json);
    }
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

static void
put_model(CapJson *json, const Table *t)
{
  cap_json_begin_object(json, t->model->name, FALSE);
  int n = 0, won = 0;
  for (guint i = 0; i < t->rows->len; i++) {
    const CapExplained *e = t->rows->pdata[i];
    n += t->n_readers[i] >= 3;
    won += t->n_readers[i] >= 3 && e->numbers[CAP_EXPLAINED_WON] != 0;
  }
  cap_json_int(json, "nodules", n);
  cap_json_int(json, "nodule_capsule_won", won);
  cap_json_int(json, "patients", t->n_groups);
  for (int f = 0; f < N_FIGURES; f++)
    cap_study_json_figure(json, figure_keys[f], t->values[f], t->bounds[f]);
  put_sweeps(json, t);
  cap_json_end_object(json);
}

static void
add_predictions(GString *csv, const Table *t)
{
  for (guint i = 0; i < t->rows->len; i++) {
    const CapExplained *e = t->rows->pdata[i];
    cap_csv_append(csv, t->model->name);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, e->key);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, e->patient);
    g_string_append_printf(csv, ",%d,%d", e->fold, t->n_readers[i]);
    for (int k = 0; k < CAP_EXPLAINED_RHO; k++)
      cap_study_csv_number(csv, e->numbers[k]);
    g_string_append_c(csv, '\n');
  }
}

static void
add_table(GString *md, const Table *t)
{
  g_string_append_printf(md, "| %s | |\n|---|---|\n", t->model->name);
  for (int f = 0; f < N_FIGURES; f++) {
    g_string_append_printf(md, "| %s ", figure_words[f]);
    cap_study_table_figure(md, t->values[f], t->bounds[f]);
    g_string_append(md, "|\n");
  }
  g_string_append(md, "\n| fold |");
  for (int m = 0; m < CAP_N_SWEEP_MEASURES; m++)
    g_string_append_printf(md, " %s: dimension | Spearman |",
                           cap_sweep_measure_name((CapSweepMeasure)m));
  g_string_append(md, "\n|---|---|---|---|---|---|---|\n");
  for (int place = 0; place < t->n_folds; place++) {
    g_string_append_printf(md, "| %d ",
                           g_array_index(t->study->reported, int, place));
    for (int m = 0; m < CAP_N_SWEEP_MEASURES; m++) {
      const int best = find_strongest(t, place, m);
      if (best < 0) {
        g_string_append(md, "| – | – ");
        continue;
      }
      g_string_append_printf(md, "| %d ", (best - N_FIGURES) % CAP_POSE_DIM);
      cap_study_table_figure(md, t->values[best], t->bounds[best]);
    }
    g_string_append(md, "|\n");
  }
  g_string_append_printf(
      md,
      "\n%u nodules of %d patients. Values with 95 %% intervals from %d "
      "resamples of the patients.\n\n",
      t->rows->len, t->n_groups, t->study->options.samples);
}

gboolean
cap_study_explanation(CapStudy *study, const char *folder,
                      const CapProgress *progress, GError **error)
{
  CapJson *json = cap_study_json_begin(study, "explanation");
  g_autoptr(GString) csv = g_string_new("model,key,patient,fold,n_readers");
  g_autoptr(GString) md = g_string_new(NULL);
  for (int k = 0; k < CAP_EXPLAINED_RHO; k++) {
    g_autofree char *name = cap_explained_name(k);
    g_string_append_printf(csv, ",%s", name);
  }
  g_string_append_c(csv, '\n');
  cap_json_begin_object(json, "explanation", FALSE);
  gboolean good = TRUE;
  for (guint m = 0; good && m < study->models->len; m++) {
    g_auto(Table) t = {.study = study, .model = study->models->pdata[m]};
    good = open_table(&t, error) &&
           cap_progress_step(progress, "resampling", 0, error);
    if (!good)
      break;
    measure(&t);
    put_model(json, &t);
    add_predictions(csv, &t);
    add_table(md, &t);
  }
  cap_json_end_object(json);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  return good && cap_study_write(folder, text, csv->str, md->str, error);
}
