/* libcheck, set up the way every suite here runs: TAP on stdout, which meson
 * and .ci/summary count. A test without its data says so with cap_test_skip. */
#pragma once

#include <check.h>
#include <glib.h>

/* Runs SUITE (takes it) and returns the exit status for main(). */
int cap_suite_run(Suite *suite);
/* Prints "# SKIP NAME: WHY"; return from the test right after it. */
void cap_test_skip(const char *name, const char *why);
/* $CAPSIGHT_DATA/RELATIVE when that exists, else NULL. Caller frees. */
char *cap_test_data(const char *relative);
/* A new empty folder under $TMPDIR, removed with cap_test_remove. */
char *cap_test_folder(void);
void cap_test_remove(char *folder); /* takes FOLDER */

#define cap_assert_no_error(error)                                             \
  ck_assert_msg((error) == NULL, "unexpected error: %s",                       \
                (error) ? (error)->message : "")
#define cap_assert_error(error, error_code)                                    \
  ck_assert_msg(g_error_matches((error), CAP_ERROR, (error_code)),             \
                "expected %s, got: %s", #error_code,                           \
                (error) ? (error)->message : "no error")
