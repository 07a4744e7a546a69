/* The rows of log.csv: see train.h. */
#include "models/train.h"

#include <math.h>

typedef struct {
  const char *name;
  double value;
} Cell;

enum { MAX_CELLS = 40 };

static int
fill_cells(const CapTrainEpoch *e, Cell cells[MAX_CELLS])
{
  const CapValidation *v = &e->validation;
  const Cell fixed[] = {
      {"epoch", e->epoch},
      {"seconds", e->seconds},
      {"core_seconds", e->core_seconds},
      {"rate", e->rate},
      {"skipped", e->skipped},
      {"loss_scale", e->loss_scale},
      {"loss", e->loss},
      {"loss_class", e->loss_class},
      {"loss_malignancy", e->loss_malignancy},
      {"loss_attributes", e->loss_attributes},
      {"loss_mask", e->loss_mask},
      {"loss_reconstruction", e->loss_reconstruction},
      {"nodule_auc", v->nodule_auc[CAP_MAKING_WHOLE]},
      {"nodule_auc_crop", v->nodule_auc[CAP_MAKING_CROP]},
      {"nodule_auc_cube", v->nodule_auc[CAP_MAKING_CUBE]},
      {"nodule_auc_transplant", v->nodule_auc[CAP_MAKING_TRANSPLANT]},
      {"malignancy_auc", v->malignancy_auc},
      {"diameter_auc", v->diameter_auc},
      {"predicted_diameter_auc", v->predicted_diameter_auc},
      {"n_malignancy", v->n_malignancy},
      {"dice", v->dice},
      {"dice_transplant", v->dice_transplant},
      {"score", cap_validation_score(v)},
  };
  int n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++)
    cells[n++] = fixed[i];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    cells[n++] =
        (Cell){cap_attribute_name((CapAttributeKind)a), v->spearman[a]};
  return n;
}

char *
cap_train_log_header(void)
{
  static const CapTrainEpoch none;
  Cell cells[MAX_CELLS];
  const int n = fill_cells(&none, cells);
  GString *row = g_string_new(NULL);
  for (int i = 0; i < n; i++)
    g_string_append_printf(row, "%s%s", i > 0 ? "," : "", cells[i].name);
  g_string_append(row, ",stopped");
  return g_string_free(row, FALSE);
}

char *
cap_train_log_row(const CapTrainEpoch *epoch)
{
  Cell cells[MAX_CELLS];
  const int n = fill_cells(epoch, cells);
  GString *row = g_string_new(NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  for (int i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c(row, ',');
    if (isfinite(cells[i].value)) /* an empty field is “not measured” */
      g_string_append(
          row, g_ascii_formatd(number, sizeof number, "%.6g", cells[i].value));
  }
  g_string_append_printf(row, ",%s", epoch->stopped ? epoch->stopped : "");
  return g_string_free(row, FALSE);
}
