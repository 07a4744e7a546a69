/* Lung mask on drawn chests: touching lungs, pleural nodules, table, airway,
 * gaps, and scans without lungs. */
#include "core/error.h"
#include "core/image/lung.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

#define MM 2.0

static void
draw(CapVolume *v, CapPoint at, CapPoint radius, int hu)
{
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++) {
        const CapPoint p = cap_volume_to_patient(v, (CapPoint){c, r, s});
        const double x = (p.x - at.x) / radius.x, y = (p.y - at.y) / radius.y,
                     z = (p.z - at.z) / radius.z;
        if (x * x + y * y + z * z <= 1)
          cap_volume_slice(v, s)[r * v->columns + c] = (int16_t)hu;
      }
}

static CapVolume *
empty_scan(void)
{
  CapVolume *v = cap_volume_new(180, 150, 100, NULL);
  v->spacing_mm[0] = v->spacing_mm[1] = MM;
  v->spacing_mm[2] = 2.5;
  v->origin_mm = (CapPoint){-180, -150, -125};
  return v;
}

/* Body on a hollow table; lungs that overlap in front by APART < 0. */
static CapVolume *
make_chest(double apart_mm)
{
  CapVolume *v = empty_scan();
  const double x = 55 + apart_mm / 2;
  draw(v, (CapPoint){0, 0, 0}, (CapPoint){150, 105, 2000}, 40);
  draw(v, (CapPoint){-x, 0, -10}, (CapPoint){55, 75, 90}, -860);
  draw(v, (CapPoint){x, 0, -10}, (CapPoint){55, 75, 90}, -860);
  draw(v, (CapPoint){0, 15, 220}, (CapPoint){9, 9, 200}, -1000);
  for (int s = 0; s < v->slices; s++)
    for (int r = 130; r < 146; r++)
      for (int c = 10; c < 170; c++)
        cap_volume_slice(v, s)[r * v->columns + c] =
            r < 132 || r > 143 || c < 12 || c > 167 ? -100 : -880;
  return v;
}

static uint8_t
label_at(const CapVolume *v, const CapMask *mask, double x, double y, double z)
{
  const CapPoint i = cap_volume_to_index(v, (CapPoint){x, y, z});
  return cap_mask_at(mask, (int)lrint(i.x), (int)lrint(i.y), (int)lrint(i.z));
}

static CapMask *
mask_of(const CapVolume *v)
{
  GError *error = NULL;
  CapMask *mask = cap_lung_mask(v, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(mask->columns, v->columns);
  ck_assert_int_eq(mask->slices, v->slices);
  return mask;
}

START_TEST(both_lungs_are_found_and_nothing_else)
{
  g_autoptr(CapVolume) v = make_chest(10);
  g_autoptr(CapMask) mask = mask_of(v);
  ck_assert_int_eq(label_at(v, mask, -60, 0, 0), CAP_LUNG_RIGHT);
  ck_assert_int_eq(label_at(v, mask, 60, 0, 0), CAP_LUNG_LEFT);
  ck_assert_int_eq(label_at(v, mask, 0, 130, 0), 0);  /* inside the table */
  ck_assert_int_eq(label_at(v, mask, 0, 15, 100), 0); /* trachea */
  ck_assert_int_eq(label_at(v, mask, 0, -130, 0), 0); /* air around */
  ck_assert_int_eq(label_at(v, mask, 130, 0, 0), 0);  /* chest wall */
  const double ml = cap_mask_count(mask) * MM * MM * 2.5 / 1000;
  const double want = 2 * 4.0 / 3.0 * G_PI * 55 * 75 * 90 / 1000;
  ck_assert_double_eq_tol(ml, want, 0.06 * want);
}
END_TEST

START_TEST(touching_lungs_are_cut_apart)
{
  g_autoptr(CapVolume) v = make_chest(-6);
  g_autoptr(CapMask) mask = mask_of(v);
  ck_assert_int_eq(label_at(v, mask, -60, 0, 0), CAP_LUNG_RIGHT);
  ck_assert_int_eq(label_at(v, mask, 60, 0, 0), CAP_LUNG_LEFT);
  ck_assert_int_eq(label_at(v, mask, -12, 0, 0), CAP_LUNG_RIGHT);
  ck_assert_int_eq(label_at(v, mask, 12, 0, 0), CAP_LUNG_LEFT);
}
END_TEST

START_TEST(axes_of_the_patient_decide_the_side)
{
  g_autoptr(CapVolume) v = make_chest(10);
  v->axis[0].x = -1; /* columns now run to the patient's right */
  v->origin_mm.x = 180;
  g_autoptr(CapMask) mask = mask_of(v);
  ck_assert_int_eq(label_at(v, mask, -60, 0, 0), CAP_LUNG_RIGHT);
  ck_assert_int_eq(label_at(v, mask, 60, 0, 0), CAP_LUNG_LEFT);
}
END_TEST

/* Balls of 12 to 28 mm in the wall, in the middle, and free: their centres are
 * inside. */
START_TEST(attached_nodules_stay_inside)
{
  for (int diameter = 12; diameter <= 28; diameter += 8) {
    g_autoptr(CapVolume) v = make_chest(10);
    const double r = diameter / 2.0;
    const CapPoint at[] = {{-115 + r * 0.8, 0, 0},
                           {5 + r * 0.8, 0, -10},
                           {60, 75 - r * 0.8, 0},
                           {-70, 10, 20}};
    for (int i = 0; i < 4; i++)
      draw(v, at[i], (CapPoint){r, r, r}, 30);
    g_autoptr(CapMask) mask = mask_of(v);
    for (int i = 0; i < 4; i++)
      ck_assert_msg(label_at(v, mask, at[i].x, at[i].y, at[i].z) != 0,
                    "%d mm, place %d", diameter, i);
  }
}
END_TEST

START_TEST(short_gaps_are_bridged_and_long_ones_cleared)
{
  g_autoptr(CapVolume) v = make_chest(10);
  const int absent[] = {40, 41, 60, 61, 62, 63, 64, 65};
  for (gsize i = 0; i < G_N_ELEMENTS(absent); i++) {
    v->valid[absent[i]] = 0;
    for (int k = 0; k < v->columns * v->rows; k++)
      cap_volume_slice(v, absent[i])[k] = CAP_HU_AIR;
  }
  g_autoptr(CapMask) mask = mask_of(v);
  ck_assert_int_eq(cap_mask_at(mask, 60, 75, 40), CAP_LUNG_RIGHT);
  ck_assert_int_eq(cap_mask_at(mask, 60, 75, 50), CAP_LUNG_RIGHT);
  ck_assert_int_eq(cap_mask_at(mask, 60, 75, 62), 0);
  ck_assert_int_eq(cap_mask_at(mask, 120, 75, 70), CAP_LUNG_LEFT);
}
END_TEST

/* A field of view that ends in the right lung: straight (cropped columns), or
 * round, padded outside. */
START_TEST(a_lung_cut_by_the_field_of_view_stays)
{
  g_autoptr(CapVolume) whole = make_chest(10);
  const int cut = 45; /* x = -90 mm; the lung begins at -115 */
  g_autoptr(CapVolume) v =
      cap_volume_new(whole->columns - cut, whole->rows, whole->slices, NULL);
  memcpy(v->spacing_mm, whole->spacing_mm, sizeof v->spacing_mm);
  v->origin_mm = cap_volume_to_patient(whole, (CapPoint){cut, 0, 0});
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      memcpy(cap_volume_slice(v, s) + r * v->columns,
             cap_volume_slice(whole, s) + r * whole->columns + cut,
             v->columns * sizeof(int16_t));
  g_autoptr(CapMask) cropped = mask_of(v);
  for (int s = 0; s < whole->slices; s++)
    for (int r = 0; r < whole->rows; r++)
      for (int c = 0; c < whole->columns; c++)
        if (hypot(c - 89.5, r - 74.5) * MM > 90)
          cap_volume_slice(whole, s)[r * whole->columns + c] = CAP_HU_AIR;
  g_autoptr(CapMask) round = mask_of(whole);
  for (double x = -86; x < -20; x += 4) {
    ck_assert_msg(label_at(v, cropped, x, 0, 0) == CAP_LUNG_RIGHT, "%g", x);
    ck_assert_msg(label_at(whole, round, x, 0, 0) == CAP_LUNG_RIGHT, "%g", x);
  }
  ck_assert_int_eq(label_at(whole, round, -94, 0, 0), 0);
  ck_assert_int_eq(label_at(v, cropped, 60, 0, 0), CAP_LUNG_LEFT);
  ck_assert_int_eq(label_at(v, cropped, 0, -130, 0), 0); /* air around */
  ck_assert_int_eq(label_at(v, cropped, 0, 130, 0), 0);  /* inside the table */
}
END_TEST

START_TEST(one_lung_gets_its_side)
{
  g_autoptr(CapVolume) v = make_chest(10);
  draw(v, (CapPoint){60, 0, -10}, (CapPoint){60, 80, 95}, 40);
  g_autoptr(CapMask) mask = mask_of(v);
  ck_assert_int_eq(label_at(v, mask, -60, 0, 0), CAP_LUNG_RIGHT);
  ck_assert_int_eq(label_at(v, mask, 60, 0, 0), 0);
}
END_TEST

START_TEST(scans_without_lungs_give_an_empty_mask)
{
  g_autoptr(CapVolume) air = empty_scan();
  g_autoptr(CapMask) of_air = mask_of(air);
  ck_assert_uint_eq(cap_mask_count(of_air), 0);

  g_autoptr(CapVolume) body = empty_scan();
  draw(body, (CapPoint){0, 0, 0}, (CapPoint){150, 105, 2000}, 40);
  draw(body, (CapPoint){20, -30, 0}, (CapPoint){40, 40, 50}, -1000);
  g_autoptr(CapMask) of_body = mask_of(body); /* bowel gas */
  ck_assert_uint_eq(cap_mask_count(of_body), 0);

  g_autoptr(CapVolume) tiny = cap_volume_new(1, 1, 1, NULL);
  g_autoptr(CapMask) of_tiny = mask_of(tiny);
  ck_assert_uint_eq(cap_mask_count(of_tiny), 0);

  for (int s = 0; s < body->slices; s++)
    body->valid[s] = 0;
  g_autoptr(CapMask) of_nothing = mask_of(body);
  ck_assert_uint_eq(cap_mask_count(of_nothing), 0);
}
END_TEST

START_TEST(cancel_stops_it)
{
  g_autoptr(CapVolume) v = empty_scan();
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(GError) error = NULL;
  const CapProgress progress = {.cancellable = cancellable};
  g_cancellable_cancel(cancellable);
  ck_assert_ptr_null(cap_lung_mask(v, &progress, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("lung");
  TCase *tests = tcase_create("lung");
  tcase_set_timeout(tests, 200);
  tcase_add_test(tests, both_lungs_are_found_and_nothing_else);
  tcase_add_test(tests, touching_lungs_are_cut_apart);
  tcase_add_test(tests, axes_of_the_patient_decide_the_side);
  tcase_add_test(tests, attached_nodules_stay_inside);
  tcase_add_test(tests, short_gaps_are_bridged_and_long_ones_cleared);
  tcase_add_test(tests, a_lung_cut_by_the_field_of_view_stays);
  tcase_add_test(tests, one_lung_gets_its_side);
  tcase_add_test(tests, scans_without_lungs_give_an_empty_mask);
  tcase_add_test(tests, cancel_stops_it);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
