/* Names of people: see person.h. */
#include "core/person.h"

#include <glib.h>

char *
cap_person_text(const char *name)
{
  g_auto(GStrv) groups = g_strsplit(name, "=", 2);
  if (groups[0] == NULL)
    return g_strdup("");
  g_auto(GStrv) parts = g_strsplit(groups[0], "^", -1);
  g_autoptr(GString) text = g_string_new(NULL);
  for (int i = 0; parts[i] != NULL; i++) {
    const char *part = g_strstrip(parts[i]);
    if (*part != '\0')
      g_string_append_printf(text, "%s%s",
                             text->len == 0 ? ""
                             : i == 1       ? ", "
                                            : " ",
                             part);
  }
  return g_strdup(text->str);
}
