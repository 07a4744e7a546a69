/* Volume files: see volume_file.h. */
#include "io/volume_file.h"

#include "core/error.h"
#include "core/image/unit.h"
#include "core/irregularity.h"
#include "core/language.h"
#include "io/metaimage.h"
#include "io/nifti.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deflate cannot shrink further than this (zlib.net/zlib_tech.html), so a
 * packed file that declares more is lying about its size. */
#define MAX_DEFLATE_RATIO 1032

void
cap_volume_file_clear(CapVolumeFile *file)
{
  g_clear_pointer(&file->data_path, g_free);
  g_clear_pointer(&file->modality, g_free);
}

static gboolean
has_suffix(const char *path, const char *suffix)
{
  const gsize n = strlen(path), m = strlen(suffix);
  return n >= m && g_ascii_strcasecmp(path + n - m, suffix) == 0;
}

static gboolean
is_nifti_name(const char *path)
{
  return has_suffix(path, ".nii") || has_suffix(path, ".nii.gz");
}

gboolean
cap_volume_file_is_name(const char *path)
{
  return is_nifti_name(path) || has_suffix(path, ".mha") ||
         has_suffix(path, ".mhd");
}

static guint64
voxel_bytes(const CapVolumeFile *file)
{
  return (guint64)file->size[0] * file->size[1] * file->size[2] *
         cap_element_bytes(file->element);
}

/* The voxels' file must be able to hold what the header declares: checked
 * before anything of that size is allocated. */
static gboolean
check_data_size(const CapVolumeFile *file, const char *path, GError **error)
{
  struct stat about;
  if (stat(file->data_path, &about) != 0 || !S_ISREG(about.st_mode)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
                "“%s” refers to “%s”, which cannot be read", path,
                file->data_path);
    return FALSE;
  }
  const guint64 held = file->packing == CAP_PACKING_NONE
                           ? (guint64)about.st_size
                           : (guint64)about.st_size * MAX_DEFLATE_RATIO;
  const guint64 wanted =
      voxel_bytes(file) +
      (file->packing == CAP_PACKING_NONE ? MAX(file->data_offset, 0) : 0);
  if (held >= wanted)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "“%s” is cut short: its header declares %d x %d x %d voxels, "
              "which %zu bytes cannot hold",
              path, file->size[0], file->size[1], file->size[2],
              (gsize)about.st_size);
  return FALSE;
}

static gboolean
check_geometry(const CapVolumeFile *file, const char *path, GError **error)
{
  const int *size = file->size;
  for (int i = 0; i < 3; i++) {
    const CapPoint a = file->axis[i], b = file->axis[(i + 1) % 3];
    const double norm = a.x * a.x + a.y * a.y + a.z * a.z;
    const double dot = a.x * b.x + a.y * b.y + a.z * b.z;
    const double spacing = file->spacing_mm[i];
    if (!(fabs(sqrt(norm) - 1) < 1e-3) || !(fabs(dot) < 1e-3)) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                  "the axes of “%s” are not orthonormal", path);
      return FALSE;
    }
    if (!isfinite(spacing) || spacing < 0 || spacing > 1000) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                  "the voxel spacing of “%s” makes no sense: %g mm", path,
                  spacing);
      return FALSE;
    }
  }
  const CapPoint o = file->origin_mm;
  if (!isfinite(o.x) || !isfinite(o.y) || !isfinite(o.z)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the origin of “%s” is not a number", path);
    return FALSE;
  }
  if (size[0] < 1 || size[1] < 1 || size[2] < 1 || size[0] > 5000 ||
      size[1] > 5000 || size[2] > 5000) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
                "“%s” declares %d x %d x %d voxels, which is outside the "
                "limits",
                path, size[0], size[1], size[2]);
    return FALSE;
  }
  return TRUE;
}

gboolean
cap_volume_file_read_header(const char *path, CapVolumeFile *file,
                            GError **error)
{
  *file = (CapVolumeFile){
      .size = {1, 1, 1},
      .axis = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
      .slope_intercept = {1, 0},
  };
  const gboolean ok = is_nifti_name(path)
                          ? cap_nifti_read_header(path, file, error)
                          : cap_metaimage_read_header(path, file, error);
  if (file->modality == NULL)
    file->modality = g_strdup("");
  return ok && check_geometry(file, path, error) &&
         check_data_size(file, path, error);
}

static void
set_text(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
}

static gboolean
is_ct(const CapVolumeFile *file)
{
  return !g_str_equal(file->modality, "MR"); /* most do not say what they are */
}

static gboolean
has_spacing(const CapVolumeFile *file)
{
  return file->spacing_mm[0] > 0 && file->spacing_mm[1] > 0 &&
         file->spacing_mm[2] > 0;
}

unsigned
cap_volume_file_describe(const CapVolumeFile *file, const char *path,
                         CapSource *source)
{
  const gboolean bytes = cap_element_bytes(file->element) == 1;
  const gboolean spaced = has_spacing(file);
  const char *why = !spaced        ? N_("it has no voxel spacing")
                    : !is_ct(file) ? N_("it is MR, not CT")
                    : bytes ? N_("its voxels are bytes, which cannot be HU")
                    : file->size[2] < 2 ? N_("it has only 1 slice")
                                        : "";
  g_autofree char *uid = cap_volume_file_series_uid(path);
  set_text(&source->series_uid, uid);
  set_text(&source->modality, file->modality);
  set_text(&source->unusable_text, why);
  source->unknown = (spaced ? 0 : CAP_UNKNOWN_MM) |
                    (is_ct(file) && !bytes ? 0 : CAP_UNKNOWN_HU);
  if (!is_ct(file))
    g_ptr_array_add(source->irregularities,
                    cap_irregularity_new(
                        30, CAP_SEVERITY_WARNING, NULL, N_("the images are MR"),
                        N_("values have no unit; no detection")));
  return CAP_USABLE_VIEW | (spaced ? CAP_USABLE_MEASURE : 0) |
         (*why == '\0' ? CAP_USABLE_DETECT : 0);
}

/* ---- axes ---- */

static double
component(CapPoint p, int i)
{
  return i == 0 ? p.x : i == 1 ? p.y : p.z;
}

static CapPoint
moved(CapPoint p, CapPoint direction, double by)
{
  return (CapPoint){p.x + by * direction.x, p.y + by * direction.y,
                    p.z + by * direction.z};
}

/* Gives every patient direction the file axis that is nearest to it, best pair
 * first, so that near-diagonal axes still form a permutation. */
static void
assign_axes(const CapVolumeFile *file, int source_axis[3])
{
  gboolean taken[3] = {FALSE, FALSE, FALSE}, filled[3] = {FALSE, FALSE, FALSE};
  for (int round = 0; round < 3; round++) {
    int best_to = -1, best_from = -1;
    double best = -1;
    for (int to = 0; to < 3; to++)
      for (int from = 0; from < 3; from++) {
        const double along = fabs(component(file->axis[from], to));
        if (!filled[to] && !taken[from] && along > best) {
          best = along;
          best_to = to;
          best_from = from;
        }
      }
    filled[best_to] = taken[best_from] = TRUE;
    const gboolean flip = component(file->axis[best_from], best_to) < 0;
    source_axis[best_to] = flip ? ~best_from : best_from;
  }
}

void
cap_volume_file_layout(const CapVolumeFile *file, CapVolume *volume,
                       int source_axis[3])
{
  assign_axes(file, source_axis);
  int *const size[3] = {&volume->columns, &volume->rows, &volume->slices};
  volume->origin_mm = file->origin_mm;
  for (int i = 0; i < 3; i++) {
    const gboolean flip = source_axis[i] < 0;
    const int from = flip ? ~source_axis[i] : source_axis[i];
    const CapPoint a = file->axis[from];
    const double spacing = file->spacing_mm[from];
    *size[i] = file->size[from];
    volume->spacing_mm[i] = spacing > 0 ? spacing : 1;
    volume->axis[i] = flip ? (CapPoint){-a.x, -a.y, -a.z} : a;
    if (flip)
      volume->origin_mm = moved(volume->origin_mm, a,
                                volume->spacing_mm[i] * (file->size[from] - 1));
  }
}

CapPoint
cap_volume_file_to_patient(const CapVolumeFile *file, CapPoint index)
{
  CapPoint at = file->origin_mm;
  for (int i = 0; i < 3; i++)
    at = moved(at, file->axis[i],
               component(index, i) *
                   (file->spacing_mm[i] > 0 ? file->spacing_mm[i] : 1));
  return at;
}

/* ---- voxels ---- */

static GInputStream *
open_data(const CapVolumeFile *file, GError **error)
{
  const int fd = open(file->data_path, O_RDONLY | O_CLOEXEC);
  struct stat about;
  goffset start = file->data_offset;
  if (fd >= 0 && start < 0 && fstat(fd, &about) == 0)
    start = about.st_size - (goffset)voxel_bytes(file);
  if (fd < 0 || (file->packing != CAP_PACKING_GZIP &&
                 lseek(fd, start, SEEK_SET) != start)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read “%s”: %s",
                file->data_path, g_strerror(errno));
    if (fd >= 0)
      close(fd);
    return NULL;
  }
  g_autoptr(GInputStream) raw = g_unix_input_stream_new(fd, TRUE);
  if (file->packing == CAP_PACKING_NONE)
    return g_steal_pointer(&raw);

  const gboolean gzip = file->packing == CAP_PACKING_GZIP;
  g_autoptr(GZlibDecompressor) unpack = g_zlib_decompressor_new(
      gzip ? G_ZLIB_COMPRESSOR_FORMAT_GZIP : G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr(GInputStream) unpacked =
      g_converter_input_stream_new(raw, G_CONVERTER(unpack));
  char skipped[4096];
  for (goffset left = gzip ? start : 0; left > 0;) {
    const gssize n = g_input_stream_read(
        unpacked, skipped, MIN(left, (goffset)sizeof skipped), NULL, NULL);
    if (n <= 0) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                  "“%s” is damaged or cut short", file->data_path);
      return NULL;
    }
    left -= n;
  }
  return g_steal_pointer(&unpacked);
}

/* Copies one row of the file to its place in the permuted, flipped volume. */
static void
place_row(CapVolume *volume, const gssize stride[3], const gssize start, int y,
          int z, const int16_t *row, int n)
{
  int16_t *to = volume->voxels_hu + start + y * stride[1] + z * stride[2];
  if (stride[0] == 1) {
    memcpy(to, row, n * sizeof *row);
    return;
  }
  for (int x = 0; x < n; x++)
    to[x * stride[0]] = row[x];
}

static gboolean
read_voxels(const CapVolumeFile *file, CapVolume *volume,
            const int source_axis[3], const CapProgress *progress,
            GError **error)
{
  g_autoptr(GInputStream) stream = open_data(file, error);
  if (stream == NULL)
    return FALSE;
  const gssize step[3] = {1, volume->columns,
                          (gssize)volume->columns * volume->rows};
  gssize stride[3], start = 0; /* by file axis */
  for (int i = 0; i < 3; i++) {
    const gboolean flip = source_axis[i] < 0;
    const int from = flip ? ~source_axis[i] : source_axis[i];
    stride[from] = flip ? -step[i] : step[i];
    start += flip ? step[i] * (file->size[from] - 1) : 0;
  }
  const gsize plane = (gsize)file->size[0] * file->size[1];
  const gsize n_bytes = plane * cap_element_bytes(file->element);
  g_autofree uint8_t *bytes = g_try_malloc(n_bytes);
  g_autofree int16_t *hu = g_try_new(int16_t, plane);
  if (bytes == NULL || hu == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to read “%s”", file->data_path);
    return FALSE;
  }
  for (int z = 0; z < file->size[2]; z++) {
    gsize got = 0;
    if (!cap_progress_step(progress, N_("reading voxels"),
                           (double)z / file->size[2], error))
      return FALSE;
    if (!g_input_stream_read_all(stream, bytes, n_bytes, &got, NULL, NULL) ||
        got < n_bytes) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                  "“%s” is damaged or cut short in plane %d of %d",
                  file->data_path, z + 1, file->size[2]);
      return FALSE;
    }
    cap_element_to_hu(bytes, file->element, file->big_endian,
                      file->slope_intercept, plane, hu);
    for (int y = 0; y < file->size[1]; y++)
      place_row(volume, stride, start, y, z, hu + (gsize)y * file->size[0],
                file->size[0]);
  }
  return cap_progress_step(progress, N_("reading voxels"), 1, error);
}

/* Where the voxels start when they can be used as they lie in the file, −1
 * otherwise. */
static goffset
in_place(const CapVolumeFile *file, const int source_axis[3], int fd)
{
  struct stat about;
  for (int i = 0; i < 3; i++)
    if (source_axis[i] != i)
      return -1;
  if (file->packing != CAP_PACKING_NONE || file->element != CAP_ELEMENT_I16 ||
      file->big_endian != (G_BYTE_ORDER == G_BIG_ENDIAN) ||
      file->slope_intercept[0] != 1 || file->slope_intercept[1] != 0 ||
      fstat(fd, &about) != 0)
    return -1;
  const goffset start = file->data_offset >= 0
                            ? file->data_offset
                            : about.st_size - (goffset)voxel_bytes(file);
  /* The size again: what is mapped beyond a file's end cannot be touched. */
  return start >= 0 && start % 2 == 0 &&
                 about.st_size - start >= (goffset)voxel_bytes(file)
             ? start
             : -1;
}

/* The volume with its voxels mapped, NULL without ERROR when they have to be
 * converted. */
static CapVolume *
map_voxels(const CapVolumeFile *file, const int source_axis[3], GError **error)
{
  const int fd = open(file->data_path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return NULL; /* whoever reads it says why */
  const goffset start = in_place(file, source_axis, fd);
  CapVolume *volume =
      start < 0 ? NULL : cap_volume_new_mapped(file->size, fd, start, error);
  close(fd);
  return volume;
}

char *
cap_volume_file_series_uid(const char *path)
{
  char *name = g_filename_display_basename(path);
  for (int i = 0; i < (has_suffix(path, ".nii.gz") ? 2 : 1); i++)
    *strrchr(name, '.') = '\0';
  return name;
}

CapVolume *
cap_volume_file_read(const char *path, const CapProgress *progress,
                     GError **error)
{
  g_auto(CapVolumeFile) file = {0};
  if (!cap_volume_file_read_header(path, &file, error))
    return NULL;
  CapVolume layout = {0};
  int source_axis[3];
  cap_volume_file_layout(&file, &layout, source_axis);
  g_autoptr(GError) cause = NULL;
  g_autoptr(CapVolume) volume = map_voxels(&file, source_axis, &cause);
  if (volume == NULL && !g_error_matches(cause, CAP_ERROR, CAP_ERROR_LIMIT)) {
    g_clear_error(&cause); /* some file systems cannot map */
    volume = cap_volume_new(layout.columns, layout.rows, layout.slices, &cause);
  }
  if (volume == NULL) {
    g_propagate_error(error, g_steal_pointer(&cause));
    return NULL;
  }
  cap_volume_file_layout(&file, volume, source_axis);
  volume->usable = cap_volume_file_describe(&file, path, volume->source);
  if (volume->mapping != NULL
          ? !cap_progress_step(progress, N_("reading voxels"), 1, error)
          : !read_voxels(&file, volume, source_axis, progress, error))
    return NULL;
  return g_steal_pointer(&volume);
}
