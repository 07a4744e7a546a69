/* The parts of de-identification: pseudonyms, dates, descriptions, names. */
#include "core/error.h"
#include "io/anonymize/burned_text.h"
#include "io/anonymize/descriptor.h"
#include "io/anonymize/identity.h"
#include "io/anonymize/pseudonyms.h"
#include "io/anonymize/shifted_date.h"
#include "tests/support/suite.h"

#include <string.h>

static char *folder, *key;

static void
set_up(void)
{
  folder = cap_test_folder();
  key = g_build_filename(folder, "key", NULL);
}

static void
tear_down(void)
{
  g_free(key);
  cap_test_remove(g_steal_pointer(&folder));
}

static CapPseudonyms *
with_key(const char *text)
{
  g_autoptr(GError) error = NULL;
  ck_assert(g_file_set_contents(key, text, -1, NULL));
  CapPseudonyms *pseudonyms = cap_pseudonyms_new(key, &error);
  cap_assert_no_error(error);
  return pseudonyms;
}

/* By another implementation (Python's hmac, hashlib, uuid): these must never
 * change, or an old key gives new pseudonyms. */
START_TEST(test_pseudonyms_of_a_key)
{
  g_autoptr(CapPseudonyms) p = with_key("0123456789abcdef");
  g_autofree char *uid = cap_pseudonyms_uid(p, "1.2.840.113619.2.55");
  g_autofree char *padded = cap_pseudonyms_uid(p, "1.2.840.113619.2.55 ");
  g_autofree char *id = cap_pseudonyms_patient_id(p, "P1\n");
  g_autofree char *name = cap_pseudonyms_patient_name(p, "P1\n");
  ck_assert_str_eq(uid, "2.25.114475914141193852772762521187079834098");
  ck_assert_str_eq(padded, uid);
  ck_assert_str_eq(id, "ANON-660877250563");
  ck_assert_str_eq(name + 5, id + 5);
  ck_assert(g_str_has_prefix(name, "ANON^"));
  ck_assert_int_eq(cap_pseudonyms_shift_days(p, "P1\n"), 2535);
  ck_assert_str_eq(cap_pseudonyms_key_name(p), "de50ca34");
  ck_assert(!cap_pseudonyms_is_random(p));
}
END_TEST

START_TEST(test_shifts_differ)
{
  g_autoptr(CapPseudonyms) p = with_key("0123456789abcdef");
  int least = G_MAXINT, most = 0;
  for (int i = 0; i < 300; i++) {
    g_autofree char *who = g_strdup_printf("patient %d", i);
    const int days = cap_pseudonyms_shift_days(p, who);
    least = MIN(least, days);
    most = MAX(most, days);
  }
  ck_assert_int_ge(least, 1);
  ck_assert_int_lt(least, 200);
  ck_assert_int_gt(most, 3400);
  ck_assert_int_le(most, 3653);
}
END_TEST

START_TEST(test_random_keys_differ)
{
  g_autoptr(CapPseudonyms) a = cap_pseudonyms_new(NULL, NULL);
  g_autoptr(CapPseudonyms) b = cap_pseudonyms_new(NULL, NULL);
  ck_assert(cap_pseudonyms_is_random(a));
  ck_assert_str_ne(cap_pseudonyms_key_name(a), cap_pseudonyms_key_name(b));
}
END_TEST

START_TEST(test_bad_keys)
{
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(cap_pseudonyms_new(key, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
  g_clear_error(&error);
  ck_assert(g_file_set_contents(key, "short", -1, NULL));
  ck_assert_ptr_null(cap_pseudonyms_new(key, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

START_TEST(test_dates)
{
  static const struct {
    const char *value;
    int days;
    const char *moved; /* NULL: no date */
  } cases[] = {
      {"20240301", 1, "20240229"},
      {"20000101", 1, "19991231"},
      {"20000101 ", 366, "19981231"},
      {"1999.03.01", 1, "19990228"},
      {"20240301\\20240302", 1, "20240229\\20240301"},
      {"20240301\\", 1, "20240229\\"},
      {"20240301123456.789+0100", 60, "20240101123456.789+0100"},
      {"202403", 31, "202402"}, /* the middle of March */
      {"2024", 365, "2023"},
      {"", 5, ""},
      {"00010102", 1, "00010101"},
      {"00010101", 1, NULL},
      {"20230229", 1, NULL},
      {"20241301", 1, NULL},
      {"202403011", 1, "202402291"}, /* an odd tail of digits stays */
      {"20240301 Doe", 1, NULL},
      {"Doe", 1, NULL},
      {"2024030", 1, NULL},
      {"12", 1, NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *moved = cap_shifted_date(cases[i].value, cases[i].days);
    ck_assert_msg(g_strcmp0(moved, cases[i].moved) == 0, "%s became %s",
                  cases[i].value, moved ? moved : "nothing");
  }
}
END_TEST

START_TEST(test_descriptors)
{
  static const struct {
    const char *value, *clean;
  } cases[] = {
      {"CT CHEST W/O CONTRAST", "CT CHEST CONTRAST"},
      {"Thorax 1.25mm B50f", "Thorax 1.25mm B50f"},
      {"Lung 5 mm axial", "Lung 5 mm axial"},
      {"Chest Mr. Miller 19570312", "Chest"},
      {"MRN 1234567", ""},
      {"Dr Smith's protocol", "protocol"},
      {"Lung_3.0_Br40d_3", "Lung 3.0 Br40d"},
      {"12345.6 mm", "mm"},
      {"12.3456", ""},
      {"delay 30 s", "delay 30 s"},
      {"s", ""},
      {"chest\\Doe", "chest\\"},
      {"Doe\\Roe", ""},
      {"M\xfcller thorax", "thorax"},
      {"", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *clean = cap_descriptor_clean(cases[i].value);
    ck_assert_str_eq(clean, cases[i].clean);
    g_autofree char *again = cap_descriptor_clean(clean);
    ck_assert_str_eq(again, clean);
  }
}
END_TEST

START_TEST(test_identity)
{
  g_autoptr(CapIdentity) identity = cap_identity_new();
  const CapDcmtkElement elements[] = {
      {.tag = 0x00100010, .vr = "PN", .value = "van der Meer^Jo=X\\Li^Anna"},
      {.tag = 0x00100020, .vr = "LO", .value = "A-1234"},
      {.tag = 0x00080080, .vr = "LO", .value = "St. Elsewhere"},
      {.tag = 0x00081030, .vr = "LO", .value = "routine"},
      {.tag = 0x00080050, .vr = "SH", .value = "12"},
  };
  static const struct {
    const char *text;
    gboolean found;
  } cases[] = {
      {"scan of MEER", TRUE},
      {"scan of Meerwein", FALSE},
      {"anna", TRUE},
      {"Jo", FALSE}, /* too short to be sure */
      {"done at st. elsewhere", TRUE},
      {"Elsewhere", FALSE},
      {"id a-1234, thin", TRUE},
      {"xa-12345", FALSE},
      {"routine", FALSE},
      {"12", FALSE},
      {"", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(elements); i++)
    cap_identity_collect(identity, &elements[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    ck_assert_msg(cap_identity_is_in(identity, cases[i].text) == cases[i].found,
                  "“%s”", cases[i].text);
}
END_TEST

/* A picture of 64 × 64 with 12 strokes of two pixels, 5 rows high each. */
static gboolean
sees_text(int16_t background, int16_t stroke, int16_t beside)
{
  static int16_t hu[64 * 64];
  for (int i = 0; i < 64 * 64; i++)
    hu[i] = background;
  for (int s = 0; s < 12; s++)
    for (int r = 10; r < 15; r++) {
      int16_t *at = hu + r * 64 + 3 + 5 * s;
      at[0] = at[3] = beside;
      at[1] = at[2] = stroke;
    }
  return cap_burned_text_is_in(hu, 64, 64);
}

START_TEST(test_burned_text)
{
  ck_assert(sees_text(-1000, 3000, -1000)); /* on air */
  ck_assert(sees_text(40, 3071, 40));       /* on the body */
  ck_assert(!sees_text(-1000, 3000, 1500)); /* soft edges: a wire */
  ck_assert(!sees_text(-850, 40, -405));    /* vessels in the lung */
  ck_assert(!sees_text(40, 40, 40));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("anonymize");
  TCase *tests = tcase_create("parts");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, test_pseudonyms_of_a_key);
  tcase_add_test(tests, test_shifts_differ);
  tcase_add_test(tests, test_random_keys_differ);
  tcase_add_test(tests, test_bad_keys);
  tcase_add_test(tests, test_dates);
  tcase_add_test(tests, test_descriptors);
  tcase_add_test(tests, test_identity);
  tcase_add_test(tests, test_burned_text);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
