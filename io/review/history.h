/* The history of a review: who did what, and when, and what was there before
 * and after. Read from the log, which nothing is ever taken out of. */
#pragma once

#include "io/review/review.h"

/* One thing that an action changed. */
typedef struct {
  char *item;           /* "finding 3", "measurement 1", "scan" */
  char *before, *after; /* in words; "" where it was not there */
} CapHistoryChange;

typedef struct {
  gint64 row, about; /* of the log; ABOUT: what was undone or redone, 0: none */
  char *at;          /* UTC, ISO 8601 */
  char *reader;      /* "" unknown */
  CapAct act;
  char *note;
  GPtrArray *changes; /* of CapHistoryChange; owned */
} CapHistoryEntry;

/* Of CapHistoryEntry, oldest first, of the review at PATH. Caller unrefs; NULL
 * with the errors of cap_review_read. */
GPtrArray *cap_history_read(const char *path, GError **error);
