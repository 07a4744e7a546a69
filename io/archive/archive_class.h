/* What a kind of archive implements; for the files of this folder only. */
#pragma once

#include "io/archive/archive.h"
#include "io/archive/received.h"

typedef struct {
  gboolean (*echo)(CapArchive *archive, const CapProgress *progress,
                   GError **error);
  /* Appends rows to ROWS until *END says that there are no more; OFFSET is how
   * many of QUERY's matches to pass over. */
  gboolean (*find_page)(CapArchive *archive, const CapArchiveQuery *query,
                        int offset, int limit, GPtrArray *rows, gboolean *end,
                        const CapProgress *progress, GError **error);
  /* Brings those of SOP_UIDS (of char *), all of SERIES, that RECEIVED does not
   * have yet. CAP_ERROR_UNREACHABLE makes the caller ask again for the rest;
   * what the archive does not deliver is no error. */
  gboolean (*get_series)(CapArchive *archive, const CapArchiveRow *series,
                         const GPtrArray *sop_uids, CapReceived *received,
                         const CapProgress *progress, GError **error);
  gboolean (*store)(CapArchive *archive, GPtrArray *items,
                    const CapProgress *progress, GError **error);
  void (*free)(CapArchive *archive);
} CapArchiveClass;

/* The first member of every archive. */
struct CapArchive {
  const CapArchiveClass *class;
  const CapArchiveSettings *settings;
};

CapArchive *cap_dicomweb_new(const CapArchiveSettings *settings,
                             GError **error);

CapArchive *cap_dimse_new(const CapArchiveSettings *settings, GError **error);

/* Waits before try number TRY (from 1) as SETTINGS ask, longer every time.
 * FALSE with CAP_ERROR_CANCELLED. */
gboolean cap_archive_wait(const CapArchiveSettings *settings, int try,
                          const CapProgress *progress, GError **error);
