/* A researcher's own index as training data: a mask gives the place and the
 * size that a row lacks, to the nodule and to whoever keeps away from it. */
#include "core/error.h"
#include "datasets/own.h"
#include "io/metaimage.h"
#include "tests/support/suite.h"

#include <math.h>

enum { EDGE = 80, MIDDLE = 40, RADIUS = 10 };

static char *folder;

static void
set_up(void)
{
  folder = cap_test_folder();
}

static void
tear_down(void)
{
  cap_test_remove(g_steal_pointer(&folder));
}

/* A cube of 80 mm of OUTSIDE with a ball of INSIDE in its middle, as NAME. */
static void
write_ball(const char *name, int16_t outside, int16_t inside)
{
  g_autoptr(CapVolume) volume = cap_volume_new(EDGE, EDGE, EDGE, NULL);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  int16_t *voxel = volume->voxels_hu;
  for (int z = -MIDDLE; z < EDGE - MIDDLE; z++)
    for (int y = -MIDDLE; y < EDGE - MIDDLE; y++)
      for (int x = -MIDDLE; x < EDGE - MIDDLE; x++)
        *voxel++ = x * x + y * y + z * z <= RADIUS * RADIUS ? inside : outside;
  ck_assert(cap_metaimage_write_volume(volume, path, NULL));
}

/* The volume of ROWS, as training reads it. */
static CapOwn *
read_rows(const char *rows, GError **error)
{
  const CapOwnOptions options = {NULL, 1};
  g_autofree char *path = g_build_filename(folder, "index.csv", NULL);
  g_autofree char *text = g_strconcat(
      "file,cx_px,cy_px,cz_slice,label,diameter_mm,mask\n", rows, NULL);
  write_ball("ct.mha", -850, 30);
  write_ball("mask.mha", 0, 1);
  ck_assert(g_file_set_contents(path, text, -1, NULL));
  return cap_own_read(path, &options, NULL, error);
}

START_TEST(a_mask_gives_place_and_size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapOwn) own =
      read_rows("ct.mha,36,40,40,nodule,,mask.mha\n", &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(own->examples->len, 1);
  const CapExample *example = own->examples->pdata[0];
  ck_assert_double_eq_tol(example->nodule->diameter_mm, 2 * RADIUS, 0.3);
  /* the block reaches 40 mm in plane and 20 mm along z */
  ck_assert_int_eq(example->block->size[0], EDGE);
  ck_assert_int_eq(example->block->size[2], 41);
  ck_assert_double_eq_tol(example->center.x, MIDDLE, 1e-6);
  ck_assert_double_eq_tol(example->center.z, 20, 1e-6);
}
END_TEST

/* Negatives 14 and 30 mm from the middle of a ball of 20 mm: 6 mm are kept free
 * around it, whoever says how large it is. */
START_TEST(negatives_keep_away_from_the_whole_nodule)
{
  static const char negatives[] = "ct.mha,54,40,40,negative,,\n"
                                  "ct.mha,70,40,40,negative,,\n";
  static const char *const nodules[] = {"ct.mha,36,40,40,nodule,,mask.mha\n",
                                        "ct.mha,40,40,40,nodule,20,\n"};
  g_autoptr(GError) error = NULL;
  g_autofree char *rows = g_strconcat(nodules[_i], negatives, NULL);
  g_autoptr(CapOwn) own = read_rows(rows, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(own->hosts->len, 1);
  const CapHost *host = own->hosts->pdata[0];
  ck_assert_uint_eq(host->points->len, 1);
  ck_assert_double_eq_tol(g_array_index(host->points, CapHostPoint, 0).index.x,
                          70, 1e-6);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("own");
  TCase *tests = tcase_create("own");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, a_mask_gives_place_and_size);
  tcase_add_loop_test(tests, negatives_keep_away_from_the_whole_nodule, 0, 2);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
