/* What an archive answered: see archive_table.h. */
#include "app/archive_table.h"

#include "io/json.h"

#include <string.h>

/* ---- tables ---- */

typedef struct {
  CapArchiveField field;
  const char *title;
} Column;

static const Column study_columns[] = {
    {CAP_FIELD_STUDY_DATE, "date"},
    {CAP_FIELD_PATIENT_ID, "patient"},
    {CAP_FIELD_PATIENT_NAME, "name"},
    {CAP_FIELD_BIRTH_DATE, "born"},
    {CAP_FIELD_ACCESSION, "accession"},
    {CAP_FIELD_MODALITIES, "modalities"},
    {CAP_FIELD_N_SERIES, "series"},
    {CAP_FIELD_N_STUDY_INSTANCES, "images"},
    {CAP_FIELD_STUDY_DESCRIPTION, "description"},
    {CAP_FIELD_STUDY_UID, "study"},
};

static const Column series_columns[] = {
    {CAP_FIELD_SERIES_NUMBER, "no."},
    {CAP_FIELD_MODALITY, "modality"},
    {CAP_FIELD_N_SERIES_INSTANCES, "images"},
    {CAP_FIELD_SERIES_DESCRIPTION, "description"},
    {CAP_FIELD_SERIES_UID, "series"},
    {CAP_FIELD_STUDY_UID, "study"},
};

enum { MAX_COLUMNS = G_N_ELEMENTS(study_columns) };

static void
append_cells(GString *out, const char *const *cells, int n, const int *widths)
{
  for (int i = 0; i < n; i++) {
    g_string_append(out, cells[i]);
    if (i == n - 1)
      break;
    const int pad = widths[i] - (int)g_utf8_strlen(cells[i], -1) + 2;
    g_string_append_printf(out, "%*s", pad, "");
  }
  g_string_append_c(out, '\n');
}

char *
cap_archive_table(const GPtrArray *rows, CapArchiveLevel level)
{
  const Column *columns =
      level == CAP_LEVEL_STUDY ? study_columns : series_columns;
  const int n = level == CAP_LEVEL_STUDY ? G_N_ELEMENTS(study_columns)
                                         : G_N_ELEMENTS(series_columns);
  const char *cells[MAX_COLUMNS];
  int widths[MAX_COLUMNS];
  if (rows->len == 0)
    return g_strdup("No match.\n");
  for (int i = 0; i < n; i++) {
    widths[i] = (int)strlen(columns[i].title);
    cells[i] = columns[i].title;
    for (guint r = 0; r < rows->len; r++) {
      const CapArchiveRow *row = rows->pdata[r];
      widths[i] =
          MAX(widths[i], (int)g_utf8_strlen(row->text[columns[i].field], -1));
    }
  }
  GString *out = g_string_new(NULL);
  append_cells(out, cells, n, widths);
  for (guint r = 0; r < rows->len; r++) {
    const CapArchiveRow *row = rows->pdata[r];
    for (int i = 0; i < n; i++)
      cells[i] = row->text[columns[i].field];
    append_cells(out, cells, n, widths);
  }
  return g_string_free(out, FALSE);
}

/* ---- JSON ---- */

static gboolean
is_count(CapArchiveField field)
{
  return field == CAP_FIELD_N_SERIES || field == CAP_FIELD_N_STUDY_INSTANCES ||
         field == CAP_FIELD_N_SERIES_INSTANCES;
}

static void
add_field(CapJson *json, const CapArchiveRow *row, CapArchiveField field)
{
  const char *key = cap_archive_field(field)->key;
  const char *text = row->text[field];
  gint64 number = 0;
  if (field == CAP_FIELD_MODALITIES) {
    g_auto(GStrv) values = g_strsplit(text, "\\", -1);
    cap_json_begin_array(json, key, TRUE);
    for (int i = 0; values[i] != NULL; i++)
      cap_json_string(json, NULL, values[i]);
    cap_json_end_array(json);
  } else if (!is_count(field)) {
    cap_json_string(json, key, text);
  } else if (g_ascii_string_to_signed(text, 10, 0, G_MAXINT, &number, NULL)) {
    cap_json_int(json, key, number);
  } else {
    cap_json_null(json, key);
  }
}

char *
cap_archive_rows_json(const GPtrArray *rows, CapArchiveLevel level)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_begin_array(json, level == CAP_LEVEL_STUDY ? "studies" : "series",
                       FALSE);
  for (guint r = 0; r < rows->len; r++) {
    cap_json_begin_object(json, NULL, FALSE);
    for (int f = 0; f < CAP_FIELD_N; f++)
      if (cap_archive_field(f)->level <= level)
        add_field(json, rows->pdata[r], f);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

char *
cap_archive_receipt_json(const CapArchiveReceipt *receipt, gboolean complete)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_bool(json, "complete", complete);
  cap_json_string(json, "folder", receipt->folder);
  cap_json_int(json, "expected", receipt->expected);
  cap_json_int(json, "received", receipt->received);
  cap_json_int(json, "kept", receipt->kept);
  cap_json_int(json, "bytes", (gint64)receipt->bytes);
  cap_json_strings(json, "problems", receipt->problems);
  cap_json_end_object(json);
  return cap_json_finish(json);
}

int
cap_archive_count(const GPtrArray *items, CapSendOutcome outcome)
{
  int n = 0;
  for (guint i = 0; i < items->len; i++)
    n += ((const CapSendItem *)items->pdata[i])->outcome == outcome;
  return n;
}

static const char *const outcomes[] = {
    [CAP_SEND_WAITING] = "not-sent",
    [CAP_SEND_STORED] = "stored",
    [CAP_SEND_REFUSED] = "refused",
    [CAP_SEND_UNUSABLE] = "unusable",
};

char *
cap_archive_sent_json(const GPtrArray *items, int n_skipped)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_int(json, "stored", cap_archive_count(items, CAP_SEND_STORED));
  cap_json_int(json, "refused", cap_archive_count(items, CAP_SEND_REFUSED));
  cap_json_int(json, "unusable", cap_archive_count(items, CAP_SEND_UNUSABLE));
  cap_json_int(json, "not_sent", cap_archive_count(items, CAP_SEND_WAITING));
  cap_json_int(json, "skipped_files", n_skipped);
  cap_json_begin_array(json, "instances", FALSE);
  for (guint i = 0; i < items->len; i++) {
    const CapSendItem *item = items->pdata[i];
    g_autofree char *file = g_filename_display_name(item->path);
    cap_json_begin_object(json, NULL, FALSE);
    cap_json_string(json, "file", file);
    cap_json_string(json, "sop_uid", item->sop_uid);
    cap_json_string(json, "outcome", outcomes[item->outcome]);
    cap_json_string(json, "reason", item->reason);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_json_end_object(json);
  return cap_json_finish(json);
}
