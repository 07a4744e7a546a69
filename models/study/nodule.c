/* The nodule-or-not study: see reports.h. */
#include "models/study/reports.h"

#include "core/error.h"
#include "core/stats/bootstrap.h"
#include "core/stats/rank.h"
#include "core/stats/roc.h"
#include "io/csv.h"
#include "models/study/output.h"
#include "models/study/probe.h"

#include <math.h>
#include <string.h>

/* Specificities at which the ROC is read. */
static const double specificities[] = {0.8, 0.9, 0.95};
enum { N_POINTS = G_N_ELEMENTS(specificities) };

/* The held-out patches of one making, of all folds; CAP_MAKING_WHOLE stands for
 * all makings together. */
typedef struct {
  CapMaking making;
  int n, n_positive;
  double *scores;
  guint8 *labels;
  int *groups;   /* patient: of the tissue around */
  double *rival; /* scores of the first model; NULL for itself, and when it was
                    asked about other patches */
  double auc, auc_bounds[2];
  double first_over, first_over_bounds[2]; /* its AUC less this one */
  double sensitivity[N_POINTS], bounds[N_POINTS][2];
} Roc;

static gboolean
belongs(const CapOutcome *o, CapMaking making)
{
  return !o->inner && !o->centred && o->making != CAP_MAKING_WHOLE &&
         (making == CAP_MAKING_WHOLE || o->making == making);
}

/* What FIRST said of the patch that is number I of MODEL; NULL when it was
 * asked about another one there. */
static const CapOutcome *
same_patch(const CapStudyModel *model, const CapStudyModel *first, guint i)
{
  if (i >= first->outcomes->len)
    return NULL;
  const CapOutcome *a = model->outcomes->pdata[i];
  const CapOutcome *b = first->outcomes->pdata[i];
  return a->fold == b->fold && a->inner == b->inner &&
                 a->centred == b->centred && a->making == b->making &&
                 a->is_nodule == b->is_nodule && strcmp(a->key, b->key) == 0
             ? b
             : NULL;
}

static void
collect(Roc *roc, const CapStudyModel *model, const CapStudyModel *first,
        CapMaking making)
{
  g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
  const guint most = model->outcomes->len;
  *roc = (Roc){.making = making,
               .scores = g_new(double, most + 1),
               .labels = g_malloc(most + 1),
               .groups = g_new(int, most + 1),
               .rival = model != first ? g_new(double, most + 1) : NULL};
  for (guint i = 0; i < most; i++) {
    const CapOutcome *o = model->outcomes->pdata[i];
    if (!belongs(o, making))
      continue;
    const CapOutcome *other = same_patch(model, first, i);
    if (other == NULL)
      g_clear_pointer(&roc->rival, g_free);
    else if (roc->rival != NULL)
      roc->rival[roc->n] = other->nodule_probability;
    gpointer group = NULL;
    if (!g_hash_table_lookup_extended(groups, o->patient, NULL, &group)) {
      group = GUINT_TO_POINTER(g_hash_table_size(groups));
      g_hash_table_insert(groups, o->patient, group);
    }
    roc->scores[roc->n] = o->nodule_probability;
    roc->labels[roc->n] = o->is_nodule != FALSE;
    roc->n_positive += o->is_nodule != FALSE;
    roc->groups[roc->n++] = GPOINTER_TO_INT(group);
  }
}

static void
roc_clear(gpointer data)
{
  Roc *roc = data;
  g_free(roc->scores);
  g_free(roc->labels);
  g_free(roc->groups);
  g_free(roc->rival);
}

/* AUC, then the highest sensitivity at each specificity or better, then the
 * rival's AUC less the first. */
static void
compute(const int *cases, int n, gpointer user_data, double *values)
{
  const Roc *roc = user_data;
  g_autofree double *scores = g_new(double, n + 1);
  g_autofree guint8 *labels = g_malloc(n + 1);
  for (int i = 0; i < n; i++) {
    scores[i] = roc->scores[cases[i]];
    labels[i] = roc->labels[cases[i]];
  }
  g_autoptr(GArray) curve = cap_roc_curve(scores, labels, n);
  const CapRocPoint *end = &g_array_index(curve, CapRocPoint, curve->len - 1);
  values[0] = cap_rank_auc(scores, labels, n);
  for (int k = 0; k < N_POINTS; k++) {
    double best = end->tp > 0 && end->fp > 0 ? 0 : NAN;
    for (guint i = 0; i < curve->len; i++) {
      const CapRocPoint *p = &g_array_index(curve, CapRocPoint, i);
      if (p->fp <= (1 - specificities[k]) * end->fp)
        best = (double)p->tp / end->tp;
    }
    values[1 + k] = best;
  }
  values[1 + N_POINTS] = NAN;
  if (roc->rival == NULL)
    return;
  for (int i = 0; i < n; i++)
    scores[i] = roc->rival[cases[i]];
  values[1 + N_POINTS] = cap_rank_auc(scores, labels, n) - values[0];
}

static void
measure(Roc *roc, const CapStudyOptions *o)
{
  double values[2 + N_POINTS], bounds[2 + N_POINTS][2];
  g_autofree int *all = g_new(int, roc->n + 1);
  for (int i = 0; i < roc->n; i++)
    all[i] = i;
  compute(all, roc->n, roc, values);
  const CapBootstrap plan = {roc->n, roc->groups, o->samples, 0.95, o->seed};
  cap_bootstrap_run(&plan, compute, roc, 2 + N_POINTS, bounds);
  roc->auc = values[0];
  memcpy(roc->auc_bounds, bounds[0], sizeof roc->auc_bounds);
  memcpy(roc->sensitivity, values + 1, sizeof roc->sensitivity);
  memcpy(roc->bounds, bounds + 1, sizeof roc->bounds);
  roc->first_over = values[1 + N_POINTS];
  memcpy(roc->first_over_bounds, bounds[1 + N_POINTS], sizeof bounds[0]);
}

/* ---- files ---- */

static const char *
name_of(const Roc *roc)
{
  return roc->making == CAP_MAKING_WHOLE ? "all" : cap_making_name(roc->making);
}

static void
put_roc(CapJson *json, const Roc *roc, const CapStudyProbe *probe)
{
  cap_json_begin_object(json, name_of(roc), FALSE);
  cap_json_int(json, "positives", roc->n_positive);
  cap_json_int(json, "negatives", roc->n - roc->n_positive);
  cap_study_json_figure(json, "auc", roc->auc, roc->auc_bounds);
  if (roc->rival != NULL)
    cap_study_json_figure(json, "auc_of_first_over", roc->first_over,
                          roc->first_over_bounds);
  for (int k = 0; k < N_POINTS; k++) {
    g_autofree char *key = g_strdup_printf("sensitivity_at_specificity_%d",
                                           (int)lround(specificities[k] * 100));
    cap_study_json_figure(json, key, roc->sensitivity[k], roc->bounds[k]);
  }
  if (roc->making != CAP_MAKING_WHOLE) {
    cap_json_begin_object(json, "erased_nodule_probe_auc", TRUE);
    cap_json_number(json, "linear", probe->linear, 4);
    cap_json_number(json, "network", probe->network, 4);
    cap_json_number(json, "network_nodule_in_place", probe->in_place, 4);
    cap_json_end_object(json);
  }
  cap_json_end_object(json);
}

/* SEVERAL: there is a column for the first model over the others. */
static void
add_table_row(GString *md, const char *model, const Roc *roc,
              const CapStudyProbe *probe, gboolean several)
{
  g_string_append_printf(md, "| %s | %s | %d | %d ", model, name_of(roc),
                         roc->n_positive, roc->n - roc->n_positive);
  cap_study_table_figure(md, roc->auc, roc->auc_bounds);
  if (several)
    cap_study_table_figure(md, roc->first_over, roc->first_over_bounds);
  for (int k = 0; k < N_POINTS; k++)
    cap_study_table_figure(md, roc->sensitivity[k], roc->bounds[k]);
  const gboolean probed = roc->making != CAP_MAKING_WHOLE;
  cap_study_table_figure(md, probed ? probe->linear : NAN, NULL);
  cap_study_table_figure(md, probed ? probe->network : NAN, NULL);
  cap_study_table_figure(md, probed ? probe->in_place : NAN, NULL);
  g_string_append(md, "|\n");
}

/* Every held-out patch of MODEL. */
static void
add_predictions(GString *csv, const CapStudyModel *model)
{
  for (guint i = 0; i < model->outcomes->len; i++) {
    const CapOutcome *o = model->outcomes->pdata[i];
    if (!belongs(o, CAP_MAKING_WHOLE))
      continue;
    cap_csv_append(csv, model->name);
    g_string_append_printf(csv, ",%s,", cap_making_name(o->making));
    cap_csv_append(csv, o->key);
    g_string_append_c(csv, ',');
    cap_csv_append(csv, o->patient);
    g_string_append_printf(csv, ",%d,%d", o->fold, o->is_nodule ? 1 : 0);
    cap_study_csv_number(csv, o->nodule_probability);
    g_string_append_c(csv, '\n');
  }
}

typedef struct {
  CapJson *json;
  GString *csv, *md;
  gboolean several; /* models: the table compares them with the first */
} Files;

/* A model that was asked about malignancy alone has nothing to say here. */
static gboolean
check_model(const CapStudyModel *model, GError **error)
{
  for (guint i = 0; i < model->outcomes->len; i++)
    if (belongs(model->outcomes->pdata[i], CAP_MAKING_WHOLE))
      return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "the predictions of %s hold no patches without a nodule: the "
              "model was asked with --decided-only",
              model->name);
  return FALSE;
}

static gboolean
report_model(const CapStudy *study, guint index, const CapProgress *progress,
             Files *files, GError **error)
{
  const CapStudyModel *model = study->models->pdata[index];
  const CapStudyOptions *options = &study->options;

  CapStudyProbe probes[CAP_N_MAKINGS];
  if (!check_model(model, error) ||
      !cap_study_probe(&model->plan, options->probe_patches, progress, probes,
                       error))
    return FALSE;
  cap_json_begin_object(files->json, model->name, FALSE);
  for (int m = 0; m < CAP_N_MAKINGS; m++) {
    Roc roc;
    collect(&roc, model, study->models->pdata[0], (CapMaking)m);
    if (roc.n > 0) {
      measure(&roc, options);
      put_roc(files->json, &roc, &probes[m]);
      add_table_row(files->md, model->name, &roc, &probes[m], files->several);
    }
    roc_clear(&roc);
  }
  cap_json_end_object(files->json);
  add_predictions(files->csv, model);
  return TRUE;
}

gboolean
cap_study_nodule(CapStudy *study, const char *folder,
                 const CapProgress *progress, GError **error)
{
  Files files = {
      cap_study_json_begin(study, "nodule"),
      g_string_new("model,making,key,patient,fold,nodule,probability\n"),
      g_string_new(NULL)};
  files.several = cap_study_table_head(
      files.md, study, "| model | making | positives | negatives | AUC ",
      "| sensitivity at specificity .80 | .90 | .95 | nodule erased: linear | "
      "network | network, nodule in place ");
  cap_json_string(files.json, "about",
                  "patches with a nodule against patches without, made alike, "
                  "of held-out patients; the centre is off by up to 3 mm");
  cap_json_begin_object(files.json, "nodule_or_not", FALSE);
  gboolean good = TRUE;
  for (guint m = 0; good && m < study->models->len; m++)
    good = report_model(study, m, progress, &files, error);
  cap_json_end_object(files.json);
  cap_json_end_object(files.json);
  g_autofree char *json = cap_json_finish(files.json);
  g_autofree char *csv = g_string_free(files.csv, FALSE);
  g_autofree char *md = g_string_free(files.md, FALSE);
  return good && cap_study_write(folder, json, csv, md, error);
}
