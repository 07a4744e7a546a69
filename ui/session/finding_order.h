/* CapFindingOrder: the findings a reader steps through: filtered and sorted. */
#pragma once

#include <gtk/gtk.h>

/* What a finding must have. */
typedef struct {
  int status;                                  /* a CapStatus, or -1 for any */
  int side;                                    /* a CapSide, or -1 for any */
  double probability, diameter_mm, malignancy; /* at least; 0 asks nothing */
} CapFindingFilter;

typedef struct CapFindingOrder CapFindingOrder;

/* ITEMS: a list of CapFindingItem (borrows). By probability, all statuses. */
CapFindingOrder *cap_finding_order_new(GListModel *items);
void cap_finding_order_free(CapFindingOrder *order);
/* Borrowed. */
GListModel *cap_finding_order_model(CapFindingOrder *order);
/* KEY: a CapSortKey of ui/session/session.h. */
void cap_finding_order_set_sort(CapFindingOrder *order, int key);
void cap_finding_order_set_filter(CapFindingOrder *order,
                                  const CapFindingFilter *filter);
const CapFindingFilter *cap_finding_order_filter(const CapFindingOrder *order);
/* After findings have changed. */
void cap_finding_order_refresh(CapFindingOrder *order);
