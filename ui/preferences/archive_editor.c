/* CapArchiveEditor: see archive_editor.h. */
#include "ui/preferences/archive_editor.h"

#include "core/told.h"
#include "io/archive/archive.h"
#include "ui/label.h"
#include "ui/phrase.h"
#include "ui/work/job.h"

struct _CapArchiveEditor {
  AdwWindow parent;
  char *path, *name; /* NAME NULL: a new one */
  CapArchiveFields *fields;
  GtkWidget *message, *spinner, *test;
  CapJob *job; /* the test; NULL while there is none */
};

G_DEFINE_FINAL_TYPE(CapArchiveEditor, cap_archive_editor, ADW_TYPE_WINDOW)

static guint saved_signal;

/* ---- what is said ---- */

static void
say(CapArchiveEditor *self, const char *text)
{
  g_autofree char *sentence = cap_told_capital(text);
  gtk_label_set_text(GTK_LABEL(self->message), sentence);
}

/* What is wrong, and in which row. Takes KEY. */
static void
say_wrong(CapArchiveEditor *self, char *key, const GError *error)
{
  const char *title =
      cap_archive_fields_mark(self->fields, key != NULL ? key : "");
  g_autofree char *text = title != NULL
                              ? g_strdup_printf("%s: %s", title, error->message)
                              : g_strdup(error->message);
  say(self, text);
  g_free(key);
}

static void
show_testing(CapArchiveEditor *self)
{
  const gboolean testing = self->job != NULL;
  gtk_spinner_set_spinning(GTK_SPINNER(self->spinner), testing);
  gtk_button_set_label(GTK_BUTTON(self->test),
                       testing ? _("Stop") : _("Test the connection"));
}

static void
stop_test(CapArchiveEditor *self)
{
  cap_job_cancel(g_steal_pointer(&self->job));
  show_testing(self);
}

/* ---- the test ---- */

static gpointer
echo(CapJob *job, gpointer settings, GError **error)
{
  g_autoptr(CapArchive) archive = cap_archive_open(settings, error);
  return archive != NULL &&
                 cap_archive_echo(archive, cap_job_progress(job), error)
             ? g_strdup("")
             : NULL;
}

static void
on_answer(gpointer result, const GError *error, gpointer user_data)
{
  CapArchiveEditor *self = user_data;
  self->job = NULL;
  show_testing(self);
  say(self, error != NULL ? error->message
                          : _("The archive answers, and lets us in."));
  g_free(result);
}

static void
on_test(CapArchiveEditor *self)
{
  if (self->job != NULL) {
    stop_test(self);
    say(self, _("The test was stopped."));
    return;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(CapArchiveEntry) entry = cap_archive_fields_entry(self->fields);
  char *key = NULL;
  CapArchiveSettings *settings = cap_archive_entry_settings(
      entry, self->path, cap_archive_fields_password(self->fields), &key,
      &error);
  if (settings == NULL) {
    say_wrong(self, key, error);
    return;
  }
  g_free(key);
  const CapJobSpec spec = {.work = echo,
                           .work_data = settings,
                           .work_data_free =
                               (GDestroyNotify)cap_archive_settings_free,
                           .result_free = g_free,
                           .done = on_answer,
                           .user_data = self};
  cap_archive_fields_mark(self->fields, "");
  say(self, _("Asking the archive…"));
  self->job = cap_job_start(&spec);
  show_testing(self);
}

/* ---- saving ---- */

static void
on_save(CapArchiveEditor *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CapArchiveEntry) entry = cap_archive_fields_entry(self->fields);
  char *key = NULL;
  if (!cap_archive_list_put(self->path, self->name, entry,
                            cap_archive_fields_password(self->fields), &key,
                            &error)) {
    say_wrong(self, key, error);
    return;
  }
  g_free(key);
  g_signal_emit(self, saved_signal, 0);
  gtk_window_destroy(GTK_WINDOW(self));
}

/* What was said is about what is there no longer. */
static void
on_changed(CapArchiveEditor *self)
{
  stop_test(self);
  cap_archive_fields_mark(self->fields, "");
  say(self, "");
}

/* ---- construction ---- */

static GtkWidget *
header_new(CapArchiveEditor *self)
{
  GtkWidget *header = adw_header_bar_new();
  GtkWidget *cancel = gtk_button_new_with_mnemonic(_("_Cancel"));
  GtkWidget *save = gtk_button_new_with_mnemonic(_("_Save"));
  gtk_widget_add_css_class(save, "suggested-action");
  adw_header_bar_set_show_end_title_buttons(ADW_HEADER_BAR(header), FALSE);
  adw_header_bar_pack_start(ADW_HEADER_BAR(header), cancel);
  adw_header_bar_pack_end(ADW_HEADER_BAR(header), save);
  g_signal_connect_swapped(cancel, "clicked", G_CALLBACK(gtk_window_close),
                           self);
  g_signal_connect_swapped(save, "clicked", G_CALLBACK(on_save), self);
  return header;
}

static GtkWidget *
foot_new(CapArchiveEditor *self)
{
  GtkWidget *foot = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class(foot, "tool-row");
  self->message = cap_label_wrapped_new("", NULL, -1);
  gtk_label_set_wrap_mode(GTK_LABEL(self->message), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable(GTK_LABEL(self->message), TRUE);
  gtk_widget_set_hexpand(self->message, TRUE);
  self->spinner = g_object_new(GTK_TYPE_SPINNER, "accessible-role",
                               GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->test = gtk_button_new();
  gtk_widget_set_valign(self->test, GTK_ALIGN_CENTER);
  g_signal_connect_swapped(self->test, "clicked", G_CALLBACK(on_test), self);
  gtk_box_append(GTK_BOX(foot), self->message);
  gtk_box_append(GTK_BOX(foot), self->spinner);
  gtk_box_append(GTK_BOX(foot), self->test);
  return foot;
}

static void
dispose(GObject *object)
{
  CapArchiveEditor *self = CAP_ARCHIVE_EDITOR(object);
  cap_job_cancel(g_steal_pointer(&self->job));
  g_clear_pointer(&self->path, g_free);
  g_clear_pointer(&self->name, g_free);
  G_OBJECT_CLASS(cap_archive_editor_parent_class)->dispose(object);
}

static void
cap_archive_editor_class_init(CapArchiveEditorClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_add_binding_action(GTK_WIDGET_CLASS(klass), GDK_KEY_Escape,
                                      0, "window.close", NULL);
  saved_signal =
      g_signal_new("saved", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_archive_editor_init(CapArchiveEditor *self)
{
  gtk_window_set_default_size(GTK_WINDOW(self), 560, 640);
  gtk_window_set_modal(GTK_WINDOW(self), TRUE);
}

static void
build(CapArchiveEditor *self, const CapArchiveEntry *entry)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *fields = cap_archive_fields_new(entry);
  self->fields = CAP_ARCHIVE_FIELDS(fields);
  gtk_widget_set_vexpand(fields, TRUE);
  gtk_box_append(GTK_BOX(box), header_new(self));
  gtk_box_append(GTK_BOX(box), fields);
  gtk_box_append(GTK_BOX(box), foot_new(self));
  adw_window_set_content(ADW_WINDOW(self), box);
  g_signal_connect_object(fields, "changed", G_CALLBACK(on_changed), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(fields, "accepted", G_CALLBACK(on_save), self,
                          G_CONNECT_SWAPPED);
}

GtkWidget *
cap_archive_editor_new(GtkWindow *parent, const char *path, const char *name)
{
  CapArchiveEditor *self =
      g_object_new(CAP_TYPE_ARCHIVE_EDITOR, "transient-for", parent, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(CapArchiveEntry) entry =
      name != NULL ? cap_archive_list_read(path, name, &error) : NULL;
  self->path = g_strdup(path);
  self->name = entry != NULL ? g_strdup(name) : NULL;
  if (entry == NULL)
    entry = cap_archive_entry_new("");
  gtk_window_set_title(GTK_WINDOW(self),
                       self->name != NULL ? _("Archive") : _("New archive"));
  build(self, entry);
  show_testing(self);
  say(self, error != NULL ? error->message : "");
  return GTK_WIDGET(self);
}

CapArchiveFields *
cap_archive_editor_fields(CapArchiveEditor *self)
{
  return self->fields;
}

const char *
cap_archive_editor_message(CapArchiveEditor *self)
{
  return gtk_label_get_text(GTK_LABEL(self->message));
}

gboolean
cap_archive_editor_is_testing(CapArchiveEditor *self)
{
  return self->job != NULL;
}
