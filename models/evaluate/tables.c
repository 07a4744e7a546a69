/* Tables of an evaluation report: see tables.h. */
#include "models/evaluate/tables.h"

#include "io/json.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static void
table_free(gpointer data)
{
  CapEvalTable *table = data;
  g_ptr_array_unref(table->cells);
  g_free(table);
}

/* A row of strings that the table takes. */
static void
add_row(CapEvalTable *table, ...)
{
  va_list cells;
  va_start(cells, table);
  for (int i = 0; i < table->n_columns; i++)
    g_ptr_array_add(table->cells, va_arg(cells, char *));
  va_end(cells);
}

static CapEvalTable *
add_table(GPtrArray *tables, const char *title, int n_columns)
{
  CapEvalTable *table = g_new0(CapEvalTable, 1);
  table->title = title;
  table->n_columns = n_columns;
  table->cells = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(tables, table);
  return table;
}

char *
cap_eval_number(double value, const char *format)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  if (!isfinite(value))
    return g_strdup("–");
  g_ascii_formatd(text, sizeof text, format, value);
  return *text == '-' ? g_strconcat("−", text + 1, NULL) : g_strdup(text);
}

char *
cap_eval_example_text(const CapEvalExample *e, gboolean missed)
{
  g_autofree char *weight =
      cap_eval_number(e->weight, missed ? "%.1f" : "%.2f");
  g_autofree char *x = cap_eval_number(e->at_mm.x, "%.1f");
  g_autofree char *y = cap_eval_number(e->at_mm.y, "%.1f");
  g_autofree char *z = cap_eval_number(e->at_mm.z, "%.1f");
  return g_strdup_printf("%s%s%s\nat %s, %s, %s mm\n%s", missed ? "" : "p ",
                         weight, missed ? " mm" : "", x, y, z, e->series_uid);
}

static char *
integer(int value)
{
  return g_strdup_printf("%d", value);
}

static char *
range(double low, double high, const char *format)
{
  if (!isfinite(low) || !isfinite(high))
    return g_strdup("–");
  g_autofree char *a = cap_eval_number(low, format);
  g_autofree char *b = cap_eval_number(high, format);
  return g_strdup_printf("%s to %s", a, b);
}

/* The settings of a run as words: “flips 8, pictures yes”. */
static char *
settings_words(const char *json)
{
  g_autoptr(JsonNode) node =
      cap_json_parse(json, strlen(json), "settings", NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node))
    return g_strdup(json);
  GString *words = g_string_new("");
  JsonObject *settings = json_node_get_object(node);
  g_autoptr(GList) names = json_object_get_members(settings);
  for (const GList *at = names; at != NULL; at = at->next) {
    g_autofree char *name = g_strdelimit(g_strdup(at->data), "_", ' ');
    JsonNode *value = json_object_get_member(settings, at->data);
    if (!JSON_NODE_HOLDS_VALUE(value))
      continue;
    const GType type = json_node_get_value_type(value);
    g_autofree char *text =
        type == G_TYPE_BOOLEAN
            ? g_strdup(json_node_get_boolean(value) ? "yes" : "no")
        : type == G_TYPE_STRING
            ? json_node_dup_string(value)
            : cap_eval_number(json_node_get_double(value), "%.6g");
    g_string_append_printf(words, "%s%s %s", words->len > 0 ? ", " : "", name,
                           text);
  }
  return g_string_free(words, FALSE);
}

static void
add_provenance(GPtrArray *tables, const CapEvalResults *r)
{
  CapEvalTable *t = add_table(tables, "Provenance", 2);
  add_row(t, g_strdup("what"), g_strdup("value"));
  add_row(t, g_strdup("software"), g_strdup_printf("Capsight %s", r->software));
  add_row(t, g_strdup("weights (SHA-256)"), g_strdup(r->weights_sha256));
  add_row(t, g_strdup("inputs (SHA-256)"), g_strdup(r->inputs_sha256));
  if (r->n_images > 0) {
    add_row(t, g_strdup("DICOM images read"),
            g_strdup_printf("%" G_GINT64_FORMAT
                            " (by scan in cases.csv, one by one in cases/)",
                            r->n_images));
    add_row(t, g_strdup("their SOP instance UIDs (SHA-256)"),
            g_strdup(r->images_sha256));
  }
  add_row(t, g_strdup("settings"), settings_words(r->settings));
  add_row(t, g_strdup("scans evaluated"), integer(r->n_cases - r->n_failed));
  add_row(t, g_strdup("scans failed"), integer(r->n_failed));
}

static void
add_detection(GPtrArray *tables, const CapEvalResults *r)
{
  CapEvalTable *t = add_table(tables, "Detection (LUNA16 rule)", 3);
  add_row(t, g_strdup("false marks a scan"), g_strdup("sensitivity"),
          g_strdup("95 %"));
  for (int i = 0; i < CAP_FROC_N_POINTS; i++)
    add_row(
        t, cap_eval_number(cap_froc_points[i], "%.4g"),
        cap_eval_number(r->sensitivity[i], "%.4f"),
        range(r->band->sensitivity[i][0], r->band->sensitivity[i][1], "%.3f"));
  add_row(t, g_strdup("mean (CPM)"), cap_eval_number(r->cpm, "%.4f"),
          range(r->band->cpm[0], r->band->cpm[1], "%.3f"));
  CapEvalTable *c = add_table(tables, "Marks", 4);
  add_row(c, g_strdup("threshold"), g_strdup("found"), g_strdup("missed"),
          g_strdup("false marks"));
  add_row(c, g_strdup("every mark"), integer(r->froc->tp), integer(r->froc->fn),
          integer(r->froc->fp));
  add_row(c, g_strdup("p ≥ 0.5"), integer(r->tp_half),
          integer(r->froc->n_nodules - r->tp_half), integer(r->fp_half));
}

static void
add_strata(GPtrArray *tables, const char *title, const CapEvalStratum *strata,
           int n)
{
  CapEvalTable *t = add_table(tables, title, 4);
  add_row(t, g_strdup("nodules"), g_strdup("number"), g_strdup("found"),
          g_strdup("found at p ≥ 0.5"));
  for (int i = 0; i < n; i++)
    add_row(t, g_strdup(strata[i].name), integer(strata[i].nodules),
            integer(strata[i].found), integer(strata[i].found_at_half));
}

static void
add_malignancy(GPtrArray *tables, const CapEvalResults *r)
{
  CapEvalTable *t = add_table(
      tables, "Malignancy of found nodules (readers' median, 3 left out)", 5);
  add_row(t, g_strdup("score"), g_strdup("AUC"), g_strdup("95 % (DeLong)"),
          g_strdup("95 % (bootstrap over patients)"),
          g_strdup("average precision"));
  add_row(t, g_strdup("network"), cap_eval_number(r->auc.auc, "%.4f"),
          range(r->auc.low, r->auc.high, "%.3f"),
          range(r->auc_bootstrap[0], r->auc_bootstrap[1], "%.3f"),
          cap_eval_number(r->average_precision, "%.4f"));
  add_row(
      t, g_strdup("diameter alone"),
      cap_eval_number(r->auc_diameter.auc, "%.4f"),
      range(r->auc_diameter.low, r->auc_diameter.high, "%.3f"),
      range(r->auc_diameter_bootstrap[0], r->auc_diameter_bootstrap[1], "%.3f"),
      cap_eval_number(r->average_precision_diameter, "%.4f"));
  add_row(t, g_strdup("difference"), cap_eval_number(r->auc_gain.auc, "%.4f"),
          range(r->auc_gain.low, r->auc_gain.high, "%.3f"), g_strdup("–"),
          cap_eval_number(r->average_precision - r->average_precision_diameter,
                          "%.4f"));
}

static void
add_threshold(GPtrArray *tables, const CapEvalResults *r)
{
  const CapRocTable *m = &r->table;
  CapEvalTable *t = add_table(tables, "Malignancy at a probability of 0.5", 7);
  add_row(t, g_strdup("nodules"), g_strdup("malignant"), g_strdup("accuracy"),
          g_strdup("recall"), g_strdup("specificity"),
          g_strdup("precision (PPV)"), g_strdup("F1"));
  add_row(
      t, integer((int)r->label->len), integer(m->tp + m->fn),
      cap_eval_number(m->accuracy, "%.4f"), cap_eval_number(m->recall, "%.4f"),
      cap_eval_number(m->specificity, "%.4f"),
      cap_eval_number(m->precision, "%.4f"), cap_eval_number(m->f1, "%.4f"));
  CapEvalTable *c = add_table(tables, "Calibration of malignancy", 3);
  add_row(c, g_strdup("nodules"), g_strdup("Brier score"),
          g_strdup("expected calibration error (10 bins)"));
  add_row(c, integer((int)r->label->len),
          cap_eval_number(r->calibration.brier, "%.4f"),
          cap_eval_number(r->calibration.ece, "%.4f"));
}

static void
add_pairs(CapEvalTable *t, const char *name, const CapEvalPairs *pairs,
          const char *format)
{
  const CapAgreement *a = &pairs->agreement;
  add_row(t, g_strdup(name), integer(a->n),
          cap_eval_number(a->mean_absolute_error, format),
          cap_eval_number(a->bias, format),
          range(a->limit_low, a->limit_high, format),
          cap_eval_number(a->spearman, "%.3f"),
          cap_eval_number(a->kappa, "%.3f"));
}

GPtrArray *
cap_eval_tables_new(const CapEvalResults *r)
{
  GPtrArray *tables = g_ptr_array_new_with_free_func(table_free);
  add_provenance(tables, r);
  add_detection(tables, r);
  add_strata(tables, "Sensitivity by size", r->sizes, CAP_EVAL_N_SIZES);
  add_strata(tables, "Sensitivity by texture", r->textures,
             CAP_EVAL_N_TEXTURES);
  add_malignancy(tables, r);
  add_threshold(tables, r);
  CapEvalTable *t = add_table(tables, "Agreement with the readers' mean", 7);
  add_row(t, g_strdup("measure"), g_strdup("nodules"),
          g_strdup("mean absolute error"), g_strdup("bias"),
          g_strdup("95 % limits"), g_strdup("Spearman"),
          g_strdup("quadratic kappa"));
  add_pairs(t, "volume, mm³", &r->volume, "%.1f");
  add_pairs(t, "malignancy", &r->rating, "%.3f");
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    add_pairs(t, cap_attribute_name((CapAttributeKind)a), &r->attributes[a],
              "%.3f");
  CapEvalTable *d = add_table(tables, "Masks of found nodules", 3);
  add_row(d, g_strdup("nodules"), g_strdup("mean Dice"),
          g_strdup("lowest Dice"));
  add_row(d, integer(r->n_dice), cap_eval_number(r->dice_mean, "%.4f"),
          cap_eval_number(r->n_dice > 0 ? r->dice_min : NAN, "%.4f"));
  return tables;
}
