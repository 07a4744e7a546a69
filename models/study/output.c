/* How studies write their figures: see output.h. */
#include "models/study/output.h"

#include "core/error.h"
#include "core/folder.h"
#include "io/atomic_file.h"

#include <math.h>
#include <string.h>

gboolean
cap_study_write_text(const char *folder, const char *name, const char *text,
                     GError **error)
{
  if (!cap_folder_make(folder, error))
    return FALSE;
  g_autofree char *path = g_build_filename(folder, name, NULL);
  return cap_atomic_file_save(path, text, strlen(text), error);
}

gboolean
cap_study_write(const char *folder, const char *results_json,
                const char *predictions_csv, const char *table_md,
                GError **error)
{
  return cap_study_write_text(folder, "predictions.csv", predictions_csv,
                              error) &&
         cap_study_write_text(folder, "table.md", table_md, error) &&
         cap_study_write_text(folder, "results.json", results_json, error);
}

CapJson *
cap_study_json_begin(const CapStudy *study, const char *name)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_string(json, "study", name);
  cap_json_string(json, "software_version", CAP_VERSION);
  cap_json_string(json, "crops_sha256", study->crops_sha256);
  cap_json_string(json, "folds_sha256", study->folds_sha256);
  cap_json_int(json, "folds", study->folds->n_folds);
  if (study->options.partial) {
    cap_json_begin_array(json, "folds_reported", TRUE);
    for (guint i = 0; i < study->reported->len; i++)
      cap_json_int(json, NULL, g_array_index(study->reported, int, i));
    cap_json_end_array(json);
  }
  cap_json_int(json, "bootstrap_samples", study->options.samples);
  cap_json_int(json, "bootstrap_seed", (gint64)study->options.seed);
  cap_json_begin_array(json, "models", FALSE);
  for (guint m = 0; m < study->models->len; m++) {
    const CapStudyModel *model = study->models->pdata[m];
    cap_json_begin_object(json, NULL, FALSE);
    cap_json_string(json, "name", model->name);
    cap_json_string(json, "settings", model->settings);
    cap_json_int(json, "parameters", (gint64)model->record->n_parameters);
    cap_json_int(json, "encoder_parameters",
                 (gint64)model->record->n_encoder_parameters);
    cap_json_number(json, "macs", model->record->macs, 0);
    cap_json_strings(json, "weights_sha256", model->weights_sha256);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  return json;
}

void
cap_study_json_figure(CapJson *json, const char *key, double value,
                      const double bounds[2])
{
  cap_json_begin_object(json, key, TRUE);
  cap_json_number(json, "value", value, 4);
  cap_json_numbers(json, "ci95", bounds, 2, 4);
  cap_json_end_object(json);
}

void
cap_study_csv_number(GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append_c(csv, ',');
  if (isfinite(value))
    g_string_append(csv, g_ascii_formatd(text, sizeof text, "%.6g", value));
}

gboolean
cap_study_table_head(GString *md, const CapStudy *study, const char *before,
                     const char *after)
{
  const gboolean several = study->models->len > 1;
  g_string_append(md, before);
  if (several)
    g_string_append_printf(
        md, "| %s over it ",
        ((const CapStudyModel *)study->models->pdata[0])->name);
  g_string_append_printf(md, "%s|\n|", after);
  int n = 0;
  for (const char *p = md->str; *p != '\n'; p++)
    n += *p == '|';
  for (int i = 1; i < n; i++)
    g_string_append(md, "---|");
  g_string_append_c(md, '\n');
  return several;
}

void
cap_study_table_figure(GString *md, double value, const double bounds[2])
{
  char text[3][G_ASCII_DTOSTR_BUF_SIZE];
  const double numbers[3] = {value, bounds ? bounds[0] : NAN,
                             bounds ? bounds[1] : NAN};
  for (int i = 0; i < 3; i++)
    g_ascii_formatd(text[i], sizeof text[i], "%.3f", numbers[i]);
  if (!isfinite(value))
    g_string_append(md, "| – ");
  else if (isfinite(numbers[1]) && isfinite(numbers[2]))
    g_string_append_printf(md, "| %s (%s to %s) ", text[0], text[1], text[2]);
  else
    g_string_append_printf(md, "| %s ", text[0]);
}

void
cap_study_table_model(GString *md, const CapStudyModel *model)
{
  char macs[G_ASCII_DTOSTR_BUF_SIZE], ms[G_ASCII_DTOSTR_BUF_SIZE];
  if (model == NULL) {
    g_string_append(md, "| – | – | – ");
    return;
  }
  g_string_append_printf(
      md, "| %" G_GSIZE_FORMAT " | %s | %s ", model->record->n_parameters,
      g_ascii_formatd(macs, sizeof macs, "%.0f", model->record->macs * 1e-6),
      g_ascii_formatd(ms, sizeof ms, "%.2f", model->record->ms_per_patch));
}

int
cap_study_n_groups(const CapCohort *cohort)
{
  int n = 0;
  for (int i = 0; i < cohort->n; i++)
    n = MAX(n, cohort->group[i] + 1);
  return n;
}
