/* The tables of reports for people: see words_tables.h. */
#include "io/report/words_tables.h"

#include "core/guidelines/judge.h"
#include "core/image/unit.h"
#include "core/language.h"
#include "core/measure/malignancy.h"
#include "core/person.h"
#include "io/report/words.h"
#include "io/report/words_prior.h"

#include <string.h>

static void
free_row(gpointer data)
{
  CapWordsRow *row = data;
  g_free(row->label);
  g_free(row->value);
  g_free(row);
}

GPtrArray *
cap_words_rows_new(void)
{
  return g_ptr_array_new_with_free_func(free_row);
}

void
cap_words_rows_add(GPtrArray *rows, const char *label, char *value)
{
  if (value == NULL || *value == '\0') {
    g_free(value);
    return;
  }
  CapWordsRow *row = g_new(CapWordsRow, 1);
  row->label = g_strdup(label);
  row->value = value;
  g_ptr_array_add(rows, row);
}

GPtrArray *
cap_words_table_new(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
}

static char *
with_unit(double value, int decimals, const char *unit)
{
  g_autofree char *number = cap_words_number(value, decimals);
  return g_strdup_printf("%s %s", number, unit);
}

/* What numbers of the report are not; "" where they are all that they should
 * be. */
static char *
units_text(unsigned unknown)
{
  const gboolean hu = !(unknown & CAP_UNKNOWN_HU);
  const gboolean mm = !(unknown & CAP_UNKNOWN_MM);
  return g_strdup_printf(
      "%s%s%s%s", hu ? "" : "values are as stored, not HU",
      hu || mm ? "" : "; ", mm ? "" : "lengths are in pixels, not mm",
      hu && mm ? "" : ": types of nodules and guidelines do not apply");
}

GPtrArray *
cap_words_scan(const CapReport *report)
{
  GPtrArray *rows = cap_words_rows_new();
  const CapVolume *v = report->volume;
  if (v != NULL) {
    const CapSource *s = v->source;
    cap_words_rows_add(rows, "Patient", cap_person_text(s->patient_name));
    cap_words_rows_add(rows, "Patient ID", g_strdup(s->patient_id));
    cap_words_rows_add(rows, "Born", cap_words_date(s->patient_birth_date));
    cap_words_rows_add(rows, "Sex", g_strdup(s->patient_sex));
    cap_words_rows_add(rows, "Study date", cap_words_date(s->study_date));
    cap_words_rows_add(rows, "Study", g_strdup(s->study_description));
    cap_words_rows_add(rows, "Series", g_strdup(s->series_description));
    g_autofree char *x = cap_words_number(v->spacing_mm[0], 2);
    g_autofree char *y = cap_words_number(v->spacing_mm[1], 2);
    g_autofree char *z = cap_words_number(v->spacing_mm[2], 2);
    cap_words_rows_add(rows, "Images",
                       g_strdup_printf("%d of %d × %d, %s × %s × %s %s",
                                       v->slices, v->columns, v->rows, x, y, z,
                                       cap_unit_length(s->unknown)));
    cap_words_rows_add(rows, "Scanner", g_strdup(s->manufacturer));
  }
  cap_words_rows_add(rows, "Units", units_text(report->findings->unknown));
  if (!g_str_equal(report->date, CAP_REPORT_NO_DATE))
    cap_words_rows_add(rows, "Reported", cap_words_moment(report));
  cap_words_rows_add(rows, "Reader", cap_person_text(report->reader));
  return rows;
}

GPtrArray *
cap_words_provenance(const CapReport *report)
{
  const CapFindings *f = report->findings;
  GPtrArray *rows = cap_words_rows_new();
  cap_words_rows_add(rows, "Software", g_strdup("Capsight " CAP_VERSION));
  cap_words_rows_add(
      rows, "Findings made by",
      g_strstrip(g_strdup_printf("%s %s", f->algorithm, f->algorithm_version)));
  cap_words_rows_add(rows, "Weights (SHA-256)", g_strdup(f->weights_sha256));
  cap_words_rows_add(rows, "Settings",
                     g_strdelimit(g_strdup(f->settings_json), "\n", ' '));
  if (*f->algorithm != '\0')
    cap_words_rows_add(rows, "Candidates judged",
                       g_strdup_printf("%d", f->n_candidates));
  cap_words_rows_add(rows, "Study UID", g_strdup(f->study_uid));
  cap_words_rows_add(rows, "Series UID", g_strdup(f->series_uid));
  cap_words_rows_add(rows, "Prior studies",
                     f->prior_scan ? cap_words_prior_scan(f)
                                   : g_strdup("none was compared"));
  if (f->prior_scan != NULL)
    cap_words_rows_add(rows, "Prior series UID",
                       g_strdup(f->prior_scan->series_uid));
  cap_words_rows_add(rows, "Report (SHA-256)", g_strdup(report->fingerprint));
  return rows;
}

GPtrArray *
cap_words_key_images(const CapReport *report)
{
  GPtrArray *rows = cap_words_rows_new();
  for (guint i = 0; i < report->key_images->len; i++) {
    const CapReviewImage *marked = report->key_images->pdata[i];
    g_autofree char *label = g_strdup_printf("Key image %u", i + 1);
    g_autofree char *words = cap_words_key_image(report, marked);
    cap_words_rows_add(rows, label,
                       g_strconcat(words,
                                   *marked->comment != '\0' ? ": " : NULL,
                                   marked->comment, NULL));
  }
  return rows;
}

GPtrArray *
cap_words_measures(const CapReport *report, const CapFinding *f)
{
  GPtrArray *rows = cap_words_rows_new();
  const char *mm = cap_unit_length(f->unknown);
  g_autofree char *mm3 = g_strconcat(mm, "³", NULL);
  cap_words_rows_add(rows, "Long axis", with_unit(f->long_axis_mm, 1, mm));
  cap_words_rows_add(rows, "Short axis", with_unit(f->short_axis_mm, 1, mm));
  cap_words_rows_add(rows, "Mean diameter",
                     with_unit(f->mean_diameter_mm, 1, mm));
  if (f->type == CAP_TYPE_PART_SOLID)
    cap_words_rows_add(rows, "Solid part, mean",
                       with_unit(f->solid_mean_diameter_mm, 1, mm));
  cap_words_rows_add(rows, "Volume", with_unit(f->volume_mm3, 0, mm3));
  g_autofree char *mean = cap_words_number(f->hu_mean, 0);
  g_autofree char *sd = cap_words_number(f->hu_sd, 0);
  cap_words_rows_add(
      rows, "Density",
      g_strdup_printf("%s ± %s%s", mean, sd, cap_unit_after_value(f->unknown)));
  g_autofree char *x = cap_words_number(f->center_mm.x, 1);
  g_autofree char *y = cap_words_number(f->center_mm.y, 1);
  g_autofree char *z = cap_words_number(f->center_mm.z, 1);
  if (!(f->unknown & CAP_UNKNOWN_MM))
    cap_words_rows_add(rows, "Centre (LPS)",
                       g_strdup_printf("%s, %s, %s mm", x, y, z));
  cap_words_rows_add(rows, "Slice", cap_words_slice(report, f->source_slice));
  return rows;
}

GPtrArray *
cap_words_judgement(const CapFinding *f)
{
  GPtrArray *rows = cap_words_rows_new();
  cap_words_rows_add(rows, "Nodule probability",
                     cap_words_number(f->probability, 2));
  g_autofree char *expected = cap_words_number(f->malignancy.expected, 1);
  g_autofree char *sd = cap_words_number(f->malignancy.sd, 1);
  cap_words_rows_add(rows, "Malignancy rating",
                     g_strdup_printf("%s ± %s of 5", expected, sd));
  cap_words_rows_add(rows, "P(rating above 3)",
                     cap_words_number(f->malignancy_probability, 2));
  cap_words_rows_add(
      rows, "Size alone would give",
      cap_words_number(cap_malignancy_from_size(f->volume_mm3), 2));
  return rows;
}

char *
cap_words_title(const CapFinding *finding)
{
  g_autofree char *mm = cap_words_number(finding->mean_diameter_mm, 1);
  g_autofree char *site = cap_words_site(finding);
  *site = g_ascii_tolower(*site);
  return g_strdup_printf(_("%s nodule, %s %s, %s"),
                         cap_words_type(finding->type), mm,
                         cap_unit_length(finding->unknown), site);
}

/* "margin sharp", with the level's word. */
static void
append_trait(GString *out, const CapFinding *f, CapAttributeKind kind)
{
  const int level = cap_words_level(&f->attributes[kind], kind);
  g_autofree char *name = g_ascii_strdown(cap_words_attribute(kind), -1);
  g_autofree char *expected = cap_words_number(f->attributes[kind].expected, 1);
  g_string_append_printf(out, "%s%s %s (%s of %d)", out->len > 0 ? ", " : "",
                         name, cap_words_level_name(kind, level), expected,
                         cap_attribute_levels(kind));
}

char *
cap_words_explanation(const CapFinding *f)
{
  static const CapAttributeKind traits[] = {
      CAP_MARGIN, CAP_SPICULATION, CAP_LOBULATION, CAP_TEXTURE, CAP_SPHERICITY};
  GString *list = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(traits); i++)
    append_trait(list, f, traits[i]);
  g_autofree char *looks = g_string_free(list, FALSE);
  g_autofree char *nodule = cap_words_number(f->capsules[0].length, 2);
  g_autofree char *other = cap_words_number(f->capsules[1].length, 2);
  return g_strdup_printf(
      "The nodule capsule answers with length %s and the non-nodule capsule "
      "with %s (0 to 1). Readers would be expected to call it: %s. The maps "
      "show which places of the patch voted for a nodule.",
      nodule, other, looks);
}

GPtrArray *
cap_words_doubts(const CapFinding *f)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
  for (int i = 0; i < CAP_N_DOUBTS; i++)
    if (f->doubts[i].raised)
      g_ptr_array_add(list, cap_doubt_text((CapDoubtKind)i, &f->doubts[i]));
  return list;
}

enum { N_COLUMNS = 11 };

static char **
head_cells(unsigned unknown)
{
  const char *mm = cap_unit_length(unknown);
  g_autofree char *axes = g_strdup_printf("Axes %s", mm);
  g_autofree char *mean = g_strdup_printf("Mean %s", mm);
  const char *const cells[N_COLUMNS + 1] = {"No.",
                                            "Finding",
                                            "Site",
                                            axes,
                                            mean,
                                            "Volume",
                                            unknown & CAP_UNKNOWN_HU ? "Value"
                                                                     : "HU",
                                            "Lung-RADS",
                                            "P(nodule)",
                                            "P(mal.)",
                                            "Status"};
  return g_strdupv((char **)cells);
}

/* Word of the Lung-RADS category; a dash where there is none. */
static char *
lungrads_word(const CapReport *report, const CapFinding *f)
{
  g_autoptr(CapAdvice) advice =
      cap_guideline_judge(CAP_LUNGRADS, report->findings, f);
  const CapGuidelineCategory *verdict = cap_guideline_verdict(advice, f);
  return g_strdup(verdict ? verdict->word : "–");
}

static char **
finding_cells(const CapReport *report, const CapFinding *f)
{
  const gboolean judged = cap_report_has_judged(report, f);
  char **cells = g_new0(char *, N_COLUMNS + 1);
  g_autofree char *a = cap_words_number(f->long_axis_mm, 1);
  g_autofree char *b = cap_words_number(f->short_axis_mm, 1);
  g_autofree char *mm3 = g_strconcat(cap_unit_length(f->unknown), "³", NULL);
  int i = 0;
  cells[i++] = g_strdup_printf("%d", f->id);
  cells[i++] = g_strdup(cap_words_type(f->type));
  cells[i++] = cap_words_site(f);
  cells[i++] = g_strdup_printf("%s × %s", a, b);
  cells[i++] = cap_words_number(f->mean_diameter_mm, 1);
  cells[i++] = with_unit(f->volume_mm3, 0, mm3);
  cells[i++] = cap_words_number(f->hu_mean, 0);
  cells[i++] = lungrads_word(report, f);
  cells[i++] = judged ? cap_words_number(f->probability, 2) : g_strdup("–");
  cells[i++] =
      judged ? cap_words_number(f->malignancy_probability, 2) : g_strdup("–");
  cells[i++] = g_strdup(cap_words_status(f->status));
  return cells;
}

GPtrArray *
cap_words_findings_table(const CapReport *report)
{
  GPtrArray *table = cap_words_table_new();
  g_ptr_array_add(table, head_cells(report->findings->unknown));
  for (guint i = 0; i < report->findings->items->len; i++)
    g_ptr_array_add(table,
                    finding_cells(report, report->findings->items->pdata[i]));
  return table;
}
