/* Output by temporary name and rename: see atomic_file.h. */
#include "io/atomic_file.h"

#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct CapAtomicFile {
  char *path, *temporary;
  int fd;
};

static CapAtomicFile *
open_file(const char *path, int mode, GError **error)
{
  g_autoptr(CapAtomicFile) file = g_new0(CapAtomicFile, 1);
  file->path = g_strdup(path);
  file->temporary = g_strdup_printf("%s.XXXXXX", path);
  file->fd = g_mkstemp_full(file->temporary, O_WRONLY | O_CLOEXEC, mode);
  if (file->fd < 0) {
    const int cause = errno;
    g_clear_pointer(&file->temporary, g_free);
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT, "cannot create “%s”: %s",
                path, g_strerror(cause));
    return NULL;
  }
  return g_steal_pointer(&file);
}

CapAtomicFile *
cap_atomic_file_new(const char *path, GError **error)
{
  return open_file(path, 0666, error);
}

static gboolean
fail(const CapAtomicFile *file, int cause, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
              "cannot write “%s”: %s; nothing was kept", file->path,
              g_strerror(cause));
  return FALSE;
}

gboolean
cap_atomic_file_write(CapAtomicFile *file, const void *bytes, gsize n_bytes,
                      GError **error)
{
  const char *at = bytes;
  while (n_bytes > 0) {
    const gssize n = write(file->fd, at, MIN(n_bytes, (gsize)1 << 30));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail(file, n < 0 ? errno : ENOSPC, error);
    at += n;
    n_bytes -= n;
  }
  return TRUE;
}

gboolean
cap_atomic_file_commit(CapAtomicFile *file, GError **error)
{
  const int fd = file->fd;
  file->fd = -1;
  if (close(fd) != 0)
    return fail(file, errno, error);
  if (g_rename(file->temporary, file->path) != 0)
    return fail(file, errno, error);
  g_clear_pointer(&file->temporary, g_free);
  return TRUE;
}

static gboolean
save(const char *path, int mode, const void *bytes, gsize n_bytes,
     GError **error)
{
  g_autoptr(CapAtomicFile) file = open_file(path, mode, error);
  return file != NULL && cap_atomic_file_write(file, bytes, n_bytes, error) &&
         cap_atomic_file_commit(file, error);
}

gboolean
cap_atomic_file_save(const char *path, const void *bytes, gsize n_bytes,
                     GError **error)
{
  return save(path, 0666, bytes, n_bytes, error);
}

gboolean
cap_atomic_file_save_private(const char *path, const void *bytes, gsize n_bytes,
                             GError **error)
{
  return save(path, 0600, bytes, n_bytes, error);
}

void
cap_atomic_file_free(CapAtomicFile *file)
{
  if (file == NULL)
    return;
  if (file->fd >= 0)
    close(file->fd);
  if (file->temporary != NULL)
    g_unlink(file->temporary);
  g_free(file->temporary);
  g_free(file->path);
  g_free(file);
}
