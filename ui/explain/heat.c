/* CapHeat: see heat.h. */
#include "ui/explain/heat.h"

#include "core/image/colormap.h"
#include "core/language.h"
#include "core/measure/routing_map.h"
#include "ui/explain/capsule_words.h"
#include "ui/view/palette.h"

#include <math.h>

#define STEP_MM 1.0 /* the map is smooth over cells of 8 mm */
#define SIZE 57     /* pixels: the patch's diagonal at STEP_MM */

struct CapHeat {
  cairo_surface_t *map; /* of what follows, or NULL */
  CapFindingItem *item; /* compared only */
  int capsule, index;
};

CapHeat *
cap_heat_new(void)
{
  return g_new0(CapHeat, 1);
}

void
cap_heat_clear(CapHeat *heat)
{
  g_clear_pointer(&heat->map, cairo_surface_destroy);
  heat->item = NULL;
}

void
cap_heat_free(CapHeat *heat)
{
  if (heat == NULL)
    return;
  cap_heat_clear(heat);
  g_free(heat);
}

/* The colours as cairo stores them: premultiplied, in one number a pixel. */
static void
color_pixels(const float *map, cairo_surface_t *surface)
{
  const int stride = cairo_image_surface_get_stride(surface);
  cairo_surface_flush(surface);
  for (int y = 0; y < SIZE; y++) {
    uint32_t *row =
        (uint32_t *)(cairo_image_surface_get_data(surface) + y * stride);
    for (int x = 0; x < SIZE; x++) {
      uint8_t c[4];
      cap_colormap_heat(map[y * SIZE + x], c);
      const double alpha = c[3] / 255.0;
      row[x] = (uint32_t)lrint(255 * alpha) << 24;
      for (int i = 0; i < 3; i++)
        row[x] |= (uint32_t)lrint(c[i] * alpha) << (16 - 8 * i);
    }
  }
  cairo_surface_mark_dirty(surface);
}

static void
update_map(CapHeat *heat, const CapViewport *port, CapFindingItem *item,
           int capsule, int index)
{
  if (heat->map != NULL && heat->item == item && heat->capsule == capsule &&
      heat->index == index)
    return;
  const CapFinding *f = cap_finding_item_get(item);
  const CapSliceView view = {
      .plane = port->view.plane,
      .center_mm = cap_slice_at_index(port->volume, port->view.plane, index,
                                      f->center_mm),
      .mm_per_pixel = STEP_MM};
  g_autofree float *map = g_new(float, SIZE *SIZE);
  cap_routing_map_render(port->volume, f, capsule, &view, SIZE, SIZE, map);
  cap_heat_clear(heat);
  heat->map = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, SIZE, SIZE);
  if (cairo_surface_status(heat->map) == CAIRO_STATUS_SUCCESS)
    color_pixels(map, heat->map);
  heat->item = item;
  heat->capsule = capsule;
  heat->index = index;
}

void
cap_heat_snapshot(CapHeat *heat, GtkSnapshot *snapshot, const CapViewport *port,
                  const CapHeatStyle *style)
{
  CapFindingItem *item = style->item;
  const int capsule = style->capsule;
  const CapFinding *f = cap_finding_item_get(item);
  const double reach = SIZE * STEP_MM / 2;
  if (fabs(cap_slice_distance(port->volume, &port->view, f->center_mm)) > reach)
    return;
  update_map(
      heat, port, item, capsule,
      cap_slice_index(port->volume, port->view.plane, port->view.center_mm));
  double x, y;
  cap_viewport_to_screen(port, f->center_mm, &x, &y);
  const double half = reach * cap_viewport_zoom(port);
  cairo_t *cr = gtk_snapshot_append_cairo(
      snapshot, &GRAPHENE_RECT_INIT((float)(x - half), (float)(y - half),
                                    (float)(2 * half), (float)(2 * half)));
  cairo_translate(cr, x - half, y - half);
  cairo_scale(cr, 2 * half / SIZE, 2 * half / SIZE);
  cairo_set_source_surface(cr, heat->map, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BILINEAR);
  cairo_paint_with_alpha(cr, style->opacity);
  cairo_destroy(cr);
}

enum {
  MOST_BAR = 160,
  LEAST_BAR = 48,
  BAR_HEIGHT = 8,
  GAP = 5,
  PLATE = 6,
  EDGE = 8
};

/* Dark, so that words and colours read on bright tissue too. */
static void
append_plate(GtkSnapshot *snapshot, double x, double y, double width,
             double height)
{
  const GdkRGBA color = CAP_RGB(CAP_COLOR_HALO, 0.78f);
  const graphene_rect_t area =
      GRAPHENE_RECT_INIT((float)floor(x), (float)floor(y), (float)ceil(width),
                         (float)ceil(height));
  GskRoundedRect rounded;
  gsk_rounded_rect_init_from_rect(&rounded, &area, PLATE);
  gtk_snapshot_push_rounded_clip(snapshot, &rounded);
  gtk_snapshot_append_color(snapshot, &color, &area);
  gtk_snapshot_pop(snapshot);
}

static void
append_bar(GtkSnapshot *snapshot, double x, double y, double width)
{
  GskColorStop stops[9];
  for (guint i = 0; i < G_N_ELEMENTS(stops); i++) {
    uint8_t rgb[3];
    stops[i].offset = i / (G_N_ELEMENTS(stops) - 1.0f);
    cap_colormap_heat_opaque(stops[i].offset, rgb);
    stops[i].color = CAP_RGB(rgb[0] << 16 | rgb[1] << 8 | rgb[2], 1.0f);
  }
  const graphene_rect_t bar =
      GRAPHENE_RECT_INIT((float)x, (float)y, (float)width, BAR_HEIGHT);
  gtk_snapshot_append_linear_gradient(
      snapshot, &bar, &GRAPHENE_POINT_INIT((float)x, (float)y),
      &GRAPHENE_POINT_INIT((float)(x + width), (float)y), stops,
      G_N_ELEMENTS(stops));
}

/* What the colours are, in words for which there is ROOM: fewer and fewer, but
 * always which capsule and finding. Caller frees. */
static char *
legend_title(CapTextCache *texts, const char *capsule, int id, double room,
             int *width)
{
  static const char *const formats[] = {
      N_("Share of votes routed to “%s” · finding %d"),
      N_("Votes for “%s” · finding %d"), N_("“%s” · finding %d"),
      N_("“%s” · %d")};
  char *title = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
    int line;
    g_free(title);
    title = g_strdup_printf(_(formats[i]), capsule, id);
    cap_text_cache_size(texts, title, width, &line);
    if (*width <= room)
      break;
  }
  return title;
}

/* In the middle, above the lines at the foot and between what stands at the
 * sides. */
void
cap_heat_legend(GtkSnapshot *snapshot, const CapViewport *port,
                CapTextCache *texts, const CapHeatStyle *style)
{
  const CapFinding *f = cap_finding_item_get(style->item);
  const double width = cap_viewport_screen_width(port);
  const GdkRGBA color = CAP_RGB(CAP_COLOR_TEXT, 1.0f);
  g_autofree char *most =
      g_strdup_printf("%.2f", cap_routing_map_max(f, style->capsule));
  int line, title_width, most_width, scale_width;
  cap_text_cache_size(texts, most, &most_width, &line);
  cap_text_cache_size(texts, "100 mm", &scale_width, &line);
  const double room = width - 2 * (scale_width + 3 * EDGE);
  g_autofree char *title = legend_title(
      texts, cap_capsule_words_name(style->capsule), f->id, room, &title_width);
  const double ends = 2 * (GAP + most_width);
  const double bar = CLAMP(room - ends, LEAST_BAR, MOST_BAR);
  const double shown = MAX(bar + ends, MIN(title_width, room));
  const double x = (width - bar) / 2;
  const double y = cap_viewport_screen_height(port) - 3 * line - BAR_HEIGHT;
  const double middle = y + BAR_HEIGHT / 2.0;
  append_plate(snapshot, (width - shown) / 2 - PLATE,
               y - 4 - line - PLATE / 2.0, shown + 2 * PLATE,
               4 + 1.5 * line + BAR_HEIGHT / 2.0 + PLATE);
  append_bar(snapshot, x, y, bar);
  cap_text_cache_draw(texts, snapshot, "0",
                      &(CapTextPlace){x - GAP, middle, 1, 0.5, 0, color});
  cap_text_cache_draw(texts, snapshot, most,
                      &(CapTextPlace){x + bar + GAP, middle, 0, 0.5, 0, color});
  cap_text_cache_draw(
      texts, snapshot, title,
      &(CapTextPlace){width / 2, y - 4, 0.5, 1, (int)shown, color});
}
