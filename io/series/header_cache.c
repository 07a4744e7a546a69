/* Cache of headers: see header_cache.h. */
#include "io/series/header_cache.h"

#include "core/folder.h"
#include "io/dicom/dicom_record.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_CACHE_BYTES ((gint64)1 << 30)

struct CapHeaderCache {
  sqlite3 *db;
  char *path;
  sqlite3_stmt *select;
  gboolean broken; /* the file is to go when it is closed */
  GMutex lock;
};

static gboolean
run(sqlite3 *db, const char *sql)
{
  return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* A cache of another layout is emptied rather than converted. */
static gboolean
prepare_tables(sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  int found = 0;
  if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) ==
          SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    found = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  const int wanted = cap_dicom_record_version();
  g_autofree char *stamp = g_strdup_printf("PRAGMA user_version = %d", wanted);
  if (found != wanted && !run(db, "DROP TABLE IF EXISTS headers"))
    return FALSE;
  return run(db, "CREATE TABLE IF NOT EXISTS headers (path TEXT PRIMARY KEY, "
                 "changed_ns INTEGER, bytes INTEGER, facts BLOB) "
                 "WITHOUT ROWID") &&
         run(db, stamp);
}

/* Files of folders that are opened no more leave their entries: the whole
 * starts anew when they are many. */
static void
drop_if_huge(const char *path)
{
  struct stat about;
  if (stat(path, &about) == 0 && about.st_size > MAX_CACHE_BYTES)
    g_unlink(path);
}

static gboolean
is_broken(const CapHeaderCache *cache)
{
  const int cause = sqlite3_errcode(cache->db);
  return cause == SQLITE_NOTADB || cause == SQLITE_CORRUPT;
}

char *
cap_header_cache_path(void)
{
  return g_build_filename(g_get_user_cache_dir(), "capsight", "headers.sqlite",
                          NULL);
}

/* NULL also when the file at PATH was no cache: then it is gone. */
static CapHeaderCache *
open_at(const char *path)
{
  /* Headers name patients: created for the owner alone. */
  const int fd = g_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return NULL;
  close(fd);
  CapHeaderCache *cache = g_new0(CapHeaderCache, 1);
  g_mutex_init(&cache->lock);
  cache->path = g_strdup(path);
  if (sqlite3_open_v2(path, &cache->db, SQLITE_OPEN_READWRITE, NULL) !=
          SQLITE_OK ||
      !run(cache->db, "PRAGMA synchronous = OFF") ||
      !prepare_tables(cache->db) ||
      sqlite3_prepare_v2(cache->db,
                         "SELECT facts FROM headers WHERE path = ? AND "
                         "changed_ns = ? AND bytes = ?",
                         -1, &cache->select, NULL) != SQLITE_OK) {
    cache->broken = is_broken(cache);
    g_clear_pointer(&cache, cap_header_cache_close);
  }
  return cache;
}

CapHeaderCache *
cap_header_cache_open(void)
{
  g_autofree char *path = cap_header_cache_path();
  g_autofree char *folder = g_path_get_dirname(path);
  if (!cap_folder_make_private(folder, NULL))
    return NULL;
  drop_if_huge(path);
  CapHeaderCache *cache = open_at(path);
  return cache != NULL ? cache : open_at(path);
}

void
cap_header_cache_close(CapHeaderCache *cache)
{
  if (cache == NULL)
    return;
  sqlite3_finalize(cache->select);
  sqlite3_close(cache->db);
  if (cache->broken)
    g_unlink(cache->path); /* the next one starts anew */
  g_free(cache->path);
  g_mutex_clear(&cache->lock);
  g_free(cache);
}

/* The part of the key that changes with the file. */
static gboolean
get_stamp(const char *path, gint64 *changed_ns, gint64 *n_bytes)
{
  struct stat about;
  if (stat(path, &about) != 0 || !S_ISREG(about.st_mode))
    return FALSE;
  *changed_ns = about.st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) +
                about.st_mtim.tv_nsec;
  *n_bytes = about.st_size;
  return TRUE;
}

static void
bind_key(sqlite3_stmt *statement, const char *path, gint64 changed_ns,
         gint64 n_bytes)
{
  sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
  sqlite3_bind_int64(statement, 2, changed_ns);
  sqlite3_bind_int64(statement, 3, n_bytes);
}

CapDicomFile *
cap_header_cache_find(CapHeaderCache *cache, const char *path)
{
  gint64 changed_ns, n_bytes;
  g_autoptr(GBytes) bytes = NULL;
  if (!get_stamp(path, &changed_ns, &n_bytes))
    return NULL;
  g_mutex_lock(&cache->lock);
  bind_key(cache->select, path, changed_ns, n_bytes);
  if (sqlite3_step(cache->select) == SQLITE_ROW)
    bytes = g_bytes_new(sqlite3_column_blob(cache->select, 0),
                        sqlite3_column_bytes(cache->select, 0));
  else
    cache->broken = cache->broken || is_broken(cache);
  sqlite3_reset(cache->select);
  g_mutex_unlock(&cache->lock);
  if (bytes == NULL)
    return NULL;
  g_autoptr(GVariant) record = g_variant_ref_sink(g_variant_new_from_bytes(
      G_VARIANT_TYPE(CAP_DICOM_RECORD_TYPE), bytes, FALSE));
  return cap_dicom_record_unpack(path, record);
}

static void
store_one(sqlite3_stmt *insert, const CapDicomFile *file)
{
  gint64 changed_ns, n_bytes;
  /* A file that cannot be read today may be readable tomorrow. */
  if (file->prescan.status == CAP_PRESCAN_UNREADABLE ||
      !get_stamp(file->path, &changed_ns, &n_bytes) ||
      (file->prescan.file_size > 0 &&
       file->prescan.file_size != (guint64)n_bytes))
    return;
  g_autoptr(GVariant) record = g_variant_ref_sink(cap_dicom_record_pack(file));
  bind_key(insert, file->path, changed_ns, n_bytes);
  sqlite3_bind_blob64(insert, 4, g_variant_get_data(record),
                      g_variant_get_size(record), SQLITE_STATIC);
  sqlite3_step(insert);
  sqlite3_reset(insert);
}

void
cap_header_cache_store(CapHeaderCache *cache, CapDicomFile *const *files, int n)
{
  sqlite3_stmt *insert = NULL;
  g_mutex_lock(&cache->lock);
  if (run(cache->db, "BEGIN") &&
      sqlite3_prepare_v2(cache->db,
                         "INSERT OR REPLACE INTO headers VALUES (?, ?, ?, ?)",
                         -1, &insert, NULL) == SQLITE_OK)
    for (int i = 0; i < n; i++)
      if (files[i] != NULL)
        store_one(insert, files[i]);
  sqlite3_finalize(insert);
  if (!run(cache->db, "COMMIT"))
    cache->broken = cache->broken || is_broken(cache);
  g_mutex_unlock(&cache->lock);
}

/* Of FOLDER and what is below it; ended by what sorts after every such path. */
static GPtrArray *
kept_below(CapHeaderCache *cache, const char *folder)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *from = g_build_filename(folder, "/", NULL);
  g_autofree char *to = g_strdup(from);
  to[strlen(to) - 1]++;
  sqlite3_stmt *select = NULL;
  if (sqlite3_prepare_v2(cache->db,
                         "SELECT path FROM headers WHERE path > ? AND path < ?",
                         -1, &select, NULL) == SQLITE_OK) {
    sqlite3_bind_text(select, 1, from, -1, SQLITE_STATIC);
    sqlite3_bind_text(select, 2, to, -1, SQLITE_STATIC);
    while (sqlite3_step(select) == SQLITE_ROW)
      g_ptr_array_add(paths,
                      g_strdup((const char *)sqlite3_column_text(select, 0)));
  }
  sqlite3_finalize(select);
  return paths;
}

void
cap_header_cache_forget(CapHeaderCache *cache, const char *folder,
                        const GPtrArray *there)
{
  g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < there->len; i++)
    g_hash_table_add(known, there->pdata[i]);
  sqlite3_stmt *delete = NULL;
  g_mutex_lock(&cache->lock);
  g_autoptr(GPtrArray) kept = kept_below(cache, folder);
  if (run(cache->db, "BEGIN") &&
      sqlite3_prepare_v2(cache->db, "DELETE FROM headers WHERE path = ?", -1,
                         &delete, NULL) == SQLITE_OK)
    for (guint i = 0; i < kept->len; i++) {
      if (g_hash_table_contains(known, kept->pdata[i]))
        continue;
      sqlite3_bind_text(delete, 1, kept->pdata[i], -1, SQLITE_STATIC);
      sqlite3_step(delete);
      sqlite3_reset(delete);
    }
  sqlite3_finalize(delete);
  run(cache->db, "COMMIT");
  g_mutex_unlock(&cache->lock);
}
