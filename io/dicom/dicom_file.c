/* Header facts of one DICOM file: see dicom_file.h. */
#include "io/dicom/dicom_file.h"

#include "core/language.h"
#include "io/dcmtk_read.h"

#include <string.h>

#define MAX_IN_PLANE 4096
#define MAX_FRAMES 5000
#define MAX_BYTES (G_GUINT64_CONSTANT(4) << 30)

typedef enum {
  DECODER_NONE,
  DECODER_BYTES,
  DECODER_DCMTK,
  DECODER_J2K
} Decoder;

/* PS3.6 table A-1. */
static const struct {
  const char *uid, *name;
  Decoder decoder;
} syntaxes[] = {
    {"1.2.840.10008.1.2", "Implicit VR Little Endian", DECODER_BYTES},
    {"1.2.840.10008.1.2.1", "Explicit VR Little Endian", DECODER_BYTES},
    {"1.2.840.10008.1.2.2", "Explicit VR Big Endian", DECODER_BYTES},
    {"1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian",
     DECODER_DCMTK},
    {"1.2.840.10008.1.2.5", "RLE Lossless", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.50", "JPEG Baseline", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.51", "JPEG Extended", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.53", "JPEG Spectral Selection", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.55", "JPEG Full Progression", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.57", "JPEG Lossless", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.70", "JPEG Lossless SV1", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", DECODER_DCMTK},
    {"1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", DECODER_J2K},
    {"1.2.840.10008.1.2.4.91", "JPEG 2000", DECODER_J2K},
    {"1.2.840.10008.1.2.4.92", "JPEG 2000 Multi-component Lossless",
     DECODER_NONE},
    {"1.2.840.10008.1.2.4.93", "JPEG 2000 Multi-component", DECODER_NONE},
    {"1.2.840.10008.1.2.4.94", "JPIP Referenced", DECODER_NONE},
    {"1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate", DECODER_NONE},
    {"1.2.840.10008.1.2.4.100", "MPEG2 Main Profile", DECODER_NONE},
    {"1.2.840.10008.1.2.4.102", "MPEG-4 High Profile", DECODER_NONE},
    {"1.2.840.10008.1.2.4.107", "HEVC Main Profile", DECODER_NONE},
    {"1.2.840.10008.1.2.4.110", "JPEG XL Lossless", DECODER_NONE},
    {"1.2.840.10008.1.2.4.112", "JPEG XL", DECODER_NONE},
    {"1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless",
     DECODER_NONE},
    {"1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 RPCL", DECODER_NONE},
    {"1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", DECODER_NONE},
};

static int
find_syntax(const char *uid)
{
  for (gsize i = 0; i < G_N_ELEMENTS(syntaxes); i++)
    if (g_str_equal(uid, syntaxes[i].uid))
      return i;
  return -1;
}

gboolean
cap_dicom_syntax_is_supported(const char *uid)
{
  const int i = find_syntax(uid);
  return i >= 0 && syntaxes[i].decoder != DECODER_NONE;
}

const char *
cap_dicom_syntax_name(const char *uid)
{
  const int i = find_syntax(uid);
  return i >= 0 ? syntaxes[i].name : "unknown";
}

gboolean
cap_dicom_file_is_native(const CapDicomFile *file)
{
  return file->prescan.has_pixels && !file->prescan.encapsulated &&
         !file->prescan.deflated;
}

G_GNUC_PRINTF(5, 6)
static void
note(CapDicomFile *file, int number, CapSeverity severity, const char *effect,
     const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_ptr_array_add(
      file->problems,
      cap_irregularity_new(number, severity, file->name, text, effect));
}

/* Objects without pictures by nature (PS3.4 B.5): reports, presentation
 * states, plans. And segmentations and parametric maps, whose "pixels" are no
 * image of the patient. */
static gboolean
is_picture_class(const CapDicomFile *file)
{
  static const char *const others[] = {
      "1.2.840.10008.5.1.4.1.1.88.",  "1.2.840.10008.5.1.4.1.1.11.",
      "1.2.840.10008.5.1.4.1.1.66",   "1.2.840.10008.5.1.4.1.1.104.",
      "1.2.840.10008.5.1.4.1.1.481.", "1.2.840.10008.5.1.4.1.1.9.",
      "1.2.840.10008.5.1.4.1.1.30",   "1.2.840.10008.1.3.10",
      "1.2.840.10008.5.1.4.1.1.67",   "1.2.840.10008.5.1.4.34.",
      "1.2.840.10008.5.1.4.1.1.4.2",
  };
  const char *uid = file->text[CAP_DICOM_SOP_CLASS_UID];
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    if (g_str_has_prefix(uid, others[i]))
      return FALSE;
  return TRUE;
}

/* All sizes in 64 bits, against limits and against what the file holds, before
 * any image class sees them. */
static CapDicomState
check_size(CapDicomFile *file)
{
  const CapDicomPixels *p = &file->pixels;
  const CapPrescan *scan = &file->prescan;
  const guint64 samples =
      (guint64)MAX(p->rows, 0) * MAX(p->columns, 0) * MAX(p->samples, 0);
  const guint64 wanted =
      samples > MAX_BYTES ? G_MAXUINT64
                          : samples * (p->bits_allocated / 8) * file->n_frames;
  if (p->rows > MAX_IN_PLANE || p->columns > MAX_IN_PLANE ||
      file->n_frames > MAX_FRAMES || wanted > MAX_BYTES) {
    note(file, 18, CAP_SEVERITY_ERROR, N_("file left out"),
         N_("declares %d frames of %d x %d pixels, over the limits "
            "(4096 x 4096, 5000 frames, 4 GiB)"),
         file->n_frames, p->columns, p->rows);
    return CAP_DICOM_EXCLUDED;
  }
  if (scan->pixels_cut) {
    note(file, 14, CAP_SEVERITY_WARNING, N_("slice treated as missing"),
         N_("the pixel data runs past the end of the file"));
    return CAP_DICOM_DAMAGED;
  }
  if (scan->encapsulated)
    return CAP_DICOM_IMAGE;
  if (scan->pixel_length < wanted) {
    note(file, 14, CAP_SEVERITY_WARNING, N_("slice treated as missing"),
         N_("the pixel data has %zu bytes where %zu are declared"),
         (gsize)scan->pixel_length, (gsize)wanted);
    return CAP_DICOM_DAMAGED;
  }
  if (scan->pixel_length > wanted + 1)
    note(file, 19, CAP_SEVERITY_INFO, N_("the rest is ignored"),
         N_("the pixel data has %zu bytes more than declared"),
         (gsize)(scan->pixel_length - wanted));
  return CAP_DICOM_IMAGE;
}

static CapDicomState
check_pixels(CapDicomFile *file)
{
  const CapDicomPixels *p = &file->pixels;
  const char *syntax = file->prescan.transfer_syntax;
  if (!is_picture_class(file))
    return CAP_DICOM_OTHER;
  if (!file->prescan.has_pixels || p->rows < 1 || p->columns < 1) {
    note(file, 17, CAP_SEVERITY_WARNING, N_("file left out"),
         file->prescan.has_pixels
             ? N_("the image has %d x %d pixels")
             : N_("there is no pixel data (%d x %d declared)"),
         p->columns, p->rows);
    return CAP_DICOM_EXCLUDED;
  }
  if (p->samples != 1)
    return CAP_DICOM_OTHER; /* a colour picture */
  if (!cap_dicom_syntax_is_supported(syntax)) {
    note(file, 28, CAP_SEVERITY_ERROR, N_("its pixels cannot be read"),
         N_("transfer syntax %s (%s) is not supported"), syntax,
         cap_dicom_syntax_name(syntax));
    return CAP_DICOM_DAMAGED;
  }
  if ((p->bits_allocated != 8 && p->bits_allocated != 16 &&
       p->bits_allocated != 32) ||
      p->bits_stored < 1 || p->bits_stored > p->bits_allocated ||
      p->high_bit < p->bits_stored - 1 || p->high_bit >= p->bits_allocated) {
    note(file, 28, CAP_SEVERITY_ERROR, N_("file left out"),
         N_("pixels of %d bits in %d, high bit %d, are not supported"),
         p->bits_stored, p->bits_allocated, p->high_bit);
    return CAP_DICOM_EXCLUDED;
  }
  return check_size(file);
}

static void
read_header(CapDicomFile *file)
{
  g_autofree char *why = NULL;
  if (!cap_dcmtk_read_header(file, &why)) {
    note(file, 15, CAP_SEVERITY_WARNING, N_("slice treated as missing"),
         N_("the header cannot be read: %s"), why);
    file->state = CAP_DICOM_BROKEN;
    return;
  }
  if (file->text[CAP_DICOM_SERIES_UID][0] == '\0') {
    file->state = CAP_DICOM_OTHER; /* a DICOMDIR, a bare meta header */
    return;
  }
  if (file->prescan.no_preamble)
    note(file, 13, CAP_SEVERITY_INFO, N_("read all the same"),
         N_("the file has no DICOM preamble"));
  file->state = check_pixels(file);
}

static void
note_broken(CapDicomFile *file)
{
  file->state = CAP_DICOM_BROKEN;
  switch (file->prescan.status) {
  case CAP_PRESCAN_LENGTH_BEYOND:
    note(file, 16, CAP_SEVERITY_WARNING, N_("slice treated as missing"),
         N_("an element declares more bytes than the file has"));
    break;
  case CAP_PRESCAN_TOO_DEEP:
    note(file, 25, CAP_SEVERITY_ERROR, N_("file not opened"),
         N_("sequences nest deeper than %d levels"), CAP_PRESCAN_MAX_DEPTH);
    break;
  default:
    note(file, 15, CAP_SEVERITY_WARNING, N_("slice treated as missing"),
         N_("the file ends inside its header"));
    break;
  }
}

void
cap_dicom_file_set_text(CapDicomFile *file, int i, const char *utf8)
{
  /* GLib 2.74 may intern a string that another thread is just letting go. */
  static GMutex interning;
  g_mutex_lock(&interning);
  if (file->text[i] != NULL)
    g_ref_string_release(file->text[i]);
  file->text[i] = utf8 != NULL ? g_ref_string_new_intern(utf8) : NULL;
  g_mutex_unlock(&interning);
}

CapDicomFile *
cap_dicom_file_new(const char *path)
{
  CapDicomFile *file = g_new0(CapDicomFile, 1);
  file->references = 1;
  file->path = g_strdup(path);
  file->name = g_filename_display_basename(path);
  file->sop_uid = g_strdup("");
  file->problems =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_irregularity_free);
  for (int i = 0; i < CAP_DICOM_N_TEXTS; i++)
    cap_dicom_file_set_text(file, i, "");
  return file;
}

CapDicomFile *
cap_dicom_file_read(const char *path)
{
  CapDicomFile *file = cap_dicom_file_new(path);
  cap_prescan_file(path, &file->prescan);
  switch (file->prescan.status) {
  case CAP_PRESCAN_OK:
    read_header(file);
    break;
  case CAP_PRESCAN_NOT_DICOM:
  case CAP_PRESCAN_UNREADABLE:
    file->state = CAP_DICOM_OTHER;
    break;
  default:
    note_broken(file);
  }
  return file;
}

CapDicomFile *
cap_dicom_file_ref(CapDicomFile *file)
{
  g_atomic_int_inc(&file->references);
  return file;
}

void
cap_dicom_file_unref(CapDicomFile *file)
{
  if (file == NULL || !g_atomic_int_dec_and_test(&file->references))
    return;
  for (int i = 0; i < CAP_DICOM_N_TEXTS; i++)
    cap_dicom_file_set_text(file, i, NULL);
  g_free(file->path);
  g_free(file->name);
  g_free(file->sop_uid);
  g_free(file->frames);
  g_ptr_array_unref(file->problems);
  g_free(file);
}
