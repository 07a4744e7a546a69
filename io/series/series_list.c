/* CapSeriesList: see series.h and series_list.h. */
#include "io/series/series_list.h"

#include "core/error.h"
#include "io/series/series_build.h"

#include <string.h>

#define MAX_SKIPPED_NAMES 10

static void
free_series(gpointer series)
{
  cap_series_free(series);
}

CapSeriesList *
cap_series_list_new(void)
{
  CapSeriesList *list = g_new0(CapSeriesList, 1);
  list->series = g_ptr_array_new_with_free_func(free_series);
  list->skipped = g_ptr_array_new_with_free_func(g_free);
  list->reports = g_ptr_array_new_with_free_func(g_free);
  return list;
}

void
cap_series_list_free(CapSeriesList *list)
{
  if (list == NULL)
    return;
  g_ptr_array_unref(list->series);
  g_ptr_array_unref(list->skipped);
  g_ptr_array_unref(list->reports);
  g_free(list);
}

CapSeries *
cap_series_list_at(const CapSeriesList *list, guint i)
{
  return g_ptr_array_index(list->series, i);
}

void
cap_series_list_skip(CapSeriesList *list, const char *path)
{
  if (list->skipped_files++ < MAX_SKIPPED_NAMES)
    g_ptr_array_add(list->skipped, g_strdup(path));
}

static int
best_first(gconstpointer a, gconstpointer b)
{
  const CapSeries *p = *(CapSeries *const *)a, *q = *(CapSeries *const *)b;
  const int detect =
      !!(q->usable & CAP_USABLE_DETECT) - !!(p->usable & CAP_USABLE_DETECT);
  const int ct = g_str_equal(q->source->modality, "CT") -
                 g_str_equal(p->source->modality, "CT");
  if (detect != 0 || ct != 0)
    return detect != 0 ? detect : ct;
  if (p->images != q->images)
    return q->images - p->images;
  if (p->spacing_mm[2] != q->spacing_mm[2])
    return p->spacing_mm[2] < q->spacing_mm[2] ? -1 : 1;
  const int uid = strcmp(p->source->series_uid, q->source->series_uid);
  return uid != 0 ? uid : p->part - q->part;
}

void
cap_series_list_sort(CapSeriesList *list)
{
  g_ptr_array_sort(list->series, best_first);
}

static gboolean
same_files(const CapSeries *a, const CapSeries *b)
{
  return a->part == b->part &&
         g_str_equal(a->source->series_uid, b->source->series_uid) &&
         a->files->len == b->files->len &&
         (a->files->len == 0 ||
          g_str_equal(a->files->pdata[0], b->files->pdata[0]));
}

static gboolean
contains(const CapSeriesList *list, const CapSeries *series)
{
  for (guint i = 0; i < list->series->len; i++)
    if (same_files(cap_series_list_at(list, i), series))
      return TRUE;
  return FALSE;
}

static void
append_texts(GPtrArray *to, const GPtrArray *from, guint most)
{
  for (guint i = 0; i < from->len && to->len < most; i++)
    g_ptr_array_add(to, g_strdup(from->pdata[i]));
}

void
cap_series_list_merge(CapSeriesList *list, CapSeriesList *other)
{
  for (guint i = other->series->len; i-- > 0;)
    if (!contains(list, cap_series_list_at(other, i)))
      g_ptr_array_add(list->series, g_ptr_array_steal_index(other->series, i));
  list->skipped_files += other->skipped_files;
  append_texts(list->skipped, other->skipped, MAX_SKIPPED_NAMES);
  append_texts(list->reports, other->reports, G_MAXUINT);
  cap_series_list_free(other);
  cap_series_list_sort(list);
}

const CapSeries *
cap_series_choose(const CapSeriesList *list, const char *series_uid,
                  GError **error)
{
  if (series_uid == NULL)
    return cap_series_list_at(list, 0);
  for (guint i = 0; i < list->series->len; i++) {
    const CapSeries *series = cap_series_list_at(list, i);
    g_autofree char *key =
        g_strdup_printf("%s#%d", series->source->series_uid, series->part);
    if (g_str_equal(series->source->series_uid, series_uid) ||
        g_str_equal(key, series_uid))
      return series;
  }
  g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
              "there is no series %s here; `capsight info` lists the %u there "
              "are",
              series_uid, list->series->len);
  return NULL;
}
