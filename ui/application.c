/* CapApplication: see application.h. */
#include "ui/application.h"

#include "ui/preferences/preferences.h"
#include "ui/session/session_weights.h"
#include "ui/ui-resources.h"
#include "ui/window.h"

#include <stdio.h>

#define RESOURCES "/org/capsight/Viewer"

void
cap_application_init_resources(void)
{
  static gsize once;
  if (!g_once_init_enter(&once))
    return;
  g_resources_register(cap_ui_get_resource());
  g_once_init_leave(&once, 1);
}

static void
apply_scheme(GSettings *settings)
{
  g_autofree char *word = g_settings_get_string(settings, "color-scheme");
  adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                     g_str_equal(word, "desktop")
                                         ? ADW_COLOR_SCHEME_DEFAULT
                                         : ADW_COLOR_SCHEME_FORCE_DARK);
}

/* A reading room is dark, unless the reader wants otherwise. */
static void
follow_scheme(GApplication *application)
{
  adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                     ADW_COLOR_SCHEME_FORCE_DARK);
  GSettings *settings = cap_preferences_new();
  if (settings == NULL)
    return;
  apply_scheme(settings);
  g_signal_connect(settings, "changed::color-scheme", G_CALLBACK(apply_scheme),
                   NULL);
  g_object_set_data_full(G_OBJECT(application), "cap-settings", settings,
                         g_object_unref);
}

/* Borrowed: the display keeps it. */
static GtkCssProvider *
add_style(GdkDisplay *display, const char *resource, guint priority)
{
  g_autoptr(GtkCssProvider) provider = gtk_css_provider_new();
  if (resource != NULL)
    gtk_css_provider_load_from_resource(provider, resource);
  gtk_style_context_add_provider_for_display(
      display, GTK_STYLE_PROVIDER(provider), priority);
  return provider;
}

static void
apply_contrast(GtkCssProvider *provider)
{
  if (adw_style_manager_get_high_contrast(adw_style_manager_get_default()))
    gtk_css_provider_load_from_resource(provider, RESOURCES "/style-hc.css");
  else
    gtk_css_provider_load_from_data(provider, "", -1);
}

static void
follow_contrast(GdkDisplay *display)
{
  GtkCssProvider *provider =
      add_style(display, NULL, GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  g_signal_connect_object(adw_style_manager_get_default(),
                          "notify::high-contrast", G_CALLBACK(apply_contrast),
                          provider, G_CONNECT_SWAPPED);
  apply_contrast(provider);
}

static void
on_startup(GApplication *application, gpointer data)
{
  follow_scheme(application);
  GdkDisplay *display = gdk_display_get_default();
  add_style(display, RESOURCES "/style.css",
            GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  follow_contrast(display);
  gtk_icon_theme_add_resource_path(gtk_icon_theme_get_for_display(display),
                                   RESOURCES "/icons");
  gtk_window_set_default_icon_name(CAP_APPLICATION_ID);
}

static CapWindow *
new_window(AdwApplication *application)
{
  CapWindow *window = cap_window_new(application);
  gtk_window_present(GTK_WINDOW(window));
  return window;
}

static void
on_activate(GApplication *application, gpointer data)
{
  if (gtk_application_get_active_window(GTK_APPLICATION(application)) == NULL)
    new_window(ADW_APPLICATION(application));
}

static void
on_open(GApplication *application, GFile **files, int n_files, const char *hint,
        gpointer data)
{
  for (int i = 0; i < n_files; i++) {
    g_autofree char *path = g_file_get_path(files[i]);
    CapWindow *window = new_window(ADW_APPLICATION(application));
    if (path != NULL)
      cap_window_open_path(window, path, NULL);
    else
      cap_window_toast(window, "Only files on this computer can be opened.");
  }
}

static int
on_command_line(GApplication *application, GApplicationCommandLine *line,
                gpointer data)
{
  GVariantDict *options = g_application_command_line_get_options_dict(line);
  g_autofree const char **paths = NULL; /* strings belong to the options */
  const char *findings = NULL, *weights = NULL;
  g_variant_dict_lookup(options, G_OPTION_REMAINING, "^a&ay", &paths);
  g_variant_dict_lookup(options, "findings", "^&ay", &findings);
  g_variant_dict_lookup(options, "weights", "^&ay", &weights);
  if (paths == NULL || paths[0] == NULL) {
    if (findings != NULL) {
      g_application_command_line_printerr(
          line, "capsight-viewer: --findings needs the PATH of the series that "
                "they belong to [CAP-001]\n");
      return 2;
    }
    on_activate(application, NULL);
  }
  if (paths == NULL || paths[0] == NULL)
    return 0;
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (int i = 0; paths[i] != NULL; i++) {
    g_autoptr(GFile) file =
        g_application_command_line_create_file_for_arg(line, paths[i]);
    g_autofree char *path = g_file_get_path(file);
    g_strv_builder_add(builder, path != NULL ? path : paths[i]);
  }
  g_auto(GStrv) all = g_strv_builder_end(builder);
  CapWindow *window = new_window(ADW_APPLICATION(application));
  if (weights != NULL) { /* else as the preferences say */
    cap_session_set_weights(cap_window_session(window), weights);
    cap_detection_set_weights(cap_window_detection(window), weights);
    cap_judging_set_weights(cap_window_judging(window), weights);
    cap_prior_study_set_weights(
        cap_prior_pairs_prior(cap_window_prior_pairs(window)), weights);
  }
  cap_window_open(window, (const char *const *)all, findings);
  return 0;
}

static int
on_local_options(GApplication *application, GVariantDict *options,
                 gpointer data)
{
  if (g_variant_dict_contains(options, "version")) {
    printf("capsight-viewer %s\n", CAP_VERSION);
    return 0;
  }
  return -1;
}

static void
act_quit(GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GList *window;
  while ((window = gtk_application_get_windows(application)) != NULL)
    gtk_window_destroy(window->data);
}

static void
add_options(GApplication *application)
{
  static const GOptionEntry entries[] = {
      {"findings", 0, 0, G_OPTION_ARG_FILENAME, NULL,
       "findings.json of PATH, or its folder", "DIR"},
      {"weights", 0, 0, G_OPTION_ARG_FILENAME, NULL,
       "network weights for detection (safetensors)", "FILE"},
      {"version", 0, 0, G_OPTION_ARG_NONE, NULL, "print the version", NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL,
       "[PATH…]"},
      {NULL},
  };
  g_application_add_main_option_entries(application, entries);
  g_application_set_option_context_summary(
      application, "Shows chest CT and the lung nodules found on it. PATH is a "
                   "folder, a DICOMDIR,\na DICOM file or a .mhd, .mha, .nii or "
                   ".nii.gz volume. Not for diagnostic use.");
}

AdwApplication *
cap_application_new(void)
{
  cap_application_init_resources();
  AdwApplication *application = g_object_new(
      ADW_TYPE_APPLICATION, "application-id", CAP_APPLICATION_ID, "flags",
      G_APPLICATION_HANDLES_OPEN | G_APPLICATION_HANDLES_COMMAND_LINE |
          G_APPLICATION_NON_UNIQUE,
      NULL);
  add_options(G_APPLICATION(application));
  g_signal_connect(application, "startup", G_CALLBACK(on_startup), NULL);
  g_signal_connect(application, "activate", G_CALLBACK(on_activate), NULL);
  g_signal_connect(application, "open", G_CALLBACK(on_open), NULL);
  g_signal_connect(application, "command-line", G_CALLBACK(on_command_line),
                   NULL);
  g_signal_connect(application, "handle-local-options",
                   G_CALLBACK(on_local_options), NULL);
  g_autoptr(GSimpleAction) quit = g_simple_action_new("quit", NULL);
  g_signal_connect(quit, "activate", G_CALLBACK(act_quit), application);
  g_action_map_add_action(G_ACTION_MAP(application), G_ACTION(quit));
  return application;
}
