/* What the files of CapReview share: review.c has the state,
 * review_act.c its actions, review_log.c reads the log back. Nobody else
 * includes this. */
#pragma once

#include "io/review/review.h"
#include "io/review/review_file.h"

/* What an item is now: rows of its version and mask, 0 for none. */
typedef struct {
  gint64 version, mask;
} CapReviewSlot;

/* One item before and after an action. */
typedef struct {
  CapReviewEntity entity;
  int item;
  gint64 before, after; /* rows of version; 0: it is not there */
  gint64 mask;          /* row of the mask after */
  gpointer content;     /* CapFindings, CapFinding, CapReviewImage or
                           CapMeasurement after; owned by the step */
} CapReviewStep;

typedef struct {
  gint64 row;
  CapAct act;
} CapReviewEntry;

struct CapReview {
  sqlite3 *db;
  char *path, *reader, *last_reader;
  CapFindings *findings; /* NULL without a head */
  GPtrArray *key_images; /* of CapReviewImage, ascending by id */
  GHashTable *slots[CAP_REVIEW_N_ENTITIES]; /* item to CapReviewSlot */
  int highest[CAP_REVIEW_N_ENTITIES];       /* item ever */
  GArray *undo, *redo; /* of CapReviewEntry, the next one last */
  gint64 last_row;     /* of the log as it is known here */
  int n_acts[CAP_N_ACTS];
  GArray *touched, *touched_measurements; /* of int */
};

void cap_review_content_free(CapReviewEntity entity, gpointer content);
/* Reads the version ROW: *MASK_ROW is that of its mask, or 0. Returns; NULL
 * with CAP_ERROR_DATA. */
gpointer cap_review_load(CapReview *review, CapReviewEntity entity, gint64 row,
                         gint64 *mask_row, GError **error);
/* Puts the steps (of CapReviewStep; their content is taken) into the state. */
void cap_review_apply(CapReview *review, GArray *steps);
/* Follows one entry of the log: what can be undone, and what redone, after it.
 * ABOUT is the row that it is about, BASE that it made the first head. */
void cap_review_follow(CapReview *review, CapReviewEntry entry,
                       gboolean changes, gboolean base);
/* The steps (of CapReviewStep) bring the first head. */
gboolean cap_review_makes_head(const GArray *steps);
/* Replays the log of an opened file into the state. CAP_ERROR_DATA when an
 * entry does not fit the ones before. */
gboolean cap_review_replay(CapReview *review, GError **error);
