/* The report dialog: see report_dialog.h. */
#include "ui/report/report_dialog.h"

#include "core/error.h"
#include "core/told.h"
#include "io/report/anonymous.h"
#include "ui/phrase.h"
#include "ui/work/job.h"

typedef struct {
  GtkWindow *window;
  CapSession *session; /* borrowed */
  GtkWidget *stack, *form, *write, *cancel, *stage, *bar, *written;
  CapJob *job; /* the one that writes, or NULL */
} Dialog;

/* What a worker writes from. The volume belongs to the session. */
typedef struct {
  CapReport *report;
  CapShared *volume;
  GPtrArray *formats;
  char *folder;
  gboolean anonymous;
} Work;

static Dialog *
dialog_of(GtkWindow *window)
{
  return g_object_get_data(G_OBJECT(window), "cap-dialog");
}

static void
show_page(Dialog *dialog, const char *page)
{
  gboolean complete;
  g_object_get(dialog->form, "complete", &complete, NULL);
  gtk_stack_set_visible_child_name(GTK_STACK(dialog->stack), page);
  gtk_widget_set_visible(dialog->write, g_str_equal(page, "form"));
  gtk_widget_set_sensitive(dialog->write, complete);
  gtk_button_set_label(GTK_BUTTON(dialog->cancel),
                       g_str_equal(page, "form")      ? _("Cancel")
                       : g_str_equal(page, "writing") ? _("Stop")
                                                      : _("Close"));
  gtk_window_set_focus(dialog->window, g_str_equal(page, "form")
                                           ? dialog->write
                                           : dialog->cancel);
}

/* ---- what was written ---- */

static GtkWidget *
text_row(const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new();
  g_autofree char *first = g_markup_escape_text(title, -1);
  g_autofree char *second = g_markup_escape_text(subtitle, -1);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), first);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), second);
  adw_action_row_set_title_lines(ADW_ACTION_ROW(row), 0);
  return row;
}

static void
open_folder(GtkButton *button, gpointer data)
{
  const Dialog *dialog = data;
  g_autofree char *uri = g_filename_to_uri(
      cap_report_form_folder(CAP_REPORT_FORM(dialog->form)), NULL, NULL);
  if (uri != NULL)
    gtk_show_uri(dialog->window, uri, GDK_CURRENT_TIME);
}

static void
show_written(Dialog *dialog, const CapReportOutput *output)
{
  GtkWidget *page = adw_preferences_page_new();
  GtkWidget *group = adw_preferences_group_new();
  const char *folder = cap_report_form_folder(CAP_REPORT_FORM(dialog->form));
  g_autofree char *shown = g_filename_display_name(folder);
  g_autofree char *escaped = g_markup_escape_text(shown, -1);
  g_autofree char *title = g_strdup_printf(
      P_("%u file written", "%u files written", output->files->len),
      output->files->len);
  adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), title);
  adw_preferences_group_set_description(ADW_PREFERENCES_GROUP(group), escaped);
  GtkWidget *open = gtk_button_new_with_label(_("Open folder"));
  gtk_widget_set_valign(open, GTK_ALIGN_CENTER);
  g_signal_connect(open, "clicked", G_CALLBACK(open_folder), dialog);
  adw_preferences_group_set_header_suffix(ADW_PREFERENCES_GROUP(group), open);
  for (guint i = 0; i < output->files->len; i++) {
    g_autofree char *name = g_path_get_basename(output->files->pdata[i]);
    adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), text_row(name, ""));
  }
  for (guint i = 0; i < output->remarks->len; i++) {
    g_autofree char *told = cap_told(output->remarks->pdata[i]);
    adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), text_row(told, ""));
  }
  adw_preferences_page_add(ADW_PREFERENCES_PAGE(page),
                           ADW_PREFERENCES_GROUP(group));
  adw_bin_set_child(ADW_BIN(dialog->written), page);
}

/* ---- writing ---- */

static void
work_free(Work *work)
{
  cap_report_free(work->report);
  cap_shared_unref(work->volume);
  g_ptr_array_unref(work->formats);
  g_free(work->folder);
  g_free(work);
}

/* By a key that nobody keeps. */
static gboolean
hide_everybody(CapReport *report, GError **error)
{
  g_autoptr(CapPseudonyms) pseudonyms = cap_pseudonyms_new(NULL, error);
  const CapAnonymizer anonymizer = {.pseudonyms = pseudonyms};
  return pseudonyms != NULL && cap_report_anonymize(report, &anonymizer, error);
}

static gpointer
write_work(CapJob *job, gpointer data, GError **error)
{
  const Work *work = data;
  if (work->anonymous && !hide_everybody(work->report, error))
    return NULL;
  return cap_report_write(work->report, work->formats, work->folder,
                          cap_job_progress(job), error);
}

static void
write_tick(const char *stage, double fraction, gpointer user_data)
{
  const Dialog *dialog = user_data;
  g_autofree char *text = cap_phrase_capital(stage);
  gtk_label_set_text(GTK_LABEL(dialog->stage), text);
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(dialog->bar), fraction);
}

static void
write_done(gpointer result, const GError *error, gpointer user_data)
{
  Dialog *dialog = user_data;
  dialog->job = NULL;
  if (error == NULL) {
    show_written(dialog, result);
    show_page(dialog, "written");
    cap_report_output_free(result);
    return;
  }
  g_autofree char *text = cap_told_error(error);
  cap_report_form_set_error(CAP_REPORT_FORM(dialog->form), text);
  show_page(dialog, "form");
}

/* The report is made here, in the UI thread, as findings may change later. */
static Work *
work_new(Dialog *dialog)
{
  g_autofree char *reader = NULL;
  CapReportForm *form = CAP_REPORT_FORM(dialog->form);
  CapReportOptions options = cap_report_form_options(form, &reader);
  options.key_images =
      cap_review_key_images(cap_session_review(dialog->session));
  const CapFindings *findings = cap_session_findings(dialog->session);
  const CapSeriesList *list = cap_session_series_list(dialog->session);
  const int index = cap_session_series_index(dialog->session);
  Work *work = g_new0(Work, 1);
  work->volume = cap_session_share_volume(dialog->session);
  work->formats = cap_report_form_formats(form);
  work->folder = g_strdup(cap_report_form_folder(form));
  work->anonymous = cap_report_form_is_anonymous(form);
  work->report =
      cap_report_new_on_series(findings, list->series->pdata[index],
                               cap_shared_get(work->volume), &options);
  return work;
}

void
cap_report_dialog_write(GtkWindow *window)
{
  Dialog *dialog = dialog_of(window);
  if (dialog->job != NULL || cap_session_findings(dialog->session) == NULL)
    return;
  cap_report_form_set_error(CAP_REPORT_FORM(dialog->form), NULL);
  write_tick("", 0, dialog);
  show_page(dialog, "writing");
  dialog->job = cap_job_start(
      &(CapJobSpec){.work = write_work,
                    .work_data = work_new(dialog),
                    .work_data_free = (GDestroyNotify)work_free,
                    .result_free = (GDestroyNotify)cap_report_output_free,
                    .tick = write_tick,
                    .done = write_done,
                    .user_data = dialog});
}

void
cap_report_dialog_cancel(GtkWindow *window)
{
  Dialog *dialog = dialog_of(window);
  if (dialog->job == NULL) {
    gtk_window_close(window);
    return;
  }
  cap_job_cancel(dialog->job);
  dialog->job = NULL;
  cap_report_form_set_error(
      CAP_REPORT_FORM(dialog->form),
      _("Stopped. Reports that were already complete are in the folder."));
  show_page(dialog, "form");
}

/* ---- the window ---- */

static void
dialog_free(gpointer data)
{
  Dialog *dialog = data;
  cap_job_cancel(dialog->job);
  g_free(dialog);
}

static void
on_complete(Dialog *dialog)
{
  if (g_str_equal(cap_report_dialog_page(dialog->window), "form"))
    show_page(dialog, "form");
}

static GtkWidget *
writing_page(Dialog *dialog)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  dialog->stage = gtk_label_new("");
  dialog->bar = gtk_progress_bar_new();
  gtk_accessible_update_property(GTK_ACCESSIBLE(dialog->bar),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Progress"),
                                 -1);
  gtk_widget_set_size_request(dialog->bar, 320, -1);
  gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(box), dialog->stage);
  gtk_box_append(GTK_BOX(box), dialog->bar);
  return box;
}

static GtkWidget *
header_new(Dialog *dialog)
{
  GtkWidget *header = adw_header_bar_new();
  adw_header_bar_set_show_start_title_buttons(ADW_HEADER_BAR(header), FALSE);
  adw_header_bar_set_show_end_title_buttons(ADW_HEADER_BAR(header), FALSE);
  dialog->cancel = gtk_button_new_with_label(_("Cancel"));
  dialog->write = gtk_button_new_with_label(_("Write"));
  gtk_widget_add_css_class(dialog->write, "suggested-action");
  g_signal_connect_swapped(dialog->cancel, "clicked",
                           G_CALLBACK(cap_report_dialog_cancel),
                           dialog->window);
  g_signal_connect_swapped(dialog->write, "clicked",
                           G_CALLBACK(cap_report_dialog_write), dialog->window);
  adw_header_bar_pack_start(ADW_HEADER_BAR(header), dialog->cancel);
  adw_header_bar_pack_end(ADW_HEADER_BAR(header), dialog->write);
  return header;
}

static gboolean
on_key(GtkEventControllerKey *controller, guint key, guint code,
       GdkModifierType state, gpointer data)
{
  if (key != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  cap_report_dialog_cancel(data);
  return GDK_EVENT_STOP;
}

GtkWindow *
cap_report_dialog_new(GtkWindow *parent, CapSession *session)
{
  Dialog *dialog = g_new0(Dialog, 1);
  dialog->session = session;
  dialog->window = GTK_WINDOW(adw_window_new());
  dialog->form = cap_report_form_new(session);
  dialog->written = adw_bin_new();
  dialog->stack = gtk_stack_new();
  gtk_widget_set_vexpand(dialog->stack, TRUE);
  gtk_stack_add_named(GTK_STACK(dialog->stack), dialog->form, "form");
  gtk_stack_add_named(GTK_STACK(dialog->stack), writing_page(dialog),
                      "writing");
  gtk_stack_add_named(GTK_STACK(dialog->stack), dialog->written, "written");
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(box), header_new(dialog));
  gtk_box_append(GTK_BOX(box), dialog->stack);
  adw_window_set_content(ADW_WINDOW(dialog->window), box);
  gtk_window_set_title(dialog->window, _("Report"));
  gtk_window_set_default_size(dialog->window, 560, 720);
  gtk_window_set_modal(dialog->window, TRUE);
  gtk_window_set_transient_for(dialog->window, parent);
  gtk_window_set_default_widget(dialog->window, dialog->write);
  GtkEventController *keys = gtk_event_controller_key_new();
  g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), dialog->window);
  gtk_widget_add_controller(GTK_WIDGET(dialog->window), keys);
  g_object_set_data_full(G_OBJECT(dialog->window), "cap-dialog", dialog,
                         dialog_free);
  g_signal_connect_swapped(dialog->form, "notify::complete",
                           G_CALLBACK(on_complete), dialog);
  show_page(dialog, "form");
  return dialog->window;
}

CapReportForm *
cap_report_dialog_form(GtkWindow *window)
{
  return CAP_REPORT_FORM(dialog_of(window)->form);
}

const char *
cap_report_dialog_page(GtkWindow *window)
{
  return gtk_stack_get_visible_child_name(GTK_STACK(dialog_of(window)->stack));
}
