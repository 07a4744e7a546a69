/* CapTransform: see transform.h. */
#include "core/image/transform.h"

#include <math.h>

#define LEAST_DETERMINANT 1e-9

gboolean
cap_transform_invert(const CapTransform *a, CapTransform *back)
{
  const double(*m)[3] = a->m;
  double cofactor[3][3];
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      cofactor[r][c] =
          m[(r + 1) % 3][(c + 1) % 3] * m[(r + 2) % 3][(c + 2) % 3] -
          m[(r + 1) % 3][(c + 2) % 3] * m[(r + 2) % 3][(c + 1) % 3];
  const double determinant = m[0][0] * cofactor[0][0] +
                             m[0][1] * cofactor[0][1] +
                             m[0][2] * cofactor[0][2];
  if (!(fabs(determinant) >= LEAST_DETERMINANT))
    return FALSE;
  CapTransform out = {0};
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      out.m[r][c] = cofactor[c][r] / determinant;
  const CapPoint t = cap_transform_apply(&out, a->t);
  out.t = (CapPoint){-t.x, -t.y, -t.z};
  *back = out;
  return TRUE;
}
