/* The overlap study: see reports.h, and overlapped.h for the protocol.
 *
 * Both are recognised when each class reaches one half in a patch that holds
 * both; a patch is right when the two classes say exactly what it holds. The
 * first model's gain over another is the quotient of their shares of patches
 * with both recognised, less one, resampled together. */
#include "models/study/reports.h"

#include "core/error.h"
#include "core/stats/bootstrap.h"
#include "core/stats/rank.h"
#include "io/csv.h"
#include "models/study/output.h"
#include "models/study/overlapped.h"

#include <math.h>

enum { BOTH, RIGHT, NODULE_AUC, OTHER_AUC, GAIN, DIFFERENCE, N_FIGURES };
static const char *const figure_keys[N_FIGURES] = {
    "both_recognised", "exactly_right",       "nodule_auc",
    "other_auc",       "gain_of_first_model", "difference_of_first_model"};

typedef struct {
  const CapStudy *study;
  GPtrArray **rows; /* of each model: of CapOverlapped; owned */
  int n;
  int *group;
  double (*values)[N_FIGURES], (*bounds)[N_FIGURES][2]; /* of each model */
} Table;

static void
table_clear(Table *t)
{
  for (guint m = 0; m < t->study->models->len; m++)
    g_clear_pointer(&t->rows[m], g_ptr_array_unref);
  g_free(t->rows);
  g_free(t->group);
  g_free(t->values);
  g_free(t->bounds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_clear)

static const CapOverlapped *
row_of(const Table *t, guint m, int i)
{
  return t->rows[m]->pdata[i];
}

static gboolean
is_alike(const CapOverlapped *a, const CapOverlapped *b)
{
  return a->fold == b->fold && a->nodule == b->nodule && a->other == b->other &&
         g_str_equal(a->key, b->key) && g_str_equal(a->second, b->second);
}

static gboolean
open_table(Table *t, GError **error)
{
  const guint n_models = t->study->models->len;
  for (guint m = 0; m < n_models; m++) {
    const CapStudyModel *model = t->study->models->pdata[m];
    t->rows[m] = cap_overlapped_read(t->study, model, error);
    if (t->rows[m] == NULL)
      return FALSE;
    gboolean alike = t->rows[m]->len == t->rows[0]->len;
    for (int i = 0; alike && i < (int)t->rows[0]->len; i++)
      alike = is_alike(row_of(t, m, i), row_of(t, 0, i));
    if (!alike) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                  "%s was asked about other patches than the first model: "
                  "compare configurations with one seed",
                  model->name);
      return FALSE;
    }
  }
  t->n = (int)t->rows[0]->len;
  t->group = g_new(int, t->n + 1);
  g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
  for (int i = 0; i < t->n; i++) {
    gpointer group = NULL;
    char *patient = row_of(t, 0, i)->patient;
    if (!g_hash_table_lookup_extended(groups, patient, NULL, &group)) {
      group = GUINT_TO_POINTER(g_hash_table_size(groups));
      g_hash_table_insert(groups, patient, group);
    }
    t->group[i] = GPOINTER_TO_INT(group);
  }
  t->values = g_malloc0_n(n_models, sizeof *t->values);
  t->bounds = g_malloc0_n(n_models, sizeof *t->bounds);
  return TRUE;
}

/* ---- figures ---- */

static void
compute_model(const Table *t, guint m, const int *cases, int n, double *value)
{
  g_autofree double *p = g_new(double, 2 * n + 1);
  g_autofree guint8 *labels = g_malloc(2 * n + 1);
  double both = 0, of_both = 0, right = 0;
  for (int i = 0; i < n; i++) {
    const CapOverlapped *o = row_of(t, m, cases[i]);
    const gboolean said[2] = {o->p[0] >= 0.5, o->p[1] >= 0.5};
    right += said[0] == o->nodule && said[1] == o->other;
    of_both += o->nodule && o->other;
    both += o->nodule && o->other && said[0] && said[1];
    p[i] = o->p[0];
    p[n + i] = o->p[1];
    labels[i] = o->nodule != FALSE;
    labels[n + i] = o->other != FALSE;
  }
  value[BOTH] = of_both > 0 ? both / of_both : NAN;
  value[RIGHT] = n > 0 ? right / n : NAN;
  value[NODULE_AUC] = cap_rank_auc(p, labels, n);
  value[OTHER_AUC] = cap_rank_auc(p + n, labels + n, n);
}

static void
compute(const int *cases, int n, gpointer user_data, double *values)
{
  const Table *t = user_data;
  for (guint m = 0; m < t->study->models->len; m++) {
    double *of = values + m * N_FIGURES;
    compute_model(t, m, cases, n, of);
    of[GAIN] = m > 0 && of[BOTH] > 0 ? values[BOTH] / of[BOTH] - 1 : NAN;
    of[DIFFERENCE] = m > 0 ? values[BOTH] - of[BOTH] : NAN;
  }
}

static void
measure(Table *t)
{
  const CapStudyOptions *o = &t->study->options;
  g_autofree int *all = g_new(int, t->n + 1);
  for (int i = 0; i < t->n; i++)
    all[i] = i;
  compute(all, t->n, t, &t->values[0][0]);
  const CapBootstrap plan = {t->n, t->group, o->samples, 0.95, o->seed};
  cap_bootstrap_run(&plan, compute, t, (int)t->study->models->len * N_FIGURES,
                    &t->bounds[0][0]);
}

/* ---- files ---- */

static char *
write_json(const Table *t)
{
  CapJson *json = cap_study_json_begin(t->study, "overlap");
  cap_json_string(json, "about",
                  "a nodule and another bright structure, each there or not, "
                  "laid over each other; networks trained further on such "
                  "patches of the other folds");
  cap_json_int(json, "patches", t->n);
  cap_json_begin_object(json, "overlap", FALSE);
  for (guint m = 0; m < t->study->models->len; m++) {
    const CapStudyModel *model = t->study->models->pdata[m];
    cap_json_begin_object(json, model->name, FALSE);
    for (int f = 0; f < (m > 0 ? N_FIGURES : GAIN); f++)
      cap_study_json_figure(json, figure_keys[f], t->values[m][f],
                            t->bounds[m][f]);
    cap_json_end_object(json);
  }
  cap_json_end_object(json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

static char *
write_predictions(const Table *t)
{
  GString *csv = g_string_new("key,patient,second,fold,nodule,other");
  for (guint m = 0; m < t->study->models->len; m++) {
    const CapStudyModel *model = t->study->models->pdata[m];
    for (int k = 0; k < 2; k++) {
      g_autofree char *name =
          g_strdup_printf("%s %s", model->name, k == 0 ? "nodule" : "other");
      g_string_append_c(csv, ',');
      cap_csv_append(csv, name);
    }
  }
  g_string_append_c(csv, '\n');
  for (int i = 0; i < t->n; i++) {
    const CapOverlapped *o = row_of(t, 0, i);
    cap_csv_append(csv, o->key);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, o->patient);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, o->second);
    g_string_append_printf(csv, ",%d,%d,%d", o->fold, o->nodule, o->other);
    for (guint m = 0; m < t->study->models->len; m++)
      for (int k = 0; k < 2; k++)
        cap_study_csv_number(csv, row_of(t, m, i)->p[k]);
    g_string_append_c(csv, '\n');
  }
  return g_string_free(csv, FALSE);
}

static char *
write_table(const Table *t)
{
  GString *md = g_string_new(
      "| model | both recognised | exactly right | nodule AUC | other AUC | "
      "first model's gain | first model's difference | parameters | MMAC | ms "
      "a patch |\n|---|---|---|---|---|---|---|---|---|---|\n");
  for (guint m = 0; m < t->study->models->len; m++) {
    const CapStudyModel *model = t->study->models->pdata[m];
    g_string_append_printf(md, "| %s ", model->name);
    for (int f = 0; f < N_FIGURES; f++)
      cap_study_table_figure(md, t->values[m][f], t->bounds[m][f]);
    cap_study_table_model(md, model);
    g_string_append(md, "|\n");
  }
  g_string_append_printf(
      md,
      "\n%d patches, a quarter of each kind. Values with 95 %% intervals from "
      "%d resamples of the first layers' patients.\n",
      t->n, t->study->options.samples);
  return g_string_free(md, FALSE);
}

gboolean
cap_study_overlap(CapStudy *study, const char *folder,
                  const CapProgress *progress, GError **error)
{
  g_auto(Table)
      t = {.study = study, .rows = g_new0(GPtrArray *, study->models->len)};
  if (!open_table(&t, error) ||
      !cap_progress_step(progress, "resampling", 0, error))
    return FALSE;
  measure(&t);
  g_autofree char *json = write_json(&t), *csv = write_predictions(&t),
                  *md = write_table(&t);
  return cap_study_write(folder, json, csv, md, error);
}
