/* Guidelines over a scan's findings: the patient context, what counts as a
 * nodule, a reader's own category, the category of the examination. */
#include "core/error.h"
#include "core/guidelines/judge.h"
#include "core/image/unit.h"
#include "tests/support/findings.h"
#include "tests/support/suite.h"

#include <string.h>

START_TEST(context_is_read_and_checked)
{
  CapPatientContext context = {0};
  g_autoptr(GError) error = NULL;
  ck_assert(cap_context_parse(
      &context, "age=67, sex=Female,smoking=former,emphysema=no", &error));
  ck_assert_int_eq(context.age_years, 67);
  ck_assert_int_eq(context.sex, CAP_SEX_FEMALE);
  ck_assert_int_eq(context.smoking, CAP_SMOKING_FORMER);
  ck_assert_int_eq(context.emphysema, CAP_ANSWER_NO);
  ck_assert_int_eq(context.family_history, CAP_ANSWER_UNKNOWN);
  g_autofree char *age = cap_context_get(&context, "age");
  g_autofree char *cancer = cap_context_get(&context, "cancer");
  ck_assert_str_eq(age, "67");
  ck_assert_str_eq(cancer, "unknown");
  ck_assert(cap_context_set(&context, "age", "", &error));
  ck_assert_int_eq(context.age_years, 0);
  for (const char *const *key = cap_context_keys(); *key != NULL; key++)
    ck_assert(cap_context_set(&context, *key, "unknown", &error));

  static const struct {
    const char *list, *says;
  } wrong[] = {{"age=0", "1 to 120"},
               {"age=121", "1 to 120"},
               {"age=67.5", "whole years"},
               {"sex=x", "female, male"},
               {"smoker=yes", "family-history"},
               {"age", "KEY=WORD"}};
  for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) fault = NULL;
    ck_assert(!cap_context_parse(&context, wrong[i].list, &fault));
    cap_assert_error(fault, CAP_ERROR_USAGE);
    ck_assert_msg(strstr(fault->message, wrong[i].says) != NULL, "%s",
                  fault->message);
  }
}
END_TEST

START_TEST(context_of_the_images)
{
  g_autoptr(CapSource) source = cap_source_new();
  const CapPatientContext nothing = cap_context_of_source(source);
  ck_assert_int_eq(nothing.age_years, 0);
  ck_assert_int_eq(nothing.sex, CAP_SEX_UNKNOWN);
  static const struct {
    const char *born, *study;
    int years;
  } cases[] = {{"19591130", "20261129", 66}, {"19591129", "20261129", 67},
               {"19591301", "20261129", 0},  {"20270101", "20261129", 0},
               {"1959", "20261129", 0},      {"18000101", "20261129", 0}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_free(source->patient_birth_date);
    g_free(source->study_date);
    source->patient_birth_date = g_strdup(cases[i].born);
    source->study_date = g_strdup(cases[i].study);
    ck_assert_int_eq(cap_context_of_source(source).age_years, cases[i].years);
  }
  g_free(source->patient_sex);
  source->patient_sex = g_strdup("M");
  CapPatientContext known = {.sex = CAP_SEX_FEMALE};
  const CapPatientContext images = cap_context_of_source(source);
  ck_assert_int_eq(images.sex, CAP_SEX_MALE);
  cap_context_fill(&known, &images); /* what was said stays */
  ck_assert_int_eq(known.sex, CAP_SEX_FEMALE);
}
END_TEST

static CapFindings *
three_findings(void)
{
  CapVolume *volume = cap_test_volume();
  CapFindings *findings = cap_test_findings(volume, 3);
  cap_volume_free(volume);
  findings->context = (CapPatientContext){.setting = CAP_SETTING_SCREENING,
                                          .exam = CAP_EXAM_BASELINE};
  return findings;
}

/* Solid 12 mm, part-solid 8 mm with a solid part of 4, ground glass of 6. */
START_TEST(finding_becomes_nodule)
{
  g_autoptr(CapFindings) findings = three_findings();
  CapFinding *first = findings->items->pdata[0];
  CapFinding *second = findings->items->pdata[1];
  CapFinding *third = findings->items->pdata[2];
  CapGuidelineNodule nodule = cap_guideline_nodule(findings, first);
  ck_assert_int_eq(nodule.n_nodules, 3);
  ck_assert_int_eq(nodule.upper_lobe, CAP_ANSWER_YES);
  ck_assert_int_eq(cap_guideline_nodule(findings, second).upper_lobe,
                   CAP_ANSWER_NO);
  ck_assert_int_eq(cap_guideline_nodule(findings, third).upper_lobe,
                   CAP_ANSWER_UNKNOWN);
  first->attributes[CAP_SPICULATION].expected = 3;
  second->attributes[CAP_SPICULATION].expected = 2.99;
  ck_assert_int_eq(cap_guideline_nodule(findings, first).spiculation,
                   CAP_ANSWER_YES);
  ck_assert_int_eq(cap_guideline_nodule(findings, second).spiculation,
                   CAP_ANSWER_NO);
  third->type = CAP_TYPE_CALCIFIED;
  ck_assert_int_eq(cap_guideline_nodule(findings, first).n_nodules, 2);
  second->status = CAP_STATUS_ACCEPTED; /* now the first is not yet one */
  ck_assert_int_eq(cap_guideline_nodule(findings, second).n_nodules, 1);
  ck_assert_int_eq(cap_guideline_nodule(findings, first).n_nodules, 2);
  *findings->weights_sha256 = '\0';
  ck_assert_int_eq(cap_guideline_nodule(findings, first).spiculation,
                   CAP_ANSWER_UNKNOWN);
}
END_TEST

static void
check_exam(const CapFindings *findings, const char *word, int finding)
{
  const CapExamAdvice exam =
      cap_guideline_judge_exam(CAP_LUNGRADS, findings, "");
  ck_assert_ptr_nonnull(exam.category);
  ck_assert_str_eq(exam.category->word, word);
  ck_assert_int_eq(exam.finding, finding);
}

START_TEST(examination_is_its_most_urgent_nodule)
{
  g_autoptr(CapFindings) findings = three_findings();
  CapFinding *first = findings->items->pdata[0];
  CapFinding *second = findings->items->pdata[1];
  check_exam(findings, "4A", 1);
  first->status = CAP_STATUS_REJECTED;
  second->status = CAP_STATUS_ACCEPTED;
  check_exam(findings, "3", 2);
  second->overrides[CAP_LUNGRADS] =
      cap_override_new("4X", "pleural tag", "Weber^Anna", NULL);
  check_exam(findings, "4X", 2);
  ck_assert(cap_guideline_judge_exam(CAP_LUNGRADS, findings, "").overridden);
  second->status = CAP_STATUS_REJECTED;
  ((CapFinding *)findings->items->pdata[2])->status = CAP_STATUS_REJECTED;
  check_exam(findings, "1", 0);
  const CapExamAdvice failed =
      cap_guideline_judge_exam(CAP_LUNGRADS, findings, "it is MR, not CT");
  ck_assert_str_eq(failed.category->word, "0");
  findings->context.setting = CAP_SETTING_INCIDENTAL;
  ck_assert_ptr_null(
      cap_guideline_judge_exam(CAP_LUNGRADS, findings, "").category);
}
END_TEST

START_TEST(of_several_in_one_category_the_largest_leads)
{
  g_autoptr(CapFindings) findings = three_findings();
  CapFinding *first = findings->items->pdata[0];
  CapFinding *third = findings->items->pdata[2];
  third->type = CAP_TYPE_SOLID;
  third->mean_diameter_mm = first->mean_diameter_mm + 0.5;
  check_exam(findings, "4A", 3);
  findings->context.setting = CAP_SETTING_INCIDENTAL;
  first->mean_diameter_mm = 6.9; /* several solid ones: the same row */
  third->mean_diameter_mm = 16.9;
  ((CapFinding *)findings->items->pdata[1])->status = CAP_STATUS_REJECTED;
  first->status = third->status = CAP_STATUS_ACCEPTED;
  ck_assert_int_eq(
      cap_guideline_judge_exam(CAP_FLEISCHNER, findings, "").finding, 3);
}
END_TEST

/* One accepted finding does not make the others vanish. */
START_TEST(findings_not_yet_reviewed_are_told)
{
  g_autoptr(CapFindings) findings = three_findings();
  CapFinding *first = findings->items->pdata[0];
  CapFinding *second = findings->items->pdata[1];
  ck_assert_int_eq(cap_guideline_pending(findings, "").n, 0);
  second->status = CAP_STATUS_ACCEPTED;
  check_exam(findings, "3", 2);
  CapPending pending = cap_guideline_pending(findings, "");
  ck_assert_int_eq(pending.n, 2);
  ck_assert_str_eq(pending.highest[CAP_LUNGRADS].category->word, "4A");
  ck_assert_int_eq(pending.highest[CAP_LUNGRADS].finding, 1);
  first->status = CAP_STATUS_REJECTED;
  pending = cap_guideline_pending(findings, ""); /* 6 mm of ground glass */
  ck_assert_int_eq(pending.n, 1);
  ck_assert_ptr_null(pending.highest[CAP_LUNGRADS].category);
}
END_TEST

/* Without nodules a scan is negative when somebody has searched it: the
 * program, or a reader who says that there is nothing. */
START_TEST(unsearched_scan_is_not_negative)
{
  g_autoptr(CapVolume) volume = cap_test_volume();
  g_autoptr(CapFindings) findings = cap_findings_new_unsearched(volume);
  const CapExamAdvice exam =
      cap_guideline_judge_exam(CAP_LUNGRADS, findings, "");
  ck_assert_ptr_null(exam.category);
  ck_assert(exam.unsearched);
  ck_assert(!cap_guideline_judge_exam(CAP_FLEISCHNER, findings, "").unsearched);
  const CapExamAdvice failed =
      cap_guideline_judge_exam(CAP_LUNGRADS, findings, "breathing");
  ck_assert_str_eq(failed.category->word, "0");
  findings->conclusion = CAP_CONCLUSION_NOTHING_FOUND;
  check_exam(findings, "1", 0);
  g_autoptr(CapFindings) searched = cap_findings_new(volume);
  check_exam(searched, "1", 0);
}
END_TEST

/* Rules are for CT in HU and mm: of other images they say nothing, not even
 * that a scan without nodules is negative. A reader's own category stays. */
START_TEST(other_images_have_no_category)
{
  g_autoptr(CapFindings) findings = three_findings();
  CapFinding *first = findings->items->pdata[0];
  findings->context.age_years = 60;
  findings->context.sex = CAP_SEX_MALE;
  const unsigned unknown = 1u << _i;
  const gboolean applies = unknown == CAP_UNKNOWN_PLACE;
  first->unknown = unknown;
  for (int g = 0; g < CAP_N_GUIDELINES; g++) {
    findings->context.setting =
        g == CAP_FLEISCHNER ? CAP_SETTING_INCIDENTAL : CAP_SETTING_SCREENING;
    g_autoptr(CapAdvice) advice =
        cap_guideline_judge((CapGuideline)g, findings, first);
    ck_assert_int_eq(advice->category != NULL || advice->probability > 0,
                     applies);
    ck_assert_int_eq(strstr(advice->rule, "for CT with") != NULL, !applies);
    ck_assert(applies || *advice->numbers == '\0');
  }
  findings->unknown = unknown;
  findings->context.setting = CAP_SETTING_SCREENING;
  const CapExamAdvice exam =
      cap_guideline_judge_exam(CAP_LUNGRADS, findings, "");
  ck_assert_int_eq(exam.category != NULL, applies);
  first->overrides[CAP_LUNGRADS] = cap_override_new("4X", "seen", NULL, NULL);
  check_exam(findings, "4X", 1);
  g_ptr_array_set_size(findings->items, 0);
  for (int i = 0; i < 2; i++)
    ck_assert_int_eq(
        cap_guideline_judge_exam(CAP_LUNGRADS, findings, i ? "moved" : "")
                .category != NULL,
        applies);
}
END_TEST

START_TEST(unmeasured_nodule_is_not_a_negative_scan)
{
  g_autoptr(CapFindings) findings = three_findings();
  g_ptr_array_set_size(findings->items, 1);
  ((CapFinding *)findings->items->pdata[0])->mean_diameter_mm = 0;
  ck_assert_ptr_null(
      cap_guideline_judge_exam(CAP_LUNGRADS, findings, "").category);
}
END_TEST

START_TEST(override_travels_with_a_copy)
{
  g_autoptr(CapFindings) findings = three_findings();
  CapFinding *first = findings->items->pdata[0];
  first->overrides[CAP_LUNGRADS] =
      cap_override_new("2", "smooth juxtapleural", "Weber^Anna", "2026-11-29");
  g_autoptr(CapFinding) copy = cap_finding_copy(first);
  ck_assert_str_eq(copy->overrides[CAP_LUNGRADS]->reason,
                   "smooth juxtapleural");
  ck_assert_ptr_ne(copy->overrides[CAP_LUNGRADS],
                   first->overrides[CAP_LUNGRADS]);
  g_autoptr(CapAdvice) advice =
      cap_guideline_judge(CAP_LUNGRADS, findings, copy);
  ck_assert_str_eq(advice->category->word, "4A");
  ck_assert_str_eq(cap_guideline_verdict(advice, copy)->word, "2");
}
END_TEST

/* Words are what files have: each must lead back to its place. */
START_TEST(every_category_has_its_word)
{
  for (int g = 0; g < CAP_N_GUIDELINES; g++) {
    const CapGuidelineCategory *all = cap_guideline_categories((CapGuideline)g);
    for (int i = 0; all[i].word != NULL; i++) {
      ck_assert_ptr_eq(cap_guideline_category((CapGuideline)g, all[i].word),
                       &all[i]);
      ck_assert(*all[i].title != '\0' && *all[i].management != '\0');
    }
    CapGuideline back;
    ck_assert(cap_guideline_parse(cap_guideline_word((CapGuideline)g), &back));
    ck_assert_int_eq(back, g);
  }
  ck_assert_ptr_null(cap_guideline_category(CAP_LUNGRADS, "5"));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("guidelines");
  TCase *tests = tcase_create("findings");
  tcase_add_loop_test(tests, other_images_have_no_category, 0, 3);
  tcase_add_test(tests, context_is_read_and_checked);
  tcase_add_test(tests, context_of_the_images);
  tcase_add_test(tests, finding_becomes_nodule);
  tcase_add_test(tests, examination_is_its_most_urgent_nodule);
  tcase_add_test(tests, of_several_in_one_category_the_largest_leads);
  tcase_add_test(tests, findings_not_yet_reviewed_are_told);
  tcase_add_test(tests, unsearched_scan_is_not_negative);
  tcase_add_test(tests, unmeasured_nodule_is_not_a_negative_scan);
  tcase_add_test(tests, override_travels_with_a_copy);
  tcase_add_test(tests, every_category_has_its_word);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
