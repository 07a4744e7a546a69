/* CapLook: how images are shown, in every view alike.
 *
 * Part of the session (cap_session_look). Another series leaves it as it is,
 * but for the window of images without HU (cap_session_fit_window).
 *
 * Properties (all notify): "window" and "level" (HU, read: set both at once),
 * "slab" (CapSlabKind) and "slab-thickness" (mm; kept while slabs are off),
 * "invert", "interpolate", "crosshair", "magnify" and "wheel-to-head"
 * (booleans), "heat-opacity" (0 … 1). */
#pragma once

#include "core/image/slice.h"

#include <glib-object.h>

#define CAP_LOOK_SLAB_MIN_MM 0.5
#define CAP_LOOK_SLAB_MAX_MM 100.0
#define CAP_LOOK_WINDOW_MIN_HU 1.0
#define CAP_LOOK_WINDOW_MAX_HU 8000.0
#define CAP_LOOK_LEVEL_MIN_HU -2000.0
#define CAP_LOOK_LEVEL_MAX_HU 4000.0

#define CAP_TYPE_LOOK (cap_look_get_type())
G_DECLARE_FINAL_TYPE(CapLook, cap_look, CAP, LOOK, GObject)

/* Lung window, single slices, interpolated, with the cross-hair. */
CapLook *cap_look_new(void);

double cap_look_window(CapLook *look);
double cap_look_level(CapLook *look);
/* Clamped to the limits above. */
void cap_look_set_window(CapLook *look, double window_hu, double level_hu);

CapSlab cap_look_slab(CapLook *look);
/* The next kind: slice, MIP, average, MinIP and round again. */
void cap_look_cycle_slab(CapLook *look);
/* One step thicker (+1) or thinner (-1): 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15,
 * 20 … 100 mm. */
void cap_look_step_slab(CapLook *look, int by);
/* "MIP 10.0 mm", "Single slice", of images that are UNKNOWN (CapUnknown bits).
 * Caller frees. */
char *cap_look_slab_text(CapSlab slab, unsigned unknown);

gboolean cap_look_crosshair(CapLook *look);
gboolean cap_look_magnify(CapLook *look);    /* under the pointer */
double cap_look_heat_opacity(CapLook *look); /* of the hottest cell */
/* Whether the wheel goes to the head when it is turned towards the reader. */
gboolean cap_look_wheel_to_head(CapLook *look);

/* Fills in what a view's pixels depend on. */
void cap_look_apply(CapLook *look, CapSliceView *view);
