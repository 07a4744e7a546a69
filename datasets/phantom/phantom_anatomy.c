/* Anatomy of the phantom: see phantom_anatomy.h.
 *
 * Numbers are those of a reference body of 175 cm, measured by eye on chest CT
 * and on textbook plates; each drawn body scales and bends them. */
#include "datasets/phantom/phantom_anatomy.h"

#include <math.h>

#define SHEATH_MM 1.3 /* of fat around the tubes of the mediastinum */
#define BLEND_MM 9.0  /* over which neighbours flow together */

/* Smooth minimum and maximum with blending width K (mm). */
static double
join(double a, double b, double k)
{
  const double h = fmax(k - fabs(a - b), 0) / k;
  return fmin(a, b) - h * h * k / 4;
}

static double
meet(double a, double b, double k)
{
  return -join(-a, -b, k);
}

/* Superellipse of exponent N in the plane: first-order distance. */
static double
superellipse(double x, double y, double rx, double ry, double n)
{
  const double u = fabs(x) / rx, v = fabs(y) / ry;
  const double un = pow(u, n), vn = pow(v, n), sum = un + vn;
  if (sum < 1e-9)
    return -fmin(rx, ry);
  const double f = pow(sum, 1 / n), k = f / sum;
  const double gx = u > 0 ? k * un / (u * rx) : 0,
               gy = v > 0 ? k * vn / (v * ry) : 0;
  return (f - 1) / fmax(hypot(gx, gy), 1 / (2 * fmax(rx, ry)));
}

/* Ellipsoid at C with radii R: first-order distance. */
static double
ellipsoid(CapPoint p, CapPoint c, CapPoint r)
{
  const double x = (p.x - c.x) / r.x, y = (p.y - c.y) / r.y,
               z = (p.z - c.z) / r.z;
  const double f = sqrt(x * x + y * y + z * z);
  const double gx = x / r.x, gy = y / r.y, gz = z / r.z;
  const double g = sqrt(gx * gx + gy * gy + gz * gz);
  return g > 1e-9 ? f * (f - 1) / g : -fmin(r.x, fmin(r.y, r.z));
}

/* Into the frame of the reference body. */
static CapPoint
unscale(const CapPhantomAnatomy *a, CapPoint q)
{
  return (CapPoint){q.x / a->scale[0], q.y / a->scale[1], q.z / a->scale[2]};
}

static double
mean_scale(const CapPhantomAnatomy *a)
{
  return (a->scale[0] + a->scale[1] + a->scale[2]) / 3;
}

/* How much of its full section the chest has at height z: 1 … 0.1. */
static double
profile(const CapPhantomAnatomy *a, double z)
{
  if (z <= a->middle_z)
    return 1 - 0.04 * fmin((a->middle_z - z) / 100, 1);
  const double t = (z - a->middle_z) / (a->apex_z - a->middle_z);
  return t >= 1 ? 0.1 : fmax(pow(1 - pow(t, 2.3), 0.5), 0.1);
}

double
cap_phantom_anatomy_spine_y(const CapPhantomAnatomy *a, double z)
{
  const double t = (z + 20) / 120;
  return a->spine_y - a->kyphosis * t * t;
}

double
cap_phantom_anatomy_spine_x(const CapPhantomAnatomy *a, double z)
{
  return a->scoliosis * sin((z + 40) / 70);
}

CapPoint
cap_phantom_anatomy_warp(const CapPhantomAnatomy *a, CapPoint p)
{
  const uint32_t s = (uint32_t)a->seed;
  const float x = (float)p.x / 55, y = (float)p.y / 55, z = (float)p.z / 70;
  const float u = (float)p.x / 19, v = (float)p.y / 19, w = (float)p.z / 24;
  return (CapPoint){
      p.x + 4.5 * cap_phantom_noise(s + 1, x, y, z) +
          0.9 * cap_phantom_noise(s + 4, u, v, w),
      p.y + 4.5 * cap_phantom_noise(s + 2, x, y, z) +
          0.9 * cap_phantom_noise(s + 5, u, v, w),
      p.z + 4.0 * cap_phantom_noise(s + 3, x, y, z) +
          0.9 * cap_phantom_noise(s + 6, u, v, w),
  };
}

double
cap_phantom_anatomy_wall(const CapPhantomAnatomy *a, CapPoint q)
{
  const double k = profile(a, q.z), ky = pow(k, 0.75);
  const double outer = (36 * a->scale[0]) * (1 - k) + a->chest_x * k;
  const double y = q.y - 12 * a->scale[1] * (1 - ky), depth = a->chest_y * ky;
  double plane;
  if (y < 0) { /* narrower towards the breastbone */
    plane = superellipse(q.x, y, outer, depth * 0.95, 2.05);
  } else { /* gutters on both sides of the spine */
    const double center = 0.45 * outer;
    const double base = superellipse(q.x, y, outer, depth * 0.86, 2.3);
    const double side =
        superellipse(fabs(q.x) - center, y, outer - center, depth, 2.1);
    plane = join(base, side, 12 * fmin(y / 40, 1) + 1e-3);
  }
  return q.z > a->apex_z - 6 ? meet(plane, q.z - a->apex_z, 8) : plane;
}

double
cap_phantom_anatomy_skin(const CapPhantomAnatomy *a, CapPoint q)
{
  /* Shoulders broaden the body towards the head. */
  const double up = CLAMP((q.z - 5) / 95, 0.0, 1.3),
               s = up * up * (3 - 2 * fmin(up, 1));
  const double more = a->fat_mm + a->muscle_mm;
  const double rx = a->chest_x + 13 + more * 1.25 + 46 * s;
  const double ry = a->chest_y + 13 + more - 20 * s * a->scale[1];
  double d = superellipse(q.x, q.y - 3 - 8 * s, rx, ry, 2.35 - 0.1 * s);
  if (a->female) {
    /* Lying on the back they are flat and wide. */
    const CapPoint p = {fabs(q.x) - 88 * a->scale[0], q.y, q.z};
    d = join(d,
             ellipsoid(p, (CapPoint){0, -0.80 * ry, -42},
                       (CapPoint){54, 20 + 0.9 * a->fat_mm, 56}),
             22);
  }
  /* A shallow furrow over the spinous processes. */
  const double furrow = q.x * q.x / 260;
  if (q.y > 0 && furrow < 9)
    d += 3.5 * exp(-furrow);
  return d;
}

static double
hill(double t, double middle, double width)
{
  const double u = (t - middle) / width;
  return exp(-u * u);
}

double
cap_phantom_anatomy_muscle(const CapPhantomAnatomy *a, CapPoint q)
{
  const double angle = atan2(fabs(q.x), q.y) / G_PI, z = q.z / a->scale[2];
  const double n = cap_phantom_noise((uint32_t)a->seed + 11, (float)q.x / 30,
                                     (float)q.y / 30, (float)q.z / 45);
  const double high = 1 / (1 + exp(-(z - 5) / 14)); /* 1 at the armpits */
  double t =
      0.35 * hill(angle, 0.5, 0.3) + 0.25;   /* serratus, oblique muscles */
  t += 2.2 * hill(angle, 0.08, 0.13);        /* along the spine */
  t += high * 1.3 * hill(angle, 0.30, 0.14); /* around the shoulder blade */
  t += 0.75 * hill(angle, 0.37, 0.09) * hill(z, -20, 70); /* latissimus */
  t += high * 0.95 * hill(angle, 0.80, 0.13) * (z < 75);  /* pectorals */
  t += 7 / (1 + exp(-(z - 84) / 8));                      /* shoulder girdle */
  return a->muscle_mm * t * (1 + 0.3 * n);
}

double
cap_phantom_anatomy_heart(const CapPhantomAnatomy *a, CapPoint q)
{
  const CapPoint p = unscale(a, q);
  /* Long axis to the left, forwards and down. */
  const CapPoint c = {21, -22, -72};
  const double x = p.x - c.x, y = p.y - c.y, z = p.z - c.z;
  const double u = 0.78 * x - 0.42 * y - 0.46 * z;
  const double v = 0.47 * x + 0.88 * y - 0.01 * z;
  const double w = 0.41 * x - 0.21 * y + 0.89 * z;
  double d = ellipsoid((CapPoint){u, v, w}, (CapPoint){0, 0, 0},
                       (CapPoint){58, 43, 43});
  d = join(d, ellipsoid(p, (CapPoint){-24, -14, -66}, (CapPoint){27, 30, 38}),
           10);
  d = join(d, ellipsoid(p, (CapPoint){3, 10, -54}, (CapPoint){33, 20, 21}), 8);
  return d * mean_scale(a);
}

double
cap_phantom_anatomy_chambers(const CapPhantomAnatomy *a, CapPoint q)
{
  const CapPoint p = unscale(a, q);
  const double x = p.x - 21, y = p.y + 22, z = p.z + 72;
  const double u = 0.78 * x - 0.42 * y - 0.46 * z;
  const double v = 0.47 * x + 0.88 * y - 0.01 * z;
  const double w = 0.41 * x - 0.21 * y + 0.89 * z;
  const CapPoint h = {u, v, w}, zero = {0, 0, 0};
  double left = ellipsoid(h, (CapPoint){6, 15, 4}, (CapPoint){36, 16, 20});
  const double right =
      ellipsoid(h, (CapPoint){0, -22, -2}, (CapPoint){44, 14, 30});
  left = fmin(left, right);
  left = fmin(left,
              ellipsoid(p, (CapPoint){-24, -14, -66}, (CapPoint){23, 26, 34}));
  left =
      fmin(left, ellipsoid(p, (CapPoint){3, 10, -54}, (CapPoint){30, 17, 18}));
  return fmax(left, ellipsoid(h, zero, (CapPoint){90, 60, 60})) * mean_scale(a);
}

double
cap_phantom_anatomy_mediastinum(const CapPhantomAnatomy *a, CapPoint q)
{
  const double sy = cap_phantom_anatomy_spine_y(a, q.z),
               sx = cap_phantom_anatomy_spine_x(a, q.z);
  double d = hypot(q.x - sx, q.y - sy + 1) - 20.5;
  d = join(d, superellipse(q.x - sx, q.y - sy - 27, 33, 24, 2), 8);
  /* Pleura runs over the necks of the ribs, which end 38 mm aside. */
  d = join(d, superellipse(q.x - sx, q.y - sy - 34, 50, 18, 2), 8);
  /* Far to the side of everything below: a lower bound will do. */
  const double aside = fmax(-66 * a->scale[0] - q.x, q.x - 92 * a->scale[0]);
  if (aside > 22 && q.z < 76)
    return fmin(d, aside);
  d = join(d, cap_phantom_anatomy_heart(a, q) - 4, 10);

  const CapPoint p = unscale(a, q);
  const double k = mean_scale(a);
  /* Fat of the anterior mediastinum and the thoracic inlet. */
  double soft = ellipsoid(p, (CapPoint){1, -54, 12}, (CapPoint){15, 27, 66});
  soft = join(soft, ellipsoid(p, (CapPoint){2, -2, 40}, (CapPoint){19, 27, 52}),
              12);
  soft = join(soft,
              ellipsoid(p, (CapPoint){0, -4, 112}, (CapPoint){44, 48, 46}), 16);
  soft = join(soft,
              ellipsoid(p, (CapPoint){4, 22, -60}, (CapPoint){19, 16, 90}), 10);
  soft = join(
      soft, ellipsoid(p, (CapPoint){38, -48, -96}, (CapPoint){34, 20, 22}), 10);
  d = join(d, soft * k, 10);
  for (guint i = 0; i < a->hulls->len; i++) {
    const CapPhantomHull *h = &g_array_index(a->hulls, CapPhantomHull, i);
    const double x = q.x - h->middle.x, y = q.y - h->middle.y,
                 z = q.z - h->middle.z,
                 far = d + h->reach + BLEND_MM + SHEATH_MM;
    if (far > 0 && x * x + y * y + z * z < far * far)
      d = join(d, cap_phantom_tube_distance(&h->tube, q) - SHEATH_MM, BLEND_MM);
  }
  return d;
}

double
cap_phantom_anatomy_below(const CapPhantomAnatomy *a, CapPoint q)
{
  const int side = q.x < 0 ? 0 : 1;
  const double center = (side == 0 ? -62 : 66) * a->scale[0];
  const double width = a->chest_x - fabs(center);
  const double dx = q.x - center, dy = q.y + 6;
  const gboolean lateral = (dx < 0) == (side == 0);
  const double u = dx / width,
               v = dy / (dy < 0 ? a->chest_y : a->chest_y * 0.98);
  const double cx = lateral ? 66 : 18, cy = dy < 0 ? 34 : 78;
  const double height = a->dome_z[side] - cx * u * u - cy * v * v;
  const double sx = 2 * cx * u / width, sy = 2 * cy * v / a->chest_y;
  /* The two domes blend at the midline. */
  const double other =
      a->dome_z[1 - side] - 18 * pow((fabs(center) + fabs(q.x)) / width, 2);
  const double top = -join(-height, -(other - cy * v * v), 12);
  return -(q.z - top) / sqrt(1 + sx * sx + sy * sy);
}

double
cap_phantom_anatomy_lungs(const CapPhantomAnatomy *a, CapPoint q, double wall,
                          double mediastinum, double below)
{
  const double k = profile(a, q.z);
  const double inner = 38 * a->scale[0] * (1 - k) * (1 - k) + 0.8;
  double d = meet(wall, inner - fabs(q.x), k > 0.75 ? 1 : 8);
  d = meet(d, -mediastinum, 3);
  return meet(d, below, 2.5);
}

double
cap_phantom_anatomy_fissure(const CapPhantomAnatomy *a, CapPoint q,
                            double *level)
{
  const CapPoint p = unscale(a, q);
  const uint32_t s = (uint32_t)a->seed;
  const double wave =
      9 * cap_phantom_noise(s + 21, (float)p.x / 45, (float)p.y / 45, 0);
  if (p.x >= 0) {
    *level = 99;
    return (p.z - (-30 + 1.12 * p.y + wave)) / 1.5;
  }
  *level = p.z - (-22 + wave - 0.0022 * (p.x + 60) * (p.x + 60) + 0.08 * p.y);
  return (p.z - (-34 + 1.02 * p.y + wave)) / 1.43;
}

int
cap_phantom_anatomy_lobe(double x, double oblique, double level)
{
  if (x >= 0)
    return oblique < 0 ? 4 : 3;
  return oblique < 0 ? 2 : level > 0 ? 0 : 1;
}

double
cap_phantom_lung_distance(const CapPhantomAnatomy *a, CapPoint p)
{
  const CapPoint q = cap_phantom_anatomy_warp(a, p);
  const double wall = cap_phantom_anatomy_wall(a, q);
  if (wall > 20)
    return wall;
  return cap_phantom_anatomy_lungs(a, q, wall,
                                   cap_phantom_anatomy_mediastinum(a, q),
                                   cap_phantom_anatomy_below(a, q));
}
