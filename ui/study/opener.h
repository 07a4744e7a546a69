/* CapOpener: from a path to a volume in the session, without stopping the UI.
 */
#pragma once

#include "ui/session/session.h"

typedef struct CapOpener CapOpener;

/* SESSION is borrowed and must outlive the opener. */
CapOpener *cap_opener_new(CapSession *session);
void cap_opener_free(CapOpener *opener); /* cancels what runs */

/* Lists the series of PATHS (ended by NULL, at least one) and loads the best
 * one; with several studies the reader chooses. FINDINGS (may be NULL) is a
 * findings.json or the folder of one, read when the volume is complete; without
 * it one beside the first path, or else beside the images, is used when it
 * names the same series. */
void cap_opener_open(CapOpener *opener, const char *const *paths,
                     const char *findings);
/* Another series of the list. */
void cap_opener_choose(CapOpener *opener, int index);
/* Stops scanning or loading: back to the empty window. */
void cap_opener_cancel(CapOpener *opener);
