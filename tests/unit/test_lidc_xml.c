/* LIDC annotation files: contours, ratings, and what is not one. */
#include "core/error.h"
#include "io/lidc_xml.h"
#include "tests/support/suite.h"

#include <string.h>

static CapLidcReads *
read_text(const char *text, GError **error)
{
  char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "x.xml", NULL);
  ck_assert(g_file_set_contents(path, text, -1, NULL));
  CapLidcReads *reads = cap_lidc_read(path, error);
  cap_test_remove(folder);
  return reads;
}

#define ROI(z, inclusion, points)                                              \
  "<roi><imageZposition>" z                                                    \
  " </imageZposition><imageSOP_UID>1.2</imageSOP_UID>"                         \
  "<inclusion>" inclusion "</inclusion>" points "</roi>"
#define AT(x, y)                                                               \
  "<edgeMap><xCoord>" x "</xCoord><yCoord>" y "</yCoord></edgeMap>"

static const char example[] =
    "<?xml version=\"1.0\"?><LidcReadMessage xmlns=\"http://www.nih.gov\">"
    "<ResponseHeader><SeriesInstanceUid>9.8</SeriesInstanceUid>"
    "<StudyInstanceUID>9.7</StudyInstanceUID></ResponseHeader>"
    "<readingSession/><readingSession>"
    "<unblindedReadNodule><noduleID>N1</noduleID><characteristics>"
    "<subtlety>5</subtlety><calcification>6</calcification>"
    "<malignancy>4</malignancy></characteristics>" ROI(
        "-10.0", "TRUE", AT("10", "20") AT("14", "20"))
        ROI("-7.5", "FALSE",
            AT("99", "99")) "</unblindedReadNodule>"
                            "<nonNodule><nonNoduleID>X</nonNoduleID>"
                            "<imageZposition>-5</"
                            "imageZposition><imageSOP_UID>1.3</imageSOP_UID>"
                            "<locus><xCoord>3</xCoord><yCoord>4</yCoord></"
                            "locus></nonNodule>"
                            "</readingSession></LidcReadMessage>";

START_TEST(contours_holes_and_ratings)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapLidcReads) reads = read_text(example, &error);
  cap_assert_no_error(error);
  ck_assert_str_eq(reads->series_uid, "9.8");
  ck_assert_int_eq(reads->n_readers, 2);
  ck_assert_uint_eq(reads->marks->len, 2);
  const CapLidcMark *nodule = reads->marks->pdata[0];
  const CapLidcMark *other = reads->marks->pdata[1];
  ck_assert(nodule->is_nodule && nodule->rated && !other->is_nodule);
  ck_assert_int_eq(nodule->reader, 1);
  ck_assert_int_eq(nodule->malignancy, 4);
  ck_assert_int_eq(nodule->attributes[CAP_CALCIFICATION], 6);
  ck_assert_uint_eq(nodule->contours->len, 2);
  const CapLidcContour *hole = nodule->contours->pdata[1];
  ck_assert(hole->hole);
  ck_assert_double_eq(hole->z_mm, -7.5);
  const CapLidcContour *locus = other->contours->pdata[0];
  ck_assert_uint_eq(locus->points->len, 1);
  ck_assert_int_eq(g_array_index(locus->points, CapLidcPixel, 0).row, 4);
}
END_TEST

START_TEST(marks_are_located_on_the_grid)
{
  g_autoptr(CapLidcReads) reads = read_text(example, NULL);
  g_autoptr(CapVolume) volume = cap_volume_new(32, 32, 8, NULL);
  volume->origin_mm.z = -15;
  volume->spacing_mm[2] = 2.5;
  volume->spacing_mm[0] = volume->spacing_mm[1] = 0.5;
  CapPoint at;
  double reach;
  ck_assert(cap_lidc_locate(reads->marks->pdata[0], volume, &at, &reach));
  ck_assert_double_eq_tol(at.x, 12, 1e-9);
  ck_assert_double_eq_tol(at.z, 2, 1e-9);
  ck_assert_double_gt(reach, 1);
}
END_TEST

START_TEST(faults_are_sentences)
{
  const struct {
    const char *text;
    CapErrorCode code;
    const char *part;
  } rows[] = {
      {"", CAP_ERROR_DATA, "empty"},
      {"no xml", CAP_ERROR_DATA, "line 1"},
      {"<IdriReadMessage/>", CAP_ERROR_UNSUPPORTED, "IdriReadMessage"},
      {"<LidcReadMessage>\n<readingSession>\n", CAP_ERROR_DATA, "line"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(read_text(rows[i].text, &error));
    cap_assert_error(error, rows[i].code);
    ck_assert_msg(strstr(error->message, rows[i].part) != NULL, "%s",
                  error->message);
  }
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_lidc_read("no/such.xml", &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
}
END_TEST

START_TEST(entities_are_not_fetched)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapLidcReads) reads = read_text(
      "<!DOCTYPE LidcReadMessage [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
      "<LidcReadMessage><ResponseHeader><StudyInstanceUID>&e;"
      "</StudyInstanceUID></ResponseHeader></LidcReadMessage>",
      &error);
  ck_assert(reads == NULL || *reads->study_uid == '\0');
}
END_TEST

START_TEST(a_real_file)
{
  g_autofree char *path = cap_test_data("lidc/LIDC-IDRI-0001/69.xml");
  if (path == NULL) {
    cap_test_skip("a real file", "CAPSIGHT_DATA has no lidc");
    return;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(CapLidcReads) reads = cap_lidc_read(path, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(reads->n_readers, 4);
  int rated = 0;
  for (guint i = 0; i < reads->marks->len; i++)
    rated += ((const CapLidcMark *)reads->marks->pdata[i])->rated;
  ck_assert_int_eq(rated, 4); /* one large nodule, seen by all four */
}
END_TEST

/* What a message must not be: two series, no number, endless, a bomb. */
START_TEST(refusals_name_the_line)
{
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(read_text("<LidcReadMessage><ResponseHeader>\n"
                               "<SeriesInstanceUid>1.2</SeriesInstanceUid>\n"
                               "<SeriesInstanceUid>1.3</SeriesInstanceUid>\n"
                               "</ResponseHeader></LidcReadMessage>",
                               &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert_msg(strstr(error->message, "x.xml, line 3") != NULL, "%s",
                error->message);
  g_clear_error(&error);
  ck_assert_ptr_null(read_text(
      "<LidcReadMessage><readingSession><unblindedReadNodule><roi>"
      "<imageZposition>-12,5</imageZposition></roi></unblindedReadNodule>"
      "</readingSession></LidcReadMessage>",
      &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert_ptr_nonnull(strstr(error->message, "imageZposition"));
  g_clear_error(&error);
  g_autoptr(GString) many = g_string_new(
      "<LidcReadMessage><readingSession><unblindedReadNodule><roi>");
  for (int i = 0; i <= CAP_LIDC_MAX_POINTS; i++)
    g_string_append(many, "\n<edgeMap/>");
  g_string_append(many, "</roi></unblindedReadNodule></readingSession>"
                        "</LidcReadMessage>");
  ck_assert_ptr_null(read_text(many->str, &error));
  cap_assert_error(error, CAP_ERROR_LIMIT);
  ck_assert_msg(strstr(error->message, "x.xml, line 10000") != NULL, "%s",
                error->message);
  g_clear_error(&error);
  g_autoptr(GString) bomb = g_string_new("<!DOCTYPE b [<!ENTITY a0 \"aaaa\">");
  for (int i = 1; i < 30; i++)
    g_string_append_printf(bomb, "<!ENTITY a%d \"&a%d;&a%d;&a%d;&a%d;\">", i,
                           i - 1, i - 1, i - 1, i - 1);
  g_string_append(bomb, "]><LidcReadMessage><ResponseHeader>"
                        "<SeriesInstanceUid>&a29;</SeriesInstanceUid>"
                        "</ResponseHeader></LidcReadMessage>");
  g_autoptr(CapLidcReads) reads = read_text(bomb->str, &error);
  if (reads != NULL) /* entities are never expanded */
    ck_assert_str_eq(reads->series_uid, "");
}
END_TEST

START_TEST(header_alone)
{
  char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "x.xml", NULL);
  const char *text =
      "<LidcReadMessage uid=\"7.7\"><ResponseHeader>"
      "<SeriesInstanceUid>1.2</SeriesInstanceUid>"
      "<DateService>2008-08-18</DateService><TimeService>01:52:55</TimeService>"
      "</ResponseHeader><cut";
  ck_assert(g_file_set_contents(path, text, -1, NULL));
  g_autoptr(GError) error = NULL;
  g_autoptr(CapLidcReads) reads = cap_lidc_read_header(path, &error);
  cap_assert_no_error(error);
  ck_assert_str_eq(reads->series_uid, "1.2");
  ck_assert_str_eq(reads->message_uid, "7.7");
  ck_assert_str_eq(reads->service_time, "2008-08-18 01:52:55");
  ck_assert_ptr_null(cap_lidc_read(path, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  cap_test_remove(folder);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("lidc_xml");
  TCase *tests = tcase_create("lidc_xml");
  tcase_add_test(tests, contours_holes_and_ratings);
  tcase_add_test(tests, marks_are_located_on_the_grid);
  tcase_add_test(tests, faults_are_sentences);
  tcase_add_test(tests, entities_are_not_fetched);
  tcase_add_test(tests, a_real_file);
  tcase_add_test(tests, refusals_name_the_line);
  tcase_add_test(tests, header_alone);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
