/* CapSeriesItem: see series_item.h. */
#include "ui/study/series_item.h"

#include "core/image/slice.h"
#include "core/language.h"
#include "ui/label.h"
#include "ui/study/case_words.h"

#include <math.h>

#define PICTURE_PX 96
#define WINDOW_HU 1500
#define LEVEL_HU -600

struct _CapSeriesItem {
  GObject parent;
  CapShared *list;
  int index;
  GdkPaintable *picture;
  gboolean asked; /* for the picture; it is there or never will be */
  int shown;      /* atomic: by how many rows */
};

G_DEFINE_FINAL_TYPE(CapSeriesItem, cap_series_item, G_TYPE_OBJECT)

static guint picture_signal;

static void
cap_series_item_finalize(GObject *object)
{
  CapSeriesItem *item = CAP_SERIES_ITEM(object);
  cap_shared_unref(item->list);
  g_clear_object(&item->picture);
  G_OBJECT_CLASS(cap_series_item_parent_class)->finalize(object);
}

static void
cap_series_item_class_init(CapSeriesItemClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = cap_series_item_finalize;
  picture_signal =
      g_signal_new("picture-changed", CAP_TYPE_SERIES_ITEM, G_SIGNAL_RUN_LAST,
                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_series_item_init(CapSeriesItem *item)
{
}

CapSeriesItem *
cap_series_item_new(CapShared *list, int index)
{
  CapSeriesItem *item = g_object_new(CAP_TYPE_SERIES_ITEM, NULL);
  item->list = cap_shared_ref(list);
  item->index = index;
  return item;
}

const CapSeries *
cap_series_item_get(CapSeriesItem *item)
{
  const CapSeriesList *list = cap_shared_get(item->list);
  return list->series->pdata[item->index];
}

int
cap_series_item_index(CapSeriesItem *item)
{
  return item->index;
}

/* ---- words ---- */

char *
cap_series_item_name(CapSeriesItem *item)
{
  const CapSource *source = cap_series_item_get(item)->source;
  return g_strdup(*source->series_description != '\0'
                      ? source->series_description
                  : *source->modality != '\0' ? source->modality
                                              : _("Series"));
}

char *
cap_series_item_size(CapSeriesItem *item)
{
  const CapSeries *series = cap_series_item_get(item);
  g_autoptr(GString) text = g_string_new(series->source->modality);
  g_string_append(text, text->len > 0 ? "  " : "");
  g_string_append_printf(text, P_("%d slice", "%d slices", series->slices),
                         series->slices);
  if (series->spacing_mm[2] > 0) {
    g_autofree char *mm = cap_label_mm(series->spacing_mm[2]);
    g_string_append(text, "  ");
    g_string_append_printf(text, _("spacing %s"), mm);
  }
  return g_strdup(text->str);
}

char *
cap_series_item_marks(CapSeriesItem *item)
{
  const CapSeries *series = cap_series_item_get(item);
  if (!(series->usable & CAP_USABLE_VIEW))
    return g_strdup(_("⚠ cannot be shown"));
  const int n = cap_case_words_number(series->source->irregularities);
  return n > 0 ? cap_case_words_count(n) : g_strdup("");
}

char *
cap_series_item_cases(CapSeriesItem *item)
{
  return cap_case_words(cap_series_item_get(item)->source->irregularities,
                        "\n");
}

/* ---- the picture ---- */

/* VOLUME of one slice to a texture; other modalities than CT by what they hold.
 */
static GdkTexture *
draw(const CapVolume *volume, gboolean is_ct)
{
  const double wide = volume->columns * volume->spacing_mm[0];
  const double tall = volume->rows * volume->spacing_mm[1];
  CapSliceView view = {.plane = CAP_PLANE_AXIAL,
                       .mm_per_pixel = MAX(wide, tall) / PICTURE_PX,
                       .window_hu = WINDOW_HU,
                       .level_hu = LEVEL_HU,
                       .interpolate = TRUE};
  const int16_t *voxels = cap_volume_slice((CapVolume *)volume, 0);
  int low = voxels[0], high = voxels[0];
  for (gsize i = 0; i < (gsize)volume->columns * volume->rows; i++) {
    low = MIN(low, voxels[i]);
    high = MAX(high, voxels[i]);
  }
  if (!is_ct) {
    view.window_hu = MAX(high - low, 1);
    view.level_hu = (low + high) / 2.0;
  }
  view.center_mm =
      cap_volume_to_patient(volume, (CapPoint){(volume->columns - 1) / 2.0,
                                               (volume->rows - 1) / 2.0, 0});
  const gsize n = (gsize)PICTURE_PX * PICTURE_PX * 4;
  uint8_t *pixels = g_malloc(n);
  cap_slice_render(volume, &view, PICTURE_PX, PICTURE_PX, pixels);
  g_autoptr(GBytes) bytes = g_bytes_new_take(pixels, n);
  return gdk_memory_texture_new(PICTURE_PX, PICTURE_PX, GDK_MEMORY_R8G8B8A8,
                                bytes, (gsize)PICTURE_PX * 4);
}

typedef struct {
  CapSeriesItem *item;
  GdkTexture *texture; /* NULL: there is none */
  gboolean passed_over;
} Drawn;

static void ask(CapSeriesItem *item);

static gboolean
deliver(gpointer data)
{
  Drawn *drawn = data;
  CapSeriesItem *item = drawn->item;
  item->asked = !drawn->passed_over;
  if (drawn->texture != NULL) {
    item->picture = GDK_PAINTABLE(drawn->texture);
    g_signal_emit(item, picture_signal, 0);
  } else if (drawn->passed_over && g_atomic_int_get(&item->shown) > 0) {
    ask(item); /* it came back meanwhile */
  }
  g_object_unref(item);
  g_free(drawn);
  return G_SOURCE_REMOVE;
}

/* In a thread. Rows that were scrolled away meanwhile are passed over. */
static void
make_picture(gpointer data, gpointer unused)
{
  CapSeriesItem *item = data;
  const CapSeries *series = cap_series_item_get(item);
  Drawn *drawn = g_new0(Drawn, 1);
  drawn->item = item;
  drawn->passed_over = g_atomic_int_get(&item->shown) == 0;
  g_autoptr(CapVolume) slice =
      drawn->passed_over ? NULL : cap_series_preview(series, NULL, NULL);
  if (slice != NULL)
    drawn->texture = draw(slice, g_str_equal(series->source->modality, "CT"));
  g_idle_add_full(G_PRIORITY_LOW, deliver, drawn, NULL);
}

static void
ask(CapSeriesItem *item)
{
  static GThreadPool *pool; /* one at a time: the open series comes first */
  if (pool == NULL)
    pool = g_thread_pool_new(make_picture, NULL, 1, FALSE, NULL);
  if (!item->asked)
    g_thread_pool_push(pool, g_object_ref(item), NULL);
  item->asked = TRUE;
}

void
cap_series_item_show(CapSeriesItem *item)
{
  g_atomic_int_inc(&item->shown);
  ask(item);
}

void
cap_series_item_hide(CapSeriesItem *item)
{
  g_atomic_int_add(&item->shown, -1);
}

GdkPaintable *
cap_series_item_picture(CapSeriesItem *item)
{
  return item->picture;
}
