/* The title of the window: see window_title.h. */
#include "ui/window_title.h"

#include "core/date.h"
#include "core/language.h"
#include "core/person.h"
#include "ui/label.h"

#define GAP 6         /* between a word and its icon */
#define SMALL_PX 1100 /* of a small screen, beside a few letters of a title */
#define EDGES 30      /* of the header bar, and between what is in it */

void
cap_window_title_update(AdwWindowTitle *title, GtkWindow *window,
                        CapSession *session)
{
  const CapSource *source = cap_session_source(session);
  if (source == NULL || cap_session_phase(session) == CAP_PHASE_EMPTY) {
    adw_window_title_set_title(title, "Capsight");
    adw_window_title_set_subtitle(title, cap_session_path(session));
    gtk_window_set_title(window, "Capsight");
    gtk_widget_set_has_tooltip(GTK_WIDGET(title), FALSE);
    return;
  }
  g_autofree char *person = cap_person_text(source->patient_name);
  g_autofree char *date = cap_date_text(source->study_date);
  const char *who = *person != '\0' ? person : source->patient_id;
  g_autofree char *first =
      *date != '\0' ? g_strdup_printf("%s  ·  %s", who, date) : g_strdup(who);
  g_autoptr(GString) second = g_string_new(source->series_description);
  if (source->slice_thickness_mm > 0) {
    g_autofree char *mm = cap_label_mm(source->slice_thickness_mm);
    g_string_append(second, second->len > 0 ? "  ·  " : "");
    g_string_append_printf(second, _("thickness %s"), mm);
  }
  if (*source->kernel != '\0')
    g_string_append_printf(second, "%s%s", second->len > 0 ? "  ·  " : "",
                           source->kernel);
  adw_window_title_set_title(title, first);
  adw_window_title_set_subtitle(title, second->str);
  g_autofree char *both = g_strdup_printf("%s\n%s", first, second->str);
  gtk_widget_set_tooltip_text(GTK_WIDGET(title), both); /* may be cut */
  g_autofree char *full = g_strdup_printf("%s – Capsight", first);
  gtk_window_set_title(window, full);
}

static int
width_of(GtkWidget *widget)
{
  int natural;
  gtk_widget_measure(widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural,
                     NULL, NULL);
  return natural;
}

void
cap_window_title_fit(GtkWidget *title, GtkWidget *const *words, int width)
{
  GtkCenterBox *bar =
      GTK_CENTER_BOX(gtk_widget_get_ancestor(title, GTK_TYPE_CENTER_BOX));
  int wish = width_of(gtk_center_box_get_start_widget(bar)) +
             width_of(gtk_center_box_get_end_widget(bar)) + EDGES;
  for (int i = 0; words[i] != NULL; i++) {
    int word;
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(
        words[i], gtk_label_get_text(GTK_LABEL(words[i])));
    pango_layout_get_pixel_size(layout, &word, NULL);
    if (!gtk_widget_get_visible(words[i]))
      wish += word + GAP;
  }
  /* On a small screen too, lest the window be wider than that. */
  const gboolean fits = wish <= SMALL_PX && wish + width_of(title) <= width;
  for (int i = 0; words[i] != NULL; i++)
    gtk_widget_set_visible(words[i], fits);
}
