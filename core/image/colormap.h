/* The one colour map of every heat map: dark violet over red and orange to pale
 * yellow, of even perceived steps. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define CAP_COLORMAP_STEPS 256

/* Colour of VALUE (clamped to 0 … 1) as RGBA, not premultiplied. Lightness
 * rises linearly with VALUE in OKLab, so that equal differences look equal and
 * the map reads in grey as well. The alpha runs from 0 at zero to 255 at 1:
 * where there is nothing the image beneath shows through. */
void cap_colormap_heat(double value, uint8_t rgba[4]);

/* The same map opaque, for legends and for maps that stand alone. */
void cap_colormap_heat_opaque(double value, uint8_t rgb[3]);

/* Paints a MAP of heat over RGBA pixels in place (n pixels, borrows both):
 * OPACITY (0 … 1) times the map's own alpha. */
void cap_colormap_blend(const float *map, gsize n, double opacity,
                        uint8_t *rgba);
