/* Actions that change findings: see edit_commands.h. */
#include "ui/edit/edit_commands.h"

#include "core/image/point.h"
#include "core/image/slice_layout.h"
#include "core/image/unit.h"
#include "core/language.h"
#include "ui/action_state.h"
#include "ui/edit/edit.h"
#include "ui/measure/measuring.h"

#define GROW 1.1

static const char *const tools[] = {"none",    "add",   "brush",   "move",
                                    "cut",     "merge", "length",  "axes",
                                    "ellipse", "angle", "freehand"};

static CapSession *
session_of(gpointer window)
{
  return cap_window_session(window);
}

static CapPlane
active_plane(gpointer window)
{
  return cap_pane_plane(cap_views_active(cap_window_views(window)));
}

/* The same tool once more puts it down. */
static void
act_tool(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapSession *session = session_of(data);
  const char *name = g_variant_get_string(parameter, NULL);
  CapTool tool = CAP_TOOL_NONE;
  for (guint i = 0; i < G_N_ELEMENTS(tools); i++)
    if (g_str_equal(name, tools[i]))
      tool = (CapTool)i;
  const char *obstacle = cap_edit_obstacle(session, tool);
  if (obstacle != NULL) {
    cap_window_toast(data, obstacle);
    return;
  }
  cap_session_set_tool(
      session, cap_session_tool(session) == tool ? CAP_TOOL_NONE : tool);
  if (!cap_measuring_kind(cap_session_tool(session), NULL))
    cap_judging_warm_up(cap_window_judging(data));
}

static void
on_tool(CapWindow *window)
{
  GAction *action = g_action_map_lookup_action(G_ACTION_MAP(window), "tool");
  g_simple_action_set_state(
      G_SIMPLE_ACTION(action),
      g_variant_new_string(tools[cap_session_tool(session_of(window))]));
}

static void
act_add(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_judging_add(cap_window_judging(data),
                  cap_session_position(session_of(data)));
}

static void
act_add_at(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapPoint at;
  g_variant_get(parameter, "(ddd)", &at.x, &at.y, &at.z);
  cap_judging_add(cap_window_judging(data), at);
}

static void
act_delete(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (cap_edit_delete(session_of(data)))
    cap_window_toast(data, _("Finding deleted; Ctrl+Z brings it back."));
}

static void
act_copy_slice(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_edit_copy_slice(session_of(data), active_plane(data),
                      g_variant_get_int32(parameter));
}

static void
act_scale(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_edit_scale(session_of(data),
                 g_variant_get_int32(parameter) > 0 ? GROW : 1 / GROW);
}

static void
act_brush_size(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  CapSession *session = session_of(data);
  const double mm =
      cap_session_brush_mm(session) + 0.5 * g_variant_get_int32(parameter);
  cap_session_set_brush_mm(session, mm);
  g_autofree char *text =
      g_strdup_printf(_("Brush %.1f %s."), cap_session_brush_mm(session),
                      cap_unit_length(cap_session_unknown(session)));
  cap_window_toast(data, text);
}

/* One voxel to a side of the active view: the finding, or, while the reader
 * measures, the cross-hair. */
static void
act_nudge(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const CapVolume *volume = cap_session_volume(session_of(data));
  int right, down;
  if (volume == NULL)
    return;
  g_variant_get(parameter, "(ii)", &right, &down);
  const CapPoint by = cap_slice_step(volume, active_plane(data), right, down);
  CapSession *session = session_of(data);
  if (cap_measuring_kind(cap_session_tool(session), NULL))
    cap_session_set_position(
        session, cap_point_add(cap_session_position(session), by), FALSE);
  else
    cap_edit_move(session, by);
}

static void
act_split_parts(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  cap_edit_split_parts(session_of(data));
}

void
cap_edit_commands_install(CapWindow *window)
{
  static const GActionEntry entries[] = {
      {"tool", act_tool, "s", "'none'"},   {"add", act_add},
      {"add-at", act_add_at, "(ddd)"},     {"delete", act_delete},
      {"copy-slice", act_copy_slice, "i"}, {"scale", act_scale, "i"},
      {"brush-size", act_brush_size, "i"}, {"nudge", act_nudge, "(ii)"},
      {"split-parts", act_split_parts},
  };
  g_action_map_add_action_entries(G_ACTION_MAP(window), entries,
                                  G_N_ELEMENTS(entries), window);
  g_signal_connect_object(cap_window_session(window), "notify::tool",
                          G_CALLBACK(on_tool), window, G_CONNECT_SWAPPED);
}

void
cap_edit_commands_update(CapWindow *window)
{
  CapSession *session = session_of(window);
  const gboolean ready = cap_session_phase(session) == CAP_PHASE_READY;
  const gboolean chosen = ready && cap_session_selected(session) != NULL;
  const gboolean measures = cap_measuring_kind(cap_session_tool(session), NULL);
  const CapActionState states[] = {
      {"tool", ready},        {"add", ready},
      {"add-at", ready},      {"brush-size", ready},
      {"delete", chosen},     {"copy-slice", chosen},
      {"scale", chosen},      {"nudge", chosen || (ready && measures)},
      {"split-parts", chosen}};
  cap_action_states_set(G_ACTION_MAP(window), states, G_N_ELEMENTS(states));
  if (!ready || cap_edit_obstacle(session, cap_session_tool(session)) != NULL)
    cap_session_set_tool(session, CAP_TOOL_NONE);
}
