/* Requests to a DICOMweb archive: see http.h. */
#include "io/archive/http.h"

#include "core/error.h"
#include "core/language.h"
#include "io/archive/certificates.h"
#include "io/dicom/dicom_text.h"

#include <string.h>

struct CapHttp {
  const CapArchiveSettings *settings;
  SoupSession *session;
  GTlsCertificate *own;
  char *login; /* value of Authorization; NULL for none */
  /* the last certificate that was not in order */
  GTlsCertificateFlags flags;
  char *not_after;
  gboolean asked; /* the archive, for a certificate of ours that we have not */
};

/* ---- set-up ---- */

static gboolean
set_up_tls(CapHttp *http, GError **error)
{
  g_autoptr(GTlsDatabase) database = NULL;
  if (!cap_certificates_trusted(http->settings, &database, error) ||
      !cap_certificates_own(http->settings, &http->own, error))
    return FALSE;
  if (database != NULL)
    soup_session_set_tls_database(http->session, database);
  return TRUE;
}

/* Whether URL's host is this machine: nobody else hears a password then. */
static gboolean
is_loopback(const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse(url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *host = uri != NULL ? g_uri_get_host(uri) : "";
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
  return g_str_equal(host, "localhost") ||
         (address != NULL && g_inet_address_get_is_loopback(address));
}

static gboolean
set_up_login(CapHttp *http, GError **error)
{
  const CapArchiveSettings *s = http->settings;
  if (s->user == NULL || s->password == NULL)
    return TRUE;
  if (g_ascii_strncasecmp(s->url, "https:", 6) != 0 && !is_loopback(s->url) &&
      !s->plain_password) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "archive “%s” would get the password over a connection that "
                "anybody can read: use https, or allow it with "
                "plain-password=yes",
                s->name);
    return FALSE;
  }
  g_autofree char *both = g_strdup_printf("%s:%s", s->user, s->password);
  g_autofree char *coded = g_base64_encode((guchar *)both, strlen(both));
  http->login = g_strconcat("Basic ", coded, NULL);
  return TRUE;
}

CapHttp *
cap_http_new(const CapArchiveSettings *settings, GError **error)
{
  g_autoptr(CapHttp) http = g_new0(CapHttp, 1);
  http->settings = settings;
  http->session = soup_session_new_with_options(
      "user-agent", "capsight/" CAP_VERSION, "timeout",
      (guint)settings->timeout_s, "idle-timeout", 30u, NULL);
  if (!set_up_tls(http, error) || !set_up_login(http, error))
    return NULL;
  return g_steal_pointer(&http);
}

void
cap_http_free(CapHttp *http)
{
  if (http == NULL)
    return;
  g_clear_object(&http->own);
  g_clear_object(&http->session);
  g_free(http->login);
  g_free(http->not_after);
  g_free(http);
}

/* ---- requests ---- */

static gboolean
judge_certificate(SoupMessage *message, GTlsCertificate *certificate,
                  GTlsCertificateFlags flags, gpointer user_data)
{
  CapHttp *http = user_data;
  http->flags = flags;
  g_autoptr(GDateTime) end = g_tls_certificate_get_not_valid_after(certificate);
  g_free(http->not_after);
  http->not_after = end != NULL ? g_date_time_format(end, "%Y-%m-%d") : NULL;
  return !http->settings->tls_verify;
}

static gboolean
note_asked(SoupMessage *message, GTlsClientConnection *connection,
           gpointer user_data)
{
  CapHttp *http = user_data;
  http->asked = http->own == NULL;
  return FALSE;
}

SoupMessage *
cap_http_message(CapHttp *http, const char *method, const char *path,
                 const char *accept)
{
  g_autofree char *url = g_strconcat(http->settings->url, path, NULL);
  SoupMessage *message = soup_message_new(method, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers(message);
  soup_message_headers_replace(headers, "Accept", accept);
  if (http->login != NULL)
    soup_message_headers_replace(headers, "Authorization", http->login);
  if (http->own != NULL)
    soup_message_set_tls_client_certificate(message, http->own);
  soup_message_add_flags(message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect(message, "accept-certificate", G_CALLBACK(judge_certificate),
                   http);
  g_signal_connect(message, "request-certificate", G_CALLBACK(note_asked),
                   http);
  return message;
}

/* ---- what goes wrong ---- */

static const struct {
  GTlsCertificateFlags flag;
  const char *words;
} certificate_faults[] = {
    {G_TLS_CERTIFICATE_EXPIRED, N_("has expired")},
    {G_TLS_CERTIFICATE_NOT_ACTIVATED, N_("is not valid yet")},
    {G_TLS_CERTIFICATE_REVOKED, N_("was revoked")},
    {G_TLS_CERTIFICATE_BAD_IDENTITY,
     N_("is for another host than its URL names")},
    {G_TLS_CERTIFICATE_INSECURE, N_("uses a method that is not safe any more")},
    {G_TLS_CERTIFICATE_UNKNOWN_CA, N_("is signed by nobody this machine "
                                      "trusts; name the authority's file with "
                                      "ca (--ca)")},
};

static void
set_tls_error(const CapHttp *http, const GError *cause, GError **error)
{
  const CapArchiveSettings *s = http->settings;
  for (gsize i = 0; i < G_N_ELEMENTS(certificate_faults); i++) {
    if ((http->flags & certificate_faults[i].flag) == 0)
      continue;
    const gboolean expired =
        certificate_faults[i].flag == G_TLS_CERTIFICATE_EXPIRED &&
        http->not_after != NULL;
    g_autofree char *words =
        expired ? g_strdup_printf(N_("has expired on %s"), http->not_after)
                : g_strdup(certificate_faults[i].words);
    g_set_error(error, CAP_ERROR, CAP_ERROR_ACCESS,
                "the certificate of archive “%s” %s; nothing was sent", s->name,
                words);
    return;
  }
  g_set_error(error, CAP_ERROR, CAP_ERROR_ACCESS,
              http->own != NULL
                  ? N_("no TLS connection to archive “%s”: %s; does "
                       "it accept our certificate?")
                  : N_("no TLS connection to archive “%s”: %s"),
              s->name, cause->message);
}

/* Whether CAUSE is a connection that the other side gave up. */
static gboolean
is_given_up(const GError *cause)
{
  return (cause->domain == G_TLS_ERROR &&
          cause->code != G_TLS_ERROR_BAD_CERTIFICATE) ||
         g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
         g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

/* CAUSE, of GIO or libsoup, in our words. */
static void
set_send_error(const CapHttp *http, const GError *cause, GError **error)
{
  const CapArchiveSettings *s = http->settings;
  if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error(error, CAP_ERROR, CAP_ERROR_CANCELLED,
                "interrupted while talking to archive “%s”", s->name);
  else if (http->asked && is_given_up(cause))
    g_set_error(error, CAP_ERROR, CAP_ERROR_ACCESS,
                "archive “%s” wants a certificate of ours: set certificate and "
                "key in the list of archives",
                s->name);
  else if (cause->domain == G_TLS_ERROR)
    set_tls_error(http, cause, error);
  else if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNREACHABLE,
                "archive “%s” refuses the connection (%s): is it running, and "
                "on this port?",
                s->name, s->url);
  else if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNREACHABLE,
                "archive “%s” has not answered for %d seconds", s->name,
                s->timeout_s);
  else if (cause->domain == SOUP_SESSION_ERROR)
    g_set_error(error, CAP_ERROR, CAP_ERROR_ANSWER,
                "archive “%s” does not answer as a web server does (%s): does "
                "its URL name the port of its DICOMweb service?",
                s->name, cause->message);
  else if (cause->domain == G_RESOLVER_ERROR)
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNREACHABLE,
                "the host of archive “%s” is not known: %s", s->name,
                cause->message);
  else
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNREACHABLE,
                "the connection to archive “%s” broke: %s", s->name,
                cause->message);
}

static gboolean
may_pass(guint status)
{
  return status == SOUP_STATUS_REQUEST_TIMEOUT || status == 429 ||
         status == SOUP_STATUS_BAD_GATEWAY ||
         status == SOUP_STATUS_SERVICE_UNAVAILABLE ||
         status == SOUP_STATUS_GATEWAY_TIMEOUT;
}

static void
set_status_error(const CapHttp *http, SoupMessage *message, GError **error)
{
  const CapArchiveSettings *s = http->settings;
  const guint status = soup_message_get_status(message);
  g_autofree char *asked = g_uri_to_string_partial(
      soup_message_get_uri(message), G_URI_HIDE_QUERY | G_URI_HIDE_PASSWORD);
  if (status == SOUP_STATUS_UNAUTHORIZED) {
    g_set_error(
        error, CAP_ERROR, CAP_ERROR_ACCESS,
        http->login != NULL
            ? N_("archive “%s” does not accept the password of user “%s”")
            : N_("archive “%s” wants a login: set user and password-file "
                 "or password-env in the list of archives"),
        s->name, s->user);
  } else if (status == SOUP_STATUS_FORBIDDEN) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_ACCESS,
                "archive “%s” does not allow us this (403): %s", s->name,
                asked);
  } else if (status >= 300 && status < 400) {
    gboolean replaced = FALSE;
    const char *to = soup_message_headers_get_one(
        soup_message_get_response_headers(message), "Location");
    g_autofree char *cut = g_strndup(to != NULL ? to : "?", 200);
    g_autofree char *valid = g_utf8_make_valid(cut, -1);
    g_autofree char *clean =
        cap_dicom_text_to_utf8(valid, "ISO_IR 192", &replaced);
    g_set_error(error, CAP_ERROR, CAP_ERROR_ANSWER,
                "archive “%s” sends us elsewhere, which is not followed; if it "
                "is right, change the archive's URL according to: %s",
                s->name, clean);
  } else if (may_pass(status)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_UNREACHABLE,
                "archive “%s” is not able to answer now (%u)", s->name, status);
  } else if (status >= 500) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_ANSWER,
                "archive “%s” failed (%u) at %s; its log says why", s->name,
                status, asked);
  } else {
    g_set_error(error, CAP_ERROR, CAP_ERROR_ANSWER,
                "archive “%s” does not take our request (%u): %s%s", s->name,
                status, asked,
                status == SOUP_STATUS_NOT_FOUND ||
                        status == SOUP_STATUS_BAD_REQUEST
                    ? "; is its URL the root of its DICOMweb service?"
                    : "");
  }
}

GInputStream *
cap_http_send(CapHttp *http, SoupMessage *message, guint also,
              const CapProgress *progress, GError **error)
{
  g_autoptr(GError) cause = NULL;
  http->flags = 0;
  http->asked = FALSE;
  g_autoptr(GInputStream) body = soup_session_send(
      http->session, message, progress != NULL ? progress->cancellable : NULL,
      &cause);
  if (body == NULL) {
    set_send_error(http, cause, error);
    return NULL;
  }
  const guint status = soup_message_get_status(message);
  if (SOUP_STATUS_IS_SUCCESSFUL(status) || (also != 0 && status == also))
    return g_steal_pointer(&body);
  set_status_error(http, message, error);
  return NULL;
}

gssize
cap_http_read(CapHttp *http, GInputStream *body, void *bytes, gsize n_bytes,
              const CapProgress *progress, GError **error)
{
  g_autoptr(GError) cause = NULL;
  const gssize n = g_input_stream_read(
      body, bytes, n_bytes, progress != NULL ? progress->cancellable : NULL,
      &cause);
  if (n < 0)
    set_send_error(http, cause, error);
  return n;
}

GByteArray *
cap_http_read_all(CapHttp *http, GInputStream *body, gsize most,
                  const CapProgress *progress, GError **error)
{
  g_autoptr(GByteArray) all = g_byte_array_new();
  guint8 piece[16384];
  gssize n;
  while ((n = cap_http_read(http, body, piece, sizeof piece, progress, error)) >
         0) {
    if (all->len + (gsize)n > most) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
                  "archive “%s” answers with more than %zu bytes; ask for less",
                  http->settings->name, most);
      return NULL;
    }
    g_byte_array_append(all, piece, (guint)n);
  }
  if (n < 0)
    return NULL;
  g_byte_array_append(all, (const guint8 *)"", 1);
  all->len--;
  return g_steal_pointer(&all);
}
