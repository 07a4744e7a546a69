/* Mutated answers of an archive, from a seed, for a few seconds: multipart
 * bodies in random pieces, DICOM JSON of searches and of stores, lists of
 * archives. Each ends with a value or a sentence.
 *
 * FUZZ_SECONDS (default 3) and FUZZ_SEED (default 1) choose length and start.
 */
#include "core/error.h"
#include "io/archive/dicom_json.h"
#include "io/archive/multipart.h"
#include "tests/support/mutate.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

enum { N_PARTS = 3, LEAST = 50 };
static const double usual_s = 3;

static void
check_refusal(const GError *error)
{
  ck_assert_ptr_nonnull(error);
  ck_assert_msg(error->domain == CAP_ERROR, "%s", error->message);
  ck_assert_msg(error->code != CAP_ERROR_INTERNAL, "%s", error->message);
}

/* ---- multipart ---- */

static const char body[] =
    "preamble\r\n--XX\r\nContent-Type: application/dicom\r\nContent-Length: 9"
    "\r\n\r\nDICM\r\n--X\r\n--XX \r\n\r\n\r\n--XX\r\nA: b\r\n\r\n0123456789\r\n"
    "--XX--\r\nepilogue";

static const char *const body_words[] = {"\r\n",
                                         "--XX",
                                         "\r\n--XX",
                                         "--",
                                         "--XX--",
                                         "\r\n\r\n",
                                         "Content-Length: ",
                                         "-1",
                                         "0",
                                         "\t",
                                         "\r",
                                         "\n",
                                         "XX",
                                         "\r\n--XX\r\n\r\n",
                                         "99999999999999999999",
                                         NULL};

typedef struct {
  int n_begun, n_ended;
  gsize n_bytes;
} Seen;

static gboolean
begin(const char *type, gint64 length, gpointer user_data, GError **error)
{
  Seen *seen = user_data;
  ck_assert_int_eq(seen->n_begun++, seen->n_ended);
  return TRUE;
}

static gboolean
data(const guint8 *bytes, gsize n_bytes, gpointer user_data, GError **error)
{
  Seen *seen = user_data;
  ck_assert_int_eq(seen->n_begun, seen->n_ended + 1);
  seen->n_bytes += n_bytes;
  return TRUE;
}

static gboolean
end(gpointer user_data, GError **error)
{
  Seen *seen = user_data;
  ck_assert_int_eq(seen->n_begun, ++seen->n_ended);
  return TRUE;
}

/* In pieces of up to MOST bytes. Returns whether it was sound. */
static gboolean
parse(GRand *rand, const GByteArray *bytes, int most, Seen *seen)
{
  static const CapMultipartSink sink = {begin, data, end};
  g_autoptr(GError) error = NULL;
  g_autoptr(CapMultipart) m = cap_multipart_new("XX", &sink, seen, &error);
  gboolean ok = TRUE;
  for (guint at = 0; ok && at < bytes->len;) {
    const guint piece = (guint)g_rand_int_range(rand, 1, most + 1);
    const guint n = MIN(piece, bytes->len - at);
    ok = cap_multipart_push(m, bytes->data + at, n, &error);
    at += n;
  }
  ok = ok && cap_multipart_finish(m, &error);
  if (!ok)
    check_refusal(error);
  return ok;
}

START_TEST(mutated_bodies)
{
  GRand *rand = cap_test_fuzz_rand();
  int n = 0, sound = 0;
  for (const gint64 stop = cap_test_fuzz_end(usual_s, N_PARTS);
       g_get_monotonic_time() < stop || n < LEAST; n++) {
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)body, sizeof body - 1);
    cap_test_mutate_text(rand, bytes, body_words);
    /* However it is cut, the same is seen. */
    Seen whole = {0}, pieces = {0};
    const gboolean ok = parse(rand, bytes, 100000, &whole);
    ck_assert_int_eq(parse(rand, bytes, 7, &pieces), ok);
    ck_assert_int_eq(whole.n_ended, pieces.n_ended);
    if (ok)
      ck_assert_uint_eq(whole.n_bytes, pieces.n_bytes);
    sound += ok;
  }
  g_rand_free(rand);
  printf("# %d bodies, %d of them sound\n", n, sound);
}
END_TEST

/* ---- JSON ---- */

static const char rows_text[] =
    "[{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]},\"00100010\":{\"vr\":"
    "\"PN\",\"Value\":[{\"Alphabetic\":\"A^B\"}]},\"00201208\":{\"vr\":\"IS\","
    "\"Value\":[3]}},{\"00081199\":{\"Value\":[{\"00081155\":{\"Value\":[\"1\"]"
    "}}]},\"00081198\":{\"Value\":[{\"00081155\":{\"Value\":[\"2\"]},"
    "\"00081197\":{\"Value\":[290]}}]}}]";

static const char *const json_words[] = {
    "{",        "}",       "[",    "]",  "\"",   ":",
    ",",        "null",    "1e99", "-1", "true", "\"Value\"",
    "\\u0000",  "\\ud800", "{}",   "[]", "[[",   "\"00081155\"",
    "\xff\xfe", "1.2",     NULL};

START_TEST(mutated_json)
{
  GRand *rand = cap_test_fuzz_rand();
  int n = 0;
  for (const gint64 stop = cap_test_fuzz_end(usual_s, N_PARTS);
       g_get_monotonic_time() < stop || n < LEAST; n++) {
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)rows_text, sizeof rows_text - 1);
    cap_test_mutate_text(rand, bytes, json_words);
    g_byte_array_append(bytes, (const guint8 *)"", 1);
    const char *text = (const char *)bytes->data;
    const gsize length = bytes->len - 1;
    g_autoptr(GPtrArray) rows =
        g_ptr_array_new_with_free_func((GDestroyNotify)cap_archive_row_free);
    g_autoptr(GError) error = NULL, why = NULL;
    if (!cap_dicom_json_rows(text, length, "the answer", rows, &error))
      check_refusal(error);
    for (guint i = 0; i < rows->len; i++)
      for (int f = 0; f < CAP_FIELD_N; f++)
        ck_assert(g_utf8_validate(((CapArchiveRow *)rows->pdata[i])->text[f],
                                  -1, NULL));
    CapSendItem item = {.sop_uid = "1"};
    g_autoptr(GHashTable) items = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(items, item.sop_uid, &item);
    if (!cap_dicom_json_stored(text, length, "the answer", items, &why))
      check_refusal(why);
    g_free(item.reason);
  }
  g_rand_free(rand);
  printf("# %d texts\n", n);
}
END_TEST

/* ---- lists of archives ---- */

static const char list[] =
    "[ward]\nkind=dicomweb\nurl=https://a.example:8042/dicom-web\nca=ca.pem\n"
    "timeout=60\ntls-verify=yes\nmax-total-gb=3\n";

static const char *const list_words[] = {
    "[",  "]",   "=",    "\n",          "url",  "kind", "yes",
    "no", "-1",  "0x10", "://",         "http", ":",    "@",
    "%",  "\\s", "\xff", "99999999999", NULL};

START_TEST(mutated_lists)
{
  GRand *rand = cap_test_fuzz_rand();
  char *folder = cap_test_folder();
  g_autofree char *path = g_build_filename(folder, "archives.ini", NULL);
  int n = 0;
  for (const gint64 stop = cap_test_fuzz_end(usual_s, N_PARTS);
       g_get_monotonic_time() < stop || n < LEAST; n++) {
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)list, sizeof list - 1);
    cap_test_mutate_text(rand, bytes, list_words);
    g_file_set_contents(path, (char *)bytes->data, bytes->len, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(CapArchiveSettings) settings =
        cap_archive_settings_read(path, NULL, &error);
    if (settings == NULL)
      check_refusal(error);
    else
      ck_assert(settings->url != NULL && settings->tries > 0);
  }
  g_rand_free(rand);
  cap_test_remove(folder);
  printf("# %d lists\n", n);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("fuzz_archive");
  TCase *tc = tcase_create("mutated");
  tcase_set_timeout(tc, 0);
  tcase_add_test(tc, mutated_bodies);
  tcase_add_test(tc, mutated_json);
  tcase_add_test(tc, mutated_lists);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
