/* Reports that Capsight did not write: other codes, other shapes, faults. Each
 * is read as far as it goes, and what is not read is named with its place. */
#include "core/error.h"
#include "io/atomic_file.h"
#include "io/dcmtk_sr.h"
#include "io/import/import.h"
#include "tests/support/shaped_series.h"
#include "tests/support/suite.h"

#include <string.h>

#define SEG_UID "1.2.3.4"
#define FRAME "1.2.826.0.1.3680043.10.9" /* of reference, of the series */

static char *folder, *dicom;
static GPtrArray *paths; /* of the files of one import, NULL-ended */

static void
setup(void)
{
  folder = cap_test_folder();
  dicom = g_build_filename(folder, "dicom", NULL);
  paths = g_ptr_array_new_with_free_func(g_free);
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
}

static void
teardown(void)
{
  g_free(dicom);
  g_ptr_array_unref(paths);
  cap_test_remove(folder);
}

static void
save(CapDcmtkObject *object, const char *name)
{
  g_autoptr(GError) error = NULL;
  char *path = g_build_filename(folder, name, NULL);
  g_autoptr(GBytes) bytes = cap_dcmtk_object_encode(object, &error);
  cap_assert_no_error(error);
  gsize n;
  const void *data = g_bytes_get_data(bytes, &n);
  ck_assert(cap_atomic_file_save(path, data, n, &error));
  g_ptr_array_add(paths, path);
}

static CapImport *
import(GError **error)
{
  g_ptr_array_add(paths, NULL);
  return cap_import_load((const char *const *)paths->pdata, dicom, NULL, NULL,
                         error);
}

static CapImport *
import_well(void)
{
  g_autoptr(GError) error = NULL;
  CapImport *import_of = import(&error);
  cap_assert_no_error(error);
  return import_of;
}

static gboolean
has_remark(const CapImport *import_of, const char *part)
{
  for (guint i = 0; i < import_of->remarks->len; i++)
    if (strstr(import_of->remarks->pdata[i], part) != NULL)
      return TRUE;
  return FALSE;
}

/* ---- reports ---- */

/* Codes as dcmqi and others wrote them before SNOMED CT. */
static const CapCode lesion = {"52988006", "SCT", "Lesion"};
static const CapCode old_nodule = {"M-03010", "SRT", "Nodule"};
static const CapCode liver = {"10200004", "SCT", "Liver"};
static const CapCode old_site = {"G-C0E3", "SRT", "Finding Site"};
static const CapCode old_lung = {"T-28000", "SRT", "Lung"};
static const CapCode old_side = {"G-C171", "SRT", "Laterality"};
static const CapCode old_left = {"G-A101", "SRT", "Left"};
static const CapCode old_long = {"G-A185", "SRT", "Long Axis"};
static const CapCode old_volume = {"G-D705", "SRT", "Volume"};
static const CapCode centimeter = {"cm", "UCUM", "centimeter"};
static const CapCode millilitre = {"ml", "UCUM", "milliliter"};
static const CapCode area = {"C0JK", "IBSI", "Surface Area of Mesh"};
static const CapCode square = {"mm2", "UCUM", "square millimeter"};

typedef struct {
  CapDcmtkSr *sr;
  int list, group;
} Report;

static Report
new_report(void)
{
  Report r = {.sr = cap_dcmtk_sr_new(CAP_SR_COMPREHENSIVE_3D,
                                     cap_code(CAP_CODE_REPORT), "1500")};
  r.list = cap_dcmtk_sr_add_container(r.sr, 0, CAP_SR_CONTAINS,
                                      cap_code(CAP_CODE_MEASUREMENTS), NULL);
  return r;
}

static void
add_group(Report *r, const CapCode *found)
{
  r->group = cap_dcmtk_sr_add_container(r->sr, r->list, CAP_SR_CONTAINS,
                                        cap_code(CAP_CODE_GROUP), NULL);
  cap_dcmtk_sr_add_code(r->sr, r->group, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_FINDING), found);
}

static int
add_number(Report *r, const CapCode *name, const char *number,
           const CapCode *unit)
{
  return cap_dcmtk_sr_add_number(r->sr, r->group, CAP_SR_CONTAINS, name, number,
                                 unit);
}

static void
add_shape(Report *r, int parent, const double *pairs, int n, int k,
          CapSrGraphic graphic)
{
  g_autofree char *uid =
      g_strdup_printf("1.2.826.0.1.3680043.10.1.1.1.%d", k + 1);
  const CapSrReference image = {.sop_class_uid = "1.2.840.10008.5.1.4.1.1.2",
                                .sop_uid = uid};
  const CapSrShape shape = {CAP_SR_INFERRED_FROM, NULL, graphic};
  cap_dcmtk_sr_add_points(r->sr, parent, &shape, pairs, n, &image);
}

/* Points below the measurement PARENT, on slice K of the series. */
static void
add_points(Report *r, int parent, const double *pairs, int n, int k)
{
  add_shape(r, parent, pairs, n, k, n == 1 ? CAP_SR_POINT : CAP_SR_POLYLINE);
}

static void
finish(Report *r, const char *verified)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_sr_finish(r->sr, &error);
  cap_assert_no_error(error);
  cap_dcmtk_put(object, cap_dcmtk_object_root(object), CAP_TAG(0x0040, 0xa493),
                verified);
  save(object, "sr.dcm");
  cap_dcmtk_sr_free(r->sr);
}

START_TEST(test_old_codes_and_units)
{
  Report r = new_report();
  add_group(&r, &old_nodule);
  const int site = cap_dcmtk_sr_add_code(r.sr, r.group, CAP_SR_CONCEPT_MOD,
                                         &old_site, &old_lung);
  cap_dcmtk_sr_add_code(r.sr, site, CAP_SR_CONCEPT_MOD, &old_side, &old_left);
  const int axis = add_number(&r, &old_long, "0.8", &centimeter);
  add_points(&r, axis, (double[]){10.5, 20.5, 20.5, 20.5}, 2, 6);
  add_number(&r, &old_volume, "0.5", &millilitre);
  finish(&r, "VERIFIED");
  g_autoptr(CapImport) back = import_well();
  ck_assert_int_eq(back->findings->items->len, 1);
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_double_eq_tol(f->long_axis_mm, 8, 1e-9);
  ck_assert_double_eq_tol(f->volume_mm3, 500, 1e-9);
  ck_assert_int_eq(f->side, CAP_SIDE_LEFT);
  ck_assert_int_eq(f->status, CAP_STATUS_ACCEPTED);
  ck_assert_int_eq(f->id, 1);
  ck_assert_double_eq(f->probability, 1);
  /* 0.8 mm a column from -10, 0.7 mm a row from -20; half a pixel off */
  ck_assert_double_eq_tol(f->axes_mm[0][0].x, -10 + 10 * 0.8, 1e-6);
  ck_assert_double_eq_tol(f->axes_mm[0][1].x, -10 + 20 * 0.8, 1e-6);
  ck_assert_double_eq_tol(f->center_mm.x, -10 + 15 * 0.8, 1e-6);
  ck_assert_double_eq_tol(f->center_mm.y, -20 + 20 * 0.7, 1e-6);
  ck_assert_double_eq_tol(f->center_mm.z, 6, 1e-6);
  ck_assert_int_eq(f->source_slice, 6);
  ck_assert_int_eq(back->remarks->len, 0);
  ck_assert_str_eq(back->findings->algorithm, "");
}
END_TEST

START_TEST(test_what_is_not_read_is_named)
{
  Report r = new_report();
  add_group(&r, &lesion);
  const int axis =
      add_number(&r, &old_long, "9", cap_code(CAP_CODE_MILLIMETER));
  add_points(&r, axis, (double[]){4, 4, 8, 8}, 2, 3);
  add_number(&r, &area, "7.5", &square);
  add_number(&r, &old_volume, "7", &square);
  add_number(&r, cap_code(CAP_CODE_SHORT_AXIS), "-3",
             cap_code(CAP_CODE_MILLIMETER));
  add_group(&r, &liver);
  add_group(&r, &lesion); /* nowhere */
  add_group(&r, &lesion); /* on an image of another series */
  const int far = add_number(&r, &old_long, "9", cap_code(CAP_CODE_MILLIMETER));
  add_points(&r, far, (double[]){4, 4, 8, 8}, 2, 300);
  finish(&r, "UNVERIFIED");
  g_autoptr(CapImport) back = import_well();
  ck_assert_int_eq(back->findings->items->len, 1);
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_int_eq(f->status, CAP_STATUS_UNREVIEWED);
  ck_assert_double_eq(f->long_axis_mm, 9);
  ck_assert_double_eq(f->volume_mm3, 0);
  static const char *const wanted[] = {
      "1.1.1.3 (“Surface Area of Mesh”): is not read",
      "1.1.1.4 (“Volume”): the unit “mm2” is not one for it",
      "1.1.1.5 (“Short Axis”): its value is out of range",
      "1.1.2.1 (“Finding”): “Liver” is no lung nodule",
      "1.1.3 (“Measurement Group”): does not say where it is",
      "1.1.4.2.1: lies on an image that is not in the series",
      "1.1.4 (“Measurement Group”): does not say where it is",
  };
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
    ck_assert_msg(has_remark(back, wanted[i]), "no “%s”", wanted[i]);
  ck_assert_int_eq(back->remarks->len, G_N_ELEMENTS(wanted));
}
END_TEST

/* A reader's rating is that level for sure. */
START_TEST(test_levels_without_likelihoods)
{
  Report r = new_report();
  add_group(&r, &old_nodule);
  const CapPoint at = {0, 0, 5};
  const CapSrShape center = {CAP_SR_CONTAINS, cap_code(CAP_CODE_CENTER),
                             CAP_SR_POINT};
  cap_dcmtk_sr_add_points_3d(r.sr, r.group, &center, &at, 1, FRAME);
  cap_dcmtk_sr_add_code(r.sr, r.group, CAP_SR_CONTAINS,
                        cap_code_attribute(CAP_SPICULATION),
                        cap_code_attribute_level(CAP_SPICULATION, 5));
  cap_dcmtk_sr_add_code(r.sr, r.group, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_MALIGNANCY),
                        cap_code_malignancy_level(4));
  finish(&r, "UNVERIFIED");
  g_autoptr(CapImport) back = import_well();
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_double_eq(f->attributes[CAP_SPICULATION].p[4], 1);
  ck_assert_double_eq(f->attributes[CAP_SPICULATION].expected, 5);
  ck_assert_double_eq(f->malignancy.expected, 4);
  ck_assert_double_eq(f->attributes[CAP_MARGIN].expected, 3); /* not told */
  ck_assert_double_eq(f->center_mm.z, 5);
}
END_TEST

/* ---- what others measured by hand ---- */

static const CapCode old_length = {"G-D7FE", "SRT", "Length"};
static const CapCode old_short = {"G-A186", "SRT", "Short Axis"};
static const CapCode cobb = {"285285000", "SCT", "Cobb angle"};
static const CapCode ohif_area = {"G-D7FE", "SRT", "AREA"};
static const CapCode perimeter = {"131191004", "SCT", "Perimeter"};
static const CapCode free_text = {"CORNERSTONEFREETEXT", "CORNERSTONEJS",
                                  "lymph node 4R"};
static const CapCode pixels = {"px", "UCUM", "px"};
static const CapCode mediastinum = {"72410000", "SCT", "Mediastinum"};

/* A group as OHIF writes it, about FINDING (NULL: nothing). */
static void
add_drawn(Report *r, const char *tool, const CapCode *finding)
{
  r->group = cap_dcmtk_sr_add_container(r->sr, r->list, CAP_SR_CONTAINS,
                                        cap_code(CAP_CODE_GROUP), NULL);
  cap_dcmtk_sr_add_text(r->sr, r->group, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_TRACKING_ID), tool);
  cap_dcmtk_sr_add_uid(r->sr, r->group, CAP_SR_OBS_CONTEXT,
                       cap_code(CAP_CODE_TRACKING_UID), "1.2.77.3");
  if (finding != NULL)
    cap_dcmtk_sr_add_code(r->sr, r->group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_FINDING), finding);
}

static const CapMeasurement *
measured(const CapImport *import_of, guint i, CapMeasureKind kind)
{
  ck_assert_uint_gt(import_of->findings->measurements->len, i);
  const CapMeasurement *m = import_of->findings->measurements->pdata[i];
  ck_assert_int_eq(m->kind, kind);
  ck_assert_int_eq(m->id, (int)i + 1);
  return m;
}

/* 0.8 mm a column, 0.7 mm a row. */
START_TEST(test_lines_and_angles_of_ohif)
{
  const CapCode *mm = cap_code(CAP_CODE_MILLIMETER);
  const CapCode *degree = cap_code(CAP_CODE_DEGREE);
  Report r = new_report();
  add_drawn(&r, "Cornerstone3DTools@^0.1.0:Length", &free_text);
  cap_dcmtk_sr_add_code(r.sr, r.group, CAP_SR_CONTAINS, cap_code(CAP_CODE_SITE),
                        &mediastinum);
  int number = add_number(&r, &old_length, "8.01", mm);
  add_points(&r, number, (double[]){10.5, 20.5, 20.5, 20.5}, 2, 6);
  add_drawn(&r, "Cornerstone3DTools@^0.1.0:Bidirectional", NULL);
  number = add_number(&r, &old_long, "0.8", &centimeter);
  add_points(&r, number, (double[]){10.5, 20.5, 20.5, 20.5}, 2, 6);
  number = add_number(&r, &old_short, "7", mm);
  add_points(&r, number, (double[]){14.5, 15.5, 14.5, 25.5}, 2, 6);
  add_drawn(&r, "Cornerstone3DTools@^0.1.0:Angle", NULL);
  number = add_number(&r, &cobb, "90", degree);
  add_points(&r, number,
             (double[]){10.5, 10.5, 10.5, 20.5, 10.5, 20.5, 20.5, 20.5}, 4, 2);
  add_drawn(&r, "of a nodule", &lesion); /* three points, in the patient */
  number = add_number(&r, cap_code(CAP_CODE_ANGLE), "45.1", degree);
  const CapPoint at[3] = {{0, -10, 5}, {0, -15, 5}, {5, -10, 5}};
  const CapSrShape line = {CAP_SR_INFERRED_FROM, NULL, CAP_SR_POLYLINE};
  cap_dcmtk_sr_add_points_3d(r.sr, number, &line, at, 3, FRAME);
  finish(&r, "UNVERIFIED");
  g_autoptr(CapImport) back = import_well();
  ck_assert_int_eq(back->findings->items->len, 0);
  ck_assert_int_eq(back->remarks->len, 0);
  const CapMeasurement *m = measured(back, 0, CAP_MEASURE_LENGTH);
  ck_assert_str_eq(m->name, "lymph node 4R, Mediastinum");
  ck_assert_str_eq(m->tracking_uid, "1.2.77.3");
  ck_assert_double_eq(m->long_mm, 8.01); /* as it was told */
  ck_assert_double_eq_tol(m->ends_mm[0].x, -10 + 10 * 0.8, 1e-4);
  ck_assert_double_eq_tol(m->ends_mm[1].x, -10 + 20 * 0.8, 1e-4);
  ck_assert_double_eq_tol(m->ends_mm[1].y, -20 + 20 * 0.7, 1e-4);
  ck_assert_int_eq(m->source_slice, 6);
  m = measured(back, 1, CAP_MEASURE_AXES);
  ck_assert_double_eq(m->long_mm, 8);
  ck_assert_double_eq(m->short_mm, 7);
  ck_assert_double_eq(m->mean_diameter_mm, 7.5);
  ck_assert_double_eq_tol(m->ends_mm[3].y, -20 + 25 * 0.7, 1e-4);
  m = measured(back, 2, CAP_MEASURE_ANGLE);
  ck_assert_double_eq(m->angle_deg, 90);
  ck_assert_double_eq_tol(m->ends_mm[2].x, -10 + 20 * 0.8, 1e-4);
  ck_assert_int_eq(m->source_slice, 2);
  m = measured(back, 3, CAP_MEASURE_ANGLE);
  ck_assert_double_eq(m->angle_deg, 45.1);
  ck_assert_double_eq_tol(m->ends_mm[1].y, -15, 1e-4);
}
END_TEST

START_TEST(test_regions_of_others)
{
  const CapCode *mm2 = cap_code(CAP_CODE_SQUARE_MILLIMETER);
  Report r = new_report();
  add_drawn(&r, "ellipse", &free_text);
  int number = add_number(&r, &ohif_area, "44", mm2);
  add_shape(&r, number,
            (double[]){10.5, 20.5, 20.5, 20.5, 15.5, 15.5, 15.5, 25.5}, 4, 6,
            CAP_SR_ELLIPSE);
  add_drawn(&r, "circle", NULL);
  number = add_number(&r, cap_code(CAP_CODE_AREA), "50.2655", mm2);
  add_shape(&r, number, (double[]){15.5, 20.5, 20.5, 20.5}, 2, 6,
            CAP_SR_CIRCLE);
  add_drawn(&r, "outline", NULL);
  number = add_number(&r, &perimeter, "30", cap_code(CAP_CODE_MILLIMETER));
  add_points(
      &r, number,
      (double[]){10.5, 20.5, 20.5, 20.5, 20.5, 30.5, 10.5, 30.5, 10.5, 20.5}, 5,
      6);
  add_number(&r, cap_code(CAP_CODE_AREA), "56", mm2);
  finish(&r, "UNVERIFIED");
  g_autoptr(CapImport) back = import_well();
  ck_assert_int_eq(back->remarks->len, 0);
  ck_assert_int_eq(back->findings->items->len, 0);
  const CapMeasurement *m = measured(back, 0, CAP_MEASURE_ELLIPSE);
  ck_assert_double_eq_tol(m->area_mm2, G_PI * 4 * 3.5, 1e-3);
  ck_assert_int_gt(m->n_voxels, 50);
  m = measured(back, 1, CAP_MEASURE_ELLIPSE);
  ck_assert_double_eq_tol(m->ends_mm[3].y - m->ends_mm[2].y, 8, 1e-3);
  m = measured(back, 2, CAP_MEASURE_FREEHAND);
  ck_assert_int_eq((int)m->outline_mm->len, 4);
  ck_assert_double_eq_tol(m->area_mm2, 56, 1e-3);
  ck_assert_int_gt(m->n_voxels, 80);
}
END_TEST

/* Each is left out, or corrected, and a sentence says why. */
START_TEST(test_what_cannot_be_drawn_is_named)
{
  const CapCode *mm = cap_code(CAP_CODE_MILLIMETER);
  Report r = new_report();
  add_drawn(&r, "wrong", &free_text);
  int number = add_number(&r, &old_length, "12", mm);
  add_points(&r, number, (double[]){10.5, 20.5, 20.5, 20.5}, 2, 6);
  add_drawn(&r, "pixels", &free_text);
  number = add_number(&r, &old_length, "10", &pixels);
  add_points(&r, number, (double[]){10.5, 20.5, 20.5, 20.5}, 2, 6);
  add_drawn(&r, "bent", &free_text);
  number = add_number(&r, &old_length, "9", mm);
  add_points(&r, number, (double[]){1, 2, 3, 4, 9, 9}, 3, 6);
  add_drawn(&r, "apart", NULL);
  number = add_number(&r, &cobb, "9", cap_code(CAP_CODE_DEGREE));
  add_points(&r, number, (double[]){1, 2, 3, 4, 9, 9, 12, 3}, 4, 6);
  add_drawn(&r, "nowhere", &free_text);
  add_number(&r, &old_length, "9", mm);
  add_drawn(&r, "elsewhere", &free_text);
  number = add_number(&r, &old_length, "5", mm);
  const CapPoint at[2] = {{0, -10, 5}, {0, -15, 5}};
  const CapSrShape line = {CAP_SR_INFERRED_FROM, NULL, CAP_SR_POLYLINE};
  cap_dcmtk_sr_add_points_3d(r.sr, number, &line, at, 2, "1.2.3");
  add_drawn(&r, "a point", &free_text);
  number = add_number(&r, &old_length, "0", mm);
  add_points(&r, number, (double[]){4, 4, 4, 4}, 2, 6);
  finish(&r, "UNVERIFIED");
  g_autoptr(CapImport) back = import_well();
  static const char *const wanted[] = {
      "sr.dcm 1.1.1.4 (“Length”): says 12.0 where its points measure 8.0, which is",
      "1.1.2.4 (“Length”): the unit “px” is not one for it",
      "1.1.3.4 (“Length”): is along a line of 3 points",
      "1.1.4.3 (“Cobb angle”): is between two lines that do not meet",
      "1.1.5 (“Measurement Group”): does not say where it was measured",
      "1.1.6.4.1: lies in another frame of reference",
      "1.1.7 (“Measurement Group”): its points enclose or span nothing",
  };
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
    ck_assert_msg(has_remark(back, wanted[i]), "no “%s”", wanted[i]);
  ck_assert_int_eq(back->remarks->len, G_N_ELEMENTS(wanted));
  ck_assert_int_eq(back->findings->items->len, 0);
  ck_assert_int_eq(back->findings->measurements->len, 2);
  for (guint i = 0; i < 2; i++)
    ck_assert_double_eq_tol(measured(back, i, CAP_MEASURE_LENGTH)->long_mm, 8,
                            1e-4);
}
END_TEST

/* ---- segmentations ---- */

enum { SIDE = 32, FRAMES = 4 };

/* Frames lie on slices 9, 4, 10, 5 and are of segments 1, 2, 1, 2: in no order.
 * Each is a block of 3 x 2 pixels from (6 + segment, 10). */
static const int frame_slice[FRAMES] = {9, 4, 10, 5};
static const int frame_segment[FRAMES] = {1, 2, 1, 2};

static void
put_code(CapDcmtkObject *object, CapDcmtkItem *item, guint32 sequence,
         const CapCode *code)
{
  CapDcmtkItem *at = cap_dcmtk_add_item(object, item, sequence);
  cap_dcmtk_put(object, at, CAP_TAG(0x0008, 0x0100), code->value);
  cap_dcmtk_put(object, at, CAP_TAG(0x0008, 0x0102), code->scheme);
  cap_dcmtk_put(object, at, CAP_TAG(0x0008, 0x0104), code->meaning);
}

static void
put_frame(CapDcmtkObject *object, int frame, gboolean placed)
{
  CapDcmtkItem *groups = cap_dcmtk_add_item(
      object, cap_dcmtk_object_root(object), CAP_TAG(0x5200, 0x9230));
  CapDcmtkItem *segment =
      cap_dcmtk_add_item(object, groups, CAP_TAG(0x0062, 0x000a));
  cap_dcmtk_put_int(object, segment, CAP_TAG(0x0062, 0x000b),
                    frame_segment[frame]);
  if (placed) {
    CapDcmtkItem *plane =
        cap_dcmtk_add_item(object, groups, CAP_TAG(0x0020, 0x9113));
    const double at[3] = {-10, -20, frame_slice[frame]};
    cap_dcmtk_put_numbers(object, plane, CAP_TAG(0x0020, 0x0032), at, 3);
    return;
  }
  CapDcmtkItem *derivation =
      cap_dcmtk_add_item(object, groups, CAP_TAG(0x0008, 0x9124));
  CapDcmtkItem *source =
      cap_dcmtk_add_item(object, derivation, CAP_TAG(0x0008, 0x2112));
  g_autofree char *uid = g_strdup_printf("1.2.826.0.1.3680043.10.1.1.1.%d",
                                         frame_slice[frame] + 1);
  cap_dcmtk_put(object, source, CAP_TAG(0x0008, 0x1155), uid);
}

static void
put_shared(CapDcmtkObject *object, double shift)
{
  CapDcmtkItem *groups = cap_dcmtk_add_item(
      object, cap_dcmtk_object_root(object), CAP_TAG(0x5200, 0x9229));
  CapDcmtkItem *plane =
      cap_dcmtk_add_item(object, groups, CAP_TAG(0x0020, 0x9116));
  const double axes[6] = {1, 0, 0, 0, 1, 0};
  const double spacing[2] = {0.7 + shift, 0.8};
  cap_dcmtk_put_numbers(object, plane, CAP_TAG(0x0020, 0x0037), axes, 6);
  CapDcmtkItem *measures =
      cap_dcmtk_add_item(object, groups, CAP_TAG(0x0028, 0x9110));
  cap_dcmtk_put_numbers(object, measures, CAP_TAG(0x0028, 0x0030), spacing, 2);
}

typedef struct {
  const char *class_uid, *kind;
  int bits;
  gboolean by_source;    /* frames without a position of their own */
  int frames;            /* declared; 0: as many as there are */
  double shift;          /* of the spacing between rows, mm */
  const CapCode *second; /* type of segment 2; NULL: a nodule */
} SegCase;

/* A byte of pixel (COLUMN, ROW) of FRAME. */
static guint8
pixel_of(const SegCase *c, int frame, int column, int row)
{
  const int segment = frame_segment[frame], first = 6 + segment;
  const gboolean inside =
      column >= first && column < first + 3 && row >= 10 && row < 12;
  if (g_str_equal(c->kind, "FRACTIONAL")) /* and a faint rim */
    return inside ? 60 : column == first - 1 && row == 10 ? 49 : 0;
  return inside ? (g_str_equal(c->kind, "LABELMAP") ? segment : 1) : 0;
}

static void
put_pixels(CapDcmtkObject *object, const SegCase *c)
{
  const gsize n = FRAMES * SIDE * SIDE;
  g_autofree guint8 *bytes = g_malloc0(n);
  for (gsize i = 0; i < n; i++) {
    const guint8 value = pixel_of(c, (int)(i / (SIDE * SIDE)), (int)(i % SIDE),
                                  (int)(i / SIDE % SIDE));
    if (c->bits == 8)
      bytes[i] = value;
    else if (value != 0)
      bytes[i / 8] |= (guint8)(1 << i % 8);
  }
  cap_dcmtk_put_bytes(object, cap_dcmtk_object_root(object),
                      CAP_TAG(0x7fe0, 0x0010), bytes,
                      n * MIN((gsize)c->bits, 8) / 8);
}

static void
put_segment(CapDcmtkObject *object, int number, const CapCode *type)
{
  CapDcmtkItem *segment = cap_dcmtk_add_item(
      object, cap_dcmtk_object_root(object), CAP_TAG(0x0062, 0x0002));
  g_autofree char *uid = g_strdup_printf("1.2.9.%d", number);
  cap_dcmtk_put_int(object, segment, CAP_TAG(0x0062, 0x0004), number);
  cap_dcmtk_put(object, segment, CAP_TAG(0x0062, 0x0021), uid);
  put_code(object, segment, CAP_TAG(0x0062, 0x000f), type);
}

static void
write_seg(const SegCase *c)
{
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_new();
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x0016), c->class_uid);
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x0018), SEG_UID);
  cap_dcmtk_put(object, root, CAP_TAG(0x0062, 0x0001), c->kind);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0062, 0x000e), 100);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0028, 0x0010), SIDE);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0028, 0x0011), SIDE);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0028, 0x0100), c->bits);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0028, 0x0008),
                    c->frames ? c->frames : FRAMES);
  put_segment(object, 1, cap_code(CAP_CODE_NODULE));
  put_segment(object, 2, c->second ? c->second : cap_code(CAP_CODE_NODULE));
  put_shared(object, c->shift);
  for (int i = 0; i < FRAMES; i++)
    put_frame(object, i, !c->by_source);
  put_pixels(object, c);
  save(object, "seg.dcm");
}

#define SEG_CLASS "1.2.840.10008.5.1.4.1.1.66.4"

static const SegCase good_segs[] = {
    {SEG_CLASS, "BINARY", 1, .by_source = FALSE},
    {SEG_CLASS, "BINARY", 1, .by_source = TRUE},
    {SEG_CLASS, "FRACTIONAL", 8, .by_source = FALSE},
    {"1.2.840.10008.5.1.4.1.1.66.7", "LABELMAP", 8, .by_source = TRUE},
};

START_TEST(test_segmentations)
{
  write_seg(&good_segs[_i]);
  g_autoptr(CapImport) back = import_well();
  ck_assert_int_eq(back->findings->items->len, 2);
  for (guint k = 0; k < 2; k++) {
    const CapFinding *f = back->findings->items->pdata[k];
    const int low[3] = {7 + (int)k, 10, k == 0 ? 9 : 4};
    g_autofree char *uid = g_strdup_printf("1.2.9.%u", k + 1);
    ck_assert_str_eq(f->tracking_uid, uid);
    ck_assert_int_eq(cap_mask_count(f->mask), 3 * 2 * 2);
    for (int i = 0; i < 12; i++)
      ck_assert_int_ne(cap_mask_at(f->mask, low[0] + i % 3, low[1] + i / 3 % 2,
                                   low[2] + i / 6),
                       0);
    ck_assert_double_eq_tol(f->volume_mm3, 12 * 0.8 * 0.7, 1e-6);
    ck_assert_double_eq_tol(f->center_mm.z, low[2] + 0.5, 1e-6);
  }
}
END_TEST

START_TEST(test_other_organs_in_a_segmentation)
{
  SegCase c = good_segs[0];
  c.second = &liver;
  write_seg(&c);
  g_autoptr(CapImport) back = import_well();
  ck_assert_int_eq(back->findings->items->len, 1);
  ck_assert(has_remark(back, "segment 2 (“Liver”): is no lung nodule"));
}
END_TEST

/* Between the voxels of the series: the finding has no place then. */
START_TEST(test_another_grid)
{
  SegCase c = good_segs[0];
  c.shift = 0.02;
  write_seg(&c);
  g_autoptr(CapImport) back = import_well();
  ck_assert_int_eq(back->findings->items->len, 0);
  ck_assert(has_remark(back, "between the voxels of the series"));
  ck_assert(has_remark(back, "segment 1: nothing shows where it is"));
}
END_TEST

static const struct {
  SegCase seg;
  CapErrorCode code;
  const char *part;
} bad_segs[] = {
    {{SEG_CLASS, "BINARY", 1, .frames = 3}, CAP_ERROR_DATA, "describes 4"},
    {{SEG_CLASS, "BINARY", 1, .frames = 5}, CAP_ERROR_DATA, "describes 4"},
    {{SEG_CLASS, "BINARY", 1, .frames = 2000000000},
     CAP_ERROR_LIMIT,
     "2000000000 frames"},
    {{SEG_CLASS, "BINARY", 32}, CAP_ERROR_UNSUPPORTED, "32 bits"},
    {{"1.2.840.10008.5.1.4.1.1.2", "BINARY", 1},
     CAP_ERROR_UNSUPPORTED,
     "not a segmentation"},
};

START_TEST(test_refused_segmentations)
{
  g_autoptr(GError) error = NULL;
  SegCase c = bad_segs[_i].seg;
  write_seg(&c);
  g_autoptr(CapImport) back = import(&error);
  ck_assert_ptr_null(back);
  cap_assert_error(error, bad_segs[_i].code);
  ck_assert_msg(strstr(error->message, bad_segs[_i].part) != NULL, "%s",
                error->message);
}
END_TEST

/* A report finds its mask by the tracking UID where it names no segment. */
START_TEST(test_mask_by_tracking_uid)
{
  Report r = new_report();
  add_group(&r, &old_nodule);
  cap_dcmtk_sr_add_uid(r.sr, r.group, CAP_SR_OBS_CONTEXT,
                       cap_code(CAP_CODE_TRACKING_UID), "1.2.9.2");
  const CapPoint at = {0, -12, 4};
  const CapSrShape center = {CAP_SR_CONTAINS, cap_code(CAP_CODE_CENTER),
                             CAP_SR_POINT};
  cap_dcmtk_sr_add_points_3d(r.sr, r.group, &center, &at, 1, FRAME);
  finish(&r, "UNVERIFIED");
  write_seg(&good_segs[0]);
  g_autoptr(CapImport) back = import_well();
  ck_assert_int_eq(back->findings->items->len, 1);
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_ptr_nonnull(f->mask);
  ck_assert_int_eq(f->mask->first[2], 4);
  ck_assert_double_eq_tol(f->volume_mm3, 12 * 0.8 * 0.7, 1e-6);
  ck_assert_double_gt(f->long_axis_mm, 1);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("import_others");
  TCase *tests = tcase_create("import_others");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_old_codes_and_units);
  tcase_add_test(tests, test_what_is_not_read_is_named);
  tcase_add_test(tests, test_levels_without_likelihoods);
  tcase_add_test(tests, test_lines_and_angles_of_ohif);
  tcase_add_test(tests, test_regions_of_others);
  tcase_add_test(tests, test_what_cannot_be_drawn_is_named);
  tcase_add_loop_test(tests, test_segmentations, 0, G_N_ELEMENTS(good_segs));
  tcase_add_test(tests, test_other_organs_in_a_segmentation);
  tcase_add_test(tests, test_another_grid);
  tcase_add_loop_test(tests, test_refused_segmentations, 0,
                      G_N_ELEMENTS(bad_segs));
  tcase_add_test(tests, test_mask_by_tracking_uid);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
