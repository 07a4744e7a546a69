/* The title of the window: see window_title.h. */
#include "ui/window_title.h"

#include "ui/view/annotation.h"

void
cap_window_title_update(AdwWindowTitle *title, GtkWindow *window,
                        CapSession *session)
{
  const CapSource *source = cap_session_source(session);
  if (source == NULL || cap_session_phase(session) == CAP_PHASE_EMPTY) {
    adw_window_title_set_title(title, "Capsight");
    adw_window_title_set_subtitle(title, cap_session_path(session));
    gtk_window_set_title(window, "Capsight");
    return;
  }
  g_autofree char *person = cap_annotation_person(source->patient_name);
  g_autofree char *date = cap_annotation_date(source->study_date);
  const char *who = *person != '\0' ? person : source->patient_id;
  g_autofree char *first =
      *date != '\0' ? g_strdup_printf("%s  ·  %s", who, date) : g_strdup(who);
  g_autoptr(GString) second = g_string_new(source->series_description);
  if (source->slice_thickness_mm > 0)
    g_string_append_printf(second, "%s%.1f mm", second->len > 0 ? "  ·  " : "",
                           source->slice_thickness_mm);
  if (*source->kernel != '\0')
    g_string_append_printf(second, "%s%s", second->len > 0 ? "  ·  " : "",
                           source->kernel);
  adw_window_title_set_title(title, first);
  adw_window_title_set_subtitle(title, second->str);
  g_autofree char *full = g_strdup_printf("%s – Capsight", first);
  gtk_window_set_title(window, full);
}
