/* The robustness study: see reports.h.
 *
 * Every figure of a perturbed set of patches is compared with that of the same
 * patches unperturbed, case by case. Probabilities of malignancy come from the
 * fits to inner validation patients that the malignancy study uses, made on
 * unperturbed patches; a nodule is what has a calibrated probability of a tenth
 * or more, the even point where nodules and others are equally many, as here.
 */
#include "models/study/reports.h"

#include "core/error.h"
#include "core/stats/bootstrap.h"
#include "core/stats/rank.h"
#include "datasets/perturb.h"
#include "io/csv.h"
#include "models/study/conditions.h"
#include "models/study/output.h"

#include <math.h>
#include <string.h>

static const double even_malignancy = 0.5, even_nodule = 0.1;

enum { AUC, ACCURACY, N_FIGURES };
enum { VALUE, DROP, BEYOND, N_VIEWS }; /* beyond the first model's drop */
enum { N_VALUES = N_FIGURES * N_VIEWS };

/* Cases that every model judged under every condition: column M * n_conditions
 * + K of model M under condition K. */
typedef struct {
  const CapStudy *study;
  const char *name;
  gboolean with_auc; /* sorting many patches takes long */
  double even;
  int n, n_columns;
  int *group;
  guint8 *labels;
  GPtrArray *keys, *patients; /* of char * */
  int *fold;
  double **p;                                         /* [column][case] */
  double (*values)[N_VALUES], (*bounds)[N_VALUES][2]; /* of each column */
} Set;

static void
set_init(Set *set, const CapStudy *study, const char *name, int n)
{
  set->study = study;
  set->name = name;
  set->n_columns = (int)study->models->len * cap_conditions_count();
  set->group = g_new(int, n + 1);
  set->fold = g_new(int, n + 1);
  set->labels = g_malloc(n + 1);
  set->keys = g_ptr_array_new_with_free_func(g_free);
  set->patients = g_ptr_array_new_with_free_func(g_free);
  set->p = g_new0(double *, set->n_columns);
  set->values = g_malloc0_n(set->n_columns, sizeof *set->values);
  set->bounds = g_malloc0_n(set->n_columns, sizeof *set->bounds);
}

static void
set_clear(Set *set)
{
  for (int c = 0; c < set->n_columns; c++)
    g_free(set->p[c]);
  g_free(set->p);
  g_free(set->group);
  g_free(set->fold);
  g_free(set->labels);
  g_free(set->values);
  g_free(set->bounds);
  g_clear_pointer(&set->keys, g_ptr_array_unref);
  g_clear_pointer(&set->patients, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Set, set_clear)

static void
add_case(Set *set, const char *key, const char *patient, int fold, int group)
{
  g_ptr_array_add(set->keys, g_strdup(key));
  g_ptr_array_add(set->patients, g_strdup(patient));
  set->fold[set->n] = fold;
  set->group[set->n++] = group;
}

/* ---- what the networks said ---- */

static void
list_nodules(Set *set, const CapCohort *c)
{
  for (int i = 0; i < c->n; i++) {
    set->labels[i] = c->nodules[i]->malignancy_median > 3;
    add_case(set, c->nodules[i]->key, c->nodules[i]->patient, c->fold[i],
             c->group[i]);
  }
}

static void
list_patches(Set *set, const GPtrArray *outcomes)
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
    set->labels[set->n] = o->is_nodule != FALSE;
    add_case(set, o->key, o->patient, o->fold, GPOINTER_TO_INT(group));
  }
}

/* The patches come in the order of the pool; networks trained on other data
 * have other ones. */
static double *
read_patches(const Set *set, const CapStudyModel *model,
             const GPtrArray *outcomes, GError **error)
{
  double *p = g_new(double, set->n + 1);
  int n = 0;
  for (guint i = 0; i < outcomes->len; i++) {
    const CapOutcome *o = outcomes->pdata[i];
    if (o->making == CAP_MAKING_WHOLE)
      continue;
    if (n < set->n && g_str_equal(o->key, set->keys->pdata[n]) &&
        g_str_equal(o->patient, set->patients->pdata[n]) &&
        o->fold == set->fold[n])
      p[n] = o->nodule_probability;
    else
      n = set->n; /* one too many in the end */
    n++;
  }
  if (n == set->n)
    return p;
  g_free(p);
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "%s was asked about other patches than the first model: compare "
              "configurations with one [data] section and seed",
              model->name);
  return NULL;
}

static gboolean
read_condition(Set *nodules, Set *patches, const CapCohort *cohort, int column,
               GError **error)
{
  const CapStudy *study = nodules->study;
  const CapStudyModel *model =
      study->models->pdata[column / cap_conditions_count()];
  const CapCondition condition =
      cap_condition_at(column % cap_conditions_count());
  g_autoptr(GPtrArray) outcomes =
      cap_condition_outcomes(study, model, condition, error);
  if (outcomes == NULL)
    return FALSE;
  if (column == 0) {
    list_nodules(nodules, cohort);
    set_init(patches, study, "nodule", (int)outcomes->len);
    list_patches(patches, outcomes);
  }
  g_autofree const CapOutcome **found =
      cap_cohort_find(cohort, model, outcomes, FALSE, error);
  if (found == NULL)
    return FALSE;
  nodules->p[column] = cap_cohort_malignancy(cohort, model, found, FALSE);
  patches->p[column] = read_patches(patches, model, outcomes, error);
  return patches->p[column] != NULL;
}

/* ---- figures ---- */

static void
compute(const int *cases, int n, gpointer user_data, double *values)
{
  const Set *set = user_data;
  const int n_conditions = cap_conditions_count();
  g_autofree double *p = g_new(double, n + 1);
  g_autofree guint8 *labels = g_malloc(n + 1);
  for (int i = 0; i < n; i++)
    labels[i] = set->labels[cases[i]];
  for (int c = 0; c < set->n_columns; c++) {
    double *of_column = values + (gsize)c * N_VALUES;
    int right = 0;
    for (int i = 0; i < n; i++) {
      p[i] = set->p[c][cases[i]];
      right += (p[i] >= set->even) == labels[i];
    }
    of_column[AUC * N_VIEWS] = set->with_auc ? cap_rank_auc(p, labels, n) : NAN;
    of_column[ACCURACY * N_VIEWS] = n > 0 ? (double)right / n : NAN;
    for (int f = 0; f < N_VALUES; f += N_VIEWS) {
      const int plain = c / n_conditions * n_conditions;
      of_column[f + DROP] =
          values[(gsize)plain * N_VALUES + f] - of_column[f + VALUE];
      of_column[f + BEYOND] =
          of_column[f + DROP] -
          values[(gsize)(c % n_conditions) * N_VALUES + f + DROP];
    }
  }
}

static void
measure(Set *set)
{
  const CapStudyOptions *o = &set->study->options;
  g_autofree int *all = g_new(int, set->n + 1);
  for (int i = 0; i < set->n; i++)
    all[i] = i;
  compute(all, set->n, set, &set->values[0][0]);
  const CapBootstrap plan = {set->n, set->group, o->samples, 0.95, o->seed};
  cap_bootstrap_run(&plan, compute, set, set->n_columns * N_VALUES,
                    &set->bounds[0][0]);
}

/* ---- files ---- */

static const char *const figure_keys[N_FIGURES] = {"auc", "accuracy"};
static const char *const view_keys[N_VIEWS] = {"", "_drop",
                                               "_drop_beyond_first_model"};

static void
put_figures(CapJson *json, const Set *set, int column)
{
  const int n_conditions = cap_conditions_count();
  for (int f = set->with_auc ? AUC : ACCURACY; f < N_FIGURES; f++)
    for (int view = 0; view < N_VIEWS; view++) {
      if ((view != VALUE && column % n_conditions == 0) ||
          (view == BEYOND && column < n_conditions))
        continue;
      g_autofree char *key =
          g_strconcat(set->name, "_", figure_keys[f], view_keys[view], NULL);
      const int at = f * N_VIEWS + view;
      cap_study_json_figure(json, key, set->values[column][at],
                            set->bounds[column][at]);
    }
}

static char *
write_json(const Set *nodules, const Set *patches)
{
  const CapStudy *study = nodules->study;
  const int n_conditions = cap_conditions_count();
  CapJson *json = cap_study_json_begin(study, "robustness");
  cap_json_string(json, "about",
                  "held-out patches perturbed, judged once each without mirror "
                  "images; drops are from the same patches unperturbed");
  cap_json_int(json, "malignancy_cases", nodules->n);
  cap_json_int(json, "nodule_cases", patches->n);
  cap_json_begin_object(json, "robustness", FALSE);
  for (guint m = 0; m < study->models->len; m++) {
    const CapStudyModel *model = study->models->pdata[m];
    cap_json_begin_array(json, model->name, FALSE);
    for (int k = 0; k < n_conditions; k++) {
      const CapCondition condition = cap_condition_at(k);
      cap_json_begin_object(json, NULL, FALSE);
      cap_json_string(json, "perturbation", cap_perturb_name(condition.kind));
      cap_json_number(json, "strength", condition.strength, 2);
      cap_json_string(json, "unit", cap_perturb_unit(condition.kind));
      put_figures(json, nodules, (int)m * n_conditions + k);
      put_figures(json, patches, (int)m * n_conditions + k);
      cap_json_end_object(json);
    }
    cap_json_end_array(json);
  }
  cap_json_end_object(json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

static void
add_predictions(GString *csv, const Set *set)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  for (int i = 0; i < set->n; i++) {
    g_string_append_printf(csv, "%s,", set->name);
    cap_csv_append(csv, set->keys->pdata[i]);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, set->patients->pdata[i]);
    g_string_append_printf(csv, ",%d,%d", set->fold[i], set->labels[i]);
    for (int c = 0; c < set->n_columns; c++)
      g_string_append_printf(
          csv, ",%s", g_ascii_formatd(text, sizeof text, "%.4f", set->p[c][i]));
    g_string_append_c(csv, '\n');
  }
}

static char *
write_predictions(const Set *nodules, const Set *patches)
{
  const CapStudy *study = nodules->study;
  GString *csv = g_string_new("question,key,patient,fold,label");
  for (int c = 0; c < nodules->n_columns; c++) {
    const CapStudyModel *model =
        study->models->pdata[c / cap_conditions_count()];
    g_autofree char *name =
        cap_condition_name(cap_condition_at(c % cap_conditions_count()));
    g_autofree char *column = g_strdup_printf("%s %s", model->name, name);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, column);
  }
  g_string_append_c(csv, '\n');
  add_predictions(csv, nodules);
  add_predictions(csv, patches);
  return g_string_free(csv, FALSE);
}

static void
add_figures(GString *md, const Set *set, int column)
{
  const int n_conditions = cap_conditions_count();
  for (int f = set->with_auc ? AUC : ACCURACY; f < N_FIGURES; f++)
    for (int view = 0; view < N_VIEWS; view++) {
      const int at = f * N_VIEWS + view;
      const gboolean has = (view == VALUE || column % n_conditions > 0) &&
                           (view != BEYOND || column >= n_conditions);
      cap_study_table_figure(md, has ? set->values[column][at] : NAN,
                             set->bounds[column][at]);
    }
}

static char *
write_table(const Set *nodules, const Set *patches)
{
  const CapStudy *study = nodules->study;
  const int n_conditions = cap_conditions_count();
  GString *md = g_string_new(
      "| model | perturbation | malignancy AUC | drop | beyond the first "
      "model's | accuracy | drop | beyond | nodule-or-not accuracy | drop | "
      "beyond |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (int c = 0; c < nodules->n_columns; c++) {
    const CapStudyModel *model = study->models->pdata[c / n_conditions];
    const CapCondition condition = cap_condition_at(c % n_conditions);
    char strength[G_ASCII_DTOSTR_BUF_SIZE] = "";
    if (condition.kind != CAP_PERTURB_NONE)
      g_ascii_formatd(strength, sizeof strength, "%g", condition.strength);
    g_string_append_printf(md, "| %s | %s %s %s ", model->name,
                           cap_perturb_name(condition.kind), strength,
                           cap_perturb_unit(condition.kind));
    add_figures(md, nodules, c);
    add_figures(md, patches, c);
    g_string_append(md, "|\n");
  }
  g_string_append_printf(
      md,
      "\n%d nodules, and %d patches with and without a nodule. Values with "
      "95 %% intervals from %d resamples of the patients.\n",
      nodules->n, patches->n, study->options.samples);
  return g_string_free(md, FALSE);
}

gboolean
cap_study_robustness(CapStudy *study, const char *folder,
                     const CapProgress *progress, GError **error)
{
  g_autoptr(CapCohort) cohort = cap_cohort_new(study, cap_cohort_is_decided);
  g_auto(Set) nodules = {.with_auc = TRUE, .even = even_malignancy};
  g_auto(Set) patches = {.even = even_nodule};
  set_init(&nodules, study, "malignancy", cohort->n);
  for (int c = 0; c < nodules.n_columns; c++)
    if (!read_condition(&nodules, &patches, cohort, c, error))
      return FALSE;
  if (!cap_progress_step(progress, "resampling", 0, error))
    return FALSE;
  measure(&nodules);
  measure(&patches);
  g_autofree char *json = write_json(&nodules, &patches),
                  *csv = write_predictions(&nodules, &patches),
                  *md = write_table(&nodules, &patches);
  return cap_study_write(folder, json, csv, md, error);
}
