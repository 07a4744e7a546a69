/* findings.json: all of a scan's findings, as text that scripts rely on.
 *
 * Keys are never renamed; numbers have a fixed number of decimals (millimetres
 * 4, probabilities 6), so that the same findings give the same bytes and
 * reading back and writing again changes nothing. Masks are in masks.mha beside
 * the file, where label n is finding n (see findings_masks.h); what guidelines
 * say is in findings_guidelines.h. */
#pragma once

#include "core/measure/finding.h"

#define CAP_FINDINGS_SCHEMA_VERSION 1
#define CAP_FINDINGS_FILE "findings.json"
#define CAP_MASKS_FILE "masks.mha"

/* Returns the text; caller frees. */
char *cap_findings_json_text(const CapFindings *findings);

/* The reverse, masks left NULL. NAME is for messages. Returns; NULL with
 * CAP_ERROR_DATA that says which key of which finding is wrong. */
CapFindings *cap_findings_json_parse(const char *text, gsize length,
                                     const char *name, GError **error);

/* Writes the text to PATH by rename. CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_findings_json_save(const CapFindings *findings, const char *path,
                                GError **error);

/* PATH without its masks, and then those (see below). Errors as below. */
CapFindings *cap_findings_json_read(const char *path, GError **error);
gboolean cap_findings_json_place(CapFindings *findings, const char *path,
                                 const CapVolume *volume, GError **error);
/* PATH with its masks, put onto the grid of VOLUME (borrows), or with NULL onto
 * the grid of the mask file. A mask file that is missing leaves the masks NULL.
 * Returns; NULL with CAP_ERROR_NO_INPUT, CAP_ERROR_DATA (also when the masks
 * are not of this volume) or CAP_ERROR_MEMORY. */
CapFindings *cap_findings_json_load(const char *path, const CapVolume *volume,
                                    GError **error);
