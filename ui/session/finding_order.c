/* CapFindingOrder: see finding_order.h. */
#include "ui/session/finding_order.h"

#include "ui/session/session.h"

struct CapFindingOrder {
  int key;
  CapFindingFilter wanted;
  GtkCustomSorter *sorter;
  GtkCustomFilter *filter;
  GtkSortListModel *model;
};

/* Larger means earlier, but head to feet is by z downwards, which is the same.
 */
static double
value_of(const CapFinding *f, int key)
{
  switch (key) {
  case CAP_SORT_SIZE:
    return f->mean_diameter_mm;
  case CAP_SORT_MALIGNANCY:
    return f->malignancy_probability;
  case CAP_SORT_HEAD_TO_FEET:
    return f->center_mm.z;
  case CAP_SORT_SITE: /* right before left, upper before lower */
    return -(f->side == CAP_SIDE_UNKNOWN ? 99 : f->side * 4.0 + f->lobe);
  case CAP_SORT_STATUS:
    return -(double)f->status;
  default:
    return f->probability;
  }
}

static int
compare(gconstpointer a, gconstpointer b, gpointer user_data)
{
  const CapFindingOrder *order = user_data;
  const CapFinding *fa = cap_finding_item_get((CapFindingItem *)a);
  const CapFinding *fb = cap_finding_item_get((CapFindingItem *)b);
  const double va = value_of(fa, order->key), vb = value_of(fb, order->key);
  if (va != vb)
    return va > vb ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
  return gtk_ordering_from_cmpfunc(fa->id - fb->id);
}

static gboolean
matches(gpointer item, gpointer user_data)
{
  const CapFindingOrder *order = user_data;
  const CapFindingFilter *wanted = &order->wanted;
  const CapFinding *f = cap_finding_item_get(CAP_FINDING_ITEM(item));
  return (wanted->status < 0 || f->status == (CapStatus)wanted->status) &&
         (wanted->side < 0 || f->side == (CapSide)wanted->side) &&
         f->probability >= wanted->probability &&
         f->mean_diameter_mm >= wanted->diameter_mm &&
         f->malignancy_probability >= wanted->malignancy;
}

CapFindingOrder *
cap_finding_order_new(GListModel *items)
{
  CapFindingOrder *order = g_new0(CapFindingOrder, 1);
  order->wanted = (CapFindingFilter){.status = -1, .side = -1};
  order->sorter = gtk_custom_sorter_new(compare, order, NULL);
  order->filter = gtk_custom_filter_new(matches, order, NULL);
  GtkFilterListModel *filtered = gtk_filter_list_model_new(
      g_object_ref(items), g_object_ref(GTK_FILTER(order->filter)));
  order->model = gtk_sort_list_model_new(
      G_LIST_MODEL(filtered), g_object_ref(GTK_SORTER(order->sorter)));
  return order;
}

void
cap_finding_order_free(CapFindingOrder *order)
{
  /* A list view may keep the model for a moment longer than ORDER lives. */
  gtk_custom_sorter_set_sort_func(order->sorter, NULL, NULL, NULL);
  gtk_custom_filter_set_filter_func(order->filter, NULL, NULL, NULL);
  g_object_unref(order->sorter);
  g_object_unref(order->filter);
  g_object_unref(order->model);
  g_free(order);
}

GListModel *
cap_finding_order_model(CapFindingOrder *order)
{
  return G_LIST_MODEL(order->model);
}

void
cap_finding_order_set_sort(CapFindingOrder *order, int key)
{
  order->key = key;
  gtk_sorter_changed(GTK_SORTER(order->sorter), GTK_SORTER_CHANGE_DIFFERENT);
}

void
cap_finding_order_set_filter(CapFindingOrder *order,
                             const CapFindingFilter *filter)
{
  order->wanted = *filter;
  gtk_filter_changed(GTK_FILTER(order->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

const CapFindingFilter *
cap_finding_order_filter(const CapFindingOrder *order)
{
  return &order->wanted;
}

void
cap_finding_order_refresh(CapFindingOrder *order)
{
  gtk_sorter_changed(GTK_SORTER(order->sorter), GTK_SORTER_CHANGE_DIFFERENT);
  gtk_filter_changed(GTK_FILTER(order->filter), GTK_FILTER_CHANGE_DIFFERENT);
}
