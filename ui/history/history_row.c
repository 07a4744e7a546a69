/* CapHistoryRow: see history_row.h. */
#include "ui/history/history_row.h"

#include "core/language.h"
#include "ui/label.h"

#define MOST_LINES 3
#define MOST_IN_TOOLTIP 30

struct _CapHistoryRow {
  GtkWidget parent;
  CapHistoryRecord *record;
  gulong changed_handler;
  GtkWidget *head, *number, *title, *undone, *reader, *time, *changes, *note;
};

G_DEFINE_FINAL_TYPE(CapHistoryRow, cap_history_row, GTK_TYPE_WIDGET)

static void
set_text(GtkWidget *label, const char *text)
{
  gtk_label_set_text(GTK_LABEL(label), text);
  gtk_widget_set_visible(label, *text != '\0');
}

/* What is undone is crossed out, too. */
static void
show_undone(CapHistoryRow *self, gboolean undone)
{
  PangoAttrList *attributes = pango_attr_list_new();
  if (undone)
    pango_attr_list_insert(attributes, pango_attr_strikethrough_new(TRUE));
  gtk_label_set_attributes(GTK_LABEL(self->title), attributes);
  pango_attr_list_unref(attributes);
  gtk_widget_set_visible(self->undone, undone);
}

static void
update(CapHistoryRow *self)
{
  const CapHistoryEntry *entry = cap_history_record_entry(self->record);
  g_autofree char *number = g_strdup_printf("%d", (int)entry->row);
  g_autofree char *title = cap_history_title(entry);
  g_autofree char *person = cap_history_person(entry->reader);
  g_autofree char *time = cap_history_record_time(self->record);
  g_autofree char *changes =
      cap_history_record_changes(self->record, MOST_LINES);
  g_autofree char *all =
      cap_history_record_changes(self->record, MOST_IN_TOOLTIP);
  g_autofree char *sentence = cap_history_record_describe(self->record);
  set_text(self->number, number);
  set_text(self->title, title);
  set_text(self->reader, person);
  set_text(self->time, time);
  set_text(self->changes, changes);
  set_text(self->note, entry->note);
  gtk_widget_set_tooltip_text(self->changes, all);
  gtk_widget_set_tooltip_text(self->note, entry->note);
  gtk_widget_set_tooltip_text(self->time, entry->at);
  show_undone(self, entry->undone);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}

void
cap_history_row_set_record(CapHistoryRow *self, CapHistoryRecord *record)
{
  if (self->record != NULL)
    g_clear_signal_handler(&self->changed_handler, self->record);
  g_set_object(&self->record, record);
  if (record == NULL)
    return;
  self->changed_handler =
      g_signal_connect_swapped(record, "changed", G_CALLBACK(update), self);
  update(self);
}

/* ---- construction ---- */

static void
dispose(GObject *object)
{
  CapHistoryRow *self = CAP_HISTORY_ROW(object);
  cap_history_row_set_record(self, NULL);
  for (GtkWidget *child;
       (child = gtk_widget_get_first_child(GTK_WIDGET(self))) != NULL;)
    gtk_widget_unparent(child);
  G_OBJECT_CLASS(cap_history_row_parent_class)->dispose(object);
}

static void
cap_history_row_class_init(CapHistoryRowClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name(widget, "historyrow");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
head_new(CapHistoryRow *self)
{
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  self->number = cap_label_ellipsized_new("", "quiet");
  gtk_label_set_width_chars(GTK_LABEL(self->number), 4);
  gtk_label_set_xalign(GTK_LABEL(self->number), 1);
  self->title = cap_label_ellipsized_new("", "finding-name");
  self->undone = cap_label_ellipsized_new("", "undone-badge");
  gtk_label_set_text(GTK_LABEL(self->undone), _("undone"));
  self->reader = cap_label_ellipsized_new("", "quiet");
  gtk_widget_set_hexpand(self->reader, TRUE);
  gtk_widget_set_halign(self->reader, GTK_ALIGN_END);
  self->time = cap_label_new("", "numeric");
  GtkWidget *const order[] = {self->number, self->title, self->undone,
                              self->reader, self->time};
  for (guint i = 0; i < G_N_ELEMENTS(order); i++)
    gtk_box_append(GTK_BOX(head), order[i]);
  return head;
}

static void
cap_history_row_init(CapHistoryRow *self)
{
  GtkWidget *widget = GTK_WIDGET(self);
  GtkLayoutManager *box = gtk_widget_get_layout_manager(widget);
  gtk_orientable_set_orientation(GTK_ORIENTABLE(box), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing(GTK_BOX_LAYOUT(box), 2);
  self->head = head_new(self);
  self->changes = cap_label_wrapped_new("", "history-changes", -1);
  gtk_label_set_wrap_mode(GTK_LABEL(self->changes), PANGO_WRAP_WORD_CHAR);
  self->note = cap_label_ellipsized_new("", "history-note");
  gtk_widget_set_parent(self->head, widget);
  gtk_widget_set_parent(self->changes, widget);
  gtk_widget_set_parent(self->note, widget);
}

GtkWidget *
cap_history_row_new(void)
{
  return g_object_new(CAP_TYPE_HISTORY_ROW, NULL);
}
