/* The profile's table against DCMTK's dictionary, and what a row comes to. The
 * actions are compared row by row with another transcription in tests/peers. */
#include "io/anonymize/profile.h"
#include "tests/support/dcmtk_dictionary.h"
#include "tests/support/suite.h"

#include <string.h>

/* Attributes that DCMTK 3.6.7 does not know: younger than it, or of VR UN. The
 * rules remove what they cannot tell the VR of. */
static const char *const younger[] = {
    "PrincipalDiagnosisCodeSequence",
    "PrimaryDiagnosisCodeSequence",
    "SecondaryDiagnosesCodeSequence",
    "HistologicalDiagnosesCodeSequence",
    "PersonNamesToUseSequence",
    "NameToUse",
    "NameToUseComment",
    "ThirdPersonPronounsSequence",
    "PronounCodeSequence",
    "PronounComment",
    "GenderIdentitySequence",
    "SexParametersForClinicalUseCategoryComment",
    "SexParametersForClinicalUseCategorySequence",
    "GenderIdentityCodeSequence",
    "GenderIdentityComment",
    "SexParametersForClinicalUseCategoryCodeSequence",
    "SexParametersForClinicalUseCategoryReference",
    "EthnicGroupCodeSequence",
    "EthnicGroups",
    "IssuerOfClinicalTrialProtocolID",
    "OtherClinicalTrialProtocolIDsSequence",
    "IssuerOfClinicalTrialSiteID",
    "IssuerOfClinicalTrialSubjectID",
    "IssuerOfClinicalTrialSubjectReadingID",
    "IssuerOfClinicalTrialTimePointID",
    "IssuerOfClinicalTrialSeriesID",
    "DateOfManufacture",
    "DateOfInstallation",
    "WaveformFilterDescription",
    "FilterLookupTableDescription",
    "EffectiveStartDateTime",
    "EffectiveStopDateTime",
    "AnnotationDateTime",
    "SegmentDefinitionDateTime",
    "MontageName",
    "MontageChannelLabel",
    "DisplayURI",
    "SelectorUNValue",
    "PositionAcquisitionTemplateName",
    "PositionAcquisitionTemplateDescription",
    "ROIDateTime",
    "ROIObservationDateTime",
    "ROICreatorSequence",
    "ROIInterpreterSequence",
    "TableTopPositionAlignmentUID",
};

static gboolean
is_younger(const char *keyword)
{
  for (gsize i = 0; i < G_N_ELEMENTS(younger); i++)
    if (g_str_equal(younger[i], keyword))
      return TRUE;
  return FALSE;
}

/* Attributes that DCMTK names otherwise: the standard has renamed them, or
 * retired them (DCMTK puts that before the name). */
static gboolean
same_keyword(const char *ours, const char *theirs)
{
  if (g_str_has_prefix(theirs, "RETIRED_"))
    theirs += strlen("RETIRED_");
  if (g_str_has_prefix(theirs, "ACR_NEMA_"))
    theirs += strlen("ACR_NEMA_");
  return g_ascii_strcasecmp(ours, theirs) == 0;
}

START_TEST(test_dictionary)
{
  gsize n;
  const CapProfileRow *rows = cap_profile_rows(&n);
  ck_assert_uint_eq(n, 652);
  for (gsize i = 0; i < n; i++) {
    const char *vr, *keyword;
    ck_assert_msg(i == 0 || rows[i - 1].tag < rows[i].tag, "%s is not in order",
                  rows[i].keyword);
    if (!cap_test_dictionary(rows[i].tag, &vr, &keyword))
      ck_assert_msg(is_younger(rows[i].keyword), "%08x %s is unknown",
                    rows[i].tag, rows[i].keyword);
    else
      ck_assert_msg(same_keyword(rows[i].keyword, keyword),
                    "%08x is %s, not %s", rows[i].tag, keyword,
                    rows[i].keyword);
  }
}
END_TEST

/* What an action or option does has to fit what the attribute can hold. */
START_TEST(test_vrs_fit)
{
  gsize n;
  const CapProfileRow *rows = cap_profile_rows(&n);
  for (gsize i = 0; i < n; i++) {
    const CapProfileRow *row = &rows[i];
    const char *vr, *keyword;
    if (!cap_test_dictionary(row->tag, &vr, &keyword))
      continue;
    if (row->options & CAP_PROFILE_UIDS)
      ck_assert_msg(strstr("UI SQ", vr) != NULL, "%s is %s", keyword, vr);
    if (row->action == CAP_PROFILE_U)
      ck_assert_msg(g_str_equal(vr, "UI"), "%s is %s", keyword, vr);
    if (row->action == CAP_PROFILE_XZU || (row->options & CAP_PROFILE_CONTENT))
      ck_assert_msg(g_str_equal(vr, "SQ"), "%s is %s", keyword, vr);
    if (row->options & CAP_PROFILE_DATES)
      ck_assert_msg(strstr("DA DT TM SH OB", vr) != NULL, "%s is %s", keyword,
                    vr);
  }
}
END_TEST

START_TEST(test_find)
{
  static const struct {
    guint32 tag;
    const char *keyword, *action;
    unsigned options;
  } cases[] = {
      {0x00100010, "PatientName", "Z", 0},
      {0x00100020, "PatientID", "Z/D", 0},
      {0x00101010, "PatientAge", "X", CAP_PROFILE_PATIENT},
      {0x00102110, "Allergies", "X", CAP_PROFILE_WORDS | CAP_PROFILE_PATIENT_C},
      {0x00080020, "StudyDate", "Z", CAP_PROFILE_DATES},
      {0x0008002a, "AcquisitionDateTime", "X/Z/D", CAP_PROFILE_DATES},
      {0x00081140, "ReferencedImageSequence", "X/Z/U*", CAP_PROFILE_UIDS},
      {0x00081111, "ReferencedPerformedProcedureStepSequence", "X/Z/D",
       CAP_PROFILE_UIDS},
      {0x00080080, "InstitutionName", "X/Z/D", CAP_PROFILE_INSTITUTION},
      {0x00120031, "ClinicalTrialSiteName", "Z", CAP_PROFILE_INSTITUTION},
      {0x00380400, "PatientInstitutionResidence", "X", 0},
      {0x04000100, "DigitalSignatureUID", "U", 0},
      {0x0008103e, "SeriesDescription", "X", CAP_PROFILE_WORDS},
      {0x00181000, "DeviceSerialNumber", "X/Z/D", CAP_PROFILE_DEVICE},
      {0x00181030, "ProtocolName", "X/D", CAP_PROFILE_WORDS},
      {0x0020000d, "StudyInstanceUID", "U", CAP_PROFILE_UIDS},
      {0x0040a730, "ContentSequence", "D", CAP_PROFILE_CONTENT},
      {0x00420011, "EncapsulatedDocument", "D", 0},
      {0xfffcfffc, "DataSetTrailingPadding", "X", 0},
      {0x00090010, "PrivateAttributes", "X", 0},
      {0x7fe11001, "PrivateAttributes", "X", 0},
      {0x50123000, "CurveData", "X", 0},
      {0x601e4000, "OverlayData", "X", 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    const CapProfileRow *row = cap_profile_find(cases[i].tag);
    ck_assert_ptr_nonnull(row);
    ck_assert_str_eq(row->keyword, cases[i].keyword);
    ck_assert_str_eq(cap_profile_action_name(row->action), cases[i].action);
    ck_assert_uint_eq(row->options, cases[i].options);
  }
  ck_assert_ptr_null(cap_profile_find(0x00280010)); /* Rows */
  ck_assert_ptr_null(cap_profile_find(0x7fe00010));
  ck_assert_ptr_null(cap_profile_find(0));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("anonymize_profile");
  TCase *tests = tcase_create("table");
  tcase_add_test(tests, test_dictionary);
  tcase_add_test(tests, test_vrs_fit);
  tcase_add_test(tests, test_find);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
