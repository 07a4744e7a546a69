/* Reference nodules: their file, what is nearest, and the doubts that they
 * raise. */
#include "core/error.h"
#include "models/reference.h"
#include "models/trust.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

enum { N = 6, POSE = CAP_N_CAPSULES * CAP_POSE_DIM };

static char *folder, *path;

static void
set_up(void)
{
  folder = cap_test_folder();
  path = g_build_filename(folder, "net.reference.safetensors", NULL);
}

static void
tear_down(void)
{
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

/* Nodule i has i in every pose component. */
static CapReference *
reference_new(void)
{
  CapReference *r = g_new0(CapReference, 1);
  r->n = N;
  r->poses = g_new(float, N *POSE);
  r->facts = g_new0(float, N *CAP_REFERENCE_N_FACTS);
  for (int i = 0; i < N * POSE; i++)
    r->poses[i] = (float)(i / POSE);
  for (int i = 0; i < N; i++)
    r->facts[i * CAP_REFERENCE_N_FACTS + CAP_REFERENCE_DIAMETER_MM] =
        (float)(5 + i);
  for (int i = 0; i < POSE; i++)
    r->spread[i / CAP_POSE_DIM][i % CAP_POSE_DIM] = 2;
  r->effects[1][3] = (CapReferenceEffect){0.9f, 0.8f, 0.95f};
  r->terms[0] = -5;
  r->terms[1] = 1;
  r->terms[2 + CAP_SPICULATION] = 1;
  r->limits[CAP_DOUBT_THICK_SLICES] = 3;
  r->limits[CAP_DOUBT_RECONSTRUCTION] = 200;
  r->limits[CAP_DOUBT_CONTRADICTION] = 0.3f;
  r->limits[CAP_DOUBT_UNFAMILIAR] = 1.5f;
  r->kernels = g_strsplit("B30f,STANDARD", ",", -1);
  return r;
}

static gboolean
save(const CapReference *r, GError **error)
{
  g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(metadata, (char *)"weights_sha256", (char *)"abc");
  return cap_reference_save(r, metadata, path, error);
}

START_TEST(a_reference_comes_back_as_it_was)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReference) r = reference_new();
  ck_assert(save(r, &error));
  g_autoptr(CapReference) back = cap_reference_load(path, "abc", &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(back->n, N);
  ck_assert_mem_eq(back->poses, r->poses, N * POSE * sizeof(float));
  ck_assert_mem_eq(back->facts, r->facts,
                   N * CAP_REFERENCE_N_FACTS * sizeof(float));
  ck_assert_mem_eq(back->spread, r->spread, sizeof r->spread);
  ck_assert_mem_eq(back->effects, r->effects, sizeof r->effects);
  ck_assert_mem_eq(back->terms, r->terms, sizeof r->terms);
  ck_assert_mem_eq(back->limits, r->limits, sizeof r->limits);
  ck_assert(g_strv_equal((const char *const *)back->kernels,
                         (const char *const *)r->kernels));
}
END_TEST

START_TEST(a_reference_of_other_weights_is_refused)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReference) r = reference_new();
  ck_assert_ptr_null(cap_reference_load(path, "abc", &error));
  ck_assert(g_error_matches(error, CAP_ERROR, CAP_ERROR_NO_INPUT));
  ck_assert_ptr_nonnull(strstr(error->message, "--reference WEIGHTS` makes"));
  g_clear_error(&error);
  ck_assert(save(r, &error));
  ck_assert_ptr_null(cap_reference_load(path, "abd", &error));
  ck_assert(g_error_matches(error, CAP_ERROR, CAP_ERROR_WEIGHTS));
  ck_assert_ptr_nonnull(strstr(error->message, "made for other weights"));
  g_clear_error(&error);
  r->spread[4][2] = 0;
  ck_assert(save(r, &error));
  ck_assert_ptr_null(cap_reference_load(path, "abc", &error));
  ck_assert_ptr_nonnull(strstr(error->message, "no spread"));
}
END_TEST

START_TEST(its_file_lies_beside_the_weights)
{
  g_autofree char *one = cap_reference_path("/a/net.safetensors");
  g_autofree char *other = cap_reference_path("net");
  ck_assert_str_eq(one, "/a/net.reference.safetensors");
  ck_assert_str_eq(other, "net.reference.safetensors");
}
END_TEST

/* A finding in a scan that gives no cause for doubt. */
static CapFinding *
finding_new(double pose)
{
  CapFinding *f = cap_finding_new();
  for (int i = 0; i < POSE; i++)
    f->capsules[i / CAP_POSE_DIM].pose[i % CAP_POSE_DIM] = (float)pose;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    f->attributes[a].n_levels = cap_attribute_levels((CapAttributeKind)a);
    f->attributes[a].p[a == CAP_CALCIFICATION ? 5 : 2] = 1;
    cap_rating_finish(&f->attributes[a]);
  }
  f->volume_mm3 = G_PI / 6 * 1000; /* 10 mm */
  f->reconstruction_error_hu = 100;
  f->malignancy_probability = 0.6; /* the terms: logit 0.3 is 0.574 */
  return f;
}

static CapVolume *
volume_new(void)
{
  CapVolume *v = cap_volume_new(4, 4, 4, NULL);
  v->spacing_mm[2] = 2.5;
  return v;
}

START_TEST(the_nearest_come_first_with_their_distances)
{
  g_autoptr(CapReference) r = reference_new();
  g_autoptr(CapFinding) f = finding_new(3.4);
  CapReferenceMatch m[8];
  ck_assert_int_eq(cap_reference_nearest(r, f->capsules, 3, m), 3);
  ck_assert_int_eq(m[0].index, 3);
  ck_assert_int_eq(m[1].index, 4);
  ck_assert_int_eq(m[2].index, 2);
  ck_assert_double_eq_tol(m[0].distance, 0.4 / 2, 1e-6);
  ck_assert_double_eq_tol(m[1].distance, 0.6 / 2, 1e-6);
  ck_assert_int_eq(cap_reference_nearest(r, f->capsules, 8, m), N);
  ck_assert_int_eq(m[5].index, 0);
}
END_TEST

START_TEST(attributes_and_size_give_a_malignancy)
{
  g_autoptr(CapReference) r = reference_new();
  double levels[CAP_N_ATTRIBUTES] = {0};
  levels[CAP_SPICULATION] = 4;
  ck_assert_double_eq_tol(cap_reference_from_attributes(r, M_E, levels), 0.5,
                          1e-6);
}
END_TEST

/* What CHANGE raises, as a bit a doubt. */
static int
doubts_after(void (*change)(CapVolume *, CapFinding *))
{
  g_autoptr(CapReference) r = reference_new();
  g_autoptr(CapVolume) v = volume_new();
  g_autoptr(CapFinding) f = finding_new(3);
  for (int i = 0; i < CAP_N_DOUBTS; i++)
    f->doubts[i].raised = TRUE; /* of an earlier look */
  if (change != NULL)
    change(v, f);
  cap_trust_judge(r, v, f);
  int bits = 0;
  for (int i = 0; i < CAP_N_DOUBTS; i++) {
    g_autofree char *text = cap_doubt_text((CapDoubtKind)i, &f->doubts[i]);
    ck_assert(g_str_has_suffix(text, "."));
    bits |= f->doubts[i].raised ? 1 << i : 0;
  }
  ck_assert_int_eq(cap_finding_is_doubted(f), bits != 0);
  return bits;
}

static void
space_slices(CapVolume *v, CapFinding *f)
{
  v->spacing_mm[2] = 5;
}

static void
thicken_slices(CapVolume *v, CapFinding *f)
{
  v->source->slice_thickness_mm = 5;
}

static void
round_spacing(CapVolume *v, CapFinding *f)
{
  v->spacing_mm[2] = 3.01;
}

static void
change_kernel(CapVolume *v, const char *kernel)
{
  g_free(v->source->kernel);
  v->source->kernel = g_strdup(kernel);
}

static void
use_strange_kernel(CapVolume *v, CapFinding *f)
{
  change_kernel(v, "B90s");
}

static void
use_known_kernel(CapVolume *v, CapFinding *f)
{
  change_kernel(v, "b30F");
}

/* The kernel and those that are usual are named; what has no room is cut. */
START_TEST(kernel_is_named)
{
  g_autoptr(CapReference) r = reference_new();
  g_autoptr(CapVolume) v = volume_new();
  g_autoptr(CapFinding) f = finding_new(3);
  change_kernel(v, "B90s");
  cap_trust_judge(r, v, f);
  const CapDoubt *doubt = &f->doubts[CAP_DOUBT_KERNEL];
  g_autofree char *text = cap_doubt_text(CAP_DOUBT_KERNEL, doubt);
  ck_assert_ptr_nonnull(strstr(text, "Unusual kernel: B90s."));
  ck_assert_ptr_nonnull(strstr(text, "usual in training were B30f, STANDARD."));
  g_autofree char *many = g_strnfill(500, 'x');
  CapDoubt cut = {.raised = TRUE};
  cap_doubt_set_kernel(&cut, "ääääääääääääääääääää", many);
  ck_assert_str_eq(cut.kernel, "ääääääääää…");
  ck_assert_uint_eq(strlen(cut.usual), sizeof cut.usual - 1);
  ck_assert(g_utf8_validate(cut.usual, -1, NULL));
  CapDoubt old = {.raised = TRUE}; /* of a file that does not name it */
  g_autofree char *unnamed = cap_doubt_text(CAP_DOUBT_KERNEL, &old);
  ck_assert_ptr_nonnull(strstr(unnamed, "with this one."));
}
END_TEST

static void
rebuild_badly(CapVolume *v, CapFinding *f)
{
  f->reconstruction_error_hu = 201;
}

static void
contradict(CapVolume *v, CapFinding *f)
{
  f->malignancy_probability = 0.9;
}

static void
agree_barely(CapVolume *v, CapFinding *f)
{
  f->malignancy_probability = 0.86;
}

static void
go_far(CapVolume *v, CapFinding *f)
{
  for (int i = 0; i < POSE; i++)
    f->capsules[i / CAP_POSE_DIM].pose[i % CAP_POSE_DIM] = 8.1f;
}

START_TEST(each_doubt_has_its_reason)
{
  static const struct {
    void (*change)(CapVolume *, CapFinding *);
    int bits;
  } rows[] = {
      {NULL, 0},
      {space_slices, 1 << CAP_DOUBT_THICK_SLICES},
      {thicken_slices, 1 << CAP_DOUBT_THICK_SLICES},
      {round_spacing, 0},
      {use_strange_kernel, 1 << CAP_DOUBT_KERNEL},
      {use_known_kernel, 0},
      {rebuild_badly, 1 << CAP_DOUBT_RECONSTRUCTION},
      {contradict, 1 << CAP_DOUBT_CONTRADICTION},
      {agree_barely, 0},
      {go_far, 1 << CAP_DOUBT_UNFAMILIAR},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    ck_assert_msg(doubts_after(rows[i].change) == rows[i].bits, "row %u", i);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("reference");
  TCase *tests = tcase_create("reference");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, kernel_is_named);
  tcase_add_test(tests, a_reference_comes_back_as_it_was);
  tcase_add_test(tests, a_reference_of_other_weights_is_refused);
  tcase_add_test(tests, its_file_lies_beside_the_weights);
  tcase_add_test(tests, the_nearest_come_first_with_their_distances);
  tcase_add_test(tests, attributes_and_size_give_a_malignancy);
  tcase_add_test(tests, each_doubt_has_its_reason);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
