/* A plane as a picture: see slice_picture.h. */
#include "io/findings/slice_picture.h"

#include "core/image/contour.h"
#include "core/image/unit.h"
#include "io/findings/drawing.h"

uint8_t *
cap_slice_picture_render(const CapSlicePicture *p)
{
  uint8_t *rgba = g_malloc(4 * (gsize)p->width * p->height);
  cap_slice_render(p->volume, &p->view, p->width, p->height, rgba);
  return rgba;
}

void
cap_slice_picture_paint(cairo_t *cr, const CapSlicePicture *p,
                        const uint8_t *rgba)
{
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, p->width, p->height);
  if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS) {
    cairo_surface_flush(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    unsigned char *rows = cairo_image_surface_get_data(surface);
    for (int y = 0; y < p->height; y++) {
      guint32 *row = (guint32 *)(rows + (gsize)y * stride);
      const uint8_t *from = rgba + 4 * (gsize)y * p->width;
      for (int x = 0; x < p->width; x++, from += 4)
        row[x] = (guint32)from[0] << 16 | (guint32)from[1] << 8 | from[2];
    }
    cairo_surface_mark_dirty(surface);
    cairo_set_source_surface(cr, surface, 0, 0);
    cairo_paint(cr);
  }
  cairo_surface_destroy(surface);
}

GArray *
cap_slice_picture_outline(cairo_t *cr, const CapSlicePicture *p,
                          const CapMask *mask, guint colour)
{
  GArray *cut = cap_contour_cut(p->volume, mask, &p->view, p->width, p->height);
  for (guint i = 0; i < cut->len; i++) {
    const CapSegment *s = &g_array_index(cut, CapSegment, i);
    cairo_move_to(cr, s->x0 + 0.5, s->y0 + 0.5);
    cairo_line_to(cr, s->x1 + 0.5, s->y1 + 0.5);
  }
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cap_draw_stroke(cr, colour, 1.5);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
  return cut;
}

void
cap_slice_picture_letters(cairo_t *cr, const CapSlicePicture *p)
{
  char letters[4][4];
  cap_slice_letters(p->volume, p->view.plane, letters);
  CapTextStyle style = {
      .size = 14, .colour = CAP_INK_TEXT, .halo = TRUE, .bold = TRUE};
  const double middle = p->height / 2.0 - 9;
  cap_draw_text(cr, 8, middle, &style, letters[0]);
  style.align = CAP_ALIGN_RIGHT;
  cap_draw_text(cr, p->width - 8, middle, &style, letters[1]);
  style.align = CAP_ALIGN_CENTER;
  cap_draw_text(cr, p->width / 2.0, 6, &style, letters[2]);
  cap_draw_text(cr, p->width / 2.0, p->height - 24, &style, letters[3]);
}

void
cap_slice_picture_scale(cairo_t *cr, const CapSlicePicture *p)
{
  if (p->volume->source->unknown & CAP_UNKNOWN_MM)
    return;
  const double field_mm = p->width * p->view.mm_per_pixel;
  const int mm = field_mm > 250 ? 50 : field_mm > 100 ? 20 : 10;
  const double length = mm / p->view.mm_per_pixel, right = p->width - 12.0;
  const double y = p->height - 13.0;
  g_autofree char *text = g_strdup_printf("%d mm", mm);
  cairo_move_to(cr, right - length, y - 4);
  cairo_line_to(cr, right - length, y);
  cairo_line_to(cr, right, y);
  cairo_line_to(cr, right, y - 4);
  cap_draw_stroke(cr, CAP_INK_TEXT, 1.5);
  const CapTextStyle style = {.size = 12,
                              .colour = CAP_INK_TEXT,
                              .halo = TRUE,
                              .align = CAP_ALIGN_CENTER};
  cap_draw_text(cr, right - length / 2, y - 20, &style, text);
}

static cairo_status_t
append_bytes(void *closure, const unsigned char *bytes, unsigned int length)
{
  g_byte_array_append(closure, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

char *
cap_picture_base64(cairo_surface_t *surface)
{
  g_autoptr(GByteArray) png = g_byte_array_new();
  return cairo_surface_write_to_png_stream(surface, append_bytes, png) ==
                 CAIRO_STATUS_SUCCESS
             ? g_base64_encode(png->data, png->len)
             : NULL;
}
