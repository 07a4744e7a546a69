/* CapHistoryFilter: which actions of a review's history are listed: those on
 * one finding, those of one reader.
 *
 * Signal "changed": the reader chose otherwise. */
#pragma once

#include "io/review/history.h"

#include <gtk/gtk.h>

#define CAP_TYPE_HISTORY_FILTER (cap_history_filter_get_type())
G_DECLARE_FINAL_TYPE(CapHistoryFilter, cap_history_filter, CAP, HISTORY_FILTER,
                     GtkWidget)

GtkWidget *cap_history_filter_new(void);
/* Offers the findings and readers of HISTORY (of CapHistoryEntry), whose
 * entries from FROM on are new; 0: it is another history. */
void cap_history_filter_offer(CapHistoryFilter *filter,
                              const GPtrArray *history, guint from);
gboolean cap_history_filter_wants(CapHistoryFilter *filter,
                                  const CapHistoryEntry *entry);
/* The chosen one; 0: all. */
int cap_history_filter_finding(CapHistoryFilter *filter);
