/* CapSession: guidelines; see session_guidelines.h. */
#include "ui/session/session_guidelines.h"

#include "io/review/review_commands.h"
#include "ui/session/session_private.h"

CapPatientContext
cap_session_context(CapSession *self)
{
  CapPatientContext context = {0};
  const CapSource *source = cap_session_source(self);
  const CapFindings *findings = cap_session_findings(self);
  if (findings != NULL)
    context = findings->context;
  if (source != NULL) {
    const CapPatientContext images = cap_context_of_source(source);
    cap_context_fill(&context, &images);
  }
  cap_context_fill(&context, &self->usual_context);
  return context;
}

void
cap_session_set_usual_setting(CapSession *self, const char *word)
{
  if (cap_context_set(&self->usual_context, "setting", word, NULL))
    g_signal_emit_by_name(self, "marks-changed");
}

CapFindings *
cap_session_now(CapSession *self)
{
  const CapFindings *findings = cap_session_findings(self);
  if (findings == NULL)
    return NULL;
  CapFindings *now = g_new(CapFindings, 1);
  *now = *findings;
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
  g_autoptr(GError) error = NULL;
  if (cap_session_findings(self) == NULL)
    return;
  cap_session_acted(self, cap_review_set_context(self->review, context, &error),
                    error);
}

void
cap_session_set_override(CapSession *self, CapGuideline guideline,
                         const char *category, const char *reason)
{
  g_autoptr(GError) error = NULL;
  if (self->selected == NULL)
    return;
  CapFinding *finding = cap_finding_copy(cap_finding_item_get(self->selected));
  g_clear_pointer(&finding->overrides[guideline], cap_override_free);
  if (category != NULL) {
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *at = g_date_time_format_iso8601(now);
    finding->overrides[guideline] = cap_override_new(
        category, reason,
        *self->reader != '\0' ? self->reader : g_get_real_name(), at);
  }
  cap_session_acted(
      self,
      cap_review_change(self->review, CAP_ACT_OVERRIDDEN, finding, &error),
      error);
}
