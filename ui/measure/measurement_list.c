/* The measurements of the series: see measurement_list.h. */
#include "ui/measure/measurement_list.h"

#include "core/language.h"
#include "core/told.h"
#include "io/report/words_measurements.h"
#include "ui/follow.h"
#include "ui/icon_button.h"
#include "ui/label.h"
#include "ui/measure/measuring.h"

#define HIGHEST 190 /* of the list before it scrolls */
#define GTK_LOOKS_MS 100

typedef struct {
  GtkWidget *box, *title, *list;
  CapSession *session;
  GPtrArray *shown; /* of CapMeasurement: copies, as they are in the rows */
} MeasurementList;

static int
id_of(GtkWidget *row)
{
  return GPOINTER_TO_INT(g_object_get_data(G_OBJECT(row), "cap-measurement"));
}

/* ---- a row ---- */

static void
on_named(GtkEditableLabel *label, GParamSpec *spec, gpointer data)
{
  MeasurementList *self = data;
  GtkWidget *row =
      gtk_widget_get_ancestor(GTK_WIDGET(label), GTK_TYPE_LIST_BOX_ROW);
  if (row == NULL || gtk_editable_label_get_editing(label))
    return; /* without a row, SELF may be gone as well */
  g_autofree char *name =
      g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(label))));
  /* What is only told otherwise than it is kept has not been renamed. */
  const char *told = g_object_get_data(G_OBJECT(label), "cap-told");
  if (!g_str_equal(name, told))
    cap_measuring_rename(self->session, id_of(row), name);
}

/* GTK 4.8 looks at the label again GTK_LOOKS_MS after the focus has left it,
 * whether it still exists or not: rows are made anew when a name has been
 * typed. So it exists until then. */
static gboolean
has_looked(gpointer label)
{
  return G_SOURCE_REMOVE; /* after GTK, whose call has a higher priority */
}

static void
on_left(GtkEventControllerFocus *controller, gpointer unused)
{
  GtkWidget *label =
      gtk_event_controller_get_widget(GTK_EVENT_CONTROLLER(controller));
  g_timeout_add_full(G_PRIORITY_LOW, 2 * GTK_LOOKS_MS, has_looked,
                     g_object_ref(label), g_object_unref);
}

static void
on_delete(GtkButton *button, gpointer data)
{
  MeasurementList *self = data;
  GtkWidget *row =
      gtk_widget_get_ancestor(GTK_WIDGET(button), GTK_TYPE_LIST_BOX_ROW);
  cap_measuring_delete(self->session, id_of(row));
}

static GtkWidget *
name_new(MeasurementList *self, const CapMeasurement *m)
{
  g_autofree char *told = cap_told(m->name);
  GtkWidget *name =
      g_object_new(GTK_TYPE_EDITABLE_LABEL, "accessible-role",
                   GTK_ACCESSIBLE_ROLE_TEXT_BOX, "text", told, NULL);
  g_object_set_data_full(G_OBJECT(name), "cap-told", g_strdup(told), g_free);
  gtk_editable_set_max_width_chars(GTK_EDITABLE(name), 14);
  gtk_editable_set_width_chars(GTK_EDITABLE(name), 8);
  gtk_widget_set_hexpand(name, TRUE);
  gtk_widget_set_tooltip_text(name, _("Name it (F2)"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(name),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Name of the measurement"), -1);
  g_signal_connect(name, "notify::editing", G_CALLBACK(on_named), self);
  GtkEventController *focus = gtk_event_controller_focus_new();
  g_signal_connect(focus, "leave", G_CALLBACK(on_left), NULL);
  gtk_widget_add_controller(name, focus);
  return name;
}

static GtkWidget *
row_new(MeasurementList *self, const CapMeasurement *m)
{
  GtkWidget *row = gtk_list_box_row_new();
  GtkWidget *lines = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *first = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  const char *kind = _(cap_words_measure_kind(m->kind));
  g_autofree char *number = g_strdup_printf("M%d  %s", m->id, kind);
  g_autofree char *numbers = cap_words_measurement(m);
  g_autofree char *place =
      cap_measuring_place(m, cap_session_volume(self->session));
  GtkWidget *erase =
      cap_icon_button_new("user-trash-symbolic", _("Delete measurement"));
  g_signal_connect(erase, "clicked", G_CALLBACK(on_delete), self);
  gtk_box_append(GTK_BOX(first), cap_label_ellipsized_new(number, "quiet"));
  gtk_box_append(GTK_BOX(first), name_new(self, m));
  gtk_box_append(GTK_BOX(first), cap_label_ellipsized_new(place, "quiet"));
  gtk_box_append(GTK_BOX(first), erase);
  gtk_box_append(GTK_BOX(lines), first);
  g_autofree char *shown = cap_label_minus(numbers);
  gtk_box_append(GTK_BOX(lines), cap_label_ellipsized_new(shown, "numeric"));
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), lines);
  g_object_set_data(G_OBJECT(row), "cap-measurement", GINT_TO_POINTER(m->id));
  g_autofree char *name_told = cap_told(m->name);
  g_autofree char *all =
      g_strdup_printf("%s %s, %s, %s", number, name_told, shown, place);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, all, -1);
  return row;
}

/* ---- the list ---- */

static gboolean
is_same(const CapMeasurement *a, const CapMeasurement *b)
{
  g_autofree char *left = cap_words_measurement(a);
  g_autofree char *right = cap_words_measurement(b);
  return a->id == b->id && g_str_equal(a->name, b->name) &&
         g_str_equal(left, right) && a->source_slice == b->source_slice &&
         cap_measurement_lies_like(a, b);
}

/* Nothing of it has changed: rows keep focus and what is being typed. */
static gboolean
is_shown(const MeasurementList *self, const GPtrArray *list)
{
  const guint n = list != NULL ? list->len : 0;
  gboolean same = n == self->shown->len;
  for (guint i = 0; same && i < n; i++)
    same = is_same(list->pdata[i], self->shown->pdata[i]);
  return same;
}

static void
select_row(MeasurementList *self)
{
  const int id = cap_ruler_selected(cap_session_ruler(self->session));
  GtkWidget *row = gtk_widget_get_first_child(self->list);
  while (row != NULL && id_of(row) != id)
    row = gtk_widget_get_next_sibling(row);
  gtk_list_box_select_row(GTK_LIST_BOX(self->list),
                          row != NULL ? GTK_LIST_BOX_ROW(row) : NULL);
}

static void
update(MeasurementList *self)
{
  const GPtrArray *list = cap_measuring_list(self->session);
  if (is_shown(self, list))
    return;
  GtkWidget *row;
  while ((row = gtk_widget_get_first_child(self->list)) != NULL)
    gtk_list_box_remove(GTK_LIST_BOX(self->list), row);
  g_ptr_array_set_size(self->shown, 0);
  for (guint i = 0; list != NULL && i < list->len; i++) {
    g_ptr_array_add(self->shown, cap_measurement_copy(list->pdata[i]));
    gtk_list_box_append(GTK_LIST_BOX(self->list),
                        row_new(self, list->pdata[i]));
  }
  g_autofree char *title =
      g_strdup_printf(P_("%u measurement", "%u measurements", self->shown->len),
                      self->shown->len);
  gtk_label_set_text(GTK_LABEL(self->title), title);
  gtk_widget_set_visible(self->box, list != NULL);
  select_row(self);
}

static void
on_activated(GtkListBox *box, GtkListBoxRow *row, gpointer data)
{
  MeasurementList *self = data;
  cap_measuring_go(self->session, id_of(GTK_WIDGET(row)));
}

/* F2 names the row that has the focus. */
static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code,
       GdkModifierType state, gpointer data)
{
  MeasurementList *self = data;
  GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(self->list));
  if (key != GDK_KEY_F2 || row == NULL)
    return GDK_EVENT_PROPAGATE;
  GtkWidget *first =
      gtk_widget_get_first_child(gtk_list_box_row_get_child(row));
  gtk_editable_label_start_editing(GTK_EDITABLE_LABEL(
      gtk_widget_get_next_sibling(gtk_widget_get_first_child(first))));
  return GDK_EVENT_STOP;
}

static void
list_free(gpointer data)
{
  MeasurementList *self = data;
  g_ptr_array_unref(self->shown);
  g_free(self);
}

static GtkWidget *
head_new(MeasurementList *self)
{
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_add_css_class(head, "panel-head");
  self->title = cap_label_ellipsized_new("", "heading");
  gtk_widget_set_hexpand(self->title, TRUE);
  GtkWidget *copy =
      cap_icon_button_new("edit-copy-symbolic", _("Copy measurements"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(copy), "win.copy-measurements");
  gtk_widget_set_tooltip_text(copy, _("Copy measurements (Ctrl+C)"));
  gtk_box_append(GTK_BOX(head), self->title);
  gtk_box_append(GTK_BOX(head), copy);
  return head;
}

GtkWidget *
cap_measurement_list_new(CapSession *session)
{
  MeasurementList *self = g_new0(MeasurementList, 1);
  self->session = session;
  self->shown =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_measurement_free);
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  self->list = gtk_list_box_new();
  gtk_list_box_set_activate_on_single_click(GTK_LIST_BOX(self->list), TRUE);
  gtk_widget_add_css_class(self->list, "navigation-sidebar");
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->list),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Measurements"), -1);
  g_signal_connect(self->list, "row-activated", G_CALLBACK(on_activated), self);
  GtkEventController *key = gtk_event_controller_key_new();
  g_signal_connect(key, "key-pressed", G_CALLBACK(on_key), self);
  gtk_widget_add_controller(self->list, key);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(
      GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller),
                                             HIGHEST);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), self->list);
  gtk_box_append(GTK_BOX(self->box), head_new(self));
  gtk_box_append(GTK_BOX(self->box), scroller);
  gtk_widget_set_visible(self->box, FALSE);
  gtk_widget_set_hexpand(self->box, FALSE); /* names would widen the bar */
  g_object_set_data_full(G_OBJECT(self->box), "cap-measurement-list", self,
                         list_free);
  const struct {
    gpointer object;
    const char *signal;
    GCallback callback;
  } bound[] = {
      {session, "marks-changed", G_CALLBACK(update)},
      {session, "volume-changed", G_CALLBACK(update)},
      {cap_session_ruler(session), "notify::selected", G_CALLBACK(select_row)}};
  for (guint i = 0; i < G_N_ELEMENTS(bound); i++)
    cap_follow(self->box, bound[i].object, bound[i].signal, bound[i].callback,
               self);

  update(self);
  return self->box;
}
