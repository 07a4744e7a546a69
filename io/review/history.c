/* The history of a review: see history.h. */
#include "io/review/history.h"

#include "core/error.h"
#include "io/findings/finding_json.h"
#include "io/findings/findings_json.h"
#include "io/findings/measurement_json.h"
#include "io/report/words.h"
#include "io/report/words_measurements.h"
#include "io/review/review_file.h"

#include <string.h>

static void
free_change(gpointer data)
{
  CapHistoryChange *change = data;
  g_free(change->item);
  g_free(change->before);
  g_free(change->after);
  g_free(change);
}

static void
free_entry(gpointer data)
{
  CapHistoryEntry *entry = data;
  g_free(entry->at);
  g_free(entry->reader);
  g_free(entry->note);
  g_ptr_array_unref(entry->changes);
  g_free(entry);
}

/* TEXT (taken; NULL: "") on one line: what people wrote may hold anything. */
static char *
one_line(char *text)
{
  for (char *c = text; c != NULL && *c != '\0'; c++)
    if (g_ascii_iscntrl(*c))
      *c = ' ';
  return text != NULL ? text : g_strdup("");
}

/* ---- versions in words ---- */

static char *
finding_words(const char *json)
{
  g_autoptr(CapFinding) f = cap_finding_json_parse(json, "review", NULL);
  if (f == NULL)
    return g_strdup("unreadable");
  g_autofree char *mm = cap_words_number(f->mean_diameter_mm, 1);
  g_autofree char *mm3 = cap_words_number(f->volume_mm3, 0);
  return g_strdup_printf(
      "%s, %s, %s mm, %s mm³%s%s%s%s", cap_status_name(f->status),
      cap_nodule_type_name(f->type), mm, mm3, f->unjudged ? ", not judged" : "",
      *f->comment != '\0' ? ", “" : "", f->comment,
      *f->comment != '\0' ? "”" : "");
}

static char *
measurement_words(const char *json)
{
  g_autoptr(CapMeasurement) m =
      cap_measurement_json_parse(json, "review", NULL);
  if (m == NULL)
    return g_strdup("unreadable");
  g_autofree char *title = cap_words_measurement_title(m);
  g_autofree char *numbers = cap_words_measurement(m);
  return g_strdup_printf("%s: %s", title, numbers);
}

static char *
scan_words(const char *json)
{
  g_autoptr(CapFindings) head =
      cap_findings_json_parse(json, strlen(json), "review", NULL);
  if (head == NULL)
    return g_strdup("unreadable");
  return g_strdup_printf(
      "conclusion %s%s%s%s", cap_conclusion_name(head->conclusion),
      *head->conclusion_reason != '\0' ? ", “" : "", head->conclusion_reason,
      *head->conclusion_reason != '\0' ? "”" : "");
}

static char *
key_image_words(const char *json)
{
  g_autoptr(CapReviewImage) image =
      cap_review_image_parse(json, "review", NULL);
  static const char *const planes[] = {"axial", "coronal", "sagittal"};
  if (image == NULL)
    return g_strdup("unreadable");
  const CapPoint p = image->position_mm;
  g_autofree char *x = cap_words_number(p.x, 1);
  g_autofree char *y = cap_words_number(p.y, 1);
  g_autofree char *z = cap_words_number(p.z, 1);
  return g_strdup_printf("%s at %s, %s, %s mm", planes[image->plane], x, y, z);
}

/* JSON NULL: it was not there. */
static char *
words_of(const char *entity, const char *json)
{
  switch (json != NULL ? cap_review_entity_parse(entity) : -1) {
  case CAP_REVIEW_SCAN:
    return scan_words(json);
  case CAP_REVIEW_FINDING:
    return finding_words(json);
  case CAP_REVIEW_MEASUREMENT:
    return measurement_words(json);
  case CAP_REVIEW_KEY_IMAGE:
    return key_image_words(json);
  default:
    return g_strdup("");
  }
}

/* ---- the log ---- */

enum { ROW, AT, READER, KIND, ABOUT, NOTE, ENTITY, ITEM, BEFORE, AFTER };

static const char log_of_all[] =
    "SELECT a.id, a.at, a.reader, a.kind, a.about, a.note, c.entity, c.item, "
    "b.content, v.content FROM action a LEFT JOIN change c ON c.action = a.id "
    "LEFT JOIN version b ON b.id = c.before "
    "LEFT JOIN version v ON v.id = c.after ORDER BY a.id, c.entity, c.item";

static const char *
text(sqlite3_stmt *row, int column)
{
  return (const char *)sqlite3_column_text(row, column);
}

static CapHistoryEntry *
entry_new(sqlite3_stmt *row)
{
  CapHistoryEntry *entry = g_new0(CapHistoryEntry, 1);
  entry->row = sqlite3_column_int64(row, ROW);
  entry->about = sqlite3_column_int64(row, ABOUT);
  entry->at = one_line(g_strdup(text(row, AT)));
  entry->reader = one_line(g_strdup(text(row, READER)));
  entry->note = one_line(g_strdup(text(row, NOTE)));
  entry->changes = g_ptr_array_new_with_free_func(free_change);
  cap_act_parse(text(row, KIND), &entry->act);
  return entry;
}

static void
add_change(CapHistoryEntry *entry, sqlite3_stmt *row)
{
  const char *entity = text(row, ENTITY);
  if (entity == NULL)
    return;
  CapHistoryChange *change = g_new0(CapHistoryChange, 1);
  const int item = sqlite3_column_int(row, ITEM);
  change->item =
      item > 0 ? g_strdup_printf("%s %d", entity, item) : g_strdup(entity);
  change->before = one_line(words_of(entity, text(row, BEFORE)));
  change->after = one_line(words_of(entity, text(row, AFTER)));
  g_ptr_array_add(entry->changes, change);
}

GPtrArray *
cap_history_read(const char *path, GError **error)
{
  /* Whoever cannot replay it gets no history that might be wrong. */
  g_autoptr(CapReview) review = cap_review_read(path, NULL, error);
  if (review == NULL)
    return NULL;
  sqlite3 *db = cap_review_file_open(path, FALSE, error);
  sqlite3_stmt *select =
      db != NULL ? cap_review_file_prepare(db, log_of_all, error) : NULL;
  GPtrArray *list =
      select != NULL ? g_ptr_array_new_with_free_func(free_entry) : NULL;
  while (select != NULL && sqlite3_step(select) == SQLITE_ROW) {
    CapHistoryEntry *last = list->len > 0 ? list->pdata[list->len - 1] : NULL;
    if (last == NULL || last->row != sqlite3_column_int64(select, ROW))
      g_ptr_array_add(list, last = entry_new(select));
    add_change(last, select);
  }
  sqlite3_finalize(select);
  sqlite3_close(db);
  return list;
}
