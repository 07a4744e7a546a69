/* The nodules of a study: see cohort.h. */
#include "models/study/cohort.h"

#include "core/error.h"
#include "core/stats/logistic.h"

#include <math.h>
#include <string.h>

enum { LEAST_READERS = 3, LEAST_OF_CLASS = 5 };

/* Weak enough to change nothing but perfect separation. */
static const double penalty = 1e-4;

CapCohort *
cap_cohort_new(const CapStudy *study, gboolean (*keep)(const CapNodule *))
{
  g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
  CapCohort *c = g_new0(CapCohort, 1);
  const guint most = study->nodules->len;
  c->study = study;
  c->nodules = g_new(const CapNodule *, most + 1);
  c->fold = g_new(int, most + 1);
  c->group = g_new(int, most + 1);
  for (guint i = 0; i < most; i++) {
    const CapNodule *nodule = study->nodules->pdata[i];
    const int fold = cap_folds_find(study->folds, nodule->patient);
    if (nodule->n_readers < LEAST_READERS || (keep != NULL && !keep(nodule)) ||
        !cap_study_reports(study, fold))
      continue;
    gpointer group = NULL;
    if (!g_hash_table_lookup_extended(groups, nodule->patient, NULL, &group)) {
      group = GUINT_TO_POINTER(g_hash_table_size(groups));
      g_hash_table_insert(groups, nodule->patient, group);
    }
    c->nodules[c->n] = nodule;
    c->fold[c->n] = fold;
    c->group[c->n++] = GPOINTER_TO_INT(group);
  }
  return c;
}

void
cap_cohort_free(CapCohort *cohort)
{
  if (cohort == NULL)
    return;
  g_free(cohort->nodules);
  g_free(cohort->fold);
  g_free(cohort->group);
  g_free(cohort);
}

const CapOutcome **
cap_cohort_outcomes(const CapCohort *c, const CapStudyModel *model,
                    gboolean centred, GError **error)
{
  return cap_cohort_find(c, model, model->outcomes, centred, error);
}

const CapOutcome **
cap_cohort_find(const CapCohort *c, const CapStudyModel *model,
                const GPtrArray *outcomes, gboolean centred, GError **error)
{
  g_autoptr(GHashTable) by_key = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < outcomes->len; i++) {
    CapOutcome *o = outcomes->pdata[i];
    if (!o->inner && o->making == CAP_MAKING_WHOLE && o->centred == centred)
      g_hash_table_insert(by_key, o->key, o);
  }
  const CapOutcome **found = g_new0(const CapOutcome *, c->n + 1);
  for (int i = 0; i < c->n; i++) {
    found[i] = g_hash_table_lookup(by_key, c->nodules[i]->key);
    if (found[i] != NULL)
      continue;
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the predictions of %s lack the nodule %s: the model was "
                "trained on part of the data, or asked with --decided-only",
                model->name, c->nodules[i]->key);
    g_free(found);
    return NULL;
  }
  return found;
}

/* The probabilities of FOLD from a fit to the others. */
static void
predict_fold(const CapCohort *c, const float *features, int n_features,
             const guint8 *labels, int fold, double *p)
{
  g_autofree float *rows = g_new(float, (gsize)c->n *n_features + 1);
  g_autofree guint8 *known = g_malloc(c->n + 1);
  int n = 0;
  for (int i = 0; i < c->n; i++)
    if (c->fold[i] != fold) {
      memcpy(rows + (gsize)n * n_features, features + (gsize)i * n_features,
             n_features * sizeof *rows);
      known[n++] = labels[i];
    }
  if (n == 0)
    return;
  g_autoptr(CapLogistic) model =
      cap_logistic_fit(rows, known, n, n_features, penalty);
  for (int i = 0; i < c->n; i++)
    if (c->fold[i] == fold)
      p[i] = 1 / (1 + exp(-cap_logistic_score(
                          model, features + (gsize)i * n_features)));
}

double *
cap_cohort_logistic(const CapCohort *c, const float *features, int n_features,
                    const guint8 *labels)
{
  double *p = g_new(double, c->n + 1);
  for (int i = 0; i < c->n; i++)
    p[i] = 0.5; /* of a fold that nothing outside can be fitted for */
  for (int fold = 1; fold <= c->study->folds->n_folds; fold++)
    predict_fold(c, features, n_features, labels, fold, p);
  return p;
}

/* ---- malignancy ---- */

gboolean
cap_cohort_is_decided(const CapNodule *nodule)
{
  return !isnan(nodule->malignancy_median) && nodule->malignancy_median != 3;
}

gboolean
cap_cohort_tells(const CapNodule *nodule)
{
  return nodule->n_readers >= LEAST_READERS && cap_cohort_is_decided(nodule);
}

static double
log_odds(double p)
{
  p = CLAMP(p, 1e-6, 1 - 1e-6);
  return log(p / (1 - p));
}

static int
fill_features(const CapOutcome *o, const CapNodule *nodule, float x[2])
{
  const double *p = o->malignancy;
  x[0] = (float)log_odds(p[4] + p[3] + p[2] / 2);
  x[1] = (float)log(fmax(nodule->diameter_mm, 0.5));
  return o->centred ? 2 : 1;
}

/* The fit to the inner validation patients of FOLD; NULL when they are too few
 * to fit anything. */
static CapLogistic *
calibrate(const CapStudy *study, const GPtrArray *all, int fold,
          gboolean centred)
{
  g_autoptr(GArray) x = g_array_new(FALSE, FALSE, sizeof(float));
  g_autoptr(GByteArray) y = g_byte_array_new();
  int n_of[2] = {0}, n_features = 1;
  for (guint i = 0; i < all->len; i++) {
    const CapOutcome *o = all->pdata[i];
    const CapNodule *nodule = g_hash_table_lookup(study->by_key, o->key);
    if (!o->inner || o->fold != fold || o->centred != centred ||
        nodule == NULL || !cap_cohort_tells(nodule))
      continue;
    float row[2];
    n_features = fill_features(o, nodule, row);
    g_array_append_vals(x, row, n_features);
    const guint8 label = nodule->malignancy_median > 3;
    g_byte_array_append(y, &label, 1);
    n_of[label]++;
  }
  if (MIN(n_of[0], n_of[1]) < LEAST_OF_CLASS)
    return NULL;
  return cap_logistic_fit((const float *)(void *)x->data, y->data, (int)y->len,
                          n_features, 1e-3);
}

double *
cap_cohort_malignancy(const CapCohort *c, const GPtrArray *all,
                      const CapOutcome **outcomes, gboolean centred)
{
  double *p = g_new(double, c->n + 1);
  for (int fold = 1; fold <= c->study->folds->n_folds; fold++) {
    g_autoptr(CapLogistic) fit = calibrate(c->study, all, fold, centred);
    for (int i = 0; i < c->n; i++) {
      if (c->fold[i] != fold)
        continue;
      float x[2];
      fill_features(outcomes[i], c->nodules[i], x);
      const double score = fit ? cap_logistic_score(fit, x) : (double)x[0];
      p[i] = 1 / (1 + exp(-score));
    }
  }
  return p;
}
