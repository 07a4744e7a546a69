/* The history in words: see history_words.h. */
#include "io/review/history_words.h"

#include "core/language.h"
#include "io/csv.h"

const char *
cap_history_act(CapAct act)
{
  static const char *const words[CAP_N_ACTS] = {
      [CAP_ACT_IMPORTED] = N_("Findings read from a file"),
      [CAP_ACT_DETECTED] = N_("Nodules detected"),
      [CAP_ACT_STATUS] = N_("Status changed"),
      [CAP_ACT_COMMENTED] = N_("Comment changed"),
      [CAP_ACT_ADDED] = N_("Finding added"),
      [CAP_ACT_DELETED] = N_("Finding deleted"),
      [CAP_ACT_MOVED] = N_("Finding moved"),
      [CAP_ACT_RESIZED] = N_("Finding resized"),
      [CAP_ACT_REDRAWN] = N_("Outline redrawn"),
      [CAP_ACT_SPLIT] = N_("Finding split"),
      [CAP_ACT_MERGED] = N_("Findings joined"),
      [CAP_ACT_JUDGED] = N_("Judged again by the network"),
      [CAP_ACT_CONCLUDED] = N_("Conclusion changed"),
      [CAP_ACT_KEY_IMAGE] = N_("Key image changed"),
      [CAP_ACT_CONTEXT] = N_("Patient context changed"),
      [CAP_ACT_OVERRIDDEN] = N_("Category changed"),
      [CAP_ACT_MEASURED] = N_("Measured"),
      [CAP_ACT_MEASUREMENT_MOVED] = N_("Measurement changed"),
      [CAP_ACT_MEASUREMENT_NAMED] = N_("Measurement named"),
      [CAP_ACT_MEASUREMENT_DELETED] = N_("Measurement deleted"),
      [CAP_ACT_COMPARED] = N_("Compared with an earlier scan"),
      [CAP_ACT_PAIRED] = N_("Paired by the reader"),
      [CAP_ACT_OPENED] = N_("Opened"),
      [CAP_ACT_FIRST_READING] = N_("First reading begun"),
      [CAP_ACT_LOOKED] = N_("First reading ended"),
      [CAP_ACT_UNDONE] = N_("Undone"),
      [CAP_ACT_REDONE] = N_("Done again"),
  };
  return _(words[act]);
}

char *
cap_history_title(const CapHistoryEntry *entry)
{
  if (entry->about == 0)
    return g_strdup(cap_history_act(entry->act));
  return g_strdup_printf(entry->act == CAP_ACT_UNDONE
                             ? _("Undone: %s (entry %d)")
                             : _("Done again: %s (entry %d)"),
                         cap_history_act(entry->about_act), (int)entry->about);
}

char *
cap_history_item(const CapHistoryChange *change)
{
  static const char *const words[CAP_REVIEW_N_ENTITIES] = {
      [CAP_REVIEW_FINDING] = N_("Finding %d"),
      [CAP_REVIEW_KEY_IMAGE] = N_("Key image %d"),
      [CAP_REVIEW_MEASUREMENT] = N_("Measurement %d")};
  return change->entity == CAP_REVIEW_SCAN
             ? g_strdup(_("Scan"))
             : g_strdup_printf(_(words[change->entity]), change->id);
}

char *
cap_history_change(const CapHistoryChange *change)
{
  g_autofree char *item = cap_history_item(change);
  return g_strdup_printf("%s: %s → %s", item,
                         *change->before != '\0' ? change->before
                                                 : _("nothing"),
                         *change->after != '\0' ? change->after : _("nothing"));
}

/* ---- as text ---- */

static void
append_entry(GString *text, const CapHistoryEntry *entry)
{
  g_autofree char *title = cap_history_title(entry);
  g_string_append_printf(
      text, "%d  %s  %s  %s", (int)entry->row, entry->at,
      *entry->reader != '\0' ? entry->reader : _("(no name)"), title);
  if (*entry->note != '\0')
    g_string_append_printf(text, ": %s", entry->note);
  if (entry->undone)
    g_string_append_printf(text, "  [%s]", _("undone"));
  g_string_append_c(text, '\n');
  for (guint i = 0; i < entry->changes->len; i++) {
    g_autofree char *line = cap_history_change(entry->changes->pdata[i]);
    g_string_append_printf(text, "    %s\n", line);
  }
}

char *
cap_history_text(const GPtrArray *entries)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < entries->len; i++)
    append_entry(text, entries->pdata[i]);
  return g_string_free(text, FALSE);
}

/* ---- as a table ---- */

static void
append_fields(GString *csv, const char *const *fields)
{
  for (guint i = 0; fields[i] != NULL; i++) {
    if (i > 0)
      g_string_append_c(csv, ',');
    cap_csv_append(csv, fields[i]);
  }
  g_string_append_c(csv, '\n');
}

/* CHANGE NULL: it changed nothing. */
static void
append_row(GString *csv, const CapHistoryEntry *entry,
           const CapHistoryChange *change)
{
  g_autofree char *row = g_strdup_printf("%d", (int)entry->row);
  g_autofree char *title = cap_history_title(entry);
  g_autofree char *item =
      change != NULL ? cap_history_item(change) : g_strdup("");
  append_fields(csv, (const char *const[]){row, entry->at, entry->reader, title,
                                           entry->undone ? "yes" : "no", item,
                                           change != NULL ? change->before : "",
                                           change != NULL ? change->after : "",
                                           entry->note, NULL});
}

char *
cap_history_csv(const GPtrArray *entries)
{
  GString *csv =
      g_string_new("entry,time,reader,action,undone,item,before,after,note\n");
  for (guint i = 0; i < entries->len; i++) {
    const CapHistoryEntry *entry = entries->pdata[i];
    for (guint k = 0; k < entry->changes->len; k++)
      append_row(csv, entry, entry->changes->pdata[k]);
    if (entry->changes->len == 0)
      append_row(csv, entry, NULL);
  }
  return g_string_free(csv, FALSE);
}
