/* Every coded concept of a report has the meaning that DICOM gives its value:
 * compared with DCMTK's code dictionaries (its header files) and context groups
 * (its library). */
#include "io/report/code.h"
#include "tests/support/dcmtk_codes.h"
#include "tests/support/suite.h"

#include <string.h>

#define HEADERS "/usr/include/dcmtk/dcmsr/codes"

/* Codes that DCMTK 3.6.7 does not carry, each with where it is from. */
static const struct {
  const char *value, *scheme, *source;
} elsewhere[] = {
    {"27925004", "SCT", "SNOMED CT (was SRT M-03010)"},
    {"24627-2", "LN", "LOINC, CID 100 is extensible"},
    {"7771000", "SCT", "CID 244 keeps it as an extension"},
    {"39607008", "SCT", "SNOMED CT, CID 4 Anatomic Region"},
    {"45653009", "SCT", "SNOMED CT, CID 6201"},
    {"72481006", "SCT", "SNOMED CT, CID 6201"},
    {"90572001", "SCT", "SNOMED CT, CID 6201"},
    {"1483009", "SCT", "CID 12304, newer than DCMTK 3.6.7"},
    {"deg", "UCUM", "CID 7183; DCMTK's header repeats the value"},
    {"49755003", "SCT", "CID 7150"},
    {"d", "UCUM", "UCUM, table 4.2"},
    {"1", "UCUM", "PS3.16, CID 7181 and others"},
    {"1362105002", "SCT", "SNOMED CT; newer than DCMTK 3.6.7"},
};

static gboolean
is_elsewhere(const CapCode *code)
{
  for (guint i = 0; i < G_N_ELEMENTS(elsewhere); i++)
    if (g_str_equal(elsewhere[i].value, code->value) &&
        g_str_equal(elsewhere[i].scheme, code->scheme))
      return TRUE;
  return FALSE;
}

/* All of DCMTK's code headers as one text; NULL when they are not here. */
static char *
read_headers(void)
{
  g_autoptr(GDir) dir = g_dir_open(HEADERS, 0, NULL);
  if (dir == NULL)
    return NULL;
  GString *all = g_string_new(NULL);
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(HEADERS, name, NULL);
    g_autofree char *text = NULL;
    if (g_file_get_contents(path, &text, NULL, NULL))
      g_string_append(all, text);
  }
  return g_string_free(all, FALSE);
}

/* TRUE when a dictionary entry has this value and scheme; its meaning in
 * SAME. */
static gboolean
look_up(const char *headers, const CapCode *code, gboolean *same)
{
  g_autofree char *entry =
      g_strdup_printf("(\"%s\", \"%s\", \"", code->value, code->scheme);
  const char *found = strstr(headers, entry);
  if (found == NULL)
    return FALSE;
  found += strlen(entry);
  const gsize n = strlen(code->meaning);
  *same = strncmp(found, code->meaning, n) == 0 && found[n] == '"';
  return TRUE;
}

static gboolean
is_standard(const CapCode *code)
{
  static const char *const schemes[] = {"DCM",  "SCT", "UCUM",
                                        "UMLS", "LN",  "RFC5646"};
  for (guint i = 0; i < G_N_ELEMENTS(schemes); i++)
    if (g_str_equal(code->scheme, schemes[i]))
      return TRUE;
  return FALSE;
}

START_TEST(test_meanings)
{
  g_autofree char *headers = read_headers();
  if (headers == NULL) {
    cap_test_skip("test_meanings", "no " HEADERS);
    return;
  }
  int compared = 0;
  for (int i = 0; i < CAP_N_CODES; i++) {
    const CapCode *code = cap_code((CapCodeId)i);
    gboolean same = FALSE;
    if (!is_standard(code))
      continue;
    g_autofree char *meaning =
        cap_test_dcmtk_meaning(code->value, code->scheme);
    const gboolean in_headers = look_up(headers, code, &same);
    ck_assert_msg(in_headers || meaning != NULL || is_elsewhere(code),
                  "(%s, %s, \"%s\") is in no table of DCMTK", code->value,
                  code->scheme, code->meaning);
    if (in_headers)
      ck_assert_msg(same || is_elsewhere(code), "(%s, %s) does not mean \"%s\"",
                    code->value, code->scheme, code->meaning);
    if (meaning != NULL)
      ck_assert_str_eq(meaning, code->meaning);
    compared += in_headers || meaning != NULL;
  }
  ck_assert_int_ge(compared, 65);
}
END_TEST

START_TEST(test_no_code_twice)
{
  for (int i = 0; i < CAP_N_CODES; i++)
    for (int k = 0; k < i; k++)
      ck_assert_msg(
          !cap_code_equal(cap_code((CapCodeId)i), cap_code((CapCodeId)k)),
          "%s is there twice", cap_code((CapCodeId)i)->meaning);
}
END_TEST

/* SH: longer values would need another attribute (PS3.3, 8.1). */
START_TEST(test_no_long_value)
{
  for (int i = 0; i < CAP_N_CODES; i++)
    ck_assert_uint_le(strlen(cap_code((CapCodeId)i)->value), 16);
}
END_TEST

START_TEST(test_levels)
{
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    const CapAttributeKind kind = (CapAttributeKind)a;
    const int n = cap_attribute_levels(kind);
    ck_assert_str_ne(cap_code_attribute(kind)->meaning, "");
    for (int i = 1; i <= n; i++) {
      const CapCode *code = cap_code_attribute_level(kind, i);
      ck_assert_ptr_nonnull(code->value);
      for (int k = 1; k < i; k++)
        ck_assert(!cap_code_equal(code, cap_code_attribute_level(kind, k)));
    }
    /* out of range is clamped */
    ck_assert_ptr_eq(cap_code_attribute_level(kind, 0),
                     cap_code_attribute_level(kind, 1));
    ck_assert_ptr_eq(cap_code_attribute_level(kind, 99),
                     cap_code_attribute_level(kind, n));
  }
  ck_assert_str_eq(cap_code_malignancy_level(5)->value, "905");
}
END_TEST

START_TEST(test_sites)
{
  ck_assert_str_eq(cap_code_site(CAP_SIDE_RIGHT, CAP_LOBE_MIDDLE)->value,
                   "72481006");
  ck_assert_str_eq(cap_code_site(CAP_SIDE_LEFT, CAP_LOBE_MIDDLE)->value,
                   "39607008");
  ck_assert_str_eq(cap_code_site(CAP_SIDE_UNKNOWN, CAP_LOBE_UNKNOWN)->meaning,
                   "Lung");
  ck_assert_str_eq(cap_code_type(CAP_TYPE_GROUND_GLASS)->value, "RID50153");
  ck_assert_str_eq(cap_code_status(CAP_STATUS_REJECTED)->value, "rejected");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("report_code");
  TCase *tests = tcase_create("codes");
  tcase_add_test(tests, test_meanings);
  tcase_add_test(tests, test_no_code_twice);
  tcase_add_test(tests, test_no_long_value);
  tcase_add_test(tests, test_levels);
  tcase_add_test(tests, test_sites);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
