/* Actions of a review, saved before they count: see review.h. */
#include "io/review/review_private.h"

#include "core/error.h"
#include "io/findings/finding_json.h"
#include "io/findings/findings_json.h"
#include "io/findings/measurement_json.h"

#include <string.h>

struct CapReviewAction {
  CapAct act;
  char *note;
  GArray *steps; /* of CapReviewStep, rows still open */
};

static void
step_clear(gpointer data)
{
  CapReviewStep *step = data;
  cap_review_content_free(step->entity, step->content);
}

static GArray *
steps_new(void)
{
  GArray *steps = g_array_new(FALSE, TRUE, sizeof(CapReviewStep));
  g_array_set_clear_func(steps, step_clear);
  return steps;
}

CapReviewAction *
cap_review_action_new(CapAct act, const char *note)
{
  CapReviewAction *action = g_new0(CapReviewAction, 1);
  action->act = act;
  action->note = g_strdup(note ? note : "");
  action->steps = steps_new();
  return action;
}

void
cap_review_action_free(CapReviewAction *action)
{
  if (action == NULL)
    return;
  g_free(action->note);
  g_array_unref(action->steps);
  g_free(action);
}

static void
add_step(CapReviewAction *action, CapReviewEntity entity, int item,
         gpointer content)
{
  const CapReviewStep step = {
      .entity = entity, .item = item, .content = content};
  g_array_append_val(action->steps, step);
}

void
cap_review_action_put(CapReviewAction *action, CapFinding *finding)
{
  add_step(action, CAP_REVIEW_FINDING, finding->id, finding);
}

void
cap_review_action_remove(CapReviewAction *action, int id)
{
  add_step(action, CAP_REVIEW_FINDING, id, NULL);
}

void
cap_review_action_put_head(CapReviewAction *action, CapFindings *findings)
{
  add_step(action, CAP_REVIEW_SCAN, 0, cap_findings_copy_head(findings));
  cap_findings_free(findings);
}

void
cap_review_action_put_measurement(CapReviewAction *action,
                                  CapMeasurement *measurement)
{
  add_step(action, CAP_REVIEW_MEASUREMENT, measurement->id, measurement);
}

void
cap_review_action_remove_measurement(CapReviewAction *action, int id)
{
  add_step(action, CAP_REVIEW_MEASUREMENT, id, NULL);
}

void
cap_review_action_put_key_image(CapReviewAction *action, CapReviewImage *image)
{
  add_step(action, CAP_REVIEW_KEY_IMAGE, image->id, image);
}

void
cap_review_action_remove_key_image(CapReviewAction *action, int id)
{
  add_step(action, CAP_REVIEW_KEY_IMAGE, id, NULL);
}

/* ---- saving ---- */

static CapReviewSlot
slot_of(const CapReview *review, CapReviewEntity entity, int item)
{
  const CapReviewSlot *slot =
      g_hash_table_lookup(review->slots[entity], GINT_TO_POINTER(item));
  return slot != NULL ? *slot : (CapReviewSlot){0, 0};
}

static char *
text_of(CapReviewEntity entity, gconstpointer content)
{
  switch (entity) {
  case CAP_REVIEW_SCAN:
    return cap_findings_json_text(content);
  case CAP_REVIEW_FINDING:
    return cap_finding_json_text(content);
  case CAP_REVIEW_MEASUREMENT:
    return cap_measurement_json_text(content);
  default:
    return cap_review_image_text(content);
  }
}

static gboolean
same_mask(const CapMask *a, const CapMask *b)
{
  return a->columns == b->columns && a->rows == b->rows &&
         a->slices == b->slices &&
         memcmp(a->first, b->first, sizeof a->first) == 0 &&
         memcmp(a->voxels, b->voxels,
                (gsize)a->columns * a->rows * a->slices) == 0;
}

/* Saves the mask of FINDING unless it is the one that was there. */
static gboolean
save_mask(CapReview *review, const CapFinding *finding, gint64 *row,
          GError **error)
{
  const CapFinding *now = cap_review_finding(review, finding->id);
  *row = 0;
  if (finding->mask == NULL)
    return TRUE;
  if (now != NULL && now->mask != NULL && same_mask(now->mask, finding->mask))
    *row = slot_of(review, CAP_REVIEW_FINDING, finding->id).mask;
  else
    *row = cap_review_file_add_mask(review->db, finding->mask, error);
  return *row != 0;
}

/* Saves what STEP puts there as a new version. */
static gboolean
save_version(CapReview *review, CapReviewStep *step, GError **error)
{
  gint64 mask = 0;
  if (step->entity == CAP_REVIEW_FINDING &&
      !save_mask(review, step->content, &mask, error))
    return FALSE;
  sqlite3_stmt *insert = cap_review_file_prepare(
      review->db, "INSERT INTO version VALUES (NULL, ?, ?, ?, ?)", error);
  if (insert == NULL)
    return FALSE;
  g_autofree char *text = text_of(step->entity, step->content);
  sqlite3_bind_text(insert, 1, cap_review_entity_name(step->entity), -1,
                    SQLITE_STATIC);
  sqlite3_bind_int(insert, 2, step->item);
  sqlite3_bind_text(insert, 3, text, -1, SQLITE_STATIC);
  if (mask != 0)
    sqlite3_bind_int64(insert, 4, mask);
  if (!cap_review_file_finish(review->db, insert, error))
    return FALSE;
  step->after = sqlite3_last_insert_rowid(review->db);
  return TRUE;
}

static void
bind_row(sqlite3_stmt *statement, int at, gint64 row)
{
  if (row != 0)
    sqlite3_bind_int64(statement, at, row);
}

static gboolean
save_change(CapReview *review, gint64 action, const CapReviewStep *step,
            GError **error)
{
  sqlite3_stmt *insert = cap_review_file_prepare(
      review->db, "INSERT INTO change VALUES (?, ?, ?, ?, ?)", error);
  if (insert == NULL)
    return FALSE;
  sqlite3_bind_int64(insert, 1, action);
  sqlite3_bind_text(insert, 2, cap_review_entity_name(step->entity), -1,
                    SQLITE_STATIC);
  sqlite3_bind_int(insert, 3, step->item);
  bind_row(insert, 4, step->before);
  bind_row(insert, 5, step->after);
  return cap_review_file_finish(review->db, insert, error);
}

/* Adds the entry of the log. Returns its row, 0 on failure. */
static gint64
save_entry(CapReview *review, CapAct act, gint64 about, const char *note,
           GError **error)
{
  sqlite3_stmt *insert = cap_review_file_prepare(
      review->db, "INSERT INTO action VALUES (NULL, ?, ?, ?, ?, ?)", error);
  if (insert == NULL)
    return 0;
  g_autoptr(GDateTime) now = g_date_time_new_now_utc();
  g_autofree char *at = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%fZ");
  sqlite3_bind_text(insert, 1, at, -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 2, review->reader, -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 3, cap_act_name(act), -1, SQLITE_STATIC);
  bind_row(insert, 4, about);
  sqlite3_bind_text(insert, 5, note, -1, SQLITE_STATIC);
  return cap_review_file_finish(review->db, insert, error)
             ? sqlite3_last_insert_rowid(review->db)
             : 0;
}

/* Nobody else has added to the log since it was read here. */
static gboolean
check_last_row(CapReview *review, GError **error)
{
  sqlite3_stmt *select = cap_review_file_prepare(
      review->db, "SELECT coalesce(max(id), 0) FROM action", error);
  if (select == NULL)
    return FALSE;
  const gboolean same = sqlite3_step(select) == SQLITE_ROW &&
                        sqlite3_column_int64(select, 0) == review->last_row;
  sqlite3_finalize(select);
  if (!same)
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the review %s was changed in another window; close the study "
                "here and open it again",
                review->path);
  return same;
}

/* Within a transaction. On success each step's content is what the file now
 * has. */
static gint64
save_steps(CapReview *review, CapReviewEntry entry, const char *note,
           GArray *steps, GError **error)
{
  const gboolean again =
      entry.act == CAP_ACT_UNDONE || entry.act == CAP_ACT_REDONE;
  if (!check_last_row(review, error))
    return 0;
  const gint64 row =
      save_entry(review, entry.act, again ? entry.row : 0, note, error);
  for (guint i = 0; row != 0 && i < steps->len; i++) {
    CapReviewStep *step = &g_array_index(steps, CapReviewStep, i);
    step->before = slot_of(review, step->entity, step->item).version;
    if ((step->content != NULL && !save_version(review, step, error)) ||
        !save_change(review, row, step, error))
      return 0;
    cap_review_content_free(step->entity, g_steal_pointer(&step->content));
    if (step->after != 0 &&
        (step->content = cap_review_load(review, step->entity, step->after,
                                         &step->mask, error)) == NULL)
      return 0;
  }
  return row;
}

static gboolean
commit(CapReview *review, CapReviewEntry entry, const char *note, GArray *steps,
       GError **error)
{
  if (!cap_review_file_run(review->db, "BEGIN IMMEDIATE", error))
    return FALSE;
  const gint64 row = save_steps(review, entry, note, steps, error);
  if (row == 0 || !cap_review_file_run(review->db, "COMMIT", error)) {
    sqlite3_exec(review->db, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
  }
  review->last_row = row;
  cap_review_follow(review, (CapReviewEntry){row, entry.act}, steps->len > 0,
                    cap_review_makes_head(steps));
  cap_review_apply(review, steps);
  if (*review->reader != '\0') {
    g_free(review->last_reader);
    review->last_reader = g_strdup(review->reader);
  }
  return TRUE;
}

/* Findings and measurements need a head; nothing else is refused. */
static gboolean
check_head(const CapReview *review, const GArray *steps, GError **error)
{
  gboolean head = review->findings != NULL, findings = FALSE;
  for (guint i = 0; i < steps->len; i++) {
    const CapReviewStep *step = &g_array_index(steps, CapReviewStep, i);
    head = head || step->entity == CAP_REVIEW_SCAN;
    findings = findings || step->entity == CAP_REVIEW_FINDING ||
               step->entity == CAP_REVIEW_MEASUREMENT;
  }
  if (!findings || head)
    return TRUE;
  g_set_error_literal(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                      "something was put into a review that has not begun");
  return FALSE;
}

gboolean
cap_review_do(CapReview *review, CapReviewAction *action, GError **error)
{
  const gboolean done = check_head(review, action->steps, error) &&
                        commit(review, (CapReviewEntry){0, action->act},
                               action->note, action->steps, error);
  cap_review_action_free(action);
  return done;
}

/* ---- undo ---- */

static gboolean
last_of(const GArray *stack, CapAct *act)
{
  if (stack->len == 0)
    return FALSE;
  if (act != NULL)
    *act = g_array_index(stack, CapReviewEntry, stack->len - 1).act;
  return TRUE;
}

gboolean
cap_review_can_undo(const CapReview *review, CapAct *act)
{
  return last_of(review->undo, act);
}

gboolean
cap_review_can_redo(const CapReview *review, CapAct *act)
{
  return last_of(review->redo, act);
}

/* The changes of entry ROW, the other way round when BACK. */
static GArray *
steps_of(CapReview *review, gint64 row, gboolean back, GError **error)
{
  sqlite3_stmt *select = cap_review_file_prepare(
      review->db,
      back ? "SELECT entity, item, before FROM change WHERE action = ?"
           : "SELECT entity, item, after FROM change WHERE action = ?",
      error);
  if (select == NULL)
    return NULL;
  GArray *steps = steps_new();
  sqlite3_bind_int64(select, 1, row);
  while (sqlite3_step(select) == SQLITE_ROW) {
    const char *entity = (const char *)sqlite3_column_text(select, 0);
    const CapReviewStep step = {
        .entity = (CapReviewEntity)cap_review_entity_parse(entity),
        .item = sqlite3_column_int(select, 1),
        .after = sqlite3_column_int64(select, 2)};
    g_array_append_val(steps, step);
  }
  sqlite3_finalize(select);
  return steps;
}

static gboolean
again(CapReview *review, GArray *stack, CapAct act, GError **error)
{
  if (stack->len == 0)
    return FALSE;
  const CapReviewEntry entry =
      g_array_index(stack, CapReviewEntry, stack->len - 1);
  g_autoptr(GArray) steps =
      steps_of(review, entry.row, act == CAP_ACT_UNDONE, error);
  return steps != NULL &&
         commit(review, (CapReviewEntry){entry.row, act}, "", steps, error);
}

gboolean
cap_review_undo(CapReview *review, GError **error)
{
  return again(review, review->undo, CAP_ACT_UNDONE, error);
}

gboolean
cap_review_redo(CapReview *review, GError **error)
{
  return again(review, review->redo, CAP_ACT_REDONE, error);
}
