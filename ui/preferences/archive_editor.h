/* CapArchiveEditor: the window in which an archive is set up: rows, a test of
 * the connection in the background, Save.
 *
 * Signal "saved": the list of archives has it now. */
#pragma once

#include "ui/preferences/archive_fields.h"

#define CAP_TYPE_ARCHIVE_EDITOR (cap_archive_editor_get_type())
G_DECLARE_FINAL_TYPE(CapArchiveEditor, cap_archive_editor, CAP, ARCHIVE_EDITOR,
                     AdwWindow)

/* For archive NAME of the list at PATH; a new one where that is NULL, or the
 * list cannot be read (then the window says so). */
GtkWidget *cap_archive_editor_new(GtkWindow *parent, const char *path,
                                  const char *name);
/* For tests. */
CapArchiveFields *cap_archive_editor_fields(CapArchiveEditor *editor);
/* The sentence at the foot. */
const char *cap_archive_editor_message(CapArchiveEditor *editor);
gboolean cap_archive_editor_is_testing(CapArchiveEditor *editor);
