/* The history of a review: see history.h. */
#include "io/review/history.h"

#include "io/review/history_versions.h"
#include "io/review/review_private.h"

static void
free_change(gpointer data)
{
  CapHistoryChange *change = data;
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

/* ---- rows of the log ---- */

enum { ROW, AT, READER, KIND, ABOUT, NOTE, ENTITY, ITEM, BEFORE, AFTER };

static const char log_beyond[] =
    "SELECT a.id, a.at, a.reader, a.kind, a.about, a.note, c.entity, c.item, "
    "b.content, v.content FROM action a LEFT JOIN change c ON c.action = a.id "
    "LEFT JOIN version b ON b.id = c.before "
    "LEFT JOIN version v ON v.id = c.after WHERE a.id > ? "
    "ORDER BY a.id, c.entity, c.item";

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
  const int entity = text(row, ENTITY) != NULL
                         ? cap_review_entity_parse(text(row, ENTITY))
                         : -1;
  if (entity < 0)
    return;
  CapHistoryChange *change = g_new0(CapHistoryChange, 1);
  change->entity = (CapReviewEntity)entity;
  change->id = sqlite3_column_int(row, ITEM);
  cap_history_versions(change, text(row, BEFORE), text(row, AFTER));
  change->before = one_line(change->before);
  change->after = one_line(change->after);
  g_ptr_array_add(entry->changes, change);
}

/* ---- undone ---- */

static int
by_row(gconstpointer a, gconstpointer b)
{
  const CapHistoryEntry *const *x = a, *const *y = b;
  return ((*x)->row > (*y)->row) - ((*x)->row < (*y)->row);
}

/* What ENTRY, which undoes or redoes, is about; NULL. */
static CapHistoryEntry *
find_about(const GPtrArray *list, const CapHistoryEntry *entry)
{
  const CapHistoryEntry wanted = {.row = entry->about}, *key = &wanted;
  CapHistoryEntry **found =
      bsearch(&key, list->pdata, list->len, sizeof(gpointer), by_row);
  return found != NULL ? *found : NULL;
}

static void
note_undone(const GPtrArray *list, guint from)
{
  for (guint i = from; i < list->len; i++) {
    CapHistoryEntry *entry = list->pdata[i];
    CapHistoryEntry *about = entry->about != 0 ? find_about(list, entry) : NULL;
    if (about == NULL)
      continue;
    about->undone = entry->act == CAP_ACT_UNDONE;
    entry->about_act = about->act;
  }
}

GPtrArray *
cap_history_new(void)
{
  return g_ptr_array_new_with_free_func(free_entry);
}

gboolean
cap_history_extend(GPtrArray *list, CapReview *review, GError **error)
{
  const guint had = list->len;
  const CapHistoryEntry *last = had > 0 ? list->pdata[had - 1] : NULL;
  const gint64 beyond = last != NULL ? last->row : 0;
  sqlite3_stmt *select = cap_review_file_prepare(review->db, log_beyond, error);
  if (select == NULL)
    return FALSE;
  sqlite3_bind_int64(select, 1, beyond);
  CapHistoryEntry *entry = NULL;
  while (sqlite3_step(select) == SQLITE_ROW) {
    if (entry == NULL || entry->row != sqlite3_column_int64(select, ROW))
      g_ptr_array_add(list, entry = entry_new(select));
    add_change(entry, select);
  }
  sqlite3_finalize(select);
  note_undone(list, had);
  return TRUE;
}

GPtrArray *
cap_history_read(const char *path, GError **error)
{
  /* Whoever cannot replay it gets no history that might be wrong. */
  g_autoptr(CapReview) review = cap_review_read(path, NULL, error);
  g_autoptr(GPtrArray) list = cap_history_new();
  if (review == NULL || !cap_history_extend(list, review, error))
    return NULL;
  return g_steal_pointer(&list);
}
