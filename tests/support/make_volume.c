/* make-volume SERIES OUT [KIND]: a DICOM series as a volume file, for shell
 * tests. OUT ends in .mha, .nii.gz or .mhd; an .mhd has its voxels beside it
 * as KIND says: raw (int16, little-endian), big (big-endian), zraw (packed),
 * float, or turned (stored back to front along x and y, as some of LUNA16 are).
 * KIND ball=X,Y,Z,D writes a label image instead: 1 within D/2 mm of the point
 * (patient LPS). */
#include "io/metaimage.h"
#include "io/nifti_write.h"
#include "io/series/series.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

static int
fail(const char *what, const GError *error)
{
  fprintf(stderr, "make-volume: %s: %s\n", what, error ? error->message : "?");
  return 1;
}

static CapVolume *
read_series(const char *path, GError **error)
{
  g_autoptr(CapSeriesList) list = cap_series_scan(path, NULL, error);
  const CapSeries *series = list ? cap_series_choose(list, NULL, error) : NULL;
  return series ? cap_series_load(series, NULL, NULL, error) : NULL;
}

/* The voxels as KIND stores them. */
static GByteArray *
encode(const CapVolume *v, const char *kind)
{
  const gsize n = cap_volume_n_voxels(v);
  const gsize plane = (gsize)v->columns * v->rows;
  GByteArray *bytes = g_byte_array_new();
  for (gsize i = 0; i < n; i++) {
    const gsize turned = i / plane * plane + (plane - 1 - i % plane);
    const gboolean turn = g_str_equal(kind, "turned");
    const int16_t hu = v->voxels_hu[turn ? turned : i];
    const float real = hu;
    const int16_t word =
        g_str_equal(kind, "big") ? GINT16_TO_BE(hu) : GINT16_TO_LE(hu);
    if (g_str_equal(kind, "float"))
      g_byte_array_append(bytes, (const guint8 *)&real, sizeof real);
    else
      g_byte_array_append(bytes, (const guint8 *)&word, sizeof word);
  }
  if (!g_str_equal(kind, "zraw"))
    return bytes;
  uLongf packed = compressBound(bytes->len);
  GByteArray *small = g_byte_array_new();
  g_byte_array_set_size(small, (guint)packed);
  compress(small->data, &packed, bytes->data, bytes->len);
  g_byte_array_set_size(small, (guint)packed);
  g_byte_array_unref(bytes);
  return small;
}

static char *
header(const CapVolume *v, const char *kind, const char *data_name)
{
  const gboolean turn = g_str_equal(kind, "turned");
  const double sign = turn ? -1 : 1;
  CapPoint o = v->origin_mm;
  if (turn)
    o = cap_volume_to_patient(v, (CapPoint){v->columns - 1, v->rows - 1, 0});
  return g_strdup_printf(
      "ObjectType = Image\nNDims = 3\nBinaryData = True\n"
      "BinaryDataByteOrderMSB = %s\nCompressedData = %s\n"
      "TransformMatrix = %g 0 0 0 %g 0 0 0 1\nOffset = %.10g %.10g %.10g\n"
      "CenterOfRotation = 0 0 0\nAnatomicalOrientation = RAI\n"
      "ElementSpacing = %.10g %.10g %.10g\nDimSize = %d %d %d\n"
      "ElementType = %s\nElementDataFile = %s\n",
      g_str_equal(kind, "big") ? "True" : "False",
      g_str_equal(kind, "zraw") ? "True" : "False", sign, sign, o.x, o.y, o.z,
      v->spacing_mm[0], v->spacing_mm[1], v->spacing_mm[2], v->columns, v->rows,
      v->slices, g_str_equal(kind, "float") ? "MET_FLOAT" : "MET_SHORT",
      data_name);
}

static gboolean
write_mhd(const CapVolume *v, const char *path, const char *kind,
          GError **error)
{
  g_autofree char *stem = g_strndup(path, strlen(path) - 4);
  g_autofree char *data =
      g_strconcat(stem, g_str_equal(kind, "zraw") ? ".zraw" : ".raw", NULL);
  g_autofree char *name = g_path_get_basename(data);
  g_autofree char *text = header(v, kind, name);
  g_autoptr(GByteArray) bytes = encode(v, kind);
  return g_file_set_contents(path, text, -1, error) &&
         g_file_set_contents(data, (char *)bytes->data, bytes->len, error);
}

static gboolean
write_ball(const CapVolume *v, const char *path, const char *numbers,
           GError **error)
{
  double n[4] = {0};
  g_auto(GStrv) parts = g_strsplit(numbers, ",", 4);
  for (int i = 0; parts[i] != NULL; i++)
    n[i] = g_ascii_strtod(parts[i], NULL);
  g_autoptr(CapMask) mask = cap_mask_new(v->columns, v->rows, v->slices, error);
  for (int z = 0; z < v->slices; z++)
    for (int y = 0; y < v->rows; y++)
      for (int x = 0; x < v->columns; x++) {
        const CapPoint p = cap_volume_to_patient(v, (CapPoint){x, y, z});
        const double d[3] = {p.x - n[0], p.y - n[1], p.z - n[2]};
        mask->voxels[((gsize)z * v->rows + y) * v->columns + x] =
            d[0] * d[0] + d[1] * d[1] + d[2] * d[2] <= n[3] * n[3] / 4;
      }
  return g_str_has_suffix(path, ".nii.gz")
             ? cap_nifti_write_mask(mask, v, path, error)
             : cap_metaimage_write_mask(mask, v, path, error);
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  if (argc < 3)
    return fail("SERIES OUT [KIND]", NULL);
  g_autoptr(CapVolume) v = read_series(argv[1], &error);
  if (v == NULL)
    return fail(argv[1], error);
  const char *out = argv[2];
  const gboolean ball = argc > 3 && g_str_has_prefix(argv[3], "ball=");
  const gboolean ok =
      ball ? write_ball(v, out, argv[3] + 5, &error)
      : g_str_has_suffix(out, ".mhd")
          ? write_mhd(v, out, argc > 3 ? argv[3] : "raw", &error)
      : g_str_has_suffix(out, ".nii.gz")
          ? cap_nifti_write_volume(v, out, &error)
          : cap_metaimage_write_volume(v, out, &error);
  return ok ? 0 : fail(out, error);
}
