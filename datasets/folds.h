/* CapFolds: which patients are held out together in cross-validation.
 *
 * The rule: a patient's class is the highest malignancy among the nodules that
 * at least three readers rated (none; median below 3; 3; above 3). Within a
 * class patients stand in the order of cap_split_place(patient, seed). They are
 * dealt to folds 1 … n in turn, one class after the other from the highest
 * down, so that every fold has as many of each class as any other, or one more.
 */
#pragma once

#include "datasets/nodule.h"

typedef struct {
  int n_folds;
  GHashTable *fold_of; /* patient -> GINT_TO_POINTER(1 … n_folds); owned */
} CapFolds;

/* The committed folds of lidc-crops (5, seed 1): of the source tree this was
 * built in, else the installed ones. Static. */
const char *cap_folds_path(void);

/* Deals the patients of NODULES (of CapNodule, borrowed). Returns; caller
 * frees. */
CapFolds *cap_folds_make(const GPtrArray *nodules, int n_folds, guint64 seed);
/* Reads a table with the columns patient and fold. NULL with CAP_ERROR_NO_INPUT
 * or CAP_ERROR_DATA: a patient listed twice, a fold that is no whole number
 * from 1 to 20, a fold without patients. */
CapFolds *cap_folds_read(const char *path, GError **error);
void cap_folds_free(CapFolds *folds);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapFolds, cap_folds_free)

/* Fold of PATIENT, 0 when it is in none. */
int cap_folds_find(const CapFolds *folds, const char *patient);
/* Sorted names of the patients that are in FOLD, or with OTHERS of those that
 * are in another; free with g_strfreev. */
char **cap_folds_patients(const CapFolds *folds, int fold, gboolean others);
/* The table that cap_folds_read reads, sorted by patient; caller frees. */
char *cap_folds_table(const CapFolds *folds);
