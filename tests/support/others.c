/* Files of other programs: see others.h. */
#include "tests/support/others.h"

#include "io/atomic_file.h"
#include "tests/support/shaped_series.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>

const CapCode cap_others_lesion = {"52988006", "SCT", "Lesion"};
const CapCode cap_others_long_axis = {"G-A185", "SRT", "Long Axis"};
const CapCode cap_others_centimeter = {"cm", "UCUM", "centimeter"};

void
cap_others_open(CapOthers *others)
{
  *others = (CapOthers){.folder = cap_test_folder()};
  others->dicom = g_build_filename(others->folder, "dicom", NULL);
  others->paths = g_ptr_array_new_with_free_func(g_free);
  others->arrows = g_array_new(FALSE, FALSE, 4 * sizeof(double));
  cap_test_shaped_series(CAP_TEST_EVEN, others->dicom);
}

void
cap_others_close(CapOthers *others)
{
  g_free(others->dicom);
  g_ptr_array_unref(others->paths);
  g_array_unref(others->arrows);
  cap_test_remove(others->folder);
}

/* ---- files ---- */

void
cap_others_save(CapOthers *others, CapDcmtkObject *object, const char *name)
{
  g_autoptr(GError) error = NULL;
  char *path = g_build_filename(others->folder, name, NULL);
  g_autoptr(GBytes) bytes = cap_dcmtk_object_encode(object, &error);
  cap_assert_no_error(error);
  gsize n;
  const void *data = g_bytes_get_data(bytes, &n);
  ck_assert(cap_atomic_file_save(path, data, n, &error));
  g_ptr_array_add(others->paths, path);
}

CapImport *
cap_others_import(CapOthers *others, GError **error)
{
  g_ptr_array_add(others->paths, NULL);
  return cap_import_load((const char *const *)others->paths->pdata,
                         others->dicom, NULL, NULL, error);
}

CapImport *
cap_others_import_well(CapOthers *others)
{
  g_autoptr(GError) error = NULL;
  CapImport *import = cap_others_import(others, &error);
  cap_assert_no_error(error);
  return import;
}

gboolean
cap_others_has_remark(const CapImport *import, const char *part)
{
  for (guint i = 0; i < import->remarks->len; i++)
    if (strstr(import->remarks->pdata[i], part) != NULL)
      return TRUE;
  return FALSE;
}

/* ---- a report ---- */

void
cap_others_begin(CapOthers *others)
{
  others->sr = cap_dcmtk_sr_new(CAP_SR_COMPREHENSIVE_3D,
                                cap_code(CAP_CODE_REPORT), "1500");
  others->list = cap_dcmtk_sr_add_container(
      others->sr, 0, CAP_SR_CONTAINS, cap_code(CAP_CODE_MEASUREMENTS), NULL);
}

void
cap_others_add_group(CapOthers *others, const CapCode *found)
{
  others->group =
      cap_dcmtk_sr_add_container(others->sr, others->list, CAP_SR_CONTAINS,
                                 cap_code(CAP_CODE_GROUP), NULL);
  if (found != NULL)
    cap_dcmtk_sr_add_code(others->sr, others->group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_FINDING), found);
}

int
cap_others_add_number(CapOthers *others, const CapCode *name,
                      const char *number, const CapCode *unit)
{
  return cap_dcmtk_sr_add_number(others->sr, others->group, CAP_SR_CONTAINS,
                                 name, number, unit);
}

void
cap_others_add_shape(CapOthers *others, int parent, const double *pairs, int n,
                     int k, CapSrGraphic graphic)
{
  g_autofree char *uid =
      g_strdup_printf("1.2.826.0.1.3680043.10.1.1.1.%d", k + 1);
  const CapSrReference image = {.sop_class_uid = "1.2.840.10008.5.1.4.1.1.2",
                                .sop_uid = uid};
  const CapSrShape shape = {parent == others->group ? CAP_SR_CONTAINS
                                                    : CAP_SR_INFERRED_FROM,
                            NULL, graphic};
  cap_dcmtk_sr_add_points(others->sr, parent, &shape, pairs, n, &image);
}

void
cap_others_add_points(CapOthers *others, int parent, const double *pairs, int n,
                      int k)
{
  cap_others_add_shape(others, parent, pairs, n, k,
                       n == 1 ? CAP_SR_POINT : CAP_SR_POLYLINE);
}

void
cap_others_add_arrow(CapOthers *others, const double *pairs, int n, int k)
{
  const CapCode one = {"1", "UCUM", "no units"};
  const double ends[4] = {pairs[0], pairs[1], n > 1 ? pairs[2] : NAN,
                          n > 1 ? pairs[3] : NAN};
  const int number =
      cap_others_add_number(others, cap_code(CAP_CODE_CENTER), "1", &one);
  cap_others_add_points(others, number, pairs, 1, k);
  g_array_append_val(others->arrows, ends);
}

/* DCMTK writes neither a number without a value nor two points as one: what it
 * wrote of the arrows below ITEM, NEXT being the first, is changed. */
static void
bend_rules(CapOthers *others, CapDcmtkObject *object, CapDcmtkItem *item,
           guint *next)
{
  const guint32 content = CAP_TAG(0x0040, 0xa730);
  CapDcmtkItem *child = NULL;
  while ((child = cap_dcmtk_next_item(item, content, child)) != NULL) {
    CapDcmtkItem *name = cap_dcmtk_get_item(child, CAP_TAG(0x0040, 0xa043), 0);
    g_autofree char *type = cap_dcmtk_get(child, CAP_TAG(0x0040, 0xa040));
    g_autofree char *code =
        name != NULL ? cap_dcmtk_get(name, CAP_TAG(0x0008, 0x0100)) : NULL;
    if (!g_str_equal(type, "NUM") ||
        g_strcmp0(code, cap_code(CAP_CODE_CENTER)->value) != 0) {
      bend_rules(others, object, child, next);
      continue;
    }
    const double *ends = &g_array_index(others->arrows, double, 4 * (*next)++);
    cap_dcmtk_put(object, cap_dcmtk_get_item(child, CAP_TAG(0x0040, 0xa300), 0),
                  CAP_TAG(0x0040, 0xa30a), "");
    cap_dcmtk_put_numbers(object, cap_dcmtk_get_item(child, content, 0),
                          CAP_TAG(0x0070, 0x0022), ends,
                          isfinite(ends[2]) ? 4 : 2);
  }
}

void
cap_others_finish(CapOthers *others, const char *verified)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_sr_finish(others->sr, &error);
  cap_assert_no_error(error);
  cap_dcmtk_put(object, cap_dcmtk_object_root(object), CAP_TAG(0x0040, 0xa493),
                verified);
  guint next = 0;
  bend_rules(others, object, cap_dcmtk_object_root(object), &next);
  cap_others_save(others, object, "sr.dcm");
  cap_dcmtk_sr_free(others->sr);
}
