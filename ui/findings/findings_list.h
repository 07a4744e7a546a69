/* CapFindingsList: the findings as a list to step through, and what there is to
 * say when there are none. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_FINDINGS_LIST (cap_findings_list_get_type())
G_DECLARE_FINAL_TYPE(CapFindingsList, cap_findings_list, CAP, FINDINGS_LIST,
                     GtkWidget)

GtkWidget *cap_findings_list_new(CapSession *session);
/* Which page shows: "list", "result", "failed", "blind", "filtered". */
const char *cap_findings_list_page(CapFindingsList *list);
/* The row that is selected, or GTK_INVALID_LIST_POSITION. */
guint cap_findings_list_selected(CapFindingsList *list);
