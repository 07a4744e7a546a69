/* Reports as tables: report.csv, one row a finding, and measurements.csv, one
 * row a measurement by hand (RFC 4180: CRLF, quotes where needed), and
 * luna16.csv in the columns of the LUNA16 challenge. */
#include "io/report/formats.h"

#include "core/guidelines/judge.h"
#include "core/image/unit.h"
#include "core/measure/malignancy.h"
#include "core/measure/prior.h"
#include "io/csv.h"
#include "io/findings/findings_csv.h"
#include "io/report/dicom_common.h"
#include "io/report/words.h"

#include <math.h>
#include <string.h>

static void
put(GString *row, const char *text)
{
  if (row->len > 0 && row->str[row->len - 1] != '\n')
    g_string_append_c(row, ',');
  cap_csv_append(row, text);
}

static void
put_number(GString *row, double value, int decimals)
{
  g_autofree char *text = cap_words_number(value, decimals);
  put(row, text);
}

static void
put_head(GString *out)
{
  static const char *const before[] = {"seriesuid",
                                       "finding",
                                       "tracking_uid",
                                       "status",
                                       "type",
                                       "side",
                                       "lobe",
                                       "sop_uid",
                                       "coordX",
                                       "coordY",
                                       "coordZ",
                                       "probability",
                                       "long_axis_mm",
                                       "short_axis_mm",
                                       "mean_diameter_mm",
                                       "solid_mean_diameter_mm",
                                       "volume_mm3",
                                       "hu_mean",
                                       "hu_sd",
                                       "hu_min",
                                       "hu_max",
                                       "near_gap",
                                       "malignancy_expected",
                                       "malignancy_probability",
                                       "malignancy_from_size"};
  static const char *const prior[] = {"prior",
                                      "prior_date",
                                      "prior_days",
                                      "prior_mean_diameter_mm",
                                      "prior_volume_mm3",
                                      "volume_change_percent",
                                      "volume_change_percent_low",
                                      "volume_change_percent_high",
                                      "doubling_days",
                                      "doubling_days_low",
                                      "doubling_days_high"};
  for (guint i = 0; i < G_N_ELEMENTS(before); i++)
    put(out, before[i]);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++)
    put(out, cap_attribute_name((CapAttributeKind)i));
  for (int i = 0; i < CAP_N_GUIDELINES; i++)
    put(out, cap_guideline_word((CapGuideline)i));
  put(out, "override_reason");
  for (guint i = 0; i < G_N_ELEMENTS(prior); i++)
    put(out, prior[i]);
  g_string_append(out, "\r\n");
}

static void
put_measures(GString *out, const CapFinding *f)
{
  put_number(out, f->center_mm.x, 4);
  put_number(out, f->center_mm.y, 4);
  put_number(out, f->center_mm.z, 4);
  put_number(out, f->probability, 6);
  put_number(out, f->long_axis_mm, 4);
  put_number(out, f->short_axis_mm, 4);
  put_number(out, f->mean_diameter_mm, 4);
  put_number(out, f->solid_mean_diameter_mm, 4);
  put_number(out, f->volume_mm3, 2);
  put_number(out, f->hu_mean, 2);
  put_number(out, f->hu_sd, 2);
  put_number(out, f->hu_min, 2);
  put_number(out, f->hu_max, 2);
  put(out, f->near_gap ? "true" : "false");
}

/* Empty fields where no network has judged. */
static void
put_ratings(GString *out, const CapReport *report, const CapFinding *f)
{
  const gboolean judged = cap_report_has_judged(report, f);
  const double values[] = {f->malignancy.expected, f->malignancy_probability};
  const int decimals[] = {4, 6};
  for (int i = 0; i < 2; i++)
    if (judged)
      put_number(out, values[i], decimals[i]);
    else
      put(out, "");
  put_number(out, cap_malignancy_from_size(f->volume_mm3), 4);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++)
    if (judged)
      put_number(out, f->attributes[i].expected, 4);
    else
      put(out, "");
}

/* Categories as files have them, Brock's probability; empty where there is
 * none. */
static void
put_guidelines(GString *out, const CapReport *report, const CapFinding *f)
{
  g_autoptr(GString) reasons = g_string_new(NULL);
  for (int i = 0; i < CAP_N_GUIDELINES; i++) {
    g_autoptr(CapAdvice) advice =
        cap_guideline_judge((CapGuideline)i, report->findings, f);
    const CapGuidelineCategory *verdict = cap_guideline_verdict(advice, f);
    if (advice->probability > 0)
      put_number(out, advice->probability, 6);
    else
      put(out, verdict ? verdict->word : "");
    if (f->overrides[i] != NULL)
      g_string_append_printf(reasons, "%s%s", reasons->len > 0 ? "; " : "",
                             f->overrides[i]->reason);
  }
  put(out, reasons->str);
}

/* An empty field where VALUE has no limit. */
static void
put_finite(GString *out, double value, int decimals)
{
  if (isfinite(value))
    put_number(out, value, decimals);
  else
    put(out, "");
}

/* The earlier scan; empty fields where none was compared, and for a doubling
 * time that has no limit. */
static void
put_prior(GString *out, const CapReport *report, const CapFinding *f)
{
  const CapPriorScan *scan = report->findings->prior_scan;
  const CapPrior *then = &f->prior;
  const gboolean was = then->state == CAP_PRIOR_MATCHED;
  CapGrowth g = {.ratio = NAN,
                 .ratio_low = NAN,
                 .ratio_high = NAN,
                 .doubling_days = NAN,
                 .doubling_low = NAN,
                 .doubling_high = NAN};
  if (!cap_prior_growth(f, &g) && was && then->volume_mm3 > 0)
    g.ratio = f->volume_mm3 / then->volume_mm3;
  put(out, was ? "matched" : then->state == CAP_PRIOR_NEW ? "new" : "");
  put(out, scan != NULL && then->state != CAP_PRIOR_NONE ? scan->date : "");
  put_finite(out, then->days > 0 ? then->days : NAN, 0);
  put_finite(out, was ? then->mean_diameter_mm : NAN, 4);
  put_finite(out, was ? then->volume_mm3 : NAN, 2);
  put_finite(out, 100 * (g.ratio - 1), 2);
  put_finite(out, 100 * (g.ratio_low - 1), 2);
  put_finite(out, 100 * (g.ratio_high - 1), 2);
  put_finite(out, g.doubling_days, 1);
  put_finite(out, g.doubling_low, 1);
  put_finite(out, g.doubling_high, 1);
}

gboolean
cap_report_write_csv(const CapReport *report, const char *path, GError **error)
{
  g_autoptr(GString) out = g_string_new(NULL);
  put_head(out);
  for (guint i = 0; i < report->findings->items->len; i++) {
    const CapFinding *f = report->findings->items->pdata[i];
    g_autofree char *uid = cap_report_tracking_uid(report, f);
    g_autofree char *id = g_strdup_printf("%d", f->id);
    put(out, report->findings->series_uid);
    put(out, id);
    put(out, uid);
    put(out, cap_status_name(f->status));
    put(out, cap_nodule_type_name(f->type));
    put(out, cap_side_name(f->side));
    put(out, cap_lobe_name(f->lobe));
    put(out, f->sop_uid);
    put_measures(out, f);
    put_ratings(out, report, f);
    put_guidelines(out, report, f);
    put_prior(out, report, f);
    g_string_append(out, "\r\n");
  }
  return cap_report_save_text(out->str, path, error);
}

/* Empty where the measurement has no such number. */
static void
put_if(GString *row, gboolean has, double value)
{
  if (has)
    put_number(row, value, 4);
  else
    put(row, "");
}

/* "x y z; x y z; …", the points of an outline; "" for other kinds. */
static char *
outline_text(const CapMeasurement *m)
{
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < m->outline_mm->len; i++) {
    const CapPoint p = g_array_index(m->outline_mm, CapPoint, i);
    g_autofree char *x = cap_words_number(p.x, 4);
    g_autofree char *y = cap_words_number(p.y, 4);
    g_autofree char *z = cap_words_number(p.z, 4);
    g_string_append_printf(text, "%s%s %s %s", i > 0 ? "; " : "", x, y, z);
  }
  return g_string_free(text, FALSE);
}

static void
put_measurement(GString *out, const CapReport *report, const CapMeasurement *m)
{
  const gboolean axes = m->kind == CAP_MEASURE_AXES;
  const gboolean region = cap_measure_is_region(m->kind);
  const gboolean content = region && m->n_voxels > 0;
  g_autofree char *id = g_strdup_printf("%d", m->id);
  g_autofree char *slice = g_strdup_printf("%d", m->source_slice + 1);
  g_autofree char *voxels = g_strdup_printf("%d", m->n_voxels);
  put(out, report->findings->series_uid);
  put(out, id);
  put(out, cap_measure_kind_name(m->kind));
  put(out, m->name);
  put(out, m->sop_uid);
  put(out, slice);
  put_if(out, axes || m->kind == CAP_MEASURE_LENGTH, m->long_mm);
  put_if(out, axes, m->short_mm);
  put_if(out, axes, m->mean_diameter_mm);
  put_if(out, m->kind == CAP_MEASURE_ANGLE, m->angle_deg);
  put_if(out, region, m->area_mm2);
  put(out, region ? voxels : "");
  put_if(out, content, m->hu_mean);
  put_if(out, content, m->hu_sd);
  put_if(out, content, m->hu_min);
  put_if(out, content, m->hu_max);
  for (int i = 0; i < CAP_MEASUREMENT_MAX_ENDS; i++) {
    const gboolean has = i < cap_measurement_n_ends(m->kind);
    put_if(out, has, m->ends_mm[i].x);
    put_if(out, has, m->ends_mm[i].y);
    put_if(out, has, m->ends_mm[i].z);
  }
  put(out, m->tracking_uid);
  g_autofree char *outline = outline_text(m);
  put(out, outline);
  put(out, cap_unit_length(m->unknown));
  put(out, cap_unit_value(m->unknown));
  g_string_append(out, "\r\n");
}

gboolean
cap_report_write_measurements(const CapReport *report, const char *path,
                              GError **error)
{
  g_autoptr(GString) out = g_string_new(
      "seriesuid,measurement,kind,name,sop_uid,slice,long_axis_mm,"
      "short_axis_mm,mean_diameter_mm,angle_deg,area_mm2,voxels,hu_mean,"
      "hu_sd,hu_min,hu_max,x1,y1,z1,x2,y2,z2,x3,y3,z3,x4,y4,z4,"
      "tracking_uid,outline,length_unit,value_unit\r\n");
  const GPtrArray *list = report->findings->measurements;
  for (guint i = 0; i < list->len; i++)
    put_measurement(out, report, list->pdata[i]);
  return cap_report_save_text(out->str, path, error);
}

gboolean
cap_report_write_luna16(const CapReport *report, const char *path,
                        GError **error)
{
  return cap_findings_csv_save(report->findings, path, error);
}
