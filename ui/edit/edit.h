/* Changes to findings by hand, each one action of the review, measured again
 * as detection measures: of the selected finding unless said otherwise. What
 * cannot be done is told through the session's warning; FALSE then, and without
 * anything to act on. */
#pragma once

#include "core/image/mask_edit.h"
#include "ui/session/session.h"

/* Why TOOL would do nothing now, as a sentence; NULL where it does. Static. */
const char *cap_edit_obstacle(CapSession *session, CapTool tool);
/* One stroke, which touches the selected finding where it adds; without one it
 * begins a new one, which is selected. */
gboolean cap_edit_brush(CapSession *session, const GArray *strokes);
/* Copies the outline of the slice at the cross-hair to the next one (STEP +1)
 * or the one before (-1) of PLANE, and goes there. */
gboolean cap_edit_copy_slice(CapSession *session, CapPlane plane, int step);
gboolean cap_edit_move(CapSession *session, CapPoint by_mm);
gboolean cap_edit_scale(CapSession *session, double factor);
gboolean cap_edit_cut(CapSession *session, CapPlane plane,
                      const CapPoint line_mm[2]);
gboolean cap_edit_split_parts(CapSession *session);
/* The selected one swallows OTHER. */
gboolean cap_edit_merge(CapSession *session, CapFindingItem *other);
gboolean cap_edit_delete(CapSession *session);
/* A finding that nobody has judged, of MASK (takes): ratings are even. Returns.
 */
CapFinding *cap_edit_finding_new(CapMask *mask);
/* Adds FINDING (takes), marked by the reader, and selects it. */
gboolean cap_edit_add(CapSession *session, CapFinding *finding);
