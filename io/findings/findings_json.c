/* Writing findings.json: see findings_json.h. */
#include "io/findings/findings_json.h"

#include "core/irregularity.h"
#include "io/atomic_file.h"
#include "io/findings/finding_json.h"
#include "io/findings/findings_guidelines.h"
#include "io/findings/measurement_json.h"
#include "io/findings/prior_json.h"
#include "io/findings/unit_json.h"

#include <string.h>

static void
write_irregularities(CapJson *json, const GPtrArray *list)
{
  cap_json_begin_array(json, "irregularities", FALSE);
  for (guint i = 0; i < list->len; i++) {
    const CapIrregularity *irregularity = list->pdata[i];
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "code", cap_irregularity_code(irregularity->number));
    cap_json_string(json, "severity",
                    cap_severity_name(irregularity->severity));
    cap_json_string(json, "file", irregularity->file);
    cap_json_string(json, "text", irregularity->text);
    cap_json_string(json, "effect", irregularity->effect);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

/* The settings are JSON text already; what is no object is written as {}. */
static void
write_settings(CapJson *json, const char *settings)
{
  g_autoptr(JsonNode) node =
      cap_json_parse(settings, strlen(settings), "settings", NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT(node)) {
    cap_json_node(json, "settings", node);
    return;
  }
  cap_json_begin_object(json, "settings", FALSE);
  cap_json_end_object(json);
}

static void
write_conclusion(CapJson *json, const CapFindings *findings)
{
  cap_json_begin_object(json, "conclusion", TRUE);
  cap_json_string(json, "result", cap_conclusion_name(findings->conclusion));
  cap_json_string(json, "reason", findings->conclusion_reason);
  cap_json_end_object(json);
}

/* Only where a reader has measured. */
static void
write_measurements(CapJson *json, const GPtrArray *list)
{
  if (list->len == 0)
    return;
  cap_json_begin_array(json, "measurements", FALSE);
  for (guint i = 0; i < list->len; i++)
    cap_measurement_json_write(json, list->pdata[i]);
  cap_json_end_array(json);
}

char *
cap_findings_json_text(const CapFindings *findings)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_int(json, "schema_version", CAP_FINDINGS_SCHEMA_VERSION);
  cap_json_string(json, "software_version", CAP_VERSION);
  cap_json_begin_object(json, "algorithm", TRUE);
  cap_json_string(json, "name", findings->algorithm);
  cap_json_string(json, "version", findings->algorithm_version);
  cap_json_end_object(json);
  cap_json_string(json, "weights_sha256", findings->weights_sha256);
  cap_json_string(json, "series_uid", findings->series_uid);
  cap_json_string(json, "study_uid", findings->study_uid);
  cap_json_string(json, "frame_of_reference_uid",
                  findings->frame_of_reference_uid);
  cap_unit_json_write(json, findings->unknown);
  cap_json_string(json, "reader", findings->reader);
  write_settings(json, findings->settings_json);
  cap_json_int(json, "candidates", findings->n_candidates);
  if (findings->conclusion != CAP_CONCLUSION_NONE)
    write_conclusion(json, findings);
  cap_json_begin_array(json, "findings", FALSE);
  for (guint i = 0; i < findings->items->len; i++)
    cap_finding_json_write(json, findings, findings->items->pdata[i]);
  cap_json_end_array(json);
  write_measurements(json, findings->measurements);
  cap_findings_guidelines_put_exam(json, findings,
                                   cap_findings_not_evaluable(findings));
  cap_prior_json_put_scan(json, findings);
  write_irregularities(json, findings->irregularities);
  cap_json_strings(json, "notes", findings->notes);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

gboolean
cap_findings_json_save(const CapFindings *findings, const char *path,
                       GError **error)
{
  g_autofree char *text = cap_findings_json_text(findings);
  return cap_atomic_file_save(path, text, strlen(text), error);
}
