/* Slice rendering: geometry, letters, window, absent planes, golden image. */
#include "core/image/slice.h"
#include "core/image/unit.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

/* Columns run to the left (+x), rows to the back (+y), slices to the head. */
static CapVolume *
make_volume(void)
{
  CapVolume *volume = cap_volume_new(40, 30, 20, NULL);
  volume->spacing_mm[0] = 0.8;
  volume->spacing_mm[1] = 0.9;
  volume->spacing_mm[2] = 2.5;
  volume->origin_mm = (CapPoint){-15, 20, -300};
  return volume;
}

static CapPoint
middle_of(const CapVolume *v)
{
  return cap_volume_to_patient(v, (CapPoint){(v->columns - 1) / 2.0,
                                             (v->rows - 1) / 2.0,
                                             (v->slices - 1) / 2.0});
}

static CapSliceView
make_view(const CapVolume *volume, CapPlane plane)
{
  return (CapSliceView){.plane = plane,
                        .center_mm = middle_of(volume),
                        .mm_per_pixel = 0.5,
                        .window_hu = 401,
                        .level_hu = 0.5,
                        .interpolate = FALSE};
}

static int
grey_at(const uint8_t *pixels, int width, int x, int y)
{
  return pixels[4 * (y * width + x)];
}

static void
set_voxel(CapVolume *v, int c, int r, int s, int16_t hu)
{
  cap_volume_slice(v, s)[r * v->columns + c] = hu;
}

START_TEST(pixels_and_patient_points_round_trip)
{
  g_autoptr(CapVolume) volume = make_volume();
  const double c = cos(0.4), s = sin(0.4);
  volume->axis[1] = (CapPoint){0, c, s};
  volume->axis[2] = (CapPoint){0, -s, c};
  for (int plane = 0; plane < 3; plane++) {
    const CapSliceView view = make_view(volume, plane);
    const CapPoint p = cap_slice_to_patient(volume, &view, 101, 60, 12.5, 7);
    double x, y;
    cap_slice_to_pixel(volume, &view, 101, 60, p, &x, &y);
    ck_assert_double_eq_tol(x, 12.5, 1e-9);
    ck_assert_double_eq_tol(y, 7, 1e-9);
    ck_assert_double_eq_tol(cap_slice_distance(volume, &view, p), 0, 1e-9);
    const CapPoint q = cap_slice_to_patient(volume, &view, 101, 60, 50, 29.5);
    ck_assert_double_eq_tol(q.x, view.center_mm.x, 1e-9);
    ck_assert_double_eq_tol(q.z, view.center_mm.z, 1e-9);
  }
}
END_TEST

/* One bright voxel must show where cap_slice_to_pixel says, in all planes and
 * with every axis mirrored. */
START_TEST(a_bright_voxel_shows_at_its_pixel)
{
  const int sizes[][2] = {{64, 64}, {90, 51}};
  for (int mirror = 0; mirror < 8; mirror++)
    for (int i = 0; i < 6; i++) {
      g_autoptr(CapVolume) volume = make_volume();
      volume->axis[0].x = mirror & 1 ? -1 : 1;
      volume->axis[1].y = mirror & 2 ? -1 : 1;
      volume->axis[2].z = mirror & 4 ? -1 : 1;
      set_voxel(volume, 17, 12, 11, 1000);
      CapSliceView view = make_view(volume, i % 3);
      view.interpolate = i >= 3;
      const CapPoint at = cap_volume_to_patient(volume, (CapPoint){17, 12, 11});
      view.center_mm = (CapPoint){at.x + 1.7, at.y - 2.1, at.z + 3};
      view.center_mm = cap_slice_at_index(
          volume, view.plane, cap_slice_index(volume, view.plane, at),
          view.center_mm);
      const int w = sizes[i & 1][0], h = sizes[i & 1][1];
      g_autofree uint8_t *pixels = g_malloc(4 * w * h);
      cap_slice_render(volume, &view, w, h, pixels);
      double x, y;
      cap_slice_to_pixel(volume, &view, w, h, at, &x, &y);
      ck_assert_int_eq(grey_at(pixels, w, (int)lrint(x), (int)lrint(y)), 255);
      int lit = 0;
      for (int p = 0; p < w * h; p++)
        lit += pixels[4 * p] == 255;
      ck_assert_int_lt(lit, 16);
    }
}
END_TEST

START_TEST(radiological_convention_holds)
{
  g_autoptr(CapVolume) volume = make_volume();
  CapSliceView view = make_view(volume, CAP_PLANE_AXIAL);
  double x, y;
  const CapPoint m = view.center_mm;
  cap_slice_to_pixel(volume, &view, 50, 50, (CapPoint){m.x + 5, m.y, m.z}, &x,
                     &y);
  ck_assert_double_gt(x, 30); /* patient left is on the image's right */
  cap_slice_to_pixel(volume, &view, 50, 50, (CapPoint){m.x, m.y + 5, m.z}, &x,
                     &y);
  ck_assert_double_gt(y, 30); /* back is down */
  view.plane = CAP_PLANE_SAGITTAL;
  cap_slice_to_pixel(volume, &view, 50, 50, (CapPoint){m.x, m.y + 5, m.z + 5},
                     &x, &y);
  ck_assert_double_gt(x, 30); /* front is on the left */
  ck_assert_double_lt(y, 20); /* head is up */
}
END_TEST

START_TEST(planes_are_counted_and_stepped)
{
  g_autoptr(CapVolume) volume = make_volume();
  ck_assert_int_eq(cap_slice_count(volume, CAP_PLANE_AXIAL), 20);
  ck_assert_int_eq(cap_slice_count(volume, CAP_PLANE_CORONAL), 30);
  ck_assert_int_eq(cap_slice_count(volume, CAP_PLANE_SAGITTAL), 40);
  const CapPoint at = {3, 25, -290.1};
  ck_assert_int_eq(cap_slice_index(volume, CAP_PLANE_AXIAL, at), 4);
  const CapPoint there = cap_slice_at_index(volume, CAP_PLANE_AXIAL, 7, at);
  ck_assert_double_eq_tol(there.z, -300 + 7 * 2.5, 1e-9);
  ck_assert_double_eq_tol(there.x, 3, 1e-9);
  ck_assert_int_eq(
      cap_slice_index(volume, CAP_PLANE_AXIAL, (CapPoint){0, 0, -400}), -40);
}
END_TEST

START_TEST(letters_name_the_edges)
{
  g_autoptr(CapVolume) volume = make_volume();
  char letters[4][4];
  cap_slice_letters(volume, CAP_PLANE_AXIAL, letters);
  ck_assert_str_eq(letters[0], "R");
  ck_assert_str_eq(letters[1], "L");
  ck_assert_str_eq(letters[2], "A");
  ck_assert_str_eq(letters[3], "P");
  cap_slice_letters(volume, CAP_PLANE_SAGITTAL, letters);
  ck_assert_str_eq(letters[0], "A");
  ck_assert_str_eq(letters[1], "P");
  ck_assert_str_eq(letters[2], "H");
  ck_assert_str_eq(letters[3], "F");
  const double c = cos(0.4), s = sin(0.4);
  volume->axis[0] = (CapPoint){c, s, 0};
  volume->axis[1] = (CapPoint){-s, c, 0};
  cap_slice_letters(volume, CAP_PLANE_AXIAL, letters);
  ck_assert_str_eq(letters[0], "RA");
  ck_assert_str_eq(letters[1], "LP");
  ck_assert_str_eq(letters[2], "AL");
  ck_assert_str_eq(letters[3], "PR");
}
END_TEST

/* A scan whose slices are coronal still gives an axial view with the right
 * edges. */
START_TEST(planes_without_a_place_are_no_axial_ones)
{
  static const char *const names[3][2] = {
      {"Axial", "Image"}, {"Coronal", "Row"}, {"Sagittal", "Column"}};
  for (int plane = 0; plane < 3; plane++) {
    const CapPlane p = (CapPlane)plane;
    ck_assert_str_eq(cap_slice_plane_name(p, CAP_UNKNOWN_HU | CAP_UNKNOWN_MM),
                     names[plane][0]);
    ck_assert_str_eq(cap_slice_plane_name(p, CAP_UNKNOWN_PLACE),
                     names[plane][1]);
  }
}
END_TEST

START_TEST(a_coronal_acquisition_is_turned)
{
  g_autoptr(CapVolume) volume = make_volume();
  volume->axis[1] = (CapPoint){0, 0, -1};
  volume->axis[2] = (CapPoint){0, 1, 0};
  char letters[4][4];
  cap_slice_letters(volume, CAP_PLANE_AXIAL, letters);
  ck_assert_str_eq(letters[1], "L");
  ck_assert_str_eq(letters[3], "P");
  ck_assert_int_eq(cap_slice_count(volume, CAP_PLANE_AXIAL), 30);
  ck_assert_int_eq(cap_slice_count(volume, CAP_PLANE_CORONAL), 20);
}
END_TEST

/* DICOM PS3.3 C.11.2.1.2.1: black up to c - 0.5 - (w-1)/2, white above
 * c - 0.5 + (w-1)/2. */
START_TEST(the_window_ends_are_black_and_white)
{
  g_autoptr(CapVolume) volume = cap_volume_new(5, 1, 1, NULL);
  const int16_t hu[] = {-201, -200, 0, 199, 200};
  memcpy(volume->voxels_hu, hu, sizeof hu);
  CapSliceView view = make_view(volume, CAP_PLANE_AXIAL);
  view.mm_per_pixel = 1;
  const int want[] = {0, 0, 128, 254, 255};
  uint8_t pixels[4 * 5];
  for (int invert = 0; invert < 2; invert++) {
    view.invert = invert;
    cap_slice_render(volume, &view, 5, 1, pixels);
    for (int i = 0; i < 5; i++) {
      const int grey = invert ? 255 - want[i] : want[i];
      ck_assert_int_le(abs(pixels[4 * i] - grey), 1);
      ck_assert_int_eq(pixels[4 * i + 1], pixels[4 * i]);
      ck_assert_int_eq(pixels[4 * i + 3], 255);
    }
  }
  view.invert = FALSE;
  view.window_hu = 0; /* a threshold, not a division by zero */
  cap_slice_render(volume, &view, 5, 1, pixels);
  ck_assert_int_eq(pixels[4 * 1], 0);
  ck_assert_int_eq(pixels[4 * 3], 255);
}
END_TEST

START_TEST(interpolation_is_linear_in_plane)
{
  g_autoptr(CapVolume) volume = cap_volume_new(2, 2, 1, NULL);
  const int16_t hu[] = {-200, 200, -200, 200};
  memcpy(volume->voxels_hu, hu, sizeof hu);
  CapSliceView view = make_view(volume, CAP_PLANE_AXIAL);
  view.mm_per_pixel = 0.25;
  view.interpolate = TRUE;
  uint8_t pixels[4 * 9];
  cap_slice_render(volume, &view, 9, 1, pixels);
  const int outside = pixels[0]; /* index -0.5 is the border, inside */
  ck_assert_int_eq(outside, 0);
  ck_assert_int_le(abs(pixels[4 * 3] - 64), 1); /* index 0.25 */
  ck_assert_int_le(abs(pixels[4 * 4] - 128), 1);
  ck_assert_int_le(abs(pixels[4 * 5] - 191), 1);
}
END_TEST

static gboolean
has_hatch(const uint8_t *pixels, int width, int y)
{
  for (int x = 1; x < width; x++)
    if (grey_at(pixels, width, x, y) != grey_at(pixels, width, x - 1, y))
      return TRUE;
  return FALSE;
}

START_TEST(absent_planes_are_hatched)
{
  g_autoptr(CapVolume) volume = make_volume();
  for (gsize i = 0; i < cap_volume_n_voxels(volume); i++)
    volume->voxels_hu[i] = 0;
  volume->valid[10] = 0;
  memset(cap_volume_slice(volume, 10), 0x80, 40 * 30 * 2);
  uint8_t pixels[4 * 60 * 100];
  CapSliceView view = make_view(volume, CAP_PLANE_AXIAL);
  view.center_mm = cap_slice_at_index(volume, view.plane, 10, view.center_mm);
  cap_slice_render(volume, &view, 60, 100, pixels);
  ck_assert(has_hatch(pixels, 60, 50));

  for (int i = 0; i < 4; i++) {
    view.plane = i & 1 ? CAP_PLANE_CORONAL : CAP_PLANE_SAGITTAL;
    view.interpolate = i >= 2;
    cap_slice_render(volume, &view, 40, 100, pixels);
    for (int slice = 9; slice <= 11; slice++) {
      double x, y;
      const CapPoint at =
          cap_volume_to_patient(volume, (CapPoint){20, 15, slice});
      cap_slice_to_pixel(volume, &view, 40, 100, at, &x, &y);
      for (int dy = -1; dy <= 1; dy++) /* a plane is 5 pixels high */
        ck_assert_int_eq(has_hatch(pixels, 40, (int)lrint(y) + dy),
                         slice == 10);
    }
  }
}
END_TEST

START_TEST(views_off_the_volume_are_flat)
{
  g_autoptr(CapVolume) volume = make_volume();
  CapSliceView view = make_view(volume, CAP_PLANE_AXIAL);
  uint8_t pixels[4 * 16 * 16];
  const CapPoint off[] = {{0, 0, 5000}, {5000, 0, -280}, {NAN, 0, NAN}};
  for (gsize i = 0; i < G_N_ELEMENTS(off); i++) {
    view.center_mm = off[i];
    cap_slice_render(volume, &view, 16, 16, pixels);
    for (int p = 1; p < 16 * 16; p++)
      ck_assert_int_eq(pixels[4 * p], pixels[0]);
    ck_assert_int_gt(pixels[0], 0);
    ck_assert_int_lt(pixels[0], 64);
  }
}
END_TEST

/* A smooth volume seen through the whole path: its mean grey against the mean
 * of the function it was sampled from, drawn in double precision. */
START_TEST(a_known_function_is_drawn_right)
{
  g_autoptr(CapVolume) volume = make_volume();
  int16_t *voxel = volume->voxels_hu;
  for (int s = 0; s < 20; s++)
    for (int r = 0; r < 30; r++)
      for (int c = 0; c < 40; c++)
        *voxel++ =
            (int16_t)lrint(150 * sin(c * 0.3) + 80 * cos(r * 0.5) + 6 * s - 60);
  for (int plane = 0; plane < 3; plane++) {
    CapSliceView view = make_view(volume, plane);
    view.interpolate = TRUE;
    view.mm_per_pixel = 0.37;
    uint8_t pixels[4 * 60 * 60];
    cap_slice_render(volume, &view, 60, 60, pixels);
    double sum = 0, want = 0;
    int inside = 0;
    for (int y = 0; y < 60; y++)
      for (int x = 0; x < 60; x++) {
        const CapPoint p = cap_slice_to_patient(volume, &view, 60, 60, x, y);
        CapPoint i = cap_volume_to_index(volume, p);
        if (i.x < 0 || i.y < 0 || i.z < 0 || i.x > 39 || i.y > 29 || i.z > 19)
          continue;
        if (plane == CAP_PLANE_AXIAL)
          i.z = floor(i.z + 0.5);
        else if (plane == CAP_PLANE_CORONAL)
          i.y = floor(i.y + 0.5);
        else
          i.x = floor(i.x + 0.5);
        const double hu =
            150 * sin(i.x * 0.3) + 80 * cos(i.y * 0.5) + 6 * i.z - 60;
        want += CLAMP((hu - 0.0) / 400 * 255 + 127.5, 0, 255);
        sum += grey_at(pixels, 60, x, y);
        inside++;
      }
    ck_assert_int_gt(inside, 2000);
    ck_assert_double_eq_tol(sum / inside, want / inside, 0.6);
  }
}
END_TEST

/* Whatever lies along the columns, and however the grid is turned. */
START_TEST(a_brick_changes_no_pixel)
{
  static const CapPoint axes[3] = {{0.6, 0.8, 0}, {-0.8, 0.6, 0}, {0, 0, -1}};
  static const int orders[4][3] = {{0, 1, 2}, {1, 0, 2}, {1, 2, 0}, {2, 1, 0}};
  guint32 seed = 1;
  for (int o = 0; o < 4; o++) {
    g_autoptr(CapVolume) volume = cap_volume_new(21, 17, 13, NULL);
    for (int i = 0; i < 3; i++)
      volume->axis[i] = axes[orders[o][i]];
    for (gsize i = 0; i < cap_volume_n_voxels(volume); i++)
      volume->voxels_hu[i] =
          (int16_t)((seed = seed * 1664525u + 1013904223u) >> 22);
    volume->valid[4] = 0;
    g_autoptr(CapBrick) brick = cap_brick_new();
    for (int i = 0; i < 3 * 21; i++) {
      CapSliceView view = make_view(volume, i % 3);
      view.interpolate = i % 2;
      view.level_hu = 500;
      view.center_mm =
          cap_slice_at_index(volume, i % 3, i * 8 / 3 % 21, view.center_mm);
      uint8_t pixels[2][4 * 50 * 40];
      cap_slice_render(volume, &view, 50, 40, pixels[0]);
      cap_slice_render_from(&(CapSliceKept){.brick = brick}, volume, &view, 50,
                            40, pixels[1]);
      ck_assert_mem_eq(pixels[0], pixels[1], sizeof pixels[0]);
    }
    volume->voxels_hu[17 * 21 + 8] = 3000;
    cap_brick_forget(brick);
    ck_assert_int_eq(cap_brick_plane(brick, volume, 8)[17], 3000);
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("slice");
  TCase *tests = tcase_create("slice");
  tcase_add_test(tests, pixels_and_patient_points_round_trip);
  tcase_add_test(tests, a_bright_voxel_shows_at_its_pixel);
  tcase_add_test(tests, radiological_convention_holds);
  tcase_add_test(tests, planes_are_counted_and_stepped);
  tcase_add_test(tests, letters_name_the_edges);
  tcase_add_test(tests, planes_without_a_place_are_no_axial_ones);
  tcase_add_test(tests, a_coronal_acquisition_is_turned);
  tcase_add_test(tests, the_window_ends_are_black_and_white);
  tcase_add_test(tests, interpolation_is_linear_in_plane);
  tcase_add_test(tests, absent_planes_are_hatched);
  tcase_add_test(tests, views_off_the_volume_are_flat);
  tcase_add_test(tests, a_known_function_is_drawn_right);
  tcase_add_test(tests, a_brick_changes_no_pixel);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
