/* A DIMSE archive (PS3.7, PS3.4 annexes B and C); shared by its files dimse*.c
 * only. Everything that speaks DIMSE is in worker processes (dimse_link.h). */
#pragma once

#include "io/archive/archive_class.h"
#include "io/archive/dimse_link.h"

typedef struct {
  CapArchive archive;
  GSocket *listener;  /* of the storage SCP; NULL until the first get */
  GPtrArray *senders; /* of CapSender: who may connect to it; the archive is
                         the first */
} CapDimse;

/* A request of OPERATION with ARCHIVE's addresses and titles. Returns; caller
 * frees. */
CapDimseRequest *cap_dimse_request(const CapArchive *archive,
                                   CapDimseOperation operation);

gboolean cap_dimse_get_series(CapArchive *archive, const CapArchiveRow *series,
                              const GPtrArray *sop_uids, CapReceived *received,
                              const CapProgress *progress, GError **error);
