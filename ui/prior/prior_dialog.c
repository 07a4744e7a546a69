/* Choosing an earlier scan: see prior_dialog.h. */
#include "ui/prior/prior_dialog.h"

#include "core/date.h"
#include "core/image/patient.h"
#include "core/language.h"
#include "ui/chooser.h"
#include "ui/escape.h"
#include "ui/label.h"

#include <adwaita.h>

/* A series that can be chosen. */
typedef struct {
  const CapSeries *series;
  int index, days; /* earlier than the present one; G_MININT: not known */
  gboolean other_patient;
} Choice;

/* The same patient first, what is earlier before what is not, and of that the
 * latest first. */
static int
by_use(gconstpointer a, gconstpointer b)
{
  const Choice *x = a, *y = b;
  const gboolean later_x = x->days <= 0, later_y = y->days <= 0;
  if (x->other_patient != y->other_patient)
    return x->other_patient - y->other_patient;
  if (later_x != later_y)
    return later_x - later_y;
  if (x->days != y->days)
    return later_x ? (x->days < y->days) - (x->days > y->days)
                   : (x->days > y->days) - (x->days < y->days);
  return x->index - y->index; /* the scan's own order: best first */
}

/* Of Choice; caller unrefs. */
static GArray *
choices_of(CapSession *session)
{
  const CapSeriesList *list = cap_session_series_list(session);
  const CapSource *now = cap_session_source(session);
  GArray *choices = g_array_new(FALSE, FALSE, sizeof(Choice));
  const int index = cap_session_series_index(session);
  const CapSeries *here =
      list != NULL && index >= 0 ? list->series->pdata[index] : NULL;
  for (guint i = 0; here != NULL && now != NULL && i < list->series->len; i++) {
    const CapSeries *series = list->series->pdata[i];
    /* Volume files beside DICOM images are masks as a rule. */
    if (series == here || !(series->usable & CAP_USABLE_VIEW) ||
        (series->plan == NULL && here->plan != NULL))
      continue;
    g_autoptr(GPtrArray) differences =
        cap_patient_differences(now, series->source);
    Choice choice = {.series = series,
                     .index = (int)i,
                     .days = G_MININT,
                     .other_patient = differences->len > 0};
    cap_date_days(series->source->study_date, now->study_date, &choice.days);
    g_array_append_val(choices, choice);
  }
  g_array_sort(choices, by_use);
  return choices;
}

static char *
when(const Choice *choice)
{
  g_autofree char *date = cap_date_text(choice->series->source->study_date);
  if (choice->days == G_MININT)
    return *date != '\0' ? g_steal_pointer(&date)
                         : g_strdup(_("Date not known"));
  if (choice->days == 0)
    return g_strdup_printf(_("%s, the same day"), date);
  return g_strdup_printf(
      choice->days > 0
          ? P_("%s, %d day earlier", "%s, %d days earlier", choice->days)
          : P_("%s, %d day later", "%s, %d days later", -choice->days),
      date, ABS(choice->days));
}

static char *
what(const Choice *choice)
{
  const CapSource *source = choice->series->source;
  g_autoptr(GString) text = g_string_new(source->series_description);
  if (text->len > 0)
    g_string_append(text, "  ·  ");
  g_string_append_printf(
      text, P_("%s  ·  %d slice", "%s  ·  %d slices", choice->series->slices),
      source->modality, choice->series->slices);
  if (source->slice_thickness_mm > 0) {
    g_autofree char *mm = cap_label_mm(source->slice_thickness_mm);
    g_string_append(text, "  ·  ");
    g_string_append_printf(text, _("thickness %s"), mm);
  }
  if (*source->kernel != '\0')
    g_string_append_printf(text, "  ·  %s", source->kernel);
  return g_strdup(text->str);
}

static GtkWidget *
row_new(const Choice *choice)
{
  GtkWidget *row = adw_action_row_new();
  g_autofree char *title = when(choice), *subtitle = what(choice);
  g_autofree char *parts = cap_label_parts(subtitle);
  g_autofree char *first = g_markup_escape_text(title, -1);
  g_autofree char *second = g_markup_escape_text(parts, -1);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), first);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), second);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
  if (choice->other_patient) {
    GtkWidget *warning = gtk_label_new(_("⚠ other patient"));
    gtk_widget_add_css_class(warning, "grave");
    adw_action_row_add_suffix(ADW_ACTION_ROW(row), warning);
  }
  g_object_set_data(G_OBJECT(row), "cap-series",
                    GINT_TO_POINTER(choice->index));
  return row;
}

static void
on_row(GtkListBox *box, GtkListBoxRow *row, gpointer data)
{
  GtkWindow *dialog = data;
  gtk_widget_activate_action(
      GTK_WIDGET(gtk_window_get_transient_for(dialog)), "win.open-prior-series",
      "i", GPOINTER_TO_INT(g_object_get_data(G_OBJECT(row), "cap-series")));
  gtk_window_destroy(dialog);
}

/* ---- elsewhere ---- */

static void
on_response(GtkNativeDialog *native, int response, gpointer data)
{
  GtkWindow *dialog = data;
  g_autofree char *path = cap_chooser_take_path(native, response);
  if (path == NULL)
    return;
  gtk_widget_activate_action(GTK_WIDGET(gtk_window_get_transient_for(dialog)),
                             "win.open-prior-path", "s", path);
  gtk_window_destroy(dialog);
}

static void
choose_path(GtkWindow *dialog, GtkFileChooserAction action)
{
  GtkFileChooserNative *native = gtk_file_chooser_native_new(
      _("Earlier scan"), dialog, action, _("_Open"), _("_Cancel"));
  cap_chooser_show(native, on_response, dialog);
}

static void
on_folder(GtkButton *button, gpointer dialog)
{
  choose_path(dialog, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static void
on_file(GtkButton *button, gpointer dialog)
{
  choose_path(dialog, GTK_FILE_CHOOSER_ACTION_OPEN);
}

/* ---- the window ---- */

static GtkWidget *
list_new(GtkWindow *dialog, const GArray *choices)
{
  GtkWidget *list = gtk_list_box_new();
  gtk_widget_add_css_class(list, "boxed-list");
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(list), GTK_SELECTION_NONE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(list),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Other series of what is open"), -1);
  for (guint i = 0; i < choices->len; i++)
    gtk_list_box_append(GTK_LIST_BOX(list),
                        row_new(&g_array_index(choices, Choice, i)));
  g_signal_connect(list, "row-activated", G_CALLBACK(on_row), dialog);
  return list;
}

static GtkWidget *
none_new(void)
{
  return cap_label_wrapped_new(
      _("There is no other series in what is open. The earlier "
        "scan may lie in a folder of its own."),
      "quiet", -1);
}

static GtkWidget *
elsewhere_new(GtkWindow *dialog)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *folder = gtk_button_new_with_label(_("From a folder…"));
  GtkWidget *file = gtk_button_new_with_label(_("From a file…"));
  g_signal_connect(folder, "clicked", G_CALLBACK(on_folder), dialog);
  g_signal_connect(file, "clicked", G_CALLBACK(on_file), dialog);
  gtk_box_set_homogeneous(GTK_BOX(row), TRUE);
  gtk_box_append(GTK_BOX(row), folder);
  gtk_box_append(GTK_BOX(row), file);
  return row;
}

GtkWindow *
cap_prior_dialog_new(GtkWindow *parent, CapPriorStudy *prior)
{
  GtkWindow *dialog = GTK_WINDOW(adw_window_new());
  g_autoptr(GArray) choices = choices_of(cap_prior_study_current(prior));
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_add_css_class(content, "dialog-content");
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(
      GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_widget_set_vexpand(scroller, TRUE);
  GtkWidget *inner = choices->len > 0 ? list_new(dialog, choices) : none_new();
  gtk_widget_set_valign(inner, GTK_ALIGN_START);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), inner);
  gtk_box_append(GTK_BOX(content), scroller);
  gtk_box_append(GTK_BOX(content), elsewhere_new(dialog));
  gtk_box_append(GTK_BOX(box), adw_header_bar_new());
  gtk_box_append(GTK_BOX(box), content);
  adw_window_set_content(ADW_WINDOW(dialog), box);
  gtk_window_set_title(dialog, _("Compare with an earlier scan"));
  gtk_window_set_default_size(dialog, 520, 420);
  gtk_window_set_modal(dialog, TRUE);
  gtk_window_set_transient_for(dialog, parent);
  cap_escape_closes(GTK_WIDGET(dialog));
  if (choices->len > 0) /* Enter takes the first */
    gtk_window_set_focus(dialog, gtk_widget_get_first_child(inner));
  return dialog;
}
