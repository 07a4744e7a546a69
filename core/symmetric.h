/* Symmetric 3 x 3 matrices. */
#pragma once

#include <glib.h>
#include <math.h>

/* Eigenvalues, ascending, of the symmetric matrix with diagonal A and
 * off-diagonal B = (xy, xz, yz). Source: Smith, "Eigenvalues of a symmetric
 * 3 x 3 matrix", 1961. */
static inline void
cap_symmetric_eigenvalues(const double a[3], const double b[3], double out[3])
{
  const double q = (a[0] + a[1] + a[2]) / 3;
  const double off = b[0] * b[0] + b[1] * b[1] + b[2] * b[2];
  const double x = a[0] - q, y = a[1] - q, z = a[2] - q;
  const double p = sqrt((x * x + y * y + z * z + 2 * off) / 6);
  out[0] = out[1] = out[2] = q;
  if (p < 1e-12)
    return;
  const double det = x * (y * z - b[2] * b[2]) -
                     b[0] * (b[0] * z - b[2] * b[1]) +
                     b[1] * (b[0] * b[2] - y * b[1]);
  /* within 0 … pi / 3, so the first cosine is the largest and the one a third
   * of a turn on the smallest */
  const double phi = acos(CLAMP(det / (2 * p * p * p), -1.0, 1.0)) / 3;
  out[2] = q + 2 * p * cos(phi);
  out[0] = q + 2 * p * cos(phi + 2 * G_PI / 3);
  out[1] = 3 * q - out[2] - out[0];
}
