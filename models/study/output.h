/* How studies write their figures. */
#pragma once

#include "io/json.h"
#include "models/study/cohort.h"

/* Writes TEXT to NAME in FOLDER, made when missing; CAP_ERROR_OUTPUT,
 * CAP_ERROR_WRITE. */
gboolean cap_study_write_text(const char *folder, const char *name,
                              const char *text, GError **error);
/* The three files of a study. */
gboolean cap_study_write(const char *folder, const char *results_json,
                         const char *predictions_csv, const char *table_md,
                         GError **error);

/* results.json begun: study, software, hashes of inputs and weights, settings.
 * End the object and finish. */
CapJson *cap_study_json_begin(const CapStudy *study, const char *name);
/* VALUE with its 95 % interval BOUNDS. */
void cap_study_json_figure(CapJson *json, const char *key, double value,
                           const double bounds[2]);

/* ",VALUE"; nothing after the comma when it is not finite. */
void cap_study_csv_number(GString *csv, double value);
/* A table's heading and the rule below it, in empty MD: BEFORE and AFTER, of
 * cells like "| AUC ", around one for the first of several models of STUDY over
 * the others. Whether there is that one. */
gboolean cap_study_table_head(GString *md, const CapStudy *study,
                              const char *before, const char *after);
/* "| 0.912 (0.890 to 0.931) ". */
void cap_study_table_figure(GString *md, double value, const double bounds[2]);
/* "| parameters | MMAC | ms a patch ", dashes for NULL. */
void cap_study_table_model(GString *md, const CapStudyModel *model);

/* Patients in COHORT. */
int cap_study_n_groups(const CapCohort *cohort);
