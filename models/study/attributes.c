/* The attribute study: see reports.h.
 *
 * Every rating of every reader is a case: the mean of the nodule's other
 * readers is the target, and the network, that reader and the best constant of
 * the training folds are scored against that same target. */
#include "models/study/reports.h"

#include "core/error.h"
#include "core/stats/agreement.h"
#include "core/stats/bootstrap.h"
#include "core/stats/rank.h"
#include "io/csv.h"
#include "models/study/cohort.h"
#include "models/study/output.h"

#include <math.h>
#include <string.h>

enum { SPEARMAN, KAPPA, MAE, WITHIN_ONE, PRESENT, N_FIGURES };
static const char *const figure_keys[N_FIGURES] = {
    "spearman", "quadratic_kappa", "mean_absolute_error", "within_one",
    "calcified_auc"};

/* A mean below this says that a reader saw calcification: 6 is absent. */
static const double present_below = 5;

/* One reader's rating and the mean of the others. */
typedef struct {
  double target, rating;
} Pair;

/* Who is scored: the models, then a reader, then the constants. */
typedef struct {
  double value[N_FIGURES], bounds[N_FIGURES][2];
  double gain, gain_bounds[2]; /* Spearman over the reader's */
} Score;

typedef struct {
  const CapCohort *cohort;
  CapAttributeKind kind;
  GArray *pairs; /* of Pair, nodule after nodule */
  int *first;    /* pairs of nodule i: first[i] … first[i + 1] - 1 */
  int n_models;
  const CapOutcome **const *outcomes; /* [model][nodule] */
  double *constant[2]; /* of each nodule's fold: best MAE, best within 1 */
  Score *scores;       /* n_models + 2 */
} Attribute;

static void
list_pairs(Attribute *a)
{
  const CapCohort *c = a->cohort;
  for (int i = 0; i < c->n; i++) {
    const CapNodule *nodule = c->nodules[i];
    const int m = nodule->n_ratings[a->kind];
    a->first[i] = (int)a->pairs->len;
    const double sum = nodule->attribute_means[a->kind] * m;
    for (int k = 0; m > 1 && k < CAP_MAX_LEVELS; k++) {
      const float share = nodule->attributes[a->kind][k];
      const Pair pair = {(sum - (k + 1)) / (m - 1), k + 1};
      for (long times = lroundf(share * (float)m); times > 0; times--)
        g_array_append_val(a->pairs, pair);
    }
  }
  a->first[c->n] = (int)a->pairs->len;
}

/* ---- constants ---- */

/* Mean distance of the targets outside FOLD to LEVEL, or the share that is
 * farther than 1. */
static double
cost(const Attribute *a, int fold, double level, gboolean near)
{
  double sum = 0, n = 0;
  for (int i = 0; i < a->cohort->n; i++)
    for (int p = a->first[i]; a->cohort->fold[i] != fold && p < a->first[i + 1];
         p++) {
      const double d = fabs(g_array_index(a->pairs, Pair, p).target - level);
      sum += near ? d > 1 : d;
      n++;
    }
  return n > 0 ? sum / n : 0;
}

static void
find_constants(Attribute *a)
{
  enum { STEPS = 20 }; /* a level */
  const int levels = cap_attribute_levels(a->kind);
  for (int fold = 1; fold <= a->cohort->study->folds->n_folds; fold++)
    for (int near = 0; near < 2; near++) {
      double best = 1, least = INFINITY;
      for (int s = STEPS; s <= STEPS * levels; s++) {
        const double found = cost(a, fold, (double)s / STEPS, near);
        if (found < least) {
          least = found;
          best = (double)s / STEPS;
        }
      }
      for (int i = 0; i < a->cohort->n; i++)
        if (a->cohort->fold[i] == fold)
          a->constant[near][i] = best;
    }
}

/* ---- figures ---- */

/* What WHO says of PAIR of nodule I. */
static double
opinion(const Attribute *a, int who, int i, const Pair *pair, gboolean near)
{
  return who < a->n_models    ? a->outcomes[who][i]->attributes[a->kind]
         : who == a->n_models ? pair->rating
                              : a->constant[near][i];
}

/* How sure WHO is of any calcification. */
static double
presence(const Attribute *a, int who, int i, const Pair *pair)
{
  return who < a->n_models ? a->outcomes[who][i]->calcified
                           : -opinion(a, who, i, pair, FALSE);
}

static void
score_one(const Attribute *a, int who, const int *cases, int n_cases,
          double *figures)
{
  g_autoptr(GArray) said = g_array_new(FALSE, FALSE, sizeof(double));
  g_autoptr(GArray) target = g_array_new(FALSE, FALSE, sizeof(double));
  g_autoptr(GArray) sure = g_array_new(FALSE, FALSE, sizeof(double));
  g_autoptr(GByteArray) present = g_byte_array_new();
  int n_near = 0;
  for (int k = 0; k < n_cases; k++)
    for (int p = a->first[cases[k]]; p < a->first[cases[k] + 1]; p++) {
      const Pair *pair = &g_array_index(a->pairs, Pair, p);
      const double x = opinion(a, who, cases[k], pair, FALSE);
      const double near = opinion(a, who, cases[k], pair, TRUE);
      const double certainty = presence(a, who, cases[k], pair);
      const guint8 label = pair->target < present_below;
      g_array_append_val(said, x);
      g_array_append_val(target, pair->target);
      g_array_append_val(sure, certainty);
      g_byte_array_append(present, &label, 1);
      n_near += fabs(near - pair->target) <= 1;
    }
  const int n = (int)said->len;
  const CapAgreement agreement = cap_agreement_measure(
      (const double *)(void *)said->data, (const double *)(void *)target->data,
      n, cap_attribute_levels(a->kind));
  figures[SPEARMAN] = agreement.spearman;
  figures[KAPPA] = agreement.kappa;
  figures[MAE] = agreement.mean_absolute_error;
  figures[WITHIN_ONE] = n > 0 ? (double)n_near / n : NAN;
  figures[PRESENT] =
      a->kind == CAP_CALCIFICATION
          ? cap_rank_auc((const double *)(void *)sure->data, present->data, n)
          : NAN;
}

static void
compute(const int *cases, int n, gpointer user_data, double *values)
{
  const Attribute *a = user_data;
  const int row = N_FIGURES + 1;
  for (int who = 0; who < a->n_models + 2; who++)
    score_one(a, who, cases, n, values + who * row);
  for (int who = 0; who < a->n_models + 2; who++)
    values[who * row + N_FIGURES] =
        values[who * row + SPEARMAN] - values[a->n_models * row + SPEARMAN];
}

static void
measure(Attribute *a)
{
  const CapCohort *c = a->cohort;
  const int row = N_FIGURES + 1, n_values = (a->n_models + 2) * row;
  g_autofree double *values = g_new(double, n_values);
  g_autofree double(*bounds)[2] = g_malloc(n_values * sizeof *bounds);
  g_autofree int *all = g_new(int, c->n + 1);
  for (int i = 0; i < c->n; i++)
    all[i] = i;
  compute(all, c->n, a, values);
  const CapStudyOptions *o = &c->study->options;
  const CapBootstrap plan = {c->n, c->group, o->samples, 0.95, o->seed};
  cap_bootstrap_run(&plan, compute, a, n_values, bounds);
  for (int who = 0; who < a->n_models + 2; who++) {
    Score *s = &a->scores[who];
    memcpy(s->value, values + who * row, sizeof s->value);
    memcpy(s->bounds, bounds + who * row, sizeof s->bounds);
    s->gain = values[who * row + N_FIGURES];
    memcpy(s->gain_bounds, bounds[who * row + N_FIGURES],
           sizeof s->gain_bounds);
  }
}

static void
attribute_init(Attribute *a, const CapCohort *cohort, CapAttributeKind kind,
               const CapOutcome **const *outcomes)
{
  const int n = cohort->n;
  *a = (Attribute){.cohort = cohort,
                   .kind = kind,
                   .pairs = g_array_new(FALSE, FALSE, sizeof(Pair)),
                   .first = g_new(int, n + 1),
                   .n_models = (int)cohort->study->models->len,
                   .outcomes = outcomes,
                   .constant = {g_new(double, n + 1), g_new(double, n + 1)}};
  a->scores = g_new0(Score, a->n_models + 2);
  list_pairs(a);
  find_constants(a);
  measure(a);
}

static void
attribute_clear(Attribute *a)
{
  g_clear_pointer(&a->pairs, g_array_unref);
  g_free(a->first);
  g_free(a->constant[0]);
  g_free(a->constant[1]);
  g_free(a->scores);
}

/* ---- files ---- */

static const char *
name_of(const Attribute *a, int who)
{
  if (who < a->n_models)
    return ((CapStudyModel *)a->cohort->study->models->pdata[who])->name;
  return who == a->n_models ? "a reader" : "constant";
}

static char *
write_json(const CapStudy *study, const Attribute *attributes)
{
  CapJson *json = cap_study_json_begin(study, "attributes");
  cap_json_string(json, "about",
                  "ratings of nodules of three readers or more against the "
                  "mean of all readers but one; that reader, the best constant "
                  "of the training folds and the networks, image only, against "
                  "the same means");
  cap_json_int(json, "nodules", attributes[0].cohort->n);
  cap_json_begin_object(json, "attributes", FALSE);
  for (int k = 0; k < CAP_N_ATTRIBUTES; k++) {
    const Attribute *a = &attributes[k];
    cap_json_begin_object(json, cap_attribute_name(a->kind), FALSE);
    cap_json_int(json, "ratings", a->pairs->len);
    for (int who = 0; who < a->n_models + 2; who++) {
      const Score *s = &a->scores[who];
      cap_json_begin_object(json, name_of(a, who), FALSE);
      for (int f = 0; f < N_FIGURES; f++)
        if (f != PRESENT || a->kind == CAP_CALCIFICATION)
          cap_study_json_figure(json, figure_keys[f], s->value[f],
                                s->bounds[f]);
      if (who < a->n_models)
        cap_study_json_figure(json, "spearman_over_reader", s->gain,
                              s->gain_bounds);
      cap_json_end_object(json);
    }
    cap_json_end_object(json);
  }
  cap_json_end_object(json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

static char *
write_predictions(const CapStudy *study, const Attribute *attributes)
{
  const CapCohort *c = attributes[0].cohort;
  GString *csv = g_string_new("key,patient,fold");
  for (int k = 0; k < CAP_N_ATTRIBUTES; k++) {
    const char *name = cap_attribute_name(attributes[k].kind);
    g_string_append_printf(csv, ",%s readers", name);
    for (guint m = 0; m < study->models->len; m++) {
      g_autofree char *column = g_strdup_printf(
          "%s %s", name, ((CapStudyModel *)study->models->pdata[m])->name);
      g_string_append_c(csv, ',');
      cap_csv_append(csv, column);
    }
  }
  g_string_append_c(csv, '\n');
  for (int i = 0; i < c->n; i++) {
    const CapNodule *nodule = c->nodules[i];
    cap_csv_append(csv, nodule->key);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, nodule->patient);
    g_string_append_printf(csv, ",%d", c->fold[i]);
    for (int k = 0; k < CAP_N_ATTRIBUTES; k++) {
      cap_study_csv_number(csv, nodule->attribute_means[k]);
      for (guint m = 0; m < study->models->len; m++)
        cap_study_csv_number(csv, attributes[k].outcomes[m][i]->attributes[k]);
    }
    g_string_append_c(csv, '\n');
  }
  return g_string_free(csv, FALSE);
}

static char *
write_table(const CapStudy *study, const Attribute *attributes)
{
  GString *md = g_string_new(
      "| attribute | who | Spearman | quadratic κ | mean absolute error | "
      "within 1 | Spearman over a reader |\n|---|---|---|---|---|---|---|\n");
  for (int k = 0; k < CAP_N_ATTRIBUTES; k++) {
    const Attribute *a = &attributes[k];
    for (int who = 0; who < a->n_models + 2; who++) {
      const Score *s = &a->scores[who];
      g_string_append_printf(md, "| %s | %s ",
                             who == 0 ? cap_attribute_name(a->kind) : "",
                             name_of(a, who));
      for (int f = SPEARMAN; f <= WITHIN_ONE; f++)
        cap_study_table_figure(md, s->value[f], s->bounds[f]);
      cap_study_table_figure(md, who < a->n_models ? s->gain : NAN,
                             s->gain_bounds);
      g_string_append(md, "|\n");
    }
  }
  const Attribute *calcification = &attributes[CAP_CALCIFICATION];
  g_string_append(md, "\nCalcification present (mean of the others below 5) or "
                      "absent, AUC:\n\n| who | AUC |\n|---|---|\n");
  for (int who = 0; who <= calcification->n_models; who++) {
    g_string_append_printf(md, "| %s ", name_of(calcification, who));
    cap_study_table_figure(md, calcification->scores[who].value[PRESENT],
                           calcification->scores[who].bounds[PRESENT]);
    g_string_append(md, "|\n");
  }
  g_string_append_printf(
      md,
      "\n%d nodules of %d patients; internalStructure is almost constant and "
      "says nothing. Values with 95 %% intervals from %d resamples of the "
      "patients.\n",
      calcification->cohort->n, cap_study_n_groups(calcification->cohort),
      study->options.samples);
  return g_string_free(md, FALSE);
}

static gboolean
report(CapStudy *study, const CapCohort *cohort,
       const CapOutcome **const *outcomes, const char *folder,
       const CapProgress *progress, GError **error)
{
  Attribute attributes[CAP_N_ATTRIBUTES] = {0};
  gboolean good = TRUE;
  for (int k = 0; good && k < CAP_N_ATTRIBUTES; k++) {
    good = cap_progress_step(progress, "resampling",
                             (double)k / CAP_N_ATTRIBUTES, error);
    if (good)
      attribute_init(&attributes[k], cohort, (CapAttributeKind)k, outcomes);
  }
  if (good) {
    g_autofree char *json = write_json(study, attributes);
    g_autofree char *csv = write_predictions(study, attributes);
    g_autofree char *md = write_table(study, attributes);
    good = cap_study_write(folder, json, csv, md, error);
  }
  for (int k = 0; k < CAP_N_ATTRIBUTES; k++)
    attribute_clear(&attributes[k]);
  return good;
}

gboolean
cap_study_attributes(CapStudy *study, const char *folder,
                     const CapProgress *progress, GError **error)
{
  g_autoptr(CapCohort) cohort = cap_cohort_new(study, NULL);
  if (cohort->n == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "no nodule has three readers");
    return FALSE;
  }
  const guint n = study->models->len;
  const CapOutcome ***outcomes = g_new0(const CapOutcome **, n + 1);
  gboolean good = TRUE;
  for (guint m = 0; good && m < n; m++) {
    outcomes[m] =
        cap_cohort_outcomes(cohort, study->models->pdata[m], FALSE, error);
    good = outcomes[m] != NULL;
  }
  good = good && report(study, cohort, (const CapOutcome **const *)outcomes,
                        folder, progress, error);
  for (guint m = 0; m < n; m++)
    g_free(outcomes[m]);
  g_free(outcomes);
  return good;
}
