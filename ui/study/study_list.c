/* CapStudyList: see study_list.h. */
#include "ui/study/study_list.h"

#include "core/language.h"
#include "ui/label.h"
#include "ui/line_entry.h"
#include "ui/study/study_item.h"

#define PICTURE_PX 40

struct _CapStudyList {
  GtkWidget parent;
  CapSession *session;
  GtkWidget *box, *search, *count, *view, *stack;
  GtkFilter *filter;
  GtkSingleSelection *rows;
  CapShared *shown; /* the list that the rows are of, or NULL */
};

G_DEFINE_FINAL_TYPE(CapStudyList, cap_study_list, GTK_TYPE_WIDGET)

static const struct {
  const char *title;
  int least, usual; /* characters; 0: what is left */
} columns[CAP_N_COLUMNS] = {
    [CAP_COLUMN_NAME] = {N_("Patient, study, series"), 16, 0},
    [CAP_COLUMN_ID] = {N_("ID"), 8, 16},
    [CAP_COLUMN_DATE] = {N_("Date"), 10, 10},
    [CAP_COLUMN_IMAGES] = {N_("Content"), 10, 10},
    [CAP_COLUMN_THICKNESS] = {N_("Thickness"), 8, 8},
    [CAP_COLUMN_KERNEL] = {N_("Kernel"), 8, 16},
    [CAP_COLUMN_MARKS] = {N_("Irregularities"), 8, 20},
};

/* ---- rows ---- */

static CapStudyItem *
item_of(GtkTreeListRow *row)
{
  g_autoptr(CapStudyItem) item = gtk_tree_list_row_get_item(row);
  return item; /* the row keeps it */
}

static gboolean
is_wanted(gpointer item, gpointer data)
{
  const CapStudyList *self = data;
  return cap_study_item_matches(
      item, gtk_editable_get_text(GTK_EDITABLE(self->search)));
}

static GListModel *
filtered(CapStudyList *self, GListModel *model)
{
  return G_LIST_MODEL(
      gtk_filter_list_model_new(model, g_object_ref(self->filter)));
}

static GListModel *
rows_below(gpointer item, gpointer data)
{
  GListModel *below = cap_study_item_below(item);
  return below != NULL ? filtered(data, g_object_ref(below)) : NULL;
}

static void
update_count(CapStudyList *self)
{
  const CapSeriesList *list = cap_shared_get(self->shown);
  if (list == NULL)
    return;
  const int n = cap_study_item_count(list);
  g_autofree char *studies =
      g_strdup_printf(P_("%d study", "%d studies", n), n);
  g_autofree char *text =
      g_strdup_printf(P_("%s, %u series", "%s, %u series", list->series->len),
                      studies, list->series->len);
  gtk_label_set_text(GTK_LABEL(self->count), text);
  gtk_stack_set_visible_child_name(
      GTK_STACK(self->stack),
      g_list_model_get_n_items(G_LIST_MODEL(self->rows)) > 0 ? "rows" : "none");
}

static void
on_search(CapStudyList *self)
{
  gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_count(self);
}

/* Shows the session's list when it is another one. */
static void
update(CapStudyList *self)
{
  g_autoptr(CapShared) list = cap_session_share_series_list(self->session);
  if (list == self->shown)
    return;
  cap_shared_unref(self->shown);
  self->shown = list != NULL ? cap_shared_ref(list) : NULL;
  gtk_editable_set_text(GTK_EDITABLE(self->search), "");
  if (list == NULL) {
    gtk_single_selection_set_model(self->rows, NULL);
    return;
  }
  GtkTreeListModel *tree =
      gtk_tree_list_model_new(filtered(self, cap_study_item_tree(list)), FALSE,
                              TRUE, rows_below, self, NULL);
  GtkSorter *sorter = GTK_SORTER(gtk_tree_list_row_sorter_new(
      g_object_ref(gtk_column_view_get_sorter(GTK_COLUMN_VIEW(self->view)))));
  g_autoptr(GtkSortListModel) sorted =
      gtk_sort_list_model_new(G_LIST_MODEL(tree), sorter);
  gtk_single_selection_set_model(self->rows, G_LIST_MODEL(sorted));
  update_count(self);
}

/* A series opens; a group opens or closes. */
static void
on_activated(CapStudyList *self, guint position)
{
  g_autoptr(GtkTreeListRow) row =
      g_list_model_get_item(G_LIST_MODEL(self->rows), position);
  CapSeriesItem *series = row ? cap_study_item_series(item_of(row)) : NULL;
  if (series != NULL)
    gtk_widget_activate_action(GTK_WIDGET(self), "win.choose-series", "i",
                               cap_series_item_index(series));
  else if (row != NULL)
    gtk_tree_list_row_set_expanded(row, !gtk_tree_list_row_get_expanded(row));
}

/* Enter in the search opens the first series that was found. */
static void
on_search_activated(CapStudyList *self)
{
  GListModel *rows = G_LIST_MODEL(self->rows);
  for (guint i = 0; i < g_list_model_get_n_items(rows); i++) {
    g_autoptr(GtkTreeListRow) row = g_list_model_get_item(rows, i);
    if (cap_study_item_series(item_of(row)) == NULL)
      continue;
    on_activated(self, i);
    return;
  }
}

/* Down in the search goes to the rows. */
static gboolean
on_search_key(GtkEventControllerKey *keys, guint key, guint code,
              GdkModifierType state, gpointer data)
{
  if (key != GDK_KEY_Down)
    return GDK_EVENT_PROPAGATE;
  cap_study_list_focus(data);
  return GDK_EVENT_STOP;
}

/* ---- cells ---- */

static void
on_setup(GtkListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  const int i = GPOINTER_TO_INT(column);
  GtkWidget *label = cap_label_ellipsized_new("", NULL);
  gtk_label_set_width_chars(GTK_LABEL(label), columns[i].least);
  if (columns[i].usual > 0) {
    gtk_label_set_max_width_chars(GTK_LABEL(label), columns[i].usual);
    gtk_list_item_set_child(cell, label);
    return;
  }
  GtkWidget *expander = gtk_tree_expander_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *picture = gtk_picture_new();
  gtk_widget_set_size_request(picture, PICTURE_PX, PICTURE_PX);
  gtk_accessible_update_property(GTK_ACCESSIBLE(picture),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Middle slice"), -1);
  gtk_box_append(GTK_BOX(box), picture);
  gtk_box_append(GTK_BOX(box), label);
  gtk_tree_expander_set_child(GTK_TREE_EXPANDER(expander), box);
  gtk_list_item_set_child(cell, expander);
}

static void
show_picture(GtkPicture *picture, CapSeriesItem *series)
{
  gtk_picture_set_paintable(picture, cap_series_item_picture(series));
}

static void
bind_picture(GtkWidget *picture, CapSeriesItem *series)
{
  gtk_widget_set_visible(picture, series != NULL);
  if (series == NULL)
    return;
  /* A row that is gone no longer tells what it was of. */
  g_object_set_data_full(G_OBJECT(picture), "cap-series", g_object_ref(series),
                         g_object_unref);
  g_signal_connect_object(series, "picture-changed", G_CALLBACK(show_picture),
                          picture, G_CONNECT_SWAPPED);
  cap_series_item_show(series);
  show_picture(GTK_PICTURE(picture), series);
}

static void
on_bind(GtkListItemFactory *factory, GtkListItem *cell, gpointer data)
{
  const CapStudyColumn column = (CapStudyColumn)GPOINTER_TO_INT(data);
  GtkTreeListRow *row = gtk_list_item_get_item(cell);
  CapStudyItem *item = item_of(row);
  GtkWidget *label = gtk_list_item_get_child(cell);
  if (column == CAP_COLUMN_NAME) {
    gtk_tree_expander_set_list_row(GTK_TREE_EXPANDER(label), row);
    GtkWidget *box = gtk_tree_expander_get_child(GTK_TREE_EXPANDER(label));
    bind_picture(gtk_widget_get_first_child(box), cap_study_item_series(item));
    label = gtk_widget_get_last_child(box);
  }
  g_autofree char *text = cap_study_item_text(item, column);
  gtk_label_set_text(GTK_LABEL(label), text);
  gtk_widget_set_tooltip_text(label, *text != '\0' ? text : NULL);
  if (column == CAP_COLUMN_MARKS) {
    CapSeriesItem *series = cap_study_item_series(item);
    g_autofree char *cases =
        series != NULL ? cap_series_item_cases(series) : g_strdup("");
    gtk_widget_set_tooltip_text(label, *cases != '\0' ? cases : NULL);
    gtk_widget_add_css_class(label, "grave");
  }
  if (column == CAP_COLUMN_NAME && cap_study_item_row(item) == CAP_ROW_PATIENT)
    gtk_widget_add_css_class(label, "heading");
  else
    gtk_widget_remove_css_class(label, "heading");
}

static void
on_unbind(GtkListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  if (GPOINTER_TO_INT(column) != CAP_COLUMN_NAME)
    return;
  GtkTreeExpander *expander = GTK_TREE_EXPANDER(gtk_list_item_get_child(cell));
  GtkWidget *picture =
      gtk_widget_get_first_child(gtk_tree_expander_get_child(expander));
  CapSeriesItem *series = g_object_get_data(G_OBJECT(picture), "cap-series");
  if (series != NULL) {
    g_signal_handlers_disconnect_by_func(series, show_picture, picture);
    cap_series_item_hide(series);
    g_object_set_data(G_OBJECT(picture), "cap-series", NULL);
  }
  gtk_picture_set_paintable(GTK_PICTURE(picture), NULL);
  gtk_tree_expander_set_list_row(expander, NULL);
}

/* ---- construction ---- */

static int
compare(gconstpointer a, gconstpointer b, gpointer column)
{
  return cap_study_item_compare((CapStudyItem *)a, (CapStudyItem *)b,
                                (CapStudyColumn)GPOINTER_TO_INT(column));
}

static GtkColumnViewColumn *
add_column(CapStudyList *self, int i)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  const gpointer id = GINT_TO_POINTER(i);
  g_signal_connect(factory, "setup", G_CALLBACK(on_setup), id);
  g_signal_connect(factory, "bind", G_CALLBACK(on_bind), id);
  g_signal_connect(factory, "unbind", G_CALLBACK(on_unbind), id);
  GtkColumnViewColumn *column =
      gtk_column_view_column_new(_(columns[i].title), factory);
  g_autoptr(GtkCustomSorter) sorter = gtk_custom_sorter_new(compare, id, NULL);
  gtk_column_view_column_set_sorter(column, GTK_SORTER(sorter));
  gtk_column_view_column_set_resizable(column, TRUE);
  gtk_column_view_column_set_expand(column, columns[i].usual == 0);
  gtk_column_view_append_column(GTK_COLUMN_VIEW(self->view), column);
  return column;
}

static GtkWidget *
view_new(CapStudyList *self)
{
  self->view =
      gtk_column_view_new(GTK_SELECTION_MODEL(g_object_ref(self->rows)));
  GtkColumnViewColumn *first = NULL;
  for (int i = 0; i < CAP_N_COLUMNS; i++) {
    g_autoptr(GtkColumnViewColumn) column = add_column(self, i);
    first = first != NULL ? first : column; /* the view keeps it */
  }
  gtk_column_view_sort_by_column(GTK_COLUMN_VIEW(self->view), first,
                                 GTK_SORT_ASCENDING);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->view),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Patients, studies and series"), -1);
  g_signal_connect_swapped(self->view, "activate", G_CALLBACK(on_activated),
                           self);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->view);
  return scroller;
}

static GtkWidget *
head_new(CapStudyList *self)
{
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  self->count = gtk_label_new("");
  gtk_widget_set_hexpand(self->search, TRUE);
  g_signal_connect_swapped(self->search, "search-changed",
                           G_CALLBACK(on_search), self);
  g_signal_connect_swapped(self->search, "activate",
                           G_CALLBACK(on_search_activated), self);
  GtkEventController *keys = gtk_event_controller_key_new();
  gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
  g_signal_connect(keys, "key-pressed", G_CALLBACK(on_search_key), self);
  gtk_widget_add_controller(self->search, keys);
  gtk_widget_add_css_class(self->count, "quiet");
  gtk_widget_add_css_class(head, "study-head");
  gtk_box_append(GTK_BOX(head), self->search);
  gtk_box_append(GTK_BOX(head), self->count);
  return head;
}

static void
cap_study_list_dispose(GObject *object)
{
  CapStudyList *self = CAP_STUDY_LIST(object);
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->rows);
  g_clear_object(&self->filter);
  g_clear_object(&self->session);
  g_clear_pointer(&self->shown, cap_shared_unref);
  G_OBJECT_CLASS(cap_study_list_parent_class)->dispose(object);
}

static void
cap_study_list_class_init(CapStudyListClass *klass)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS(klass);
  G_OBJECT_CLASS(klass)->dispose = cap_study_list_dispose;
  gtk_widget_class_set_layout_manager_type(widget, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name(widget, "studylist");
  gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cap_study_list_init(CapStudyList *self)
{
  self->search =
      cap_line_entry_search_new(_("Search name, ID, date or description"));
  self->filter = GTK_FILTER(gtk_custom_filter_new(is_wanted, self, NULL));
  self->rows = gtk_single_selection_new(NULL);
  self->stack = gtk_stack_new();
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *none = adw_status_page_new();
  adw_status_page_set_title(ADW_STATUS_PAGE(none), _("No study is like this"));
  gtk_stack_add_named(GTK_STACK(self->stack), view_new(self), "rows");
  gtk_stack_add_named(GTK_STACK(self->stack), none, "none");
  gtk_widget_set_vexpand(self->stack, TRUE);
  gtk_box_append(GTK_BOX(self->box), head_new(self));
  gtk_box_append(GTK_BOX(self->box), self->stack);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  gtk_search_entry_set_key_capture_widget(GTK_SEARCH_ENTRY(self->search),
                                          GTK_WIDGET(self));
}

GtkWidget *
cap_study_list_new(CapSession *session)
{
  CapStudyList *self = g_object_new(CAP_TYPE_STUDY_LIST, NULL);
  self->session = g_object_ref(session);
  g_signal_connect_object(session, "notify::phase", G_CALLBACK(update), self,
                          G_CONNECT_SWAPPED);
  update(self);
  return GTK_WIDGET(self);
}

void
cap_study_list_focus(CapStudyList *self)
{
  gtk_widget_grab_focus(self->view);
}

GListModel *
cap_study_list_rows(CapStudyList *self)
{
  return G_LIST_MODEL(self->rows);
}
