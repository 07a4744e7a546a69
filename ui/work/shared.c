/* CapShared: see shared.h. */
#include "ui/work/shared.h"

struct CapShared {
  gpointer data;
  GDestroyNotify destroy;
};

CapShared *
cap_shared_new(gpointer data, GDestroyNotify destroy)
{
  CapShared *shared = g_atomic_rc_box_new0(CapShared);
  shared->data = data;
  shared->destroy = destroy;
  return shared;
}

CapShared *
cap_shared_ref(CapShared *shared)
{
  return g_atomic_rc_box_acquire(shared);
}

static void
clear(CapShared *shared)
{
  if (shared->destroy != NULL)
    shared->destroy(shared->data);
}

void
cap_shared_unref(CapShared *shared)
{
  if (shared != NULL)
    g_atomic_rc_box_release_full(shared, (GDestroyNotify)clear);
}

gpointer
cap_shared_get(const CapShared *shared)
{
  return shared != NULL ? shared->data : NULL;
}
