/* DICOM text to UTF-8 for every character set of PS3.3 C.12.1.1.2, including
 * the ISO 2022 ones that DCMTK cannot decode here. Never fails. */
#pragma once

#include <glib.h>

/* TEXT as stored, CHARSET the values of (0008,0005) joined by backslashes.
 * Bytes that mean nothing become U+FFFD and set *REPLACED. Control characters
 * become spaces. Returns. */
char *cap_dicom_text_to_utf8(const char *text, const char *charset,
                             gboolean *replaced);
