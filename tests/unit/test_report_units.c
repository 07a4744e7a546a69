/* Reports about images that are not CT, or whose pixels have no size, and
 * numbers with their units. */
#include "core/image/unit.h"
#include "core/measure/measure.h"
#include "io/report/formats.h"
#include "io/report/words.h"
#include "io/report/words_guidelines.h"
#include "io/report/words_measurements.h"
#include "tests/support/findings.h"
#include "tests/support/report_case.h"
#include "tests/support/suite.h"

#include <string.h>

static char *folder;

static void
setup(void)
{
  folder = cap_test_folder();
}

static void
teardown(void)
{
  cap_test_remove(folder);
}

static void
contains(const char *text, const char *part)
{
  ck_assert_msg(strstr(text, part) != NULL, "no “%s”", part);
}

/* The field of report.csv's first finding below NAME. */
static char *
field_of(const char *csv, const char *name)
{
  g_auto(GStrv) lines = g_strsplit(csv, "\r\n", 3);
  g_auto(GStrv) names = g_strsplit(lines[0], ",", 0);
  g_auto(GStrv) values = g_strsplit(lines[1], ",", 0);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal(names[i], name) && i < g_strv_length(values))
      return g_strdup(values[i]);
  ck_abort_msg("no column %s", name);
}

static void
check_fields(const char *csv, gboolean empty, const char *const *names)
{
  for (; *names != NULL; names++) {
    g_autofree char *value = field_of(csv, *names);
    ck_assert_msg((*value == '\0') == empty, "%s: %s", *names, value);
  }
}

/* What is not in mm and HU stands below no name that says so, and a text says
 * why. */
START_TEST(test_other_images)
{
  static const char *const lengths[] = {"coordX",
                                        "coordZ",
                                        "long_axis_mm",
                                        "short_axis_mm",
                                        "mean_diameter_mm",
                                        "volume_mm3",
                                        NULL};
  static const char *const values[] = {
      "type",   "solid_mean_diameter_mm", "hu_mean",   "hu_sd",      "hu_min",
      "hu_max", "malignancy_from_size",   "lung_rads", "fleischner", NULL};
  static const char *const judged[] = {"probability", NULL};
  const gboolean px = _i;
  g_autoptr(CapVolume) volume = cap_test_volume();
  volume->source->unknown = CAP_UNKNOWN_HU | (px ? CAP_UNKNOWN_MM : 0);
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  CapFinding *finding = findings->items->pdata[0];
  cap_measure_finding(volume, NULL, finding);
  finding->unjudged = px;
  *findings->weights_sha256 = '\0';
  const CapReportOptions options = cap_report_options_default();
  g_autoptr(CapReport) report = cap_report_new(findings, NULL, NULL, &options);
  g_autofree char *csv =
      cap_test_report_written(report, folder, cap_report_write_csv);
  check_fields(csv, px, lengths);
  check_fields(csv, TRUE, values);
  check_fields(csv, px, judged);
  g_autofree char *json =
      cap_test_report_written(report, folder, cap_report_write_json);
  contains(json, "\"type\": null");
  contains(json, "for CT with values in HU and sizes in mm only");
  g_autofree char *html =
      cap_test_report_written(report, folder, cap_report_write_html);
  contains(html, "values are as stored, not HU");
  contains(html, px ? ">Mean px</th>" : ">Mean mm</th>");
  contains(html, ">Value</th>");
  ck_assert_int_eq(strstr(html, " mm³") == NULL, px);
  ck_assert_int_eq(strstr(html, "Centre (LPS)") == NULL, px);
  g_autofree char *title = cap_words_title(finding);
  contains(title, "Unclassified nodule");
  contains(title, px ? " px," : " mm,");
  g_autofree char *text = cap_words_finding_paragraph(findings, finding);
  ck_assert_int_eq(strstr(text, " px³)") != NULL, px);
}
END_TEST

START_TEST(test_key_image_of_a_stack)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  volume->source->unknown = CAP_UNKNOWN_HU | CAP_UNKNOWN_MM | CAP_UNKNOWN_PLACE;
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 0);
  const CapReportOptions options = cap_report_options_default();
  g_autoptr(CapReport) report = cap_report_new(findings, NULL, NULL, &options);
  const CapReviewImage marked = {.plane = CAP_PLANE_AXIAL,
                                 .slab = {CAP_SLAB_MAX, 5},
                                 .window_hu = 255,
                                 .level_hu = 127};
  g_autofree char *text = cap_words_key_image(report, &marked);
  ck_assert_str_eq(text, "Image, MIP of 5.0 px, window 255, level 127");
}
END_TEST

START_TEST(test_words_of_measurements)
{
  g_autoptr(CapMeasurement) m = cap_measurement_new(CAP_MEASURE_LENGTH);
  m->long_mm = 12.349;
  m->short_mm = 8.05;
  m->mean_diameter_mm = 10.1995;
  m->angle_deg = 89.96;
  m->area_mm2 = 45.26;
  m->hu_mean = -0.4;
  m->hu_sd = 29.5;
  m->hu_min = -720;
  m->hu_max = 13;
  m->n_voxels = 3;
  static const char *const words[CAP_N_MEASURE_KINDS] = {
      "12.3 mm", "12.3 × 8.1 mm, Ø 10.2 mm",
      "0 ± 30 HU, -720 … 13 HU, 45.3 mm²", "90.0°",
      "0 ± 30 HU, -720 … 13 HU, 45.3 mm²"};
  for (int kind = 0; kind < CAP_N_MEASURE_KINDS; kind++) {
    m->kind = (CapMeasureKind)kind;
    g_autofree char *text = cap_words_measurement(m);
    ck_assert_str_eq(text, words[kind]);
  }
  m->kind = CAP_MEASURE_ELLIPSE;
  m->n_voxels = 0;
  g_autofree char *empty = cap_words_measurement(m);
  ck_assert_str_eq(empty, "– HU, 45.3 mm²");
  m->unknown = CAP_UNKNOWN_HU | CAP_UNKNOWN_MM;
  g_autofree char *bare_empty = cap_words_measurement(m);
  ck_assert_str_eq(bare_empty, "–, 45.3 px²");
  m->n_voxels = 3;
  g_autofree char *bare = cap_words_measurement(m);
  ck_assert_str_eq(bare, "0 ± 30, -720 … 13, 45.3 px²");
  m->kind = CAP_MEASURE_AXES;
  g_autofree char *pixels = cap_words_measurement(m);
  ck_assert_str_eq(pixels, "12.3 × 8.1 px, Ø 10.2 px");
  m->kind = CAP_MEASURE_ELLIPSE;
  g_autofree char *title = cap_words_measurement_title(m);
  ck_assert_str_eq(title, "Ellipse");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("report_units");
  TCase *tests = tcase_create("units");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_loop_test(tests, test_other_images, 0, 2);
  tcase_add_test(tests, test_words_of_measurements);
  tcase_add_test(tests, test_key_image_of_a_stack);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
