/* CapViewport: where a slice view's pixels lie, for everything drawn on top.
 *
 * Screen coordinates are the widget's own (logical pixels, origin at its
 * corner); core/image/slice counts device pixels from the middle of the first
 * one. */
#pragma once

#include "core/image/slice.h"

typedef struct {
  const CapVolume *volume; /* borrowed */
  CapSliceView view;       /* mm_per_pixel is per device pixel */
  int width, height;       /* device pixels */
  double scale;            /* device pixels per logical pixel */
} CapViewport;

CapPoint cap_viewport_to_patient(const CapViewport *port, double x, double y);
void cap_viewport_to_screen(const CapViewport *port, CapPoint at_mm, double *x,
                            double *y);
/* Logical pixels per millimetre. */
double cap_viewport_zoom(const CapViewport *port);
double cap_viewport_screen_width(const CapViewport *port);
double cap_viewport_screen_height(const CapViewport *port);

/* mm per device pixel at which WIDTH_MM x HEIGHT_MM just fit WIDTH x HEIGHT,
 * with a small margin. */
double cap_viewport_fit_part(double width_mm, double height_mm, int width,
                             int height);
/* The same of the volume; CENTER_MM receives the middle of the volume. */
double cap_viewport_fit(const CapVolume *volume, CapPlane plane, int width,
                        int height, CapPoint *center_mm);
