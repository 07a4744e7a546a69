/* Stored values to HU: see dicom_hu.h. */
#include "io/dicom/dicom_hu.h"

#include "core/image/volume.h"

#include <math.h>
#include <string.h>

gsize
cap_dicom_stored_bytes(const CapDicomPixels *p)
{
  return (gsize)p->rows * p->columns * (p->bits_allocated / 8);
}

static int64_t
value_of(const CapDicomPixels *p, uint32_t bits)
{
  bits >>= p->high_bit + 1 - p->bits_stored;
  if (p->bits_stored < 32)
    bits &= (1u << p->bits_stored) - 1;
  if (!p->is_signed)
    return bits;
  const int unused = 32 - p->bits_stored;
  return (int32_t)(bits << unused) >> unused;
}

static int16_t
hu_of(const CapDicomPixels *p, double slope, double intercept, int64_t value)
{
  if (p->has_padding && value >= p->padding_from && value <= p->padding_to)
    return CAP_HU_AIR;
  const double hu = slope * value + intercept;
  const double low = p->clamp_air ? CAP_HU_AIR : G_MININT16;
  return (int16_t)lrint(CLAMP(hu, low, G_MAXINT16));
}

static uint32_t
bits_at(const uint8_t *stored, int n_bytes, gboolean big_endian)
{
  uint32_t bits = 0;
  for (int i = 0; i < n_bytes; i++)
    bits |= (uint32_t)stored[big_endian ? n_bytes - 1 - i : i] << (8 * i);
  return bits;
}

/* 16 bits in host order, whole-number rescale: loops the compiler vectorises at
 * O3 (signed and unsigned apart, no fields read inside); padding is a second
 * pass, run only where the file declares it. */
__attribute__((optimize("O3"))) static void
scale_signed(const uint8_t *restrict stored, int16_t *restrict hu, gsize n,
             const int up_down[2], const int slope_intercept_low[3])
{
  const int up = up_down[0], down = up_down[1];
  const int slope = slope_intercept_low[0], add = slope_intercept_low[1];
  const int low = slope_intercept_low[2];
  for (gsize i = 0; i < n; i++) {
    uint16_t bits;
    memcpy(&bits, stored + 2 * i, sizeof bits);
    const int value = (int16_t)(bits << up) >> down;
    const int scaled = value * slope + add;
    hu[i] = (int16_t)CLAMP(scaled, low, G_MAXINT16);
  }
}

__attribute__((optimize("O3"))) static void
scale_unsigned(const uint8_t *restrict stored, int16_t *restrict hu, gsize n,
               const int up_down[2], const int slope_intercept_low[3])
{
  const int up = up_down[0], down = up_down[1];
  const int slope = slope_intercept_low[0], add = slope_intercept_low[1];
  const int low = slope_intercept_low[2];
  for (gsize i = 0; i < n; i++) {
    uint16_t bits;
    memcpy(&bits, stored + 2 * i, sizeof bits);
    const int value = (uint16_t)(bits << up) >> down;
    const int scaled = value * slope + add;
    hu[i] = (int16_t)CLAMP(scaled, low, G_MAXINT16);
  }
}

static void
whole_to_hu(const CapDicomPixels *p, int slope, int intercept,
            const uint8_t *stored, int16_t *hu)
{
  const gsize n = (gsize)p->rows * p->columns;
  const int up_down[2] = {15 - p->high_bit, 16 - p->bits_stored};
  const int scale[3] = {slope, intercept,
                        p->clamp_air ? CAP_HU_AIR : G_MININT16};
  if (p->is_signed)
    scale_signed(stored, hu, n, up_down, scale);
  else
    scale_unsigned(stored, hu, n, up_down, scale);
  for (gsize i = 0; p->has_padding && i < n; i++) {
    uint16_t bits;
    memcpy(&bits, stored + 2 * i, sizeof bits);
    const int value = (int)value_of(p, bits);
    if (value >= p->padding_from && value <= p->padding_to)
      hu[i] = CAP_HU_AIR;
  }
}

static gboolean
is_small_whole(double number)
{
  return number == rint(number) && fabs(number) < 16384;
}

void
cap_dicom_to_hu(const CapDicomPixels *p, double slope, double intercept,
                const uint8_t *stored, int16_t *hu)
{
  const gboolean host = p->big_endian == (G_BYTE_ORDER == G_BIG_ENDIAN);
  if (p->bits_allocated == 16 && host && is_small_whole(slope) &&
      is_small_whole(intercept)) {
    whole_to_hu(p, (int)slope, (int)intercept, stored, hu);
    return;
  }
  const gsize n = (gsize)p->rows * p->columns;
  const int n_bytes = p->bits_allocated / 8;
  for (gsize i = 0; i < n; i++) {
    /* Native 8-bit pixels of a big-endian file lie swapped in 16-bit words
     * (PS3.5 7.3, VR OW). */
    const gsize at = n_bytes == 1 && p->big_endian ? MIN(i ^ 1, n - 1) : i;
    const uint32_t bits =
        bits_at(stored + at * n_bytes, n_bytes, p->big_endian);
    hu[i] = hu_of(p, slope, intercept, value_of(p, bits));
  }
}
