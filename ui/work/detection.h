/* CapDetection: looks for nodules in the session's volume, in the background.
 */
#pragma once

#include "ui/session/session.h"

typedef struct CapDetection CapDetection;

/* SESSION is borrowed and must outlive the detection. */
CapDetection *cap_detection_new(CapSession *session);
void cap_detection_free(CapDetection *detection); /* cancels what runs */
/* The weights to use; NULL: as models/detector finds them. */
void cap_detection_set_weights(CapDetection *detection, const char *path);
/* Starts; its findings replace those of the session. What went wrong is told
 * through cap_session_set_detection_failure. */
void cap_detection_start(CapDetection *detection);
void cap_detection_cancel(CapDetection *detection);
