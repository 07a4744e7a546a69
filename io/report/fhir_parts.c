/* Pieces of FHIR resources: see fhir_parts.h. */
#include "io/report/fhir_parts.h"

#include "io/report/words.h"

#include <string.h>

#define DCM "http://dicom.nema.org/resources/ontology/DCM"
#define SCT "http://snomed.info/sct"
#define LOINC "http://loinc.org"
#define RADLEX "http://radlex.org"
#define UCUM "http://unitsofmeasure.org"
#define OWN "https://capsight.org/fhir/codes"

char *
cap_fhir_urn(const CapReport *report, const char *what, int id)
{
  g_autofree char *text = g_strdup_printf(
      "%s %s %d", cap_report_is_judged(report) ? "fhir" : "FHIR", what, id);
  g_autofree char *seed = g_strconcat(report->fingerprint, text, NULL);
  g_autofree char *hash =
      g_compute_checksum_for_string(G_CHECKSUM_SHA256, seed, -1);
  hash[12] = '8'; /* version 8, variant 10: custom (RFC 9562) */
  hash[16] = "89ab"[(g_ascii_xdigit_value(hash[16])) & 3];
  return g_strdup_printf("urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hash, hash + 8,
                         hash + 12, hash + 16, hash + 20);
}

static const char *
system_of(const CapCode *code)
{
  return g_str_equal(code->scheme, "DCM")      ? DCM
         : g_str_equal(code->scheme, "SCT")    ? SCT
         : g_str_equal(code->scheme, "LN")     ? LOINC
         : g_str_equal(code->scheme, "RADLEX") ? RADLEX
                                               : OWN;
}

void
cap_fhir_put_concept(CapJson *json, const char *key, const CapCode *code)
{
  cap_json_begin_object(json, key, TRUE);
  cap_json_begin_array(json, "coding", TRUE);
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "system", system_of(code));
  cap_json_string(json, "code", code->value);
  cap_json_string(json, "display", code->meaning);
  cap_json_end_object(json);
  cap_json_end_array(json);
  cap_json_end_object(json);
}

void
cap_fhir_put_reference(CapJson *json, const char *key, const CapReport *report,
                       const char *what, int id)
{
  g_autofree char *target = cap_fhir_urn(report, what, id);
  cap_json_begin_object(json, key, TRUE);
  cap_json_string(json, "reference", target);
  cap_json_end_object(json);
}

void
cap_fhir_begin_entry(CapJson *json, const CapReport *report, const char *type,
                     int id)
{
  g_autofree char *full = cap_fhir_urn(report, type, id);
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_string(json, "fullUrl", full);
  cap_json_begin_object(json, "resource", FALSE);
  cap_json_string(json, "resourceType", type);
  cap_json_string(json, "id", full + strlen("urn:uuid:"));
}

void
cap_fhir_end_entry(CapJson *json)
{
  cap_json_end_object(json);
  cap_json_end_object(json);
}

/* The DICOM UID as the resource's identifier. */
static void
put_uid_identifier(CapJson *json, const char *uid)
{
  g_autofree char *oid = g_strconcat("urn:oid:", uid, NULL);
  cap_json_begin_array(json, "identifier", TRUE);
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "system", "urn:dicom:uid");
  cap_json_string(json, "value", oid);
  cap_json_end_object(json);
  cap_json_end_array(json);
}

void
cap_fhir_put_amount(CapJson *json, const char *key, double value, int decimals,
                    CapCodeId unit)
{
  cap_json_begin_object(json, key, TRUE);
  cap_json_number(json, "value", value, decimals);
  cap_json_string(json, "unit", cap_code(unit)->value);
  cap_json_string(json, "system", UCUM);
  cap_json_string(json, "code", cap_code(unit)->value);
  cap_json_end_object(json);
}

void
cap_fhir_put_quantity(CapJson *json, CapCodeId name, double value, int decimals,
                      CapCodeId unit)
{
  cap_json_begin_object(json, NULL, FALSE);
  cap_fhir_put_concept(json, "code", cap_code(name));
  cap_fhir_put_amount(json, "valueQuantity", value, decimals, unit);
  cap_json_end_object(json);
}

void
cap_fhir_put_effective(CapJson *json, const CapReport *report)
{
  g_autofree char *date =
      cap_words_date(report->volume ? report->volume->source->study_date : "");
  if (*date != '\0')
    cap_json_string(json, "effectiveDateTime", date);
}

void
cap_fhir_begin_selection(CapJson *json, const CapReport *report, int id)
{
  const CapFindings *f = report->findings;
  cap_fhir_begin_entry(json, report, "ImagingSelection", id);
  cap_json_string(json, "status", "available");
  cap_fhir_put_reference(json, "subject", report, "Patient", 0);
  cap_fhir_put_concept(json, "code", cap_code(CAP_CODE_OF_INTEREST));
  if (*f->study_uid != '\0')
    cap_json_string(json, "studyUid", f->study_uid);
  if (*f->series_uid != '\0')
    cap_json_string(json, "seriesUid", f->series_uid);
  if (*f->frame_of_reference_uid != '\0')
    cap_json_string(json, "frameOfReferenceUid", f->frame_of_reference_uid);
}

void
cap_fhir_put_image(CapJson *json, const CapReportImage *image)
{
  g_autofree char *oid = g_strconcat("urn:oid:", image->sop_class_uid, NULL);
  cap_json_string(json, "uid", image->sop_uid);
  cap_json_begin_object(json, "sopClass", TRUE);
  cap_json_string(json, "system", "urn:ietf:rfc:3986");
  cap_json_string(json, "code", oid);
  cap_json_end_object(json);
}

void
cap_fhir_begin_observation(CapJson *json, const CapReport *report, int id,
                           const char *uid, const char *status)
{
  cap_fhir_begin_entry(json, report, "Observation", id);
  put_uid_identifier(json, uid);
  cap_json_string(json, "status", status);
}

void
cap_fhir_put_origin(CapJson *json, const CapReport *report, int id)
{
  cap_fhir_put_reference(json, "subject", report, "Patient", 0);
  cap_fhir_put_effective(json, report);
  cap_fhir_put_reference(json, "device", report, "Device", 0);
  cap_json_begin_array(json, "derivedFrom", TRUE);
  cap_fhir_put_reference(json, NULL, report, "ImagingSelection", id);
  cap_json_end_array(json);
}
