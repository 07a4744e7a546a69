/* Files of other programs: see others.h. */
#include "tests/support/others.h"

#include "io/atomic_file.h"
#include "tests/support/shaped_series.h"
#include "tests/support/suite.h"

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
  cap_test_shaped_series(CAP_TEST_EVEN, others->dicom);
}

void
cap_others_close(CapOthers *others)
{
  g_free(others->dicom);
  g_ptr_array_unref(others->paths);
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
cap_others_finish(CapOthers *others, const char *verified)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_sr_finish(others->sr, &error);
  cap_assert_no_error(error);
  cap_dcmtk_put(object, cap_dcmtk_object_root(object), CAP_TAG(0x0040, 0xa493),
                verified);
  cap_others_save(others, object, "sr.dcm");
  cap_dcmtk_sr_free(others->sr);
}
