/* Cross-validation folds: see folds.h. */
#include "datasets/folds.h"

#include "core/error.h"
#include "datasets/split.h"
#include "io/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FOLDS = 20 };

typedef enum { UNRATED, BENIGN, DOUBTFUL, MALIGNANT, N_CLASSES } Class;

typedef struct {
  const char *patient;
  Class class;
  double place;
} Member;

static Class
class_of(const CapNodule *nodule)
{
  const double median = nodule->malignancy_median;
  if (nodule->n_readers < 3 || isnan(median))
    return UNRATED;
  return median < 3 ? BENIGN : median > 3 ? MALIGNANT : DOUBTFUL;
}

/* Highest class first, then by place; equal places cannot be told apart but by
 * name. */
static int
compare_members(gconstpointer a, gconstpointer b)
{
  const Member *x = a, *y = b;
  if (x->class != y->class)
    return (int)y->class - (int)x->class;
  if (x->place != y->place)
    return x->place < y->place ? -1 : 1;
  return strcmp(x->patient, y->patient);
}

static CapFolds *
folds_new(int n_folds)
{
  CapFolds *folds = g_new(CapFolds, 1);
  folds->n_folds = n_folds;
  folds->fold_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return folds;
}

const char *
cap_folds_path(void)
{
  return g_file_test(CAP_SOURCE_FOLDS, G_FILE_TEST_EXISTS)
             ? CAP_SOURCE_FOLDS
             : CAP_INSTALLED_FOLDS;
}

CapFolds *
cap_folds_make(const GPtrArray *nodules, int n_folds, guint64 seed)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(Member));
  for (guint i = 0; i < nodules->len; i++) {
    const CapNodule *nodule = nodules->pdata[i];
    gpointer found = NULL;
    if (g_hash_table_lookup_extended(seen, nodule->patient, NULL, &found)) {
      Member *m = &g_array_index(members, Member, GPOINTER_TO_UINT(found));
      m->class = MAX(m->class, class_of(nodule));
      continue;
    }
    g_hash_table_insert(seen, nodule->patient, GUINT_TO_POINTER(members->len));
    const Member m = {nodule->patient, class_of(nodule),
                      cap_split_place(nodule->patient, seed)};
    g_array_append_val(members, m);
  }
  g_array_sort(members, compare_members);
  CapFolds *folds = folds_new(n_folds);
  for (guint i = 0; i < members->len; i++)
    g_hash_table_insert(folds->fold_of,
                        g_strdup(g_array_index(members, Member, i).patient),
                        GINT_TO_POINTER(1 + (int)(i % (guint)n_folds)));
  return folds;
}

/* Puts row ROW of CSV into FOLDS. */
static gboolean
read_row(CapFolds *folds, const CapCsv *csv, int row, const int columns[2],
         const char *path, GError **error)
{
  const char *patient = cap_csv_text(csv, row, columns[0]);
  double fold = 0;
  if (!cap_csv_number(csv, row, columns[1], &fold, error))
    return FALSE;
  if (!(fold >= 1 && fold <= MOST_FOLDS) || fold != floor(fold)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s, line %d: fold is “%s”, not a whole number from 1 to %d",
                path, cap_csv_line(csv, row),
                cap_csv_text(csv, row, columns[1]), MOST_FOLDS);
    return FALSE;
  }
  if (!g_hash_table_insert(folds->fold_of, g_strdup(patient),
                           GINT_TO_POINTER((int)fold))) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s, line %d: the patient %s is listed twice", path,
                cap_csv_line(csv, row), patient);
    return FALSE;
  }
  folds->n_folds = MAX(folds->n_folds, (int)fold);
  return TRUE;
}

CapFolds *
cap_folds_read(const char *path, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(path, error);
  if (csv == NULL)
    return NULL;
  const int columns[2] = {cap_csv_require(csv, "patient", error),
                          cap_csv_find(csv, "fold")};
  if (columns[0] < 0 ||
      (columns[1] < 0 && cap_csv_require(csv, "fold", error) < 0))
    return NULL;
  g_autoptr(CapFolds) folds = folds_new(0);
  for (int row = 0; row < cap_csv_n_rows(csv); row++)
    if (!read_row(folds, csv, row, columns, path, error))
      return NULL;
  for (int fold = 1; fold <= MAX(folds->n_folds, 2); fold++) {
    g_auto(GStrv) patients = cap_folds_patients(folds, fold, FALSE);
    if (patients[0] != NULL)
      continue;
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA, "%s: fold %d has no patient",
                path, fold);
    return NULL;
  }
  return g_steal_pointer(&folds);
}

void
cap_folds_free(CapFolds *folds)
{
  if (folds == NULL)
    return;
  g_hash_table_unref(folds->fold_of);
  g_free(folds);
}

int
cap_folds_find(const CapFolds *folds, const char *patient)
{
  return GPOINTER_TO_INT(g_hash_table_lookup(folds->fold_of, patient));
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **
cap_folds_patients(const CapFolds *folds, int fold, gboolean others)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  GHashTableIter iter;
  gpointer patient, at;
  g_hash_table_iter_init(&iter, folds->fold_of);
  while (g_hash_table_iter_next(&iter, &patient, &at))
    if ((GPOINTER_TO_INT(at) == fold) != others)
      g_ptr_array_add(names, g_strdup(patient));
  g_ptr_array_sort(names, compare_names);
  g_ptr_array_add(names, NULL);
  return (char **)g_ptr_array_steal(names, NULL);
}

char *
cap_folds_table(const CapFolds *folds)
{
  g_auto(GStrv) patients = cap_folds_patients(folds, 0, TRUE);
  GString *table = g_string_new("patient,fold\n");
  for (char **patient = patients; *patient != NULL; patient++) {
    cap_csv_append(table, *patient);
    g_string_append_printf(table, ",%d\n", cap_folds_find(folds, *patient));
  }
  return g_string_free(table, FALSE);
}
