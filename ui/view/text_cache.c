/* CapTextCache: see text_cache.h. */
#include "ui/view/text_cache.h"

#include <math.h>

#define MAX_LAYOUTS 256

struct CapTextCache {
  GtkWidget *widget;
  GHashTable *layouts; /* text -> PangoLayout */
};

CapTextCache *
cap_text_cache_new(GtkWidget *widget)
{
  CapTextCache *cache = g_new0(CapTextCache, 1);
  cache->widget = widget;
  cache->layouts =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
  return cache;
}

void
cap_text_cache_free(CapTextCache *cache)
{
  if (cache == NULL)
    return;
  g_hash_table_unref(cache->layouts);
  g_free(cache);
}

void
cap_text_cache_clear(CapTextCache *cache)
{
  g_hash_table_remove_all(cache->layouts);
}

static PangoLayout *
layout_of(CapTextCache *cache, const char *text)
{
  PangoLayout *layout = g_hash_table_lookup(cache->layouts, text);
  if (layout != NULL)
    return layout;
  if (g_hash_table_size(cache->layouts) >= MAX_LAYOUTS)
    cap_text_cache_clear(cache);
  layout = gtk_widget_create_pango_layout(cache->widget, text);
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum"));
  pango_layout_set_attributes(layout, attributes);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  g_hash_table_insert(cache->layouts, g_strdup(text), layout);
  return layout;
}

void
cap_text_cache_size(CapTextCache *cache, const char *text, int *width,
                    int *height)
{
  PangoLayout *layout = layout_of(cache, text);
  pango_layout_set_width(layout, -1); /* it may have been drawn shortened */
  pango_layout_get_pixel_size(layout, width, height);
}

/* LAYOUT with a dark line around every letter, two pixels that fade, so that it
 * reads on bone as it does on air. */
static void
append_outlined(GtkSnapshot *snapshot, PangoLayout *layout,
                const GdkRGBA *color)
{
  static const struct {
    float x, y, alpha;
  } parts[] = {{-2, 0, 0.5f},  {2, 0, 0.5f},  {0, -2, 0.5f}, {0, 2, 0.5f},
               {-1, -1, 0.9f}, {1, -1, 0.9f}, {-1, 1, 0.9f}, {1, 1, 0.9f}};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    const graphene_point_t to = {parts[i].x, parts[i].y};
    const GdkRGBA dark = {0, 0, 0, parts[i].alpha * color->alpha};
    gtk_snapshot_translate(snapshot, &to);
    gtk_snapshot_append_layout(snapshot, layout, &dark);
    gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(-to.x, -to.y));
  }
  gtk_snapshot_append_layout(snapshot, layout, color);
}

void
cap_text_cache_draw(CapTextCache *cache, GtkSnapshot *snapshot,
                    const char *text, const CapTextPlace *place)
{
  if (text == NULL || *text == '\0')
    return;
  PangoLayout *layout = layout_of(cache, text);
  int width, height;
  pango_layout_set_width(layout, -1);
  pango_layout_get_pixel_size(layout, &width, &height);
  if (place->max_width > 0 && width > place->max_width) {
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_width(layout, place->max_width * PANGO_SCALE);
    pango_layout_get_pixel_size(layout, &width, &height);
    width = MIN(width, place->max_width);
    /* A right-to-left line is aligned to the far edge of its width. */
    pango_layout_set_width(layout, width * PANGO_SCALE);
  }
  gtk_snapshot_save(snapshot);
  gtk_snapshot_translate(
      snapshot,
      &GRAPHENE_POINT_INIT((float)round(place->x - place->anchor_x * width),
                           (float)round(place->y - place->anchor_y * height)));
  append_outlined(snapshot, layout, &place->color);
  gtk_snapshot_restore(snapshot);
}
