/* Archives over DICOMweb: our client against a scripted server on 127.0.0.1
 * (tests/support/archive_server.h) that fails in every way on demand. */
#include "core/error.h"
#include "io/archive/archive.h"
#include "tests/support/archive_server.h"
#include "tests/support/dicom_make.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <string.h>

enum { N = 12 };

static char *folder, *images, *output, *incomplete;
static CapArchiveServer *server;
static CapArchiveSettings *settings;
static CapArchive *archive;

static char *study_uid;

static void
connect_to(const char *url)
{
  g_autoptr(GError) error = NULL;
  settings = cap_archive_settings_for_url(url, &error);
  cap_assert_no_error(error);
  settings->wait_ms = 0;
  settings->timeout_s = 5;
  archive = cap_archive_open(settings, &error);
  cap_assert_no_error(error);
}

static void
set_up(void)
{
  folder = cap_test_folder();
  images = g_build_filename(folder, "images", NULL);
  output = g_build_filename(folder, "out", NULL);
  incomplete = g_strconcat(output, ".incomplete", NULL);
  g_mkdir(images, 0777);
  for (int k = 0; k < N; k++) {
    g_autofree char *name = g_strdup_printf("%02d", k);
    CapTestSlice slice = cap_test_slice(k);
    if (k >= N - 2) /* a second series of two */
      slice.series_uid = "1.2.3.99";
    cap_test_slice_write(&slice, images, name);
  }
  server = cap_archive_server_new(images, NULL, NULL);
  connect_to(cap_archive_server_url(server));
  g_autoptr(GError) error = NULL;
  const CapArchiveQuery all = {.level = CAP_LEVEL_STUDY};
  g_autoptr(GPtrArray) rows = cap_archive_find(archive, &all, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(rows->len, 1);
  study_uid =
      g_strdup(((CapArchiveRow *)rows->pdata[0])->text[CAP_FIELD_STUDY_UID]);
}

static void
tear_down(void)
{
  cap_archive_free(archive);
  cap_archive_settings_free(settings);
  cap_archive_server_free(server);
  g_free(study_uid);
  g_free(images);
  g_free(output);
  g_free(incomplete);
  cap_test_remove(g_steal_pointer(&folder));
}

static GPtrArray *
find(CapArchiveQuery query, GError **error)
{
  return cap_archive_find(archive, &query, NULL, error);
}

/* ---- find ---- */

START_TEST(a_row_is_clean_text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows =
      find((CapArchiveQuery){.level = CAP_LEVEL_STUDY}, &error);
  const CapArchiveRow *row = rows->pdata[0];
  ck_assert_str_eq(row->text[CAP_FIELD_PATIENT_NAME], "Müller^A[31m");
  ck_assert_str_eq(row->text[CAP_FIELD_N_STUDY_INSTANCES], "7");
  ck_assert_str_eq(row->text[CAP_FIELD_SERIES_UID], "");
}
END_TEST

START_TEST(levels)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) series =
      find((CapArchiveQuery){.level = CAP_LEVEL_SERIES,
                             .match[CAP_FIELD_STUDY_UID] = study_uid},
           &error);
  ck_assert_int_eq(series->len, 2);
  g_autoptr(GPtrArray) images_of_one =
      find((CapArchiveQuery){.level = CAP_LEVEL_IMAGE,
                             .match[CAP_FIELD_STUDY_UID] = study_uid,
                             .match[CAP_FIELD_SERIES_UID] = "1.2.3.99"},
           &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(images_of_one->len, 2);
}
END_TEST

/* 200 studies and more in one query, however the archive hands them out. */
START_TEST(pages)
{
  static const struct {
    CapServerFault fault;
    int page, limit, offset, rows, most_requests;
  } cases[] = {
      {CAP_FAULT_NONE, 0, 0, 0, 251, 1},
      {CAP_FAULT_NONE, 100, 0, 0, 251, 3},
      {CAP_FAULT_NONE, 251, 0, 0, 251, 2},
      {CAP_FAULT_NONE, 100, 120, 0, 120, 2},
      {CAP_FAULT_NONE, 100, 0, 200, 51, 1},
      {CAP_FAULT_NO_PAGING, 100, 0, 0, 251, 2},
      {CAP_FAULT_SHORT_PAGES, 100, 0, 0, 251, 84},
  };
  cap_archive_server_add_studies(server, 250);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    const int before = cap_archive_server_n_requests(server);
    cap_archive_server_set_fault(server, cases[i].fault, -1, NULL);
    g_autoptr(GPtrArray) rows =
        find((CapArchiveQuery){.level = CAP_LEVEL_STUDY,
                               .page = cases[i].page,
                               .limit = cases[i].limit,
                               .offset = cases[i].offset},
             &error);
    cap_assert_no_error(error);
    ck_assert_msg((int)rows->len == cases[i].rows, "case %d: %u rows", (int)i,
                  rows->len);
    ck_assert_int_le(cap_archive_server_n_requests(server) - before,
                     cases[i].most_requests);
  }
}
END_TEST

START_TEST(queries_that_make_no_sense)
{
  static const struct {
    CapArchiveField field;
    const char *value;
  } cases[] = {
      {CAP_FIELD_STUDY_UID, "1.2/../3"},    {CAP_FIELD_STUDY_UID, "abc"},
      {CAP_FIELD_STUDY_DATE, "2024-01-31"}, {CAP_FIELD_STUDY_DATE, "-"},
      {CAP_FIELD_STUDY_DATE, "202401"},     {CAP_FIELD_PATIENT_ID, "a\\b"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    CapArchiveQuery query = {.level = CAP_LEVEL_STUDY};
    query.match[cases[i].field] = cases[i].value;
    ck_assert_ptr_null(find(query, &error));
    cap_assert_error(error, CAP_ERROR_USAGE);
  }
}
END_TEST

static const struct {
  CapServerFault fault;
  int code;
  const char *words;
} refusals[] = {
    {CAP_FAULT_LOGIN, CAP_ERROR_ACCESS, "wants a login"},
    {CAP_FAULT_FORBIDDEN, CAP_ERROR_ACCESS, "403"},
    {CAP_FAULT_FAILS, CAP_ERROR_ANSWER, "failed (500)"},
    {CAP_FAULT_BUSY, CAP_ERROR_UNREACHABLE, "503"},
    {CAP_FAULT_ELSEWHERE, CAP_ERROR_ANSWER, "elsewhere.example"},
    {CAP_FAULT_PAGE, CAP_ERROR_ANSWER, "text/html instead of DICOM JSON"},
    {CAP_FAULT_NO_JSON, CAP_ERROR_ANSWER, "not valid JSON"},
};

START_TEST(refusals_have_a_sentence)
{
  g_autoptr(GError) error = NULL;
  cap_archive_server_set_fault(server, refusals[_i].fault, -1, NULL);
  ck_assert_ptr_null(find((CapArchiveQuery){.level = CAP_LEVEL_STUDY}, &error));
  cap_assert_error(error, refusals[_i].code);
  ck_assert_msg(strstr(error->message, refusals[_i].words) != NULL, "%s",
                error->message);
}
END_TEST

START_TEST(silence_and_cancel)
{
  g_autoptr(GError) error = NULL;
  cap_archive_server_set_fault(server, CAP_FAULT_SLOW, -1, NULL);
  settings->timeout_s = 1;
  cap_archive_free(archive);
  archive = cap_archive_open(settings, &error);
  ck_assert_ptr_null(find((CapArchiveQuery){.level = CAP_LEVEL_STUDY}, &error));
  cap_assert_error(error, CAP_ERROR_UNREACHABLE);
  ck_assert_ptr_nonnull(strstr(error->message, "1 seconds"));
  g_autoptr(GError) cancelled = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  const CapProgress progress = {.cancellable = cancellable};
  const CapArchiveQuery all = {.level = CAP_LEVEL_STUDY};
  g_cancellable_cancel(cancellable);
  ck_assert_ptr_null(cap_archive_find(archive, &all, &progress, &cancelled));
  cap_assert_error(cancelled, CAP_ERROR_CANCELLED);
}
END_TEST

/* ---- get ---- */

static gboolean
get(CapArchiveReceipt *receipt, GError **error)
{
  cap_archive_receipt_clear(receipt);
  *receipt = (CapArchiveReceipt){0};
  return cap_archive_get(archive, study_uid, NULL, output, receipt, NULL,
                         error);
}

static gboolean
exists(const char *path)
{
  return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* Every image of the server is in OUTPUT, byte for byte, under our names. */
static void
check_all_there(void)
{
  int found = 0;
  for (int k = 0; k < N; k++) {
    g_autofree char *name = g_strdup_printf("%02d", k);
    g_autofree char *from = g_build_filename(images, name, NULL);
    g_autofree char *ours =
        k < N - 2 ? g_strdup_printf("series-001/%06d.dcm", k + 1)
                  : g_strdup_printf("series-002/%06d.dcm", k - (N - 2) + 1);
    g_autofree char *to = g_build_filename(output, ours, NULL);
    g_autofree char *a = NULL, *b = NULL;
    gsize n_a = 0, n_b = 0;
    ck_assert(g_file_get_contents(from, &a, &n_a, NULL));
    if (g_file_get_contents(to, &b, &n_b, NULL))
      found += n_a == n_b && memcmp(a, b, n_a) == 0;
  }
  ck_assert_int_eq(found, N);
  ck_assert(!exists(incomplete));
}

START_TEST(get_all_and_again)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  ck_assert(get(&receipt, &error));
  cap_assert_no_error(error);
  ck_assert_int_eq(receipt.received, N);
  ck_assert_int_eq(receipt.problems->len, 0);
  ck_assert_str_eq(receipt.folder, output);
  check_all_there();
  ck_assert(get(&receipt, &error));
  ck_assert_int_eq(receipt.received, 0);
  ck_assert_int_eq(receipt.kept, N);
  check_all_there();
}
END_TEST

/* One that was removed comes again, under a new name; the others do not. */
START_TEST(get_only_what_is_missing)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  ck_assert(get(&receipt, &error));
  g_autofree char *third =
      g_build_filename(output, "series-001/000003.dcm", NULL);
  g_autofree char *new_third =
      g_build_filename(output, "series-001/000011.dcm", NULL);
  ck_assert_int_eq(g_unlink(third), 0);
  ck_assert(get(&receipt, &error));
  cap_assert_no_error(error);
  ck_assert_int_eq(receipt.received, 1);
  ck_assert_int_eq(receipt.kept, N - 1);
  ck_assert(exists(new_third) && !exists(third) && !exists(incomplete));
  ck_assert(get(&receipt, &error));
  ck_assert_int_eq(receipt.received, 0);
}
END_TEST

/* Connections that break are taken up again. */
START_TEST(get_over_broken_connections)
{
  static const CapServerFault faults[] = {CAP_FAULT_CUT, CAP_FAULT_NO_END};
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  /* three searches, which do not know these faults, then three transfers */
  cap_archive_server_set_fault(server, faults[_i], 6, NULL);
  ck_assert_msg(get(&receipt, &error), "%s", error ? error->message : "");
  ck_assert_int_eq(receipt.received, N);
  check_all_there();
}
END_TEST

/* A connection that always breaks: nothing looks complete, what came is kept,
 * and a later run goes on from there. */
START_TEST(get_interrupted_then_resumed)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  cap_archive_server_set_fault(server, CAP_FAULT_CUT, -1, NULL);
  ck_assert(!get(&receipt, &error));
  cap_assert_error(error, CAP_ERROR_UNREACHABLE);
  ck_assert_int_gt(receipt.received, 0);
  ck_assert_int_lt(receipt.received, N);
  ck_assert_str_eq(receipt.folder, incomplete);
  ck_assert(!exists(output) && exists(incomplete));
  const int had = receipt.received;
  g_clear_error(&error);
  cap_archive_server_set_fault(server, CAP_FAULT_NONE, 0, NULL);
  ck_assert(get(&receipt, &error));
  cap_assert_no_error(error);
  ck_assert_int_eq(receipt.kept, had);
  ck_assert_int_eq(receipt.received, N - had);
  ck_assert(exists(output) && !exists(incomplete));
}
END_TEST

static const struct {
  CapServerFault fault;
  int code;
  const char *words;
} hostile[] = {
    {CAP_FAULT_PART_LENGTH, CAP_ERROR_ANSWER, "longer than it declares"},
    {CAP_FAULT_HEAD, CAP_ERROR_ANSWER, "endless head"},
    {CAP_FAULT_NO_BOUNDARY, CAP_ERROR_ANSWER, "no valid boundary"},
};

START_TEST(get_from_a_hostile_server)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  cap_archive_server_set_fault(server, hostile[_i].fault, -1, NULL);
  ck_assert(!get(&receipt, &error));
  cap_assert_error(error, hostile[_i].code);
  ck_assert_msg(strstr(error->message, hostile[_i].words) != NULL, "%s",
                error->message);
  ck_assert(!exists(output));
}
END_TEST

static const struct {
  CapServerFault fault;
  const char *problem;
  int there;
} losses[] = {
    {CAP_FAULT_DAMAGED, "cut short", N - 1},
    {CAP_FAULT_LOST, "was not delivered", N - 1},
    {CAP_FAULT_OTHERS, "without having been asked for", -1},
};

START_TEST(get_without_all)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  cap_archive_server_set_fault(server, losses[_i].fault, -1, "/series/");
  if (losses[_i].fault == CAP_FAULT_OTHERS) /* ask for one series only */
    ck_assert(cap_archive_get(archive, study_uid, "1.2.3.99", output, &receipt,
                              NULL, &error));
  else
    ck_assert(get(&receipt, &error));
  cap_assert_no_error(error);
  ck_assert_int_gt(receipt.problems->len, 0);
  gboolean said = FALSE;
  for (guint i = 0; i < receipt.problems->len; i++)
    said |= strstr(receipt.problems->pdata[i], losses[_i].problem) != NULL;
  ck_assert(said);
  if (losses[_i].there < 0) { /* the two are there, the others are not */
    ck_assert_int_eq(receipt.received, 2);
    ck_assert(exists(output));
    return;
  }
  ck_assert_int_eq(receipt.received, losses[_i].there);
  ck_assert(!exists(output) && exists(incomplete));
}
END_TEST

START_TEST(get_over_the_limits)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  settings->max_instance_bytes = 1000;
  ck_assert(!get(&receipt, &error));
  cap_assert_error(error, CAP_ERROR_LIMIT);
  ck_assert_ptr_nonnull(strstr(error->message, "max-instance-gb"));
  g_clear_error(&error);
  settings->max_instance_bytes = 1 << 20;
  settings->max_total_bytes = 10000;
  ck_assert(!get(&receipt, &error));
  cap_assert_error(error, CAP_ERROR_LIMIT);
  ck_assert_ptr_nonnull(strstr(error->message, "max-total-gb"));
  ck_assert(!exists(output));
}
END_TEST

START_TEST(get_into_a_folder_of_others)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  g_mkdir(output, 0777);
  cap_test_write(output, "thesis.txt", "x", 1);
  ck_assert(!get(&receipt, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
  ck_assert_ptr_nonnull(strstr(error->message, "thesis.txt"));
  ck_assert(!exists(incomplete));
}
END_TEST

START_TEST(get_what_is_not_there)
{
  g_autoptr(GError) error = NULL;
  g_auto(CapArchiveReceipt) receipt = {0};
  ck_assert(
      !cap_archive_get(archive, "1.2.3", NULL, output, &receipt, NULL, &error));
  cap_assert_error(error, CAP_ERROR_NO_INPUT);
  ck_assert(!exists(output) && !exists(incomplete));
}
END_TEST

/* ---- store ---- */

static GPtrArray *
send_list(int *n_skipped)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new();
  g_autoptr(GError) error = NULL;
  g_ptr_array_add(paths, images);
  GPtrArray *items = cap_send_list(paths, n_skipped, NULL, &error);
  cap_assert_no_error(error);
  return items;
}

static int
count(const GPtrArray *items, CapSendOutcome outcome)
{
  int n = 0;
  for (guint i = 0; i < items->len; i++)
    n += ((CapSendItem *)items->pdata[i])->outcome == outcome;
  return n;
}

static const struct {
  CapServerFault fault;
  int n_faults, stored, refused, waiting;
  int code; /* 0: no error */
} sendings[] = {
    {CAP_FAULT_NONE, 0, N, 0, 0, 0},
    {CAP_FAULT_REFUSE_ONE, -1, N - 1, 1, 0, 0},
    {CAP_FAULT_REFUSE_CHUNK, -1, N - 1, 1, 0, 0},
    {CAP_FAULT_SILENT, -1, 0, N, 0, 0},
    {CAP_FAULT_POST_CUT, 2, N, 0, 0, 0},
    {CAP_FAULT_BUSY, 2, N, 0, 0, 0},
    {CAP_FAULT_POST_CUT, -1, 0, 0, N, CAP_ERROR_UNREACHABLE},
    {CAP_FAULT_LOGIN, -1, 0, 0, N, CAP_ERROR_ACCESS},
    {CAP_FAULT_NO_JSON, -1, 0, N, 0, 0},
};

START_TEST(store_outcomes)
{
  g_autoptr(GError) error = NULL;
  int n_skipped = 0;
  g_autoptr(GPtrArray) items = send_list(&n_skipped);
  cap_archive_server_set_fault(server, sendings[_i].fault,
                               sendings[_i].n_faults, NULL);
  const gboolean ok = cap_archive_store(archive, items, NULL, &error);
  ck_assert_int_eq(ok, sendings[_i].code == 0);
  if (!ok)
    cap_assert_error(error, sendings[_i].code);
  ck_assert_int_eq(count(items, CAP_SEND_STORED), sendings[_i].stored);
  ck_assert_int_eq(count(items, CAP_SEND_REFUSED), sendings[_i].refused);
  ck_assert_int_eq(count(items, CAP_SEND_WAITING), sendings[_i].waiting);
  if (sendings[_i].stored > 0)
    ck_assert_int_eq(cap_archive_server_n_stored(server), sendings[_i].stored);
  if (sendings[_i].fault == CAP_FAULT_REFUSE_ONE)
    for (guint i = 0; i < items->len; i++) {
      const CapSendItem *item = items->pdata[i];
      if (item->outcome == CAP_SEND_REFUSED)
        ck_assert_ptr_nonnull(strstr(item->reason, "kind of object"));
    }
}
END_TEST

START_TEST(what_cannot_be_sent)
{
  int n_skipped = 0;
  CapTestSlice cut = cap_test_slice(50), bare = cap_test_slice(51);
  cut.extra_pixel_bytes = -100;
  cut.pixel_length = 32 * 32 * 2;
  bare.no_preamble = TRUE;
  const CapTestSlice twin = cap_test_slice(0);
  cap_test_slice_write(&cut, images, "cut");
  cap_test_slice_write(&bare, images, "bare");
  cap_test_slice_write(&twin, images, "twin");
  cap_test_write(images, "notes.txt", "hello", 5);
  g_autoptr(GPtrArray) items = send_list(&n_skipped);
  ck_assert_int_eq(n_skipped, 1);
  ck_assert_int_eq(items->len, N + 2);
  ck_assert_int_eq(count(items, CAP_SEND_UNUSABLE), 2);
}
END_TEST

/* ---- a server that is gone ---- */

START_TEST(nobody_there)
{
  g_autoptr(GError) error = NULL;
  int n_skipped = 0;
  g_autoptr(GPtrArray) items = send_list(&n_skipped);
  cap_archive_free(archive);
  cap_archive_settings_free(settings);
  connect_to("http://127.0.0.1:1/dicom-web");
  ck_assert(!cap_archive_store(archive, items, NULL, &error));
  cap_assert_error(error, CAP_ERROR_UNREACHABLE);
  ck_assert_ptr_nonnull(strstr(error->message, "refuses the connection"));
  ck_assert_int_eq(count(items, CAP_SEND_WAITING), N);
}
END_TEST

/* ---- the login ---- */

START_TEST(login)
{
  g_autoptr(GError) error = NULL;
  cap_archive_server_set_fault(server, CAP_FAULT_LOGIN, -1, NULL);
  settings->user = g_strdup("reader");
  settings->password = g_strdup("secret");
  cap_archive_free(archive);
  archive = cap_archive_open(settings, &error);
  cap_assert_no_error(error);
  ck_assert(cap_archive_echo(archive, NULL, &error));
  g_free(settings->password);
  settings->password = g_strdup("wrong");
  cap_archive_free(archive);
  archive = cap_archive_open(settings, &error);
  ck_assert(!cap_archive_echo(archive, NULL, &error));
  cap_assert_error(error, CAP_ERROR_ACCESS);
  ck_assert_ptr_nonnull(strstr(error->message, "password of user “reader”"));
  ck_assert_ptr_null(strstr(error->message, "wrong"));
  /* Not in plain text to another machine, unless that is wanted. */
  g_clear_error(&error);
  g_autoptr(CapArchiveSettings) far =
      cap_archive_settings_for_url("http://pacs.example/dicom-web", &error);
  far->user = g_strdup("reader");
  far->password = g_strdup("secret");
  ck_assert_ptr_null(cap_archive_open(far, &error));
  cap_assert_error(error, CAP_ERROR_CONFIG);
  far->plain_password = TRUE;
  g_autoptr(CapArchive) allowed = cap_archive_open(far, NULL);
  ck_assert_ptr_nonnull(allowed);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("archive");
  TCase *tc = tcase_create("archive");
  tcase_add_checked_fixture(tc, set_up, tear_down);
  tcase_add_test(tc, a_row_is_clean_text);
  tcase_add_test(tc, levels);
  tcase_add_test(tc, pages);
  tcase_add_test(tc, queries_that_make_no_sense);
  tcase_add_loop_test(tc, refusals_have_a_sentence, 0, G_N_ELEMENTS(refusals));
  tcase_add_test(tc, silence_and_cancel);
  tcase_add_test(tc, get_all_and_again);
  tcase_add_test(tc, get_only_what_is_missing);
  tcase_add_loop_test(tc, get_over_broken_connections, 0, 2);
  tcase_add_test(tc, get_interrupted_then_resumed);
  tcase_add_loop_test(tc, get_from_a_hostile_server, 0, G_N_ELEMENTS(hostile));
  tcase_add_loop_test(tc, get_without_all, 0, G_N_ELEMENTS(losses));
  tcase_add_test(tc, get_over_the_limits);
  tcase_add_test(tc, get_into_a_folder_of_others);
  tcase_add_test(tc, get_what_is_not_there);
  tcase_add_loop_test(tc, store_outcomes, 0, G_N_ELEMENTS(sendings));
  tcase_add_test(tc, what_cannot_be_sent);
  tcase_add_test(tc, nobody_there);
  tcase_add_test(tc, login);
  suite_add_tcase(suite, tc);
  return cap_suite_run(suite);
}
