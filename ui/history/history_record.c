/* CapHistoryRecord: see history_record.h. */
#include "ui/history/history_record.h"

#include "core/language.h"
#include "core/person.h"
#include "ui/label.h"

#define MOST_TOLD 4 /* changes, in the sentence */

struct _CapHistoryRecord {
  GObject parent;
  GPtrArray *history;
  guint index;
  int finding;
  gboolean undone; /* as it was told last */
};

G_DEFINE_FINAL_TYPE(CapHistoryRecord, cap_history_record, G_TYPE_OBJECT)

static guint changed_signal;

static void
finalize(GObject *object)
{
  g_ptr_array_unref(CAP_HISTORY_RECORD(object)->history);
  G_OBJECT_CLASS(cap_history_record_parent_class)->finalize(object);
}

static void
cap_history_record_class_init(CapHistoryRecordClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = finalize;
  changed_signal =
      g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_history_record_init(CapHistoryRecord *self)
{
}

CapHistoryRecord *
cap_history_record_new(GPtrArray *history, guint index, int finding)
{
  CapHistoryRecord *self = g_object_new(CAP_TYPE_HISTORY_RECORD, NULL);
  self->history = g_ptr_array_ref(history);
  self->index = index;
  self->finding = finding;
  self->undone = cap_history_record_entry(self)->undone;
  return self;
}

const CapHistoryEntry *
cap_history_record_entry(CapHistoryRecord *self)
{
  return self->history->pdata[self->index];
}

static gboolean
is_told(CapHistoryRecord *self, const CapHistoryChange *change)
{
  return self->finding == 0 ||
         (change->entity == CAP_REVIEW_FINDING && change->id == self->finding);
}

/* A finding before the scan as a whole: there is something to go to. */
const CapHistoryChange *
cap_history_record_change(CapHistoryRecord *self)
{
  const GPtrArray *changes = cap_history_record_entry(self)->changes;
  const CapHistoryChange *first = NULL;
  for (guint i = 0; i < changes->len; i++) {
    const CapHistoryChange *change = changes->pdata[i];
    if (is_told(self, change) && (first == NULL || !first->has_place))
      first = change;
  }
  return first;
}

void
cap_history_record_refresh(CapHistoryRecord *self)
{
  const gboolean undone = cap_history_record_entry(self)->undone;
  if (undone == self->undone)
    return;
  self->undone = undone;
  g_signal_emit(self, changed_signal, 0);
}

/* ---- words ---- */

char *
cap_history_record_time(CapHistoryRecord *self)
{
  const char *at = cap_history_record_entry(self)->at;
  g_autoptr(GDateTime) utc = g_date_time_new_from_iso8601(at, NULL);
  g_autoptr(GDateTime) here = utc != NULL ? g_date_time_to_local(utc) : NULL;
  return here != NULL ? g_date_time_format(here, "%Y-%m-%d %H:%M:%S")
                      : g_strdup(at);
}

char *
cap_history_person(const char *name)
{
  char *person = cap_person_text(name);
  if (*person != '\0')
    return person;
  g_free(person);
  return g_strdup(_("no name"));
}

char *
cap_history_record_changes(CapHistoryRecord *self, guint most)
{
  const GPtrArray *changes = cap_history_record_entry(self)->changes;
  GString *text = g_string_new(NULL);
  guint told = 0, left = 0;
  for (guint i = 0; i < changes->len; i++) {
    if (!is_told(self, changes->pdata[i]))
      continue;
    if (told == most) {
      left++;
      continue;
    }
    g_autofree char *line = cap_history_change(changes->pdata[i]);
    g_autofree char *shown = cap_label_minus(line);
    g_string_append_printf(text, "%s%s", told++ > 0 ? "\n" : "", shown);
  }
  if (left > 0) {
    g_string_append_c(text, '\n');
    g_string_append_printf(text, P_("and %u more", "and %u more", left), left);
  }
  return g_string_free(text, FALSE);
}

char *
cap_history_record_describe(CapHistoryRecord *self)
{
  const CapHistoryEntry *entry = cap_history_record_entry(self);
  g_autofree char *time = cap_history_record_time(self);
  g_autofree char *person = cap_history_person(entry->reader);
  g_autofree char *title = cap_history_title(entry);
  g_autofree char *changes = cap_history_record_changes(self, MOST_TOLD);
  return g_strdup_printf("%s%s%s, %s, %s. %s", title, entry->undone ? ", " : "",
                         entry->undone ? _("undone") : "", time, person,
                         changes);
}
