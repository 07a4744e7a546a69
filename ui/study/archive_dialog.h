/* CapArchiveDialog: looks for studies in an archive and fetches one.
 *
 * Fields of the search above, what matches below, progress with a button that
 * stops at the foot. A row that is activated is fetched into a folder of its
 * own; when all of it is there "retrieved" is emitted with the folder's path.
 * An archive is talked to in a job's thread. */
#pragma once

#include <adwaita.h>

#define CAP_TYPE_ARCHIVE_DIALOG (cap_archive_dialog_get_type())
G_DECLARE_FINAL_TYPE(CapArchiveDialog, cap_archive_dialog, CAP, ARCHIVE_DIALOG,
                     AdwWindow)

/* CONFIG is the list of archives (io/archive/archive_settings.h), FOLDER where
 * studies go; NULL for the user's. Signal: retrieved(path). */
GtkWidget *cap_archive_dialog_new(GtkWindow *parent, const char *config,
                                  const char *folder);

/* What the buttons and rows do. */
void cap_archive_dialog_search(CapArchiveDialog *dialog);
void cap_archive_dialog_retrieve(CapArchiveDialog *dialog, int row);
void cap_archive_dialog_cancel(CapArchiveDialog *dialog);

/* For tests: rows in the list, the sentence in view, and whether work runs. */
int cap_archive_dialog_n_rows(CapArchiveDialog *dialog);
const char *cap_archive_dialog_message(CapArchiveDialog *dialog);
gboolean cap_archive_dialog_busy(CapArchiveDialog *dialog);
