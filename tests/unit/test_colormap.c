/* The heat map: even and rising lightness, clear at zero, safe on any value. */
#include "core/image/colormap.h"
#include "tests/support/suite.h"

#include <math.h>

/* CIE L* of an sRGB colour, from its own definition (IEC 61966-2-1, CIE 1976).
 */
static double
lightness(const uint8_t rgb[3])
{
  const double weight[3] = {0.2126, 0.7152, 0.0722};
  double y = 0;
  for (int c = 0; c < 3; c++) {
    const double v = rgb[c] / 255.0;
    y += weight[c] * (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
  }
  return y > 216.0 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27.0;
}

START_TEST(lightness_rises_evenly)
{
  double before = -1, smallest = 1e9, largest = 0;
  for (int i = 0; i <= 16; i++) {
    uint8_t rgb[3];
    cap_colormap_heat_opaque(i / 16.0, rgb);
    const double here = lightness(rgb);
    if (i > 1) { /* the first step is within black */
      smallest = MIN(smallest, here - before);
      largest = MAX(largest, here - before);
    }
    before = here;
  }
  ck_assert_double_gt(smallest, 3.0);
  ck_assert_double_lt(largest / smallest, 2.2);
  ck_assert_double_gt(before, 90.0);
}
END_TEST

START_TEST(the_path_runs_from_violet_over_red_to_yellow)
{
  uint8_t low[3], middle[3], high[3];
  cap_colormap_heat_opaque(0.25, low);
  cap_colormap_heat_opaque(0.55, middle);
  cap_colormap_heat_opaque(0.9, high);
  ck_assert_int_gt(low[2], low[1]);
  ck_assert_int_gt(low[0], low[1]);
  ck_assert_int_gt(middle[0], middle[1]);
  ck_assert_int_gt(middle[0], middle[2]);
  ck_assert_int_gt(high[0], high[2]);
  ck_assert_int_gt(high[1], high[2]);
}
END_TEST

START_TEST(nothing_is_clear_and_bad_values_are_nothing)
{
  uint8_t rgba[4];
  const double odd[] = {0.0, -3.0, NAN, -INFINITY};
  for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
    cap_colormap_heat(odd[i], rgba);
    ck_assert_int_eq(rgba[3], 0);
  }
  cap_colormap_heat(7.0, rgba);
  ck_assert_int_eq(rgba[3], 255);
}
END_TEST

START_TEST(blending_leaves_the_image_where_there_is_no_heat)
{
  uint8_t pixels[8] = {10, 20, 30, 255, 10, 20, 30, 255};
  const float map[2] = {0.0F, 1.0F};
  cap_colormap_blend(map, 2, 1.0, pixels);
  uint8_t hottest[3];
  cap_colormap_heat_opaque(1.0, hottest);
  for (int c = 0; c < 3; c++) {
    ck_assert_int_eq(pixels[c], 10 * (c + 1));
    ck_assert_int_eq(pixels[4 + c], hottest[c]);
  }
  ck_assert_int_eq(pixels[7], 255);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("colormap");
  TCase *tests = tcase_create("colormap");
  tcase_add_test(tests, lightness_rises_evenly);
  tcase_add_test(tests, the_path_runs_from_violet_over_red_to_yellow);
  tcase_add_test(tests, nothing_is_clear_and_bad_values_are_nothing);
  tcase_add_test(tests, blending_leaves_the_image_where_there_is_no_heat);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
