/* DIMSE: the archive, its searches (C-FIND) and sending (C-STORE). */
#include "io/archive/dimse.h"

#include "core/error.h"
#include "core/language.h"
#include "io/archive/certificates.h"
#include "io/archive/status.h"

#include <string.h>

CapDimseRequest *
cap_dimse_request(const CapArchive *archive, CapDimseOperation operation)
{
  const CapArchiveSettings *s = archive->settings;
  CapDimseRequest *r = g_new0(CapDimseRequest, 1);
  r->operation = operation;
  r->port = s->port;
  r->timeout_s = s->timeout_s;
  r->max_instance_bytes = s->max_instance_bytes;
  r->tls = s->tls;
  r->tls_verify = s->tls_verify;
  g_strlcpy(r->ca, s->ca != NULL ? s->ca : "", sizeof r->ca);
  g_strlcpy(r->certificate, s->certificate != NULL ? s->certificate : "",
            sizeof r->certificate);
  g_strlcpy(r->key, s->key != NULL ? s->key : "", sizeof r->key);
  g_strlcpy(r->host, s->host, sizeof r->host);
  g_strlcpy(r->called, s->ae_title, sizeof r->called);
  g_strlcpy(r->calling, s->own_ae_title, sizeof r->calling);
  g_strlcpy(r->destination, s->own_ae_title, sizeof r->destination);
  return r;
}

/* Waits for the end of an operation that brings nothing else. */
static gboolean
wait_until_done(CapDimseLink *link, const CapProgress *progress, GError **error)
{
  g_autofree CapDimseEvent *event = g_new0(CapDimseEvent, 1);
  do
    if (!cap_dimse_link_next(link, event, progress, error))
      return FALSE;
  while (event->kind != CAP_DIMSE_DONE);
  return cap_dimse_event_result(event, error);
}

static gboolean
echo(CapArchive *archive, const CapProgress *progress, GError **error)
{
  g_autofree CapDimseRequest *request =
      cap_dimse_request(archive, CAP_DIMSE_ECHO);
  g_autoptr(CapDimseLink) link = cap_dimse_link_new(request, -1, error);
  return link != NULL && wait_until_done(link, progress, error);
}

/* ---- find ---- */

/* The texts of EVENT, one after the other. */
static CapArchiveRow *
row_of(const CapDimseEvent *event)
{
  CapArchiveRow *row = cap_archive_row_new();
  const char *at = event->text, *end = event->text + event->n_text;
  for (int i = 0; i < CAP_FIELD_N && at < end; i++) {
    cap_archive_row_set(row, i, at);
    at += strlen(at) + 1;
  }
  return row;
}

/* Keys that may go along at LEVEL of QUERY: the level's own, and above it the
 * UIDs that lead there (PS3.4 C.4.1.2.1). */
static gboolean
goes_along(CapArchiveField field, CapArchiveLevel level)
{
  const gboolean leads =
      field == CAP_FIELD_STUDY_UID || field == CAP_FIELD_SERIES_UID;
  return cap_archive_field(field)->level == level ||
         (leads && cap_archive_field(field)->level < level);
}

/* All matches of QUERY at LEVEL, in STUDY if that is not NULL. */
static gboolean
search(CapArchive *archive, const CapArchiveQuery *query, CapArchiveLevel level,
       const char *study, GPtrArray *rows, const CapProgress *progress,
       GError **error)
{
  g_autofree CapDimseRequest *request =
      cap_dimse_request(archive, CAP_DIMSE_FIND);
  g_autofree CapDimseEvent *event = g_new0(CapDimseEvent, 1);
  request->level = level;
  for (int i = 0; i < CAP_FIELD_N; i++)
    if (query->match[i] != NULL && goes_along(i, level))
      g_strlcpy(request->match[i], query->match[i], sizeof request->match[i]);
  if (study != NULL)
    g_strlcpy(request->match[CAP_FIELD_STUDY_UID], study, 65);
  g_autoptr(CapDimseLink) link = cap_dimse_link_new(request, -1, error);
  while (link != NULL && rows->len < CAP_ARCHIVE_MAX_ROWS) {
    if (!cap_dimse_link_next(link, event, progress, error))
      return FALSE;
    if (event->kind == CAP_DIMSE_DONE)
      return cap_dimse_event_result(event, error);
    if (event->kind == CAP_DIMSE_ROW)
      g_ptr_array_add(rows, row_of(event));
  }
  return link != NULL;
}

/* Series of every study that matches: an archive searches one level at a time
 * and below it only inside of a study. */
static gboolean
search_series(CapArchive *archive, const CapArchiveQuery *query,
              GPtrArray *rows, const CapProgress *progress, GError **error)
{
  g_autoptr(GPtrArray) studies =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_archive_row_free);
  if (!search(archive, query, CAP_LEVEL_STUDY, NULL, studies, progress, error))
    return FALSE;
  for (guint i = 0; i < studies->len; i++) {
    const CapArchiveRow *study = studies->pdata[i];
    const char *uid = study->text[CAP_FIELD_STUDY_UID];
    if (!cap_progress_step(progress, N_("searching"), (double)i / studies->len,
                           error) ||
        !search(archive, query, CAP_LEVEL_SERIES, uid, rows, progress, error))
      return FALSE;
  }
  return TRUE;
}

/* DIMSE knows no pages: everything comes at once. */
static gboolean
find_page(CapArchive *archive, const CapArchiveQuery *query, int offset,
          int limit, GPtrArray *rows, gboolean *end,
          const CapProgress *progress, GError **error)
{
  const char *study = query->match[CAP_FIELD_STUDY_UID];
  const gboolean all_studies = study == NULL || *study == '\0';
  *end = TRUE;
  if (!(query->level == CAP_LEVEL_SERIES && all_studies
            ? search_series(archive, query, rows, progress, error)
            : search(archive, query, query->level, NULL, rows, progress,
                     error)))
    return FALSE;
  if (offset > 0)
    g_ptr_array_remove_range(rows, 0, MIN((guint)offset, rows->len));
  return TRUE;
}

/* ---- store ---- */

/* Adds the context of ITEM unless it is there; FALSE when there is no room. */
static gboolean
add_context(CapDimseRequest *r, const CapSendItem *item)
{
  for (int i = 0; i < r->n_contexts; i++)
    if (g_str_equal(r->contexts[i].sop_class, item->sop_class) &&
        g_str_equal(r->contexts[i].transfer_syntax, item->transfer_syntax))
      return TRUE;
  if (r->n_contexts == CAP_DIMSE_MAX_CONTEXTS)
    return FALSE;
  g_strlcpy(r->contexts[r->n_contexts].sop_class, item->sop_class, 65);
  g_strlcpy(r->contexts[r->n_contexts++].transfer_syntax, item->transfer_syntax,
            65);
  return TRUE;
}

static void
ask_for(CapDimseLink *link, const CapSendItem *item)
{
  g_autofree CapDimseItem *message = g_new0(CapDimseItem, 1);
  g_autofree char *path = g_canonicalize_filename(item->path, NULL);
  g_strlcpy(message->path, path, sizeof message->path);
  g_strlcpy(message->sop_class, item->sop_class, 65);
  g_strlcpy(message->sop_uid, item->sop_uid, 65);
  g_strlcpy(message->transfer_syntax, item->transfer_syntax, 65);
  cap_dimse_link_send(link, message, sizeof *message);
}

static gboolean
is_stored(int status)
{
  return status == 0 || (status & 0xF000) == 0xB000;
}

/* Sends BATCH, whose contexts REQUEST has, over one association. */
static gboolean
send_batch(const CapDimseRequest *request, const GPtrArray *batch,
           const CapProgress *progress, GError **error)
{
  g_autofree CapDimseEvent *event = g_new0(CapDimseEvent, 1);
  g_autoptr(CapDimseLink) link = cap_dimse_link_new(request, -1, error);
  if (link == NULL)
    return FALSE;
  for (guint i = 0; i < batch->len; i++) {
    CapSendItem *item = batch->pdata[i];
    if (!cap_progress_step(progress, N_("sending"), (double)i / batch->len,
                           error))
      return FALSE;
    ask_for(link, item);
    if (!cap_dimse_link_next(link, event, progress, error))
      return FALSE;
    if (event->kind == CAP_DIMSE_DONE)
      return cap_dimse_event_result(event, error);
    cap_send_settle_status(item, !is_stored(event->number), event->number);
  }
  const CapDimseItem none = {.path = ""};
  cap_dimse_link_send(link, &none, sizeof none);
  return wait_until_done(link, progress, error);
}

/* Waiting items of ITEMS that share one association, and their contexts. */
static GPtrArray *
next_batch(const GPtrArray *items, CapDimseRequest *request)
{
  GPtrArray *batch = g_ptr_array_new();
  for (guint i = 0; i < items->len; i++) {
    CapSendItem *item = items->pdata[i];
    if (item->outcome == CAP_SEND_WAITING && add_context(request, item))
      g_ptr_array_add(batch, item);
  }
  return batch;
}

static int
count_waiting(const GPtrArray *items)
{
  int n = 0;
  for (guint i = 0; i < items->len; i++)
    n += ((CapSendItem *)items->pdata[i])->outcome == CAP_SEND_WAITING;
  return n;
}

static gboolean
store(CapArchive *archive, GPtrArray *items, const CapProgress *progress,
      GError **error)
{
  for (int try = 1;;) {
    g_autoptr(GError) cause = NULL;
    g_autofree CapDimseRequest *request =
        cap_dimse_request(archive, CAP_DIMSE_STORE);
    g_autoptr(GPtrArray) batch = next_batch(items, request);
    const int before = count_waiting(items);
    if (batch->len == 0)
      return cap_progress_step(progress, N_("sending"), 1, error);
    if (send_batch(request, batch, progress, &cause))
      continue;
    if (count_waiting(items) < before)
      try = 0;
    if (!g_error_matches(cause, CAP_ERROR, CAP_ERROR_UNREACHABLE) ||
        ++try > archive->settings->tries) {
      g_propagate_error(error, g_steal_pointer(&cause));
      return FALSE;
    }
    if (!cap_archive_wait(archive->settings, MAX(try, 1), progress, error))
      return FALSE;
  }
}

/* ---- the archive ---- */

static void
dimse_free(CapArchive *archive)
{
  CapDimse *dimse = (CapDimse *)archive;
  g_clear_object(&dimse->listener);
  g_clear_pointer(&dimse->senders, g_ptr_array_unref);
  g_free(dimse);
}

static const CapArchiveClass class = {
    .echo = echo,
    .find_page = find_page,
    .get_series = cap_dimse_get_series,
    .store = store,
    .free = dimse_free,
};

CapArchive *
cap_dimse_new(const CapArchiveSettings *settings, GError **error)
{
  if (!settings->tls &&
      (settings->ca != NULL || settings->certificate != NULL)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "archive “%s” has certificates, but not tls=yes: it would be "
                "talked to in plain text",
                settings->name);
    return NULL;
  }
  if (!cap_certificates_check(settings, error))
    return NULL;
  CapDimse *dimse = g_new0(CapDimse, 1);
  dimse->archive = (CapArchive){&class, settings};
  return &dimse->archive;
}
