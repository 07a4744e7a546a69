/* Who reads on this computer: see reader.h. */
#include "ui/preferences/reader.h"

#include "ui/preferences/preferences.h"

#define KEY "reader"

char *
cap_reader_name(void)
{
  g_autoptr(GSettings) preferences = cap_preferences_new();
  g_autofree char *kept =
      preferences != NULL ? g_settings_get_string(preferences, KEY) : NULL;
  if (kept != NULL && *kept != '\0')
    return g_steal_pointer(&kept);
  const char *real = g_get_real_name();
  const char *name =
      *real != '\0' && !g_str_equal(real, "Unknown") ? real : g_get_user_name();
  return g_utf8_make_valid(name, -1);
}

gboolean
cap_reader_set_name(const char *name)
{
  g_autoptr(GSettings) preferences = cap_preferences_new();
  return preferences != NULL && g_settings_set_string(preferences, KEY, name);
}
