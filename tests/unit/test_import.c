/* Findings that go out as SR and SEG come back the same, whatever series they
 * lie on; what is not ours is read as far as it goes, and the rest is named. */
#include "core/error.h"
#include "core/guidelines/advice.h"
#include "io/findings/findings_json.h"
#include "io/findings/findings_masks.h"
#include "io/import/import.h"
#include "io/report/formats.h"
#include "tests/support/dicom_make.h"
#include "tests/support/findings.h"
#include "tests/support/report_case.h"
#include "tests/support/series_check.h"
#include "tests/support/shaped_series.h"
#include "tests/support/suite.h"

#include <string.h>

static char *folder, *dicom, *sr, *seg;

static void
setup(void)
{
  folder = cap_test_folder();
  dicom = g_build_filename(folder, "dicom", NULL);
  sr = g_build_filename(folder, "sr.dcm", NULL);
  seg = g_build_filename(folder, "seg.dcm", NULL);
  g_setenv("SOURCE_DATE_EPOCH", "1764032400", TRUE);
}

static void
teardown(void)
{
  g_free(dicom);
  g_free(sr);
  g_free(seg);
  cap_test_remove(folder);
}

/* ---- out and back ---- */

static void
save(const CapFindings *findings, const CapVolume *volume)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *json = g_build_filename(folder, CAP_FINDINGS_FILE, NULL);
  g_autofree char *masks = g_build_filename(folder, CAP_MASKS_FILE, NULL);
  ck_assert(cap_findings_json_save(findings, json, &error));
  ck_assert(cap_findings_masks_save(findings, volume, masks, &error));
}

/* Writes both reports; FALSE where there is nothing to segment. */
static gboolean
export_all(void)
{
  g_autoptr(GError) error = NULL;
  CapReportOptions options = cap_report_options_default();
  options.choice = CAP_REPORT_ALL;
  options.reader = (char *)"Doe^Jane";
  g_autoptr(CapReport) report = cap_test_report(folder, &options);
  ck_assert(cap_report_write_sr(report, sr, &error));
  if (!cap_report_is_placed(report))
    return FALSE;
  cap_report_write_seg(report, seg, &error);
  cap_assert_no_error(error);
  return TRUE;
}

static CapImport *
import(gboolean with_seg)
{
  g_autoptr(GError) error = NULL;
  const char *paths[] = {sr, with_seg ? seg : NULL, NULL};
  CapImport *back = cap_import_load(paths, dicom, NULL, NULL, &error);
  cap_assert_no_error(error);
  return back;
}

static void
assert_near(CapPoint a, CapPoint b)
{
  ck_assert_double_eq_tol(a.x, b.x, 0.001);
  ck_assert_double_eq_tol(a.y, b.y, 0.001);
  ck_assert_double_eq_tol(a.z, b.z, 0.001);
}

static void
assert_rating(const CapRating *a, const CapRating *b)
{
  ck_assert_int_eq(a->n_levels, b->n_levels);
  for (int i = 0; i < a->n_levels; i++)
    ck_assert_double_eq_tol(a->p[i], b->p[i], 2e-6);
  ck_assert_double_eq_tol(a->expected, b->expected, 1e-4);
  ck_assert_double_eq_tol(a->sd, b->sd, 1e-4);
}

static void
assert_mask(const CapVolume *volume, const CapMask *a, const CapMask *b)
{
  ck_assert((a != NULL) == (b != NULL));
  for (int s = 0; a != NULL && s < volume->slices; s++)
    for (int r = 0; r < volume->rows; r++)
      for (int c = 0; c < volume->columns; c++)
        ck_assert_int_eq(cap_mask_at(a, c, r, s) != 0,
                         cap_mask_at(b, c, r, s) != 0);
}

static void
assert_finding(const CapVolume *volume, const CapFinding *a,
               const CapFinding *b)
{
  const double sizes[][2] = {
      {a->long_axis_mm, b->long_axis_mm},
      {a->short_axis_mm, b->short_axis_mm},
      {a->mean_diameter_mm, b->mean_diameter_mm},
      {a->solid_mean_diameter_mm, b->solid_mean_diameter_mm},
      {a->volume_mm3, b->volume_mm3},
      {a->hu_mean, b->hu_mean},
      {a->hu_sd, b->hu_sd},
      {a->hu_min, b->hu_min},
      {a->hu_max, b->hu_max},
  };
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    ck_assert_double_eq_tol(sizes[i][0], sizes[i][1], 0.0051);
  ck_assert_int_eq(a->id, b->id);
  assert_near(a->center_mm, b->center_mm);
  for (int i = 0; i < 4; i++)
    assert_near(a->axes_mm[i / 2][i % 2], b->axes_mm[i / 2][i % 2]);
  ck_assert_int_eq(a->source_slice, b->source_slice);
  ck_assert_str_eq(a->sop_uid, b->sop_uid);
  ck_assert_int_eq(a->type, b->type);
  ck_assert_int_eq(a->side, b->side);
  ck_assert_int_eq(a->lobe, b->lobe);
  ck_assert_int_eq(a->status, b->status);
  ck_assert_int_eq(a->near_gap, b->near_gap);
  ck_assert_int_eq(a->mask_maker, b->mask_maker);
  ck_assert_int_eq(a->by_reader, b->by_reader);
  ck_assert_int_eq(a->unjudged, b->unjudged);
  ck_assert_str_eq(a->comment, b->comment);
  if (a->unjudged)
    return assert_mask(volume, a->mask, b->mask);
  ck_assert_double_eq_tol(a->probability, b->probability, 1e-6);
  ck_assert_double_eq_tol(a->malignancy_probability, b->malignancy_probability,
                          1e-6);
  assert_rating(&a->malignancy, &b->malignancy);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++)
    assert_rating(&a->attributes[i], &b->attributes[i]);
  assert_mask(volume, a->mask, b->mask);
}

static void
assert_same(const CapFindings *a, const CapImport *back)
{
  const CapFindings *b = back->findings;
  ck_assert_msg(back->remarks->len == 0, "%s",
                back->remarks->len ? (char *)back->remarks->pdata[0] : "");
  ck_assert_str_eq(a->series_uid, b->series_uid);
  ck_assert_str_eq(a->study_uid, b->study_uid);
  ck_assert_str_eq(a->frame_of_reference_uid, b->frame_of_reference_uid);
  ck_assert_str_eq(a->algorithm, b->algorithm);
  ck_assert_str_eq(a->algorithm_version, b->algorithm_version);
  ck_assert_str_eq(a->weights_sha256, b->weights_sha256);
  ck_assert_str_eq(b->reader, "Doe^Jane");
  ck_assert_int_eq(a->n_candidates, b->n_candidates);
  ck_assert_int_eq(a->items->len, b->items->len);
  ck_assert_int_eq(a->notes->len, b->notes->len);
  for (guint i = 0; i < a->notes->len; i++)
    ck_assert_str_eq(a->notes->pdata[i], b->notes->pdata[i]);
  for (guint i = 0; i < a->items->len; i++)
    assert_finding(back->volume, a->items->pdata[i], b->items->pdata[i]);
}

START_TEST(test_round_trip)
{
  cap_test_shaped_series((CapTestShape)_i, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 3);
  save(findings, volume);
  ck_assert(export_all());
  g_autoptr(CapImport) back = import(TRUE);
  assert_same(findings, back);
  g_autofree char *settings = cap_findings_json_text(findings);
  g_autofree char *again = cap_findings_json_text(back->findings);
  const char *flips = "\"flips\": 8";
  ck_assert_ptr_nonnull(strstr(settings, flips));
  ck_assert_ptr_nonnull(strstr(again, flips));
}
END_TEST

/* Its UIDs stay when what came back goes out again. */
START_TEST(test_tracking)
{
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 2);
  save(findings, volume);
  ck_assert(export_all());
  g_autoptr(CapImport) first = import(TRUE);
  save(first->findings, volume);
  ck_assert(export_all());
  g_autoptr(CapImport) second = import(TRUE);
  for (guint i = 0; i < 2; i++) {
    const CapFinding *a = first->findings->items->pdata[i];
    const CapFinding *b = second->findings->items->pdata[i];
    ck_assert(g_str_has_prefix(a->tracking_uid, "2.25."));
    ck_assert_str_eq(a->tracking_uid, b->tracking_uid);
  }
}
END_TEST

/* Who marked a finding and drew its outline, what was said of it, and that no
 * network has judged it as it is now. */
START_TEST(test_reader)
{
  g_autoptr(GError) error = NULL;
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 3);
  CapFinding *drawn = findings->items->pdata[0];
  CapFinding *added = findings->items->pdata[2];
  drawn->mask_maker = CAP_MASK_MANUAL;
  added->mask_maker = CAP_MASK_SEMIAUTOMATIC;
  added->by_reader = added->unjudged = TRUE;
  g_free(added->comment);
  added->comment = g_strdup("at the fissure; „größer“ than in 2019");
  save(findings, volume);
  ck_assert(export_all());
  g_autoptr(CapImport) back = import(TRUE);
  assert_same(findings, back);
  static const char *const types[] = {"MANUAL", "AUTOMATIC", "SEMIAUTOMATIC"};
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read(seg, &error);
  for (int i = 0; i < 3; i++) {
    CapDcmtkItem *item = cap_dcmtk_get_item(cap_dcmtk_object_root(object),
                                            CAP_TAG(0x0062, 0x0002), i);
    g_autofree char *type = cap_dcmtk_get(item, CAP_TAG(0x0062, 0x0008));
    g_autofree char *name = cap_dcmtk_get(item, CAP_TAG(0x0062, 0x0009));
    ck_assert_str_eq(type, types[i]);
    ck_assert_str_eq(name, i == 0 ? "" : "Capsight");
  }
}
END_TEST

/* What is known of the patient, the earlier scan, and own categories. */
START_TEST(test_context_prior_and_categories)
{
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 3);
  CapFinding *was = findings->items->pdata[0];
  CapFinding *fresh = findings->items->pdata[1];
  findings->context = (CapPatientContext){.age_years = 67,
                                          .sex = CAP_SEX_FEMALE,
                                          .smoking = CAP_SMOKING_FORMER,
                                          .emphysema = CAP_ANSWER_YES,
                                          .setting = CAP_SETTING_SCREENING,
                                          .exam = CAP_EXAM_FOLLOW_UP};
  findings->prior_scan =
      cap_prior_scan_new("1.2.3", "1.2.3.4", "20251129", 366);
  was->prior = (CapPrior){.state = CAP_PRIOR_MATCHED,
                          .days = 366,
                          .id = 4,
                          .type = CAP_TYPE_GROUND_GLASS,
                          .mean_diameter_mm = 7.1234,
                          .solid_mean_diameter_mm = 2.5,
                          .volume_mm3 = 189.27,
                          .log_sd = 0.123456};
  fresh->prior = (CapPrior){.state = CAP_PRIOR_NEW, .days = 366};
  was->overrides[CAP_LUNGRADS] = cap_override_new(
      "4X", "“pleural tag”", "Weber^Anna", "2026-11-29T21:00:00+00:00");
  fresh->overrides[CAP_FLEISCHNER] = cap_override_new(
      cap_guideline_categories(CAP_FLEISCHNER)[1].word, "old scar", "", "");
  save(findings, volume);
  ck_assert(export_all());
  g_autoptr(CapImport) back = import(TRUE);
  assert_same(findings, back);
  const CapFindings *now = back->findings;
  const CapFinding *a = now->items->pdata[0], *b = now->items->pdata[1];
  for (const char *const *key = cap_context_keys(); *key != NULL; key++) {
    g_autofree char *sent = cap_context_get(&findings->context, *key);
    g_autofree char *got = cap_context_get(&now->context, *key);
    ck_assert_str_eq(sent, got);
  }
  ck_assert_str_eq(now->prior_scan->study_uid, "1.2.3");
  ck_assert_str_eq(now->prior_scan->series_uid, "1.2.3.4");
  ck_assert_str_eq(now->prior_scan->date, "20251129");
  ck_assert_int_eq(now->prior_scan->days, 366);
  ck_assert_int_eq(a->prior.state, CAP_PRIOR_MATCHED);
  ck_assert_int_eq(a->prior.days, 366);
  ck_assert_int_eq(a->prior.id, 4);
  ck_assert_int_eq(a->prior.type, CAP_TYPE_GROUND_GLASS);
  ck_assert_double_eq_tol(a->prior.mean_diameter_mm, 7.1234, 1e-9);
  ck_assert_double_eq_tol(a->prior.solid_mean_diameter_mm, 2.5, 1e-9);
  ck_assert_double_eq_tol(a->prior.volume_mm3, 189.27, 1e-9);
  ck_assert_double_eq_tol(a->prior.log_sd, 0.123456, 1e-9);
  ck_assert_int_eq(b->prior.state, CAP_PRIOR_NEW);
  const CapOverride *own = a->overrides[CAP_LUNGRADS];
  ck_assert_str_eq(own->category, "4X");
  ck_assert_str_eq(own->reason, "“pleural tag”");
  ck_assert_str_eq(own->by, "Weber^Anna");
  ck_assert_str_eq(own->at, "2026-11-29T21:00:00+00:00");
  ck_assert_str_eq(b->overrides[CAP_FLEISCHNER]->reason, "old scar");
  ck_assert_ptr_null(b->overrides[CAP_LUNGRADS]);
}
END_TEST

START_TEST(test_conclusion)
{
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 0);
  findings->conclusion = CAP_CONCLUSION_NOTHING_FOUND;
  g_free(findings->conclusion_reason);
  findings->conclusion_reason = g_strdup("seen twice");
  save(findings, volume);
  ck_assert(!export_all());
  g_autoptr(CapImport) back = import(FALSE);
  assert_same(findings, back);
  ck_assert_int_eq(back->findings->conclusion, CAP_CONCLUSION_NOTHING_FOUND);
  ck_assert_str_eq(back->findings->conclusion_reason, "seen twice");
}
END_TEST

START_TEST(test_without_mask)
{
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 2);
  CapFinding *bare = findings->items->pdata[0];
  g_clear_pointer(&bare->mask, cap_mask_free);
  save(findings, volume);
  ck_assert(export_all());
  g_autoptr(CapImport) back = import(TRUE);
  assert_same(findings, back);
}
END_TEST

START_TEST(test_nothing_found)
{
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 0);
  g_ptr_array_add(findings->notes, g_strdup("No candidate reached 0.5."));
  save(findings, volume);
  ck_assert(!export_all());
  g_autoptr(CapImport) back = import(FALSE);
  assert_same(findings, back);
}
END_TEST

START_TEST(test_not_evaluable)
{
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 0);
  findings->n_candidates = 0;
  g_ptr_array_add(findings->notes, g_strdup("no lung was found"));
  g_ptr_array_add(findings->notes, g_strdup("The arms are down."));
  save(findings, volume);
  ck_assert(!export_all());
  g_autoptr(CapImport) back = import(FALSE);
  assert_same(findings, back);
  const CapReportOptions options = cap_report_options_default();
  g_autoptr(CapReport) report =
      cap_report_new(back->findings, NULL, NULL, &options);
  ck_assert_str_eq(report->not_evaluable, "no lung was found");
}
END_TEST

/* That nobody has searched comes back too, and what people alone have found or
 * not found is not the software's. */
START_TEST(test_not_searched)
{
  cap_test_shaped_series(CAP_TEST_EVEN, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_findings_new_unsearched(volume);
  save(findings, volume);
  ck_assert(!export_all());
  g_autoptr(CapImport) back = import(FALSE);
  assert_same(findings, back);
  ck_assert(!cap_findings_are_searched(back->findings));
  findings->conclusion = CAP_CONCLUSION_NOTHING_FOUND;
  save(findings, volume);
  ck_assert(!export_all());
  g_autoptr(CapImport) said = import(FALSE);
  assert_same(findings, said);
  ck_assert_int_eq(said->findings->conclusion, CAP_CONCLUSION_NOTHING_FOUND);
}
END_TEST

/* Its ends one after the other become an outline, those of two axes by turns.
 */
static void
outline_of_ends(CapMeasurement *m)
{
  static const int around[4] = {0, 2, 1, 3};
  for (int k = 0; k < 4; k++)
    g_array_append_val(m->outline_mm, m->ends_mm[around[k]]);
  memset(m->ends_mm, 0, sizeof m->ends_mm);
}

static void
assert_measurement(const CapMeasurement *a, const CapMeasurement *b)
{
  ck_assert_int_eq(a->id, b->id);
  ck_assert_int_eq(a->kind, b->kind);
  ck_assert_str_eq(a->name, b->name);
  ck_assert_str_eq(a->sop_uid, b->sop_uid);
  ck_assert_int_eq(a->source_slice, b->source_slice);
  ck_assert_int_eq(a->n_voxels, b->n_voxels);
  const double numbers[][2] = {
      {a->long_mm, b->long_mm},     {a->short_mm, b->short_mm},
      {a->angle_deg, b->angle_deg}, {a->mean_diameter_mm, b->mean_diameter_mm},
      {a->area_mm2, b->area_mm2},   {a->hu_mean, b->hu_mean},
      {a->hu_sd, b->hu_sd},         {a->hu_min, b->hu_min},
      {a->hu_max, b->hu_max}};
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    ck_assert_double_eq_tol(numbers[i][0], numbers[i][1], 1e-9);
  int n, n_other;
  const CapPoint *points = cap_measurement_points(a, &n);
  const CapPoint *others = cap_measurement_points(b, &n_other);
  ck_assert_int_eq(n, n_other);
  for (int i = 0; i < n; i++) {
    ck_assert_double_eq_tol(points[i].x, others[i].x, 1.5e-4);
    ck_assert_double_eq_tol(points[i].y, others[i].y, 1.5e-4);
    ck_assert_double_eq_tol(points[i].z, others[i].z, 1.5e-4);
  }
}

/* Measurements by hand come back with their numbers, names and tracking UIDs
 * from series of every shape; on an image, and on a plane that is none. */
START_TEST(test_measurements)
{
  cap_test_shaped_series((CapTestShape)_i, dicom);
  g_autoptr(CapSeriesList) list = cap_check_scan(dicom);
  g_autoptr(CapVolume) volume = cap_check_load(cap_check_only(list));
  g_autoptr(CapFindings) findings = cap_test_shaped_findings(volume, 1);
  const CapPoint across[4] = {{5, 9, 3}, {21, 9, 8}, {14, 9, 3}, {11, 9, 10}};
  cap_test_measure(findings, volume);
  for (int kind = 0; kind < CAP_N_MEASURE_KINDS; kind++) {
    CapMeasurement *m = cap_measurement_new((CapMeasureKind)kind);
    m->id = 7 + kind;
    for (int k = 0; k < 4; k++)
      m->ends_mm[k] = cap_volume_to_patient(volume, across[k]);
    if (kind == CAP_MEASURE_FREEHAND)
      outline_of_ends(m);
    cap_measurement_work_out(m, volume);
    g_ptr_array_add(findings->measurements, m);
  }
  save(findings, volume);
  ck_assert(export_all());
  g_autoptr(CapImport) back = import(TRUE);
  assert_same(findings, back);
  const GPtrArray *now = back->findings->measurements;
  ck_assert_uint_eq(now->len, 2 * CAP_N_MEASURE_KINDS);
  for (guint i = 0; i < now->len; i++) {
    const CapMeasurement *m = now->pdata[i];
    assert_measurement(findings->measurements->pdata[i], m);
    ck_assert(g_str_has_prefix(m->tracking_uid, "2.25."));
  }
  save(back->findings, volume);
  ck_assert(export_all());
  g_autoptr(CapImport) again = import(TRUE);
  for (guint i = 0; i < now->len; i++)
    ck_assert_str_eq(((CapMeasurement *)now->pdata[i])->tracking_uid,
                     ((CapMeasurement *)again->findings->measurements->pdata[i])
                         ->tracking_uid);
}
END_TEST

/* The SR alone has no masks, and says where they are. */
START_TEST(test_missing_seg)
{
  const CapStatus status[] = {CAP_STATUS_ACCEPTED};
  cap_test_report_case(folder, 1, status);
  ck_assert(export_all());
  g_autoptr(CapImport) back = import(FALSE);
  ck_assert_int_eq(back->findings->items->len, 1);
  const CapFinding *f = back->findings->items->pdata[0];
  ck_assert_ptr_null(f->mask);
  ck_assert_double_eq_tol(f->long_axis_mm, 12.1234, 1e-6);
  ck_assert_int_eq(back->remarks->len, 1);
  ck_assert_ptr_nonnull(strstr(back->remarks->pdata[0], "not among the files"));
}
END_TEST

/* A segmentation alone is measured. */
START_TEST(test_seg_alone)
{
  g_autoptr(GError) error = NULL;
  const CapStatus status[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_ACCEPTED};
  cap_test_report_case(folder, 2, status);
  ck_assert(export_all());
  const char *paths[] = {seg, NULL};
  g_autoptr(CapImport) back = cap_import_load(paths, dicom, NULL, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(back->findings->items->len, 2);
  const CapFinding *f = back->findings->items->pdata[1];
  ck_assert_int_eq(f->id, 2);
  ck_assert_int_eq(f->side, CAP_SIDE_LEFT);
  ck_assert_int_eq(f->lobe, CAP_LOBE_LOWER);
  ck_assert_double_eq_tol(f->center_mm.x, 13.35, 0.01);
  ck_assert_double_eq_tol(f->mean_diameter_mm, 8, 0.9);
  ck_assert_double_eq_tol(f->hu_mean, 20, 20); /* 40 HU and some lung */
  ck_assert_str_eq(back->findings->algorithm, "Capsight");
  ck_assert_int_eq(strlen(back->findings->weights_sha256), 64);
}
END_TEST

static GError *
refusal(const char *path, const char *series)
{
  GError *error = NULL;
  const char *paths[] = {path, NULL};
  ck_assert_ptr_null(cap_import_load(paths, series, NULL, NULL, &error));
  return error;
}

START_TEST(test_refused)
{
  cap_test_report_case(folder, 1, NULL);
  ck_assert(export_all());
  g_autofree char *text = g_build_filename(folder, "findings.json", NULL);
  g_autofree char *image = g_build_filename(dicom, "000001.dcm", NULL);
  g_autofree char *other = g_build_filename(folder, "other", NULL);
  ck_assert_int_eq(g_mkdir_with_parents(other, 0777), 0);
  cap_test_series_write(other, 3);
  g_autoptr(GError) not_dicom = refusal(text, dicom);
  cap_assert_error(not_dicom, CAP_ERROR_UNSUPPORTED);
  g_autoptr(GError) an_image = refusal(image, dicom);
  cap_assert_error(an_image, CAP_ERROR_UNSUPPORTED);
  g_autoptr(GError) absent = refusal("/nonexistent/sr.dcm", dicom);
  cap_assert_error(absent, CAP_ERROR_NO_INPUT);
  g_autoptr(GError) wrong_series = refusal(sr, other);
  cap_assert_error(wrong_series, CAP_ERROR_NO_INPUT);
  ck_assert_ptr_nonnull(strstr(wrong_series->message, "1.2.840.99.1"));
  g_autoptr(GError) two = NULL;
  const char *paths[] = {sr, sr, NULL};
  ck_assert_ptr_null(cap_import_load(paths, dicom, NULL, NULL, &two));
  cap_assert_error(two, CAP_ERROR_USAGE);
}
END_TEST

/* Every length that a file can be cut to is refused or read, never more. */
START_TEST(test_cut_short)
{
  cap_test_report_case(folder, 1, NULL);
  ck_assert(export_all());
  g_autofree char *cut = g_build_filename(folder, "cut.dcm", NULL);
  const char *whole[] = {sr, seg};
  for (int k = 0; k < 2; k++) {
    g_autofree char *bytes = NULL;
    gsize n;
    ck_assert(g_file_get_contents(whole[k], &bytes, &n, NULL));
    for (gsize at = 7; at < n; at += n / 60) {
      ck_assert(g_file_set_contents(cut, bytes, (gssize)at, NULL));
      g_autoptr(GError) error = refusal(cut, dicom);
      ck_assert_ptr_nonnull(error);
    }
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("import");
  TCase *tests = tcase_create("import");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_loop_test(tests, test_round_trip, 0, CAP_TEST_N_SHAPES);
  tcase_add_test(tests, test_tracking);
  tcase_add_test(tests, test_reader);
  tcase_add_test(tests, test_context_prior_and_categories);
  tcase_add_test(tests, test_conclusion);
  tcase_add_test(tests, test_without_mask);
  tcase_add_test(tests, test_nothing_found);
  tcase_add_test(tests, test_not_evaluable);
  tcase_add_test(tests, test_not_searched);
  tcase_add_loop_test(tests, test_measurements, 0, CAP_TEST_N_SHAPES);
  tcase_add_test(tests, test_missing_seg);
  tcase_add_test(tests, test_seg_alone);
  tcase_add_test(tests, test_refused);
  tcase_add_test(tests, test_cut_short);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
