/* The bars of the window: see window_bars.h. */
#include "ui/window_bars.h"

#include "core/language.h"
#include "ui/findings/finding_panel.h"
#include "ui/findings/findings_list.h"
#include "ui/measure/measurement_list.h"
#include "ui/prior/prior_section.h"
#include "ui/study/series_chooser.h"
#include "ui/view/key_images.h"

GtkWidget *
cap_series_bar_new(CapSession *session)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *chooser = cap_series_chooser_new(session);
  gtk_widget_set_vexpand(chooser, TRUE);
  gtk_box_append(GTK_BOX(box), chooser);
  gtk_box_append(GTK_BOX(box), cap_key_images_new(session));
  return box;
}

/* With nothing in it BELOW leaves all the room to the list. */
static void
show_below(GtkWidget *below)
{
  GtkWidget *measurements = gtk_widget_get_first_child(below);
  GtkWidget *panel = g_object_get_data(G_OBJECT(below), "cap-panel");
  gtk_widget_set_visible(below, gtk_widget_get_visible(measurements) ||
                                    gtk_widget_get_visible(panel));
}

/* The list keeps a third. */
GtkWidget *
cap_findings_bar_new(CapSession *session, CapPriorPairs *pairs,
                     GtkWidget **panel)
{
  GtkWidget *paned =
      g_object_new(GTK_TYPE_PANED, "orientation", GTK_ORIENTATION_VERTICAL,
                   "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *list = cap_findings_list_new(session);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller),
                                *panel = cap_finding_panel_new(session));
  GtkWidget *below = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_vexpand(scroller, TRUE);
  GtkWidget *const parts[] = {cap_measurement_list_new(session), *panel};
  gtk_box_append(GTK_BOX(below), parts[0]);
  gtk_box_append(GTK_BOX(below),
                 cap_finding_panel_pinned(CAP_FINDING_PANEL(*panel)));
  gtk_box_append(GTK_BOX(below), scroller);
  g_object_set_data(G_OBJECT(below), "cap-panel", *panel);
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    g_signal_connect_object(parts[i], "notify::visible", G_CALLBACK(show_below),
                            below, G_CONNECT_SWAPPED);
  show_below(below);
  cap_finding_panel_add_section(CAP_FINDING_PANEL(*panel),
                                cap_prior_section_new(pairs));
  gtk_widget_set_size_request(list, -1, 240);
  gtk_paned_set_start_child(GTK_PANED(paned), list);
  gtk_paned_set_end_child(GTK_PANED(paned), below);
  gtk_paned_set_resize_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_shrink_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_position(GTK_PANED(paned), 390);
  gtk_widget_set_size_request(paned, 380, -1);
  gtk_widget_add_css_class(paned, "sidebar");
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(paned), GTK_ACCESSIBLE_PROPERTY_LABEL,
      _("Findings above, the selected one below"), -1);
  return paned;
}
