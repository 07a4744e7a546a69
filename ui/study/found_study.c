/* A study in a list: see found_study.h. */
#include "ui/study/found_study.h"

#include "core/date.h"
#include "core/language.h"
#include "core/person.h"
#include "ui/label.h"

static void
append(GString *text, const char *format, const char *value)
{
  if (*value == '\0')
    return;
  if (text->len > 0)
    g_string_append(text, " · ");
  g_string_append_printf(text, format, value);
}

GtkWidget *
cap_found_study_new(const CapArchiveRow *row)
{
  GtkWidget *widget = adw_action_row_new();
  g_autoptr(GString) title = g_string_new(NULL);
  g_autoptr(GString) subtitle = g_string_new(NULL);
  g_autofree char *name = cap_person_text(row->text[CAP_FIELD_PATIENT_NAME]);
  g_autofree char *date = cap_date_text(row->text[CAP_FIELD_STUDY_DATE]);
  append(title, "%s", name);
  append(title, "%s", row->text[CAP_FIELD_PATIENT_ID]);
  append(subtitle, "%s", date);
  append(subtitle, "%s", row->text[CAP_FIELD_STUDY_DESCRIPTION]);
  g_auto(GStrv) kinds = g_strsplit(row->text[CAP_FIELD_MODALITIES], "\\", -1);
  g_autofree char *modalities = g_strjoinv(", ", kinds);
  append(subtitle, "%s", modalities);
  append(subtitle, _("%s images"), row->text[CAP_FIELD_N_STUDY_INSTANCES]);
  adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(widget), FALSE);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(widget),
                                title->len > 0 ? title->str : _("Unnamed"));
  g_autofree char *second = cap_label_parts(subtitle->str);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(widget), second);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(widget), TRUE);
  gtk_widget_set_tooltip_text(widget, _("Fetch this study and open it"));
  return widget;
}
