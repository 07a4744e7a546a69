/* An earlier scan in JSON: see prior_json.h. */
#include "io/findings/prior_json.h"

#include "core/date.h"
#include "core/measure/prior.h"
#include "io/findings/unit_json.h"

#include <math.h>

enum { MM = 4, VOLUME = 2, RATIO = 4, DAYS = 1, SD = 6 };

static const char *const states[] = {"none", "new", "matched"};

void
cap_prior_json_put_scan(CapJson *json, const CapFindings *findings)
{
  const CapPriorScan *scan = findings->prior_scan;
  if (scan == NULL)
    return;
  cap_json_begin_object(json, "prior_scan", FALSE);
  cap_json_string(json, "study_uid", scan->study_uid);
  cap_json_string(json, "series_uid", scan->series_uid);
  cap_json_string(json, "date", scan->date);
  cap_json_int(json, "days", scan->days);
  cap_json_end_object(json);
}

void
cap_prior_json_put_growth(CapJson *json, const CapGrowth *g)
{
  cap_json_begin_object(json, "growth", TRUE);
  cap_json_number(json, "volume_ratio", g->ratio, RATIO);
  cap_json_numbers(json, "volume_ratio_ci95",
                   (double[]){g->ratio_low, g->ratio_high}, 2, RATIO);
  cap_json_number(json, "doubling_days", g->doubling_days, DAYS);
  cap_json_numbers(json, "doubling_days_ci95",
                   (double[]){g->doubling_low, g->doubling_high}, 2, DAYS);
  cap_json_end_object(json);
}

void
cap_prior_json_put(CapJson *json, const CapFinding *finding)
{
  const CapPrior *prior = &finding->prior;
  CapGrowth growth;
  if (prior->state == CAP_PRIOR_NONE)
    return;
  cap_json_begin_object(json, "prior", FALSE);
  cap_json_string(json, "state", states[prior->state]);
  cap_json_int(json, "days", prior->days);
  if (prior->state == CAP_PRIOR_MATCHED) {
    cap_json_int(json, "id", prior->id);
    cap_type_json_write(json, prior->type);
    cap_json_number(json, "mean_diameter_mm", prior->mean_diameter_mm, MM);
    cap_json_number(json, "solid_mean_diameter_mm",
                    prior->solid_mean_diameter_mm, MM);
    cap_json_number(json, "volume_mm3", prior->volume_mm3, VOLUME);
    cap_json_number(json, "volume_log_sd", prior->log_sd, SD);
  }
  if (cap_prior_growth(finding, &growth))
    cap_prior_json_put_growth(json, &growth);
  cap_json_end_object(json);
}

/* ---- reading ---- */

/* A number of 0 … MOST. */
static void
read_size(CapJsonReader *r, JsonObject *object, const char *key, double most,
          double *value)
{
  double number = *value;
  cap_json_read_number(r, object, key, &number);
  if (!(number >= 0 && number <= most))
    cap_json_fail(r, "“%s” is out of range", key);
  else
    *value = number;
}

static void
read_whole(CapJsonReader *r, JsonObject *object, const char *key, int *value)
{
  double number = *value;
  read_size(r, object, key, 1e6, &number);
  if (number != floor(number))
    cap_json_fail(r, "“%s” is not a whole number", key);
  else
    *value = (int)number;
}

CapPriorScan *
cap_prior_json_read_scan(CapJsonReader *r, JsonObject *root)
{
  JsonObject *object = cap_json_read_object(r, root, "prior_scan");
  if (object == NULL)
    return NULL;
  CapPriorScan *scan = cap_prior_scan_new("", "", "", 0);
  GDate day;
  cap_json_read_string(r, object, "study_uid", &scan->study_uid);
  cap_json_read_string(r, object, "series_uid", &scan->series_uid);
  cap_json_read_string(r, object, "date", &scan->date);
  read_whole(r, object, "days", &scan->days);
  if (*scan->date != '\0' && !cap_date_parse(scan->date, &day))
    cap_json_fail(r, "“date” is not a day as YYYYMMDD");
  return scan;
}

static gboolean
parse_state(const char *word, int *value)
{
  for (guint i = 0; i < G_N_ELEMENTS(states); i++)
    if (g_str_equal(word, states[i])) {
      *value = (int)i;
      return TRUE;
    }
  return FALSE;
}

void
cap_prior_json_read(CapJsonReader *r, JsonObject *object, CapPrior *prior)
{
  JsonObject *was = cap_json_read_object(r, object, "prior");
  int state = -1;
  g_autofree char *type = NULL;
  if (was == NULL)
    return;
  cap_json_read_word(r, was, "state", parse_state, &state);
  if (state < 0)
    cap_json_fail(r, "“prior” says no state");
  else
    prior->state = (CapPriorState)state;
  read_whole(r, was, "days", &prior->days);
  read_whole(r, was, "id", &prior->id);
  read_size(r, was, "mean_diameter_mm", 1e4, &prior->mean_diameter_mm);
  read_size(r, was, "solid_mean_diameter_mm", 1e4,
            &prior->solid_mean_diameter_mm);
  read_size(r, was, "volume_mm3", 1e9, &prior->volume_mm3);
  read_size(r, was, "volume_log_sd", 100, &prior->log_sd);
  cap_json_read_string(r, was, "type", &type);
  if (type != NULL && *type != '\0' &&
      !cap_nodule_type_parse(type, &prior->type))
    cap_json_fail(r, "“%s” is not a type we know", type);
}
