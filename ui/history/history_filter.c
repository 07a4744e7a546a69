/* CapHistoryFilter: see history_filter.h. */
#include "ui/history/history_filter.h"

#include "core/language.h"
#include "ui/history/history_record.h"

struct _CapHistoryFilter {
  GtkWidget parent;
  GArray *findings;   /* of int, ascending: behind the rows of FINDING */
  GPtrArray *readers; /* of char *: behind those of READER */
  gboolean offering;  /* the program changes the rows */
  GtkWidget *finding, *reader;
};

G_DEFINE_FINAL_TYPE(CapHistoryFilter, cap_history_filter, GTK_TYPE_WIDGET)

static guint changed_signal;

/* ---- what is chosen ---- */

/* The row of LIST that is chosen, after that for all of them; -1: all. */
static int
chosen(GtkWidget *list)
{
  return (int)gtk_drop_down_get_selected(GTK_DROP_DOWN(list)) - 1;
}

int
cap_history_filter_finding(CapHistoryFilter *self)
{
  const int row = chosen(self->finding);
  return row >= 0 && row < (int)self->findings->len
             ? g_array_index(self->findings, int, row)
             : 0;
}

/* NULL: all. */
static const char *
chosen_reader(CapHistoryFilter *self)
{
  const int row = chosen(self->reader);
  return row >= 0 && row < (int)self->readers->len ? self->readers->pdata[row]
                                                   : NULL;
}

static gboolean
changes_finding(const CapHistoryEntry *entry, int id)
{
  for (guint i = 0; i < entry->changes->len; i++) {
    const CapHistoryChange *change = entry->changes->pdata[i];
    if (change->entity == CAP_REVIEW_FINDING && change->id == id)
      return TRUE;
  }
  return FALSE;
}

gboolean
cap_history_filter_wants(CapHistoryFilter *self, const CapHistoryEntry *entry)
{
  const int finding = cap_history_filter_finding(self);
  const char *reader = chosen_reader(self);
  return (finding == 0 || changes_finding(entry, finding)) &&
         (reader == NULL || g_str_equal(entry->reader, reader));
}

/* ---- what is offered ---- */

static int
by_number(gconstpointer a, gconstpointer b)
{
  return *(const int *)a - *(const int *)b;
}

static void
note_entry(CapHistoryFilter *self, const CapHistoryEntry *entry)
{
  for (guint i = 0; i < entry->changes->len; i++) {
    const CapHistoryChange *change = entry->changes->pdata[i];
    if (change->entity != CAP_REVIEW_FINDING ||
        g_array_binary_search(self->findings, &change->id, by_number, NULL))
      continue;
    g_array_append_val(self->findings, change->id);
    g_array_sort(self->findings, by_number);
  }
  if (!g_ptr_array_find_with_equal_func(self->readers, entry->reader,
                                        g_str_equal, NULL))
    g_ptr_array_add(self->readers, g_strdup(entry->reader));
}

/* WORDS (taken) become the rows of LIST, and the one after AT is chosen. */
static void
offer(GtkWidget *list, GStrvBuilder *words, int at)
{
  g_auto(GStrv) rows = g_strv_builder_end(words);
  g_strv_builder_unref(words);
  g_autoptr(GtkStringList) model =
      gtk_string_list_new((const char *const *)rows);
  gtk_drop_down_set_model(GTK_DROP_DOWN(list), G_LIST_MODEL(model));
  gtk_drop_down_set_selected(GTK_DROP_DOWN(list), (guint)(at + 1));
}

static void
offer_findings(CapHistoryFilter *self, int finding)
{
  GStrvBuilder *words = g_strv_builder_new();
  int at = -1;
  g_strv_builder_add(words, _("All findings"));
  for (guint i = 0; i < self->findings->len; i++) {
    const int id = g_array_index(self->findings, int, i);
    g_autofree char *word = g_strdup_printf(_("Finding %d"), id);
    g_strv_builder_add(words, word);
    at = id == finding ? (int)i : at;
  }
  offer(self->finding, words, at);
}

static void
offer_readers(CapHistoryFilter *self, const char *reader)
{
  GStrvBuilder *words = g_strv_builder_new();
  int at = -1;
  g_strv_builder_add(words, _("All readers"));
  for (guint i = 0; i < self->readers->len; i++) {
    const char *name = self->readers->pdata[i];
    g_autofree char *person = cap_history_person(name);
    g_strv_builder_add(words, person);
    at = g_strcmp0(name, reader) == 0 ? (int)i : at;
  }
  offer(self->reader, words, at);
}

void
cap_history_filter_offer(CapHistoryFilter *self, const GPtrArray *history,
                         guint from)
{
  if (from == 0) {
    g_array_set_size(self->findings, 0);
    g_ptr_array_set_size(self->readers, 0);
  }
  const int finding = cap_history_filter_finding(self);
  g_autofree char *reader = g_strdup(chosen_reader(self));
  const guint n_findings = self->findings->len, n_readers = self->readers->len;
  for (guint i = from; i < history->len; i++)
    note_entry(self, history->pdata[i]);
  self->offering = TRUE;
  if (self->findings->len != n_findings || from == 0)
    offer_findings(self, finding);
  if (self->readers->len != n_readers || from == 0)
    offer_readers(self, reader);
  self->offering = FALSE;
}

/* ---- construction ---- */

static void
on_selected(CapHistoryFilter *self)
{
  if (!self->offering)
    g_signal_emit(self, changed_signal, 0);
}

static void
dispose(GObject *object)
{
  CapHistoryFilter *self = CAP_HISTORY_FILTER(object);
  g_clear_pointer(&self->finding, gtk_widget_unparent);
  g_clear_pointer(&self->reader, gtk_widget_unparent);
  G_OBJECT_CLASS(cap_history_filter_parent_class)->dispose(object);
}

static void
finalize(GObject *object)
{
  CapHistoryFilter *self = CAP_HISTORY_FILTER(object);
  g_array_unref(self->findings);
  g_ptr_array_unref(self->readers);
  G_OBJECT_CLASS(cap_history_filter_parent_class)->finalize(object);
}

static void
cap_history_filter_class_init(CapHistoryFilterClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  G_OBJECT_CLASS(klass)->finalize = finalize;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
  changed_signal =
      g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
list_new(CapHistoryFilter *self, const char *label)
{
  GtkWidget *list = gtk_drop_down_new(NULL, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(list),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_tooltip_text(list, label);
  g_signal_connect_object(list, "notify::selected", G_CALLBACK(on_selected),
                          self, G_CONNECT_SWAPPED);
  gtk_widget_set_parent(list, GTK_WIDGET(self));
  return list;
}

static void
cap_history_filter_init(CapHistoryFilter *self)
{
  GtkLayoutManager *box = gtk_widget_get_layout_manager(GTK_WIDGET(self));
  gtk_box_layout_set_spacing(GTK_BOX_LAYOUT(box), 8);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Which actions are listed"), -1);
  self->findings = g_array_new(FALSE, FALSE, sizeof(int));
  self->readers = g_ptr_array_new_with_free_func(g_free);
  self->finding = list_new(self, _("Actions on which finding"));
  self->reader = list_new(self, _("Actions of which reader"));
}

GtkWidget *
cap_history_filter_new(void)
{
  return g_object_new(CAP_TYPE_HISTORY_FILTER, NULL);
}
