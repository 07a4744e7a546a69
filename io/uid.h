/* DICOM UIDs that follow from what they name, so that output is reproducible.
 */
#pragma once

#include <glib.h>

/* A UID under 2.25 (DICOM PS3.5 B.2, ITU-T X.667) made of the first 128 bits of
 * the SHA-256 of TEXT, marked as a name-based UUID. At most 44 characters.
 * Returns; caller frees. */
char *cap_uid_from_text(const char *text);
/* The same of 16 bytes that are a digest already (the version's and variant's
 * bits are set). Returns; caller frees. */
char *cap_uid_from_digest(const guint8 *digest);
