/* CapColumns: what several predictors, or one under several conditions, say of
 * the same cases, with paired differences between them. */
#pragma once

#include "models/study/cohort.h"
#include "models/study/output.h"

enum { CAP_COLUMNS_AUC, CAP_COLUMNS_ACCURACY, CAP_N_COLUMN_FIGURES };
/* Of each figure: itself; its difference from that of the column that FROM
 * names; and the difference of that difference from the one of the column that
 * BEYOND names. */
enum {
  CAP_COLUMNS_VALUE,
  CAP_COLUMNS_DIFFERENCE,
  CAP_COLUMNS_BEYOND,
  CAP_N_COLUMN_VIEWS
};
enum { CAP_N_COLUMN_VALUES = CAP_N_COLUMN_FIGURES * CAP_N_COLUMN_VIEWS };

typedef struct {
  const CapStudy *study; /* borrowed */
  const char *name;      /* of the question; borrowed */
  double even;           /* called positive from this probability on */
  gboolean with_auc;     /* sorting many cases takes long */
  gboolean drops;        /* differences count what is lost */
  int n, n_columns;
  int *group; /* of each case: number of its patient, from 0 */
  int *fold;
  guint8 *labels;
  GPtrArray *keys, *patients; /* of char * */
  double **p;                 /* [column][case], set by the caller; owned */
  int *from, *beyond;         /* of each column; -1: none */
  double (*values)[CAP_N_COLUMN_VALUES];
  double (*bounds)[CAP_N_COLUMN_VALUES][2];
} CapColumns;

/* Makes room for N_COLUMNS and at most N cases; name, even, with_auc and drops
 * are set already. */
void cap_columns_init(CapColumns *columns, const CapStudy *study, int n_columns,
                      int n);
void cap_columns_clear(CapColumns *columns);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapColumns, cap_columns_clear)

/* The cases: decided nodules of COHORT; or the patches of OUTCOMES whose making
 * has negatives, in their order. */
void cap_columns_list_nodules(CapColumns *columns, const CapCohort *cohort);
void cap_columns_list_patches(CapColumns *columns, const GPtrArray *outcomes);
/* Probabilities of nodule of those patches, from OUTCOMES of MODEL. Returns;
 * NULL with CAP_ERROR_CONFIG when they are of other patches. */
double *cap_columns_read_patches(const CapColumns *columns,
                                 const CapStudyModel *model,
                                 const GPtrArray *outcomes, GError **error);

/* Fills values and bounds. */
void cap_columns_measure(CapColumns *columns);

/* Figures of COLUMN that exist, keys after the question and KEYS (of the three
 * views). */
void cap_columns_put(CapJson *json, const CapColumns *columns, int column,
                     const char *const keys[CAP_N_COLUMN_VIEWS]);
/* The same as cells of a table, dashes for those that do not exist. */
void cap_columns_add_cells(GString *md, const CapColumns *columns, int column);
/* A row of a case each: question, key, patient, fold, label, probabilities. */
void cap_columns_add_rows(GString *csv, const CapColumns *columns);
