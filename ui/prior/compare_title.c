/* CapCompareTitle: see compare_title.h. */
#include "ui/prior/compare_title.h"

#include "core/language.h"
#include "ui/follow.h"
#include "ui/view/annotation.h"

typedef struct {
  CapPriorStudy *prior; /* borrowed */
  GtkWidget *label;
  gboolean is_prior;
} Title;

static char *
current_text(CapPriorStudy *prior)
{
  const CapSource *now = cap_session_source(cap_prior_study_current(prior));
  g_autofree char *date =
      cap_annotation_date(now != NULL ? now->study_date : "");
  if (cap_prior_study_overlay(prior) != CAP_PRIOR_OVERLAY_OFF)
    return g_strdup_printf(_("Current – %s – the prior laid over it"), date);
  return *date != '\0' ? g_strdup_printf(_("Current – %s"), date)
                       : g_strdup(_("Current – date not known"));
}

static char *
prior_text(CapPriorStudy *prior)
{
  g_autofree char *when = cap_prior_study_when(prior);
  if (cap_prior_study_is_other_patient(prior))
    return g_strdup_printf(_("OTHER PATIENT – %s"), when);
  if (cap_session_volume(cap_prior_study_session(prior)) == NULL)
    return g_strdup_printf(_("Prior – %s – not read yet"), when);
  if (!cap_prior_study_in_step(prior))
    return g_strdup_printf(_("Prior – %s – not in step"), when);
  if (!cap_prior_study_reaches(prior))
    return g_strdup_printf(_("Prior – %s – no image here"), when);
  return g_strdup_printf(_("Prior – %s"), when);
}

static void
update(Title *title)
{
  g_autofree char *text =
      title->is_prior ? prior_text(title->prior) : current_text(title->prior);
  if (g_str_equal(text, gtk_label_get_text(GTK_LABEL(title->label))))
    return;
  gtk_label_set_text(GTK_LABEL(title->label), text);
  gtk_widget_set_tooltip_text(title->label, text);
}

GtkWidget *
cap_compare_title_new(CapPriorStudy *prior, gboolean is_prior)
{
  Title *title = g_new0(Title, 1);
  title->prior = prior;
  title->is_prior = is_prior;
  title->label = gtk_label_new("");
  gtk_label_set_ellipsize(GTK_LABEL(title->label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class(title->label, "compare-title");
  gtk_widget_add_css_class(title->label, is_prior ? "prior" : "current");
  g_object_set_data_full(G_OBJECT(title->label), "cap-title", title, g_free);
  cap_follow(title->label, prior, "changed", G_CALLBACK(update), title);
  update(title);
  return title->label;
}
