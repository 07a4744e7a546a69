/* CapReportForm: which reports to write, of which findings, and where to. */
#pragma once

#include "io/report/formats.h"
#include "ui/session/session.h"

#include <adwaita.h>

#define CAP_TYPE_REPORT_FORM (cap_report_form_get_type())
G_DECLARE_FINAL_TYPE(CapReportForm, cap_report_form, CAP, REPORT_FORM, AdwBin)

/* About SESSION's findings (borrows; must outlive it). Its property "complete"
 * (boolean, notifies) says that something can be written. */
GtkWidget *cap_report_form_new(CapSession *session);

/* Formats that are ticked: of CapReportFormat, borrowed. Caller unrefs. */
GPtrArray *cap_report_form_formats(CapReportForm *form);
/* Ticks the format NAME or not. */
void cap_report_form_tick(CapReportForm *form, const char *name,
                          gboolean ticked);
/* Choices as options; the reader's name (DICOM's form) goes to READER, which
 * the caller frees and which the options borrow. */
CapReportOptions cap_report_form_options(CapReportForm *form, char **reader);
/* The reports are to name nobody. */
gboolean cap_report_form_is_anonymous(CapReportForm *form);
void cap_report_form_set_anonymous(CapReportForm *form, gboolean anonymous);
/* The folder; borrowed, "" when none is chosen. */
const char *cap_report_form_folder(CapReportForm *form);
void cap_report_form_set_folder(CapReportForm *form, const char *folder);
/* What went wrong, above everything; NULL: nothing. */
void cap_report_form_set_error(CapReportForm *form, const char *text);
