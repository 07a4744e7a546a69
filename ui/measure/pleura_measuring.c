/* CapPleuraMeasuring: see pleura_measuring.h. */
#include "ui/measure/pleura_measuring.h"

#include "core/error.h"
#include "core/image/lung.h"
#include "core/language.h"
#include "core/measure/pleura.h"
#include "ui/measure/measuring.h"
#include "ui/work/job.h"

struct CapPleuraMeasuring {
  CapSession *session;
  CapJudging *judging;
  CapJob *job; /* the one that runs, or NULL */
};

/* What the work needs, and what it makes of it. */
typedef struct {
  CapShared *volume, *lungs; /* LUNGS may be NULL */
  int id;                    /* of the finding */
  CapMask *mask;
  gboolean found;
  CapPleura pleura;
} Work;

static void
work_free(gpointer data)
{
  Work *work = data;
  cap_shared_unref(work->volume);
  cap_shared_unref(work->lungs);
  cap_mask_free(work->mask);
  g_free(work);
}

static gpointer
measure(CapJob *job, gpointer data, GError **error)
{
  Work *work = data;
  const CapVolume *volume = cap_shared_get(work->volume);
  if (work->lungs == NULL) {
    CapMask *lungs = cap_lung_mask(volume, cap_job_progress(job), error);
    if (lungs == NULL)
      return NULL;
    work->lungs = cap_shared_new(lungs, (GDestroyNotify)cap_mask_free);
  }
  const CapMask *lungs = cap_shared_get(work->lungs);
  work->found = cap_mask_count(lungs) > 0 &&
                cap_pleura_measure(volume, lungs, work->mask, &work->pleura);
  return work;
}

static void
warn(CapPleuraMeasuring *self, const char *sentence)
{
  g_autoptr(GError) error =
      g_error_new_literal(CAP_ERROR, CAP_ERROR_USAGE, sentence);
  cap_session_warn(self->session, error);
}

/* The lungs' edge is known to 2 mm, which the name says. It is kept in the file
 * in English, and told to the reader. */
static void
done(gpointer result, const GError *error, gpointer data)
{
  CapPleuraMeasuring *self = data;
  const Work *work = result;
  self->job = NULL;
  if (error != NULL) {
    cap_session_warn(self->session, error);
    return;
  }
  if (!work->found) {
    warn(self, _("No lung was found here, so there is no distance to the "
                 "pleura"));
    return;
  }
  CapMeasurement *m = cap_measurement_new(CAP_MEASURE_LENGTH);
  m->ends_mm[0] = work->pleura.ends_mm[0];
  m->ends_mm[1] = work->pleura.ends_mm[1];
  if (!cap_measurement_is_sound(m)) {
    cap_measurement_free(m);
    warn(self, _("The finding touches the pleura"));
    return;
  }
  g_free(m->name);
  m->name = g_strdup_printf(N_("Finding %d to pleura (± 2 mm)"), work->id);
  cap_measurement_work_out(m, cap_session_volume(self->session));
  cap_measuring_add(self->session, m);
}

static void
on_volume(CapPleuraMeasuring *self)
{
  cap_job_cancel(self->job);
  self->job = NULL;
}

CapPleuraMeasuring *
cap_pleura_measuring_new(CapSession *session, CapJudging *judging)
{
  CapPleuraMeasuring *self = g_new0(CapPleuraMeasuring, 1);
  self->session = g_object_ref(session);
  self->judging = judging;
  g_signal_connect_swapped(session, "volume-changed", G_CALLBACK(on_volume),
                           self);
  return self;
}

void
cap_pleura_measuring_free(CapPleuraMeasuring *self)
{
  if (self == NULL)
    return;
  cap_job_cancel(self->job);
  g_signal_handlers_disconnect_by_data(self->session, self);
  g_object_unref(self->session);
  g_free(self);
}

static const CapFinding *
selected(CapSession *session)
{
  CapFindingItem *item = cap_session_selected(session);
  return item != NULL ? cap_finding_item_get(item) : NULL;
}

gboolean
cap_pleura_measuring_can(CapSession *session)
{
  const CapFinding *finding = selected(session);
  return finding != NULL && finding->mask != NULL &&
         cap_session_is_complete(session);
}

void
cap_pleura_measuring_start(CapPleuraMeasuring *self)
{
  if (self->job != NULL || !cap_pleura_measuring_can(self->session))
    return;
  const CapFinding *finding = selected(self->session);
  Work *work = g_new0(Work, 1);
  work->volume = cap_session_share_volume(self->session);
  work->lungs = cap_judging_share_lungs(self->judging);
  work->id = finding->id;
  work->mask = cap_mask_copy(finding->mask);
  self->job = cap_job_start(
      &(CapJobSpec){.work = measure,
                    .work_data = work,
                    .work_data_free = work_free, /* the result is the same */
                    .done = done,
                    .user_data = self});
}
