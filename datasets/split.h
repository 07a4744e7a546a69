/* Splits by patient: every nodule of a patient falls on the same side, decided
 * by a hash of patient and seed, so that it does not depend on what else is in
 * the data. */
#pragma once

#include <glib.h>

/* A number in [0, 1) that only PATIENT and SEED decide (SHA-256). */
double cap_split_place(const char *patient, guint64 seed);

/* TRUE when PATIENT belongs to the held-out FRACTION. */
gboolean cap_split_is_validation(const char *patient, guint64 seed,
                                 double fraction);

/* Fold 0 … N_FOLDS-1 of PATIENT. */
int cap_split_fold(const char *patient, guint64 seed, int n_folds);
