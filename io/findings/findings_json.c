/* Writing findings.json: see findings_json.h. */
#include "io/findings/findings_json.h"

#include "core/irregularity.h"
#include "core/measure/malignancy.h"
#include "io/atomic_file.h"
#include "io/json.h"

#include <string.h>

enum { MM = 4, PROBABILITY = 6, LEVEL = 4, HU = 2, VOLUME = 2, AXIS = 8 };

static void
write_point(CapJson *json, const char *key, CapPoint p, int decimals)
{
  cap_json_numbers(json, key, (double[]){p.x, p.y, p.z}, 3, decimals);
}

static void
write_rating(CapJson *json, const CapRating *rating)
{
  cap_json_numbers(json, "distribution", rating->p, rating->n_levels,
                   PROBABILITY);
  cap_json_number(json, "expected", rating->expected, LEVEL);
  cap_json_number(json, "sd", rating->sd, LEVEL);
}

static void
write_place(CapJson *json, const CapFinding *finding)
{
  cap_json_int(json, "id", finding->id);
  if (*finding->tracking_uid != '\0')
    cap_json_string(json, "tracking_uid", finding->tracking_uid);
  write_point(json, "center_mm", finding->center_mm, MM);
  cap_json_begin_object(json, "source_slice", TRUE);
  cap_json_string(json, "sop_uid", finding->sop_uid);
  cap_json_int(json, "index", finding->source_slice);
  cap_json_end_object(json);
  cap_json_begin_object(json, "mask", TRUE);
  cap_json_string(json, "file", CAP_MASKS_FILE);
  cap_json_int(json, "label", finding->id);
  cap_json_end_object(json);
  cap_json_string(json, "type", cap_nodule_type_name(finding->type));
  cap_json_begin_object(json, "site", TRUE);
  cap_json_string(json, "side", cap_side_name(finding->side));
  cap_json_string(json, "lobe", cap_lobe_name(finding->lobe));
  cap_json_end_object(json);
  cap_json_bool(json, "near_gap", finding->near_gap);
}

static void
write_sizes(CapJson *json, const CapFinding *finding)
{
  cap_json_number(json, "long_axis_mm", finding->long_axis_mm, MM);
  cap_json_number(json, "short_axis_mm", finding->short_axis_mm, MM);
  cap_json_number(json, "mean_diameter_mm", finding->mean_diameter_mm, MM);
  cap_json_number(json, "solid_mean_diameter_mm",
                  finding->solid_mean_diameter_mm, MM);
  cap_json_begin_array(json, "axes_mm", TRUE);
  for (int i = 0; i < 2; i++) {
    cap_json_begin_array(json, NULL, TRUE);
    for (int k = 0; k < 2; k++)
      write_point(json, NULL, finding->axes_mm[i][k], MM);
    cap_json_end_array(json);
  }
  cap_json_end_array(json);
  cap_json_number(json, "volume_mm3", finding->volume_mm3, VOLUME);
  cap_json_number(json, "hu_mean", finding->hu_mean, HU);
  cap_json_number(json, "hu_sd", finding->hu_sd, HU);
  cap_json_number(json, "hu_min", finding->hu_min, HU);
  cap_json_number(json, "hu_max", finding->hu_max, HU);
}

static void
write_explanation(CapJson *json, const CapFinding *finding)
{
  cap_json_begin_object(json, "malignancy", FALSE);
  write_rating(json, &finding->malignancy);
  cap_json_number(json, "probability", finding->malignancy_probability,
                  PROBABILITY);
  cap_json_number(json, "from_size_alone",
                  cap_malignancy_from_size(finding->volume_mm3), LEVEL);
  cap_json_end_object(json);

  cap_json_begin_object(json, "attributes", FALSE);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++) {
    cap_json_begin_object(json, cap_attribute_name((CapAttributeKind)i), TRUE);
    write_rating(json, &finding->attributes[i]);
    cap_json_end_object(json);
  }
  cap_json_end_object(json);

  cap_json_begin_array(json, "capsules", FALSE);
  for (int i = 0; i < CAP_N_CAPSULES; i++) {
    const CapCapsule *capsule = &finding->capsules[i];
    cap_json_begin_object(json, NULL, FALSE);
    cap_json_string(json, "name", cap_capsule_name(i));
    cap_json_number(json, "length", capsule->length, PROBABILITY);
    cap_json_floats(json, "pose", capsule->pose, CAP_POSE_DIM, 6);
    cap_json_floats(json, "routing", capsule->routing,
                    G_N_ELEMENTS(capsule->routing), 4);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_json_begin_array(json, "patch_axes", TRUE);
  for (int i = 0; i < 3; i++)
    write_point(json, NULL, finding->patch_axis[i], AXIS);
  cap_json_end_array(json);
}

static void
write_finding(CapJson *json, const CapFinding *finding)
{
  cap_json_begin_object(json, NULL, FALSE);
  write_place(json, finding);
  cap_json_number(json, "probability", finding->probability, PROBABILITY);
  write_sizes(json, finding);
  write_explanation(json, finding);
  cap_json_string(json, "status", cap_status_name(finding->status));
  cap_json_begin_object(json, "guidelines", FALSE);
  cap_json_end_object(json);
  cap_json_end_object(json);
}

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
  cap_json_string(json, "reader", findings->reader);
  write_settings(json, findings->settings_json);
  cap_json_int(json, "candidates", findings->n_candidates);
  cap_json_begin_array(json, "findings", FALSE);
  for (guint i = 0; i < findings->items->len; i++)
    write_finding(json, findings->items->pdata[i]);
  cap_json_end_array(json);
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
