/* Preferences as a window keeps to them: see window_preferences.h. */
#include "ui/preferences/window_preferences.h"

#include "ui/preferences/preferences.h"
#include "ui/preferences/reader.h"
#include "ui/session/session_guidelines.h"
#include "ui/session/session_weights.h"
#include "ui/view/preset.h"
#include "ui/work/job.h"

static void
on_layout(CapWindow *window, const char *name, GVariant *state, gpointer data)
{
  CapLayout layout;
  if (cap_layout_parse(g_variant_get_string(state, NULL), &layout) &&
      !cap_layout_compares(layout)) /* the next start has nothing to compare */
    g_settings_set_value(data, "layout", state);
}

static void
apply_layout(CapWindow *window, const char *key, GSettings *settings)
{
  g_autoptr(GVariant) layout = g_settings_get_value(settings, "layout");
  g_action_group_change_action_state(G_ACTION_GROUP(window), "layout", layout);
}

/* Where the word of KEY stands among its choices, which are in the order of the
 * enumeration that they are of. */
static int
choice_of(GSettings *settings, const char *key, const char *const *words)
{
  g_autofree char *word = g_settings_get_string(settings, key);
  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal(words[i], word))
      return i;
  return 0;
}

static void
begin_look(CapWindow *window, GSettings *settings)
{
  static const char *const presets[] = {
      "lung", "mediastinum", "bone", "vessels", "ground-glass", "whole", NULL};
  static const char *const slabs[] = {"off", "mip", "average", "minip", NULL};
  CapLook *look = cap_session_look(cap_window_session(window));
  const CapPreset *preset =
      &cap_presets[choice_of(settings, "preset", presets)];
  cap_look_set_window(look, preset->window_hu, preset->level_hu);
  g_object_set(look, "slab", choice_of(settings, "slab", slabs), NULL);
}

static void
apply_wheel(CapWindow *window, const char *key, GSettings *settings)
{
  static const char *const ways[] = {"feet", "head", NULL};
  g_object_set(cap_session_look(cap_window_session(window)), "wheel-to-head",
               choice_of(settings, "wheel", ways) == 1, NULL);
}

static void
apply_setting(CapWindow *window, const char *key, GSettings *settings)
{
  g_autofree char *word = g_settings_get_string(settings, "setting");
  cap_session_set_usual_setting(cap_window_session(window), word);
}

static void
apply_weights(CapWindow *window, const char *key, GSettings *settings)
{
  g_autofree char *path = g_settings_get_string(settings, "weights");
  const char *chosen = *path != '\0' ? path : NULL;
  cap_detection_set_weights(cap_window_detection(window), chosen);
  cap_judging_set_weights(cap_window_judging(window), chosen);
  cap_prior_study_set_weights(
      cap_prior_pairs_prior(cap_window_prior_pairs(window)), chosen);
  cap_session_set_weights(cap_window_session(window), chosen);
}

static void
apply_threads(CapWindow *window, const char *key, GSettings *settings)
{
  cap_job_set_threads(g_settings_get_int(settings, "threads"));
}

static void
apply_reader(CapWindow *window, const char *key, GSettings *settings)
{
  g_autofree char *name = cap_reader_name();
  cap_session_set_reader(cap_window_session(window), name);
}

GSettings *
cap_window_preferences_bind(CapWindow *window, CapCine *cine)
{
  static const struct {
    const char *key;
    void (*apply)(CapWindow *window, const char *key, GSettings *settings);
  } followed[] = {{"layout", apply_layout},   {"wheel", apply_wheel},
                  {"setting", apply_setting}, {"weights", apply_weights},
                  {"threads", apply_threads}, {"reader", apply_reader}};
  static const char *const shown[] = {"slab-thickness", "interpolate",
                                      "crosshair", "heat-opacity"};
  GSettings *settings = cap_preferences_new();
  if (settings == NULL)
    return NULL;
  CapSession *session = cap_window_session(window);
  g_settings_bind(settings, "cine-rate", cine, "rate", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind(settings, "first-reading", session, "first-reading",
                  G_SETTINGS_BIND_DEFAULT);
  for (guint i = 0; i < G_N_ELEMENTS(shown); i++)
    g_settings_bind(settings, shown[i], cap_session_look(session), shown[i],
                    G_SETTINGS_BIND_DEFAULT);
  begin_look(window, settings);
  for (guint i = 0; i < G_N_ELEMENTS(followed); i++) {
    g_autofree char *signal = g_strconcat("changed::", followed[i].key, NULL);
    followed[i].apply(window, followed[i].key, settings);
    g_signal_connect_object(settings, signal, G_CALLBACK(followed[i].apply),
                            window, G_CONNECT_SWAPPED);
  }
  g_signal_connect_object(window, "action-state-changed::layout",
                          G_CALLBACK(on_layout), settings, 0);
  return settings;
}
