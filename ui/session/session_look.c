/* CapSession: position and pointer; see session.h. */
#include "core/image/slice.h"
#include "core/image/unit.h"
#include "ui/session/session_private.h"
#include "ui/view/preset.h"

#include <math.h>
#include <string.h>

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
  self->follows_look = TRUE;
}

void
cap_session_fit_window(CapSession *self)
{
  const double now[2] = {cap_look_window(self->look),
                         cap_look_level(self->look)};
  const gboolean was_fitted =
      now[0] == self->fitted[0] && now[1] == self->fitted[1];
  const gboolean is_preset = cap_preset_find(now[0], now[1]) != NULL;
  if (self->follows_look || !(was_fitted || is_preset))
    return;
  if (!was_fitted)
    memcpy(self->own_window, now, sizeof now);
  if (cap_session_unknown(self) & CAP_UNKNOWN_HU) {
    int low, high;
    cap_volume_range(cap_session_volume(self), &low, &high);
    cap_look_set_window(self->look, high - low, (low + high) / 2.0);
    self->fitted[0] = cap_look_window(self->look);
    self->fitted[1] = cap_look_level(self->look);
  } else if (was_fitted) {
    cap_look_set_window(self->look, self->own_window[0], self->own_window[1]);
  }
}

void
cap_session_set_pointer(CapSession *self, CapPlane plane, const CapPoint *at_mm)
{
  self->pointer_plane = at_mm != NULL ? plane : CAP_PLANE_AXIAL;
  self->has_pointer = at_mm != NULL;
  if (at_mm != NULL)
    self->pointer_mm = *at_mm;
  cap_session_emit(self, CAP_SESSION_POINTER_CHANGED, FALSE);
}

gboolean
cap_session_pointer(CapSession *self, CapPlane plane, CapPoint *at_mm)
{
  *at_mm = self->pointer_mm;
  return self->has_pointer && self->pointer_plane == plane;
}

CapPoint
cap_session_crosshair(CapSession *self)
{
  const CapVolume *v = cap_session_volume(self);
  if (v == NULL)
    return self->position_mm;
  const CapPoint at = cap_volume_to_index(v, self->position_mm);
  return cap_volume_to_patient(
      v, (CapPoint){floor(at.x + 0.5), floor(at.y + 0.5), floor(at.z + 0.5)});
}

CapPoint
cap_session_reading_point(CapSession *self)
{
  return self->has_pointer ? self->pointer_mm : cap_session_crosshair(self);
}

gboolean
cap_session_hu(CapSession *self, int *hu)
{
  const CapVolume *v = cap_session_volume(self);
  return v != NULL &&
         cap_slice_hu(v, self->pointer_plane, cap_look_slab(self->look),
                      cap_session_reading_point(self), hu);
}
