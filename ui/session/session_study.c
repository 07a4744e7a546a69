/* CapSession: the study, its series and the volume; see session.h. */
#include "ui/session/session_private.h"

#include <math.h>

/* ---- what there is ---- */

const CapVolume *
cap_session_volume(CapSession *self)
{
  return cap_shared_get(self->volume);
}

CapShared *
cap_session_share_volume(CapSession *self)
{
  return self->volume ? cap_shared_ref(self->volume) : NULL;
}

const CapSource *
cap_session_source(CapSession *self)
{
  const CapVolume *volume = cap_session_volume(self);
  const CapSeriesList *list = cap_session_series_list(self);
  /* The source of a complete volume also knows what reading turned up. */
  if (volume != NULL && self->complete)
    return volume->source;
  if (list != NULL && self->series_index >= 0) {
    const CapSeries *series = list->series->pdata[self->series_index];
    return series->source;
  }
  return volume != NULL ? volume->source : NULL;
}

unsigned
cap_session_unknown(CapSession *self)
{
  const CapSource *source = cap_session_source(self);
  return source != NULL ? source->unknown : 0;
}

const CapSeriesList *
cap_session_series_list(CapSession *self)
{
  return cap_shared_get(self->list);
}

CapShared *
cap_session_share_series_list(CapSession *self)
{
  return self->list ? cap_shared_ref(self->list) : NULL;
}

int
cap_session_series_index(CapSession *self)
{
  return self->series_index;
}

const char *
cap_session_path(CapSession *self)
{
  return self->path;
}

guint
cap_session_serial(CapSession *self)
{
  return self->serial;
}

gboolean
cap_session_is_complete(CapSession *self)
{
  return self->complete;
}

/* ---- another series, another volume ---- */

void
cap_session_set_series_list(CapSession *self, CapShared *list)
{
  if (list != NULL)
    cap_shared_ref(list);
  g_clear_pointer(&self->list, cap_shared_unref);
  self->list = list;
  self->series_index = -1;
}

void
cap_session_set_series_index(CapSession *self, int index)
{
  self->series_index = index;
}

static CapPoint
middle(const CapVolume *v)
{
  return cap_volume_to_patient(
      v,
      (CapPoint){(v->columns - 1) / 2, (v->rows - 1) / 2, (v->slices - 1) / 2});
}

static gboolean
same_grid(const CapVolume *a, const CapVolume *b)
{
  return a != NULL && b != NULL && a->columns == b->columns &&
         a->rows == b->rows && a->slices == b->slices;
}

/* Another volume: the same place in it when it is of the same frame of
 * reference, else its middle. */
static void
adopt_place(CapSession *self, const CapVolume *now)
{
  const char *frame = cap_session_source(self)->frame_of_reference_uid;
  self->keeps_place = *frame != '\0' &&
                      g_strcmp0(frame, self->frame_uid) == 0 &&
                      cap_volume_contains(now, self->position_mm);
  cap_session_replace_text(&self->frame_uid, frame);
  if (!self->keeps_place)
    self->position_mm = middle(now);
}

void
cap_session_set_volume(CapSession *self, CapShared *volume, gboolean complete)
{
  const CapVolume *now = cap_shared_get(volume);
  const gboolean keep = same_grid(now, cap_session_volume(self));
  if (volume == NULL && self->volume == NULL)
    return;
  if (volume != NULL)
    cap_shared_ref(volume);
  g_clear_pointer(&self->volume, cap_shared_unref);
  self->volume = volume;
  self->complete = complete && volume != NULL;
  self->serial++;
  self->has_pointer = self->has_pointer && volume != NULL;
  if (now != NULL && !keep)
    adopt_place(self, now);
  if (self->complete)
    cap_session_fit_window(self);
  cap_session_emit(
      self, keep ? CAP_SESSION_PLANES_ARRIVED : CAP_SESSION_VOLUME_CHANGED,
      FALSE);
}

gboolean
cap_session_keeps_place(CapSession *self)
{
  return self->keeps_place;
}

void
cap_session_planes_arrived(CapSession *self)
{
  self->serial++;
  cap_session_emit(self, CAP_SESSION_PLANES_ARRIVED, FALSE);
}
