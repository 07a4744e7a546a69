/* The manifest of a folder with instances from an archive: what each file is,
 * one line a file (CSV), written as they come. A line that is cut short by the
 * end of a program means nothing. */
#pragma once

#include <glib.h>

#define CAP_MANIFEST_NAME ".capsight-manifest.csv"

typedef struct {
  char *sop_uid, *series_uid;
  char *file;         /* "series-001/000001.dcm", below the folder */
  int series, number; /* the same as numbers */
  guint64 n_bytes;
} CapManifestEntry;

CapManifestEntry *cap_manifest_entry_new(const char *sop_uid,
                                         const char *series_uid, int series,
                                         int number, guint64 n_bytes);
void cap_manifest_entry_free(CapManifestEntry *entry); /* NULL is allowed */

/* The entries of FOLDER's manifest with names that could be ours; none when
 * there is no manifest. Returns (of CapManifestEntry). */
GPtrArray *cap_manifest_read(const char *folder);
/* Whether ENTRY's file in FOLDER is there with all its bytes. */
gboolean cap_manifest_is_there(const char *folder,
                               const CapManifestEntry *entry);

/* Opens FOLDER's manifest for cap_manifest_append and keeps other programs out
 * until it is closed. Returns the descriptor; -1 with CAP_ERROR_OUTPUT. */
int cap_manifest_open(const char *folder, GError **error);
gboolean cap_manifest_append(int manifest, const char *folder,
                             const CapManifestEntry *entry, GError **error);
/* Replaces FOLDER's manifest by ENTRIES (of CapManifestEntry, borrows, sorted
 * by file on return). CAP_ERROR_OUTPUT, CAP_ERROR_WRITE. */
gboolean cap_manifest_save(const char *folder, GPtrArray *entries,
                           GError **error);
