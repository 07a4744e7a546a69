/* LUNA16's tables: see luna16.h. */
#include "datasets/luna16.h"

#include "core/error.h"
#include "io/csv.h"

#include <string.h>

static void warn(CapLuna16 *luna, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
warn(CapLuna16 *luna, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_ptr_array_add(luna->warnings, g_strdup_vprintf(format, arguments));
  va_end(arguments);
}

static gboolean
add_series(CapLuna16 *luna, const char *uid)
{
  if (g_hash_table_contains(luna->index, uid))
    return FALSE;
  char *copy = g_strdup(uid);
  g_ptr_array_add(luna->series, copy);
  g_hash_table_insert(luna->index, copy, GINT_TO_POINTER(luna->series->len));
  return TRUE;
}

int
cap_luna16_find(const CapLuna16 *luna, const char *series_uid)
{
  return GPOINTER_TO_INT(g_hash_table_lookup(luna->index, series_uid)) - 1;
}

static gboolean
read_series(CapLuna16 *luna, const char *path, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(path, error);
  if (csv == NULL)
    return FALSE;
  int column = cap_csv_find(csv, "seriesuid");
  if (column < 0 && cap_csv_n_columns(csv) > 1) {
    cap_csv_require(csv, "seriesuid", error);
    return FALSE;
  }
  if (column < 0) { /* the challenge's own file has no header */
    column = 0;
    add_series(luna, cap_csv_column_name(csv, 0));
  }
  for (int i = 0; i < cap_csv_n_rows(csv); i++) {
    g_autofree char *uid = g_strdup(cap_csv_text(csv, i, column));
    g_strstrip(uid);
    if (!add_series(luna, uid))
      warn(luna,
           "%s, line %d: scan %s is listed twice; the second is passed "
           "over",
           path, cap_csv_line(csv, i), uid);
  }
  return TRUE;
}

/* Columns every table of points has, and one number besides. */
typedef struct {
  CapCsv *csv;
  int uid, at[3], value;
} Table;

static void
table_clear(Table *table)
{
  g_clear_pointer(&table->csv, cap_csv_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_clear)

static gboolean
table_open(Table *table, const char *path, const char *value, GError **error)
{
  table->csv = cap_csv_read(path, error);
  if (table->csv == NULL)
    return FALSE;
  const char *const names[] = {"seriesuid", "coordX", "coordY", "coordZ",
                               value};
  int *const columns[] = {&table->uid, &table->at[0], &table->at[1],
                          &table->at[2], &table->value};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    *columns[i] = cap_csv_require(table->csv, names[i], error);
    if (*columns[i] < 0) {
      if (cap_csv_n_columns(table->csv) == 1 && error != NULL &&
          strpbrk(cap_csv_column_name(table->csv, 0), "\t;") != NULL)
        g_prefix_error(error, "columns must be separated by commas: ");
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
table_row(const Table *t, int row, CapPoint *at, double *value, GError **error)
{
  return cap_csv_number(t->csv, row, t->at[0], &at->x, error) &&
         cap_csv_number(t->csv, row, t->at[1], &at->y, error) &&
         cap_csv_number(t->csv, row, t->at[2], &at->z, error) &&
         cap_csv_number(t->csv, row, t->value, value, error);
}

/* Says once how many rows of PATH were about unknown scans, and where the first
 * is. */
static void
warn_unknown(CapLuna16 *luna, const char *path, int n, int line)
{
  if (n > 0)
    warn(luna,
         "%s: %d row%s about scans that are not in the list (the first "
         "on line %d); passed over",
         path, n, n == 1 ? "" : "s", line);
}

/* One table of nodules while it is read. */
typedef struct {
  const char *path;
  gboolean excluded, add_scans, isolate_faults;
  GHashTable *seen; /* “scan x y z” -> line, of nodules that count */
  int n_unknown, first_unknown;
} Reading;

static void
add_nodule(CapLuna16 *luna, Reading *reading, const CapFrocNodule *nodule,
           int line)
{
  g_array_append_val(luna->nodules, *nodule);
  if (reading->excluded)
    return;
  const CapPoint at = nodule->center_mm;
  char *key = g_strdup_printf("%d %a %a %a", nodule->scan, at.x, at.y, at.z);
  const int before = GPOINTER_TO_INT(g_hash_table_lookup(reading->seen, key));
  if (before > 0)
    warn(luna, "%s, line %d: the same nodule as on line %d; both count",
         reading->path, line, before);
  g_hash_table_insert(reading->seen, key, GINT_TO_POINTER(line));
}

/* FALSE when the row spoils the table. */
static gboolean
read_nodule(CapLuna16 *luna, Reading *reading, const Table *table, int row,
            GError **error)
{
  CapFrocNodule nodule = {.excluded = reading->excluded};
  g_autoptr(GError) cause = NULL;
  const gboolean good =
      table_row(table, row, &nodule.center_mm, &nodule.diameter_mm, &cause);
  if (!good && !reading->isolate_faults) {
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
  }
  const int line = cap_csv_line(table->csv, row);
  g_autofree char *uid =
      g_strstrip(g_strdup(cap_csv_text(table->csv, row, table->uid)));
  if (reading->add_scans)
    add_series(luna, uid);
  nodule.scan = cap_luna16_find(luna, uid);
  if (nodule.scan < 0 && reading->n_unknown++ == 0)
    reading->first_unknown = line;
  gpointer const scan = GINT_TO_POINTER(nodule.scan);
  if (nodule.scan >= 0 && good)
    add_nodule(luna, reading, &nodule, line);
  else if (nodule.scan >= 0 && !g_hash_table_contains(luna->faults, scan))
    g_hash_table_insert(luna->faults, scan, g_strdup(cause->message));
  return TRUE;
}

static gboolean
read_nodules(CapLuna16 *luna, Reading *reading, GError **error)
{
  g_auto(Table) table = {0};
  if (!table_open(&table, reading->path, "diameter_mm", error))
    return FALSE;
  g_autoptr(GHashTable) seen =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  reading->seen = seen;
  for (int i = 0; i < cap_csv_n_rows(table.csv); i++)
    if (!read_nodule(luna, reading, &table, i, error))
      return FALSE;
  warn_unknown(luna, reading->path, reading->n_unknown, reading->first_unknown);
  return TRUE;
}

CapLuna16 *
cap_luna16_read(const CapLuna16Tables *tables, GError **error)
{
  g_autoptr(CapLuna16) luna = g_new0(CapLuna16, 1);
  luna->series = g_ptr_array_new_with_free_func(g_free);
  luna->index = g_hash_table_new(g_str_hash, g_str_equal);
  luna->nodules = g_array_new(FALSE, FALSE, sizeof(CapFrocNodule));
  luna->warnings = g_ptr_array_new_with_free_func(g_free);
  luna->faults = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  Reading nodules = {.path = tables->annotations,
                     .add_scans = tables->series == NULL,
                     .isolate_faults = tables->isolate_faults};
  Reading others = {.path = tables->excluded,
                    .excluded = TRUE,
                    .isolate_faults = tables->isolate_faults};
  if (tables->series != NULL && !read_series(luna, tables->series, error))
    return NULL;
  for (guint i = 0; tables->scans != NULL && i < tables->scans->len; i++)
    if (tables->series == NULL)
      add_series(luna, tables->scans->pdata[i]);
  if (!read_nodules(luna, &nodules, error) ||
      (tables->excluded != NULL && !read_nodules(luna, &others, error)))
    return NULL;
  return g_steal_pointer(&luna);
}

void
cap_luna16_free(CapLuna16 *luna)
{
  if (luna == NULL)
    return;
  g_hash_table_unref(luna->index);
  g_ptr_array_unref(luna->series);
  g_array_unref(luna->nodules);
  g_ptr_array_unref(luna->warnings);
  g_hash_table_unref(luna->faults);
  g_free(luna);
}

GArray *
cap_luna16_read_marks(CapLuna16 *luna, const char *path, GError **error)
{
  g_auto(Table) table = {0};
  if (!table_open(&table, path, "probability", error))
    return NULL;
  g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(CapFrocMark));
  int n_unknown = 0, first = 0;
  for (int i = 0; i < cap_csv_n_rows(table.csv); i++) {
    CapFrocMark mark;
    if (!table_row(&table, i, &mark.at_mm, &mark.score, error))
      return NULL;
    mark.scan = cap_luna16_find(luna, cap_csv_text(table.csv, i, table.uid));
    if (mark.scan >= 0)
      g_array_append_val(marks, mark);
    else if (n_unknown++ == 0)
      first = cap_csv_line(table.csv, i);
  }
  warn_unknown(luna, path, n_unknown, first);
  return g_steal_pointer(&marks);
}
