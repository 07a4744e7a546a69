/* What measurements by hand tell, as coded quantities and as shapes: one table
 * for structured reports, presentation states, FHIR and import. */
#pragma once

#include "core/measure/measurement.h"
#include "io/dcmtk_sr.h"

typedef struct {
  CapMeasureKind kind;
  CapCodeId name, derivation; /* CAP_N_CODES: none */
  CapCodeId unit;
  glong offset;     /* of a double in CapMeasurement */
  int shape;        /* that it was measured along; -1: none of its own */
  gboolean content; /* of voxels: nothing to tell without one */
} CapMeasureQuantity;

/* All, those of a kind together; static. */
const CapMeasureQuantity *cap_measure_quantities(guint *n);
/* The kind's own code. */
const CapCode *cap_code_measure_kind(CapMeasureKind kind);
/* Where the number of QUANTITY is in MEASUREMENT; borrowed. */
double *cap_measure_number(CapMeasurement *measurement,
                           const CapMeasureQuantity *quantity);
/* What a number in UNIT is in on images that are UNKNOWN (CapUnknown bits):
 * pixels where they have no size, no unit where values are no HU, else UNIT. */
CapCodeId cap_measure_unit(unsigned unknown, CapCodeId unit);
/* MEASUREMENT, of the kind of QUANTITY, has that number. */
gboolean cap_measure_has_number(const CapMeasurement *measurement,
                                const CapMeasureQuantity *quantity);

/* Shape I of MEASUREMENT, the longer of two axes first (PS3.3 C.18.6.1.2 has an
 * ellipse's that way): points in the patient, of CapPoint, which the caller
 * unrefs; NULL where it has no more. */
GArray *cap_measure_shape(const CapMeasurement *measurement, int i);
/* How many points it has, but for an outline, and the first of the ends that
 * they are; 0 where there is none. */
int cap_measure_shape_ends(CapMeasureKind kind, int i, int *first);
CapSrGraphic cap_measure_graphic(CapMeasureKind kind);
