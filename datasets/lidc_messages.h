/* The LIDC-IDRI annotation files below a folder: one message for each CT
 * series.
 *
 * Works on any layout: XML beside the images, tcia-lidc-xml/NNN/NNN.xml, or all
 * in one folder. Only headers are read here, so that a thousand files cost
 * little and memory does not grow with their outlines. */
#pragma once

#include "core/progress.h"

typedef struct {
  char *path;
  char *series_uid, *study_uid;
  char *message_uid, *service_time;
} CapLidcMessage;

typedef struct {
  GPtrArray *messages; /* of CapLidcMessage, one per series, by series UID */
  GPtrArray *replaced; /* of CapLidcMessage: a later one of the series exists */
  int n_files;         /* names ending in .xml */
  int n_chest_xray;    /* IdriReadMessage: passed over */
  int n_other;         /* XML of another kind: passed over */
  GPtrArray *faults;   /* of char *: a sentence for each unreadable file */
} CapLidcMessages;

/* Indexes FOLDER (searched recursively; a single file will do). Of several
 * messages about one series the latest counts: by date and time of service;
 * among equals one whose file name says “correct” goes before the file that it
 * corrects (161-resubmitted-correction-3-9-12.xml), then by the time stamp in
 * the message's UID, then by path. Returns; NULL with CAP_ERROR_NO_INPUT when
 * FOLDER is missing or CAP_ERROR_CANCELLED. */
CapLidcMessages *cap_lidc_messages_find(const char *folder,
                                        const CapProgress *progress,
                                        GError **error);
void cap_lidc_messages_free(CapLidcMessages *messages);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapLidcMessages, cap_lidc_messages_free)

/* The message about SERIES_UID, borrowed; NULL when there is none. */
const CapLidcMessage *cap_lidc_messages_get(const CapLidcMessages *messages,
                                            const char *series_uid);
