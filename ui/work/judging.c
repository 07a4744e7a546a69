/* CapJudging: see judging.h. */
#include "ui/work/judging.h"

#include "core/error.h"
#include "core/image/lung.h"
#include "core/image/point.h"
#include "core/language.h"
#include "core/measure/measure.h"
#include "io/review/review_commands.h"
#include "models/detect.h"
#include "models/detector.h"
#include "ui/edit/edit.h"
#include "ui/work/job.h"

#include <math.h>

#define POINT_MM 10.0 /* as detection takes a place that it is pointed at */
#define SAME_MM 4.0   /* as detecting again takes two centres for one place */

struct CapJudging {
  CapSession *session;
  char *weights;       /* or NULL */
  CapShared *detector; /* of CapDetector; NULL until it is needed */
  CapShared *lungs;    /* of CapMask, of the session's volume; NULL alike */
  gboolean no_weights; /* they cannot be had: measure only */
  CapJob *job;         /* the one that runs, or NULL */
  GArray *points;      /* of CapPoint: still to be added */
  gint64 given_up;     /* version that could not be judged */
};

/* What a look needs, and what it makes of it. */
typedef struct {
  CapShared *volume, *detector, *lungs;
  char *weights;
  gboolean no_weights;
  gboolean adding;
  CapPoint at_mm;
  CapFinding *finding; /* to look at; NULL while adding or warming up */
  gint64 version;      /* of it in the review */
} Look;

static void
look_free(Look *look)
{
  cap_shared_unref(look->volume);
  cap_shared_unref(look->detector);
  cap_shared_unref(look->lungs);
  g_free(look->weights);
  cap_finding_free(look->finding);
  g_free(look);
}

/* ---- in the worker ---- */

/* Weights and lungs, where they are not there yet. */
static gboolean
prepare(Look *look, const CapProgress *progress, GError **error)
{
  const CapVolume *volume = cap_shared_get(look->volume);
  if (look->lungs == NULL) {
    CapMask *lungs = cap_lung_mask(volume, progress, error);
    if (lungs == NULL)
      return FALSE;
    look->lungs = cap_shared_new(lungs, (GDestroyNotify)cap_mask_free);
  }
  if (look->detector != NULL || look->no_weights)
    return TRUE;
  CapDetector *detector =
      cap_detector_load(look->weights, CAP_DETECTOR_EXPLAINS, NULL);
  look->no_weights = detector == NULL;
  if (detector != NULL)
    look->detector =
        cap_shared_new(detector, (GDestroyNotify)cap_detector_free);
  return TRUE;
}

/* What the image alone shows at the place. */
static CapFinding *
segment(const CapVolume *volume, const CapMask *lungs, CapPoint at_mm)
{
  CapMask *mask = cap_measure_segment(volume, at_mm, POINT_MM);
  if (mask == NULL)
    return NULL;
  CapFinding *finding = cap_edit_finding_new(mask);
  finding->center_mm = cap_mask_center(volume, mask);
  cap_measure_finding(volume, lungs, finding);
  return finding;
}

static gpointer
look_work(CapJob *job, gpointer data, GError **error)
{
  Look *look = data;
  const CapVolume *volume = cap_shared_get(look->volume);
  if (!prepare(look, cap_job_progress(job), error))
    return NULL;
  const CapDetector *detector = cap_shared_get(look->detector);
  const CapMask *lungs = cap_shared_get(look->lungs);
  const gboolean judges =
      detector != NULL && (volume->usable & CAP_USABLE_DETECT);
  GError *failure = NULL;
  if (look->finding != NULL)
    cap_measure_finding(volume, lungs, look->finding);
  if (look->finding != NULL && judges)
    cap_detect_judge(volume, detector->net, look->finding, &failure);
  else if (look->adding && judges)
    look->finding =
        cap_detect_point(volume, detector->net, lungs, look->at_mm, &failure);
  if (look->adding && look->finding == NULL && failure == NULL)
    look->finding = segment(volume, lungs, look->at_mm);
  if (failure != NULL) {
    g_propagate_error(error, failure);
    return NULL;
  }
  if (judges && look->finding != NULL)
    cap_detector_doubt(detector, volume, look->finding);
  return look;
}

/* ---- in the window ---- */

static void start(CapJudging *judging);

/* Keeps what was got ready, for the volume that is still shown. */
static void
keep(CapJudging *judging, Look *look)
{
  judging->no_weights = judging->no_weights || look->no_weights;
  if (judging->detector == NULL && look->detector != NULL)
    judging->detector = cap_shared_ref(look->detector);
  if (judging->lungs == NULL && look->lungs != NULL)
    judging->lungs = cap_shared_ref(look->lungs);
}

/* It is at AT_MM, or drawn as MASK (or NULL) mostly: Dice of a half or more.
 * Without a mask it is where detection takes places for one. */
static gboolean
is_there(const CapVolume *volume, const CapFinding *finding, CapPoint at_mm,
         const CapMask *mask)
{
  const CapPoint at = cap_volume_to_index(volume, at_mm);
  if (finding->mask == NULL)
    return cap_point_distance(finding->center_mm, at_mm) < SAME_MM;
  return cap_mask_at(finding->mask, (int)lround(at.x), (int)lround(at.y),
                     (int)lround(at.z)) != 0 ||
         (mask != NULL &&
          4 * cap_mask_shared(finding->mask, mask) >=
              cap_mask_count(finding->mask) + cap_mask_count(mask));
}

/* What is there already, of the findings that are shown, is selected instead of
 * added once more. What is hidden from a first reader stays so: his mark is
 * added, and stays beside it. */
static gboolean
choose_there(CapSession *session, CapPoint at_mm, const CapMask *mask)
{
  GListModel *items = cap_session_all_items(session);
  for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
    g_autoptr(CapFindingItem) item = g_list_model_get_item(items, i);
    const CapFinding *finding = cap_finding_item_get(item);
    if (!is_there(cap_session_volume(session), finding, at_mm, mask))
      continue;
    cap_session_select(session, item, FALSE);
    g_autofree char *text =
        g_strdup_printf(_("This is finding %d already."), finding->id);
    g_signal_emit_by_name(session, "warning", text);
    return TRUE;
  }
  return FALSE;
}

static void
add(CapJudging *judging, Look *look)
{
  const CapFinding *found = look->finding;
  if (found != NULL && choose_there(judging->session, look->at_mm, found->mask))
    return;
  if (look->finding != NULL) {
    cap_edit_add(judging->session, g_steal_pointer(&look->finding));
    return;
  }
  g_autoptr(GError) error = g_error_new_literal(
      CAP_ERROR, CAP_ERROR_USAGE,
      _("Nothing stands out here; the brush (B) draws one"));
  cap_session_warn(judging->session, error);
}

/* The verdict counts for the version that was looked at. */
static void
judged(CapJudging *judging, Look *look)
{
  CapReview *review = cap_session_review(judging->session);
  const int id = look->finding->id;
  g_autoptr(GError) error = NULL;
  if (review == NULL || cap_review_version(review, id) != look->version)
    return;
  if (look->finding->unjudged)
    judging->given_up = look->version;
  if (!cap_session_acted(judging->session,
                         cap_review_change(review, CAP_ACT_JUDGED,
                                           g_steal_pointer(&look->finding),
                                           &error),
                         error))
    judging->given_up = look->version;
  else if (cap_review_finding(review, id)->unjudged)
    judging->given_up = cap_review_version(review, id);
}

static void
look_done(gpointer result, const GError *error, gpointer user_data)
{
  CapJudging *judging = user_data;
  Look *look = result;
  judging->job = NULL;
  if (error != NULL) {
    cap_session_warn(judging->session, error);
    return;
  }
  keep(judging, look);
  if (look->adding)
    add(judging, look);
  else if (look->finding != NULL)
    judged(judging, look);
  start(judging);
}

static Look *
look_new(CapJudging *judging, CapShared *volume)
{
  Look *look = g_new0(Look, 1);
  look->volume = volume;
  look->detector =
      judging->detector != NULL ? cap_shared_ref(judging->detector) : NULL;
  look->lungs = judging->lungs != NULL ? cap_shared_ref(judging->lungs) : NULL;
  look->weights = g_strdup(judging->weights);
  look->no_weights = judging->no_weights;
  return look;
}

/* The first finding that nobody has judged as it is. */
static const CapFinding *
next_unjudged(const CapJudging *judging)
{
  CapReview *review = cap_session_review(judging->session);
  const CapFindings *findings = cap_session_findings(judging->session);
  for (guint i = 0; findings != NULL && i < findings->items->len; i++) {
    const CapFinding *finding = findings->items->pdata[i];
    if (finding->unjudged && finding->mask != NULL &&
        cap_review_version(review, finding->id) > judging->given_up)
      return finding;
  }
  return NULL;
}

/* LOOK (takes) in the background. */
static void
run(CapJudging *judging, Look *look)
{
  judging->job = cap_job_start(&(CapJobSpec){
      .work = look_work,
      .work_data = look,
      .work_data_free = (GDestroyNotify)look_free, /* the result is the same */
      .done = look_done,
      .user_data = judging});
}

/* The next look, if there is one to take and none is being taken. */
static void
start(CapJudging *judging)
{
  const CapFinding *finding = next_unjudged(judging);
  if (judging->job != NULL || !cap_session_is_complete(judging->session) ||
      (finding == NULL && judging->points->len == 0))
    return;
  CapShared *volume = cap_session_share_volume(judging->session);
  if (volume == NULL)
    return;
  Look *look = look_new(judging, volume);
  if (judging->points->len > 0) {
    look->adding = TRUE;
    look->at_mm = g_array_index(judging->points, CapPoint, 0);
    g_array_remove_index(judging->points, 0);
  } else {
    look->finding = cap_finding_copy(finding);
    look->version =
        cap_review_version(cap_session_review(judging->session), finding->id);
  }
  run(judging, look);
}

static void
on_volume(CapJudging *judging)
{
  cap_job_cancel(judging->job);
  judging->job = NULL;
  g_clear_pointer(&judging->lungs, cap_shared_unref);
  g_array_set_size(judging->points, 0);
  judging->given_up = 0;
}

CapJudging *
cap_judging_new(CapSession *session)
{
  CapJudging *judging = g_new0(CapJudging, 1);
  judging->session = session;
  judging->points = g_array_new(FALSE, FALSE, sizeof(CapPoint));
  g_signal_connect_swapped(session, "volume-changed", G_CALLBACK(on_volume),
                           judging);
  g_signal_connect_swapped(session, "marks-changed", G_CALLBACK(start),
                           judging);
  return judging;
}

void
cap_judging_free(CapJudging *judging)
{
  if (judging == NULL)
    return;
  cap_job_cancel(judging->job);
  g_signal_handlers_disconnect_by_data(judging->session, judging);
  cap_shared_unref(judging->detector);
  cap_shared_unref(judging->lungs);
  g_array_unref(judging->points);
  g_free(judging->weights);
  g_free(judging);
}

void
cap_judging_set_weights(CapJudging *judging, const char *path)
{
  g_free(judging->weights);
  judging->weights = g_strdup(path);
  g_clear_pointer(&judging->detector, cap_shared_unref);
  judging->no_weights = FALSE;
}

void
cap_judging_add(CapJudging *judging, CapPoint at_mm)
{
  if (cap_session_volume(judging->session) == NULL ||
      choose_there(judging->session, at_mm, NULL))
    return;
  g_array_append_val(judging->points, at_mm);
  start(judging);
}

CapShared *
cap_judging_share_lungs(CapJudging *judging)
{
  return judging->lungs != NULL ? cap_shared_ref(judging->lungs) : NULL;
}

void
cap_judging_warm_up(CapJudging *judging)
{
  CapShared *volume = cap_session_share_volume(judging->session);
  const gboolean warm = judging->lungs != NULL &&
                        (judging->detector != NULL || judging->no_weights);
  if (judging->job != NULL || warm || volume == NULL ||
      !cap_session_is_complete(judging->session))
    cap_shared_unref(volume);
  else
    run(judging, look_new(judging, volume));
}
