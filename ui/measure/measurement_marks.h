/* Measurements on a slice view: lines where the plane, or the slab, touches
 * them, their ends, and labels with numbers. One that lies near is faint and
 * has no label. */
#pragma once

#include "ui/session/session.h"
#include "ui/view/label_layout.h"
#include "ui/view/text_cache.h"
#include "ui/view/viewport.h"

#define CAP_MEASUREMENTS_REACH_MM 5.0 /* farther off nothing is drawn */

/* Labels find their places in LAYOUT, which is the view's. */
void cap_measurement_marks_snapshot(CapSession *session, GtkSnapshot *snapshot,
                                    const CapViewport *port,
                                    CapTextCache *texts,
                                    CapLabelLayout *layout);
/* The corners by which the outline of MEASUREMENT is caught in PORT while it is
 * selected (cap_freehand_handles); empty of other kinds. Caller unrefs. */
GArray *cap_measurement_marks_corners(const CapMeasurement *measurement,
                                      const CapViewport *port);
/* The measurement at (X, Y) of the screen, and which END of it, or corner of
 * its outline, -1 between them. Its ends count where the view touches them,
 * those of a flat one only where it lies in the view as a whole. Its id; 0 when
 * there is none. */
int cap_measurement_marks_pick(CapSession *session, const CapViewport *port,
                               double x, double y, int *end);
/* The lines of its label: "M3  12.4 mm" …, the name first where it has one.
 * Caller frees with g_strfreev. */
char **cap_measurement_marks_label(const CapMeasurement *measurement);
