/* DICOM Encapsulated PDF (PS3.3 A.45.1): the report for people, byte for byte
 * the one that pdf.c writes, as an object of the study. */
#include "io/report/dicom_common.h"
#include "io/report/formats.h"

/* Whom the pages name is read off the images' headers (words_tables.c). */
static gboolean
names_patient(const CapReport *report)
{
  const CapSource *source = report->volume->source;
  return report->anonymous_head == NULL &&
         (*source->patient_name != '\0' || *source->patient_id != '\0');
}

/* Encapsulated Document (C.24.2) and SC Equipment (C.8.6.1). */
static void
put_document(const CapReport *report, CapDcmtkObject *object,
             const GByteArray *pdf)
{
  CapDcmtkItem *root = cap_dcmtk_object_root(object);
  const CapCode *title = cap_code(CAP_CODE_REPORT);
  CapDcmtkItem *name =
      cap_dcmtk_add_item(object, root, CAP_TAG(0x0040, 0xa043));
  cap_dcmtk_put(object, name, CAP_TAG(0x0008, 0x0100), title->value);
  cap_dcmtk_put(object, name, CAP_TAG(0x0008, 0x0102), title->scheme);
  cap_dcmtk_put(object, name, CAP_TAG(0x0008, 0x0104), title->meaning);
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x0064), "WSD");
  cap_dcmtk_put(object, root, CAP_TAG(0x0008, 0x002a), "");
  cap_dcmtk_put(object, root, CAP_TAG(0x0028, 0x0301),
                names_patient(report) ? "YES" : "NO");
  cap_dcmtk_put(object, root, CAP_TAG(0x0042, 0x0010), "Lung nodule report");
  cap_dcmtk_put(object, root, CAP_TAG(0x0042, 0x0012), "application/pdf");
  cap_report_put_references(object, root, CAP_TAG(0x0042, 0x0013),
                            report->images);
  cap_dcmtk_put_bytes(object, root, CAP_TAG(0x0042, 0x0011), pdf->data,
                      pdf->len);
  cap_dcmtk_put_int(object, root, CAP_TAG(0x0042, 0x0015), pdf->len);
}

gboolean
cap_report_write_dicom_pdf(const CapReport *report, const char *path,
                           GError **error)
{
  static const CapReportObject kind = {
      .kind = "pdf",
      .sop_class_uid = "1.2.840.10008.5.1.4.1.1.104.1",
      .modality = "DOC",
      .series_description = "Capsight nodule report, PDF",
      .series_number = 9005};
  if (!cap_report_need_images(report, "dicom-pdf", error))
    return FALSE;
  g_autoptr(GByteArray) pdf = cap_report_pdf_bytes(report, error);
  g_autoptr(CapDcmtkObject) object = cap_dcmtk_object_new();
  if (pdf == NULL || !cap_report_stamp(report, object, &kind, error))
    return FALSE;
  put_document(report, object, pdf);
  return cap_report_save_object(report, object, path, error);
}
