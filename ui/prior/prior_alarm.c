/* The alarm about an earlier scan: see prior_alarm.h. */
#include "ui/prior/prior_alarm.h"

#include "core/language.h"
#include "ui/follow.h"
#include <adwaita.h>

static const char *
heading(CapPriorStudy *prior)
{
  return cap_prior_study_is_other_patient(prior)
             ? _("These may be the images of another patient")
             : _("This may be the wrong scan to compare with");
}

/* The sentences, one a line. */
static char *
sentences(CapPriorStudy *prior)
{
  const GPtrArray *alarms = cap_prior_study_alarms(prior);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < alarms->len; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "",
                           (const char *)alarms->pdata[i]);
  return g_strdup(text->str);
}

static void
on_response(AdwMessageDialog *dialog, const char *response, gpointer data)
{
  if (g_str_equal(response, "compare"))
    cap_prior_study_confirm(data);
  else
    cap_prior_study_close(data);
}

GtkWindow *
cap_prior_alarm_new(GtkWindow *parent, CapPriorStudy *prior)
{
  g_autofree char *text = sentences(prior);
  GtkWidget *dialog = adw_message_dialog_new(parent, heading(prior), text);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG(dialog);
  gtk_widget_add_css_class(dialog, "alarm");
  adw_message_dialog_add_responses(message, "close", _("Close it"), "compare",
                                   _("Compare all the same"), NULL);
  adw_message_dialog_set_response_appearance(message, "compare",
                                             ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response(message, "close");
  adw_message_dialog_set_close_response(message, "close");
  g_signal_connect_object(dialog, "response", G_CALLBACK(on_response), prior,
                          0);
  return GTK_WINDOW(dialog);
}

/* ---- the strip ---- */

typedef struct {
  CapPriorStudy *prior; /* borrowed */
  GtkWidget *label;
} Strip;

static void
update(Strip *strip)
{
  const GPtrArray *alarms = cap_prior_study_alarms(strip->prior);
  gtk_widget_set_visible(strip->label, alarms->len > 0);
  if (alarms->len == 0)
    return;
  g_autofree char *text = sentences(strip->prior);
  g_autofree char *line = g_strdelimit(g_strdup(text), "\n", ' ');
  g_autofree char *whole =
      g_strdup_printf("⚠ %s. %s", heading(strip->prior), line);
  gtk_label_set_text(GTK_LABEL(strip->label), whole);
}

GtkWidget *
cap_prior_alarm_strip_new(CapPriorStudy *prior)
{
  Strip *strip = g_new0(Strip, 1);
  strip->prior = prior;
  strip->label = g_object_new(GTK_TYPE_LABEL, "accessible-role",
                              GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  gtk_label_set_wrap(GTK_LABEL(strip->label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(strip->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign(GTK_LABEL(strip->label), 0);
  gtk_widget_add_css_class(strip->label, "alarm-strip");
  g_object_set_data_full(G_OBJECT(strip->label), "cap-strip", strip, g_free);
  cap_follow(strip->label, prior, "changed", G_CALLBACK(update), strip);
  update(strip);
  return strip->label;
}
