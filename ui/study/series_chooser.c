/* The series of the open study: see series_chooser.h. */
#include "ui/study/series_chooser.h"

#include "core/language.h"
#include "core/told.h"
#include "ui/follow.h"
#include "ui/label.h"
#include "ui/study/series_item.h"

#define PICTURE_PX 64

typedef struct {
  CapSession *session;
  GListStore *items; /* of CapSeriesItem */
  GtkSingleSelection *rows;
  GtkWidget *view, *scroller;
  CapShared *shown; /* the list that the rows are of, or NULL */
  char *study;      /* and its study; "" for all */
} Chooser;

/* ---- rows ---- */

#define LINE_CHARS 22

static GtkWidget *
line_new(const char *css_class)
{
  GtkWidget *label = cap_label_ellipsized_new("", css_class);
  gtk_label_set_max_width_chars(GTK_LABEL(label), LINE_CHARS);
  return label;
}

static void
on_setup(GtkListItemFactory *factory, GtkListItem *cell, gpointer unused)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *picture = gtk_picture_new();
  GtkWidget *lines = gtk_box_new(GTK_ORIENTATION_VERTICAL, 1);
  gtk_widget_set_size_request(picture, PICTURE_PX, PICTURE_PX);
  gtk_widget_set_valign(picture, GTK_ALIGN_START);
  gtk_accessible_update_property(GTK_ACCESSIBLE(picture),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Middle slice"), -1);
  GtkWidget *const texts[] = {line_new(NULL),
                              cap_label_wrapped_new("", "quiet", LINE_CHARS),
                              line_new("quiet"), line_new("grave")};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    gtk_box_append(GTK_BOX(lines), texts[i]);
  gtk_widget_add_css_class(row, "series-row");
  gtk_box_append(GTK_BOX(row), picture);
  gtk_box_append(GTK_BOX(row), lines);
  gtk_list_item_set_child(cell, row);
}

static void
show_picture(GtkPicture *picture, CapSeriesItem *item)
{
  gtk_picture_set_paintable(picture, cap_series_item_picture(item));
}

static void
on_bind(GtkListItemFactory *factory, GtkListItem *cell, gpointer unused)
{
  CapSeriesItem *item = gtk_list_item_get_item(cell);
  const CapSeries *series = cap_series_item_get(item);
  GtkWidget *row = gtk_list_item_get_child(cell);
  GtkWidget *picture = gtk_widget_get_first_child(row);
  GtkWidget *line = gtk_widget_get_first_child(gtk_widget_get_last_child(row));
  g_autofree char *name = cap_series_item_name(item);
  g_autofree char *size = cap_series_item_size(item);
  g_autofree char *marks = cap_series_item_marks(item);
  g_autofree char *cases = cap_series_item_cases(item);
  const char *const texts[] = {name, size, series->source->kernel, marks};
  for (guint i = 0; i < G_N_ELEMENTS(texts);
       i++, line = gtk_widget_get_next_sibling(line)) {
    gtk_label_set_text(GTK_LABEL(line), texts[i]);
    gtk_widget_set_visible(line, *texts[i] != '\0');
  }
  g_autofree char *unusable = cap_told_capital(series->unusable_text);
  gtk_widget_set_tooltip_text(row, *unusable != '\0' ? unusable
                                   : *cases != '\0'  ? cases
                                                     : name);
  g_signal_connect_object(item, "picture-changed", G_CALLBACK(show_picture),
                          picture, G_CONNECT_SWAPPED);
  cap_series_item_show(item);
  show_picture(GTK_PICTURE(picture), item);
}

static void
on_unbind(GtkListItemFactory *factory, GtkListItem *cell, gpointer unused)
{
  CapSeriesItem *item = gtk_list_item_get_item(cell);
  GtkWidget *picture =
      gtk_widget_get_first_child(gtk_list_item_get_child(cell));
  g_signal_handlers_disconnect_by_func(item, show_picture, picture);
  cap_series_item_hide(item);
}

/* ---- what is listed ---- */

/* The study of the chosen series; "" while none is. */
static const char *
study_now(const Chooser *chooser)
{
  const CapSeriesList *list = cap_session_series_list(chooser->session);
  const int index = cap_session_series_index(chooser->session);
  return list != NULL && index >= 0
             ? ((const CapSeries *)list->series->pdata[index])
                   ->source->study_uid
             : "";
}

static void
fill(Chooser *chooser, CapShared *shared, const char *study)
{
  const CapSeriesList *list = cap_shared_get(shared);
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_object_unref);
  for (guint i = 0; list != NULL && i < list->series->len; i++) {
    const CapSeries *series = list->series->pdata[i];
    if (*study == '\0' || g_str_equal(series->source->study_uid, study))
      g_ptr_array_add(items, cap_series_item_new(shared, (int)i));
  }
  g_list_store_splice(chooser->items, 0,
                      g_list_model_get_n_items(G_LIST_MODEL(chooser->items)),
                      items->pdata, items->len);
  cap_shared_unref(chooser->shown);
  chooser->shown = shared != NULL ? cap_shared_ref(shared) : NULL;
  g_free(chooser->study);
  chooser->study = g_strdup(study);
}

static void
select_index(Chooser *chooser, int index)
{
  guint place = GTK_INVALID_LIST_POSITION;
  GListModel *items = G_LIST_MODEL(chooser->items);
  for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
    g_autoptr(CapSeriesItem) item = g_list_model_get_item(items, i);
    if (cap_series_item_index(item) == index)
      place = i;
  }
  gtk_single_selection_set_selected(chooser->rows, place);
}

static void
update(Chooser *chooser)
{
  g_autoptr(CapShared) list = cap_session_share_series_list(chooser->session);
  const char *study = study_now(chooser);
  if (list != chooser->shown || g_strcmp0(study, chooser->study) != 0)
    fill(chooser, list, study);
  select_index(chooser, cap_session_series_index(chooser->session));
}

static void
on_activated(Chooser *chooser, guint position)
{
  g_autoptr(CapSeriesItem) item =
      g_list_model_get_item(G_LIST_MODEL(chooser->items), position);
  const int index = item != NULL ? cap_series_item_index(item) : -1;
  if (index >= 0 && index != cap_session_series_index(chooser->session))
    gtk_widget_activate_action(chooser->view, "win.choose-series", "i", index);
}

/* ---- construction ---- */

static void
chooser_free(gpointer data)
{
  Chooser *chooser = data;
  g_object_unref(chooser->items);
  g_object_unref(chooser->rows);
  cap_shared_unref(chooser->shown);
  g_free(chooser->study);
  g_free(chooser);
}

static void
build(Chooser *chooser)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
  g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
  g_signal_connect(factory, "bind", G_CALLBACK(on_bind), NULL);
  g_signal_connect(factory, "unbind", G_CALLBACK(on_unbind), NULL);
  chooser->items = g_list_store_new(CAP_TYPE_SERIES_ITEM);
  chooser->rows =
      gtk_single_selection_new(g_object_ref(G_LIST_MODEL(chooser->items)));
  gtk_single_selection_set_autoselect(chooser->rows, FALSE);
  gtk_single_selection_set_can_unselect(chooser->rows, TRUE);
  chooser->view = gtk_list_view_new(
      GTK_SELECTION_MODEL(g_object_ref(chooser->rows)), factory);
  gtk_list_view_set_single_click_activate(GTK_LIST_VIEW(chooser->view), TRUE);
  gtk_widget_add_css_class(chooser->view, "navigation-sidebar");
  gtk_accessible_update_property(GTK_ACCESSIBLE(chooser->view),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Series"),
                                 -1);
  g_signal_connect_swapped(chooser->view, "activate", G_CALLBACK(on_activated),
                           chooser);
}

GtkWidget *
cap_series_chooser_new(CapSession *session)
{
  Chooser *chooser = g_new0(Chooser, 1);
  chooser->session = session;
  build(chooser);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), chooser->view);
  gtk_widget_set_size_request(scroller, 270, -1);
  gtk_widget_add_css_class(scroller, "sidebar");
  g_object_set_data_full(G_OBJECT(scroller), "cap-chooser", chooser,
                         chooser_free);
  cap_follow(scroller, session, "notify::phase", G_CALLBACK(update), chooser);
  update(chooser);
  return scroller;
}
