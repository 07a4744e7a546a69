/* DICOM files for tests: see dicom_make.h. Layout: DICOM PS3.5 section 7. */
#include "tests/support/dicom_make.h"

#include <stdio.h>
#include <string.h>

#define CT_IMAGE "1.2.840.10008.5.1.4.1.1.2"
#define ENHANCED_CT "1.2.840.10008.5.1.4.1.1.2.1"
#define EXPLICIT_LE "1.2.840.10008.1.2.1"

/* ---- elements ---- */

typedef struct {
  GByteArray *bytes;
  gboolean implicit, big;
} Out;

static void
put16(Out *o, guint value)
{
  const uint8_t b[2] = {o->big ? value >> 8 : value,
                        o->big ? value : value >> 8};
  g_byte_array_append(o->bytes, b, 2);
}

static void
put32(Out *o, uint32_t value)
{
  put16(o, o->big ? value >> 16 : value & 0xffff);
  put16(o, o->big ? value & 0xffff : value >> 16);
}

static gboolean
is_long_vr(const char *vr)
{
  return strstr("OB OD OF OL OV OW SQ SV UC UN UR UT UV", vr) != NULL;
}

static void
put_head(Out *o, uint32_t tag, const char *vr, uint32_t length)
{
  put16(o, tag >> 16);
  put16(o, tag & 0xffff);
  if (o->implicit || tag >> 16 == 0xfffe) {
    put32(o, length);
    return;
  }
  g_byte_array_append(o->bytes, (const uint8_t *)vr, 2);
  if (is_long_vr(vr)) {
    put16(o, 0);
    put32(o, length);
  } else {
    put16(o, length);
  }
}

static void
put_text(Out *o, uint32_t tag, const char *vr, const char *text)
{
  const gsize n = strlen(text);
  put_head(o, tag, vr, n + (n & 1));
  g_byte_array_append(o->bytes, (const uint8_t *)text, n);
  if (n & 1)
    g_byte_array_append(o->bytes,
                        (const uint8_t *)(g_str_equal(vr, "UI") ? "" : " "), 1);
}

static void
put_number(Out *o, uint32_t tag, const char *vr, int value)
{
  put_head(o, tag, vr, g_str_equal(vr, "UL") ? 4 : 2);
  if (g_str_equal(vr, "UL"))
    put32(o, value);
  else
    put16(o, value & 0xffff);
}

static void
put_decimals(Out *o, uint32_t tag, const double *numbers, int n)
{
  g_autoptr(GString) text = g_string_new(NULL);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  for (int i = 0; i < n; i++)
    g_string_append_printf(
        text, "%s%s", i ? "\\" : "",
        g_ascii_formatd(digits, sizeof digits, "%.8g", numbers[i]));
  put_text(o, tag, "DS", text->str);
}

/* ---- a classic slice ---- */

static int
flat_pixel(double x, double y, double z, gpointer user_data)
{
  return GPOINTER_TO_INT(user_data);
}

CapTestSlice
cap_test_slice(int k)
{
  return (CapTestSlice){
      .series_uid = CAP_TEST_SERIES,
      .sop_class = CT_IMAGE,
      .modality = "CT",
      .image_type = "ORIGINAL\\PRIMARY\\AXIAL",
      .transfer_syntax = EXPLICIT_LE,
      .patient_name = "Test^Case",
      .slope = "1",
      .intercept = "-1024",
      .instance = k + 1,
      .acquisition = 1,
      .rows = 32,
      .columns = 32,
      .position = {-10, -20, k},
      .orientation = {1, 0, 0, 0, 1, 0},
      .spacing = {0.7, 0.8},
      .bits_stored = 16,
      .high_bit = 15,
      .pixel = flat_pixel,
      .user_data = GINT_TO_POINTER(1000 + k),
  };
}

static void
put_meta(Out *o, const char *sop_class, const char *syntax)
{
  Out meta = {g_byte_array_new(), FALSE, FALSE};
  put_text(&meta, 0x00020002, "UI", sop_class);
  put_text(&meta, 0x00020003, "UI", "1.2.3");
  put_text(&meta, 0x00020010, "UI", syntax);
  Out head = {o->bytes, FALSE, FALSE};
  uint8_t preamble[132] = {0};
  memcpy(preamble + 128, "DICM", 4);
  g_byte_array_append(o->bytes, preamble, sizeof preamble);
  put_number(&head, 0x00020000, "UL", meta.bytes->len);
  g_byte_array_append(o->bytes, meta.bytes->data, meta.bytes->len);
  g_byte_array_unref(meta.bytes);
}

static void
put_identity(Out *o, const CapTestSlice *s)
{
  g_autofree char *sop = s->sop_uid
                             ? g_strdup(s->sop_uid)
                             : g_strdup_printf("%s.%d.%d", s->series_uid,
                                               s->acquisition, s->instance);
  g_autofree char *instance = g_strdup_printf("%d", s->instance);
  g_autofree char *acquisition = g_strdup_printf("%d", s->acquisition);
  if (s->charset != NULL)
    put_text(o, 0x00080005, "CS", s->charset);
  put_text(o, 0x00080008, "CS", s->image_type);
  put_text(o, 0x00080016, "UI", s->sop_class);
  put_text(o, 0x00080018, "UI", sop);
  put_text(o, 0x00080020, "DA", s->study_date ? s->study_date : "20240131");
  put_text(o, 0x00080060, "CS", s->modality);
  if (s->study_description != NULL)
    put_text(o, 0x00081030, "LO", s->study_description);
  put_text(o, 0x0008103e, "LO",
           s->series_description ? s->series_description : "chest");
  put_text(o, 0x00100010, "PN", s->patient_name);
  put_text(o, 0x00100020, "LO", s->patient_id ? s->patient_id : "P1");
  put_text(o, 0x00180050, "DS", "1");
  put_text(o, 0x00181210, "SH", s->kernel ? s->kernel : "B50f");
  put_text(o, 0x0020000d, "UI",
           s->study_uid ? s->study_uid : "1.2.826.0.1.3680043.10.1");
  put_text(o, 0x0020000e, "UI", s->series_uid);
  put_text(o, 0x00200012, "IS", acquisition);
  put_text(o, 0x00200013, "IS", instance);
  if (!s->no_position)
    put_decimals(o, 0x00200032, s->position, 3);
  if (!s->no_orientation)
    put_decimals(o, 0x00200037, s->orientation, 6);
  put_text(o, 0x00200052, "UI", "1.2.826.0.1.3680043.10.9");
}

static void
put_values(Out *o, const CapTestSlice *s)
{
  const double *a = s->orientation, *p = s->position;
  for (int r = 0; r < s->rows; r++)
    for (int c = 0; c < s->columns; c++) {
      const double u = c * s->spacing[1], v = r * s->spacing[0];
      put16(o, s->pixel(p[0] + u * a[0] + v * a[3], p[1] + u * a[1] + v * a[4],
                        p[2] + u * a[2] + v * a[5], s->user_data) &
                   0xffff);
    }
}

static void
put_image(Out *o, const CapTestSlice *s)
{
  const char *padding_vr = s->is_signed ? "SS" : "US";
  put_number(o, 0x00280002, "US", 1);
  put_text(o, 0x00280004, "CS", "MONOCHROME2");
  if (s->frames != 0) {
    g_autofree char *frames = g_strdup_printf("%d", s->frames);
    put_text(o, 0x00280008, "IS", frames);
  }
  put_number(o, 0x00280010, s->rows_as_ul ? "UL" : "US", s->rows);
  put_number(o, 0x00280011, s->rows_as_ul ? "UL" : "US", s->columns);
  if (s->spacing[0] != 0)
    put_decimals(o, 0x00280030, s->spacing, 2);
  put_number(o, 0x00280100, "US", 16);
  put_number(o, 0x00280101, "US", s->bits_stored);
  put_number(o, 0x00280102, "US", s->high_bit);
  put_number(o, 0x00280103, "US", s->is_signed);
  if (s->padding != 0)
    put_number(o, 0x00280120, padding_vr, s->padding);
  if (s->padding_limit != 0)
    put_number(o, 0x00280121, padding_vr, s->padding_limit);
  if (s->intercept != NULL)
    put_text(o, 0x00281052, "DS", s->intercept);
  if (s->slope != NULL)
    put_text(o, 0x00281053, "DS", s->slope);
}

GByteArray *
cap_test_slice_bytes(const CapTestSlice *s)
{
  Out o = {g_byte_array_new(), FALSE, FALSE};
  if (!s->no_preamble)
    put_meta(&o, s->sop_class, s->transfer_syntax);
  o.implicit = s->implicit;
  o.big = s->big_endian;
  put_identity(&o, s);
  if (s->extra != NULL)
    g_byte_array_append(o.bytes, s->extra->data, s->extra->len);
  put_image(&o, s);
  if (s->no_pixels)
    return o.bytes;

  Out values = {g_byte_array_new(), FALSE, s->big_endian};
  if (s->rows < 1000)
    put_values(&values, s);
  const int n = (int)values.bytes->len + s->extra_pixel_bytes;
  const guint before = values.bytes->len;
  g_byte_array_set_size(values.bytes, MAX(n, 0));
  if (values.bytes->len > before)
    memset(values.bytes->data + before, 0, values.bytes->len - before);
  put_head(&o, 0x7fe00010, "OW",
           s->pixel_length ? s->pixel_length : values.bytes->len);
  g_byte_array_append(o.bytes, values.bytes->data, values.bytes->len);
  g_byte_array_unref(values.bytes);
  return o.bytes;
}

void
cap_test_write(const char *folder, const char *name, const void *bytes,
               gsize n_bytes)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  FILE *file = fopen(path, "wb"); /* no fsync: there are thousands */
  if (file == NULL || fwrite(bytes, 1, n_bytes, file) != n_bytes ||
      fclose(file) != 0)
    g_error("cannot write “%s”", path);
}

void
cap_test_slice_write(const CapTestSlice *slice, const char *folder,
                     const char *name)
{
  GByteArray *bytes = cap_test_slice_bytes(slice);
  cap_test_write(folder, name, bytes->data, bytes->len);
  g_byte_array_unref(bytes);
}

void
cap_test_series_write(const char *folder, int n)
{
  for (int k = 0; k < n; k++) {
    char name[32];
    const CapTestSlice slice = cap_test_slice(k);
    g_snprintf(name, sizeof name, "i%03d.dcm", k);
    cap_test_slice_write(&slice, folder, name);
  }
}

/* ---- sequences ---- */

static void
put_sequence_of(Out *o, uint32_t tag, const Out *item)
{
  put_head(o, tag, "SQ", item->bytes->len + 8);
  put_head(o, 0xfffee000, "", item->bytes->len);
  g_byte_array_append(o->bytes, item->bytes->data, item->bytes->len);
  g_byte_array_set_size(item->bytes, 0);
}

static void
put_frame_groups(Out *o, double z, double slope, int index)
{
  Out group = {g_byte_array_new(), FALSE, FALSE};
  const double position[3] = {-10, -20, z};
  put_number(&group, 0x00209128, "UL", 1);
  put_sequence_of(o, 0x00209111, &group);
  put_decimals(&group, 0x00200032, position, 3);
  put_sequence_of(o, 0x00209113, &group);
  put_decimals(&group, 0x00281052, (double[]){-1024}, 1);
  put_decimals(&group, 0x00281053, &slope, 1);
  put_text(&group, 0x00281054, "LO", "HU");
  put_sequence_of(o, 0x00289145, &group);
  g_byte_array_unref(group.bytes);
}

static void
put_shared_groups(Out *o)
{
  Out group = {g_byte_array_new(), FALSE, FALSE};
  put_text(&group, 0x00181210, "SH", "LUNG");
  put_sequence_of(o, 0x00189314, &group);
  put_decimals(&group, 0x00200037, (double[]){1, 0, 0, 0, 1, 0}, 6);
  put_sequence_of(o, 0x00209116, &group);
  put_text(&group, 0x00180050, "DS", "1");
  put_decimals(&group, 0x00280030, (double[]){0.7, 0.8}, 2);
  put_sequence_of(o, 0x00289110, &group);
  g_byte_array_unref(group.bytes);
}

GByteArray *
cap_test_enhanced_bytes(int n_frames, const double *z, const double *slopes,
                        const int *stored)
{
  CapTestSlice s = cap_test_slice(0);
  s.no_position = s.no_orientation = TRUE;
  s.spacing[0] = s.spacing[1] = 0;
  s.slope = s.intercept = NULL;
  s.sop_class = ENHANCED_CT;
  s.frames = n_frames;
  Out o = {g_byte_array_new(), FALSE, FALSE};
  put_meta(&o, s.sop_class, EXPLICIT_LE);
  put_identity(&o, &s);
  put_image(&o, &s);
  Out item = {g_byte_array_new(), FALSE, FALSE};
  put_shared_groups(&item);
  put_sequence_of(&o, 0x52009229, &item);
  Out items = {g_byte_array_new(), FALSE, FALSE};
  for (int i = 0; i < n_frames; i++) {
    put_frame_groups(&item, z[i], slopes[i], i);
    put_head(&items, 0xfffee000, "", item.bytes->len);
    g_byte_array_append(items.bytes, item.bytes->data, item.bytes->len);
    g_byte_array_set_size(item.bytes, 0);
  }
  put_head(&o, 0x52009230, "SQ", items.bytes->len);
  g_byte_array_append(o.bytes, items.bytes->data, items.bytes->len);
  put_head(&o, 0x7fe00010, "OW", n_frames * s.rows * s.columns * 2);
  for (int i = 0; i < n_frames; i++)
    for (int v = 0; v < s.rows * s.columns; v++)
      put16(&o, stored[i]);
  g_byte_array_unref(items.bytes);
  g_byte_array_unref(item.bytes);
  return o.bytes;
}

GByteArray *
cap_test_dicomdir_bytes(const char *const *names, int n)
{
  Out o = {g_byte_array_new(), FALSE, FALSE};
  Out items = {g_byte_array_new(), FALSE, FALSE};
  Out item = {g_byte_array_new(), FALSE, FALSE};
  put_meta(&o, "1.2.840.10008.1.3.10", EXPLICIT_LE);
  for (int i = 0; i < n; i++) {
    put_text(&item, 0x00041430, "CS", "IMAGE");
    put_text(&item, 0x00041500, "CS", names[i]);
    put_head(&items, 0xfffee000, "", item.bytes->len);
    g_byte_array_append(items.bytes, item.bytes->data, item.bytes->len);
    g_byte_array_set_size(item.bytes, 0);
  }
  put_head(&o, 0x00041220, "SQ", items.bytes->len);
  g_byte_array_append(o.bytes, items.bytes->data, items.bytes->len);
  g_byte_array_unref(items.bytes);
  g_byte_array_unref(item.bytes);
  return o.bytes;
}

GByteArray *
cap_test_nested_bytes(int depth)
{
  Out o = {g_byte_array_new(), FALSE, FALSE};
  for (int i = 0; i < depth; i++) {
    put_head(&o, 0x00211010, "SQ", 0xffffffffu);
    put_head(&o, 0xfffee000, "", 0xffffffffu);
  }
  for (int i = 0; i < depth; i++) {
    put_head(&o, 0xfffee00d, "", 0);
    put_head(&o, 0xfffee0dd, "", 0);
  }
  return o.bytes;
}

void
cap_test_put_element(GByteArray *to, guint32 tag, const char *vr,
                     const void *value, gsize n_bytes)
{
  Out o = {to, FALSE, FALSE};
  put_head(&o, tag, vr, n_bytes + (n_bytes & 1));
  g_byte_array_append(to, value, n_bytes);
  if (n_bytes & 1)
    g_byte_array_append(
        to, (const uint8_t *)(*vr == 'U' || *vr == 'O' ? "" : " "), 1);
}

void
cap_test_put_item(GByteArray *to, guint32 tag, const GByteArray *item)
{
  Out o = {to, FALSE, FALSE};
  put_head(&o, tag, "SQ", item->len + 8);
  put_head(&o, 0xfffee000, "", item->len);
  g_byte_array_append(to, item->data, item->len);
}
