/* Instances from an archive in the folder where they gather: see staging.h. */
#include "io/archive/staging.h"

#include "core/error.h"
#include "core/folder.h"
#include "io/archive/manifest.h"
#include "io/remove_tree.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define INCOMING "incoming" /* how names of pieces start */

/* A series' place: its number and that of its last file. */
typedef struct {
  int number, last;
} Place;

struct CapStaging {
  char *folder, *path; /* where instances end up; where they gather */
  gboolean finished;
  GHashTable *entries; /* sop_uid (of the entry): CapManifestEntry that is
                          there */
  GPtrArray *staged;   /* of CapManifestEntry, borrowed: those that gather */
  GHashTable *places;  /* series_uid: Place */
  int last_series;
  int manifest; /* of PATH, open for appending, locked */
};

static Place *
place_of(CapStaging *s, const char *series_uid)
{
  Place *place = g_hash_table_lookup(s->places, series_uid);
  if (place == NULL) {
    place = g_new0(Place, 1);
    place->number = ++s->last_series;
    g_hash_table_insert(s->places, g_strdup(series_uid), place);
  }
  return place;
}

/* The entries of FOLDER's manifest whose files are whole. STAGED also looks
 * into the final folder: a move may have been interrupted. */
static void
load_manifest(CapStaging *s, const char *folder, gboolean staged)
{
  g_autoptr(GPtrArray) entries = cap_manifest_read(folder);
  for (guint i = 0; i < entries->len; i++) {
    CapManifestEntry *entry = entries->pdata[i];
    /* Numbers are never used again, even of files that are gone. */
    Place *place = place_of(s, entry->series_uid);
    place->number = entry->series;
    place->last = MAX(place->last, entry->number);
    s->last_series = MAX(s->last_series, entry->series);
    if (cap_staging_has(s, entry->sop_uid) ||
        (!cap_manifest_is_there(folder, entry) &&
         !(staged && cap_manifest_is_there(s->folder, entry))))
      continue;
    entries->pdata[i] = NULL; /* the table's from here on */
    g_hash_table_replace(s->entries, entry->sop_uid, entry);
    if (staged)
      g_ptr_array_add(s->staged, entry);
  }
}

/* Pieces that a killed program left behind. */
static void
remove_pieces(const CapStaging *s)
{
  g_autoptr(GDir) dir = g_dir_open(s->path, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    if (g_str_has_prefix(name, INCOMING)) {
      g_autofree char *path = g_build_filename(s->path, name, NULL);
      cap_remove_tree(path);
    }
}

/* ---- opening ---- */

/* FOLDER is absent, empty, or has a manifest. */
static gboolean
check_folder(const char *folder, GError **error)
{
  g_autofree char *manifest = g_build_filename(folder, CAP_MANIFEST_NAME, NULL);
  if (!g_file_test(folder, G_FILE_TEST_EXISTS) ||
      g_file_test(manifest, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_autoptr(GError) cause = NULL;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, &cause);
  const char *name = dir != NULL ? g_dir_read_name(dir) : NULL;
  if (dir != NULL && name == NULL)
    return TRUE;
  if (dir == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "output cannot go to “%s”: it is no folder that can be read",
                folder);
  else
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "output folder “%s” holds “%s” but nothing from an archive; "
                "choose an empty or a new folder",
                folder, name);
  return FALSE;
}

CapStaging *
cap_staging_open(const char *folder, GError **error)
{
  g_autoptr(CapStaging) s = g_new0(CapStaging, 1);
  s->manifest = -1;
  s->folder = g_canonicalize_filename(folder, NULL);
  s->path = g_strconcat(s->folder, ".incomplete", NULL);
  s->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                     (GDestroyNotify)cap_manifest_entry_free);
  s->staged = g_ptr_array_new();
  s->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (!check_folder(s->folder, error) || !check_folder(s->path, error))
    return NULL;
  if (!cap_folder_make(s->path, error))
    return NULL;
  s->manifest = cap_manifest_open(s->path, error);
  if (s->manifest < 0)
    return NULL;
  remove_pieces(s);
  load_manifest(s, s->folder, FALSE);
  load_manifest(s, s->path, TRUE);
  return g_steal_pointer(&s);
}

void
cap_staging_free(CapStaging *s)
{
  if (s == NULL)
    return;
  if (s->manifest >= 0)
    close(s->manifest);
  /* Nothing came: leave no trace of having asked. */
  if (!s->finished && s->staged->len == 0 && s->manifest >= 0)
    cap_remove_tree(s->path);
  g_ptr_array_unref(s->staged);
  g_hash_table_unref(s->entries);
  g_hash_table_unref(s->places);
  g_free(s->folder);
  g_free(s->path);
  g_free(s);
}

gboolean
cap_staging_has(const CapStaging *s, const char *sop_uid)
{
  return g_hash_table_contains(s->entries, sop_uid);
}

const char *
cap_staging_path(const CapStaging *s)
{
  return s->finished ? s->folder : s->path;
}

/* ---- gathering ---- */

char *
cap_staging_incoming(const CapStaging *s)
{
  return g_build_filename(s->path, INCOMING, NULL);
}

char *
cap_staging_inbox(const CapStaging *s, GError **error)
{
  g_autofree char *path = g_build_filename(s->path, INCOMING "-XXXXXX", NULL);
  if (g_mkdtemp(path) != NULL)
    return g_steal_pointer(&path);
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT, "“%s” cannot be made: %s",
              path, g_strerror(errno));
  return NULL;
}

gboolean
cap_staging_put(CapStaging *s, const char *path, const char *sop_uid,
                const char *series_uid, guint64 n_bytes, GError **error)
{
  /* A comma or a quote would have to be a UID that is none. */
  const char *series = strpbrk(series_uid, ",\"\r\n") == NULL ? series_uid : "";
  Place *place = place_of(s, series);
  CapManifestEntry *entry = cap_manifest_entry_new(
      sop_uid, series, place->number, place->last + 1, n_bytes);
  g_autofree char *to = g_build_filename(s->path, entry->file, NULL);
  g_autofree char *folder = g_path_get_dirname(to);
  if ((g_mkdir(folder, 0777) != 0 && errno != EEXIST) ||
      g_rename(path, to) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE, "cannot write “%s”: %s", to,
                g_strerror(errno));
    cap_manifest_entry_free(entry);
    return FALSE;
  }
  if (!cap_manifest_append(s->manifest, s->path, entry, error)) {
    cap_manifest_entry_free(entry);
    return FALSE;
  }
  place->last++;
  g_hash_table_replace(s->entries, entry->sop_uid, entry);
  g_ptr_array_add(s->staged, entry);
  return TRUE;
}

/* ---- into place ---- */

static gboolean
move_entry(CapStaging *s, const CapManifestEntry *entry, GError **error)
{
  g_autofree char *from = g_build_filename(s->path, entry->file, NULL);
  g_autofree char *to = g_build_filename(s->folder, entry->file, NULL);
  g_autofree char *folder = g_path_get_dirname(to);
  if (!g_file_test(from, G_FILE_TEST_EXISTS) &&
      cap_manifest_is_there(s->folder, entry))
    return TRUE; /* moved before an interruption */
  if (g_mkdir_with_parents(folder, 0777) == 0 && g_rename(from, to) == 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE, "cannot write “%s”: %s", to,
              g_strerror(errno));
  return FALSE;
}

static gboolean
move_into(CapStaging *s, GError **error)
{
  for (guint i = 0; i < s->staged->len; i++)
    if (!move_entry(s, s->staged->pdata[i], error))
      return FALSE;
  g_autoptr(GPtrArray) all = g_ptr_array_new();
  GHashTableIter iter;
  gpointer entry;
  g_hash_table_iter_init(&iter, s->entries);
  while (g_hash_table_iter_next(&iter, NULL, &entry))
    g_ptr_array_add(all, entry);
  if (!cap_manifest_save(s->folder, all, error))
    return FALSE;
  cap_remove_tree(s->path);
  return TRUE;
}

gboolean
cap_staging_finish(CapStaging *s, GError **error)
{
  remove_pieces(s);
  const gboolean existed = g_file_test(s->folder, G_FILE_TEST_EXISTS);
  g_rmdir(s->folder); /* an empty one gives way to ours */
  if (existed && g_file_test(s->folder, G_FILE_TEST_EXISTS)) {
    if (!move_into(s, error))
      return FALSE;
  } else if (g_rename(s->path, s->folder) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
                "“%s” cannot be renamed to “%s”: %s", s->path, s->folder,
                g_strerror(errno));
    return FALSE;
  }
  s->finished = TRUE;
  return TRUE;
}
