/* CapReceived: instances from an archive on their way into a folder.
 *
 * They gather in FOLDER.incomplete, which becomes FOLDER when all have come, so
 * that FOLDER never shows half of a study. Into a FOLDER of an earlier get the
 * new ones are moved at the end. Files are named by our counters
 * (series-001/000001.dcm); .capsight-manifest.csv says what each is, and is how
 * the next run knows what it need not fetch again. Nothing is written under its
 * final name before it is whole and what was asked for. */
#pragma once

#include "core/progress.h"
#include "io/archive/archive_settings.h"

typedef struct CapReceived CapReceived;

/* SETTINGS (borrowed) has the limits. Returns; NULL with CAP_ERROR_OUTPUT when
 * FOLDER holds anything but an earlier get, cannot be written, or is being
 * filled by another process. */
CapReceived *cap_received_new(const char *folder,
                              const CapArchiveSettings *settings,
                              GError **error);
/* What has come stays for the next time. */
void cap_received_free(CapReceived *received);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapReceived, cap_received_free)

gboolean cap_received_has(const CapReceived *received, const char *sop_uid);
/* SOP_UID is to come. */
void cap_received_want(CapReceived *received, const char *sop_uid);
/* UIDs wanted and not there yet, in the order of wanting; of char *, borrowed.
 * Returns; caller unrefs. */
GPtrArray *cap_received_missing(const CapReceived *received);
int cap_received_n_wanted(const CapReceived *received);
/* Reports how much of what is wanted is there. CAP_ERROR_CANCELLED. */
gboolean cap_received_step(const CapReceived *received,
                           const CapProgress *progress, GError **error);

/* One instance in pieces: begin, write any number of times, end. Beginning
 * again gives up the one before. CAP_ERROR_OUTPUT, CAP_ERROR_WRITE,
 * CAP_ERROR_LIMIT. */
gboolean cap_received_begin(CapReceived *received, GError **error);
gboolean cap_received_write(CapReceived *received, const void *bytes,
                            gsize n_bytes, GError **error);
/* Keeps it when it is whole DICOM and wanted; otherwise it is dropped and noted
 * as a problem. */
gboolean cap_received_end(CapReceived *received, GError **error);
void cap_received_abort(CapReceived *received);
/* The same for an instance that a worker has put into the file PATH, in a
 * folder that cap_received_inbox made. PATH is gone afterwards. */
gboolean cap_received_take(CapReceived *received, const char *path,
                           GError **error);
/* A new empty folder for one worker. Returns; NULL with CAP_ERROR_OUTPUT. */
char *cap_received_inbox(CapReceived *received, GError **error);

int cap_received_n_new(const CapReceived *received);
guint64 cap_received_n_bytes(const CapReceived *received);
/* Where things are now: FOLDER.incomplete, or FOLDER after finishing. */
const char *cap_received_place(const CapReceived *received);
/* Sentences about what was dropped, 20 at most; of char *, borrowed. */
const GPtrArray *cap_received_problems(const CapReceived *received);

/* Everything is there: puts it into place. CAP_ERROR_WRITE. */
gboolean cap_received_finish(CapReceived *received, GError **error);
