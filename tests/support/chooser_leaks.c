/* What GTK 4.8 and its libraries leak of a file chooser, kept from
 * LeakSanitizer: its fast unwinder cannot name their callers, so no line of
 * leaks.supp would match, and the slow one takes five times as long. Linked
 * into the viewer's suites, this function comes before libcloudproviders' own,
 * which GTK calls for each chooser. */
#if defined(__SANITIZE_ADDRESS__)
#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/lsan_interface.h>

gpointer cloud_providers_collector_dup_singleton(void);

static GObject *(*make_info)(GType type, guint n,
                             GObjectConstructParam *properties);

static GObject *
make_unwatched(GType type, guint n, GObjectConstructParam *properties)
{
  __lsan_disable();
  GObject *info = make_info(type, n, properties);
  __lsan_enable();
  return info;
}

/* GtkPathBar keeps the GFileInfo of each folder that it has a button for;
 * libcloudproviders the GError of g_bus_get where there is no D-Bus. */
gpointer
cloud_providers_collector_dup_singleton(void)
{
  static gpointer (*theirs)(void);
  if (theirs == NULL) {
    theirs = (gpointer(*)(void))dlsym(
        RTLD_NEXT, "cloud_providers_collector_dup_singleton");
    GObjectClass *infos = g_type_class_ref(G_TYPE_FILE_INFO);
    make_info = infos->constructor;
    infos->constructor = make_unwatched;
  }
  __lsan_disable();
  gpointer collector = theirs();
  __lsan_enable();
  return collector;
}
#endif
