/* Folders of results: complete or absent, and nobody's files are lost. */
#include "core/error.h"
#include "core/folder.h"
#include "io/findings/output_folder.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const CapOutputKind kind = {
    "result.json", (const char *const[]){"result.json", "picture-*.png", NULL}};
static char *base; /* a fresh folder for each test */

static void
setup(void)
{
  base = cap_test_folder();
}

static void
teardown(void)
{
  cap_test_remove(base);
}

static char *
in_base(const char *name)
{
  return g_build_filename(base, name, NULL);
}

static int
mode_of(const char *path)
{
  GStatBuf about;
  ck_assert_int_eq(g_stat(path, &about), 0);
  return (int)(about.st_mode & 0777);
}

START_TEST(test_private_folders)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *outer = in_base("a"), *inner = in_base("a/b");
  g_autofree char *open = in_base("open"), *file = in_base("file");
  g_autofree char *below = in_base("file/c");
  const mode_t mask = umask(022);
  ck_assert(cap_folder_make(open, &error));
  ck_assert(cap_folder_make_private(inner, &error));
  ck_assert_int_eq(mode_of(open), 0755);
  ck_assert_int_eq(mode_of(outer), 0700);
  ck_assert_int_eq(mode_of(inner), 0700);
  ck_assert(cap_folder_make_private(open, &error)); /* as it was */
  ck_assert_int_eq(mode_of(open), 0755);
  umask(mask);
  ck_assert(g_file_set_contents(file, "", 0, NULL));
  ck_assert(!cap_folder_make_private(below, &error));
  ck_assert(g_error_matches(error, CAP_ERROR, CAP_ERROR_OUTPUT));
  ck_assert_ptr_nonnull(strstr(error->message, below));
}
END_TEST

static void
put(const char *path, const char *text)
{
  ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static void
put_in(const CapOutputFolder *folder, const char *name, const char *text)
{
  g_autofree char *path = cap_output_folder_file(folder, name);
  put(path, text);
}

static void
ck_text(const char *folder, const char *name, const char *want)
{
  g_autofree char *path = g_build_filename(folder, name, NULL), *text = NULL;
  const gboolean there = g_file_get_contents(path, &text, NULL, NULL);
  ck_assert_msg(there == (want != NULL), "%s is %s", path,
                there ? "there" : "missing");
  if (want != NULL)
    ck_assert_str_eq(text, want);
}

static int
count_entries(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  int n = 0;
  while (dir != NULL && g_dir_read_name(dir) != NULL)
    n++;
  return n;
}

START_TEST(a_new_folder_appears_whole)
{
  g_autofree char *path = in_base("a/b/out");
  GError *error = NULL;
  g_autoptr(CapOutputFolder) folder =
      cap_output_folder_new(path, &kind, &error);
  cap_assert_no_error(error);
  put_in(folder, "result.json", "1");
  ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
  ck_assert(cap_output_folder_commit(folder, &error));
  cap_assert_no_error(error);
  ck_text(path, "result.json", "1");
  g_autofree char *parent = in_base("a/b");
  ck_assert_int_eq(count_entries(parent), 1);
}
END_TEST

START_TEST(what_is_not_committed_leaves_no_trace)
{
  g_autofree char *path = in_base("a/b/out");
  CapOutputFolder *folder = cap_output_folder_new(path, &kind, NULL);
  put_in(folder, "result.json", "1");
  cap_output_folder_free(folder);
  ck_assert_int_eq(count_entries(base), 0);

  g_autofree char *existing = in_base("empty");
  g_mkdir(existing, 0777);
  folder = cap_output_folder_new(existing, &kind, NULL);
  put_in(folder, "result.json", "1");
  cap_output_folder_free(folder);
  ck_assert_int_eq(count_entries(existing), 0);
}
END_TEST

START_TEST(an_earlier_result_is_replaced_and_the_rest_stays)
{
  g_autofree char *path = in_base("out");
  g_mkdir(path, 0777);
  g_autofree char *old = in_base("out/result.json");
  g_autofree char *stale = in_base("out/picture-07.png");
  g_autofree char *notes = in_base("out/notes.txt");
  put(old, "old");
  put(stale, "old");
  put(notes, "mine");
  GError *error = NULL;
  g_autoptr(CapOutputFolder) folder =
      cap_output_folder_new(path, &kind, &error);
  cap_assert_no_error(error);
  put_in(folder, "result.json", "new");
  put_in(folder, "picture-01.png", "new");
  ck_text(path, "result.json", "old");
  ck_assert(cap_output_folder_commit(folder, &error));
  ck_text(path, "result.json", "new");
  ck_text(path, "picture-01.png", "new");
  ck_text(path, "picture-07.png", NULL);
  ck_text(path, "notes.txt", "mine");
  ck_assert_int_eq(count_entries(path), 3);
}
END_TEST

START_TEST(other_peoples_folders_are_refused)
{
  g_autofree char *path = in_base("home");
  g_autofree char *file = in_base("home/thesis.txt");
  g_mkdir(path, 0777);
  put(file, "mine");
  GError *error = NULL;
  ck_assert_ptr_null(cap_output_folder_new(path, &kind, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
  ck_assert_ptr_nonnull(strstr(error->message, "thesis.txt"));
  g_clear_error(&error);
  ck_assert_ptr_null(cap_output_folder_new(file, &kind, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
  ck_assert_ptr_nonnull(strstr(error->message, "not a folder"));
  g_clear_error(&error);
  ck_text(path, "thesis.txt", "mine");
}
END_TEST

START_TEST(a_file_in_the_way_of_a_parent_is_named)
{
  g_autofree char *file = in_base("file");
  put(file, "mine");
  g_autofree char *path = in_base("file/sub/out");
  GError *error = NULL;
  ck_assert_ptr_null(cap_output_folder_new(path, &kind, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
  ck_assert_ptr_nonnull(strstr(error->message, file));
  g_clear_error(&error);
}
END_TEST

START_TEST(a_link_to_a_folder_is_followed)
{
  g_autofree char *target = in_base("target"), *link = in_base("link");
  g_mkdir(target, 0777);
  ck_assert_int_eq(symlink("target", link), 0);
  GError *error = NULL;
  g_autoptr(CapOutputFolder) folder =
      cap_output_folder_new(link, &kind, &error);
  cap_assert_no_error(error);
  put_in(folder, "result.json", "1");
  ck_assert(cap_output_folder_commit(folder, &error));
  ck_text(target, "result.json", "1");
  ck_assert(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("output_folder");
  TCase *tests = tcase_create("output_folder");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, test_private_folders);
  tcase_add_test(tests, a_new_folder_appears_whole);
  tcase_add_test(tests, what_is_not_committed_leaves_no_trace);
  tcase_add_test(tests, an_earlier_result_is_replaced_and_the_rest_stays);
  tcase_add_test(tests, other_peoples_folders_are_refused);
  tcase_add_test(tests, a_file_in_the_way_of_a_parent_is_named);
  tcase_add_test(tests, a_link_to_a_folder_is_followed);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
