/* MetaImage and NIfTI: what is written comes back, plain voxels are mapped,
 * every element type becomes HU, axes land in LPS, damaged files are refused
 * with a sentence. */
#include "core/error.h"
#include "core/image/unit.h"
#include "io/metaimage.h"
#include "io/nifti.h"
#include "io/nifti_write.h"
#include "tests/support/suite.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

static char *folder;

static void
set_up(void)
{
  folder = cap_test_folder();
}

static void
tear_down(void)
{
  cap_test_remove(g_steal_pointer(&folder));
}

static char *
in_folder(const char *name)
{
  return g_build_filename(folder, name, NULL);
}

static void
assert_point(CapPoint got, double x, double y, double z)
{
  ck_assert_double_eq_tol(got.x, x, 1e-4);
  ck_assert_double_eq_tol(got.y, y, 1e-4);
  ck_assert_double_eq_tol(got.z, z, 1e-4);
}

static CapVolume *
small_volume(void)
{
  CapVolume *volume = cap_volume_new(4, 3, 2, NULL);
  for (gsize i = 0; i < cap_volume_n_voxels(volume); i++)
    volume->voxels_hu[i] = (int16_t)(100 * i - 1000);
  volume->spacing_mm[0] = 0.703125;
  volume->spacing_mm[1] = 0.8;
  volume->spacing_mm[2] = 2.5;
  volume->origin_mm = (CapPoint){-166, -171.7, -340.25};
  volume->axis[0] = (CapPoint){cos(0.1), sin(0.1), 0};
  volume->axis[1] = (CapPoint){-sin(0.1), cos(0.1), 0};
  return volume;
}

static char *
write_bytes(const char *name, const void *bytes, gsize n)
{
  char *path = in_folder(name);
  ck_assert(g_file_set_contents(path, bytes, n, NULL));
  return path;
}

START_TEST(a_written_volume_comes_back)
{
  g_autoptr(CapVolume) volume = small_volume();
  g_autofree char *path = in_folder("1.2.3.mha");
  g_autoptr(GError) error = NULL;
  ck_assert(cap_metaimage_write_volume(volume, path, &error));
  cap_assert_no_error(error);
  g_autoptr(CapVolume) back = cap_volume_file_read(path, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(back->columns, 4);
  ck_assert_int_eq(back->slices, 2);
  ck_assert_mem_eq(back->voxels_hu, volume->voxels_hu, 24 * sizeof(int16_t));
  for (int i = 0; i < 3; i++) {
    ck_assert_double_eq(back->spacing_mm[i], volume->spacing_mm[i]);
    assert_point(back->axis[i], volume->axis[i].x, volume->axis[i].y,
                 volume->axis[i].z);
  }
  assert_point(back->origin_mm, -166, -171.7, -340.25);
  ck_assert_str_eq(back->source->series_uid, "1.2.3");
  ck_assert_uint_eq(back->usable & CAP_USABLE_DETECT, CAP_USABLE_DETECT);
}
END_TEST

START_TEST(a_cropped_mask_is_written_in_its_place)
{
  g_autoptr(CapVolume) volume = small_volume();
  g_autoptr(CapMask) mask = cap_mask_new(3, 2, 1, NULL);
  g_autofree char *path = in_folder("masks.mha");
  g_autoptr(GError) error = NULL;
  mask->first[0] = 2; /* its third column falls off the volume */
  mask->first[1] = 1;
  mask->first[2] = 1;
  memcpy(mask->voxels, (uint8_t[]){1, 2, 9, 3, 0, 9}, 6);
  ck_assert(cap_metaimage_write_mask(mask, volume, path, &error));
  g_autoptr(CapVolume) back = cap_volume_file_read(path, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(cap_volume_at(back, 2, 1, 1), 1);
  ck_assert_int_eq(cap_volume_at(back, 3, 1, 1), 2);
  ck_assert_int_eq(cap_volume_at(back, 2, 2, 1), 3);
  ck_assert_int_eq(cap_volume_at(back, 2, 1, 0), 0);
  int sum = 0;
  for (gsize i = 0; i < cap_volume_n_voxels(back); i++)
    sum += back->voxels_hu[i];
  ck_assert_int_eq(sum, 6);
  ck_assert_uint_eq(back->usable & CAP_USABLE_DETECT, 0);
  ck_assert_str_eq(back->source->unusable_text,
                   "its voxels are bytes, which cannot be HU");
  ck_assert_uint_eq(back->source->unknown, CAP_UNKNOWN_HU);
}
END_TEST

START_TEST(every_element_type_becomes_hu)
{
  const float f32[2] = {-700.6f, NAN};
  const double f64[2] = {1e9, 12.4};
  const int64_t i64[2] = {-5, 40000};
  const uint16_t u16_big[2] = {GUINT16_TO_BE(300), GUINT16_TO_BE(65535)};
  const int8_t i8[2] = {-7, 7};
  const struct {
    const char *type, *order;
    const void *bytes;
    gsize n;
    int first, second;
  } cases[] = {
      {"MET_FLOAT", "False", f32, sizeof f32, -701, CAP_HU_AIR},
      {"MET_DOUBLE", "False", f64, sizeof f64, 32767, 12},
      {"MET_LONG_LONG", "False", i64, sizeof i64, -5, 32767},
      {"MET_USHORT", "True", u16_big, sizeof u16_big, 300, 32767},
      {"MET_CHAR", "False", i8, sizeof i8, -7, 7},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *header = g_strdup_printf(
        "ObjectType = Image\nNDims = 3\nBinaryData = True\n"
        "BinaryDataByteOrderMSB = %s\nElementSpacing = 1 1 1\n"
        "DimSize = 2 1 1\nElementType = %s\nElementDataFile = v.raw\n",
        cases[i].order, cases[i].type);
    g_autofree char *path = write_bytes("v.mhd", header, strlen(header));
    g_autofree char *raw = write_bytes("v.raw", cases[i].bytes, cases[i].n);
    g_autoptr(GError) error = NULL;
    g_autoptr(CapVolume) volume = cap_volume_file_read(path, NULL, &error);
    cap_assert_no_error(error);
    ck_assert_int_eq(volume->voxels_hu[0], cases[i].first);
    ck_assert_int_eq(volume->voxels_hu[1], cases[i].second);
  }
}
END_TEST

/* A 2 x 3 x 4 int16 NIfTI whose voxel i holds i, in neurological RAS axes. */
static void
nifti_bytes(uint8_t *bytes, gboolean sform)
{
  const int16_t dims[8] = {3, 2, 3, 4, 1, 1, 1, 1};
  const float pixdim[4] = {1, 0.5f, 0.6f, 2};
  const float rows[3][4] = {{0.5f, 0, 0, 10}, {0, 0.6f, 0, 20}, {0, 0, 2, 30}};
  const float quaternion_offset[6] = {0, 0, 0, 10, 20, 30}, offset = 352;
  const int32_t size = 348;
  const int16_t type = 4, one = 1;
  memset(bytes, 0, 352 + 48);
  memcpy(bytes, &size, 4);
  memcpy(bytes + 40, dims, sizeof dims);
  memcpy(bytes + 70, &type, 2);
  memcpy(bytes + 76, pixdim, sizeof pixdim);
  memcpy(bytes + 108, &offset, 4);
  bytes[123] = 2;
  memcpy(bytes + (sform ? 254 : 252), &one, 2);
  memcpy(bytes + 256, quaternion_offset, sizeof quaternion_offset);
  if (sform)
    memcpy(bytes + 280, rows, sizeof rows);
  memcpy(bytes + 344, "n+1", 4);
  for (int16_t i = 0; i < 24; i++)
    memcpy(bytes + 352 + 2 * i, &i, 2);
}

static void
assert_nifti(const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapVolume) volume = cap_volume_file_read(path, NULL, &error);
  cap_assert_no_error(error);
  ck_assert_int_eq(volume->columns, 2);
  ck_assert_int_eq(volume->rows, 3);
  ck_assert_int_eq(volume->slices, 4);
  /* Voxel (1,2,3) lies at RAS (10.5, 21.2, 36): file index 1+2*2+3*6 = 23. */
  const CapPoint index =
      cap_volume_to_index(volume, (CapPoint){-10.5, -21.2, 36});
  assert_point(index, 0, 0, 3);
  ck_assert_int_eq(cap_volume_at(volume, 0, 0, 3), 23);
  ck_assert_int_eq(cap_volume_at(volume, 1, 2, 0), 0);
  assert_point(volume->axis[0], 1, 0, 0);
  assert_point(volume->axis[1], 0, 1, 0);
}

START_TEST(nifti_lands_in_lps)
{
  uint8_t bytes[400];
  nifti_bytes(bytes, TRUE);
  g_autofree char *with_sform = write_bytes("s.nii", bytes, sizeof bytes);
  assert_nifti(with_sform);
  nifti_bytes(bytes, FALSE);
  g_autofree char *with_qform = write_bytes("q.nii", bytes, sizeof bytes);
  assert_nifti(with_qform);
  g_autofree char *packed = in_folder("s.nii.gz");
  gzFile stream = gzopen(packed, "wb");
  ck_assert_int_eq(gzwrite(stream, bytes, sizeof bytes), sizeof bytes);
  gzclose(stream);
  assert_nifti(packed);
}
END_TEST

START_TEST(damaged_files_are_refused)
{
  uint8_t bytes[400];
  const char *header =
      "ObjectType = Image\nNDims = 3\nDimSize = 4000 4000 900\n"
      "ElementType = MET_SHORT\nElementDataFile = LOCAL\n";
  const char *escape = "NDims = 3\nDimSize = 1 1 1\nElementType = MET_CHAR\n"
                       "ElementDataFile = ../../secret.raw\n";
  const char *sheared =
      "NDims = 3\nDimSize = 1 1 1\nTransformMatrix = 1 0 0 0.5 0.8 0 0 0 1\n"
      "ElementType = MET_CHAR\nElementDataFile = LOCAL\nx";
  const char *packed = "NDims = 3\nDimSize = 8 8 8\nElementType = MET_CHAR\n"
                       "CompressedData = True\nElementDataFile = LOCAL\nxxxx";
  nifti_bytes(bytes, TRUE);
  const struct {
    const char *name;
    const void *bytes;
    gsize n;
    int code;
  } cases[] = {
      {"short.mha", header, strlen(header), CAP_ERROR_DATA},
      {"escape.mhd", escape, strlen(escape), CAP_ERROR_DATA},
      {"sheared.mha", sheared, strlen(sheared), CAP_ERROR_DATA},
      {"packed.mha", packed, strlen(packed), CAP_ERROR_DATA},
      {"empty.mha", "", 0, CAP_ERROR_DATA},
      {"half.nii", bytes, 380, CAP_ERROR_DATA},
      {"tiny.nii", bytes, 100, CAP_ERROR_DATA},
      {"text.nii", header, strlen(header), CAP_ERROR_DATA},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path =
        write_bytes(cases[i].name, cases[i].bytes, cases[i].n);
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(cap_volume_file_read(path, NULL, &error));
    cap_assert_error(error, cases[i].code);
    ck_assert_msg(strstr(error->message, cases[i].name) != NULL, "%s",
                  error->message);
  }
}
END_TEST

/* int16 in our own order and axes: the file's pages are the voxels, and writing
 * to them leaves the file alone. */
START_TEST(plain_voxels_are_used_in_place)
{
  const int16_t voxels[8] = {-3024, -1000, 0, 1, 2, 3, 4, 3071};
  const struct {
    const char *order, *packed, *matrix;
    gboolean mapped;
    int at_0;
  } cases[] = {
      {"False", "False", "1 0 0 0 1 0 0 0 1", TRUE, -3024},
      {"True", "False", "1 0 0 0 1 0 0 0 1", FALSE,
       (int16_t)GUINT16_SWAP_LE_BE((uint16_t)-3024)},
      {"False", "False", "-1 0 0 0 -1 0 0 0 1", FALSE, 1},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *header = g_strdup_printf(
        "ObjectType = Image\nNDims = 3\nBinaryData = True\n"
        "BinaryDataByteOrderMSB = %s\nCompressedData = %s\n"
        "TransformMatrix = %s\nElementSpacing = 1 1 1\nDimSize = 2 2 2\n"
        "ElementType = MET_SHORT\nElementDataFile = v.raw\n",
        cases[i].order, cases[i].packed, cases[i].matrix);
    g_autofree char *path = write_bytes("v.mhd", header, strlen(header));
    g_autofree char *raw = write_bytes("v.raw", voxels, sizeof voxels);
    g_autoptr(GError) error = NULL;
    g_autoptr(CapVolume) volume = cap_volume_file_read(path, NULL, &error);
    cap_assert_no_error(error);
    ck_assert_int_eq(volume->mapping != NULL, cases[i].mapped);
    ck_assert_int_eq(volume->voxels_hu[0], cases[i].at_0);
    volume->voxels_hu[0] = 77;
    g_autofree char *after = NULL;
    gsize n;
    ck_assert(g_file_get_contents(raw, &after, &n, NULL));
    ck_assert_mem_eq(after, voxels, sizeof voxels);
  }
}
END_TEST

/* Voxels behind a header of an odd length cannot be used where they are. */
START_TEST(voxels_behind_a_header)
{
  const int16_t voxels[4] = {-5, 6, -7, 8};
  for (int pad = 0; pad < 2; pad++) {
    g_autoptr(GString) file = g_string_new("ObjectType = Image\nNDims = 3\n");
    g_string_append_printf(file,
                           "Comment = %s\nElementSpacing = 1 1 1\n"
                           "DimSize = 2 2 1\nElementType = MET_SHORT\n"
                           "ElementDataFile = LOCAL\n",
                           pad ? "ab" : "a");
    const gboolean even = file->len % 2 == 0;
    g_string_append_len(file, (const char *)voxels, sizeof voxels);
    g_autofree char *path = write_bytes("l.mha", file->str, file->len);
    g_autoptr(CapVolume) volume = cap_volume_file_read(path, NULL, NULL);
    ck_assert_ptr_nonnull(volume);
    ck_assert_int_eq(volume->mapping != NULL, even);
    ck_assert_mem_eq(volume->voxels_hu, voxels, sizeof voxels);
  }
}
END_TEST

/* Oblique and turned grids alike, by the sform and, where its code is taken
 * away, by the qform. */
START_TEST(a_written_nifti_comes_back)
{
  for (int turn = 0; turn < 3; turn++) {
    g_autoptr(CapVolume) volume = small_volume();
    if (turn == 1) { /* about y: a quaternion whose largest part is another */
      volume->axis[0] = (CapPoint){cos(0.7), 0, -sin(0.7)};
      volume->axis[1] = (CapPoint){0, 1, 0};
      volume->axis[2] = (CapPoint){sin(0.7), 0, cos(0.7)};
    } else if (turn == 2) { /* left-handed */
      volume->axis[2] = (CapPoint){0, 0, -1};
    }
    g_autoptr(CapMask) mask = cap_mask_new(1, 1, 1, NULL);
    mask->voxels[0] = 3;
    mask->first[0] = mask->first[1] = mask->first[2] = 1;
    const CapPoint marked = cap_volume_to_patient(volume, (CapPoint){1, 1, 1});
    for (int form = 0; form < 4; form++) {
      g_autofree char *path = in_folder("w.nii.gz");
      g_autoptr(GError) error = NULL;
      ck_assert(form < 2 ? cap_nifti_write_volume(volume, path, &error)
                         : cap_nifti_write_mask(mask, volume, path, &error));
      if (form % 2 == 1) {
        uint8_t bytes[352 + 48] = {0};
        gzFile in = gzopen(path, "rb");
        const int n = gzread(in, bytes, sizeof bytes);
        gzclose(in);
        ck_assert_int_eq(n, 352 + (form < 2 ? 48 : 24));
        ck_assert_int_eq(bytes[254], 1);
        bytes[254] = 0;
        gzFile out = gzopen(path, "wb");
        ck_assert_int_eq(gzwrite(out, bytes, n), n);
        gzclose(out);
      }
      g_autoptr(CapVolume) back = cap_volume_file_read(path, NULL, &error);
      cap_assert_no_error(error);
      const CapPoint at = cap_volume_to_index(back, marked);
      assert_point(at, round(at.x), round(at.y), round(at.z));
      ck_assert_int_eq(cap_volume_at(back, (int)lround(at.x), (int)lround(at.y),
                                     (int)lround(at.z)),
                       form < 2 ? cap_volume_at(volume, 1, 1, 1) : 3);
    }
  }
}
END_TEST

START_TEST(output_that_cannot_be_created_is_said)
{
  g_autoptr(CapVolume) volume = small_volume();
  g_autofree char *path = in_folder("absent/v.mha");
  g_autoptr(GError) error = NULL;
  ck_assert(!cap_metaimage_write_volume(volume, path, &error));
  cap_assert_error(error, CAP_ERROR_OUTPUT);
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("volume_file");
  TCase *tests = tcase_create("volume_file");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, a_written_volume_comes_back);
  tcase_add_test(tests, a_cropped_mask_is_written_in_its_place);
  tcase_add_test(tests, every_element_type_becomes_hu);
  tcase_add_test(tests, nifti_lands_in_lps);
  tcase_add_test(tests, damaged_files_are_refused);
  tcase_add_test(tests, plain_voxels_are_used_in_place);
  tcase_add_test(tests, voxels_behind_a_header);
  tcase_add_test(tests, a_written_nifti_comes_back);
  tcase_add_test(tests, output_that_cannot_be_created_is_said);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
