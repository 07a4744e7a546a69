/* CapReportForm: see report_form.h. */
#include "ui/report/report_form.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "core/told.h"
#include "ui/chooser.h"
#include "ui/label.h"
#include "ui/line_entry.h"
#include "ui/phrase.h"
#include "ui/session/session_guidelines.h"

#include <string.h>

typedef struct {
  const CapReportFormat *format;
  GtkCheckButton *check;
} Choice;

struct _CapReportForm {
  AdwBin parent;
  CapSession *session;       /* borrowed */
  GArray *choices;           /* of Choice */
  CapPatientContext context; /* what the options point at */
  GtkWidget *error, *error_group, *which, *reader, *paper, *folder_row,
      *anonymous;
  char *folder;
};

enum { PROP_COMPLETE = 1 };

G_DEFINE_FINAL_TYPE(CapReportForm, cap_report_form, ADW_TYPE_BIN)

static gboolean
is_complete(CapReportForm *self)
{
  g_autoptr(GPtrArray) formats = cap_report_form_formats(self);
  return formats->len > 0 && *self->folder != '\0';
}

static void
notify_complete(CapReportForm *self)
{
  g_object_notify(G_OBJECT(self), "complete");
}

/* ---- formats ---- */

/* Names of formats as people say them, in the table's order. */
static const char *
title_of(const CapReportFormat *format)
{
  static const struct {
    const char *name, *title;
  } titles[] = {
      {"sr", "DICOM SR"},
      {"seg", "DICOM SEG"},
      {"kos", N_("DICOM key images")},
      {"gsps", N_("DICOM outlines")},
      {"pdf", "PDF"},
      {"dicom-pdf", "DICOM PDF"},
      {"html", "HTML"},
      {"csv", "CSV"},
      {"measurements", N_("Measurements as CSV")},
      {"json", "JSON"},
      {"luna16", "LUNA16"},
      {"lidc", "LIDC XML"},
      {"fhir", "FHIR"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(titles); i++)
    if (g_str_equal(titles[i].name, format->name))
      return _(titles[i].title);
  return format->name;
}

/* Why nothing can refer to the images; NULL: it can. */
static const char *
why_no_images(CapSession *session)
{
  const CapSeriesList *list = cap_session_series_list(session);
  const int index = cap_session_series_index(session);
  if (list == NULL || index < 0 ||
      ((const CapSeries *)list->series->pdata[index])->plan == NULL)
    return _("Refers to DICOM images, and this series is a volume file");
  return cap_session_unknown(session) & CAP_UNKNOWN_PLACE
             ? _("Refers to places in the patient, and these images have no "
                 "position or orientation")
             : NULL;
}

/* The structured report refers to the segmentation, so both are written. */
static void
on_ticked(GtkCheckButton *check, GParamSpec *spec, gpointer data)
{
  CapReportForm *self = data;
  for (guint i = 0; i < self->choices->len; i++) {
    const Choice *choice = &g_array_index(self->choices, Choice, i);
    if (choice->check == check && g_str_equal(choice->format->name, "sr") &&
        gtk_check_button_get_active(check))
      cap_report_form_tick(self, "seg", TRUE);
    if (choice->check == check && g_str_equal(choice->format->name, "seg") &&
        !gtk_check_button_get_active(check))
      cap_report_form_tick(self, "sr", FALSE);
  }
  notify_complete(self);
}

static void
add_format(CapReportForm *self, AdwPreferencesGroup *group,
           const CapReportFormat *format)
{
  GtkWidget *row = adw_action_row_new();
  GtkWidget *check = gtk_check_button_new();
  const char *why_not =
      format->needs_images ? why_no_images(self->session) : NULL;
  g_autofree char *about = cap_phrase_capital(format->summary);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title_of(format));
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row),
                              why_not == NULL ? about : why_not);
  adw_action_row_add_prefix(ADW_ACTION_ROW(row), check);
  adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), check);
  gtk_widget_set_sensitive(row, why_not == NULL);
  gtk_widget_set_valign(check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(check),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 title_of(format), -1);
  g_signal_connect(check, "notify::active", G_CALLBACK(on_ticked), self);
  const Choice choice = {format, GTK_CHECK_BUTTON(check)};
  g_array_append_val(self->choices, choice);
  adw_preferences_group_add(group, row);
}

static GtkWidget *
formats_group(CapReportForm *self)
{
  GtkWidget *group = adw_preferences_group_new();
  adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), _("Formats"));
  for (const CapReportFormat *f = cap_report_formats(); f->name != NULL; f++)
    add_format(self, ADW_PREFERENCES_GROUP(group), f);
  return group;
}

/* ---- findings and options ---- */

/* "2 accepted, 1 uncertain, 3 not reviewed" */
static char *
count_statuses(CapSession *session)
{
  static const char *const words[] = {N_("not reviewed"), N_("accepted"),
                                      N_("rejected"), N_("uncertain")};
  int n[G_N_ELEMENTS(words)] = {0};
  const CapFindings *findings = cap_session_findings(session);
  for (guint i = 0; findings != NULL && i < findings->items->len; i++)
    n[((const CapFinding *)findings->items->pdata[i])->status]++;
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (n[i] > 0)
      g_string_append_printf(text, "%s%d %s", text->len > 0 ? ", " : "", n[i],
                             _(words[i]));
  return findings == NULL || cap_findings_are_reviewed(findings)
             ? g_strdup(text->str)
             : g_strdup_printf(_("%s. As long as none is reviewed, “Reviewed” "
                                 "writes all of them; the reports say so"),
                               text->str);
}

/* What the reports will say of the scan, before they do. */
static char *
result_text(CapSession *session)
{
  const char *why;
  const CapResult result = cap_session_result(session, &why);
  if (result == CAP_RESULT_FINDINGS)
    return count_statuses(session);
  if (result != CAP_RESULT_NOT_EVALUABLE)
    return g_strdup(result == CAP_RESULT_NOTHING_FOUND
                        ? _("There are none; the reports will say so")
                        : _("There are none, and the reports will say that "
                            "nobody has searched"));
  g_autofree char *told = cap_told(why);
  return g_strdup_printf(
      _("The reports will say that this scan could not be evaluated: %s"),
      told);
}

static GtkWidget *
combo_new(const char *title, const char *subtitle, const char *const *words)
{
  GtkWidget *row = adw_combo_row_new();
  g_autoptr(GtkStringList) list = cap_phrase_list_new(words);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
  adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
  adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(list));
  return row;
}

static void
on_folder(GtkNativeDialog *native, int response, gpointer user_data)
{
  g_autofree char *path = cap_chooser_take_path(native, response);
  if (path != NULL)
    cap_report_form_set_folder(user_data, path);
}

static void
choose_folder(GtkButton *button, gpointer data)
{
  GtkFileChooserNative *native = gtk_file_chooser_native_new(
      _("Folder for the reports"),
      GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(button))),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("_Choose"), _("_Cancel"));
  cap_chooser_show(native, on_folder, data);
}

/* A reader is somebody too. */
static void
on_anonymous(CapReportForm *self)
{
  gtk_widget_set_sensitive(self->reader, !cap_report_form_is_anonymous(self));
}

static GtkWidget *
anonymous_row(CapReportForm *self)
{
  GtkWidget *row = adw_action_row_new();
  self->anonymous = gtk_switch_new();
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), _("Name nobody"));
  adw_action_row_set_subtitle(
      ADW_ACTION_ROW(row),
      _("Patient, reader, dates and UIDs are replaced, comments left out. The "
        "key is forgotten: such reports lead to no images"));
  adw_action_row_set_subtitle_lines(ADW_ACTION_ROW(row), 0);
  gtk_widget_set_valign(self->anonymous, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix(ADW_ACTION_ROW(row), self->anonymous);
  adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), self->anonymous);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->anonymous),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Name nobody"), -1);
  g_signal_connect_object(self->anonymous, "notify::active",
                          G_CALLBACK(on_anonymous), self, G_CONNECT_SWAPPED);
  return row;
}

static GtkWidget *
options_group(CapReportForm *self)
{
  static const char *const which[] = {N_("Reviewed"), N_("Accepted only"),
                                      N_("All, rejected too"), NULL};
  static const char *const papers[] = {"A4", N_("Letter"), NULL};
  GtkWidget *group = adw_preferences_group_new();
  g_autofree char *counts = result_text(self->session);
  const CapFindings *findings = cap_session_findings(self->session);
  self->which = combo_new(_("Findings"), counts, which);
  self->paper = combo_new(_("Paper"), _("For PDF"), papers);
  self->reader =
      cap_line_entry_row_new(_("Reader (family name, given name)"), FALSE);
  g_auto(GStrv) parts = g_strsplit(findings ? findings->reader : "", "^", -1);
  g_autofree char *reader = g_strjoinv(", ", parts);
  gtk_editable_set_text(GTK_EDITABLE(self->reader), reader);
  self->folder_row = adw_action_row_new();
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(self->folder_row),
                                _("Folder"));
  adw_action_row_set_subtitle_lines(ADW_ACTION_ROW(self->folder_row), 2);
  GtkWidget *button = gtk_button_new_with_label(_("Choose…"));
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  g_signal_connect(button, "clicked", G_CALLBACK(choose_folder), self);
  adw_action_row_add_suffix(ADW_ACTION_ROW(self->folder_row), button);
  GtkWidget *rows[] = {self->which, self->reader, anonymous_row(self),
                       self->folder_row, self->paper};
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), rows[i]);
  return group;
}

/* A folder of its own for each report: nothing is written over. */
static char *
usual_folder(void)
{
  const char *documents = g_get_user_special_dir(G_USER_DIRECTORY_DOCUMENTS);
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autofree char *name = g_date_time_format(now, "report-%Y%m%d-%H%M%S");
  return g_build_filename(documents ? documents : g_get_home_dir(), "Capsight",
                          name, NULL);
}

/* ---- the widget ---- */

static void
cap_report_form_get_property(GObject *object, guint id, GValue *value,
                             GParamSpec *spec)
{
  g_value_set_boolean(value, is_complete(CAP_REPORT_FORM(object)));
}

static void
cap_report_form_finalize(GObject *object)
{
  CapReportForm *self = CAP_REPORT_FORM(object);
  g_array_unref(self->choices);
  g_free(self->folder);
  G_OBJECT_CLASS(cap_report_form_parent_class)->finalize(object);
}

static void
cap_report_form_class_init(CapReportFormClass *klass)
{
  GObjectClass *object = G_OBJECT_CLASS(klass);
  object->get_property = cap_report_form_get_property;
  object->finalize = cap_report_form_finalize;
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_FORM);
  g_object_class_install_property(
      object, PROP_COMPLETE,
      g_param_spec_boolean("complete", NULL, NULL, FALSE, G_PARAM_READABLE));
}

static void
cap_report_form_init(CapReportForm *self)
{
  self->choices = g_array_new(FALSE, FALSE, sizeof(Choice));
  self->folder = g_strdup("");
}

GtkWidget *
cap_report_form_new(CapSession *session)
{
  static const char *const usual[] = {"pdf", "sr", "seg"};
  CapReportForm *self = g_object_new(CAP_TYPE_REPORT_FORM, NULL);
  self->session = session;
  GtkWidget *page = adw_preferences_page_new();
  GtkWidget *top = adw_preferences_group_new();
  self->error = cap_label_wrapped_new(NULL, "grave", -1);
  gtk_label_set_wrap_mode(GTK_LABEL(self->error), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable(GTK_LABEL(self->error), TRUE);
  adw_preferences_group_add(ADW_PREFERENCES_GROUP(top), self->error);
  self->error_group = top;
  gtk_widget_set_visible(top, FALSE);
  GtkWidget *groups[] = {top, options_group(self), formats_group(self)};
  for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
    adw_preferences_page_add(ADW_PREFERENCES_PAGE(page),
                             ADW_PREFERENCES_GROUP(groups[i]));
  adw_bin_set_child(ADW_BIN(self), page);
  g_autofree char *folder = usual_folder();
  cap_report_form_set_folder(self, folder);
  for (guint i = 0; i < G_N_ELEMENTS(usual); i++)
    cap_report_form_tick(self, usual[i], TRUE);
  return GTK_WIDGET(self);
}

GPtrArray *
cap_report_form_formats(CapReportForm *self)
{
  GPtrArray *formats = g_ptr_array_new();
  for (guint i = 0; i < self->choices->len; i++) {
    const Choice *choice = &g_array_index(self->choices, Choice, i);
    if (gtk_check_button_get_active(choice->check))
      g_ptr_array_add(formats, (gpointer)choice->format);
  }
  return formats;
}

void
cap_report_form_tick(CapReportForm *self, const char *name, gboolean ticked)
{
  for (guint i = 0; i < self->choices->len; i++) {
    const Choice *choice = &g_array_index(self->choices, Choice, i);
    GtkWidget *row =
        gtk_widget_get_ancestor(GTK_WIDGET(choice->check), ADW_TYPE_ACTION_ROW);
    if (g_str_equal(choice->format->name, name))
      gtk_check_button_set_active(choice->check,
                                  ticked && gtk_widget_get_sensitive(row));
  }
}

CapReportOptions
cap_report_form_options(CapReportForm *self, char **reader)
{
  static const CapReportChoice which[] = {CAP_REPORT_REVIEWED,
                                          CAP_REPORT_ACCEPTED, CAP_REPORT_ALL};
  CapReportOptions options = cap_report_options_default();
  self->context = cap_session_context(self->session);
  options.context = &self->context;
  options.choice =
      which[MIN(adw_combo_row_get_selected(ADW_COMBO_ROW(self->which)), 2)];
  options.paper = adw_combo_row_get_selected(ADW_COMBO_ROW(self->paper)) == 1
                      ? CAP_PAPER_LETTER
                      : CAP_PAPER_A4;
  /* "Doe, Jane" is Doe^Jane (PS3.5 6.2, PN) */
  g_auto(GStrv) parts =
      g_strsplit(gtk_editable_get_text(GTK_EDITABLE(self->reader)), ",", -1);
  for (int i = 0; parts[i] != NULL; i++)
    g_strstrip(parts[i]);
  *reader = g_strjoinv("^", parts);
  options.reader = *reader;
  return options;
}

gboolean
cap_report_form_is_anonymous(CapReportForm *self)
{
  return gtk_switch_get_active(GTK_SWITCH(self->anonymous));
}

void
cap_report_form_set_anonymous(CapReportForm *self, gboolean anonymous)
{
  gtk_switch_set_active(GTK_SWITCH(self->anonymous), anonymous);
}

const char *
cap_report_form_folder(CapReportForm *self)
{
  return self->folder;
}

void
cap_report_form_set_folder(CapReportForm *self, const char *folder)
{
  char *copy = g_strdup(folder);
  g_free(self->folder);
  self->folder = copy;
  g_autofree char *shown = g_filename_display_name(folder);
  g_autofree char *escaped = g_markup_escape_text(shown, -1);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(self->folder_row), escaped);
  notify_complete(self);
}

void
cap_report_form_set_error(CapReportForm *self, const char *text)
{
  gtk_label_set_text(GTK_LABEL(self->error), text ? text : "");
  gtk_widget_set_visible(self->error_group, text != NULL);
}
