/* Writing NIfTI-1: see nifti_write.h. Offsets are those of nifti1.h. */
#include "io/nifti_write.h"

#include "core/error.h"
#include "io/atomic_file.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

enum { HEADER_BYTES = 348, DATA_OFFSET = 352, TYPE_U8 = 2, TYPE_I16 = 4 };

/* ---- header ---- */

static void
put_i16(uint8_t *header, int at, int value)
{
  header[at] = (uint8_t)(value & 0xff);
  header[at + 1] = (uint8_t)(value >> 8 & 0xff);
}

static void
put_f32(uint8_t *header, int at, double value)
{
  const float number = (float)value;
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  for (int i = 0; i < 4; i++)
    header[at + i] = (uint8_t)(bits >> (8 * i) & 0xff);
}

/* The unit quaternion (b,c,d; a >= 0) of rotation R; method 2 of nifti1.h. */
static void
quaternion(const double r[3][3], double bcd[3])
{
  const double square[4] = {1 + r[0][0] + r[1][1] + r[2][2],
                            1 + r[0][0] - r[1][1] - r[2][2],
                            1 - r[0][0] + r[1][1] - r[2][2],
                            1 - r[0][0] - r[1][1] + r[2][2]}; /* 4 q² */
  int most = 0;
  for (int i = 1; i < 4; i++)
    most = square[i] > square[most] ? i : most;
  const double q = sqrt(square[most]) / 2, k = 1 / (4 * q);
  const double x = (r[2][1] - r[1][2]) * k, y = (r[0][2] - r[2][0]) * k,
               z = (r[1][0] - r[0][1]) * k, xy = (r[0][1] + r[1][0]) * k,
               xz = (r[0][2] + r[2][0]) * k, yz = (r[1][2] + r[2][1]) * k;
  const double all[4][4] = {
      {q, x, y, z}, {x, q, xy, xz}, {y, xy, q, yz}, {z, xz, yz, q}};
  const double sign = all[most][0] < 0 ? -1 : 1;
  for (int i = 0; i < 3; i++)
    bcd[i] = sign * all[most][i + 1];
}

static double
determinant(const double r[3][3])
{
  return r[0][0] * (r[1][1] * r[2][2] - r[1][2] * r[2][1]) -
         r[0][1] * (r[1][0] * r[2][2] - r[1][2] * r[2][0]) +
         r[0][2] * (r[1][0] * r[2][1] - r[1][1] * r[2][0]);
}

static void
put_geometry(uint8_t *header, const CapVolume *v)
{
  double r[3][3]; /* column i is axis i; LPS to RAS turns x and y round */
  for (int i = 0; i < 3; i++) {
    r[0][i] = -v->axis[i].x;
    r[1][i] = -v->axis[i].y;
    r[2][i] = v->axis[i].z;
  }
  const double origin[3] = {-v->origin_mm.x, -v->origin_mm.y, v->origin_mm.z};
  for (int row = 0; row < 3; row++) {
    for (int i = 0; i < 3; i++)
      put_f32(header, 280 + 16 * row + 4 * i, r[row][i] * v->spacing_mm[i]);
    put_f32(header, 280 + 16 * row + 12, origin[row]);
    put_f32(header, 268 + 4 * row, origin[row]);
    put_f32(header, 80 + 4 * row, v->spacing_mm[row]);
  }
  const gboolean mirrored = determinant(r) < 0;
  for (int row = 0; row < 3 && mirrored; row++)
    r[row][2] = -r[row][2];
  double bcd[3];
  quaternion(r, bcd);
  for (int i = 0; i < 3; i++)
    put_f32(header, 256 + 4 * i, bcd[i]);
  put_f32(header, 76, mirrored ? -1 : 1); /* qfac */
  put_i16(header, 252, 1);                /* of the scanner */
  put_i16(header, 254, 1);
  header[123] = 2; /* mm */
}

static void
make_header(uint8_t header[DATA_OFFSET], const CapVolume *v, int type)
{
  const int size[] = {3, v->columns, v->rows, v->slices, 1, 1, 1, 1};
  memset(header, 0, DATA_OFFSET);
  put_i16(header, 0, HEADER_BYTES);
  for (int i = 0; i < 8; i++)
    put_i16(header, 40 + 2 * i, size[i]);
  put_i16(header, 70, type);
  put_i16(header, 72, type == TYPE_U8 ? 8 : 16);
  put_f32(header, 108, DATA_OFFSET);
  put_f32(header, 112, 1); /* slope */
  put_geometry(header, v);
  g_strlcpy((char *)header + 148, "Capsight " CAP_VERSION, 80);
  memcpy(header + 344, "n+1", 4);
}

/* ---- gzip ---- */

typedef struct {
  z_stream stream;
  CapAtomicFile *file;
} Packer;

static gboolean
pack(Packer *p, const void *bytes, gsize n, gboolean last, GError **error)
{
  uint8_t chunk[1 << 15];
  p->stream.next_in = (Bytef *)bytes;
  p->stream.avail_in = (uInt)n;
  do {
    p->stream.next_out = chunk;
    p->stream.avail_out = sizeof chunk;
    deflate(&p->stream, last ? Z_FINISH : Z_NO_FLUSH);
    if (!cap_atomic_file_write(p->file, chunk,
                               sizeof chunk - p->stream.avail_out, error))
      return FALSE;
  } while (p->stream.avail_out == 0);
  return TRUE;
}

/* One plane of what is written. */
typedef void (*PlaneFunc)(gconstpointer image, const CapVolume *volume,
                          int slice, void *plane);

static void
mask_plane(gconstpointer image, const CapVolume *volume, int slice, void *plane)
{
  cap_mask_spread(image, volume, slice, plane);
}

static void
volume_plane(gconstpointer image, const CapVolume *volume, int slice,
             void *plane)
{
  const gsize n = (gsize)volume->columns * volume->rows;
  const int16_t *hu = cap_volume_slice(image, slice);
  for (gsize i = 0; i < n; i++)
    ((int16_t *)plane)[i] = GINT16_TO_LE(hu[i]);
}

static gboolean
write_planes(Packer *p, gconstpointer image, const CapVolume *volume, int type,
             GError **error)
{
  uint8_t header[DATA_OFFSET];
  const gsize n = (gsize)volume->columns * volume->rows *
                  (type == TYPE_U8 ? 1 : sizeof(int16_t));
  const PlaneFunc get = type == TYPE_U8 ? mask_plane : volume_plane;
  g_autofree void *plane = g_try_malloc(n);
  if (plane == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for a plane of %d x %d", volume->columns,
                volume->rows);
    return FALSE;
  }
  make_header(header, volume, type);
  gboolean ok = pack(p, header, sizeof header, FALSE, error);
  for (int s = 0; ok && s < volume->slices; s++) {
    get(image, volume, s, plane);
    ok = pack(p, plane, n, s + 1 == volume->slices, error);
  }
  return ok;
}

static gboolean
write_image(gconstpointer image, const CapVolume *volume, int type,
            const char *path, GError **error)
{
  enum { GZIP = 16, FAST = 1, MEMORY = 8 };
  g_autoptr(CapAtomicFile) file = cap_atomic_file_new(path, error);
  if (file == NULL)
    return FALSE;
  Packer packer = {.file = file};
  if (deflateInit2(&packer.stream, FAST, Z_DEFLATED, MAX_WBITS + GZIP, MEMORY,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to write “%s”", path);
    return FALSE;
  }
  const gboolean ok = write_planes(&packer, image, volume, type, error);
  deflateEnd(&packer.stream);
  return ok && cap_atomic_file_commit(file, error);
}

gboolean
cap_nifti_write_volume(const CapVolume *volume, const char *path,
                       GError **error)
{
  return write_image(volume, volume, TYPE_I16, path, error);
}

gboolean
cap_nifti_write_mask(const CapMask *mask, const CapVolume *volume,
                     const char *path, GError **error)
{
  return write_image(mask, volume, TYPE_U8, path, error);
}
