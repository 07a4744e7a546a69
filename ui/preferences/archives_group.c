/* The archives in the preferences: see archives_group.h. */
#include "ui/preferences/archives_group.h"

#include "core/language.h"
#include "core/told.h"
#include "ui/follow.h"
#include "ui/icon_button.h"
#include "ui/preferences/archive_editor.h"
#include "ui/toast.h"

typedef struct {
  char *path;
  GtkWidget *group;
  GPtrArray *rows; /* of GtkWidget, which the group holds */
} ArchivesGroup;

static void
group_free(gpointer data)
{
  ArchivesGroup *self = data;
  g_free(self->path);
  g_ptr_array_unref(self->rows);
  g_free(self);
}

static GtkWindow *
window_of(const ArchivesGroup *self)
{
  return GTK_WINDOW(gtk_widget_get_root(self->group));
}

/* ---- rows ---- */

static void show(ArchivesGroup *self);

static void
edit(ArchivesGroup *self, const char *name)
{
  GtkWidget *editor = cap_archive_editor_new(window_of(self), self->path, name);
  cap_follow(self->group, editor, "saved", G_CALLBACK(show), self);
  gtk_window_present(GTK_WINDOW(editor));
}

static void
on_row(GtkWidget *row, gpointer data)
{
  edit(data, g_object_get_data(G_OBJECT(row), "cap-archive"));
}

static void
on_add(GtkButton *button, gpointer data)
{
  edit(data, NULL);
}

static void
on_answer(ArchivesGroup *self, const char *response, AdwMessageDialog *dialog)
{
  const char *name = g_object_get_data(G_OBJECT(dialog), "cap-archive");
  g_autoptr(GError) error = NULL;
  if (!g_str_equal(response, "remove"))
    return;
  if (!cap_archive_list_remove(self->path, name, &error)) {
    g_autofree char *said = cap_told_error(error);
    cap_toast(self->group, said, CAP_TOAST_S);
  }
  show(self);
}

static void
on_remove(GtkButton *button, gpointer data)
{
  ArchivesGroup *self = data;
  GtkWidget *row =
      gtk_widget_get_ancestor(GTK_WIDGET(button), ADW_TYPE_ACTION_ROW);
  const char *name = g_object_get_data(G_OBJECT(row), "cap-archive");
  GtkWidget *dialog = adw_message_dialog_new(window_of(self), NULL, NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG(dialog);
  adw_message_dialog_format_heading(message, _("Remove “%s”?"), name);
  adw_message_dialog_set_body(
      message, _("Its settings and the password that is kept for it go. "
                 "Nothing changes in the archive."));
  adw_message_dialog_add_responses(message, "cancel", _("_Cancel"), "remove",
                                   _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance(message, "remove",
                                             ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response(message, "cancel");
  g_object_set_data_full(G_OBJECT(dialog), "cap-archive", g_strdup(name),
                         g_free);
  cap_follow(self->group, dialog, "response", G_CALLBACK(on_answer), self);
  gtk_window_present(GTK_WINDOW(dialog));
}

/* How to reach it, or what is wrong with it. */
static char *
describe(const ArchivesGroup *self, const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapArchiveSettings) s =
      cap_archive_settings_read(self->path, name, &error);
  if (s == NULL)
    return cap_told_capital(error->message);
  return s->kind == CAP_ARCHIVE_DICOMWEB
             ? g_strdup(s->url)
             : g_strdup_printf("%s@%s:%d", s->ae_title, s->host, s->port);
}

static GtkWidget *
row_new(ArchivesGroup *self, const char *name)
{
  GtkWidget *row = adw_action_row_new();
  g_autofree char *text = describe(self, name);
  g_autofree char *label = g_strdup_printf(_("Remove %s"), name);
  GtkWidget *remove = cap_icon_button_new("user-trash-symbolic", label);
  adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), name);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), text);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), TRUE);
  gtk_widget_set_tooltip_text(row, _("Edit and test"));
  gtk_widget_set_valign(remove, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix(ADW_ACTION_ROW(row), remove);
  g_object_set_data_full(G_OBJECT(row), "cap-archive", g_strdup(name), g_free);
  g_signal_connect(row, "activated", G_CALLBACK(on_row), self);
  g_signal_connect(remove, "clicked", G_CALLBACK(on_remove), self);
  return row;
}

static GtkWidget *
sentence_new(const char *text)
{
  GtkWidget *row = adw_action_row_new();
  adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), text);
  gtk_widget_add_css_class(row, "quiet");
  return row;
}

static void
add(ArchivesGroup *self, GtkWidget *row)
{
  adw_preferences_group_add(ADW_PREFERENCES_GROUP(self->group), row);
  g_ptr_array_add(self->rows, row);
}

static void
show(ArchivesGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove(ADW_PREFERENCES_GROUP(self->group),
                                 self->rows->pdata[i]);
  g_ptr_array_set_size(self->rows, 0);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) names = cap_archive_settings_names(self->path, &error);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    add(self, row_new(self, names[i]));
  g_autofree char *fault =
      error != NULL ? cap_told_capital(error->message) : NULL;
  if (self->rows->len == 0)
    add(self, sentence_new(fault != NULL ? fault : _("None is set up yet.")));
}

GtkWidget *
cap_archives_group_new(const char *path)
{
  ArchivesGroup *self = g_new0(ArchivesGroup, 1);
  self->path = path != NULL ? g_strdup(path) : cap_archive_settings_path();
  self->rows = g_ptr_array_new();
  self->group = adw_preferences_group_new();
  adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(self->group),
                                  _("Archives (PACS)"));
  g_autofree char *kept = g_markup_printf_escaped(
      _("Kept in %s, which the command line reads too."), self->path);
  adw_preferences_group_set_description(ADW_PREFERENCES_GROUP(self->group),
                                        kept);
  GtkWidget *button = gtk_button_new_with_mnemonic(_("_Add…"));
  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  g_signal_connect(button, "clicked", G_CALLBACK(on_add), self);
  adw_preferences_group_set_header_suffix(ADW_PREFERENCES_GROUP(self->group),
                                          button);
  g_object_set_data_full(G_OBJECT(self->group), "cap-archives", self,
                         group_free);
  show(self);
  return self->group;
}
