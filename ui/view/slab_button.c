/* The header's slab menu: see slab_button.h. */
#include "ui/view/slab_button.h"

#include "core/language.h"
#include "ui/label.h"

static void
update_label(GtkMenuButton *button, GParamSpec *property, CapLook *look)
{
  g_autofree char *text = cap_look_slab_text(cap_look_slab(look));
  gtk_menu_button_set_label(button, text);
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
thickness_new(CapLook *look)
{
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
                                 _("Slab thickness in millimetres"), -1);
  gtk_box_append(GTK_BOX(box), label);
  gtk_box_append(GTK_BOX(box), spin);
  gtk_box_append(GTK_BOX(box), gtk_label_new("mm"));
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
  GtkWidget *popover = gtk_popover_new();
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *group = NULL;
  for (int kind = 0; kind < CAP_N_SLAB_KINDS; kind++) {
    GtkWidget *check = kind_new((CapSlabKind)kind, _(kinds[kind]), group);
    gtk_box_append(GTK_BOX(box), check);
    group = group != NULL ? group : check;
  }
  gtk_box_append(GTK_BOX(box), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(box), thickness_new(look));
  gtk_widget_add_css_class(box, "popover-form");
  gtk_popover_set_child(GTK_POPOVER(popover), box);
  gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), popover);
  gtk_widget_set_tooltip_text(button, _("Slab: kind (S), thickness ([ and ])"));
  for (int i = 0; i < 2; i++)
    g_signal_connect_object(look, i ? "notify::slab" : "notify::slab-thickness",
                            G_CALLBACK(update_label), button,
                            G_CONNECT_SWAPPED);
  update_label(GTK_MENU_BUTTON(button), NULL, look);
  return button;
}
