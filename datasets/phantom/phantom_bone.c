/* Bones of the phantom: ribs, vertebrae, breastbone, shoulder blades. */
#include "datasets/phantom/phantom_slice.h"

#include <math.h>

#define CORTEX_MM 1.1
#define FALL 50.0
#define MORE_FALL 6.0
#define CARTILAGE_FROM (0.74 * G_PI)

static double
ramp(double t)
{
  t = CLAMP(t, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

/* Cortex and marrow over HU for a bone whose surface is D away. */
static float
bone(float hu, double d, double cortex_hu, double marrow_hu)
{
  const float cover = (float)CLAMP(0.5 - d / 0.8, 0.0, 1.0);
  if (cover <= 0)
    return hu;
  const float inside = (float)CLAMP((-d - CORTEX_MM) / 0.9 + 0.5, 0.0, 1.0);
  const float here = (float)(cortex_hu + inside * (marrow_hu - cortex_hu));
  return hu + cover * (here - hu);
}

static double
grain(const CapPhantomAnatomy *a, CapPoint q)
{
  return cap_phantom_noise((uint32_t)a->seed + 31, (float)q.x / 1.9f,
                           (float)q.y / 1.9f, (float)q.z / 1.9f);
}

double
cap_phantom_bone_drop(double angle)
{
  const double t = CLAMP(angle / (0.80 * G_PI), 0.0, 1.0),
               down = 0.45 * ramp(t) + 0.55 * t,
               up = ramp((angle - 0.78 * G_PI) / (0.24 * G_PI));
  return down - 0.30 * up;
}

static float
rib(const CapPhantomAnatomy *a, CapPoint q, double wall, double drop,
    double angle, float hu)
{
  /* Rib i: head at rib_z - i*step, comes down by FALL + i*MORE_FALL mm. */
  const double step = a->rib_step + MORE_FALL * drop;
  const double k = (a->rib_z - FALL * drop - q.z) / step;
  const int i = (int)floor(k + 0.5);
  if (i < 0 || i > 11 || fabs(q.x) < 34)
    return hu;
  if (i >= 10 && angle > (i == 10 ? 0.62 : 0.45) * G_PI)
    return hu;
  const double dz = (k - i) * step * 0.83;
  const double thick = i == 0 ? 2.8 : 3.6, high = i == 0 ? 8 : 6.4;
  const double radial = (wall - 1.6 - thick) / thick,
               e = hypot(radial, dz / high);
  const double d = (e - 1) * thick;
  if (d > 1)
    return hu;
  if (angle > CARTILAGE_FROM + 0.02 * i) {
    const float cover = (float)CLAMP(0.5 - d, 0.0, 1.0);
    return hu + cover * ((float)(105 + 25 * grain(a, q)) - hu);
  }
  return bone(hu, d, 820, 230 + 110 * grain(a, q));
}

static float
sternum(const CapPhantomAnatomy *a, CapPoint q, double wall, float hu)
{
  const double top = a->apex_z - 26, bottom = -72 * a->scale[2];
  if (q.z > top + 3 || q.z < bottom - 3)
    return hu;
  const double upper = ramp((q.z - (top - 46)) / 14);
  const double half = 15 + 9 * upper, thick = 5.2 + 0.8 * upper;
  double x = fabs(q.x) - (half - 4), y = fabs(wall - 3 - thick) - (thick - 4);
  double d = hypot(fmax(x, 0), fmax(y, 0)) + fmin(fmax(x, y), 0) - 4;
  d = fmax(d, fmax(q.z - top, bottom - q.z));
  d = fmax(d, 1.2 - fabs(q.z - (top - 46))); /* joint of the manubrium */
  return bone(hu, d, 560, 150 + 90 * grain(a, q));
}

/* Height inside the vertebral unit: 0 at its lower end plate; > 1 - disc in
 * the disc above. */
static double
unit_height(const CapPhantomAnatomy *a, double z)
{
  const double k = (z - a->rib_z) / a->rib_step + 0.12;
  return k - floor(k);
}

static float
vertebra(const CapPhantomAnatomy *a, CapPoint q, float hu)
{
  const double x = q.x - cap_phantom_anatomy_spine_x(a, q.z),
               y = q.y - cap_phantom_anatomy_spine_y(a, q.z);
  if (fabs(x) > 40 || y < -20 || y > 66)
    return hu;
  const double f = unit_height(a, q.z), disc = 0.2;
  const double wide = 16.5 - 0.02 * q.z * (q.z < 0), deep = 14;
  /* The canal, before the bone around it. */
  const double canal = hypot(x, (y - 22) * 1.1) - 9.3;
  if (canal < 0.8) {
    const double cord = hypot(x, (y - 22) * 1.2) - 4.6;
    const float inside = cord < 0 ? 42 : 12,
                cover = (float)CLAMP(0.5 - canal, 0.0, 1.0);
    hu += cover * (inside - hu);
  }
  if (f > 1 - disc) {
    const double d = (hypot(x / wide, y / deep) - 1) * deep;
    const float cover = (float)CLAMP(0.5 - d, 0.0, 1.0);
    hu += cover * (85 - hu);
  } else {
    const double t = f / (1 - disc), waist = 1 - 0.22 * t * (1 - t);
    double d = (hypot(x / (wide * waist), y / (deep * waist)) - 1) * deep;
    d = fmax(d, -canal + 1.5);
    const double plate = fmin(t, 1 - t) * a->rib_step * (1 - disc);
    d = fmax(d, 0.4 - plate);
    hu = bone(hu, d, 560, 190 + 130 * grain(a, q));
  }
  /* Arch, processes: slanting down towards the back. */
  const double g = unit_height(a, q.z + fmax(y - 26, 0) * 0.7);
  const double arch = fabs(hypot(x, (y - 22) * 1.05) - 12.2) - 2.8;
  double d = fmax(arch, 17 - y - fabs(x) * 0.2);
  double spinous = fmax(fabs(x) - 2.6, fmax(33 - y, y - 56));
  const double lateral = fabs(x);
  double transverse = fabs(y - 20 - 0.42 * lateral) - 4;
  transverse = fmax(transverse, fmax(9 - lateral, lateral - 34));
  const double span = a->rib_step;
  d = fmax(d, fmax(0.08 - g, g - 0.86) * span);
  spinous = fmax(spinous, fmax(0.12 - g, g - 0.62) * span);
  transverse = fmax(transverse, fmax(0.30 - g, g - 0.72) * span);
  d = fmin(d, fmin(spinous, transverse));
  d = fmax(d, -canal);
  return bone(hu, d, 620, 260 + 100 * grain(a, q));
}

static float
scapula(const CapPhantomAnatomy *a, CapPoint q, double wall, double angle,
        float hu)
{
  const double low = -38 * a->scale[2], high = a->apex_z - 12;
  if (q.z < low || q.z > high || wall < 11)
    return hu;
  const double t = (q.z - low) / (high - low);
  const double from = (0.30 - 0.12 * t) * G_PI,
               to = (0.34 + 0.18 * ramp(t)) * G_PI;
  const double r = hypot(q.x, q.y);
  const double edge = fmax(from - angle, angle - to) * r;
  const double depth = 19 + 9 * t + 7 * sin((angle - from) * 3);
  double d = fmax(fabs(wall - depth) - 1.9, edge);
  /* Thick lateral border, and the spine of the blade above. */
  d = fmin(d, hypot(wall - depth, (angle - to) * r) - 4.2);
  const double ridge = fabs(q.z - (high - 26 + 30 * (angle - from)));
  d = fmin(d, fmax(fmax(ridge - 2.6, fabs(wall - depth - 8) - 8), edge));
  return bone(hu, d, 720, 330 + 80 * grain(a, q));
}

float
cap_phantom_bone(const CapPhantomAnatomy *a, CapPoint q, double wall,
                 double drop, double angle, float hu)
{
  if (wall > 0 && wall < 11)
    hu = rib(a, q, wall, drop, angle, hu);
  if (wall > 0 && wall < 18 && q.y < 0 && fabs(q.x) < 30)
    hu = sternum(a, q, wall, hu);
  if (wall > 11 && wall < 55 && angle < 0.6 * G_PI)
    hu = scapula(a, q, wall, angle, hu);
  if (fabs(q.x) < 46 && q.y > 0)
    hu = vertebra(a, q, hu);
  return hu;
}
