/* CapSession: the first reading, during which what the software found stays
 * hidden until the reader has looked; see session.h.
 *
 * A reader has looked when every axial slice has been shown, or when he says
 * so; both are in the log of the review, with how much had been shown. */
#include "ui/session/session_private.h"

#include "io/review/review_commands.h"

gboolean
cap_session_first_reading(CapSession *self)
{
  return self->first_reading;
}

gboolean
cap_session_is_blind(CapSession *self)
{
  return self->first_reading && !self->looked;
}

int
cap_session_n_seen(CapSession *self)
{
  return self->n_seen;
}

/* Adds to the log; without a place to keep it there is nothing to add to. */
static void
note(CapSession *self, CapAct act, const char *text)
{
  CapReview *review = cap_session_need_review(self);
  g_autoptr(GError) error = NULL;
  if (review != NULL && !cap_review_log(review, act, text, &error))
    cap_session_warn(self, error);
}

void
cap_session_reading_began(CapSession *self)
{
  const CapVolume *volume = cap_session_volume(self);
  g_clear_pointer(&self->seen, g_free);
  self->n_seen = 0;
  self->looked =
      self->review != NULL && cap_review_count(self->review, CAP_ACT_LOOKED);
  if (volume == NULL || !self->complete || !cap_session_is_blind(self))
    return;
  self->seen = g_new0(uint8_t, cap_slice_count(volume, CAP_PLANE_AXIAL));
  note(self, CAP_ACT_FIRST_READING, "");
  cap_session_reading_went_on(self);
}

static void
finish(CapSession *self, const char *how)
{
  g_autofree char *text = g_strdup_printf(
      "%s: %d of %d slices shown", how, self->n_seen,
      cap_slice_count(cap_session_volume(self), CAP_PLANE_AXIAL));
  self->looked = TRUE;
  note(self, CAP_ACT_LOOKED, text);
  g_clear_pointer(&self->seen, g_free);
  cap_session_show_review(self);
}

void
cap_session_reading_went_on(CapSession *self)
{
  const CapVolume *volume = cap_session_volume(self);
  if (self->seen == NULL || volume == NULL)
    return;
  const int n = cap_slice_count(volume, CAP_PLANE_AXIAL);
  const int at = cap_slice_index(volume, CAP_PLANE_AXIAL, self->position_mm);
  if (at < 0 || at >= n || self->seen[at])
    return;
  self->seen[at] = 1;
  self->n_seen++;
  if (self->n_seen == n)
    finish(self, "every slice");
  else
    cap_session_emit(self, CAP_SESSION_FINDINGS_STATE, FALSE);
}

void
cap_session_say_looked(CapSession *self)
{
  if (cap_session_is_blind(self) && cap_session_volume(self) != NULL)
    finish(self, "the reader says so");
}

void
cap_session_set_first_reading(CapSession *self, gboolean on)
{
  if (self->first_reading == on)
    return;
  self->first_reading = on;
  cap_session_notify(self, CAP_SESSION_PROP_FIRST_READING);
  cap_session_reading_began(self);
  cap_session_show_review(self);
}
