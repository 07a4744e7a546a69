/* CapHistoryWindow: see history_window.h. */
#include "ui/history/history_window.h"

#include "core/language.h"
#include "core/told.h"
#include "io/atomic_file.h"
#include "ui/chooser.h"
#include "ui/history/history_filter.h"
#include "ui/history/history_row.h"
#include "ui/icon_button.h"
#include "ui/measure/measuring.h"
#include "ui/toast.h"

#include <string.h>

struct _CapHistoryWindow {
  AdwWindow parent;
  CapSession *session;
  CapReview *review;   /* that HISTORY is of; not owned, to compare */
  GPtrArray *history;  /* of CapHistoryEntry, oldest first */
  GListStore *records; /* of CapHistoryRecord */
  CapHistoryFilter *filter;
  GtkWidget *toasts, *stack, *none, *count, *list;
};

G_DEFINE_FINAL_TYPE(CapHistoryWindow, cap_history_window, ADW_TYPE_WINDOW)

/* ---- the list ---- */

static void
show_page(CapHistoryWindow *self)
{
  const guint n = g_list_model_get_n_items(G_LIST_MODEL(self->records));
  const gboolean blind = cap_session_is_blind(self->session);
  AdwStatusPage *none = ADW_STATUS_PAGE(self->none);
  adw_status_page_set_title(none, blind ? _("Hidden during the first reading")
                                  : self->history->len > 0
                                      ? _("No action is like this")
                                      : _("Nothing has been done yet"));
  adw_status_page_set_description(
      none, blind ? _("The history tells what the software found. It is shown "
                      "when you have looked.")
            : self->history->len > 0
                ? _("Choose another finding or another reader.")
                : _("Every action on the open series is listed here."));
  gtk_stack_set_visible_child_name(GTK_STACK(self->stack),
                                   n > 0 && !blind ? "list" : "none");
  g_autofree char *count = g_strdup_printf(
      P_("%u of %u action", "%u of %u actions", self->history->len), n,
      self->history->len);
  gtk_label_set_text(GTK_LABEL(self->count), blind ? "" : count);
  gtk_widget_action_set_enabled(GTK_WIDGET(self), "history.copy",
                                n > 0 && !blind);
  gtk_widget_action_set_enabled(GTK_WIDGET(self), "history.save",
                                n > 0 && !blind);
}

/* Entries from FROM on, the newest first, above what is listed. */
static void
list_entries(CapHistoryWindow *self, guint from)
{
  g_autoptr(GPtrArray) added = g_ptr_array_new_with_free_func(g_object_unref);
  for (guint i = self->history->len; i > from; i--)
    if (cap_history_filter_wants(self->filter, self->history->pdata[i - 1]))
      g_ptr_array_add(added, cap_history_record_new(
                                 self->history, i - 1,
                                 cap_history_filter_finding(self->filter)));
  g_list_store_splice(self->records, 0, 0, added->pdata, added->len);
}

static void
on_filter(CapHistoryWindow *self)
{
  g_list_store_remove_all(self->records);
  list_entries(self, 0);
  show_page(self);
}

static void
forget(CapHistoryWindow *self)
{
  g_list_store_remove_all(self->records);
  g_ptr_array_unref(self->history);
  self->history = cap_history_new();
}

static void
refresh_records(CapHistoryWindow *self)
{
  GListModel *model = G_LIST_MODEL(self->records);
  for (guint i = 0; i < g_list_model_get_n_items(model); i++) {
    g_autoptr(CapHistoryRecord) record = g_list_model_get_item(model, i);
    cap_history_record_refresh(record);
  }
}

static void
warn(CapHistoryWindow *self, const char *sentence)
{
  cap_toast(self->toasts, sentence, CAP_TOAST_S);
}

/* Brings the list up to date with the review. */
static void
update(CapHistoryWindow *self)
{
  CapReview *review = cap_session_review(self->session);
  g_autoptr(GError) error = NULL;
  if (review != self->review)
    forget(self);
  self->review = review;
  const guint had = self->history->len;
  if (review != NULL && !cap_history_extend(self->history, review, &error)) {
    g_autofree char *said = cap_told_error(error);
    warn(self, said);
  }
  if (had == 0 || self->history->len > had) {
    cap_history_filter_offer(self->filter, self->history, had);
    list_entries(self, had);
    refresh_records(self);
  }
  show_page(self);
}

/* ---- going there ---- */

static gboolean
go_to_finding(CapSession *session, int id)
{
  CapFindingItem *item = cap_session_item(session, id);
  if (item != NULL)
    cap_session_select(session, item, TRUE);
  return item != NULL;
}

static gboolean
go_to_key_image(CapSession *session, int id)
{
  GListModel *images = cap_session_key_images(session);
  for (guint i = 0; i < g_list_model_get_n_items(images); i++) {
    g_autoptr(CapKeyImage) image = g_list_model_get_item(images, i);
    if (cap_key_image_get(image)->id != id)
      continue;
    cap_session_go_key_image(session, image);
    return TRUE;
  }
  return FALSE;
}

/* To what CHANGE is about, or where it was before it was taken away. */
static void
go_to(CapHistoryWindow *self, const CapHistoryChange *change)
{
  CapSession *session = self->session;
  if (!change->has_place) {
    warn(self, _("This was about the scan as a whole."));
    return;
  }
  if (change->entity == CAP_REVIEW_FINDING &&
      go_to_finding(session, change->id))
    return;
  if (change->entity == CAP_REVIEW_KEY_IMAGE &&
      go_to_key_image(session, change->id))
    return;
  cap_session_set_position(session, change->at_mm, TRUE);
  if (change->entity == CAP_REVIEW_MEASUREMENT)
    cap_measuring_go(session, change->id);
}

static void
on_activated(CapHistoryWindow *self, guint position)
{
  g_autoptr(CapHistoryRecord) record =
      g_list_model_get_item(G_LIST_MODEL(self->records), position);
  const CapHistoryChange *change =
      record != NULL ? cap_history_record_change(record) : NULL;
  if (change != NULL)
    go_to(self, change);
  else
    warn(self, _("This changed nothing that could be shown."));
}

/* ---- copying and saving ---- */

/* Those of HISTORY that are listed, oldest first; borrows them. */
static GPtrArray *
listed(CapHistoryWindow *self, const GPtrArray *history)
{
  GPtrArray *entries = g_ptr_array_new();
  for (guint i = 0; i < history->len; i++)
    if (cap_history_filter_wants(self->filter, history->pdata[i]))
      g_ptr_array_add(entries, history->pdata[i]);
  return entries;
}

static void
act_copy(GtkWidget *widget, const char *name, GVariant *parameter)
{
  CapHistoryWindow *self = CAP_HISTORY_WINDOW(widget);
  g_autoptr(GPtrArray) entries = listed(self, self->history);
  g_autofree char *text = cap_history_text(entries);
  gdk_clipboard_set_text(gtk_widget_get_clipboard(widget), text);
  g_autofree char *said = g_strdup_printf(
      P_("%u action copied", "%u actions copied", entries->len), entries->len);
  warn(self, said);
}

gboolean
cap_history_window_save(CapHistoryWindow *self, const char *path,
                        GError **error)
{
  CAP_LANGUAGE_ENGLISH;
  g_autoptr(GPtrArray) history = cap_history_new();
  CapReview *review = cap_session_review(self->session);
  if (review != NULL && !cap_history_extend(history, review, error))
    return FALSE;
  g_autoptr(GPtrArray) entries = listed(self, history);
  g_autofree char *text = g_str_has_suffix(path, ".csv")
                              ? cap_history_csv(entries)
                              : cap_history_text(entries);
  return cap_atomic_file_save(path, text, strlen(text), error);
}

static void
on_response(GtkNativeDialog *native, int response, gpointer data)
{
  CapHistoryWindow *self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = cap_chooser_take_path(native, response);
  if (path == NULL)
    return;
  const gboolean good = cap_history_window_save(self, path, &error);
  g_autofree char *said =
      good ? g_strdup_printf(_("Saved as %s"), path) : cap_told_error(error);
  warn(self, said);
}

static void
act_save(GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkFileChooserNative *native = gtk_file_chooser_native_new(
      _("Save the history (.csv: as a table)"), GTK_WINDOW(widget),
      GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(native), "history.csv");
  cap_chooser_show(native, on_response, widget);
}

/* ---- construction ---- */

static void
on_setup(GtkListItemFactory *factory, GtkListItem *cell, gpointer unused)
{
  gtk_list_item_set_child(cell, cap_history_row_new());
}

static void
on_bind(GtkListItemFactory *factory, GtkListItem *cell, gpointer unused)
{
  cap_history_row_set_record(CAP_HISTORY_ROW(gtk_list_item_get_child(cell)),
                             gtk_list_item_get_item(cell));
}

static void
on_unbind(GtkListItemFactory *factory, GtkListItem *cell, gpointer unused)
{
  cap_history_row_set_record(CAP_HISTORY_ROW(gtk_list_item_get_child(cell)),
                             NULL);
}

static GtkWidget *
list_new(CapHistoryWindow *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
  g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
  g_signal_connect(factory, "unbind", G_CALLBACK(on_unbind), NULL);
  GtkSingleSelection *rows =
      gtk_single_selection_new(G_LIST_MODEL(g_object_ref(self->records)));
  gtk_single_selection_set_autoselect(rows, FALSE);
  self->list = gtk_list_view_new(GTK_SELECTION_MODEL(rows), factory);
  gtk_list_view_set_single_click_activate(GTK_LIST_VIEW(self->list), TRUE);
  gtk_list_view_set_show_separators(GTK_LIST_VIEW(self->list), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->list),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Actions, newest first"), -1);
  g_signal_connect_swapped(self->list, "activate", G_CALLBACK(on_activated),
                           self);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->list);
  return scroller;
}

static GtkWidget *
filters_new(CapHistoryWindow *self)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class(row, "study-head");
  self->filter = CAP_HISTORY_FILTER(cap_history_filter_new());
  g_signal_connect_object(self->filter, "changed", G_CALLBACK(on_filter), self,
                          G_CONNECT_SWAPPED);
  self->count = gtk_label_new("");
  gtk_widget_add_css_class(self->count, "quiet");
  gtk_widget_set_hexpand(self->count, TRUE);
  gtk_widget_set_halign(self->count, GTK_ALIGN_END);
  gtk_box_append(GTK_BOX(row), GTK_WIDGET(self->filter));
  gtk_box_append(GTK_BOX(row), self->count);
  return row;
}

static void
add_button(GtkWidget *header, const char *icon, const char *action,
           const char *label)
{
  GtkWidget *button = cap_icon_button_new(icon, label);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  adw_header_bar_pack_start(ADW_HEADER_BAR(header), button);
}

static void
dispose(GObject *object)
{
  CapHistoryWindow *self = CAP_HISTORY_WINDOW(object);
  g_clear_object(&self->session);
  g_clear_object(&self->records);
  g_clear_pointer(&self->history, g_ptr_array_unref);
  G_OBJECT_CLASS(cap_history_window_parent_class)->dispose(object);
}

static void
cap_history_window_class_init(CapHistoryWindowClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_install_action(widget, "history.copy", NULL, act_copy);
  gtk_widget_class_install_action(widget, "history.save", NULL, act_save);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_Escape, 0, "window.close",
                                      NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_c, GDK_CONTROL_MASK,
                                      "history.copy", NULL);
  gtk_widget_class_add_binding_action(widget, GDK_KEY_s, GDK_CONTROL_MASK,
                                      "history.save", NULL);
}

static void
cap_history_window_init(CapHistoryWindow *self)
{
  self->history = cap_history_new();
  self->records = g_list_store_new(CAP_TYPE_HISTORY_RECORD);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new();
  add_button(header, "edit-copy-symbolic", "history.copy",
             _("Copy what is listed (Ctrl+C)"));
  add_button(header, "document-save-symbolic", "history.save",
             _("Save what is listed (Ctrl+S)"));
  self->stack = gtk_stack_new();
  self->none = adw_status_page_new();
  gtk_stack_add_named(GTK_STACK(self->stack), list_new(self), "list");
  gtk_stack_add_named(GTK_STACK(self->stack), self->none, "none");
  gtk_widget_set_vexpand(self->stack, TRUE);
  self->toasts = adw_toast_overlay_new();
  adw_toast_overlay_set_child(ADW_TOAST_OVERLAY(self->toasts), self->stack);
  gtk_box_append(GTK_BOX(box), header);
  gtk_box_append(GTK_BOX(box), filters_new(self));
  gtk_box_append(GTK_BOX(box), self->toasts);
  adw_window_set_content(ADW_WINDOW(self), box);
  gtk_window_set_title(GTK_WINDOW(self), _("History of the review"));
  gtk_window_set_default_size(GTK_WINDOW(self), 760, 640);
}

static CapHistoryWindow *
window_new(GtkWindow *parent, CapSession *session)
{
  CapHistoryWindow *self =
      g_object_new(CAP_TYPE_HISTORY_WINDOW, "transient-for", parent, NULL);
  gtk_window_set_destroy_with_parent(GTK_WINDOW(self), TRUE);
  self->session = g_object_ref(session);
  const char *const signals[] = {"marks-changed", "findings-state",
                                 "volume-changed", "notify::first-reading"};
  for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
    g_signal_connect_object(session, signals[i], G_CALLBACK(update), self,
                            G_CONNECT_SWAPPED);
  update(self);
  gtk_widget_grab_focus(self->list);
  return self;
}

CapHistoryWindow *
cap_history_window_show(GtkWindow *parent, CapSession *session)
{
  CapHistoryWindow *window = NULL;
  g_autoptr(GList) all = gtk_window_list_toplevels();
  for (const GList *each = all; each != NULL; each = each->next)
    if (CAP_IS_HISTORY_WINDOW(each->data) &&
        gtk_window_get_transient_for(each->data) == parent)
      window = each->data;
  if (window == NULL)
    window = window_new(parent, session);
  gtk_window_present(GTK_WINDOW(window));
  return window;
}

GListModel *
cap_history_window_records(CapHistoryWindow *self)
{
  return G_LIST_MODEL(self->records);
}
