/* Multipart bodies: every way of cutting one into pieces, and hostile ones. */
#include "core/error.h"
#include "io/archive/multipart.h"
#include "tests/support/suite.h"

#include <string.h>

/* What the sink saw: "(type:length)bytes;" for each part that ended. */
static gboolean
begin(const char *type, gint64 length, gpointer out, GError **error)
{
  g_string_append_printf(out, "(%s:%d)", type, (int)length);
  return TRUE;
}

static gboolean
data(const guint8 *bytes, gsize n_bytes, gpointer out, GError **error)
{
  g_string_append_len(out, (const char *)bytes, (gssize)n_bytes);
  return TRUE;
}

static gboolean
end(gpointer out, GError **error)
{
  g_string_append_c(out, ';');
  return TRUE;
}

static const CapMultipartSink sink = {begin, data, end};

/* BODY in pieces of PIECE bytes. Returns what was seen; caller frees. */
static char *
parse(const char *body, gsize n, gsize piece, GError **error)
{
  GString *out = g_string_new(NULL);
  g_autoptr(CapMultipart) m = cap_multipart_new("XX", &sink, out, error);
  gboolean ok = TRUE;
  for (gsize at = 0; ok && at < n; at += piece)
    ok = cap_multipart_push(m, body + at, MIN(piece, n - at), error);
  if (ok)
    cap_multipart_finish(m, error);
  return g_string_free(out, FALSE);
}

static const struct {
  const char *body, *seen;
} sound[] = {
    {"--XX\r\n\r\nabc\r\n--XX--", "(:-1)abc;"},
    {"\r\n--XX\r\nContent-Type: Application/DICOM; "
     "x=y\r\n\r\nabc\r\n--XX--\r\n",
     "(application/dicom:-1)abc;"},
    {"preamble\r\n--XX \t\r\ncontent-length: 4\r\nX: "
     "y\r\n\r\n\r\n--\r\n--XX\r\n"
     "\r\n\r\n--XX--epilogue\r\n--XX\r\n",
     "(:4)\r\n--;(:-1);"},
    {"--XX\r\n\r\n\r\n-XX\r\n--X\r\n--XY\r\r\n--XX--",
     "(:-1)\r\n-XX\r\n--X\r\n--XY\r;"},
    {"--XX--", ""},
};

START_TEST(sound_bodies_in_any_pieces)
{
  const gsize n = strlen(sound[_i].body);
  for (gsize piece = 1; piece <= n; piece++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *seen = parse(sound[_i].body, n, piece, &error);
    cap_assert_no_error(error);
    ck_assert_str_eq(seen, sound[_i].seen);
  }
}
END_TEST

static const struct {
  const char *body, *words;
  int code;
} unsound[] = {
    {"", "ends early", CAP_ERROR_UNREACHABLE},
    {"--XX\r\n\r\nabc", "ends early", CAP_ERROR_UNREACHABLE},
    {"--XX\r\n\r\nabc\r\n--XX", "ends early", CAP_ERROR_UNREACHABLE},
    {"--XX\r\n\r\nabc\r\n--XX\r\n", "ends early", CAP_ERROR_UNREACHABLE},
    {"--XX\r\nContent-Length: 2\r\n\r\nabc\r\n--XX--",
     "longer than it declares", CAP_ERROR_ANSWER},
    {"--XX\r\nContent-Length: 4\r\n\r\nabc\r\n--XX--",
     "shorter than it declares", CAP_ERROR_ANSWER},
    {"--XX\r\nContent-Length: -4\r\n\r\nabc\r\n--XX--", "no number",
     CAP_ERROR_ANSWER},
    {"--XX\r\nContent-Length: 99999999999999999999\r\n\r\nabc\r\n--XX--",
     "no number", CAP_ERROR_ANSWER},
    {"--XXX\r\n\r\nabc", "not divided", CAP_ERROR_ANSWER},
};

START_TEST(unsound_bodies)
{
  const gsize n = strlen(unsound[_i].body);
  for (gsize piece = 1; piece <= MAX(n, 1); piece++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *seen = parse(unsound[_i].body, n, piece, &error);
    cap_assert_error(error, unsound[_i].code);
    ck_assert_ptr_nonnull(strstr(error->message, unsound[_i].words));
    /* A part that never ended was never ended for the sink either. */
    if (unsound[_i].code == CAP_ERROR_UNREACHABLE && n > 0 && n < 14)
      ck_assert_ptr_null(strchr(seen, ';'));
  }
}
END_TEST

/* START, then REPEAT a million times: refused long before the end. */
static void
check_endless(const char *start, const char *repeat, const char *words)
{
  g_autoptr(GString) out = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapMultipart) m = cap_multipart_new("XX", &sink, out, &error);
  int pushed = 0;
  gboolean ok = cap_multipart_push(m, start, strlen(start), &error);
  for (; ok && pushed < 1000000; pushed++)
    ok = cap_multipart_push(m, repeat, strlen(repeat), &error);
  cap_assert_error(error, CAP_ERROR_ANSWER);
  ck_assert_ptr_nonnull(strstr(error->message, words));
  ck_assert_int_lt(pushed, 70000);
}

START_TEST(endless_bodies)
{
  check_endless("", "a", "first 64 KiB");
  check_endless("--XX\r\n", "a: b\r\n", "endless head");
  check_endless("--XX", "  ", "not divided");
}
END_TEST

START_TEST(boundaries)
{
  static const char *const bad[] = {NULL, "", "a\r\nb",
                                    "123456789012345678901234567890123456789012"
                                    "3456789012345678901234567890x"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(cap_multipart_new(bad[i], &sink, NULL, &error));
    cap_assert_error(error, CAP_ERROR_ANSWER);
  }
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("multipart");
  TCase *tc = tcase_create("multipart");
  tcase_add_loop_test(tc, sound_bodies_in_any_pieces, 0, G_N_ELEMENTS(sound));
  tcase_add_loop_test(tc, unsound_bodies, 0, G_N_ELEMENTS(unsound));
  tcase_add_test(tc, endless_bodies);
  tcase_add_test(tc, boundaries);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
