/* Smooth noise: see phantom_noise.h. */
#include "datasets/phantom/phantom_noise.h"

#include <math.h>

static inline float
lattice(uint32_t seed, int32_t x, int32_t y, int32_t z)
{
  uint32_t h = seed ^ ((uint32_t)x * 0x8da6b343u) ^
               ((uint32_t)y * 0xd8163841u) ^ ((uint32_t)z * 0xcb1ab31fu);
  h ^= h >> 15;
  h *= 0x2c1b3c6du;
  h ^= h >> 12;
  h *= 0x297a2d39u;
  h ^= h >> 15;
  return (float)(int32_t)h * (1.0f / 2147483648.0f);
}

static inline float
ease(float t)
{
  return t * t * (3 - 2 * t);
}

float
cap_phantom_noise(uint32_t seed, float x, float y, float z)
{
  const float fx = floorf(x), fy = floorf(y), fz = floorf(z);
  const int32_t i = (int32_t)fx, j = (int32_t)fy, k = (int32_t)fz;
  const float u = ease(x - fx), v = ease(y - fy), w = ease(z - fz);
  float plane[2];
  for (int c = 0; c < 2; c++) {
    const float a = lattice(seed, i, j, k + c),
                b = lattice(seed, i + 1, j, k + c);
    const float d = lattice(seed, i, j + 1, k + c),
                e = lattice(seed, i + 1, j + 1, k + c);
    const float top = a + u * (b - a), bottom = d + u * (e - d);
    plane[c] = top + v * (bottom - top);
  }
  return plane[0] + w * (plane[1] - plane[0]);
}
