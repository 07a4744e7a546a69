/* Signals for plain structs: see follow.h. */
#include "ui/follow.h"

void
cap_follow(gpointer owner, gpointer object, const char *signal,
           GCallback callback, gpointer data)
{
  GClosure *closure = g_cclosure_new_swap(callback, data, NULL);
  g_object_watch_closure(G_OBJECT(owner), closure);
  g_signal_connect_closure(object, signal, closure, FALSE);
}
