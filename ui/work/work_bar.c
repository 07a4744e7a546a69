/* CapWorkBar: see work_bar.h. */
#include "ui/work/work_bar.h"

#include "ui/follow.h"
#include "ui/label.h"
#include "ui/phrase.h"

#include <adwaita.h>

typedef struct {
  GtkWidget *revealer, *label, *bar;
  CapSession *session;
} WorkBar;

static void
update(WorkBar *work)
{
  const CapPhase phase = cap_session_phase(work->session);
  const gboolean busy = phase == CAP_PHASE_SCANNING ||
                        phase == CAP_PHASE_LOADING ||
                        cap_session_detecting(work->session);
  gtk_revealer_set_reveal_child(GTK_REVEALER(work->revealer), busy);
  gtk_widget_set_can_target(work->revealer, busy); /* its room is kept */
  GtkWidget *toasts =
      gtk_widget_get_ancestor(work->revealer, ADW_TYPE_TOAST_OVERLAY);
  if (toasts != NULL && busy)
    gtk_widget_add_css_class(toasts, "busy");
  else if (toasts != NULL)
    gtk_widget_remove_css_class(toasts, "busy");
  if (!busy)
    return;
  const char *stage = cap_session_stage(work->session);
  const double fraction = cap_session_fraction(work->session);
  g_autofree char *sentence =
      cap_phrase_capital(*stage != '\0' ? stage : N_("working"));
  gtk_label_set_text(GTK_LABEL(work->label), sentence);
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(work->bar), fraction);
  g_autofree char *percent = g_strdup_printf("%.0f %%", fraction * 100);
  gtk_progress_bar_set_text(GTK_PROGRESS_BAR(work->bar), percent);
}

GtkWidget *
cap_work_bar_new(CapSession *session)
{
  WorkBar *work = g_new0(WorkBar, 1);
  work->session = session;
  work->revealer = gtk_revealer_new();
  gtk_revealer_set_transition_type(GTK_REVEALER(work->revealer),
                                   GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_widget_set_halign(work->revealer, GTK_ALIGN_CENTER);
  gtk_widget_set_valign(work->revealer, GTK_ALIGN_END);

  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class(box, "work-bar");
  work->label = cap_label_wrapped_new("", NULL, -1);
  gtk_label_set_width_chars(GTK_LABEL(work->label), 14);
  work->bar = gtk_progress_bar_new();
  gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(work->bar), TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(work->bar),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, _("Progress"),
                                 -1);
  GtkWidget *stop = gtk_button_new_with_label(_("Stop"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(stop), "win.cancel");
  gtk_widget_set_valign(stop, GTK_ALIGN_CENTER);
  GtkWidget *told = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_append(GTK_BOX(told), work->label);
  gtk_box_append(GTK_BOX(told), work->bar);
  gtk_box_append(GTK_BOX(box), told);
  gtk_box_append(GTK_BOX(box), stop);
  gtk_revealer_set_child(GTK_REVEALER(work->revealer), box);

  g_object_set_data_full(G_OBJECT(work->revealer), "cap-work-bar", work,
                         g_free);
  static const char *const details[] = {"notify::phase", "notify::detecting",
                                        "notify::stage", "notify::fraction"};
  for (guint i = 0; i < G_N_ELEMENTS(details); i++)
    cap_follow(work->revealer, session, details[i], G_CALLBACK(update), work);

  update(work);
  return work->revealer;
}
