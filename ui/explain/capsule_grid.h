/* CapCapsuleGrid: every capsule of a finding as a glyph with its length.
 *
 * Signals: "chosen" (int: a capsule was clicked), "spoke" (int: another spoke
 * of it is chosen), "swept" (int capsule, int by: as the glyph's). */
#pragma once

#include "ui/explain/glyph.h"

#define CAP_TYPE_CAPSULE_GRID (cap_capsule_grid_get_type())
G_DECLARE_FINAL_TYPE(CapCapsuleGrid, cap_capsule_grid, CAP, CAPSULE_GRID,
                     GtkWidget)

GtkWidget *cap_capsule_grid_new(void);
/* Those of FINDING (borrows), none moved. */
void cap_capsule_grid_set(CapCapsuleGrid *grid, const CapFinding *finding);
/* CAPSULE (borrows) in the glyph of capsule K. */
void cap_capsule_grid_show(CapCapsuleGrid *grid, int k,
                           const CapCapsule *capsule);
/* The chosen spoke of capsule K; -1: none. */
int cap_capsule_grid_spoke(CapCapsuleGrid *grid, int k);
/* As of cap_glyph_set_spread. */
void cap_capsule_grid_set_spread(CapCapsuleGrid *grid, int k,
                                 const float *spread);
/* The heat map of capsule K is shown. */
void cap_capsule_grid_set_current(CapCapsuleGrid *grid, int k);
