/* DICOM Key Object Selection: the slices that the findings are best seen on and
 * those that the reader marked (PS3.3 A.35.4, PS3.16 TID 2010), and in words
 * what is there. */
#include "core/error.h"
#include "io/report/dicom_common.h"
#include "io/report/formats.h"
#include "io/report/words.h"
#include "io/report/words_prior.h"
#include "io/report/words_tables.h"

#define KOS_CLASS "1.2.840.10008.5.1.4.1.1.88.59"

/* The one description that TID 2010 allows: a line for each finding and each
 * marked slice, then the summary. Caller frees. */
static char *
describe(const CapReport *report)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < report->findings->items->len; i++) {
    const CapFinding *finding = report->findings->items->pdata[i];
    g_autofree char *title = cap_words_title(finding);
    g_autofree char *change = cap_words_change(finding);
    g_string_append_printf(text, "Finding %d: %s, %s%s%s\r\n", finding->id,
                           title, cap_status_name(finding->status),
                           *change != '\0' ? ", " : "", change);
  }
  for (guint i = 0; i < report->key_images->len; i++) {
    const CapReviewImage *marked = report->key_images->pdata[i];
    g_autofree char *line = cap_words_key_image(report, marked);
    g_string_append_printf(
        text, "Marked by the reader: %s%s%s%s\r\n", line,
        cap_report_marked_image(report, marked) ? "" : ", not a stored image",
        *marked->comment != '\0' ? ": " : "", marked->comment);
  }
  g_autoptr(GPtrArray) sentences = cap_words_summary(report);
  for (guint i = 0; i < sentences->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "\r\n" : "",
                           (const char *)sentences->pdata[i]);
  return g_string_free(text, FALSE);
}

static void
add_image(CapDcmtkSr *sr, const CapReport *report, const CapReportImage *image,
          GHashTable *seen)
{
  if (image == NULL || !g_hash_table_add(seen, (gpointer)image))
    return;
  const CapSrReference reference = cap_report_reference(report, image);
  cap_dcmtk_sr_add_image(sr, 0, CAP_SR_CONTAINS, NULL, &reference);
  cap_dcmtk_sr_add_evidence(sr, &reference);
}

/* In the order of the findings, then what the reader marked, each once; the
 * evidence names no others. */
static void
add_images(CapDcmtkSr *sr, const CapReport *report)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < report->findings->items->len; i++)
    add_image(sr, report,
              cap_report_key_image(report, report->findings->items->pdata[i]),
              seen);
  for (guint i = 0; i < report->key_images->len; i++)
    add_image(sr, report,
              cap_report_marked_image(report, report->key_images->pdata[i]),
              seen);
}

gboolean
cap_report_write_kos(const CapReport *report, const char *path, GError **error)
{
  static const CapReportObject kind = {.kind = "kos",
                                       .sop_class_uid = KOS_CLASS,
                                       .modality = "KO",
                                       .series_description =
                                           "Capsight key images",
                                       .series_number = 9003};
  if (!cap_report_need_images(report, "kos", error))
    return FALSE;
  if (!cap_report_has_key_image(report)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "kos cannot be written: no finding and no slice that the "
                "reader marked lies on an image of the series");
    return FALSE;
  }
  g_autofree char *text = describe(report);
  g_autoptr(CapDcmtkSr) sr = cap_dcmtk_sr_new(
      CAP_SR_KEY_OBJECTS, cap_code(CAP_CODE_OF_INTEREST), "2010");
  cap_dcmtk_sr_add_code(sr, 0, CAP_SR_CONCEPT_MOD, cap_code(CAP_CODE_LANGUAGE),
                        cap_code(CAP_CODE_ENGLISH));
  cap_report_sr_observers(sr, report);
  cap_dcmtk_sr_add_text(sr, 0, CAP_SR_CONTAINS,
                        cap_code(CAP_CODE_KEY_DESCRIPTION), text);
  add_images(sr, report);
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_sr_finish(sr, error);
  return object != NULL && cap_report_stamp(report, object, &kind, error) &&
         cap_report_save_object(report, object, path, error);
}
