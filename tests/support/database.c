/* Asking a review's file: see database.h. */
#include "tests/support/database.h"

#include <sqlite3.h>

#define PATIENCE_MS 5000 /* another process may be writing */

char *
cap_test_ask(const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
  sqlite3_busy_timeout(db, PATIENCE_MS);
  ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK,
                "%s: %s", sql, sqlite3_errmsg(db));
  char *answer = sqlite3_step(statement) == SQLITE_ROW
                     ? g_strdup((const char *)sqlite3_column_text(statement, 0))
                     : NULL;
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return answer;
}
