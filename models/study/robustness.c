/* The robustness study: see reports.h.
 *
 * Every figure of a perturbed set of patches is compared with that of the same
 * patches unperturbed, case by case. Probabilities of malignancy come from the
 * fits to inner validation patients that the malignancy study uses, made on
 * unperturbed patches; a nodule is what has a calibrated probability of a tenth
 * or more, the even point where nodules and others are equally many, as here.
 */
#include "models/study/reports.h"

#include "datasets/perturb.h"
#include "io/csv.h"
#include "models/study/columns.h"
#include "models/study/conditions.h"

static const double even_malignancy = 0.5, even_nodule = 0.1;

static const char *const view_keys[CAP_N_COLUMN_VIEWS] = {
    "", "_drop", "_drop_beyond_first_model"};

static gboolean
read_condition(CapColumns *nodules, CapColumns *patches,
               const CapCohort *cohort, int column, GError **error)
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
    cap_columns_list_nodules(nodules, cohort);
    cap_columns_init(patches, study, nodules->n_columns, (int)outcomes->len);
    cap_columns_list_patches(patches, outcomes);
  }
  g_autofree const CapOutcome **found =
      cap_cohort_find(cohort, model, outcomes, FALSE, error);
  if (found == NULL)
    return FALSE;
  nodules->p[column] =
      cap_cohort_malignancy(cohort, model->outcomes, found, FALSE);
  patches->p[column] =
      cap_columns_read_patches(patches, model, outcomes, error);
  if (patches->p[column] == NULL)
    return FALSE;
  const int k = column % cap_conditions_count();
  if (k > 0) { /* from the same patches as they are */
    nodules->from[column] = patches->from[column] = column - k;
    if (column != k) /* beyond the first model */
      nodules->beyond[column] = patches->beyond[column] = k;
  }
  return TRUE;
}

/* ---- files ---- */

static char *
write_json(const CapColumns *nodules, const CapColumns *patches)
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
      cap_columns_put(json, nodules, (int)m * n_conditions + k, view_keys);
      cap_columns_put(json, patches, (int)m * n_conditions + k, view_keys);
      cap_json_end_object(json);
    }
    cap_json_end_array(json);
  }
  cap_json_end_object(json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

static char *
write_predictions(const CapColumns *nodules, const CapColumns *patches)
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
  cap_columns_add_rows(csv, nodules);
  cap_columns_add_rows(csv, patches);
  return g_string_free(csv, FALSE);
}

static char *
write_table(const CapColumns *nodules, const CapColumns *patches)
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
    cap_columns_add_cells(md, nodules, c);
    cap_columns_add_cells(md, patches, c);
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
  g_auto(CapColumns) nodules = {.name = "malignancy",
                                .with_auc = TRUE,
                                .drops = TRUE,
                                .even = even_malignancy};
  g_auto(CapColumns)
      patches = {.name = "nodule", .drops = TRUE, .even = even_nodule};
  cap_columns_init(&nodules, study,
                   (int)study->models->len * cap_conditions_count(), cohort->n);
  for (int c = 0; c < nodules.n_columns; c++)
    if (!read_condition(&nodules, &patches, cohort, c, error))
      return FALSE;
  if (!cap_progress_step(progress, "resampling", 0, error))
    return FALSE;
  cap_columns_measure(&nodules);
  cap_columns_measure(&patches);
  g_autofree char *json = write_json(&nodules, &patches),
                  *csv = write_predictions(&nodules, &patches),
                  *md = write_table(&nodules, &patches);
  return cap_study_write(folder, json, csv, md, error);
}
