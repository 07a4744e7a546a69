/* CapRuler: the measurement in hand, and which one is selected.
 *
 * Part of the session (cap_session_ruler). What is drawn, or dragged by an end,
 * is a draft: views show it with its numbers, and nothing is kept before it is
 * done. Another volume leaves it empty.
 *
 * Keys move a part of the selected one, its grip.
 *
 * Properties (all notify): "selected" (int: id of a measurement, 0 none),
 * "n-points" (int: how many the reader has placed of the one he draws), "busy"
 * (boolean: there is a draft), "grip" (int: cap_ruler_grip). Signal
 * "draft-changed". */
#pragma once

#include "core/image/slice.h"
#include "core/measure/measurement.h"

#include <glib-object.h>

#define CAP_TYPE_RULER (cap_ruler_get_type())
G_DECLARE_FINAL_TYPE(CapRuler, cap_ruler, CAP, RULER, GObject)

/* What a view has to say of itself where a point is placed. */
typedef struct {
  const CapVolume *volume; /* borrowed */
  CapPlane plane;
  CapPoint axis[2]; /* unit vectors to its right and down */
} CapRulerView;

CapRuler *cap_ruler_new(void);

int cap_ruler_selected(CapRuler *ruler);
void cap_ruler_select(CapRuler *ruler, int id);

/* Borrowed until it changes; NULL without one. Its id is 0 while it is drawn,
 * else that of the measurement that it stands for. */
const CapMeasurement *cap_ruler_draft(CapRuler *ruler);
/* Takes DRAFT, ends changed, and works it out on VOLUME. */
void cap_ruler_set_draft(CapRuler *ruler, CapMeasurement *draft,
                         const CapVolume *volume);
/* Forgets the draft and all points; FALSE when there was none. */
gboolean cap_ruler_cancel(CapRuler *ruler);

/* ---- the grip ---- */

#define CAP_GRIP_NONE (-2)
#define CAP_GRIP_WHOLE (-1)

/* What keys move of the selected measurement: an end of it, or a point of its
 * outline, from 0, or one of these. */
int cap_ruler_grip(CapRuler *ruler);
/* Selecting another measurement, or none, lets go. */
void cap_ruler_set_grip(CapRuler *ruler, int grip);

/* ---- drawing ---- */

int cap_ruler_n_points(CapRuler *ruler);
/* Places the next point of a KIND, but for outlines, in VIEW at AT_MM. Of a
 * flat kind those before are forgotten when they lie on another plane. TRUE
 * when that was the last point: cap_ruler_take has it. */
gboolean cap_ruler_place(CapRuler *ruler, CapMeasureKind kind,
                         const CapRulerView *view, CapPoint at_mm);
/* Shows what would come of it if the next point lay at AT_MM. */
void cap_ruler_follow(CapRuler *ruler, const CapRulerView *view,
                      CapPoint at_mm);
/* Adds AT_MM to the outline that is drawn in VIEW; the first point begins it,
 * and one on another plane begins anew. A point that is hardly apart from the
 * one before is left out. */
void cap_ruler_trace(CapRuler *ruler, const CapRulerView *view, CapPoint at_mm);
/* AT_MM is where that outline began, up to REACH_MM, or where it was last: who
 * points there once more has come round. */
gboolean cap_ruler_is_round(CapRuler *ruler, CapPoint at_mm, double reach_mm);
/* The outline in VIEW is that of the points that were added; what only followed
 * the pointer is forgotten. */
void cap_ruler_end_trace(CapRuler *ruler, const CapRulerView *view);
/* The draft, which ends; NULL where it measures nothing. Returns. */
CapMeasurement *cap_ruler_take(CapRuler *ruler);
