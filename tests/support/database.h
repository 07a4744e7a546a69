/* What a review's file says, through SQLite itself. */
#pragma once

#include "tests/support/suite.h"

/* The first column of the first row that SQL gives, from the file at PATH; NULL
 * where there is none. Returns; g_free. */
char *cap_test_ask(const char *path, const char *sql);

#define cap_assert_answer(path, sql, wanted)                                   \
  do {                                                                         \
    g_autofree char *answer_ = cap_test_ask(path, sql);                        \
    ck_assert_pstr_eq(answer_, wanted);                                        \
  } while (0)
