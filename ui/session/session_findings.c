/* CapSession: the order of the findings, the selected one, and detection; see
 * session.h. */
#include "core/told.h"
#include "ui/session/session_private.h"

GListModel *
cap_session_all_items(CapSession *self)
{
  return G_LIST_MODEL(self->items);
}

CapFindingItem *
cap_session_item(CapSession *self, int id)
{
  GListModel *items = cap_session_all_items(self);
  for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    if (cap_finding_item_get(item)->id == id)
      return item; /* the model keeps it */
  }
  return NULL;
}

GListModel *
cap_session_visible_items(CapSession *self)
{
  return cap_finding_order_model(self->order);
}

void
cap_session_set_sort(CapSession *self, CapSortKey key)
{
  cap_finding_order_set_sort(self->order, key);
}

void
cap_session_set_filter(CapSession *self, const CapFindingFilter *filter)
{
  cap_finding_order_set_filter(self->order, filter);
  cap_session_emit(self, CAP_SESSION_MARKS_CHANGED, FALSE);
}

const CapFindingFilter *
cap_session_filter(CapSession *self)
{
  return cap_finding_order_filter(self->order);
}

CapFindingItem *
cap_session_selected(CapSession *self)
{
  return self->selected;
}

void
cap_session_select(CapSession *self, CapFindingItem *item, gboolean go)
{
  if (g_set_object(&self->selected, item))
    cap_session_notify(self, CAP_SESSION_PROP_SELECTED);
  if (item != NULL && go)
    cap_session_set_position(self, cap_finding_item_get(item)->center_mm, TRUE);
}

gboolean
cap_session_select_step(CapSession *self, int step)
{
  GListModel *model = cap_session_visible_items(self);
  const int n = (int)g_list_model_get_n_items(model);
  int at = step > 0 ? -1 : n;
  for (int i = 0; i < n && self->selected != NULL; i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(model, i);
    if (item == self->selected)
      at = i;
  }
  if (at + step < 0 || at + step >= n)
    return FALSE;
  g_autoptr(CapFindingItem) next = g_list_model_get_item(model, at + step);
  cap_session_select(self, next, TRUE);
  return TRUE;
}

void
cap_session_set_detecting(CapSession *self, gboolean detecting)
{
  cap_session_set_flag(self, &self->detecting, detecting,
                       CAP_SESSION_PROP_DETECTING);
}

const char *
cap_session_undetectable(CapSession *self)
{
  const CapVolume *volume = cap_session_volume(self);
  if (volume == NULL || !self->complete || volume->usable & CAP_USABLE_DETECT)
    return "";
  const char *why = volume->source->unusable_text;
  return *why != '\0' ? why : "its geometry or intensities are unknown";
}

void
cap_session_set_detection_failure(CapSession *self, const GError *error)
{
  g_autofree char *text = error != NULL ? cap_told_error(error) : NULL;
  cap_session_replace_text(&self->detection_failure, text);
  cap_session_emit(self, CAP_SESSION_FINDINGS_STATE, FALSE);
}

const char *
cap_session_detection_failure(CapSession *self)
{
  return self->detection_failure;
}
