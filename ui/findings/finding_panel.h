/* CapFindingPanel: everything that is known of the selected finding: size, HU,
 * malignancy, attributes, capsules and their poses, and its status. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_FINDING_PANEL (cap_finding_panel_get_type())
G_DECLARE_FINAL_TYPE(CapFindingPanel, cap_finding_panel, CAP, FINDING_PANEL,
                     GtkWidget)

GtkWidget *cap_finding_panel_new(CapSession *session);
/* SECTION (takes) stands below what was measured. */
void cap_finding_panel_add_section(CapFindingPanel *panel, GtkWidget *section);
/* That the judgement is not to be trusted, for above what scrolls the panel:
 * shown while it is explained. Borrowed. */
GtkWidget *cap_finding_panel_pinned(CapFindingPanel *panel);
void cap_finding_panel_focus_comment(CapFindingPanel *panel);
