/* Patient, study, series and identity of our DICOM objects: dicom_common.h. */
#include "io/report/dicom_common.h"

#include "io/atomic_file.h"
#include "io/uid.h"

#include <math.h>
#include <string.h>

#define SOP_CLASS CAP_TAG(0x0008, 0x0016)
#define SOP_INSTANCE CAP_TAG(0x0008, 0x0018)
#define REFERENCED_SERIES CAP_TAG(0x0008, 0x1115)
#define REFERENCED_CLASS CAP_TAG(0x0008, 0x1150)
#define REFERENCED_UID CAP_TAG(0x0008, 0x1155)
#define REFERENCED_FRAME CAP_TAG(0x0008, 0x1160)
#define STUDY_UID CAP_TAG(0x0020, 0x000d)
#define SERIES_UID CAP_TAG(0x0020, 0x000e)
#define FRAME_OF_REFERENCE CAP_TAG(0x0020, 0x0052)

/* Patient, Clinical Trial Subject and Study, General Study, Patient Study
 * (PS3.3 C.7.1, C.7.2): what an object of the same study repeats. */
static const guint32 inherited[] = {CAP_TAG(0x0008, 0x0020),
                                    CAP_TAG(0x0008, 0x0030),
                                    CAP_TAG(0x0008, 0x0050),
                                    CAP_TAG(0x0008, 0x0090),
                                    CAP_TAG(0x0008, 0x1030),
                                    CAP_TAG(0x0010, 0x0010),
                                    CAP_TAG(0x0010, 0x0020),
                                    CAP_TAG(0x0010, 0x0021),
                                    CAP_TAG(0x0010, 0x0030),
                                    CAP_TAG(0x0010, 0x0040),
                                    CAP_TAG(0x0010, 0x1010),
                                    CAP_TAG(0x0010, 0x1020),
                                    CAP_TAG(0x0010, 0x1030),
                                    CAP_TAG(0x0012, 0x0010),
                                    CAP_TAG(0x0012, 0x0020),
                                    CAP_TAG(0x0012, 0x0021),
                                    CAP_TAG(0x0012, 0x0030),
                                    CAP_TAG(0x0012, 0x0031),
                                    CAP_TAG(0x0012, 0x0040),
                                    CAP_TAG(0x0012, 0x0042),
                                    CAP_TAG(0x0012, 0x0050),
                                    CAP_TAG(0x0012, 0x0051),
                                    CAP_TAG(0x0012, 0x0062),
                                    CAP_TAG(0x0012, 0x0063),
                                    CAP_TAG(0x0012, 0x0064),
                                    STUDY_UID,
                                    CAP_TAG(0x0020, 0x0010),
                                    CAP_TAG(0x0028, 0x0303),
                                    0};

/* Type 2 in every IOD: present, if empty. */
static const guint32 needed[] = {
    CAP_TAG(0x0008, 0x0020), CAP_TAG(0x0008, 0x0030),
    CAP_TAG(0x0008, 0x0050), CAP_TAG(0x0008, 0x0090),
    CAP_TAG(0x0010, 0x0010), CAP_TAG(0x0010, 0x0020),
    CAP_TAG(0x0010, 0x0030), CAP_TAG(0x0010, 0x0040),
    CAP_TAG(0x0020, 0x0010), 0};

const guint32 *
cap_report_inherited(void)
{
  return inherited;
}

char *
cap_report_sop_uid(const CapReport *report, const char *kind)
{
  g_autofree char *what = g_strconcat(kind, " instance", NULL);
  return cap_report_uid(report, what);
}

char *
cap_report_series_uid(const CapReport *report, const char *kind)
{
  g_autofree char *what = g_strconcat(kind, " series", NULL);
  return cap_report_uid(report, what);
}

char *
cap_report_frame_of_reference(const CapReport *report)
{
  const char *given = report->findings->frame_of_reference_uid;
  if (*given == '\0' && report->volume != NULL)
    given = report->volume->source->frame_of_reference_uid;
  if (*given != '\0')
    return g_strdup(given);
  g_autofree char *text =
      g_strconcat(report->findings->series_uid, " frame", NULL);
  return cap_uid_from_text(text);
}

CapSrReference
cap_report_reference(const CapReport *report, const CapReportImage *image)
{
  const CapSource *source = report->volume->source;
  return (CapSrReference){.study_uid = source->study_uid,
                          .series_uid = source->series_uid,
                          .sop_class_uid = image->sop_class_uid,
                          .sop_uid = image->sop_uid,
                          .frame = image->frame};
}

static void
put_equipment(const CapReport *report, CapDcmtkObject *object,
              CapDcmtkItem *root)
{
  const char *weights = report->findings->weights_sha256;
  g_autofree char *serial = g_strndup(*weights != '\0' ? weights : "none", 16);
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x0070), "Capsight");
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x1090), "Capsight");
  cap_dcmtk_put(object, root, CAP_TAG(0x0018, 0x1000), serial);
  cap_dcmtk_put(object, root, CAP_TAG(0x0018, 0x1020), CAP_VERSION);
}

static void
put_series(const CapReport *report, CapDcmtkObject *object, CapDcmtkItem *root,
           const CapReportObject *kind)
{
  g_autofree char *series = cap_report_series_uid(report, kind->kind);
  g_autofree char *instance = cap_report_sop_uid(report, kind->kind);
  cap_dcmtk_put(object, root, SOP_CLASS, kind->sop_class_uid);
  cap_dcmtk_put(object, root, SOP_INSTANCE, instance);
  cap_dcmtk_put(object, root, SERIES_UID, series);
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x0060), kind->modality);
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x103e),
                kind->series_description);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0020, 0x0011), kind->series_number);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0020, 0x0013), 1);
  static const guint16 dates[] = {0x0012, 0x0021, 0x0023};
  static const guint16 times[] = {0x0013, 0x0031, 0x0033};
  for (guint i = 0; i < (kind->no_content_date ? 2 : 3); i++) {
    cap_dcmtk_put(object, root, CAP_TAG(0x0008, dates[i]), report->date);
    cap_dcmtk_put(object, root, CAP_TAG(0x0008, times[i]), report->time);
  }
}

gboolean
cap_report_stamp(const CapReport *report, CapDcmtkObject *object,
                 const CapReportObject *kind, GError **error)
{
  const CapReportImage *image = cap_report_first_image(report);
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  if (report->anonymous_head != NULL)
    cap_dcmtk_object_copy_from(object, report->anonymous_head, inherited);
  else if (image != NULL &&
           !cap_dcmtk_object_copy(object, image->path, inherited, error))
    return FALSE;
  for (const guint32 *tag = needed; *tag != 0; tag++)
    if (!cap_dcmtk_has(root, *tag))
      cap_dcmtk_put(object, root, *tag, "");
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x0005), "ISO_IR 192");
  put_series(report, object, root, kind);
  put_equipment(report, object, root);
  if (kind->has_frame_of_reference) {
    g_autofree char *frame = cap_report_frame_of_reference(report);
    cap_dcmtk_put(object, root, FRAME_OF_REFERENCE, frame);
    cap_dcmtk_put(object, root, CAP_TAG(0x0020, 0x1040), "");
  }
  return TRUE;
}

void
cap_report_sr_observers(CapDcmtkSr *sr, const CapReport *report)
{
  g_autofree char *text = g_strconcat("Capsight ", CAP_VERSION, " ",
                                      report->findings->weights_sha256, NULL);
  g_autofree char *uid = cap_uid_from_text(text);
  cap_dcmtk_sr_add_code(sr, 0, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_OBSERVER_TYPE),
                        cap_code(CAP_CODE_DEVICE));
  cap_dcmtk_sr_add_uid(sr, 0, CAP_SR_OBS_CONTEXT, cap_code(CAP_CODE_DEVICE_UID),
                       uid);
  cap_dcmtk_sr_add_text(sr, 0, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_DEVICE_NAME), "Capsight");
  cap_dcmtk_sr_add_text(sr, 0, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_DEVICE_MAKER), "Capsight");
  cap_dcmtk_sr_add_text(sr, 0, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_DEVICE_MODEL),
                        "Capsight " CAP_VERSION);
  if (*report->reader == '\0')
    return;
  cap_dcmtk_sr_add_code(sr, 0, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_OBSERVER_TYPE),
                        cap_code(CAP_CODE_PERSON));
  cap_dcmtk_sr_add_name(sr, 0, CAP_SR_OBS_CONTEXT,
                        cap_code(CAP_CODE_PERSON_NAME), report->reader);
}

const CapCode *
cap_report_result_code(const CapReport *report)
{
  static const CapCodeId codes[] = {
      [CAP_RESULT_FINDINGS] = CAP_CODE_WITH_FINDINGS,
      [CAP_RESULT_NOTHING_FOUND] = CAP_CODE_WITHOUT_FINDINGS,
      [CAP_RESULT_NOT_SEARCHED] = CAP_CODE_NOT_ATTEMPTED,
      [CAP_RESULT_NOT_EVALUABLE] = CAP_CODE_NOT_EVALUABLE};
  return cap_code(codes[cap_report_result(report)]);
}

void
cap_report_colour(guint index, guint16 cielab[3])
{
  /* Okabe and Ito's colours in CIELab (D50), so that neighbours differ. */
  static const int colours[][3] = {
      {72, 21, 74},   /* orange */
      {72, -15, -33}, /* sky blue */
      {57, -49, 9},   /* bluish green */
      {91, -3, 76},   /* yellow */
      {45, -4, -48},  /* blue */
      {55, 52, 64},   /* vermilion */
      {65, 33, -14},  /* reddish purple */
  };
  const int *lab = colours[index % G_N_ELEMENTS(colours)];
  cielab[0] = (guint16)lround(lab[0] * 65535.0 / 100);
  cielab[1] = (guint16)lround((lab[1] + 128) * 65535.0 / 255);
  cielab[2] = (guint16)lround((lab[2] + 128) * 65535.0 / 255);
}

static CapDcmtkItem *
add_reference(CapDcmtkObject *object, CapDcmtkItem *parent, guint32 sequence,
              const CapReportImage *image)
{
  CapDcmtkItem *item = cap_dcmtk_add_item(object, parent, sequence);
  cap_dcmtk_put(object, item, REFERENCED_CLASS, image->sop_class_uid);
  cap_dcmtk_put(object, item, REFERENCED_UID, image->sop_uid);
  return item;
}

void
cap_report_put_references(CapDcmtkObject *object, CapDcmtkItem *item,
                          guint32 sequence, const GPtrArray *images)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < images->len; i++) {
    const CapReportImage *image = images->pdata[i];
    if (image != NULL && g_hash_table_add(seen, image->sop_uid))
      add_reference(object, item, sequence, image);
  }
}

void
cap_report_put_reference(CapDcmtkObject *object, CapDcmtkItem *item,
                         guint32 sequence, const CapReportImage *image)
{
  CapDcmtkItem *reference = add_reference(object, item, sequence, image);
  if (image->frame > 0)
    cap_dcmtk_put_int(object, reference, REFERENCED_FRAME, image->frame);
}

void
cap_report_put_instances(const CapReport *report, CapDcmtkObject *object,
                         guint32 sequence, const GPtrArray *images)
{
  CapDcmtkItem *series = cap_dcmtk_add_item(
      object, cap_dcmtk_object_root(object), REFERENCED_SERIES);
  cap_dcmtk_put(object, series, SERIES_UID, report->volume->source->series_uid);
  cap_report_put_references(object, series, sequence, images);
}

static gboolean
has_segment(const CapReport *report, const CapFinding *finding)
{
  g_autoptr(GArray) slices = cap_report_mask_slices(report, finding);
  return slices->len > 0;
}

GArray *
cap_report_segments(const CapReport *report)
{
  GArray *segments = g_array_new(FALSE, FALSE, sizeof(int));
  int n = 0;
  for (guint i = 0; i < report->findings->items->len; i++) {
    const int number =
        has_segment(report, report->findings->items->pdata[i]) ? ++n : 0;
    g_array_append_val(segments, number);
  }
  return segments;
}

gboolean
cap_report_has_segments(const CapReport *report)
{
  for (guint i = 0; i < report->findings->items->len; i++)
    if (has_segment(report, report->findings->items->pdata[i]))
      return TRUE;
  return FALSE;
}

gboolean
cap_report_save_object(const CapReport *report, CapDcmtkObject *object,
                       const char *path, GError **error)
{
  g_autoptr(GBytes) bytes = cap_dcmtk_object_encode(object, error);
  gsize length;
  const void *data = bytes ? g_bytes_get_data(bytes, &length) : NULL;
  return data != NULL && cap_atomic_file_save(path, data, length, error);
}

gboolean
cap_report_save_text(const char *text, const char *path, GError **error)
{
  return cap_atomic_file_save(path, text, strlen(text), error);
}
