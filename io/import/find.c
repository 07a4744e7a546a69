/* Which reports lie beside a series: see import.h. */
#include "io/import/import.h"

#include "io/import/source.h"

/* Date and time of ROOT's content, to be compared. */
static char *
moment_of(CapDcmtkItem *root)
{
  g_autofree char *date = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0023));
  g_autofree char *time = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0033));
  return g_strconcat(date, time, NULL);
}

/* A structured report says by which template it was written. */
static gboolean
is_measurement_report(CapDcmtkItem *root)
{
  CapDcmtkItem *template = cap_dcmtk_get_item(root, CAP_TAG(0x0040, 0xa504), 0);
  g_autofree char *id = template
                            ? cap_dcmtk_get(template, CAP_TAG(0x0040, 0xdb00))
                            : g_strdup("");
  return g_str_equal(id, "1500");
}

char **
cap_import_find(const GPtrArray *files, const char *series_uid)
{
  g_autoptr(GStrvBuilder) found = g_strv_builder_new();
  g_autofree char *latest = NULL, *latest_moment = NULL;
  for (guint i = 0; i < files->len; i++) {
    g_autoptr(CapDcmtkObject) object =
        cap_dcmtk_object_read(files->pdata[i], NULL);
    CapDcmtkItem *root = object ? cap_dcmtk_object_root(object) : NULL;
    g_autoptr(GPtrArray) series = g_ptr_array_new_with_free_func(g_free);
    if (root == NULL)
      continue;
    cap_import_note_series(root, series);
    if (!g_ptr_array_find_with_equal_func(series, series_uid, g_str_equal,
                                          NULL))
      continue;
    if (!cap_import_is_report(root)) {
      g_strv_builder_add(found, files->pdata[i]);
      continue;
    }
    g_autofree char *moment = moment_of(root);
    if (!is_measurement_report(root) || g_strcmp0(moment, latest_moment) < 0)
      continue;
    g_free(latest);
    latest = g_strdup(files->pdata[i]);
    g_free(latest_moment);
    latest_moment = g_steal_pointer(&moment);
  }
  if (latest != NULL)
    g_strv_builder_add(found, latest);
  char **paths = g_strv_builder_end(found);
  if (*paths != NULL)
    return paths;
  g_strfreev(paths);
  return NULL;
}
