/* The DCMTK shim for headers: C in, C out, no exception leaves it. */
#pragma once

#include "io/dicom/dicom_file.h"

/* Fills FILE's texts, frames and pixel description from its header; FILE has
 * its path and prescan. FALSE when DCMTK cannot read the header, with its words
 * in WHY (caller frees). */
gboolean cap_dcmtk_read_header(CapDicomFile *file, char **why);

/* Paths (relative, '/' between parts) that a DICOMDIR refers to: of char *;
 * NULL when it cannot be read. Caller unrefs. */
GPtrArray *cap_dcmtk_read_dicomdir(const char *path);
