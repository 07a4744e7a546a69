/* The history in words and as a table: the command line, the viewer and what it
 * copies and exports take them from here. */
#pragma once

#include "io/review/history.h"

/* "Status changed": what ACT did; static, in the language of the thread. */
const char *cap_history_act(CapAct act);
/* The same of ENTRY, with what it undid: "Undone: Status changed (entry 3)".
 * Caller frees. */
char *cap_history_title(const CapHistoryEntry *entry);
/* "Finding 3", "Measurement 1", "Scan". Caller frees. */
char *cap_history_item(const CapHistoryChange *change);
/* "Finding 3: unreviewed, … → accepted, …". Caller frees. */
char *cap_history_change(const CapHistoryChange *change);

/* ENTRIES (of CapHistoryEntry) as lines of text, an indented one for each
 * change. Caller frees. */
char *cap_history_text(const GPtrArray *entries);
/* The same as CSV, a row for each change, and one for what changed nothing.
 * Caller frees. */
char *cap_history_csv(const GPtrArray *entries);
