/* What the history says of an item before and after an action. */
#pragma once

#include "io/review/history.h"

/* Fills in the words and the place of CHANGE, whose entity and number are
 * known, from the JSON of its versions; NULL where it was not there. What makes
 * the two differ is in the words. */
void cap_history_versions(CapHistoryChange *change, const char *before,
                          const char *after);
