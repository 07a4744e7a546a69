/* CapSession: guidelines; see session_guidelines.h. */
#include "ui/session_guidelines.h"

#include "ui/session_private.h"

CapPatientContext
cap_session_context(CapSession *self)
{
  CapPatientContext context = {0};
  const CapSource *source = cap_session_source(self);
  if (self->findings != NULL)
    context = self->findings->context;
  if (source != NULL) {
    const CapPatientContext images = cap_context_of_source(source);
    cap_context_fill(&context, &images);
  }
  return context;
}

CapFindings *
cap_session_now(CapSession *self)
{
  if (self->findings == NULL)
    return NULL;
  CapFindings *now = g_new(CapFindings, 1);
  *now = *self->findings;
  now->context = cap_session_context(self);
  now->items = g_ptr_array_new();
  const guint n = g_list_model_get_n_items(G_LIST_MODEL(self->items));
  for (guint i = 0; i < n; i++) {
    g_autoptr(CapFindingItem) item =
        g_list_model_get_item(G_LIST_MODEL(self->items), i);
    g_ptr_array_add(now->items, (gpointer)cap_finding_item_get(item));
  }
  return now;
}

void
cap_session_now_free(CapFindings *now)
{
  if (now == NULL)
    return;
  g_ptr_array_unref(now->items);
  g_free(now);
}

void
cap_session_set_context(CapSession *self, const CapPatientContext *context)
{
  if (self->findings == NULL)
    return;
  self->findings->context = *context;
  cap_session_emit(self, CAP_SESSION_MARKS_CHANGED, FALSE);
}

void
cap_session_set_override(CapSession *self, CapGuideline guideline,
                         const char *category, const char *reason)
{
  if (self->selected == NULL)
    return;
  g_autoptr(CapOverride) override = NULL;
  if (category != NULL) {
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *at = g_date_time_format_iso8601(now);
    override = cap_override_new(category, reason, g_get_real_name(), at);
  }
  cap_finding_item_set_override(self->selected, guideline,
                                g_steal_pointer(&override));
  cap_session_emit(self, CAP_SESSION_MARKS_CHANGED, FALSE);
}
