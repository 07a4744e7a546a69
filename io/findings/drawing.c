/* Words and marks: see drawing.h. */
#include "io/findings/drawing.h"

#include <pango/pangocairo.h>

#define FONT "Cantarell, Inter, DejaVu Sans, sans-serif"

void
cap_draw_colour(cairo_t *cr, guint colour, double alpha)
{
  cairo_set_source_rgba(cr, (colour >> 16 & 0xff) / 255.0,
                        (colour >> 8 & 0xff) / 255.0, (colour & 0xff) / 255.0,
                        alpha);
}

static PangoLayout *
layout_text(cairo_t *cr, const CapTextStyle *style, const char *text)
{
  PangoLayout *layout = pango_cairo_create_layout(cr);
  PangoFontDescription *font = pango_font_description_from_string(FONT);
  pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
  pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD
                                                      : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  if (style->width > 0) {
    pango_layout_set_width(layout, (int)(style->width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  }
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  pango_layout_set_text(layout, valid, -1);
  return layout;
}

double
cap_draw_text(cairo_t *cr, double x, double y, const CapTextStyle *style,
              const char *text)
{
  g_autoptr(PangoLayout) layout = layout_text(cr, style, text);
  int width, height;
  pango_layout_get_size(layout, &width, &height);
  const double shift = style->align == CAP_ALIGN_LEFT     ? 0
                       : style->align == CAP_ALIGN_CENTER ? 0.5
                                                          : 1;
  cairo_save(cr);
  cairo_move_to(cr, x - shift * width / PANGO_SCALE, y);
  if (style->halo) {
    pango_cairo_layout_path(cr, layout);
    cap_draw_colour(cr, CAP_INK_BACKGROUND, 0.85);
    cairo_set_line_width(cr, 3);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(cr);
    cairo_move_to(cr, x - shift * width / PANGO_SCALE, y);
  }
  cap_draw_colour(cr, style->colour, 1);
  pango_cairo_show_layout(cr, layout);
  cairo_new_path(cr);
  cairo_restore(cr);
  return (double)height / PANGO_SCALE;
}

double
cap_draw_text_width(cairo_t *cr, const CapTextStyle *style, const char *text)
{
  g_autoptr(PangoLayout) layout = layout_text(cr, style, text);
  int width, height;
  pango_layout_get_size(layout, &width, &height);
  return (double)width / PANGO_SCALE;
}

void
cap_draw_stroke(cairo_t *cr, guint colour, double width)
{
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(cr, width + 2);
  cap_draw_colour(cr, CAP_INK_BACKGROUND, 0.7);
  cairo_stroke_preserve(cr);
  cairo_set_line_width(cr, width);
  cap_draw_colour(cr, colour, 1);
  cairo_stroke(cr);
}
