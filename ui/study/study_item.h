/* CapStudyItem: a row of the study list: a patient, a study of his, a series of
 * that. Each has those below it. */
#pragma once

#include "ui/study/series_item.h"

typedef enum { CAP_ROW_PATIENT, CAP_ROW_STUDY, CAP_ROW_SERIES } CapStudyRow;

typedef enum {
  CAP_COLUMN_NAME,
  CAP_COLUMN_ID,
  CAP_COLUMN_DATE,
  CAP_COLUMN_IMAGES,
  CAP_COLUMN_THICKNESS,
  CAP_COLUMN_KERNEL,
  CAP_COLUMN_MARKS,
  CAP_N_COLUMNS
} CapStudyColumn;

#define CAP_TYPE_STUDY_ITEM (cap_study_item_get_type())
G_DECLARE_FINAL_TYPE(CapStudyItem, cap_study_item, CAP, STUDY_ITEM, GObject)

/* The patients of LIST (of CapSeriesList). Returns a model of CapStudyItem. */
GListModel *cap_study_item_tree(CapShared *list);
/* How many studies LIST holds. */
int cap_study_item_count(const CapSeriesList *list);

CapStudyRow cap_study_item_row(CapStudyItem *item);
/* Rows below; NULL for a series. Borrowed. */
GListModel *cap_study_item_below(CapStudyItem *item);
/* NULL unless the row is a series. Borrowed. */
CapSeriesItem *cap_study_item_series(CapStudyItem *item);
/* What COLUMN says, "" where it says nothing. Caller frees. */
char *cap_study_item_text(CapStudyItem *item, CapStudyColumn column);
/* Order of two rows of one kind by COLUMN, smallest first. */
int cap_study_item_compare(CapStudyItem *a, CapStudyItem *b,
                           CapStudyColumn column);
/* Whether the row, or one below it, has words that begin as those of SEARCH do:
 * names, IDs, dates, descriptions. */
gboolean cap_study_item_matches(CapStudyItem *item, const char *search);
