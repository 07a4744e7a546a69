/* Measurements: axes against brute force, volumes and types of drawn nodules,
 * segmentation of free and attached balls in noise. */
#include "core/image/blood_pool.h"
#include "core/image/lung.h"
#include "core/image/unit.h"
#include "core/measure/axes.h"
#include "core/measure/measure.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

#define LUNG_HU (-860)

typedef struct {
  guint32 state;
} Noise;

/* Roughly normal with the given standard deviation. */
static double
noise_next(Noise *noise, double sd)
{
  double sum = 0;
  for (int i = 0; i < 4; i++) {
    noise->state = noise->state * 1664525u + 1013904223u;
    sum += (noise->state >> 8) / (double)(1 << 24) - 0.5;
  }
  return sum * sqrt(3.0) * sd;
}

static CapVolume *
make_lung(double slice_mm, double sd)
{
  Noise noise = {11};
  CapVolume *v = cap_volume_new(100, 90, (int)(60 / slice_mm), NULL);
  v->spacing_mm[0] = v->spacing_mm[1] = 0.7;
  v->spacing_mm[2] = slice_mm;
  v->origin_mm = (CapPoint){-35, -30, 200};
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++)
    v->voxels_hu[i] = (int16_t)lrint(LUNG_HU + noise_next(&noise, sd));
  return v;
}

/* Part of the voxel at (c,r,s) inside the ellipsoid: 4^3 samples. */
static double
cover(const CapVolume *v, int c, int r, int s, CapPoint at, CapPoint radius)
{
  int n = 0;
  const CapPoint o = cap_volume_to_patient(v, (CapPoint){c, r, s});
  if (fabs(o.x - at.x) > radius.x + 1 || fabs(o.y - at.y) > radius.y + 1 ||
      fabs(o.z - at.z) > radius.z + v->spacing_mm[2])
    return 0;
  for (int i = 0; i < 64; i++) {
    const CapPoint p = cap_volume_to_patient(
        v, (CapPoint){c + (i % 4 - 1.5) / 4, r + (i / 4 % 4 - 1.5) / 4,
                      s + (i / 16 - 1.5) / 4});
    const double x = (p.x - at.x) / radius.x, y = (p.y - at.y) / radius.y,
                 z = (p.z - at.z) / radius.z;
    n += x * x + y * y + z * z <= 1;
  }
  return n / 64.0;
}

static void
draw(CapVolume *v, CapPoint at, CapPoint radius, double hu)
{
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++) {
        const double w = cover(v, c, r, s, at, radius);
        int16_t *voxel = cap_volume_slice(v, s) + r * v->columns + c;
        *voxel = (int16_t)lrint(*voxel + (hu - LUNG_HU) * w);
      }
}

static CapMask *
mask_of(const CapVolume *v, CapPoint at, CapPoint radius)
{
  CapMask *mask = cap_mask_new(v->columns, v->rows, v->slices, NULL);
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++)
        mask->voxels[((gsize)s * v->rows + r) * v->columns + c] =
            cover(v, c, r, s, at, radius) >= 0.5;
  return mask;
}

static const CapPoint middle = {0.3, 0.2, 229.5};

static CapPoint
ball_of(double diameter)
{
  return (CapPoint){diameter / 2, diameter / 2, diameter / 2};
}

/* Farthest pair, and longest extent across it, of a one-slice mask: all pairs
 * of edge middles, then a sweep over a fine raster of lines. */
static void
brute_force(const CapMask *m, const double mm[2], double *length, double *width)
{
  g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(CapPoint));
  static const int step[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  for (int r = 0; r < m->rows; r++)
    for (int c = 0; c < m->columns; c++)
      for (int k = 0; k < 4 && cap_mask_at(m, c, r, 0); k++)
        if (!cap_mask_at(m, c + step[k][0], r + step[k][1], 0)) {
          const CapPoint p = {(c + 0.5 * step[k][0]) * mm[0],
                              (r + 0.5 * step[k][1]) * mm[1], 0};
          g_array_append_val(points, p);
        }
  CapPoint a = {0}, b = {0};
  *length = *width = -1;
  for (guint i = 0; i < points->len; i++)
    for (guint j = 0; j < points->len; j++) {
      const CapPoint p = g_array_index(points, CapPoint, i),
                     q = g_array_index(points, CapPoint, j);
      if (hypot(p.x - q.x, p.y - q.y) > *length + 1e-9) {
        *length = hypot(p.x - q.x, p.y - q.y);
        a = p, b = q;
      }
    }
  /* Extent across: pairs of points nearly on one perpendicular line. */
  const double ux = (b.x - a.x) / *length, uy = (b.y - a.y) / *length;
  for (guint i = 0; i < points->len; i++)
    for (guint j = 0; j < points->len; j++) {
      const CapPoint p = g_array_index(points, CapPoint, i),
                     q = g_array_index(points, CapPoint, j);
      if (fabs((p.x - q.x) * ux + (p.y - q.y) * uy) < 0.5 * mm[0])
        *width = fmax(*width, (p.y - q.y) * ux - (p.x - q.x) * uy);
    }
}

START_TEST(axes_agree_with_brute_force)
{
  Noise noise = {5};
  g_autoptr(CapVolume) v = cap_volume_new(40, 40, 1, NULL);
  v->spacing_mm[0] = 0.6;
  v->spacing_mm[1] = 0.8;
  for (int trial = 0; trial < 40; trial++) {
    g_autoptr(CapMask) mask = cap_mask_new(40, 40, 1, NULL);
    const double a = 3 + fabs(noise_next(&noise, 6)),
                 b = 2 + fabs(noise_next(&noise, 4)), t = trial * 0.3;
    for (int r = 0; r < 40; r++)
      for (int c = 0; c < 40; c++) {
        const double x = (c - 20) * cos(t) + (r - 20) * sin(t),
                     y = (r - 20) * cos(t) - (c - 20) * sin(t);
        mask->voxels[r * 40 + c] =
            x * x / a / a + y * y / b / b + noise_next(&noise, 0.15) <= 1;
      }
    CapAxes axes;
    double length, width;
    ck_assert(cap_axes_measure(v, mask, &axes));
    brute_force(mask, v->spacing_mm, &length, &width);
    ck_assert_double_eq_tol(axes.long_mm, length, 1e-6);
    ck_assert_double_eq_tol(axes.short_mm, width, 0.5);
    const CapPoint *l = axes.ends_mm[0], *s = axes.ends_mm[1];
    ck_assert_double_eq_tol(hypot(l[0].x - l[1].x, l[0].y - l[1].y),
                            axes.long_mm, 1e-9);
    ck_assert_double_eq_tol(hypot(s[0].x - s[1].x, s[0].y - s[1].y),
                            axes.short_mm, 1e-9);
    ck_assert_double_eq_tol((l[0].x - l[1].x) * (s[0].x - s[1].x) +
                                (l[0].y - l[1].y) * (s[0].y - s[1].y),
                            0, 1e-6);
  }
}
END_TEST

START_TEST(one_pixel_has_its_own_size)
{
  g_autoptr(CapVolume) v = cap_volume_new(5, 5, 3, NULL);
  g_autoptr(CapMask) mask = cap_mask_new(1, 1, 1, NULL);
  CapAxes axes;
  v->spacing_mm[0] = 0.5;
  mask->voxels[0] = 1;
  mask->first[0] = mask->first[1] = 2;
  mask->first[2] = 1;
  ck_assert(cap_axes_measure(v, mask, &axes));
  ck_assert_double_eq_tol(axes.long_mm, 1.0, 1e-9);
  ck_assert_double_eq_tol(axes.short_mm, 0.5, 1e-9);
  ck_assert_int_eq(axes.slice, 1);
  v->valid[1] = 0;
  ck_assert(!cap_axes_measure(v, mask, &axes));
}
END_TEST

START_TEST(an_ellipsoid_is_measured)
{
  g_autoptr(CapVolume) v = make_lung(1.25, 0);
  const CapPoint radius = {9, 6, 7};
  draw(v, middle, radius, 40);
  g_autoptr(CapFinding) f = cap_finding_new();
  f->center_mm = middle;
  f->mask = mask_of(v, middle, radius);
  cap_measure_finding(v, NULL, f);
  const double want = 4.0 / 3.0 * G_PI * 9 * 6 * 7;
  ck_assert_double_eq_tol(f->long_axis_mm, 18, 0.7);
  ck_assert_double_eq_tol(f->short_axis_mm, 12, 0.7);
  ck_assert_double_eq_tol(f->mean_diameter_mm, 15, 0.5);
  ck_assert_double_eq_tol(f->volume_mm3, want, 0.02 * want);
  ck_assert_double_eq_tol(f->solid_mean_diameter_mm, f->mean_diameter_mm, 0.8);
  ck_assert_double_eq_tol(f->hu_max, 40, 1);
  ck_assert_double_gt(f->hu_mean, -60);
  ck_assert_double_lt(f->hu_min, -300);
  ck_assert_int_eq(f->type, CAP_TYPE_SOLID);
  ck_assert_int_eq(f->side, CAP_SIDE_UNKNOWN);
  ck_assert_int_eq(f->lobe, CAP_LOBE_UNKNOWN);
  ck_assert_int_eq(f->near_gap, FALSE);
  ck_assert_int_eq(f->source_slice, (int)lrint(29.5 / 1.25));
}
END_TEST

START_TEST(density_decides_the_type)
{
  const struct {
    double hu, core_hu, core_mm;
    CapNoduleType type;
    double solid_mm;
  } cases[] = {
      {30, 0, 0, CAP_TYPE_SOLID, 14},
      {-620, 0, 0, CAP_TYPE_GROUND_GLASS, 0},
      {-620, 20, 7, CAP_TYPE_PART_SOLID, 7},
      {500, 0, 0, CAP_TYPE_CALCIFIED, 14},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(CapVolume) v = make_lung(1.0, 20);
    draw(v, middle, ball_of(14), cases[i].hu);
    if (cases[i].core_mm > 0)
      draw(v, middle, ball_of(cases[i].core_mm),
           LUNG_HU + cases[i].core_hu - cases[i].hu);
    g_autoptr(CapFinding) f = cap_finding_new();
    f->center_mm = middle;
    f->mask = mask_of(v, middle, ball_of(14));
    cap_measure_finding(v, NULL, f);
    ck_assert_int_eq(f->type, cases[i].type);
    ck_assert_double_eq_tol(f->solid_mean_diameter_mm, cases[i].solid_mm, 1.2);
  }
}
END_TEST

/* Two lungs with a heart of BLOOD_HU between them, and their mask. */
static CapVolume *
make_chest(double blood_hu, CapMask **lungs)
{
  CapVolume *v = make_lung(1.0, 15);
  *lungs = cap_mask_new(v->columns, v->rows, v->slices, NULL);
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++) {
        const gsize i = ((gsize)s * v->rows + r) * v->columns + c;
        const gboolean heart = c >= 75 && c < 95;
        (*lungs)->voxels[i] = heart    ? 0
                              : c < 75 ? CAP_LUNG_RIGHT
                                       : CAP_LUNG_LEFT;
        if (heart) /* a third of it muscle */
          v->voxels_hu[i] += (int16_t)((c < 82 ? 60 : blood_hu) - LUNG_HU);
      }
  return v;
}

START_TEST(blood_is_as_bright_as_it_is)
{
  for (int hu = 40; hu <= 420; hu += 190) {
    CapMask *lungs;
    g_autoptr(CapVolume) v = make_chest(hu, &lungs);
    ck_assert_double_eq_tol(cap_blood_pool_hu(v, lungs), MAX(hu, 60), 15);
    memset(lungs->voxels, 0, cap_volume_n_voxels(v));
    ck_assert(isnan(cap_blood_pool_hu(v, lungs)));
    cap_mask_free(lungs);
  }
}
END_TEST

START_TEST(contrast_medium_is_not_calcium)
{
  const struct {
    double blood_hu, hu;
    CapNoduleType type;
  } cases[] = {
      {45, 40, CAP_TYPE_SOLID},       {45, 320, CAP_TYPE_CALCIFIED},
      {300, 40, CAP_TYPE_SOLID},      {300, 320, CAP_TYPE_SOLID},
      {300, 800, CAP_TYPE_CALCIFIED}, {300, -620, CAP_TYPE_GROUND_GLASS},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    CapMask *lungs;
    g_autoptr(CapVolume) v = make_chest(cases[i].blood_hu, &lungs);
    draw(v, middle, ball_of(10), cases[i].hu);
    g_autoptr(CapFinding) f = cap_finding_new();
    f->center_mm = middle;
    f->mask = mask_of(v, middle, ball_of(10));
    cap_measure_finding(v, lungs, f);
    ck_assert_msg(f->type == cases[i].type, "case %d: %s", (int)i,
                  cap_nodule_type_name(f->type));
    cap_mask_free(lungs);
  }
}
END_TEST

START_TEST(absent_planes_do_not_count)
{
  g_autoptr(CapVolume) v = make_lung(1.0, 0);
  draw(v, middle, ball_of(12), 30);
  g_autoptr(CapFinding) f = cap_finding_new();
  f->center_mm = middle;
  g_autoptr(CapMask) whole = mask_of(v, middle, ball_of(12));
  f->mask = cap_mask_copy(whole);
  cap_measure_finding(v, NULL, f);
  const double before = f->volume_mm3;
  v->valid[29] = v->valid[30] = 0;
  for (int i = 0; i < v->columns * v->rows; i++)
    cap_volume_slice(v, 29)[i] = cap_volume_slice(v, 30)[i] = CAP_HU_AIR;
  cap_measure_finding(v, NULL, f);
  ck_assert(f->near_gap);
  ck_assert_double_eq_tol(before - f->volume_mm3, 2 * G_PI * 36, 15);
  ck_assert_double_gt(f->hu_min, -900);
  ck_assert_double_gt(f->long_axis_mm, 11);
}
END_TEST

START_TEST(the_side_is_that_of_the_lung)
{
  g_autoptr(CapVolume) v = make_lung(2.0, 0);
  g_autoptr(CapMask) lungs = cap_mask_new(v->columns, v->rows, v->slices, NULL);
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++)
    lungs->voxels[i] = i % 100 < 30   ? CAP_LUNG_RIGHT
                       : i % 100 > 70 ? CAP_LUNG_LEFT
                                      : 0;
  const struct {
    double column;
    CapSide side;
  } cases[] = {{10, CAP_SIDE_RIGHT},
               {90, CAP_SIDE_LEFT},
               {40, CAP_SIDE_RIGHT},
               {62, CAP_SIDE_LEFT}};
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(CapFinding) f = cap_finding_new();
    f->center_mm =
        cap_volume_to_patient(v, (CapPoint){cases[i].column, 40, 12});
    cap_measure_finding(v, lungs, f);
    ck_assert_int_eq(f->side, cases[i].side);
  }
}
END_TEST

static void
check_segment(const CapVolume *v, CapPoint at, double diameter, double error)
{
  const CapPoint seed = {at.x + 0.1 * diameter, at.y - 0.08 * diameter,
                         at.z + 0.05 * diameter};
  g_autoptr(CapMask) mask = cap_measure_segment(v, seed, 1.2 * diameter);
  ck_assert_msg(mask != NULL, "%g mm: nothing", diameter);
  const double *mm = v->spacing_mm;
  const double got = cap_mask_count(mask) * mm[0] * mm[1] * mm[2];
  const double want = G_PI / 6 * diameter * diameter * diameter;
  ck_assert_msg(fabs(got - want) < error * want,
                "%g mm: %.0f mm3 instead of %.0f", diameter, got, want);
}

/* Volume within 15 % from 8 mm on, within 30 % at 5 mm, noise 25 HU. */
START_TEST(free_balls_are_segmented)
{
  const double slices_mm[] = {0.7, 1.25, 2.5};
  const double diameters[] = {5, 8, 14, 25};
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < 4; k++) {
      g_autoptr(CapVolume) v = make_lung(slices_mm[i], 25);
      draw(v, middle, ball_of(diameters[k]), 30);
      check_segment(v, middle, diameters[k], diameters[k] < 8 ? 0.3 : 0.15);
    }
}
END_TEST

START_TEST(hazy_and_calcified_balls_are_segmented)
{
  g_autoptr(CapVolume) glass = make_lung(1.25, 25);
  draw(glass, middle, ball_of(14), -620);
  check_segment(glass, middle, 14, 0.15);
  g_autoptr(CapVolume) calcified = make_lung(1.25, 25);
  draw(calcified, middle, ball_of(10), 700);
  check_segment(calcified, middle, 10, 0.3); /* blur reaches further */
  /* of values that are no HU none is too bright, and none tells a type */
  g_autoptr(CapVolume) mr = make_lung(1.25, 25);
  draw(mr, middle, ball_of(14), 30);
  for (gsize i = 0; i < cap_volume_n_voxels(mr); i++)
    mr->voxels_hu[i] += 1024;
  mr->source->unknown = CAP_UNKNOWN_HU;
  check_segment(mr, middle, 14, 0.15);
  g_autoptr(CapFinding) finding = cap_finding_new();
  finding->mask = cap_measure_segment(mr, middle, 14);
  cap_measure_finding(mr, NULL, finding);
  ck_assert_int_eq(finding->type, CAP_TYPE_UNCLASSIFIED);
  ck_assert_double_eq(finding->solid_mean_diameter_mm, 0);
}
END_TEST

/* A wall on one side; two thirds of the ball stand free. A vessel through the
 * ball on another. Within 25 %. */
START_TEST(attached_balls_do_not_leak)
{
  const double diameters[] = {8, 14, 22};
  for (int k = 0; k < 3; k++) {
    const double d = diameters[k];
    g_autoptr(CapVolume) v = make_lung(1.25, 25);
    draw(v, middle, ball_of(d), 30);
    const double wall_x = middle.x + d / 2 * 0.5;
    for (int s = 0; s < v->slices; s++)
      for (int r = 0; r < v->rows; r++)
        for (int c = 0; c < v->columns; c++)
          if (v->origin_mm.x + c * 0.7 > wall_x)
            cap_volume_slice(v, s)[r * v->columns + c] = 40;
    check_segment(v, middle, d, 0.25);

    g_autoptr(CapVolume) w = make_lung(1.25, 25);
    draw(w, middle, ball_of(d), 30);
    for (int s = 0; s < w->slices; s++)
      for (int r = 0; r < w->rows; r++)
        for (int c = 0; c < w->columns; c++) {
          const double y = w->origin_mm.y + r * 0.7 - middle.y,
                       z = w->origin_mm.z + s * 1.25 - middle.z;
          if (hypot(y, z) < 1.8)
            cap_volume_slice(w, s)[r * w->columns + c] = 30;
        }
    check_segment(w, middle, d, 0.25);
  }
}
END_TEST

START_TEST(nothing_is_found_where_nothing_is)
{
  g_autoptr(CapVolume) v = make_lung(1.25, 25);
  ck_assert_ptr_null(cap_measure_segment(v, middle, 10));
  const CapPoint outside = {4000, 0, 0}, bad = {NAN, 0, 0};
  ck_assert_ptr_null(cap_measure_segment(v, outside, 10));
  ck_assert_ptr_null(cap_measure_segment(v, bad, 10));
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++)
    v->voxels_hu[i] = 40;
  ck_assert_ptr_null(cap_measure_segment(v, middle, 10));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("measure");
  TCase *tests = tcase_create("measure");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, axes_agree_with_brute_force);
  tcase_add_test(tests, one_pixel_has_its_own_size);
  tcase_add_test(tests, an_ellipsoid_is_measured);
  tcase_add_test(tests, density_decides_the_type);
  tcase_add_test(tests, blood_is_as_bright_as_it_is);
  tcase_add_test(tests, contrast_medium_is_not_calcium);
  tcase_add_test(tests, absent_planes_do_not_count);
  tcase_add_test(tests, the_side_is_that_of_the_lung);
  tcase_add_test(tests, free_balls_are_segmented);
  tcase_add_test(tests, hazy_and_calcified_balls_are_segmented);
  tcase_add_test(tests, attached_balls_do_not_leak);
  tcase_add_test(tests, nothing_is_found_where_nothing_is);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
