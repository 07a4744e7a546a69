/* Marked slices as pictures: see key_picture.h. */
#include "io/report/key_picture.h"

#include "core/image/contour.h"
#include "core/image/unit.h"
#include "core/measure/outline.h"
#include "io/findings/drawing.h"
#include "io/findings/picture_view.h"
#include "io/findings/slice_picture.h"
#include "io/report/words.h"
#include "io/report/words_measurements.h"

#include <math.h>

enum {
  SIDE = 640,  /* of the longer side */
  LEAST = 200, /* of the shorter one: of a stack of few slices too */
  LABEL = 14,
  GAP = 6,
};

/* A box of the picture that something takes. */
typedef struct {
  double left, top, right, bottom;
} Box;

typedef struct {
  cairo_t *cr;
  CapSlicePicture slice;
  GArray *labels; /* of Box: where words are already */
} Drawing;

static CapSlicePicture
slice_of(const CapReport *report, const CapReviewImage *marked)
{
  const CapVolume *v = report->volume;
  double width_mm, height_mm;
  const CapPoint middle =
      cap_review_image_extent(marked, v, &width_mm, &height_mm);
  const double mm_per_pixel = fmax(width_mm, height_mm) / SIDE;
  return (CapSlicePicture){
      .volume = v,
      .view = {.plane = marked->plane,
               .center_mm = middle,
               .mm_per_pixel = mm_per_pixel,
               .window_hu = marked->window_hu,
               .level_hu = marked->level_hu,
               .interpolate = TRUE,
               .slab = marked->slab},
      .width = CLAMP((int)lround(width_mm / mm_per_pixel), LEAST, SIDE),
      .height = CLAMP((int)lround(height_mm / mm_per_pixel), LEAST, SIDE),
  };
}

void
cap_key_picture_size(const CapReport *report, const CapReviewImage *marked,
                     int *width, int *height)
{
  const CapSlicePicture slice = slice_of(report, marked);
  *width = slice.width;
  *height = slice.height;
}

/* ---- words beside marks ---- */

static gboolean
overlaps(const GArray *boxes, const Box *box, double *bottom)
{
  for (guint i = 0; i < boxes->len; i++) {
    const Box *b = &g_array_index(boxes, Box, i);
    if (box->left < b->right && b->left < box->right && box->top < b->bottom &&
        b->top < box->bottom) {
      *bottom = b->bottom;
      return TRUE;
    }
  }
  return FALSE;
}

/* TEXT on the right of AROUND, or on its left where the picture ends; lower
 * where words are already. */
static void
put_label(const Drawing *d, const Box *around, guint colour, const char *text)
{
  const CapTextStyle style = {
      .size = LABEL, .colour = colour, .bold = TRUE, .halo = TRUE};
  const double width = cap_draw_text_width(d->cr, &style, text);
  const double height = 1.3 * LABEL;
  double left = around->right + GAP, bottom;
  if (left + width > d->slice.width - GAP)
    left = fmax(GAP, around->left - GAP - width);
  const double top = (around->top + around->bottom - height) / 2;
  Box box = {left, CLAMP(top, GAP, d->slice.height - height - GAP),
             left + width, 0};
  box.bottom = box.top + height;
  while (overlaps(d->labels, &box, &bottom) &&
         bottom + height < d->slice.height) {
    box.top = bottom + 0.5;
    box.bottom = box.top + height;
  }
  g_array_append_val(d->labels, box);
  cap_draw_text(d->cr, box.left, box.top, &style, text);
}

static void
grow(Box *box, double x, double y)
{
  box->left = fmin(box->left, x);
  box->right = fmax(box->right, x);
  box->top = fmin(box->top, y);
  box->bottom = fmax(box->bottom, y);
}

/* ---- marks ---- */

static void
draw_finding(const Drawing *d, const CapFinding *finding)
{
  Box around = {INFINITY, INFINITY, -INFINITY, -INFINITY};
  const guint colour = cap_picture_status_colour(finding->status);
  if (finding->mask == NULL)
    return;
  g_autoptr(GArray) cut =
      cap_slice_picture_outline(d->cr, &d->slice, finding->mask, colour);
  for (guint i = 0; i < cut->len; i++) {
    const CapSegment *s = &g_array_index(cut, CapSegment, i);
    grow(&around, s->x0, s->y0);
    grow(&around, s->x1, s->y1);
  }
  g_autofree char *mm = cap_words_number(finding->mean_diameter_mm, 1);
  g_autofree char *text = g_strdup_printf("%d  %s %s", finding->id, mm,
                                          cap_unit_length(finding->unknown));
  if (cut->len > 0)
    put_label(d, &around, colour, text);
}

static void
draw_measurement(const Drawing *d, const CapMeasurement *m)
{
  Box around = {INFINITY, INFINITY, -INFINITY, -INFINITY};
  const CapSlicePicture *p = &d->slice;
  const double reach = cap_slice_reach(p->volume, &p->view);
  g_autoptr(GArray) lines = cap_measurement_outline(m);
  for (guint i = 0; i < lines->len; i++) {
    CapMeasureLine line = g_array_index(lines, CapMeasureLine, i);
    if (!cap_measure_line_cut(&line, p->volume, &p->view, reach))
      continue;
    const CapPoint ends[2] = {line.a, line.b};
    double x[2], y[2];
    for (int k = 0; k < 2; k++) {
      cap_slice_to_pixel(p->volume, &p->view, p->width, p->height, ends[k],
                         &x[k], &y[k]);
      grow(&around, x[k], y[k]);
    }
    cairo_move_to(d->cr, x[0] + 0.5, y[0] + 0.5);
    cairo_line_to(d->cr, x[1] + 0.5, y[1] + 0.5);
  }
  if (!isfinite(around.left))
    return;
  cap_draw_stroke(d->cr, CAP_INK_YELLOW, 1.5);
  g_auto(GStrv) words = cap_words_measurement_lines(m);
  g_autofree char *text = g_strdup_printf("%d  %s", m->id, words[0]);
  put_label(d, &around, CAP_INK_YELLOW, text);
}

void
cap_key_picture_draw(cairo_t *cr, const CapReport *report,
                     const CapReviewImage *marked)
{
  const Drawing d = {cr, slice_of(report, marked),
                     g_array_new(FALSE, FALSE, sizeof(Box))};
  const CapFindings *f = report->findings;
  cairo_save(cr);
  cairo_rectangle(cr, 0, 0, d.slice.width, d.slice.height);
  cairo_clip(cr);
  g_autofree uint8_t *pixels = cap_slice_picture_render(&d.slice);
  cap_slice_picture_paint(cr, &d.slice, pixels);
  for (guint i = 0; i < f->items->len; i++)
    draw_finding(&d, f->items->pdata[i]);
  for (guint i = 0; i < f->measurements->len; i++)
    draw_measurement(&d, f->measurements->pdata[i]);
  cap_slice_picture_scale(cr, &d.slice);
  cap_slice_picture_letters(cr, &d.slice);
  cairo_restore(cr);
  g_array_unref(d.labels);
}
