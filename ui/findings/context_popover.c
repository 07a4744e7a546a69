/* CapContextPopover: see context_popover.h. */
#include "ui/findings/context_popover.h"

#include "ui/label.h"
#include "ui/phrase.h"
#include "ui/session/session_guidelines.h"

enum { MOST_KEYS = 16 };

struct _CapContextPopover {
  GtkPopover parent;
  CapSession *session;
  GtkWidget *grid, *fields[MOST_KEYS];
  gboolean filling;
};

G_DEFINE_FINAL_TYPE(CapContextPopover, cap_context_popover, GTK_TYPE_POPOVER)

/* The word that the field of KEY shows; caller frees. */
static char *
word_of(CapContextPopover *self, int i, const char *key)
{
  const char *const *words = cap_context_words(key);
  if (words != NULL)
    return g_strdup(
        words[gtk_drop_down_get_selected(GTK_DROP_DOWN(self->fields[i]))]);
  const int years =
      gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(self->fields[i]));
  return years > 0 ? g_strdup_printf("%d", years) : g_strdup("");
}

static void
on_answer(CapContextPopover *self)
{
  if (self->filling)
    return;
  CapPatientContext context = {0};
  const char *const *keys = cap_context_keys();
  for (int i = 0; keys[i] != NULL; i++) {
    g_autofree char *word = word_of(self, i, keys[i]);
    cap_context_set(&context, keys[i], word, NULL);
  }
  cap_session_set_context(self->session, &context);
}

/* Shows what is known. */
static void
fill(CapContextPopover *self)
{
  const CapPatientContext context = cap_session_context(self->session);
  const char *const *keys = cap_context_keys();
  self->filling = TRUE;
  for (int i = 0; keys[i] != NULL; i++) {
    g_autofree char *known = cap_context_get(&context, keys[i]);
    const char *const *words = cap_context_words(keys[i]);
    if (words == NULL) {
      gtk_spin_button_set_value(GTK_SPIN_BUTTON(self->fields[i]),
                                context.age_years);
      continue;
    }
    guint at = 0;
    while (words[at] != NULL && !g_str_equal(words[at], known))
      at++;
    gtk_drop_down_set_selected(GTK_DROP_DOWN(self->fields[i]), at);
  }
  self->filling = FALSE;
}

static void
dispose(GObject *object)
{
  CapContextPopover *self = CAP_CONTEXT_POPOVER(object);
  g_clear_object(&self->session);
  G_OBJECT_CLASS(cap_context_popover_parent_class)->dispose(object);
}

static void
cap_context_popover_class_init(CapContextPopoverClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = dispose;
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(klass),
                                       GTK_ACCESSIBLE_ROLE_DIALOG);
}

/* Age 0 stands for an age that nobody has said. */
static gboolean
on_output(GtkSpinButton *spin)
{
  if (gtk_spin_button_get_value_as_int(spin) > 0)
    return FALSE;
  gtk_editable_set_text(GTK_EDITABLE(spin), _("unknown"));
  return TRUE;
}

static int
on_input(GtkSpinButton *spin, double *value)
{
  guint64 years;
  const char *text = gtk_editable_get_text(GTK_EDITABLE(spin));
  *value = g_ascii_string_to_unsigned(text, 10, 0, 120, &years, NULL)
               ? (double)years
               : 0;
  return TRUE;
}

static GtkWidget *
field_new(CapContextPopover *self, const char *key)
{
  const char *const *words = cap_context_words(key);
  if (words != NULL) {
    GtkWidget *drop = cap_phrase_drop_down_new(words);
    g_signal_connect_swapped(drop, "notify::selected", G_CALLBACK(on_answer),
                             self);
    return drop;
  }
  GtkWidget *spin = gtk_spin_button_new_with_range(0, 120, 1);
  gtk_editable_set_width_chars(GTK_EDITABLE(spin), 8);
  g_signal_connect(spin, "output", G_CALLBACK(on_output), NULL);
  g_signal_connect(spin, "input", G_CALLBACK(on_input), NULL);
  g_signal_connect_swapped(spin, "value-changed", G_CALLBACK(on_answer), self);
  return spin;
}

static void
cap_context_popover_init(CapContextPopover *self)
{
  self->grid = gtk_grid_new();
  gtk_widget_add_css_class(self->grid, "popover-form");
  gtk_grid_set_column_spacing(GTK_GRID(self->grid), 12);
  gtk_grid_set_row_spacing(GTK_GRID(self->grid), 6);
  gtk_popover_set_child(GTK_POPOVER(self), self->grid);
  const char *const *keys = cap_context_keys();
  for (int i = 0; keys[i] != NULL && i < MOST_KEYS; i++) {
    const char *title = _(cap_context_title(keys[i]));
    GtkWidget *label = cap_label_new(title, NULL);
    self->fields[i] = field_new(self, keys[i]);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->fields[i]),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
    gtk_widget_set_hexpand(self->fields[i], TRUE);
    gtk_grid_attach(GTK_GRID(self->grid), label, 0, i, 1, 1);
    gtk_grid_attach(GTK_GRID(self->grid), self->fields[i], 1, i, 1, 1);
  }
  g_signal_connect(self, "map", G_CALLBACK(fill), NULL);
}

GtkWidget *
cap_context_popover_new(CapSession *session)
{
  CapContextPopover *self = g_object_new(CAP_TYPE_CONTEXT_POPOVER, NULL);
  self->session = g_object_ref(session);
  fill(self);
  return GTK_WIDGET(self);
}
