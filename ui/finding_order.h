/* CapFindingOrder: the findings a reader steps through: filtered and sorted. */
#pragma once

#include <gtk/gtk.h>

typedef struct CapFindingOrder CapFindingOrder;

/* ITEMS: a list of CapFindingItem (borrows). By probability, all statuses. */
CapFindingOrder *cap_finding_order_new(GListModel *items);
void cap_finding_order_free(CapFindingOrder *order);
/* Borrowed. */
GListModel *cap_finding_order_model(CapFindingOrder *order);
/* KEY: a CapSortKey of ui/session.h. STATUS: a CapStatus, or -1 for all. */
void cap_finding_order_set_sort(CapFindingOrder *order, int key);
void cap_finding_order_set_status(CapFindingOrder *order, int status);
/* After a status has changed. */
void cap_finding_order_refresh(CapFindingOrder *order);
