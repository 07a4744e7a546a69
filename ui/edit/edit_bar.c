/* The row of tools: see edit_bar.h. */
#include "ui/edit/edit_bar.h"

#include "core/language.h"
#include "ui/edit/edit.h"
#include "ui/follow.h"

#include <adwaita.h>

static const struct {
  const char *label, *name, *tooltip;
  CapTool tool;
} tools[] = {
    {N_("Add"), "add",
     N_("Add a finding with a click (N adds at the cross-hair)"), CAP_TOOL_ADD},
    {N_("Brush"), "brush",
     N_("Draw the outline on a slice (B); Shift erases; , and . change the "
        "size"),
     CAP_TOOL_BRUSH},
    {N_("Move"), "move", N_("Drag the finding (V), or Ctrl and arrows"),
     CAP_TOOL_MOVE},
    {N_("Cut"), "cut", N_("Draw a line across to make two findings of it (L)"),
     CAP_TOOL_CUT},
    {N_("Join"), "merge", N_("Click another finding to make one of both (J)"),
     CAP_TOOL_MERGE},
};

typedef struct {
  CapSession *session; /* borrowed */
  GtkWidget *places[G_N_ELEMENTS(tools)];
} Bar;

/* A tool that would do nothing is off, and says why. The place of its button
 * is, since the button itself goes by the action, which is that of all tools.
 */
static void
update(Bar *bar)
{
  for (guint i = 0; i < G_N_ELEMENTS(tools); i++) {
    const char *obstacle = cap_edit_obstacle(bar->session, tools[i].tool);
    g_autofree char *tooltip =
        obstacle != NULL
            ? g_strdup_printf("%s\n%s", _(tools[i].tooltip), obstacle)
            : g_strdup(_(tools[i].tooltip));
    gtk_widget_set_sensitive(bar->places[i], obstacle == NULL);
    gtk_widget_set_tooltip_text(bar->places[i], tooltip);
  }
}

static GtkWidget *
tool_new(guint i)
{
  GtkWidget *button = gtk_toggle_button_new_with_label(_(tools[i].label));
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.tool");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", tools[i].name);
  gtk_widget_add_css_class(button, "flat");
  GtkWidget *place = adw_bin_new();
  adw_bin_set_child(ADW_BIN(place), button);
  return place;
}

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
cap_edit_bar_new(CapSession *session)
{
  Bar *bar = g_new0(Bar, 1);
  bar->session = session;
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 2);
  gtk_widget_add_css_class(box, "panel-head");
  gtk_accessible_update_property(GTK_ACCESSIBLE(box),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Edit findings"), -1);
  for (guint i = 0; i < G_N_ELEMENTS(tools); i++)
    gtk_box_append(GTK_BOX(box), bar->places[i] = tool_new(i));
  GtkWidget *more = gtk_menu_button_new();
  gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(more), "view-more-symbolic");
  g_autoptr(GMenuModel) menu = menu_new();
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(more), menu);
  gtk_widget_set_tooltip_text(more, _("More ways to change the finding"));
  gtk_widget_add_css_class(more, "flat");
  gtk_accessible_update_property(GTK_ACCESSIBLE(more),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("More ways to change the finding"), -1);
  gtk_box_append(GTK_BOX(box), more);
  g_object_set_data_full(G_OBJECT(box), "cap-bar", bar, g_free);
  cap_follow(box, session, "notify::selected", G_CALLBACK(update), bar);
  cap_follow(box, session, "marks-changed", G_CALLBACK(update), bar);
  update(bar);
  return box;
}
