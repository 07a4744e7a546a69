/* CapOutline: see outline.h. */
#include "ui/view/outline.h"

#include "core/image/contour.h"

#include <math.h>

#define STEP_MM 0.35 /* finer than any CT pixel */
#define MAX_PIXELS 320
#define SAME 256 /* ends that agree to 1/SAME pixel meet */

typedef struct {
  float x, y;
} Dot;

struct CapOutline {
  double radius_mm;
  GArray *dots; /* of Dot, mm: line after line */
  GArray *ends; /* of guint: where in DOTS each line ends */
};

/* One end of a piece. */
typedef struct {
  int x, y;
  guint piece;
} End;

/* ---- joining ---- */

static End
end_at(float x, float y, guint piece)
{
  return (End){(int)lrintf(x * SAME), (int)lrintf(y * SAME), piece};
}

static int
compare(gconstpointer a, gconstpointer b)
{
  const End *p = a, *q = b;
  return p->y != q->y ? (p->y > q->y) - (p->y < q->y)
                      : (p->x > q->x) - (p->x < q->x);
}

static GArray *
sorted_ends(const GArray *pieces)
{
  GArray *ends = g_array_sized_new(FALSE, FALSE, sizeof(End), 2 * pieces->len);
  for (guint i = 0; i < pieces->len; i++) {
    const CapSegment *s = &g_array_index(pieces, CapSegment, i);
    g_array_append_vals(
        ends, (End[]){end_at(s->x0, s->y0, i), end_at(s->x1, s->y1, i)}, 2);
  }
  g_array_sort(ends, compare);
  return ends;
}

/* A piece that ends at AT and is not USED yet, or -1. */
static int
piece_at(const GArray *ends, const End *at, const gboolean *used)
{
  guint low = 0, high = ends->len; /* the first end that is not before AT */
  while (low < high) {
    const guint middle = (low + high) / 2;
    if (compare(&g_array_index(ends, End, middle), at) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < ends->len; low++) {
    const End *end = &g_array_index(ends, End, low);
    if (compare(end, at) != 0)
      break;
    if (!used[end->piece])
      return (int)end->piece;
  }
  return -1;
}

/* Lines from pieces that meet: cairo strokes one line of a hundred corners many
 * times as fast as a hundred pieces with round ends. Ends that rounding keeps
 * apart only make two lines of one, which look the same. */
static void
join(CapOutline *outline, const GArray *pieces)
{
  g_autoptr(GArray) ends = sorted_ends(pieces);
  g_autofree gboolean *used = g_new0(gboolean, pieces->len);
  for (guint i = 0; i < pieces->len; i++) {
    if (used[i])
      continue;
    const CapSegment *s = &g_array_index(pieces, CapSegment, i);
    g_array_append_val(outline->dots, ((Dot){s->x0, s->y0}));
    End at = end_at(s->x0, s->y0, i);
    for (int next = (int)i; next >= 0; next = piece_at(ends, &at, used)) {
      used[next] = TRUE;
      s = &g_array_index(pieces, CapSegment, next);
      const End first = end_at(s->x0, s->y0, next);
      const gboolean forward = compare(&first, &at) == 0;
      const Dot to = forward ? (Dot){s->x1, s->y1} : (Dot){s->x0, s->y0};
      g_array_append_val(outline->dots, to);
      at = end_at(to.x, to.y, next);
    }
    g_array_append_val(outline->ends, outline->dots->len);
  }
}

/* ---- public ---- */

/* Largest distance (mm) from FINDING's centre to a corner of its mask's box. */
static double
reach_mm(const CapVolume *volume, const CapFinding *finding)
{
  const CapMask *m = finding->mask;
  double reach = 0;
  for (int corner = 0; corner < 8; corner++) {
    const CapPoint p = cap_volume_to_patient(
        volume, (CapPoint){m->first[0] + (corner & 1 ? m->columns : -1),
                           m->first[1] + (corner & 2 ? m->rows : -1),
                           m->first[2] + (corner & 4 ? m->slices : -1)});
    const CapPoint c = finding->center_mm;
    reach =
        fmax(reach, sqrt((p.x - c.x) * (p.x - c.x) + (p.y - c.y) * (p.y - c.y) +
                         (p.z - c.z) * (p.z - c.z)));
  }
  return reach;
}

CapOutline *
cap_outline_new(const CapFinding *finding, const CapViewport *port, int index)
{
  CapOutline *outline = g_new0(CapOutline, 1);
  outline->dots = g_array_new(FALSE, FALSE, sizeof(Dot));
  outline->ends = g_array_new(FALSE, FALSE, sizeof(guint));
  if (finding->mask == NULL)
    return outline;
  const double reach = reach_mm(port->volume, finding);
  const int size = MIN((int)ceil(2 * reach / STEP_MM) | 1, MAX_PIXELS + 1);
  const double step = fmax(2 * reach / size, STEP_MM);
  const CapSliceView view = {
      .plane = port->view.plane,
      .center_mm = cap_slice_at_index(port->volume, port->view.plane, index,
                                      finding->center_mm),
      .mm_per_pixel = step};
  g_autoptr(GArray) pieces =
      cap_contour_cut(port->volume, finding->mask, &view, size, size);
  const double middle = (size - 1) / 2.0;
  outline->radius_mm = step * cap_contour_radius(pieces, middle, middle);
  join(outline, pieces);
  for (guint i = 0; i < outline->dots->len; i++) {
    Dot *dot = &g_array_index(outline->dots, Dot, i);
    dot->x = (float)((dot->x - middle) * step);
    dot->y = (float)((dot->y - middle) * step);
  }
  return outline;
}

void
cap_outline_free(CapOutline *outline)
{
  if (outline == NULL)
    return;
  g_array_unref(outline->dots);
  g_array_unref(outline->ends);
  g_free(outline);
}

gboolean
cap_outline_is_empty(const CapOutline *outline)
{
  return outline->ends->len == 0;
}

double
cap_outline_radius_mm(const CapOutline *outline)
{
  return outline->radius_mm;
}

void
cap_outline_path(const CapOutline *outline, cairo_t *cr, double zoom)
{
  const Dot *dots = (const Dot *)outline->dots->data;
  guint first = 0;
  for (guint i = 0; i < outline->ends->len; i++) {
    const guint end = g_array_index(outline->ends, guint, i);
    cairo_move_to(cr, dots[first].x * zoom, dots[first].y * zoom);
    for (guint k = first + 1; k < end; k++)
      cairo_line_to(cr, dots[k].x * zoom, dots[k].y * zoom);
    if (hypotf(dots[first].x - dots[end - 1].x,
               dots[first].y - dots[end - 1].y) < STEP_MM / 64)
      cairo_close_path(cr);
    first = end;
  }
}
