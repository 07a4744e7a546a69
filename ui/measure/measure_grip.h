/* The selected measurement is changed by keys: one steps through its ends, or
 * the corners of its outline, and the whole; arrows move what is gripped in the
 * active view. Moves up to another key or a click are one action of the review.
 * Actions of the window: "grip" (steps), "move-grip" (voxels to the right and
 * down), "keep-grip" and "drop-grip", which let go. */
#pragma once

#include "ui/window.h"

void cap_measure_grip_install(CapWindow *window);
/* Which of them can be used now. */
void cap_measure_grip_update(CapWindow *window);
/* The action of KEY while something is gripped, or NULL; another key than an
 * arrow ends the run of moves. */
const char *cap_measure_grip_key(CapWindow *window, guint key,
                                 GdkModifierType state);
