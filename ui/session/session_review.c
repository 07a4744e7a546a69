/* CapSession: the review of its series, and the findings that are shown of it;
 * see session.h. */
#include "ui/session/session_private.h"

#include "io/review/review_commands.h"
#include "ui/measure/measuring.h"

/* ---- what is shown ---- */

/* A first reader sees his own marks only. */
static gboolean
is_shown(CapSession *self, const CapFinding *finding)
{
  return finding->by_reader || !cap_session_is_blind(self);
}

static gboolean
is_touched(CapSession *self, int id)
{
  const GArray *touched = cap_review_touched(self->review);
  for (guint i = 0; i < touched->len; i++)
    if (g_array_index(touched, int, i) == id)
      return TRUE;
  return FALSE;
}

/* The items by the ids of their findings; borrows them. */
static GHashTable *
items_by_id(CapSession *self)
{
  GHashTable *table = g_hash_table_new(NULL, NULL);
  GListModel *model = G_LIST_MODEL(self->items);
  for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(model, i);
    g_hash_table_insert(table, GINT_TO_POINTER(cap_finding_item_get(item)->id),
                        item);
  }
  return table;
}

/* Items (owned by the array) of all that is to be shown, those that are there
 * already kept, with what was touched. *SAME: none comes or goes. */
static GPtrArray *
wanted_items(CapSession *self, gboolean *same)
{
  GPtrArray *items = g_ptr_array_new_with_free_func(g_object_unref);
  const CapFindings *findings = cap_session_findings(self);
  g_autoptr(GHashTable) old = items_by_id(self);
  guint n_kept = 0;
  for (guint i = 0; findings != NULL && i < findings->items->len; i++) {
    const CapFinding *finding = findings->items->pdata[i];
    if (!is_shown(self, finding))
      continue;
    CapFindingItem *item =
        g_hash_table_lookup(old, GINT_TO_POINTER(finding->id));
    n_kept += item != NULL;
    if (item == NULL)
      item = cap_finding_item_new(cap_finding_copy(finding));
    else if (is_touched(self, finding->id))
      cap_finding_item_set(g_object_ref(item), cap_finding_copy(finding));
    else
      g_object_ref(item);
    g_ptr_array_add(items, item);
  }
  *same = n_kept == items->len && n_kept == g_hash_table_size(old);
  return items;
}

void
cap_session_show_review(CapSession *self)
{
  gboolean same;
  g_autoptr(GPtrArray) items = wanted_items(self, &same);
  if (self->selected != NULL && !g_ptr_array_find(items, self->selected, NULL))
    cap_session_select(self, NULL, FALSE);
  if (!same)
    g_list_store_splice(self->items, 0,
                        g_list_model_get_n_items(G_LIST_MODEL(self->items)),
                        items->pdata, items->len);
  cap_session_note_items(self);
  cap_finding_order_refresh(self->order);
  cap_session_show_key_images(self);
  cap_session_emit(self, CAP_SESSION_MARKS_CHANGED, FALSE);
  cap_session_emit(self, CAP_SESSION_FINDINGS_STATE, FALSE);
}

/* ---- the review ---- */

void
cap_session_set_review(CapSession *self, CapReview *review)
{
  cap_session_select(self, NULL, FALSE);
  cap_session_replace_text(&self->detection_failure, "");
  g_list_store_remove_all(self->items);
  g_clear_pointer(&self->review, cap_review_close);
  self->review = review;
  self->key_image = 0;
  if (review != NULL)
    cap_review_set_reader(review, self->reader);
  cap_session_reading_began(self);
  cap_session_show_review(self);
}

void
cap_session_set_review_path(CapSession *self, const char *path)
{
  cap_session_replace_text(&self->review_path, path);
}

CapReview *
cap_session_review(CapSession *self)
{
  return self->review;
}

CapReview *
cap_session_need_review(CapSession *self)
{
  const CapVolume *volume = cap_session_volume(self);
  if (self->review != NULL || volume == NULL)
    return self->review;
  g_autoptr(GError) error = NULL;
  if (*self->review_path != '\0')
    self->review = cap_review_open(self->review_path, volume, &error);
  if (self->review == NULL) {
    if (error != NULL)
      cap_session_warn(self, error);
    self->review = cap_review_open(NULL, volume, NULL);
  }
  if (self->review != NULL)
    cap_review_set_reader(self->review, self->reader);
  return self->review;
}

gboolean
cap_session_begin_review(CapSession *self)
{
  CapReview *review = cap_session_need_review(self);
  if (review == NULL || cap_review_findings(review) != NULL)
    return review != NULL;
  g_autoptr(CapFindings) nothing =
      cap_findings_new_unsearched(cap_session_volume(self));
  g_autoptr(GError) error = NULL;
  return cap_session_acted(self, cap_review_import(review, nothing, &error),
                           error);
}

gboolean
cap_session_acted(CapSession *self, gboolean done, const GError *error)
{
  if (done)
    cap_session_show_review(self);
  else if (error != NULL)
    cap_session_warn(self, error);
  return done;
}

void
cap_session_set_reader(CapSession *self, const char *name)
{
  cap_session_replace_text(&self->reader, name);
  if (self->review != NULL)
    cap_review_set_reader(self->review, self->reader);
}

const char *
cap_session_reader(CapSession *self)
{
  return self->reader;
}

/* ---- findings ---- */

void
cap_session_set_findings(CapSession *self, CapFindings *findings)
{
  if (findings == NULL) {
    cap_session_set_review(self, NULL);
    return;
  }
  CapReview *review = cap_session_need_review(self);
  g_autoptr(GError) error = NULL;
  cap_session_replace_text(&self->detection_failure, "");
  if (review != NULL)
    cap_session_acted(self, cap_review_detected(review, findings, &error),
                      error);
  cap_findings_free(findings);
}

const CapFindings *
cap_session_findings(CapSession *self)
{
  return self->review != NULL ? cap_review_findings(self->review) : NULL;
}

CapResult
cap_session_result(CapSession *self, const char **why)
{
  const CapFindings *findings = cap_session_findings(self);
  const char *reason =
      findings != NULL ? cap_findings_not_evaluable(findings) : "";
  if (findings != NULL && *reason == '\0' && findings->items->len == 0 &&
      findings->conclusion == CAP_CONCLUSION_NONE)
    reason = cap_session_undetectable(self); /* as reports have it */
  if (why != NULL)
    *why = reason;
  return findings != NULL ? cap_findings_result(findings, reason)
                          : CAP_RESULT_NOT_SEARCHED;
}

/* The selected finding's id; 0 without one. */
static int
selected_id(CapSession *self)
{
  return self->selected != NULL ? cap_finding_item_get(self->selected)->id : 0;
}

void
cap_session_set_status(CapSession *self, CapStatus status)
{
  g_autoptr(GError) error = NULL;
  if (self->selected == NULL ||
      cap_finding_item_status(self->selected) == status)
    return;
  cap_session_acted(
      self,
      cap_review_set_status(self->review, selected_id(self), status, &error),
      error);
}

void
cap_session_set_comment(CapSession *self, int id, const char *text)
{
  const CapFinding *finding =
      self->review != NULL ? cap_review_finding(self->review, id) : NULL;
  g_autoptr(GError) error = NULL;
  if (finding == NULL || g_str_equal(finding->comment, text))
    return;
  cap_session_acted(
      self, cap_review_set_comment(self->review, id, text, &error), error);
}

/* ---- undo ---- */

/* Goes to what came back or changed, so that the reader sees it. */
static void
show_touched(CapSession *self)
{
  const GArray *touched = cap_review_touched(self->review);
  g_autoptr(GHashTable) items = items_by_id(self);
  CapFindingItem *item =
      touched->len == 1
          ? g_hash_table_lookup(items,
                                GINT_TO_POINTER(g_array_index(touched, int, 0)))
          : NULL;
  if (item != NULL)
    cap_session_select(self, item, TRUE);
  cap_measuring_show_touched(self);
}

static gboolean
again(CapSession *self, gboolean (*go)(CapReview *, GError **))
{
  g_autoptr(GError) error = NULL;
  if (self->review == NULL ||
      !cap_session_acted(self, go(self->review, &error), error))
    return FALSE;
  show_touched(self);
  return TRUE;
}

gboolean
cap_session_undo(CapSession *self)
{
  return again(self, cap_review_undo);
}

gboolean
cap_session_redo(CapSession *self)
{
  return again(self, cap_review_redo);
}
