/* CapPaneImage: see pane_image.h. */
#include "ui/view/pane_image.h"

#define STRIP_ROWS 20 /* of an image that is drawn at once, logical pixels */

struct CapPaneImage {
  GskRenderNode *node; /* of what follows */
  CapViewport drawn;
  guint serial;
  cairo_surface_t *surfaces[2]; /* the node's and the one before */
  CapBrick *brick;
  CapSlabCache *slab;
};

CapPaneImage *
cap_pane_image_new(void)
{
  CapPaneImage *self = g_new0(CapPaneImage, 1);
  self->brick = cap_brick_new();
  self->slab = cap_slab_cache_new();
  return self;
}

void
cap_pane_image_free(CapPaneImage *self)
{
  if (self == NULL)
    return;
  g_clear_pointer(&self->node, gsk_render_node_unref);
  for (int i = 0; i < 2; i++)
    g_clear_pointer(&self->surfaces[i], cairo_surface_destroy);
  cap_brick_free(self->brick);
  cap_slab_cache_free(self->slab);
  g_free(self);
}

void
cap_pane_image_forget(CapPaneImage *self)
{
  g_clear_pointer(&self->node, gsk_render_node_unref);
}

CapSliceKept
cap_pane_image_kept(const CapPaneImage *self)
{
  return (CapSliceKept){self->brick, self->slab};
}

static gboolean
same_view(const CapViewport *a, const CapViewport *b)
{
  const CapSliceView *v = &a->view, *w = &b->view;
  return a->volume == b->volume && a->width == b->width &&
         a->height == b->height && v->center_mm.x == w->center_mm.x &&
         v->center_mm.y == w->center_mm.y && v->center_mm.z == w->center_mm.z &&
         v->mm_per_pixel == w->mm_per_pixel && v->window_hu == w->window_hu &&
         v->level_hu == w->level_hu && v->invert == w->invert &&
         v->interpolate == w->interpolate && v->slab.kind == w->slab.kind &&
         (v->slab.kind == CAP_SLAB_OFF ||
          v->slab.thickness_mm == w->slab.thickness_mm);
}

/* A surface to draw on. New memory for every frame would cost as much as the
 * slice, so two take turns: GTK still holds the node of the frame before, whose
 * surface is therefore left alone. (Should somebody hold an older node, cairo
 * copies its pixels away when the flush says that they will change.) */
static cairo_surface_t *
next_surface(CapPaneImage *self, int width, int height)
{
  cairo_surface_t *surface = self->surfaces[1];
  self->surfaces[1] = self->surfaces[0];
  if (surface == NULL || cairo_image_surface_get_width(surface) != width ||
      cairo_image_surface_get_height(surface) != height) {
    g_clear_pointer(&surface, cairo_surface_destroy);
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  }
  self->surfaces[0] = surface;
  cairo_surface_flush(surface);
  return surface;
}

/* SURFACE as a node of ROWS device pixels from row TOP on. */
static GskRenderNode *
strip_new(cairo_surface_t *surface, const CapViewport *port, int top, int rows)
{
  const int scale = port->scale;
  GskRenderNode *node = gsk_cairo_node_new(&GRAPHENE_RECT_INIT(
      0, (float)top / scale, (float)cap_viewport_screen_width(port),
      (float)rows / scale));
  cairo_t *cr = gsk_cairo_node_get_draw_context(node);
  cairo_set_source_surface(cr, surface, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_paint(cr);
  cairo_destroy(cr);
  return node;
}

/* The image as cairo nodes. Not a texture node: GTK 4.8 converts every texture
 * through floats when it draws without a GPU, which costs ten times the slice.
 * In strips: cairo draws a node by way of a copy of its own, which should not
 * leave the cache. */
static GskRenderNode *
image_node(cairo_surface_t *surface, const CapViewport *port)
{
  const int rows = STRIP_ROWS * port->scale;
  const int n = (port->height + rows - 1) / rows;
  g_autofree GskRenderNode **strips = g_new(GskRenderNode *, n);
  for (int i = 0; i < n; i++)
    strips[i] =
        strip_new(surface, port, i * rows, MIN(rows, port->height - i * rows));
  GskRenderNode *image = gsk_container_node_new(strips, n);
  for (int i = 0; i < n; i++)
    gsk_render_node_unref(strips[i]);
  return image;
}

GskRenderNode *
cap_pane_image_node(CapPaneImage *self, const CapViewport *port, guint serial)
{
  if (self->node != NULL && self->serial == serial &&
      same_view(&self->drawn, port))
    return self->node;
  g_clear_pointer(&self->node, gsk_render_node_unref);
  cairo_surface_t *surface = next_surface(self, port->width, port->height);
  if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
    return NULL;
  if (self->serial != serial) {
    cap_brick_forget(self->brick);
    cap_slab_cache_forget(self->slab);
  }
  /* Its rows are not padded, and grey reads the same in every byte order. */
  const CapSliceKept kept = cap_pane_image_kept(self);
  cap_slice_render_from(&kept, port->volume, &port->view, port->width,
                        port->height, cairo_image_surface_get_data(surface));
  cairo_surface_mark_dirty(surface);
  cairo_surface_set_device_scale(surface, port->scale, port->scale);
  self->node = image_node(surface, port);
  self->drawn = *port;
  self->serial = serial;
  return self->node;
}
