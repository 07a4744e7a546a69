/* A phantom study on disk: cap_phantom_write of phantom.h. */
#include "datasets/phantom/phantom_study.h"

#include "core/error.h"
#include "io/atomic_file.h"
#include "io/ct_write.h"
#include "io/lidc_write.h"
#include "io/remove_tree.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

static gboolean
fail_output(const char *path, int why, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
              "the folder %s cannot be made: %s", path, g_strerror(why));
  return FALSE;
}

/* An existing folder must be empty; EXISTS tells which it was. */
static gboolean
check_target(const char *folder, gboolean *exists, GError **error)
{
  *exists = g_file_test(folder, G_FILE_TEST_EXISTS);
  if (!*exists)
    return TRUE;
  g_autoptr(GError) why = NULL;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
  if (dir == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "%s cannot be used as output folder: %s", folder, why->message);
    return FALSE;
  }
  if (g_dir_read_name(dir) != NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "the folder %s is not empty; name a new one, or empty it first",
                folder);
    return FALSE;
  }
  return TRUE;
}

/* A temporary folder: inside an existing target (which may be a mount point),
 * else beside the target. */
static char *
make_work_folder(const char *folder, gboolean exists, GError **error)
{
  g_autofree char *parent = g_path_get_dirname(folder);
  g_autofree char *base = g_path_get_basename(folder);
  if (!exists && g_mkdir_with_parents(parent, 0777) != 0) {
    fail_output(parent, errno, error);
    return NULL;
  }
  char *work = exists ? g_build_filename(folder, ".phantom-XXXXXX", NULL)
                      : g_strdup_printf("%s%s.%s-XXXXXX", parent,
                                        G_DIR_SEPARATOR_S, base);
  if (g_mkdtemp_full(work, 0777) == NULL) {
    fail_output(folder, errno, error);
    g_clear_pointer(&work, g_free);
  }
  return work;
}

static gboolean
move(const char *from, const char *to, GError **error)
{
  if (g_rename(from, to) == 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE,
              "%s cannot be put in place: %s", to, g_strerror(errno));
  return FALSE;
}

/* Puts the finished study where it belongs, the images last. */
static gboolean
finish(const char *work, const char *folder, gboolean exists, GError **error)
{
  if (!exists)
    return move(work, folder, error);
  static const char *const parts[] = {"annotations.csv", "annotations.xml",
                                      "dicom"};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *from = g_build_filename(work, parts[i], NULL);
    g_autofree char *to = g_build_filename(folder, parts[i], NULL);
    if (!move(from, to, error)) {
      for (gsize k = 0; k < i; k++) {
        g_autofree char *moved = g_build_filename(folder, parts[k], NULL);
        cap_remove_tree(moved);
      }
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
write_csv(const CapVolume *v, const GArray *truth, const char *path,
          GError **error)
{
  g_autoptr(GString) csv =
      g_string_new("seriesuid,coordX,coordY,coordZ,diameter_mm\n");
  for (guint i = 0; i < truth->len; i++) {
    const CapPhantomNodule *n = &g_array_index(truth, CapPhantomNodule, i);
    if (n->diameter_mm < 3)
      continue;
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    const double values[4] = {n->center_mm.x, n->center_mm.y, n->center_mm.z,
                              n->diameter_mm};
    g_string_append(csv, v->source->series_uid);
    for (int k = 0; k < 4; k++)
      g_string_append_printf(
          csv, ",%s",
          g_ascii_formatd(number, sizeof number, "%.4f", values[k]));
    g_string_append_c(csv, '\n');
  }
  return cap_atomic_file_save(path, csv->str, csv->len, error);
}

/* On the day of the study. */
static const char read_at[] = "2020-01-01T12:00:00";

static gboolean
write_parts(const CapPhantomStudy *study, const GArray *truth, const char *work,
            const CapProgress *progress, GError **error)
{
  g_autofree char *csv = g_build_filename(work, "annotations.csv", NULL);
  g_autofree char *xml = g_build_filename(work, "annotations.xml", NULL);
  g_autofree char *dicom = g_build_filename(work, "dicom", NULL);
  if (!write_csv(study->volume, truth, csv, error))
    return FALSE;
  g_autoptr(GPtrArray) sessions = cap_phantom_readers_read(study, truth, error);
  return sessions != NULL &&
         cap_lidc_write(study->volume, sessions, read_at, xml, error) &&
         cap_ct_write_series(study->volume, dicom, progress, error);
}

gboolean
cap_phantom_write(const CapPhantomOptions *options, const char *folder,
                  GArray **truth, const CapProgress *progress, GError **error)
{
  gboolean exists;
  if (!cap_phantom_options_check(options, error) ||
      !check_target(folder, &exists, error))
    return FALSE;
  g_autofree char *work = make_work_folder(folder, exists, error);
  if (work == NULL)
    return FALSE;
  g_autoptr(CapPhantomStudy) study =
      cap_phantom_study_new(options, progress, error);
  g_autoptr(GArray) known =
      study != NULL ? cap_phantom_truth_tell(study, error) : NULL;
  const gboolean good = known != NULL &&
                        write_parts(study, known, work, progress, error) &&
                        finish(work, folder, exists, error);
  if (!good || exists)
    cap_remove_tree(work);
  if (good && truth != NULL)
    *truth = g_steal_pointer(&known);
  return good;
}
