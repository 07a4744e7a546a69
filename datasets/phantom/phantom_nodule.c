/* Nodules of the phantom: see phantom_nodule.h. */
#include "datasets/phantom/phantom_nodule.h"

#include "core/image/point.h"

#include <math.h>

#define TRIES 3000
#define SAMPLES 30 /* grid steps across a body when its volume is measured */

static double
norm(CapPoint a)
{
  return sqrt(a.x * a.x + a.y * a.y + a.z * a.z);
}

static CapPoint
from_to(CapPoint a, CapPoint b)
{
  return (CapPoint){b.x - a.x, b.y - a.y, b.z - a.z};
}

static CapPoint
step(CapPoint a, CapPoint d, double k)
{
  return (CapPoint){a.x + k * d.x, a.y + k * d.y, a.z + k * d.z};
}

static CapPoint
random_direction(CapRandom *rng)
{
  const double z = cap_random_between(rng, -1, 1),
               t = cap_random_between(rng, 0, 2 * G_PI), r = sqrt(1 - z * z);
  return (CapPoint){r * cos(t), r * sin(t), z};
}

double
cap_phantom_shape_distance(const CapPhantomShape *s, CapPoint p)
{
  const CapPoint d = from_to(s->center, p);
  double f2 = 0, g2 = 0;
  for (int i = 0; i < 3; i++) {
    const double r = s->radius * s->axes[i],
                 u = cap_point_dot(d, s->frame[i]) / r;
    f2 += u * u;
    g2 += u * u / (r * r);
  }
  const double f = sqrt(f2);
  double distance = g2 > 1e-12 ? f * (f - 1) / sqrt(g2) : -s->radius;
  if (s->lump > 0) {
    const float k = (float)(1 / s->lump_period);
    distance -= s->lump * s->radius *
                cap_phantom_noise(s->seed, (float)d.x * k + 7.3f,
                                  (float)d.y * k + 1.7f, (float)d.z * k + 4.1f);
  }
  return distance;
}

double
cap_phantom_shape_core(const CapPhantomShape *s, CapPoint p)
{
  if (s->core_radius <= 0)
    return 1e3;
  const CapPoint d = from_to(s->core, p);
  const float k = (float)(1.3 / s->core_radius);
  return norm(d) - s->core_radius -
         0.25 * s->core_radius *
             cap_phantom_noise(s->seed + 9, (float)d.x * k, (float)d.y * k,
                               (float)d.z * k);
}

double
cap_phantom_shape_reach(const CapPhantomShape *s)
{
  double reach = s->radius * fmax(s->axes[0], fmax(s->axes[1], s->axes[2])) *
                     (1 + s->lump) +
                 s->softness;
  for (int i = 0; i < s->n_spicules; i++)
    reach = fmax(reach, norm(from_to(s->center, s->spicules[i].b)) + 1);
  return reach;
}

gboolean
cap_phantom_shape_inside(const CapPhantomShape *s, const CapPhantomAnatomy *a,
                         CapPoint p)
{
  return cap_phantom_shape_distance(s, p) < 0 &&
         (!s->clipped || cap_phantom_lung_distance(a, p) < 0);
}

/* Volume, centroid and core volume by counting a fine grid. */
static void
measure(CapPhantomShape *s, const CapPhantomAnatomy *a)
{
  const double reach = s->radius * 1.25 *
                       fmax(s->axes[0], fmax(s->axes[1], s->axes[2])) *
                       (1 + s->lump),
               h = 2 * reach / SAMPLES;
  CapPoint sum = {0, 0, 0};
  int n = 0, core = 0;
  for (int k = 0; k < SAMPLES; k++)
    for (int j = 0; j < SAMPLES; j++)
      for (int i = 0; i < SAMPLES; i++) {
        const CapPoint d = {(i + 0.5) * h - reach, (j + 0.5) * h - reach,
                            (k + 0.5) * h - reach};
        const CapPoint p = step(s->center, d, 1);
        if (!cap_phantom_shape_inside(s, a, p))
          continue;
        sum = step(sum, d, 1);
        n++;
        core += cap_phantom_shape_core(s, p) < 0;
      }
  s->volume_mm3 = n * h * h * h;
  s->core_volume_mm3 = core * h * h * h;
  s->centroid = n > 0 ? step(s->center, sum, 1.0 / n) : s->center;
}

static void
set_density(CapPhantomShape *s, CapRandom *rng)
{
  const double r = s->radius;
  s->hu = cap_random_between(rng, 20, 60);
  s->softness = 0.4;
  s->grain_hu = 8;
  switch (s->kind) {
  case CAP_PHANTOM_PART_SOLID:
    s->core_hu = s->hu;
    s->core_radius = r * cap_random_between(rng, 0.38, 0.6);
    s->core = step(s->center, random_direction(rng), 0.25 * r);
    s->hu = cap_random_between(rng, -600, -480);
    s->softness = 1.2;
    s->grain_hu = 25;
    break;
  case CAP_PHANTOM_GROUND_GLASS:
    s->hu = cap_random_between(rng, -680, -540);
    s->softness = 1.4;
    s->grain_hu = 25;
    break;
  case CAP_PHANTOM_CALCIFIED:
    s->hu = cap_random_between(rng, 120, 260);
    s->core_hu = cap_random_between(rng, 450, 900);
    s->core_radius = r * cap_random_between(rng, 0.6, 0.85);
    s->core = s->center;
    s->grain_hu = 30;
    break;
  case CAP_PHANTOM_SPICULATED:
    s->hu = cap_random_between(rng, 25, 50);
    s->grain_hu = 12;
    break;
  default:
    break;
  }
}

static void
set_form(CapPhantomShape *s, CapRandom *rng)
{
  const double flat = s->kind == CAP_PHANTOM_CALCIFIED ? 0.06 : 0.14;
  double product = 1;
  for (int i = 0; i < 3; i++) {
    s->axes[i] = 1 + cap_random_between(rng, -flat, flat);
    product *= s->axes[i];
  }
  for (int i = 0; i < 3; i++)
    s->axes[i] /= cbrt(product);
  const CapPoint e = random_direction(rng), other = random_direction(rng);
  CapPoint f = cap_point_cross(e, other);
  const double n = norm(f);
  f = n > 1e-6 ? (CapPoint){f.x / n, f.y / n, f.z / n} : (CapPoint){1, 0, 0};
  s->frame[0] = e;
  s->frame[1] = f;
  s->frame[2] = cap_point_cross(e, f);
  s->lump = s->kind == CAP_PHANTOM_LOBULATED    ? 0.42
            : s->kind == CAP_PHANTOM_SPICULATED ? 0.3
            : s->kind == CAP_PHANTOM_CALCIFIED  ? 0.06
                                                : 0.14;
  s->lump_period = s->radius * (s->kind == CAP_PHANTOM_SPICULATED ? 0.55 : 0.8);
}

static void
set_spicules(CapPhantomShape *s, CapRandom *rng)
{
  s->n_spicules = 0;
  if (s->kind != CAP_PHANTOM_SPICULATED)
    return;
  const int n = 11 + cap_random_below(rng, CAP_PHANTOM_MAX_SPICULES - 11);
  for (int i = 0; i < n; i++) {
    const CapPoint d = random_direction(rng);
    const double length = s->radius * cap_random_between(rng, 0.4, 0.9) + 2;
    s->spicules[i] = (CapPhantomTube){
        .a = step(s->center, d, 0.7 * s->radius),
        .b = step(s->center, d, s->radius + length),
        .radius_a = (float)cap_random_between(rng, 0.9, 1.4),
        .radius_b = 0.25f,
        .matter = CAP_PHANTOM_NODE,
        .in_lung = TRUE,
    };
  }
  s->n_spicules = n;
}

/* Room around P: mm to the nearest wide tube and to the nodules placed. */
static double
room(CapPoint p, const GArray *tubes, const GArray *placed, double widest_mm)
{
  double free_mm = 1e3;
  for (guint i = 0; i < tubes->len; i++) {
    const CapPhantomTube *t = &g_array_index(tubes, CapPhantomTube, i);
    if (t->radius_a > widest_mm && fabs(t->a.z - p.z) < 60)
      free_mm = fmin(free_mm, cap_phantom_tube_distance(t, p));
  }
  for (guint i = 0; i < placed->len; i++) {
    const CapPhantomShape *s = &g_array_index(placed, CapPhantomShape, i);
    free_mm = fmin(free_mm, norm(from_to(s->center, p)) -
                                cap_phantom_shape_reach(s) - 5);
  }
  return free_mm;
}

static CapPoint
random_point(const CapPhantomAnatomy *a, CapRandom *rng)
{
  return (CapPoint){cap_random_between(rng, -a->chest_x, a->chest_x),
                    cap_random_between(rng, -a->chest_y, a->chest_y),
                    cap_random_between(rng, a->dome_z[1] - 40, a->apex_z)};
}

/* Against a vessel of 2.4 to 7 mm; FALSE when that one does not suit. */
static gboolean
point_on_vessel(const GArray *tubes, double radius, CapRandom *rng, CapPoint *p)
{
  const CapPhantomTube *t = &g_array_index(
      tubes, CapPhantomTube, cap_random_below(rng, (int)tubes->len));
  if (!t->in_lung || t->radius_a < 1.2 || t->radius_a > 3.5 ||
      (t->matter != CAP_PHANTOM_ARTERY && t->matter != CAP_PHANTOM_VEIN))
    return FALSE;
  const CapPoint d = from_to(t->a, t->b), r = random_direction(rng);
  const CapPoint out = cap_point_cross(d, r);
  const double n = norm(out);
  if (n < 1e-6)
    return FALSE;
  *p = step(t->a, out, (0.9 * radius + t->radius_a) / n);
  return TRUE;
}

static gboolean
find_place(const CapPhantomAnatomy *a, const GArray *tubes,
           const GArray *placed, CapPhantomShape *s, CapRandom *rng)
{
  const double r = s->radius;
  const gboolean pleural = s->kind == CAP_PHANTOM_JUXTAPLEURAL,
                 vascular = s->kind == CAP_PHANTOM_JUXTAVASCULAR;
  for (int i = 0; i < (vascular ? 100 * TRIES : TRIES); i++) {
    CapPoint p = random_point(a, rng);
    if (vascular && !point_on_vessel(tubes, r, rng, &p))
      continue;
    const double depth = -cap_phantom_lung_distance(a, p);
    if (pleural ? depth < 0.3 * r || depth > 0.6 * r : depth < 1.3 * r + 2.5)
      continue;
    if (pleural) { /* the chest wall, not the mediastinum or the diaphragm */
      const double wall =
          cap_phantom_anatomy_wall(a, cap_phantom_anatomy_warp(a, p));
      if (fabs(wall + depth) > 0.3)
        continue;
    }
    if (room(p, tubes, placed, vascular ? 3.6 : 1.3) <
        (vascular ? 0.8 : 1.1) * r + 0.5)
      continue;
    s->center = p;
    return TRUE;
  }
  return FALSE;
}

static int
larger_first(gconstpointer a, gconstpointer b)
{
  const double x = ((const CapPhantomRequest *)a)->diameter_mm,
               y = ((const CapPhantomRequest *)b)->diameter_mm;
  return (x < y) - (x > y);
}

GArray *
cap_phantom_nodule_place(const CapPhantomAnatomy *a, const GArray *tubes,
                         const GArray *requests)
{
  GArray *placed = g_array_new(FALSE, TRUE, sizeof(CapPhantomShape));
  g_autoptr(GArray) sorted =
      g_array_new(FALSE, FALSE, sizeof(CapPhantomRequest));
  g_array_append_vals(sorted, requests->data, requests->len);
  g_array_sort(sorted, larger_first);
  for (guint i = 0; i < sorted->len; i++) {
    const CapPhantomRequest *request =
        &g_array_index(sorted, CapPhantomRequest, i);
    CapRandom rng = cap_random_start(a->seed, 1000 + i, 0);
    CapPhantomShape s = {.kind = request->kind,
                         .radius = request->diameter_mm / 2,
                         .seed = (uint32_t)cap_random_mix(a->seed + i)};
    s.clipped = s.kind == CAP_PHANTOM_JUXTAPLEURAL;
    set_form(&s, &rng);
    if (!find_place(a, tubes, placed, &s, &rng))
      continue;
    /* Lumps and the pleura change the volume: rescale to the one asked for. */
    const double wanted = G_PI / 6 * pow(request->diameter_mm, 3);
    for (int k = 0; k < 4; k++) {
      measure(&s, a);
      if (s.volume_mm3 <= 0)
        break;
      const double factor = cbrt(wanted / s.volume_mm3);
      s.radius *= factor;
      s.lump_period *= factor;
    }
    set_density(&s, &rng);
    set_spicules(&s, &rng);
    measure(&s, a);
    g_array_append_val(placed, s);
  }
  return placed;
}
