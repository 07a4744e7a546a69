/* CapHttp: requests to one DICOMweb archive: its TLS, its login, and sentences
 * for everything that can go wrong on the way. For the files of this folder. */
#pragma once

#include "core/progress.h"
#include "io/archive/archive_settings.h"

#include <libsoup/soup.h>

typedef struct CapHttp CapHttp;

/* SETTINGS is borrowed. Returns; NULL with CAP_ERROR_CONFIG when a certificate
 * cannot be read or a password would cross the network in plain text. */
CapHttp *cap_http_new(const CapArchiveSettings *settings, GError **error);
void cap_http_free(CapHttp *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapHttp, cap_http_free)

/* A request for the archive's URL plus PATH, which is escaped already. Returns;
 * caller unrefs. */
SoupMessage *cap_http_message(CapHttp *http, const char *method,
                              const char *path, const char *accept);

/* Sends MESSAGE and reads the answer's head. ALSO is a status beside 2xx whose
 * body the caller wants (0 for none). Redirections are not followed: neither
 * login nor images go anywhere that was not configured. Returns the body's
 * stream; NULL with CAP_ERROR_UNREACHABLE (worth another try),
 * CAP_ERROR_ACCESS, CAP_ERROR_ANSWER or CAP_ERROR_CANCELLED. */
GInputStream *cap_http_send(CapHttp *http, SoupMessage *message, guint also,
                            const CapProgress *progress, GError **error);

/* The next bytes of BODY; their number, 0 at the end, -1 with an error as
 * above. */
gssize cap_http_read(CapHttp *http, GInputStream *body, void *bytes,
                     gsize n_bytes, const CapProgress *progress,
                     GError **error);
/* All of BODY, with a zero behind it that is not counted. NULL also with
 * CAP_ERROR_LIMIT over MOST bytes. */
GByteArray *cap_http_read_all(CapHttp *http, GInputStream *body, gsize most,
                              const CapProgress *progress, GError **error);
