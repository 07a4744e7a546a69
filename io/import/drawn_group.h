/* Measurement groups of other programs (TID 1410 and 1501, PS3.16): which of
 * them a reader drew by hand, as what, and where their numbers and shapes are.
 *
 * A number that was measured along or around something, of nothing that is
 * named or of no nodule, is a measurement. Where there is a shape and no
 * number, what it is decides: an open line can only have been drawn to measure;
 * a point marks something, and so does what encloses, where a text or a site
 * says what. A region of which only HU are told was drawn to read these; a
 * number without a value, at a point, only says where that is (mark.h).
 */
#pragma once

#include "core/measure/measurement.h"
#include "io/import/content.h"

/* GROUP, not one of ours, was drawn by hand: it is about no nodule, which would
 * be a finding with its axes, or has an angle. */
gboolean cap_import_is_drawn(const CapContentItem *group);
/* As what; FALSE of points, which are no measurement. */
gboolean cap_import_drawn_kind(const CapContentItem *group,
                               CapMeasureKind *kind);

/* Items of GROUP, NULL where there is none; borrowed. */
const CapContentItem *cap_import_drawn_number(const CapContentItem *group,
                                              CapCodeId name);
/* The number of a length, by whatever name. */
const CapContentItem *cap_import_drawn_length(const CapContentItem *group);
/* What NUMBER (NULL: any) was measured along: its own shape, else that of the
 * group. */
const CapContentItem *cap_import_drawn_shape(const CapContentItem *group,
                                             const CapContentItem *number);
