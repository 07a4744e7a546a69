/* The malignancy study: see reports.h.
 *
 * A network's probability comes from the log odds of p4 + p5 + p3 / 2 by a
 * logistic regression on the fold's inner validation patients, with the
 * readers' diameter as a second term where their mask is given; diameter alone
 * and readers' ratings from one on the training folds' nodules. Everything is
 * called malignant from a probability of one half on. */
#include "models/study/reports.h"

#include "core/error.h"
#include "core/stats/bootstrap.h"
#include "core/stats/rank.h"
#include "core/stats/roc.h"
#include "io/csv.h"
#include "models/study/cohort.h"
#include "models/study/output.h"

#include <math.h>
#include <string.h>

enum { BINS = 10 };

enum {
  AUC,
  ACCURACY,
  SENSITIVITY,
  SPECIFICITY,
  ERROR,
  BRIER,
  OVER_DIAMETER, /* AUC of the row less that of diameter alone */
  FIRST_OVER,    /* AUC of the first network less that of the row */
  N_VALUES
};
static const char *const value_keys[N_VALUES] = {"auc",
                                                 "accuracy",
                                                 "sensitivity",
                                                 "specificity",
                                                 "calibration_error",
                                                 "brier",
                                                 "auc_over_diameter",
                                                 "auc_of_first_over"};

/* Rows: diameter alone, then each network's two answers. */
enum { FIRST_NETWORK = 1 };

/* One way to tell malignant from benign. */
typedef struct {
  char *name;
  const CapStudyModel *model; /* NULL: no network */
  double *p;                  /* per nodule of the cohort; owned */
  int rival;                  /* row of the first network's like answer; itself
                                 where there is no network */
  double value[N_VALUES], bounds[N_VALUES][2];
} Row;

typedef struct {
  CapCohort *cohort;
  guint8 *labels;
  GArray *rows; /* of Row; the first is diameter alone */
} Table;

static double
log_diameter(const CapNodule *nodule)
{
  return log(fmax(nodule->diameter_mm, 0.5));
}

static void
add_row(Table *t, const char *name, const CapStudyModel *model, double *p,
        int rival)
{
  const Row row = {g_strdup(name), model, p, rival};
  g_array_append_val(t->rows, row);
}

static void
clear_row(gpointer data)
{
  Row *row = data;
  g_free(row->name);
  g_free(row->p);
}

static void
table_clear(Table *t)
{
  g_clear_pointer(&t->cohort, cap_cohort_free);
  g_clear_pointer(&t->labels, g_free);
  g_clear_pointer(&t->rows, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_clear)

/* ---- what readers and rulers say ---- */

/* Diameter, and after it the readers' mean ratings from FIRST to LAST. */
static void
add_readers(Table *t, const char *name, int first, int last)
{
  const CapCohort *c = t->cohort;
  const int n_features = 1 + MAX(0, last - first + 1);
  g_autofree float *x = g_new(float, (gsize)c->n *n_features + 1);
  for (int i = 0; i < c->n; i++) {
    float *row = x + (gsize)i * n_features;
    *row++ = (float)log_diameter(c->nodules[i]);
    for (int a = first; a <= last; a++) {
      const double mean = c->nodules[i]->attribute_means[a];
      /* unrated: the middle of the scale */
      *row++ = (float)(isnan(mean) ? 3 : mean);
    }
  }
  add_row(t, name, NULL, cap_cohort_logistic(c, x, n_features, t->labels),
          (int)t->rows->len);
}

/* ---- networks ---- */

static gboolean
add_network(Table *t, const CapStudyModel *model, gboolean centred,
            GError **error)
{
  const CapCohort *c = t->cohort;
  g_autofree const CapOutcome **outcomes =
      cap_cohort_outcomes(c, model, centred, error);
  if (outcomes == NULL)
    return FALSE;
  g_autofree char *name = g_strdup_printf(
      "%s, %s", model->name, centred ? "readers' mask given" : "image only");
  add_row(t, name, model,
          cap_cohort_malignancy(c, model->outcomes, outcomes, centred),
          FIRST_NETWORK + centred);
  return TRUE;
}

/* ---- figures ---- */

static void
compute_row(const double *p, const guint8 *labels, int n, double *value)
{
  const CapRocTable table = cap_roc_table(p, labels, n, 0.5);
  g_auto(CapRocCalibration) calibration =
      cap_roc_calibration(p, labels, n, BINS);
  value[AUC] = cap_rank_auc(p, labels, n);
  value[ACCURACY] = table.accuracy;
  value[SENSITIVITY] = table.recall;
  value[SPECIFICITY] = table.specificity;
  value[ERROR] = calibration.ece;
  value[BRIER] = calibration.brier;
}

/* All values of all rows on CASES, as a bootstrap wants them. */
static void
compute(const int *cases, int n, gpointer user_data, double *values)
{
  const Table *t = user_data;
  g_autofree double *p = g_new(double, n + 1);
  g_autofree guint8 *labels = g_malloc(n + 1);
  for (int i = 0; i < n; i++)
    labels[i] = t->labels[cases[i]];
  for (guint r = 0; r < t->rows->len; r++) {
    const Row *row = &g_array_index(t->rows, Row, r);
    double *of_row = values + r * N_VALUES;
    for (int i = 0; i < n; i++)
      p[i] = row->p[cases[i]];
    compute_row(p, labels, n, of_row);
    of_row[OVER_DIAMETER] = of_row[AUC] - values[AUC];
    of_row[FIRST_OVER] = values[row->rival * N_VALUES + AUC] - of_row[AUC];
  }
}

static void
measure(Table *t)
{
  const CapCohort *c = t->cohort;
  const int n_values = (int)t->rows->len * N_VALUES;
  g_autofree double *values = g_new(double, n_values);
  g_autofree double(*bounds)[2] = g_malloc(n_values * sizeof *bounds);
  g_autofree int *all = g_new(int, c->n + 1);
  for (int i = 0; i < c->n; i++)
    all[i] = i;
  compute(all, c->n, t, values);
  const CapStudyOptions *o = &c->study->options;
  const CapBootstrap plan = {c->n, c->group, o->samples, 0.95, o->seed};
  cap_bootstrap_run(&plan, compute, t, n_values, bounds);
  for (guint r = 0; r < t->rows->len; r++) {
    Row *row = &g_array_index(t->rows, Row, r);
    memcpy(row->value, values + r * N_VALUES, sizeof row->value);
    memcpy(row->bounds, bounds + r * N_VALUES, sizeof row->bounds);
  }
}

/* Whether another network than the first answered. */
static gboolean
is_rivalled(const Row *row, guint r)
{
  return row->model != NULL && row->rival != (int)r;
}

/* ---- files ---- */

static char *
write_json(const Table *t)
{
  CapJson *json = cap_study_json_begin(t->cohort->study, "malignancy");
  int n_positive = 0;
  for (int i = 0; i < t->cohort->n; i++)
    n_positive += t->labels[i];
  cap_json_string(json, "about",
                  "nodules of three readers or more, median malignancy not 3, "
                  "above 3 against below; opinions of readers, not pathology");
  cap_json_int(json, "nodules", t->cohort->n);
  cap_json_int(json, "malignant", n_positive);
  cap_json_int(json, "patients", cap_study_n_groups(t->cohort));
  cap_json_begin_array(json, "rows", FALSE);
  for (guint r = 0; r < t->rows->len; r++) {
    const Row *row = &g_array_index(t->rows, Row, r);
    cap_json_begin_object(json, NULL, FALSE);
    cap_json_string(json, "name", row->name);
    for (int v = 0; v < N_VALUES; v++)
      if (v != FIRST_OVER || is_rivalled(row, r))
        cap_study_json_figure(json, value_keys[v], row->value[v],
                              row->bounds[v]);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

static char *
write_predictions(const Table *t)
{
  const CapCohort *c = t->cohort;
  GString *csv = g_string_new("key,patient,fold,median,diameter_mm");
  for (guint r = 0; r < t->rows->len; r++) {
    g_string_append_c(csv, ',');
    cap_csv_append(csv, g_array_index(t->rows, Row, r).name);
  }
  g_string_append_c(csv, '\n');
  for (int i = 0; i < c->n; i++) {
    const CapNodule *nodule = c->nodules[i];
    cap_csv_append(csv, nodule->key);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, nodule->patient);
    g_string_append_printf(csv, ",%d", c->fold[i]);
    cap_study_csv_number(csv, nodule->malignancy_median);
    cap_study_csv_number(csv, nodule->diameter_mm);
    for (guint r = 0; r < t->rows->len; r++)
      cap_study_csv_number(csv, g_array_index(t->rows, Row, r).p[i]);
    g_string_append_c(csv, '\n');
  }
  return g_string_free(csv, FALSE);
}

static char *
write_table(const Table *t)
{
  GString *md = g_string_new(NULL);
  const gboolean several = cap_study_table_head(
      md, t->cohort->study, "| | AUC | over diameter ",
      "| accuracy | sensitivity | specificity | calibration error | parameters "
      "| MMAC | ms a patch ");
  for (guint r = 0; r < t->rows->len; r++) {
    const Row *row = &g_array_index(t->rows, Row, r);
    g_string_append_printf(md, "| %s ", row->name);
    cap_study_table_figure(md, row->value[AUC], row->bounds[AUC]);
    cap_study_table_figure(md, r > 0 ? row->value[OVER_DIAMETER] : NAN,
                           row->bounds[OVER_DIAMETER]);
    if (several)
      cap_study_table_figure(md,
                             is_rivalled(row, r) ? row->value[FIRST_OVER] : NAN,
                             row->bounds[FIRST_OVER]);
    for (int v = ACCURACY; v <= ERROR; v++)
      cap_study_table_figure(md, row->value[v], row->bounds[v]);
    cap_study_table_model(md, row->model);
    g_string_append(md, "|\n");
  }
  g_string_append_printf(
      md,
      "\n%d nodules of %d patients. Values with 95 %% intervals from %d "
      "resamples of the patients.\n",
      t->cohort->n, cap_study_n_groups(t->cohort),
      t->cohort->study->options.samples);
  return g_string_free(md, FALSE);
}

gboolean
cap_study_malignancy(CapStudy *study, const char *folder,
                     const CapProgress *progress, GError **error)
{
  g_auto(Table) t = {cap_cohort_new(study, cap_cohort_is_decided), NULL,
                     g_array_new(FALSE, FALSE, sizeof(Row))};
  g_array_set_clear_func(t.rows, clear_row);
  t.labels = g_malloc(t.cohort->n + 1);
  for (int i = 0; i < t.cohort->n; i++)
    t.labels[i] = t.cohort->nodules[i]->malignancy_median > 3;
  if (t.cohort->n == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "no nodule has three readers and a median malignancy other "
                "than 3");
    return FALSE;
  }
  add_readers(&t, "diameter alone", 0, -1);
  for (guint m = 0; m < study->models->len; m++)
    for (int centred = 0; centred < 2; centred++)
      if (!add_network(&t, study->models->pdata[m], centred, error))
        return FALSE;
  add_readers(&t, "diameter and readers' calcification", CAP_CALCIFICATION,
              CAP_CALCIFICATION);
  add_readers(&t, "diameter and readers' eight attributes", 0,
              CAP_N_ATTRIBUTES - 1);
  if (!cap_progress_step(progress, "resampling", 0, error))
    return FALSE;
  measure(&t);
  g_autofree char *json = write_json(&t), *csv = write_predictions(&t),
                  *md = write_table(&t);
  return cap_study_write(folder, json, csv, md, error);
}
