/* Reports that name nobody: see anonymous.h. */
#include "io/report/anonymous.h"

#include "core/error.h"
#include "core/irregularity.h"
#include "io/anonymize/burned_text.h"
#include "io/anonymize/exposure.h"
#include "io/anonymize/shifted_date.h"
#include "io/dcmtk_walk.h"
#include "io/findings/tracking_uid.h"
#include "io/report/dicom_common.h"

#include <string.h>

#define OLDEST_TOLD 90 /* years; see rules.c */
#define NO_MOMENT_TIME "000000"
#define NO_MOMENT_STAMP "1900-01-01T00:00:00Z"

/* What of the source is a text of the header: from there it comes back as the
 * rules leave it. */
static const struct {
  guint32 tag;
  gsize offset;
} texts[] = {
    {CAP_TAG(0x0010, 0x0010), G_STRUCT_OFFSET(CapSource, patient_name)},
    {CAP_TAG(0x0010, 0x0020), G_STRUCT_OFFSET(CapSource, patient_id)},
    {CAP_TAG(0x0010, 0x0030), G_STRUCT_OFFSET(CapSource, patient_birth_date)},
    {CAP_TAG(0x0010, 0x0040), G_STRUCT_OFFSET(CapSource, patient_sex)},
    {CAP_TAG(0x0008, 0x0020), G_STRUCT_OFFSET(CapSource, study_date)},
    {CAP_TAG(0x0008, 0x1030), G_STRUCT_OFFSET(CapSource, study_description)},
    {CAP_TAG(0x0008, 0x103e), G_STRUCT_OFFSET(CapSource, series_description)},
};

static char **
text_of(CapSource *source, gsize i)
{
  return G_STRUCT_MEMBER_P(source, texts[i].offset);
}

static void
set_text(char **text, char *value)
{
  g_free(*text);
  *text = value;
}

/* What UIDs are mapped by; NULL where they are kept. */
static const CapPseudonyms *
mapper(const CapAnonymizer *anonymizer)
{
  return anonymizer->options.profile_options & CAP_PROFILE_UIDS
             ? NULL
             : anonymizer->pseudonyms;
}

static void
map_uid(const CapPseudonyms *pseudonyms, char **uid)
{
  if (pseudonyms != NULL && *uid != NULL && **uid != '\0')
    set_text(uid, cap_pseudonyms_uid(pseudonyms, *uid));
}

/* ---- the header ---- */

/* Patient and study as an object: those of the first image, else what the
 * volume's source knows. NULL with an error. */
static CapDcmtkObject *
make_head(const CapReport *report, GError **error)
{
  const CapReportImage *image = cap_report_first_image(report);
  g_autoptr(CapDcmtkObject) head = cap_dcmtk_object_new();
  CapDcmtkItem *root = cap_dcmtk_object_root(head);
  if (image != NULL &&
      !cap_dcmtk_object_copy(head, image->path, cap_report_inherited(), error))
    return NULL;
  cap_dcmtk_put(head, root, CAP_TAG(0x0008, 0x0005), "ISO_IR 192");
  CapSource *source = report->volume ? report->volume->source : NULL;
  for (gsize i = 0; source != NULL && i < G_N_ELEMENTS(texts); i++)
    if (!cap_dcmtk_has(root, texts[i].tag))
      cap_dcmtk_put(head, root, texts[i].tag, *text_of(source, i));
  if (!cap_dcmtk_has(root, CAP_TAG(0x0020, 0x000d)))
    cap_dcmtk_put(head, root, CAP_TAG(0x0020, 0x000d),
                  report->findings->study_uid);
  return g_steal_pointer(&head);
}

/* ---- the parts of a report ---- */

static void
hide_irregularities(GPtrArray *list)
{
  for (guint i = 0; list != NULL && i < list->len; i++) {
    CapIrregularity *one = list->pdata[i];
    set_text(&one->file, g_strdup(""));
    set_text(&one->text, g_strdup(cap_irregularity_title(one->number)));
  }
}

static void
hide_source(CapSource *source, CapDcmtkItem *head,
            const CapPseudonyms *pseudonyms)
{
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    set_text(text_of(source, i), cap_dcmtk_get(head, texts[i].tag));
  map_uid(pseudonyms, &source->study_uid);
  map_uid(pseudonyms, &source->series_uid);
  map_uid(pseudonyms, &source->frame_of_reference_uid);
  for (char **uid = source->sop_uids; uid != NULL && *uid != NULL; uid++)
    map_uid(pseudonyms, uid);
  hide_irregularities(source->irregularities);
}

/* The tracking UID is mapped from the one that the named report has, so that it
 * is the same before and after the finding is moved. */
static void
hide_finding(CapFinding *finding, const char *series_uid,
             const CapPseudonyms *pseudonyms)
{
  set_text(&finding->tracking_uid, cap_tracking_uid(series_uid, finding));
  map_uid(pseudonyms, &finding->sop_uid);
  map_uid(pseudonyms, &finding->tracking_uid);
  set_text(&finding->comment, g_strdup(""));
  for (int g = 0; g < CAP_N_GUIDELINES; g++) {
    CapOverride *override = finding->overrides[g];
    if (override == NULL)
      continue;
    set_text(&override->reason, g_strdup("not told"));
    set_text(&override->by, g_strdup(""));
    set_text(&override->at, g_strdup(""));
  }
}

static void
hide_measurement(CapMeasurement *measurement, const CapPseudonyms *pseudonyms)
{
  map_uid(pseudonyms, &measurement->sop_uid);
  map_uid(pseudonyms, &measurement->tracking_uid);
  set_text(&measurement->name, g_strdup(""));
}

static void
hide_context(CapPatientContext *context, unsigned options)
{
  if (options & CAP_PROFILE_PATIENT) {
    context->age_years = MIN(context->age_years, OLDEST_TOLD);
    return;
  }
  *context = (CapPatientContext){.setting = context->setting,
                                 .exam = context->exam,
                                 .risk = context->risk};
}

static void
hide_key_images(GPtrArray *images, const CapPseudonyms *pseudonyms)
{
  for (guint i = 0; i < images->len; i++) {
    CapReviewImage *image = images->pdata[i];
    map_uid(pseudonyms, &image->sop_uid);
    set_text(&image->comment, g_strdup(""));
  }
}

static void
hide_findings(CapFindings *findings, const CapSubject *subject,
              const CapAnonymizer *anonymizer)
{
  const CapPseudonyms *pseudonyms = mapper(anonymizer);
  for (guint i = 0; i < findings->items->len; i++)
    hide_finding(findings->items->pdata[i], findings->series_uid, pseudonyms);
  map_uid(pseudonyms, &findings->series_uid);
  map_uid(pseudonyms, &findings->study_uid);
  map_uid(pseudonyms, &findings->frame_of_reference_uid);
  set_text(&findings->reader, g_strdup(""));
  set_text(&findings->conclusion_reason, g_strdup(""));
  hide_context(&findings->context, anonymizer->options.profile_options);
  hide_irregularities(findings->irregularities);
  for (guint i = 0; i < findings->measurements->len; i++)
    hide_measurement(findings->measurements->pdata[i], pseudonyms);
  for (guint i = findings->notes->len; i > 0; i--)
    if (cap_subject_is_in(subject, findings->notes->pdata[i - 1]))
      g_ptr_array_remove_index(findings->notes, i - 1);
}

/* The earlier scan: its date as the images' dates, or not told. */
static void
hide_prior(CapPriorScan *scan, const CapSubject *subject,
           const CapAnonymizer *anonymizer)
{
  char *date = NULL;
  if (scan == NULL)
    return;
  if (anonymizer->options.profile_options & CAP_PROFILE_DATES)
    date = cap_shifted_date(scan->date, cap_subject_shift_days(subject));
  if (!(anonymizer->options.profile_options & CAP_PROFILE_FULL_DATES))
    set_text(&scan->date, date ? date : g_strdup(""));
  map_uid(mapper(anonymizer), &scan->study_uid);
  map_uid(mapper(anonymizer), &scan->series_uid);
}

/* When it was reported: as far back as the images' dates, or not told. */
static void
hide_moment(CapReport *report, const CapSubject *subject,
            const CapAnonymizer *anonymizer)
{
  char *date = NULL;
  if (anonymizer->options.profile_options & CAP_PROFILE_FULL_DATES)
    return;
  if (anonymizer->options.profile_options & CAP_PROFILE_DATES)
    date = cap_shifted_date(report->date, cap_subject_shift_days(subject));
  if (date == NULL) {
    set_text(&report->date, g_strdup(CAP_REPORT_NO_DATE));
    set_text(&report->time, g_strdup(NO_MOMENT_TIME));
    set_text(&report->stamp, g_strdup(NO_MOMENT_STAMP));
    return;
  }
  set_text(&report->date, date);
  set_text(&report->stamp, /* the date is its first ten characters */
           g_strdup_printf("%.4s-%.2s-%.2s%s", date, date + 4, date + 6,
                           report->stamp + 10));
}

/* The header of slice S says that names may be in its pixels, as for
 * `capsight anonymize`, which would leave that image out. */
static gboolean
check_header(const CapReport *report, int s, GError **error)
{
  const CapReportImage *image = cap_report_image(report, s);
  if (image == NULL)
    return TRUE;
  g_autofree char *why = NULL;
  g_autoptr(CapDcmtkObject) head =
      cap_dcmtk_object_read_head(image->path, error);
  if (head == NULL)
    return FALSE;
  if (cap_exposure_of_object(cap_dcmtk_object_root(head), FALSE, &why) !=
      CAP_EXPOSURE_PIXELS)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
              "the image of slice %d may show names (%s), and reports show "
              "pictures; look at it, and use --burned-in warn if it may go out",
              s + 1, why);
  return FALSE;
}

/* Formats show pictures. */
static gboolean
check_pictures(const CapReport *report, const CapAnonymizer *anonymizer,
               GError **error)
{
  const CapVolume *v = report->volume;
  const gsize area = v != NULL ? (gsize)v->columns * v->rows : 0;
  if (anonymizer->options.tolerate_pixels)
    return TRUE;
  for (int s = 0; v != NULL && s < v->slices; s++) {
    if (!v->valid[s])
      continue;
    if (!check_header(report, s, error))
      return FALSE;
    if (cap_burned_text_is_in(v->voxels_hu + s * area, v->columns, v->rows)) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_UNSUPPORTED,
                  "there seems to be text in the pixels of slice %d, and "
                  "reports show pictures; look at it, and use --burned-in "
                  "warn if it may go out",
                  s + 1);
      return FALSE;
    }
  }
  return TRUE;
}

/* Why nothing could be judged: in a reader's words, or a note's, only as far as
 * the findings still say so. What the series says of itself names nobody. */
static void
hide_reason(CapReport *report, gboolean is_of_findings)
{
  if (!is_of_findings || *report->not_evaluable == '\0')
    return;
  const char *why = cap_findings_not_evaluable(report->findings);
  set_text(&report->not_evaluable, g_strdup(*why != '\0' ? why : "not told"));
}

/* A volume that others look at too stays as it is: the report gets one of its
 * own with the same voxels. */
static void
own_volume(CapReport *report)
{
  CapVolume *shared = report->volume;
  if (shared == NULL || !report->borrows_volume)
    return;
  CapVolume *own = cap_volume_new_sharing(shared);
  memcpy(own->valid, shared->valid, (gsize)shared->slices);
  own->usable = shared->usable;
  cap_source_free(own->source);
  own->source = cap_source_copy(shared->source, shared->slices);
  report->volume = own;
  report->borrows_volume = FALSE;
}

gboolean
cap_report_anonymize(CapReport *report, const CapAnonymizer *anonymizer,
                     GError **error)
{
  const CapPseudonyms *pseudonyms = mapper(anonymizer);
  g_autoptr(CapAnonymizeLog) log = cap_anonymize_log_new();
  g_autoptr(CapDcmtkObject) head = make_head(report, error);
  g_autoptr(CapSubject) subject =
      head ? cap_subject_new(anonymizer, head, error) : NULL;
  if (subject == NULL || !check_pictures(report, anonymizer, error) ||
      !cap_subject_change(subject, head, log, error))
    return FALSE;
  own_volume(report);
  if (report->volume != NULL)
    hide_source(report->volume->source, cap_dcmtk_object_root(head),
                pseudonyms);
  for (guint i = 0; report->images && i < report->images->len; i++)
    if (report->images->pdata[i] != NULL)
      map_uid(pseudonyms,
              &((CapReportImage *)report->images->pdata[i])->sop_uid);
  const gboolean is_of_findings = g_str_equal(
      report->not_evaluable, cap_findings_not_evaluable(report->findings));
  hide_findings(report->findings, subject, anonymizer);
  hide_reason(report, is_of_findings);
  hide_key_images(report->key_images, pseudonyms);
  hide_prior(report->findings->prior_scan, subject, anonymizer);
  hide_moment(report, subject, anonymizer);
  set_text(&report->reader, g_strdup(""));
  report->anonymous_head = g_steal_pointer(&head);
  cap_report_seal(report);
  return TRUE;
}
