/* What the viewer remembers: see preferences.h. */
#include "ui/preferences.h"

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
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;
  const char *const places[] = {"../ui", "../share/glib-2.0/schemas"};
  for (gsize i = 0;
       folder != NULL && schema == NULL && i < G_N_ELEMENTS(places); i++) {
    g_autofree char *path = g_build_filename(folder, places[i], NULL);
    g_autoptr(GSettingsSchemaSource) here =
        g_settings_schema_source_new_from_directory(path, source, TRUE, NULL);
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
