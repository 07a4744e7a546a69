/* DICOMweb: sending (STOW-RS, PS3.18 10.5), a few instances a request. */
#include "io/archive/dicomweb.h"

#include "core/error.h"
#include "core/language.h"
#include "io/archive/dicom_json.h"

#include <string.h>

#define CHUNK_INSTANCES 64
#define CHUNK_BYTES (32 << 20) /* a larger instance goes alone */
#define MAX_ANSWER (16 << 20)

typedef struct {
  CapDicomweb *web;
  const CapProgress *progress;
  guint64 sent, total; /* bytes */
} Sending;

/* ---- one request ---- */

static gboolean
add_part(GInputStream *body, gsize *length, const char *boundary,
         const CapSendItem *item, GError **error)
{
  g_autoptr(GError) cause = NULL;
  char *bytes = NULL;
  gsize n = 0;
  if (!g_file_get_contents(item->path, &bytes, &n, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read “%s”: %s",
                item->path, cause->message);
    return FALSE;
  }
  char *head = g_strdup_printf("\r\n--%s\r\nContent-Type: application/dicom"
                               "\r\n\r\n",
                               boundary);
  GMemoryInputStream *memory = G_MEMORY_INPUT_STREAM(body);
  *length += strlen(head) + n;
  g_memory_input_stream_add_data(memory, head, -1, g_free);
  g_memory_input_stream_add_data(memory, bytes, (gssize)n, g_free);
  return TRUE;
}

/* A request with ITEMS as its parts. Returns. */
static SoupMessage *
request_of(const Sending *s, const GPtrArray *items, GError **error)
{
  g_autofree char *uuid = g_uuid_string_random();
  g_autofree char *boundary = g_strconcat("capsight-", uuid, NULL);
  g_autoptr(GInputStream) body = g_memory_input_stream_new();
  gsize length = 0;
  for (guint i = 0; i < items->len; i++)
    if (!add_part(body, &length, boundary, items->pdata[i], error))
      return NULL;
  char *end = g_strdup_printf("\r\n--%s--\r\n", boundary);
  length += strlen(end);
  g_memory_input_stream_add_data(G_MEMORY_INPUT_STREAM(body), end, -1, g_free);
  g_autofree char *type = g_strdup_printf(
      "multipart/related; type=\"application/dicom\"; boundary=%s", boundary);
  SoupMessage *message = cap_http_message(s->web->http, "POST", "/studies",
                                          "application/dicom+json");
  soup_message_set_request_body(message, type, body, (gssize)length);
  return message;
}

/* ITEMS by SOP UID; borrows. */
static GHashTable *
by_uid(const GPtrArray *items)
{
  GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < items->len; i++) {
    CapSendItem *item = items->pdata[i];
    g_hash_table_insert(table, item->sop_uid, item);
  }
  return table;
}

static gboolean
read_answer(const Sending *s, GInputStream *body, const GPtrArray *items,
            GError **error)
{
  const char *archive = s->web->archive.settings->name;
  g_autoptr(GByteArray) text =
      cap_http_read_all(s->web->http, body, MAX_ANSWER, s->progress, error);
  if (text == NULL)
    return FALSE;
  g_autofree char *name =
      g_strdup_printf(N_("the answer of archive “%s”"), archive);
  g_autoptr(GHashTable) table = by_uid(items);
  g_autoptr(GError) cause = NULL;
  if (cap_dicom_json_stored((const char *)text->data, text->len, name, table,
                            &cause))
    return TRUE;
  g_set_error_literal(error, CAP_ERROR, CAP_ERROR_ANSWER, cause->message);
  return FALSE;
}

static gboolean
send_once(const Sending *s, const GPtrArray *items, GError **error)
{
  g_autoptr(SoupMessage) message = request_of(s, items, error);
  if (message == NULL)
    return FALSE;
  g_autoptr(GInputStream) body = cap_http_send(
      s->web->http, message, SOUP_STATUS_CONFLICT, s->progress, error);
  if (body == NULL || !read_answer(s, body, items, error))
    return FALSE;
  for (guint i = 0; i < items->len; i++) {
    CapSendItem *item = items->pdata[i];
    if (item->outcome == CAP_SEND_WAITING)
      cap_send_settle(item, CAP_SEND_REFUSED,
                      "the archive's answer does not mention it");
  }
  return TRUE;
}

/* Until it is through or the tries are used up. Sending an instance again is
 * harmless: it has the same UID. */
static gboolean
send_surely(const Sending *s, const GPtrArray *items, GError **error)
{
  const CapArchiveSettings *settings = s->web->archive.settings;
  for (int try = 1;; try++) {
    g_autoptr(GError) cause = NULL;
    if (send_once(s, items, &cause))
      return TRUE;
    if (!g_error_matches(cause, CAP_ERROR, CAP_ERROR_UNREACHABLE) ||
        try >= settings->tries) {
      g_propagate_error(error, g_steal_pointer(&cause));
      return FALSE;
    }
    if (!cap_archive_wait(settings, try, s->progress, error))
      return FALSE;
  }
}

/* ---- chunks ---- */

/* Sends CHUNK; one that is refused as a whole goes again one by one, so that
 * one bad instance does not stand in the way of the others. */
static gboolean
send_chunk(const Sending *s, const GPtrArray *chunk, GError **error)
{
  g_autoptr(GError) cause = NULL;
  if (send_surely(s, chunk, &cause))
    return TRUE;
  const gboolean its_fault =
      g_error_matches(cause, CAP_ERROR, CAP_ERROR_ANSWER) ||
      g_error_matches(cause, CAP_ERROR, CAP_ERROR_NO_INPUT);
  if (!its_fault) {
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
  }
  if (chunk->len == 1) {
    cap_send_settle(chunk->pdata[0],
                    cause->code == CAP_ERROR_ANSWER ? CAP_SEND_REFUSED
                                                    : CAP_SEND_UNUSABLE,
                    cause->message);
    return TRUE;
  }
  for (guint i = 0; i < chunk->len; i++) {
    CapSendItem *item = chunk->pdata[i];
    g_autoptr(GPtrArray) one = g_ptr_array_new();
    g_ptr_array_add(one, item);
    if (item->outcome == CAP_SEND_WAITING && !send_chunk(s, one, error))
      return FALSE;
  }
  return TRUE;
}

/* The next of ITEMS from *AT on that fit into one request. */
static GPtrArray *
next_chunk(const GPtrArray *items, guint *at)
{
  GPtrArray *chunk = g_ptr_array_new();
  guint64 n_bytes = 0;
  for (; *at < items->len && chunk->len < CHUNK_INSTANCES; (*at)++) {
    CapSendItem *item = items->pdata[*at];
    if (item->outcome != CAP_SEND_WAITING)
      continue;
    if (chunk->len > 0 && n_bytes + item->n_bytes > CHUNK_BYTES)
      break;
    n_bytes += item->n_bytes;
    g_ptr_array_add(chunk, item);
  }
  return chunk;
}

gboolean
cap_dicomweb_store(CapArchive *archive, GPtrArray *items,
                   const CapProgress *progress, GError **error)
{
  Sending s = {(CapDicomweb *)archive, progress, 0, 0};
  for (guint i = 0; i < items->len; i++) {
    CapSendItem *item = items->pdata[i];
    if (item->n_bytes > archive->settings->max_instance_bytes &&
        item->outcome == CAP_SEND_WAITING)
      cap_send_settle(item, CAP_SEND_UNUSABLE,
                      "it is over the limit max-instance-gb");
    s.total += item->outcome == CAP_SEND_WAITING ? item->n_bytes : 0;
  }
  for (guint at = 0;;) {
    g_autoptr(GPtrArray) chunk = next_chunk(items, &at);
    if (chunk->len == 0)
      return cap_progress_step(progress, N_("sending"), 1, error);
    if (!cap_progress_step(progress, N_("sending"),
                           s.total > 0 ? (double)s.sent / s.total : 0, error) ||
        !send_chunk(&s, chunk, error))
      return FALSE;
    for (guint i = 0; i < chunk->len; i++)
      s.sent += ((CapSendItem *)chunk->pdata[i])->n_bytes;
  }
}
