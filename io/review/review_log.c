/* The log of a review, read back: see review_private.h. */
#include "io/review/review_private.h"

#include "core/error.h"
#include "io/findings/finding_json.h"
#include "io/findings/findings_json.h"
#include "io/findings/measurement_json.h"

#include <string.h>

static const char *const act_names[CAP_N_ACTS] = {"imported",
                                                  "detected",
                                                  "status",
                                                  "commented",
                                                  "added",
                                                  "deleted",
                                                  "moved",
                                                  "resized",
                                                  "redrawn",
                                                  "split",
                                                  "merged",
                                                  "judged",
                                                  "concluded",
                                                  "key-image",
                                                  "context",
                                                  "overridden",
                                                  "measured",
                                                  "measurement-moved",
                                                  "measurement-named",
                                                  "measurement-deleted",
                                                  "compared",
                                                  "paired",
                                                  "opened",
                                                  "first-reading",
                                                  "looked",
                                                  "undone",
                                                  "redone"};

const char *
cap_act_name(CapAct act)
{
  return act_names[act];
}

gboolean
cap_act_parse(const char *word, CapAct *act)
{
  for (int i = 0; i < CAP_N_ACTS; i++)
    if (g_strcmp0(word, act_names[i]) == 0) {
      *act = (CapAct)i;
      return TRUE;
    }
  return FALSE;
}

/* ---- versions ---- */

static gpointer
parse(CapReviewEntity entity, const char *text, const char *name,
      GError **error)
{
  switch (entity) {
  case CAP_REVIEW_SCAN:
    return cap_findings_json_parse(text, strlen(text), name, error);
  case CAP_REVIEW_FINDING:
    return cap_finding_json_parse(text, name, error);
  case CAP_REVIEW_MEASUREMENT:
    return cap_measurement_json_parse(text, name, error);
  default:
    return cap_review_image_parse(text, name, error);
  }
}

gpointer
cap_review_load(CapReview *review, CapReviewEntity entity, gint64 row,
                gint64 *mask_row, GError **error)
{
  sqlite3_stmt *select = cap_review_file_prepare(
      review->db, "SELECT content, mask FROM version WHERE id = ?", error);
  if (select == NULL)
    return NULL;
  gpointer content = NULL;
  sqlite3_bind_int64(select, 1, row);
  if (sqlite3_step(select) == SQLITE_ROW) {
    const char *text = (const char *)sqlite3_column_text(select, 0);
    *mask_row = sqlite3_column_int64(select, 1);
    content = parse(entity, text ? text : "", review->path, error);
  } else {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "the review %s lacks a version that its log names",
                review->path);
  }
  sqlite3_finalize(select);
  if (content != NULL && entity == CAP_REVIEW_FINDING && *mask_row != 0) {
    CapFinding *finding = content;
    finding->mask = cap_review_file_mask(review->db, *mask_row, error);
    if (finding->mask == NULL)
      g_clear_pointer(&finding, cap_finding_free);
    content = finding;
  }
  return content;
}

/* ---- the log ---- */

void
cap_review_follow(CapReview *review, CapReviewEntry entry, gboolean changes,
                  gboolean base)
{
  GArray *undo = review->undo, *redo = review->redo;
  review->n_acts[entry.act]++;
  if (entry.act == CAP_ACT_UNDONE || entry.act == CAP_ACT_REDONE) {
    GArray *from = entry.act == CAP_ACT_UNDONE ? undo : redo;
    GArray *to = entry.act == CAP_ACT_UNDONE ? redo : undo;
    const CapReviewEntry moved =
        g_array_index(from, CapReviewEntry, from->len - 1);
    g_array_set_size(from, from->len - 1);
    g_array_append_val(to, moved);
  } else if (changes && entry.act != CAP_ACT_JUDGED) {
    g_array_set_size(redo, 0);
    if (base) /* before the first findings there is nothing to go back to */
      g_array_set_size(undo, 0);
    else
      g_array_append_val(undo, entry);
  }
}

static gboolean
bad_log(const CapReview *review, gint64 row, GError **error)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              "the log of the review %s does not fit together at entry "
              "%ld; restore it from a copy, or move it away to start a new one",
              review->path, (long)row);
  return FALSE;
}

/* One row of the joined log: an entry's head, or one change of it. */
static gboolean
read_change(CapReview *review, sqlite3_stmt *row, GArray *steps)
{
  const int entity =
      cap_review_entity_parse((const char *)sqlite3_column_text(row, 4));
  CapReviewStep step = {.item = sqlite3_column_int(row, 5),
                        .before = sqlite3_column_int64(row, 6),
                        .after = sqlite3_column_int64(row, 7)};
  if (entity < 0 || step.item < 0 || (entity > 0 && step.item < 1))
    return FALSE;
  step.entity = (CapReviewEntity)entity;
  g_array_append_val(steps, step);
  CapReviewSlot *slot =
      g_hash_table_lookup(review->slots[entity], GINT_TO_POINTER(step.item));
  if (slot == NULL) {
    slot = g_new0(CapReviewSlot, 1);
    g_hash_table_insert(review->slots[entity], GINT_TO_POINTER(step.item),
                        slot);
  }
  if (slot->version != step.before)
    return FALSE;
  slot->version = step.after;
  review->highest[entity] = MAX(review->highest[entity], step.item);
  return TRUE;
}

/* What an entry says it takes back or brings again is the next to be. */
static gboolean
is_about_next(const CapReview *review, CapAct act, gint64 about)
{
  if (act != CAP_ACT_UNDONE && act != CAP_ACT_REDONE)
    return about == 0;
  const GArray *stack = act == CAP_ACT_UNDONE ? review->undo : review->redo;
  return stack->len > 0 &&
         g_array_index(stack, CapReviewEntry, stack->len - 1).row == about;
}

gboolean
cap_review_makes_head(const GArray *steps)
{
  for (guint i = 0; i < steps->len; i++) {
    const CapReviewStep *step = &g_array_index(steps, CapReviewStep, i);
    if (step->entity == CAP_REVIEW_SCAN && step->before == 0)
      return TRUE;
  }
  return FALSE;
}

/* Walks the log; SELECT stands before its first row. */
static gboolean
walk(CapReview *review, sqlite3_stmt *select, GError **error)
{
  g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(CapReviewStep));
  CapReviewEntry entry = {0};
  gint64 about = 0;
  int result;
  do {
    result = sqlite3_step(select);
    const gint64 row =
        result == SQLITE_ROW ? sqlite3_column_int64(select, 0) : 0;
    if (row != entry.row && entry.row != 0) {
      if (!is_about_next(review, entry.act, about))
        return bad_log(review, entry.row, error);
      cap_review_follow(review, entry, steps->len > 0,
                        cap_review_makes_head(steps));
      g_array_set_size(steps, 0);
    }
    if (result != SQLITE_ROW)
      break;
    const char *reader = (const char *)sqlite3_column_text(select, 3);
    entry.row = review->last_row = row;
    about = sqlite3_column_int64(select, 2);
    if (reader != NULL && *reader != '\0') {
      g_free(review->last_reader);
      review->last_reader = g_strdup(reader);
    }
    if (!cap_act_parse((const char *)sqlite3_column_text(select, 1),
                       &entry.act) ||
        (sqlite3_column_type(select, 4) != SQLITE_NULL &&
         !read_change(review, select, steps)))
      return bad_log(review, row, error);
  } while (TRUE);
  return result == SQLITE_DONE || bad_log(review, entry.row, error);
}

/* Reads what the slots say is there. */
static gboolean
load_all(CapReview *review, GError **error)
{
  g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(CapReviewStep));
  gboolean good = TRUE, head = FALSE, findings = FALSE;
  for (int entity = 0; entity < CAP_REVIEW_N_ENTITIES; entity++) {
    GHashTableIter iter;
    gpointer item;
    CapReviewSlot *slot;
    g_hash_table_iter_init(&iter, review->slots[entity]);
    while (good && g_hash_table_iter_next(&iter, &item, (gpointer *)&slot)) {
      if (slot->version == 0)
        continue;
      CapReviewStep step = {.entity = (CapReviewEntity)entity,
                            .item = GPOINTER_TO_INT(item),
                            .after = slot->version};
      step.content =
          cap_review_load(review, step.entity, step.after, &step.mask, error);
      good = step.content != NULL;
      head = head || entity == CAP_REVIEW_SCAN;
      findings = findings || entity == CAP_REVIEW_FINDING ||
                 entity == CAP_REVIEW_MEASUREMENT;
      if (good)
        g_array_append_val(steps, step);
    }
  }
  if (good && findings && !head)
    good = bad_log(review, review->last_row, error);
  if (good)
    cap_review_apply(review, steps);
  for (guint i = 0; i < steps->len; i++) {
    CapReviewStep *step = &g_array_index(steps, CapReviewStep, i);
    cap_review_content_free(step->entity, step->content);
  }
  return good;
}

gboolean
cap_review_replay(CapReview *review, GError **error)
{
  sqlite3_stmt *select = cap_review_file_prepare(
      review->db,
      "SELECT a.id, a.kind, a.about, a.reader, c.entity, c.item, c.before, "
      "c.after FROM action a LEFT JOIN change c ON c.action = a.id "
      "ORDER BY a.id",
      error);
  if (select == NULL)
    return FALSE;
  const gboolean good = walk(review, select, error);
  sqlite3_finalize(select);
  return good && load_all(review, error);
}

GPtrArray *
cap_review_notes(const CapReview *review, CapAct act)
{
  GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
  sqlite3_stmt *select = cap_review_file_prepare(
      review->db, "SELECT note FROM action WHERE kind = ? ORDER BY id", NULL);
  if (select == NULL)
    return notes;
  sqlite3_bind_text(select, 1, act_names[act], -1, SQLITE_STATIC);
  while (sqlite3_step(select) == SQLITE_ROW)
    g_ptr_array_add(notes,
                    g_strdup((const char *)sqlite3_column_text(select, 0)));
  sqlite3_finalize(select);
  return notes;
}
