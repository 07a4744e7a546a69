/* What all our DICOM objects have in common. */
#pragma once

#include "io/dcmtk_sr.h"
#include "io/report/report.h"

/* How one kind of object presents itself. */
typedef struct {
  const char *kind; /* "sr": its UIDs follow from this */
  const char *sop_class_uid, *modality;
  const char *series_description;
  int series_number;
  gboolean has_frame_of_reference;
  gboolean no_content_date; /* its IOD has none */
} CapReportObject;

/* Tags, ended by 0, of what our objects take over from the source images. */
const guint32 *cap_report_inherited(void);

/* Gives OBJECT the patient and the study of the source images, a series and an
 * identity of its own, and our equipment. FALSE with CAP_ERROR_DATA. */
gboolean cap_report_stamp(const CapReport *report, CapDcmtkObject *object,
                          const CapReportObject *kind, GError **error);

/* UIDs of the object of KIND in this report. Callers free. */
char *cap_report_sop_uid(const CapReport *report, const char *kind);
char *cap_report_series_uid(const CapReport *report, const char *kind);

/* Frame of reference of the images; one that follows from the series where they
 * name none. Caller frees. */
char *cap_report_frame_of_reference(const CapReport *report);

/* IMAGE as an item refers to it (borrows its strings). */
CapSrReference cap_report_reference(const CapReport *report,
                                    const CapReportImage *image);

/* TID 1001: who observed. The device is this release of Capsight with these
 * weights, whatever the machine it ran on; then the reader, where there is one
 * to name. */
void cap_report_sr_observers(CapDcmtkSr *sr, const CapReport *report);

/* What the report comes to: a summary of CAD processing and findings (CID
 * 6047), or where nobody has searched a status of results (CID 6042). */
const CapCode *cap_report_result_code(const CapReport *report);

/* Colour of finding INDEX (from 0) of a report as DICOM encodes CIELab (PS3.3
 * C.10.7.1.1), the same in each of our objects. */
void cap_report_colour(guint index, guint16 cielab[3]);

/* Appends to SEQUENCE of ITEM one reference to each object of IMAGES (of
 * CapReportImage, borrows, NULLs skipped). */
void cap_report_put_references(CapDcmtkObject *object, CapDcmtkItem *item,
                               guint32 sequence, const GPtrArray *images);
/* One reference to IMAGE, with its frame where the object has several. */
void cap_report_put_reference(CapDcmtkObject *object, CapDcmtkItem *item,
                              guint32 sequence, const CapReportImage *image);
/* Lists every image of IMAGES below their series: with SEQUENCE (0008,114A) the
 * Common Instance Reference module (PS3.3 C.12.2), with (0008,1140) the
 * Presentation State Relationship (C.11.11). */
void cap_report_put_instances(const CapReport *report, CapDcmtkObject *object,
                              guint32 sequence, const GPtrArray *images);

/* Indices, from 1, of the segments that findings have in our segmentation: of
 * int, one a finding, 0 for one without a mask on an image. Caller unrefs. */
GArray *cap_report_segments(const CapReport *report);

/* One of them at least. */
gboolean cap_report_has_segments(const CapReport *report);

/* Encodes OBJECT and writes PATH by rename. */
gboolean cap_report_save_object(const CapReport *report, CapDcmtkObject *object,
                                const char *path, GError **error);
gboolean cap_report_save_text(const char *text, const char *path,
                              GError **error);
