/* CapSeriesItem: a series as lists show it, with its picture. */
#pragma once

#include "io/series/series.h"
#include "ui/work/shared.h"

#include <gtk/gtk.h>

#define CAP_TYPE_SERIES_ITEM (cap_series_item_get_type())
G_DECLARE_FINAL_TYPE(CapSeriesItem, cap_series_item, CAP, SERIES_ITEM, GObject)

/* Number INDEX of LIST (of CapSeriesList; a reference is kept). */
CapSeriesItem *cap_series_item_new(CapShared *list, int index);
const CapSeries *cap_series_item_get(CapSeriesItem *item);
int cap_series_item_index(CapSeriesItem *item);

/* What it is called: its description, else its modality. Caller frees. */
char *cap_series_item_name(CapSeriesItem *item);
/* "CT  300 slices  1.00 mm". Caller frees. */
char *cap_series_item_size(CapSeriesItem *item);
/* "⚠ 2 irregularities", "⚠ cannot be shown" or "". Caller frees. */
char *cap_series_item_marks(CapSeriesItem *item);
/* Irregularities that are more than information, a line each: "gantry tilt
 * (CASE-05)"; "" where there is none. Caller frees. */
char *cap_series_item_cases(CapSeriesItem *item);

/* The middle slice, small. NULL until it is there: "picture-changed" says when.
 * It is made in the background, for those items only that somebody shows. */
GdkPaintable *cap_series_item_picture(CapSeriesItem *item);
void cap_series_item_show(CapSeriesItem *item);
void cap_series_item_hide(CapSeriesItem *item);
