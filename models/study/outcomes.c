/* Predictions kept as a table: see outcomes.h. */
#include "models/study/outcomes.h"

#include "core/error.h"
#include "io/atomic_file.h"
#include "io/csv.h"
#include "models/validation.h"

#include <math.h>
#include <string.h>

enum { CALCIFIED_LEVELS = 5 }; /* level 6 is absent */

enum { N_NUMBERS = 5 + CAP_N_ATTRIBUTES + 4 };

/* The numbers of OUTCOME in the order of their columns. */
static void
list_numbers(CapOutcome *o, double *numbers[N_NUMBERS])
{
  int n = 0;
  numbers[n++] = &o->nodule_probability;
  for (int k = 0; k < 5; k++)
    numbers[n++] = &o->malignancy[k];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    numbers[n++] = &o->attributes[a];
  numbers[n++] = &o->calcified;
  numbers[n++] = &o->diameter_mm;
  numbers[n++] = &o->dice;
}

static GString *
start_table(void)
{
  GString *table =
      g_string_new("set,centre,making,patient,key,nodule,nodule_probability");
  for (int k = 1; k <= 5; k++)
    g_string_append_printf(table, ",malignancy_%d", k);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    g_string_append_printf(table, ",%s",
                           cap_attribute_name((CapAttributeKind)a));
  g_string_append(table, ",calcified,diameter_mm,dice\n");
  return table;
}

void
cap_outcome_free(CapOutcome *outcome)
{
  if (outcome == NULL)
    return;
  g_free(outcome->patient);
  g_free(outcome->key);
  g_free(outcome);
}

CapOutcome *
cap_outcome_new(const CapSample *sample, const CapJudgement *judgement)
{
  CapOutcome *o = g_new0(CapOutcome, 1);
  o->making = sample->making;
  o->is_nodule = sample->is_nodule;
  o->patient = g_strdup(sample->group);
  o->key = g_strdup(sample->nodule ? sample->nodule->key : "");
  o->nodule_probability = judgement->nodule_probability;
  for (int k = 0; k < 5; k++)
    o->malignancy[k] = judgement->malignancy.p[k];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    o->attributes[a] =
        cap_rating_level(&judgement->attributes[a], (CapAttributeKind)a);
  for (int k = 0; k < CALCIFIED_LEVELS; k++)
    o->calcified += judgement->attributes[CAP_CALCIFICATION].p[k];
  o->diameter_mm =
      judgement->has_mask ? cap_validation_mask_diameter(judgement->mask) : NAN;
  o->dice = sample->is_nodule && judgement->has_mask
                ? cap_validation_dice(judgement->mask, sample->mask)
                : NAN;
  return o;
}

gboolean
cap_outcomes_write(const GPtrArray *outcomes, const char *path, GError **error)
{
  g_autoptr(GString) table = start_table();
  for (guint i = 0; i < outcomes->len; i++) {
    CapOutcome *o = outcomes->pdata[i];
    g_string_append_printf(table, "%s,%s,%s,", o->inner ? "inner" : "held-out",
                           o->centred ? "given" : "shifted",
                           cap_making_name(o->making));
    cap_csv_append(table, o->patient);
    g_string_append_c(table, ',');
    cap_csv_append(table, o->key);
    g_string_append_printf(table, ",%d", o->is_nodule ? 1 : 0);
    double *numbers[N_NUMBERS];
    list_numbers(o, numbers);
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    for (int k = 0; k < N_NUMBERS; k++) {
      g_string_append_c(table, ',');
      if (isfinite(*numbers[k])) /* an empty field is “does not apply” */
        g_string_append(
            table, g_ascii_formatd(text, sizeof text, "%.6g", *numbers[k]));
    }
    g_string_append_c(table, '\n');
  }
  return cap_atomic_file_save(path, table->str, table->len, error);
}

static gboolean
read_making(const char *name, CapMaking *making)
{
  for (int m = 0; m < CAP_N_MAKINGS; m++)
    if (g_str_equal(name, cap_making_name((CapMaking)m))) {
      *making = (CapMaking)m;
      return TRUE;
    }
  return FALSE;
}

static CapOutcome *
read_row(const CapCsv *csv, int row, const char *path, GError **error)
{
  enum { SET, CENTRE, MAKING, PATIENT, KEY, NODULE, FIRST };
  CapOutcome *o = g_new0(CapOutcome, 1);
  o->inner = g_str_equal(cap_csv_text(csv, row, SET), "inner");
  o->centred = g_str_equal(cap_csv_text(csv, row, CENTRE), "given");
  o->patient = g_strdup(cap_csv_text(csv, row, PATIENT));
  o->key = g_strdup(cap_csv_text(csv, row, KEY));
  o->is_nodule = g_str_equal(cap_csv_text(csv, row, NODULE), "1");
  gboolean good = read_making(cap_csv_text(csv, row, MAKING), &o->making);
  if (!good)
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s, line %d: there is no making “%s”", path,
                cap_csv_line(csv, row), cap_csv_text(csv, row, MAKING));
  double *numbers[N_NUMBERS];
  list_numbers(o, numbers);
  for (int k = 0; good && k < N_NUMBERS; k++) {
    *numbers[k] = NAN;
    if (*cap_csv_text(csv, row, FIRST + k) != '\0')
      good = cap_csv_number(csv, row, FIRST + k, numbers[k], error);
  }
  if (!good)
    g_clear_pointer(&o, cap_outcome_free);
  return o;
}

GPtrArray *
cap_outcomes_read(const char *path, int fold, GError **error)
{
  g_autoptr(CapCsv) csv = cap_csv_read(path, error);
  if (csv == NULL)
    return NULL;
  g_autoptr(GString) wanted = start_table();
  g_autoptr(GString) header = g_string_new(NULL);
  for (int c = 0; c < cap_csv_n_columns(csv); c++)
    g_string_append_printf(header, "%s%s", c > 0 ? "," : "",
                           cap_csv_column_name(csv, c));
  g_string_append_c(header, '\n');
  if (!g_string_equal(wanted, header)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
                "%s does not have the columns of a table of predictions", path);
    return NULL;
  }
  g_autoptr(GPtrArray) outcomes =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_outcome_free);
  for (int row = 0; row < cap_csv_n_rows(csv); row++) {
    CapOutcome *o = read_row(csv, row, path, error);
    if (o == NULL)
      return NULL;
    o->fold = fold;
    g_ptr_array_add(outcomes, o);
  }
  return g_steal_pointer(&outcomes);
}
