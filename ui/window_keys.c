/* Keys of the window: see window_keys.h. */
#include "ui/window_keys.h"

#include "ui/keys.h"
#include "ui/measure/measure_commands.h"

/* Typing in an entry and moving in a menu keep their keys. */
static gboolean
keys_belong_to_focus(CapWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(self));
  return focus != NULL &&
         (GTK_IS_EDITABLE(focus) || GTK_IS_TEXT_VIEW(focus) ||
          gtk_widget_get_ancestor(focus, GTK_TYPE_POPOVER) != NULL);
}

/* In the list of studies letters go to its search. */
static gboolean
is_typed_search(CapWindow *self, guint key, GdkModifierType state)
{
  return g_str_equal(cap_window_page(self), "studies") &&
         !(state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) &&
         (gdk_keyval_to_unicode(key) != 0 || key == GDK_KEY_Escape);
}

/* What holds while its key is held; FALSE for another key. */
static gboolean
hold(CapWindow *self, guint key, gboolean held)
{
  switch (gdk_keyval_to_lower(key)) {
  case GDK_KEY_h:
    g_object_set(cap_window_session(self), "marks-hidden", held, NULL);
    return TRUE;
  case GDK_KEY_g:
    g_object_set(cap_session_look(cap_window_session(self)), "magnify", held,
                 NULL);
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
on_key_pressed(GtkEventControllerKey *controller, guint key, guint code,
               GdkModifierType state, gpointer data)
{
  CapWindow *self = data;
  if (keys_belong_to_focus(self) || is_typed_search(self, key, state))
    return GDK_EVENT_PROPAGATE;
  if (!(state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) && hold(self, key, TRUE))
    return GDK_EVENT_STOP;
  const char *detailed = cap_measure_commands_key(self, key, state);
  if (detailed == NULL)
    detailed = cap_keys_lookup(key, state);
  if (detailed == NULL)
    return GDK_EVENT_PROPAGATE;
  g_autofree char *name = NULL;
  g_autoptr(GVariant) target = NULL;
  if (!g_action_parse_detailed_name(detailed, &name, &target, NULL))
    return GDK_EVENT_PROPAGATE;
  if (g_str_has_prefix(name, "win.") &&
      !g_action_group_get_action_enabled(G_ACTION_GROUP(self), name + 4))
    return GDK_EVENT_PROPAGATE;
  return gtk_widget_activate_action_variant(GTK_WIDGET(self), name, target);
}

static void
on_key_released(GtkEventControllerKey *controller, guint key, guint code,
                GdkModifierType state, gpointer data)
{
  hold(data, key, FALSE);
}

static void
on_active(CapWindow *self)
{
  if (gtk_window_is_active(GTK_WINDOW(self)))
    return;
  hold(self, GDK_KEY_h, FALSE); /* the release went to another window */
  hold(self, GDK_KEY_g, FALSE);
}

/* Arrows scroll the active pane wherever the focus is, unless the focused
 * widget wanted them. */
static gboolean
on_key_unused(GtkEventControllerKey *controller, guint key, guint code,
              GdkModifierType state, gpointer data)
{
  CapWindow *self = data;
  GtkWidget *pane = GTK_WIDGET(cap_views_active(cap_window_views(self)));
  if (keys_belong_to_focus(self) || gtk_widget_is_focus(pane) ||
      cap_session_volume(cap_window_session(self)) == NULL)
    return GDK_EVENT_PROPAGATE;
  return gtk_event_controller_key_forward(controller, pane);
}

void
cap_window_keys_attach(CapWindow *self)
{
  GtkEventController *first = gtk_event_controller_key_new();
  gtk_event_controller_set_propagation_phase(first, GTK_PHASE_CAPTURE);
  g_signal_connect(first, "key-pressed", G_CALLBACK(on_key_pressed), self);
  g_signal_connect(first, "key-released", G_CALLBACK(on_key_released), self);
  gtk_widget_add_controller(GTK_WIDGET(self), first);
  GtkEventController *last = gtk_event_controller_key_new();
  g_signal_connect(last, "key-pressed", G_CALLBACK(on_key_unused), self);
  gtk_widget_add_controller(GTK_WIDGET(self), last);
  g_signal_connect(self, "notify::is-active", G_CALLBACK(on_active), NULL);
}
