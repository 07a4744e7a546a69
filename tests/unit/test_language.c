/* The reader's language is German here: what he sees is German, with a decimal
 * comma; what goes into files is not. */
#include "core/error.h"
#include "core/guidelines/judge.h"
#include "core/image/patient.h"
#include "core/language.h"
#include "core/told.h"
#include "io/archive/dicom_json.h"
#include "io/archive/received.h"
#include "io/atomic_file.h"
#include "io/findings/findings_json.h"
#include "io/report/formats.h"
#include "io/report/words_guidelines.h"
#include "models/detector.h"
#include "tests/support/dicom_make.h"
#include "tests/support/report_case.h"
#include "tests/support/series_check.h"
#include "tests/support/ui.h"
#include "ui/keys.h"
#include "ui/label.h"

#include <glib/gstdio.h>
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
  setlocale(LC_ALL, "C");
  cap_test_remove(folder);
}

START_TEST(words_and_numbers_are_the_readers)
{
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  ck_assert_str_eq(_("part-solid"), "teilsolide");
  g_autofree char *one = g_strdup_printf(P_("%d slice", "%d slices", 1), 1);
  g_autofree char *two = g_strdup_printf(P_("%d slice", "%d slices", 2), 2);
  g_autofree char *number = g_strdup_printf("%.1f mm", 8.4);
  ck_assert_str_eq(one, "1 Schicht");
  ck_assert_str_eq(two, "2 Schichten");
  ck_assert_str_eq(number, "8,4 mm");
  {
    CAP_LANGUAGE_ENGLISH;
    g_autofree char *english = g_strdup_printf("%.1f mm", 8.4);
    ck_assert_str_eq(english, "8.4 mm");
    ck_assert_str_eq(_("part-solid"), "part-solid");
  }
  ck_assert_str_eq(_("part-solid"), "teilsolide"); /* again */
}
END_TEST

/* All formats that are made of words, written into FOLDER/NAME. */
static void
write_all(const char *name)
{
  static const char *const wanted[] = {"html", "csv", "json", "luna16", "fhir"};
  g_autoptr(GError) error = NULL;
  const CapReportOptions options = {.seconds = 1700000000, .reader = "Doe^Jo"};
  g_autoptr(CapReport) report = cap_test_report(folder, &options);
  g_autoptr(GPtrArray) formats = g_ptr_array_new();
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
    cap_report_add_format(formats, cap_report_format(wanted[i]));
  g_autofree char *into = g_build_filename(folder, name, NULL);
  CapReportOutput *output =
      cap_report_write(report, formats, into, NULL, &error);
  cap_assert_no_error(error);
  cap_report_output_free(output);
}

static char *
read_file(const char *in, const char *name)
{
  g_autofree char *path = g_build_filename(folder, in, name, NULL);
  char *text = NULL;
  ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
  return text;
}

START_TEST(files_are_the_same_everywhere)
{
  static const char *const files[] = {"report.html", "report.csv",
                                      "report.json", "luna16.csv", "fhir.json"};
  cap_test_report_case(folder, 3, NULL);
  write_all("english");
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  write_all("german");
  for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *a = read_file("english", files[i]);
    g_autofree char *b = read_file("german", files[i]);
    ck_assert_msg(g_str_equal(a, b), "%s differs", files[i]);
  }
}
END_TEST

START_TEST(findings_are_kept_in_english_and_told_in_german)
{
  cap_test_report_case(folder, 1, NULL);
  g_autofree char *path = g_build_filename(folder, "findings.json", NULL);
  g_autofree char *before = NULL;
  ck_assert(g_file_get_contents(path, &before, NULL, NULL));
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  g_autoptr(CapReport) report = cap_test_report(folder, NULL);
  CapFindings *findings = report->findings;
  CapFinding *f = findings->items->pdata[0];
  f->type = CAP_TYPE_SOLID;
  f->mean_diameter_mm = 8.4;
  f->side = CAP_SIDE_RIGHT;
  f->lobe = CAP_LOBE_UPPER;
  g_autofree char *told = cap_words_finding_paragraph(findings, f);
  ck_assert_msg(strstr(told, "Befund 1: Rundherd, solide, 8,4 mm, rechter "
                             "Oberlappen") == told,
                "%s", told);
  ck_assert_ptr_nonnull(strstr(told, "Lung-RADS v2022: 4A"));
  ck_assert_ptr_nonnull(strstr(told, "mittlerer Durchmesser 8,4 mm"));
  g_autofree char *kept = cap_findings_json_text(findings);
  ck_assert_ptr_nonnull(strstr(kept, "mean diameter 8.4 mm"));
  ck_assert_ptr_null(strstr(kept, "Durchmesser"));
  findings->conclusion = CAP_CONCLUSION_NOT_EVALUABLE;
  const char *why = cap_findings_not_evaluable(findings);
  const CapPending pending = cap_guideline_pending(findings, why);
  g_autofree char *exam = cap_words_exam_paragraph(findings, why, &pending);
  ck_assert_str_eq(why, "the reader said so");
  ck_assert_msg(strstr(exam, "auswertbar: laut Befunder.\n") != NULL, "%s",
                exam);
  ck_assert_msg(strstr(exam, "Noch nicht befundet: 1 Befund, der hier nicht "
                             "zählt\n") != NULL,
                "%s", exam);
}
END_TEST

/* A file may write this where it names something. */
#define LISTED                                                                 \
  "a: b; c: d; e: f; g: h; i: j; k: l; m: n; o: p; q: r; s: t; u: v; w: x; "   \
  "y: z"

START_TEST(sentences_are_told_with_what_is_in_them)
{
  static const char *const rows[][2] = {
      {"slice 143 treated as missing", "Schicht 143 gilt als fehlend"},
      {"2 slices missing between -3.00 and 5.50 mm along the stack",
       "2 Schichten fehlen zwischen −3,00 und 5,50 mm entlang des Stapels"},
      {"such pixels become air (-1024 HU)",
       "solche Pixel werden zu Luft (−1024 HU)"},
      {"the image is a localizer (7 more images)", /* two, one in the other */
       "das Bild ist ein Localizer (7 weitere Bilder)"},
      {"/d/x.json: “id” is missing or not positive",
       "/d/x.json: „id“ fehlt oder ist nicht positiv"},
      {"Finding 3 to pleura (± 2 mm)", "Befund 3 zur Pleura (± 2 mm)"},
      {"%d slice", "%d Schicht"},
      {"Report", "Report"}, /* a folder may be called so */
      {"Doe^Jane: -3.5", "Doe^Jane: -3.5"},
      {LISTED, LISTED},
      {"", ""},
  };
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *told = cap_told(rows[i][0]);
    ck_assert_str_eq(told, rows[i][1]);
    CAP_LANGUAGE_ENGLISH;
    g_autofree char *english = cap_told(rows[i][0]);
    ck_assert_str_eq(english, rows[i][0]);
  }
}
END_TEST

START_TEST(patients_are_told_apart_in_german)
{
  g_autoptr(CapSource) a = cap_source_new(), b = cap_source_new();
  char **const of_a[] = {&a->patient_id, &a->patient_name,
                         &a->patient_birth_date, &a->patient_sex};
  char **const of_b[] = {&b->patient_id, &b->patient_name,
                         &b->patient_birth_date, &b->patient_sex};
  static const struct {
    const char *a, *b, *told;
  } rows[] = {
      {"1", "2", "Die Patienten-ID ist hier 1 und dort 2."},
      {"Doe^Jane^^Dr", "Roe^Ann",
       "Der Name ist hier Doe, Jane Dr und dort Roe, Ann."},
      {"19500101", "1960",
       "Das Geburtsdatum ist hier 1950-01-01 und dort 1960."},
      {"F", "M", "Das Geschlecht ist hier F und dort M."},
  };
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_free(*of_a[i]);
    g_free(*of_b[i]);
    *of_a[i] = g_strdup(rows[i].a);
    *of_b[i] = g_strdup(rows[i].b);
  }
  g_autoptr(GPtrArray) list = cap_patient_differences(a, b);
  ck_assert_uint_eq(list->len, G_N_ELEMENTS(rows));
  for (guint i = 0; i < list->len; i++)
    ck_assert_str_eq(list->pdata[i], rows[i].told);
  g_free(a->patient_name); /* it is the letters that differ */
  a->patient_name = g_strdup("Doe^Jane=Δόε^Άννα");
  g_free(b->patient_name);
  b->patient_name = g_strdup("Doe^Jane=Δόε^Ιανή");
  g_autoptr(GPtrArray) letters = cap_patient_differences(a, b);
  ck_assert_str_eq(letters->pdata[1], "Der Name ist hier Doe^Jane=Δόε^Άννα und "
                                      "dort Doe^Jane=Δόε^Ιανή.");
}
END_TEST

/* Twelve slices in FOLDER/NAME, with a fault of KIND. */
static void
write_faulty(int kind, const char *name)
{
  g_autofree char *into = g_build_filename(folder, name, NULL);
  g_mkdir(into, 0700);
  for (int k = 0; k < 12; k++) {
    g_autofree char *file = g_strdup_printf("i%03d.dcm", k);
    CapTestSlice slice = cap_test_slice(k);
    if (kind == 0 && (k == 5 || k == 6))
      continue; /* missing */
    if (kind == 1)
      slice.position[2] += 0.021 * k * k; /* uneven */
    if (kind == 2)
      slice.position[1] += 0.3 * k; /* tilted */
    if (kind == 3)
      slice.slope = NULL;
    if (kind == 4)
      slice.no_position = TRUE;
    if (kind == 5 && k > 9)
      slice.image_type = "ORIGINAL\\PRIMARY\\LOCALIZER";
    if (kind == 6 && k == 4)
      slice.extra_pixel_bytes = -600;
    if (kind == 7)
      slice.spacing[0] = slice.spacing[1] = 0;
    if (kind == 8)
      slice.padding = -2000, slice.instance = k ^ 3, slice.no_preamble = TRUE;
    if (kind == 9 && k == 4)
      slice.transfer_syntax = "1.2.840.10008.1.2.4.110";
    cap_test_slice_write(&slice, into, file);
  }
  cap_test_write(into, "notes.txt", "none", 4);
}

/* What there is to say about the series of FOLDER/NAME. */
static GPtrArray *
sentences_about(const char *name)
{
  GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autoptr(CapSeriesList) list = cap_check_scan(path);
  for (guint s = 0; s < list->series->len; s++) {
    const CapSeries *series = list->series->pdata[s];
    const GPtrArray *notes = series->source->irregularities;
    for (guint i = 0; i < notes->len; i++) {
      const CapIrregularity *note = notes->pdata[i];
      g_ptr_array_add(all, g_strdup(note->text));
      g_ptr_array_add(all, g_strdup(note->effect));
    }
    if (*series->unusable_text != '\0')
      g_ptr_array_add(all, g_strdup(series->unusable_text));
  }
  return all;
}

START_TEST(irregularities_are_kept_in_english_and_told_in_german)
{
  enum { N = 10 };
  GPtrArray *english[N];
  for (int kind = 0; kind < N; kind++) {
    g_autofree char *name = g_strdup_printf("%d", kind);
    write_faulty(kind, name);
    english[kind] = sentences_about(name);
    ck_assert_uint_gt(english[kind]->len, 2); /* more than what lies beside */
  }
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  for (int kind = 0; kind < N; kind++) {
    g_autofree char *name = g_strdup_printf("%d", kind);
    g_autoptr(GPtrArray) now = sentences_about(name);
    ck_assert_uint_eq(now->len, english[kind]->len);
    for (guint i = 0; i < now->len; i++) {
      g_autofree char *told = cap_told(now->pdata[i]);
      ck_assert_str_eq(now->pdata[i], english[kind]->pdata[i]);
      ck_assert_msg(!g_str_equal(told, now->pdata[i]), "%s", told);
    }
    g_ptr_array_unref(english[kind]);
  }
}
END_TEST

/* Takes ERROR, whose sentence has to have a German one with WORD in it. */
static void
check_error(GError **error, const char *word)
{
  ck_assert_ptr_nonnull(*error);
  g_autofree char *told = cap_told_error(*error);
  g_autofree char *code =
      g_strdup_printf(" [%s]", cap_error_name((*error)->code));
  ck_assert_msg(strstr(told, word) != NULL, "%s (%s)", told, (*error)->message);
  ck_assert_msg(g_str_has_suffix(told, code), "%s", told);
  ck_assert_msg(!g_unichar_islower(g_utf8_get_char(told)), "%s", told);
  g_clear_error(error);
}

START_TEST(errors_are_told_in_german)
{
  g_autoptr(GError) error = NULL;
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  g_autofree char *text = g_build_filename(folder, "a.txt", NULL);
  g_autofree char *inside = g_build_filename(text, "b.txt", NULL);
  cap_test_write(folder, "a.txt", "no image", 8);
  ck_assert_ptr_null(cap_series_scan("/nowhere", NULL, &error));
  check_error(&error, "„/nowhere“ kann nicht gelesen werden");
  ck_assert_ptr_null(cap_series_scan(text, NULL, &error));
  check_error(&error, "kein DICOM-Bild");
  ck_assert_ptr_null(cap_series_scan(folder, NULL, &error));
  check_error(&error, "ist ein DICOM-Bild oder ein Volumen");
  ck_assert(!cap_atomic_file_save(inside, "", 0, &error));
  check_error(&error, "kann nicht angelegt werden");
  ck_assert_ptr_null(cap_findings_json_read(text, &error));
  check_error(&error, "kein gültiges JSON");
  ck_assert_ptr_null(cap_detector_load(text, CAP_DETECTOR_EXPLAINS, &error));
  check_error(&error,
              "diese Gewichte nicht verwendbar: die Datei beginnt nicht");
  ck_assert_ptr_null(cap_detector_load("/no/w", CAP_DETECTOR_EXPLAINS, &error));
  check_error(&error, "nicht");
}
END_TEST

/* What an archive was asked for, and what came of it. */
START_TEST(archives_are_told_in_german)
{
  static const struct {
    CapArchiveField field;
    const char *text, *told;
  } rows[] = {
      {CAP_FIELD_STUDY_DATE, "31.1.2024",
       "„31.1.2024“ für study_date ist kein Datum"},
      {CAP_FIELD_STUDY_UID, "1.2.x", "„1.2.x“ für study_uid ist keine UID"},
      {CAP_FIELD_PATIENT_NAME, "a\\b", "ist kein Text, nach dem gesucht"},
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) none = g_ptr_array_new();
  const CapArchiveSettings settings = {.max_instance_bytes = 1000,
                                       .max_total_bytes = 1000};
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    CapArchiveQuery query = {0};
    query.match[rows[i].field] = rows[i].text;
    ck_assert(!cap_archive_query_check(&query, &error));
    check_error(&error, rows[i].told);
  }
  ck_assert(
      !cap_dicom_json_rows("x", 1, "the answer of archive “A”", none, &error));
  check_error(&error, "Die Antwort des Archivs „A“");
  g_autofree char *into = g_build_filename(folder, "received", NULL);
  g_autoptr(CapReceived) received = cap_received_new(into, &settings, &error);
  ck_assert(cap_received_begin(received, &error) &&
            cap_received_write(received, "no image", 8, &error) &&
            cap_received_end(received, &error));
  const GPtrArray *problems = cap_received_problems(received);
  ck_assert_uint_eq(problems->len, 1);
  ck_assert_str_eq(problems->pdata[0], "instance without a UID came damaged or "
                                       "cut short and was dropped");
  g_autofree char *told = cap_told(problems->pdata[0]);
  ck_assert_str_eq(told, "Instanz ohne UID kam beschädigt oder abgeschnitten "
                         "an und wurde verworfen");
}
END_TEST

START_TEST(a_minus_is_shown_where_a_hyphen_is_kept)
{
  static const char *const rows[][2] = {
      {"W 1500  L -600", "W 1500  L −600"},
      {"-120 ± 30 HU, -400 … 20", "−120 ± 30 HU, −400 … 20"},
      {"air (-1024 HU)", "air (−1024 HU)"},
      {"2024-01-31", "2024-01-31"}, /* a day, a code, a word */
      {"[CAP-003] B-spline", "[CAP-003] B-spline"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *shown = cap_label_minus(rows[i][0]);
    ck_assert_str_eq(shown, rows[i][1]);
  }
}
END_TEST

START_TEST(keys_are_told_apart_in_german)
{
  static const struct {
    CapKey key;
    const char *told;
  } rows[] = {{{.accelerator = "BackSpace"}, "Rücktaste"},
              {{.accelerator = "Delete"}, "Entf"},
              {{.accelerator = "Page_Up"}, "Bild auf"},
              {{.accelerator = "<Ctrl>s"}, "Strg+S"}};
  if (!cap_ui_german(folder)) {
    cap_test_skip("language", "no German locale on this machine");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *told = cap_keys_label(&rows[i].key);
    ck_assert_str_eq(told, rows[i].told);
  }
}
END_TEST

START_TEST(no_line_begins_with_the_point_between_parts)
{
  static const char *const rows[][2] = {
      {"3 of 5 · 8 mm  ·  0.42", "3 of 5\u00a0· 8 mm\u00a0\u00a0·  0.42"},
      {"8 mm", "8 mm"},
      {"", ""}};
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *shown = cap_label_parts(rows[i][0]);
    ck_assert_str_eq(shown, rows[i][1]);
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("language");
  TCase *tests = tcase_create("language");
  tcase_set_timeout(tests, 120);
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, words_and_numbers_are_the_readers);
  tcase_add_test(tests, files_are_the_same_everywhere);
  tcase_add_test(tests, findings_are_kept_in_english_and_told_in_german);
  tcase_add_test(tests, sentences_are_told_with_what_is_in_them);
  tcase_add_test(tests, patients_are_told_apart_in_german);
  tcase_add_test(tests, irregularities_are_kept_in_english_and_told_in_german);
  tcase_add_test(tests, errors_are_told_in_german);
  tcase_add_test(tests, archives_are_told_in_german);
  tcase_add_test(tests, a_minus_is_shown_where_a_hyphen_is_kept);
  tcase_add_test(tests, keys_are_told_apart_in_german);
  tcase_add_test(tests, no_line_begins_with_the_point_between_parts);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
