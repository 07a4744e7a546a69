/* One file: see anonymize.h. */
#include "io/anonymize/anonymize.h"

#include "core/error.h"
#include "core/folder.h"
#include "io/anonymize/burned_text.h"
#include "io/anonymize/exposure.h"
#include "io/atomic_file.h"
#include "io/dcmtk_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define MAX_HEAD_BYTES (G_GUINT64_CONSTANT(256) << 20)
#define COPY_BYTES (1 << 20)

void
cap_anonymized_place_clear(CapAnonymizedPlace *place)
{
  g_clear_pointer(&place->patient, g_free);
  g_clear_pointer(&place->study_uid, g_free);
  g_clear_pointer(&place->series_uid, g_free);
}

G_GNUC_PRINTF(3, 4)
static gboolean
refuse(GError **error, CapErrorCode code, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, CAP_ERROR, code, text);
  return FALSE;
}

/* ---- before: can it be read, may it go out ---- */

static gboolean
check_prescan(const CapPrescan *scan, GError **error)
{
  switch (scan->status) {
  case CAP_PRESCAN_OK:
    break;
  case CAP_PRESCAN_NOT_DICOM:
    return refuse(error, CAP_ERROR_NO_INPUT, "it is not DICOM");
  case CAP_PRESCAN_UNREADABLE:
    return refuse(error, CAP_ERROR_DATA, "it cannot be opened");
  case CAP_PRESCAN_TOO_DEEP:
    return refuse(error, CAP_ERROR_DATA, "its sequences nest deeper than %d",
                  CAP_PRESCAN_MAX_DEPTH);
  default:
    return refuse(error, CAP_ERROR_DATA, "its header is damaged");
  }
  if (scan->pixels_cut)
    return refuse(error, CAP_ERROR_DATA, "its pixel data is cut off");
  const guint64 head =
      scan->has_pixels ? scan->pixel_start : MAX(scan->file_size, 1);
  if (head > MAX_HEAD_BYTES)
    return refuse(error, CAP_ERROR_LIMIT,
                  "it has more than 256 MiB before its pixels");
  return TRUE;
}

static CapDcmtkObject *
read_object(const char *path, const CapPrescan *scan, GError **error)
{
  g_autoptr(GError) why = NULL; /* names the file */
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_read_head(path, &why);
  if (object == NULL) {
    refuse(error, CAP_ERROR_DATA, "its header cannot be read");
    return NULL;
  }
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  if (cap_dcmtk_has(root, CAP_TAG(0x0004, 0x1220))) {
    refuse(error, CAP_ERROR_NO_INPUT, "it is a DICOMDIR");
    return NULL;
  }
  static const guint32 needed[] = {
      CAP_TAG(0x0008, 0x0016), CAP_TAG(0x0008, 0x0018), CAP_TAG(0x0020, 0x000d),
      CAP_TAG(0x0020, 0x000e)};
  for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
    g_autofree char *uid = cap_dcmtk_get(root, needed[i]);
    if (*g_strstrip(uid) == '\0') {
      refuse(error, CAP_ERROR_DATA, "it has no UID in (%04x,%04x)",
             needed[i] >> 16, needed[i] & 0xffff);
      return NULL;
    }
  }
  if (!cap_dcmtk_object_is_implicit(object) != !scan->implicit) {
    refuse(error, CAP_ERROR_DATA,
           "it is not in the transfer syntax that it declares");
    return NULL;
  }
  return g_steal_pointer(&object);
}

/* A phrase when text was seen in a frame, or the frames could not be seen;
 * caller frees. */
static char *
look_at_pixels(CapDecoder *decoder, const char *path, gboolean *text)
{
  g_autoptr(CapDicomFile) file = cap_dicom_file_read(path);
  *text = FALSE;
  if (file->state != CAP_DICOM_IMAGE || decoder == NULL)
    return file->prescan.has_pixels
               ? g_strdup("its pixels could not be looked at for text")
               : NULL;
  const gsize n = (gsize)file->pixels.columns * file->pixels.rows;
  g_autofree int16_t *hu = g_try_new(int16_t, n);
  for (int i = 0; hu != NULL && i < file->n_frames; i++) {
    g_autofree char *why = NULL;
    if (cap_decoder_read(decoder, file, &file->frames[i], hu, &why) !=
        CAP_DECODED)
      return g_strdup("its pixels could not be looked at for text");
    if (cap_burned_text_is_in(hu, file->pixels.columns, file->pixels.rows)) {
      *text = TRUE;
      return g_strdup("there seems to be text in its pixels");
    }
  }
  return hu == NULL ? g_strdup("its pixels could not be looked at for text")
                    : NULL;
}

static gboolean
check_exposure(const CapAnonymizeTarget *target, CapDcmtkObject *object,
               const char *path, char **warning, GError **error)
{
  const CapAnonymizeOptions *options = &target->anonymizer->options;
  g_autofree char *why = NULL;
  const CapExposure exposure = cap_exposure_of_object(
      cap_dcmtk_object_root(object),
      (options->profile_options & CAP_PROFILE_CONTENT) != 0, &why);
  if (exposure == CAP_EXPOSURE_CONTENT)
    return refuse(error, CAP_ERROR_UNSUPPORTED, "%s", why);
  gboolean is_risky = exposure == CAP_EXPOSURE_PIXELS;
  if (!is_risky) {
    g_free(why);
    why = look_at_pixels(target->decoder, path, &is_risky);
  }
  if (is_risky && !options->tolerate_pixels)
    return refuse(error, CAP_ERROR_UNSUPPORTED,
                  "%s; look at it, and use --burned-in warn if it may go out",
                  why);
  *warning = g_steal_pointer(&why);
  return TRUE;
}

/* ---- after: out and in again ---- */

/* The pixel element of PATH as it is. */
static gboolean
copy_pixels(const char *path, const CapPrescan *scan, CapAtomicFile *out,
            GError **error)
{
  if (scan->deflated) {
    g_autoptr(GBytes) bytes = cap_prescan_inflate(path);
    gsize n = 0;
    const guint8 *data = bytes ? g_bytes_get_data(bytes, &n) : NULL;
    if (n < scan->pixel_end)
      return refuse(error, CAP_ERROR_DATA, "it cannot be inflated");
    return cap_atomic_file_write(out, data + scan->pixel_start,
                                 scan->pixel_end - scan->pixel_start, error);
  }
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return refuse(error, CAP_ERROR_DATA, "it cannot be opened");
  g_autofree guint8 *buffer = g_malloc(COPY_BYTES);
  gboolean good = TRUE;
  for (guint64 at = scan->pixel_start; good && at < scan->pixel_end;) {
    const gssize n =
        pread(fd, buffer, MIN(scan->pixel_end - at, COPY_BYTES), (off_t)at);
    if (n < 0 && errno == EINTR)
      continue;
    good = n > 0
               ? cap_atomic_file_write(out, buffer, (gsize)n, error)
               : refuse(error, CAP_ERROR_DATA, "it cannot be read to its end");
    at += n > 0 ? (guint64)n : 0;
  }
  close(fd);
  return good;
}

static gboolean
write_output(const char *path, const CapPrescan *scan, CapDcmtkObject *object,
             const char *output, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(output);
  if (!cap_folder_make(folder, error))
    return FALSE;
  g_autoptr(GBytes) head = cap_dcmtk_object_encode_head(object, error);
  g_autoptr(CapAtomicFile) out =
      head != NULL ? cap_atomic_file_new(output, error) : NULL;
  gsize n = 0;
  const void *data = head != NULL ? g_bytes_get_data(head, &n) : NULL;
  return out != NULL && cap_atomic_file_write(out, data, n, error) &&
         (!scan->has_pixels || copy_pixels(path, scan, out, error)) &&
         cap_atomic_file_commit(out, error);
}

/* Every attribute of OUTPUT by the rules, and its pixels by their length. */
static gboolean
check_output(const CapSubject *subject, const CapPrescan *scan,
             const char *output, GError **error)
{
  CapPrescan again;
  cap_prescan_file(output, &again);
  g_autoptr(CapDcmtkObject) object =
      again.status == CAP_PRESCAN_OK ? cap_dcmtk_object_read_head(output, NULL)
                                     : NULL;
  if (object == NULL || again.has_pixels != scan->has_pixels ||
      again.pixel_end - again.pixel_start !=
          scan->pixel_end - scan->pixel_start ||
      (again.has_pixels && again.pixel_end != again.file_size)) {
    g_unlink(output);
    return refuse(error, CAP_ERROR_INTERNAL,
                  "the output cannot be read again; it was removed");
  }
  if (cap_subject_check(subject, object, error))
    return TRUE;
  g_unlink(output);
  return FALSE;
}

gboolean
cap_anonymize_file(const CapAnonymizeTarget *target, const char *path,
                   CapAnonymizeLog *log, char **output, char **warning,
                   GError **error)
{
  CapPrescan scan;
  *output = *warning = NULL;
  cap_prescan_file(path, &scan);
  g_autoptr(CapDcmtkObject) object =
      check_prescan(&scan, error) ? read_object(path, &scan, error) : NULL;
  if (object == NULL || !check_exposure(target, object, path, warning, error))
    return FALSE;
  g_autoptr(CapAnonymizeLog) own = cap_anonymize_log_new();
  g_autoptr(CapSubject) subject =
      cap_subject_new(target->anonymizer, object, error);
  if (subject == NULL || !cap_subject_change(subject, object, own, error))
    return FALSE;
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  CapAnonymizedPlace place = {g_strdup(cap_subject_patient_id(subject)),
                              cap_dcmtk_get(root, CAP_TAG(0x0020, 0x000d)),
                              cap_dcmtk_get(root, CAP_TAG(0x0020, 0x000e))};
  g_autofree char *name = target->name(&place, target->name_data);
  g_autofree char *file = g_build_filename(target->folder, name, NULL);
  cap_anonymized_place_clear(&place);
  if (!write_output(path, &scan, object, file, error) ||
      !check_output(subject, &scan, file, error))
    return FALSE;
  cap_anonymize_log_add(log, own);
  cap_mapping_add_file(target->anonymizer->mapping, path, name);
  *output = g_steal_pointer(&name);
  return TRUE;
}
