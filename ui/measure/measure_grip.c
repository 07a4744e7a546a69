/* Changing a measurement by keys: see measure_grip.h. */
#include "ui/measure/measure_grip.h"

#include "core/image/point.h"
#include "core/image/slice_layout.h"
#include "core/language.h"
#include "core/measure/caliper.h"
#include "core/measure/freehand.h"
#include "ui/action_state.h"
#include "ui/follow.h"
#include "ui/keys.h"
#include "ui/measure/measurement_marks.h"
#include "ui/measure/measuring.h"
#include "ui/toast.h"

#define HELP_S 8
#define GRIP_DATA "cap-measure-grip"

typedef struct {
  CapWindow *window;      /* owns this */
  CapMeasurement *origin; /* as it was before this run of moves; NULL: none */
  CapPoint way_mm;        /* of the grip in this run */
  AdwToast *help;         /* what the keys do, while it is shown; owned */
  GArray *corners;        /* by which its outline is changed; NULL: none yet */
} Grip;

static Grip *
grip_of(CapWindow *window)
{
  return g_object_get_data(G_OBJECT(window), GRIP_DATA);
}

static CapSession *
session_of(const Grip *grip)
{
  return cap_window_session(grip->window);
}

static CapRuler *
ruler_of(const Grip *grip)
{
  return cap_session_ruler(session_of(grip));
}

static CapPane *
pane_of(const Grip *grip)
{
  return cap_views_active(cap_window_views(grip->window));
}

/* Ends this run of moves: it is one action of the review. */
static void
keep(Grip *grip)
{
  if (grip->origin == NULL)
    return;
  g_autoptr(CapMeasurement) origin = g_steal_pointer(&grip->origin);
  const CapMeasurement *draft = cap_ruler_draft(ruler_of(grip));
  if (draft != NULL && !cap_measurement_lies_like(draft, origin))
    cap_measuring_keep_moved(session_of(grip));
  else
    cap_ruler_cancel(ruler_of(grip)); /* it has come back, or Esc */
}

static void
let_go(Grip *grip)
{
  keep(grip);
  cap_ruler_set_grip(ruler_of(grip), CAP_GRIP_NONE);
  if (grip->help != NULL)
    adw_toast_dismiss(grip->help);
  g_clear_object(&grip->help);
}

/* ---- stepping ---- */

/* Of int: what can be gripped of M, the whole last. Caller unrefs. */
static GArray *
stops_of(Grip *grip, const CapMeasurement *m, const CapViewport *port)
{
  const int whole = CAP_GRIP_WHOLE;
  GArray *stops = g_array_new(FALSE, FALSE, sizeof(int));
  g_clear_pointer(&grip->corners, g_array_unref);
  grip->corners = cap_measurement_marks_corners(m, port);
  g_array_append_vals(stops, grip->corners->data, grip->corners->len);
  for (int i = 0; i < cap_measurement_n_ends(m->kind); i++)
    g_array_append_val(stops, i);
  g_array_append_val(stops, whole);
  return stops;
}

/* The place among STOPS that is BY after that of NOW. A corner that there is
 * none of any more, since the view was zoomed, counts as the one before it. */
static int
step_from(const GArray *stops, int now, int by)
{
  const int n = (int)stops->len;
  int at = n - 1; /* the whole, or nothing: the first is next */
  for (int i = 0; now >= 0 && i + 1 < n; i++)
    if (g_array_index(stops, int, i) <= now)
      at = i;
  if (now == CAP_GRIP_NONE && by < 0)
    at = 0;
  return g_array_index(stops, int, (at + by + n) % n);
}

/* All views go there; one that is zoomed in shows it. */
static void
show(const Grip *grip, CapPoint at_mm)
{
  CapViewport port;
  double x, y;
  if (!cap_pane_viewport(pane_of(grip), &port))
    return;
  cap_viewport_to_screen(&port, at_mm, &x, &y);
  const gboolean seen = x >= 0 && y >= 0 &&
                        x < cap_viewport_screen_width(&port) &&
                        y < cap_viewport_screen_height(&port);
  cap_session_set_position(session_of(grip), at_mm, !seen);
}

static void
act_grip(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Grip *grip = grip_of(data);
  CapRuler *ruler = ruler_of(grip);
  CapPane *pane = pane_of(grip);
  CapViewport port;
  keep(grip);
  const CapMeasurement *m = cap_measuring_selected(session_of(grip));
  if (m == NULL || !cap_pane_viewport(pane, &port))
    return;
  const int before = cap_ruler_grip(ruler);
  g_autoptr(GArray) stops = stops_of(grip, m, &port);
  const int now = step_from(stops, before, g_variant_get_int32(parameter));
  gtk_widget_grab_focus(GTK_WIDGET(pane));
  show(grip, cap_measuring_grip_point(m, now));
  cap_ruler_set_grip(ruler, now);
  if (before == CAP_GRIP_NONE)
    g_set_object(&grip->help,
                 cap_toast(GTK_WIDGET(pane),
                           _("Arrows move it, with Shift by ten voxels. T: the "
                             "next end or corner. Enter keeps, Esc undoes."),
                           HELP_S));
}

/* ---- moving ---- */

/* NOW with AT brought further BY. An outline is bent from how it was before
 * this run, so that the way back undoes the way there. */
static CapMeasurement *
moved(Grip *grip, const CapMeasurement *now, CapPoint at, CapPoint by)
{
  const int which = cap_ruler_grip(ruler_of(grip));
  const gboolean bends = which >= 0 && now->kind == CAP_MEASURE_FREEHAND;
  grip->way_mm = cap_point_add(grip->way_mm, by);
  CapMeasurement *m = cap_measurement_copy(bends ? grip->origin : now);
  if (bends)
    cap_freehand_pull(
        m->outline_mm, grip->corners, which,
        cap_point_add(cap_measuring_grip_point(grip->origin, which),
                      grip->way_mm));
  else if (which >= 0)
    cap_caliper_move_end(m, which, cap_point_add(at, by));
  else
    cap_caliper_move(m, by);
  return m;
}

static void
act_move(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Grip *grip = grip_of(data);
  CapRuler *ruler = ruler_of(grip);
  const CapVolume *volume = cap_session_volume(session_of(grip));
  const CapMeasurement *now =
      grip->origin != NULL ? cap_ruler_draft(ruler) : NULL;
  int right, down;
  if (now == NULL)
    now = cap_measuring_selected(session_of(grip));
  if (now == NULL || volume == NULL)
    return;
  g_variant_get(parameter, "(ii)", &right, &down);
  const CapPoint by =
      cap_slice_step(volume, cap_pane_plane(pane_of(grip)), right, down);
  const CapPoint at = cap_measuring_grip_point(now, cap_ruler_grip(ruler));
  if (cap_volume_contains(volume, at) &&
      !cap_volume_contains(volume, cap_point_add(at, by)))
    return; /* nobody would see it there */
  if (grip->origin == NULL) {
    grip->origin = cap_measurement_copy(now);
    grip->way_mm = (CapPoint){0, 0, 0};
  }
  cap_ruler_set_draft(ruler, moved(grip, now, at, by), volume);
  show(grip,
       cap_measuring_grip_point(cap_ruler_draft(ruler), cap_ruler_grip(ruler)));
}

/* ---- letting go ---- */

static void
act_keep(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  let_go(grip_of(data));
}

static void
act_drop(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Grip *grip = grip_of(data);
  if (grip->origin != NULL) {
    cap_ruler_cancel(ruler_of(grip));
    show(grip, cap_measuring_grip_point(grip->origin,
                                        cap_ruler_grip(ruler_of(grip))));
  }
  let_go(grip);
}

/* Keys go elsewhere now. */
static void
on_focus(Grip *grip)
{
  GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(grip->window));
  if (focus != GTK_WIDGET(pane_of(grip)))
    let_go(grip);
}

static void
on_active(Grip *grip)
{
  if (!gtk_window_is_active(GTK_WINDOW(grip->window)))
    keep(grip);
}

static gboolean
on_close(Grip *grip)
{
  keep(grip);
  return FALSE;
}

/* A button of the pointer ends the run, whatever it is pressed on. */
static gboolean
on_event(GtkEventControllerLegacy *controller, GdkEvent *event, gpointer data)
{
  const GdkEventType type = gdk_event_get_event_type(event);
  if (type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN)
    keep(data);
  return GDK_EVENT_PROPAGATE;
}

/* Another measurement is selected, or undo has taken this one back. */
static void
on_changed(Grip *grip)
{
  int n = 0;
  const CapMeasurement *m = cap_measuring_selected(session_of(grip));
  if (m != NULL)
    cap_measurement_points(m, &n);
  if (grip->origin != NULL &&
      (m == NULL || cap_ruler_grip(ruler_of(grip)) == CAP_GRIP_NONE))
    keep(grip);
  if (cap_ruler_grip(ruler_of(grip)) >= n)
    cap_ruler_set_grip(ruler_of(grip), CAP_GRIP_NONE);
}

/* ---- the window ---- */

static void
grip_free(gpointer data)
{
  Grip *grip = data;
  cap_measurement_free(grip->origin);
  g_clear_pointer(&grip->corners, g_array_unref);
  g_clear_object(&grip->help);
  g_free(grip);
}

static void
follow(Grip *grip)
{
  CapWindow *window = grip->window;
  const struct {
    gpointer object;
    const char *signal;
    GCallback callback;
  } bound[] = {
      {window, "notify::focus-widget", G_CALLBACK(on_focus)},
      {window, "notify::is-active", G_CALLBACK(on_active)},
      {window, "close-request", G_CALLBACK(on_close)},
      {ruler_of(grip), "notify::grip", G_CALLBACK(on_changed)},
      {session_of(grip), "marks-changed", G_CALLBACK(on_changed)},
  };
  for (guint i = 0; i < G_N_ELEMENTS(bound); i++)
    cap_follow(window, bound[i].object, bound[i].signal, bound[i].callback,
               grip);
  GtkEventController *any = gtk_event_controller_legacy_new();
  gtk_event_controller_set_propagation_phase(any, GTK_PHASE_CAPTURE);
  g_signal_connect(any, "event", G_CALLBACK(on_event), grip);
  gtk_widget_add_controller(GTK_WIDGET(window), any);
}

void
cap_measure_grip_install(CapWindow *window)
{
  static const GActionEntry entries[] = {
      {"grip", act_grip, "i"},
      {"move-grip", act_move, "(ii)"},
      {"keep-grip", act_keep},
      {"drop-grip", act_drop},
  };
  Grip *grip = g_new0(Grip, 1);
  grip->window = window;
  g_object_set_data_full(G_OBJECT(window), GRIP_DATA, grip, grip_free);
  g_action_map_add_action_entries(G_ACTION_MAP(window), entries,
                                  G_N_ELEMENTS(entries), window);
  follow(grip);
}

void
cap_measure_grip_update(CapWindow *window)
{
  CapSession *session = cap_window_session(window);
  CapRuler *ruler = cap_session_ruler(session);
  const gboolean held = cap_ruler_grip(ruler) != CAP_GRIP_NONE;
  const CapActionState states[] = {
      {"grip", cap_session_phase(session) == CAP_PHASE_READY &&
                   cap_ruler_n_points(ruler) == 0 &&
                   cap_measuring_selected(session) != NULL},
      {"move-grip", held},
      {"keep-grip", held},
      {"drop-grip", held},
  };
  cap_action_states_set(G_ACTION_MAP(window), states, G_N_ELEMENTS(states));
}

/* Left, right, up, down; -1 for another key. */
static int
arrow_of(guint key)
{
  static const guint arrows[] = {GDK_KEY_Left, GDK_KEY_Right, GDK_KEY_Up,
                                 GDK_KEY_Down};
  for (int i = 0; i < 4; i++)
    if (arrows[i] == key)
      return i;
  return -1;
}

static gboolean
is_modifier(guint key)
{
  return (key >= GDK_KEY_Shift_L && key <= GDK_KEY_Hyper_R) ||
         key == GDK_KEY_ISO_Level3_Shift || key == GDK_KEY_Num_Lock;
}

const char *
cap_measure_grip_key(CapWindow *window, guint key, GdkModifierType state)
{
  static const char *const moves[2][4] = {
      {"win.move-grip((-1,0))", "win.move-grip((1,0))", "win.move-grip((0,-1))",
       "win.move-grip((0,1))"},
      {"win.move-grip((-10,0))", "win.move-grip((10,0))",
       "win.move-grip((0,-10))", "win.move-grip((0,10))"}};
  Grip *grip = grip_of(window);
  key = cap_keys_off_pad(key);
  const gboolean shift = (state & GDK_SHIFT_MASK) != 0;
  const gboolean alone = !(state & (GDK_CONTROL_MASK | GDK_ALT_MASK));
  if (cap_ruler_grip(ruler_of(grip)) == CAP_GRIP_NONE || is_modifier(key))
    return NULL;
  if (arrow_of(key) >= 0 && !(state & GDK_ALT_MASK)) /* Ctrl: as elsewhere */
    return moves[shift][arrow_of(key)];
  if (alone && key == GDK_KEY_Escape)
    return "win.drop-grip";
  keep(grip);
  return alone && key == GDK_KEY_Return ? "win.keep-grip" : NULL;
}
