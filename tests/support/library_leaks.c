/* What GLib, GTK 4.8 and libcloudproviders leak, kept from LeakSanitizer: its
 * fast unwinder cannot name their callers, so no line of leaks.supp would
 * match, and the slow one takes five times as long. Every suite of the viewer
 * gets this, since GTK calls one of these functions. */
#if defined(__SANITIZE_ADDRESS__)
#include <dlfcn.h>
#include <gtk/gtk.h>
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

/* GLib leaks a part of what it reads first of the types of files (xdgmime). */
__attribute__((constructor)) static void
after_libraries(void)
{
  g_free(g_content_type_guess("a.png", NULL, 0, NULL));
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

/* GTK's list of files leaks paths of rows (gtk_tree_view_get_visible_range) and
 * lists of places: while a chooser is there this thread is not watched. */
static void
watch_unless_choosing(GListModel *windows)
{
  static gboolean choosing;
  gboolean now = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items(windows); i++) {
    g_autoptr(GObject) window = g_list_model_get_item(windows, i);
    now = now || GTK_IS_FILE_CHOOSER(window);
  }
  if (now && !choosing)
    __lsan_disable();
  else if (!now && choosing)
    __lsan_enable();
  choosing = now;
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
    GListModel *windows = gtk_window_get_toplevels();
    g_signal_connect(windows, "items-changed",
                     G_CALLBACK(watch_unless_choosing), NULL);
    watch_unless_choosing(windows);
  }
  __lsan_disable();
  gpointer collector = theirs();
  __lsan_enable();
  return collector;
}
#endif
