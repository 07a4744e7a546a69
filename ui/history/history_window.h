/* CapHistoryWindow: the history of the open review beside the images: who did
 * what and when, what was there before and after, newest first. */
#pragma once

#include "ui/session/session.h"

#include <adwaita.h>

#define CAP_TYPE_HISTORY_WINDOW (cap_history_window_get_type())
G_DECLARE_FINAL_TYPE(CapHistoryWindow, cap_history_window, CAP, HISTORY_WINDOW,
                     AdwWindow)

/* The one of PARENT, in front; made when there is none. Borrowed. */
CapHistoryWindow *cap_history_window_show(GtkWindow *parent,
                                          CapSession *session);
/* What is listed (of CapHistoryRecord), newest first; borrowed. */
GListModel *cap_history_window_records(CapHistoryWindow *window);
/* Writes what is listed, oldest first, to PATH: as a table where its name ends
 * with .csv, else as text; in English, as the command line prints it. FALSE
 * with CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_history_window_save(CapHistoryWindow *window, const char *path,
                                 GError **error);
