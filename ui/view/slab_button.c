/* The header's slab menu: see slab_button.h. */
#include "ui/view/slab_button.h"

#include "core/image/unit.h"
#include "core/language.h"
#include "ui/follow.h"
#include "ui/icon_button.h"
#include "ui/label.h"

typedef struct {
  CapSession *session;
  GtkWidget *button, *unit;
} Slab;

static void
update(Slab *self)
{
  const unsigned unknown = cap_session_unknown(self->session);
  g_autofree char *text = cap_look_slab_text(
      cap_look_slab(cap_session_look(self->session)), unknown);
  gtk_menu_button_set_label(GTK_MENU_BUTTON(self->button), text);
  gtk_label_set_text(GTK_LABEL(self->unit), cap_unit_length(unknown));
}

static GtkWidget *
kind_new(CapSlabKind kind, const char *text, GtkWidget *group)
{
  GtkWidget *check = gtk_check_button_new_with_label(text);
  if (group != NULL)
    gtk_check_button_set_group(GTK_CHECK_BUTTON(check),
                               GTK_CHECK_BUTTON(group));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(check), "win.slab");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(check), "i", (int)kind);
  return check;
}

static GtkWidget *
thickness_new(Slab *self)
{
  CapLook *look = cap_session_look(self->session);
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = cap_label_new(_("Thickness"), NULL);
  GtkWidget *spin = gtk_spin_button_new_with_range(CAP_LOOK_SLAB_MIN_MM,
                                                   CAP_LOOK_SLAB_MAX_MM, 1);
  gtk_spin_button_set_digits(GTK_SPIN_BUTTON(spin), 1);
  g_object_bind_property(look, "slab-thickness", spin, "value",
                         G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  gtk_widget_set_hexpand(label, TRUE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(spin),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Slab thickness"), -1);
  self->unit = gtk_label_new("");
  gtk_box_append(GTK_BOX(box), label);
  gtk_box_append(GTK_BOX(box), spin);
  gtk_box_append(GTK_BOX(box), self->unit);
  return box;
}

GtkWidget *
cap_slab_button_new(CapSession *session)
{
  static const char *const kinds[CAP_N_SLAB_KINDS] = {
      N_("Single slice"), N_("MIP: brightest"), N_("Average"),
      N_("MinIP: darkest")};
  CapLook *look = cap_session_look(session);
  GtkWidget *button = gtk_menu_button_new();
  Slab *self = g_new0(Slab, 1);
  *self = (Slab){.session = session, .button = button};
  GtkWidget *popover = gtk_popover_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *group = NULL;
  for (int kind = 0; kind < CAP_N_SLAB_KINDS; kind++) {
    GtkWidget *check = kind_new((CapSlabKind)kind, _(kinds[kind]), group);
    gtk_box_append(GTK_BOX(box), check);
    group = group != NULL ? group : check;
  }
  gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(box), thickness_new(self));
  gtk_widget_add_css_class(box, "popover-form");
  gtk_popover_set_child(GTK_POPOVER(popover), box);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), popover);
  gtk_widget_set_tooltip_text(button, _("Slab: kind (S), thickness ([ and ])"));
  g_object_set_data_full(G_OBJECT(button), "cap-slab", self, g_free);
  cap_follow(button, look, "notify::slab", G_CALLBACK(update), self);
  cap_follow(button, look, "notify::slab-thickness", G_CALLBACK(update), self);
  cap_follow(button, session, "volume-changed", G_CALLBACK(update), self);
  update(self);
  return button;
}

static gboolean
is_slab(GBinding *binding, const GValue *kind, GValue *shown, gpointer data)
{
  g_value_set_boolean(shown, g_value_get_int(kind) != CAP_SLAB_OFF);
  return TRUE;
}

GtkWidget *
cap_slab_steps_new(CapSession *session)
{
  static const struct {
    const char *icon, *words;
    int by;
  } steps[] = {{"list-remove-symbolic", N_("Thinner slab"), -1},
               {"list-add-symbolic", N_("Thicker slab"), 1}};
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
    GtkWidget *step = cap_icon_button_new(steps[i].icon, _(steps[i].words));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(step), "win.step-slab");
    gtk_actionable_set_action_target(GTK_ACTIONABLE(step), "i", steps[i].by);
    gtk_box_append(GTK_BOX(box), step);
  }
  g_object_bind_property_full(cap_session_look(session), "slab", box, "visible",
                              G_BINDING_SYNC_CREATE, is_slab, NULL, NULL, NULL);
  return box;
}
