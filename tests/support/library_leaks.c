/* What GLib, GTK 4.8 and libcloudproviders leak, kept from LeakSanitizer: its
 * fast unwinder cannot name their callers, so no line of leaks.supp would
 * match, and the slow one takes five times as long. Every suite of the viewer
 * gets this, since GTK calls one of these functions. */
#if defined(__SANITIZE_ADDRESS__)
#include <dlfcn.h>
#include <gio/gio.h>
#include <sanitizer/lsan_interface.h>

/* ---- libraries while they are loaded ---- */

/* GLib leaks its first table of quarks (16 KiB, g_quark_init) on purpose when
 * there are more than 2048 of them: readers of the old one take no lock. */
static void
load_unwatched(int argc, char **argv, char **environment)
{
  __lsan_disable();
}

__attribute__((section(".preinit_array"), used)) static void (
    *before_libraries)(int argc, char **argv,
                       char **environment) = load_unwatched;

__attribute__((constructor)) static void
after_libraries(void)
{
  __lsan_enable();
}

/* ---- file choosers ---- */

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

/* Called by GTK for each file chooser, and found before libcloudproviders' own.
 * GtkPathBar keeps the GFileInfo of each folder that it has a button for;
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
