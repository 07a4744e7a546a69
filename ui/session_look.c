/* CapSession: position, window and pointer; see session.h. */
#include "core/image/slice.h"
#include "ui/session_private.h"

#include <math.h>

#define WINDOW_MIN_HU 1.0

CapPoint
cap_session_position(CapSession *self)
{
  return self->position_mm;
}

void
cap_session_set_position(CapSession *self, CapPoint at_mm, gboolean center)
{
  const CapVolume *v = cap_session_volume(self);
  if (v == NULL)
    return;
  CapPoint at = cap_volume_to_index(v, at_mm);
  at.x = CLAMP(at.x, 0, v->columns - 1);
  at.y = CLAMP(at.y, 0, v->rows - 1);
  at.z = CLAMP(at.z, 0, v->slices - 1);
  self->position_mm = cap_volume_to_patient(v, at);
  cap_session_emit(self, CAP_SESSION_POSITION_CHANGED, center);
}

void
cap_session_scroll(CapSession *self, CapPlane plane, int steps)
{
  const CapVolume *v = cap_session_volume(self);
  if (v == NULL || steps == 0)
    return;
  const int last = cap_slice_count(v, plane) - 1;
  const int index = cap_slice_index(v, plane, self->position_mm);
  cap_session_set_position(self,
                           cap_slice_at_index(v, plane,
                                              CLAMP(index + steps, 0, last),
                                              self->position_mm),
                           FALSE);
}

double
cap_session_window(CapSession *self)
{
  return self->window_hu;
}

double
cap_session_level(CapSession *self)
{
  return self->level_hu;
}

void
cap_session_set_window(CapSession *self, double window_hu, double level_hu)
{
  self->window_hu = CLAMP(window_hu, WINDOW_MIN_HU, CAP_SESSION_WINDOW_MAX_HU);
  self->level_hu = CLAMP(level_hu, -2000.0, 4000.0);
  g_object_freeze_notify(G_OBJECT(self));
  cap_session_notify(self, CAP_SESSION_PROP_WINDOW);
  cap_session_notify(self, CAP_SESSION_PROP_LEVEL);
  g_object_thaw_notify(G_OBJECT(self));
}

void
cap_session_set_pointer(CapSession *self, const CapPoint *at_mm, double zoom)
{
  self->has_pointer = at_mm != NULL;
  if (at_mm != NULL)
    self->pointer_mm = *at_mm;
  self->zoom = zoom;
  cap_session_emit(self, CAP_SESSION_POINTER_CHANGED, FALSE);
}

CapPoint
cap_session_reading_point(CapSession *self)
{
  return self->has_pointer ? self->pointer_mm : self->position_mm;
}

double
cap_session_zoom(CapSession *self)
{
  return self->zoom;
}

gboolean
cap_session_hu(CapSession *self, CapPoint at_mm, int *hu)
{
  const CapVolume *v = cap_session_volume(self);
  if (v == NULL)
    return FALSE;
  const CapPoint at = cap_volume_to_index(v, at_mm);
  const int c = (int)floor(at.x + 0.5), r = (int)floor(at.y + 0.5),
            s = (int)floor(at.z + 0.5);
  if (c < 0 || r < 0 || s < 0 || c >= v->columns || r >= v->rows ||
      s >= v->slices || !v->valid[s])
    return FALSE;
  *hu = cap_volume_at(v, c, r, s);
  return TRUE;
}
