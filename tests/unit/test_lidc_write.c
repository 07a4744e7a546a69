/* LIDC XML: edge maps are the first pixels outside and give the mask back. */
#include "io/lidc_write.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

/* Even-odd rule at the pixel centre, for a closed path of pixel pairs. */
static gboolean
in_polygon(const GArray *path, int x, int y)
{
  const int *p = (const int *)path->data;
  gboolean inside = FALSE;
  for (guint i = 0; i + 3 < path->len; i += 2) {
    const double x0 = p[i], y0 = p[i + 1], x1 = p[i + 2], y1 = p[i + 3];
    if ((y0 > y) != (y1 > y) && x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
      inside = !inside;
  }
  return inside;
}

static gboolean
on_path(const GArray *path, int x, int y)
{
  const int *p = (const int *)path->data;
  for (guint i = 0; i < path->len; i += 2)
    if (p[i] == x && p[i + 1] == y)
      return TRUE;
  return FALSE;
}

static void
check_round_trip(const CapMask *mask, guint n_parts)
{
  g_autoptr(GPtrArray) outlines = cap_lidc_outlines(mask, mask->first[2]);
  ck_assert_uint_eq(outlines->len, n_parts);
  for (guint i = 0; i < outlines->len; i++) {
    const GArray *path = outlines->pdata[i];
    const int *p = (const int *)path->data;
    ck_assert_uint_ge(path->len, 10);
    ck_assert_int_eq(p[0], p[path->len - 2]);
    ck_assert_int_eq(p[1], p[path->len - 1]);
    for (guint k = 2; k < path->len; k += 2) { /* steps of one pixel */
      ck_assert_int_le(abs(p[k] - p[k - 2]), 1);
      ck_assert_int_le(abs(p[k + 1] - p[k - 1]), 1);
    }
  }
  for (int y = mask->first[1] - 2; y < mask->first[1] + mask->rows + 2; y++)
    for (int x = mask->first[0] - 2; x < mask->first[0] + mask->columns + 2;
         x++) {
      gboolean inside = FALSE;
      for (guint i = 0; i < outlines->len; i++)
        inside |= in_polygon(outlines->pdata[i], x, y) &&
                  !on_path(outlines->pdata[i], x, y);
      ck_assert_msg(inside == (cap_mask_at(mask, x, y, mask->first[2]) != 0),
                    "pixel %d, %d", x, y);
    }
}

static CapMask *
draw(const char *rows[], int n)
{
  CapMask *mask = cap_mask_new((int)strlen(rows[0]), n, 1, NULL);
  mask->first[0] = 100;
  mask->first[1] = 40;
  mask->first[2] = 7;
  for (int r = 0; r < n; r++)
    for (int c = 0; c < mask->columns; c++)
      mask->voxels[r * mask->columns + c] = rows[r][c] == '#';
  return mask;
}

START_TEST(one_pixel_has_a_ring)
{
  const char *rows[] = {"#"};
  g_autoptr(CapMask) mask = draw(rows, 1);
  check_round_trip(mask, 1);
}
END_TEST

START_TEST(shapes_come_back)
{
  const char *round[] = {"..###..", ".#####.", "#######",
                         "#######", ".#####.", "..###.."};
  const char *ragged[] = {"#.....", "##..##", ".####.",
                          "..####", "..#...", "..#..."};
  g_autoptr(CapMask) a = draw(round, 6), b = draw(ragged, 6);
  check_round_trip(a, 1);
  check_round_trip(b, 1);
}
END_TEST

START_TEST(parts_have_their_own_outlines)
{
  const char *rows[] = {"##......", "##......", "......##", "......##"};
  g_autoptr(CapMask) mask = draw(rows, 4);
  check_round_trip(mask, 2);
  g_autoptr(GPtrArray) none = cap_lidc_outlines(mask, 8);
  ck_assert_uint_eq(none->len, 0);
}
END_TEST

START_TEST(holes_are_filled)
{
  const char *rows[] = {"#####", "#...#", "#####"};
  g_autoptr(CapMask) mask = draw(rows, 3);
  g_autoptr(GPtrArray) outlines = cap_lidc_outlines(mask, 7);
  ck_assert_uint_eq(outlines->len, 1);
  ck_assert(in_polygon(outlines->pdata[0], 102, 41));
  ck_assert(!on_path(outlines->pdata[0], 102, 41));
}
END_TEST

START_TEST(the_file_has_what_readers_write)
{
  char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "read.xml", NULL);
  g_autoptr(CapVolume) v = cap_volume_new(16, 16, 3, NULL);
  v->source->sop_uids = g_strsplit("1.2.0,1.2.1,1.2.2", ",", -1);
  g_free(v->source->series_uid);
  v->source->series_uid = g_strdup("1.2.3");
  v->spacing_mm[2] = 2.5;
  v->origin_mm.z = -100;
  g_autoptr(GPtrArray) sessions =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_lidc_session_free);
  CapLidcSession *session = cap_lidc_session_new("r<1>");
  g_ptr_array_add(sessions, session);
  CapLidcEntry *nodule = cap_lidc_entry_new("Nodule 001");
  for (int i = 0; i < CAP_LIDC_N_RATINGS; i++)
    nodule->ratings[i] = 1 + i % 5;
  nodule->mask = cap_mask_new(2, 2, 1, NULL);
  memset(nodule->mask->voxels, 1, 4);
  nodule->mask->first[0] = nodule->mask->first[1] = 5;
  nodule->mask->first[2] = 1;
  g_ptr_array_add(session->nodules, nodule);
  CapLidcEntry *other = cap_lidc_entry_new("Non 1");
  other->point[0] = 9;
  other->point[2] = 2;
  g_ptr_array_add(session->non_nodules, other);

  g_autoptr(GError) error = NULL;
  ck_assert(
      cap_lidc_write(v, sessions, "2025-11-25T01:02:03+01", path, &error));
  cap_assert_no_error(error);
  g_autofree char *xml = NULL;
  ck_assert(g_file_get_contents(path, &xml, NULL, NULL));
  const char *const wanted[] = {
      "<SeriesInstanceUid>1.2.3</SeriesInstanceUid>",
      "<servicingRadiologistID>r&lt;1&gt;</servicingRadiologistID>",
      "<imageZposition>-97.500000</imageZposition>",
      "<imageSOP_UID>1.2.1</imageSOP_UID>",
      "<DateService>2025-11-25</DateService>",
      "<TimeService>01:02:03</TimeService>",
      "<malignancy>4</malignancy>",
      "<inclusion>TRUE</inclusion>",
      "<nonNoduleID>Non 1</nonNoduleID>",
      "<xCoord>9</xCoord>",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++)
    ck_assert_msg(strstr(xml, wanted[i]) != NULL, "no %s", wanted[i]);
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("lidc_write");
  TCase *tests = tcase_create("lidc_write");
  tcase_add_test(tests, one_pixel_has_a_ring);
  tcase_add_test(tests, shapes_come_back);
  tcase_add_test(tests, parts_have_their_own_outlines);
  tcase_add_test(tests, holes_are_filled);
  tcase_add_test(tests, the_file_has_what_readers_write);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
