/* A DICOMweb archive (PS3.18: QIDO-RS, WADO-RS, STOW-RS); shared by its files
 * dicomweb*.c only. */
#pragma once

#include "io/archive/archive_class.h"
#include "io/archive/http.h"

typedef struct {
  CapArchive archive;
  CapHttp *http;
} CapDicomweb;

gboolean cap_dicomweb_get_series(CapArchive *archive,
                                 const CapArchiveRow *series,
                                 const GPtrArray *sop_uids,
                                 CapReceived *received,
                                 const CapProgress *progress, GError **error);
gboolean cap_dicomweb_store(CapArchive *archive, GPtrArray *items,
                            const CapProgress *progress, GError **error);
