/* CapArchiveDialog: see archive_dialog.h. */
#include "ui/study/archive_dialog.h"

#include "core/told.h"
#include "ui/label.h"
#include "ui/line_entry.h"
#include "ui/phrase.h"
#include "ui/study/archive_order.h"
#include "ui/study/found_study.h"

typedef struct {
  CapArchiveField field;
  const char *title;
} Field;

static const Field fields[] = {
    {CAP_FIELD_PATIENT_ID, N_("Patient ID")},
    {CAP_FIELD_PATIENT_NAME, N_("Patient name (as in Smith*)")},
    {CAP_FIELD_STUDY_DATE, N_("Study date (20240131 or 20240101-20240131)")},
    {CAP_FIELD_MODALITIES, N_("Modality")},
};

struct _CapArchiveDialog {
  AdwWindow parent_instance;
  char *config, *folder;
  GtkStringList *archives;
  AdwComboRow *archive;
  GtkEditable *entries[G_N_ELEMENTS(fields)];
  GtkWidget *form, *search_button, *list, *message, *foot, *bar;
  GPtrArray *rows; /* of CapArchiveRow */
  CapJob *job;     /* NULL when nothing runs */
};

G_DEFINE_FINAL_TYPE(CapArchiveDialog, cap_archive_dialog, ADW_TYPE_WINDOW)

static guint retrieved_signal;

/* ---- what is shown ---- */

static void
show_message(CapArchiveDialog *d, const char *text)
{
  g_autofree char *sentence = cap_told_capital(text);
  gtk_label_set_text(GTK_LABEL(d->message), sentence);
}

static void
set_busy(CapArchiveDialog *d, gboolean busy)
{
  gtk_widget_set_sensitive(d->form, !busy);
  gtk_widget_set_sensitive(d->search_button, !busy);
  gtk_widget_set_sensitive(d->list, !busy);
  gtk_widget_set_visible(d->foot, busy);
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(d->bar), 0);
}

static void
clear_list(CapArchiveDialog *d)
{
  GtkWidget *row;
  while ((row = gtk_widget_get_first_child(d->list)) != NULL)
    gtk_list_box_remove(GTK_LIST_BOX(d->list), row);
  g_clear_pointer(&d->rows, g_ptr_array_unref);
  gtk_widget_set_visible(d->list, FALSE); /* its frame would be a line */
}

static void
show_rows(CapArchiveDialog *d, GPtrArray *rows)
{
  clear_list(d);
  d->rows = rows;
  gtk_widget_set_visible(d->list, rows->len > 0);
  for (guint i = 0; i < rows->len; i++)
    gtk_list_box_append(GTK_LIST_BOX(d->list),
                        cap_found_study_new(rows->pdata[i]));
  g_autofree char *text =
      rows->len == 0 ? g_strdup(_("No study matches."))
      : rows->len == CAP_ARCHIVE_ORDER_MAX_ROWS
          ? g_strdup_printf(_("The first %d studies; search for less to see "
                              "the others."),
                            CAP_ARCHIVE_ORDER_MAX_ROWS)
          : g_strdup_printf(P_("%u study. Choose it to fetch and open it.",
                               "%u studies. Choose one to fetch and open it.",
                               rows->len),
                            rows->len);
  show_message(d, text);
}

/* ---- jobs ---- */

static void
on_tick(const char *stage, double fraction, gpointer user_data)
{
  CapArchiveDialog *d = user_data;
  g_autofree char *text = cap_phrase_capital(stage);
  gtk_progress_bar_set_text(GTK_PROGRESS_BAR(d->bar), text);
  if (fraction > 0)
    gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(d->bar), fraction);
  else
    gtk_progress_bar_pulse(GTK_PROGRESS_BAR(d->bar));
}

static void
on_found(gpointer result, const GError *error, gpointer user_data)
{
  CapArchiveDialog *d = user_data;
  d->job = NULL;
  set_busy(d, FALSE);
  if (error != NULL)
    show_message(d, error->message);
  else
    show_rows(d, result);
}

static void
on_retrieved(gpointer result, const GError *error, gpointer user_data)
{
  CapArchiveDialog *d = user_data;
  g_autofree char *path = result;
  d->job = NULL;
  set_busy(d, FALSE);
  show_message(d, error != NULL ? error->message : _("Fetched."));
  if (path != NULL)
    g_signal_emit(d, retrieved_signal, 0, path);
}

/* Returns; NULL when no archive is chosen. */
static CapArchiveOrder *
new_order(CapArchiveDialog *d)
{
  GtkStringObject *chosen = adw_combo_row_get_selected_item(d->archive);
  if (d->job != NULL || chosen == NULL)
    return NULL;
  CapArchiveOrder *order = g_new0(CapArchiveOrder, 1);
  order->config = g_strdup(d->config);
  order->archive = g_strdup(gtk_string_object_get_string(chosen));
  return order;
}

static void
start(CapArchiveDialog *d, CapArchiveOrder *order, GDestroyNotify result_free,
      void (*done)(gpointer, const GError *, gpointer))
{
  const CapJobSpec spec = {
      .work = cap_archive_order_work,
      .work_data = order,
      .work_data_free = (GDestroyNotify)cap_archive_order_free,
      .result_free = result_free,
      .tick = on_tick,
      .done = done,
      .user_data = d,
  };
  set_busy(d, TRUE);
  d->job = cap_job_start(&spec);
}

void
cap_archive_dialog_search(CapArchiveDialog *d)
{
  CapArchiveOrder *order = new_order(d);
  if (order == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
    order->match[fields[i].field] =
        g_strstrip(g_strdup(gtk_editable_get_text(d->entries[i])));
  show_message(d, "");
  start(d, order, (GDestroyNotify)g_ptr_array_unref, on_found);
}

void
cap_archive_dialog_retrieve(CapArchiveDialog *d, int row)
{
  CapArchiveOrder *order =
      d->rows != NULL && row >= 0 && row < (int)d->rows->len ? new_order(d)
                                                             : NULL;
  if (order == NULL)
    return;
  const CapArchiveRow *study = d->rows->pdata[row];
  order->study_uid = g_strdup(study->text[CAP_FIELD_STUDY_UID]);
  /* No folder is called what an archive says. */
  g_autofree char *sum =
      g_compute_checksum_for_string(G_CHECKSUM_SHA256, order->study_uid, -1);
  sum[16] = '\0';
  order->folder = g_build_filename(d->folder, sum, NULL);
  show_message(d, "");
  start(d, order, g_free, on_retrieved);
}

void
cap_archive_dialog_cancel(CapArchiveDialog *d)
{
  if (d->job == NULL)
    return;
  cap_job_cancel(d->job);
  d->job = NULL;
  set_busy(d, FALSE);
  show_message(d, _("Stopped. What came is kept for the next time."));
}

/* ---- building ---- */

static void
on_row_activated(GtkListBox *list, GtkListBoxRow *row, CapArchiveDialog *d)
{
  cap_archive_dialog_retrieve(d, gtk_list_box_row_get_index(row));
}

static GtkWidget *
build_form(CapArchiveDialog *d)
{
  GtkWidget *group = adw_preferences_group_new();
  d->archive = ADW_COMBO_ROW(adw_combo_row_new());
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(d->archive), _("Archive"));
  adw_combo_row_set_model(d->archive, G_LIST_MODEL(d->archives));
  adw_preferences_group_add(ADW_PREFERENCES_GROUP(group),
                            GTK_WIDGET(d->archive));
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
    GtkWidget *entry = cap_line_entry_row_new(_(fields[i].title), FALSE);
    g_signal_connect_swapped(entry, "entry-activated",
                             G_CALLBACK(cap_archive_dialog_search), d);
    adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), entry);
    d->entries[i] = GTK_EDITABLE(entry);
  }
  gtk_editable_set_text(d->entries[G_N_ELEMENTS(fields) - 1], "CT");
  return group;
}

static GtkWidget *
build_foot(CapArchiveDialog *d)
{
  GtkWidget *foot = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  d->bar = gtk_progress_bar_new();
  gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(d->bar), TRUE);
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(d->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Progress"), -1);
  gtk_widget_set_hexpand(d->bar, TRUE);
  gtk_widget_set_valign(d->bar, GTK_ALIGN_CENTER);
  GtkWidget *stop = gtk_button_new_with_label(_("Stop"));
  g_signal_connect_swapped(stop, "clicked",
                           G_CALLBACK(cap_archive_dialog_cancel), d);
  gtk_box_append(GTK_BOX(foot), d->bar);
  gtk_box_append(GTK_BOX(foot), stop);
  gtk_widget_set_visible(foot, FALSE);
  return foot;
}

static GtkWidget *
build_list(CapArchiveDialog *d)
{
  d->list = gtk_list_box_new();
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(d->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class(d->list, "boxed-list");
  gtk_widget_set_valign(d->list, GTK_ALIGN_START);
  gtk_widget_set_visible(d->list, FALSE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(d->list),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Studies that match"), -1);
  g_signal_connect(d->list, "row-activated", G_CALLBACK(on_row_activated), d);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), d->list);
  gtk_widget_set_vexpand(scroller, TRUE);
  return scroller;
}

static GtkWidget *
build_header(CapArchiveDialog *d)
{
  GtkWidget *header = adw_header_bar_new();
  d->search_button = gtk_button_new_with_label(_("Search"));
  gtk_widget_add_css_class(d->search_button, "suggested-action");
  g_signal_connect_swapped(d->search_button, "clicked",
                           G_CALLBACK(cap_archive_dialog_search), d);
  adw_header_bar_pack_end(ADW_HEADER_BAR(header), d->search_button);
  return header;
}

static void
cap_archive_dialog_init(CapArchiveDialog *d)
{
  d->archives = gtk_string_list_new(NULL);
  d->message = cap_label_wrapped_new(NULL, NULL, -1);
  gtk_label_set_selectable(GTK_LABEL(d->message), TRUE);
  GtkWidget *inside = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_margin_start(inside, 18);
  gtk_widget_set_margin_end(inside, 18);
  gtk_widget_set_margin_top(inside, 12);
  gtk_widget_set_margin_bottom(inside, 18);
  d->form = build_form(d);
  d->foot = build_foot(d);
  gtk_box_append(GTK_BOX(inside), d->form);
  gtk_box_append(GTK_BOX(inside), d->message);
  gtk_box_append(GTK_BOX(inside), build_list(d));
  gtk_box_append(GTK_BOX(inside), d->foot);
  GtkWidget *all = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(all), build_header(d));
  gtk_box_append(GTK_BOX(all), inside);
  adw_window_set_content(ADW_WINDOW(d), all);
  gtk_window_set_title(GTK_WINDOW(d), _("Open from an archive"));
  gtk_window_set_default_size(GTK_WINDOW(d), 620, 680);
  gtk_window_set_modal(GTK_WINDOW(d), TRUE);
}

static void
cap_archive_dialog_dispose(GObject *object)
{
  CapArchiveDialog *d = CAP_ARCHIVE_DIALOG(object);
  cap_job_cancel(d->job);
  d->job = NULL;
  G_OBJECT_CLASS(cap_archive_dialog_parent_class)->dispose(object);
}

static void
cap_archive_dialog_finalize(GObject *object)
{
  CapArchiveDialog *d = CAP_ARCHIVE_DIALOG(object);
  g_clear_pointer(&d->rows, g_ptr_array_unref);
  g_clear_object(&d->archives);
  g_free(d->config);
  g_free(d->folder);
  G_OBJECT_CLASS(cap_archive_dialog_parent_class)->finalize(object);
}

static void
cap_archive_dialog_class_init(CapArchiveDialogClass *class)
{
  G_OBJECT_CLASS(class)->dispose = cap_archive_dialog_dispose;
  G_OBJECT_CLASS(class)->finalize = cap_archive_dialog_finalize;
  retrieved_signal =
      g_signal_new("retrieved", CAP_TYPE_ARCHIVE_DIALOG, G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
list_archives(CapArchiveDialog *d)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) names = cap_archive_settings_names(d->config, &error);
  for (int i = 0; names != NULL && names[i] != NULL; i++)
    gtk_string_list_append(d->archives, names[i]);
  const gboolean some = names != NULL && names[0] != NULL;
  gtk_widget_set_sensitive(d->search_button, some);
  g_autofree char *none =
      g_strdup_printf(_("No archive is set up: %s names none. The manual, "
                        "capsight(1), says what "
                        "belongs into it."),
                      d->config);
  show_message(d, some ? "" : error != NULL ? error->message : none);
}

GtkWidget *
cap_archive_dialog_new(GtkWindow *parent, const char *config,
                       const char *folder)
{
  CapArchiveDialog *d =
      g_object_new(CAP_TYPE_ARCHIVE_DIALOG, "transient-for", parent, NULL);
  d->config = config != NULL ? g_strdup(config) : cap_archive_settings_path();
  d->folder = folder != NULL ? g_strdup(folder)
                             : g_build_filename(g_get_user_data_dir(),
                                                "capsight", "studies", NULL);
  list_archives(d);
  return GTK_WIDGET(d);
}

/* ---- for tests ---- */

int
cap_archive_dialog_n_rows(CapArchiveDialog *d)
{
  return d->rows != NULL ? (int)d->rows->len : 0;
}

const char *
cap_archive_dialog_message(CapArchiveDialog *d)
{
  return gtk_label_get_text(GTK_LABEL(d->message));
}

gboolean
cap_archive_dialog_busy(CapArchiveDialog *d)
{
  return d->job != NULL;
}
