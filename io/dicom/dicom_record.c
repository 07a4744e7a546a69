/* Header facts as GVariant: see dicom_record.h.
 *
 * Plain structs go in as their bytes: the cache never leaves the machine, and
 * their sizes are part of its version. */
#include "io/dicom/dicom_record.h"

#include <string.h>

#define LAYOUT 1

int
cap_dicom_record_version(void)
{
  return LAYOUT << 24 ^ (int)sizeof(CapPrescan) << 16 ^
         (int)sizeof(CapDicomFrame) << 8 ^ (int)sizeof(CapDicomPixels) ^
         CAP_DICOM_N_TEXTS << 4;
}

static GVariant *
bytes_of(const void *data, gsize n_bytes)
{
  return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, data, n_bytes, 1);
}

/* How many frames are really in memory: an oversized file declares more. */
static int
held_frames(const CapDicomFile *file)
{
  return file->frames == NULL ? 0 : MIN(file->n_frames, CAP_DICOM_MAX_FRAMES);
}

GVariant *
cap_dicom_record_pack(const CapDicomFile *file)
{
  GVariantBuilder texts, problems;
  g_variant_builder_init(&texts, G_VARIANT_TYPE("as"));
  g_variant_builder_init(&problems, G_VARIANT_TYPE("a(iisss)"));
  for (int i = 0; i < CAP_DICOM_N_TEXTS; i++)
    g_variant_builder_add(&texts, "s", file->text[i]);
  for (guint i = 0; i < file->problems->len; i++) {
    const CapIrregularity *one = g_ptr_array_index(file->problems, i);
    g_variant_builder_add(&problems, "(iisss)", one->number, one->severity,
                          one->file, one->text, one->effect);
  }
  const int state_and_kind = file->state | (file->is_enhanced ? 0x100 : 0);
  return g_variant_new(
      "(iisi@ay@ay@ay@as@a(iisss))", state_and_kind, file->instance_number,
      file->sop_uid, file->n_frames,
      bytes_of(&file->prescan, sizeof file->prescan),
      bytes_of(&file->pixels, sizeof file->pixels),
      bytes_of(file->frames, held_frames(file) * sizeof *file->frames),
      g_variant_builder_end(&texts), g_variant_builder_end(&problems));
}

/* Child I of RECORD as exactly N_BYTES into OUT. */
static gboolean
take_bytes(GVariant *record, int i, void *out, gsize n_bytes)
{
  g_autoptr(GVariant) child = g_variant_get_child_value(record, i);
  gsize n = 0;
  const void *bytes = g_variant_get_fixed_array(child, &n, 1);
  if (n != n_bytes)
    return FALSE;
  if (n > 0)
    memcpy(out, bytes, n);
  return TRUE;
}

static gboolean
take_texts(GVariant *record, CapDicomFile *file)
{
  g_autoptr(GVariant) child = g_variant_get_child_value(record, 7);
  if (g_variant_n_children(child) != CAP_DICOM_N_TEXTS)
    return FALSE;
  for (int i = 0; i < CAP_DICOM_N_TEXTS; i++) {
    const char *text = NULL;
    g_variant_get_child(child, i, "&s", &text);
    cap_dicom_file_set_text(file, i, text);
  }
  return TRUE;
}

static gboolean
take_problems(GVariant *record, CapDicomFile *file)
{
  g_autoptr(GVariant) child = g_variant_get_child_value(record, 8);
  GVariantIter iter;
  int number, severity;
  const char *name, *text, *effect;
  g_variant_iter_init(&iter, child);
  while (g_variant_iter_next(&iter, "(ii&s&s&s)", &number, &severity, &name,
                             &text, &effect)) {
    if (number < 1 || number > CAP_N_CASES || severity < 0 ||
        severity > CAP_SEVERITY_ERROR)
      return FALSE;
    g_ptr_array_add(file->problems,
                    cap_irregularity_new(number, severity, name, text, effect));
  }
  return TRUE;
}

static gboolean
take_all(GVariant *record, CapDicomFile *file)
{
  int state_and_kind = 0;
  const char *sop_uid = NULL;
  g_variant_get_child(record, 0, "i", &state_and_kind);
  g_variant_get_child(record, 1, "i", &file->instance_number);
  g_variant_get_child(record, 2, "&s", &sop_uid);
  g_variant_get_child(record, 3, "i", &file->n_frames);
  g_free(file->sop_uid);
  file->sop_uid = g_strdup(sop_uid);
  file->state = state_and_kind & 0xff;
  file->is_enhanced = (state_and_kind & 0x100) != 0;
  if (file->state > CAP_DICOM_OTHER || file->n_frames < 0)
    return FALSE;
  /* A file that is used has all of its frames. */
  const int n = MIN(file->n_frames, CAP_DICOM_MAX_FRAMES);
  file->frames = g_new0(CapDicomFrame, n);
  return take_bytes(record, 4, &file->prescan, sizeof file->prescan) &&
         take_bytes(record, 5, &file->pixels, sizeof file->pixels) &&
         take_bytes(record, 6, file->frames, n * sizeof *file->frames) &&
         take_texts(record, file) && take_problems(record, file);
}

CapDicomFile *
cap_dicom_record_unpack(const char *path, GVariant *record)
{
  if (!g_variant_is_of_type(record, G_VARIANT_TYPE(CAP_DICOM_RECORD_TYPE)) ||
      !g_variant_is_normal_form(record))
    return NULL;
  g_autoptr(CapDicomFile) file = cap_dicom_file_new(path);
  return take_all(record, file) ? g_steal_pointer(&file) : NULL;
}
