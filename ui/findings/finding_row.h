/* CapFindingRow: one line of the findings list: probability ring, number, size,
 * site and type. */
#pragma once

#include "ui/session/finding_item.h"

#include <gtk/gtk.h>

#define CAP_TYPE_FINDING_ROW (cap_finding_row_get_type())
G_DECLARE_FINAL_TYPE(CapFindingRow, cap_finding_row, CAP, FINDING_ROW,
                     GtkWidget)

GtkWidget *cap_finding_row_new(void);
/* Follows ITEM's status from now on; NULL lets go. */
void cap_finding_row_set_item(CapFindingRow *row, CapFindingItem *item);
