/* NIfTI-1 headers: see nifti.h. Offsets are those of nifti1.h. */
#include "io/nifti.h"

#include "core/error.h"
#include "core/language.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

#define HEADER_BYTES 348

typedef struct {
  const uint8_t *bytes;
  gboolean big_endian;
} Header;

static guint
u16_at(const Header *h, int at)
{
  const uint8_t *b = h->bytes + at;
  return h->big_endian ? b[0] << 8 | b[1] : b[1] << 8 | b[0];
}

static int
i16_at(const Header *h, int at)
{
  return (int16_t)u16_at(h, at);
}

static double
f32_at(const Header *h, int at)
{
  uint32_t bits = 0;
  for (int i = 0; i < 4; i++)
    bits |= (uint32_t)h->bytes[at + (h->big_endian ? 3 - i : i)] << (8 * i);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static gboolean
parse_element(int code, CapElement *element)
{
  switch (code) {
  case 2:
    *element = CAP_ELEMENT_U8;
    return TRUE;
  case 4:
    *element = CAP_ELEMENT_I16;
    return TRUE;
  case 8:
    *element = CAP_ELEMENT_I32;
    return TRUE;
  case 16:
    *element = CAP_ELEMENT_F32;
    return TRUE;
  case 64:
    *element = CAP_ELEMENT_F64;
    return TRUE;
  case 256:
    *element = CAP_ELEMENT_I8;
    return TRUE;
  case 512:
    *element = CAP_ELEMENT_U16;
    return TRUE;
  case 768:
    *element = CAP_ELEMENT_U32;
    return TRUE;
  case 1024:
    *element = CAP_ELEMENT_I64;
    return TRUE;
  case 1280:
    *element = CAP_ELEMENT_U64;
    return TRUE;
  default:
    return FALSE;
  }
}

/* The sform's columns are spacing times axis. FALSE when they are sheared. */
static gboolean
use_sform(const Header *h, double mm, CapVolumeFile *file)
{
  double m[3][4];
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 4; c++)
      m[r][c] = f32_at(h, 280 + 16 * r + 4 * c) * mm;
  CapPoint axis[3];
  double spacing[3];
  for (int c = 0; c < 3; c++) {
    spacing[c] =
        sqrt(m[0][c] * m[0][c] + m[1][c] * m[1][c] + m[2][c] * m[2][c]);
    if (!(spacing[c] > 0))
      return FALSE;
    axis[c] = (CapPoint){m[0][c] / spacing[c], m[1][c] / spacing[c],
                         m[2][c] / spacing[c]};
  }
  for (int c = 0; c < 3; c++) {
    const CapPoint a = axis[c], b = axis[(c + 1) % 3];
    if (!(fabs(a.x * b.x + a.y * b.y + a.z * b.z) < 1e-3))
      return FALSE;
  }
  memcpy(file->axis, axis, sizeof axis);
  memcpy(file->spacing_mm, spacing, sizeof spacing);
  file->origin_mm = (CapPoint){m[0][3], m[1][3], m[2][3]};
  return TRUE;
}

/* Method 2 of nifti1.h: a unit quaternion (a,b,c,d) with a >= 0. */
static void
use_qform(const Header *h, double mm, CapVolumeFile *file)
{
  const double b = f32_at(h, 256), c = f32_at(h, 260), d = f32_at(h, 264);
  const double rest = 1 - (b * b + c * c + d * d);
  const double a = rest > 0 ? sqrt(rest) : 0;
  const double q = f32_at(h, 76) < 0 ? -1 : 1;
  file->axis[0] = (CapPoint){a * a + b * b - c * c - d * d, 2 * (b * c + a * d),
                             2 * (b * d - a * c)};
  file->axis[1] = (CapPoint){2 * (b * c - a * d), a * a + c * c - b * b - d * d,
                             2 * (c * d + a * b)};
  file->axis[2] = (CapPoint){q * 2 * (b * d + a * c), q * 2 * (c * d - a * b),
                             q * (a * a + d * d - b * b - c * c)};
  file->origin_mm =
      (CapPoint){f32_at(h, 268) * mm, f32_at(h, 272) * mm, f32_at(h, 276) * mm};
}

static void
parse_geometry(const Header *h, CapVolumeFile *file)
{
  const int unit = h->bytes[123] & 7; /* xyzt_units: 1 m, 2 mm, 3 µm */
  const double mm = unit == 1 ? 1000 : unit == 3 ? 0.001 : 1;
  for (int i = 0; i < 3; i++)
    file->spacing_mm[i] = fabs(f32_at(h, 80 + 4 * i)) * mm;
  if (i16_at(h, 254) <= 0 || !use_sform(h, mm, file))
    if (i16_at(h, 252) > 0)
      use_qform(h, mm, file);
  /* RAS to LPS. */
  for (int i = 0; i < 3; i++) {
    file->axis[i].x = -file->axis[i].x;
    file->axis[i].y = -file->axis[i].y;
  }
  file->origin_mm.x = -file->origin_mm.x;
  file->origin_mm.y = -file->origin_mm.y;
}

static gboolean
fail(const char *path, int code, const char *what, GError **error)
{
  g_set_error(error, CAP_ERROR, code, "“%s” %s", path, what);
  return FALSE;
}

static gboolean
parse_header(const Header *h, const char *path, CapVolumeFile *file,
             GError **error)
{
  if (memcmp(h->bytes + 344, "n+1", 4) != 0)
    return fail(path, CAP_ERROR_UNSUPPORTED,
                N_("is not a NIfTI-1 single file (n+1)"), error);
  const int dims = i16_at(h, 40);
  for (int i = 1; i <= 3; i++)
    file->size[i - 1] = i <= dims ? i16_at(h, 40 + 2 * i) : 1;
  if (dims < 2 || dims > 7)
    return fail(path, CAP_ERROR_DATA, N_("has no valid dimensions"), error);
  for (int i = 4; i <= dims; i++)
    if (i16_at(h, 40 + 2 * i) > 1)
      return fail(path, CAP_ERROR_UNSUPPORTED,
                  N_("holds more than one volume (time or channels)"), error);
  if (!parse_element(i16_at(h, 70), &file->element))
    return fail(path, CAP_ERROR_UNSUPPORTED,
                N_("has voxels of a type that cannot be HU"), error);
  const double offset = f32_at(h, 108);
  if (!(offset >= HEADER_BYTES && offset < 1e9))
    return fail(path, CAP_ERROR_DATA, N_("has no valid voxel offset"), error);
  file->data_offset = (goffset)offset;
  const double slope = f32_at(h, 112), intercept = f32_at(h, 116);
  if (isfinite(slope) && slope != 0 && isfinite(intercept)) {
    file->slope_intercept[0] = slope;
    file->slope_intercept[1] = intercept;
  }
  parse_geometry(h, file);
  return TRUE;
}

gboolean
cap_nifti_read_header(const char *path, CapVolumeFile *file, GError **error)
{
  uint8_t bytes[HEADER_BYTES] = {0};
  gzFile stream = gzopen(path, "rbe");
  if (stream == NULL)
    return fail(path, CAP_ERROR_NO_INPUT, N_("cannot be read"), error);
  const int n = gzread(stream, bytes, sizeof bytes);
  const gboolean packed = !gzdirect(stream);
  gzclose(stream);
  if (n < 0)
    return fail(path, CAP_ERROR_DATA, N_("is damaged (gzip)"), error);
  if (n < HEADER_BYTES)
    return fail(path, CAP_ERROR_DATA, N_("is too short for a NIfTI header"),
                error);

  Header h = {bytes, FALSE};
  h.big_endian = u16_at(&h, 0) != HEADER_BYTES;
  if (h.big_endian && (u16_at(&h, 2) != HEADER_BYTES))
    return fail(path, CAP_ERROR_DATA, N_("is not a NIfTI-1 file"), error);
  file->packing = packed ? CAP_PACKING_GZIP : CAP_PACKING_NONE;
  file->data_path = g_strdup(path);
  return parse_header(&h, path, file, error);
}
