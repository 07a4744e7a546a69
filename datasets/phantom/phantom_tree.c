/* Vessels and airways inside the lungs: see phantom_tree.h.
 *
 * End points are scattered through each lobe; a branch serves a set of them,
 * runs towards their centroid and forks by splitting the set across its
 * longest extent. Radii follow Murray's law (r^m is preserved at a fork). */
#include "datasets/phantom/phantom_tree.h"

#include "core/image/point.h"

#include <math.h>

#define MURRAY 2.75
#define MAX_DEPTH 40

typedef struct {
  GArray *tubes;
  CapRandom rng;
  CapPhantomMatter matter;
  double tip_mm;    /* radius of a terminal branch */
  double limit_mm;  /* largest radius */
  gboolean airways; /* bronchi run beside the branches */
} Tree;

static CapPoint
add(CapPoint a, CapPoint b, double k)
{
  return (CapPoint){a.x + k * b.x, a.y + k * b.y, a.z + k * b.z};
}

static CapPoint
unit(CapPoint a)
{
  const double n = sqrt(a.x * a.x + a.y * a.y + a.z * a.z);
  return n > 1e-9 ? (CapPoint){a.x / n, a.y / n, a.z / n}
                  : (CapPoint){0, 0, -1};
}

static double
radius_for(const Tree *tree, int n)
{
  return fmin(tree->tip_mm * pow(n, 1 / MURRAY), tree->limit_mm);
}

/* Direction across D in which the bronchus lies from its artery. */
static CapPoint
across(CapPoint d)
{
  const CapPoint fixed = {0.45, 0.75, 0.49};
  const double k = d.x * fixed.x + d.y * fixed.y + d.z * fixed.z;
  return unit(add(fixed, d, -k));
}

static void
put(Tree *tree, CapPhantomMatter matter, CapPoint a, CapPoint b, double ra,
    double rb)
{
  const CapPhantomTube tube = {a, b, (float)ra, (float)rb, matter, TRUE};
  g_array_append_val(tree->tubes, tube);
}

/* A branch from A to B that leaves A along DIR: a bent, slightly wavy tube, and
 * its bronchus where that is wide enough to be seen. */
static void
put_branch(Tree *tree, CapPoint a, CapPoint b, CapPoint dir, double ra,
           double rb)
{
  const double length = cap_point_distance(a, b);
  const int pieces = CLAMP((int)(length / 4), 2, 6);
  CapPoint bend = add(a, dir, 0.45 * length);
  bend.x += 0.035 * length * cap_random_normal(&tree->rng);
  bend.y += 0.035 * length * cap_random_normal(&tree->rng);
  bend.z += 0.035 * length * cap_random_normal(&tree->rng);
  CapPoint before = a;
  for (int i = 1; i <= pieces; i++) {
    const double t = (double)i / pieces, t0 = (double)(i - 1) / pieces;
    const CapPoint here = {
        (1 - t) * (1 - t) * a.x + 2 * t * (1 - t) * bend.x + t * t * b.x,
        (1 - t) * (1 - t) * a.y + 2 * t * (1 - t) * bend.y + t * t * b.y,
        (1 - t) * (1 - t) * a.z + 2 * t * (1 - t) * bend.z + t * t * b.z};
    const double r0 = ra + t0 * (rb - ra), r1 = ra + t * (rb - ra);
    put(tree, tree->matter, before, here, r0, r1);
    const double lumen = 0.82 * r0;
    if (tree->airways && lumen > 0.75) {
      const double wall = 0.35 + 0.16 * lumen, off = r0 + lumen + 0.6 * wall;
      const CapPoint side = across(unit(
          (CapPoint){here.x - before.x, here.y - before.y, here.z - before.z}));
      const CapPoint p = add(before, side, off), q = add(here, side, off);
      put(tree, CAP_PHANTOM_AIRWAY_WALL, p, q, lumen + wall, 0.82 * r1 + wall);
      put(tree, CAP_PHANTOM_AIRWAY, p, q, lumen, 0.82 * r1);
    }
    before = here;
  }
}

static CapPoint
centroid(const CapPoint *p, int n)
{
  CapPoint c = {0, 0, 0};
  for (int i = 0; i < n; i++)
    c = add(c, p[i], 1.0 / n);
  return c;
}

/* Longest extent of the set: power iteration on its covariance. */
static CapPoint
main_axis(const CapPoint *p, int n, CapPoint c)
{
  double m[6] = {0};
  for (int i = 0; i < n; i++) {
    const double x = p[i].x - c.x, y = p[i].y - c.y, z = p[i].z - c.z;
    m[0] += x * x, m[1] += x * y, m[2] += x * z;
    m[3] += y * y, m[4] += y * z, m[5] += z * z;
  }
  CapPoint v = {0.6, 0.5, 0.62};
  for (int i = 0; i < 12; i++)
    v = unit((CapPoint){m[0] * v.x + m[1] * v.y + m[2] * v.z,
                        m[1] * v.x + m[3] * v.y + m[4] * v.z,
                        m[2] * v.x + m[4] * v.y + m[5] * v.z});
  return v;
}

/* Reorders P so that its first K points lie lowest along AXIS (quickselect). */
static void
split(CapPoint *p, int n, int k, CapPoint axis)
{
#define KEY(q) ((q).x * axis.x + (q).y * axis.y + (q).z * axis.z)
  int low = 0, high = n - 1;
  while (low < high) {
    const double pivot = KEY(p[(low + high) / 2]);
    int i = low, j = high;
    while (i <= j) {
      while (KEY(p[i]) < pivot)
        i++;
      while (KEY(p[j]) > pivot)
        j--;
      if (i <= j) {
        const CapPoint swap = p[i];
        p[i++] = p[j];
        p[j--] = swap;
      }
    }
    if (k <= j)
      high = j;
    else if (k >= i)
      low = i;
    else
      break;
  }
#undef KEY
}

static void
grow(Tree *tree, CapPoint from, CapPoint dir, CapPoint *ends, int n, int depth)
{
  const double r = radius_for(tree, n);
  if (n == 1 || depth > MAX_DEPTH) {
    put_branch(tree, from, ends[0], dir, r, 0.7 * r);
    return;
  }
  const CapPoint c = centroid(ends, n);
  const CapPoint to =
      unit((CapPoint){c.x - from.x, c.y - from.y, c.z - from.z});
  const double reach = cap_point_distance(from, c);
  const CapPoint heading = unit(add(to, dir, 0.3));
  /* Wide branches fork soon after each other, twigs run on. */
  const double share = n > 24 ? 0.20 : 0.34;
  const double length =
      reach * share * cap_random_between(&tree->rng, 0.6, 1.4);
  const CapPoint fork = add(from, heading, length);
  const double uneven = cap_random_between(&tree->rng, 0.2, 0.8);
  const int k = CLAMP((int)(n * uneven), 1, n - 1);
  const CapPoint axis = main_axis(ends, n, c);
  put_branch(tree, from, fork, dir, r, radius_for(tree, MAX(k, n - k)));
  split(ends, n, k, axis);
  const CapPoint leave = unit(add(to, dir, 0.4));
  grow(tree, fork, leave, ends, k, depth + 1);
  grow(tree, fork, leave, ends + k, n - k, depth + 1);
}

/* N points of one lung in their five lobes, away from pleura and fissures. */
static GArray **
scatter(const CapPhantomAnatomy *a, CapRandom *rng, int side, int n)
{
  GArray **lobes = g_new0(GArray *, 5);
  for (int i = 0; i < 5; i++)
    lobes[i] = g_array_new(FALSE, FALSE, sizeof(CapPoint));
  const double low = a->dome_z[0] - 95;
  for (int tries = 0, found = 0; found < n && tries < 40 * n; tries++) {
    const CapPoint p = {side * cap_random_between(rng, 4, a->chest_x),
                        cap_random_between(rng, -a->chest_y, a->chest_y),
                        cap_random_between(rng, low, a->apex_z)};
    const double depth = -cap_phantom_lung_distance(a, p);
    /* Twigs end near the pleura: inside, branches on their way fill the room.
     */
    if (depth < cap_random_between(rng, 0.8, 3.5) ||
        (depth > 12 && cap_random_uniform(rng) < 0.45))
      continue;
    double level;
    const double oblique = cap_phantom_anatomy_fissure(a, p, &level);
    if (fabs(oblique) < 1.5 || (oblique > 0 && fabs(level) < 1.5))
      continue;
    g_array_append_val(lobes[cap_phantom_anatomy_lobe(p.x, oblique, level)], p);
    found++;
  }
  return lobes;
}

/* One tree of one lung; ROOTS[lobe] is where the lobe's branch starts. */
static void
grow_lung(const CapPhantomAnatomy *a, Tree *tree, int side, int n,
          const CapPoint roots[5])
{
  GArray **lobes = scatter(a, &tree->rng, side, n);
  for (int i = 0; i < 5; i++) {
    if (lobes[i]->len > 0) {
      CapPoint *ends = (CapPoint *)lobes[i]->data;
      const CapPoint c = centroid(ends, lobes[i]->len);
      const CapPoint dir = unit((CapPoint){c.x - roots[i].x + side * 12,
                                           c.y - roots[i].y, c.z - roots[i].z});
      grow(tree, roots[i], dir, ends, lobes[i]->len, 0);
    }
    g_array_unref(lobes[i]);
  }
  g_free(lobes);
}

void
cap_phantom_tree_grow(const CapPhantomAnatomy *a, double detail, GArray *tubes)
{
  /* Lobar branches leave the hilum here, in the reference body: right upper,
   * middle, lower, left upper, lower. */
  static const CapPoint artery[5] = {{-42, 6, -16},
                                     {-43, 8, -26},
                                     {-43, 10, -26},
                                     {42, 16, -8},
                                     {45, 22, -15}};
  static const CapPoint vein[5] = {{-46, -4, -36},
                                   {-46, -4, -36},
                                   {-46, 24, -68},
                                   {46, -8, -32},
                                   {47, 27, -66}};
  for (int kind = 0; kind < 2; kind++)
    for (int side = -1; side <= 1; side += 2) {
      CapPoint roots[5];
      for (int i = 0; i < 5; i++) {
        const CapPoint p = kind == 0 ? artery[i] : vein[i];
        roots[i] =
            (CapPoint){p.x * a->scale[0], p.y * a->scale[1], p.z * a->scale[2]};
      }
      Tree tree = {
          .tubes = tubes,
          .rng = cap_random_start(a->seed, 100 + 2 * kind + (side > 0), 0),
          .matter = kind == 0 ? CAP_PHANTOM_ARTERY : CAP_PHANTOM_VEIN,
          .tip_mm = kind == 0 ? 0.50 : 0.47,
          .limit_mm = kind == 0 ? 5.6 : 5.2,
          .airways = kind == 0,
      };
      grow_lung(a, &tree, side, MAX(20, (int)(2200 * detail)), roots);
    }
}
