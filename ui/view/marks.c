/* CapMarks: see marks.h. */
#include "ui/view/marks.h"

#include "core/image/unit.h"
#include "ui/view/outline.h"
#include "ui/view/palette.h"
#include "ui/view/strokes.h"

#include <math.h>

#define RING_GAP 6.0 /* logical pixels between contour and ring */
#define RING_MIN 11.0
#define BADGE_RADIUS 6.5
#define LABEL_GAP 4.0
#define CROWD 12 /* with more marks in one plane labels shrink to numbers */

/* One finding in one view. */
typedef struct {
  CapOutline *outline;  /* NULL until it is asked for */
  int index;            /* the plane that it is of */
  GskRenderNode *node;  /* drawn around the origin; for what follows */
  GskRenderNode *still; /* NODE at (X, Y) as pixels, once it has stayed there */
  double x, y;
  double zoom;
  CapStatus status;
  gboolean selected;
} Mark;

struct CapMarks {
  CapSession *session;
  GHashTable *marks; /* CapFindingItem (borrowed) -> Mark */
};

static void
forget_node(Mark *mark)
{
  g_clear_pointer(&mark->node, gsk_render_node_unref);
  g_clear_pointer(&mark->still, gsk_render_node_unref);
  mark->x = NAN;
}

static void
mark_free(Mark *mark)
{
  cap_outline_free(mark->outline);
  forget_node(mark);
  g_free(mark);
}

CapMarks *
cap_marks_new(CapSession *session)
{
  CapMarks *marks = g_new0(CapMarks, 1);
  marks->session = session;
  marks->marks =
      g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)mark_free);
  return marks;
}

void
cap_marks_free(CapMarks *marks)
{
  if (marks == NULL)
    return;
  g_hash_table_unref(marks->marks);
  g_free(marks);
}

void
cap_marks_clear(CapMarks *marks)
{
  g_hash_table_remove_all(marks->marks);
}

static Mark *
mark_of(CapMarks *marks, CapFindingItem *item)
{
  Mark *mark = g_hash_table_lookup(marks->marks, item);
  if (mark == NULL) {
    mark = g_new0(Mark, 1);
    g_hash_table_insert(marks->marks, item, mark);
  }
  return mark;
}

/* ---- where the plane cuts ---- */

/* Cuts the mask once per plane. */
static void
update_outline(Mark *mark, const CapFinding *finding, const CapViewport *port)
{
  const int index =
      cap_slice_index(port->volume, port->view.plane, port->view.center_mm);
  if (mark->outline != NULL && mark->index == index)
    return;
  g_clear_pointer(&mark->outline, cap_outline_free);
  forget_node(mark);
  mark->index = index;
  mark->outline = cap_outline_new(finding, port, index);
}

/* In its plane: the mask is cut, or without a mask the ball of its diameter. */
static gboolean
is_cut(const Mark *mark, const CapFinding *finding, double distance_mm)
{
  if (finding->mask != NULL)
    return !cap_outline_is_empty(mark->outline);
  return fabs(distance_mm) <= fmax(finding->mean_diameter_mm / 2, 0.5);
}

static double
ring_radius(const Mark *mark, const CapFinding *finding, double zoom)
{
  const double mm =
      fmax(cap_outline_radius_mm(mark->outline), finding->mean_diameter_mm / 2);
  return fmax(mm * zoom + RING_GAP, RING_MIN);
}

/* ---- drawing ---- */

static void
set_color(cairo_t *cr, int hex, double opacity)
{
  const GdkRGBA color = CAP_RGB(hex, (float)opacity);
  gdk_cairo_set_source_rgba(cr, &color);
}

static void
draw_badge(cairo_t *cr, CapStatus status, double radius, const GdkRGBA *color)
{
  if (status == CAP_STATUS_UNREVIEWED)
    return;
  const double x = radius * M_SQRT1_2, y = radius * M_SQRT1_2;
  cairo_new_sub_path(cr);
  cairo_arc(cr, x, y, BADGE_RADIUS, 0, 2 * G_PI);
  set_color(cr, CAP_COLOR_HALO, 0.95);
  cairo_fill_preserve(cr);
  gdk_cairo_set_source_rgba(cr, color);
  cairo_set_line_width(cr, 1.2);
  cairo_stroke(cr);
  cairo_set_line_width(cr, 1.6);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  if (status == CAP_STATUS_ACCEPTED) {
    cairo_move_to(cr, x - 3, y + 0.3);
    cairo_line_to(cr, x - 0.8, y + 2.6);
    cairo_line_to(cr, x + 3, y - 2.4);
  } else if (status == CAP_STATUS_REJECTED) {
    cairo_move_to(cr, x - 2.4, y - 2.4);
    cairo_line_to(cr, x + 2.4, y + 2.4);
    cairo_move_to(cr, x + 2.4, y - 2.4);
    cairo_line_to(cr, x - 2.4, y + 2.4);
  } else {
    cairo_arc(cr, x, y - 1.5, 1.9, G_PI, 2.5 * G_PI);
    cairo_line_to(cr, x, y + 1.6);
    cairo_move_to(cr, x, y + 3.4);
    cairo_line_to(cr, x, y + 3.5);
  }
  cairo_stroke(cr);
}

static void
draw_ring(cairo_t *cr, CapFindingItem *item, double radius,
          const GdkRGBA *color, gboolean selected)
{
  const CapFinding *f = cap_finding_item_get(item);
  const double start = -G_PI / 2; /* twelve o'clock, then clockwise */
  GdkRGBA track = *color;
  track.alpha = 0.28f;
  cairo_new_sub_path(cr);
  cairo_arc(cr, 0, 0, radius, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba(cr, &track);
  cairo_set_line_width(cr, 1);
  cairo_stroke(cr);
  if (f->status == CAP_STATUS_REJECTED || cap_finding_item_is_doubtful(item))
    cairo_set_dash(cr, (double[]){5, 4}, 2, 0);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
  cairo_new_sub_path(cr);
  cairo_arc(cr, 0, 0, radius, start,
            start + 2 * G_PI * CLAMP(f->probability, 0.0, 1.0));
  cap_stroke_with_halo(cr, color, selected ? 2.5 : 1.5);
  cairo_set_dash(cr, NULL, 0, 0);
}

void
cap_marks_draw_ring(cairo_t *cr, CapFindingItem *item, double radius)
{
  const CapStatus status = cap_finding_item_status(item);
  const GdkRGBA color = cap_palette_status(status);
  draw_ring(cr, item, radius, &color, FALSE);
  draw_badge(cr, status, radius, &color);
}

/* ---- placing ---- */

typedef struct {
  CapFindingItem *item;
  Mark *mark;
  double x, y, radius, distance_mm;
} Placed;

/* How far off a finding is still marked: what a slab shows has its mark. */
static double
reach_mm(const CapViewport *port)
{
  const CapSlab slab = port->view.slab;
  return slab.kind == CAP_SLAB_OFF
             ? CAP_MARKS_REACH_MM
             : fmax(CAP_MARKS_REACH_MM, slab.thickness_mm / 2);
}

/* FALSE when the finding has nothing to show in this view. */
static gboolean
place(CapMarks *marks, const CapViewport *port, CapFindingItem *item,
      Placed *placed)
{
  const CapFinding *f = cap_finding_item_get(item);
  const double zoom = cap_viewport_zoom(port);
  placed->item = item;
  placed->distance_mm =
      cap_slice_distance(port->volume, &port->view, f->center_mm);
  const double reach = fmax(reach_mm(port), f->long_axis_mm + 5);
  if (fabs(placed->distance_mm) > reach)
    return FALSE;
  cap_viewport_to_screen(port, f->center_mm, &placed->x, &placed->y);
  placed->mark = mark_of(marks, item);
  update_outline(placed->mark, f, port);
  placed->radius = ring_radius(placed->mark, f, zoom);
  const double margin = placed->radius + 80;
  return placed->x > -margin && placed->y > -margin &&
         placed->x < cap_viewport_screen_width(port) + margin &&
         placed->y < cap_viewport_screen_height(port) + margin;
}

/* A cairo context for the node of MARK, or NULL when what it has still holds;
 * EXTENT reaches around the finding's centre, the origin. */
static cairo_t *
begin_node(const Placed *p, double zoom, gboolean selected, double extent)
{
  Mark *mark = p->mark;
  const CapStatus status = cap_finding_item_status(p->item);
  if (mark->node != NULL && mark->zoom == zoom && mark->status == status &&
      mark->selected == selected)
    return NULL;
  forget_node(mark);
  mark->zoom = zoom;
  mark->status = status;
  mark->selected = selected;
  mark->node = gsk_cairo_node_new(
      &GRAPHENE_RECT_INIT((float)-extent, (float)-extent, (float)(2 * extent),
                          (float)(2 * extent)));
  return gsk_cairo_node_get_draw_context(mark->node);
}

static void
update_cut_node(const Placed *p, double zoom, gboolean selected)
{
  cairo_t *cr = begin_node(p, zoom, selected, p->radius + BADGE_RADIUS + 3);
  if (cr == NULL)
    return;
  const CapStatus status = cap_finding_item_status(p->item);
  const GdkRGBA color = cap_palette_status(status);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cap_outline_path(p->mark->outline, cr, zoom);
  cap_stroke_with_halo(cr, &color, selected ? 2.0 : 1.5);
  draw_ring(cr, p->item, p->radius, &color, selected);
  draw_badge(cr, status, p->radius, &color);
  cairo_destroy(cr);
}

static void
update_near_node(const Placed *p, double zoom, const GdkRGBA *color)
{
  cairo_t *cr = begin_node(p, zoom, FALSE, p->radius + 3);
  if (cr == NULL)
    return;
  cairo_arc(cr, 0, 0, p->radius, 0, 2 * G_PI);
  cairo_set_dash(cr, (double[]){2, 4}, 2, 0);
  cap_stroke_with_halo(cr, color, 1);
  cairo_destroy(cr);
}

/* NODE moved to (X, Y), drawn into pixels: the ones that it would give there.
 */
static GskRenderNode *
still_new(GskRenderNode *node, double x, double y, double scale)
{
  graphene_rect_t box;
  gsk_render_node_get_bounds(node, &box);
  const double left = floor((x + box.origin.x) * scale) / scale;
  const double top = floor((y + box.origin.y) * scale) / scale;
  const double edge = ceil((box.size.width + 1) * scale);
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)edge, (int)edge);
  cairo_surface_set_device_scale(surface, scale, scale);
  cairo_t *cr = cairo_create(surface);
  cairo_translate(cr, (float)x - left, (float)y - top);
  gsk_render_node_draw(node, cr);
  cairo_destroy(cr);
  GskRenderNode *still = gsk_cairo_node_new(&GRAPHENE_RECT_INIT(
      (float)left, (float)top, (float)(edge / scale), (float)(edge / scale)));
  cr = gsk_cairo_node_get_draw_context(still);
  cairo_set_source_surface(cr, surface, left, top);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_paint(cr);
  cairo_destroy(cr);
  cairo_surface_destroy(surface);
  return still;
}

/* A mark that stands where it stood in the frame before is kept as pixels: most
 * frames move one plane of three, or only the window. */
static void
append_mark(GtkSnapshot *snapshot, const CapViewport *port, const Placed *p)
{
  Mark *mark = p->mark;
  if (mark->x == p->x && mark->y == p->y) {
    if (mark->still == NULL)
      mark->still = still_new(mark->node, p->x, p->y, port->scale);
    gtk_snapshot_append_node(snapshot, mark->still);
    return;
  }
  g_clear_pointer(&mark->still, gsk_render_node_unref);
  mark->x = p->x;
  mark->y = p->y;
  gtk_snapshot_save(snapshot);
  gtk_snapshot_translate(snapshot,
                         &GRAPHENE_POINT_INIT((float)p->x, (float)p->y));
  gtk_snapshot_append_node(snapshot, mark->node);
  gtk_snapshot_restore(snapshot);
}

/* How far it is off the plane, and which way; where the patient is not known,
 * only how far. */
static char *
near_text(const CapViewport *port, double distance, char letter)
{
  const unsigned unknown = port->volume->source->unknown;
  const char *unit = cap_unit_length(unknown);
  return unknown & CAP_UNKNOWN_PLACE
             ? g_strdup_printf("%.1f %s", distance, unit)
             : g_strdup_printf("%.1f %s %c", distance, unit, letter);
}

/* How near the plane it is: 1 in it, 0 and less where nothing is shown. */
static double
nearness(const CapViewport *port, const Placed *p)
{
  return 1 - fabs(p->distance_mm) / reach_mm(port);
}

static GdkRGBA
near_color(const CapViewport *port, const Placed *p)
{
  GdkRGBA color = cap_palette_status(cap_finding_item_status(p->item));
  color.alpha = (float)(0.25 + 0.45 * nearness(port, p));
  return color;
}

static void
draw_near(GtkSnapshot *snapshot, const CapViewport *port, const Placed *p)
{
  const GdkRGBA color = near_color(port, p);
  update_near_node(p, cap_viewport_zoom(port), &color);
  append_mark(snapshot, port, p);
}

/* ---- labels ---- */

/* What labels are drawn with. */
typedef struct {
  GtkSnapshot *snapshot;
  const CapViewport *port;
  CapTextCache *texts;
  CapLabelLayout *layout;
} Labels;

/* Which way to scroll, as the patient letters of this plane's normal; below the
 * ring, and only where there is room. */
static void
draw_near_label(const Labels *l, const Placed *p)
{
  static const char letters[3][2] = {{'F', 'H'}, {'A', 'P'}, {'R', 'L'}};
  const CapPlane plane = l->port->view.plane;
  const CapPoint here = l->port->view.center_mm,
                 there = cap_finding_item_get(p->item)->center_mm;
  const double step = plane == CAP_PLANE_AXIAL     ? there.z - here.z
                      : plane == CAP_PLANE_CORONAL ? there.y - here.y
                                                   : there.x - here.x;
  g_autofree char *text =
      near_text(l->port, fabs(p->distance_mm), letters[plane][step > 0]);
  int width, height;
  cap_text_cache_size(l->texts, text, &width, &height);
  const CapTextPlace at = {.x = p->x - width / 2.0,
                           .y = p->y + p->radius + 3,
                           .color = near_color(l->port, p)};
  if (cap_label_layout_take(l->layout, (CapBox){at.x, at.y, width, height}))
    cap_text_cache_draw(l->texts, l->snapshot, text, &at);
}

/* The box in which a ring's own square lies: corners are free for labels. */
static CapBox
box_of(const Placed *p)
{
  const double half = p->radius * M_SQRT1_2;
  return (CapBox){p->x - half, p->y - half, 2 * half, 2 * half};
}

/* Above the ring on the right, else where there is room, with a line to it when
 * that is far off. */
static void
draw_label(const Labels *l, const Placed *p, gboolean with_size)
{
  const CapFinding *f = cap_finding_item_get(p->item);
  g_autofree char *text =
      with_size ? g_strdup_printf("%d  %.1f %s", f->id, f->mean_diameter_mm,
                                  cap_unit_length(f->unknown))
                : g_strdup_printf("%d", f->id);
  int width, height;
  cap_text_cache_size(l->texts, text, &width, &height);
  const double offset = p->radius * M_SQRT1_2 + LABEL_GAP;
  CapBox box = {p->x + offset, p->y - offset - height, width, height};
  if (!cap_label_layout_take(l->layout, box))
    box = cap_label_layout_place(l->layout, box_of(p), width, height);
  const GdkRGBA color = cap_palette_status(f->status);
  const double dx = box.x + box.width / 2 - p->x,
               dy = box.y + box.height / 2 - p->y;
  const double share = p->radius / fmax(hypot(dx, dy), p->radius);
  cap_stroke_leader(l->snapshot, p->x + dx * share, p->y + dy * share, box,
                    &color);
  cap_text_cache_draw(l->texts, l->snapshot, text,
                      &(CapTextPlace){.x = box.x, .y = box.y, .color = color});
}

/* The one that is selected has the first choice, those of other planes have
 * what is left. */
static void
draw_labels(const Labels *l, const GArray *cut, const GArray *near,
            const CapFindingItem *selected)
{
  for (guint i = 0; i < cut->len; i++)
    cap_label_layout_avoid(l->layout, box_of(&g_array_index(cut, Placed, i)));
  for (int turn = 0; turn < 2; turn++)
    for (guint i = 0; i < cut->len; i++) {
      const Placed *p = &g_array_index(cut, Placed, i);
      if ((p->item == selected) == (turn == 0))
        draw_label(l, p, cut->len <= CROWD || turn == 0);
    }
  for (guint i = 0; i < near->len; i++)
    draw_near_label(l, &g_array_index(near, Placed, i));
}

void
cap_marks_snapshot(CapMarks *marks, GtkSnapshot *snapshot,
                   const CapViewport *port, CapTextCache *texts,
                   CapLabelLayout *layout)
{
  GListModel *items = cap_session_visible_items(marks->session);
  const guint n = g_list_model_get_n_items(items);
  const double zoom = cap_viewport_zoom(port);
  g_autoptr(GArray) cut = g_array_new(FALSE, FALSE, sizeof(Placed));
  g_autoptr(GArray) near = g_array_new(FALSE, FALSE, sizeof(Placed));
  for (guint i = 0; i < n; i++) {
    /* The model keeps the item alive while this runs. */
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    Placed placed;
    if (!place(marks, port, item, &placed))
      continue;
    if (is_cut(placed.mark, cap_finding_item_get(item), placed.distance_mm))
      g_array_append_val(cut, placed);
    else if (nearness(port, &placed) > 0)
      g_array_append_val(near, placed);
  }
  const CapFindingItem *selected = cap_session_selected(marks->session);
  for (guint i = 0; i < near->len; i++)
    draw_near(snapshot, port, &g_array_index(near, Placed, i));
  for (guint i = 0; i < cut->len; i++) {
    const Placed *p = &g_array_index(cut, Placed, i);
    update_cut_node(p, zoom, p->item == selected);
    append_mark(snapshot, port, p);
  }
  draw_labels(&(Labels){snapshot, port, texts, layout}, cut, near, selected);
}

CapFindingItem *
cap_marks_pick(CapMarks *marks, const CapViewport *port, double x, double y)
{
  GListModel *items = cap_session_visible_items(marks->session);
  CapFindingItem *best = NULL;
  double best_distance = INFINITY;
  for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    Placed p;
    if (!place(marks, port, item, &p) ||
        !is_cut(p.mark, cap_finding_item_get(item), p.distance_mm))
      continue;
    const double distance = hypot(p.x - x, p.y - y);
    if (distance <= p.radius && distance < best_distance) {
      best = item;
      best_distance = distance;
    }
  }
  return best;
}
