/* CapMarks: the findings drawn on one slice view.
 *
 * Where the plane cuts a finding: the contour of its mask, a ring around it
 * whose arc from twelve o'clock is the nodule probability, and a label. Up to
 * CAP_MARKS_REACH_MM away, or as far as a slab reaches: a faint ring that says
 * how far and in which direction (DICOM letters). A status has a colour and a
 * shape. */
#pragma once

#include "ui/session/session.h"
#include "ui/view/label_layout.h"
#include "ui/view/text_cache.h"
#include "ui/view/viewport.h"

#define CAP_MARKS_REACH_MM 10.0

typedef struct CapMarks CapMarks;

/* SESSION is borrowed and must outlive the marks. */
CapMarks *cap_marks_new(CapSession *session);
void cap_marks_free(CapMarks *marks);
/* Forgets what it has drawn: the findings or the volume are others. */
void cap_marks_clear(CapMarks *marks);
/* Labels find their places in LAYOUT, which is the view's. */
void cap_marks_snapshot(CapMarks *marks, GtkSnapshot *snapshot,
                        const CapViewport *port, CapTextCache *texts,
                        CapLabelLayout *layout);
/* The finding whose ring holds the point, in its plane only; borrowed, or NULL.
 */
CapFindingItem *cap_marks_pick(CapMarks *marks, const CapViewport *port,
                               double x, double y);
/* The ring of ITEM alone, with its status badge, around the origin. */
void cap_marks_draw_ring(cairo_t *cr, CapFindingItem *item, double radius);
