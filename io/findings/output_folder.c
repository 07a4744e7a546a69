/* Folders of results: see output_folder.h. */
#include "io/findings/output_folder.h"

#include "core/error.h"
#include "io/remove_tree.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

struct CapOutputFolder {
  char *path;      /* absolute, no symbolic link at its end */
  char *temporary; /* where files go; NULL once committed */
  const CapOutputKind *kind;
  gboolean existed;
  GPtrArray *made; /* of char *: parents made here, outermost first */
};

static gboolean
is_ours(const CapOutputKind *kind, const char *name)
{
  for (int i = 0; kind->ours[i] != NULL; i++)
    if (g_pattern_match_simple(kind->ours[i], name))
      return TRUE;
  return FALSE;
}

/* PATH may be filled: it is a folder that is empty or holds a result. */
static gboolean
check_existing(const char *path, const CapOutputKind *kind, GError **error)
{
  g_autoptr(GError) cause = NULL;
  g_autoptr(GDir) dir = g_dir_open(path, 0, &cause);
  if (dir == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "output cannot go to %s: %s", path,
                g_file_test(path, G_FILE_TEST_IS_DIR) ? cause->message
                                                      : "it is not a folder");
    return FALSE;
  }
  g_autofree char *marker = g_build_filename(path, kind->marker, NULL);
  const char *name = g_dir_read_name(dir);
  if (name == NULL || g_file_test(marker, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
              "output folder %s holds “%s” but no earlier result (%s); choose "
              "an empty or a new folder",
              path, name, kind->marker);
  return FALSE;
}

/* Makes the missing parents of PATH and remembers them in MADE. */
static gboolean
make_parents(const char *path, GPtrArray *made, GError **error)
{
  g_autofree char *parent = g_path_get_dirname(path);
  if (g_file_test(parent, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_str_equal(parent, path) || !make_parents(parent, made, error))
    return FALSE;
  if (g_mkdir(parent, 0777) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "output folder %s cannot be made: %s", parent,
                g_strerror(errno));
    return FALSE;
  }
  g_ptr_array_add(made, g_steal_pointer(&parent));
  return TRUE;
}

static char *
temporary_name(const CapOutputFolder *folder)
{
  if (folder->existed)
    return g_build_filename(folder->path, ".capsight-XXXXXX", NULL);
  g_autofree char *parent = g_path_get_dirname(folder->path);
  g_autofree char *base = g_path_get_basename(folder->path);
  g_autofree char *name = g_strdup_printf(".%s.capsight-XXXXXX", base);
  return g_build_filename(parent, name, NULL);
}

CapOutputFolder *
cap_output_folder_new(const char *path, const CapOutputKind *kind,
                      GError **error)
{
  g_autoptr(CapOutputFolder) folder = g_new0(CapOutputFolder, 1);
  folder->kind = kind;
  folder->made = g_ptr_array_new_with_free_func(g_free);
  folder->existed = g_file_test(path, G_FILE_TEST_EXISTS);
  char *real = folder->existed ? realpath(path, NULL) : NULL;
  folder->path = real ? g_strdup(real) : g_canonicalize_filename(path, NULL);
  free(real);
  if (folder->existed ? !check_existing(folder->path, kind, error)
                      : !make_parents(folder->path, folder->made, error))
    return NULL;
  g_autofree char *temporary = temporary_name(folder);
  if (g_mkdtemp_full(temporary, 0777) == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "output folder %s cannot be written: %s", path,
                g_strerror(errno));
    return NULL;
  }
  folder->temporary = g_steal_pointer(&temporary);
  return g_steal_pointer(&folder);
}

char *
cap_output_folder_file(const CapOutputFolder *folder, const char *name)
{
  return g_build_filename(folder->temporary, name, NULL);
}

static gboolean
move_file(const CapOutputFolder *folder, const char *name, GError **error)
{
  g_autofree char *from = g_build_filename(folder->temporary, name, NULL);
  g_autofree char *to = g_build_filename(folder->path, name, NULL);
  if (rename(from, to) == 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE, "%s cannot be written: %s", to,
              g_strerror(errno));
  return FALSE;
}

/* Names in PATH; NULL when it cannot be listed. */
static GPtrArray *
list_names(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  for (const char *name; dir && (name = g_dir_read_name(dir)) != NULL;)
    g_ptr_array_add(names, g_strdup(name));
  return names;
}

static gboolean
fill_existing(CapOutputFolder *folder, GError **error)
{
  const CapOutputKind *kind = folder->kind;
  g_autofree char *marker = g_build_filename(folder->path, kind->marker, NULL);
  if (g_remove(marker) != 0 && errno != ENOENT) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
                "the earlier result %s cannot be replaced: %s", marker,
                g_strerror(errno));
    return FALSE;
  }
  g_autoptr(GPtrArray) old = list_names(folder->path);
  for (guint i = 0; i < old->len; i++)
    if (is_ours(kind, old->pdata[i])) {
      g_autofree char *path =
          g_build_filename(folder->path, old->pdata[i], NULL);
      g_remove(path);
    }
  g_autoptr(GPtrArray) names = list_names(folder->temporary);
  for (guint i = 0; i < names->len; i++)
    if (!g_str_equal(names->pdata[i], kind->marker) &&
        !move_file(folder, names->pdata[i], error))
      return FALSE;
  return move_file(folder, kind->marker, error);
}

gboolean
cap_output_folder_commit(CapOutputFolder *folder, GError **error)
{
  if (folder->existed) {
    if (!fill_existing(folder, error))
      return FALSE;
    g_rmdir(folder->temporary);
  } else if (rename(folder->temporary, folder->path) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
                "output folder %s cannot be put into place: %s", folder->path,
                g_strerror(errno));
    return FALSE;
  }
  g_clear_pointer(&folder->temporary, g_free);
  g_ptr_array_set_size(folder->made, 0); /* they stay */
  return TRUE;
}

void
cap_output_folder_free(CapOutputFolder *folder)
{
  if (folder == NULL)
    return;
  if (folder->temporary != NULL)
    cap_remove_tree(folder->temporary);
  for (guint i = folder->made->len; i-- > 0;)
    g_rmdir(folder->made->pdata[i]);
  g_ptr_array_unref(folder->made);
  g_free(folder->temporary);
  g_free(folder->path);
  g_free(folder);
}
