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
#include "io/report/words_measurements.h"

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

/* Empty where HAS is not: what is not in mm or HU goes below no such name. */
static void
put_numbers(GString *out, gboolean has, const double *values, int n,
            int decimals)
{
  for (int i = 0; i < n; i++)
    if (has)
      put_number(out, values[i], decimals);
    else
      put(out, "");
}

static void
put_measures(GString *out, const CapFinding *f)
{
  const gboolean has_mm = !(f->unknown & CAP_UNKNOWN_MM);
  const gboolean has_hu = !(f->unknown & CAP_UNKNOWN_HU);
  const double center[] = {f->center_mm.x, f->center_mm.y, f->center_mm.z};
  const double sizes[] = {f->long_axis_mm, f->short_axis_mm,
                          f->mean_diameter_mm};
  const double hu[] = {f->hu_mean, f->hu_sd, f->hu_min, f->hu_max};
  put_numbers(out, has_mm, center, 3, 4);
  put_numbers(out, !f->unjudged, &f->probability, 1, 6);
  put_numbers(out, has_mm, sizes, 3, 4);
  put_numbers(out, has_mm && has_hu, &f->solid_mean_diameter_mm, 1, 4);
  put_numbers(out, has_mm, &f->volume_mm3, 1, 2);
  put_numbers(out, has_hu, hu, 4, 2);
  put(out, f->near_gap ? "true" : "false");
}

/* Empty fields where no network has judged. */
static void
put_ratings(GString *out, const CapReport *report, const CapFinding *f)
{
  const gboolean judged = cap_report_has_judged(report, f);
  const double from_size = cap_malignancy_from_size(f->volume_mm3);
  put_numbers(out, judged, &f->malignancy.expected, 1, 4);
  put_numbers(out, judged, &f->malignancy_probability, 1, 6);
  put_numbers(out, !(f->unknown & (CAP_UNKNOWN_HU | CAP_UNKNOWN_MM)),
              &from_size, 1, 4);
  for (int i = 0; i < CAP_N_ATTRIBUTES; i++)
    put_numbers(out, judged, &f->attributes[i].expected, 1, 4);
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
    put(out,
        f->type == CAP_TYPE_UNCLASSIFIED ? "" : cap_nodule_type_name(f->type));
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
  put_numbers(out, axes || m->kind == CAP_MEASURE_LENGTH, &m->long_mm, 1, 4);
  put_numbers(out, axes, &m->short_mm, 1, 4);
  put_numbers(out, axes, &m->mean_diameter_mm, 1, 4);
  put_numbers(out, m->kind == CAP_MEASURE_ANGLE, &m->angle_deg, 1, 4);
  put_numbers(out, region, &m->area_mm2, 1, 4);
  put(out, region ? voxels : "");
  put_numbers(out, content, &m->hu_mean, 1, 4);
  put_numbers(out, content, &m->hu_sd, 1, 4);
  put_numbers(out, content, &m->hu_min, 1, 4);
  put_numbers(out, content, &m->hu_max, 1, 4);
  for (int i = 0; i < CAP_MEASUREMENT_MAX_ENDS; i++) {
    const gboolean has = i < cap_measurement_n_ends(m->kind);
    put_numbers(out, has, &m->ends_mm[i].x, 1, 4);
    put_numbers(out, has, &m->ends_mm[i].y, 1, 4);
    put_numbers(out, has, &m->ends_mm[i].z, 1, 4);
  }
  put(out, m->tracking_uid);
  g_autofree char *outline = outline_text(m);
  put(out, outline);
  put(out, cap_unit_length(m->unknown));
  put(out, cap_unit_value(m->unknown));
  g_autofree char *place = cap_words_measurement_place(report, m);
  put(out, place);
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
      "tracking_uid,outline,length_unit,value_unit,plane\r\n");
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
