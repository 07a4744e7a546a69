/* Greyscale test pattern: for the reader to see whether the monitor shows what
 * it is told to.
 *
 * After SMPTE RP 133 and AAPM TG18-QC: eighteen steps from black to white with
 * their value, each with corners four greys off; 5 % in black and 95 % in
 * white; a ramp; line pairs of one and two pixels; a grid and a border for
 * geometry. */
#pragma once

#include <gtk/gtk.h>

#define CAP_PATTERN_STEPS 18

/* Draws it in WIDTH x HEIGHT device pixels, each with one of 256 greys. */
void cap_test_pattern_draw(cairo_t *cr, int width, int height);
/* The grey of step I, 0 … 255. */
int cap_test_pattern_grey(int i);
/* The middle of step I and the side of its square, device pixels. */
void cap_test_pattern_step(int width, int height, int i, double *x, double *y,
                           double *side);

/* A window that fills the screen with it until a key or a click. Caller
 * presents it. */
GtkWidget *cap_test_pattern_window_new(GtkWindow *parent);
