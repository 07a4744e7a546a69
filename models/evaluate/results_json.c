/* results.json: see results.h. */
#include "io/json.h"
#include "models/evaluate/results.h"

#include <math.h>

static void
put_auc(CapJson *json, const char *key, const CapRocAuc *auc,
        const double *bootstrap)
{
  const double delong[2] = {auc->low, auc->high};
  cap_json_begin_object(json, key, TRUE);
  cap_json_number(json, bootstrap ? "auc" : "difference", auc->auc, 4);
  cap_json_numbers(json, "delong_ci95", delong, 2, 4);
  if (bootstrap != NULL)
    cap_json_numbers(json, "bootstrap_ci95", bootstrap, 2, 4);
  cap_json_end_object(json);
}

static void
put_strata(CapJson *json, const char *key, const CapEvalStratum *strata, int n)
{
  cap_json_begin_array(json, key, FALSE);
  for (int i = 0; i < n; i++) {
    const double of = strata[i].nodules;
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_string(json, "stratum", strata[i].name);
    cap_json_int(json, "nodules", strata[i].nodules);
    cap_json_int(json, "found", strata[i].found);
    cap_json_int(json, "found_at_half", strata[i].found_at_half);
    cap_json_number(json, "sensitivity", strata[i].found / of, 4);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

static void
put_detection(CapJson *json, const CapEvalResults *r)
{
  const CapFroc *f = r->froc;
  const double tp = r->tp_half, called = r->tp_half + r->fp_half;
  cap_json_begin_object(json, "detection", FALSE);
  cap_json_int(json, "scans", f->n_scans);
  cap_json_int(json, "nodules", f->n_nodules);
  cap_json_int(json, "marks", f->n_marks);
  cap_json_int(json, "tp", f->tp);
  cap_json_int(json, "fp", f->fp);
  cap_json_int(json, "fn", f->fn);
  cap_json_numbers(json, "sensitivity", r->sensitivity, CAP_FROC_N_POINTS, 4);
  cap_json_begin_array(json, "sensitivity_ci95", TRUE);
  for (int i = 0; i < CAP_FROC_N_POINTS; i++)
    cap_json_numbers(json, NULL, r->band->sensitivity[i], 2, 4);
  cap_json_end_array(json);
  cap_json_number(json, "cpm", r->cpm, 4);
  cap_json_numbers(json, "cpm_ci95", r->band->cpm, 2, 4);
  cap_json_begin_object(json, "at_half", TRUE);
  cap_json_int(json, "tp", r->tp_half);
  cap_json_int(json, "fp", r->fp_half);
  cap_json_number(json, "recall", tp / f->n_nodules, 4);
  cap_json_number(json, "precision", tp / called, 4);
  cap_json_number(json, "f1", 2 * tp / (called + f->n_nodules), 4);
  cap_json_end_object(json);
  put_strata(json, "by_size", r->sizes, CAP_EVAL_N_SIZES);
  put_strata(json, "by_texture", r->textures, CAP_EVAL_N_TEXTURES);
  cap_json_end_object(json);
}

static void
put_calibration(CapJson *json, const CapRocCalibration *c)
{
  cap_json_number(json, "brier", c->brier, 4);
  cap_json_number(json, "expected_calibration_error", c->ece, 4);
  cap_json_begin_array(json, "calibration", FALSE);
  for (int i = 0; i < c->n_bins; i++) {
    cap_json_begin_object(json, NULL, TRUE);
    cap_json_int(json, "n", c->bins[i].n);
    cap_json_number(json, "mean_probability", c->bins[i].mean_probability, 4);
    cap_json_number(json, "share_positive", c->bins[i].share_positive, 4);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
}

/* The curve of the report's figure: [threshold, recall, precision]. */
static void
put_precision_recall(CapJson *json, const CapEvalResults *r)
{
  g_autoptr(GArray) curve =
      cap_roc_precision_curve((double *)r->malignancy->data,
                              (guint8 *)r->label->data, (int)r->label->len);
  cap_json_begin_array(json, "precision_recall", FALSE);
  for (guint i = 0; i < curve->len; i++) {
    const CapRocPrecision *p = &g_array_index(curve, CapRocPrecision, i);
    const double corner[] = {p->threshold, p->recall, p->precision};
    cap_json_numbers(json, NULL, corner, 3, 6);
  }
  cap_json_end_array(json);
}

static void
put_malignancy(CapJson *json, const CapEvalResults *r)
{
  const CapRocTable *t = &r->table;
  cap_json_begin_object(json, "malignancy", FALSE);
  cap_json_string(json, "about",
                  "found nodules whose median reader rating is not 3; positive "
                  "above 3; opinions of readers, not pathology");
  cap_json_int(json, "nodules", r->label->len);
  cap_json_int(json, "positive", t->tp + t->fn);
  put_auc(json, "network", &r->auc, r->auc_bootstrap);
  put_auc(json, "diameter_alone", &r->auc_diameter, r->auc_diameter_bootstrap);
  put_auc(json, "network_minus_diameter", &r->auc_gain, NULL);
  cap_json_number(json, "average_precision", r->average_precision, 4);
  cap_json_number(json, "average_precision_diameter_alone",
                  r->average_precision_diameter, 4);
  put_precision_recall(json, r);
  cap_json_begin_object(json, "at_half", TRUE);
  cap_json_number(json, "accuracy", t->accuracy, 4);
  cap_json_number(json, "recall", t->recall, 4);
  cap_json_number(json, "specificity", t->specificity, 4);
  cap_json_number(json, "precision", t->precision, 4);
  cap_json_number(json, "f1", t->f1, 4);
  cap_json_end_object(json);
  put_calibration(json, &r->calibration);
  cap_json_end_object(json);
}

static void
put_pairs(CapJson *json, const char *key, const CapEvalPairs *pairs)
{
  const CapAgreement *a = &pairs->agreement;
  const double limits[2] = {a->limit_low, a->limit_high};
  cap_json_begin_object(json, key, TRUE);
  cap_json_int(json, "n", a->n);
  cap_json_number(json, "bias", a->bias, 4);
  cap_json_numbers(json, "limits_of_agreement", limits, 2, 4);
  cap_json_number(json, "mean_absolute_error", a->mean_absolute_error, 4);
  cap_json_number(json, "spearman", a->spearman, 4);
  cap_json_number(json, "within_one", a->within_one, 4);
  cap_json_number(json, "quadratic_kappa", a->kappa, 4);
  cap_json_end_object(json);
}

char *
cap_eval_results_json(const CapEvalResults *r)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_string(json, "software_version", r->software);
  cap_json_string(json, "weights_sha256", r->weights_sha256);
  cap_json_string(json, "settings", r->settings);
  cap_json_string(json, "inputs_sha256", r->inputs_sha256);
  cap_json_int(json, "sop_instances", r->n_images);
  cap_json_string(json, "sop_instances_sha256", r->images_sha256);
  cap_json_int(json, "cases", r->n_cases);
  cap_json_int(json, "failed", r->n_failed);
  put_detection(json, r);
  put_malignancy(json, r);
  cap_json_begin_object(json, "masks", FALSE);
  cap_json_int(json, "n", r->n_dice);
  cap_json_number(json, "dice_mean", r->dice_mean, 4);
  cap_json_number(json, "dice_min", r->n_dice ? r->dice_min : NAN, 4);
  put_pairs(json, "volume_mm3", &r->volume);
  cap_json_end_object(json);
  cap_json_begin_object(json, "attributes", FALSE);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    put_pairs(json, cap_attribute_name((CapAttributeKind)a), &r->attributes[a]);
  put_pairs(json, "malignancy", &r->rating);
  cap_json_end_object(json);
  cap_json_strings(json, "failures", r->failures);
  cap_json_strings(json, "warnings", r->warnings);
  cap_json_end_object(json);
  return cap_json_finish(json);
}
