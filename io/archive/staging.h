/* CapStaging: the folder FOLDER.incomplete, where instances from an archive
 * gather until all are there; then it becomes FOLDER. Files are named by our
 * counters; the manifest (manifest.h) says what each is, and a run that goes on
 * knows from it what is there, in both folders. For received.c. */
#pragma once

#include <glib.h>

typedef struct CapStaging CapStaging;

/* Returns; NULL with CAP_ERROR_OUTPUT when FOLDER holds anything but an earlier
 * get, cannot be written, or is being filled by another process. */
CapStaging *cap_staging_open(const char *folder, GError **error);
/* What has gathered stays for the next time; an empty folder goes. */
void cap_staging_free(CapStaging *staging);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapStaging, cap_staging_free)

gboolean cap_staging_has(const CapStaging *staging, const char *sop_uid);
/* Where things are now: FOLDER.incomplete, or FOLDER after finishing. */
const char *cap_staging_path(const CapStaging *staging);

/* Where an instance may be written before it is known to be whole. Returns. */
char *cap_staging_incoming(const CapStaging *staging);
/* A new empty folder for one worker to write into. Returns; NULL with
 * CAP_ERROR_OUTPUT. */
char *cap_staging_inbox(const CapStaging *staging, GError **error);
/* Moves the file PATH of N_BYTES to the next name of its series.
 * CAP_ERROR_WRITE. */
gboolean cap_staging_put(CapStaging *staging, const char *path,
                         const char *sop_uid, const char *series_uid,
                         guint64 n_bytes, GError **error);

/* Everything is there: into place. CAP_ERROR_WRITE. */
gboolean cap_staging_finish(CapStaging *staging, GError **error);
