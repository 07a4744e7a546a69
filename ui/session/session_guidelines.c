/* CapSession: guidelines; see session_guidelines.h. */
#include "ui/session/session_guidelines.h"

#include "core/date.h"
#include "core/language.h"
#include "io/review/review_commands.h"
#include "ui/session/session_private.h"

#include <math.h>

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
  if (cap_context_set(&self->usual_context, "setting", word, NULL)) {
    cap_session_note_items(self);
    g_signal_emit_by_name(self, "marks-changed");
  }
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

/* "+64 %", "new". */
static char *
change_text(const CapFinding *f)
{
  if (f->prior.state == CAP_PRIOR_NEW)
    return g_strdup(_("new"));
  const double percent = 100 * (f->volume_mm3 / f->prior.volume_mm3 - 1);
  return g_strdup_printf("%s%.0f %%",
                         percent >= 0.5    ? "+"
                         : percent <= -0.5 ? "−"
                                           : "±",
                         fabs(percent));
}

/* The change since the earlier scan that is shown; with its date where none is,
 * and "" where another one is, or where none was compared. */
static char *
growth_text(CapSession *self, const CapPriorScan *scan, const CapFinding *f)
{
  const gboolean shown = *self->beside != '\0';
  if (scan == NULL || (shown && !g_str_equal(scan->series_uid, self->beside)) ||
      f->prior.state == CAP_PRIOR_NONE ||
      (f->prior.state == CAP_PRIOR_MATCHED && !(f->prior.volume_mm3 > 0)))
    return g_strdup("");
  g_autofree char *change = change_text(f);
  if (shown)
    return g_steal_pointer(&change);
  g_autofree char *date = cap_date_text(scan->date);
  return *date != '\0'
             ? g_strdup_printf(_("%s since %s"), change, date)
             : g_strdup_printf(_("%s since the earlier scan"), change);
}

/* A rejected one has no category. */
static const char *
category_word(const CapFindings *now, const CapFinding *f)
{
  g_autoptr(CapAdvice) advice = cap_guideline_judge(CAP_LUNGRADS, now, f);
  const CapGuidelineCategory *category = cap_guideline_verdict(advice, f);
  return f->status != CAP_STATUS_REJECTED && category != NULL ? category->word
                                                              : "";
}

void
cap_session_note_items(CapSession *self)
{
  CapFindings *now = cap_session_now(self);
  for (guint i = 0; now != NULL && i < now->items->len; i++) {
    g_autoptr(CapFindingItem) item =
        g_list_model_get_item(G_LIST_MODEL(self->items), i);
    const CapFinding *f = cap_finding_item_get(item);
    g_autofree char *growth = growth_text(self, now->prior_scan, f);
    cap_finding_item_set_notes(item, category_word(now, f), growth);
  }
  cap_session_now_free(now);
}

void
cap_session_set_beside(CapSession *self, const char *series_uid)
{
  if (g_str_equal(self->beside, series_uid))
    return;
  cap_session_replace_text(&self->beside, series_uid);
  cap_session_note_items(self);
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
