/* The window's actions: see commands.h. */
#include "ui/commands.h"

#include "core/language.h"
#include "io/review/history_words.h"
#include "ui/chooser.h"
#include "ui/edit/edit_commands.h"
#include "ui/history/history_window.h"
#include "ui/keys_window.h"
#include "ui/measure/measure_commands.h"
#include "ui/preferences/preferences_window.h"
#include "ui/preferences/reader_dialog.h"
#include "ui/prior/prior_commands.h"
#include "ui/report/report_dialog.h"
#include "ui/study/archive_dialog.h"
#include "ui/view/preset.h"
#include "ui/view/test_pattern.h"

/* ---- opening ---- */

typedef struct {
  const char *title;
  GtkFileChooserAction action;
  gboolean findings; /* what is chosen is a findings.json */
} Dialog;

static const Dialog folder_dialog = {
    N_("Open a folder"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, FALSE};
static const Dialog file_dialog = {N_("Open a file"),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, FALSE};
static const Dialog findings_dialog = {N_("Open findings.json"),
                                       GTK_FILE_CHOOSER_ACTION_OPEN, TRUE};

/* Several folders or files are opened together. */
static void
open_chosen(CapWindow *window, GtkFileChooser *chooser)
{
  g_autoptr(GListModel) files = gtk_file_chooser_get_files(chooser);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (guint i = 0; i < g_list_model_get_n_items(files); i++) {
    g_autoptr(GFile) file = g_list_model_get_item(files, i);
    g_autofree char *path = g_file_get_path(file);
    if (path != NULL)
      g_strv_builder_add(builder, path);
  }
  g_auto(GStrv) paths = g_strv_builder_end(builder);
  if (paths[0] != NULL)
    cap_window_open(window, (const char *const *)paths, NULL);
}

static void
on_response(GtkNativeDialog *native, int response, gpointer user_data)
{
  CapWindow *window = user_data;
  g_autoptr(GFile) file =
      response == GTK_RESPONSE_ACCEPT
          ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(native))
          : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path(file) : NULL;
  const Dialog *dialog = g_object_get_data(G_OBJECT(native), "cap-dialog");
  if (path != NULL && dialog->findings) {
    g_autofree char *study =
        g_strdup(cap_session_path(cap_window_session(window)));
    cap_window_open_path(window, study, path);
  } else if (path != NULL) {
    open_chosen(window, GTK_FILE_CHOOSER(native));
  } else if (file != NULL) {
    cap_window_toast(window, _("Only files on this computer can be opened."));
  }
  g_object_unref(native);
}

static void
show_dialog(CapWindow *window, const Dialog *dialog)
{
  GtkFileChooserNative *native =
      gtk_file_chooser_native_new(_(dialog->title), GTK_WINDOW(window),
                                  dialog->action, _("_Open"), _("_Cancel"));
  gtk_file_chooser_set_select_multiple(GTK_FILE_CHOOSER(native),
                                       !dialog->findings);
  g_object_set_data(G_OBJECT(native), "cap-dialog", (gpointer)dialog);
  cap_chooser_show(native, on_response, window);
}

static void
act_open(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show_dialog(data, &folder_dialog);
}

static void
act_open_file(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show_dialog(data, &file_dialog);
}

static void
act_open_findings(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show_dialog(data, &findings_dialog);
}

static void
on_study_retrieved(GtkWindow *dialog, const char *path, gpointer window)
{
  cap_window_open_path(window, path, NULL);
  gtk_window_destroy(dialog);
}

static void
act_open_archive(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWidget *dialog = cap_archive_dialog_new(data, NULL, NULL);
  g_signal_connect(dialog, "retrieved", G_CALLBACK(on_study_retrieved), data);
  gtk_window_present(GTK_WINDOW(dialog));
}

static void
act_open_path(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_window_open_path(data, g_variant_get_string(parameter, NULL), NULL);
}

static void
act_choose_series(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const int index = g_variant_get_int32(parameter);
  if (index != cap_session_series_index(cap_window_session(data)))
    cap_opener_choose(cap_window_opener(data), index);
  cap_window_show_studies(data, FALSE);
}

static void
act_studies(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const gboolean shown = g_str_equal(cap_window_page(data), "studies");
  cap_window_show_studies(data, !shown);
}

static void
act_cases(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_window_show_cases(data);
}

static void
act_close_study(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_opener_cancel(cap_window_opener(data));
}

static void
act_cancel(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapWindow *window = data;
  CapSession *session = cap_window_session(window);
  const CapPhase phase = cap_session_phase(session);
  if (cap_ruler_cancel(cap_session_ruler(session)))
    return; /* the tool stays in hand */
  if (phase == CAP_PHASE_SCANNING || phase == CAP_PHASE_LOADING)
    cap_opener_cancel(cap_window_opener(window));
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

static void
step(CapWindow *window, int by)
{
  CapSession *session = cap_window_session(window);
  if (g_list_model_get_n_items(cap_session_visible_items(session)) == 0)
    cap_window_toast(window, _("There are no findings to step through."));
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
      {"open", act_open},
      {"open-file", act_open_file},
      {"open-findings", act_open_findings},
      {"open-archive", act_open_archive},
      {"open-path", act_open_path, "s"},
      {"choose-series", act_choose_series, "i"},
      {"studies", act_studies},
      {"cases", act_cases},
      {"close-study", act_close_study},
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

static void
enable(CapWindow *window, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action(G_ACTION_MAP(window), name);
  if (G_IS_SIMPLE_ACTION(action))
    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
}

void
cap_commands_update(CapWindow *window)
{
  CapSession *session = cap_window_session(window);
  const CapPhase phase = cap_session_phase(session);
  const gboolean ready = phase == CAP_PHASE_READY;
  const gboolean reading = ready || phase == CAP_PHASE_LOADING;
  enable(window, "cancel",
         phase == CAP_PHASE_SCANNING || phase == CAP_PHASE_LOADING ||
             cap_session_detecting(session) ||
             cap_session_tool(session) != CAP_TOOL_NONE ||
             cap_ruler_draft(cap_session_ruler(session)) != NULL);
  enable(window, "studies", cap_session_series_list(session) != NULL);
  enable(window, "preset", reading);
  enable(window, "next-slab", reading);
  enable(window, "step-slab",
         reading && cap_look_slab(look_of(window)).kind != CAP_SLAB_OFF);
  enable(window, "layout", reading);
  enable(window, "maximise", reading);
  enable(window, "cine", reading);
  g_autoptr(GVariant) image_only =
      g_action_group_get_action_state(G_ACTION_GROUP(window), "image-only");
  enable(window, "image-only", reading || g_variant_get_boolean(image_only));
  enable(window, "key-image", ready);
  enable(window, "step-key-image", ready);
  enable(window, "fit", reading);
  enable(window, "open-findings", ready);
  enable(window, "close-study", phase != CAP_PHASE_EMPTY);
  enable(window, "detect",
         ready && !cap_session_detecting(session) &&
             *cap_session_undetectable(session) == '\0');
  enable(window, "report",
         ready && !cap_session_detecting(session) &&
             cap_session_findings(session) != NULL);
  enable(window, "next", reading);
  enable(window, "previous", reading);
  enable(window, "status", cap_session_selected(session) != NULL);
  enable(window, "comment", cap_session_selected(session) != NULL);
  CapReview *review = cap_session_review(session);
  enable(window, "undo", review != NULL && cap_review_can_undo(review, NULL));
  enable(window, "redo", review != NULL && cap_review_can_redo(review, NULL));
  enable(window, "history", reading);
  enable(window, "looked", ready && cap_session_is_blind(session));
  cap_edit_commands_update(window);
  cap_measure_commands_update(window);
  cap_prior_commands_update(window);
}
