/* Columns of predictions: see columns.h. */
#include "models/study/columns.h"

#include "core/error.h"
#include "core/stats/bootstrap.h"
#include "core/stats/rank.h"
#include "io/csv.h"

#include <math.h>

void
cap_columns_init(CapColumns *c, const CapStudy *study, int n_columns, int n)
{
  c->study = study;
  c->n_columns = n_columns;
  c->group = g_new(int, n + 1);
  c->fold = g_new(int, n + 1);
  c->labels = g_malloc(n + 1);
  c->keys = g_ptr_array_new_with_free_func(g_free);
  c->patients = g_ptr_array_new_with_free_func(g_free);
  c->p = g_new0(double *, n_columns);
  c->from = g_new(int, n_columns);
  c->beyond = g_new(int, n_columns);
  for (int k = 0; k < n_columns; k++)
    c->from[k] = c->beyond[k] = -1;
  c->values = g_malloc0_n(n_columns, sizeof *c->values);
  c->bounds = g_malloc0_n(n_columns, sizeof *c->bounds);
}

void
cap_columns_clear(CapColumns *c)
{
  for (int k = 0; k < c->n_columns; k++)
    g_free(c->p[k]);
  g_free(c->p);
  g_free(c->group);
  g_free(c->fold);
  g_free(c->labels);
  g_free(c->from);
  g_free(c->beyond);
  g_free(c->values);
  g_free(c->bounds);
  g_clear_pointer(&c->keys, g_ptr_array_unref);
  g_clear_pointer(&c->patients, g_ptr_array_unref);
}

static void
add_case(CapColumns *c, const char *key, const char *patient, int fold,
         int group)
{
  g_ptr_array_add(c->keys, g_strdup(key));
  g_ptr_array_add(c->patients, g_strdup(patient));
  c->fold[c->n] = fold;
  c->group[c->n++] = group;
}

void
cap_columns_list_nodules(CapColumns *c, const CapCohort *cohort)
{
  for (int i = 0; i < cohort->n; i++) {
    const CapNodule *nodule = cohort->nodules[i];
    c->labels[i] = nodule->malignancy_median > 3;
    add_case(c, nodule->key, nodule->patient, cohort->fold[i],
             cohort->group[i]);
  }
}

void
cap_columns_list_patches(CapColumns *c, const GPtrArray *outcomes)
{
  g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < outcomes->len; i++) {
    const CapOutcome *o = outcomes->pdata[i];
    if (o->making == CAP_MAKING_WHOLE)
      continue;
    gpointer group = NULL;
    if (!g_hash_table_lookup_extended(groups, o->patient, NULL, &group)) {
      group = GUINT_TO_POINTER(g_hash_table_size(groups));
      g_hash_table_insert(groups, o->patient, group);
    }
    c->labels[c->n] = o->is_nodule != FALSE;
    add_case(c, o->key, o->patient, o->fold, GPOINTER_TO_INT(group));
  }
}

/* The patches come in the order of the pool; networks trained on other data
 * have other ones. */
double *
cap_columns_read_patches(const CapColumns *c, const CapStudyModel *model,
                         const GPtrArray *outcomes, GError **error)
{
  double *p = g_new(double, c->n + 1);
  int n = 0;
  for (guint i = 0; i < outcomes->len; i++) {
    const CapOutcome *o = outcomes->pdata[i];
    if (o->making == CAP_MAKING_WHOLE)
      continue;
    if (n < c->n && g_str_equal(o->key, c->keys->pdata[n]) &&
        g_str_equal(o->patient, c->patients->pdata[n]) && o->fold == c->fold[n])
      p[n] = o->nodule_probability;
    else
      n = c->n; /* one too many in the end */
    n++;
  }
  if (n == c->n)
    return p;
  g_free(p);
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "%s was asked about other patches than the first model: compare "
              "configurations with one [data] section and seed",
              model->name);
  return NULL;
}

/* ---- figures ---- */

static void
compute(const int *cases, int n, gpointer user_data, double *values)
{
  enum { VIEWS = CAP_N_COLUMN_VIEWS, WIDE = CAP_N_COLUMN_VALUES };
  const CapColumns *c = user_data;
  const double sign = c->drops ? -1 : 1;
  g_autofree double *p = g_new(double, n + 1);
  g_autofree guint8 *labels = g_malloc(n + 1);
  for (int i = 0; i < n; i++)
    labels[i] = c->labels[cases[i]];
  for (int k = 0; k < c->n_columns; k++) {
    double *of = values + (gsize)k * WIDE;
    int right = 0;
    for (int i = 0; i < n; i++) {
      p[i] = c->p[k][cases[i]];
      right += (p[i] >= c->even) == labels[i];
    }
    of[CAP_COLUMNS_AUC * VIEWS] =
        c->with_auc ? cap_rank_auc(p, labels, n) : NAN;
    of[CAP_COLUMNS_ACCURACY * VIEWS] = n > 0 ? (double)right / n : NAN;
  }
  for (int k = 0; k < c->n_columns; k++)
    for (int f = 0; f < WIDE; f += VIEWS) {
      double *of = values + (gsize)k * WIDE + f;
      of[CAP_COLUMNS_DIFFERENCE] =
          c->from[k] < 0
              ? NAN
              : sign * (of[0] - values[(gsize)c->from[k] * WIDE + f]);
    }
  for (int k = 0; k < c->n_columns; k++)
    for (int f = 0; f < WIDE; f += VIEWS) {
      double *of = values + (gsize)k * WIDE + f + CAP_COLUMNS_DIFFERENCE;
      const int other = c->beyond[k];
      of[1] =
          other < 0
              ? NAN
              : of[0] -
                    values[(gsize)other * WIDE + f + CAP_COLUMNS_DIFFERENCE];
    }
}

void
cap_columns_measure(CapColumns *c)
{
  const CapStudyOptions *o = &c->study->options;
  g_autofree int *all = g_new(int, c->n + 1);
  for (int i = 0; i < c->n; i++)
    all[i] = i;
  compute(all, c->n, c, &c->values[0][0]);
  const CapBootstrap plan = {c->n, c->group, o->samples, 0.95, o->seed};
  cap_bootstrap_run(&plan, compute, c, c->n_columns * CAP_N_COLUMN_VALUES,
                    &c->bounds[0][0]);
}

/* ---- files ---- */

static gboolean
has(const CapColumns *c, int column, int view)
{
  return view == CAP_COLUMNS_VALUE ||
         (view == CAP_COLUMNS_DIFFERENCE ? c->from : c->beyond)[column] >= 0;
}

void
cap_columns_put(CapJson *json, const CapColumns *c, int column,
                const char *const keys[CAP_N_COLUMN_VIEWS])
{
  static const char *const figures[CAP_N_COLUMN_FIGURES] = {"auc", "accuracy"};
  for (int f = c->with_auc ? CAP_COLUMNS_AUC : CAP_COLUMNS_ACCURACY;
       f < CAP_N_COLUMN_FIGURES; f++)
    for (int view = 0; view < CAP_N_COLUMN_VIEWS; view++) {
      if (!has(c, column, view))
        continue;
      g_autofree char *key =
          g_strconcat(c->name, "_", figures[f], keys[view], NULL);
      const int at = f * CAP_N_COLUMN_VIEWS + view;
      cap_study_json_figure(json, key, c->values[column][at],
                            c->bounds[column][at]);
    }
}

void
cap_columns_add_cells(GString *md, const CapColumns *c, int column)
{
  for (int f = c->with_auc ? CAP_COLUMNS_AUC : CAP_COLUMNS_ACCURACY;
       f < CAP_N_COLUMN_FIGURES; f++)
    for (int view = 0; view < CAP_N_COLUMN_VIEWS; view++) {
      const int at = f * CAP_N_COLUMN_VIEWS + view;
      cap_study_table_figure(md,
                             has(c, column, view) ? c->values[column][at] : NAN,
                             c->bounds[column][at]);
    }
}

void
cap_columns_add_rows(GString *csv, const CapColumns *c)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  for (int i = 0; i < c->n; i++) {
    g_string_append_printf(csv, "%s,", c->name);
    cap_csv_append(csv, c->keys->pdata[i]);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, c->patients->pdata[i]);
    g_string_append_printf(csv, ",%d,%d", c->fold[i], c->labels[i]);
    for (int k = 0; k < c->n_columns; k++)
      g_string_append_printf(
          csv, ",%s", g_ascii_formatd(text, sizeof text, "%.4f", c->p[k][i]));
    g_string_append_c(csv, '\n');
  }
}
