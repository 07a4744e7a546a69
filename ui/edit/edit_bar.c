/* The row of tools: see edit_bar.h. */
#include "ui/edit/edit_bar.h"

#include "core/language.h"

static const struct {
  const char *label, *tool, *tooltip;
} tools[] = {
    {N_("Add"), "add",
     N_("Add a finding with a click (N adds at the cross-hair)")},
    {N_("Brush"), "brush",
     N_("Draw the outline on a slice (B); Shift erases; , and . change the "
        "size")},
    {N_("Move"), "move", N_("Drag the finding (V), or Ctrl and arrows")},
    {N_("Cut"), "cut", N_("Draw a line across to make two findings of it (L)")},
    {N_("Join"), "merge", N_("Click another finding to make one of both (J)")},
};

static GMenuModel *
menu_new(void)
{
  static const struct {
    const char *label, *action;
  } items[] = {
      {N_("Outline to the next slice (D)"), "win.copy-slice(1)"},
      {N_("Outline to the slice before (Shift+D)"), "win.copy-slice(-1)"},
      {N_("Larger (Alt+Up)"), "win.scale(1)"},
      {N_("Smaller (Alt+Down)"), "win.scale(-1)"},
      {N_("Separate unconnected parts"), "win.split-parts"},
      {N_("Delete finding (Del)"), "win.delete"},
  };
  GMenu *menu = g_menu_new();
  for (guint i = 0; i < G_N_ELEMENTS(items); i++)
    g_menu_append(menu, _(items[i].label), items[i].action);
  return G_MENU_MODEL(menu);
}

GtkWidget *
cap_edit_bar_new(void)
{
  GtkWidget *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2);
  gtk_widget_add_css_class(bar, "panel-head");
  gtk_accessible_update_property(GTK_ACCESSIBLE(bar),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Edit findings"), -1);
  for (guint i = 0; i < G_N_ELEMENTS(tools); i++) {
    GtkWidget *button = gtk_toggle_button_new_with_label(_(tools[i].label));
    gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.tool");
    gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s",
                                     tools[i].tool);
    gtk_widget_set_tooltip_text(button, _(tools[i].tooltip));
    gtk_widget_add_css_class(button, "flat");
    gtk_box_append(GTK_BOX(bar), button);
  }
  GtkWidget *more = gtk_menu_button_new();
  gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(more), "view-more-symbolic");
  g_autoptr(GMenuModel) menu = menu_new();
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(more), menu);
  gtk_widget_set_tooltip_text(more, _("More ways to change the finding"));
  gtk_widget_add_css_class(more, "flat");
  gtk_accessible_update_property(GTK_ACCESSIBLE(more),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("More ways to change the finding"), -1);
  gtk_box_append(GTK_BOX(bar), more);
  return bar;
}
