/* Building series from header facts: see series_build.h. */
#include "io/series/series_build.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "io/series/series_plan.h"
#include "io/series/series_split.h"

#include <math.h>
#include <string.h>

#define MIN_DETECT_SLICES 3
/* Files named one by one before the rest is counted. */
#define MAX_INFO_NOTES 2
#define MAX_NOTES 20

CapSeries *
cap_series_new(void)
{
  CapSeries *series = g_new0(CapSeries, 1);
  series->source = cap_source_new();
  series->files = g_ptr_array_new_with_free_func(g_free);
  series->unusable_text = g_strdup("");
  return series;
}

void
cap_series_free(CapSeries *series)
{
  if (series == NULL)
    return;
  cap_source_free(series->source);
  g_ptr_array_unref(series->files);
  cap_series_plan_free(series->plan);
  g_free(series->unusable_text);
  g_free(series);
}

static void
set_text(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
}

static void
fill_source(CapSource *source, const CapDicomFile *file)
{
  char *const *text = file->text;
  set_text(&source->patient_id, text[CAP_DICOM_PATIENT_ID]);
  set_text(&source->patient_name, text[CAP_DICOM_PATIENT_NAME]);
  set_text(&source->patient_sex, text[CAP_DICOM_PATIENT_SEX]);
  set_text(&source->patient_birth_date, text[CAP_DICOM_PATIENT_BIRTH_DATE]);
  set_text(&source->study_uid, text[CAP_DICOM_STUDY_UID]);
  set_text(&source->study_date, text[CAP_DICOM_STUDY_DATE]);
  set_text(&source->study_description, text[CAP_DICOM_STUDY_DESCRIPTION]);
  set_text(&source->series_uid, text[CAP_DICOM_SERIES_UID]);
  set_text(&source->series_description, text[CAP_DICOM_SERIES_DESCRIPTION]);
  set_text(&source->series_number, text[CAP_DICOM_SERIES_NUMBER]);
  set_text(&source->modality, text[CAP_DICOM_MODALITY]);
  set_text(&source->frame_of_reference_uid,
           text[CAP_DICOM_FRAME_OF_REFERENCE_UID]);
  set_text(&source->manufacturer, text[CAP_DICOM_MANUFACTURER]);
  set_text(&source->kernel, text[CAP_DICOM_KERNEL]);
  source->slice_thickness_mm = file->frames[0].thickness_mm;
}

static const CapStackPlane *
plane_at(const CapSeries *series, guint i)
{
  return &g_array_index(series->plan->planes, CapStackPlane, i);
}

static void
copy_notes(CapSeries *series, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add(series->source->irregularities,
                    cap_irregularity_copy(g_ptr_array_index(from, i)));
}

static gboolean
is_ct(const CapSeries *series)
{
  return g_str_equal(series->source->modality, "CT");
}

/* ---- what headers show about a finished stack ---- */

/* What FILE's own header shows, unless enough files have shown it before. */
static void
note_problems(CapSeries *series, const CapDicomFile *file,
              int counts[CAP_N_CASES + 1])
{
  for (guint i = 0; i < file->problems->len; i++) {
    const CapIrregularity *one = g_ptr_array_index(file->problems, i);
    const gboolean info = one->severity == CAP_SEVERITY_INFO;
    if (++counts[one->number] <= (info ? MAX_INFO_NOTES : MAX_NOTES))
      g_ptr_array_add(series->source->irregularities,
                      cap_irregularity_copy(one));
  }
}

static void
note_files(CapSeries *series)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  int counts[CAP_N_CASES + 1] = {0};
  for (guint i = 0; i < series->plan->planes->len; i++) {
    const CapDicomFile *file = plane_at(series, i)->file;
    if (!g_hash_table_add(seen, (gpointer)file))
      continue;
    g_ptr_array_add(series->files, g_strdup(file->path));
    note_problems(series, file, counts);
  }
  GPtrArray *notes = series->source->irregularities;
  for (guint i = notes->len; i-- > 0;) {
    const CapIrregularity *one = g_ptr_array_index(notes, i);
    const int shown =
        one->severity == CAP_SEVERITY_INFO ? MAX_INFO_NOTES : MAX_NOTES;
    const int more = counts[one->number] - shown;
    counts[one->number] = 0;
    if (more > 0)
      cap_series_note(series, one->number, one->severity, "", one->effect,
                      N_("%d more files: %s"), more,
                      cap_irregularity_title(one->number));
  }
}

static void
note_rescale(CapSeries *series)
{
  const CapDicomFrame *first = plane_at(series, 0)->frame;
  gboolean differs = FALSE, fractional = FALSE;
  for (guint i = 0; i < series->plan->planes->len; i++) {
    const CapDicomFrame *frame = plane_at(series, i)->frame;
    differs |=
        frame->slope != first->slope || frame->intercept != first->intercept;
    fractional |= frame->slope != rint(frame->slope) ||
                  frame->intercept != rint(frame->intercept);
  }
  if (differs)
    cap_series_note(series, 7, CAP_SEVERITY_INFO, "",
                    fractional
                        ? N_("applied slice by slice, rounded to whole HU")
                        : N_("applied slice by slice"),
                    N_("rescale slope or intercept differs between slices"));
}

static void
note_padding(CapSeries *series)
{
  const CapDicomPixels *p = &plane_at(series, 0)->file->pixels;
  if (!p->has_padding)
    return;
  if (p->padding_from == p->padding_to)
    cap_series_note(series, 9, CAP_SEVERITY_INFO, "",
                    N_("such pixels become air (-1024 HU)"),
                    N_("stored value %d stands for “no image here”"),
                    p->padding_from);
  else
    cap_series_note(series, 9, CAP_SEVERITY_INFO, "",
                    N_("such pixels become air (-1024 HU)"),
                    N_("stored values %d to %d stand for “no image here”"),
                    p->padding_from, p->padding_to);
}

/* InstanceNumber (or the frame number) should run one way along the stack. */
static void
note_order(CapSeries *series)
{
  int up = 0, down = 0;
  for (guint i = 1; i < series->plan->planes->len; i++) {
    const CapStackPlane *a = plane_at(series, i - 1), *b = plane_at(series, i);
    const gint64 step = a->file == b->file ? b->frame->frame - a->frame->frame
                                           : (gint64)b->file->instance_number -
                                                 a->file->instance_number;
    up += step > 0;
    down += step < 0;
  }
  if (up > 0 && down > 0 && series->plan->kind != CAP_STACK_LOOSE)
    cap_series_note(
        series, 10, CAP_SEVERITY_INFO, "", N_("sorted by image position alone"),
        plane_at(series, 0)->file->is_enhanced
            ? N_("frames do not follow the position along the stack")
            : N_("instance numbers do not follow the position along the "
                 "stack"));
}

static void
note_spacing(CapSeries *series)
{
  if (!plane_at(series, 0)->frame->has_spacing)
    cap_series_note(series, 21, CAP_SEVERITY_ERROR, "",
                    N_("lengths are in pixels; no measurements, no detection"),
                    N_("the pixel spacing is missing or zero"));
}

static void
note_modality(CapSeries *series)
{
  const char *modality = series->source->modality;
  if (!is_ct(series))
    cap_series_note(series, 30, CAP_SEVERITY_WARNING, "",
                    N_("values have no unit; no detection"),
                    *modality ? N_("the images are %s")
                              : N_("the images are of no declared modality%s"),
                    modality);
}

static void
note_enhanced(CapSeries *series)
{
  const CapDicomFile *file = plane_at(series, 0)->file;
  if (file->is_enhanced)
    cap_series_note(series, 24, CAP_SEVERITY_INFO, file->name,
                    N_("geometry and rescale taken from the per-frame groups"),
                    N_("enhanced multi-frame image of %d frames"),
                    file->n_frames);
}

/* ---- judging ---- */

static gboolean
lacks_slope(const CapSeries *series)
{
  for (guint i = 0; i < series->plan->planes->len; i++)
    if (!plane_at(series, i)->frame->has_slope)
      return TRUE;
  return FALSE;
}

static gboolean
is_axial(const CapSeries *series)
{
  return fabs(series->plan->grid.axis[2].z) > 0.7;
}

static int
present_slices(const CapSeries *series)
{
  int n = 0;
  for (guint i = 0; i < series->plan->planes->len; i++)
    n += !plane_at(series, i)->absent;
  return n;
}

static gboolean
is_localizer(const CapSeries *series)
{
  return strstr(plane_at(series, 0)->file->text[CAP_DICOM_IMAGE_TYPE],
                "LOCALIZER") != NULL;
}

/* TRUE when the planes make a volume at all. */
static gboolean
forms_volume(const CapSeries *series)
{
  return series->plan->plane_of_slice != NULL;
}

static gboolean
has_position(const CapSeries *series)
{
  const CapDicomFrame *frame = plane_at(series, 0)->frame;
  return frame->has_position && frame->has_orientation;
}

static char *
why_not_detect(const CapSeries *series, gboolean assume_hu, int present)
{
  const char *modality = series->source->modality;
  if (!forms_volume(series))
    return cap_plane_is_orthonormal(plane_at(series, 0)->frame->orientation)
               ? g_strdup(N_("its volume would be over the limits (CASE-18)"))
               : g_strdup(
                     N_("its image orientation is not orthonormal (CASE-22)"));
  if (present == 0)
    return g_strdup(N_("none of its images can be read"));
  if (!is_ct(series))
    return *modality ? g_strdup_printf(N_("it is %s, not CT"), modality)
                     : g_strdup(N_("it is of no declared modality, not CT"));
  if (is_localizer(series))
    return g_strdup(N_("it is a localizer (CASE-11)"));
  if (series->plan->kind == CAP_STACK_LOOSE)
    return has_position(series)
               ? g_strdup(N_("its positions make no stack (CASE-05)"))
               : g_strdup(N_("its images have no position (CASE-20)"));
  if (!plane_at(series, 0)->frame->has_spacing)
    return g_strdup(N_("it has no pixel spacing (CASE-21)"));
  if (lacks_slope(series) && !assume_hu)
    return g_strdup(
        N_("its values are not declared as HU (CASE-08; --assume-hu "
           "accepts them)"));
  if (present < MIN_DETECT_SLICES)
    return present == 1 ? g_strdup(N_("it has only 1 slice"))
                        : g_strdup_printf(N_("it has only %d slices"), present);
  if (!is_axial(series))
    return g_strdup(N_("its slices are not axial"));
  return NULL;
}

unsigned
cap_series_usable(const CapSeries *series, gboolean assume_hu, char **why)
{
  const int present = present_slices(series);
  char *reason = why_not_detect(series, assume_hu, present);
  unsigned usable = reason == NULL ? CAP_USABLE_DETECT : 0;
  if (forms_volume(series) && present > 0) {
    usable |= CAP_USABLE_VIEW;
    if (series->plan->kind != CAP_STACK_LOOSE &&
        plane_at(series, 0)->frame->has_spacing)
      usable |= CAP_USABLE_MEASURE;
  }
  if (why != NULL)
    *why = reason;
  else
    g_free(reason);
  return usable;
}

unsigned
cap_series_unknown(const CapSeries *series, gboolean assume_hu)
{
  const unsigned usable = cap_series_usable(series, assume_hu, NULL);
  unsigned unknown = usable & CAP_USABLE_MEASURE ? 0 : CAP_UNKNOWN_MM;
  if (!is_ct(series) || (lacks_slope(series) && !assume_hu))
    unknown |= CAP_UNKNOWN_HU;
  if (series->plan->kind == CAP_STACK_LOOSE)
    unknown |= CAP_UNKNOWN_PLACE;
  return unknown;
}

static CapSeries *
finish_series(GArray *stack, const CapSeries *shared, int part)
{
  CapSeries *series = cap_series_new();
  series->part = part;
  fill_source(series->source, g_array_index(stack, CapStackPlane, 0).file);
  copy_notes(series, shared->source->irregularities);
  const gboolean ok = cap_series_plan_make(series, g_array_ref(stack));
  note_files(series);
  note_modality(series);
  note_enhanced(series);
  note_spacing(series);
  note_rescale(series);
  note_padding(series);
  if (ok)
    note_order(series);
  else if (cap_plane_is_orthonormal(plane_at(series, 0)->frame->orientation))
    cap_series_note(series, 18, CAP_SEVERITY_ERROR, "",
                    N_("no volume is built"),
                    N_("its slices would form a volume over the limits"));
  g_free(series->unusable_text);
  series->usable = cap_series_usable(series, FALSE, &series->unusable_text);
  if (series->unusable_text == NULL)
    series->unusable_text = g_strdup("");
  series->source->unknown = cap_series_unknown(series, FALSE);
  return series;
}

/* All files with one SeriesInstanceUID; BROKEN those that name it but cannot
 * be read further. */
static void
build_one(GPtrArray *files, GPtrArray *out)
{
  g_autoptr(GArray) planes = cap_planes_new();
  CapSeries *shared = cap_series_new();
  for (guint i = 0; i < files->len; i++) {
    CapDicomFile *file = g_ptr_array_index(files, i);
    const gboolean placed =
        file->state == CAP_DICOM_IMAGE || file->state == CAP_DICOM_DAMAGED;
    if (!placed)
      copy_notes(shared, file->problems);
    for (int f = 0; placed && f < file->n_frames; f++)
      cap_planes_add(planes, file, f);
  }
  if (planes->len > 0) {
    g_autoptr(GPtrArray) stacks = cap_series_split(planes, shared);
    for (guint k = 0; k < stacks->len; k++)
      g_ptr_array_add(out, finish_series(g_ptr_array_index(stacks, k), shared,
                                         stacks->len > 1 ? k + 1 : 0));
  }
  cap_series_free(shared);
}

GPtrArray *
cap_series_build(GPtrArray *files)
{
  GPtrArray *out =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_series_free);
  g_autoptr(GHashTable) groups = g_hash_table_new_full(
      g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  g_autoptr(GPtrArray) order = g_ptr_array_new();
  for (guint i = 0; i < files->len; i++) {
    CapDicomFile *file = g_ptr_array_index(files, i);
    const char *uid = file->text[CAP_DICOM_SERIES_UID];
    if (*uid == '\0')
      uid = file->prescan.series_uid;
    if (file->state == CAP_DICOM_OTHER || *uid == '\0')
      continue;
    GPtrArray *group = g_hash_table_lookup(groups, uid);
    if (group == NULL) {
      group = g_ptr_array_new();
      g_hash_table_insert(groups, (gpointer)uid, group);
      g_ptr_array_add(order, group);
    }
    g_ptr_array_add(group, file);
  }
  for (guint i = 0; i < order->len; i++)
    build_one(g_ptr_array_index(order, i), out);
  return out;
}
