/* Stored numbers to HU: see elements.h. */
#include "io/dicom/elements.h"

#include "core/image/volume.h"

#include <math.h>
#include <string.h>

int
cap_element_bytes(CapElement element)
{
  static const int bytes[] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
  return bytes[element];
}

static int16_t
rounded_hu(double value)
{
  if (isnan(value))
    return CAP_HU_AIR;
  return (int16_t)lrint(CLAMP(value, G_MININT16, G_MAXINT16));
}

static uint64_t
bits_of(const uint8_t *bytes, int n_bytes, gboolean big_endian)
{
  uint64_t bits = 0;
  for (int i = 0; i < n_bytes; i++)
    bits |= (uint64_t)bytes[big_endian ? n_bytes - 1 - i : i] << (8 * i);
  return bits;
}

static double
value_of(uint64_t bits, CapElement element)
{
  switch (element) {
  case CAP_ELEMENT_U8:
  case CAP_ELEMENT_U16:
  case CAP_ELEMENT_U32:
  case CAP_ELEMENT_U64:
    return (double)bits;
  case CAP_ELEMENT_I8:
    return (int8_t)bits;
  case CAP_ELEMENT_I16:
    return (int16_t)bits;
  case CAP_ELEMENT_I32:
    return (int32_t)bits;
  case CAP_ELEMENT_I64:
    return (double)(int64_t)bits;
  case CAP_ELEMENT_F32: {
    const uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
  }
  case CAP_ELEMENT_F64: {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
  }
  }
  return 0;
}

void
cap_element_to_hu(const uint8_t *bytes, CapElement element, gboolean big_endian,
                  const double slope_intercept[2], gsize n, int16_t *out)
{
  const double slope = slope_intercept[0], intercept = slope_intercept[1];
  /* What nearly every CT is: no arithmetic to do. */
  if (element == CAP_ELEMENT_I16 && slope == 1 && intercept == 0 &&
      big_endian == (G_BYTE_ORDER == G_BIG_ENDIAN)) {
    memcpy(out, bytes, n * sizeof *out);
    return;
  }
  const int n_bytes = cap_element_bytes(element);
  for (gsize i = 0; i < n; i++) {
    const uint64_t bits = bits_of(bytes + i * n_bytes, n_bytes, big_endian);
    out[i] = rounded_hu(slope * value_of(bits, element) + intercept);
  }
}
