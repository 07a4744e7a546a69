/* Nodule crops and cubes as read from the data folder, and their faults. */
#include "core/error.h"
#include "datasets/crops.h"
#include "datasets/cubes.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

START_TEST(ratings_become_shares)
{
  g_autoptr(CapNodule) nodule = cap_nodule_new("a", "p");
  ck_assert(cap_nodule_set_ratings(nodule, CAP_N_ATTRIBUTES, "5 4 5 2"));
  ck_assert_float_eq_tol(nodule->malignancy[4], 0.5f, 1e-6);
  ck_assert_double_eq(nodule->malignancy_median, 4.5);
  ck_assert(cap_nodule_set_ratings(nodule, CAP_CALCIFICATION, "6 6 3"));
  ck_assert_double_eq(nodule->attribute_means[CAP_CALCIFICATION], 5);
  ck_assert(cap_nodule_set_ratings(nodule, CAP_MARGIN, "9 0 "));
  ck_assert(isnan(nodule->attribute_means[CAP_MARGIN]));
  ck_assert(!cap_nodule_set_ratings(nodule, CAP_MARGIN, "3 x"));
}
END_TEST

START_TEST(crops_are_read_with_masks_and_ratings)
{
  g_autofree char *index = cap_test_data("lidc-crops/index.csv");
  if (index == NULL) {
    cap_test_skip("crops", "CAPSIGHT_DATA has no lidc-crops");
    return;
  }
  g_autoptr(GError) error = NULL;
  char *without[] = {(char *)"LIDC-IDRI-0003", NULL};
  const CapCropsOptions options = {.without_patients = without, .limit = 3};
  g_autoptr(GPtrArray) crops = cap_crops_read(index, &options, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(crops->len, 3);
  const CapExample *first = crops->pdata[0], *second = crops->pdata[1];
  ck_assert_str_eq(first->nodule->key, "LIDC-IDRI-0001_00");
  ck_assert_str_eq(second->nodule->patient, "LIDC-IDRI-0004");
  ck_assert_int_eq(first->nodule->n_readers, 4);
  ck_assert_int_eq(first->block->size[2], 9);
  ck_assert_double_eq_tol(first->center.x, 44.31, 1e-9);
  const gsize middle = (4 * 88 + 45) * 88 + 44;
  ck_assert_int_eq(first->block->readers[middle], 255);
  ck_assert_int_eq(first->block->cut[middle], 255);
  ck_assert_int_gt(first->block->hu[middle], -200);
  ck_assert_int_eq(first->block->cut[0], 0);
}
END_TEST

START_TEST(cubes_take_the_crops_ratings)
{
  g_autofree char *index = cap_test_data("lidc-cubes/index.csv");
  g_autofree char *crop_index = cap_test_data("lidc-crops/index.csv");
  if (index == NULL || crop_index == NULL) {
    cap_test_skip("cubes", "CAPSIGHT_DATA has no lidc-cubes");
    return;
  }
  g_autoptr(GError) error = NULL;
  const CapCropsOptions options = {.limit = 1};
  g_autoptr(GPtrArray) crops =
      cap_crops_read(crop_index, &options, NULL, &error);
  g_autoptr(GPtrArray) cubes = cap_cubes_read(index, NULL, crops, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(cubes->len, 102);
  const CapExample *first = cubes->pdata[0], *second = cubes->pdata[1];
  ck_assert_int_eq(first->nodule->n_readers, 4);
  ck_assert(isnan(first->nodule->attribute_means[CAP_CALCIFICATION]));
  ck_assert_int_eq(second->nodule->n_readers, 1);
  ck_assert_double_eq_tol(first->center.x, 25, 4);
  ck_assert_double_eq_tol(first->center.z, 25, 4);
}
END_TEST

START_TEST(a_faulty_index_names_its_line)
{
  char *folder = cap_test_folder();
  g_autofree char *index = g_build_filename(folder, "index.csv", NULL);
  const char *header = "file,readers_file,patient,cx_px,cy_px,cz_slice,"
                       "n_readers,eq_diameter_mm,malignancy\n";
  const struct {
    const char *row;
    CapErrorCode code;
    const char *part;
  } rows[] = {
      {"a.mha,b.mha,p,1,2,3,four,5,1\n", CAP_ERROR_DATA, "line 2"},
      {"a.mha,b.mha,p,1,2,3,4,5,x\n", CAP_ERROR_DATA, "ratings"},
      {"a.mha,b.mha,p,1,2,3,4,5,1\n", CAP_ERROR_NO_INPUT, "a.mha"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strconcat(header, rows[i].row, NULL);
    ck_assert(g_file_set_contents(index, text, -1, NULL));
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(cap_crops_read(index, NULL, NULL, &error));
    cap_assert_error(error, rows[i].code);
    ck_assert_msg(strstr(error->message, rows[i].part) != NULL, "%s",
                  error->message);
  }
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("crops");
  TCase *tests = tcase_create("crops");
  tcase_add_test(tests, ratings_become_shares);
  tcase_add_test(tests, crops_are_read_with_masks_and_ratings);
  tcase_add_test(tests, cubes_take_the_crops_ratings);
  tcase_add_test(tests, a_faulty_index_names_its_line);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
