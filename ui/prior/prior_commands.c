/* Actions about an earlier scan: see prior_commands.h. */
#include "ui/prior/prior_commands.h"

#include "core/language.h"
#include "ui/action_state.h"
#include "ui/prior/prior_alarm.h"
#include "ui/prior/prior_dialog.h"

#define LAYOUT_BEFORE "cap-layout-before"

static CapPriorStudy *
prior_of(CapWindow *window)
{
  return cap_prior_pairs_prior(cap_window_prior_pairs(window));
}

static CapPriorAlignment *
alignment_of(CapWindow *window)
{
  return cap_prior_pairs_alignment(cap_window_prior_pairs(window));
}

static void
act_open_prior(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present(cap_prior_dialog_new(data, prior_of(data)));
}

static void
act_open_prior_series(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_prior_study_open_series(prior_of(data), g_variant_get_int32(parameter));
}

static void
act_open_prior_path(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_prior_study_open(prior_of(data), g_variant_get_string(parameter, NULL),
                       NULL);
}

static void
act_close_prior(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_prior_study_close(prior_of(data));
}

/* ---- alignment and pairs ---- */

static void
act_align(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_prior_alignment_start(alignment_of(data));
}

/* Whatever runs for the earlier scan. */
static void
act_stop(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapPriorStudy *prior = prior_of(data);
  const CapPhase phase = cap_session_phase(cap_prior_study_session(prior));
  cap_prior_alignment_cancel(alignment_of(data));
  cap_prior_study_stop_detection(prior);
  if (phase == CAP_PHASE_SCANNING || phase == CAP_PHASE_LOADING)
    cap_prior_study_close(prior);
}

static void
act_accept(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_prior_alignment_accept(alignment_of(data));
}

static void
act_match(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapPriorStudy *prior = prior_of(data);
  CapPriorMap map = *cap_prior_study_map(prior);
  cap_prior_map_match(&map, cap_session_position(cap_window_session(data)),
                      cap_session_position(cap_prior_study_session(prior)));
  cap_prior_study_set_map(prior, &map);
  cap_prior_study_set_in_step(prior, TRUE);
}

static void
act_reset(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapPriorAlignment *alignment = alignment_of(data);
  cap_prior_alignment_use(alignment, cap_prior_study_map(prior_of(data))->kind);
}

static void
act_overlay(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_prior_study_cycle_overlay(prior_of(data));
}

static void
act_detect(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_prior_study_detect(prior_of(data));
}

static void
act_pair(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapPriorPairs *pairs = cap_window_prior_pairs(data);
  const char *obstacle = cap_prior_pairs_obstacle(pairs);
  if (obstacle != NULL)
    cap_window_toast(data, obstacle);
  else
    cap_prior_pairs_make(pairs);
}

/* ---- following the earlier scan ---- */

static void
on_alarm(CapWindow *window)
{
  gtk_window_present(cap_prior_alarm_new(GTK_WINDOW(window), prior_of(window)));
}

/* Side by side while there is something to compare with, then as it was. */
static void
on_shown(CapWindow *window)
{
  CapViews *views = cap_window_views(window);
  const gboolean compares = cap_layout_compares(cap_views_layout(views));
  const gboolean shown = cap_prior_study_is_shown(prior_of(window));
  const char *layout = NULL;
  if (shown && !compares) {
    g_object_set_data(G_OBJECT(window), LAYOUT_BEFORE,
                      (gpointer)cap_layout_name(cap_views_layout(views)));
    layout = cap_layout_name(CAP_LAYOUT_COMPARE);
  } else if (!shown && compares) {
    layout = g_object_get_data(G_OBJECT(window), LAYOUT_BEFORE);
  }
  if (layout != NULL)
    g_action_group_change_action_state(G_ACTION_GROUP(window), "layout",
                                       g_variant_new_string(layout));
  cap_prior_commands_update(window);
}

static void
on_warning(CapWindow *window, const char *text)
{
  g_autofree char *sentence = g_strdup_printf(_("Earlier scan: %s"), text);
  cap_window_toast(window, sentence);
}

void
cap_prior_commands_install(CapWindow *window)
{
  static const GActionEntry entries[] = {
      {"open-prior", act_open_prior},
      {"open-prior-series", act_open_prior_series, "i"},
      {"open-prior-path", act_open_prior_path, "s"},
      {"close-prior", act_close_prior},
      {"align-prior", act_align},
      {"stop-prior", act_stop},
      {"accept-prior", act_accept},
      {"match-prior", act_match},
      {"reset-prior", act_reset},
      {"prior-overlay", act_overlay},
      {"detect-prior", act_detect},
      {"pair-prior", act_pair},
  };
  CapPriorStudy *prior = prior_of(window);
  g_action_map_add_action_entries(G_ACTION_MAP(window), entries,
                                  G_N_ELEMENTS(entries), window);
  g_autoptr(GPropertyAction) in_step =
      g_property_action_new("prior-in-step", prior, "in-step");
  g_action_map_add_action(G_ACTION_MAP(window), G_ACTION(in_step));
  g_signal_connect_object(prior, "alarm", G_CALLBACK(on_alarm), window,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(prior, "notify::shown", G_CALLBACK(on_shown), window,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(prior, "notify::open",
                          G_CALLBACK(cap_prior_commands_update), window,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(cap_prior_study_session(prior), "warning",
                          G_CALLBACK(on_warning), window, G_CONNECT_SWAPPED);
}

void
cap_prior_commands_update(CapWindow *window)
{
  const gboolean ready =
      cap_session_phase(cap_window_session(window)) == CAP_PHASE_READY;
  CapPriorStudy *prior = prior_of(window);
  const gboolean shown = cap_prior_study_is_shown(prior);
  const char *why = cap_session_undetectable(cap_prior_study_session(prior));
  const CapActionState states[] = {
      {"open-prior", ready},
      {"open-prior-series", ready},
      {"open-prior-path", ready},
      {"close-prior", cap_prior_study_is_open(prior)},
      {"align-prior", shown},
      {"accept-prior", shown},
      {"match-prior", shown},
      {"reset-prior", shown},
      {"detect-prior", shown && *why == '\0'},
      {"pair-prior", shown},
      {"prior-overlay", shown},
  };
  cap_action_states_set(G_ACTION_MAP(window), states, G_N_ELEMENTS(states));
}
