/* Manifests: see manifest.h. */
#include "io/archive/manifest.h"

#include "core/error.h"
#include "io/atomic_file.h"
#include "io/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "sop_uid,series_uid,file,bytes\n"
#define FILE_FORMAT "series-%03d/%06d.dcm"

CapManifestEntry *
cap_manifest_entry_new(const char *sop_uid, const char *series_uid, int series,
                       int number, guint64 n_bytes)
{
  CapManifestEntry *entry = g_new0(CapManifestEntry, 1);
  entry->sop_uid = g_strdup(sop_uid);
  entry->series_uid = g_strdup(series_uid);
  entry->file = g_strdup_printf(FILE_FORMAT, series, number);
  entry->series = series;
  entry->number = number;
  entry->n_bytes = n_bytes;
  return entry;
}

void
cap_manifest_entry_free(CapManifestEntry *entry)
{
  if (entry == NULL)
    return;
  g_free(entry->sop_uid);
  g_free(entry->series_uid);
  g_free(entry->file);
  g_free(entry);
}

/* ---- reading ---- */

/* Text of FOLDER's manifest up to its last whole line; NULL for none. */
static char *
read_text(const char *folder)
{
  g_autofree char *path = g_build_filename(folder, CAP_MANIFEST_NAME, NULL);
  char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return NULL;
  char *end = strrchr(text, '\n');
  if (end != NULL)
    end[1] = '\0';
  else
    *text = '\0';
  return text;
}

/* "series-012/000345.dcm" to 12 and 345; FALSE for any other name. */
static gboolean
parse_name(const char *file, int *series, int *number)
{
  if (sscanf(file, "series-%9d/%9d.dcm", series, number) != 2 || *series < 1 ||
      *number < 1)
    return FALSE;
  g_autofree char *again = g_strdup_printf(FILE_FORMAT, *series, *number);
  return g_str_equal(again, file);
}

GPtrArray *
cap_manifest_read(const char *folder)
{
  GPtrArray *entries =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_manifest_entry_free);
  g_autofree char *text = read_text(folder);
  g_autoptr(CapCsv) csv =
      text != NULL ? cap_csv_parse(text, strlen(text), CAP_MANIFEST_NAME, NULL)
                   : NULL;
  if (csv == NULL || cap_csv_n_columns(csv) != 4)
    return entries;
  for (int row = 0; row < cap_csv_n_rows(csv); row++) {
    int series = 0, number = 0;
    if (parse_name(cap_csv_text(csv, row, 2), &series, &number))
      g_ptr_array_add(
          entries,
          cap_manifest_entry_new(
              cap_csv_text(csv, row, 0), cap_csv_text(csv, row, 1), series,
              number, g_ascii_strtoull(cap_csv_text(csv, row, 3), NULL, 10)));
  }
  return entries;
}

gboolean
cap_manifest_is_there(const char *folder, const CapManifestEntry *entry)
{
  g_autofree char *path = g_build_filename(folder, entry->file, NULL);
  struct stat about;
  return lstat(path, &about) == 0 && S_ISREG(about.st_mode) &&
         (guint64)about.st_size == entry->n_bytes;
}

/* ---- writing ---- */

static void
append_line(GString *out, const CapManifestEntry *entry)
{
  g_string_append_printf(out, "%s,%s,%s,%" G_GUINT64_FORMAT "\n",
                         entry->sop_uid, entry->series_uid, entry->file,
                         entry->n_bytes);
}

static gboolean
write_text(int manifest, const char *folder, const char *text, GError **error)
{
  const gsize n = strlen(text);
  gssize written;
  do
    written = write(manifest, text, n);
  while (written < 0 && errno == EINTR);
  if (written == (gssize)n)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
              "cannot write “%s/%s”: %s; what came before is kept", folder,
              CAP_MANIFEST_NAME, g_strerror(written < 0 ? errno : ENOSPC));
  return FALSE;
}

/* Cuts a line that an end of the program left unfinished. */
static gboolean
prepare(int manifest, const char *folder, GError **error)
{
  if (flock(manifest, LOCK_EX | LOCK_NB) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "“%s” is being filled by another program; wait for it or "
                "choose another folder",
                folder);
    return FALSE;
  }
  g_autofree char *text = read_text(folder);
  const gsize n = text != NULL ? strlen(text) : 0;
  if (ftruncate(manifest, (off_t)n) != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT, "cannot write in “%s”: %s",
                folder, g_strerror(errno));
    return FALSE;
  }
  return n > 0 || write_text(manifest, folder, HEADER, error);
}

int
cap_manifest_open(const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename(folder, CAP_MANIFEST_NAME, NULL);
  const int manifest =
      open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0666);
  if (manifest < 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT, "cannot write “%s”: %s",
                path, g_strerror(errno));
    return -1;
  }
  if (prepare(manifest, folder, error))
    return manifest;
  close(manifest);
  return -1;
}

gboolean
cap_manifest_append(int manifest, const char *folder,
                    const CapManifestEntry *entry, GError **error)
{
  g_autoptr(GString) line = g_string_new(NULL);
  append_line(line, entry);
  return write_text(manifest, folder, line->str, error);
}

static int
by_file(gconstpointer a, gconstpointer b)
{
  return strcmp((*(CapManifestEntry *const *)a)->file,
                (*(CapManifestEntry *const *)b)->file);
}

gboolean
cap_manifest_save(const char *folder, GPtrArray *entries, GError **error)
{
  g_autoptr(GString) text = g_string_new(HEADER);
  g_autofree char *path = g_build_filename(folder, CAP_MANIFEST_NAME, NULL);
  g_ptr_array_sort(entries, by_file);
  for (guint i = 0; i < entries->len; i++)
    append_line(text, entries->pdata[i]);
  return cap_atomic_file_save(path, text->str, text->len, error);
}
