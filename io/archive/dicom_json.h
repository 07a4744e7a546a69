/* DICOM JSON (PS3.18 annex F) as archives send it: matches of a search, and
 * what became of instances that were stored. */
#pragma once

#include "io/archive/archive.h"

/* Appends a row to ROWS for each data set of TEXT, an array; those that are no
 * objects are passed over. NAME is for messages. FALSE with CAP_ERROR_DATA. */
gboolean cap_dicom_json_rows(const char *text, gsize n_bytes, const char *name,
                             GPtrArray *rows, GError **error);

/* TEXT is the answer to a STOW request (PS3.18 table I.1-2): notes the outcome
 * of those items of ITEMS (of CapSendItem, by SOP UID; borrowed) that it
 * names. FALSE with CAP_ERROR_DATA when it is no such answer. */
gboolean cap_dicom_json_stored(const char *text, gsize n_bytes,
                               const char *name, GHashTable *items,
                               GError **error);
