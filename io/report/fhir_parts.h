/* Pieces that FHIR R5 resources are written from. */
#pragma once

#include "io/json.h"
#include "io/report/code.h"
#include "io/report/report.h"

/* "urn:uuid:…" for the thing WHAT with the number ID; the UUID alone starts at
 * 9. Caller frees. */
char *cap_fhir_urn(const CapReport *report, const char *what, int id);

/* An entry of the bundle with the resource TYPE, and its end. */
void cap_fhir_begin_entry(CapJson *json, const CapReport *report,
                          const char *type, int id);
void cap_fhir_end_entry(CapJson *json);

/* CODE as a CodeableConcept. */
void cap_fhir_put_concept(CapJson *json, const char *key, const CapCode *code);
/* A Reference to the entry of WHAT with ID. */
void cap_fhir_put_reference(CapJson *json, const char *key,
                            const CapReport *report, const char *what, int id);
/* VALUE as a Quantity in UNIT (UCUM). */
void cap_fhir_put_amount(CapJson *json, const char *key, double value,
                         int decimals, CapCodeId unit);
/* The same with its name, as a component. */
void cap_fhir_put_quantity(CapJson *json, CapCodeId name, double value,
                           int decimals, CapCodeId unit);

/* When the images were made. */
void cap_fhir_put_effective(CapJson *json, const CapReport *report);

/* The beginning of an ImagingSelection entry: whose images, of which series. */
void cap_fhir_begin_selection(CapJson *json, const CapReport *report, int id);
/* IMAGE as the members of one of its instances. */
void cap_fhir_put_image(CapJson *json, const CapReportImage *image);
/* The members that every Observation begins with; UID is its tracking UID. */
void cap_fhir_begin_observation(CapJson *json, const CapReport *report, int id,
                                const char *uid, const char *status);
/* … and whom it is of, when, and by which device and on which selection. */
void cap_fhir_put_origin(CapJson *json, const CapReport *report, int id);

/* Observations of measurements by hand and the ImagingSelections that they are
 * derived from (fhir_measurement.c); their ids are those of the measurements,
 * negative. */
void cap_fhir_put_measurement(CapJson *json, const CapReport *report,
                              const CapMeasurement *measurement);
