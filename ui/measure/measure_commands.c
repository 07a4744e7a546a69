/* Actions that measure: see measure_commands.h. */
#include "ui/measure/measure_commands.h"

#include "core/language.h"
#include "ui/action_state.h"
#include "ui/measure/measure_grip.h"
#include "ui/measure/measuring.h"
#include "ui/measure/pleura_measuring.h"

#define PLEURA_DATA "cap-pleura-measuring"

static CapSession *
session_of(gpointer window)
{
  return cap_window_session(window);
}

static void
act_measure(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapSession *session = session_of(data);
  const gboolean measures = cap_measuring_kind(cap_session_tool(session), NULL);
  cap_session_set_tool(session, measures ? CAP_TOOL_NONE : CAP_TOOL_LENGTH);
}

static void
act_measure_kind(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapMeasureKind kind;
  if (cap_measure_kind_parse(g_variant_get_string(parameter, NULL), &kind))
    cap_session_set_tool(session_of(data), (CapTool)(CAP_TOOL_LENGTH + kind));
}

static void
act_measure_pleura(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_pleura_measuring_start(g_object_get_data(data, PLEURA_DATA));
}

static void
act_copy(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapSession *session = session_of(data);
  g_autofree char *text = cap_measuring_text(session);
  gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(data)), text);
  cap_window_toast(data, cap_measuring_selected(session) != NULL
                             ? _("Measurement copied.")
                             : _("All measurements copied."));
}

static void
act_delete(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapSession *session = session_of(data);
  if (cap_measuring_delete(session,
                           cap_ruler_selected(cap_session_ruler(session))))
    cap_window_toast(data, _("Measurement deleted; Ctrl+Z brings it back."));
}

/* A tool that is put down leaves nothing half drawn; a finding that is chosen
 * takes the Delete key back. */
static void
on_tool(CapWindow *window)
{
  cap_ruler_cancel(cap_session_ruler(session_of(window)));
}

static void
on_finding(CapWindow *window)
{
  if (cap_session_selected(session_of(window)) != NULL)
    cap_ruler_select(cap_session_ruler(session_of(window)), 0);
}

static void
on_volume(CapWindow *window)
{
  cap_ruler_cancel(cap_session_ruler(session_of(window)));
  cap_ruler_select(cap_session_ruler(session_of(window)), 0);
}

void
cap_measure_commands_install(CapWindow *window)
{
  static const GActionEntry entries[] = {
      {"measure", act_measure},
      {"measure-kind", act_measure_kind, "s"},
      {"measure-pleura", act_measure_pleura},
      {"copy-measurements", act_copy},
      {"delete-measurement", act_delete},
  };
  CapSession *session = session_of(window);
  g_action_map_add_action_entries(G_ACTION_MAP(window), entries,
                                  G_N_ELEMENTS(entries), window);
  g_object_set_data_full(
      G_OBJECT(window), PLEURA_DATA,
      cap_pleura_measuring_new(session, cap_window_judging(window)),
      (GDestroyNotify)cap_pleura_measuring_free);
  cap_measure_grip_install(window);
  g_signal_connect_object(session, "notify::tool", G_CALLBACK(on_tool), window,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "notify::selected", G_CALLBACK(on_finding),
                          window, G_CONNECT_SWAPPED);
  g_signal_connect_object(session, "volume-changed", G_CALLBACK(on_volume),
                          window, G_CONNECT_SWAPPED);
}

void
cap_measure_commands_update(CapWindow *window)
{
  CapSession *session = session_of(window);
  const gboolean ready = cap_session_phase(session) == CAP_PHASE_READY;
  const CapActionState states[] = {
      {"measure", ready},
      {"measure-kind", ready},
      {"measure-pleura", ready && cap_pleura_measuring_can(session)},
      {"copy-measurements", cap_measuring_list(session) != NULL},
      {"delete-measurement", cap_measuring_selected(session) != NULL},
  };
  cap_action_states_set(G_ACTION_MAP(window), states, G_N_ELEMENTS(states));
  cap_measure_grip_update(window);
}

const char *
cap_measure_commands_key(CapWindow *window, guint key, GdkModifierType state)
{
  static const char *const tools[CAP_N_MEASURE_KINDS] = {
      "win.measure-kind('length')", "win.measure-kind('axes')",
      "win.measure-kind('ellipse')", "win.measure-kind('angle')",
      "win.measure-kind('freehand')"};
  const GdkModifierType held =
      state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK);
  CapSession *session = session_of(window);
  const char *gripped = cap_measure_grip_key(window, key, state);
  if (gripped != NULL)
    return gripped;
  if (key == GDK_KEY_Delete && held == 0 &&
      cap_measuring_selected(session) != NULL)
    return "win.delete-measurement";
  if (held != 0 || key < GDK_KEY_1 || key >= GDK_KEY_1 + CAP_N_MEASURE_KINDS ||
      !cap_measuring_kind(cap_session_tool(session), NULL))
    return NULL;
  return tools[key - GDK_KEY_1];
}

GtkWidget *
cap_measure_button_new(void)
{
  static const struct {
    const char *label, *action;
  } items[] = {
      {N_("Length (M, 1)"), "win.tool('length')"},
      {N_("Long and short axis, mean diameter (M, 2)"), "win.tool('axes')"},
      {N_("Ellipse: HU and area (M, 3)"), "win.tool('ellipse')"},
      {N_("Angle (M, 4)"), "win.tool('angle')"},
      {N_("Freehand: HU and area (M, 5)"), "win.tool('freehand')"},
      {N_("Finding to pleura (Shift+M)"), "win.measure-pleura"},
      {N_("Copy measurements (Ctrl+C)"), "win.copy-measurements"},
      {N_("Delete measurement (Del)"), "win.delete-measurement"},
  };
  g_autoptr(GMenu) menu = g_menu_new();
  g_autoptr(GMenu) tools = g_menu_new();
  g_autoptr(GMenu) rest = g_menu_new();
  for (guint i = 0; i < G_N_ELEMENTS(items); i++)
    g_menu_append(i <= CAP_N_MEASURE_KINDS ? tools : rest, _(items[i].label),
                  items[i].action);
  g_menu_append_section(menu, NULL, G_MENU_MODEL(tools));
  g_menu_append_section(menu, NULL, G_MENU_MODEL(rest));
  GtkWidget *button = gtk_menu_button_new();
  gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button),
                                "org.capsight.Viewer.measure-symbolic");
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(button), G_MENU_MODEL(menu));
  gtk_menu_button_set_direction(GTK_MENU_BUTTON(button), GTK_ARROW_UP);
  gtk_widget_add_css_class(button, "flat");
  gtk_widget_set_tooltip_text(button, _("Measure (M)"));
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Measure"), -1);
  return button;
}
