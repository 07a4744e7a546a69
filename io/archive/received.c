/* Instances on their way into a folder: see received.h. */
#include "io/archive/received.h"

#include "core/error.h"
#include "core/language.h"
#include "io/archive/manifest.h"
#include "io/atomic_file.h"
#include "io/dicom/dicom_file.h"
#include "io/remove_tree.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PROBLEMS 20

/* A series' place: its number and that of its last file. */
typedef struct {
  int number, last;
} Place;

struct CapReceived {
  const CapArchiveSettings *settings;
  char *folder, *staging;
  gboolean finished;
  GHashTable *entries; /* sop_uid (of the entry): CapManifestEntry that is
                          there */
  GPtrArray *
      staged; /* of CapManifestEntry, borrowed: those of the staging manifest */
  GHashTable *places; /* series_uid: Place */
  int last_series;
  GPtrArray *wanted; /* of char * */
  GHashTable *is_wanted;
  int manifest; /* of the staging folder, open for appending, locked */
  CapAtomicFile *incoming;
  guint64 incoming_bytes, n_bytes, n_dropped_bytes;
  int n_new, n_there; /* came in this run; wanted and there */
  GPtrArray *problems;
};

static Place *
place_of(CapReceived *r, const char *series_uid)
{
  Place *place = g_hash_table_lookup(r->places, series_uid);
  if (place == NULL) {
    place = g_new0(Place, 1);
    place->number = ++r->last_series;
    g_hash_table_insert(r->places, g_strdup(series_uid), place);
  }
  return place;
}

/* The entries of FOLDER's manifest whose files are whole. STAGED also looks
 * into the final folder: a move may have been interrupted. */
static void
load_manifest(CapReceived *r, const char *folder, gboolean staged)
{
  g_autoptr(GPtrArray) entries = cap_manifest_read(folder);
  for (guint i = 0; i < entries->len; i++) {
    CapManifestEntry *entry = entries->pdata[i];
    /* Numbers are never used again, even of files that are gone. */
    Place *place = place_of(r, entry->series_uid);
    place->number = entry->series;
    place->last = MAX(place->last, entry->number);
    r->last_series = MAX(r->last_series, entry->series);
    if (cap_received_has(r, entry->sop_uid) ||
        (!cap_manifest_is_there(folder, entry) &&
         !(staged && cap_manifest_is_there(r->folder, entry))))
      continue;
    entries->pdata[i] = NULL; /* the table's from here on */
    g_hash_table_replace(r->entries, entry->sop_uid, entry);
    if (staged)
      g_ptr_array_add(r->staged, entry);
  }
}

/* Pieces that a killed program left behind. */
static void
remove_pieces(const CapReceived *r)
{
  g_autoptr(GDir) dir = g_dir_open(r->staging, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    if (g_str_has_prefix(name, "incoming")) {
      g_autofree char *path = g_build_filename(r->staging, name, NULL);
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

CapReceived *
cap_received_new(const char *folder, const CapArchiveSettings *settings,
                 GError **error)
{
  g_autoptr(CapReceived) r = g_new0(CapReceived, 1);
  r->settings = settings;
  r->manifest = -1;
  r->folder = g_canonicalize_filename(folder, NULL);
  r->staging = g_strconcat(r->folder, ".incomplete", NULL);
  r->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                     (GDestroyNotify)cap_manifest_entry_free);
  r->staged = g_ptr_array_new();
  r->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  r->wanted = g_ptr_array_new_with_free_func(g_free);
  r->is_wanted = g_hash_table_new(g_str_hash, g_str_equal);
  r->problems = g_ptr_array_new_with_free_func(g_free);
  if (!check_folder(r->folder, error) || !check_folder(r->staging, error))
    return NULL;
  if (g_mkdir_with_parents(r->staging, 0777) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "output folder “%s” cannot be made: %s", r->staging,
                g_strerror(errno));
    return NULL;
  }
  r->manifest = cap_manifest_open(r->staging, error);
  if (r->manifest < 0)
    return NULL;
  remove_pieces(r);
  load_manifest(r, r->folder, FALSE);
  load_manifest(r, r->staging, TRUE);
  return g_steal_pointer(&r);
}

void
cap_received_free(CapReceived *r)
{
  if (r == NULL)
    return;
  cap_received_abort(r);
  if (r->manifest >= 0)
    close(r->manifest);
  /* Nothing came: leave no trace of having asked. */
  if (!r->finished && r->staged->len == 0 && r->manifest >= 0)
    cap_remove_tree(r->staging);
  g_ptr_array_unref(r->staged);
  g_hash_table_unref(r->entries);
  g_hash_table_unref(r->places);
  g_hash_table_unref(r->is_wanted);
  g_ptr_array_unref(r->wanted);
  g_ptr_array_unref(r->problems);
  g_free(r->folder);
  g_free(r->staging);
  g_free(r);
}

/* ---- what is wanted ---- */

gboolean
cap_received_has(const CapReceived *r, const char *sop_uid)
{
  return g_hash_table_contains(r->entries, sop_uid);
}

void
cap_received_want(CapReceived *r, const char *sop_uid)
{
  if (g_hash_table_contains(r->is_wanted, sop_uid))
    return;
  char *copy = g_strdup(sop_uid);
  g_ptr_array_add(r->wanted, copy);
  g_hash_table_add(r->is_wanted, copy);
  r->n_there += cap_received_has(r, sop_uid);
}

GPtrArray *
cap_received_missing(const CapReceived *r)
{
  GPtrArray *missing = g_ptr_array_new();
  for (guint i = 0; i < r->wanted->len; i++)
    if (!cap_received_has(r, r->wanted->pdata[i]))
      g_ptr_array_add(missing, r->wanted->pdata[i]);
  return missing;
}

int
cap_received_n_wanted(const CapReceived *r)
{
  return (int)r->wanted->len;
}

gboolean
cap_received_step(const CapReceived *r, const CapProgress *progress,
                  GError **error)
{
  return cap_progress_step(
      progress, N_("receiving"),
      r->wanted->len > 0 ? (double)r->n_there / r->wanted->len : 0, error);
}

/* ---- one instance ---- */

static char *
incoming_path(const CapReceived *r)
{
  return g_build_filename(r->staging, "incoming", NULL);
}

void
cap_received_abort(CapReceived *r)
{
  g_clear_pointer(&r->incoming, cap_atomic_file_free);
}

gboolean
cap_received_begin(CapReceived *r, GError **error)
{
  cap_received_abort(r);
  g_autofree char *path = incoming_path(r);
  r->incoming_bytes = 0;
  r->incoming = cap_atomic_file_new(path, error);
  return r->incoming != NULL;
}

/* The bytes that came so far, and those on their way, against the limits. */
static gboolean
check_limits(const CapReceived *r, GError **error)
{
  const CapArchiveSettings *s = r->settings;
  const gboolean one = r->incoming_bytes > s->max_instance_bytes;
  if (!one &&
      r->n_bytes + r->n_dropped_bytes + r->incoming_bytes <= s->max_total_bytes)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
              "archive “%s” sends more than %" G_GUINT64_FORMAT
              " bytes %s; %s in the list of archives raises the limit",
              s->name, one ? s->max_instance_bytes : s->max_total_bytes,
              one ? "in one instance" : "at once",
              one ? "max-instance-gb" : "max-total-gb");
  return FALSE;
}

gboolean
cap_received_write(CapReceived *r, const void *bytes, gsize n_bytes,
                   GError **error)
{
  r->incoming_bytes += n_bytes;
  if (!check_limits(r, error))
    return FALSE;
  return cap_atomic_file_write(r->incoming, bytes, n_bytes, error);
}

static void
note(CapReceived *r, const char *sop_uid, const char *what)
{
  if (r->problems->len < MAX_PROBLEMS)
    g_ptr_array_add(r->problems,
                    *sop_uid != '\0'
                        ? g_strdup_printf("instance %s %s", sop_uid, what)
                        : g_strdup_printf("an instance %s", what));
}

/* What is wrong with FILE; NULL when it is to be kept. */
static const char *
fault_of(const CapReceived *r, const CapDicomFile *file)
{
  if (file->prescan.status != CAP_PRESCAN_OK || file->prescan.pixels_cut ||
      file->state == CAP_DICOM_BROKEN)
    return "came damaged or cut short and was dropped";
  if (!g_hash_table_contains(r->is_wanted, file->sop_uid))
    return "came without having been asked for and was dropped";
  return cap_received_has(r, file->sop_uid) ? "came twice" : NULL;
}

static gboolean
keep(CapReceived *r, const char *path, const CapDicomFile *file, GError **error)
{
  const char *series_uid = file->text[CAP_DICOM_SERIES_UID];
  /* A comma or a quote would have to be a UID that is none. */
  const char *series = strpbrk(series_uid, ",\"\r\n") == NULL ? series_uid : "";
  Place *place = place_of(r, series);
  CapManifestEntry *entry = cap_manifest_entry_new(
      file->sop_uid, series, place->number, place->last + 1, r->incoming_bytes);
  g_autofree char *to = g_build_filename(r->staging, entry->file, NULL);
  g_autofree char *folder = g_path_get_dirname(to);
  if ((g_mkdir(folder, 0777) != 0 && errno != EEXIST) ||
      g_rename(path, to) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE, "cannot write “%s”: %s", to,
                g_strerror(errno));
    cap_manifest_entry_free(entry);
    return FALSE;
  }
  if (!cap_manifest_append(r->manifest, r->staging, entry, error)) {
    cap_manifest_entry_free(entry);
    return FALSE;
  }
  place->last++;
  g_hash_table_replace(r->entries, entry->sop_uid, entry);
  g_ptr_array_add(r->staged, entry);
  r->n_bytes += entry->n_bytes;
  r->n_new++;
  r->n_there++;
  return TRUE;
}

/* Looks at the file PATH of R's incoming_bytes and keeps or drops it. */
static gboolean
judge(CapReceived *r, const char *path, GError **error)
{
  g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
  const char *fault = fault_of(r, file);
  if (fault == NULL)
    return keep(r, path, file, error);
  g_unlink(path);
  r->n_dropped_bytes += r->incoming_bytes;
  note(r, file->sop_uid, fault);
  return TRUE;
}

gboolean
cap_received_end(CapReceived *r, GError **error)
{
  g_autofree char *path = incoming_path(r);
  const gboolean written = cap_atomic_file_commit(r->incoming, error);
  cap_received_abort(r);
  return written && judge(r, path, error);
}

gboolean
cap_received_take(CapReceived *r, const char *path, GError **error)
{
  struct stat about;
  const gboolean usable =
      lstat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size >= 0;
  r->incoming_bytes = usable ? (guint64)about.st_size : 0;
  if (!usable) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
                "“%s” was announced but is not there", path);
    return FALSE;
  }
  return check_limits(r, error) && judge(r, path, error);
}

char *
cap_received_inbox(CapReceived *r, GError **error)
{
  g_autofree char *path = g_build_filename(r->staging, "incoming-XXXXXX", NULL);
  if (g_mkdtemp(path) != NULL)
    return g_steal_pointer(&path);
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT, "“%s” cannot be made: %s",
              path, g_strerror(errno));
  return NULL;
}

int
cap_received_n_new(const CapReceived *r)
{
  return r->n_new;
}

guint64
cap_received_n_bytes(const CapReceived *r)
{
  return r->n_bytes;
}

const char *
cap_received_place(const CapReceived *r)
{
  return r->finished ? r->folder : r->staging;
}

const GPtrArray *
cap_received_problems(const CapReceived *r)
{
  return r->problems;
}

/* ---- into place ---- */

static gboolean
move_entry(CapReceived *r, const CapManifestEntry *entry, GError **error)
{
  g_autofree char *from = g_build_filename(r->staging, entry->file, NULL);
  g_autofree char *to = g_build_filename(r->folder, entry->file, NULL);
  g_autofree char *folder = g_path_get_dirname(to);
  if (!g_file_test(from, G_FILE_TEST_EXISTS) &&
      cap_manifest_is_there(r->folder, entry))
    return TRUE; /* moved before an interruption */
  if (g_mkdir_with_parents(folder, 0777) == 0 && g_rename(from, to) == 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE, "cannot write “%s”: %s", to,
              g_strerror(errno));
  return FALSE;
}

static gboolean
move_into(CapReceived *r, GError **error)
{
  for (guint i = 0; i < r->staged->len; i++)
    if (!move_entry(r, r->staged->pdata[i], error))
      return FALSE;
  g_autoptr(GPtrArray) all = g_ptr_array_new();
  GHashTableIter iter;
  gpointer entry;
  g_hash_table_iter_init(&iter, r->entries);
  while (g_hash_table_iter_next(&iter, NULL, &entry))
    g_ptr_array_add(all, entry);
  if (!cap_manifest_save(r->folder, all, error))
    return FALSE;
  cap_remove_tree(r->staging);
  return TRUE;
}

gboolean
cap_received_finish(CapReceived *r, GError **error)
{
  cap_received_abort(r);
  remove_pieces(r);
  const gboolean existed = g_file_test(r->folder, G_FILE_TEST_EXISTS);
  g_rmdir(r->folder); /* an empty one gives way to ours */
  if (existed && g_file_test(r->folder, G_FILE_TEST_EXISTS)) {
    if (!move_into(r, error))
      return FALSE;
  } else if (g_rename(r->staging, r->folder) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
                "“%s” cannot be renamed to “%s”: %s", r->staging, r->folder,
                g_strerror(errno));
    return FALSE;
  }
  r->finished = TRUE;
  return TRUE;
}
