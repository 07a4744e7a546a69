/* Archives, whatever they speak: see archive.h. */
#include "io/archive/archive.h"

#include "core/error.h"
#include "core/language.h"
#include "io/archive/archive_class.h"
#include "io/dicom/dicom_text.h"

#include <string.h>

#define MAX_TEXT 1024
#define USUAL_PAGE 500

static const CapArchiveFieldInfo fields[CAP_FIELD_N] = {
    [CAP_FIELD_PATIENT_ID] = {0x00100020, CAP_LEVEL_STUDY, "patient_id"},
    [CAP_FIELD_PATIENT_NAME] = {0x00100010, CAP_LEVEL_STUDY, "patient_name"},
    [CAP_FIELD_BIRTH_DATE] = {0x00100030, CAP_LEVEL_STUDY, "birth_date"},
    [CAP_FIELD_SEX] = {0x00100040, CAP_LEVEL_STUDY, "sex"},
    [CAP_FIELD_STUDY_UID] = {0x0020000D, CAP_LEVEL_STUDY, "study_uid"},
    [CAP_FIELD_STUDY_DATE] = {0x00080020, CAP_LEVEL_STUDY, "study_date"},
    [CAP_FIELD_STUDY_TIME] = {0x00080030, CAP_LEVEL_STUDY, "study_time"},
    [CAP_FIELD_ACCESSION] = {0x00080050, CAP_LEVEL_STUDY, "accession"},
    [CAP_FIELD_STUDY_DESCRIPTION] = {0x00081030, CAP_LEVEL_STUDY,
                                     "study_description"},
    [CAP_FIELD_MODALITIES] = {0x00080061, CAP_LEVEL_STUDY, "modalities"},
    [CAP_FIELD_N_SERIES] = {0x00201206, CAP_LEVEL_STUDY, "n_series"},
    [CAP_FIELD_N_STUDY_INSTANCES] = {0x00201208, CAP_LEVEL_STUDY,
                                     "n_study_instances"},
    [CAP_FIELD_SERIES_UID] = {0x0020000E, CAP_LEVEL_SERIES, "series_uid"},
    [CAP_FIELD_MODALITY] = {0x00080060, CAP_LEVEL_SERIES, "modality"},
    [CAP_FIELD_SERIES_NUMBER] = {0x00200011, CAP_LEVEL_SERIES, "series_number"},
    [CAP_FIELD_SERIES_DESCRIPTION] = {0x0008103E, CAP_LEVEL_SERIES,
                                      "series_description"},
    [CAP_FIELD_N_SERIES_INSTANCES] = {0x00201209, CAP_LEVEL_SERIES,
                                      "n_series_instances"},
    [CAP_FIELD_SOP_CLASS] = {0x00080016, CAP_LEVEL_IMAGE, "sop_class"},
    [CAP_FIELD_SOP_UID] = {0x00080018, CAP_LEVEL_IMAGE, "sop_uid"},
};

const CapArchiveFieldInfo *
cap_archive_field(CapArchiveField field)
{
  return &fields[field];
}

/* ---- rows ---- */

CapArchiveRow *
cap_archive_row_new(void)
{
  CapArchiveRow *row = g_new0(CapArchiveRow, 1);
  for (int i = 0; i < CAP_FIELD_N; i++)
    row->text[i] = g_strdup("");
  return row;
}

void
cap_archive_row_free(CapArchiveRow *row)
{
  if (row == NULL)
    return;
  for (int i = 0; i < CAP_FIELD_N; i++)
    g_free(row->text[i]);
  g_free(row);
}

void
cap_archive_row_set(CapArchiveRow *row, CapArchiveField field, const char *utf8)
{
  gboolean replaced = FALSE;
  g_autofree char *cut = g_strndup(utf8, MAX_TEXT);
  g_autofree char *valid = g_utf8_make_valid(cut, -1);
  g_free(row->text[field]);
  row->text[field] = cap_dicom_text_to_utf8(valid, "ISO_IR 192", &replaced);
}

/* ---- queries ---- */

static gboolean
is_uid(const char *text)
{
  return strlen(text) <= 64 && strspn(text, "0123456789.") == strlen(text);
}

/* 20240131, or a range with one end open at most. */
static gboolean
is_date_range(const char *text)
{
  const gsize n = strspn(text, "0123456789");
  if (n != 0 && n != 8)
    return FALSE;
  if (text[n] == '\0')
    return n == 8;
  const gsize m = strspn(text + n + 1, "0123456789");
  return text[n] == '-' && text[n + 1 + m] == '\0' && (m == 8 || m == 0) &&
         n + m > 0;
}

gboolean
cap_archive_query_check(const CapArchiveQuery *query, GError **error)
{
  for (int i = 0; i < CAP_FIELD_N; i++) {
    const char *text = query->match[i];
    const char *refusal = NULL;
    if (text == NULL || *text == '\0')
      continue;
    if ((i == CAP_FIELD_STUDY_UID || i == CAP_FIELD_SERIES_UID ||
         i == CAP_FIELD_SOP_UID) &&
        !is_uid(text))
      refusal = N_("“%s” for %s is no UID (digits and points, 64 at most)");
    else if (i == CAP_FIELD_STUDY_DATE && !is_date_range(text))
      refusal = N_("“%s” for %s is no date (20240131) or range of dates "
                   "(20240101-20240131, either end may be left out)");
    else if (strlen(text) > 64 * 4 || strchr(text, '\\') != NULL ||
             !g_utf8_validate(text, -1, NULL))
      refusal =
          N_("“%s” for %s is no text to look for (64 characters at most, no "
             "backslash)");
    if (refusal != NULL) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_USAGE, refusal, text,
                  fields[i].key);
      return FALSE;
    }
  }
  return TRUE;
}

/* ---- archives ---- */

CapArchive *
cap_archive_open(const CapArchiveSettings *settings, GError **error)
{
  return settings->kind == CAP_ARCHIVE_DIMSE
             ? cap_dimse_new(settings, error)
             : cap_dicomweb_new(settings, error);
}

void
cap_archive_free(CapArchive *archive)
{
  if (archive != NULL)
    archive->class->free(archive);
}

gboolean
cap_archive_echo(CapArchive *archive, const CapProgress *progress,
                 GError **error)
{
  return archive->class->echo(archive, progress, error);
}

gboolean
cap_archive_wait(const CapArchiveSettings *settings, int try,
                 const CapProgress *progress, GError **error)
{
  const gint64 wait_us = (gint64)settings->wait_ms * 1000 << MIN(try - 1, 5);
  const gint64 end = g_get_monotonic_time() + wait_us;
  gint64 left_us = 0;
  do {
    if (!cap_progress_step(progress, N_("waiting for the archive"), 0, error))
      return FALSE;
    left_us = end - g_get_monotonic_time();
    if (left_us > 0)
      g_usleep((gulong)MIN(left_us, 50000));
  } while (left_us > 0);
  return TRUE;
}

/* ---- find ---- */

static const CapArchiveField identities[] = {
    [CAP_LEVEL_STUDY] = CAP_FIELD_STUDY_UID,
    [CAP_LEVEL_SERIES] = CAP_FIELD_SERIES_UID,
    [CAP_LEVEL_IMAGE] = CAP_FIELD_SOP_UID,
};

/* Moves rows of PAGE that are new to ROWS; how many. */
static int
move_new(GPtrArray *page, CapArchiveLevel level, GHashTable *seen,
         GPtrArray *rows, int limit)
{
  int n = 0;
  for (guint i = 0; i < page->len; i++) {
    CapArchiveRow *row = page->pdata[i];
    const char *uid = row->text[identities[level]];
    if ((int)rows->len < limit && is_uid(uid) && *uid != '\0' &&
        g_hash_table_add(seen, g_strdup(uid))) {
      g_ptr_array_add(rows, row);
      page->pdata[i] = NULL;
      n++;
    }
  }
  return n;
}

GPtrArray *
cap_archive_find(CapArchive *archive, const CapArchiveQuery *query,
                 const CapProgress *progress, GError **error)
{
  if (!cap_archive_query_check(query, error))
    return NULL;
  g_autoptr(GPtrArray) rows =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_archive_row_free);
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const int most = query->limit > 0 ? MIN(query->limit, CAP_ARCHIVE_MAX_ROWS)
                                    : CAP_ARCHIVE_MAX_ROWS;
  const int page = query->page > 0 ? query->page : USUAL_PAGE;
  int offset = query->offset;
  for (gboolean end = FALSE; !end && (int)rows->len < most;) {
    if (!cap_progress_step(progress, N_("searching"), 0, error))
      return NULL;
    g_autoptr(GPtrArray) got =
        g_ptr_array_new_with_free_func((GDestroyNotify)cap_archive_row_free);
    const int limit = MIN(page, most - (int)rows->len);
    if (!archive->class->find_page(archive, query, offset, limit, got, &end,
                                   progress, error))
      return NULL;
    offset += (int)got->len;
    /* An archive that knows no paging sends the same rows for ever. */
    if (move_new(got, query->level, seen, rows, most) == 0)
      end = TRUE;
  }
  if ((int)rows->len == CAP_ARCHIVE_MAX_ROWS) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
                "archive “%s” has more than %d matches; ask for less",
                archive->settings->name, CAP_ARCHIVE_MAX_ROWS);
    return NULL;
  }
  return g_steal_pointer(&rows);
}

/* ---- get ---- */

void
cap_archive_receipt_clear(CapArchiveReceipt *receipt)
{
  g_clear_pointer(&receipt->folder, g_free);
  g_clear_pointer(&receipt->problems, g_ptr_array_unref);
}

/* What is to be fetched, by series. */
typedef struct {
  GPtrArray *series;    /* of CapArchiveRow */
  GPtrArray *instances; /* of GPtrArray of char *, for each series */
} Plan;

static void
plan_clear(Plan *plan)
{
  g_clear_pointer(&plan->series, g_ptr_array_unref);
  g_clear_pointer(&plan->instances, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plan, plan_clear)

/* The SOP UIDs of SERIES, which become wanted. Returns. */
static GPtrArray *
list_instances(CapArchive *archive, const CapArchiveRow *series,
               CapReceived *received, const CapProgress *progress,
               GError **error)
{
  const CapArchiveQuery query = {
      .level = CAP_LEVEL_IMAGE,
      .match[CAP_FIELD_STUDY_UID] = series->text[CAP_FIELD_STUDY_UID],
      .match[CAP_FIELD_SERIES_UID] = series->text[CAP_FIELD_SERIES_UID]};
  g_autoptr(GPtrArray) rows =
      cap_archive_find(archive, &query, progress, error);
  if (rows == NULL)
    return NULL;
  GPtrArray *uids = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < rows->len; i++) {
    const CapArchiveRow *row = rows->pdata[i];
    g_ptr_array_add(uids, g_strdup(row->text[CAP_FIELD_SOP_UID]));
    cap_received_want(received, row->text[CAP_FIELD_SOP_UID]);
  }
  return uids;
}

static gboolean
make_plan(CapArchive *archive, const char *study_uid, const char *series_uid,
          CapReceived *received, Plan *plan, const CapProgress *progress,
          GError **error)
{
  const CapArchiveQuery query = {.level = CAP_LEVEL_SERIES,
                                 .match[CAP_FIELD_STUDY_UID] = study_uid,
                                 .match[CAP_FIELD_SERIES_UID] = series_uid};
  plan->series = cap_archive_find(archive, &query, progress, error);
  if (plan->series == NULL)
    return FALSE;
  plan->instances =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < plan->series->len; i++) {
    CapArchiveRow *row = plan->series->pdata[i];
    cap_archive_row_set(row, CAP_FIELD_STUDY_UID, study_uid);
    GPtrArray *uids = list_instances(archive, row, received, progress, error);
    if (uids == NULL)
      return FALSE;
    g_ptr_array_add(plan->instances, uids);
  }
  if (cap_received_n_wanted(received) > 0)
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
              "archive “%s” has no images of %s %s", archive->settings->name,
              series_uid != NULL ? "series" : "study",
              series_uid != NULL ? series_uid : study_uid);
  return FALSE;
}

/* A broken connection is worth another try as often as something came of it,
 * and a few times when nothing did. */
static gboolean
get_surely(CapArchive *archive, const CapArchiveRow *series,
           const GPtrArray *sop_uids, CapReceived *received,
           const CapProgress *progress, GError **error)
{
  for (int try = 1;; try++) {
    g_autoptr(GError) cause = NULL;
    const int before = cap_received_n_new(received);
    if (archive->class->get_series(archive, series, sop_uids, received,
                                   progress, &cause))
      return TRUE;
    if (cap_received_n_new(received) > before)
      try = 1;
    if (!g_error_matches(cause, CAP_ERROR, CAP_ERROR_UNREACHABLE) ||
        try >= archive->settings->tries) {
      g_propagate_error(error, g_steal_pointer(&cause));
      return FALSE;
    }
    if (!cap_archive_wait(archive->settings, try, progress, error))
      return FALSE;
  }
}

static void
fill_receipt(CapArchiveReceipt *receipt, const CapReceived *received)
{
  enum { NAMED = 20 };
  g_autoptr(GPtrArray) missing = cap_received_missing(received);
  receipt->expected = cap_received_n_wanted(received);
  receipt->received = cap_received_n_new(received);
  receipt->kept = receipt->expected - (int)missing->len - receipt->received;
  receipt->bytes = cap_received_n_bytes(received);
  receipt->folder = g_strdup(cap_received_place(received));
  receipt->problems = g_ptr_array_new_with_free_func(g_free);
  const GPtrArray *dropped = cap_received_problems(received);
  for (guint i = 0; i < dropped->len; i++)
    g_ptr_array_add(receipt->problems, g_strdup(dropped->pdata[i]));
  for (guint i = 0; i < MIN(missing->len, NAMED); i++)
    g_ptr_array_add(receipt->problems,
                    g_strdup_printf(N_("instance %s was not delivered"),
                                    (char *)missing->pdata[i]));
  if (missing->len > NAMED)
    g_ptr_array_add(receipt->problems,
                    g_strdup_printf(N_("%u more instances were not delivered"),
                                    missing->len - NAMED));
}

gboolean
cap_archive_get(CapArchive *archive, const char *study_uid,
                const char *series_uid, const char *folder,
                CapArchiveReceipt *receipt, const CapProgress *progress,
                GError **error)
{
  g_auto(Plan) plan = {0};
  g_autoptr(CapReceived) received =
      cap_received_new(folder, archive->settings, error);
  if (received == NULL || !make_plan(archive, study_uid, series_uid, received,
                                     &plan, progress, error))
    return FALSE;
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < plan.series->len; i++)
    ok = get_surely(archive, plan.series->pdata[i], plan.instances->pdata[i],
                    received, progress, error);
  g_autoptr(GPtrArray) missing = cap_received_missing(received);
  if (ok && missing->len == 0)
    ok = cap_received_finish(received, error);
  fill_receipt(receipt, received);
  return ok;
}

/* ---- store ---- */

gboolean
cap_archive_store(CapArchive *archive, GPtrArray *items,
                  const CapProgress *progress, GError **error)
{
  return archive->class->store(archive, items, progress, error);
}
