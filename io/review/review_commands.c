/* What a reader does to a review: see review_commands.h. */
#include "io/review/review_commands.h"

#include "core/error.h"
#include "core/image/point.h"
#include "io/findings/tracking_uid.h"

#include <math.h>

/* A copy of finding ID; NULL with CAP_ERROR_INTERNAL. */
static CapFinding *
copy_of(CapReview *review, int id, GError **error)
{
  const CapFinding *finding = cap_review_finding(review, id);
  if (finding == NULL)
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                "the review has no finding %d", id);
  return finding != NULL ? cap_finding_copy(finding) : NULL;
}

gboolean
cap_review_import(CapReview *review, const CapFindings *findings,
                  GError **error)
{
  CapReviewAction *action = cap_review_action_new(CAP_ACT_IMPORTED, NULL);
  cap_review_action_put_head(action, cap_findings_copy_head(findings));
  for (guint i = 0; i < findings->items->len; i++)
    cap_review_action_put(action, cap_finding_copy(findings->items->pdata[i]));
  for (guint i = 0; i < findings->measurements->len; i++)
    cap_review_action_put_measurement(
        action, cap_measurement_copy(findings->measurements->pdata[i]));
  return cap_review_do(review, action, error);
}

/* ---- detection ---- */

static gboolean
is_touched(const CapFinding *finding)
{
  return finding->status != CAP_STATUS_UNREVIEWED || finding->by_reader ||
         *finding->comment != '\0';
}

/* One nodule: their masks meet, or without masks their centres lie as near as
 * detection takes for one. */
static gboolean
same_place(const CapFinding *a, const CapFinding *b)
{
  return cap_point_distance(a->center_mm, b->center_mm) < 4.0 ||
         (a->mask != NULL && b->mask != NULL &&
          cap_mask_shared(a->mask, b->mask) > 0);
}

static gboolean
is_taken(const GPtrArray *kept, const CapFinding *finding)
{
  for (guint i = 0; i < kept->len; i++)
    if (same_place(kept->pdata[i], finding))
      return TRUE;
  return FALSE;
}

/* Takes from LEFT, untouched findings, the nearest of those in whose place
 * FOUND is; NULL when there is none. */
static const CapFinding *
take_same(GPtrArray *left, const CapFinding *found)
{
  guint at = left->len;
  double nearest_mm = INFINITY;
  for (guint i = 0; i < left->len; i++) {
    const CapFinding *before = left->pdata[i];
    const double mm = cap_point_distance(before->center_mm, found->center_mm);
    if (mm < nearest_mm && same_place(before, found)) {
      at = i;
      nearest_mm = mm;
    }
  }
  return at < left->len ? g_ptr_array_steal_index(left, at) : NULL;
}

/* NOW (or NULL) has M, there or where a reader has moved it. */
static gboolean
has_measurement(const CapFindings *now, const CapMeasurement *m)
{
  for (guint i = 0; now != NULL && i < now->measurements->len; i++) {
    const CapMeasurement *kept = now->measurements->pdata[i];
    if (cap_measurement_lies_like(kept, m) ||
        (*m->tracking_uid != '\0' &&
         g_str_equal(kept->tracking_uid, m->tracking_uid)))
      return TRUE;
  }
  return FALSE;
}

/* Those of a report that was read. Each keeps its number where that comes after
 * those that there are. */
static void
put_measurements(const CapReview *review, CapReviewAction *action,
                 const CapFindings *findings)
{
  int next = cap_review_next_measurement(review);
  for (guint i = 0; i < findings->measurements->len; i++) {
    const CapMeasurement *m = findings->measurements->pdata[i];
    if (has_measurement(cap_review_findings(review), m))
      continue;
    CapMeasurement *put = cap_measurement_copy(m);
    put->id = MAX(m->id, next);
    next = put->id + 1;
    cap_review_action_put_measurement(action, put);
  }
}

gboolean
cap_review_detected(CapReview *review, const CapFindings *findings,
                    GError **error)
{
  const CapFindings *now = cap_review_findings(review);
  g_autoptr(GPtrArray) kept = g_ptr_array_new();
  g_autoptr(GPtrArray) left = g_ptr_array_new();
  CapReviewAction *action = cap_review_action_new(CAP_ACT_DETECTED, NULL);
  CapFindings *head = cap_findings_copy_head(findings);
  if (now != NULL) {
    head->conclusion = now->conclusion;
    cap_context_fill(&head->context, &now->context); /* the same patient */
    if (head->prior_scan == NULL)
      head->prior_scan = cap_prior_scan_copy(now->prior_scan);
    g_free(head->conclusion_reason);
    head->conclusion_reason = g_strdup(now->conclusion_reason);
  }
  cap_review_action_put_head(action, head);
  for (guint i = 0; now != NULL && i < now->items->len; i++)
    g_ptr_array_add(is_touched(now->items->pdata[i]) ? kept : left,
                    now->items->pdata[i]);
  int id = cap_review_next_finding(review);
  for (guint i = 0; i < findings->items->len; i++) {
    const CapFinding *found = findings->items->pdata[i];
    if (is_taken(kept, found))
      continue;
    const CapFinding *before = take_same(left, found);
    CapFinding *finding = cap_finding_copy(found);
    if (before != NULL)
      cap_tracking_uid_keep(now->series_uid, before, finding);
    finding->id = before != NULL ? before->id : id++;
    cap_review_action_put(action, finding);
  }
  for (guint i = 0; i < left->len; i++)
    cap_review_action_remove(action, ((CapFinding *)left->pdata[i])->id);
  put_measurements(review, action, findings);
  return cap_review_do(review, action, error);
}

/* ---- one finding ---- */

/* FINDING, which is to be put into REVIEW, is still the one that reports have
 * told of, and its mask is no longer what detection alone drew. */
static void
edited(const CapReview *review, CapFinding *finding)
{
  const CapFinding *now = cap_review_finding(review, finding->id);
  if (now != NULL)
    cap_tracking_uid_keep(cap_review_findings(review)->series_uid, now,
                          finding);
  if (finding->mask_maker == CAP_MASK_AUTOMATIC)
    finding->mask_maker = CAP_MASK_SEMIAUTOMATIC;
}

gboolean
cap_review_change(CapReview *review, CapAct act, CapFinding *finding,
                  GError **error)
{
  CapReviewAction *action = cap_review_action_new(act, NULL);
  if (act == CAP_ACT_MOVED || act == CAP_ACT_RESIZED ||
      act == CAP_ACT_REDRAWN || act == CAP_ACT_ADDED)
    edited(review, finding);
  cap_review_action_put(action, finding);
  return cap_review_do(review, action, error);
}

gboolean
cap_review_set_status(CapReview *review, int id, CapStatus status,
                      GError **error)
{
  CapFinding *finding = copy_of(review, id, error);
  if (finding == NULL)
    return FALSE;
  finding->status = status;
  return cap_review_change(review, CAP_ACT_STATUS, finding, error);
}

gboolean
cap_review_set_comment(CapReview *review, int id, const char *text,
                       GError **error)
{
  CapFinding *finding = copy_of(review, id, error);
  if (finding == NULL)
    return FALSE;
  g_free(finding->comment);
  finding->comment = g_utf8_make_valid(text, -1);
  return cap_review_change(review, CAP_ACT_COMMENTED, finding, error);
}

int
cap_review_add(CapReview *review, CapFinding *finding, GError **error)
{
  const int id = finding->id = cap_review_next_finding(review);
  return cap_review_change(review, CAP_ACT_ADDED, finding, error) ? id : 0;
}

gboolean
cap_review_delete(CapReview *review, int id, GError **error)
{
  CapReviewAction *action = cap_review_action_new(CAP_ACT_DELETED, NULL);
  cap_review_action_remove(action, id);
  return cap_review_do(review, action, error);
}

gboolean
cap_review_split(CapReview *review, int id, GPtrArray *parts, GError **error)
{
  CapReviewAction *action = cap_review_action_new(CAP_ACT_SPLIT, NULL);
  const int next = cap_review_next_finding(review);
  for (guint i = 0; i < parts->len; i++) {
    CapFinding *part = g_steal_pointer(&parts->pdata[i]);
    part->id = i == 0 ? id : next + (int)i - 1;
    edited(review, part);
    cap_review_action_put(action, part);
  }
  return cap_review_do(review, action, error);
}

gboolean
cap_review_merge(CapReview *review, CapFinding *whole, int other,
                 GError **error)
{
  CapReviewAction *action = cap_review_action_new(CAP_ACT_MERGED, NULL);
  edited(review, whole);
  cap_review_action_put(action, whole);
  cap_review_action_remove(action, other);
  return cap_review_do(review, action, error);
}

/* ---- the scan ---- */

gboolean
cap_review_conclude(CapReview *review, CapConclusion conclusion,
                    const char *reason, GError **error)
{
  const CapFindings *now = cap_review_findings(review);
  if (now == NULL) {
    g_set_error_literal(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                        "a review that has not begun has no conclusion");
    return FALSE;
  }
  CapFindings *head = cap_findings_copy_head(now);
  head->conclusion = conclusion;
  g_free(head->conclusion_reason);
  head->conclusion_reason = g_utf8_make_valid(reason ? reason : "", -1);
  CapReviewAction *action = cap_review_action_new(CAP_ACT_CONCLUDED, NULL);
  cap_review_action_put_head(action, head);
  return cap_review_do(review, action, error);
}

gboolean
cap_review_set_context(CapReview *review, const CapPatientContext *context,
                       GError **error)
{
  CapFindings *head = cap_findings_copy_head(cap_review_findings(review));
  head->context = *context;
  CapReviewAction *action = cap_review_action_new(CAP_ACT_CONTEXT, NULL);
  cap_review_action_put_head(action, head);
  return cap_review_do(review, action, error);
}

static gboolean
same_prior(const CapPrior *a, const CapPrior *b)
{
  return a->state == b->state && a->days == b->days && a->id == b->id &&
         a->type == b->type && a->mean_diameter_mm == b->mean_diameter_mm &&
         a->solid_mean_diameter_mm == b->solid_mean_diameter_mm &&
         a->volume_mm3 == b->volume_mm3 && a->log_sd == b->log_sd;
}

gboolean
cap_review_set_priors(CapReview *review, CapAct act, const char *note,
                      const CapFindings *compared, GError **error)
{
  CapReviewAction *action = cap_review_action_new(act, note);
  cap_review_action_put_head(action, cap_findings_copy_head(compared));
  for (guint i = 0; i < compared->items->len; i++) {
    const CapFinding *finding = compared->items->pdata[i];
    const CapFinding *now = cap_review_finding(review, finding->id);
    if (now == NULL || same_prior(&now->prior, &finding->prior))
      continue;
    CapFinding *changed = cap_finding_copy(now);
    changed->prior = finding->prior;
    cap_review_action_put(action, changed);
  }
  return cap_review_do(review, action, error);
}

/* ---- measurements ---- */

/* What is moved or named before it had a tracking UID gets the one that reports
 * have told until then. */
static gboolean
put_measurement(CapReview *review, CapAct act, CapMeasurement *measurement,
                GError **error)
{
  const CapFindings *findings = cap_review_findings(review);
  const char *series_uid = findings != NULL ? findings->series_uid : "";
  const CapMeasurement *before =
      cap_review_measurement(review, measurement->id);
  if (before != NULL && *measurement->tracking_uid == '\0') {
    g_autoptr(CapMeasurement) told = cap_measurement_copy(before);
    cap_measurement_track(series_uid, told);
    g_free(measurement->tracking_uid);
    measurement->tracking_uid = g_strdup(told->tracking_uid);
  }
  cap_measurement_track(series_uid, measurement);
  CapReviewAction *action = cap_review_action_new(act, NULL);
  cap_review_action_put_measurement(action, measurement);
  return cap_review_do(review, action, error);
}

int
cap_review_add_measurement(CapReview *review, CapMeasurement *measurement,
                           GError **error)
{
  const int id = measurement->id = cap_review_next_measurement(review);
  return put_measurement(review, CAP_ACT_MEASURED, measurement, error) ? id : 0;
}

gboolean
cap_review_move_measurement(CapReview *review, CapMeasurement *measurement,
                            GError **error)
{
  return put_measurement(review, CAP_ACT_MEASUREMENT_MOVED, measurement, error);
}

gboolean
cap_review_name_measurement(CapReview *review, int id, const char *name,
                            GError **error)
{
  const CapMeasurement *now = cap_review_measurement(review, id);
  if (now == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL,
                "the review has no measurement %d", id);
    return FALSE;
  }
  CapMeasurement *named = cap_measurement_copy(now);
  g_free(named->name);
  named->name = g_utf8_make_valid(name, -1);
  return put_measurement(review, CAP_ACT_MEASUREMENT_NAMED, named, error);
}

gboolean
cap_review_delete_measurement(CapReview *review, int id, GError **error)
{
  CapReviewAction *action =
      cap_review_action_new(CAP_ACT_MEASUREMENT_DELETED, NULL);
  cap_review_action_remove_measurement(action, id);
  return cap_review_do(review, action, error);
}

/* ---- key images and the log ---- */

int
cap_review_add_key_image(CapReview *review, CapReviewImage *image,
                         GError **error)
{
  const int id = image->id = cap_review_next_key_image(review);
  CapReviewAction *action = cap_review_action_new(CAP_ACT_KEY_IMAGE, NULL);
  cap_review_action_put_key_image(action, image);
  return cap_review_do(review, action, error) ? id : 0;
}

gboolean
cap_review_remove_key_image(CapReview *review, int id, GError **error)
{
  CapReviewAction *action = cap_review_action_new(CAP_ACT_KEY_IMAGE, NULL);
  cap_review_action_remove_key_image(action, id);
  return cap_review_do(review, action, error);
}

gboolean
cap_review_log(CapReview *review, CapAct act, const char *note, GError **error)
{
  return cap_review_do(review, cap_review_action_new(act, note), error);
}
