/* Choosing weights: see weights_row.h. */
#include "ui/preferences/weights_row.h"

#include "core/language.h"
#include "core/told.h"
#include "models/detector.h"
#include "ui/chooser.h"
#include "ui/follow.h"
#include "ui/toast.h"

#define SETTINGS "cap-settings"

static GSettings *
settings_of(gpointer row)
{
  return g_object_get_data(row, SETTINGS);
}

static void
show_choice(gpointer row)
{
  g_autofree char *path = g_settings_get_string(settings_of(row), "weights");
  g_autofree char *name = *path != '\0'
                              ? g_filename_display_name(path)
                              : g_strdup(_("Those that came with the program"));
  adw_action_row_set_subtitle(row, name);
}

static void
on_chosen(GtkNativeDialog *native, int response, gpointer row)
{
  g_autofree char *path = cap_chooser_take_path(native, response);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapDetector) works =
      path != NULL ? cap_detector_load(path, CAP_DETECTOR_EXPLAINS, &error)
                   : NULL;
  if (works != NULL)
    g_settings_set_string(settings_of(row), "weights", path);
  else if (error != NULL) {
    g_autofree char *said = cap_told_error(error);
    cap_toast(row, said, CAP_TOAST_S);
  }
}

static void
choose(GtkButton *button, gpointer row)
{
  GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(row));
  GtkFileChooserNative *native = gtk_file_chooser_native_new(
      _("Weights of the network"), window, GTK_FILE_CHOOSER_ACTION_OPEN,
      _("_Choose"), _("_Cancel"));
  g_autoptr(GtkFileFilter) filter = gtk_file_filter_new();
  gtk_file_filter_add_pattern(filter, "*.safetensors");
  gtk_file_filter_set_name(filter, "safetensors");
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(native), filter);
  cap_chooser_show(native, on_chosen, row);
}

static void
reset(GtkButton *button, gpointer row)
{
  g_settings_reset(settings_of(row), "weights");
}

GtkWidget *
cap_weights_row_new(GSettings *settings)
{
  GtkWidget *row = adw_action_row_new();
  GtkWidget *own = gtk_button_new_with_label(_("Use the program's own"));
  GtkWidget *other = gtk_button_new_with_label(_("Choose…"));
  g_object_set_data_full(G_OBJECT(row), SETTINGS, g_object_ref(settings),
                         g_object_unref);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row),
                                _("Weights of the network"));
  adw_action_row_set_subtitle_lines(ADW_ACTION_ROW(row), 2);
  GtkWidget *const buttons[] = {own, other};
  for (guint i = 0; i < G_N_ELEMENTS(buttons); i++) {
    gtk_widget_set_valign(buttons[i], GTK_ALIGN_CENTER);
    adw_action_row_add_suffix(ADW_ACTION_ROW(row), buttons[i]);
  }
  g_signal_connect(other, "clicked", G_CALLBACK(choose), row);
  g_signal_connect(own, "clicked", G_CALLBACK(reset), row);
  cap_follow(row, settings, "changed::weights", G_CALLBACK(show_choice), row);
  show_choice(row);
  return row;
}
