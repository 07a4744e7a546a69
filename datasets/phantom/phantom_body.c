/* Draws one body from a seed: sizes, tissues, and the tubes of the mediastinum.
 */
#include "datasets/phantom/phantom_anatomy.h"

#include <math.h>

#define MAX_POINTS 9

typedef struct {
  CapPhantomMatter matter;
  int n;
  double at[MAX_POINTS][4]; /* x, y, z, radius of the reference body */
} Course;

/* The great vessels, airways and oesophagus of the reference body. */
static const Course courses[] = {
    {CAP_PHANTOM_AORTA,
     9,
     {{8, -14, -58, 12},
      {-3, -26, -34, 15.5},
      {-15, -31, -6, 15.5},
      {-16, -28, 22, 15},
      {-5, -18, 42, 14},
      {8, 2, 47, 13},
      {20, 22, 38, 12.5},
      {25, 34, 18, 12.5},
      {25, 36, -10, 12}}},
    {CAP_PHANTOM_AORTA,
     5,
     {{25, 36, -10, 12},
      {22, 37, -50, 11.5},
      {17, 33, -100, 11},
      {10, 27, -150, 10.5},
      {4, 20, -215, 10}}},
    {CAP_PHANTOM_AORTA,
     4,
     {{-8, -20, 46, 6},
      {-13, -15, 66, 5.5},
      {-20, -10, 95, 5},
      {-34, -8, 125, 4}}},
    {CAP_PHANTOM_AORTA,
     4,
     {{3, -8, 50, 4},
      {10, -8, 74, 3.5},
      {16, -6, 105, 3.5},
      {20, -5, 150, 3.5}}},
    {CAP_PHANTOM_AORTA,
     5,
     {{14, 10, 48, 5},
      {23, 8, 72, 4.5},
      {30, 2, 92, 4.5},
      {52, -6, 104, 4},
      {95, -12, 104, 4}}},
    {CAP_PHANTOM_VEIN,
     4,
     {{-27, -17, 58, 8},
      {-28, -18, 25, 9},
      {-29, -15, -15, 9.5},
      {-27, -13, -45, 10}}},
    {CAP_PHANTOM_VEIN,
     4,
     {{-27, -17, 58, 8},
      {-31, -19, 80, 6},
      {-42, -18, 102, 6},
      {-80, -18, 112, 5}}},
    {CAP_PHANTOM_VEIN,
     5,
     {{-27, -17, 58, 7},
      {-6, -33, 66, 6},
      {18, -30, 78, 6},
      {40, -22, 100, 6},
      {85, -20, 112, 5}}},
    {CAP_PHANTOM_VEIN,
     3,
     {{-24, 2, -95, 12}, {-26, 6, -120, 12}, {-24, 12, -215, 12}}},
    {CAP_PHANTOM_ARTERY,
     5,
     {{17, -46, -58, 13},
      {22, -42, -36, 14},
      {24, -30, -16, 14},
      {27, -12, -6, 12},
      {37, 8, -4, 10}}},
    {CAP_PHANTOM_ARTERY, 2, {{37, 8, -4, 10}, {45, 22, -14, 9}}},
    {CAP_PHANTOM_ARTERY,
     5,
     {{24, -18, -13, 11},
      {8, -6, -15, 10},
      {-10, -1, -16, 10},
      {-30, 3, -18, 9.5},
      {-43, 9, -24, 8.5}}},
    {CAP_PHANTOM_VEIN,
     3,
     {{-18, 8, -50, 8}, {-34, 2, -42, 7}, {-46, -4, -36, 6}}},
    {CAP_PHANTOM_VEIN,
     3,
     {{-18, 14, -58, 8}, {-34, 18, -64, 7}, {-46, 24, -68, 6}}},
    {CAP_PHANTOM_VEIN, 3, {{24, 8, -48, 8}, {36, 2, -38, 7}, {46, -8, -32, 6}}},
    {CAP_PHANTOM_VEIN,
     3,
     {{24, 14, -56, 8}, {37, 20, -62, 7}, {47, 27, -66, 6}}},
    {CAP_PHANTOM_VEIN,
     5, /* azygos */
     {{-27, -8, 12, 4},
      {-27, 10, 17, 4},
      {-20, 28, 8, 4},
      {-12, 34, -40, 3.5},
      {-8, 32, -200, 3}}},
    {CAP_PHANTOM_OESOPHAGUS,
     6,
     {{2, 18, 150, 6.5},
      {5, 21, 70, 7},
      {4, 26, 10, 7},
      {4, 28, -50, 7.5},
      {9, 22, -95, 8},
      {22, 10, -118, 9}}},
    {CAP_PHANTOM_AIRWAY_WALL,
     4,
     {{0, -6, 155, 10.4}, {1, 2, 80, 10.4}, {1, 8, 30, 10.2}, {0, 13, 0, 10}}},
    {CAP_PHANTOM_AIRWAY,
     4,
     {{0, -6, 155, 9}, {1, 2, 80, 9}, {1, 8, 30, 8.8}, {0, 13, 0, 8.6}}},
    {CAP_PHANTOM_AIRWAY_WALL,
     3,
     {{0, 13, 0, 9}, {-14, 15, -11, 8}, {-32, 17, -24, 7}}},
    {CAP_PHANTOM_AIRWAY,
     3,
     {{0, 13, 0, 7.6}, {-14, 15, -11, 6.8}, {-32, 17, -24, 5.8}}},
    {CAP_PHANTOM_AIRWAY_WALL,
     4,
     {{0, 13, 0, 8.6},
      {14, 16, -12, 7.4},
      {30, 20, -25, 6.6},
      {43, 23, -32, 6.2}}},
    {CAP_PHANTOM_AIRWAY,
     4,
     {{0, 13, 0, 7.2},
      {14, 16, -12, 6.2},
      {30, 20, -25, 5.5},
      {43, 23, -32, 5}}},
    {CAP_PHANTOM_NODE, 2, {{-14, 2, 14, 4}, {-13, 6, 6, 4}}},
    {CAP_PHANTOM_NODE, 2, {{4, 22, -18, 4.5}, {0, 23, -26, 4}}},
};

static void
add_courses(CapPhantomAnatomy *a, CapRandom *rng)
{
  for (gsize i = 0; i < G_N_ELEMENTS(courses); i++) {
    const Course *course = &courses[i];
    CapPoint points[MAX_POINTS];
    double radii[MAX_POINTS];
    for (int k = 0; k < course->n; k++) {
      const double *p = course->at[k];
      points[k] = (CapPoint){p[0] * a->scale[0], p[1] * a->scale[1],
                             p[2] * a->scale[2]};
      radii[k] = p[3] * (a->scale[0] + a->scale[1]) / 2;
    }
    cap_phantom_tube_path(a->tubes, course->matter, course->n, points, radii);
  }
}

/* Necks of the ribs, from the chest wall to the vertebra, and the clavicles. */
static void
add_bones(CapPhantomAnatomy *a)
{
  for (int i = 0; i < 13; i++) {
    const double z = a->rib_z - i * a->rib_step,
                 y = cap_phantom_anatomy_spine_y(a, z),
                 x = cap_phantom_anatomy_spine_x(a, z);
    for (int side = -1; side <= 1; side += 2) {
      const CapPoint neck[] = {{x + side * 17, y + 6, z + 3},
                               {x + side * 27, y + 20, z + 3},
                               {x + side * 38, y + 28, z}};
      cap_phantom_tube_path(a->tubes, CAP_PHANTOM_BONE, 3, neck,
                            (double[]){4.5, 4.2, 4.2});
      cap_phantom_tube_path(a->tubes, CAP_PHANTOM_MARROW, 3, neck,
                            (double[]){3.2, 2.9, 2.9});
    }
  }
  for (int side = -1; side <= 1; side += 2) {
    const double s = a->scale[0], t = a->apex_z;
    const CapPoint clavicle[] = {{side * 20 * s, -52, t - 24},
                                 {side * 52 * s, -58, t - 12},
                                 {side * 95 * s, -40, t + 2},
                                 {side * 140 * s, -14, t + 14}};
    cap_phantom_tube_path(a->tubes, CAP_PHANTOM_BONE, 4, clavicle,
                          (double[]){10, 7, 6, 7});
    cap_phantom_tube_path(a->tubes, CAP_PHANTOM_MARROW, 4, clavicle,
                          (double[]){8, 4.6, 3.6, 5});
  }
}

/* Small vessels and nodes in the fat of the chest wall and the mediastinum. */
static void
add_small_things(CapPhantomAnatomy *a, CapRandom *rng)
{
  for (int i = 0, tries = 0; i < 150 && tries < 20000; tries++) {
    const CapPoint p = {
        cap_random_between(rng, -1.25, 1.25) * a->chest_x,
        cap_random_between(rng, -1.25, 1.1) * a->chest_y,
        cap_random_between(rng, a->dome_z[1] - 60, a->apex_z + 10)};
    const CapPoint q = cap_phantom_anatomy_warp(a, p);
    const double wall = cap_phantom_anatomy_wall(a, q);
    const gboolean outside = wall > 12;
    if (outside && cap_phantom_anatomy_skin(a, q) > -4)
      continue;
    if (!outside && (wall > 0 || fabs(p.x) > 50 ||
                     cap_phantom_anatomy_mediastinum(a, q) > -5))
      continue;
    const double size = cap_random_between(rng, 0.6, outside ? 1.7 : 2.2);
    const gboolean node = cap_random_uniform(rng) < 0.2;
    const double length = node ? 3 : cap_random_between(rng, 8, 30);
    CapPoint b = {p.x + length * cap_random_between(rng, -0.5, 0.5),
                  p.y + length * cap_random_between(rng, -0.5, 0.5),
                  p.z + length};
    const CapPhantomTube tube = {
        .a = p,
        .b = b,
        .radius_a = (float)(node ? 2.2 * size : size),
        .radius_b = (float)(node ? 1.8 * size : 0.8 * size),
        .matter = CAP_PHANTOM_NODE,
    };
    g_array_append_val(a->tubes, tube);
    i++;
  }
}

static void
add_hulls(CapPhantomAnatomy *a)
{
  a->hulls = g_array_new(FALSE, FALSE, sizeof(CapPhantomHull));
  for (guint i = 0; i < a->tubes->len; i++) {
    const CapPhantomTube *t = &g_array_index(a->tubes, CapPhantomTube, i);
    if (t->matter > CAP_PHANTOM_AIRWAY_WALL)
      continue;
    const CapPoint d = {t->b.x - t->a.x, t->b.y - t->a.y, t->b.z - t->a.z};
    const CapPhantomHull hull = {
        *t,
        {t->a.x + d.x / 2, t->a.y + d.y / 2, t->a.z + d.z / 2},
        sqrt(d.x * d.x + d.y * d.y + d.z * d.z) / 2 +
            fmax(t->radius_a, t->radius_b)};
    g_array_append_val(a->hulls, hull);
  }
}

CapPhantomAnatomy *
cap_phantom_anatomy_new(uint64_t seed)
{
  CapPhantomAnatomy *a = g_new0(CapPhantomAnatomy, 1);
  CapRandom rng = cap_random_start(seed, 1, 0);
  a->seed = cap_random_mix(seed);
  a->female = cap_random_between(&rng, 0, 1) < 0.5;
  a->contrast = cap_random_between(&rng, 0, 1) < 0.3;
  a->emphysema = cap_random_between(&rng, 0, 1) < 0.35;
  const double build =
      cap_random_between(&rng, a->female ? 0.88 : 0.95, a->female ? 1.0 : 1.08);
  a->scale[0] = build * cap_random_between(&rng, 0.97, 1.03);
  a->scale[1] = build * cap_random_between(&rng, 0.94, 1.07);
  a->scale[2] = build * cap_random_between(&rng, 0.95, 1.04);
  a->fat_mm = cap_random_between(&rng, a->female ? 9 : 5, a->female ? 24 : 20);
  a->muscle_mm =
      cap_random_between(&rng, a->female ? 6 : 9, a->female ? 11 : 16);
  a->apex_z = 100 * a->scale[2] + cap_random_between(&rng, -6, 6);
  a->middle_z = -55 * a->scale[2];
  a->chest_x = 128 * a->scale[0];
  a->chest_y = 84 * a->scale[1];
  a->spine_y = 54 * a->scale[1] + cap_random_between(&rng, -2, 3);
  a->kyphosis = cap_random_between(&rng, 9, 19);
  a->scoliosis = cap_random_between(&rng, -4, 4);
  a->dome_z[0] = -76 * a->scale[2] + cap_random_between(&rng, -14, 10);
  a->dome_z[1] = a->dome_z[0] - cap_random_between(&rng, 6, 20);
  a->rib_z = a->apex_z + cap_random_between(&rng, 2, 10);
  a->rib_step = 24 * a->scale[2];
  a->lung_hu = cap_random_between(&rng, -885, -835);
  a->gradient_hu = cap_random_between(&rng, 30, 75);
  a->blood_hu = a->contrast ? cap_random_between(&rng, 130, 220)
                            : cap_random_between(&rng, 35, 48);
  a->artery_hu = a->contrast ? cap_random_between(&rng, 230, 330) : a->blood_hu;
  a->tubes = g_array_new(FALSE, FALSE, sizeof(CapPhantomTube));
  add_courses(a, &rng);
  add_bones(a);
  add_hulls(a);
  add_small_things(a, &rng);
  return a;
}

void
cap_phantom_anatomy_free(CapPhantomAnatomy *a)
{
  if (a == NULL)
    return;
  g_array_unref(a->tubes);
  g_array_unref(a->hulls);
  g_free(a);
}
