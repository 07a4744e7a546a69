/* How to reach an archive: a group of the user's archives.ini, or a URL.
 *
 * Passwords are never in the file: it names the file or the environment
 * variable that holds one. */
#pragma once

#include <glib.h>

typedef enum { CAP_ARCHIVE_DICOMWEB, CAP_ARCHIVE_DIMSE } CapArchiveKind;

typedef struct {
  char *name; /* for messages: the group, or the URL */
  CapArchiveKind kind;
  /* DICOMweb: the root of the service, without a final slash */
  char *url;
  char *user, *password;   /* NULL: no login */
  gboolean plain_password; /* may cross the network without TLS */
  /* TLS: with an https URL, and for DIMSE if it says so */
  char *ca;                /* PEM file; NULL: the system's authorities */
  char *certificate, *key; /* ours, PEM files; NULL: none */
  gboolean tls_verify;     /* TRUE unless the file says no */
  /* DIMSE */
  gboolean tls;
  char *host;
  int port;
  char *ae_title, *own_ae_title; /* called and calling */
  int receive_port;              /* of our storage SCP; 0: none */
  char *receive_address;         /* where it listens; 127.0.0.1 */
  GPtrArray *receive_from;       /* of CapSender (senders.h): who may send to it
                                    beside the archive; NULL: nobody */
  int timeout_s;                 /* without a byte from the archive */
  int tries, wait_ms;            /* after a broken connection */
  guint64 max_instance_bytes, max_total_bytes; /* of one get */
} CapArchiveSettings;

/* $XDG_CONFIG_HOME/capsight/archives.ini. Returns. */
char *cap_archive_settings_path(void);

/* Names of the archives in the file PATH, in its order, NULL-ended; none when
 * there is no such file. Returns (g_strfreev); NULL with CAP_ERROR_CONFIG when
 * it is there and cannot be read. */
char **cap_archive_settings_names(const char *path, GError **error);

/* Group NAME of the file PATH; the only group when NAME is NULL. Relative paths
 * in it start at the file's folder. Returns; NULL with CAP_ERROR_NO_INPUT (no
 * such file) or CAP_ERROR_CONFIG, which names file, group and key. */
CapArchiveSettings *cap_archive_settings_read(const char *path,
                                              const char *name, GError **error);
/* The same of group NAME of FILE, which stands or will stand at PATH. PASSWORD,
 * unless NULL, takes the place of what the group says of one. *KEY (may be
 * NULL) becomes the key that the error is about, "" where it is about none;
 * caller frees. Returns; NULL with CAP_ERROR_CONFIG. */
CapArchiveSettings *cap_archive_settings_of(GKeyFile *file, const char *path,
                                            const char *name,
                                            const char *password, char **key,
                                            GError **error);
/* A DICOMweb archive at URL with everything else as usual. Returns; NULL with
 * CAP_ERROR_CONFIG. */
CapArchiveSettings *cap_archive_settings_for_url(const char *url,
                                                 GError **error);
/* What a number may be: from LEAST to MOST, USUALLY where the file has none;
 * GiB where the key says so. */
typedef struct {
  double least, most, usual;
} CapArchiveRange;
/* That of KEY; FALSE where it is none of a number. */
gboolean cap_archive_settings_range(const char *key, CapArchiveRange *range);
/* The first line of the file PATH becomes the password. CAP_ERROR_CONFIG. */
gboolean cap_archive_settings_password(CapArchiveSettings *settings,
                                       const char *path, GError **error);
void cap_archive_settings_free(CapArchiveSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapArchiveSettings, cap_archive_settings_free)
