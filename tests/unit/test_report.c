/* What goes into a report: whose findings, which slices, under which UIDs. */
#include "core/error.h"
#include "core/image/unit.h"
#include "io/dcmtk_object.h"
#include "io/dcmtk_walk.h"
#include "io/report/formats.h"
#include "io/report/words.h"
#include "io/report/words_guidelines.h"
#include "io/report/words_measurements.h"
#include "io/review/review_commands.h"
#include "tests/support/findings.h"
#include "tests/support/report_case.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *folder;

static void
setup(void)
{
  folder = cap_test_folder();
  g_setenv("SOURCE_DATE_EPOCH", "1764032400", TRUE); /* 2025-11-25 01:00 */
}

static void
teardown(void)
{
  cap_test_remove(folder);
}

static int
count(CapReportChoice choice)
{
  CapReportOptions options = cap_report_options_default();
  options.choice = choice;
  g_autoptr(CapReport) report = cap_test_report(folder, &options);
  return (int)report->findings->items->len;
}

static char *
exam_paragraph(const CapFindings *findings)
{
  const CapPending pending = cap_guideline_pending(findings, "");
  return cap_words_exam_paragraph(findings, "", &pending);
}

START_TEST(test_choice)
{
  const CapStatus status[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_UNREVIEWED,
                              CAP_STATUS_REJECTED};
  cap_test_report_case(folder, 3, status);
  ck_assert_int_eq(count(CAP_REPORT_REVIEWED), 1);
  ck_assert_int_eq(count(CAP_REPORT_ACCEPTED), 1);
  ck_assert_int_eq(count(CAP_REPORT_ALL), 3);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  ck_assert_int_eq(report->n_rejected, 1);
  ck_assert_int_eq(report->n_unreviewed, 1);
  ck_assert_int_eq(report->pending.n, 1);
  ck_assert(!report->unreviewed);
  g_autofree char *html =
      cap_test_report_written(report, folder, cap_report_write_html);
  ck_assert_ptr_nonnull(strstr(html, "Not yet reviewed"));
  ck_assert_ptr_nonnull(strstr(html, "1 finding, which does not count here"));
}
END_TEST

/* What was said goes before what findings.json has, that before the images. */
START_TEST(test_context)
{
  const CapStatus status[] = {CAP_STATUS_ACCEPTED};
  cap_test_report_case(folder, 1, status);
  g_autoptr(CapReport) plain = cap_test_report(folder, NULL);
  ck_assert_int_eq(plain->findings->context.sex, CAP_SEX_UNKNOWN);
  const CapPatientContext said = {.age_years = 95, .sex = CAP_SEX_MALE};
  CapReportOptions options = cap_report_options_default();
  options.context = &said;
  g_autoptr(CapReport) report = cap_test_report(folder, &options);
  ck_assert_int_eq(report->findings->context.age_years, 95);
  ck_assert_int_eq(report->findings->context.sex, CAP_SEX_MALE);
}
END_TEST

/* What goes to the clipboard says what the report says. */
START_TEST(test_paragraphs)
{
  const CapStatus status[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_ACCEPTED};
  cap_test_report_case(folder, 2, status);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapFindings *findings = report->findings;
  CapFinding *first = findings->items->pdata[0];
  findings->context = (CapPatientContext){.setting = CAP_SETTING_SCREENING,
                                          .exam = CAP_EXAM_BASELINE};
  g_autofree char *one = cap_words_finding_paragraph(findings, first);
  ck_assert_ptr_nonnull(strstr(one, "Finding 1: Solid nodule, 12.0 mm, right "
                                    "upper lobe"));
  ck_assert_ptr_nonnull(
      strstr(one, "Lung-RADS v2022: 4A, suspicious. Low-dose CT in 3 months"));
  ck_assert_ptr_nonnull(strstr(one, "Rule: solid nodule of 8 to below 15 mm at "
                                    "baseline (mean diameter 12.0 mm)."));
  ck_assert_ptr_nonnull(strstr(one, "Brock (PanCan): none: age and sex not"));
  first->overrides[CAP_LUNGRADS] =
      cap_override_new("2", "scar, known since 2019", "Weber^Anna", NULL);
  g_autofree char *own = cap_words_finding_paragraph(findings, first);
  ck_assert_ptr_nonnull(
      strstr(own, "2, benign (reader; the rule gives 4A, suspicious)."));
  ck_assert_ptr_nonnull(
      strstr(own, "Reader's reason: scar, known since 2019, Weber^Anna."));
  g_autofree char *exam = exam_paragraph(findings);
  ck_assert_ptr_nonnull(
      strstr(exam, "Lung-RADS v2022: 3, probably benign (finding 2)."));
  ck_assert_ptr_nonnull(strstr(exam, "Patient: setting screening"));
  g_ptr_array_set_size(findings->items, 0);
  g_autofree char *none = exam_paragraph(findings);
  ck_assert_ptr_nonnull(strstr(none, "No lung nodule was found."));
  ck_assert_ptr_nonnull(strstr(none, "1, negative."));
  findings->unknown = CAP_UNKNOWN_HU;
  g_autofree char *other = exam_paragraph(findings);
  ck_assert_ptr_nonnull(strstr(other, "Lung-RADS v2022: none: for CT with"));
}
END_TEST

START_TEST(test_uncertain_is_reported)
{
  const CapStatus status[] = {CAP_STATUS_UNCERTAIN, CAP_STATUS_REJECTED};
  cap_test_report_case(folder, 2, status);
  ck_assert_int_eq(count(CAP_REPORT_REVIEWED), 1);
  ck_assert_int_eq(count(CAP_REPORT_ACCEPTED), 0);
}
END_TEST

START_TEST(test_nobody_reviewed)
{
  cap_test_report_case(folder, 3, NULL);
  ck_assert_int_eq(count(CAP_REPORT_REVIEWED), 3);
  ck_assert_int_eq(count(CAP_REPORT_ACCEPTED), 0);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  ck_assert(report->unreviewed);
  g_autoptr(GPtrArray) words = cap_words_summary(report);
  ck_assert_str_eq(words->pdata[0], "3 lung nodules reported.");
  ck_assert_ptr_nonnull(strstr(words->pdata[1], "No reader has reviewed"));
}
END_TEST

START_TEST(test_images)
{
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  ck_assert_ptr_nonnull(report->images);
  ck_assert_int_eq(report->images->len, 20);
  const CapFinding *finding = report->findings->items->pdata[0];
  g_autoptr(GArray) slices = cap_report_slices(report, finding);
  /* a ball of 6 mm radius around slice 8, 2 mm apart */
  ck_assert_int_eq(slices->len, 7);
  ck_assert_int_eq(g_array_index(slices, int, 0), 5);
  ck_assert_int_eq(g_array_index(slices, int, 6), 11);
  ck_assert_ptr_null(cap_report_image(report, -1));
  ck_assert_ptr_null(cap_report_image(report, 20));

  /* the centre of voxel (c, r) is the pixel (c + 0.5, r + 0.5) */
  double pixel[2];
  cap_report_to_pixel(cap_report_image(report, 8), finding->center_mm, pixel);
  ck_assert_double_eq_tol(pixel[0], 15.5, 1e-6);
  ck_assert_double_eq_tol(pixel[1], 20.5, 1e-6);
}
END_TEST

/* The image to look at is the one with the long axis; without an axis the one
 * with the centre; never one that the mask does not touch. */
START_TEST(test_key_image)
{
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapFinding *finding = report->findings->items->pdata[0];
  ck_assert_ptr_eq(cap_report_key_image(report, finding),
                   cap_report_image(report, 8));
  for (int i = 0; i < 2; i++)
    finding->axes_mm[0][i].z += 4.2; /* two slices up */
  ck_assert_ptr_eq(cap_report_key_image(report, finding),
                   cap_report_image(report, 10));
  for (int i = 0; i < 2; i++)
    finding->axes_mm[0][i].z += 100;
  ck_assert_ptr_eq(cap_report_key_image(report, finding),
                   cap_report_image(report, 11));
  finding->long_axis_mm = 0;
  finding->source_slice = 7;
  ck_assert_ptr_eq(cap_report_key_image(report, finding),
                   cap_report_image(report, 7));
}
END_TEST

/* Findings on absent planes alone leave nothing to refer to. */
START_TEST(test_not_placed)
{
  g_autoptr(GError) error = NULL;
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  ck_assert(cap_report_is_placed(report));
  for (int s = 5; s <= 11; s++)
    g_clear_pointer(&report->images->pdata[s], cap_report_image_free);
  ck_assert(!cap_report_is_placed(report));
  ck_assert_ptr_null(
      cap_report_key_image(report, report->findings->items->pdata[0]));
  g_autofree char *path = g_build_filename(folder, "kos.dcm", NULL);
  ck_assert(!cap_report_write_kos(report, path, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
}
END_TEST

static CapDcmtkAction
gather(const CapDcmtkElement *element, char **value, gpointer uids)
{
  if (element->tag == CAP_TAG(0x0008, 0x1155))
    g_hash_table_add(uids, g_strdup(element->value));
  return CAP_DCMTK_KEEP;
}

/* SOP instance UIDs that the object at PATH refers to. Caller unrefs. */
static GHashTable *
references_of(const char *path)
{
  GHashTable *uids =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read(path, &error);
  cap_assert_no_error(error);
  ck_assert(cap_dcmtk_object_walk(object, gather, uids, NULL));
  return uids;
}

/* What the reader marked is a key object beside the findings' slices, once
 * each, also where there is no finding; a plane that no image is only has a
 * line in the description. */
START_TEST(test_marked_slices)
{
  g_autoptr(GError) error = NULL;
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) plain = cap_test_report(folder, NULL);
  g_autoptr(CapReviewImage) axial = cap_review_image_new();
  g_autoptr(CapReviewImage) same = cap_review_image_new();
  g_autoptr(CapReviewImage) coronal = cap_review_image_new();
  axial->position_mm =
      cap_volume_to_patient(plain->volume, (CapPoint){5, 5, 3});
  same->position_mm = cap_volume_to_patient(plain->volume, (CapPoint){9, 9, 8});
  coronal->plane = CAP_PLANE_CORONAL;
  coronal->position_mm = axial->position_mm;
  axial->slab = (CapSlab){CAP_SLAB_MAX, 10};
  axial->window_hu = 1500;
  axial->level_hu = -600;
  g_autoptr(GPtrArray) marked = g_ptr_array_new();
  g_ptr_array_add(marked, axial);
  g_ptr_array_add(marked, same); /* the finding's own slice */
  g_ptr_array_add(marked, coronal);
  CapReportOptions options = cap_report_options_default();
  options.key_images = marked;
  g_autoptr(CapReport) report = cap_test_report(folder, &options);
  ck_assert_str_ne(report->fingerprint, plain->fingerprint);
  ck_assert_ptr_eq(cap_report_marked_image(report, axial),
                   cap_report_image(report, 3));
  ck_assert_ptr_null(cap_report_marked_image(report, coronal));
  g_autofree char *words = cap_words_key_image(report, axial);
  ck_assert_str_eq(words,
                   "Axial slice 4 of 20, z 106.1 mm, image 4, MIP of 10.0 mm, "
                   "window 1500, level -600");

  g_autofree char *path = g_build_filename(folder, "kos.dcm", NULL);
  ck_assert(cap_report_write_kos(report, path, &error));
  g_autoptr(GHashTable) uids = references_of(path);
  ck_assert_uint_eq(g_hash_table_size(uids), 2);
  ck_assert(g_hash_table_contains(uids, cap_report_image(report, 3)->sop_uid));
  ck_assert(g_hash_table_contains(uids, cap_report_image(report, 8)->sop_uid));
  g_autofree char *bytes = NULL;
  gsize n;
  static const char says[] = "not a stored image";
  ck_assert(g_file_get_contents(path, &bytes, &n, NULL));
  ck_assert_ptr_nonnull(memmem(bytes, n, says, strlen(says)));

  g_ptr_array_set_size(report->findings->items, 0);
  ck_assert(!cap_report_is_placed(report));
  ck_assert(cap_report_write_kos(report, path, &error));
  g_autoptr(GHashTable) alone = references_of(path);
  ck_assert_uint_eq(g_hash_table_size(alone), 2);
}
END_TEST

/* A review brings the slices that were marked in it. */
START_TEST(test_marked_in_a_review)
{
  g_autoptr(GError) error = NULL;
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) plain = cap_test_report(folder, NULL);
  g_autofree char *path = g_build_filename(folder, "case.review", NULL);
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  CapReview *review = cap_review_open(path, plain->volume, &error);
  cap_assert_no_error(error);
  ck_assert(cap_review_import(review, plain->findings, &error));
  for (int i = 0; i < 2; i++) {
    CapReviewImage *image = cap_review_image_new();
    image->position_mm =
        cap_volume_to_patient(plain->volume, (CapPoint){5, 5, 3 + i});
    ck_assert_int_eq(cap_review_add_key_image(review, image, &error), i + 1);
  }
  ck_assert(cap_review_undo(review, &error));
  cap_review_close(review);
  const CapReportOptions options = cap_report_options_default();
  g_autoptr(CapReport) report =
      cap_report_load(path, dicom, &options, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_uint_eq(report->key_images->len, 1);
  ck_assert_ptr_eq(
      cap_report_marked_image(report, report->key_images->pdata[0]),
      cap_report_image(report, 3));
}
END_TEST

/* Gives what it is given to whoever opens the pipe first. */
static gpointer
feed(gpointer text)
{
  g_autofree char *path = g_build_filename(folder, "findings.json", NULL);
  FILE *pipe = fopen(path, "w");
  fputs(text, pipe);
  fclose(pipe);
  return NULL;
}

/* A pipe can be read once only: who reads it again waits for ever. */
START_TEST(test_findings_are_read_once)
{
  cap_test_report_case(folder, 2, NULL);
  g_autofree char *path = g_build_filename(folder, "findings.json", NULL);
  g_autofree char *text = NULL;
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  ck_assert_int_eq(g_remove(path), 0);
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  GThread *writer = g_thread_new("writer", feed, text);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  g_thread_join(writer);
  ck_assert_int_eq(report->findings->items->len, 2);
  for (guint i = 0; i < 2; i++) /* and with their masks */
    ck_assert_ptr_nonnull(
        ((CapFinding *)report->findings->items->pdata[i])->mask);
}
END_TEST

/* Without a mask there is nothing to segment, and the structured report refers
 * to no segmentation. */
START_TEST(test_no_masks)
{
  g_autoptr(GError) error = NULL;
  cap_test_report_case(folder, 1, NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapFinding *finding = report->findings->items->pdata[0];
  g_clear_pointer(&finding->mask, cap_mask_free);
  g_autoptr(GPtrArray) formats = g_ptr_array_new();
  cap_report_add_format(formats, cap_report_format("sr"));
  cap_report_add_format(formats, cap_report_format("kos"));
  ck_assert_int_eq(formats->len, 3);
  g_autoptr(CapReportOutput) output =
      cap_report_write(report, formats, folder, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(output->files->len, 2);
  ck_assert(g_str_has_suffix(output->files->pdata[0], "/sr.dcm"));
  ck_assert_int_eq(output->remarks->len, 1);
  ck_assert_str_eq(output->remarks->pdata[0],
                   "seg.dcm is not written: no finding has a mask on an image "
                   "of the series");
  g_autofree char *bytes = NULL;
  gsize n;
  ck_assert(g_file_get_contents(output->files->pdata[0], &bytes, &n, NULL));
  ck_assert_ptr_null(memmem(bytes, n, "1.2.840.10008.5.1.4.1.1.66.4", 28));
  g_autofree char *path = g_build_filename(folder, "seg.dcm", NULL);
  ck_assert(!cap_report_write_seg(report, path, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

/* Place in FILE of the value of (0042,0011), an OB, and its length. */
static const guint8 *
encapsulated(const guint8 *file, gsize n, guint32 *length)
{
  static const guint8 head[8] = {0x42, 0, 0x11, 0, 'O', 'B', 0, 0};
  for (gsize i = 0; i + 12 < n; i++)
    if (memcmp(file + i, head, sizeof head) == 0) {
      memcpy(length, file + i + 8, 4);
      *length = GUINT32_FROM_LE(*length);
      ck_assert_uint_le(i + 12 + *length, n);
      return file + i + 12;
    }
  ck_abort_msg("no encapsulated document");
  return NULL;
}

/* The PDF inside DICOM is report.pdf, padded to an even length by a zero; the
 * length told is that of the PDF. Other readers' names give other lengths. */
START_TEST(test_pdf_in_dicom)
{
  g_autoptr(GError) error = NULL;
  cap_test_report_case(folder, 0, NULL);
  g_autofree char *path = g_build_filename(folder, "pdf.dcm", NULL);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  int parities = 0;
  for (gsize n = 1; n < 30 && parities != 3; n++) {
    g_free(report->reader);
    report->reader = g_strnfill(n, 'R');
    g_autoptr(GByteArray) pdf = cap_report_pdf_bytes(report, &error);
    ck_assert(cap_report_write_dicom_pdf(report, path, &error));
    g_autofree char *file = NULL;
    gsize size;
    guint32 length;
    ck_assert(g_file_get_contents(path, &file, &size, NULL));
    const guint8 *held = encapsulated((const guint8 *)file, size, &length);
    ck_assert_uint_eq(length, pdf->len + pdf->len % 2);
    ck_assert_int_eq(memcmp(held, pdf->data, pdf->len), 0);
    ck_assert(length == pdf->len || held[pdf->len] == 0);
    g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read(path, &error);
    g_autofree char *told =
        cap_dcmtk_get(cap_dcmtk_object_root(object), CAP_TAG(0x0042, 0x0015));
    ck_assert_int_eq(atoi(told), (int)pdf->len);
    parities |= 1 << pdf->len % 2;
  }
  ck_assert_int_eq(parities, 3);
}
END_TEST

START_TEST(test_uids)
{
  cap_test_report_case(folder, 2, NULL);
  g_autoptr(CapReport) one = cap_test_report(folder, NULL);
  g_autoptr(CapReport) again = cap_test_report(folder, NULL);
  CapReportOptions later = cap_report_options_default();
  later.seconds += 1;
  g_autoptr(CapReport) other = cap_test_report(folder, &later);
  g_autofree char *a = cap_report_uid(one, "sr");
  g_autofree char *b = cap_report_uid(again, "sr");
  g_autofree char *c = cap_report_uid(other, "sr");
  g_autofree char *d = cap_report_uid(one, "seg");
  ck_assert_str_eq(a, b);
  ck_assert_str_ne(a, c); /* other bytes, other name */
  ck_assert_str_ne(a, d);
  /* a finding keeps its UID through reports of the same scan */
  g_autofree char *e =
      cap_report_tracking_uid(one, one->findings->items->pdata[0]);
  g_autofree char *f =
      cap_report_tracking_uid(other, other->findings->items->pdata[0]);
  g_autofree char *g =
      cap_report_tracking_uid(one, one->findings->items->pdata[1]);
  ck_assert_str_eq(e, f);
  ck_assert_str_ne(e, g);
  /* one that it came with stays */
  CapFinding *told = other->findings->items->pdata[0];
  g_free(told->tracking_uid);
  told->tracking_uid = g_strdup("1.2.3");
  g_autofree char *h = cap_report_tracking_uid(other, told);
  ck_assert_str_eq(h, "1.2.3");
  ck_assert_str_eq(one->date, "20251125");
  ck_assert_str_eq(one->time, "010000");
  g_autofree char *moment = cap_words_moment(one);
  ck_assert_str_eq(moment, "25 November 2025, 01:00");
}
END_TEST

START_TEST(test_wrong_series)
{
  g_autoptr(GError) error = NULL;
  cap_test_report_case(folder, 1, NULL);
  g_autofree char *json = g_build_filename(folder, "findings.json", NULL);
  g_autofree char *text = NULL;
  ck_assert(g_file_get_contents(json, &text, NULL, NULL));
  g_auto(GStrv) parts = g_strsplit(text, "1.2.840.99.1\"", 2);
  g_autofree char *changed = g_strjoinv("1.2.3.4\"", parts);
  ck_assert(g_file_set_contents(json, changed, -1, NULL));
  const CapReportOptions options = cap_report_options_default();
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  ck_assert_ptr_null(cap_report_load(folder, dicom, &options, NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
  ck_assert_ptr_nonnull(strstr(error->message, "1.2.3.4"));
}
END_TEST

START_TEST(test_words)
{
  g_autofree char *zero = cap_words_number(-0.00001, 2);
  ck_assert_str_eq(zero, "0.00");
  g_autofree char *nan = cap_words_number(NAN, 1);
  ck_assert_str_eq(nan, "0.0");
  CapRating rating = {.n_levels = 6, .p = {0.1, 0, 0, 0, 0.4, 0.5}};
  cap_rating_finish(&rating);
  ck_assert_int_eq(cap_words_level(&rating, CAP_CALCIFICATION), 6);
  rating.n_levels = 5;
  cap_rating_finish(&rating);
  ck_assert_int_eq(cap_words_level(&rating, CAP_MARGIN), 4);
  ck_assert_str_eq(cap_words_level_name(CAP_SPICULATION, 5), "marked");
  g_autofree char *date = cap_words_date("20240229");
  ck_assert_str_eq(date, "2024-02-29");
  g_autofree char *none = cap_words_date("unknown!");
  ck_assert_str_eq(none, "");
}
END_TEST

/* ---- measurements by hand ---- */

/* The lists of nodules that are written of REPORT: their names. */
static char *
written_list(const CapReport *report)
{
  g_autoptr(GPtrArray) formats = g_ptr_array_new();
  cap_report_add_format(formats, cap_report_format("luna16"));
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReportOutput) output =
      cap_report_write(report, formats, folder, NULL, &error);
  cap_assert_no_error(error);
  return output->files->len > 0 ? g_path_get_basename(output->files->pdata[0])
                                : g_strdup("");
}

static void
contains(const char *text, const char *part)
{
  ck_assert_msg(strstr(text, part) != NULL, "no “%s”", part);
}

START_TEST(test_measurements)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  const CapReportOptions options = cap_report_options_default();
  g_autoptr(CapReport) without = cap_report_new(findings, NULL, NULL, &options);
  cap_test_measure(findings, volume);
  CapMeasurement *upright = cap_measurement_new(CAP_MEASURE_LENGTH);
  upright->id = 9;
  upright->ends_mm[0] = cap_volume_to_patient(volume, (CapPoint){8, 20, 9});
  upright->ends_mm[1] = cap_volume_to_patient(volume, (CapPoint){30, 20, 3});
  cap_measurement_work_out(upright, volume);
  g_ptr_array_add(findings->measurements, upright);
  CapPlane plane;
  int index;
  ck_assert(cap_measurement_plane(upright, volume, &plane, &index));
  ck_assert_int_eq(plane, CAP_PLANE_CORONAL);
  g_autoptr(CapReport) report =
      cap_report_new(findings, cap_test_volume(), NULL, &options);
  ck_assert_str_ne(report->fingerprint, without->fingerprint);

  g_autofree char *html =
      cap_test_report_written(report, folder, cap_report_write_html);
  g_autofree char *csv =
      cap_test_report_written(report, folder, cap_report_write_measurements);
  g_autofree char *json =
      cap_test_report_written(report, folder, cap_report_write_json);
  contains(html, "Measured by hand");
  contains(html, "Lymph node &lt;4R&gt;, &quot;hot&quot;");
  contains(csv, ",2,axes,\"Lymph node <4R>, \"\"hot\"\"\",");
  contains(json, "\"kind\": \"angle\"");
  for (guint i = 0; i < 4; i++) {
    const CapMeasurement *m = findings->measurements->pdata[i];
    g_autofree char *words = cap_words_measurement(m);
    contains(html, words);
  }
  contains(html, "·  Axial 10");
  g_autofree char *coronal = g_strdup_printf("·  Coronal %d<", index + 1);
  contains(html, coronal);
  contains(csv, ",Axial 10");
  const CapMeasurement *length = findings->measurements->pdata[0];
  g_autofree char *mm = cap_words_number(length->long_mm, 4);
  contains(csv, mm);
  contains(json, mm);
  g_autofree char *none =
      cap_test_report_written(without, folder, cap_report_write_html);
  ck_assert_ptr_null(strstr(none, "Measured by hand"));
  g_autoptr(GByteArray) pdf = cap_report_pdf_bytes(report, NULL);
  g_autoptr(GByteArray) shorter = cap_report_pdf_bytes(without, NULL);
  ck_assert_uint_gt(pdf->len, shorter->len);
}
END_TEST

/* Every format tells apart that nothing was found, that nobody has searched and
 * that the scan could not be evaluated. */
START_TEST(test_results)
{
  static const struct {
    const char *algorithm;
    CapConclusion conclusion;
    CapResult result;
    const char *lead, *json, *fhir, *category;
  } cases[] = {
      {"Capsight", CAP_CONCLUSION_NONE, CAP_RESULT_NOTHING_FOUND,
       "No lung nodule was found.", "\"nothing-found\"", "\"111241\"",
       "1, negative"},
      {"", CAP_CONCLUSION_NOTHING_FOUND, CAP_RESULT_NOTHING_FOUND,
       "No lung nodule was found.", "\"nothing-found\"", "\"111241\"",
       "1, negative"},
      {"", CAP_CONCLUSION_NONE, CAP_RESULT_NOT_SEARCHED,
       "Nobody has searched this scan for lung nodules.", "\"not-searched\"",
       "\"111225\"", "none: nobody has searched"},
      {"", CAP_CONCLUSION_NOT_EVALUABLE, CAP_RESULT_NOT_EVALUABLE,
       "This scan could not be evaluated: the reader said so.",
       "\"not-evaluable\"", "\"111245\"", "0, incomplete"},
  };
  g_autoptr(CapVolume) volume = cap_test_volume();
  const CapReportOptions options = cap_report_options_default();
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(CapFindings) findings = cap_findings_new(volume);
    g_free(findings->algorithm);
    findings->algorithm = g_strdup(cases[i].algorithm);
    findings->conclusion = cases[i].conclusion;
    cap_test_measure(findings, volume);
    g_autoptr(CapReport) report =
        cap_report_new(findings, NULL, NULL, &options);
    ck_assert_int_eq(cap_report_result(report), cases[i].result);
    g_autofree char *html =
        cap_test_report_written(report, folder, cap_report_write_html);
    g_autofree char *json =
        cap_test_report_written(report, folder, cap_report_write_json);
    g_autofree char *fhir =
        cap_test_report_written(report, folder, cap_report_write_fhir);
    g_autofree char *copied = cap_words_exam_paragraph(
        report->findings, report->not_evaluable, &report->pending);
    contains(html, cases[i].lead);
    contains(html, cases[i].category);
    contains(json, cases[i].json);
    contains(fhir, cases[i].fhir);
    contains(fhir, cases[i].lead);
    contains(copied, cases[i].lead);
    contains(copied, cases[i].category);
    ck_assert((strstr(html, "No lung nodule") != NULL) ==
              (cases[i].result == CAP_RESULT_NOTHING_FOUND));
    ck_assert((strstr(html, "5 measurements by the reader.") != NULL) ==
              (cases[i].result == CAP_RESULT_NOT_SEARCHED));
    g_autofree char *wrote = written_list(report);
    ck_assert_str_eq(
        wrote, cases[i].result == CAP_RESULT_NOTHING_FOUND ? "luna16.csv" : "");
  }
}
END_TEST

/* A slice has the number of its image, in people's reports too. */
START_TEST(test_image_numbers)
{
  const CapStatus status[] = {CAP_STATUS_ACCEPTED};
  cap_test_report_case(folder, 1, status);
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  g_autofree char *html =
      cap_test_report_written(report, folder, cap_report_write_html);
  contains(html, ">9 (image 9)<");
  g_autofree char *of_none = cap_words_slice(report, 99);
  ck_assert_str_eq(of_none, "100");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("report");
  TCase *tests = tcase_create("report");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_choice);
  tcase_add_test(tests, test_context);
  tcase_add_test(tests, test_paragraphs);
  tcase_add_test(tests, test_uncertain_is_reported);
  tcase_add_test(tests, test_nobody_reviewed);
  tcase_add_test(tests, test_images);
  tcase_add_test(tests, test_key_image);
  tcase_add_test(tests, test_not_placed);
  tcase_add_test(tests, test_marked_slices);
  tcase_add_test(tests, test_marked_in_a_review);
  tcase_add_test(tests, test_findings_are_read_once);
  tcase_add_test(tests, test_no_masks);
  tcase_add_test(tests, test_pdf_in_dicom);
  tcase_add_test(tests, test_uids);
  tcase_add_test(tests, test_wrong_series);
  tcase_add_test(tests, test_words);
  tcase_add_test(tests, test_measurements);
  tcase_add_test(tests, test_image_numbers);
  tcase_add_test(tests, test_results);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
