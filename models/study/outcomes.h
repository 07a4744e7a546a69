/* CapOutcome: what one trained network said about one patch, kept as a row of a
 * table, so that every study of a network reads the same predictions. */
#pragma once

#include "datasets/pool.h"
#include "models/network.h"

typedef struct {
  int fold;         /* of the network; not in the table, from its place */
  gboolean inner;   /* of the inner validation patients, else held out */
  gboolean centred; /* on the readers' centre; else up to 3 mm off along each
                       axis, as a candidate would be, and where the network
                       draws a mask cut anew around that, as the detector
                       does */
  CapMaking making;
  gboolean is_nodule;
  char *patient;             /* whose tissue it is; owned */
  char *key;                 /* of the nodule, "" for negatives; owned */
  double nodule_probability; /* calibrated by the network */
  double malignancy[5];      /* distribution */
  double attributes[CAP_N_ATTRIBUTES]; /* levels, cap_rating_level */
  double calcified;   /* probability of any calcification (levels 1 … 5) */
  double diameter_mm; /* of the predicted mask; NAN without one */
  double dice;        /* predicted mask against half of the readers; NAN for
                         negatives and without a mask */
} CapOutcome;

void cap_outcome_free(CapOutcome *outcome);

/* What JUDGEMENT of SAMPLE comes to; INNER and CENTRED are the caller's to set.
 * Returns. */
CapOutcome *cap_outcome_new(const CapSample *sample,
                            const CapJudgement *judgement);

/* The table of OUTCOMES (of CapOutcome, borrowed) written to PATH. FALSE with
 * CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_outcomes_write(const GPtrArray *outcomes, const char *path,
                            GError **error);
/* The table of FOLD. Returns a GPtrArray of CapOutcome; NULL with
 * CAP_ERROR_NO_INPUT or CAP_ERROR_DATA. */
GPtrArray *cap_outcomes_read(const char *path, int fold, GError **error);
