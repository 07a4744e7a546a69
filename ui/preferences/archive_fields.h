/* CapArchiveFields: the rows in which an archive is edited. Which there are
 * depends on how the archive speaks; what has no row stays as it was. */
#pragma once

#include "io/archive/archive_list.h"

#include <adwaita.h>

#define CAP_TYPE_ARCHIVE_FIELDS (cap_archive_fields_get_type())
G_DECLARE_FINAL_TYPE(CapArchiveFields, cap_archive_fields, CAP, ARCHIVE_FIELDS,
                     GtkWidget)

/* Those of ENTRY (borrows). Signals: "changed" (something was typed or chosen),
 * "accepted" (Enter in a row). */
GtkWidget *cap_archive_fields_new(const CapArchiveEntry *entry);
/* What is in the rows now. Returns; caller frees. */
CapArchiveEntry *cap_archive_fields_entry(CapArchiveFields *fields);
/* The password that was typed; NULL: none was. Borrowed. */
const char *cap_archive_fields_password(CapArchiveFields *fields);
/* Marks the row of KEY ("name" too) as wrong, goes there and returns its title;
 * NULL where there is none for it. "": none is wrong. */
const char *cap_archive_fields_mark(CapArchiveFields *fields, const char *key);
/* The row of KEY, for tests; NULL. Borrowed. */
GtkWidget *cap_archive_fields_row(CapArchiveFields *fields, const char *key);
