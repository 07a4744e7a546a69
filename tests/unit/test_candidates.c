/* Candidates on drawn lungs: balls of all sizes and kinds among vessels. */
#include "core/error.h"
#include "models/candidates.h"
#include "tests/support/suite.h"

#include <math.h>
#include <omp.h>
#include <string.h>

typedef struct {
  CapPoint at;
  double diameter;
  int hu;
} Ball;

static const Ball balls[] = {
    {{30, 30, 30}, 4, 0},      {{75, 30, 30}, 6, 0},
    {{120, 30, 30}, 10, 20},   {{30, 80, 30}, 16, 20},
    {{80, 90, 35}, 24, 30},    {{125, 85, 35}, 30, 30},
    {{30, 30, 80}, 8, -650},   {{80, 30, 85}, 16, -650},
    {{125, 40, 85}, 24, -700}, {{30, 85, 85}, 5, 900},
};

/* Lung with noise; z spacing 1.25 mm. */
static CapVolume *
make_lung(void)
{
  CapVolume *v = cap_volume_new(160, 130, 96, NULL);
  v->spacing_mm[2] = 1.25;
  v->origin_mm = (CapPoint){0, 0, 0};
  guint32 state = 7;
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++) {
    state = state * 1664525u + 1013904223u;
    v->voxels_hu[i] = (int16_t)(-880 + (int)(state >> 16) % 60);
  }
  return v;
}

/* Draws with a soft edge one voxel wide. */
static void
draw_ball(CapVolume *v, const Ball *ball)
{
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++) {
        const CapPoint p = cap_volume_to_patient(v, (CapPoint){c, r, s});
        const double d =
            sqrt(pow(p.x - ball->at.x, 2) + pow(p.y - ball->at.y, 2) +
                 pow(p.z - ball->at.z, 2));
        const double w = CLAMP(ball->diameter / 2 - d + 0.5, 0.0, 1.0);
        int16_t *hu = cap_volume_slice(v, s) + r * v->columns + c;
        *hu = (int16_t)lrint(*hu * (1 - w) + ball->hu * w);
      }
}

static void
draw_vessel(CapVolume *v, double y, double z, double radius)
{
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++) {
        const double d =
            hypot(r - y - 0.1 * c, s * v->spacing_mm[2] - z + 0.05 * c);
        if (d < radius)
          cap_volume_slice(v, s)[r * v->columns + c] = 30;
      }
}

static CapMask *
everywhere(const CapVolume *v)
{
  CapMask *mask = cap_mask_new(v->columns, v->rows, v->slices, NULL);
  memset(mask->voxels, 1, cap_volume_n_voxels(v));
  return mask;
}

static CapVolume *
make_scene(void)
{
  CapVolume *v = make_lung();
  for (gsize i = 0; i < G_N_ELEMENTS(balls); i++)
    draw_ball(v, &balls[i]);
  for (int i = 0; i < 5; i++)
    draw_vessel(v, 5 + 22 * i, 62, 1.5 + 0.4 * i);
  return v;
}

static GArray *
find(const CapVolume *v, int max)
{
  GError *error = NULL;
  g_autoptr(CapMask) mask = everywhere(v);
  CapCandidatesOptions options = cap_candidates_options_default();
  options.max_candidates = max;
  GArray *found = cap_candidates_find(v, mask, &options, NULL, &error);
  cap_assert_no_error(error);
  return found;
}

/* Rank (from 1) of the first candidate within a radius of BALL; 0: missed. */
static int
rank_of(const GArray *found, const Ball *ball, const CapCandidate **hit)
{
  for (guint i = 0; i < found->len; i++) {
    const CapCandidate *c = &g_array_index(found, CapCandidate, i);
    const double d = sqrt(pow(c->center_mm.x - ball->at.x, 2) +
                          pow(c->center_mm.y - ball->at.y, 2) +
                          pow(c->center_mm.z - ball->at.z, 2));
    if (d < ball->diameter / 2) {
      *hit = c;
      return (int)i + 1;
    }
  }
  return 0;
}

START_TEST(every_ball_comes_before_vessels_and_noise)
{
  g_autoptr(CapVolume) v = make_scene();
  g_autoptr(GArray) found = find(v, 300);
  ck_assert_int_le(found->len, 300);
  for (gsize i = 0; i < G_N_ELEMENTS(balls); i++) {
    const Ball *b = &balls[i];
    const CapCandidate *hit = NULL;
    const int rank = rank_of(found, b, &hit);
    ck_assert_msg(rank > 0 && rank <= 40, "ball %d: rank %d", (int)i, rank);
    const double d = sqrt(pow(hit->center_mm.x - b->at.x, 2) +
                          pow(hit->center_mm.y - b->at.y, 2) +
                          pow(hit->center_mm.z - b->at.z, 2));
    ck_assert_msg(d < 1.0, "ball %d: %.2f mm off", (int)i, d);
    ck_assert_double_ge(hit->diameter_mm, b->diameter * 0.7 - 1);
    ck_assert_double_le(hit->diameter_mm, b->diameter * 1.4 + 1);
    if (b->hu < -600)
      ck_assert(hit->ground_glass || b->diameter < 6);
  }
}
END_TEST

START_TEST(scores_fall_and_places_differ)
{
  g_autoptr(CapVolume) v = make_scene();
  g_autoptr(GArray) found = find(v, 50);
  ck_assert_uint_eq(found->len, 50);
  for (guint i = 1; i < found->len; i++) {
    const CapCandidate *a = &g_array_index(found, CapCandidate, i - 1);
    const CapCandidate *b = &g_array_index(found, CapCandidate, i);
    ck_assert_double_ge(a->score, b->score);
    const double d = fabs(a->center_mm.x - b->center_mm.x) +
                     fabs(a->center_mm.y - b->center_mm.y) +
                     fabs(a->center_mm.z - b->center_mm.z);
    ck_assert_double_gt(d, 0.5);
  }
}
END_TEST

START_TEST(the_thread_count_changes_nothing)
{
  g_autoptr(CapVolume) v = make_scene();
  omp_set_num_threads(1);
  g_autoptr(GArray) one = find(v, 300);
  omp_set_num_threads(3);
  g_autoptr(GArray) three = find(v, 300);
  ck_assert_uint_eq(one->len, three->len);
  for (guint i = 0; i < one->len; i++) {
    const CapCandidate *a = &g_array_index(one, CapCandidate, i);
    const CapCandidate *b = &g_array_index(three, CapCandidate, i);
    ck_assert(
        a->score == b->score && a->diameter_mm == b->diameter_mm &&
        a->center_mm.x == b->center_mm.x && a->center_mm.y == b->center_mm.y &&
        a->center_mm.z == b->center_mm.z && a->ground_glass == b->ground_glass);
  }
}
END_TEST

START_TEST(only_the_lungs_are_searched)
{
  g_autoptr(CapVolume) v = make_scene();
  g_autoptr(CapMask) mask = everywhere(v);
  g_autoptr(GError) error = NULL;
  const CapCandidatesOptions options = cap_candidates_options_default();
  for (int s = 0; s < mask->slices; s++)
    for (int r = 0; r < mask->rows; r++)
      for (int c = 0; c < 100; c++)
        mask->voxels[((gsize)s * mask->rows + r) * mask->columns + c] = 0;
  g_autoptr(GArray) found =
      cap_candidates_find(v, mask, &options, NULL, &error);
  ck_assert_uint_gt(found->len, 0);
  for (guint i = 0; i < found->len; i++)
    ck_assert_double_gt(g_array_index(found, CapCandidate, i).center_mm.x, 98);

  memset(mask->voxels, 0, cap_volume_n_voxels(v));
  g_autoptr(GArray) none = cap_candidates_find(v, mask, &options, NULL, &error);
  ck_assert_uint_eq(none->len, 0);
}
END_TEST

START_TEST(a_nodule_beside_a_gap_is_found)
{
  g_autoptr(CapVolume) v = make_scene();
  for (int s = 26; s <= 27; s++) { /* beside the ball of 24 mm */
    v->valid[s] = 0;
    for (int i = 0; i < v->columns * v->rows; i++)
      cap_volume_slice(v, s)[i] = CAP_HU_AIR;
  }
  g_autoptr(GArray) found = find(v, 300);
  const CapCandidate *hit = NULL;
  const int rank = rank_of(found, &balls[4], &hit);
  ck_assert_int_ge(rank, 1);
  ck_assert_int_le(rank, 40);
}
END_TEST

START_TEST(cancel_stops_it)
{
  g_autoptr(CapVolume) v = make_lung();
  g_autoptr(CapMask) mask = everywhere(v);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(GError) error = NULL;
  const CapProgress progress = {.cancellable = cancellable};
  const CapCandidatesOptions options = cap_candidates_options_default();
  g_cancellable_cancel(cancellable);
  ck_assert_ptr_null(cap_candidates_find(v, mask, &options, &progress, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("candidates");
  TCase *tests = tcase_create("candidates");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, every_ball_comes_before_vessels_and_noise);
  tcase_add_test(tests, scores_fall_and_places_differ);
  tcase_add_test(tests, the_thread_count_changes_nothing);
  tcase_add_test(tests, only_the_lungs_are_searched);
  tcase_add_test(tests, a_nodule_beside_a_gap_is_found);
  tcase_add_test(tests, cancel_stops_it);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
