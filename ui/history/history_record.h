/* CapHistoryRecord: an entry of a review's history in a list. */
#pragma once

#include "io/review/history_words.h"

#define CAP_TYPE_HISTORY_RECORD (cap_history_record_get_type())
G_DECLARE_FINAL_TYPE(CapHistoryRecord, cap_history_record, CAP, HISTORY_RECORD,
                     GObject)

/* Entry INDEX of HISTORY (of CapHistoryEntry, which it keeps; entries may be
 * added to it). FINDING: only what it changed of that one is told; 0: all.
 * Signal "changed": it was undone, or no longer is. */
CapHistoryRecord *cap_history_record_new(GPtrArray *history, guint index,
                                         int finding);
const CapHistoryEntry *cap_history_record_entry(CapHistoryRecord *record);
/* The first thing it changed that is told; NULL. Borrowed. */
const CapHistoryChange *cap_history_record_change(CapHistoryRecord *record);
/* Emits "changed" when what is undone is not what it was. */
void cap_history_record_refresh(CapHistoryRecord *record);

/* "2026-11-25 14:03:22", the time of this place. Caller frees. */
char *cap_history_record_time(CapHistoryRecord *record);
/* The reader NAME as people write him, or that there is no name. Caller frees.
 */
char *cap_history_person(const char *name);
/* Lines of what it changed, MOST at most, a last one says how many more; "".
 * Caller frees. */
char *cap_history_record_changes(CapHistoryRecord *record, guint most);
/* All of it in a sentence, for who cannot see the row. Caller frees. */
char *cap_history_record_describe(CapHistoryRecord *record);
