/* Comma-separated tables: see csv.h. */
#include "io/csv.h"

#include "core/error.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

enum { MAX_BYTES = 256 << 20 };

struct CapCsv {
  char *name;
  GPtrArray *header; /* of char * */
  GPtrArray *fields; /* of char *, row after row */
  GArray *lines;     /* int, per row */
};

/* What the reader is looking at. */
typedef struct {
  const char *at, *end;
  int line;
} Cursor;

/* One field at the cursor, which stops on its delimiter. FALSE when a quote is
 * never closed. */
static gboolean
read_field(Cursor *c, GString *field)
{
  g_string_truncate(field, 0);
  gboolean quoted = c->at < c->end && *c->at == '"';
  if (quoted)
    c->at++;
  while (c->at < c->end) {
    const char ch = *c->at;
    if (quoted && ch == '"') {
      c->at++;
      if (c->at < c->end && *c->at == '"') {
        g_string_append_c(field, '"');
        c->at++;
        continue;
      }
      quoted = FALSE; /* anything up to the delimiter is kept as it is */
      continue;
    }
    if (!quoted && (ch == ',' || ch == '\n' || ch == '\r'))
      return TRUE;
    if (ch == '\n')
      c->line++;
    g_string_append_c(field, ch);
    c->at++;
  }
  return !quoted;
}

/* One row into FIELDS; an end of line is eaten. */
static gboolean
read_row(Cursor *c, GPtrArray *fields, GString *field)
{
  for (;;) {
    if (!read_field(c, field))
      return FALSE;
    g_ptr_array_add(fields, g_strndup(field->str, field->len));
    if (c->at >= c->end || *c->at != ',')
      break;
    c->at++;
  }
  if (c->at < c->end && *c->at == '\r')
    c->at++;
  if (c->at < c->end && *c->at == '\n')
    c->at++;
  c->line++;
  return TRUE;
}

static gboolean
is_blank_line(const Cursor *c)
{
  return c->at < c->end && (*c->at == '\n' || *c->at == '\r');
}

static void
skip_line_end(Cursor *c)
{
  if (*c->at == '\r')
    c->at++;
  if (c->at < c->end && *c->at == '\n')
    c->at++;
  c->line++;
}

static gboolean
read_table(CapCsv *csv, Cursor *c, GError **error)
{
  g_autoptr(GString) field = g_string_new(NULL);
  while (is_blank_line(c))
    skip_line_end(c);
  if (c->at >= c->end) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is empty: a header row was expected", csv->name);
    return FALSE;
  }
  int line = c->line;
  gboolean closed = read_row(c, csv->header, field);
  const guint n_columns = csv->header->len;
  for (guint i = 0; closed && i < n_columns; i++)
    g_strstrip(csv->header->pdata[i]);
  while (closed && c->at < c->end) {
    if (is_blank_line(c)) {
      skip_line_end(c);
      continue;
    }
    line = c->line;
    const guint before = csv->fields->len;
    closed = read_row(c, csv->fields, field);
    const guint n = csv->fields->len - before;
    if (closed && n != n_columns) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                  "%s, line %d: %u fields where the header has %u%s", csv->name,
                  line, n, n_columns,
                  n_columns == 1 ? "; columns must be separated by commas, and "
                                   "numbers have a point"
                                 : "");
      return FALSE;
    }
    g_array_append_val(csv->lines, line);
  }
  if (!closed)
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s, line %d: a quote is never closed", csv->name, line);
  return closed;
}

CapCsv *
cap_csv_parse(const char *text, gsize n_bytes, const char *name, GError **error)
{
  g_autoptr(CapCsv) csv = g_new0(CapCsv, 1);
  csv->name = g_strdup(name);
  csv->header = g_ptr_array_new_with_free_func(g_free);
  csv->fields = g_ptr_array_new_with_free_func(g_free);
  csv->lines = g_array_new(FALSE, FALSE, sizeof(int));
  Cursor c = {text, text + n_bytes, 1};
  if (n_bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
    c.at += 3;
  if (memchr(text, '\0', n_bytes) != NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s is not a text file: it contains zero bytes", name);
    return NULL;
  }
  if (!read_table(csv, &c, error))
    return NULL;
  return g_steal_pointer(&csv);
}

CapCsv *
cap_csv_read(const char *path, GError **error)
{
  g_autoptr(GError) cause = NULL;
  g_autoptr(GFile) file = g_file_new_for_path(path);
  g_autoptr(GFileInputStream) stream = g_file_read(file, NULL, &cause);
  g_autoptr(GFileInfo) info =
      stream ? g_file_input_stream_query_info(
                   stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, &cause)
             : NULL;
  if (info != NULL && g_file_info_get_size(info) > MAX_BYTES) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
                "%s has more than 256 MiB, too much for a table", path);
    return NULL;
  }
  g_autofree char *text = NULL;
  gsize n_bytes = 0;
  if (info == NULL || !g_file_get_contents(path, &text, &n_bytes, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT, "cannot read %s: %s",
                path, cause->message);
    return NULL;
  }
  return cap_csv_parse(text, n_bytes, path, error);
}

void
cap_csv_free(CapCsv *csv)
{
  if (csv == NULL)
    return;
  g_ptr_array_unref(csv->header);
  g_ptr_array_unref(csv->fields);
  g_array_unref(csv->lines);
  g_free(csv->name);
  g_free(csv);
}

int
cap_csv_n_rows(const CapCsv *csv)
{
  return (int)csv->lines->len;
}

int
cap_csv_n_columns(const CapCsv *csv)
{
  return (int)csv->header->len;
}

const char *
cap_csv_column_name(const CapCsv *csv, int column)
{
  return csv->header->pdata[column];
}

int
cap_csv_find(const CapCsv *csv, const char *name)
{
  for (guint i = 0; i < csv->header->len; i++)
    if (g_str_equal(csv->header->pdata[i], name))
      return (int)i;
  return -1;
}

int
cap_csv_require(const CapCsv *csv, const char *name, GError **error)
{
  const int column = cap_csv_find(csv, name);
  if (column < 0)
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s has no column “%s” in its header", csv->name, name);
  return column;
}

const char *
cap_csv_text(const CapCsv *csv, int row, int column)
{
  return csv->fields->pdata[(gsize)row * csv->header->len + column];
}

gboolean
cap_csv_number(const CapCsv *csv, int row, int column, double *value,
               GError **error)
{
  const char *text = cap_csv_text(csv, row, column);
  char *end = NULL;
  const double number = g_ascii_strtod(text, &end);
  const gboolean some = end != text;
  while (g_ascii_isspace(*end))
    end++;
  if (!some || *end != '\0' || !isfinite(number)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s, line %d: “%s” in column “%s” is not a number", csv->name,
                cap_csv_line(csv, row), text, cap_csv_column_name(csv, column));
    return FALSE;
  }
  *value = number;
  return TRUE;
}

int
cap_csv_line(const CapCsv *csv, int row)
{
  return g_array_index(csv->lines, int, row);
}

void
cap_csv_append(GString *out, const char *field)
{
  if (strpbrk(field, ",\"\r\n") == NULL) {
    g_string_append(out, field);
    return;
  }
  g_string_append_c(out, '"');
  for (const char *c = field; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c(out, '"');
    g_string_append_c(out, *c);
  }
  g_string_append_c(out, '"');
}
