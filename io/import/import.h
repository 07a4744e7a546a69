/* Findings read back from DICOM: structured reports and segmentations, ours and
 * others'. */
#pragma once

#include "io/import/place.h"

typedef struct {
  CapVolume *volume;     /* of the series; owned */
  CapFindings *findings; /* on it; owned */
  GPtrArray *remarks;    /* of char *: what could not be read, a sentence each
                            with the path of its content item; owned */
} CapImport;

/* Reads PATHS (NULL-ended; one structured report, any number of segmentations,
 * or segmentations alone) onto the series below SERIES_PATH that they refer to,
 * or onto SERIES_UID unless NULL. Sizes that a report does not tell are
 * measured in the mask. Returns; NULL with CAP_ERROR_USAGE (two reports),
 * CAP_ERROR_NO_INPUT (also when the series is not there),
 * CAP_ERROR_UNSUPPORTED, CAP_ERROR_DATA, CAP_ERROR_LIMIT, CAP_ERROR_MEMORY,
 * CAP_ERROR_CANCELLED or the errors of cap_series_load. PROGRESS may be NULL.
 */
CapImport *cap_import_load(const char *const *paths, const char *series_path,
                           const char *series_uid, const CapProgress *progress,
                           GError **error);
void cap_import_free(CapImport *import);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapImport, cap_import_free)

/* Those of FILES (of char *, borrows: CapSeriesList.reports) that are about the
 * series SERIES_UID: its latest report, and segmentations. For cap_import_read;
 * free with g_strfreev. NULL when there is none. */
char **cap_import_find(const GPtrArray *files, const char *series_uid);

/* The same onto a series that is loaded. Returns findings and adds to REMARKS;
 * NULL with the errors above. */
CapFindings *cap_import_read(const char *const *paths,
                             const CapImportPlace *place, GPtrArray *remarks,
                             GError **error);
