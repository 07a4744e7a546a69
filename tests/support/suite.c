/* libcheck set-up: see suite.h. */
#include "tests/support/suite.h"

#include "io/remove_tree.h"
#include <glib/gstdio.h>
#include <stdio.h>

int
cap_suite_run(Suite *suite)
{
  SRunner *runner = srunner_create(suite);
  srunner_set_tap(runner, "-");
  srunner_run_all(runner, CK_SILENT);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}

void
cap_test_skip(const char *name, const char *why)
{
  printf("# SKIP %s: %s\n", name, why);
  fflush(stdout);
}

char *
cap_test_data(const char *relative)
{
  const char *data = g_getenv("CAPSIGHT_DATA");
  if (data == NULL || *data == '\0')
    return NULL;
  char *path = g_build_filename(data, relative, NULL);
  if (!g_file_test(path, G_FILE_TEST_EXISTS))
    g_clear_pointer(&path, g_free);
  return path;
}

char *
cap_test_folder(void)
{
  GError *error = NULL;
  char *folder = g_dir_make_tmp("capsight-test-XXXXXX", &error);
  ck_assert_msg(folder != NULL, "no temporary folder: %s",
                error ? error->message : "");
  return folder;
}

void
cap_test_remove(char *folder)
{
  cap_remove_tree(folder);
  g_free(folder);
}
