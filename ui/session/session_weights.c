/* CapSession: weights; see session_weights.h. */
#include "ui/session/session_weights.h"

#include "ui/session/session_private.h"

void
cap_session_set_weights(CapSession *self, const char *path)
{
  g_free(self->weights);
  self->weights = g_strdup(path);
}

const char *
cap_session_weights(CapSession *self)
{
  return self->weights;
}
