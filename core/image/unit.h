/* What the numbers of a volume stand for: a CT that is whole has Hounsfield
 * units, millimetres and a place in the patient; other images may have none of
 * them, and then no text may say that they do. */
#pragma once

/* What a source does not tell; CapSource and CapMeasurement have such bits. */
typedef enum {
  CAP_UNKNOWN_HU = 1 << 0,    /* values are as stored: not CT, or no rescale */
  CAP_UNKNOWN_MM = 1 << 1,    /* lengths are pixels: no spacing, or no stack */
  CAP_UNKNOWN_PLACE = 1 << 2, /* no position or orientation in the patient */
} CapUnknown;

/* "HU", or "" where UNKNOWN has no unit for values. Static. */
const char *cap_unit_value(unsigned unknown);
/* The same after a number: " HU", or "". Static. */
const char *cap_unit_after_value(unsigned unknown);
/* "mm", or "px" where the spacing of pixels is not known. Static. */
const char *cap_unit_length(unsigned unknown);
