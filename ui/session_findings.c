/* CapSession: findings, their order and the selected one; see session.h. */
#include "ui/session_private.h"

void
cap_session_set_findings(CapSession *self, CapFindings *findings)
{
  cap_session_select(self, NULL, FALSE);
  cap_session_replace_text(&self->detection_failure, "");
  g_list_store_remove_all(self->items);
  if (findings != NULL && self->findings != NULL) /* of the same patient */
    cap_context_fill(&findings->context, &self->findings->context);
  cap_findings_free(self->findings);
  self->findings = findings;
  for (guint i = 0; findings != NULL && i < findings->items->len; i++) {
    g_autoptr(CapFindingItem) item =
        cap_finding_item_new(cap_finding_copy(findings->items->pdata[i]));
    g_list_store_append(self->items, item);
  }
  cap_session_emit(self, CAP_SESSION_MARKS_CHANGED, FALSE);
  cap_session_emit(self, CAP_SESSION_FINDINGS_STATE, FALSE);
}

const CapFindings *
cap_session_findings(CapSession *self)
{
  return self->findings;
}

GListModel *
cap_session_all_items(CapSession *self)
{
  return G_LIST_MODEL(self->items);
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
cap_session_set_status_filter(CapSession *self, int status)
{
  cap_finding_order_set_status(self->order, status);
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
cap_session_set_status(CapSession *self, CapStatus status)
{
  if (self->selected == NULL)
    return;
  cap_finding_item_set_status(self->selected, status);
  cap_finding_order_refresh(self->order);
  cap_session_emit(self, CAP_SESSION_MARKS_CHANGED, FALSE);
}

void
cap_session_set_detecting(CapSession *self, gboolean detecting)
{
  cap_session_set_flag(self, &self->detecting, detecting,
                       CAP_SESSION_PROP_DETECTING);
}

void
cap_session_set_detection_failure(CapSession *self, const GError *error)
{
  g_autofree char *text = error != NULL ? cap_session_sentence(error) : NULL;
  cap_session_replace_text(&self->detection_failure, text);
  cap_session_emit(self, CAP_SESSION_FINDINGS_STATE, FALSE);
}

const char *
cap_session_detection_failure(CapSession *self)
{
  return self->detection_failure;
}
