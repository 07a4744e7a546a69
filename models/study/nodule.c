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
  int *groups; /* patient: of the tissue around */
  double auc, auc_bounds[2];
  double sensitivity[N_POINTS], bounds[N_POINTS][2];
} Roc;

static gboolean
belongs(const CapOutcome *o, CapMaking making)
{
  return !o->inner && !o->centred && o->making != CAP_MAKING_WHOLE &&
         (making == CAP_MAKING_WHOLE || o->making == making);
}

static void
collect(Roc *roc, const CapStudyModel *model, CapMaking making)
{
  g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
  const guint most = model->outcomes->len;
  *roc = (Roc){.making = making,
               .scores = g_new(double, most + 1),
               .labels = g_malloc(most + 1),
               .groups = g_new(int, most + 1)};
  for (guint i = 0; i < most; i++) {
    const CapOutcome *o = model->outcomes->pdata[i];
    if (!belongs(o, making))
      continue;
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
}

/* AUC, then the highest sensitivity at each specificity or better. */
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
}

static void
measure(Roc *roc, const CapStudyOptions *o)
{
  double values[1 + N_POINTS], bounds[1 + N_POINTS][2];
  g_autofree int *all = g_new(int, roc->n + 1);
  for (int i = 0; i < roc->n; i++)
    all[i] = i;
  compute(all, roc->n, roc, values);
  const CapBootstrap plan = {roc->n, roc->groups, o->samples, 0.95, o->seed};
  cap_bootstrap_run(&plan, compute, roc, 1 + N_POINTS, bounds);
  roc->auc = values[0];
  memcpy(roc->auc_bounds, bounds[0], sizeof roc->auc_bounds);
  memcpy(roc->sensitivity, values + 1, sizeof roc->sensitivity);
  memcpy(roc->bounds, bounds + 1, sizeof roc->bounds);
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

static void
add_table_row(GString *md, const char *model, const Roc *roc,
              const CapStudyProbe *probe)
{
  g_string_append_printf(md, "| %s | %s | %d | %d ", model, name_of(roc),
                         roc->n_positive, roc->n - roc->n_positive);
  cap_study_table_figure(md, roc->auc, roc->auc_bounds);
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
report_model(const CapStudyModel *model, const CapStudyOptions *options,
             const CapProgress *progress, Files *files, GError **error)
{
  CapStudyProbe probes[CAP_N_MAKINGS];
  if (!check_model(model, error) ||
      !cap_study_probe(&model->plan, options->probe_patches, progress, probes,
                       error))
    return FALSE;
  cap_json_begin_object(files->json, model->name, FALSE);
  for (int m = 0; m < CAP_N_MAKINGS; m++) {
    Roc roc;
    collect(&roc, model, (CapMaking)m);
    if (roc.n > 0) {
      measure(&roc, options);
      put_roc(files->json, &roc, &probes[m]);
      add_table_row(files->md, model->name, &roc, &probes[m]);
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
      g_string_new(
          "| model | making | positives | negatives | AUC | "
          "sensitivity at specificity .80 | .90 | .95 | nodule erased: "
          "linear | network | network, nodule in place |\n"
          "|---|---|---|---|---|---|---|---|---|---|---|\n")};
  cap_json_string(files.json, "about",
                  "patches with a nodule against patches without, made alike, "
                  "of held-out patients; the centre is off by up to 3 mm");
  cap_json_begin_object(files.json, "nodule_or_not", FALSE);
  gboolean good = TRUE;
  for (guint m = 0; good && m < study->models->len; m++)
    good = report_model(study->models->pdata[m], &study->options, progress,
                        &files, error);
  cap_json_end_object(files.json);
  cap_json_end_object(files.json);
  g_autofree char *json = cap_json_finish(files.json);
  g_autofree char *csv = g_string_free(files.csv, FALSE);
  g_autofree char *md = g_string_free(files.md, FALSE);
  return good && cap_study_write(folder, json, csv, md, error);
}
