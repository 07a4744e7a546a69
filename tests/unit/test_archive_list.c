/* The list of archives while it is changed: what the command line then reads,
 * what stays, where a password goes, and what is refused in which field. */
#include "core/error.h"
#include "io/archive/archive_list.h"
#include "tests/support/suite.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder, *path;

static void
set_up(void)
{
  folder = cap_test_folder();
  path = g_build_filename(folder, "capsight", "archives.ini", NULL);
}

static void
tear_down(void)
{
  g_clear_pointer(&path, g_free);
  cap_test_remove(g_steal_pointer(&folder));
}

static CapArchiveEntry *
entry_new(const char *name, const char *const *pairs)
{
  CapArchiveEntry *entry = cap_archive_entry_new(name);
  for (int i = 0; pairs[i] != NULL; i += 2)
    cap_archive_entry_set(entry, pairs[i], pairs[i + 1]);
  return entry;
}

#define ENTRY(name, ...)                                                       \
  entry_new(name, (const char *const[]){__VA_ARGS__, NULL})

static void
put(const char *replaces, CapArchiveEntry *entry, const char *password)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapArchiveEntry) own = entry;
  ck_assert(cap_archive_list_put(path, replaces, own, password, NULL, &error));
  cap_assert_no_error(error);
}

static CapArchiveSettings *
read_back(const char *name)
{
  g_autoptr(GError) error = NULL;
  CapArchiveSettings *settings = cap_archive_settings_read(path, name, &error);
  cap_assert_no_error(error);
  return settings;
}

static char *
contents(void)
{
  char *text = NULL;
  ck_assert(g_file_get_contents(path, &text, NULL, NULL));
  return text;
}

static guint
n_files(void)
{
  g_autofree char *in = g_path_get_dirname(path);
  g_autoptr(GDir) dir = g_dir_open(in, 0, NULL);
  guint n = 0;
  while (dir != NULL && g_dir_read_name(dir) != NULL)
    n++;
  return n;
}

START_TEST(what_is_put_is_what_the_command_line_reads)
{
  put(NULL, ENTRY("web", "url", "https://pacs.example.org/dicom-web/"), NULL);
  put(NULL,
      ENTRY("old", "kind", "dimse", "host", "10.0.0.5", "port", "11112",
            "ae-title", "PACS", "tls", "yes", "receive-port", "0"),
      NULL);
  g_autoptr(CapArchiveSettings) web = read_back("web");
  ck_assert_str_eq(web->url, "https://pacs.example.org/dicom-web");
  g_autoptr(CapArchiveSettings) old = read_back("old");
  ck_assert_int_eq(old->kind, CAP_ARCHIVE_DIMSE);
  ck_assert_int_eq(old->port, 11112);
  ck_assert(old->tls);
  GStatBuf about;
  ck_assert_int_eq(g_stat(path, &about), 0);
  ck_assert_int_eq(about.st_mode & 0077, 0);
  ck_assert_uint_eq(n_files(), 1); /* no temporary one is left */
}
END_TEST

START_TEST(what_nobody_changes_stays)
{
  g_autofree char *in = g_path_get_dirname(path);
  g_mkdir(in, 0777);
  ck_assert(g_file_set_contents(path,
                                "# ours\n[a]\nurl=http://a.example\ntries=7\n"
                                "\n# theirs\n[b]\nurl=http://b.example\n",
                                -1, NULL));
  g_autoptr(CapArchiveEntry) a = cap_archive_list_read(path, "a", NULL);
  ck_assert_str_eq(cap_archive_entry_get(a, "tries"), "7");
  cap_archive_entry_set(a, "url", "http://c.example");
  put("a", g_steal_pointer(&a), NULL);
  g_autoptr(CapArchiveSettings) changed = read_back("a");
  ck_assert_str_eq(changed->url, "http://c.example");
  ck_assert_int_eq(changed->tries, 7);
  g_autofree char *text = contents();
  ck_assert_ptr_nonnull(strstr(text, "# ours\n"));
  ck_assert_ptr_nonnull(
      strstr(text, "# theirs\n\n[b]\nurl=http://b.example\n"));
  /* Another name is another place, and no second archive. */
  put("a", ENTRY("z", "url", "http://c.example"), NULL);
  g_auto(GStrv) names = cap_archive_settings_names(path, NULL);
  g_autofree char *all = g_strjoinv(",", names);
  ck_assert_str_eq(all, "b,z");
}
END_TEST

START_TEST(a_password_is_in_a_file_of_its_own_until_it_is_not_needed)
{
  put(NULL, ENTRY("web", "url", "https://pacs.example.org", "user", "reader"),
      "s3cret");
  g_autofree char *text = contents();
  ck_assert_ptr_null(strstr(text, "s3cret"));
  g_autoptr(CapArchiveSettings) web = read_back("web");
  ck_assert_str_eq(web->password, "s3cret");
  ck_assert_uint_eq(n_files(), 2);
  g_autoptr(CapArchiveEntry) kept = cap_archive_list_read(path, "web", NULL);
  g_autofree char *in = g_path_get_dirname(path);
  g_autofree char *file =
      g_build_filename(in, cap_archive_entry_get(kept, "password-file"), NULL);
  GStatBuf about;
  ck_assert_int_eq(g_stat(file, &about), 0);
  ck_assert_int_eq(about.st_mode & 0777, 0600);
  /* Renamed with it; another one takes its place; removed with its archive. */
  put("web",
      ENTRY("new", "url", "https://pacs.example.org", "user", "reader",
            "password-file", cap_archive_entry_get(kept, "password-file")),
      NULL);
  g_autoptr(CapArchiveSettings) renamed = read_back("new");
  ck_assert_str_eq(renamed->password, "s3cret");
  put("new", ENTRY("new", "url", "https://pacs.example.org", "user", "reader"),
      "other");
  ck_assert(!g_file_test(file, G_FILE_TEST_EXISTS));
  g_autoptr(CapArchiveSettings) other = read_back("new");
  ck_assert_str_eq(other->password, "other");
  ck_assert(cap_archive_list_remove(path, "new", NULL));
  ck_assert_uint_eq(n_files(), 1);
}
END_TEST

START_TEST(a_users_own_password_file_is_left_alone)
{
  g_autofree char *own = g_build_filename(folder, "mine", NULL);
  ck_assert(g_file_set_contents(own, "own\n", -1, NULL));
  put(NULL,
      ENTRY("web", "url", "https://a.example", "user", "u", "password-file",
            own),
      NULL);
  ck_assert(cap_archive_list_remove(path, "web", NULL));
  ck_assert(g_file_test(own, G_FILE_TEST_EXISTS));
}
END_TEST

static const struct {
  const char *name, *pairs[11], *password, *key;
} faults[] = {
    {"", {"url", "https://a.example"}, NULL, "name"},
    {"a]b", {"url", "https://a.example"}, NULL, "name"},
    {"there", {"url", "https://a.example"}, NULL, "name"},
    {"a", {"user", "u"}, "p", "url"},
    {"a", {"url", "ftp://a.example"}, NULL, "url"},
    {"a", {"url", "https://u:p@a.example"}, NULL, "url"},
    {"a", {"url", "https://a.example", "user", "u"}, NULL, "password-file"},
    {"a", {"url", "https://a.example"}, "p", "user"},
    {"a",
     {"url", "https://a.example", "user", "u", "password-file", "/no/such"},
     NULL,
     "password-file"},
    {"a", {"url", "https://a.example", "certificate", "c.pem"}, NULL, "key"},
    {"a", {"kind", "dimse", "port", "104", "ae-title", "A"}, NULL, "host"},
    {"a",
     {"kind", "dimse", "host", "h", "port", "70000", "ae-title", "A"},
     NULL,
     "port"},
    {"a", {"kind", "dimse", "host", "h", "port", "104"}, NULL, "ae-title"},
    {"a",
     {"kind", "dimse", "host", "h", "port", "104", "ae-title",
      "SEVENTEEN_LETTERS"},
     NULL,
     "ae-title"},
};

START_TEST(a_fault_names_its_field_and_changes_nothing)
{
  put(NULL, ENTRY("there", "url", "https://there.example"), NULL);
  g_autofree char *before = contents();
  g_autoptr(GError) error = NULL;
  g_autofree char *key = NULL;
  g_autoptr(CapArchiveEntry) entry =
      entry_new(faults[_i].name, faults[_i].pairs);
  ck_assert(!cap_archive_list_put(path, NULL, entry, faults[_i].password, &key,
                                  &error));
  cap_assert_error(error, CAP_ERROR_CONFIG);
  ck_assert_str_eq(key, faults[_i].key);
  g_autofree char *after = contents();
  ck_assert_str_eq(before, after);
  ck_assert_uint_eq(n_files(), 1);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("archive_list");
  TCase *tests = tcase_create("archive_list");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, what_is_put_is_what_the_command_line_reads);
  tcase_add_test(tests, what_nobody_changes_stays);
  tcase_add_test(tests,
                 a_password_is_in_a_file_of_its_own_until_it_is_not_needed);
  tcase_add_test(tests, a_users_own_password_file_is_left_alone);
  tcase_add_loop_test(tests, a_fault_names_its_field_and_changes_nothing, 0,
                      G_N_ELEMENTS(faults));
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
