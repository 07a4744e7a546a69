/* CapCompareTitle: see compare_title.h. */
#include "ui/prior/compare_title.h"

#include "core/date.h"
#include "core/language.h"
#include "ui/follow.h"

#include <adwaita.h>

/* How much is said: all of it, not how much earlier, nor the date where there
 * is something else to say. */
typedef enum { WHOLE, BRIEF, SHORT, N_LEVELS } Level;

typedef struct {
  CapPriorStudy *prior; /* borrowed */
  GtkWidget *squeezer, *labels[N_LEVELS];
  gboolean is_prior;
} Title;

static char *
current_text(CapPriorStudy *prior, Level level)
{
  const CapSource *now = cap_session_source(cap_prior_study_current(prior));
  g_autofree char *date = cap_date_text(now != NULL ? now->study_date : "");
  if (cap_prior_study_overlay(prior) != CAP_PRIOR_OVERLAY_OFF)
    return level == SHORT
               ? g_strdup(_("Current, the prior laid over it"))
               : g_strdup_printf(_("Current – %s – the prior laid over it"),
                                 date);
  return *date != '\0' ? g_strdup_printf(_("Current – %s"), date)
                       : g_strdup(_("Current – date not known"));
}

/* When the earlier scan was; but for WHOLE, without how much earlier, unless it
 * is later, or nobody knows. */
static char *
when_of(CapPriorStudy *prior, Level level)
{
  int days;
  const CapSource *then = cap_session_source(cap_prior_study_session(prior));
  return level != WHOLE && then != NULL && cap_prior_study_days(prior, &days) &&
                 days > 0
             ? cap_date_text(then->study_date)
             : cap_prior_study_when(prior);
}

static char *
prior_text(CapPriorStudy *prior, Level level)
{
  g_autofree char *when = when_of(prior, level);
  const gboolean brief = level == SHORT;
  if (cap_prior_study_is_other_patient(prior))
    return brief ? g_strdup(_("OTHER PATIENT"))
                 : g_strdup_printf(_("OTHER PATIENT – %s"), when);
  if (cap_session_volume(cap_prior_study_session(prior)) == NULL)
    return brief ? g_strdup(_("Prior, not read yet"))
                 : g_strdup_printf(_("Prior – %s – not read yet"), when);
  if (!cap_prior_study_in_step(prior))
    return brief ? g_strdup(_("Prior, not in step"))
                 : g_strdup_printf(_("Prior – %s – not in step"), when);
  if (!cap_prior_study_reaches(prior))
    return brief ? g_strdup(_("Prior, no image here"))
                 : g_strdup_printf(_("Prior – %s – no image here"), when);
  return g_strdup_printf(_("Prior – %s"), when);
}

static void
update(Title *title)
{
  const gboolean alarm =
      title->is_prior && cap_prior_study_is_other_patient(title->prior);
  (alarm ? gtk_widget_add_css_class
         : gtk_widget_remove_css_class)(title->squeezer, "other-patient");
  for (int level = WHOLE; level < N_LEVELS; level++) {
    GtkLabel *label = GTK_LABEL(title->labels[level]);
    g_autofree char *text = title->is_prior
                                ? prior_text(title->prior, (Level)level)
                                : current_text(title->prior, (Level)level);
    if (g_str_equal(text, gtk_label_get_text(label)))
      continue;
    gtk_label_set_text(label, text);
    if (level == WHOLE)
      gtk_widget_set_tooltip_text(title->squeezer, text);
  }
}

GtkWidget *
cap_compare_title_new(CapPriorStudy *prior, gboolean is_prior)
{
  Title *title = g_new0(Title, 1);
  title->prior = prior;
  title->is_prior = is_prior;
  title->squeezer = adw_squeezer_new();
  adw_squeezer_set_homogeneous(ADW_SQUEEZER(title->squeezer), FALSE);
  adw_squeezer_set_switch_threshold_policy(ADW_SQUEEZER(title->squeezer),
                                           ADW_FOLD_THRESHOLD_POLICY_NATURAL);
  for (int i = 0; i < N_LEVELS; i++) {
    title->labels[i] = gtk_label_new("");
    gtk_label_set_ellipsize(GTK_LABEL(title->labels[i]), PANGO_ELLIPSIZE_END);
    adw_squeezer_add(ADW_SQUEEZER(title->squeezer), title->labels[i]);
  }
  gtk_widget_add_css_class(title->squeezer, "compare-title");
  gtk_widget_add_css_class(title->squeezer, is_prior ? "prior" : "current");
  g_object_set_data_full(G_OBJECT(title->squeezer), "cap-title", title, g_free);
  cap_follow(title->squeezer, prior, "changed", G_CALLBACK(update), title);
  update(title);
  return title->squeezer;
}
