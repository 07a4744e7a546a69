/* Nodules that have grown by known factors are paired, and the interval of
 * their growth has the truth. */
#include "core/measure/measure.h"
#include "core/measure/prior.h"
#include "tests/support/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N 12

/* Lung without anything in it, 112 x 112 x 60 mm. */
static CapVolume *
lung(double slice_mm, const char *date)
{
  const double pixel_mm = 0.7;
  CapVolume *volume = cap_volume_new(
      (int)(112 / pixel_mm), (int)(112 / pixel_mm), (int)(60 / slice_mm), NULL);
  volume->spacing_mm[0] = volume->spacing_mm[1] = pixel_mm;
  volume->spacing_mm[2] = slice_mm;
  volume->usable = CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT;
  g_free(volume->source->study_date);
  volume->source->study_date = g_strdup(date);
  for (gsize i = 0; i < cap_volume_n_voxels(volume); i++)
    volume->voxels_hu[i] = -850;
  return volume;
}

/* The share of the voxel around INDEX that lies within RADIUS of CENTER. */
static double
share(const CapVolume *v, const int index[3], CapPoint center, double radius)
{
  enum { SUB = 4 };
  int inside = 0;
  for (int k = 0; k < SUB * SUB * SUB; k++) {
    const int sub[3] = {k % SUB, k / SUB % SUB, k / (SUB * SUB)};
    double p[3];
    for (int i = 0; i < 3; i++)
      p[i] = index[i] + (sub[i] + 0.5) / SUB - 0.5;
    const CapPoint at = cap_volume_to_patient(v, (CapPoint){p[0], p[1], p[2]});
    inside += sqrt((at.x - center.x) * (at.x - center.x) +
                   (at.y - center.y) * (at.y - center.y) +
                   (at.z - center.z) * (at.z - center.z)) <= radius;
  }
  return inside / (double)(SUB * SUB * SUB);
}

static void
paint(CapVolume *v, CapPoint center, double radius)
{
  const CapPoint middle = cap_volume_to_index(v, center);
  const double at[3] = {middle.x, middle.y, middle.z};
  int from[3], to[3], i[3];
  for (int k = 0; k < 3; k++) {
    from[k] = (int)floor(at[k] - radius / v->spacing_mm[k] - 1);
    to[k] = (int)ceil(at[k] + radius / v->spacing_mm[k] + 1);
  }
  for (i[2] = from[2]; i[2] <= to[2]; i[2]++)
    for (i[1] = from[1]; i[1] <= to[1]; i[1]++)
      for (i[0] = from[0]; i[0] <= to[0]; i[0]++) {
        int16_t *voxel = cap_volume_slice(v, i[2]) + i[1] * v->columns + i[0];
        *voxel = (int16_t)lround(*voxel +
                                 share(v, i, center, radius) * (40.0 - *voxel));
      }
}

/* Nodule K: its place, its diameter at first, and how much its volume grows. */
static CapPoint
place(int k)
{
  return (CapPoint){18 + 26 * (k % 4) + 0.37 * k, 20 + 34 * (k / 4) - 0.23 * k,
                    16 + 14 * (k % 3) + 0.31 * k};
}

static double
diameter(int k)
{
  return 6 + 0.6 * k;
}

static double
factor(int k)
{
  return 1 + 0.25 * (k % 5);
}

static CapFinding *
measured(const CapVolume *volume, int id, CapPoint center, double mm)
{
  CapFinding *f = cap_finding_new();
  f->id = id;
  f->center_mm = center;
  f->mask = cap_measure_segment(volume, center, mm);
  ck_assert_ptr_nonnull(f->mask);
  cap_measure_finding(volume, NULL, f);
  return f;
}

/* In the earlier scan everything lies SHIFT elsewhere, and ids run backwards.
 */
static const CapPoint shift = {5, -3, 4};

static int
check_growth(double slice_mm)
{
  g_autoptr(CapVolume) now = lung(slice_mm, "20261129");
  g_autoptr(CapVolume) then = lung(slice_mm, "20260812"); /* 109 days */
  g_autoptr(CapFindings) current = cap_findings_new(now);
  g_autoptr(CapFindings) prior = cap_findings_new(then);
  for (int k = 0; k < N; k++) {
    const CapPoint a = place(k),
                   b = {a.x + shift.x, a.y + shift.y, a.z + shift.z};
    paint(now, a, diameter(k) / 2 * cbrt(factor(k)));
    paint(then, b, diameter(k) / 2);
  }
  for (int k = 0; k < N; k++) {
    const CapPoint a = place(k),
                   b = {a.x + shift.x, a.y + shift.y, a.z + shift.z};
    g_ptr_array_add(current->items,
                    measured(now, k + 1, a, diameter(k) * cbrt(factor(k))));
    g_ptr_array_add(prior->items, measured(then, N - k, b, diameter(k)));
  }
  CapAlignment alignment = {.to_prior = cap_transform_identity(), .overlap = 1};
  alignment.to_prior.t = shift;
  const CapComparison comparison = {.current_volume = now,
                                    .prior_volume = then,
                                    .prior = prior,
                                    .alignment = &alignment};
  g_autoptr(GArray) pairs = cap_prior_compare(current, &comparison);
  ck_assert_uint_eq(pairs->len, N);
  ck_assert_str_eq(current->prior_scan->date, "20260812");
  ck_assert_int_eq(current->prior_scan->days, 109);
  int held = 0;
  for (int k = 0; k < N; k++) {
    const CapFinding *f = current->items->pdata[k];
    CapGrowth growth;
    ck_assert_int_eq(f->prior.state, CAP_PRIOR_MATCHED);
    ck_assert_int_eq(f->prior.id, N - k);
    ck_assert_int_eq(f->prior.days, 109);
    ck_assert(cap_prior_growth(f, &growth));
    const double truth = factor(k);
    held += truth >= growth.ratio_low && truth <= growth.ratio_high;
    if (truth > 1) {
      const double days = 109 * log(2) / log(truth);
      ck_assert(days >= growth.doubling_low * 0.9);
    }
  }
  return held;
}

START_TEST(intervals_have_the_truth)
{
  static const double slices_mm[] = {0.75, 1.25, 2.5};
  for (guint i = 0; i < G_N_ELEMENTS(slices_mm); i++) {
    const int held = check_growth(slices_mm[i]);
    printf("# slices of %.2f mm: the truth lies in %d of %d intervals\n",
           slices_mm[i], held, N);
    ck_assert_int_ge(held, N - 1);
  }
}
END_TEST

START_TEST(new_gone_and_out_of_reach)
{
  g_autoptr(CapVolume) now = lung(1.25, "20261129");
  g_autoptr(CapVolume) then = lung(1.25, "20260812");
  then->origin_mm.z = 30; /* begins half-way */
  g_free(then->source->patient_id);
  then->source->patient_id = g_strdup("8");
  g_free(now->source->patient_id);
  now->source->patient_id = g_strdup("7");
  g_autoptr(CapFindings) current = cap_findings_new(now);
  g_autoptr(CapFindings) prior = cap_findings_new(then);
  const CapPoint low = {50, 50, 10}, high = {50, 50, 50}, side = {90, 90, 60};
  paint(now, low, 4);
  paint(now, high, 4);
  paint(then, side, 4);
  g_ptr_array_add(current->items, measured(now, 1, low, 8));
  g_ptr_array_add(current->items, measured(now, 2, high, 8));
  g_ptr_array_add(prior->items, measured(then, 1, side, 8));
  const CapAlignment alignment = {.to_prior = cap_transform_identity(),
                                  .overlap = 0.5};
  const CapComparison comparison = {.current_volume = now,
                                    .prior_volume = then,
                                    .prior = prior,
                                    .alignment = &alignment};
  g_autoptr(GArray) pairs = cap_prior_compare(current, &comparison);
  const CapFinding *first = current->items->pdata[0];
  const CapFinding *second = current->items->pdata[1];
  ck_assert_int_eq(first->prior.state, CAP_PRIOR_NONE); /* not scanned then */
  ck_assert_int_eq(second->prior.state, CAP_PRIOR_NEW);
  g_ptr_array_add(current->notes, NULL);
  g_autofree char *notes = g_strjoinv("\n", (char **)current->notes->pdata);
  g_ptr_array_set_size(current->notes, (int)current->notes->len - 1);
  ck_assert_ptr_nonnull(strstr(notes, "Earlier finding 1"));
  ck_assert_ptr_nonnull(strstr(notes, "another patient's"));
  ck_assert_ptr_nonnull(strstr(notes, "could not be aligned well"));
  ck_assert_int_eq(current->context.exam, CAP_EXAM_FOLLOW_UP);

  /* Once more, as the reader says: what was said before is not said again. */
  const guint n_notes = current->notes->len;
  const CapPairChoice choice = {.current = 2, .prior = 1};
  g_autoptr(GArray) choices = g_array_new(FALSE, FALSE, sizeof(CapPairChoice));
  g_array_append_val(choices, choice);
  CapComparison again = comparison;
  again.choices = choices;
  g_array_unref(cap_prior_compare(current, &again));
  ck_assert_uint_eq(current->notes->len, n_notes - 1); /* 1 has a partner */
  ck_assert_int_eq(second->prior.id, 1);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("prior");
  TCase *tests = tcase_create("growth");
  tcase_add_test(tests, intervals_have_the_truth);
  tcase_add_test(tests, new_gone_and_out_of_reach);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
