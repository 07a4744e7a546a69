/* CapPriorBar: see prior_bar.h. */
#include "ui/prior/prior_bar.h"

#include "core/language.h"
#include "ui/follow.h"
#include "ui/icon_button.h"
#include "ui/label.h"
#include "ui/prior/prior_adjust.h"
#include "ui/prior/prior_alarm.h"
#include "ui/prior/prior_pairs_list.h"

typedef struct {
  CapPriorStudy *prior; /* borrowed */
  CapPriorAlignment *alignment;
  CapPriorPairs *pairs;
  GtkWidget *box, *name, *progress, *stop, *message, *another, *result, *align,
      *accept, *adjust, *in_step;
} Bar;

static char *
name_of(CapPriorStudy *prior)
{
  const CapSource *then = cap_session_source(cap_prior_study_session(prior));
  if (then == NULL)
    return g_strdup(_("Prior"));
  g_autofree char *when = cap_prior_study_when(prior);
  return *then->series_description != '\0'
             ? g_strdup_printf(_("Prior: %s  ·  %s"), when,
                               then->series_description)
             : g_strdup_printf(_("Prior: %s"), when);
}

/* What runs for the earlier scan: STAGE (borrowed) and how much of it. FALSE:
 * nothing. */
static gboolean
running(const Bar *bar, const char **stage, double *fraction)
{
  CapSession *session = cap_prior_study_session(bar->prior);
  const CapPhase phase = cap_session_phase(session);
  *stage = cap_session_stage(session);
  *fraction = cap_session_fraction(session);
  if (phase == CAP_PHASE_SCANNING || phase == CAP_PHASE_LOADING ||
      cap_session_detecting(session))
    return TRUE;
  *stage = cap_prior_alignment_stage(bar->alignment);
  *fraction = cap_prior_alignment_fraction(bar->alignment);
  return cap_prior_alignment_state(bar->alignment) == CAP_PRIOR_ALIGNING;
}

static void
update_progress(const Bar *bar)
{
  const char *stage;
  double fraction;
  const gboolean busy = running(bar, &stage, &fraction);
  gtk_widget_set_visible(bar->progress, busy);
  gtk_widget_set_visible(bar->stop, busy);
  if (!busy)
    return;
  const char *words = *stage != '\0' ? _(stage) : _("working");
  g_autofree char *text = g_strdup_printf("%s  %.0f %%", words, fraction * 100);
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(bar->progress), fraction);
  gtk_progress_bar_set_text(GTK_PROGRESS_BAR(bar->progress), text);
}

/* How the scans lie on each other, and whether that is good for pairs. */
static void
update_alignment(const Bar *bar)
{
  const CapPriorAlignmentState state =
      cap_prior_alignment_state(bar->alignment);
  const gboolean shown = cap_prior_study_is_shown(bar->prior);
  const gboolean idle = shown && state != CAP_PRIOR_ALIGNING;
  const gboolean accepted = cap_prior_alignment_is_accepted(bar->alignment);
  const gboolean doubtful = state == CAP_PRIOR_ALIGNMENT_FAILED ||
                            (state == CAP_PRIOR_ALIGNED && !accepted &&
                             cap_prior_alignment_now(bar->alignment).overlap <
                                 CAP_ALIGNMENT_DOUBTFUL);
  g_autofree char *described = cap_prior_alignment_describe(bar->alignment);
  const char *failure = cap_prior_alignment_message(bar->alignment);
  g_autofree char *text =
      state == CAP_PRIOR_ALIGNMENT_FAILED
          ? g_strdup_printf(_("Not aligned: %s"), failure)
      : doubtful ? g_strdup_printf(_("⚠ Look before you accept: %s"), described)
                 : g_strdup(described);
  gtk_label_set_text(GTK_LABEL(bar->result), text);
  gtk_widget_set_tooltip_text(bar->result, text);
  gtk_widget_set_visible(bar->result, idle);
  (doubtful ? gtk_widget_add_css_class
            : gtk_widget_remove_css_class)(bar->result, "grave");
  gtk_widget_set_visible(bar->align,
                         idle && state == CAP_PRIOR_UNALIGNED &&
                             cap_prior_alignment_can_start(bar->alignment));
  gtk_widget_set_visible(bar->accept, idle && !accepted);
  gtk_widget_set_visible(bar->adjust, idle);
}

static void
update(Bar *bar)
{
  CapSession *session = cap_prior_study_session(bar->prior);
  const gboolean failed = cap_session_phase(session) == CAP_PHASE_FAILED;
  gtk_widget_set_visible(bar->box, cap_prior_study_is_open(bar->prior));
  g_autofree char *name = name_of(bar->prior);
  gtk_label_set_text(GTK_LABEL(bar->name), name);
  gtk_widget_set_tooltip_text(bar->name, name);
  gtk_widget_set_visible(bar->message, failed);
  gtk_widget_set_visible(bar->another, failed);
  gtk_label_set_text(GTK_LABEL(bar->message), cap_session_message(session));
  gtk_widget_set_tooltip_text(bar->message, cap_session_message(session));
  gtk_widget_set_visible(bar->in_step, cap_prior_study_is_shown(bar->prior));
  update_progress(bar);
  update_alignment(bar);
}

static GtkWidget *
text_new(const char *css_class)
{
  GtkWidget *label = cap_label_ellipsized_new("", css_class);
  gtk_label_set_width_chars(GTK_LABEL(label), 12);
  return label;
}

static GtkWidget *
action_new(const char *label, const char *action, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_with_label(label);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  gtk_widget_set_tooltip_text(button, tooltip);
  return button;
}

static void
make_labels(Bar *bar)
{
  bar->name = text_new("finding-name");
  bar->message = text_new("grave");
  bar->result = text_new("quiet");
  gtk_widget_set_hexpand(bar->result, TRUE);
  bar->progress = gtk_progress_bar_new();
  gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(bar->progress), TRUE);
  gtk_progress_bar_set_ellipsize(GTK_PROGRESS_BAR(bar->progress),
                                 PANGO_ELLIPSIZE_END);
  gtk_widget_set_size_request(bar->progress, 160, -1);
  gtk_widget_set_hexpand(bar->progress, TRUE);
  gtk_widget_set_valign(bar->progress, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(bar->progress),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Work on the earlier scan"), -1);
}

static void
make_buttons(Bar *bar)
{
  bar->stop = action_new(_("Stop"), "win.stop-prior",
                         _("Stop what is done for the earlier scan"));
  bar->another = action_new(_("Choose another…"), "win.open-prior",
                            _("Another earlier scan"));
  bar->align = action_new(_("Align"), "win.align-prior",
                          _("Lay the lungs on each other by registration"));
  bar->accept =
      action_new(_("Accept"), "win.accept-prior",
                 _("The scans lie well on each other: pair their nodules"));
  gtk_widget_add_css_class(bar->accept, "suggested-action");
  bar->adjust = cap_prior_adjust_new(bar->alignment);
  bar->in_step = gtk_toggle_button_new_with_label(_("In step"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(bar->in_step),
                                 "win.prior-in-step");
  gtk_widget_set_tooltip_text(bar->in_step,
                              _("Scroll both scans together (Y)"));
}

static GtkWidget *
close_new(void)
{
  GtkWidget *close =
      cap_icon_button_new("window-close-symbolic", _("Close the earlier scan"));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(close), "win.close-prior");
  return close;
}

static GtkWidget *
row_new(Bar *bar)
{
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class(row, "tool-row");
  make_labels(bar);
  make_buttons(bar);
  GtkWidget *const parts[] = {
      bar->name,    bar->message,
      bar->another, bar->progress,
      bar->stop,    bar->result,
      bar->align,   bar->accept,
      bar->adjust,  cap_prior_pairs_list_new(bar->pairs),
      bar->in_step, close_new()};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    gtk_box_append(GTK_BOX(row), parts[i]);
  return row;
}

GtkWidget *
cap_prior_bar_new(CapPriorPairs *pairs)
{
  Bar *bar = g_new0(Bar, 1);
  CapPriorAlignment *alignment = cap_prior_pairs_alignment(pairs);
  CapPriorStudy *prior = cap_prior_pairs_prior(pairs);
  CapSession *session = cap_prior_study_session(prior);
  bar->prior = prior;
  bar->alignment = alignment;
  bar->pairs = pairs;
  bar->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(bar->box), cap_prior_alarm_strip_new(prior));
  gtk_box_append(GTK_BOX(bar->box), row_new(bar));
  g_object_set_data_full(G_OBJECT(bar->box), "cap-prior-bar", bar, g_free);
  const struct {
    gpointer object;
    const char *signal;
  } sources[] = {
      {prior, "changed"},
      {prior, "notify::shown"},
      {alignment, "changed"},
      {session, "notify::stage"},
      {session, "notify::fraction"},
      {session, "notify::detecting"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(sources); i++)
    cap_follow(bar->box, sources[i].object, sources[i].signal,
               G_CALLBACK(update), bar);

  update(bar);
  return bar->box;
}
