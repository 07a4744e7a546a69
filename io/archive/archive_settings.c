/* How to reach an archive: see archive_settings.h. */
#include "io/archive/archive_settings.h"

#include "core/error.h"
#include "core/language.h"
#include "io/archive/senders.h"

#include <gio/gio.h>
#include <string.h>

#define GIB (G_GUINT64_CONSTANT(1) << 30)

typedef enum {
  KEY_TEXT,
  KEY_PATH,
  KEY_FLAG,
  KEY_INT,
  KEY_SIZE,
  KEY_SENDERS
} KeyType;

/* Where each key goes; sizes are GiB, with decimals. */
static const struct {
  const char *key;
  KeyType type;
  gsize offset;
  int least, most;
} keys[] = {
#define FIELD(name) G_STRUCT_OFFSET(CapArchiveSettings, name)
    {"url", KEY_TEXT, FIELD(url)},
    {"user", KEY_TEXT, FIELD(user)},
    {"plain-password", KEY_FLAG, FIELD(plain_password)},
    {"ca", KEY_PATH, FIELD(ca)},
    {"certificate", KEY_PATH, FIELD(certificate)},
    {"key", KEY_PATH, FIELD(key)},
    {"tls-verify", KEY_FLAG, FIELD(tls_verify)},
    {"tls", KEY_FLAG, FIELD(tls)},
    {"host", KEY_TEXT, FIELD(host)},
    {"port", KEY_INT, FIELD(port), 1, 65535},
    {"ae-title", KEY_TEXT, FIELD(ae_title)},
    {"own-ae-title", KEY_TEXT, FIELD(own_ae_title)},
    {"receive-port", KEY_INT, FIELD(receive_port), 0, 65535},
    {"receive-address", KEY_TEXT, FIELD(receive_address)},
    {"receive-from", KEY_SENDERS, FIELD(receive_from)},
    {"timeout", KEY_INT, FIELD(timeout_s), 1, 3600},
    {"tries", KEY_INT, FIELD(tries), 1, 100},
    {"wait-ms", KEY_INT, FIELD(wait_ms), 0, 60000},
    {"max-instance-gb", KEY_SIZE, FIELD(max_instance_bytes), 0, 64},
    {"max-total-gb", KEY_SIZE, FIELD(max_total_bytes), 0, 100000},
#undef FIELD
};

static CapArchiveSettings *
settings_new(const char *name)
{
  CapArchiveSettings *s = g_new0(CapArchiveSettings, 1);
  s->name = g_strdup(name);
  s->tls_verify = TRUE;
  s->own_ae_title = g_strdup("CAPSIGHT");
  s->receive_address = g_strdup("127.0.0.1");
  s->timeout_s = 60;
  s->tries = 4;
  s->wait_ms = 1000;
  s->max_instance_bytes = 2 * GIB;
  s->max_total_bytes = 256 * GIB;
  return s;
}

void
cap_archive_settings_free(CapArchiveSettings *s)
{
  if (s == NULL)
    return;
  g_free(s->name);
  g_free(s->url);
  g_free(s->user);
  g_free(s->password);
  g_free(s->host);
  g_free(s->ae_title);
  g_free(s->own_ae_title);
  g_free(s->receive_address);
  g_clear_pointer(&s->receive_from, g_ptr_array_unref);
  g_free(s->ca);
  g_free(s->certificate);
  g_free(s->key);
  g_free(s);
}

char *
cap_archive_settings_path(void)
{
  return g_build_filename(g_get_user_config_dir(), "capsight", "archives.ini",
                          NULL);
}

/* ---- one group ---- */

typedef struct {
  const char *path;
  GKeyFile *file;
  CapArchiveSettings *into;
  GString *wrong; /* the key that an error is about */
} Reading;

G_GNUC_PRINTF(4, 5)
static gboolean
wrong(const Reading *r, const char *key, GError **error, const char *format,
      ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG, "“%s”, [%s] %s: %s", r->path,
              r->into->name, key, text);
  g_string_assign(r->wrong, key);
  return FALSE;
}

static char *
beside_the_file(const Reading *r, const char *path)
{
  g_autofree char *list = g_canonicalize_filename(r->path, NULL);
  g_autofree char *folder = g_path_get_dirname(list);
  return g_canonicalize_filename(path, folder);
}

static gboolean
read_number(const Reading *r, int i, const char *text, gint64 *value,
            GError **error)
{
  g_autoptr(GError) cause = NULL;
  if (g_ascii_string_to_signed(text, 10, keys[i].least, keys[i].most, value,
                               &cause))
    return TRUE;
  return wrong(r, keys[i].key, error,
               N_("“%s” is not a whole number from %d to %d"), text,
               keys[i].least, keys[i].most);
}

static gboolean
read_size(const Reading *r, int i, const char *text, guint64 *bytes,
          GError **error)
{
  char *end = NULL;
  const double gib = g_ascii_strtod(text, &end);
  *bytes = gib > 0 && gib <= keys[i].most ? (guint64)(gib * (double)GIB) : 0;
  return (*end == '\0' && *bytes > 0) ||
         wrong(r, keys[i].key, error,
               N_("“%s” is not a number of GiB up to %d"), text, keys[i].most);
}

static gboolean
read_key(const Reading *r, int i, const char *text, GError **error)
{
  gpointer at = (char *)r->into + keys[i].offset;
  gint64 value = 0;
  switch (keys[i].type) {
  case KEY_TEXT:
    g_free(*(char **)at);
    *(char **)at = g_strdup(text);
    return TRUE;
  case KEY_PATH:
    g_free(*(char **)at);
    *(char **)at = beside_the_file(r, text);
    return TRUE;
  case KEY_FLAG:
    *(gboolean *)at = g_str_equal(text, "yes");
    return g_str_equal(text, "yes") || g_str_equal(text, "no") ||
           wrong(r, keys[i].key, error, N_("is yes or no, not “%s”"), text);
  case KEY_INT:
    if (!read_number(r, i, text, &value, error))
      return FALSE;
    *(int *)at = (int)value;
    return TRUE;
  case KEY_SIZE:
    return read_size(r, i, text, at, error);
  case KEY_SENDERS:
    *(GPtrArray **)at = cap_senders_read(text);
    return *(GPtrArray **)at != NULL ||
           wrong(
               r, keys[i].key, error,
               N_("is a list of hosts with their AE titles, %d at most, as in "
                  "10.0.0.5 GATEWAY; node2.example.org NODE2"),
               CAP_SENDERS_MAX);
  }
  return FALSE;
}

static gboolean
read_password(const Reading *r, const char *key, const char *text,
              GError **error)
{
  if (g_str_equal(key, "password"))
    return wrong(
        r, key, error,
        N_("passwords do not belong into this file: say where it is with "
           "password-file or password-env"));
  if (g_str_equal(key, "password-file")) {
    g_autofree char *path = beside_the_file(r, text);
    g_string_assign(r->wrong, key);
    return cap_archive_settings_password(r->into, path, error);
  }
  const char *password = g_getenv(text);
  if (password == NULL)
    return wrong(r, key, error, N_("the environment has no variable “%s”"),
                 text);
  g_free(r->into->password);
  r->into->password = g_strdup(password);
  return TRUE;
}

static gboolean
read_one(const Reading *r, const char *key, GError **error)
{
  g_autofree char *text =
      g_key_file_get_string(r->file, r->into->name, key, NULL);
  if (text == NULL)
    return wrong(r, key, error, N_("its value cannot be read"));
  g_strstrip(text);
  if (g_str_equal(key, "kind")) {
    const gboolean dimse = g_str_equal(text, "dimse");
    r->into->kind = dimse ? CAP_ARCHIVE_DIMSE : CAP_ARCHIVE_DICOMWEB;
    return dimse || g_str_equal(text, "dicomweb") ||
           wrong(r, key, error,
                 N_("there is no kind “%s”; there are dicomweb and dimse"),
                 text);
  }
  if (g_str_has_prefix(key, "password"))
    return read_password(r, key, text, error);
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    if (g_str_equal(key, keys[i].key))
      return read_key(r, (int)i, text, error);
  return wrong(r, key, error, N_("there is no such setting"));
}

/* URL without final slashes; it has to be http or https and name a host. */
static gboolean
set_url(CapArchiveSettings *s, const char *url, GError **error)
{
  g_autoptr(GError) cause = NULL;
  g_autoptr(GUri) uri =
      g_uri_parse(url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, &cause);
  const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
  const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
  if ((!g_str_equal(scheme, "http") && !g_str_equal(scheme, "https")) ||
      host == NULL || *host == '\0') {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "“%s” is not the URL of a DICOMweb service, as in "
                "https://pacs.example.org/dicom-web",
                url);
    return FALSE;
  }
  if (g_uri_get_user(uri) != NULL || g_uri_get_query(uri) != NULL ||
      g_uri_get_fragment(uri) != NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "the archive's URL may hold no login, query or fragment");
    return FALSE;
  }
  char *whole = g_strdup(url);
  for (gsize n = strlen(whole); n > 0 && whole[n - 1] == '/'; n--)
    whole[n - 1] = '\0';
  g_free(s->url);
  s->url = whole;
  return TRUE;
}

static gboolean
check_dimse(const Reading *r, GError **error)
{
  const CapArchiveSettings *s = r->into;
  if (s->host == NULL || *s->host == '\0' || strlen(s->host) > 255)
    return wrong(r, "host", error, N_("is missing"));
  if (s->port == 0)
    return wrong(r, "port", error, N_("is missing"));
  if (!cap_sender_is_ae_title(s->ae_title) ||
      !cap_sender_is_ae_title(s->own_ae_title))
    return wrong(
        r, cap_sender_is_ae_title(s->ae_title) ? "own-ae-title" : "ae-title",
        error, N_("has to be an AE title of 1 to 16 characters"));
  g_autoptr(GInetAddress) address =
      g_inet_address_new_from_string(s->receive_address);
  if (address == NULL)
    return wrong(r, "receive-address", error,
                 N_("is an address of this machine, as in 127.0.0.1"));
  if (!s->tls || s->receive_port == 0)
    return TRUE;
  if (s->certificate == NULL)
    return wrong(
        r, "certificate", error,
        N_("is missing: receiving over TLS needs one of ours, and its key"));
  if (s->ca == NULL && s->tls_verify)
    return wrong(
        r, "ca", error,
        N_("is missing: it says whose certificates may send over TLS"));
  return TRUE;
}

static gboolean
check(const Reading *r, GError **error)
{
  const CapArchiveSettings *s = r->into;
  if ((s->certificate == NULL) != (s->key == NULL))
    return wrong(r, s->key == NULL ? "key" : "certificate", error,
                 N_("certificate and key belong together"));
  if (s->kind == CAP_ARCHIVE_DIMSE)
    return check_dimse(r, error);
  if (s->url == NULL)
    return wrong(r, "url", error, N_("is missing"));
  if (s->tls)
    return wrong(r, "tls", error, N_("is for kind=dimse; https in url is TLS"));
  if ((s->user == NULL) != (s->password == NULL))
    return wrong(r, s->user == NULL ? "user" : "password-file", error,
                 N_("user and password belong together"));
  g_autofree char *url = g_strdup(s->url);
  if (set_url(r->into, url, error))
    return TRUE;
  g_string_assign(r->wrong, "url");
  return FALSE;
}

/* ---- the file ---- */

static const char *
choose_group(GKeyFile *file, const char *path, const char *name, char **groups,
             gsize n, GError **error)
{
  if (name == NULL && n == 1)
    return groups[0];
  if (name != NULL && g_key_file_has_group(file, name))
    return name;
  g_autofree char *all = g_strjoinv(", ", groups);
  if (name == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE,
                "which archive? “%s” has %s; choose with --archive", path,
                n > 0 ? all : "none");
  else
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "“%s” has no archive “%s”; it has %s", path, name,
                n > 0 ? all : "none");
  return NULL;
}

char **
cap_archive_settings_names(const char *path, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) cause = NULL;
  if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &cause) ||
      g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_key_file_get_groups(file, NULL);
  g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
              "the list of archives “%s” cannot be read: %s", path,
              cause->message);
  return NULL;
}

CapArchiveSettings *
cap_archive_settings_read(const char *path, const char *name, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) cause = NULL;
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &cause)) {
    const gboolean unreadable = cause->domain == G_FILE_ERROR;
    g_set_error(
        error, CAP_ERROR, unreadable ? CAP_ERROR_NO_INPUT : CAP_ERROR_CONFIG,
        "the list of archives “%s” cannot be read: %s%s", path, cause->message,
        unreadable ? "; write one (see the manual) or use --url" : "");
    return NULL;
  }
  gsize n = 0;
  g_auto(GStrv) groups = g_key_file_get_groups(file, &n);
  const char *group = choose_group(file, path, name, groups, n, error);
  return group != NULL
             ? cap_archive_settings_of(file, path, group, NULL, NULL, error)
             : NULL;
}

CapArchiveSettings *
cap_archive_settings_of(GKeyFile *file, const char *path, const char *name,
                        const char *password, char **key, GError **error)
{
  g_autoptr(CapArchiveSettings) settings = settings_new(name);
  g_autoptr(GString) about = g_string_new(NULL);
  const Reading r = {path, file, settings, about};
  g_auto(GStrv) keys_in_it = g_key_file_get_keys(file, name, NULL, NULL);
  gboolean good = TRUE;
  for (int i = 0; good && keys_in_it != NULL && keys_in_it[i] != NULL; i++)
    good = (password != NULL && g_str_has_prefix(keys_in_it[i], "password-")) ||
           read_one(&r, keys_in_it[i], error);
  if (password != NULL) {
    g_free(settings->password);
    settings->password = g_strdup(password);
  }
  good = good && check(&r, error);
  if (key != NULL)
    *key = g_strdup(about->str);
  return good ? g_steal_pointer(&settings) : NULL;
}

CapArchiveSettings *
cap_archive_settings_for_url(const char *url, GError **error)
{
  g_autoptr(CapArchiveSettings) settings = settings_new(url);
  return set_url(settings, url, error) ? g_steal_pointer(&settings) : NULL;
}

gboolean
cap_archive_settings_range(const char *key, CapArchiveRange *range)
{
  g_autoptr(CapArchiveSettings) usual = settings_new("");
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
    if (!g_str_equal(key, keys[i].key) ||
        (keys[i].type != KEY_INT && keys[i].type != KEY_SIZE))
      continue;
    gconstpointer at = (const char *)usual + keys[i].offset;
    *range = (CapArchiveRange){
        keys[i].least, keys[i].most,
        keys[i].type == KEY_INT ? *(const int *)at
                                : (double)*(const guint64 *)at / (double)GIB};
    return TRUE;
  }
  return FALSE;
}

gboolean
cap_archive_settings_password(CapArchiveSettings *s, const char *path,
                              GError **error)
{
  g_autoptr(GError) cause = NULL;
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "the password of archive “%s” cannot be read: %s", s->name,
                cause->message);
    return FALSE;
  }
  text[strcspn(text, "\r\n")] = '\0';
  g_free(s->password);
  s->password = g_steal_pointer(&text);
  return TRUE;
}
