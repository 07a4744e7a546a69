/* CapPriorAlignment: see prior_alignment.h. */
#include "ui/prior/prior_alignment.h"

#include "core/error.h"
#include "core/image/point.h"
#include "core/language.h"
#include "core/told.h"
#include "io/review/review_alignment.h"
#include "ui/work/job.h"

#include <math.h>
#include <string.h>

#define KEEP_AFTER_MS 400 /* without a further change */

struct _CapPriorAlignment {
  GObject parent;
  CapPriorStudy *prior;
  CapPriorAlignmentState state;
  gboolean manual; /* does not start by itself */
  gboolean tried;  /* these two scans: not again by itself */
  gboolean accepted;
  CapPriorMap guess, accepted_map;
  CapAlignment steps[CAP_N_ALIGNMENTS]; /* where it is aligned */
  CapJob *job;                          /* the one that runs, or NULL */
  guint keeping;                        /* source: it is to be kept; 0 */
  guint beginning;                      /* source: to be begun with; 0 */
  char *stage, *message;
  double fraction;
};

enum { CHANGED, ACCEPTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(CapPriorAlignment, cap_prior_alignment, G_TYPE_OBJECT)

static void
changed(CapPriorAlignment *self)
{
  g_signal_emit(self, signals[CHANGED], 0);
}

/* ---- kept in the review ---- */

static const CapVolume *
prior_volume(CapPriorAlignment *self)
{
  return cap_session_volume(cap_prior_study_session(self->prior));
}

/* As it is now, in the place of what was kept with this earlier scan. */
static void
keep(CapPriorAlignment *self)
{
  CapSession *session = cap_prior_study_current(self->prior);
  const CapPriorMap *map = cap_prior_study_map(self->prior);
  g_clear_handle_id(&self->keeping, g_source_remove);
  if (prior_volume(self) == NULL || cap_session_need_review(session) == NULL)
    return;
  CapReviewAlignment kept = {.aligned = self->state == CAP_PRIOR_ALIGNED,
                             .step = (int)map->kind - CAP_PRIOR_MAP_CENTERS,
                             .nudge_mm = map->nudge_mm,
                             .accepted = cap_prior_alignment_is_accepted(self)};
  kept.step = MAX(kept.step, -1);
  memcpy(kept.steps, self->steps, sizeof kept.steps);
  g_autoptr(GError) error = NULL;
  if (!cap_review_keep_alignment(cap_session_review(session),
                                 prior_volume(self), &kept, &error))
    cap_session_warn(session, error);
}

static gboolean
keep_later(gpointer data)
{
  CapPriorAlignment *self = data;
  self->keeping = 0;
  keep(self);
  return G_SOURCE_REMOVE;
}

/* The reader moves the earlier scan: while he drags it nothing is written. A
 * guess that nobody has accepted is none to keep. */
static void
on_map(CapPriorAlignment *self)
{
  changed(self);
  g_clear_handle_id(&self->keeping, g_source_remove);
  if (self->state == CAP_PRIOR_ALIGNED || self->accepted)
    self->keeping = g_timeout_add(KEEP_AFTER_MS, keep_later, self);
}

static void
keep_now(CapPriorAlignment *self)
{
  if (self->keeping != 0)
    keep(self);
}

/* The map that was kept with this earlier scan, as the reader left it. FALSE:
 * none was. */
static gboolean
restore(CapPriorAlignment *self)
{
  const CapReview *review =
      cap_session_review(cap_prior_study_current(self->prior));
  CapReviewAlignment kept;
  if (review == NULL || prior_volume(self) == NULL ||
      !cap_review_kept_alignment(review, prior_volume(self), &kept))
    return FALSE;
  self->tried = TRUE;
  self->state = kept.aligned ? CAP_PRIOR_ALIGNED : CAP_PRIOR_UNALIGNED;
  memcpy(self->steps, kept.steps, sizeof self->steps);
  CapPriorMap map = self->guess;
  if (kept.step >= 0)
    map = (CapPriorMap){
        .kind = (CapPriorMapKind)(CAP_PRIOR_MAP_CENTERS + kept.step),
        .base = kept.steps[kept.step].to_prior};
  map.nudge_mm = kept.nudge_mm;
  self->accepted = kept.accepted;
  self->accepted_map = map;
  cap_prior_study_set_map(self->prior, &map);
  g_clear_handle_id(&self->keeping, g_source_remove); /* it is kept */
  return TRUE;
}

/* ---- the work ---- */

typedef struct {
  CapShared *current, *prior;
} Work;

typedef struct {
  CapAlignment steps[CAP_N_ALIGNMENTS];
} Result;

static void
work_free(Work *work)
{
  cap_shared_unref(work->current);
  cap_shared_unref(work->prior);
  g_free(work);
}

static gpointer
align_work(CapJob *job, gpointer data, GError **error)
{
  const Work *work = data;
  Result *result = g_new(Result, 1);
  if (!cap_register_lungs_by_steps(cap_shared_get(work->current),
                                   cap_shared_get(work->prior),
                                   cap_job_progress(job), result->steps, error))
    g_clear_pointer(&result, g_free);
  return result;
}

static void
align_tick(const char *stage, double fraction, gpointer data)
{
  CapPriorAlignment *self = data;
  g_free(self->stage);
  self->stage = g_strdup(stage);
  self->fraction = fraction;
  changed(self);
}

static void
align_done(gpointer value, const GError *error, gpointer data)
{
  CapPriorAlignment *self = data;
  self->job = NULL;
  if (error != NULL) {
    self->state = CAP_PRIOR_ALIGNMENT_FAILED;
    g_free(self->message);
    self->message = cap_told_capital(error->message);
    changed(self);
    return;
  }
  const Result *result = value;
  memcpy(self->steps, result->steps, sizeof self->steps);
  g_free(value);
  self->state = CAP_PRIOR_ALIGNED;
  const CapAlignmentStep best = cap_register_best(self->steps);
  cap_prior_alignment_use(self,
                          (CapPriorMapKind)(CAP_PRIOR_MAP_CENTERS + best));
  keep(self);
  if (self->steps[best].overlap >= CAP_ALIGNMENT_DOUBTFUL)
    cap_prior_alignment_accept(self);
}

gboolean
cap_prior_alignment_can_start(CapPriorAlignment *self)
{
  return cap_prior_study_is_shown(self->prior) && self->job == NULL &&
         cap_session_is_complete(cap_prior_study_current(self->prior)) &&
         cap_session_is_complete(cap_prior_study_session(self->prior));
}

void
cap_prior_alignment_start(CapPriorAlignment *self)
{
  if (!cap_prior_alignment_can_start(self))
    return;
  Work *work = g_new0(Work, 1);
  work->current =
      cap_session_share_volume(cap_prior_study_current(self->prior));
  work->prior = cap_session_share_volume(cap_prior_study_session(self->prior));
  self->state = CAP_PRIOR_ALIGNING;
  self->tried = TRUE;
  self->fraction = 0;
  g_free(self->stage);
  self->stage = g_strdup("");
  self->job =
      cap_job_start(&(CapJobSpec){.work = align_work,
                                  .work_data = work,
                                  .work_data_free = (GDestroyNotify)work_free,
                                  .result_free = g_free,
                                  .tick = align_tick,
                                  .done = align_done,
                                  .user_data = self});
  changed(self);
}

void
cap_prior_alignment_cancel(CapPriorAlignment *self)
{
  if (self->job == NULL)
    return;
  cap_job_cancel(self->job);
  self->job = NULL;
  self->state = CAP_PRIOR_UNALIGNED;
  changed(self);
}

/* ---- following both scans ---- */

/* Another volume: nothing that was measured holds. */
static void
forget(CapPriorAlignment *self)
{
  cap_job_cancel(self->job);
  self->job = NULL;
  g_clear_handle_id(&self->keeping, g_source_remove);
  self->accepted = self->tried = FALSE;
  self->state = CAP_PRIOR_UNALIGNED;
  self->guess = *cap_prior_study_map(self->prior);
  changed(self);
}

/* As it was kept, or by registration: once both scans are read and have their
 * reviews, which come after their images. */
static gboolean
begin(gpointer data)
{
  CapPriorAlignment *self = data;
  self->beginning = 0;
  if (!self->tried && cap_prior_alignment_can_start(self) && !restore(self) &&
      !self->manual)
    cap_prior_alignment_start(self);
  return G_SOURCE_REMOVE;
}

static void
on_prior(CapPriorAlignment *self)
{
  if (!cap_prior_study_is_open(self->prior) &&
      self->state != CAP_PRIOR_UNALIGNED)
    forget(self);
  if (!cap_prior_study_is_shown(self->prior))
    keep_now(self); /* it is about to be closed */
  if (self->beginning == 0)
    self->beginning = g_idle_add(begin, self);
}

/* ---- object ---- */

static void
dispose(GObject *object)
{
  CapPriorAlignment *self = CAP_PRIOR_ALIGNMENT(object);
  keep_now(self);
  g_clear_handle_id(&self->beginning, g_source_remove);
  cap_job_cancel(self->job);
  self->job = NULL;
  g_clear_object(&self->prior);
  g_clear_pointer(&self->stage, g_free);
  g_clear_pointer(&self->message, g_free);
  G_OBJECT_CLASS(cap_prior_alignment_parent_class)->dispose(object);
}

static void
cap_prior_alignment_class_init(CapPriorAlignmentClass *klass)
{
  static const char *const names[N_SIGNALS] = {"changed", "accepted"};
  G_OBJECT_CLASS(klass)->dispose = dispose;
  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] =
        g_signal_new(names[i], G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0,
                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cap_prior_alignment_init(CapPriorAlignment *self)
{
  self->stage = g_strdup("");
  self->message = g_strdup("");
}

CapPriorAlignment *
cap_prior_alignment_new(CapPriorStudy *prior)
{
  CapPriorAlignment *self = g_object_new(CAP_TYPE_PRIOR_ALIGNMENT, NULL);
  self->prior = g_object_ref(prior);
  self->guess = *cap_prior_study_map(prior);
  CapSession *const sessions[] = {cap_prior_study_current(prior),
                                  cap_prior_study_session(prior)};
  for (int i = 0; i < 2; i++) /* after the study, which has a new guess */
    g_signal_connect_object(sessions[i], "volume-changed", G_CALLBACK(forget),
                            self, G_CONNECT_SWAPPED);
  g_signal_connect_object(prior, "changed", G_CALLBACK(on_prior), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(prior, "notify::shown", G_CALLBACK(on_prior), self,
                          G_CONNECT_SWAPPED);
  g_signal_connect_object(prior, "map-changed", G_CALLBACK(on_map), self,
                          G_CONNECT_SWAPPED);
  return self;
}

void
cap_prior_alignment_set_automatic(CapPriorAlignment *self, gboolean automatic)
{
  self->manual = !automatic;
  on_prior(self);
}

CapPriorStudy *
cap_prior_alignment_prior(CapPriorAlignment *self)
{
  return self->prior;
}

CapPriorAlignmentState
cap_prior_alignment_state(CapPriorAlignment *self)
{
  return self->state;
}

const char *
cap_prior_alignment_stage(CapPriorAlignment *self)
{
  return self->stage;
}

double
cap_prior_alignment_fraction(CapPriorAlignment *self)
{
  return self->fraction;
}

const char *
cap_prior_alignment_message(CapPriorAlignment *self)
{
  return self->message;
}

/* ---- the map ---- */

CapPriorMapKind
cap_prior_alignment_guess(CapPriorAlignment *self)
{
  return self->guess.kind;
}

const CapAlignment *
cap_prior_alignment_result(CapPriorAlignment *self, CapPriorMapKind kind)
{
  return self->state == CAP_PRIOR_ALIGNED && kind >= CAP_PRIOR_MAP_CENTERS
             ? &self->steps[kind - CAP_PRIOR_MAP_CENTERS]
             : NULL;
}

void
cap_prior_alignment_use(CapPriorAlignment *self, CapPriorMapKind kind)
{
  const CapAlignment *result = cap_prior_alignment_result(self, kind);
  CapPriorMap map = self->guess;
  if (result != NULL)
    map = (CapPriorMap){.kind = kind, .base = result->to_prior};
  map.nudge_mm = (CapPoint){0, 0, 0};
  cap_prior_study_set_map(self->prior, &map);
}

CapAlignment
cap_prior_alignment_now(CapPriorAlignment *self)
{
  const CapPriorMap *map = cap_prior_study_map(self->prior);
  const CapAlignment *result = cap_prior_alignment_result(self, map->kind);
  CapAlignment now = result != NULL ? *result : (CapAlignment){0};
  now.to_prior = cap_prior_map_transform(map);
  return now;
}

static gboolean
same_point(CapPoint a, CapPoint b)
{
  return a.x == b.x && a.y == b.y && a.z == b.z;
}

gboolean
cap_prior_alignment_is_accepted(CapPriorAlignment *self)
{
  const CapPriorMap *map = cap_prior_study_map(self->prior);
  return self->accepted && map->kind == self->accepted_map.kind &&
         same_point(map->nudge_mm, self->accepted_map.nudge_mm);
}

void
cap_prior_alignment_accept(CapPriorAlignment *self)
{
  self->accepted = TRUE;
  self->accepted_map = *cap_prior_study_map(self->prior);
  keep(self);
  changed(self);
  g_signal_emit(self, signals[ACCEPTED], 0);
}

char *
cap_prior_alignment_describe(CapPriorAlignment *self)
{
  const CapPriorMap *map = cap_prior_study_map(self->prior);
  const CapAlignment *result = cap_prior_alignment_result(self, map->kind);
  const char *name = _(cap_prior_map_name(map->kind));
  const double nudge = cap_point_length(map->nudge_mm);
  if (result == NULL)
    return nudge > 0
               ? g_strdup_printf(_("Aligned by %s, moved by %.1f mm by hand"),
                                 name, nudge)
               : g_strdup_printf(_("Aligned by %s"), name);
  if (nudge > 0)
    return g_strdup_printf(_("Aligned by %s, then moved by %.1f mm by hand"),
                           name, nudge);
  return g_strdup_printf(
      _("Aligned by %s: overlap %.2f, borders %.1f mm apart"), name,
      result->overlap, result->border_mm);
}
