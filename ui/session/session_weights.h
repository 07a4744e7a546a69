/* Which weights the session's networks have. */
#pragma once

#include "ui/session/session.h"

/* PATH as cap_detector_find_weights takes it: NULL for the usual ones. */
void cap_session_set_weights(CapSession *session, const char *path);
/* Borrowed; NULL: the usual ones. */
const char *cap_session_weights(CapSession *session);
