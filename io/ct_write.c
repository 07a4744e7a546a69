/* A CapVolume as a DICOM CT series: see ct_write.h. */
#include "io/ct_write.h"

#include "core/error.h"
#include "core/folder.h"
#include "io/dcmtk_write.h"
#include "io/uid.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define BATCH 16 /* files between two looks at the cancellable */

static gboolean
fail_write(const char *path, int why, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_WRITE, "%s cannot be written: %s",
              path, g_strerror(why));
  return FALSE;
}

static gboolean
write_file(const char *path, GBytes *bytes, GError **error)
{
  const int file = g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    return fail_write(path, errno, error);
  gsize left;
  const char *data = g_bytes_get_data(bytes, &left);
  while (left > 0) {
    const gssize n = write(file, data, left);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      const int why = n < 0 ? errno : EIO;
      close(file);
      return fail_write(path, why, error);
    }
    data += n;
    left -= (gsize)n;
  }
  if (close(file) != 0)
    return fail_write(path, errno, error);
  return TRUE;
}

static gboolean
needs_sign(const CapVolume *v)
{
  const gsize n = cap_volume_n_voxels(v);
  for (gsize i = 0; i < n; i++)
    if (v->voxels_hu[i] < -1024 || v->voxels_hu[i] > 3071)
      return TRUE;
  return FALSE;
}

/* The four UIDs of a series, given or made up. */
typedef struct {
  char *series, *study, *frame;
} Uids;

static char *
uid_or(const char *given, const char *base, const char *what)
{
  if (given != NULL && *given != '\0')
    return g_strdup(given);
  g_autofree char *text = g_strconcat(base, " ", what, NULL);
  return cap_uid_from_text(text);
}

static Uids
choose_uids(const CapVolume *v)
{
  const CapSource *s = v->source;
  g_autofree char *hash = NULL;
  const char *base = s->series_uid;
  if (base == NULL || *base == '\0') {
    hash = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, (const guchar *)v->voxels_hu,
        cap_volume_n_voxels(v) * sizeof(int16_t));
    base = hash;
  }
  return (Uids){uid_or(s->series_uid, base, "series"),
                uid_or(s->study_uid, base, "study"),
                uid_or(s->frame_of_reference_uid, base, "frame")};
}

static gboolean
write_slice(const CapVolume *v, const Uids *uids, int slice, gboolean is_signed,
            const char *folder, GError **error)
{
  g_autofree char *what = g_strdup_printf("slice %d", slice);
  g_autofree char *sop =
      uid_or(v->source->sop_uids ? v->source->sop_uids[slice] : NULL,
             uids->series, what);
  const CapDcmtkInstance instance = {
      .slice = slice,
      .instance_number = slice + 1,
      .sop_uid = sop,
      .series_uid = uids->series,
      .study_uid = uids->study,
      .frame_of_reference_uid = uids->frame,
      .is_signed = is_signed,
  };
  g_autoptr(GBytes) bytes = cap_dcmtk_encode_ct(v, &instance, error);
  if (bytes == NULL)
    return FALSE;
  g_autofree char *name = g_strdup_printf("%06d.dcm", slice + 1);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  return write_file(path, bytes, error);
}

/* Slices FIRST … LAST-1 on all processors; the first error wins. */
static gboolean
write_batch(const CapVolume *v, const Uids *uids, int first, int last,
            gboolean is_signed, const char *folder, GError **error)
{
  GError *errors[BATCH] = {NULL};
#pragma omp parallel for schedule(dynamic, 1)
  for (int slice = first; slice < last; slice++)
    if (v->valid[slice])
      write_slice(v, uids, slice, is_signed, folder, &errors[slice - first]);
  GError *worst = NULL;
  for (int i = 0; i < BATCH; i++) {
    if (errors[i] != NULL && worst == NULL)
      worst = g_steal_pointer(&errors[i]);
    g_clear_error(&errors[i]);
  }
  if (worst != NULL)
    g_propagate_error(error, worst);
  return worst == NULL;
}

gboolean
cap_ct_write_series(const CapVolume *v, const char *folder,
                    const CapProgress *progress, GError **error)
{
  if (v->columns > G_MAXUINT16 || v->rows > G_MAXUINT16 ||
      (gsize)v->columns * v->rows * 2 > 0x7ffffff0u) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
                "slices of %d x %d pixels do not fit into DICOM", v->columns,
                v->rows);
    return FALSE;
  }
  if (!cap_folder_make(folder, error))
    return FALSE;
  const gboolean is_signed = needs_sign(v);
  Uids uids = choose_uids(v);
  gboolean good = TRUE;
  for (int first = 0; good && first < v->slices; first += BATCH) {
    good = cap_progress_step(progress, "writing DICOM",
                             (double)first / v->slices, error) &&
           write_batch(v, &uids, first, MIN(first + BATCH, v->slices),
                       is_signed, folder, error);
  }
  g_free(uids.series);
  g_free(uids.study);
  g_free(uids.frame);
  return good && cap_progress_step(progress, "writing DICOM", 1, error);
}
