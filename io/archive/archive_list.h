/* CapArchiveList: the user's archives.ini, to be changed.
 *
 * What nobody changes stays as it is, comments and settings of later versions
 * included. The file is read anew before and written whole after each change,
 * by a temporary name. Passwords never are in it: one that is given is kept in
 * a file of its own beside it, which its owner alone can read. */
#pragma once

#include "io/archive/archive_settings.h"

/* An archive as it is edited. */
typedef struct {
  char *name;
  GHashTable *values; /* key to text (both owned), as the file has them; what is
                         absent has its usual value */
} CapArchiveEntry;

CapArchiveEntry *cap_archive_entry_new(const char *name);
void cap_archive_entry_free(CapArchiveEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapArchiveEntry, cap_archive_entry_free)
/* The text of KEY, "" where it is absent; borrowed. */
const char *cap_archive_entry_get(const CapArchiveEntry *entry,
                                  const char *key);
/* "" takes it away. */
void cap_archive_entry_set(CapArchiveEntry *entry, const char *key,
                           const char *text);
/* What ENTRY says, for a list at PATH. PASSWORD: a new one, NULL: as it says.
 * *KEY (may be NULL) as of cap_archive_settings_of, "name" for its name.
 * Returns; NULL with CAP_ERROR_CONFIG. */
CapArchiveSettings *cap_archive_entry_settings(const CapArchiveEntry *entry,
                                               const char *path,
                                               const char *password, char **key,
                                               GError **error);

/* Archive NAME of the list at PATH. Returns; NULL with CAP_ERROR_CONFIG. */
CapArchiveEntry *cap_archive_list_read(const char *path, const char *name,
                                       GError **error);
/* Puts ENTRY into the list at PATH (made when there is none) in the place of
 * REPLACES, or at the end where that is NULL; PASSWORD as above. What would not
 * be understood, or has the name of another archive, is refused:
 * CAP_ERROR_CONFIG and *KEY; also CAP_ERROR_OUTPUT, CAP_ERROR_WRITE: then
 * nothing has changed. */
gboolean cap_archive_list_put(const char *path, const char *replaces,
                              CapArchiveEntry *entry, const char *password,
                              char **key, GError **error);
/* Takes NAME out, and the password that was kept for it. */
gboolean cap_archive_list_remove(const char *path, const char *name,
                                 GError **error);
