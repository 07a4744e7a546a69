/* The window's actions: see commands.h. */
#include "ui/commands.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "io/review/history_words.h"
#include "ui/action_state.h"
#include "ui/edit/edit_commands.h"
#include "ui/history/history_window.h"
#include "ui/keys_window.h"
#include "ui/measure/measure_commands.h"
#include "ui/preferences/preferences_window.h"
#include "ui/preferences/reader_dialog.h"
#include "ui/prior/prior_commands.h"
#include "ui/report/report_dialog.h"
#include "ui/study/study_commands.h"
#include "ui/view/preset.h"
#include "ui/view/test_pattern.h"

/* ---- work ---- */

/* There is something that Escape stops or puts down. */
static gboolean
is_busy(CapSession *session)
{
  const CapPhase phase = cap_session_phase(session);
  return phase == CAP_PHASE_SCANNING || phase == CAP_PHASE_LOADING ||
         cap_session_detecting(session) ||
         cap_session_tool(session) != CAP_TOOL_NONE ||
         cap_ruler_draft(cap_session_ruler(session)) != NULL;
}

static void
act_cancel(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapWindow *window = data;
  CapSession *session = cap_window_session(window);
  const CapPhase phase = cap_session_phase(session);
  if (cap_ruler_cancel(cap_session_ruler(session)))
    return; /* the tool stays in hand */
  if (phase == CAP_PHASE_SCANNING || phase == CAP_PHASE_LOADING) {
    cap_opener_cancel(cap_window_opener(window));
    cap_window_toast(window, _("Opening was stopped."));
  }
  if (!is_busy(session))
    cap_session_select(session, NULL, FALSE);
  cap_detection_cancel(cap_window_detection(window));
  cap_session_set_tool(session, CAP_TOOL_NONE);
}

/* ---- looking ---- */

static void
act_preset(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const int number = g_variant_get_int32(parameter);
  if (number < 1 || number > CAP_N_PRESETS)
    return;
  const CapPreset *preset = &cap_presets[number - 1];
  cap_look_set_window(cap_session_look(cap_window_session(data)),
                      preset->window_hu, preset->level_hu);
}

static CapLook *
look_of(CapWindow *window)
{
  return cap_session_look(cap_window_session(window));
}

static void
act_next_slab(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_look_cycle_slab(look_of(data));
}

static void
act_step_slab(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_look_step_slab(look_of(data), g_variant_get_int32(parameter));
}

static void
act_layout(GSimpleAction *action, GVariant *state, gpointer data)
{
  CapLayout layout;
  if (!cap_layout_parse(g_variant_get_string(state, NULL), &layout) ||
      (cap_layout_compares(layout) &&
       !cap_prior_study_is_shown(
           cap_prior_pairs_prior(cap_window_prior_pairs(data)))))
    return;
  cap_views_set_layout(cap_window_views(data), layout);
  g_simple_action_set_state(action, state);
}

static void
act_cine(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_window_toggle_cine(data);
}

static void
act_test_pattern(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present(GTK_WINDOW(cap_test_pattern_window_new(data)));
}

static void
act_maximise(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_views_toggle_maximised(cap_window_views(data));
}

static void
act_fit(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  for (int plane = 0; plane < 3; plane++)
    cap_pane_fit(cap_views_pane(cap_window_views(data), (CapPlane)plane));
}

static void
act_image_only(GSimpleAction *action, GVariant *state, gpointer data)
{
  cap_window_set_image_only(data, g_variant_get_boolean(state));
  g_simple_action_set_state(action, state);
}

static void
act_key_image(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapSession *session = cap_window_session(data);
  CapPane *pane = cap_views_active(cap_window_views(data));
  const CapImageField field = cap_pane_field(pane);
  cap_window_toast(
      data, cap_session_toggle_key_image(session, cap_pane_plane(pane), &field)
                ? _("Key image marked; the series bar (F9) lists it.")
                : _("No longer a key image."));
}

static void
act_step_key_image(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (!cap_session_step_key_image(cap_window_session(data),
                                  g_variant_get_int32(parameter)))
    cap_window_toast(data, _("No key image is marked in this series."));
}

/* ---- findings ---- */

/* Why no finding is listed; of hidden ones not even that there are any. */
static const char *
why_none(CapSession *session)
{
  if (cap_session_detecting(session))
    return _("The search for nodules is still running.");
  const CapResult result = cap_session_result(session, NULL);
  if (result == CAP_RESULT_NOT_SEARCHED)
    return *cap_session_undetectable(session) != '\0'
               ? _("This series cannot be searched for nodules.")
               : _("This series has not been searched for nodules yet.");
  if (cap_session_is_blind(session))
    return _("What the software found is hidden until you have looked.");
  return result == CAP_RESULT_NOT_EVALUABLE
             ? _("This scan could not be evaluated.")
             : _("There are no findings to step through.");
}

static void
step(CapWindow *window, int by)
{
  CapSession *session = cap_window_session(window);
  if (g_list_model_get_n_items(cap_session_visible_items(session)) == 0)
    cap_window_toast(window, why_none(session));
  else if (!cap_session_select_step(session, by))
    cap_window_toast(window, by > 0 ? _("This is the last finding.")
                                    : _("This is the first finding."));
}

static void
act_detect(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_detection_start(cap_window_detection(data));
}

static void
act_load_report(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_report_loader_load(cap_window_report_loader(data));
}

static void
act_report(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapWindow *window = data;
  gtk_window_present(
      cap_report_dialog_new(GTK_WINDOW(window), cap_window_session(window)));
}

static void
act_next(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step(data, 1);
}

static void
act_previous(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step(data, -1);
}

static void
act_status(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapStatus status;
  if (cap_status_parse(g_variant_get_string(parameter, NULL), &status))
    cap_session_set_status(cap_window_session(data), status);
}

static void
act_undo(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapSession *session = cap_window_session(data);
  CapReview *review = cap_session_review(session);
  CapAct act;
  if (review == NULL || !cap_review_can_undo(review, &act) ||
      !cap_session_undo(session))
    return;
  g_autofree char *text =
      g_strdup_printf(_("Undone: %s."), cap_history_act(act));
  cap_window_toast(data, text);
}

static void
act_redo(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapSession *session = cap_window_session(data);
  CapReview *review = cap_session_review(session);
  CapAct act;
  if (review == NULL || !cap_review_can_redo(review, &act) ||
      !cap_session_redo(session))
    return;
  g_autofree char *text =
      g_strdup_printf(_("Done again: %s."), cap_history_act(act));
  cap_window_toast(data, text);
}

static void
act_history(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_history_window_show(GTK_WINDOW(data), cap_window_session(data));
}

static void
act_comment(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_window_focus_comment(data);
}

static void
act_looked(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_session_say_looked(cap_window_session(data));
}

static void
act_reader(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_reader_dialog_show(GTK_WINDOW(data), cap_window_session(data));
}

static void
act_preferences(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWidget *preferences = cap_preferences_window_new(data);
  if (preferences != NULL)
    gtk_window_present(GTK_WINDOW(preferences));
  else
    cap_window_toast(data, _("Preferences cannot be kept: their schema is not "
                             "installed."));
}

/* ---- about ---- */

static void
act_shortcuts(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_present(GTK_WINDOW(cap_keys_window_new(GTK_WINDOW(data))));
}

static void
act_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window(GTK_WINDOW(data), "application-name", "Capsight",
                        "application-icon", "org.capsight.Viewer", "version",
                        CAP_VERSION, "comments",
                        _("Finds lung nodules on chest CT with a 3D capsule "
                          "network and shows why."
                          "\n\nNot for diagnostic use."),
                        "license-type", GTK_LICENSE_APACHE_2_0, NULL);
}

void
cap_commands_install(CapWindow *window)
{
  static const GActionEntry entries[] = {
      {"cancel", act_cancel},
      {"preset", act_preset, "i"},
      {"next-slab", act_next_slab},
      {"step-slab", act_step_slab, "i"},
      {"layout", NULL, "s", "'large'", act_layout},
      {"maximise", act_maximise},
      {"cine", act_cine},
      {"test-pattern", act_test_pattern},
      {"fit", act_fit},
      {"image-only", NULL, NULL, "false", act_image_only},
      {"key-image", act_key_image},
      {"step-key-image", act_step_key_image, "i"},
      {"detect", act_detect},
      {"report", act_report},
      {"load-report", act_load_report},
      {"next", act_next},
      {"previous", act_previous},
      {"status", act_status, "s"},
      {"undo", act_undo},
      {"redo", act_redo},
      {"history", act_history},
      {"comment", act_comment},
      {"looked", act_looked},
      {"reader", act_reader},
      {"preferences", act_preferences},
      {"shortcuts", act_shortcuts},
      {"about", act_about},
  };
  g_action_map_add_action_entries(G_ACTION_MAP(window), entries,
                                  G_N_ELEMENTS(entries), window);
}

void
cap_commands_update(CapWindow *window)
{
  CapSession *session = cap_window_session(window);
  const CapPhase phase = cap_session_phase(session);
  const gboolean ready = phase == CAP_PHASE_READY;
  const gboolean reading = ready || phase == CAP_PHASE_LOADING;
  const gboolean chosen = cap_session_selected(session) != NULL;
  const gboolean slab = cap_look_slab(look_of(window)).kind != CAP_SLAB_OFF;
  const CapReview *review = cap_session_review(session);
  g_autoptr(GVariant) image_only =
      g_action_group_get_action_state(G_ACTION_GROUP(window), "image-only");
  const CapActionState states[] = {
      {"cancel", chosen || is_busy(session)},
      {"preset", reading && !(cap_session_unknown(session) & CAP_UNKNOWN_HU)},
      {"next-slab", reading},
      {"step-slab", reading && slab},
      {"layout", reading},
      {"maximise", reading},
      {"cine", reading},
      {"image-only", reading || g_variant_get_boolean(image_only)},
      {"key-image", ready},
      {"step-key-image", ready},
      {"fit", reading},
      {"detect", ready && !cap_session_detecting(session) &&
                     *cap_session_undetectable(session) == '\0'},
      {"report", ready && !cap_session_detecting(session) &&
                     cap_session_findings(session) != NULL},
      {"next", reading},
      {"previous", reading},
      {"status", chosen},
      {"comment", chosen},
      {"undo", review != NULL && cap_review_can_undo(review, NULL)},
      {"redo", review != NULL && cap_review_can_redo(review, NULL)},
      {"history", reading},
      {"looked", ready && cap_session_is_blind(session)},
  };
  cap_action_states_set(G_ACTION_MAP(window), states, G_N_ELEMENTS(states));
  cap_study_commands_update(window);
  cap_edit_commands_update(window);
  cap_measure_commands_update(window);
  cap_prior_commands_update(window);
}
