/* findings.json, findings.csv, masks.mha: what was written is what is read,
 * byte for byte, and bad files are refused with a reason. */
#include "core/error.h"
#include "core/image/unit.h"
#include "core/irregularity.h"
#include "io/findings/findings_csv.h"
#include "io/findings/findings_json.h"
#include "io/findings/findings_masks.h"
#include "io/json.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <locale.h>
#include <math.h>
#include <string.h>

START_TEST(text_survives_reading_byte_for_byte)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 3);
  g_ptr_array_add(findings->notes, g_strdup("a note"));
  cap_test_measure(findings, volume);
  g_autofree char *text = cap_findings_json_text(findings);
  GError *error = NULL;
  g_autoptr(CapFindings) back =
      cap_findings_json_parse(text, strlen(text), "text", &error);
  cap_assert_no_error(error);
  ck_assert_str_eq(back->notes->pdata[0], "a note");
  g_autofree char *again = cap_findings_json_text(back);
  ck_assert_str_eq(text, again);
}
END_TEST

START_TEST(measurements_are_read_back)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  volume->source->unknown = _i;
  cap_test_measure(findings, volume);
  CapFinding *finding = findings->items->pdata[0];
  finding->unknown = findings->unknown = _i;
  g_autofree char *text = cap_findings_json_text(findings);
  g_autoptr(CapFindings) back =
      cap_findings_json_parse(text, strlen(text), "text", NULL);
  ck_assert_uint_eq(((CapFinding *)back->items->pdata[0])->unknown, _i);
  ck_assert_uint_eq(back->unknown, _i);
  ck_assert_uint_eq(back->measurements->len, CAP_N_MEASURE_KINDS);
  for (guint i = 0; i < 4; i++) {
    const CapMeasurement *a = findings->measurements->pdata[i];
    const CapMeasurement *b = back->measurements->pdata[i];
    ck_assert_int_eq(b->id, a->id);
    ck_assert_int_eq(b->kind, a->kind);
    ck_assert_str_eq(b->name, a->name);
    for (int e = 0; e < cap_measurement_n_ends(a->kind); e++)
      ck_assert_mem_eq(&b->ends_mm[e], &a->ends_mm[e], sizeof *a->ends_mm);
    ck_assert_double_eq(b->long_mm, a->long_mm);
    ck_assert_double_eq(b->short_mm, a->short_mm);
    ck_assert_double_eq(b->mean_diameter_mm, a->mean_diameter_mm);
    ck_assert_double_eq(b->angle_deg, a->angle_deg);
    ck_assert_double_eq(b->area_mm2, a->area_mm2);
    ck_assert_int_eq(b->n_voxels, a->n_voxels);
    ck_assert_uint_eq(b->unknown, _i);
    ck_assert_double_eq(b->hu_mean, a->hu_mean);
    ck_assert_double_eq(b->hu_sd, a->hu_sd);
    ck_assert_double_eq(b->hu_min, a->hu_min);
    ck_assert_double_eq(b->hu_max, a->hu_max);
    ck_assert_int_eq(b->source_slice, 9);
    ck_assert_str_eq(b->sop_uid, a->sop_uid);
  }
}
END_TEST

START_TEST(every_field_is_read_back)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 2);
  CapFinding *a = findings->items->pdata[1];
  a->status = CAP_STATUS_UNCERTAIN;
  g_free(a->sop_uid);
  a->sop_uid = g_strdup("1.2.3");
  g_free(a->tracking_uid);
  a->tracking_uid = g_strdup("1.2.3.4");
  g_free(findings->algorithm);
  findings->algorithm = g_strdup("Other");
  g_free(findings->algorithm_version);
  findings->algorithm_version = g_strdup("7");
  g_free(findings->reader);
  findings->reader = g_strdup("Doe^Jane");
  g_free(a->comment);
  a->comment = g_strdup("„neu“, \"2 mm\"\nسابق");
  a->by_reader = a->unjudged = TRUE;
  a->reconstruction_error_hu = 321.25;
  a->doubts[CAP_DOUBT_UNFAMILIAR] =
      (CapDoubt){.raised = TRUE, .value = 2.25, .limit = 1.5};
  a->doubts[CAP_DOUBT_KERNEL].raised = TRUE;
  cap_doubt_set_kernel(&a->doubts[CAP_DOUBT_KERNEL], "B90s", "B30f, LUNG");
  findings->conclusion = CAP_CONCLUSION_NOT_EVALUABLE;
  g_free(findings->conclusion_reason);
  findings->conclusion_reason = g_strdup("breathing");
  g_autofree char *text = cap_findings_json_text(findings);
  g_autoptr(CapFindings) back =
      cap_findings_json_parse(text, strlen(text), "text", NULL);
  ck_assert_ptr_nonnull(back);
  ck_assert_str_eq(back->series_uid, "1.2.840.99.1");
  ck_assert_int_eq(back->n_candidates, 120);
  ck_assert_str_eq(back->algorithm, "Other");
  ck_assert_str_eq(back->algorithm_version, "7");
  ck_assert_str_eq(back->reader, "Doe^Jane");
  ck_assert_int_eq(back->conclusion, CAP_CONCLUSION_NOT_EVALUABLE);
  ck_assert_str_eq(back->conclusion_reason, "breathing");
  ck_assert_int_eq((int)back->irregularities->len, 1);
  const CapIrregularity *note = back->irregularities->pdata[0];
  ck_assert_int_eq(note->number, 1);
  ck_assert_int_eq(note->severity, CAP_SEVERITY_WARNING);
  const CapFinding *b = back->items->pdata[1];
  ck_assert_int_eq(b->id, 2);
  ck_assert_str_eq(b->sop_uid, "1.2.3");
  ck_assert_str_eq(b->tracking_uid, "1.2.3.4");
  ck_assert_int_eq(b->source_slice, a->source_slice);
  ck_assert_int_eq(b->type, CAP_TYPE_PART_SOLID);
  ck_assert_int_eq(b->side, CAP_SIDE_LEFT);
  ck_assert_int_eq(b->lobe, CAP_LOBE_LOWER);
  ck_assert_int_eq(b->status, CAP_STATUS_UNCERTAIN);
  ck_assert(!b->near_gap);
  ck_assert_str_eq(b->comment, a->comment);
  ck_assert(b->by_reader && b->unjudged);
  ck_assert(!((CapFinding *)back->items->pdata[0])->by_reader);
  ck_assert_double_eq_tol(b->center_mm.x, a->center_mm.x, 1e-4);
  ck_assert_double_eq_tol(b->center_mm.z, a->center_mm.z, 1e-4);
  ck_assert_double_eq_tol(b->axes_mm[1][0].y, a->axes_mm[1][0].y, 1e-4);
  ck_assert_double_eq_tol(b->volume_mm3, a->volume_mm3, 0.01);
  ck_assert_double_eq_tol(b->malignancy.p[2], a->malignancy.p[2], 1e-6);
  ck_assert_double_eq_tol(b->attributes[1].expected, a->attributes[1].expected,
                          1e-4);
  ck_assert_int_eq(b->attributes[CAP_CALCIFICATION].n_levels, 6);
  ck_assert_float_eq_tol(b->capsules[4].pose[7], a->capsules[4].pose[7], 1e-6F);
  ck_assert_float_eq_tol(b->capsules[0].routing[21], a->capsules[0].routing[21],
                         1e-4F);
  ck_assert_double_eq(b->patch_axis[1].y, 1.0);
  ck_assert_double_eq(b->reconstruction_error_hu, 321.25);
  ck_assert(b->doubts[CAP_DOUBT_KERNEL].raised);
  ck_assert_str_eq(b->doubts[CAP_DOUBT_KERNEL].kernel, "B90s");
  ck_assert_str_eq(b->doubts[CAP_DOUBT_KERNEL].usual, "B30f, LUNG");
  ck_assert(b->doubts[CAP_DOUBT_UNFAMILIAR].raised);
  ck_assert_double_eq(b->doubts[CAP_DOUBT_UNFAMILIAR].value, 2.25);
  ck_assert_double_eq(b->doubts[CAP_DOUBT_UNFAMILIAR].limit, 1.5);
  ck_assert(!b->doubts[CAP_DOUBT_THICK_SLICES].raised);
  ck_assert(!cap_finding_is_doubted(back->items->pdata[0]));
}
END_TEST

/* What guidelines need is read back; what they say follows from it, also for
 * sizes that writing rounds over a limit (5.94996 mm is kept as 5.95). */
START_TEST(guidelines_are_read_back)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 3);
  CapFinding *a = findings->items->pdata[0], *c = findings->items->pdata[2];
  findings->context = (CapPatientContext){
      .age_years = 67, .sex = CAP_SEX_FEMALE, .setting = CAP_SETTING_SCREENING};
  a->type = CAP_TYPE_SOLID;
  a->mean_diameter_mm = 5.94996;
  a->overrides[CAP_LUNGRADS] = cap_override_new(
      "4X", "“pleural tag”", "Weber^Anna", "2026-11-29T21:00:00+00:00");
  c->prior = (CapPrior){.state = CAP_PRIOR_MATCHED,
                        .days = 371,
                        .id = 4,
                        .type = CAP_TYPE_PART_SOLID,
                        .mean_diameter_mm = 4.5,
                        .solid_mean_diameter_mm = 1.25,
                        .volume_mm3 = 47.7,
                        .log_sd = 0.125};
  findings->prior_scan =
      cap_prior_scan_new("1.2.3", "1.2.3.4", "20251123", 371);
  g_autofree char *text = cap_findings_json_text(findings);
  ck_assert_ptr_nonnull(strstr(text, "solid nodule of 6 to below 8 mm"));
  ck_assert_ptr_nonnull(strstr(text, "\"probability\": 0."));
  GError *error = NULL;
  g_autoptr(CapFindings) back =
      cap_findings_json_parse(text, strlen(text), "text", &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(back->context.age_years, 67);
  ck_assert_int_eq(back->context.sex, CAP_SEX_FEMALE);
  const CapFinding *b = back->items->pdata[0], *d = back->items->pdata[2];
  ck_assert_str_eq(b->overrides[CAP_LUNGRADS]->category, "4X");
  ck_assert_str_eq(b->overrides[CAP_LUNGRADS]->reason, "“pleural tag”");
  ck_assert_str_eq(b->overrides[CAP_LUNGRADS]->by, "Weber^Anna");
  ck_assert_ptr_null(b->overrides[CAP_FLEISCHNER]);
  ck_assert_int_eq(d->prior.state, CAP_PRIOR_MATCHED);
  ck_assert_int_eq(d->prior.days, 371);
  ck_assert_int_eq(d->prior.id, 4);
  ck_assert_int_eq(d->prior.type, CAP_TYPE_PART_SOLID);
  ck_assert_double_eq(d->prior.solid_mean_diameter_mm, 1.25);
  ck_assert_double_eq(d->prior.log_sd, 0.125);
  ck_assert_str_eq(back->prior_scan->study_uid, "1.2.3");
  ck_assert_str_eq(back->prior_scan->series_uid, "1.2.3.4");
  ck_assert_str_eq(back->prior_scan->date, "20251123");
  ck_assert_int_eq(back->prior_scan->days, 371);
  g_autofree char *again = cap_findings_json_text(back);
  ck_assert_str_eq(text, again);
}
END_TEST

START_TEST(bad_guidelines_are_refused)
{
  static const struct {
    const char *root, *finding, *says;
  } cases[] = {
      {"\"context\":{\"age\":300}", "\"x\":1", "1 to 120"},
      {"\"context\":{\"sex\":\"X\"}", "\"x\":1", "female, male"},
      {"\"context\":[]", "\"x\":1", "not an object"},
      {"\"context\":{\"smoking\":4}", "\"x\":1", "not a string"},
      {"\"x\":1",
       "\"guidelines\":{\"lung_rads\":{\"override\":{\"category\":\"7\","
       "\"reason\":\"r\"}}}",
       "no category"},
      {"\"x\":1",
       "\"guidelines\":{\"lung_rads\":{\"override\":{\"category\":\"3\"}}}",
       "no reason"},
      {"\"x\":1", "\"guidelines\":{\"brock\":4}", "not an object"},
      {"\"x\":1", "\"prior\":{\"state\":\"gone\"}", "not a state we know"},
      {"\"x\":1", "\"prior\":{\"state\":\"new\",\"days\":1.5}",
       "not a whole number"},
      {"\"x\":1", "\"prior\":{\"state\":\"new\",\"volume_mm3\":-1}",
       "out of range"},
      {"\"x\":1", "\"prior\":{\"days\":3}", "says no state"},
      {"\"prior_scan\":{\"date\":\"20261340\"}", "\"x\":1", "not a day"},
      {"\"prior_scan\":{\"days\":-1}", "\"x\":1", "out of range"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text =
        g_strdup_printf("{\"schema_version\":1,%s,\"findings\":[{\"id\":1,"
                        "\"center_mm\":[1,2,3],"
                        "\"probability\":0.5,%s}]}",
                        cases[i].root, cases[i].finding);
    g_autoptr(GError) error = NULL;
    g_autoptr(CapFindings) findings =
        cap_findings_json_parse(text, strlen(text), "text", &error);
    ck_assert_ptr_null(findings);
    cap_assert_error(error, CAP_ERROR_DATA);
    ck_assert_msg(strstr(error->message, cases[i].says) != NULL, "%s",
                  error->message);
  }
}
END_TEST

START_TEST(numbers_do_not_follow_the_locale)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  g_autofree char *plain = cap_findings_json_text(findings);
  if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL &&
      setlocale(LC_ALL, "fr_FR.UTF-8") == NULL) {
    cap_test_skip("numbers_do_not_follow_the_locale", "no German or French");
    return;
  }
  g_autofree char *text = cap_findings_json_text(findings);
  g_autoptr(CapFindings) back =
      cap_findings_json_parse(text, strlen(text), "text", NULL);
  setlocale(LC_ALL, "C");
  ck_assert_str_eq(plain, text);
  ck_assert_ptr_nonnull(back);
}
END_TEST

START_TEST(csv_has_the_columns_of_luna16)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 2);
  g_free(findings->series_uid);
  findings->series_uid = g_strdup("a, \"b\"");
  g_autofree char *text = cap_findings_csv_text(findings);
  ck_assert_str_eq(text,
                   "seriesuid,coordX,coordY,coordZ,probability\n"
                   "\"a, \"\"b\"\"\",-8.2500,-14.5000,116.1250,0.970000\n"
                   "\"a, \"\"b\"\"\",13.3500,-10.5000,124.1250,0.610000\n");
}
END_TEST

/* TRUE when A and B mark the same voxels of the volume. */
static gboolean
same_voxels(const CapVolume *volume, const CapMask *a, const CapMask *b)
{
  for (int s = 0; s < volume->slices; s++)
    for (int r = 0; r < volume->rows; r++)
      for (int c = 0; c < volume->columns; c++)
        if ((cap_mask_at(a, c, r, s) != 0) != (cap_mask_at(b, c, r, s) != 0))
          return FALSE;
  return TRUE;
}

static char *
save(const CapFindings *findings, const CapVolume *volume, const char *folder)
{
  GError *error = NULL;
  char *path = g_build_filename(folder, CAP_FINDINGS_FILE, NULL);
  g_autofree char *masks = g_build_filename(folder, CAP_MASKS_FILE, NULL);
  ck_assert(cap_findings_json_save(findings, path, &error));
  ck_assert(cap_findings_masks_save(findings, volume, masks, &error));
  return path;
}

START_TEST(masks_come_back_on_the_grid_of_the_volume)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 3);
  char *folder = cap_test_folder();
  g_autofree char *path = save(findings, volume, folder);
  GError *error = NULL;
  for (int with_volume = 0; with_volume < 2; with_volume++) {
    g_autoptr(CapFindings) back =
        cap_findings_json_load(path, with_volume ? volume : NULL, &error);
    cap_assert_no_error(error);
    ck_assert_int_eq((int)back->items->len, 3);
    for (int i = 0; i < 3; i++) {
      const CapFinding *a = findings->items->pdata[i];
      const CapFinding *b = back->items->pdata[i];
      ck_assert_ptr_nonnull(b->mask);
      ck_assert(same_voxels(volume, a->mask, b->mask));
    }
  }
  cap_test_remove(folder);
}
END_TEST

START_TEST(more_than_255_masks_keep_their_labels)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 2);
  ((CapFinding *)findings->items->pdata[1])->id = 300;
  char *folder = cap_test_folder();
  g_autofree char *path = save(findings, volume, folder);
  GError *error = NULL;
  g_autoptr(CapFindings) back = cap_findings_json_load(path, volume, &error);
  cap_assert_no_error(error);
  const CapFinding *a = findings->items->pdata[1], *b = back->items->pdata[1];
  ck_assert_int_eq(b->id, 300);
  ck_assert(same_voxels(volume, a->mask, b->mask));
  cap_test_remove(folder);
}
END_TEST

START_TEST(masks_of_a_volume_with_turned_axes_match_by_place)
{
  /* Prone: columns run to the patient's right, rows to the front. */
  g_autoptr(CapVolume) volume = cap_test_volume();
  volume->axis[0].x = -1;
  volume->axis[1].y = -1;
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 2);
  char *folder = cap_test_folder();
  g_autofree char *path = save(findings, volume, folder);
  GError *error = NULL;
  g_autoptr(CapFindings) back = cap_findings_json_load(path, volume, &error);
  cap_assert_no_error(error);
  for (int i = 0; i < 2; i++)
    ck_assert(same_voxels(volume,
                          ((CapFinding *)findings->items->pdata[i])->mask,
                          ((CapFinding *)back->items->pdata[i])->mask));
  cap_test_remove(folder);
}
END_TEST

START_TEST(masks_of_another_volume_are_refused)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  char *folder = cap_test_folder();
  g_autofree char *path = save(findings, volume, folder);
  g_autoptr(CapVolume) other = cap_test_volume();
  other->origin_mm.x += 0.4;
  GError *error = NULL;
  g_autoptr(CapFindings) back = cap_findings_json_load(path, other, &error);
  ck_assert_ptr_null(back);
  cap_assert_error(error, CAP_ERROR_DATA);
  ck_assert_ptr_nonnull(strstr(error->message, CAP_MASKS_FILE));
  g_clear_error(&error);
  cap_test_remove(folder);
}
END_TEST

/* FIND replaced by PUT once in the text of one good finding. */
static char *
spoiled(const char *find, const char *put)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  cap_test_measure(findings, volume);
  g_autofree char *text = cap_findings_json_text(findings);
  char *at = strstr(text, find);
  ck_assert_msg(at != NULL, "no %s", find);
  return g_strdup_printf("%.*s%s%s", (int)(at - text), text, put,
                         at + strlen(find));
}

START_TEST(a_wrong_value_is_named)
{
  static const struct {
    const char *find, *put, *message;
  } cases[] = {
      {"\"schema_version\": 1", "\"schema_version\": 9", "schema_version 9"},
      {"\"probability\": 0.970000", "\"probability\": 1.5", "probability"},
      {"\"probability\": 0.970000", "\"probability\": \"high\"", "probability"},
      {"\"probability\": 0.970000", "\"other\": 1", "probability"},
      {"\"id\": 1", "\"id\": 0", "“id”"},
      {"\"id\": 1", "\"id\": 1.5", "“id”"},
      {"\"center_mm\": [-8.2500, ", "\"center_mm\": [", "center_mm"},
      {"\"center_mm\": [-8.2500", "\"center_mm\": [1e999", "center_mm"},
      {"\"solid\"", "\"squishy\"", "squishy"},
      {"\"unreviewed\"", "\"done\"", "done"},
      {"\"right\"", "7", "side"},
      {"\"name\": \"margin\"", "\"name\": \"edge\"", "edge"},
      {"\"axes_mm\": [", "\"axes_mm\": [[], ", "axes_mm"},
      {"\"findings\": [", "\"finds\": [", "findings"},
      {"\"findings\": [", "\"findings\": [3, ", "finding 1"},
      {"\"measurements\": [", "\"measurements\": [3, ", "not an object"},
      {"\"kind\": \"axes\"", "\"kind\": \"circle\"", "circle"},
      {"\"kind\": \"axes\"", "\"sort\": \"axes\"", "“kind”"},
      {"\"kind\": \"axes\"", "\"kind\": \"angle\"", "3 points"},
      {"\"id\": 1, \"kind\"", "\"kind\"", "“id” of a measurement"},
      {"\"length_mm\": ", "\"length_mm\": \"far\", \"l\": ", "length_mm"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = spoiled(cases[i].find, cases[i].put);
    GError *error = NULL;
    g_autoptr(CapFindings) back =
        cap_findings_json_parse(text, strlen(text), "x.json", &error);
    ck_assert_msg(back == NULL, "accepted: %s", cases[i].put);
    cap_assert_error(error, CAP_ERROR_DATA);
    ck_assert_msg(strstr(error->message, cases[i].message) != NULL &&
                      g_str_has_prefix(error->message, "x.json"),
                  "%s: %s", cases[i].put, error->message);
    g_clear_error(&error);
  }
}
END_TEST

START_TEST(what_is_not_findings_is_refused)
{
  g_autofree char *deep = g_strnfill(1000000, '[');
  g_autofree char *hidden = g_strconcat("/*\"*/", deep, NULL);
  const char *texts[] = {
      "",   "{",        "[]", "null", "3",
      "{}", "\xff\xfe", deep, hidden, "{\"schema_version\": 1}"};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    GError *error = NULL;
    g_autoptr(CapFindings) back =
        cap_findings_json_parse(texts[i], strlen(texts[i]), "x.json", &error);
    ck_assert_ptr_null(back);
    cap_assert_error(error, CAP_ERROR_DATA);
    g_clear_error(&error);
  }
  GError *error = NULL;
  ck_assert_ptr_null(
      cap_findings_json_load("/nonexistent/f.json", NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
  g_clear_error(&error);
}
END_TEST

START_TEST(cut_text_never_reads_as_findings)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_test_findings(volume, 1);
  g_autofree char *text = cap_findings_json_text(findings);
  for (gsize n = 0; n + 2 < strlen(text); n += 97) {
    g_autoptr(CapFindings) back =
        cap_findings_json_parse(text, n, "x.json", NULL);
    ck_assert_ptr_null(back);
  }
}
END_TEST

START_TEST(the_writer_escapes_repairs_and_rounds)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_string(json, "a\"b", "x\n\x01\\ \xff é");
  cap_json_number(json, "zero", -0.0000001, 3);
  cap_json_number(json, "nan", NAN, 3);
  cap_json_floats(json, "f", (float[]){1.5F, -2.25F}, 2, 1);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  ck_assert_str_eq(text, "{\"a\\\"b\": \"x\\n\\u0001\\\\ \xef\xbf\xbd é\", "
                         "\"zero\": 0.000, \"nan\": null, "
                         "\"f\": [1.5, -2.2]}\n");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("findings_json");
  TCase *tests = tcase_create("findings_json");
  tcase_add_test(tests, text_survives_reading_byte_for_byte);
  tcase_add_loop_test(tests, measurements_are_read_back, 0,
                      (CAP_UNKNOWN_HU | CAP_UNKNOWN_MM) + 1);
  tcase_add_test(tests, every_field_is_read_back);
  tcase_add_test(tests, guidelines_are_read_back);
  tcase_add_test(tests, bad_guidelines_are_refused);
  tcase_add_test(tests, numbers_do_not_follow_the_locale);
  tcase_add_test(tests, csv_has_the_columns_of_luna16);
  tcase_add_test(tests, masks_come_back_on_the_grid_of_the_volume);
  tcase_add_test(tests, more_than_255_masks_keep_their_labels);
  tcase_add_test(tests, masks_of_a_volume_with_turned_axes_match_by_place);
  tcase_add_test(tests, masks_of_another_volume_are_refused);
  tcase_add_test(tests, a_wrong_value_is_named);
  tcase_add_test(tests, what_is_not_findings_is_refused);
  tcase_add_test(tests, cut_text_never_reads_as_findings);
  tcase_add_test(tests, the_writer_escapes_repairs_and_rounds);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
