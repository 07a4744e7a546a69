/* Headers seen before, so that a folder of 10^5 files on a slow disk is scanned
 * twice only by its directory entries (CASE-29).
 *
 * An SQLite file in the user's cache folder, readable by nobody else, keyed by
 * path, modification time and size. It is a convenience: whatever is wrong with
 * it, the files themselves are read. */
#pragma once

#include "io/dicom/dicom_file.h"

typedef struct CapHeaderCache CapHeaderCache;

/* Where it is. Returns; caller frees. */
char *cap_header_cache_path(void);
/* Opens or creates the cache; one that cannot be read is replaced. Returns;
 * NULL when there is none to be had. */
CapHeaderCache *cap_header_cache_open(void);
void cap_header_cache_close(CapHeaderCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapHeaderCache, cap_header_cache_close)

/* The facts of PATH if it has not changed since. Returns; NULL otherwise. May
 * be called from several threads. */
CapDicomFile *cap_header_cache_find(CapHeaderCache *cache, const char *path);

/* Remembers FILES (CapDicomFile, N places, NULL ones skipped; borrows), in one
 * transaction. */
void cap_header_cache_store(CapHeaderCache *cache, CapDicomFile *const *files,
                            int n);

/* Drops what is kept of files below FOLDER (absolute) that are not THERE (of
 * char *, absolute paths). */
void cap_header_cache_forget(CapHeaderCache *cache, const char *folder,
                             const GPtrArray *there);
