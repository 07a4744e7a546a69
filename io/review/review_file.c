/* The file of a review: see review_file.h. */
#include "io/review/review_file.h"

#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define APPLICATION_ID 0x43617052 /* "CapR", in the file's header */
#define WAIT_MS 5000              /* for another program that is writing */
#define MAX_MASK_VOXELS ((guint64)1 << 31)

static const char schema[] =
    "CREATE TABLE series (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE action (id INTEGER PRIMARY KEY, at TEXT NOT NULL,"
    " reader TEXT NOT NULL, kind TEXT NOT NULL,"
    " about INTEGER REFERENCES action, note TEXT NOT NULL);"
    "CREATE TABLE mask (id INTEGER PRIMARY KEY, first_column INTEGER NOT NULL,"
    " first_row INTEGER NOT NULL, first_slice INTEGER NOT NULL,"
    " columns INTEGER NOT NULL, rows INTEGER NOT NULL,"
    " slices INTEGER NOT NULL, voxels BLOB NOT NULL);"
    "CREATE TABLE version (id INTEGER PRIMARY KEY, entity TEXT NOT NULL,"
    " item INTEGER NOT NULL, content TEXT NOT NULL,"
    " mask INTEGER REFERENCES mask);"
    "CREATE TABLE change (action INTEGER NOT NULL REFERENCES action,"
    " entity TEXT NOT NULL, item INTEGER NOT NULL,"
    " before INTEGER REFERENCES version, after INTEGER REFERENCES version,"
    " PRIMARY KEY (action, entity, item)) WITHOUT ROWID;"
    "CREATE INDEX change_of_item ON change (entity, item, action);"
    /* For people with a database browser; the program reads the log. */
    "CREATE VIEW finding AS SELECT c.item AS id,"
    " json_extract(v.content, '$.status') AS status,"
    " coalesce(json_extract(v.content, '$.comment'), '') AS comment,"
    " json_extract(v.content, '$.probability') AS probability,"
    " json_extract(v.content, '$.mean_diameter_mm') AS mean_diameter_mm,"
    " json_extract(v.content, '$.volume_mm3') AS volume_mm3,"
    " v.content AS content FROM change c JOIN version v ON v.id = c.after"
    " WHERE c.entity = 'finding' AND c.action = (SELECT max(d.action) FROM"
    " change d WHERE d.entity = c.entity AND d.item = c.item);";

/* What version 2 added. */
static const char schema_2[] =
    "CREATE VIEW measurement AS SELECT c.item AS id,"
    " json_extract(v.content, '$.kind') AS kind,"
    " json_extract(v.content, '$.name') AS name,"
    " v.content AS content FROM change c JOIN version v ON v.id = c.after"
    " WHERE c.entity = 'measurement' AND c.action = (SELECT max(d.action) FROM"
    " change d WHERE d.entity = c.entity AND d.item = c.item);";

static const char *const entity_names[CAP_REVIEW_N_ENTITIES] = {
    "scan", "finding", "key-image", "measurement"};

const char *
cap_review_entity_name(CapReviewEntity entity)
{
  return entity_names[entity];
}

int
cap_review_entity_parse(const char *word)
{
  for (int i = 0; i < CAP_REVIEW_N_ENTITIES; i++)
    if (g_strcmp0(word, entity_names[i]) == 0)
      return i;
  return -1;
}

gboolean
cap_review_file_fail(sqlite3 *db, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
              "the review %s could not be saved: %s",
              sqlite3_db_filename(db, "main"), sqlite3_errmsg(db));
  return FALSE;
}

gboolean
cap_review_file_run(sqlite3 *db, const char *sql, GError **error)
{
  return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ||
         cap_review_file_fail(db, error);
}

sqlite3_stmt *
cap_review_file_prepare(sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK)
    return statement;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "%s is not a review that this version understands: %s",
              sqlite3_db_filename(db, "main"), sqlite3_errmsg(db));
  return NULL;
}

gboolean
cap_review_file_finish(sqlite3 *db, sqlite3_stmt *statement, GError **error)
{
  const int result = sqlite3_step(statement);
  sqlite3_finalize(statement);
  return result == SQLITE_DONE || cap_review_file_fail(db, error);
}

/* ---- opening ---- */

static int
pragma_int(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  int value = -1; /* cannot be read */
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    value = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

/* One transaction: a file with some of the tables cannot come about. */
static gboolean
create(sqlite3 *db, GError **error)
{
  g_autofree char *stamps =
      g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d;",
                      APPLICATION_ID, CAP_REVIEW_VERSION);
  if (cap_review_file_run(db, "BEGIN IMMEDIATE", error) &&
      (pragma_int(db, "PRAGMA application_id") == APPLICATION_ID ||
       (cap_review_file_run(db, schema, error) &&
        cap_review_file_run(db, schema_2, error) &&
        cap_review_file_run(db, stamps, error))) &&
      cap_review_file_run(db, "COMMIT", error))
    return TRUE;
  sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

/* A file of version 1 becomes one of this version, or stays as it is. */
static gboolean
upgrade(sqlite3 *db, GError **error)
{
  if (!cap_review_file_run(db, "BEGIN IMMEDIATE", error))
    return FALSE;
  /* Unless another window has been quicker. */
  if ((pragma_int(db, "PRAGMA user_version") >= 2 ||
       (cap_review_file_run(db, schema_2, error) &&
        cap_review_file_run(db, "PRAGMA user_version = 2", error))) &&
      cap_review_file_run(db, "COMMIT", error))
    return TRUE;
  sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

static gboolean
is_sound(sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  gboolean sound = FALSE;
  if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL) ==
          SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    sound =
        g_strcmp0((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
  sqlite3_finalize(statement);
  return sound;
}

static gboolean
check(sqlite3 *db, const char *path, GError **error)
{
  const int id = pragma_int(db, "PRAGMA application_id");
  const int version = pragma_int(db, "PRAGMA user_version");
  if (id == APPLICATION_ID && version > CAP_REVIEW_VERSION)
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                "%s was written by a later version of Capsight (reviews of "
                "version %d; this one knows %d): open it with that version. It "
                "was left as it is",
                path, version, CAP_REVIEW_VERSION);
  else if (id != APPLICATION_ID || version < 1)
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s is not a review: %s",
                path, id < 0 ? sqlite3_errmsg(db) : "another program's file");
  else if (!is_sound(db))
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the review %s is damaged; restore it from a copy, or move it "
                "away to start a new one",
                path);
  else
    return TRUE;
  return FALSE;
}

/* For the owner alone, which SQLite would leave to the umask. */
static gboolean
touch(const char *path, GError **error)
{
  const int fd = g_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "the review %s cannot be written: %s", path, g_strerror(errno));
    return FALSE;
  }
  close(fd);
  return TRUE;
}

static gboolean
is_new(sqlite3 *db)
{
  return pragma_int(db, "PRAGMA application_id") == 0 &&
         pragma_int(db, "SELECT count(*) FROM sqlite_master") == 0;
}

sqlite3 *
cap_review_file_open(const char *path, gboolean writable, GError **error)
{
  if (writable && path != NULL && !touch(path, error))
    return NULL;
  sqlite3 *db = NULL;
  /* Also to read: what a killed program left half-done is rolled back first.
   * SQLite falls back by itself where the file may not be written. */
  if (sqlite3_open_v2(path ? path : ":memory:", &db, SQLITE_OPEN_READWRITE,
                      NULL) != SQLITE_OK) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "the review %s cannot be opened: %s", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    return NULL;
  }
  sqlite3_busy_timeout(db, WAIT_MS);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if ((writable && is_new(db) && !create(db, error)) ||
      !check(db, path, error) ||
      (writable && pragma_int(db, "PRAGMA user_version") < 2 &&
       !upgrade(db, error)) ||
      !cap_review_file_run(db,
                           "PRAGMA foreign_keys = ON;"
                           "PRAGMA synchronous = EXTRA;",
                           error)) {
    sqlite3_close(db);
    return NULL;
  }
  return db;
}

/* ---- series ---- */

char *
cap_review_file_series(sqlite3 *db, const char *key)
{
  sqlite3_stmt *statement = cap_review_file_prepare(
      db, "SELECT value FROM series WHERE key = ?", NULL);
  if (statement == NULL)
    return g_strdup("");
  sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
  const char *text = sqlite3_step(statement) == SQLITE_ROW
                         ? (const char *)sqlite3_column_text(statement, 0)
                         : NULL;
  char *copy = g_strdup(text ? text : "");
  sqlite3_finalize(statement);
  return copy;
}

gboolean
cap_review_file_set_series(sqlite3 *db, const char *key, const char *value,
                           GError **error)
{
  sqlite3_stmt *statement = cap_review_file_prepare(
      db, "INSERT OR REPLACE INTO series VALUES (?, ?)", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
  return cap_review_file_finish(db, statement, error);
}

/* ---- masks ---- */

gint64
cap_review_file_add_mask(sqlite3 *db, const CapMask *mask, GError **error)
{
  const uLong n = (uLong)mask->columns * mask->rows * mask->slices;
  uLongf n_packed = compressBound(n);
  g_autofree Bytef *packed = g_try_malloc(n_packed);
  if (packed == NULL ||
      compress2(packed, &n_packed, mask->voxels, n, 6) != Z_OK) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to save a mask of %lu voxels", n);
    return 0;
  }
  sqlite3_stmt *statement = cap_review_file_prepare(
      db, "INSERT INTO mask VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", error);
  if (statement == NULL)
    return 0;
  const int numbers[] = {mask->first[0], mask->first[1], mask->first[2],
                         mask->columns,  mask->rows,     mask->slices};
  for (int i = 0; i < 6; i++)
    sqlite3_bind_int(statement, i + 1, numbers[i]);
  sqlite3_bind_blob64(statement, 7, packed, n_packed, SQLITE_STATIC);
  return cap_review_file_finish(db, statement, error)
             ? sqlite3_last_insert_rowid(db)
             : 0;
}

/* The row that STATEMENT stands on, which nobody vouches for. */
static CapMask *
unpack(sqlite3_stmt *statement, GError **error)
{
  gint64 number[6];
  gboolean sane = TRUE;
  for (int i = 0; i < 6; i++) {
    number[i] = sqlite3_column_int64(statement, i);
    sane = sane && ABS(number[i]) <= 1 << 20 && (i < 3 || number[i] >= 1);
  }
  if (!sane || (guint64)number[3] * (guint64)number[4] >
                   MAX_MASK_VOXELS / (guint64)number[5]) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA,
                        "the review holds a mask of an impossible size");
    return NULL;
  }
  g_autoptr(CapMask) mask =
      cap_mask_new((int)number[3], (int)number[4], (int)number[5], error);
  if (mask == NULL)
    return NULL;
  uLongf n = (uLongf)(number[3] * number[4] * number[5]);
  const uLongf wanted = n;
  for (int i = 0; i < 3; i++)
    mask->first[i] = (int)number[i];
  if (uncompress(mask->voxels, &n, sqlite3_column_blob(statement, 6),
                 (uLong)sqlite3_column_bytes(statement, 6)) != Z_OK ||
      n != wanted) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA,
                        "the review holds a mask that is damaged");
    return NULL;
  }
  return g_steal_pointer(&mask);
}

CapMask *
cap_review_file_mask(sqlite3 *db, gint64 row, GError **error)
{
  sqlite3_stmt *statement = cap_review_file_prepare(
      db,
      "SELECT first_column, first_row, first_slice, columns, rows, slices, "
      "voxels FROM mask WHERE id = ?",
      error);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64(statement, 1, row);
  CapMask *mask = NULL;
  if (sqlite3_step(statement) == SQLITE_ROW)
    mask = unpack(statement, error);
  else
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_DATA,
                        "the review lacks a mask that it refers to");
  sqlite3_finalize(statement);
  return mask;
}
