/* Walking folders: see file_walk.h. */
#include "io/series/file_walk.h"

#include "core/error.h"
#include "core/language.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DEPTH 64

typedef struct {
  GPtrArray *files;
  GHashTable *visited; /* "device:inode" of folders: ends symlink loops */
  const CapProgress *progress;
  gboolean recursive;
} Walk;

static gboolean
enter_once(Walk *walk, const char *folder)
{
  struct stat about;
  if (stat(folder, &about) != 0 || !S_ISDIR(about.st_mode))
    return FALSE;
  return g_hash_table_add(
      walk->visited,
      g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                      (guint64)about.st_dev, (guint64)about.st_ino));
}

/* Type of an entry; links are followed. */
static int
type_of(const struct dirent *entry, const char *path)
{
  struct stat about;
  if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
    return entry->d_type;
  if (stat(path, &about) != 0)
    return DT_UNKNOWN;
  return S_ISREG(about.st_mode)   ? DT_REG
         : S_ISDIR(about.st_mode) ? DT_DIR
                                  : DT_UNKNOWN;
}

static gboolean
walk_folder(Walk *walk, const char *folder, int depth, GError **error)
{
  /* Only the first folder has to be one. */
  if (depth > 0 && (depth > MAX_DEPTH || !enter_once(walk, folder)))
    return TRUE;
  DIR *dir = opendir(folder);
  if (dir == NULL && depth > 0)
    return TRUE;
  if (dir == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read “%s”: %s",
                folder, g_strerror(errno));
    return FALSE;
  }
  if (depth == 0)
    enter_once(walk, folder);
  gboolean ok = TRUE;
  for (struct dirent *entry; ok && (entry = readdir(dir)) != NULL;) {
    /* Our own manifests and unfinished results are nobody's images. */
    if (g_str_equal(entry->d_name, ".") || g_str_equal(entry->d_name, "..") ||
        g_str_has_prefix(entry->d_name, ".capsight-"))
      continue;
    g_autofree char *path = g_build_filename(folder, entry->d_name, NULL);
    const int type = type_of(entry, path);
    if (type == DT_REG)
      g_ptr_array_add(walk->files, g_steal_pointer(&path));
    else if (type == DT_DIR && walk->recursive)
      ok = walk_folder(walk, path, depth + 1, error);
    if (ok && walk->files->len % 256 == 1)
      ok = cap_progress_step(walk->progress, N_("listing files"), 0, error);
  }
  closedir(dir);
  return ok;
}

static int
by_path(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *
cap_file_walk(const char *folder, gboolean recursive,
              const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GHashTable) visited =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Walk walk = {files, visited, progress, recursive};
  g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
  if (!walk_folder(&walk, absolute, 0, error))
    return NULL;
  g_ptr_array_sort(files, by_path);
  return g_steal_pointer(&files);
}
