/* Outlines drawn by hand: area and HU against an oracle of another formulation
 * (winding number by angles, area from triangles of the grid's own
 * coordinates), on straight, anisotropic and tilted grids; what crosses itself;
 * ends that overshoot. */
#include "core/image/point.h"
#include "core/measure/caliper.h"
#include "core/measure/freehand.h"
#include "core/measure/measurement.h"
#include "tests/support/suite.h"

#include <string.h>

static const struct {
  const char *name;
  double spacing_mm[3], about_x, about_z;
} grids[] = {
    {"isotropic", {1, 1, 1}, 0, 0},
    {"anisotropic", {0.7, 0.7, 2.5}, 0, 0},
    {"tilted", {0.7, 0.7, 2}, 0.4, 0},
    {"turned", {0.8, 0.6, 1.5}, 0.3, -0.9},
};

static CapPoint
turned(CapPoint p, double about_x, double about_z)
{
  const double c = cos(about_x), s = sin(about_x);
  const CapPoint q = {p.x, c * p.y - s * p.z, s * p.y + c * p.z};
  const double d = cos(about_z), t = sin(about_z);
  return (CapPoint){d * q.x - t * q.y, t * q.x + d * q.y, q.z};
}

/* Voxels without a pattern that an error could hide in. */
static CapVolume *
volume_new(int g)
{
  CapVolume *v = cap_volume_new(34, 30, 26, NULL);
  memcpy(v->spacing_mm, grids[g].spacing_mm, sizeof v->spacing_mm);
  v->origin_mm = (CapPoint){-13.25, 7.5, -101.125};
  for (int i = 0; i < 3; i++)
    v->axis[i] = turned(v->axis[i], grids[g].about_x, grids[g].about_z);
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++)
    v->voxels_hu[i] = (int16_t)((i * 7919 + i / 13 * 31) % 1400 - 1000);
  return v;
}

/* ---- outlines ---- */

/* In coordinates of a plane; a star with a deep notch, a comb, a triangle. */
static const double star[][2] = {{9.1, 0.3},   {3.2, 2.6},  {2.4, 8.9},
                                 {-1.7, 3.1},  {-8.6, 4.2}, {-4.1, -0.9},
                                 {-6.3, -7.4}, {0.4, -3.3}, {5.8, -6.7}};
static const double comb[][2] = {
    {-8.3, -5.1}, {8.2, -5.4}, {8.4, 6.2},  {5.1, 6.3},   {4.9, -1.2},
    {1.3, -1.1},  {1.1, 6.7},  {-2.2, 6.4}, {-2.4, -0.7}, {-8.1, 5.9}};
static const double triangle[][2] = {{-7.7, -4.2}, {8.3, -3.1}, {0.6, 7.3}};
static const struct {
  const char *name;
  const double (*corners)[2];
  int n;
} shapes[] = {{"star", star, 9}, {"comb", comb, 10}, {"triangle", triangle, 3}};

/* Planes: axial, coronal, sagittal of the grid, and one between them. */
static const struct {
  const char *name;
  CapPoint right, down; /* along the grid's axes */
  int along;            /* the axis that stands most upright on it */
} planes[] = {
    {"axial", {1, 0, 0}, {0, 1, 0}, 2},
    {"coronal", {1, 0, 0}, {0, 0, 1}, 1},
    {"sagittal", {0, 1, 0}, {0, 0, 1}, 0},
    {"oblique", {0.8, 0.36, 0.48}, {-0.6, 0.48, 0.64}, 1},
};

static CapPoint
along_axes(const CapVolume *v, CapPoint d)
{
  return cap_point_add(cap_point_scale(v->axis[0], d.x),
                       cap_point_add(cap_point_scale(v->axis[1], d.y),
                                     cap_point_scale(v->axis[2], d.z)));
}

/* SHAPE on PLANE around the middle of V, off voxel centres in the plane. */
static GArray *
draw(const CapVolume *v, int shape, int plane)
{
  GArray *points = g_array_new(FALSE, FALSE, sizeof(CapPoint));
  const CapPoint middle = cap_volume_to_patient(
      v, (CapPoint){plane == 2 ? 16 : 16.37, plane == 1 ? 14 : 14.81,
                    plane == 0 ? 12 : 12.23});
  const CapPoint right = along_axes(v, planes[plane].right);
  const CapPoint down = along_axes(v, planes[plane].down);
  for (int i = 0; i < shapes[shape].n; i++) {
    const double *corner = shapes[shape].corners[i];
    const CapPoint p =
        cap_point_add(middle, cap_point_add(cap_point_scale(right, corner[0]),
                                            cap_point_scale(down, corner[1])));
    g_array_append_val(points, p);
  }
  return points;
}

/* ---- the oracle ---- */

/* How often the outline goes round AT, which lies in its plane: by the angles
 * under which its edges are seen. */
static double
winding(const GArray *points, CapPoint at, CapPoint normal)
{
  double sum = 0;
  for (guint i = 0; i < points->len; i++) {
    const CapPoint a = cap_point_sub(g_array_index(points, CapPoint, i), at);
    const CapPoint b = cap_point_sub(
        g_array_index(points, CapPoint, (i + 1) % points->len), at);
    sum += atan2(cap_point_dot(cap_point_cross(a, b), normal),
                 cap_point_dot(a, b));
  }
  return sum / (2 * G_PI);
}

/* By the definition: the grid line of voxel (C, R, S) meets the plane nearest
 * to it, inside the outline. */
static gboolean
takes_part(const CapVolume *v, const GArray *points, int along, CapPoint normal,
           const int index[3])
{
  const CapPoint center =
      cap_volume_to_patient(v, (CapPoint){index[0], index[1], index[2]});
  const CapPoint first = g_array_index(points, CapPoint, 0);
  const double off = cap_point_dot(cap_point_sub(center, first), normal);
  const double slope = cap_point_dot(v->axis[along], normal);
  const double steps = -off / slope / v->spacing_mm[along];
  if (steps < -0.5 || steps >= 0.5)
    return FALSE;
  const CapPoint met = cap_point_add(
      center, cap_point_scale(v->axis[along], steps * v->spacing_mm[along]));
  return fabs(winding(points, met, normal)) > 0.5;
}

static CapRegionContent
slow_content(const CapVolume *v, const GArray *points, int plane)
{
  const CapPoint normal = cap_point_cross(along_axes(v, planes[plane].right),
                                          along_axes(v, planes[plane].down));
  CapRegionContent content = {.hu_min = 1e9, .hu_max = -1e9};
  g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));
  double sum = 0, square = 0;
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++)
        if (takes_part(v, points, planes[plane].along, normal,
                       (const int[3]){c, r, s})) {
          const double hu = cap_volume_at(v, c, r, s);
          g_array_append_val(values, hu);
          sum += hu;
          content.hu_min = fmin(content.hu_min, hu);
          content.hu_max = fmax(content.hu_max, hu);
        }
  content.n_voxels = (int)values->len;
  content.hu_mean = sum / content.n_voxels;
  for (guint i = 0; i < values->len; i++)
    square += pow(g_array_index(values, double, i) - content.hu_mean, 2);
  content.hu_sd = sqrt(square / content.n_voxels);
  return content;
}

/* Of the corners' own coordinates: what lies above the line of y = -100 under
 * each edge. */
static double
slow_area(int shape)
{
  double area = 0;
  for (int i = 0; i < shapes[shape].n; i++) {
    const double *a = shapes[shape].corners[i];
    const double *b = shapes[shape].corners[(i + 1) % shapes[shape].n];
    area += (b[0] - a[0]) * ((a[1] + b[1]) / 2 + 100);
  }
  return fabs(area);
}

/* ---- tests ---- */

START_TEST(content_and_area_are_those_of_the_definition)
{
  g_autoptr(CapVolume) v = volume_new(_i);
  for (guint shape = 0; shape < G_N_ELEMENTS(shapes); shape++)
    for (guint plane = 0; plane < G_N_ELEMENTS(planes); plane++) {
      g_autoptr(GArray) points = draw(v, (int)shape, (int)plane);
      const CapRegionContent slow = slow_content(v, points, (int)plane);
      const CapRegionContent fast = cap_freehand_measure(
          v, (const CapPoint *)points->data, (int)points->len);
      g_autofree char *name = g_strdup_printf(
          "%s, %s, %s", grids[_i].name, shapes[shape].name, planes[plane].name);
      ck_assert_msg(slow.n_voxels > 15, "%s: %d voxels", name, slow.n_voxels);
      ck_assert_msg(fast.n_voxels == slow.n_voxels, "%s: %d voxels, not %d",
                    name, fast.n_voxels, slow.n_voxels);
      ck_assert_double_eq_tol(fast.hu_mean, slow.hu_mean, 1e-9);
      ck_assert_double_eq_tol(fast.hu_sd, slow.hu_sd, 1e-6);
      ck_assert_double_eq(fast.hu_min, slow.hu_min);
      ck_assert_double_eq(fast.hu_max, slow.hu_max);
      ck_assert_double_eq_tol(fast.area_mm2, slow_area((int)shape), 1e-9);
    }
}
END_TEST

START_TEST(absent_planes_and_what_is_outside_do_not_count)
{
  g_autoptr(CapVolume) v = volume_new(0);
  g_autoptr(GArray) points = draw(v, 0, 1); /* across slices */
  const CapPoint *data = (const CapPoint *)points->data;
  const int before = cap_freehand_measure(v, data, (int)points->len).n_voxels;
  v->valid[12] = FALSE;
  const int less = cap_freehand_measure(v, data, (int)points->len).n_voxels;
  ck_assert_int_lt(less, before - 5);
  for (guint i = 0; i < points->len; i++)
    g_array_index(points, CapPoint, i).x += 100;
  const CapRegionContent none = cap_freehand_measure(v, data, (int)points->len);
  ck_assert_int_eq(none.n_voxels, 0);
  ck_assert_double_gt(none.area_mm2, 100);
}
END_TEST

static const struct {
  const char *name;
  double corners[6][2];
  int n;
  gboolean simple;
} outlines[] = {
    {"square", {{0, 0}, {9, 0}, {9, 9}, {0, 9}}, 4, TRUE},
    {"the other way round", {{0, 0}, {0, 9}, {9, 9}, {9, 0}}, 4, TRUE},
    {"bow tie", {{0, 0}, {9, 8}, {9, 0}, {0, 9}}, 4, FALSE},
    {"pentagram", {{0, 9}, {5, -7}, {-8, 3}, {8, 3}, {-5, -7}}, 5, FALSE},
    {"touches itself", {{0, 0}, {9, 0}, {9, 9}, {4, 0}, {0, 9}}, 5, FALSE},
    {"goes back", {{0, 0}, {9, 0}, {9, 9}, {9, 3}, {0, 9}}, 5, FALSE},
    {"a line", {{0, 0}, {5, 0}, {9, 0}}, 3, FALSE},
    {"two points", {{0, 0}, {5, 0}}, 2, FALSE},
    {"a point thrice", {{1, 1}, {1, 1}, {1, 1}}, 3, FALSE},
};

START_TEST(what_crosses_itself_measures_nothing)
{
  g_autoptr(CapVolume) v = volume_new(3);
  const CapPoint middle = cap_volume_to_patient(v, (CapPoint){14, 12, 12});
  g_autoptr(CapMeasurement) m = cap_measurement_new(CAP_MEASURE_FREEHAND);
  for (int i = 0; i < outlines[_i].n; i++) {
    const double *corner = outlines[_i].corners[i];
    const CapPoint p = cap_point_add(
        middle, along_axes(v, (CapPoint){corner[0], corner[1], 0}));
    g_array_append_val(m->outline_mm, p);
  }
  cap_measurement_work_out(m, v);
  ck_assert_msg(cap_measurement_is_sound(m) == outlines[_i].simple, "%s",
                outlines[_i].name);
  if (outlines[_i].simple) {
    ck_assert_double_eq_tol(m->area_mm2, 81, 1e-2);
    ck_assert_int_gt(m->n_voxels, 100);
  } else {
    ck_assert_double_eq(m->area_mm2, 0);
    ck_assert_int_eq(m->n_voxels, 0);
  }
}
END_TEST

/* A circle of 8 mm radius, drawn from FROM to TO turns, its radius growing by
 * GROWTH a turn. */
static GArray *
circle(double from, double to, double growth)
{
  GArray *points = g_array_new(FALSE, FALSE, sizeof(CapPoint));
  for (double t = from; t < to; t += 0.01) {
    const double r = 8 + growth * t, a = 2 * G_PI * t;
    const CapPoint p = {r * cos(a), r * sin(a), 3};
    g_array_append_val(points, p);
  }
  return points;
}

START_TEST(a_hand_that_goes_too_far_is_cut_off)
{
  const double full = G_PI * 64;
  static const struct {
    double to, growth;
    gboolean simple;
  } hands[] = {{0.97, 0, TRUE},     /* stops short: closed by a line */
               {1.1, -0.02, FALSE}, /* a spiral, which does not cross */
               {2.2, 0.3, FALSE}};
  for (guint i = 0; i < G_N_ELEMENTS(hands); i++) {
    g_autoptr(GArray) line = circle(0, hands[i].to, hands[i].growth);
    const guint before = line->len;
    cap_freehand_close(line);
    ck_assert_uint_eq(line->len, before);
  }
  /* The end runs out of the circle across its beginning, which bulges. */
  g_autoptr(GArray) line = circle(0.02, 0.98, 0);
  const CapPoint head[] = {{9.5, -1.5, 3}, {9, 0, 3}, {8.5, 0.6, 3}};
  const CapPoint tail[] = {{8.2, -0.5, 3}, {9.6, 0.8, 3}, {10.5, 1.2, 3}};
  g_array_prepend_vals(line, head, 3);
  g_array_append_vals(line, tail, 3);
  ck_assert(!cap_freehand_is_simple((CapPoint *)line->data, (int)line->len));
  const guint before = line->len;
  cap_freehand_close(line);
  ck_assert_uint_lt(line->len, before);
  ck_assert(cap_freehand_is_simple((CapPoint *)line->data, (int)line->len));
  g_autoptr(CapVolume) v = cap_volume_new(40, 40, 8, NULL);
  v->origin_mm = (CapPoint){-20, -20, 0};
  const CapRegionContent content =
      cap_freehand_measure(v, (CapPoint *)line->data, (int)line->len);
  ck_assert_double_eq_tol(content.area_mm2, full, 3);
}
END_TEST

START_TEST(it_moves_as_a_whole_and_is_kept_by_four_decimals)
{
  g_autoptr(CapVolume) v = volume_new(2);
  g_autoptr(CapMeasurement) m = cap_measurement_new(CAP_MEASURE_FREEHAND);
  g_array_unref(m->outline_mm);
  m->outline_mm = draw(v, 0, 0);
  cap_measurement_work_out(m, v);
  g_autoptr(CapMeasurement) copy = cap_measurement_copy(m);
  ck_assert(cap_measurement_lies_like(m, copy));
  cap_caliper_move(copy, (CapPoint){1.5, 0, 0});
  ck_assert(!cap_measurement_lies_like(m, copy));
  ck_assert_double_eq_tol(cap_measurement_middle(copy).x,
                          cap_measurement_middle(m).x + 1.5, 1e-9);
  cap_measurement_work_out(copy, v);
  ck_assert_double_eq_tol(copy->area_mm2, m->area_mm2, 1e-2);
  const CapPoint p = g_array_index(m->outline_mm, CapPoint, 4);
  ck_assert_double_eq(p.x, floor(p.x * 1e4 + 0.5) / 1e4);
}
END_TEST

/* ---- changing ---- */

START_TEST(a_corner_alone_moves_in_the_plane_of_the_outline)
{
  g_autoptr(CapVolume) v = volume_new(3); /* tilted and turned */
  g_autoptr(GArray) points = draw(v, 0, 0);
  g_autoptr(GArray) was = g_array_copy(points);
  const int n = (int)points->len;
  g_autoptr(GArray) handles =
      cap_freehand_handles((CapPoint *)points->data, n, 1);
  ck_assert_int_eq((int)handles->len, n); /* all far enough apart */
  CapPoint wanted = g_array_index(points, CapPoint, 4);
  wanted = cap_point_add(wanted, along_axes(v, (CapPoint){1.5, -0.75, 0}));
  const CapPoint above =
      cap_point_add(wanted, along_axes(v, (CapPoint){0, 0, 6}));
  cap_freehand_pull(points, handles, 4, above);
  for (int i = 0; i < n; i++)
    ck_assert_double_eq_tol(
        cap_point_distance(g_array_index(points, CapPoint, i),
                           i == 4 ? wanted : g_array_index(was, CapPoint, i)),
        0, 1e-9);
}
END_TEST

START_TEST(what_a_hand_drew_bends_between_two_handles)
{
  g_autoptr(GArray) points =
      circle(0, 0.995, 0); /* 100 corners, 0.5 mm apart */
  g_autoptr(GArray) was = g_array_copy(points);
  const CapPoint *before = (CapPoint *)was->data;
  const CapPoint *now = (CapPoint *)points->data;
  g_autoptr(GArray) handles = cap_freehand_handles(before, 100, 4.9);
  ck_assert_int_eq((int)handles->len, 10); /* in 50 mm, and round */
  for (int i = 0; i < 10; i++)
    ck_assert_int_eq(g_array_index(handles, int, i), 10 * i);
  cap_freehand_pull(points, handles, 0, (CapPoint){11, 0, 3}); /* 3 mm out */
  ck_assert_double_eq_tol(now[0].x, 11, 1e-9);
  double last = 3;
  for (int i = 1; i < 10; i++) {
    const double right = cap_point_distance(now[i], before[i]);
    ck_assert_double_lt(right, last);
    ck_assert_double_eq_tol(cap_point_distance(now[100 - i], before[100 - i]),
                            right, 1e-6);
    last = right;
  }
  ck_assert_double_eq_tol(cap_point_distance(now[5], before[5]), 1.5, 1e-6);
  for (int i = 10; i <= 90; i++)
    ck_assert_mem_eq(&now[i], &before[i], sizeof now[i]);
  ck_assert(cap_freehand_is_simple(now, 100));
}
END_TEST

START_TEST(an_outline_with_one_handle_moves_as_a_whole)
{
  g_autoptr(GArray) points = circle(0, 0.995, 0);
  g_autoptr(GArray) was = g_array_copy(points);
  g_autoptr(GArray) handles =
      cap_freehand_handles((CapPoint *)was->data, 100, 40);
  ck_assert_int_eq((int)handles->len, 1);
  cap_freehand_pull(points, handles, 0, (CapPoint){8, 5, 3});
  for (int i = 0; i < 100; i++)
    ck_assert_double_eq_tol(g_array_index(points, CapPoint, i).y,
                            g_array_index(was, CapPoint, i).y + 5, 1e-9);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("freehand");
  TCase *tests = tcase_create("freehand");
  tcase_add_loop_test(tests, content_and_area_are_those_of_the_definition, 0,
                      G_N_ELEMENTS(grids));
  tcase_add_test(tests, absent_planes_and_what_is_outside_do_not_count);
  tcase_add_loop_test(tests, what_crosses_itself_measures_nothing, 0,
                      G_N_ELEMENTS(outlines));
  tcase_add_test(tests, a_hand_that_goes_too_far_is_cut_off);
  tcase_add_test(tests, it_moves_as_a_whole_and_is_kept_by_four_decimals);
  tcase_add_test(tests, a_corner_alone_moves_in_the_plane_of_the_outline);
  tcase_add_test(tests, what_a_hand_drew_bends_between_two_handles);
  tcase_add_test(tests, an_outline_with_one_handle_moves_as_a_whole);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
