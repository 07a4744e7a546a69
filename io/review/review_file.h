/* The file of a review: one SQLite database, every change in one transaction.
 *
 *   series    what the review is about: key, value; and how earlier scans lie on
 *             it (review_alignment.h)
 *   action    who did what, and when (UTC, ISO 8601); only ever added to
 *   change    what an action put in the place of what: of each item (a finding,
 *             a measurement, a key image, the scan as a whole) the version
 *             before and after
 *   version   an item as JSON (a finding as in findings.json), and its mask
 *   mask      a box of the volume's grid; voxels deflated, 1 inside
 *
 * Undoing is an action too: nothing is ever taken out. The journal is SQLite's
 * rollback journal, which leaves one file that can be copied, and is synced, so
 * that an action that was acknowledged survives the end of the process or of
 * the power. Private to io/review. */
#pragma once

#include "core/image/mask.h"
#include "io/review/review.h"

#include <sqlite3.h>

/* 2 has measurements; a file of 1 becomes one of 2 when it is opened to be
 * written. */
#define CAP_REVIEW_VERSION 2

/* Opens PATH, a new file where there is none and WRITABLE; NULL: in memory.
 * Returns; NULL with
 * CAP_ERROR_NO_INPUT, CAP_ERROR_OUTPUT, CAP_ERROR_DATA (no review, damaged) or
 * CAP_ERROR_UNSUPPORTED (of a later version). */
sqlite3 *cap_review_file_open(const char *path, gboolean writable,
                              GError **error);

/* Runs SQL without results, or sets CAP_ERROR_WRITE with SQLite's reason. */
gboolean cap_review_file_run(sqlite3 *db, const char *sql, GError **error);
/* Prepares SQL; NULL with CAP_ERROR_DATA. Caller finalizes. */
sqlite3_stmt *cap_review_file_prepare(sqlite3 *db, const char *sql,
                                      GError **error);
/* Runs STATEMENT (takes), which has no results; CAP_ERROR_WRITE. */
gboolean cap_review_file_finish(sqlite3 *db, sqlite3_stmt *statement,
                                GError **error);
/* CAP_ERROR_WRITE, with what SQLite last said of DB. Returns FALSE. */
gboolean cap_review_file_fail(sqlite3 *db, GError **error);

/* The word of ENTITY in the tables; static. -1 for no such word. */
const char *cap_review_entity_name(CapReviewEntity entity);
int cap_review_entity_parse(const char *word);

/* VALUE of KEY of table series, "" when it is not there; g_free. */
char *cap_review_file_series(sqlite3 *db, const char *key);
gboolean cap_review_file_set_series(sqlite3 *db, const char *key,
                                    const char *value, GError **error);

/* Adds MASK. Returns its row; 0 with CAP_ERROR_WRITE or CAP_ERROR_MEMORY. */
gint64 cap_review_file_add_mask(sqlite3 *db, const CapMask *mask,
                                GError **error);
/* Returns; NULL with CAP_ERROR_DATA or CAP_ERROR_MEMORY. */
CapMask *cap_review_file_mask(sqlite3 *db, gint64 row, GError **error);
