/* CapCsv: a comma-separated table with a header row (RFC 4180).
 *
 * Quoted fields may hold commas, doubled quotes and line breaks; LF, CRLF and a
 * UTF-8 byte order mark are accepted, numbers always have a point. Messages name
 * the file and the line on which the row starts. */
#pragma once

#include <glib.h>

typedef struct CapCsv CapCsv;

/* The whole of PATH. NULL with CAP_ERROR_NO_INPUT (unreadable), CAP_ERROR_DATA
 * (no header, an unclosed quote, a row with too few or too many fields) or
 * CAP_ERROR_LIMIT (more than 256 MiB). Returns; caller frees. */
CapCsv *cap_csv_read(const char *path, GError **error);
/* The same from memory; NAME stands for the file in messages. */
CapCsv *cap_csv_parse(const char *text, gsize n_bytes, const char *name,
                      GError **error);
void cap_csv_free(CapCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapCsv, cap_csv_free)

int cap_csv_n_rows(const CapCsv *csv); /* without the header */
int cap_csv_n_columns(const CapCsv *csv);
const char *cap_csv_column_name(const CapCsv *csv, int column);
/* Column by NAME, or -1. */
int cap_csv_find(const CapCsv *csv, const char *name);
/* The same; -1 with CAP_ERROR_DATA that names the missing column. */
int cap_csv_require(const CapCsv *csv, const char *name, GError **error);

/* Borrowed text of a field, spaces as in the file. */
const char *cap_csv_text(const CapCsv *csv, int row, int column);
/* A finite number; FALSE with CAP_ERROR_DATA that names line and column. */
gboolean cap_csv_number(const CapCsv *csv, int row, int column, double *value,
                        GError **error);
/* Line of the file (from 1) on which ROW starts. */
int cap_csv_line(const CapCsv *csv, int row);

/* Appends FIELD to OUT, quoted where RFC 4180 asks for it. */
void cap_csv_append(GString *out, const char *field);
