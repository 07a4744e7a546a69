/* What readers measured by hand in other programs: lengths, axes, angles and
 * regions with their points, and what becomes of those that fit nothing. */
#include "tests/support/others.h"
#include "tests/support/suite.h"

#include <string.h>

#define TOOL "Cornerstone3DTools@^0.1.0:" /* of OHIF */

static CapOthers others;

static void
setup(void)
{
  cap_others_open(&others);
}

static void
teardown(void)
{
  cap_others_close(&others);
}

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
add_drawn(const char *tool, const CapCode *finding)
{
  cap_others_add_group(&others, finding);
  cap_dcmtk_sr_add_text(others.sr, others.group, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_TRACKING_ID), tool);
  cap_dcmtk_sr_add_uid(others.sr, others.group, CAP_SR_OBS_CONTEXT,
                       cap_code(CAP_CODE_TRACKING_UID), "1.2.77.3");
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
  cap_others_begin(&others);
  add_drawn(TOOL "Length", &free_text);
  cap_dcmtk_sr_add_code(others.sr, others.group, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_SITE), &mediastinum);
  int number = cap_others_add_number(&others, &old_length, "8.01", mm);
  cap_others_add_points(&others, number, (double[]){10.5, 20.5, 20.5, 20.5}, 2,
                        6);
  add_drawn(TOOL "Bidirectional", NULL);
  number = cap_others_add_number(&others, &cap_others_long_axis, "0.8",
                                 &cap_others_centimeter);
  cap_others_add_points(&others, number, (double[]){10.5, 20.5, 20.5, 20.5}, 2,
                        6);
  number = cap_others_add_number(&others, &old_short, "7", mm);
  cap_others_add_points(&others, number, (double[]){14.5, 15.5, 14.5, 25.5}, 2,
                        6);
  add_drawn(TOOL "Angle", NULL);
  number = cap_others_add_number(&others, &cobb, "90", degree);
  cap_others_add_points(
      &others, number,
      (double[]){10.5, 10.5, 10.5, 20.5, 10.5, 20.5, 20.5, 20.5}, 4, 2);
  add_drawn("of a nodule",
            &cap_others_lesion); /* three points, in the patient */
  number =
      cap_others_add_number(&others, cap_code(CAP_CODE_ANGLE), "45.1", degree);
  const CapPoint at[3] = {{0, -10, 5}, {0, -15, 5}, {5, -10, 5}};
  const CapSrShape line = {CAP_SR_INFERRED_FROM, NULL, CAP_SR_POLYLINE};
  cap_dcmtk_sr_add_points_3d(others.sr, number, &line, at, 3, CAP_OTHERS_FRAME);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
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
  cap_others_begin(&others);
  add_drawn("ellipse", &free_text);
  int number = cap_others_add_number(&others, &ohif_area, "44", mm2);
  cap_others_add_shape(
      &others, number,
      (double[]){10.5, 20.5, 20.5, 20.5, 15.5, 15.5, 15.5, 25.5}, 4, 6,
      CAP_SR_ELLIPSE);
  add_drawn("circle", NULL);
  number =
      cap_others_add_number(&others, cap_code(CAP_CODE_AREA), "50.2655", mm2);
  cap_others_add_shape(&others, number, (double[]){15.5, 20.5, 20.5, 20.5}, 2,
                       6, CAP_SR_CIRCLE);
  add_drawn("outline", NULL);
  number = cap_others_add_number(&others, &perimeter, "30",
                                 cap_code(CAP_CODE_MILLIMETER));
  cap_others_add_points(
      &others, number,
      (double[]){10.5, 20.5, 20.5, 20.5, 20.5, 30.5, 10.5, 30.5, 10.5, 20.5}, 5,
      6);
  cap_others_add_number(&others, cap_code(CAP_CODE_AREA), "56", mm2);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
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
  cap_others_begin(&others);
  add_drawn("wrong", &free_text);
  int number = cap_others_add_number(&others, &old_length, "12", mm);
  cap_others_add_points(&others, number, (double[]){10.5, 20.5, 20.5, 20.5}, 2,
                        6);
  add_drawn("pixels", &free_text);
  number = cap_others_add_number(&others, &old_length, "10", &pixels);
  cap_others_add_points(&others, number, (double[]){10.5, 20.5, 20.5, 20.5}, 2,
                        6);
  add_drawn("bent", &free_text);
  number = cap_others_add_number(&others, &old_length, "9", mm);
  cap_others_add_points(&others, number, (double[]){1, 2, 3, 4, 9, 9}, 3, 6);
  add_drawn("apart", NULL);
  number =
      cap_others_add_number(&others, &cobb, "9", cap_code(CAP_CODE_DEGREE));
  cap_others_add_points(&others, number, (double[]){1, 2, 3, 4, 9, 9, 12, 3}, 4,
                        6);
  add_drawn("nowhere", &free_text);
  cap_others_add_number(&others, &old_length, "9", mm);
  add_drawn("elsewhere", &free_text);
  number = cap_others_add_number(&others, &old_length, "5", mm);
  const CapPoint at[2] = {{0, -10, 5}, {0, -15, 5}};
  const CapSrShape line = {CAP_SR_INFERRED_FROM, NULL, CAP_SR_POLYLINE};
  cap_dcmtk_sr_add_points_3d(others.sr, number, &line, at, 2, "1.2.3");
  add_drawn("a point", &free_text);
  number = cap_others_add_number(&others, &old_length, "0", mm);
  cap_others_add_points(&others, number, (double[]){4, 4, 4, 4}, 2, 6);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  static const char *const wanted[] = {
      "sr.dcm 1.1.1.4 (“Length”): says 12.0 where its points measure 8.0, "
      "which is",
      "1.1.2.4 (“Length”): the unit “px” is not one for it",
      "1.1.3.4 (“Length”): is along a line of 3 points",
      "1.1.4.3 (“Cobb angle”): is between two lines that do not meet",
      "1.1.5 (“Measurement Group”): does not say where it was measured",
      "1.1.6.4.1: lies in another frame of reference",
      "1.1.7 (“Measurement Group”): its points enclose or span nothing",
  };
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
    ck_assert_msg(cap_others_has_remark(back, wanted[i]), "no “%s”", wanted[i]);
  ck_assert_int_eq(back->remarks->len, G_N_ELEMENTS(wanted));
  ck_assert_int_eq(back->findings->items->len, 0);
  ck_assert_int_eq(back->findings->measurements->len, 2);
  for (guint i = 0; i < 2; i++)
    ck_assert_double_eq_tol(measured(back, i, CAP_MEASURE_LENGTH)->long_mm, 8,
                            1e-4);
}
END_TEST

/* Groups that hold a shape and no number, and are about no finding. */
static const struct {
  const char *tracking, *comment;
  int n;
  CapSrGraphic graphic;
  CapMeasureKind kind; /* CAP_N_MEASURE_KINDS: none */
  int n_findings;
  const char *remark;
} bare[] = {
    {TOOL "Length", NULL, 2, CAP_SR_POLYLINE, CAP_MEASURE_LENGTH, 0, NULL},
    {"Nodule 1", "here", 2, CAP_SR_POLYLINE, CAP_MEASURE_LENGTH, 0, NULL},
    {TOOL "Line", NULL, 3, CAP_SR_POLYLINE, CAP_N_MEASURE_KINDS, 0,
     "is along a line of 3 points"},
    {TOOL "EllipticalROI", NULL, 4, CAP_SR_ELLIPSE, CAP_MEASURE_ELLIPSE, 0,
     NULL},
    {"Nodule 2", NULL, 4, CAP_SR_ELLIPSE, CAP_N_MEASURE_KINDS, 1, NULL},
    {TOOL "PlanarFreehandROI", NULL, 5, CAP_SR_POLYLINE, CAP_MEASURE_FREEHAND,
     0, NULL},
    {"Nodule 3", NULL, 5, CAP_SR_POLYLINE, CAP_N_MEASURE_KINDS, 1, NULL},
    {"Nodule 4", NULL, 1, CAP_SR_POINT, CAP_N_MEASURE_KINDS, 1, NULL},
    {TOOL "ArrowAnnotate", "nodule", 1, CAP_SR_POINT, CAP_N_MEASURE_KINDS, 1,
     NULL},
    {TOOL "Probe", NULL, 1, CAP_SR_POINT, CAP_N_MEASURE_KINDS, 0,
     "1.1.1 (“Measurement Group”): is a mark that nothing is said of"},
};

/* An open line, three of whose points would be a bend; axes of an ellipse; a
 * square that is closed. */
static const double corners[] = {10.5, 20.5, 20.5, 20.5,
                                 15.5, 15.5, 15.5, 25.5};
static const double square[] = {10.5, 20.5, 20.5, 20.5, 20.5,
                                30.5, 10.5, 30.5, 10.5, 20.5};

START_TEST(test_shapes_without_numbers)
{
  cap_others_begin(&others);
  add_drawn(bare[_i].tracking, NULL);
  if (bare[_i].comment != NULL)
    cap_dcmtk_sr_add_text(others.sr, others.group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_COMMENT), bare[_i].comment);
  cap_others_add_shape(&others, others.group,
                       bare[_i].n == 5 ? square : corners, bare[_i].n, 6,
                       bare[_i].graphic);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  const gboolean is_measured = bare[_i].kind != CAP_N_MEASURE_KINDS;
  ck_assert_int_eq(back->findings->items->len, bare[_i].n_findings);
  ck_assert_int_eq(back->findings->measurements->len, is_measured);
  ck_assert_int_eq(back->remarks->len, bare[_i].remark != NULL);
  if (bare[_i].remark != NULL)
    ck_assert(cap_others_has_remark(back, bare[_i].remark));
  if (!is_measured)
    return;
  const CapMeasurement *m = measured(back, 0, bare[_i].kind);
  if (m->kind == CAP_MEASURE_LENGTH)
    ck_assert_double_eq_tol(m->long_mm, 8, 1e-4);
  else
    ck_assert_double_eq_tol(
        m->area_mm2, m->kind == CAP_MEASURE_ELLIPSE ? G_PI * 4 * 3.5 : 56,
        1e-3);
}
END_TEST

/* Arrows and probes with a text, and without one. */
static const struct {
  const char *tool, *text, *site;
  int n; /* points */
  const char *remark;
} marks[] = {
    {"ArrowAnnotate", "Granuloma?", NULL, 2, NULL},
    {"ArrowAnnotate", "Granuloma?", NULL, 1, NULL},
    {"Probe", "Look here", "yes", 1, NULL},
    {"ArrowAnnotate", NULL, "yes", 2, NULL},
    {"ArrowAnnotate", NULL, NULL, 2,
     "1.1.1 (“Measurement Group”): is a mark that nothing is said of"},
};

START_TEST(test_arrows_of_ohif)
{
  static const CapCode lobe = {"45653009", "SCT", "Upper lobe of lung"};
  static const double ends[] = {10.5, 20.5, 30.5, 5.5};
  const CapCode text = {"CORNERSTONEFREETEXT", "CST4", marks[_i].text};
  g_autofree char *tool = g_strconcat(TOOL, marks[_i].tool, NULL);
  cap_others_begin(&others);
  add_drawn(tool, marks[_i].text != NULL ? &text : NULL);
  if (marks[_i].site != NULL)
    cap_dcmtk_sr_add_code(others.sr, others.group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_SITE), &lobe);
  cap_others_add_arrow(&others, ends, marks[_i].n, 6);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->measurements->len, 0);
  ck_assert_int_eq(back->findings->items->len, marks[_i].remark == NULL);
  if (marks[_i].remark != NULL) {
    ck_assert(cap_others_has_remark(back, marks[_i].remark));
    return;
  }
  const CapFinding *f = back->findings->items->pdata[0];
  for (guint i = 0; i < back->remarks->len; i++) /* a lobe without its side */
    ck_assert_ptr_nonnull(strstr(back->remarks->pdata[i], "Upper lobe"));
  ck_assert_str_eq(f->comment, marks[_i].text != NULL ? marks[_i].text : "");
  ck_assert_int_eq(f->by_reader, marks[_i].text != NULL);
  ck_assert_ptr_null(f->mask);
  ck_assert_double_eq(f->mean_diameter_mm, 0); /* nobody has measured it */
  ck_assert_int_eq(f->status, CAP_STATUS_UNREVIEWED);
  ck_assert_int_eq(f->source_slice, 6);
  ck_assert_double_eq_tol(f->center_mm.x, -10 + 10 * 0.8, 1e-4); /* the head */
  ck_assert_double_eq_tol(f->center_mm.y, -20 + 20 * 0.7, 1e-4);
  ck_assert_str_eq(f->tracking_uid, "1.2.77.3");
}
END_TEST

/* Free text names something else where more than a point is told. */
START_TEST(test_a_text_is_no_finding_of_a_mask)
{
  cap_others_begin(&others);
  add_drawn("volume", &free_text);
  static const CapCode mm3 = {"mm3", "UCUM", "cubic millimeter"};
  cap_others_add_number(&others, cap_code(CAP_CODE_VOLUME), "90", &mm3);
  cap_others_add_shape(&others, others.group, corners, 4, 6, CAP_SR_ELLIPSE);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->items->len, 0);
  ck_assert(cap_others_has_remark(back, "“lymph node 4R” is no lung nodule"));
}
END_TEST

/* Regions of which HU are all that is told: about nothing, something else, a
 * nodule; rated. */
static const struct {
  const CapCode *finding;
  gboolean rated, closed;
  int n_findings;
} regions[] = {
    {NULL, FALSE, FALSE, 0},       {NULL, FALSE, TRUE, 0},
    {&free_text, FALSE, FALSE, 0}, {&cap_others_lesion, FALSE, FALSE, 1},
    {NULL, TRUE, FALSE, 1},
};

/* The mean of what the newest group is about, in HU. */
static void
add_hu(const char *hu, CapCodeId derivation)
{
  static const CapCode unit = {"[hnsf'U]", "UCUM", "Hounsfield unit"};
  const int number =
      cap_others_add_number(&others, cap_code(CAP_CODE_ATTENUATION), hu, &unit);
  cap_dcmtk_sr_add_code(others.sr, number, CAP_SR_CONCEPT_MOD,
                        cap_code(CAP_CODE_DERIVATION), cap_code(derivation));
}

START_TEST(test_regions_of_which_only_hu_are_told)
{
  cap_others_begin(&others);
  add_drawn(TOOL "EllipticalROI", regions[_i].finding);
  if (regions[_i].rated)
    cap_dcmtk_sr_add_code(others.sr, others.group, CAP_SR_CONTAINS,
                          cap_code(CAP_CODE_MALIGNANCY),
                          cap_code_malignancy_level(4));
  cap_others_add_shape(&others, others.group,
                       regions[_i].closed ? square : corners,
                       regions[_i].closed ? 5 : 4, 6,
                       regions[_i].closed ? CAP_SR_POLYLINE : CAP_SR_ELLIPSE);
  add_hu("-20000", CAP_CODE_MEAN);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->items->len, regions[_i].n_findings);
  if (regions[_i].n_findings > 0)
    return;
  const CapMeasurement *m = measured(
      back, 0, regions[_i].closed ? CAP_MEASURE_FREEHAND : CAP_MEASURE_ELLIPSE);
  ck_assert_double_eq_tol(m->area_mm2, regions[_i].closed ? 56 : G_PI * 4 * 3.5,
                          1e-3);
  ck_assert_int_gt(m->n_voxels, 50);
  ck_assert_double_gt(m->hu_mean, -2000); /* what lies in it, and it is said */
  ck_assert(cap_others_has_remark(back, "says -20000.0 where its points"));
  ck_assert_str_eq(m->name,
                   regions[_i].finding != NULL ? free_text.meaning : "");
}
END_TEST

/* Where others count the voxels at the edge a little otherwise, what they told
 * is kept. */
START_TEST(test_hu_that_fit_are_kept_as_told)
{
  for (int pass = 0; pass < 2; pass++) {
    static double mean, least;
    char text[2][G_ASCII_DTOSTR_BUF_SIZE];
    cap_others_begin(&others);
    add_drawn(TOOL "EllipticalROI", NULL);
    cap_others_add_shape(&others, others.group, corners, 4, 6, CAP_SR_ELLIPSE);
    if (pass > 0) {
      add_hu(g_ascii_formatd(text[0], sizeof text[0], "%.2f", mean + 3),
             CAP_CODE_MEAN);
      add_hu(g_ascii_formatd(text[1], sizeof text[1], "%.2f", least - 2),
             CAP_CODE_MINIMUM);
    }
    cap_others_finish(&others, "UNVERIFIED");
    g_autoptr(CapImport) back = cap_others_import_well(&others);
    const CapMeasurement *m = measured(back, 0, CAP_MEASURE_ELLIPSE);
    if (pass > 0) {
      ck_assert_double_eq_tol(m->hu_mean, mean + 3, 0.01);
      ck_assert_double_eq_tol(m->hu_min, least - 2, 0.01);
      ck_assert_int_eq(back->remarks->len, 0);
    }
    mean = m->hu_mean;
    least = m->hu_min;
    g_ptr_array_set_size(others.paths, 0);
  }
}
END_TEST

/* What rates it is about a nodule, whatever its shape. */
START_TEST(test_a_rated_line_is_a_finding)
{
  cap_others_begin(&others);
  add_drawn(TOOL "Length", NULL);
  cap_dcmtk_sr_add_code(others.sr, others.group, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_MALIGNANCY),
                        cap_code_malignancy_level(4));
  cap_others_add_shape(&others, others.group, corners, 2, 6, CAP_SR_POLYLINE);
  cap_others_finish(&others, "UNVERIFIED");
  g_autoptr(CapImport) back = cap_others_import_well(&others);
  ck_assert_int_eq(back->findings->measurements->len, 0);
  ck_assert_int_eq(back->findings->items->len, 1);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("import_drawn");
  TCase *tests = tcase_create("import_drawn");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_lines_and_angles_of_ohif);
  tcase_add_test(tests, test_regions_of_others);
  tcase_add_test(tests, test_what_cannot_be_drawn_is_named);
  tcase_add_loop_test(tests, test_shapes_without_numbers, 0,
                      G_N_ELEMENTS(bare));
  tcase_add_loop_test(tests, test_arrows_of_ohif, 0, G_N_ELEMENTS(marks));
  tcase_add_test(tests, test_a_text_is_no_finding_of_a_mask);
  tcase_add_loop_test(tests, test_regions_of_which_only_hu_are_told, 0,
                      G_N_ELEMENTS(regions));
  tcase_add_test(tests, test_hu_that_fit_are_kept_as_told);
  tcase_add_test(tests, test_a_rated_line_is_a_finding);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
