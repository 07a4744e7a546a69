/* Numbers of any type and byte order, as volume files and DICOM store them, to
 * int16 HU. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef enum {
  CAP_ELEMENT_U8,
  CAP_ELEMENT_I8,
  CAP_ELEMENT_U16,
  CAP_ELEMENT_I16,
  CAP_ELEMENT_U32,
  CAP_ELEMENT_I32,
  CAP_ELEMENT_U64,
  CAP_ELEMENT_I64,
  CAP_ELEMENT_F32,
  CAP_ELEMENT_F64,
} CapElement;

int cap_element_bytes(CapElement element);

/* BYTES holds N elements (any alignment, borrows); each becomes
 * slope·value + intercept, rounded to the nearest whole HU and clamped to
 * int16; NaN becomes CAP_HU_AIR. OUT has N places. */
void cap_element_to_hu(const uint8_t *bytes, CapElement element,
                       gboolean big_endian, const double slope_intercept[2],
                       gsize n, int16_t *out);
