/* Measurements on a slice view: see measurement_marks.h. */
#include "ui/measure/measurement_marks.h"

#include "core/measure/freehand.h"
#include "core/told.h"
#include "io/report/words_measurements.h"
#include "ui/label.h"
#include "ui/measure/measurement_shape.h"
#include "ui/measure/measuring.h"
#include "ui/view/palette.h"
#include "ui/view/strokes.h"

#include <math.h>

#define END_PX 8.0    /* an end is caught from here */
#define LINE_PX 5.0   /* and a line */
#define CORNER_PX 6.0 /* so is a corner: between them is line enough … */
#define CORNER_APART_PX 22.0 /* … to move the whole by */
#define TICK_PX 2.5
#define HANDLE_PX 4.5
#define GRIP_PX 6.0   /* what keys move */
#define DOT_PX 3.0    /* a corner, of which there are many */
#define PIECE_PX 16.0 /* lines are kept clear of labels in pieces of this */
#define CORNER_WIDTH 190.0 /* of the texts in the corners of a view */
#define CORNER_HEIGHT 70.0
#define NAME_WIDTH 260

enum { NOT_HELD = CAP_GRIP_NONE - 1 }; /* neither selected nor in hand */

/* One that is shown. */
typedef struct {
  const CapMeasurement *m;
  CapMeasurementShape shape;
  int grip; /* of it, see ruler.h; or NOT_HELD */
} Shown;

static gboolean
is_held(const Shown *shown)
{
  return shown->grip != NOT_HELD;
}

static void
shown_clear(gpointer data)
{
  cap_measurement_shape_clear(&((Shown *)data)->shape);
}

GArray *
cap_measurement_marks_corners(const CapMeasurement *m, const CapViewport *port)
{
  int n;
  const CapPoint *points = cap_measurement_points(m, &n);
  return cap_freehand_handles(points, m->kind == CAP_MEASURE_FREEHAND ? n : 0,
                              CORNER_APART_PX / cap_viewport_zoom(port));
}

/* M is KEPT (NULL: nothing is), or the draft that stands for it. Corners are
 * those of what is kept, so that they are the same while one of them is moved.
 */
static void
add_shown(GArray *list, const CapMeasurement *m, const CapMeasurement *kept,
          const CapViewport *port, int grip)
{
  Shown shown = {.m = m, .grip = grip};
  cap_measurement_shape_init(&shown.shape, m, port, CAP_MEASUREMENTS_REACH_MM);
  if (shown.shape.state == CAP_SHAPE_AWAY) {
    shown_clear(&shown);
    return;
  }
  if (is_held(&shown) && kept != NULL) {
    g_autoptr(GArray) corners = cap_measurement_marks_corners(kept, port);
    if (grip >= 0 &&
        m->kind == CAP_MEASURE_FREEHAND) /* since gripped, zoomed */
      g_array_append_val(corners, grip);
    cap_measurement_shape_add_corners(&shown.shape, m, port, corners);
  }
  g_array_append_val(list, shown);
}

/* All that the view shows: what is kept, with the draft in the place of the one
 * that it stands for, or as one more. */
static GArray *
find_shown(CapSession *session, const CapViewport *port)
{
  GArray *list = g_array_new(FALSE, FALSE, sizeof(Shown));
  g_array_set_clear_func(list, shown_clear);
  CapRuler *ruler = cap_session_ruler(session);
  const CapMeasurement *draft = cap_ruler_draft(ruler);
  const GPtrArray *kept = cap_measuring_list(session);
  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    const CapMeasurement *m = kept->pdata[i];
    const gboolean drawn = draft != NULL && draft->id == m->id;
    const gboolean selected = m->id == cap_ruler_selected(ruler);
    add_shown(list, drawn ? draft : m, m, port,
              selected ? cap_ruler_grip(ruler)
              : drawn  ? CAP_GRIP_NONE
                       : NOT_HELD);
  }
  if (draft != NULL && draft->id == 0)
    add_shown(list, draft, NULL, port, CAP_GRIP_NONE);
  return list;
}

/* ---- drawing ---- */

static const GdkRGBA yellow = CAP_RGB(CAP_COLOR_YELLOW, 1);

static void
draw_ends(cairo_t *cr, const Shown *shown)
{
  const GArray *handles = shown->shape.handles;
  const gboolean corners = shown->m->kind == CAP_MEASURE_FREEHAND;
  for (guint i = 0; i < handles->len; i++) {
    const CapShapeHandle *at = &g_array_index(handles, CapShapeHandle, i);
    cairo_new_sub_path(cr);
    cairo_arc(cr, at->x, at->y,
              corners          ? DOT_PX
              : is_held(shown) ? HANDLE_PX
                               : TICK_PX,
              0, 2 * G_PI);
  }
  cap_stroke_with_halo(cr, &yellow, 1.5);
}

/* The grip: a disc; of the whole, one at each handle. */
static void
draw_grip(cairo_t *cr, const Shown *shown)
{
  const GArray *handles = shown->shape.handles;
  for (guint i = 0; i < handles->len; i++) {
    const CapShapeHandle *at = &g_array_index(handles, CapShapeHandle, i);
    if (shown->grip == CAP_GRIP_WHOLE || shown->grip == at->end) {
      cairo_new_sub_path(cr);
      cairo_arc(cr, at->x, at->y, GRIP_PX, 0, 2 * G_PI);
    }
  }
  gdk_cairo_set_source_rgba(cr, &yellow);
  cairo_fill_preserve(cr);
  cap_stroke_with_halo(cr, &yellow, 1.5);
}

static void
draw_shape(GtkSnapshot *snapshot, const Shown *shown)
{
  enum { MARGIN = 10 };
  const CapMeasurementShape *shape = &shown->shape;
  const CapBox box = shape->box;
  cairo_t *cr = gtk_snapshot_append_cairo(
      snapshot, &GRAPHENE_RECT_INIT((float)floor(box.x) - MARGIN,
                                    (float)floor(box.y) - MARGIN,
                                    (float)ceil(box.width) + 2 * MARGIN,
                                    (float)ceil(box.height) + 2 * MARGIN));
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cap_measurement_shape_path(shape, cr);
  if (shape->state == CAP_SHAPE_NEAR) {
    const double share = 1 - shape->distance_mm / CAP_MEASUREMENTS_REACH_MM;
    cairo_set_dash(cr, (double[]){2, 4}, 2, 0);
    const GdkRGBA faint = CAP_RGB(CAP_COLOR_YELLOW, (float)(0.2 + 0.4 * share));
    cap_stroke_with_halo(cr, &faint, 1);
  } else {
    cap_stroke_with_halo(cr, &yellow, is_held(shown) ? 2.5 : 1.5);
    draw_ends(cr, shown);
    if (is_held(shown) && shown->grip != CAP_GRIP_NONE)
      draw_grip(cr, shown);
  }
  cairo_destroy(cr);
}

/* ---- labels ---- */

char **
cap_measurement_marks_label(const CapMeasurement *m)
{
  g_auto(GStrv) numbers = cap_words_measurement_lines(m);
  const guint n = g_strv_length(numbers), first = *m->name != '\0';
  char **lines = g_new0(char *, n + first + 1);
  for (guint i = 0; i < n; i++)
    lines[i + first] = cap_label_minus(numbers[i]);
  if (first)
    lines[0] = cap_told(m->name);
  if (m->id > 0) { /* a draft has no number yet */
    char *numbered = g_strdup_printf("M%d  %s", m->id, lines[0]);
    g_free(lines[0]);
    lines[0] = numbered;
  }
  return lines;
}

/* Size of LINES, one below the other; HEIGHT is that of one. */
static double
measure_lines(CapTextCache *texts, char *const *lines, int *line_height)
{
  double width = 0;
  for (int i = 0; lines[i] != NULL; i++) {
    int w, h;
    cap_text_cache_size(texts, lines[i], &w, &h);
    width = fmax(width, MIN(w, NAME_WIDTH));
    *line_height = h;
  }
  return width;
}

static void
draw_label(GtkSnapshot *snapshot, CapLabelLayout *layout, CapTextCache *texts,
           const Shown *shown)
{
  g_auto(GStrv) lines = cap_measurement_marks_label(shown->m);
  int line_height = 0;
  const double width = measure_lines(texts, lines, &line_height);
  const CapBox box =
      cap_label_layout_place(layout, shown->shape.box, width + 2,
                             line_height * (double)g_strv_length(lines) + 2);
  double x, y;
  cap_measurement_shape_nearest(&shown->shape, box, &x, &y);
  cap_stroke_leader(snapshot, x, y, box, &yellow);
  for (int i = 0; lines[i] != NULL; i++)
    cap_text_cache_draw(texts, snapshot, lines[i],
                        &(CapTextPlace){.x = box.x,
                                        .y = box.y + i * line_height,
                                        .max_width = NAME_WIDTH,
                                        .color = yellow});
}

/* Labels keep off every line, in pieces, since the box around a slanted one is
 * mostly empty. */
static void
avoid_lines(CapLabelLayout *layout, const CapMeasurementShape *shape)
{
  for (guint i = 0; i < shape->lines->len; i++) {
    const CapShapeLine *l = &g_array_index(shape->lines, CapShapeLine, i);
    const double dx = l->x1 - l->x0, dy = l->y1 - l->y0;
    const int n = CLAMP((int)(hypot(dx, dy) / PIECE_PX), 1, 60);
    for (int k = 0; k < n; k++) {
      const double x = l->x0 + dx * k / n, y = l->y0 + dy * k / n;
      cap_label_layout_avoid(
          layout, (CapBox){fmin(x, x + dx / n) - 2, fmin(y, y + dy / n) - 2,
                           fabs(dx) / n + 4, fabs(dy) / n + 4});
    }
  }
}

/* … and off the texts in the corners. */
static void
avoid_corners(CapLabelLayout *layout, const CapViewport *port)
{
  const double width = cap_viewport_screen_width(port);
  const double height = cap_viewport_screen_height(port);
  for (int corner = 0; corner < 4; corner++)
    cap_label_layout_avoid(layout,
                           (CapBox){corner & 1 ? width - CORNER_WIDTH : 0,
                                    corner & 2 ? height - CORNER_HEIGHT : 0,
                                    CORNER_WIDTH, CORNER_HEIGHT});
}

void
cap_measurement_marks_snapshot(CapSession *session, GtkSnapshot *snapshot,
                               const CapViewport *port, CapTextCache *texts,
                               CapLabelLayout *layout)
{
  g_autoptr(GArray) list = find_shown(session, port);
  avoid_corners(layout, port);
  for (guint i = 0; i < list->len; i++) {
    const Shown *shown = &g_array_index(list, Shown, i);
    draw_shape(snapshot, shown);
    if (shown->shape.state != CAP_SHAPE_NEAR)
      avoid_lines(layout, &shown->shape);
  }
  for (guint i = 0; i < list->len; i++) {
    const Shown *shown = &g_array_index(list, Shown, i);
    if (shown->shape.state != CAP_SHAPE_NEAR)
      draw_label(snapshot, layout, texts, shown);
  }
}

/* ---- picking ---- */

static int
end_at(const Shown *shown, double x, double y)
{
  const CapMeasurementShape *shape = &shown->shape;
  const gboolean flat_kind = shown->m->kind == CAP_MEASURE_AXES ||
                             shown->m->kind == CAP_MEASURE_ELLIPSE;
  if (flat_kind && shape->state != CAP_SHAPE_FLAT)
    return -1;
  int best = -1;
  double least = shown->m->kind == CAP_MEASURE_FREEHAND ? CORNER_PX : END_PX;
  for (guint i = 0; i < shape->handles->len; i++) {
    const CapShapeHandle *at =
        &g_array_index(shape->handles, CapShapeHandle, i);
    const double off = hypot(at->x - x, at->y - y);
    if (off <= least) {
      least = off;
      best = at->end;
    }
  }
  return best;
}

int
cap_measurement_marks_pick(CapSession *session, const CapViewport *port,
                           double x, double y, int *end)
{
  g_autoptr(GArray) list = find_shown(session, port);
  int id = 0;
  double least = LINE_PX;
  *end = -1;
  for (guint i = 0; i < list->len; i++) {
    const Shown *shown = &g_array_index(list, Shown, i);
    if (shown->shape.state == CAP_SHAPE_NEAR || shown->m->id == 0)
      continue;
    const int at = end_at(shown, x, y);
    const double off = cap_measurement_shape_distance(&shown->shape, x, y);
    if (at >= 0 && (*end < 0 || is_held(shown))) { /* ends before lines */
      *end = at;
      id = shown->m->id;
    } else if (*end < 0 && off <= least) {
      least = off;
      id = shown->m->id;
    }
  }
  return id;
}
