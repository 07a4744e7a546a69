/* CapSession: position and pointer; see session.h. */
#include "core/image/slice.h"
#include "ui/session/session_private.h"

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
  cap_session_reading_went_on(self);
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

CapLook *
cap_session_look(CapSession *self)
{
  return self->look;
}

void
cap_session_share_look(CapSession *self, CapSession *with)
{
  g_set_object(&self->look, with->look);
}

void
cap_session_set_pointer(CapSession *self, CapPlane plane, const CapPoint *at_mm,
                        double zoom)
{
  self->pointer_plane = at_mm != NULL ? plane : CAP_PLANE_AXIAL;
  self->has_pointer = at_mm != NULL;
  if (at_mm != NULL)
    self->pointer_mm = *at_mm;
  self->zoom = zoom;
  cap_session_emit(self, CAP_SESSION_POINTER_CHANGED, FALSE);
}

gboolean
cap_session_pointer(CapSession *self, CapPlane plane, CapPoint *at_mm)
{
  *at_mm = self->pointer_mm;
  return self->has_pointer && self->pointer_plane == plane;
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
cap_session_hu(CapSession *self, int *hu)
{
  const CapVolume *v = cap_session_volume(self);
  return v != NULL &&
         cap_slice_hu(v, self->pointer_plane, cap_look_slab(self->look),
                      cap_session_reading_point(self), hu);
}
