/* CapStudyItem: see study_item.h. */
#include "ui/study/study_item.h"

#include "core/date.h"
#include "core/language.h"
#include "core/person.h"
#include "ui/label.h"

#include <string.h>

struct _CapStudyItem {
  GObject parent;
  CapStudyRow row;
  CapSeriesItem *series; /* of the row, or the first below it */
  GListStore *below;     /* NULL for a series */
  char *words;           /* to search in; series only */
};

G_DEFINE_FINAL_TYPE(CapStudyItem, cap_study_item, G_TYPE_OBJECT)

static void
cap_study_item_finalize(GObject *object)
{
  CapStudyItem *item = CAP_STUDY_ITEM(object);
  g_clear_object(&item->series);
  g_clear_object(&item->below);
  g_free(item->words);
  G_OBJECT_CLASS(cap_study_item_parent_class)->finalize(object);
}

static void
cap_study_item_class_init(CapStudyItemClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = cap_study_item_finalize;
}

static void
cap_study_item_init(CapStudyItem *item)
{
}

static const CapSource *
source_of(const CapStudyItem *item)
{
  return cap_series_item_get(item->series)->source;
}

static char *
words_of(CapSeriesItem *series)
{
  const CapSource *s = cap_series_item_get(series)->source;
  g_autofree char *name = cap_person_text(s->patient_name);
  g_autofree char *date = cap_date_text(s->study_date);
  return g_strjoin(" ", name, s->patient_id, date, s->study_date,
                   s->study_description, s->series_description, s->kernel,
                   s->modality, NULL);
}

/* ---- the tree ---- */

static CapStudyItem *
item_new(CapStudyRow row, CapSeriesItem *series)
{
  CapStudyItem *item = g_object_new(CAP_TYPE_STUDY_ITEM, NULL);
  item->row = row;
  item->series = g_object_ref(series);
  if (row == CAP_ROW_SERIES)
    item->words = words_of(series);
  else
    item->below = g_list_store_new(CAP_TYPE_STUDY_ITEM);
  return item;
}

/* The row of KEY, made and put into UNDER when it is new. Borrowed. */
static CapStudyItem *
group(GHashTable *groups, char *key, CapStudyRow row, CapSeriesItem *series,
      GListStore *under)
{
  CapStudyItem *item = g_hash_table_lookup(groups, key);
  if (item != NULL) {
    g_free(key);
    return item;
  }
  item = item_new(row, series);
  g_list_store_append(under, item);
  g_hash_table_insert(groups, key, item); /* takes both */
  return item;
}

static char *
patient_key(const CapSource *s)
{
  return g_strdup_printf("%s\n%s", s->patient_id, s->patient_name);
}

static char *
study_key(const CapSource *s)
{
  g_autofree char *patient = patient_key(s);
  return g_strdup_printf("%s\n%s", patient, s->study_uid);
}

GListModel *
cap_study_item_tree(CapShared *list)
{
  const CapSeriesList *all = cap_shared_get(list);
  GListStore *patients = g_list_store_new(CAP_TYPE_STUDY_ITEM);
  g_autoptr(GHashTable) groups =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
  for (guint i = 0; i < all->series->len; i++) {
    g_autoptr(CapSeriesItem) series = cap_series_item_new(list, (int)i);
    const CapSource *source = cap_series_item_get(series)->source;
    CapStudyItem *patient =
        group(groups, patient_key(source), CAP_ROW_PATIENT, series, patients);
    CapStudyItem *study =
        group(groups, study_key(source), CAP_ROW_STUDY, series, patient->below);
    g_autoptr(CapStudyItem) row = item_new(CAP_ROW_SERIES, series);
    g_list_store_append(study->below, row);
  }
  return G_LIST_MODEL(patients);
}

int
cap_study_item_count(const CapSeriesList *list)
{
  g_autoptr(GHashTable) keys =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < list->series->len; i++)
    g_hash_table_add(
        keys, study_key(((const CapSeries *)list->series->pdata[i])->source));
  return (int)g_hash_table_size(keys);
}

CapStudyRow
cap_study_item_row(CapStudyItem *item)
{
  return item->row;
}

GListModel *
cap_study_item_below(CapStudyItem *item)
{
  return item->below != NULL ? G_LIST_MODEL(item->below) : NULL;
}

CapSeriesItem *
cap_study_item_series(CapStudyItem *item)
{
  return item->row == CAP_ROW_SERIES ? item->series : NULL;
}

/* ---- columns ---- */

static char *
name_text(CapStudyItem *item)
{
  const CapSource *source = source_of(item);
  if (item->row == CAP_ROW_SERIES)
    return cap_series_item_name(item->series);
  if (item->row == CAP_ROW_STUDY)
    return g_strdup(*source->study_description != '\0'
                        ? source->study_description
                        : _("Study"));
  char *name = cap_person_text(source->patient_name);
  if (*name != '\0')
    return name;
  g_free(name);
  return g_strdup(*source->patient_id != '\0' ? source->patient_id
                                              : _("Patient without a name"));
}

static char *
images_text(CapStudyItem *item)
{
  if (item->row == CAP_ROW_SERIES) {
    const int n = cap_series_item_get(item->series)->slices;
    return g_strdup_printf(P_("%d slice", "%d slices", n), n);
  }
  const guint n = g_list_model_get_n_items(G_LIST_MODEL(item->below));
  return item->row == CAP_ROW_STUDY
             ? g_strdup_printf(P_("%u series", "%u series", n), n)
             : g_strdup_printf(P_("%u study", "%u studies", n), n);
}

static char *
series_text(CapStudyItem *item, CapStudyColumn column)
{
  const CapSeries *series = cap_series_item_get(item->series);
  switch (column) {
  case CAP_COLUMN_THICKNESS:
    return series->source->slice_thickness_mm > 0
               ? cap_label_mm(series->source->slice_thickness_mm)
               : g_strdup("");
  case CAP_COLUMN_KERNEL:
    return g_strdup(series->source->kernel);
  case CAP_COLUMN_MARKS:
    return cap_series_item_marks(item->series);
  default:
    return g_strdup("");
  }
}

char *
cap_study_item_text(CapStudyItem *item, CapStudyColumn column)
{
  if (column == CAP_COLUMN_NAME)
    return name_text(item);
  if (column == CAP_COLUMN_IMAGES)
    return images_text(item);
  if (column == CAP_COLUMN_ID && item->row == CAP_ROW_PATIENT)
    return g_strdup(source_of(item)->patient_id);
  if (column == CAP_COLUMN_DATE && item->row == CAP_ROW_STUDY)
    return cap_date_text(source_of(item)->study_date);
  return item->row == CAP_ROW_SERIES ? series_text(item, column) : g_strdup("");
}

static int
by_number(double a, double b)
{
  return (a > b) - (a < b);
}

static int
by_text(CapStudyItem *a, CapStudyItem *b, CapStudyColumn column)
{
  g_autofree char *p = cap_study_item_text(a, column);
  g_autofree char *q = cap_study_item_text(b, column);
  return g_utf8_collate(p, q);
}

static double
images_of(const CapStudyItem *item)
{
  return item->below != NULL
             ? (int)g_list_model_get_n_items(G_LIST_MODEL(item->below))
             : cap_series_item_get(item->series)->slices;
}

int
cap_study_item_compare(CapStudyItem *a, CapStudyItem *b, CapStudyColumn column)
{
  const CapSource *p = source_of(a), *q = source_of(b);
  switch (column) {
  case CAP_COLUMN_DATE: /* a patient's is that of his first study here */
    return strcmp(p->study_date, q->study_date);
  case CAP_COLUMN_IMAGES:
    return by_number(images_of(a), images_of(b));
  case CAP_COLUMN_THICKNESS:
    return by_number(p->slice_thickness_mm, q->slice_thickness_mm);
  case CAP_COLUMN_NAME: /* a patient's studies stay in the order of time */
    return a->row == CAP_ROW_STUDY ? strcmp(p->study_date, q->study_date)
                                   : by_text(a, b, column);
  default:
    return by_text(a, b, column);
  }
}

gboolean
cap_study_item_matches(CapStudyItem *item, const char *search)
{
  if (*search == '\0')
    return TRUE;
  if (item->words != NULL)
    return g_str_match_string(search, item->words, TRUE);
  GListModel *below = G_LIST_MODEL(item->below);
  for (guint i = 0; i < g_list_model_get_n_items(below); i++) {
    g_autoptr(CapStudyItem) row = g_list_model_get_item(below, i);
    if (cap_study_item_matches(row, search))
      return TRUE;
  }
  return FALSE;
}
