/* CapStatusLine: where the pointer is and how the image is shown, in one line,
 * and the irregularities of the series. */
#pragma once

#include "ui/view/views.h"

#define CAP_TYPE_STATUS_LINE (cap_status_line_get_type())
G_DECLARE_FINAL_TYPE(CapStatusLine, cap_status_line, CAP, STATUS_LINE,
                     GtkWidget)

/* The zoom is that of the one of VIEWS that is read; without them (NULL) none
 * is told. */
GtkWidget *cap_status_line_new(CapSession *session, CapViews *views);
/* Opens what it says about irregularities. */
void cap_status_line_show_cases(CapStatusLine *self);
/* The line as text, for tests. Caller frees. */
char *cap_status_line_text(CapStatusLine *line);
