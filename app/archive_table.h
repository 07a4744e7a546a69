/* What an archive answered, for people and for programs. */
#pragma once

#include "io/archive/archive.h"

/* Rows of a find as a table, columns as wide as they need; "No match." for
 * none. Returns. */
char *cap_archive_table(const GPtrArray *rows, CapArchiveLevel level);
/* The same as JSON. Returns. */
char *cap_archive_rows_json(const GPtrArray *rows, CapArchiveLevel level);

char *cap_archive_receipt_json(const CapArchiveReceipt *receipt,
                               gboolean complete);
char *cap_archive_sent_json(const GPtrArray *items, int n_skipped);
/* How many of ITEMS ended as OUTCOME. */
int cap_archive_count(const GPtrArray *items, CapSendOutcome outcome);
