/* What a DICOM object that is imported says of itself. */
#pragma once

#include "io/dcmtk_object.h"

/* ROOT is that of a structured report rather than a segmentation. */
gboolean cap_import_is_report(CapDcmtkItem *root);
/* Appends to UIDS (of char *) those of the series that it refers to: evidence
 * (PS3.3 C.17.2) and Common Instance Reference (C.12.2). */
void cap_import_note_series(CapDcmtkItem *root, GPtrArray *uids);
