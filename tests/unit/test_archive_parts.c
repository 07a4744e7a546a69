/* The parts of an archive that need no server: its list, and DICOM JSON. */
#include "core/error.h"
#include "io/archive/dicom_json.h"
#include "io/archive/status.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder, *path;

static void
set_up(void)
{
  folder = cap_test_folder();
  path = g_build_filename(folder, "archives.ini", NULL);
}

static void
tear_down(void)
{
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

static CapArchiveSettings *
read_text(const char *text, const char *name, GError **error)
{
  g_file_set_contents(path, text, -1, NULL);
  return cap_archive_settings_read(path, name, error);
}

/* ---- the list of archives ---- */

START_TEST(a_whole_entry)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *secret = g_build_filename(folder, "secret", NULL);
  g_autofree char *ca = g_build_filename(folder, "ca.pem", NULL);
  g_file_set_contents(secret, "p w\nnext line\n", -1, NULL);
  g_autoptr(CapArchiveSettings) s = read_text(
      "[other]\nurl=http://a\n[ward]\nkind=dicomweb\n"
      "url=https://pacs.example/dicom-web//\nuser=reader\n"
      "password-file=secret\nca=ca.pem\ntls-verify=no\ntimeout=5\ntries=2\n"
      "wait-ms=0\nmax-instance-gb=1\nmax-total-gb=3\n",
      "ward", &error);
  cap_assert_no_error(error);
  ck_assert_str_eq(s->url, "https://pacs.example/dicom-web");
  ck_assert_str_eq(s->password, "p w");
  ck_assert_str_eq(s->ca, ca);
  ck_assert(!s->tls_verify);
  ck_assert_int_eq(s->timeout_s, 5);
  ck_assert_int_eq(s->tries, 2);
  ck_assert_uint_eq(s->max_total_bytes, G_GUINT64_CONSTANT(3) << 30);
}
END_TEST

START_TEST(certificates_are_checked_unless_told_otherwise)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapArchiveSettings) s =
      read_text("[only]\nurl=https://a\n", NULL, &error);
  cap_assert_no_error(error);
  ck_assert(s->tls_verify);
  ck_assert_str_eq(s->name, "only");
}
END_TEST

START_TEST(password_from_the_environment)
{
  g_autoptr(GError) error = NULL;
  const char *text = "[a]\nurl=https://a\nuser=u\npassword-env=CAP_TEST_PW\n";
  g_unsetenv("CAP_TEST_PW");
  ck_assert_ptr_null(read_text(text, NULL, &error));
  cap_assert_error(error, CAP_ERROR_CONFIG);
  g_setenv("CAP_TEST_PW", "from there", TRUE);
  g_autoptr(CapArchiveSettings) s = read_text(text, NULL, NULL);
  ck_assert_str_eq(s->password, "from there");
}
END_TEST

static const struct {
  const char *text, *name, *words;
  int code;
} faults[] = {
    {"[a]\nurl=https://a\n[b]\nurl=https://b\n", NULL, "a, b", CAP_ERROR_USAGE},
    {"[a]\nurl=https://a\n", "c", "no archive “c”", CAP_ERROR_CONFIG},
    {"[a]\nuser=x\n", NULL, "url: is missing", CAP_ERROR_CONFIG},
    {"[a]\nurl=ftp://a\n", NULL, "not the URL", CAP_ERROR_CONFIG},
    {"[a]\nurl=https://u:p@a\n", NULL, "no login", CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a?x=1\n", NULL, "no login, query", CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a\nuser=u\n", NULL, "belong together", CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a\nkey=k\n", NULL, "belong together", CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a\npassword=p\n", NULL, "do not belong into this file",
     CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a\ntimeout=0\n", NULL, "from 1 to 3600",
     CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a\ntls-verify=maybe\n", NULL, "yes or no",
     CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a\ncolour=red\n", NULL, "colour: there is no such",
     CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a\ntls=yes\n", NULL, "is for kind=dimse",
     CAP_ERROR_CONFIG},
    {"[a]\nurl=https://a\nmax-total-gb=none\n", NULL, "is not a number of GiB",
     CAP_ERROR_CONFIG},
    {"[a]\nkind=dimse\nreceive-from=10.0.0.5\n", NULL,
     "receive-from: is a list of hosts with their AE titles", CAP_ERROR_CONFIG},
    {"[a]\nkind=dimse\nreceive-from=a LONGER-THAN-SIXTEEN\n", NULL,
     "receive-from: is a list of hosts with their AE titles", CAP_ERROR_CONFIG},
    {"[a]\nkind=fax\nurl=https://a\n", NULL, "no kind “fax”", CAP_ERROR_CONFIG},
    {"url=https://a\n", NULL, "cannot be read", CAP_ERROR_CONFIG},
};

START_TEST(faults_name_file_and_key)
{
  g_autoptr(GError) error = NULL;
  ck_assert_ptr_null(read_text(faults[_i].text, faults[_i].name, &error));
  cap_assert_error(error, faults[_i].code);
  ck_assert_msg(strstr(error->message, faults[_i].words) != NULL, "%s",
                error->message);
}
END_TEST

START_TEST(no_list)
{
  g_autoptr(GError) error = NULL;
  g_unlink(path);
  ck_assert_ptr_null(cap_archive_settings_read(path, NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
}
END_TEST

/* ---- DICOM JSON ---- */

START_TEST(rows_of_all_shapes)
{
  static const char text[] =
      "[{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]},"
      "\"00080061\":{\"vr\":\"CS\",\"Value\":[\"CT\",\"SR\"]},"
      "\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Ideographic\":\"山田\"}]},"
      "\"00201206\":{\"vr\":\"IS\",\"Value\":[3]},"
      "\"00201208\":{\"vr\":\"IS\",\"Value\":[\"42\"]},"
      "\"00100020\":{\"vr\":\"LO\"},\"00081030\":7,"
      "\"00080050\":{\"vr\":\"SH\",\"Value\":[null]}},17,[],{}]";
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_archive_row_free);
  ck_assert(cap_dicom_json_rows(text, strlen(text), "it", rows, &error));
  ck_assert_int_eq(rows->len, 2);
  char **row = ((CapArchiveRow *)rows->pdata[0])->text;
  ck_assert_str_eq(row[CAP_FIELD_STUDY_UID], "1.2");
  ck_assert_str_eq(row[CAP_FIELD_MODALITIES], "CT\\SR");
  ck_assert_str_eq(row[CAP_FIELD_PATIENT_NAME], "山田");
  ck_assert_str_eq(row[CAP_FIELD_N_SERIES], "3");
  ck_assert_str_eq(row[CAP_FIELD_N_STUDY_INSTANCES], "42");
  ck_assert_str_eq(row[CAP_FIELD_PATIENT_ID], "");
  ck_assert_str_eq(row[CAP_FIELD_STUDY_DESCRIPTION], "");
  ck_assert_str_eq(row[CAP_FIELD_ACCESSION], "");
  ck_assert(!cap_dicom_json_rows("{}", 2, "it", rows, &error));
  cap_assert_error(error, CAP_ERROR_DATA);
}
END_TEST

START_TEST(long_text_is_cut)
{
  g_autoptr(CapArchiveRow) row = cap_archive_row_new();
  g_autofree char *text = g_strnfill(100000, 'a');
  cap_archive_row_set(row, CAP_FIELD_STUDY_DESCRIPTION, text);
  ck_assert_uint_eq(strlen(row->text[CAP_FIELD_STUDY_DESCRIPTION]), 1024);
}
END_TEST

START_TEST(stored_and_refused)
{
  static const char text[] =
      "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[{\"00081155\":{\"vr\":\"UI\","
      "\"Value\":[\"1\"]}},{\"00081155\":{\"vr\":\"UI\",\"Value\":[\"2\"]},"
      "\"00081196\":{\"vr\":\"US\",\"Value\":[45056]}},{\"00081155\":{\"vr\":"
      "\"UI\",\"Value\":[\"not ours\"]}}]},\"00081198\":{\"vr\":\"SQ\","
      "\"Value\":[{\"00081155\":{\"vr\":\"UI\",\"Value\":[\"3\"]},\"00081197\":"
      "{\"vr\":\"US\",\"Value\":[42752]}}]}}";
  g_autoptr(GError) error = NULL;
  g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
  CapSendItem items[3] = {{.sop_uid = "1"}, {.sop_uid = "2"}, {.sop_uid = "3"}};
  for (int i = 0; i < 3; i++)
    g_hash_table_insert(table, items[i].sop_uid, &items[i]);
  ck_assert(cap_dicom_json_stored(text, strlen(text), "it", table, &error));
  ck_assert_int_eq(items[0].outcome, CAP_SEND_STORED);
  ck_assert_ptr_null(items[0].reason);
  ck_assert_int_eq(items[1].outcome, CAP_SEND_STORED);
  ck_assert_ptr_nonnull(strstr(items[1].reason, "B000"));
  ck_assert_int_eq(items[2].outcome, CAP_SEND_REFUSED);
  ck_assert_ptr_nonnull(strstr(items[2].reason, "out of resources"));
  g_free(items[1].reason);
  g_free(items[2].reason);
}
END_TEST

START_TEST(statuses)
{
  ck_assert_str_eq(cap_status_words(0xA701), "it is out of resources");
  ck_assert_str_eq(cap_status_words(0xA901),
                   "the object does not fit its kind");
  ck_assert_str_eq(cap_status_words(0xC123), "it cannot understand the object");
  ck_assert_str_eq(cap_status_words(0x0122),
                   "it does not take this kind of object");
  ck_assert_str_eq(cap_status_words(0x7777),
                   "no reason that the standard knows");
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("archive_parts");
  TCase *tc = tcase_create("archive_parts");
  tcase_add_checked_fixture(tc, set_up, tear_down);
  tcase_add_test(tc, a_whole_entry);
  tcase_add_test(tc, certificates_are_checked_unless_told_otherwise);
  tcase_add_test(tc, password_from_the_environment);
  tcase_add_loop_test(tc, faults_name_file_and_key, 0, G_N_ELEMENTS(faults));
  tcase_add_test(tc, no_list);
  tcase_add_test(tc, rows_of_all_shapes);
  tcase_add_test(tc, long_text_is_cut);
  tcase_add_test(tc, stored_and_refused);
  tcase_add_test(tc, statuses);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
