/* Drawing words and marks with cairo and pango: what pictures and printed
 * reports share. Coordinates are cairo user units; colours are 0xRRGGBB. */
#pragma once

#include <cairo.h>
#include <glib.h>

/* The dark page of ui.md, and Okabe and Ito's colours for marks. */
#define CAP_INK_BACKGROUND 0x0b0d10
#define CAP_INK_PANEL 0x171a1f
#define CAP_INK_LINE 0x3a4048
#define CAP_INK_TEXT 0xe8eaed
#define CAP_INK_DIM 0xa8aeb6
#define CAP_INK_AMBER 0xe69f00     /* unreviewed */
#define CAP_INK_GREEN 0x009e73     /* accepted */
#define CAP_INK_SKY 0x56b4e9       /* uncertain */
#define CAP_INK_YELLOW 0xf0e442    /* what a reader measured */
#define CAP_INK_GREY 0x8a9099      /* rejected */
#define CAP_INK_VERMILION 0xd55e00 /* warnings */

typedef enum { CAP_ALIGN_LEFT, CAP_ALIGN_CENTER, CAP_ALIGN_RIGHT } CapAlign;

typedef struct {
  double size; /* height of the letters' em, user units */
  guint colour;
  gboolean bold, halo; /* halo: a dark rim that reads on any image */
  CapAlign align;      /* of X: left edge, middle or right edge */
  double width;        /* > 0: lines break at this width; 0: one line */
} CapTextStyle;

void cap_draw_colour(cairo_t *cr, guint colour, double alpha);

/* Draws UTF-8 TEXT with its top at Y. Returns the height it took. */
double cap_draw_text(cairo_t *cr, double x, double y, const CapTextStyle *style,
                     const char *text);

/* Strokes the current path in COLOUR over a dark halo, WIDTH wide, and clears
 * the path. */
void cap_draw_stroke(cairo_t *cr, guint colour, double width);

/* Width of one line of TEXT. */
double cap_draw_text_width(cairo_t *cr, const CapTextStyle *style,
                           const char *text);
