/* poses.safetensors and masks.nii.gz: what is read back is what was written. */
#include "core/error.h"
#include "io/findings/capsules.h"
#include "io/findings/findings_masks.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

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

/* A safetensors file by its definition, apart from our own reader. */
typedef struct {
  char *bytes;
  JsonParser *parser;
  JsonObject *header;
  const char *data;
  gsize n_data;
} Tensors;

static Tensors
open_tensors(const char *path)
{
  Tensors t = {0};
  gsize n = 0;
  guint64 length = 0;
  ck_assert(g_file_get_contents(path, &t.bytes, &n, NULL));
  memcpy(&length, t.bytes, sizeof length);
  ck_assert_uint_le(length + 8, n);
  ck_assert_uint_eq(length % 8, 0);
  t.parser = json_parser_new();
  ck_assert(
      json_parser_load_from_data(t.parser, t.bytes + 8, (gssize)length, NULL));
  t.header = json_node_get_object(json_parser_get_root(t.parser));
  t.data = t.bytes + 8 + length;
  t.n_data = n - 8 - length;
  return t;
}

static void
close_tensors(Tensors *t)
{
  g_free(t->bytes);
  g_object_unref(t->parser);
}

static const char *
metadata(const Tensors *t, const char *key)
{
  return json_object_get_string_member(
      json_object_get_object_member(t->header, "__metadata__"), key);
}

/* NAME's values; its shape must be SHAPE (“3,10,16”). */
static const float *
values(const Tensors *t, const char *name, const char *shape)
{
  JsonObject *entry = json_object_get_object_member(t->header, name);
  ck_assert_str_eq(json_object_get_string_member(entry, "dtype"), "F32");
  JsonArray *dims = json_object_get_array_member(entry, "shape");
  JsonArray *place = json_object_get_array_member(entry, "data_offsets");
  g_autoptr(GString) text = g_string_new(NULL);
  gsize n = sizeof(float);
  for (guint i = 0; i < json_array_get_length(dims); i++) {
    const gint64 size = json_array_get_int_element(dims, i);
    g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i ? "," : "", size);
    n *= (gsize)size;
  }
  ck_assert_str_eq(text->str, shape);
  const gint64 from = json_array_get_int_element(place, 0);
  const gint64 to = json_array_get_int_element(place, 1);
  ck_assert_uint_eq((gsize)(to - from), n);
  ck_assert_uint_le((gsize)to, t->n_data);
  ck_assert_int_eq(from % 4, 0);
  return (const float *)(const void *)(t->data + from);
}

START_TEST(capsules_of_findings)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 3);
  CapFinding *second = findings->items->pdata[1];
  second->capsules[2].length = 0.625;
  second->capsules[2].pose[15] = -1.5f;
  second->capsules[9].routing[63] = 0.75f;
  g_autofree char *path = g_build_filename(folder, "p.safetensors", NULL);
  g_autoptr(GError) error = NULL;
  ck_assert(cap_findings_capsules_save(findings, path, &error));
  cap_assert_no_error(error);
  Tensors t = open_tensors(path);
  ck_assert_str_eq(metadata(&t, "format"), CAP_CAPSULES_FORMAT);
  ck_assert_str_eq(metadata(&t, "findings"), "1,2,3");
  ck_assert_str_eq(metadata(&t, "series_uid"), findings->series_uid);
  ck_assert(g_str_has_prefix(metadata(&t, "capsules"), "nodule,non-nodule,"));
  ck_assert_float_eq(values(&t, "lengths", "3,10")[12], 0.625f);
  ck_assert_float_eq(values(&t, "poses", "3,10,16")[160 + 2 * 16 + 15], -1.5f);
  ck_assert_float_eq(values(&t, "routing", "3,10,4,4,4")[640 + 9 * 64 + 63],
                     0.75f);
  const float *center = values(&t, "centers_mm", "3,3");
  ck_assert_float_eq(center[4], (float)second->center_mm.y);
  ck_assert_float_eq(values(&t, "axes", "3,3,3")[9],
                     (float)second->patch_axis[0].x);
  close_tensors(&t);
}
END_TEST

START_TEST(no_finding_is_an_empty_tensor)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 0);
  g_autofree char *path = g_build_filename(folder, "p.safetensors", NULL);
  ck_assert(cap_findings_capsules_save(findings, path, NULL));
  Tensors t = open_tensors(path);
  values(&t, "poses", "0,10,16");
  ck_assert_uint_eq(t.n_data, 0);
  close_tensors(&t);
  g_autofree char *nowhere = g_build_filename(folder, "no", "p", NULL);
  g_autoptr(GError) error = NULL;
  ck_assert(!cap_findings_capsules_save(findings, nowhere, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
}
END_TEST

START_TEST(what_was_not_judged_is_no_number)
{
  const CapPoint axis[3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  g_autoptr(CapCapsuleRows) rows = cap_capsule_rows_new();
  CapCapsule capsules[CAP_N_CAPSULES] = {{.length = 0.5}};
  cap_capsule_rows_add(rows, NULL, axis[0], axis);
  cap_capsule_rows_add(rows, capsules, axis[0], axis);
  g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);
  g_autofree char *path = g_build_filename(folder, "p.safetensors", NULL);
  ck_assert(cap_capsule_rows_save(rows, none, path, NULL));
  Tensors t = open_tensors(path);
  const float *lengths = values(&t, "lengths", "2,10");
  ck_assert(isnan(lengths[0]) && isnan(lengths[9]));
  ck_assert_float_eq(lengths[10], 0.5f);
  ck_assert(isnan(values(&t, "axes", "2,3,3")[8]));
  close_tensors(&t);
}
END_TEST

/* On a grid whose axes are not those of the file: NIfTI is RAS. */
START_TEST(masks_come_back_from_nifti)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 3);
  g_autoptr(CapFindings) back = cap_test_findings(volume, 3);
  g_autofree char *path = g_build_filename(folder, "masks.nii.gz", NULL);
  g_autoptr(GError) error = NULL;
  ck_assert(cap_findings_masks_save(findings, volume, path, &error));
  ck_assert(cap_findings_masks_load(back, volume, path, &error));
  cap_assert_no_error(error);
  gsize n_voxels = 0;
  for (int s = 0; s < volume->slices; s++)
    for (int r = 0; r < volume->rows; r++)
      for (int c = 0; c < volume->columns; c++) {
        int before = 0,
            after = 0; /* the most probable of those that claim it */
        for (int i = 2; i >= 0; i--) {
          const CapFinding *a = findings->items->pdata[i];
          const CapFinding *b = back->items->pdata[i];
          before = cap_mask_at(a->mask, c, r, s) ? i + 1 : before;
          after = b->mask && cap_mask_at(b->mask, c, r, s) ? i + 1 : after;
        }
        ck_assert_int_eq(before, after);
        n_voxels += before > 0;
      }
  ck_assert_uint_gt(n_voxels, 10);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("capsules");
  TCase *tests = tcase_create("capsules");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, capsules_of_findings);
  tcase_add_test(tests, no_finding_is_an_empty_tensor);
  tcase_add_test(tests, what_was_not_judged_is_no_number);
  tcase_add_test(tests, masks_come_back_from_nifti);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
