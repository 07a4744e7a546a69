/* What a reader does to measurements: each is one action of the review, saved
 * at once. What cannot be kept is told through the session's warning; FALSE
 * then. */
#pragma once

#include "ui/measure/ruler.h"
#include "ui/session/session.h"

/* Whether TOOL measures, and, unless NULL, what. */
gboolean cap_measuring_kind(CapTool tool, CapMeasureKind *kind);

/* Of CapMeasurement, ascending by id; NULL when nothing was measured on this
 * series. Borrowed until the next action. */
const GPtrArray *cap_measuring_list(CapSession *session);
/* The one that is selected; NULL when none is. Borrowed alike. */
const CapMeasurement *cap_measuring_selected(CapSession *session);

/* Keeps MEASUREMENT (takes) and selects it. */
gboolean cap_measuring_add(CapSession *session, CapMeasurement *measurement);
/* MEASUREMENT (takes) in the place of the one with its id. */
gboolean cap_measuring_move(CapSession *session, CapMeasurement *measurement);
/* Keeps the draft, which stands for the selected one as it was moved. Where
 * nothing could be measured so, that one stays as it was, which is told of an
 * outline. */
void cap_measuring_keep_moved(CapSession *session);
gboolean cap_measuring_rename(CapSession *session, int id, const char *name);
gboolean cap_measuring_delete(CapSession *session, int id);

/* ---- the grip ---- */

/* Where the grip of MEASUREMENT is: one of its points, or its middle. */
CapPoint cap_measuring_grip_point(const CapMeasurement *measurement, int grip);
/* "M1, end 2 of 2: 25.0 mm": the grip, and what is measured now. NULL while
 * there is none. Caller frees. */
char *cap_measuring_grip_text(CapSession *session);

/* Selects it and brings it into all views. */
void cap_measuring_go(CapSession *session, int id);
/* What an undo or redo has brought back or changed, the same. */
void cap_measuring_show_touched(CapSession *session);
/* The selected one, or without one all of them, as lines for a text: name,
 * numbers, slice, apart by tabs. Caller frees. */
char *cap_measuring_text(CapSession *session);
/* "Axial 87": the plane, and its number, that MEASUREMENT lies on; "Oblique"
 * when it is none of VOLUME's. Caller frees. */
char *cap_measuring_place(const CapMeasurement *measurement,
                          const CapVolume *volume);
