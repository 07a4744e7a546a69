/* CapShared: a struct that the UI thread and workers hold together.
 *
 * Volumes and lists are plain structs with one owner; while a worker still
 * reads one and the window already shows another, this keeps both alive. */
#pragma once

#include <glib.h>

typedef struct CapShared CapShared;

/* Takes DATA, which DESTROY frees with the last reference. */
CapShared *cap_shared_new(gpointer data, GDestroyNotify destroy);
CapShared *cap_shared_ref(CapShared *shared);
void cap_shared_unref(CapShared *shared);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapShared, cap_shared_unref)

/* Borrowed; NULL for a NULL SHARED. */
gpointer cap_shared_get(const CapShared *shared);
