/* Phantom: the nodules are where, as large and as dense as the truth says. */
#include "core/error.h"
#include "datasets/phantom/phantom.h"
#include "io/lidc_xml.h"
#include "io/series/series.h"
#include "tests/support/suite.h"

#include <math.h>
#include <omp.h>
#include <string.h>

static CapPhantomOptions
small(gint64 seed)
{
  CapPhantomOptions options = cap_phantom_options_default();
  options.seed = seed;
  options.size = 112;
  options.slices = 40;
  return options;
}

static CapVolume *
make(const CapPhantomOptions *options, GArray **truth)
{
  g_autoptr(GError) error = NULL;
  CapVolume *volume = cap_phantom_make(options, truth, NULL, &error);
  cap_assert_no_error(error);
  return volume;
}

START_TEST(a_small_phantom_looks_like_a_chest)
{
  const CapPhantomOptions options = small(1);
  g_autoptr(CapVolume) v = make(&options, NULL);
  ck_assert_int_eq(v->columns, 112);
  ck_assert_int_eq(v->slices, 40);
  gsize air = 0, lung = 0, soft = 0, bone = 0;
  for (gsize i = 0; i < cap_volume_n_voxels(v); i++) {
    const int hu = v->voxels_hu[i];
    air += hu < -950;
    lung += hu >= -950 && hu < -700;
    soft += hu >= 0 && hu < 100;
    bone += hu > 250;
  }
  const double litre =
      v->spacing_mm[0] * v->spacing_mm[1] * v->spacing_mm[2] / 1e6;
  ck_assert_double_gt(lung * litre, 2.0);
  ck_assert_double_lt(lung * litre, 8.0);
  ck_assert_double_gt(soft * litre, 4.0);
  ck_assert_double_gt(bone * litre, 0.1);
  ck_assert_double_lt(bone * litre, 2.0);
  ck_assert_uint_gt(air, 0);
}
END_TEST

START_TEST(the_same_options_give_the_same_bytes_on_any_threads)
{
  const CapPhantomOptions options = small(7);
  omp_set_num_threads(1);
  g_autoptr(CapVolume) one = make(&options, NULL);
  omp_set_num_threads(3);
  g_autoptr(CapVolume) three = make(&options, NULL);
  omp_set_num_threads(2);
  ck_assert_mem_eq(one->voxels_hu, three->voxels_hu,
                   cap_volume_n_voxels(one) * sizeof(int16_t));
  ck_assert_str_eq(one->source->series_uid, three->source->series_uid);
}
END_TEST

START_TEST(seeds_differ)
{
  const CapPhantomOptions a = small(1), b = small(2);
  g_autoptr(CapVolume) one = make(&a, NULL), two = make(&b, NULL);
  ck_assert_str_ne(one->source->series_uid, two->source->series_uid);
  double difference = 0;
  for (gsize i = 0; i < cap_volume_n_voxels(one); i++)
    difference += abs(one->voxels_hu[i] - two->voxels_hu[i]);
  ck_assert_double_gt(difference / (double)cap_volume_n_voxels(one), 40);
}
END_TEST

START_TEST(every_kind_is_there)
{
  const CapPhantomOptions options = small(3);
  g_autoptr(GArray) truth = NULL;
  g_autoptr(CapVolume) v = make(&options, &truth);
  int seen[CAP_PHANTOM_N_KINDS] = {0}, tiny = 0;
  for (guint i = 0; i < truth->len; i++) {
    const CapPhantomNodule *n = &g_array_index(truth, CapPhantomNodule, i);
    if (n->diameter_mm < 3)
      tiny++;
    else
      seen[n->kind]++;
    ck_assert_int_eq(n->ratings[0] > 0, n->diameter_mm >= 3);
  }
  for (int k = 0; k < CAP_PHANTOM_N_KINDS; k++)
    ck_assert_msg(seen[k] > 0, "no %s nodule", cap_phantom_kind_name(k));
  ck_assert_int_eq(tiny, 3);
}
END_TEST

/* Mean HU of the mask's voxels at least MARGIN voxels inside it. */
static double
inner_mean(const CapVolume *v, const CapMask *m, int *n)
{
  double sum = 0;
  *n = 0;
  for (int s = m->first[2]; s < m->first[2] + m->slices; s++)
    for (int r = m->first[1]; r < m->first[1] + m->rows; r++)
      for (int c = m->first[0]; c < m->first[0] + m->columns; c++) {
        gboolean inside = TRUE;
        for (int d = -1; d <= 1 && inside; d++)
          inside = cap_mask_at(m, c + 2 * d, r, s) &&
                   cap_mask_at(m, c, r + 2 * d, s) &&
                   cap_mask_at(m, c, r, s + 2 * d);
        if (inside) {
          sum += cap_volume_at(v, c, r, s);
          (*n)++;
        }
      }
  return sum / MAX(*n, 1);
}

START_TEST(place_size_and_density_match_the_truth)
{
  /* Voxels of 1 mm across the lungs, without noise. */
  CapPhantomOptions options = cap_phantom_options_default();
  g_autoptr(GError) error = NULL;
  options.size = 320;
  options.slices = 200;
  options.pixel_mm = 1.1;
  options.slice_mm = 1.5;
  options.noise_hu = 0;
  g_autoptr(GArray) requests = cap_phantom_parse_nodules(
      "solid:12,part-solid:20,ground-glass:16,lobulated:14,juxtapleural:12,"
      "juxtavascular:11,spiculated:20,calcified:12",
      1, &error);
  cap_assert_no_error(error);
  options.requests = requests;
  g_autoptr(GArray) truth = NULL;
  g_autoptr(CapVolume) v = make(&options, &truth);
  ck_assert_uint_eq(truth->len, 8);
  for (guint i = 0; i < truth->len; i++) {
    const CapPhantomNodule *n = &g_array_index(truth, CapPhantomNodule, i);
    const char *name = cap_phantom_kind_name(n->kind);
    const CapPhantomRequest *asked = NULL;
    for (guint k = 0; k < requests->len; k++)
      if (g_array_index(requests, CapPhantomRequest, k).kind == n->kind)
        asked = &g_array_index(requests, CapPhantomRequest, k);
    ck_assert_msg(fabs(n->diameter_mm - asked->diameter_mm) < 0.4,
                  "%s is %g mm wide, %g were asked for", name, n->diameter_mm,
                  asked->diameter_mm);
    const double voxel = v->spacing_mm[0] * v->spacing_mm[1] * v->spacing_mm[2],
                 counted = (double)cap_mask_count(n->mask) * voxel;
    ck_assert_msg(fabs(counted / n->volume_mm3 - 1) < 0.08,
                  "%s: mask of %g mm3, truth %g", name, counted, n->volume_mm3);
    int inner;
    const double mean = inner_mean(v, n->mask, &inner);
    ck_assert_msg(inner > 0, "%s has no inner voxels", name);
    if (n->kind == CAP_PHANTOM_PART_SOLID)
      ck_assert_msg(mean > n->hu - 20 && mean < n->solid_hu, "%s: %g HU", name,
                    mean);
    else if (n->kind == CAP_PHANTOM_CALCIFIED)
      ck_assert_msg(mean > 250, "%s: %g HU", name, mean);
    else if (n->kind == CAP_PHANTOM_GROUND_GLASS)
      ck_assert_msg(mean > n->hu - 30 && mean < n->hu + 120,
                    "%s: %g HU, truth %g", name, mean, n->hu);
    else
      ck_assert_msg(fabs(mean - n->hu) < 30, "%s: %g HU, truth %g", name, mean,
                    n->hu);
    /* The nodule stands out from the lung beside it. */
    const CapPoint at = cap_volume_to_index(v, n->center_mm);
    ck_assert_int_eq(cap_mask_at(n->mask, (int)lround(at.x), (int)lround(at.y),
                                 (int)lround(at.z)),
                     1);
  }
}
END_TEST

START_TEST(bad_requests_are_named)
{
  const char *const bad[] = {"solid:1", "solid:x",  "solid:8,,",     "blob",
                             "",        "solid:99", "part-solid:nan"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(cap_phantom_parse_nodules(bad[i], 1, &error));
    cap_assert_error(error, CAP_ERROR_USAGE);
  }
  CapPhantomOptions options = small(1);
  options.size = 10;
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_phantom_make(&options, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_USAGE);
}
END_TEST

START_TEST(cancelling_stops)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  const CapProgress progress = {.cancellable = cancellable};
  const CapPhantomOptions options = small(1);
  g_autoptr(GError) error = NULL;
  g_cancellable_cancel(cancellable);
  ck_assert_ptr_null(cap_phantom_make(&options, NULL, &progress, &error));
  cap_assert_error(error, CAP_ERROR_CANCELLED);
}
END_TEST

START_TEST(a_study_is_written_once)
{
  char *folder = cap_test_folder();
  g_autofree char *out = g_build_filename(folder, "new", "study", NULL);
  CapPhantomOptions options = small(5);
  options.size = 64;
  options.slices = 16;
  g_autoptr(GError) error = NULL;
  ck_assert(cap_phantom_write(&options, out, NULL, NULL, &error));
  cap_assert_no_error(error);
  const char *const parts[] = {"annotations.csv", "annotations.xml",
                               "dicom/000001.dcm", "dicom/000016.dcm"};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *path = g_build_filename(out, parts[i], NULL);
    ck_assert_msg(g_file_test(path, G_FILE_TEST_EXISTS), "%s", parts[i]);
  }
  ck_assert(!cap_phantom_write(&options, out, NULL, NULL, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
  cap_test_remove(folder);
}
END_TEST

/* Readers whose mark on VOLUME lies within TOLERANCE mm of CENTER. */
static int
count_readers(const CapLidcReads *reads, const CapVolume *volume,
              CapPoint center, double tolerance_mm)
{
  int seen[4] = {0};
  for (guint i = 0; i < reads->marks->len; i++) {
    const CapLidcMark *mark = reads->marks->pdata[i];
    CapPoint index;
    double reach_mm;
    if (!mark->is_nodule || !mark->rated ||
        !cap_lidc_locate(mark, volume, &index, &reach_mm))
      continue;
    const CapPoint p = cap_volume_to_patient(volume, index);
    const double d = sqrt(pow(p.x - center.x, 2) + pow(p.y - center.y, 2) +
                          pow(p.z - center.z, 2));
    if (d < tolerance_mm && mark->reader < 4)
      seen[mark->reader] = 1;
  }
  return seen[0] + seen[1] + seen[2] + seen[3];
}

START_TEST(the_files_read_back_as_they_were_meant)
{
  char *folder = cap_test_folder();
  g_autofree char *out = g_build_filename(folder, "study", NULL);
  g_autofree char *dicom = g_build_filename(out, "dicom", NULL);
  g_autofree char *xml = g_build_filename(out, "annotations.xml", NULL);
  const CapPhantomOptions options = small(6);
  g_autoptr(GArray) truth = NULL;
  g_autoptr(GError) error = NULL;
  ck_assert(cap_phantom_write(&options, out, &truth, NULL, &error));
  g_autoptr(CapVolume) made = make(&options, NULL);

  g_autoptr(CapSeriesList) list = cap_series_scan(dicom, NULL, &error);
  cap_assert_no_error(error);
  const CapSeries *series = cap_series_choose(list, NULL, &error);
  g_autoptr(CapVolume) v = cap_series_load(series, NULL, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(v->source->irregularities->len, 0);
  ck_assert_uint_eq(cap_volume_n_voxels(v), cap_volume_n_voxels(made));
  ck_assert_mem_eq(v->voxels_hu, made->voxels_hu,
                   cap_volume_n_voxels(v) * sizeof(int16_t));
  for (int k = 0; k < 3; k++)
    ck_assert_double_eq_tol(v->spacing_mm[k], made->spacing_mm[k], 1e-6);
  ck_assert_double_eq_tol(v->origin_mm.x, made->origin_mm.x, 1e-6);
  ck_assert_double_eq_tol(v->origin_mm.y, made->origin_mm.y, 1e-6);
  ck_assert_double_eq_tol(v->origin_mm.z, made->origin_mm.z, 1e-6);

  g_autoptr(CapLidcReads) reads = cap_lidc_read(xml, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(reads->n_readers, 4);
  ck_assert_str_eq(reads->series_uid, v->source->series_uid);
  for (guint i = 0; i < truth->len; i++) {
    const CapPhantomNodule *n = &g_array_index(truth, CapPhantomNodule, i);
    const double voxel = fmax(v->spacing_mm[0], v->spacing_mm[2]);
    if (n->diameter_mm >= 3)
      ck_assert_msg(count_readers(reads, v, n->center_mm, voxel) >= 3,
                    "%s of %g mm was not seen by three readers",
                    cap_phantom_kind_name(n->kind), n->diameter_mm);
  }
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("phantom");
  TCase *tests = tcase_create("phantom");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, a_small_phantom_looks_like_a_chest);
  tcase_add_test(tests, the_same_options_give_the_same_bytes_on_any_threads);
  tcase_add_test(tests, seeds_differ);
  tcase_add_test(tests, every_kind_is_there);
  tcase_add_test(tests, place_size_and_density_match_the_truth);
  tcase_add_test(tests, bad_requests_are_named);
  tcase_add_test(tests, cancelling_stops);
  tcase_add_test(tests, a_study_is_written_once);
  tcase_add_test(tests, the_files_read_back_as_they_were_meant);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
