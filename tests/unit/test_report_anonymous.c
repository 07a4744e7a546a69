/* Reports that name nobody: every format is searched for everything that names
 * patient, study, reader or place, and still leads to the anonymized images. */
#include "core/error.h"
#include "core/irregularity.h"
#include "io/anonymize/anonymize.h"
#include "io/dcmtk_walk.h"
#include "io/findings/findings_json.h"
#include "io/report/anonymous.h"
#include "io/report/formats.h"
#include "tests/support/findings.h"
#include "tests/support/report_case.h"
#include "tests/support/suite.h"

#include <string.h>

static char *folder;
static CapPseudonyms *pseudonyms;
static CapAnonymizer anonymizer;
static GPtrArray *marked; /* of CapReviewImage; NULL: none */

/* Somebody has measured, and named whom. */
static void
measure(void)
{
  g_autofree char *path = g_build_filename(folder, "findings.json", NULL);
  g_autoptr(CapFindings) findings = cap_findings_json_load(path, NULL, NULL);
  g_autoptr(CapVolume) volume = cap_test_volume();
  cap_test_measure(findings, volume);
  CapMeasurement *first = findings->measurements->pdata[0];
  g_free(first->name);
  first->name = g_strdup("Müller");
  g_free(first->sop_uid);
  first->sop_uid = g_strdup("1.2.840.99.7");
  ck_assert(cap_findings_json_save(findings, path, NULL));
}

static void
set_up(void)
{
  static const CapStatus accepted[] = {CAP_STATUS_ACCEPTED,
                                       CAP_STATUS_ACCEPTED};
  folder = cap_test_folder();
  cap_test_report_case(folder, 2, accepted);
  measure();
  g_autofree char *key = g_build_filename(folder, "key", NULL);
  g_file_set_contents(key, "0123456789abcdef", -1, NULL);
  pseudonyms = cap_pseudonyms_new(key, NULL);
  anonymizer = (CapAnonymizer){.pseudonyms = pseudonyms};
}

static void
tear_down(void)
{
  g_clear_pointer(&pseudonyms, cap_pseudonyms_free);
  g_clear_pointer(&marked, g_ptr_array_unref);
  cap_test_remove(g_steal_pointer(&folder));
}

static CapReport *
anonymous(unsigned profile_options)
{
  CapReportOptions options = cap_report_options_default();
  options.reader = "Leser^Rudi";
  options.seconds = 1709200000; /* 2024-02-29 */
  options.anonymizer = &anonymizer;
  options.key_images = marked;
  anonymizer.options.profile_options = profile_options;
  return cap_test_report(folder, &options);
}

/* Everything that the named report of the case has and nobody may see. Caller
 * unrefs. */
static GPtrArray *
secrets(void)
{
  static const char *const words[] = {"Müller",   "M\xfcller",  "Änne",
                                      "ID-7",     "Leser",      "Rudi",
                                      "20240229", "2024-02-29", "1.2.840.99"};
  GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(CapReport) named = cap_test_report(folder, NULL);
  const CapSource *source = named->volume->source;
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    g_ptr_array_add(list, g_strdup(words[i]));
  g_ptr_array_add(list, g_strdup(source->series_uid));
  g_ptr_array_add(list, g_strdup(source->study_uid));
  for (int s = 0; s < named->volume->slices; s++)
    if (*source->sop_uids[s] != '\0')
      g_ptr_array_add(list, g_strdup(source->sop_uids[s]));
  return list;
}

/* The slice at INDEX is marked, with words about the patient. */
static void
mark(const CapReport *named, CapPlane plane, CapPoint index)
{
  CapReviewImage *image = cap_review_image_new();
  image->id = (int)marked->len + 1;
  image->plane = plane;
  image->position_mm = cap_volume_to_patient(named->volume, index);
  image->window_hu = 1500;
  image->level_hu = -600;
  if (plane == CAP_PLANE_AXIAL) {
    g_free(image->sop_uid);
    image->sop_uid = g_strdup(named->volume->source->sop_uids[(int)index.z]);
  }
  g_free(image->comment);
  image->comment =
      g_strdup("Frau Müller, Änne (ID-7), 2024-02-29: Rudi fragen");
  g_ptr_array_add(marked, image);
}

/* An axial slice, one that no image is, and the first through a slab. */
static void
mark_slices(void)
{
  g_autoptr(CapReport) named = cap_test_report(folder, NULL);
  marked =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_review_image_free);
  mark(named, CAP_PLANE_AXIAL, (CapPoint){15, 20, 8});
  mark(named, CAP_PLANE_CORONAL, (CapPoint){15, 20, 8});
  mark(named, CAP_PLANE_AXIAL, (CapPoint){15, 20, 5});
  ((CapReviewImage *)marked->pdata[2])->slab = (CapSlab){CAP_SLAB_MAX, 10};
}

/* Writes all formats of REPORT; the bytes of each. Caller unrefs. */
static GPtrArray *
write_all(const CapReport *report)
{
  GPtrArray *files =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  for (const CapReportFormat *f = cap_report_formats(); f->name != NULL; f++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, f->file, NULL);
    char *bytes = NULL;
    gsize n;
    f->write(report, path, &error);
    cap_assert_no_error(error);
    ck_assert(g_file_get_contents(path, &bytes, &n, NULL));
    g_ptr_array_add(files, g_bytes_new_take(bytes, n));
  }
  return files;
}

/* The pages of a PDF are compressed: they are searched as the rows that they
 * are made of, through html and json, and by pdftotext in tests/cli. */
static void
check_no_secret(const CapReport *report)
{
  g_autoptr(GPtrArray) hidden = secrets();
  ck_assert_uint_gt(hidden->len, 20);
  g_autoptr(GPtrArray) files = write_all(report);
  for (guint f = 0; f < files->len; f++)
    for (guint i = 0; i < hidden->len; i++) {
      gsize n;
      const char *data = g_bytes_get_data(files->pdata[f], &n);
      const char *word = hidden->pdata[i];
      ck_assert_msg(memmem(data, n, word, strlen(word)) == NULL, "%s has “%s”",
                    cap_report_formats()[f].name, word);
    }
}

START_TEST(test_no_secret)
{
  g_autoptr(CapReport) report = anonymous(_i == 0 ? 0 : CAP_PROFILE_DATES);
  check_no_secret(report);
}
END_TEST

/* ---- key images ---- */

static CapDcmtkAction
gather(const CapDcmtkElement *element, char **value, gpointer user_data)
{
  GHashTable *uids = user_data;
  if (element->tag == CAP_TAG(0x0008, 0x1155))
    g_hash_table_add(uids, g_strdup(element->value));
  return CAP_DCMTK_KEEP;
}

/* What PROGRAM, with one option, says of report.pdf; NULL without poppler. */
static char *
ask_poppler(const char *program, const char *option)
{
  g_autofree char *found = g_find_program_in_path(program);
  g_autofree char *path = g_build_filename(folder, "report.pdf", NULL);
  const gboolean is_text = g_str_equal(program, "pdftotext");
  char *argv[] = {found, (char *)option, path, is_text ? "-" : NULL, NULL};
  char *said = NULL;
  if (found == NULL) {
    cap_test_skip("the pages of the PDF", "poppler-utils is not installed");
    return NULL;
  }
  ck_assert(g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                         NULL, &said, NULL, NULL, NULL));
  return said;
}

static void
check_pdf(void)
{
  g_autoptr(GPtrArray) hidden = secrets();
  static const char *const asked[][2] = {
      {"pdftotext", "-layout"}, {"pdfinfo", "-rawdates"}, {"pdfinfo", "-meta"}};
  for (guint k = 0; k < G_N_ELEMENTS(asked); k++) {
    g_autofree char *said = ask_poppler(asked[k][0], asked[k][1]);
    for (guint i = 0; said != NULL && i < hidden->len; i++)
      ck_assert_msg(strstr(said, hidden->pdata[i]) == NULL, "%s: “%s” in %s",
                    asked[k][0], (char *)hidden->pdata[i], said);
  }
}

/* The picture after AT in HTML is a PNG of pixels alone: no text, time or
 * profile is in it. Returns its bytes. */
static GBytes *
picture_after(const char *at)
{
  static const char begins[] = "src=\"data:image/png;base64,";
  const char *base64 = strstr(at, begins);
  ck_assert_ptr_nonnull(base64);
  base64 += strlen(begins);
  g_autofree char *text = g_strndup(base64, strcspn(base64, "\""));
  gsize n;
  guint8 *png = g_base64_decode(text, &n);
  gsize chunk = 8;
  while (chunk + 12 <= n) {
    const char *kind = (const char *)png + chunk + 4;
    ck_assert_msg(
        strncmp(kind, "IHDR", 4) == 0 || strncmp(kind, "IDAT", 4) == 0 ||
            strncmp(kind, "bKGD", 4) == 0 || strncmp(kind, "IEND", 4) == 0,
        "a chunk %.4s", kind);
    guint32 length;
    memcpy(&length, png + chunk, sizeof length);
    chunk += 12 + GUINT32_FROM_BE(length);
  }
  ck_assert_uint_eq(chunk, n);
  return g_bytes_new_take(png, n);
}

/* Pictures of the key images in the HTML of REPORT. Caller unrefs. */
static GPtrArray *
pictures_of(const CapReport *report)
{
  g_autofree char *path = g_build_filename(folder, "report.html", NULL);
  g_autofree char *html = NULL;
  GPtrArray *pictures =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  ck_assert(cap_report_write_html(report, path, NULL));
  ck_assert(g_file_get_contents(path, &html, NULL, NULL));
  const char *at = strstr(html, "<h2>Key images</h2>");
  ck_assert_ptr_nonnull(at);
  while ((at = strstr(at + 1, "<figure>")) != NULL)
    g_ptr_array_add(pictures, picture_after(at));
  return pictures;
}

static int
n_pdf_images(void)
{
  g_autofree char *said = ask_poppler("pdfimages", "-list");
  int n = 0;
  for (const char *line = said; line != NULL; line = strchr(line + 1, '\n'))
    n++;
  return n;
}

START_TEST(test_key_images_name_nobody)
{
  mark_slices();
  g_autoptr(CapReport) report = anonymous(_i == 0 ? 0 : CAP_PROFILE_DATES);
  check_no_secret(report);
  check_pdf();
  const int n_images = n_pdf_images();
  CapReportOptions options = cap_report_options_default();
  options.key_images = marked;
  g_autoptr(CapReport) named = cap_test_report(folder, &options);
  g_autoptr(GPtrArray) pictures = pictures_of(report);
  g_autoptr(GPtrArray) wanted = pictures_of(named);
  ck_assert_uint_eq(pictures->len, marked->len);
  for (guint i = 0; i < marked->len; i++) /* as good as those with a name */
    ck_assert(g_bytes_equal(pictures->pdata[i], wanted->pdata[i]));
  g_autofree char *pdf = g_build_filename(folder, "report.pdf", NULL);
  ck_assert(cap_report_write_pdf(named, pdf, NULL));
  ck_assert_int_eq(n_images, n_pdf_images());
  g_autofree char *said = ask_poppler("pdftotext", "-layout");
  ck_assert(said == NULL || strstr(said, "Rudi fragen") != NULL);
}
END_TEST

/* The key object leads to the marked images among the anonymized ones. */
START_TEST(test_key_images_are_found_again)
{
  mark_slices();
  g_autoptr(CapReport) report = anonymous(0);
  g_autofree char *path = g_build_filename(folder, "kos.dcm", NULL);
  ck_assert(cap_report_write_kos(report, path, NULL));
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read_head(path, NULL);
  g_autoptr(GHashTable) uids =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  ck_assert(cap_dcmtk_object_walk(object, gather, uids, NULL));
  for (guint i = 0; i < marked->len; i += 2) {
    const CapReviewImage *image = marked->pdata[i];
    g_autofree char *uid = cap_pseudonyms_uid(pseudonyms, image->sop_uid);
    ck_assert(g_hash_table_contains(uids, uid));
    ck_assert(!g_hash_table_contains(uids, image->sop_uid));
  }
}
END_TEST

/* Words that are in the pixels, or said to be, do not go out as pictures, on
 * whatever slice they are; those of a layer beside the pixels are in none. */
static const struct {
  guint32 tag;
  const char *value, *why;
} headers[] = {
    {CAP_TAG(0x0028, 0x0301), "YES", "text is burned into its pixels"},
    {CAP_TAG(0x0008, 0x0008), "DERIVED\\SECONDARY\\SCREEN SAVE",
     "it is a picture of a screen"},
    {CAP_TAG(0x6000, 0x1500), "Müller", NULL}, /* label of an overlay */
    {CAP_TAG(0x6000, 0x4000), "Müller", NULL}, /* comments of one, of old */
    {CAP_TAG(0x0020, 0x4000), "Müller", NULL},
};

START_TEST(test_key_images_of_images_with_words)
{
  g_autoptr(GError) error = NULL;
  mark_slices();
  g_autoptr(CapReport) named = cap_test_report(folder, NULL);
  const char *path = cap_report_image(named, 2)->path;
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read(path, &error);
  cap_assert_no_error(error);
  cap_dcmtk_put(object, cap_dcmtk_object_root(object), headers[_i].tag,
                headers[_i].value);
  g_autoptr(GBytes) bytes = cap_dcmtk_object_encode(object, &error);
  cap_assert_no_error(error);
  gsize n;
  const void *data = g_bytes_get_data(bytes, &n);
  ck_assert(g_file_set_contents(path, data, (gssize)n, NULL));
  if (headers[_i].why == NULL) {
    g_autoptr(CapReport) report = anonymous(0);
    check_no_secret(report);
    return;
  }
  CapReportOptions options = cap_report_options_default();
  options.anonymizer = &anonymizer;
  options.key_images = marked;
  g_autofree char *dicom = g_build_filename(folder, "dicom", NULL);
  ck_assert_ptr_null(cap_report_load(folder, dicom, &options, NULL, &error));
  ck_assert(g_error_matches(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED));
  ck_assert_msg(strstr(error->message, headers[_i].why) != NULL, "%s",
                error->message);
  ck_assert_ptr_nonnull(strstr(error->message, "slice 3 "));
  ck_assert_ptr_null(strstr(error->message, "Müller"));
  anonymizer.options.tolerate_pixels = TRUE; /* somebody has looked */
  g_autoptr(CapReport) report = anonymous(0);
  g_autoptr(GPtrArray) pictures = pictures_of(report);
  ck_assert_uint_eq(pictures->len, marked->len);
}
END_TEST

/* Letters over slice 2 of the volume itself. */
START_TEST(test_key_images_with_letters_in_their_pixels)
{
  g_autoptr(GError) error = NULL;
  mark_slices();
  CapReportOptions options = cap_report_options_default();
  options.key_images = marked;
  g_autoptr(CapReport) report = cap_test_report(folder, &options);
  CapVolume *v = report->volume;
  for (int stroke = 0; stroke < 8; stroke++)
    for (int r = 10; r < 15; r++)
      for (int c = 0; c < 2; c++)
        cap_volume_slice(v, 2)[r * v->columns + 4 + 5 * stroke + c] = 3071;
  ck_assert(!cap_report_anonymize(report, &anonymizer, &error));
  ck_assert(g_error_matches(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED));
  ck_assert_ptr_nonnull(strstr(error->message, "pixels of slice 3,"));
}
END_TEST

/* Why a scan could not be judged is said in words, too. */
START_TEST(test_reasons_name_nobody)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReport) loaded = cap_test_report(folder, NULL);
  CapFindings *findings = loaded->findings;
  g_ptr_array_set_size(findings->items, 0);
  if (_i == 0) {
    findings->conclusion = CAP_CONCLUSION_NOT_EVALUABLE;
    g_free(findings->conclusion_reason);
    findings->conclusion_reason = g_strdup("Frau Müller could not lie still");
  } else {
    findings->n_candidates = 0;
    g_ptr_array_insert(findings->notes, 0,
                       g_strdup("Änne Müller was not searched"));
  }
  CapReportOptions options = cap_report_options_default();
  g_autoptr(CapReport) report =
      cap_report_new(findings, loaded->volume, NULL, &options);
  report->borrows_volume = TRUE;
  ck_assert_ptr_nonnull(strstr(report->not_evaluable, "Müller"));
  ck_assert(cap_report_anonymize(report, &anonymizer, &error));
  ck_assert_int_eq(cap_report_result(report), CAP_RESULT_NOT_EVALUABLE);
  static const char *const names[] = {"json", "html", "fhir"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);
    g_autofree char *text = NULL;
    const CapReportFormat *f = cap_report_formats();
    while (!g_str_equal(f->name, names[i]))
      f++;
    ck_assert(f->write(report, path, &error));
    ck_assert(g_file_get_contents(path, &text, NULL, NULL));
    ck_assert_msg(strstr(text, "Müller") == NULL, "%s", names[i]);
  }
}
END_TEST

/* The named report has them, so that the search is known to find them. */
START_TEST(test_named_has_them)
{
  g_autoptr(CapReport) named = cap_test_report(folder, NULL);
  g_autoptr(GPtrArray) files = write_all(named);
  for (guint f = 0; f < files->len; f++) {
    gsize n;
    const char *data = g_bytes_get_data(files->pdata[f], &n);
    const char *uid = named->findings->series_uid;
    if (strstr(cap_report_formats()[f].file, ".dcm") != NULL)
      ck_assert_msg(memmem(data, n, "ID-7", 4) != NULL, "%s",
                    cap_report_formats()[f].name);
    else if (!g_str_equal(cap_report_formats()[f].name, "pdf"))
      ck_assert_msg(memmem(data, n, uid, strlen(uid)) != NULL, "%s",
                    cap_report_formats()[f].name);
  }
}
END_TEST

/* ---- references ---- */

/* SOP instance UIDs of the images as `anonymize` writes them. */
static GHashTable *
anonymized_images(char **study_uid, char **patient_id, char **study_date)
{
  g_autofree char *images = g_build_filename(folder, "dicom", NULL);
  g_autofree char *output = g_build_filename(folder, "images", NULL);
  GHashTable *uids =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapAnonymizeLog) log =
      cap_anonymize_path(&anonymizer, images, output, NULL, &error);
  cap_assert_no_error(error);
  for (int i = 1; i <= cap_anonymize_log_written(log); i++) {
    g_autofree char *path = g_strdup_printf(
        "%s/patient-001/study-01/series-01/%06d.dcm", output, i);
    g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read_head(path, NULL);
    CapDcmtkItem *root = cap_dcmtk_object_root(object);
    g_hash_table_add(uids, cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0018)));
    if (i > 1)
      continue;
    *study_uid = cap_dcmtk_get(root, CAP_TAG(0x0020, 0x000d));
    *patient_id = cap_dcmtk_get(root, CAP_TAG(0x0010, 0x0020));
    *study_date = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0020));
  }
  return uids;
}

static void
check_value(CapDcmtkObject *object, guint32 tag, const char *expected)
{
  g_autofree char *value = cap_dcmtk_get(cap_dcmtk_object_root(object), tag);
  ck_assert_str_eq(value, expected);
}

START_TEST(test_references_lead_to_the_images)
{
  g_autofree char *study = NULL, *patient = NULL, *date = NULL;
  g_autoptr(CapReport) report = anonymous(CAP_PROFILE_DATES);
  g_autoptr(GPtrArray) files = write_all(report);
  g_autoptr(GHashTable) images = anonymized_images(&study, &patient, &date);
  g_autofree char *seg = cap_report_uid(report, "seg instance");
  for (const CapReportFormat *f = cap_report_formats(); f->name != NULL; f++) {
    if (!g_str_has_suffix(f->file, ".dcm"))
      continue;
    g_autofree char *path = g_build_filename(folder, f->file, NULL);
    g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read_head(path, NULL);
    g_autoptr(GHashTable) uids =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ck_assert(cap_dcmtk_object_walk(object, gather, uids, NULL));
    ck_assert_uint_gt(g_hash_table_size(uids), 0);
    GHashTableIter iter;
    gpointer uid;
    g_hash_table_iter_init(&iter, uids);
    while (g_hash_table_iter_next(&iter, &uid, NULL))
      ck_assert_msg(g_hash_table_contains(images, uid) || g_str_equal(uid, seg),
                    "%s refers to %s", f->name, (char *)uid);
    check_value(object, CAP_TAG(0x0020, 0x000d), study);
    check_value(object, CAP_TAG(0x0010, 0x0020), patient);
    check_value(object, CAP_TAG(0x0008, 0x0020), date);
    check_value(object, CAP_TAG(0x0012, 0x0062), "YES");
    check_value(object, CAP_TAG(0x0028, 0x0303), "MODIFIED");
  }
}
END_TEST

/* Without the series there is no patient to hide, but UIDs and a reader. */
START_TEST(test_without_series)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) hidden = secrets();
  CapReportOptions options = cap_report_options_default();
  options.reader = "Leser^Rudi";
  options.anonymizer = &anonymizer;
  g_autoptr(CapReport) report =
      cap_report_load(folder, NULL, &options, NULL, &error);
  cap_assert_no_error(error);
  for (const CapReportFormat *f = cap_report_formats(); f->name != NULL; f++) {
    g_autofree char *path = g_build_filename(folder, f->file, NULL);
    g_autofree char *bytes = NULL;
    gsize n;
    if (f->needs_images)
      continue;
    ck_assert(f->write(report, path, &error));
    ck_assert(g_file_get_contents(path, &bytes, &n, NULL));
    for (guint i = 0; i < hidden->len; i++)
      ck_assert_msg(
          memmem(bytes, n, hidden->pdata[i], strlen(hidden->pdata[i])) == NULL,
          "%s has “%s”", f->name, (char *)hidden->pdata[i]);
  }
}
END_TEST

/* What people and headers put into the findings themselves. */
START_TEST(test_texts_of_people)
{
  static const char *const words[] = {"Müller", "Leser",      "2024-02-29",
                                      "Änne",   "1.2.840.99", "20231114"};
  g_autoptr(GError) error = NULL;
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapFindings *findings = report->findings;
  CapFinding *finding = findings->items->pdata[0];
  finding->overrides[0] = cap_override_new(
      "4A", "Frau Müller raucht", "Leser^Rudi", "2024-02-29T12:00:00+01:00");
  g_ptr_array_add(findings->notes, g_strdup("Änne Müller was not searched"));
  g_ptr_array_add(findings->notes, g_strdup("the scan was not searched"));
  g_ptr_array_add(findings->irregularities,
                  cap_irregularity_new(7, CAP_SEVERITY_INFO, "Müller.dcm",
                                       "Müller and Meier in one series", ""));
  findings->prior_scan =
      cap_prior_scan_new("1.2.840.99.8", "1.2.840.99.9", "20231114", 107);
  findings->context.age_years = 93;
  findings->context.smoking = CAP_SMOKING_CURRENT;
  findings->context.setting = CAP_SETTING_SCREENING;
  anonymizer.options.profile_options = _i == 0 ? 0 : CAP_PROFILE_PATIENT;
  ck_assert(cap_report_anonymize(report, &anonymizer, &error));
  g_autofree char *json = cap_findings_json_text(findings);
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    ck_assert_msg(strstr(json, words[i]) == NULL, "“%s” in %s", words[i], json);
  ck_assert_str_eq(findings->prior_scan->date, "");
  ck_assert_int_eq(findings->prior_scan->days, 107);
  ck_assert_uint_eq(findings->notes->len, 1);
  ck_assert_int_eq(findings->context.age_years, _i == 0 ? 0 : 90);
  ck_assert_int_eq(findings->context.smoking,
                   _i == 0 ? CAP_SMOKING_UNKNOWN : CAP_SMOKING_CURRENT);
  ck_assert_int_eq(findings->context.setting, CAP_SETTING_SCREENING);
}
END_TEST

/* Options that keep UIDs and dates do so in reports too, and nothing else. */
START_TEST(test_kept)
{
  g_autoptr(CapReport) named = cap_test_report(folder, NULL);
  g_autoptr(CapReport) uids = anonymous(CAP_PROFILE_UIDS);
  g_autoptr(CapReport) dates = anonymous(CAP_PROFILE_FULL_DATES);
  ck_assert_str_eq(uids->findings->series_uid, named->findings->series_uid);
  ck_assert_str_eq(cap_report_image(uids, 8)->sop_uid,
                   cap_report_image(named, 8)->sop_uid);
  ck_assert_str_eq(uids->date, CAP_REPORT_NO_DATE);
  ck_assert_str_ne(dates->findings->series_uid, named->findings->series_uid);
  ck_assert_str_eq(dates->date, "20240229");
  ck_assert_str_eq(dates->volume->source->study_date, "20240229");
  const CapReport *both[] = {uids, dates};
  for (int i = 0; i < 2; i++) {
    ck_assert_str_ne(both[i]->volume->source->patient_id, "ID-7");
    ck_assert_str_eq(both[i]->reader, "");
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("report_anonymous");
  TCase *tests = tcase_create("formats");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, test_no_secret, 0, 2);
  tcase_add_test(tests, test_named_has_them);
  tcase_add_loop_test(tests, test_key_images_name_nobody, 0, 2);
  tcase_add_test(tests, test_key_images_are_found_again);
  tcase_add_loop_test(tests, test_key_images_of_images_with_words, 0,
                      G_N_ELEMENTS(headers));
  tcase_add_test(tests, test_key_images_with_letters_in_their_pixels);
  tcase_add_loop_test(tests, test_reasons_name_nobody, 0, 2);
  tcase_add_test(tests, test_references_lead_to_the_images);
  tcase_add_test(tests, test_without_series);
  tcase_add_test(tests, test_kept);
  tcase_add_loop_test(tests, test_texts_of_people, 0, 2);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
