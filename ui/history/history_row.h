/* CapHistoryRow: what was done, when and by whom, and below it what was there
 * before and after. */
#pragma once

#include "ui/history/history_record.h"

#include <gtk/gtk.h>

#define CAP_TYPE_HISTORY_ROW (cap_history_row_get_type())
G_DECLARE_FINAL_TYPE(CapHistoryRow, cap_history_row, CAP, HISTORY_ROW,
                     GtkWidget)

GtkWidget *cap_history_row_new(void);
/* NULL: none. */
void cap_history_row_set_record(CapHistoryRow *row, CapHistoryRecord *record);
