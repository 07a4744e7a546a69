/* Tubes of the phantom: see phantom_tube.h. */
#include "datasets/phantom/phantom_tube.h"

#include <math.h>

#define PIECES 4

double
cap_phantom_tube_distance(const CapPhantomTube *t, CapPoint p)
{
  const double ux = t->b.x - t->a.x, uy = t->b.y - t->a.y, uz = t->b.z - t->a.z;
  const double vx = p.x - t->a.x, vy = p.y - t->a.y, vz = p.z - t->a.z;
  const double length2 = ux * ux + uy * uy + uz * uz;
  double s = length2 > 0 ? (ux * vx + uy * vy + uz * vz) / length2 : 0;
  s = CLAMP(s, 0.0, 1.0);
  const double dx = vx - s * ux, dy = vy - s * uy, dz = vz - s * uz;
  return sqrt(dx * dx + dy * dy + dz * dz) -
         (t->radius_a + s * (t->radius_b - t->radius_a));
}

static double
spline(double p0, double p1, double p2, double p3, double t)
{
  return 0.5 * (2 * p1 + t * (p2 - p0 +
                              t * (2 * p0 - 5 * p1 + 4 * p2 - p3 +
                                   t * (3 * p1 - p0 - 3 * p2 + p3))));
}

void
cap_phantom_tube_path(GArray *tubes, CapPhantomMatter matter, int n,
                      const CapPoint *points, const double *radii)
{
  for (int i = 0; i + 1 < n; i++) {
    const CapPoint p0 = points[MAX(i - 1, 0)], p1 = points[i],
                   p2 = points[i + 1], p3 = points[MIN(i + 2, n - 1)];
    CapPoint before = p1;
    for (int k = 1; k <= PIECES; k++) {
      const double t = (double)k / PIECES, t0 = (double)(k - 1) / PIECES;
      const CapPoint here = {spline(p0.x, p1.x, p2.x, p3.x, t),
                             spline(p0.y, p1.y, p2.y, p3.y, t),
                             spline(p0.z, p1.z, p2.z, p3.z, t)};
      const CapPhantomTube tube = {
          .a = before,
          .b = here,
          .radius_a = (float)(radii[i] + t0 * (radii[i + 1] - radii[i])),
          .radius_b = (float)(radii[i] + t * (radii[i + 1] - radii[i])),
          .matter = matter,
      };
      g_array_append_val(tubes, tube);
      before = here;
    }
  }
}

static int
by_matter(gconstpointer a, gconstpointer b)
{
  return (int)((const CapPhantomTube *)a)->matter -
         (int)((const CapPhantomTube *)b)->matter;
}

void
cap_phantom_tube_sort(GArray *tubes)
{
  g_array_sort(tubes, by_matter); /* stable: GLib merges */
}
