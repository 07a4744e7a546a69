/* What the viewer remembers: see preferences.h. */
#include "ui/preferences/preferences.h"

#include "core/program.h"

#define SCHEMA "org.capsight.Viewer"

/* The schema of the system, else of the tree that the program was built in. */
static GSettingsSchema *
find_schema(void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default();
  GSettingsSchema *schema =
      source != NULL ? g_settings_schema_source_lookup(source, SCHEMA, TRUE)
                     : NULL;
  if (schema != NULL)
    return schema;
  const char *const places[] = {"../ui", "../share/glib-2.0/schemas"};
  for (gsize i = 0; schema == NULL && i < G_N_ELEMENTS(places); i++) {
    g_autofree char *path = cap_program_find(places[i]);
    g_autoptr(GSettingsSchemaSource) here =
        path != NULL ? g_settings_schema_source_new_from_directory(path, source,
                                                                   TRUE, NULL)
                     : NULL;
    if (here != NULL)
      schema = g_settings_schema_source_lookup(here, SCHEMA, FALSE);
  }
  return schema;
}

GSettings *
cap_preferences_new(void)
{
  g_autoptr(GSettingsSchema) schema = find_schema();
  return schema != NULL ? g_settings_new_full(schema, NULL, NULL) : NULL;
}
