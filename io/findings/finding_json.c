/* Writing one finding: see finding_json.h. */
#include "io/findings/finding_json.h"

#include "core/language.h"
#include "core/measure/malignancy.h"
#include "io/findings/findings_guidelines.h"
#include "io/findings/findings_json.h"
#include "io/findings/prior_json.h"
#include "io/findings/unit_json.h"

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
  cap_type_json_write(json, finding->type);
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
  cap_unit_json_write(json, finding->unknown);
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

/* What models/trust.h has to say; nothing where it was not asked. */
static void
write_doubts(CapJson *json, const CapFinding *finding)
{
  CAP_LANGUAGE_ENGLISH;
  if (finding->reconstruction_error_hu > 0)
    cap_json_number(json, "reconstruction_error_hu",
                    finding->reconstruction_error_hu, HU);
  if (!cap_finding_is_doubted(finding))
    return;
  cap_json_begin_array(json, "doubts", FALSE);
  for (int i = 0; i < CAP_N_DOUBTS; i++) {
    const CapDoubt *doubt = &finding->doubts[i];
    if (!doubt->raised)
      continue;
    g_autofree char *text = cap_doubt_text((CapDoubtKind)i, doubt);
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "code", cap_doubt_name((CapDoubtKind)i));
    cap_json_number(json, "value", doubt->value, LEVEL);
    cap_json_number(json, "limit", doubt->limit, LEVEL);
    if (*doubt->kernel != '\0') {
      cap_json_string(json, "kernel", doubt->kernel);
      cap_json_string(json, "usual_kernels", doubt->usual);
    }
    cap_json_string(json, "text", text);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

/* The members, between the braces. */
static void
write_members(CapJson *json, const CapFindings *findings,
              const CapFinding *finding)
{
  write_place(json, finding);
  cap_json_number(json, "probability", finding->probability, PROBABILITY);
  write_sizes(json, finding);
  write_explanation(json, finding);
  write_doubts(json, finding);
  cap_json_string(json, "status", cap_status_name(finding->status));
  /* Only where a reader has been at work. */
  if (*finding->comment != '\0')
    cap_json_string(json, "comment", finding->comment);
  if (finding->by_reader)
    cap_json_bool(json, "by_reader", TRUE);
  if (finding->mask_maker != CAP_MASK_AUTOMATIC)
    cap_json_string(json, "outline", cap_mask_maker_name(finding->mask_maker));
  if (finding->unjudged)
    cap_json_bool(json, "unjudged", TRUE);
  cap_prior_json_put(json, finding);
  cap_findings_guidelines_put(json, findings, finding);
}

void
cap_finding_json_write(CapJson *json, const CapFindings *findings,
                       const CapFinding *finding)
{
  cap_json_begin_object(json, NULL, FALSE);
  write_members(json, findings, finding);
  cap_json_end_object(json);
}

char *
cap_finding_json_text(const CapFinding *finding)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, TRUE);
  write_members(json, NULL, finding);
  cap_json_end_object(json);
  return cap_json_finish(json);
}
