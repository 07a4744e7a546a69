/* An earlier scan is found again after it has been moved by a known map, and
 * nodules that have grown by a known factor are paired and measured. */
#include "core/error.h"
#include "core/image/register.h"
#include "core/image/resample.h"
#include "datasets/phantom/phantom.h"
#include "tests/support/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static CapVolume *
chest(int size, int slices)
{
  CapPhantomOptions options = cap_phantom_options_default();
  options.seed = 5;
  options.size = size;
  options.slices = slices;
  options.noise_hu = 15;
  GError *error = NULL;
  CapVolume *volume = cap_phantom_make(&options, NULL, NULL, &error);
  cap_assert_no_error(error);
  return volume;
}

/* VOLUME with its contents moved, so that MAP leads from a point of VOLUME to
 * the same point of the copy: the copy's grid is VOLUME's, moved by the shift
 * of MAP and sampled backwards. BACK is the reverse of MAP. */
static CapVolume *
move(const CapVolume *volume, const CapTransform *back)
{
  CapVolume *copy =
      cap_volume_new(volume->columns, volume->rows, volume->slices, NULL);
  memcpy(copy->spacing_mm, volume->spacing_mm, sizeof copy->spacing_mm);
  memcpy(copy->axis, volume->axis, sizeof copy->axis);
  copy->origin_mm = volume->origin_mm;
  copy->origin_mm.x += 40; /* another table position */
  copy->origin_mm.z -= 65;
  copy->usable = volume->usable;
  gsize i = 0;
  for (int s = 0; s < copy->slices; s++)
    for (int r = 0; r < copy->rows; r++)
      for (int c = 0; c < copy->columns; c++, i++) {
        const CapPoint there = cap_transform_apply(
            back, cap_volume_to_patient(copy, (CapPoint){c, r, s}));
        const CapPoint from = cap_volume_to_index(volume, there);
        const int x = (int)floor(from.x), y = (int)floor(from.y),
                  z = (int)floor(from.z);
        const double fx = from.x - x, fy = from.y - y, fz = from.z - z;
        double hu = 0;
        for (int k = 0; k < 8; k++)
          hu += (k & 1 ? fx : 1 - fx) * (k & 2 ? fy : 1 - fy) *
                (k & 4 ? fz : 1 - fz) *
                cap_volume_at(volume, x + (k & 1), y + ((k >> 1) & 1),
                              z + (k >> 2));
        copy->voxels_hu[i] = (int16_t)lround(hu);
      }
  return copy;
}

/* Turned by DEGREES about the body axis at CENTER, stretched by STRETCH along
 * it, then moved; and the reverse. */
static void
make_maps(CapPoint center, double degrees, double stretch, CapTransform *map,
          CapTransform *back)
{
  const double a = degrees * G_PI / 180, c = cos(a), s = sin(a);
  const CapPoint shift = {43, -4, -60};
  *map = (CapTransform){.m = {{c, -s, 0}, {s, c, 0}, {0, 0, stretch}}};
  *back = (CapTransform){.m = {{c, s, 0}, {-s, c, 0}, {0, 0, 1 / stretch}}};
  const CapPoint turned = cap_transform_apply(map, center);
  map->t =
      (CapPoint){center.x - turned.x + shift.x, center.y - turned.y + shift.y,
                 center.z - turned.z + shift.z};
  const CapPoint origin = cap_transform_apply(back, map->t);
  back->t = (CapPoint){-origin.x, -origin.y, -origin.z};
}

/* The worst error in mm over points of the lungs' box. */
static double
worst(const CapVolume *volume, const CapTransform *found,
      const CapTransform *truth)
{
  double most = 0;
  for (int k = 0; k < 27; k++) {
    const CapPoint p = cap_volume_to_patient(
        volume, (CapPoint){volume->columns * (0.25 + 0.25 * (k % 3)),
                           volume->rows * (0.3 + 0.2 * (k / 3 % 3)),
                           volume->slices * (0.25 + 0.25 * (k / 9))});
    const CapPoint a = cap_transform_apply(found, p);
    const CapPoint b = cap_transform_apply(truth, p);
    most =
        fmax(most, sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) +
                        (a.z - b.z) * (a.z - b.z)));
  }
  return most;
}

/* VOLUME turned and stretched about its middle, and moved; TRUTH leads there.
 */
static CapVolume *
earlier_of(const CapVolume *volume, CapTransform *truth)
{
  CapTransform back;
  const CapPoint center = cap_volume_to_patient(
      volume, (CapPoint){volume->columns / 2.0, volume->rows / 2.0,
                         volume->slices / 2.0});
  make_maps(center, 4, 1.03, truth, &back);
  return move(volume, &back);
}

START_TEST(a_known_map_is_found)
{
  g_autoptr(CapVolume) volume = chest(128, 96);
  CapTransform truth;
  g_autoptr(CapVolume) earlier = earlier_of(volume, &truth);
  CapAlignment steps[CAP_N_ALIGNMENTS];
  GError *error = NULL;
  ck_assert(cap_register_lungs_by_steps(volume, earlier, NULL, steps, &error));
  cap_assert_no_error(error);
  /* Registration lays the lungs better on each other than their centres do, and
   * only its last step can stretch. */
  for (int i = 0; i < CAP_N_ALIGNMENTS; i++)
    printf("# step %d: worst error %.2f mm, overlap %.3f, borders %.2f mm\n", i,
           worst(volume, &steps[i].to_prior, &truth), steps[i].overlap,
           steps[i].border_mm);
  for (int i = 1; i < CAP_N_ALIGNMENTS; i++) {
    ck_assert_double_gt(steps[i].overlap, steps[CAP_ALIGN_CENTERS].overlap);
    ck_assert_double_lt(steps[i].border_mm, steps[CAP_ALIGN_CENTERS].border_mm);
  }
  ck_assert_double_lt(steps[CAP_ALIGN_AFFINE].border_mm, 2.0);
  const CapAlignment alignment = steps[CAP_ALIGN_AFFINE];
  const double mm = worst(volume, &alignment.to_prior, &truth);
  printf("# worst error %.2f mm, overlap %.3f\n", mm, alignment.overlap);
  ck_assert_double_lt(mm, 3.0);
  ck_assert_double_gt(alignment.overlap, 0.93);
}
END_TEST

/* ITK shares work out by its own count of threads, which is not OpenMP's, and
 * parts that are added up as they end differ from run to run. */
START_TEST(the_same_scans_give_the_same_map)
{
  g_autoptr(CapVolume) volume = chest(64, 96);
  CapTransform truth;
  g_autoptr(CapVolume) earlier = earlier_of(volume, &truth);
  CapAlignment first[CAP_N_ALIGNMENTS] = {0};
  for (int run = 0; run < 2; run++) {
    CapAlignment steps[CAP_N_ALIGNMENTS] = {0};
    GError *error = NULL;
    cap_register_lungs_by_steps(volume, earlier, NULL, steps, &error);
    cap_assert_no_error(error);
    if (run == 0)
      memcpy(first, steps, sizeof first);
    for (int i = 0; i < CAP_N_ALIGNMENTS; i++)
      ck_assert_mem_eq(&steps[i].to_prior, &first[i].to_prior,
                       sizeof first[i].to_prior);
  }
}
END_TEST

static const struct {
  double overlap[CAP_N_ALIGNMENTS];
  CapAlignmentStep best;
} choices[] = {
    {{0.80, 0.90, 0.95}, CAP_ALIGN_AFFINE},
    {{0.80, 0.95, 0.94}, CAP_ALIGN_AFFINE}, /* not clearly */
    {{0.80, 0.95, 0.92}, CAP_ALIGN_RIGID},
    {{0.95, 0.93, 0.90}, CAP_ALIGN_RIGID}, /* the later one */
    {{0.95, 0.80, 0.70}, CAP_ALIGN_RIGID},
    {{0.95, 0.70, 0.70}, CAP_ALIGN_CENTERS},
    {{0, 0, 0}, CAP_ALIGN_AFFINE},
};

START_TEST(the_last_step_counts_unless_it_went_astray)
{
  CapAlignment steps[CAP_N_ALIGNMENTS] = {0};
  for (int i = 0; i < CAP_N_ALIGNMENTS; i++)
    steps[i].overlap = choices[_i].overlap[i];
  ck_assert_int_eq(cap_register_best(steps), choices[_i].best);
}
END_TEST

static void
cancel_when_aligning(const char *stage, double fraction, gpointer data)
{
  if (g_str_has_prefix(stage, "aligning"))
    g_cancellable_cancel(data);
}

START_TEST(a_map_is_turned_round)
{
  CapTransform there, back, found;
  make_maps((CapPoint){10, -20, 30}, 17, 1.2, &there, &back);
  there.m[0][2] = 0.1; /* sheared, too */
  ck_assert(cap_transform_invert(&there, &found));
  const CapPoint p = {-31, 7, 55};
  const CapPoint q =
      cap_transform_apply(&found, cap_transform_apply(&there, p));
  ck_assert_double_eq_tol(q.x, p.x, 1e-9);
  ck_assert_double_eq_tol(q.y, p.y, 1e-9);
  ck_assert_double_eq_tol(q.z, p.z, 1e-9);
  const CapTransform flat = {.m = {{1, 0, 0}, {0, 1, 0}, {1, 1, 0}}};
  ck_assert(!cap_transform_invert(&flat, &found));
}
END_TEST

START_TEST(it_can_be_cancelled)
{
  g_autoptr(CapVolume) volume = chest(128, 96);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  const CapProgress progress = {.func = cancel_when_aligning,
                                .user_data = cancellable,
                                .cancellable = cancellable};
  CapAlignment alignment;
  g_autoptr(GError) error = NULL;
  ck_assert(!cap_register_lungs(volume, volume, &progress, &alignment, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
}
END_TEST

START_TEST(a_scan_without_lungs_is_refused)
{
  g_autoptr(CapVolume) volume = chest(128, 96);
  g_autoptr(CapVolume) block = cap_volume_new(60, 60, 40, NULL);
  for (gsize i = 0; i < cap_volume_n_voxels(block); i++)
    block->voxels_hu[i] = 40;
  CapAlignment alignment;
  g_autoptr(GError) error = NULL;
  ck_assert(!cap_register_lungs(volume, block, NULL, &alignment, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert_ptr_nonnull(strstr(error->message, "earlier scan shows no lung"));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("register");
  TCase *tests = tcase_create("lungs");
  tcase_set_timeout(tests, 240);
  tcase_add_loop_test(tests, the_last_step_counts_unless_it_went_astray, 0,
                      G_N_ELEMENTS(choices));
  tcase_add_test(tests, a_known_map_is_found);
  tcase_add_test(tests, the_same_scans_give_the_same_map);
  tcase_add_test(tests, a_map_is_turned_round);
  tcase_add_test(tests, it_can_be_cancelled);
  tcase_add_test(tests, a_scan_without_lungs_is_refused);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
