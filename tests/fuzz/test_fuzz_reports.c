/* Mutated structured reports and segmentations, from a seed, for a few seconds:
 * importing them ends with findings or with a sentence that names the file.
 *
 * FUZZ_SECONDS (default 4) and FUZZ_SEED (default 1) choose length and start.
 */
#include "core/error.h"
#include "io/import/import.h"
#include "io/report/formats.h"
#include "tests/support/mutate.h"
#include "tests/support/report_case.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <string.h>

enum { N_PARTS = 2, LEAST = 20 };
static const double usual_s = 4;

static char *folder, *path;
static CapReport *report;

static void
set_up(void)
{
  const CapStatus status[] = {CAP_STATUS_ACCEPTED, CAP_STATUS_ACCEPTED};
  folder = cap_test_folder();
  path = g_build_filename(folder, "mutated", NULL);
  cap_test_report_case(folder, 2, status);
  report = cap_test_report(folder, NULL);
}

static void
tear_down(void)
{
  g_clear_pointer(&report, cap_report_free);
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

/* TRUE when it was read. */
static gboolean
import(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) remarks = g_ptr_array_new_with_free_func(g_free);
  const CapImportPlace place = {report->volume, report->images};
  const char *paths[] = {path, NULL};
  g_autoptr(CapFindings) findings =
      cap_import_read(paths, &place, remarks, &error);
  for (guint i = 0; i < remarks->len; i++)
    ck_assert(g_utf8_validate(remarks->pdata[i], -1, NULL));
  if (findings != NULL)
    return TRUE;
  ck_assert_ptr_nonnull(error);
  ck_assert_msg(error->domain == CAP_ERROR, "%s", error->message);
  ck_assert_msg(strstr(error->message, "mutated") != NULL, "%s",
                error->message);
  return FALSE;
}

/* Both kinds of object: a report, whose header is all of it, and a
 * segmentation, whose pixels matter less. */
static const struct {
  CapReportWriter write;
  guint header;
} kinds[] = {{cap_report_write_sr, 60000}, {cap_report_write_seg, 6000}};

START_TEST(test_mutated)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GRand) rand = cap_test_fuzz_rand();
  const gint64 end = cap_test_fuzz_end(usual_s, N_PARTS);
  g_autofree char *whole = NULL;
  gsize n;
  int done = 0, read = 0;
  ck_assert(kinds[_i].write(report, path, &error));
  ck_assert(import());
  ck_assert(g_file_get_contents(path, &whole, &n, NULL));
  while (done < LEAST || g_get_monotonic_time() < end) {
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_byte_array_append(bytes, (const guint8 *)whole, (guint)n);
    cap_test_mutate(rand, bytes, kinds[_i].header);
    ck_assert(
        g_file_set_contents(path, (const char *)bytes->data, bytes->len, NULL));
    read += import();
    done++;
  }
  printf("# %d mutations, %d of them read\n", done, read);
  ck_assert_int_gt(read, 0);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("fuzz_reports");
  TCase *tests = tcase_create("fuzz_reports");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, test_mutated, 0, G_N_ELEMENTS(kinds));
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
