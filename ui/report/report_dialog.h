/* The report dialog: a form, then progress, then what was written. */
#pragma once

#include "ui/report/report_form.h"

/* A window over PARENT about SESSION's findings; both must outlive it. It stays
 * open until it is closed, and stops what it writes when it is. */
GtkWindow *cap_report_dialog_new(GtkWindow *parent, CapSession *session);

/* Its form, and the page that it shows: "form", "writing" or "written". */
CapReportForm *cap_report_dialog_form(GtkWindow *dialog);
const char *cap_report_dialog_page(GtkWindow *dialog);
/* As the buttons do. */
void cap_report_dialog_write(GtkWindow *dialog);
void cap_report_dialog_cancel(GtkWindow *dialog);
