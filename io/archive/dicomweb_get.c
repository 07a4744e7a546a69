/* DICOMweb: fetching (WADO-RS, PS3.18 10.4), streamed to disk. */
#include "io/archive/dicomweb.h"

#include "core/error.h"
#include "io/archive/multipart.h"

#include <string.h>

/* Stored bytes as they are, whatever their transfer syntax. */
#define ACCEPT                                                                 \
  "multipart/related; type=\"application/dicom\"; transfer-syntax=*"
#define MAX_IN_A_ROW 20

typedef struct {
  CapReceived *received;
  const CapProgress *progress;
  gboolean passing; /* a part that is no instance */
} Parts;

static gboolean
begin_part(const char *type, gint64 length, gpointer user_data, GError **error)
{
  Parts *parts = user_data;
  parts->passing = *type != '\0' && !g_str_equal(type, "application/dicom");
  return parts->passing || cap_received_begin(parts->received, error);
}

static gboolean
part_data(const guint8 *bytes, gsize n_bytes, gpointer user_data,
          GError **error)
{
  Parts *parts = user_data;
  return parts->passing ||
         cap_received_write(parts->received, bytes, n_bytes, error);
}

static gboolean
end_part(gpointer user_data, GError **error)
{
  Parts *parts = user_data;
  return parts->passing ||
         (cap_received_end(parts->received, error) &&
          cap_received_step(parts->received, parts->progress, error));
}

static const CapMultipartSink sink = {begin_part, part_data, end_part};

static CapMultipart *
multipart_of(const CapDicomweb *web, SoupMessage *message, Parts *parts,
             GError **error)
{
  g_autoptr(GHashTable) parameters = NULL;
  const char *type = soup_message_headers_get_content_type(
      soup_message_get_response_headers(message), &parameters);
  if (type == NULL || g_ascii_strcasecmp(type, "multipart/related") != 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_ANSWER,
                "archive “%s” answers with %.60s instead of multipart/related",
                web->archive.settings->name, type != NULL ? type : "nothing");
    return NULL;
  }
  return cap_multipart_new(g_hash_table_lookup(parameters, "boundary"), &sink,
                           parts, error);
}

/* Fetches what is at PATH. *STATUS is the HTTP status, 0 without an answer. */
static gboolean
fetch(CapDicomweb *web, const char *path, Parts *parts, guint *status,
      GError **error)
{
  g_autoptr(SoupMessage) message =
      cap_http_message(web->http, "GET", path, ACCEPT);
  g_autoptr(GInputStream) body =
      cap_http_send(web->http, message, 0, parts->progress, error);
  *status = soup_message_get_status(message);
  if (body == NULL)
    return FALSE;
  g_autoptr(CapMultipart) multipart = multipart_of(web, message, parts, error);
  guint8 piece[65536];
  gssize n = multipart != NULL ? 1 : -1;
  while (n > 0) {
    n = cap_http_read(web->http, body, piece, sizeof piece, parts->progress,
                      error);
    if (n > 0 && !cap_multipart_push(multipart, piece, (gsize)n, error))
      n = -1;
  }
  const gboolean whole = n == 0 && cap_multipart_finish(multipart, error);
  if (!whole)
    cap_received_abort(parts->received);
  return whole;
}

/* The archive answered, but not with what we asked for: others may come. */
static gboolean
is_refusal(guint status, const GError *error)
{
  return status >= 400 && error->code == CAP_ERROR_ANSWER;
}

static gboolean
fetch_one_by_one(CapDicomweb *web, const char *series_path,
                 const GPtrArray *sop_uids, Parts *parts, GError **error)
{
  int in_a_row = 0;
  for (guint i = 0; i < sop_uids->len; i++) {
    const char *uid = sop_uids->pdata[i];
    if (cap_received_has(parts->received, uid))
      continue;
    g_autofree char *path =
        g_strdup_printf("%s/instances/%s", series_path, uid);
    g_autoptr(GError) cause = NULL;
    guint status = 0;
    if (fetch(web, path, parts, &status, &cause)) {
      in_a_row = 0;
      continue;
    }
    if (!is_refusal(status, cause) || ++in_a_row == MAX_IN_A_ROW) {
      g_propagate_error(error, g_steal_pointer(&cause));
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
cap_dicomweb_get_series(CapArchive *archive, const CapArchiveRow *series,
                        const GPtrArray *sop_uids, CapReceived *received,
                        const CapProgress *progress, GError **error)
{
  CapDicomweb *web = (CapDicomweb *)archive;
  Parts parts = {received, progress, FALSE};
  g_autofree char *path = g_strdup_printf("/studies/%s/series/%s",
                                          series->text[CAP_FIELD_STUDY_UID],
                                          series->text[CAP_FIELD_SERIES_UID]);
  guint there = 0;
  for (guint i = 0; i < sop_uids->len; i++)
    there += cap_received_has(received, sop_uids->pdata[i]);
  if (there == 0 && sop_uids->len > 1) {
    g_autoptr(GError) cause = NULL;
    guint status = 0;
    if (!fetch(web, path, &parts, &status, &cause) &&
        !is_refusal(status, cause)) {
      g_propagate_error(error, g_steal_pointer(&cause));
      return FALSE;
    }
  }
  return fetch_one_by_one(web, path, sop_uids, &parts, error);
}
