/* CapReportLoader: findings from reports that lie beside the opened series.
 *
 * When a series has been read and has no findings, the structured reports and
 * segmentations of its folder are looked at in the background. */
#pragma once

#include "ui/session/session.h"

typedef struct CapReportLoader CapReportLoader;

/* SESSION is borrowed and must outlive the loader. FOUND is called in the UI
 * thread with a sentence when there is something to load. */
CapReportLoader *cap_report_loader_new(CapSession *session,
                                       void (*found)(const char *sentence,
                                                     gpointer user_data),
                                       gpointer user_data);
void cap_report_loader_free(CapReportLoader *loader); /* cancels what runs */
/* Loads what was found: its findings become the session's, and what could not
 * be read is told as the session's warning. */
void cap_report_loader_load(CapReportLoader *loader);
