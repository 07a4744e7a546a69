/* CapArchiveFields: see archive_fields.h. */
#include "ui/preferences/archive_fields.h"

#include "ui/line_entry.h"
#include "ui/phrase.h"

#include <string.h>

typedef enum {
  FIELD_TEXT,
  FIELD_PASSWORD,
  FIELD_SWITCH,
  FIELD_NUMBER,
  FIELD_SIZE /* GiB, with decimals */
} FieldType;

enum { WEB = 1, DIMSE = 2, BOTH = WEB | DIMSE };

/* In the order of the rows; those of one group follow each other. */
static const struct {
  const char *key, *title, *group;
  FieldType type;
  int kinds;
  const char *subtitle; /* of numbers: what, in which unit */
} fields[] = {
    {"name", N_("Name in this program"), N_("Archive"), FIELD_TEXT, BOTH},
    {"url", N_("URL of the DICOMweb service"), N_("Archive"), FIELD_TEXT, WEB},
    {"host", N_("Host"), N_("Archive"), FIELD_TEXT, DIMSE},
    {"port", N_("Port"), N_("Archive"), FIELD_TEXT, DIMSE},
    {"ae-title", N_("AE title of the archive"), N_("Archive"), FIELD_TEXT,
     DIMSE},
    {"own-ae-title", N_("AE title of this program (CAPSIGHT)"), N_("Archive"),
     FIELD_TEXT, DIMSE},
    {"receive-port", N_("Port on which images arrive"), N_("Archive"),
     FIELD_TEXT, DIMSE},
    {"user", N_("User"), N_("Login"), FIELD_TEXT, WEB},
    {"password-file", N_("Password"), N_("Login"), FIELD_PASSWORD, WEB},
    {"tls", N_("Encrypted (TLS)"), N_("Encryption"), FIELD_SWITCH, DIMSE},
    {"ca", N_("File of trusted certificates, if not the system's"),
     N_("Encryption"), FIELD_TEXT, BOTH},
    {"certificate", N_("File of our certificate"), N_("Encryption"), FIELD_TEXT,
     BOTH},
    {"key", N_("File of its key"), N_("Encryption"), FIELD_TEXT, BOTH},
    {"timeout", N_("Longest silence"), N_("Limits"), FIELD_NUMBER, BOTH,
     N_("Seconds without a byte from the archive")},
    {"tries", N_("Tries"), N_("Limits"), FIELD_NUMBER, BOTH,
     N_("How often a broken connection is tried")},
    {"wait-ms", N_("Wait before the next try"), N_("Limits"), FIELD_NUMBER,
     BOTH, N_("Milliseconds, twice as long each time")},
    {"max-instance-gb", N_("Largest image"), N_("Limits"), FIELD_SIZE, BOTH,
     N_("GiB of one instance")},
    {"max-total-gb", N_("Largest transfer"), N_("Limits"), FIELD_SIZE, BOTH,
     N_("GiB of one study that is fetched")},
};

struct _CapArchiveFields {
  GtkWidget parent;
  CapArchiveEntry *entry; /* as it was */
  GtkWidget *page, *kind, *rows[G_N_ELEMENTS(fields)];
  GtkWidget *inner[G_N_ELEMENTS(fields)]; /* switch or number of a row */
  double numbers[G_N_ELEMENTS(fields)];   /* as they were */
  GtkWidget *login;
};

G_DEFINE_FINAL_TYPE(CapArchiveFields, cap_archive_fields, GTK_TYPE_WIDGET)

enum { CHANGED, ACCEPTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static int
find(const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    if (g_str_equal(fields[i].key, key))
      return (int)i;
  return -1;
}

static int
kind_of(CapArchiveFields *self)
{
  return adw_combo_row_get_selected(ADW_COMBO_ROW(self->kind)) == 0 ? WEB
                                                                    : DIMSE;
}

static void
show_kind(CapArchiveFields *self)
{
  const int kind = kind_of(self);
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    gtk_widget_set_visible(self->rows[i], (fields[i].kinds & kind) != 0);
  gtk_widget_set_visible(self->login, kind == WEB);
  g_signal_emit(self, signals[CHANGED], 0);
}

/* ---- what is in the rows ---- */

static gboolean
is_number(guint i)
{
  return fields[i].type == FIELD_NUMBER || fields[i].type == FIELD_SIZE;
}

/* One that nobody has changed stays as it is written, or is not. */
static void
take_number(CapArchiveFields *self, guint i, CapArchiveEntry *entry)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  GtkSpinButton *spin = GTK_SPIN_BUTTON(self->inner[i]);
  gtk_spin_button_update(spin); /* what is still being typed */
  const double value = gtk_spin_button_get_value(spin);
  CapArchiveRange range = {0};
  cap_archive_settings_range(fields[i].key, &range);
  if (value == self->numbers[i])
    return;
  g_ascii_formatd(text, sizeof text,
                  fields[i].type == FIELD_SIZE ? "%.1f" : "%.0f", value);
  cap_archive_entry_set(entry, fields[i].key, value == range.usual ? "" : text);
}

static void
take(CapArchiveFields *self, guint i, CapArchiveEntry *entry)
{
  if ((fields[i].kinds & kind_of(self)) == 0) {
    cap_archive_entry_set(entry, fields[i].key, "");
    return;
  }
  if (fields[i].type == FIELD_SWITCH) {
    const gboolean on = gtk_switch_get_active(GTK_SWITCH(self->inner[i]));
    cap_archive_entry_set(entry, fields[i].key, on ? "yes" : "");
  } else if (is_number(i)) {
    take_number(self, i, entry);
  } else if (fields[i].type == FIELD_TEXT && i > 0) {
    g_autofree char *text = g_strstrip(
        g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->rows[i]))));
    cap_archive_entry_set(entry, fields[i].key, text);
  }
}

static void
copy_value(gpointer key, gpointer value, gpointer entry)
{
  cap_archive_entry_set(entry, key, value);
}

CapArchiveEntry *
cap_archive_fields_entry(CapArchiveFields *self)
{
  g_autofree char *name =
      g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->rows[0]))));
  CapArchiveEntry *entry = cap_archive_entry_new(name);
  g_hash_table_foreach(self->entry->values, copy_value, entry);
  cap_archive_entry_set(entry, "kind",
                        kind_of(self) == WEB ? "dicomweb" : "dimse");
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
    take(self, i, entry);
  /* A login without a user is none. */
  if (*cap_archive_entry_get(entry, "user") == '\0') {
    cap_archive_entry_set(entry, "password-file", "");
    cap_archive_entry_set(entry, "password-env", "");
  }
  return entry;
}

const char *
cap_archive_fields_password(CapArchiveFields *self)
{
  const char *text =
      gtk_editable_get_text(GTK_EDITABLE(self->rows[find("password-file")]));
  return *text != '\0' && kind_of(self) == WEB ? text : NULL;
}

const char *
cap_archive_fields_mark(CapArchiveFields *self, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
    gtk_widget_remove_css_class(self->rows[i], "error");
    gtk_accessible_reset_state(GTK_ACCESSIBLE(self->rows[i]),
                               GTK_ACCESSIBLE_STATE_INVALID);
  }
  const int i = find(g_str_has_prefix(key, "password") ? "password-file" : key);
  if (i < 0)
    return NULL;
  gtk_widget_add_css_class(self->rows[i], "error");
  gtk_accessible_update_state(GTK_ACCESSIBLE(self->rows[i]),
                              GTK_ACCESSIBLE_STATE_INVALID,
                              GTK_ACCESSIBLE_INVALID_TRUE, -1);
  gtk_widget_grab_focus(is_number((guint)i) ? self->inner[i] : self->rows[i]);
  return _(fields[i].title);
}

GtkWidget *
cap_archive_fields_row(CapArchiveFields *self, const char *key)
{
  const int i = find(key);
  return g_str_equal(key, "kind") ? self->kind : i >= 0 ? self->rows[i] : NULL;
}

/* ---- construction ---- */

static void
on_changed(CapArchiveFields *self)
{
  g_signal_emit(self, signals[CHANGED], 0);
}

static void
on_accepted(CapArchiveFields *self)
{
  g_signal_emit(self, signals[ACCEPTED], 0);
}

static GtkWidget *
switch_row_new(CapArchiveFields *self, guint i)
{
  GtkWidget *row = adw_action_row_new();
  GtkWidget *toggle = self->inner[i] = gtk_switch_new();
  gtk_widget_set_valign(toggle, GTK_ALIGN_CENTER);
  gtk_switch_set_active(
      GTK_SWITCH(toggle),
      g_str_equal(cap_archive_entry_get(self->entry, fields[i].key), "yes"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(toggle),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _(fields[i].title), -1);
  adw_action_row_add_suffix(ADW_ACTION_ROW(row), toggle);
  adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), toggle);
  g_signal_connect_swapped(toggle, "notify::active", G_CALLBACK(on_changed),
                           self);
  return row;
}

/* What KEY of the entry says, else what is usual. */
static double
number_of(CapArchiveFields *self, guint i, const CapArchiveRange *range)
{
  const char *text = cap_archive_entry_get(self->entry, fields[i].key);
  char *end = NULL;
  const double value = g_ascii_strtod(text, &end);
  return *text != '\0' && *end == '\0' ? value : range->usual;
}

static GtkWidget *
number_row_new(CapArchiveFields *self, guint i)
{
  GtkWidget *row = adw_action_row_new();
  CapArchiveRange range = {0};
  cap_archive_settings_range(fields[i].key, &range);
  const gboolean whole = fields[i].type == FIELD_NUMBER;
  const double least = whole ? range.least : 0.1;
  GtkWidget *spin = self->inner[i] =
      gtk_spin_button_new_with_range(least, range.most, 1);
  g_autofree char *subtitle =
      g_strdup_printf(_("%s: %g to %g, usually %g"), _(fields[i].subtitle),
                      least, range.most, range.usual);
  gtk_spin_button_set_digits(GTK_SPIN_BUTTON(spin), whole ? 0 : 1);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(spin), number_of(self, i, &range));
  self->numbers[i] = gtk_spin_button_get_value(GTK_SPIN_BUTTON(spin));
  gtk_widget_set_valign(spin, GTK_ALIGN_CENTER);
  adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
  adw_action_row_add_suffix(ADW_ACTION_ROW(row), spin);
  adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), spin);
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(spin), GTK_ACCESSIBLE_PROPERTY_LABEL, _(fields[i].title),
      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  g_signal_connect_swapped(spin, "value-changed", G_CALLBACK(on_changed), self);
  return row;
}

static gboolean
has_password(const CapArchiveEntry *entry)
{
  return *cap_archive_entry_get(entry, "password-file") != '\0' ||
         *cap_archive_entry_get(entry, "password-env") != '\0';
}

/* A password that is kept is not shown, nor is its length. */
static GtkWidget *
text_row_new(CapArchiveFields *self, guint i)
{
  const gboolean secret = fields[i].type == FIELD_PASSWORD;
  GtkWidget *row = cap_line_entry_row_new("", secret);
  if (!secret)
    gtk_editable_set_text(
        GTK_EDITABLE(row),
        i == 0 ? self->entry->name
               : cap_archive_entry_get(self->entry, fields[i].key));
  g_signal_connect_swapped(row, "changed", G_CALLBACK(on_changed), self);
  g_signal_connect_swapped(row, "entry-activated", G_CALLBACK(on_accepted),
                           self);
  return row;
}

static GtkWidget *
row_new(CapArchiveFields *self, guint i)
{
  GtkWidget *row = fields[i].type == FIELD_SWITCH ? switch_row_new(self, i)
                   : is_number(i)                 ? number_row_new(self, i)
                                                  : text_row_new(self, i);
  adw_preferences_row_set_title(
      ADW_PREFERENCES_ROW(row),
      fields[i].type == FIELD_PASSWORD && has_password(self->entry)
          ? _("Password (one is kept; type to replace it)")
          : _(fields[i].title));
  return row;
}

static GtkWidget *
kind_new(CapArchiveFields *self)
{
  static const char *const words[] = {N_("DICOMweb"), N_("DIMSE"), NULL};
  GtkWidget *row = adw_combo_row_new();
  g_autoptr(GtkStringList) model = cap_phrase_list_new(words);
  adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), _("It speaks"));
  adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(model));
  adw_combo_row_set_selected(
      ADW_COMBO_ROW(row),
      g_str_equal(cap_archive_entry_get(self->entry, "kind"), "dimse"));
  g_signal_connect_swapped(row, "notify::selected", G_CALLBACK(show_kind),
                           self);
  return row;
}

static GtkWidget *
group_new(CapArchiveFields *self, const char *title)
{
  GtkWidget *group = adw_preferences_group_new();
  adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), title);
  adw_preferences_page_add(ADW_PREFERENCES_PAGE(self->page),
                           ADW_PREFERENCES_GROUP(group));
  return group;
}

static void
fill(CapArchiveFields *self)
{
  GtkWidget *group = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
    if (i == 0 || !g_str_equal(fields[i].group, fields[i - 1].group))
      group = group_new(self, _(fields[i].group));
    self->rows[i] = row_new(self, i);
    adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), self->rows[i]);
    if (i == 0)
      adw_preferences_group_add(ADW_PREFERENCES_GROUP(group), self->kind);
    if (g_str_equal(fields[i].key, "user"))
      self->login = group;
  }
}

static void
dispose(GObject *object)
{
  CapArchiveFields *self = CAP_ARCHIVE_FIELDS(object);
  g_clear_pointer(&self->page, gtk_widget_unparent);
  g_clear_pointer(&self->entry, cap_archive_entry_free);
  G_OBJECT_CLASS(cap_archive_fields_parent_class)->dispose(object);
}

static void
cap_archive_fields_class_init(CapArchiveFieldsClass *klass)
{
  static const char *const names[N_SIGNALS] = {"changed", "accepted"};
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(klass),
                                           GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_FORM);
  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] =
        g_signal_new(names[i], G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_archive_fields_init(CapArchiveFields *self)
{
}

GtkWidget *
cap_archive_fields_new(const CapArchiveEntry *entry)
{
  CapArchiveFields *self = g_object_new(CAP_TYPE_ARCHIVE_FIELDS, NULL);
  self->entry = cap_archive_entry_new(entry->name);
  g_hash_table_foreach(entry->values, copy_value, self->entry);
  self->page = adw_preferences_page_new();
  self->kind = kind_new(self);
  fill(self);
  gtk_widget_set_parent(self->page, GTK_WIDGET(self));
  show_kind(self);
  return GTK_WIDGET(self);
}
