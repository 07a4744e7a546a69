/* The history of a review: who did what, and when, and what was there before
 * and after. Read from the log, which nothing is ever taken out of. */
#pragma once

#include "io/review/review.h"

/* One thing that an action changed. */
typedef struct {
  CapReviewEntity entity;
  int id;               /* its number; 0 for the scan */
  char *before, *after; /* in words; "" where it was not there */
  gboolean has_place;
  CapPoint at_mm; /* where it is, or was last; patient LPS */
} CapHistoryChange;

typedef struct {
  gint64 row, about; /* of the log; ABOUT: what was undone or redone, 0: none */
  CapAct about_act;  /* of that */
  char *at;          /* UTC, ISO 8601 */
  char *reader;      /* "" unknown */
  CapAct act;
  char *note;
  gboolean undone;    /* and not done again since */
  GPtrArray *changes; /* of CapHistoryChange; owned */
} CapHistoryEntry;

/* Of CapHistoryEntry, oldest first, of the review at PATH. Caller unrefs; NULL
 * with the errors of cap_review_read. */
GPtrArray *cap_history_read(const char *path, GError **error);
/* An empty list, for cap_history_extend. Caller unrefs. */
GPtrArray *cap_history_new(void);
/* Brings LIST up to date: adds what the log of REVIEW has beyond its last
 * entry, and says of those that are there whether they are undone. Its words
 * are in the language of the thread. FALSE with CAP_ERROR_DATA. */
gboolean cap_history_extend(GPtrArray *list, CapReview *review, GError **error);
