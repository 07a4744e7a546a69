/* Measurements by hand: numbers against their definitions in double, on
 * straight, anisotropic, tilted and mirrored grids, and how they follow the
 * pointer. */
#include "core/image/point.h"
#include "core/measure/caliper.h"
#include "core/measure/ellipse.h"
#include "tests/support/suite.h"

#include <string.h>

/* ---- grids ---- */

static CapPoint
turned(CapPoint p, double about_x, double about_z)
{
  const double c = cos(about_x), s = sin(about_x);
  const CapPoint q = {p.x, c * p.y - s * p.z, s * p.y + c * p.z};
  const double d = cos(about_z), t = sin(about_z);
  return (CapPoint){d * q.x - t * q.y, t * q.x + d * q.y, q.z};
}

static const struct {
  const char *name;
  double spacing_mm[3], about_x, about_z;
  gboolean mirrored;
} grids[] = {
    {"isotropic", {1, 1, 1}, 0, 0, FALSE},
    {"anisotropic", {0.7, 0.7, 2.5}, 0, 0, FALSE},
    {"unequal", {0.5, 0.9, 3}, 0, 0, FALSE},
    {"tilted", {0.7, 0.7, 2}, 0.4, 0, FALSE},
    {"turned", {0.8, 0.6, 1.5}, 0.3, -0.9, FALSE},
    {"mirrored", {0.8, 0.6, 1.5}, -0.2, 0.4, TRUE},
};

/* Voxels without a pattern that an error could hide in. */
static CapVolume *
volume_new(guint g)
{
  CapVolume *v = cap_volume_new(34, 30, 26, NULL);
  memcpy(v->spacing_mm, grids[g].spacing_mm, sizeof v->spacing_mm);
  v->origin_mm = (CapPoint){-13.25, 7.5, -101.125};
  for (int i = 0; i < 3; i++)
    v->axis[i] = turned(v->axis[i], grids[g].about_x, grids[g].about_z);
  if (grids[g].mirrored)
    v->axis[2] = cap_point_scale(v->axis[2], -1);
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++)
    v->voxels_hu[i] = (int16_t)((i * 7919 + i / 13 * 31) % 1400 - 1000);
  return v;
}

static CapPoint
at(const CapVolume *v, double c, double r, double s)
{
  return cap_volume_to_patient(v, (CapPoint){c, r, s});
}

/* ---- ellipses ---- */

/* By the definition: the plane goes through the half-way box of voxel (C, R, S)
 * on its grid line, inside the ellipse. */
static gboolean
takes_part(const CapVolume *v, const CapEllipse *e, int along, CapPoint index)
{
  const CapPoint n =
      cap_point_unit(cap_point_cross(e->half_mm[0], e->half_mm[1]));
  const CapPoint p = cap_volume_to_patient(v, index);
  const double off = cap_point_dot(cap_point_sub(e->center_mm, p), n) /
                     cap_point_dot(v->axis[along], n);
  const double half = 0.5 * v->spacing_mm[along];
  if (off < -half || off >= half || !v->valid[(int)index.z])
    return FALSE;
  const CapPoint d = cap_point_sub(
      cap_point_add(p, cap_point_scale(v->axis[along], off)), e->center_mm);
  const double a = cap_point_length(e->half_mm[0]);
  const double b = cap_point_length(e->half_mm[1]);
  const double x = cap_point_dot(d, e->half_mm[0]) / a;
  const double y = cap_point_dot(d, e->half_mm[1]) / b;
  return x * x * b * b + y * y * a * a <= a * a * b * b * (1 + 1e-9);
}

static CapRegionContent
slow_content(const CapVolume *v, const CapEllipse *e, int along)
{
  CapRegionContent content = {.hu_min = 1e9, .hu_max = -1e9};
  g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));
  double sum = 0, square = 0;
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++)
        if (takes_part(v, e, along, (CapPoint){c, r, s})) {
          const double hu = cap_volume_at(v, c, r, s);
          g_array_append_val(values, hu);
        }
  content.n_voxels = (int)values->len;
  for (guint i = 0; i < values->len; i++) {
    const double hu = g_array_index(values, double, i);
    sum += hu;
    content.hu_min = fmin(content.hu_min, hu);
    content.hu_max = fmax(content.hu_max, hu);
  }
  content.hu_mean = sum / content.n_voxels;
  for (guint i = 0; i < values->len; i++) {
    const double by = g_array_index(values, double, i) - content.hu_mean;
    square += by * by;
  }
  content.hu_sd = sqrt(square / content.n_voxels);
  return content;
}

/* An ellipse around the middle of the grid, off voxel centres in its plane:
 * half-axes in mm along two unit vectors. */
static CapEllipse
ellipse_on(const CapVolume *v, CapPoint u, CapPoint w, double a, double b)
{
  return (CapEllipse){
      .center_mm = at(v, 16.3, 14.8, 12),
      .half_mm = {cap_point_scale(u, a), cap_point_scale(w, b)}};
}

static void
compare(const CapVolume *v, const CapEllipse *e, int along, const char *name)
{
  const CapRegionContent fast = cap_ellipse_measure(v, e);
  const CapRegionContent slow = slow_content(v, e, along);
  ck_assert_msg(slow.n_voxels > 20, "%s: %d voxels", name, slow.n_voxels);
  ck_assert_msg(fast.n_voxels == slow.n_voxels, "%s: %d voxels, not %d", name,
                fast.n_voxels, slow.n_voxels);
  ck_assert_double_eq_tol(fast.hu_mean, slow.hu_mean, 1e-9);
  ck_assert_double_eq_tol(fast.hu_sd, slow.hu_sd, 1e-6);
  ck_assert_double_eq(fast.hu_min, slow.hu_min);
  ck_assert_double_eq(fast.hu_max, slow.hu_max);
  ck_assert_double_eq_tol(fast.area_mm2,
                          G_PI * cap_point_length(e->half_mm[0]) *
                              cap_point_length(e->half_mm[1]),
                          1e-9);
}

START_TEST(an_ellipse_holds_the_voxels_of_its_plane)
{
  CapVolume *v = volume_new(_i);
  for (int normal = 0; normal < 3; normal++) {
    const CapPoint u = v->axis[(normal + 1) % 3], w = v->axis[(normal + 2) % 3];
    CapEllipse e = ellipse_on(v, u, w, 7.1, 4.3);
    /* On the plane through voxel centres, as views are. */
    CapPoint index = cap_volume_to_index(v, e.center_mm);
    index.x = normal == 0 ? 16 : index.x;
    index.y = normal == 1 ? 15 : index.y;
    e.center_mm = cap_volume_to_patient(v, index);
    compare(v, &e, normal, grids[_i].name);
    /* Its axes turned in the plane. */
    e.half_mm[0] = cap_point_add(cap_point_scale(u, 5), cap_point_scale(w, 3));
    e.half_mm[1] =
        cap_point_add(cap_point_scale(u, -1.8), cap_point_scale(w, 3));
    compare(v, &e, normal, grids[_i].name);
  }
  cap_volume_free(v);
}
END_TEST

START_TEST(an_oblique_ellipse_is_sampled_once_a_line)
{
  CapVolume *v = volume_new(_i);
  for (int along = 0; along < 3; along++) {
    const CapPoint n = cap_point_unit(cap_point_add(
        v->axis[along],
        cap_point_add(cap_point_scale(v->axis[(along + 1) % 3], 0.31),
                      cap_point_scale(v->axis[(along + 2) % 3], -0.17))));
    const CapPoint u =
        cap_point_unit(cap_point_cross(n, v->axis[(along + 1) % 3]));
    const CapEllipse e = ellipse_on(v, u, cap_point_cross(n, u), 6.7, 5.2);
    compare(v, &e, along, grids[_i].name);
  }
  cap_volume_free(v);
}
END_TEST

START_TEST(what_is_not_there_does_not_count)
{
  CapVolume *v = volume_new(0);
  CapEllipse e = ellipse_on(v, v->axis[1], v->axis[2], 8, 8);
  e.center_mm = at(v, 16, 14.8, 12);
  const int all = cap_ellipse_measure(v, &e).n_voxels;
  v->valid[12] = 0;
  for (int r = 0; r < v->rows; r++)
    for (int c = 0; c < v->columns; c++)
      cap_volume_slice(v, 12)[r * v->columns + c] = CAP_HU_AIR;
  compare(v, &e, 0, "absent plane");
  ck_assert_int_lt(cap_ellipse_measure(v, &e).n_voxels, all);
  e.center_mm = at(v, 16, 0, 0); /* a corner of it */
  compare(v, &e, 0, "corner");
  e.center_mm = at(v, 80, 80, 80);
  const CapRegionContent none = cap_ellipse_measure(v, &e);
  ck_assert_int_eq(none.n_voxels, 0);
  ck_assert_double_eq(none.hu_mean, 0);
  ck_assert_double_eq_tol(none.area_mm2, G_PI * 64, 1e-9);
  cap_volume_free(v);
}
END_TEST

START_TEST(a_small_ellipse_counts_voxel_by_voxel)
{
  CapVolume *v = volume_new(0);
  memset(v->voxels_hu, 0, cap_volume_n_voxels(v) * sizeof *v->voxels_hu);
  cap_volume_slice(v, 12)[14 * v->columns + 16] = 100;
  cap_volume_slice(v, 12)[14 * v->columns + 17] = 40;
  CapEllipse e = {.center_mm = at(v, 16.5, 14, 12),
                  .half_mm = {{0.6, 0, 0}, {0, 0.4, 0}}};
  CapRegionContent content = cap_ellipse_measure(v, &e);
  ck_assert_int_eq(content.n_voxels, 2);
  ck_assert_double_eq(content.hu_mean, 70);
  ck_assert_double_eq(content.hu_sd, 30);
  ck_assert_double_eq(content.hu_min, 40);
  ck_assert_double_eq(content.hu_max, 100);
  e.half_mm[0].x = 0.5; /* the two centres lie on its edge: inside */
  ck_assert_int_eq(cap_ellipse_measure(v, &e).n_voxels, 2);
  e.half_mm[0].x = 0.49;
  ck_assert_int_eq(cap_ellipse_measure(v, &e).n_voxels, 0);
  cap_volume_free(v);
}
END_TEST

/* ---- numbers ---- */

START_TEST(lengths_and_angles_do_not_depend_on_the_grid)
{
  CapVolume *v = volume_new(_i);
  CapMeasurement *m = cap_measurement_new(CAP_MEASURE_LENGTH);
  m->ends_mm[0] = at(v, 3, 4, 5);
  m->ends_mm[1] = at(v, 13, 19, 11);
  cap_measurement_work_out(m, v);
  const double *mm = v->spacing_mm;
  ck_assert_double_eq_tol(
      m->long_mm,
      sqrt(100 * mm[0] * mm[0] + 225 * mm[1] * mm[1] + 36 * mm[2] * mm[2]),
      1.5e-4);
  ck_assert_int_eq(m->source_slice, 8);
  cap_measurement_free(m);
  static const double degrees[] = {0, 0.5, 30, 90, 137.25, 179.5, 180};
  for (guint i = 0; i < G_N_ELEMENTS(degrees); i++) {
    const double t = degrees[i] * G_PI / 180;
    m = cap_measurement_new(CAP_MEASURE_ANGLE);
    m->ends_mm[1] = at(v, 15, 15, 12);
    m->ends_mm[0] =
        cap_point_add(m->ends_mm[1], cap_point_scale(v->axis[0], 40));
    m->ends_mm[2] = cap_point_add(
        m->ends_mm[1], cap_point_add(cap_point_scale(v->axis[0], 25 * cos(t)),
                                     cap_point_scale(v->axis[2], 25 * sin(t))));
    cap_measurement_work_out(m, v);
    /* Ends are kept to 0.1 µm: 4e-4 degrees at 25 mm. */
    ck_assert_double_eq_tol(m->angle_deg, degrees[i], 5e-4);
    cap_measurement_free(m);
  }
  cap_volume_free(v);
}
END_TEST

START_TEST(numbers_are_those_that_are_kept)
{
  CapVolume *v = volume_new(4);
  for (int kind = 0; kind < CAP_N_MEASURE_KINDS; kind++) {
    g_autoptr(CapMeasurement) m = cap_measurement_new((CapMeasureKind)kind);
    m->ends_mm[0] = at(v, 3.123456789, 4, 5);
    m->ends_mm[1] = at(v, 20.1, 19.7, 5);
    m->ends_mm[2] = at(v, 9.3, 15.2, 5);
    m->ends_mm[3] = at(v, 12.8, 8.9, 5);
    if (kind == CAP_MEASURE_FREEHAND) {
      g_array_append_vals(m->outline_mm, m->ends_mm, 3);
      memset(m->ends_mm, 0, sizeof m->ends_mm);
    }
    cap_measurement_work_out(m, v);
    g_autoptr(CapMeasurement) again = cap_measurement_copy(m);
    const double *numbers[] = {
        &m->ends_mm[0].x, &m->long_mm,  &m->short_mm, &m->mean_diameter_mm,
        &m->angle_deg,    &m->area_mm2, &m->hu_mean,  &m->hu_sd};
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
      g_autofree char *text = g_strdup_printf("%.4f", *numbers[i]);
      ck_assert_double_eq(g_ascii_strtod(text, NULL), *numbers[i]);
    }
    cap_measurement_work_out(again, v);
    ck_assert_double_eq(again->long_mm, m->long_mm);
    ck_assert_double_eq(again->area_mm2, m->area_mm2);
    ck_assert_double_eq(again->hu_sd, m->hu_sd);
    ck_assert_double_eq(again->angle_deg, m->angle_deg);
    CapMeasureKind parsed;
    ck_assert(cap_measure_kind_parse(
        cap_measure_kind_name((CapMeasureKind)kind), &parsed));
    ck_assert_int_eq(parsed, kind);
  }
  cap_volume_free(v);
}
END_TEST

/* ---- following the pointer ---- */

static double
crossing(const CapMeasurement *m) /* cosine between its two axes */
{
  return cap_point_dot(
      cap_point_unit(cap_point_sub(m->ends_mm[1], m->ends_mm[0])),
      cap_point_unit(cap_point_sub(m->ends_mm[3], m->ends_mm[2])));
}

static double
length(const CapMeasurement *m, int i)
{
  return cap_point_distance(m->ends_mm[i], m->ends_mm[i + 1]);
}

START_TEST(two_axes_stay_at_a_right_angle)
{
  CapVolume *v = volume_new(_i);
  const CapPoint axis[2] = {v->axis[0], v->axis[2]};
  const CapPoint points[] = {at(v, 4, 9, 4), at(v, 24, 9, 14), at(v, 10, 9, 12),
                             at(v, 21, 9, 5)};
  g_autoptr(CapMeasurement) first =
      cap_caliper_draw(CAP_MEASURE_AXES, points, 2, axis);
  ck_assert_int_eq(first->kind, CAP_MEASURE_LENGTH);
  g_autoptr(CapMeasurement) m =
      cap_caliper_draw(CAP_MEASURE_AXES, points, 4, axis);
  ck_assert_int_eq(m->kind, CAP_MEASURE_AXES);
  ck_assert(cap_measurement_is_sound(m));
  ck_assert_double_eq_tol(crossing(m), 0, 1e-12);
  /* As far across as the points lie off the long axis, to either side. */
  const CapPoint along = cap_point_unit(cap_point_sub(points[1], points[0]));
  double off[2];
  for (int i = 0; i < 2; i++) {
    const CapPoint d = cap_point_sub(points[2 + i], points[0]);
    off[i] = cap_point_length(
        cap_point_sub(d, cap_point_scale(along, cap_point_dot(d, along))));
  }
  ck_assert_double_eq_tol(length(m, 2), off[0] + off[1], 1e-9);

  const double was = length(m, 2);
  cap_caliper_move_end(m, 1, at(v, 20, 9, 20));
  ck_assert_double_eq_tol(crossing(m), 0, 1e-12);
  ck_assert_double_eq_tol(length(m, 2), was, 1e-9);
  ck_assert_double_eq_tol(cap_point_distance(m->ends_mm[1], at(v, 20, 9, 20)),
                          0, 1e-9);
  const CapPoint held = m->ends_mm[0];
  cap_caliper_move_end(m, 3, at(v, 25, 9, 3));
  ck_assert_double_eq_tol(crossing(m), 0, 1e-12);
  ck_assert_double_eq(m->ends_mm[0].x, held.x);
  /* Out of its plane nothing goes. */
  cap_caliper_move_end(m, 0, at(v, 2, 1, 2));
  ck_assert_double_eq_tol(cap_volume_to_index(v, m->ends_mm[0]).y, 9, 1e-9);
  ck_assert_double_eq_tol(crossing(m), 0, 1e-12);
  cap_volume_free(v);
}
END_TEST

START_TEST(an_ellipse_fills_its_box_and_turns_about_its_middle)
{
  CapVolume *v = volume_new(_i);
  const CapPoint axis[2] = {v->axis[0], v->axis[1]};
  const CapPoint corners[] = {at(v, 20, 6, 7), at(v, 8, 21, 7)};
  g_autoptr(CapMeasurement) m =
      cap_caliper_draw(CAP_MEASURE_ELLIPSE, corners, 2, axis);
  ck_assert_double_eq_tol(length(m, 0), 12 * v->spacing_mm[0], 1e-9);
  ck_assert_double_eq_tol(length(m, 2), 15 * v->spacing_mm[1], 1e-9);
  const CapPoint middle = cap_measurement_middle(m);
  ck_assert_double_eq_tol(cap_point_distance(middle, at(v, 14, 13.5, 7)), 0,
                          1e-9);
  for (int i = 0; i < 4; i++) {
    const double other = length(m, i < 2 ? 2 : 0);
    const CapPoint to = at(v, 14 + 3 * i, 22 - 4 * i, 7);
    cap_caliper_move_end(m, i, to);
    ck_assert_double_eq_tol(cap_point_distance(m->ends_mm[i], to), 0, 1e-9);
    ck_assert_double_eq_tol(
        cap_point_distance(cap_measurement_middle(m), middle), 0, 1e-9);
    ck_assert_double_eq_tol(crossing(m), 0, 1e-9);
    ck_assert_double_eq_tol(length(m, i < 2 ? 2 : 0), other, 1e-9);
  }
  const CapMeasurement before = *m;
  cap_caliper_move_end(m, 2, middle); /* no direction: it stays */
  ck_assert_mem_eq(before.ends_mm, m->ends_mm, sizeof before.ends_mm);
  cap_caliper_move(m, (CapPoint){1, -2, 3});
  ck_assert_double_eq_tol(m->ends_mm[3].z, before.ends_mm[3].z + 3, 1e-12);
  cap_volume_free(v);
}
END_TEST

START_TEST(what_has_no_length_is_not_sound)
{
  g_autoptr(CapMeasurement) m = cap_measurement_new(CAP_MEASURE_AXES);
  ck_assert(!cap_measurement_is_sound(m));
  m->ends_mm[1].x = 5;
  ck_assert(!cap_measurement_is_sound(m));
  m->ends_mm[3].y = 0.02;
  ck_assert(cap_measurement_is_sound(m));
  m->kind = CAP_MEASURE_ANGLE;
  m->ends_mm[2] = m->ends_mm[1];
  ck_assert(!cap_measurement_is_sound(m));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("measurement");
  TCase *tests = tcase_create("measurement");
  const int n = G_N_ELEMENTS(grids);
  tcase_add_loop_test(tests, an_ellipse_holds_the_voxels_of_its_plane, 0, n);
  tcase_add_loop_test(tests, an_oblique_ellipse_is_sampled_once_a_line, 0, n);
  tcase_add_test(tests, what_is_not_there_does_not_count);
  tcase_add_test(tests, a_small_ellipse_counts_voxel_by_voxel);
  tcase_add_loop_test(tests, lengths_and_angles_do_not_depend_on_the_grid, 0,
                      n);
  tcase_add_test(tests, numbers_are_those_that_are_kept);
  tcase_add_loop_test(tests, two_axes_stay_at_a_right_angle, 0, n);
  tcase_add_loop_test(
      tests, an_ellipse_fills_its_box_and_turns_about_its_middle, 0, n);
  tcase_add_test(tests, what_has_no_length_is_not_sound);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
