/* CapTextCache: short texts drawn on an image, laid out once. */
#pragma once

#include <gtk/gtk.h>

typedef struct CapTextCache CapTextCache;

/* WIDGET gives font and language (borrowed; must outlive the cache). */
CapTextCache *cap_text_cache_new(GtkWidget *widget);
void cap_text_cache_free(CapTextCache *cache);
/* Fonts or text size have changed. */
void cap_text_cache_clear(CapTextCache *cache);

void cap_text_cache_size(CapTextCache *cache, const char *text, int *width,
                         int *height);
/* Draws TEXT with a dark outline so that the point (ANCHOR_X, ANCHOR_Y), each 0 …
 * 1 of its box, lies at (X, Y). MAX_WIDTH > 0 shortens it with an ellipsis. */
typedef struct {
  double x, y, anchor_x, anchor_y;
  int max_width;
  GdkRGBA color;
} CapTextPlace;
void cap_text_cache_draw(CapTextCache *cache, GtkSnapshot *snapshot,
                         const char *text, const CapTextPlace *place);
