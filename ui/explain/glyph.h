/* CapGlyph: the pose of one capsule, to be seen at a glance.
 *
 * Sixteen spokes stand on a unit circle: outward for a positive component,
 * inward for a negative one, as long as the component divided by its spread
 * (CAP_GLYPH_SPREAD where that is not known). The arc around them is the
 * capsule's length, from twelve o'clock.
 *
 * Up and down choose a spoke, as a click on it does; a click or Enter emits
 * "chosen". Left and right emit "swept" (int: -1 or +1) and Home the same with
 * 0: back to where it was. */
#pragma once

#include "core/measure/finding.h"

#include <gtk/gtk.h>

/* The pose of a capsule of length 1 has components of this size when all
 * sixteen are equal: the scale of a spoke. */
#define CAP_GLYPH_SPREAD 0.25

#define CAP_TYPE_GLYPH (cap_glyph_get_type())
G_DECLARE_FINAL_TYPE(CapGlyph, cap_glyph, CAP, GLYPH, GtkWidget)

/* NAME ("Spiculation") is for screen readers. */
GtkWidget *cap_glyph_new(const char *name);
/* Copies CAPSULE; NULL draws an empty glyph. */
void cap_glyph_set_capsule(CapGlyph *glyph, const CapCapsule *capsule);
/* Copies the spreads (16, positive) that components are divided by. */
void cap_glyph_set_spread(CapGlyph *glyph, const float *spread);
/* Property "current": this capsule's heat map is shown. */
void cap_glyph_set_current(CapGlyph *glyph, gboolean current);
/* Property "spoke": 0 … 15, -1 for none. */
int cap_glyph_spoke(CapGlyph *glyph);

/* The picture alone, in a square of SIZE from the origin. */
void cap_glyph_draw(cairo_t *cr, double size, const CapCapsule *capsule,
                    int spoke, gboolean current);
