/* Actions that open and close: see study_commands.h. */
#include "ui/study/study_commands.h"

#include "core/language.h"
#include "ui/action_state.h"
#include "ui/chooser.h"
#include "ui/study/archive_dialog.h"

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

void
cap_study_commands_install(CapWindow *window)
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
  };
  g_action_map_add_action_entries(G_ACTION_MAP(window), entries,
                                  G_N_ELEMENTS(entries), window);
}

void
cap_study_commands_update(CapWindow *window)
{
  CapSession *session = cap_window_session(window);
  const CapPhase phase = cap_session_phase(session);
  const CapActionState states[] = {
      {"open-findings", phase == CAP_PHASE_READY},
      {"studies", cap_session_series_list(session) != NULL},
      {"close-study", phase != CAP_PHASE_EMPTY},
  };
  cap_action_states_set(G_ACTION_MAP(window), states, G_N_ELEMENTS(states));
}
