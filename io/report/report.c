/* What reports are made from: see report.h. */
#include "io/report/report.h"

#include "io/findings/findings_json.h"
#include "io/findings/tracking_uid.h"
#include "io/uid.h"

#include <string.h>

CapReportOptions
cap_report_options_default(void)
{
  const char *fixed = g_getenv("SOURCE_DATE_EPOCH");
  CapReportOptions options = {0};
  char *end = NULL;
  options.seconds = fixed != NULL ? g_ascii_strtoll(fixed, &end, 10) : 0;
  if (fixed == NULL || end == fixed || *end != '\0' || options.seconds < 0)
    options.seconds = g_get_real_time() / G_USEC_PER_SEC;
  return options;
}

static gboolean
is_chosen(const CapReport *report, const CapFinding *finding,
          CapReportChoice choice)
{
  switch (choice) {
  case CAP_REPORT_ALL:
    return TRUE;
  case CAP_REPORT_ACCEPTED:
    return finding->status == CAP_STATUS_ACCEPTED;
  default:
    return report->unreviewed || finding->status == CAP_STATUS_ACCEPTED ||
           finding->status == CAP_STATUS_UNCERTAIN;
  }
}

static void
choose_findings(CapReport *report, const CapFindings *from,
                CapReportChoice choice)
{
  report->unreviewed = !cap_findings_are_reviewed(from);
  for (guint i = 0; i < from->items->len; i++) {
    const CapFinding *finding = from->items->pdata[i];
    if (is_chosen(report, finding, choice))
      g_ptr_array_add(report->findings->items, cap_finding_copy(finding));
    else if (finding->status == CAP_STATUS_REJECTED)
      report->n_rejected++;
    else
      report->n_unreviewed++;
  }
  for (guint i = 0; i < from->measurements->len; i++) {
    CapMeasurement *m = cap_measurement_copy(from->measurements->pdata[i]);
    cap_measurement_track(from->series_uid, m);
    g_ptr_array_add(report->findings->measurements, m);
  }
}

/* All that the bytes of a report depend on, apart from the images. */
static char *
make_fingerprint(const CapReport *report)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree char *json = cap_findings_json_text(report->findings);
  const char *parts[] = {
      CAP_VERSION,    json,
      report->date,   report->time,
      report->reader, report->anonymous_head ? "anonymous" : "named"};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    g_checksum_update(sum, (const guchar *)parts[i],
                      (gssize)strlen(parts[i]) + 1);
  for (guint i = 0; i < report->key_images->len; i++) {
    g_autofree char *text = cap_review_image_text(report->key_images->pdata[i]);
    g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
  }
  for (guint i = 0; i < report->findings->items->len; i++) {
    const CapFinding *finding = report->findings->items->pdata[i];
    const CapMask *mask = finding->mask;
    if (mask == NULL)
      continue;
    g_checksum_update(sum, (const guchar *)mask->first, sizeof mask->first);
    g_checksum_update(sum, mask->voxels,
                      (gssize)mask->columns * mask->rows * mask->slices);
  }
  return g_strdup(g_checksum_get_string(sum));
}

static void
set_moment(CapReport *report, gint64 seconds)
{
  g_autoptr(GDateTime) moment = g_getenv("SOURCE_DATE_EPOCH") != NULL
                                    ? g_date_time_new_from_unix_utc(seconds)
                                    : g_date_time_new_from_unix_local(seconds);
  if (moment == NULL) /* the year 10000 */
    moment = g_date_time_new_from_unix_utc(0);
  report->date = g_date_time_format(moment, "%Y%m%d");
  report->time = g_date_time_format(moment, "%H%M%S");
  report->stamp = g_date_time_format(moment, "%Y-%m-%dT%H:%M:%S%:z");
}

/* What was said goes before what the findings bring, that before the images. */
static void
set_context(CapReport *report, const CapReportOptions *options)
{
  CapPatientContext *known = &report->findings->context;
  CapPatientContext context = {0};
  if (options->context != NULL)
    context = *options->context;
  cap_context_fill(&context, known);
  if (report->volume != NULL) {
    const CapPatientContext images =
        cap_context_of_source(report->volume->source);
    cap_context_fill(&context, &images);
  }
  *known = context;
}

static void
set_pending(CapReport *report, const CapFindings *from)
{
  CapFindings all = *from;
  all.context = report->findings->context;
  report->pending = cap_guideline_pending(&all, report->not_evaluable);
}

CapReport *
cap_report_new(const CapFindings *findings, CapVolume *volume,
               GPtrArray *images, const CapReportOptions *options)
{
  CapReport *report = g_new0(CapReport, 1);
  report->findings = cap_findings_copy_head(findings);
  report->volume = volume;
  report->findings->unknown |= volume ? volume->source->unknown : 0;
  report->images = images;
  report->key_images =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_review_image_free);
  for (guint i = 0; options->key_images && i < options->key_images->len; i++)
    g_ptr_array_add(report->key_images,
                    cap_review_image_copy(options->key_images->pdata[i]));
  report->not_evaluable = g_strdup(cap_findings_not_evaluable(findings));
  report->reader =
      g_strdup(options->reader ? options->reader : findings->reader);
  report->paper = options->paper;
  set_context(report, options);
  set_pending(report, findings);
  set_moment(report, options->seconds);
  choose_findings(report, findings, options->choice);
  cap_report_seal(report);
  return report;
}

void
cap_report_seal(CapReport *report)
{
  g_free(report->fingerprint);
  report->fingerprint = make_fingerprint(report);
}

void
cap_report_free(CapReport *report)
{
  if (report == NULL)
    return;
  cap_findings_free(report->findings);
  if (!report->borrows_volume)
    cap_volume_free(report->volume);
  g_clear_pointer(&report->images, g_ptr_array_unref);
  g_ptr_array_unref(report->key_images);
  g_free(report->not_evaluable);
  g_free(report->date);
  g_free(report->time);
  g_free(report->stamp);
  g_free(report->reader);
  g_free(report->fingerprint);
  cap_dcmtk_object_free(report->anonymous_head);
  g_free(report);
}

CapResult
cap_report_result(const CapReport *report)
{
  return cap_findings_result(report->findings, report->not_evaluable);
}

char *
cap_report_uid(const CapReport *report, const char *what)
{
  g_autofree char *text = g_strconcat(report->findings->series_uid, " ",
                                      report->fingerprint, " ", what, NULL);
  return cap_uid_from_text(text);
}

char *
cap_report_tracking_uid(const CapReport *report, const CapFinding *finding)
{
  return cap_tracking_uid(report->findings->series_uid, finding);
}

char *
cap_report_tracking_id(const CapFinding *finding)
{
  return g_strdup_printf(CAP_TRACKING_PREFIX "%d", finding->id);
}

gboolean
cap_report_is_judged(const CapReport *report)
{
  return *report->findings->weights_sha256 != '\0';
}

gboolean
cap_report_has_judged(const CapReport *report, const CapFinding *finding)
{
  return cap_report_is_judged(report) && !finding->unjudged;
}

CapMaskMaker
cap_report_mask_maker(const CapReport *report, const CapFinding *finding)
{
  return *report->findings->algorithm == '\0' &&
                 finding->mask_maker == CAP_MASK_AUTOMATIC
             ? CAP_MASK_MANUAL
             : finding->mask_maker;
}
