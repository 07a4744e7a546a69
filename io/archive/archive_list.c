/* CapArchiveList: see archive_list.h. */
#include "io/archive/archive_list.h"

#include "core/error.h"
#include "core/folder.h"
#include "io/atomic_file.h"

#include <glib/gstdio.h>
#include <string.h>

#define PASSWORD_PREFIX "archive-password-"

/* ---- an entry ---- */

CapArchiveEntry *
cap_archive_entry_new(const char *name)
{
  CapArchiveEntry *entry = g_new0(CapArchiveEntry, 1);
  entry->name = g_strdup(name);
  entry->values =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return entry;
}

void
cap_archive_entry_free(CapArchiveEntry *entry)
{
  if (entry == NULL)
    return;
  g_free(entry->name);
  g_hash_table_unref(entry->values);
  g_free(entry);
}

const char *
cap_archive_entry_get(const CapArchiveEntry *entry, const char *key)
{
  const char *text = g_hash_table_lookup(entry->values, key);
  return text != NULL ? text : "";
}

void
cap_archive_entry_set(CapArchiveEntry *entry, const char *key, const char *text)
{
  if (*text == '\0')
    g_hash_table_remove(entry->values, key);
  else
    g_hash_table_insert(entry->values, g_strdup(key), g_strdup(text));
}

/* ENTRY becomes a group of FILE; keys that it lacks are taken out. */
static void
write_entry(GKeyFile *file, const CapArchiveEntry *entry)
{
  g_auto(GStrv) keys = g_key_file_get_keys(file, entry->name, NULL, NULL);
  for (int i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!g_hash_table_contains(entry->values, keys[i]))
      g_key_file_remove_key(file, entry->name, keys[i], NULL);
  g_autoptr(GList) sorted =
      g_list_sort(g_hash_table_get_keys(entry->values), (GCompareFunc)strcmp);
  for (const GList *key = sorted; key != NULL; key = key->next)
    g_key_file_set_string(file, entry->name, key->data,
                          cap_archive_entry_get(entry, key->data));
}

static gboolean
check_name(const char *name, char **key, GError **error)
{
  const gboolean good = *name != '\0' && strpbrk(name, "[]\n\r\t") == NULL &&
                        g_utf8_validate(name, -1, NULL) &&
                        !g_ascii_isspace(*name);
  if (!good)
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "an archive needs a name without brackets");
  if (!good && key != NULL)
    *key = g_strdup("name");
  return good;
}

CapArchiveSettings *
cap_archive_entry_settings(const CapArchiveEntry *entry, const char *path,
                           const char *password, char **key, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  if (!check_name(entry->name, key, error))
    return NULL;
  write_entry(file, entry);
  return cap_archive_settings_of(file, path, entry->name, password, key, error);
}

/* ---- the file ---- */

/* Returns; NULL with CAP_ERROR_CONFIG. Without a file: an empty one. */
static GKeyFile *
load(const char *path, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) cause = NULL;
  if (g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS, &cause) ||
      g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer(&file);
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "the list of archives “%s” cannot be read: %s", path,
              cause->message);
  return NULL;
}

static gboolean
save(GKeyFile *file, const char *path, GError **error)
{
  gsize n = 0;
  g_autofree char *text = g_key_file_to_data(file, &n, NULL);
  return cap_atomic_file_save_private(path, text, n, error);
}

static gboolean
make_folder(const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(path);
  return cap_folder_make_private(folder, error);
}

static void
read_entry(GKeyFile *file, CapArchiveEntry *entry)
{
  g_auto(GStrv) keys = g_key_file_get_keys(file, entry->name, NULL, NULL);
  for (int i = 0; keys != NULL && keys[i] != NULL; i++) {
    g_autofree char *text =
        g_key_file_get_string(file, entry->name, keys[i], NULL);
    if (text != NULL)
      cap_archive_entry_set(entry, keys[i], g_strstrip(text));
  }
}

CapArchiveEntry *
cap_archive_list_read(const char *path, const char *name, GError **error)
{
  g_autoptr(GKeyFile) file = load(path, error);
  if (file == NULL)
    return NULL;
  if (!g_key_file_has_group(file, name)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "“%s” has no archive “%s” any more", path, name);
    return NULL;
  }
  CapArchiveEntry *entry = cap_archive_entry_new(name);
  read_entry(file, entry);
  return entry;
}

/* ---- passwords ---- */

/* The file that TEXT, of password-file, names, if it is one that this program
 * keeps beside the list at PATH; NULL for the user's own. Caller frees. */
static char *
kept_password(const char *path, const char *text)
{
  if (!g_str_has_prefix(text, PASSWORD_PREFIX) ||
      strchr(text, G_DIR_SEPARATOR) != NULL)
    return NULL;
  g_autofree char *folder = g_path_get_dirname(path);
  return g_build_filename(folder, text, NULL);
}

static void
forget_password(const char *path, const char *text)
{
  g_autofree char *kept = kept_password(path, text);
  if (kept != NULL)
    g_unlink(kept);
}

/* Keeps PASSWORD in a new file, which ENTRY then names. */
static gboolean
keep_password(CapArchiveEntry *entry, const char *path, const char *password,
              GError **error)
{
  g_autofree char *unique = g_uuid_string_random();
  g_autofree char *name = g_strconcat(PASSWORD_PREFIX, unique, NULL);
  g_autofree char *kept = kept_password(path, name);
  g_autofree char *line = g_strconcat(password, "\n", NULL);
  if (!cap_atomic_file_save_private(kept, line, strlen(line), error))
    return FALSE;
  cap_archive_entry_set(entry, "password-env", "");
  cap_archive_entry_set(entry, "password-file", name);
  return TRUE;
}

/* ---- changes ---- */

static gboolean
check_free(GKeyFile *file, const char *replaces, const char *name, char **key,
           GError **error)
{
  if (g_strcmp0(replaces, name) == 0 || !g_key_file_has_group(file, name))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "there is another archive called “%s”", name);
  if (key != NULL) {
    g_free(*key); /* "": the entry by itself is good */
    *key = g_strdup("name");
  }
  return FALSE;
}

/* A renamed archive goes to the end: GLib has no other place for a group. */
static void
place_entry(GKeyFile *file, const char *replaces, const CapArchiveEntry *entry)
{
  if (replaces != NULL && !g_str_equal(replaces, entry->name))
    g_key_file_remove_group(file, replaces, NULL);
  write_entry(file, entry);
}

gboolean
cap_archive_list_put(const char *path, const char *replaces,
                     CapArchiveEntry *entry, const char *password, char **key,
                     GError **error)
{
  g_autoptr(CapArchiveSettings) settings =
      cap_archive_entry_settings(entry, path, password, key, error);
  g_autoptr(GKeyFile) file = settings != NULL ? load(path, error) : NULL;
  if (file == NULL || !make_folder(path, error) ||
      !check_free(file, replaces, entry->name, key, error))
    return FALSE;
  g_autofree char *before =
      replaces != NULL
          ? g_key_file_get_string(file, replaces, "password-file", NULL)
          : NULL;
  if (password != NULL && !keep_password(entry, path, password, error))
    return FALSE;
  const char *now = cap_archive_entry_get(entry, "password-file");
  place_entry(file, replaces, entry);
  if (!save(file, path, error)) {
    if (password != NULL)
      forget_password(path, now);
    return FALSE;
  }
  if (before != NULL && !g_str_equal(before, now))
    forget_password(path, before);
  return TRUE;
}

gboolean
cap_archive_list_remove(const char *path, const char *name, GError **error)
{
  g_autoptr(GKeyFile) file = load(path, error);
  if (file == NULL)
    return FALSE;
  g_autofree char *password =
      g_key_file_get_string(file, name, "password-file", NULL);
  g_key_file_remove_group(file, name, NULL);
  if (!save(file, path, error))
    return FALSE;
  if (password != NULL)
    forget_password(path, password);
  return TRUE;
}
