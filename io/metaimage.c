/* MetaImage: see metaimage.h. */
#include "io/metaimage.h"

#include "core/error.h"
#include "core/language.h"
#include "io/atomic_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define MAX_HEADER_LINES 200
#define MAX_LINE 4096

static gboolean
bad_header(const char *path, const char *key, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "the MetaImage header of “%s” has no valid %s", path, key);
  return FALSE;
}

/* Up to MAX numbers of TEXT; returns how many there are. */
static int
parse_numbers(const char *text, double *numbers, int max)
{
  int n = 0;
  for (char *end; n < max; text = end, n++) {
    numbers[n] = g_ascii_strtod(text, &end);
    if (end == text)
      break;
  }
  return n;
}

static gboolean
parse_element(const char *name, CapElement *element)
{
  static const struct {
    const char *name;
    CapElement element;
  } types[] = {
      {"MET_UCHAR", CAP_ELEMENT_U8},       {"MET_CHAR", CAP_ELEMENT_I8},
      {"MET_USHORT", CAP_ELEMENT_U16},     {"MET_SHORT", CAP_ELEMENT_I16},
      {"MET_UINT", CAP_ELEMENT_U32},       {"MET_INT", CAP_ELEMENT_I32},
      {"MET_ULONG", CAP_ELEMENT_U32},      {"MET_LONG", CAP_ELEMENT_I32},
      {"MET_ULONG_LONG", CAP_ELEMENT_U64}, {"MET_LONG_LONG", CAP_ELEMENT_I64},
      {"MET_FLOAT", CAP_ELEMENT_F32},      {"MET_DOUBLE", CAP_ELEMENT_F64},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (g_str_equal(name, types[i].name)) {
      *element = types[i].element;
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_true(const char *value)
{
  return value[0] == 'T' || value[0] == 't' || value[0] == '1';
}

/* The header as a table of key to value; FILE is left at the first voxel. */
static GHashTable *
read_lines(FILE *file, const char *path, GError **error)
{
  g_autoptr(GHashTable) table =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  char line[MAX_LINE];
  for (int n = 0; n < MAX_HEADER_LINES; n++) {
    if (fgets(line, sizeof line, file) == NULL)
      break;
    char *equals = strchr(line, '=');
    if (equals == NULL)
      break;
    *equals = '\0';
    char *key = g_strdup(g_strstrip(line));
    char *value = g_strdup(g_strstrip(equals + 1));
    if (!g_utf8_validate(value, -1, NULL) && !g_str_equal(key, "Comment"))
      g_strcanon(value, "0123456789.-+eE ", '?');
    g_hash_table_replace(table, key, value);
    if (g_str_equal(key, "ElementDataFile"))
      return g_steal_pointer(&table);
  }
  bad_header(path, "ElementDataFile", error);
  return NULL;
}

static gboolean
parse_geometry(GHashTable *table, const char *path, CapVolumeFile *file,
               GError **error)
{
  const char *const matrix_keys[] = {"TransformMatrix", "Rotation",
                                     "Orientation"};
  const char *const origin_keys[] = {"Offset", "Position", "Origin"};
  const char *dims_text = g_hash_table_lookup(table, "NDims");
  const int dims = dims_text ? atoi(dims_text) : 0;
  double numbers[9];
  if (dims != 2 && dims != 3)
    return bad_header(path, "NDims (2 or 3)", error);

  const char *text = g_hash_table_lookup(table, "DimSize");
  if (text == NULL || parse_numbers(text, numbers, dims) != dims)
    return bad_header(path, "DimSize", error);
  for (int i = 0; i < dims; i++)
    file->size[i] = numbers[i] >= 1 && numbers[i] <= G_MAXINT ? numbers[i] : 0;

  text = g_hash_table_lookup(table, "ElementSpacing");
  if (text == NULL)
    text = g_hash_table_lookup(table, "ElementSize");
  if (text != NULL && parse_numbers(text, numbers, dims) == dims)
    memcpy(file->spacing_mm, numbers, dims * sizeof *numbers);

  for (gsize i = 0; i < G_N_ELEMENTS(matrix_keys) && dims == 3; i++) {
    text = g_hash_table_lookup(table, matrix_keys[i]);
    if (text == NULL)
      continue;
    if (parse_numbers(text, numbers, 9) != 9)
      return bad_header(path, matrix_keys[i], error);
    for (int a = 0; a < 3; a++)
      file->axis[a] =
          (CapPoint){numbers[3 * a], numbers[3 * a + 1], numbers[3 * a + 2]};
    break;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(origin_keys); i++) {
    text = g_hash_table_lookup(table, origin_keys[i]);
    if (text == NULL)
      continue;
    if (parse_numbers(text, numbers, dims) != dims)
      return bad_header(path, origin_keys[i], error);
    file->origin_mm =
        (CapPoint){numbers[0], numbers[1], dims == 3 ? numbers[2] : 0};
    break;
  }
  return TRUE;
}

static gboolean
unsupported(const char *path, const char *what, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
              "“%s”: a MetaImage with %s is not supported", path, what);
  return FALSE;
}

static const char *
value_of(GHashTable *table, const char *key, const char *otherwise)
{
  const char *value = g_hash_table_lookup(table, key);
  return value != NULL ? value : otherwise;
}

static gboolean
parse_encoding(GHashTable *table, const char *path, CapVolumeFile *file,
               GError **error)
{
  if (!is_true(value_of(table, "BinaryData", "True")))
    return unsupported(path, N_("voxels as text"), error);
  if (atoi(value_of(table, "ElementNumberOfChannels", "1")) != 1)
    return unsupported(path, N_("several channels"), error);
  if (!parse_element(value_of(table, "ElementType", ""), &file->element))
    return bad_header(path, "ElementType", error);
  file->big_endian =
      is_true(value_of(table, "BinaryDataByteOrderMSB",
                       value_of(table, "ElementByteOrderMSB", "False")));
  if (is_true(value_of(table, "CompressedData", "False")))
    file->packing = CAP_PACKING_ZLIB;
  const char *modality = value_of(table, "Modality", "");
  file->modality = g_strdup(g_str_equal(modality, "MET_MOD_CT")   ? "CT"
                            : g_str_equal(modality, "MET_MOD_MR") ? "MR"
                                                                  : "");
  return TRUE;
}

/* ElementDataFile may name a file beside or below the header, nothing else: a
 * header must not make us read the rest of the disk. */
static gboolean
parse_data_file(GHashTable *table, const char *path, goffset header_end,
                CapVolumeFile *file, GError **error)
{
  const char *name = g_hash_table_lookup(table, "ElementDataFile");
  if (g_ascii_strcasecmp(name, "LOCAL") == 0) {
    file->data_path = g_strdup(path);
    file->data_offset = header_end;
    return TRUE;
  }
  if (g_str_equal(name, "LIST") || strchr(name, '%') != NULL)
    return unsupported(path, N_("one file per slice"), error);
  if (*name == '\0' || g_path_is_absolute(name) || strstr(name, "..") != NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "“%s” names a data file outside its own folder: “%s”", path,
                name);
    return FALSE;
  }
  g_autofree char *folder = g_path_get_dirname(path);
  file->data_path = g_build_filename(folder, name, NULL);
  file->data_offset =
      g_ascii_strtoll(value_of(table, "HeaderSize", "0"), NULL, 10);
  if (file->data_offset < -1)
    return bad_header(path, "HeaderSize", error);
  return TRUE;
}

gboolean
cap_metaimage_read_header(const char *path, CapVolumeFile *file, GError **error)
{
  FILE *stream = fopen(path, "rbe");
  if (stream == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read “%s”: %s",
                path, g_strerror(errno));
    return FALSE;
  }
  g_autoptr(GHashTable) table = read_lines(stream, path, error);
  const goffset end = ftello(stream);
  fclose(stream);
  return table != NULL && parse_geometry(table, path, file, error) &&
         parse_encoding(table, path, file, error) &&
         parse_data_file(table, path, end, file, error);
}

/* ---- writing ---- */

static void
append_numbers(GString *text, const char *key, const double *numbers, int n)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append_printf(text, "%s =", key);
  for (int i = 0; i < n; i++)
    g_string_append_printf(
        text, " %s", g_ascii_dtostr(digits, sizeof digits, numbers[i] + 0.0));
  g_string_append_c(text, '\n');
}

static char *
header_text(const CapVolume *volume, const char *element, gint64 packed_bytes)
{
  const CapPoint *a = volume->axis, o = volume->origin_mm;
  const double matrix[] = {a[0].x, a[0].y, a[0].z, a[1].x, a[1].y,
                           a[1].z, a[2].x, a[2].y, a[2].z};
  const double origin[] = {o.x, o.y, o.z};
  GString *text = g_string_new("ObjectType = Image\nNDims = 3\n"
                               "BinaryData = True\n"
                               "BinaryDataByteOrderMSB = False\n");
  if (packed_bytes >= 0)
    g_string_append_printf(text,
                           "CompressedData = True\n"
                           "CompressedDataSize = %" G_GINT64_FORMAT "\n",
                           packed_bytes);
  append_numbers(text, "TransformMatrix", matrix, 9);
  append_numbers(text, "Offset", origin, 3);
  append_numbers(text, "ElementSpacing", volume->spacing_mm, 3);
  g_string_append_printf(text,
                         "DimSize = %d %d %d\nElementType = %s\n"
                         "ElementDataFile = LOCAL\n",
                         volume->columns, volume->rows, volume->slices,
                         element);
  return g_string_free(text, FALSE);
}

static gboolean
write_file(const char *path, const char *header, const void *voxels,
           gsize n_bytes, GError **error)
{
  g_autoptr(CapAtomicFile) file = cap_atomic_file_new(path, error);
  return file != NULL &&
         cap_atomic_file_write(file, header, strlen(header), error) &&
         cap_atomic_file_write(file, voxels, n_bytes, error) &&
         cap_atomic_file_commit(file, error);
}

gboolean
cap_metaimage_write_volume(const CapVolume *volume, const char *path,
                           GError **error)
{
  g_autofree char *header = header_text(volume, "MET_SHORT", -1);
  return write_file(path, header, volume->voxels_hu,
                    cap_volume_n_voxels(volume) * sizeof(int16_t), error);
}

static GByteArray *
pack_labels(const CapMask *mask, const CapVolume *volume)
{
  const gsize plane = (gsize)volume->columns * volume->rows;
  g_autofree uint8_t *labels = g_try_malloc(plane);
  uint8_t chunk[1 << 15];
  z_stream stream = {0};
  if (labels == NULL || deflateInit(&stream, 1) != Z_OK)
    return NULL;
  GByteArray *packed = g_byte_array_new();
  for (int slice = 0; slice < volume->slices; slice++) {
    cap_mask_spread(mask, volume, slice, labels);
    stream.next_in = labels;
    stream.avail_in = plane;
    do {
      stream.next_out = chunk;
      stream.avail_out = sizeof chunk;
      deflate(&stream, slice + 1 < volume->slices ? Z_NO_FLUSH : Z_FINISH);
      g_byte_array_append(packed, chunk, sizeof chunk - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return packed;
}

gboolean
cap_metaimage_write_mask(const CapMask *mask, const CapVolume *volume,
                         const char *path, GError **error)
{
  g_autoptr(GByteArray) packed = pack_labels(mask, volume);
  if (packed == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to write “%s”", path);
    return FALSE;
  }
  g_autofree char *header = header_text(volume, "MET_UCHAR", packed->len);
  return write_file(path, header, packed->data, packed->len, error);
}
