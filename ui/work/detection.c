/* CapDetection: see detection.h. */
#include "ui/work/detection.h"

#include "core/language.h"
#include "models/detect.h"
#include "models/detector.h"
#include "ui/work/job.h"

struct CapDetection {
  CapSession *session;
  char *weights; /* or NULL */
  CapJob *job;   /* the one that runs, or NULL */
  gulong volume_handler;
};

typedef struct {
  CapShared *volume;
  char *weights;
} Work;

static void
work_free(Work *work)
{
  cap_shared_unref(work->volume);
  g_free(work->weights);
  g_free(work);
}

static gpointer
detect_work(CapJob *job, gpointer data, GError **error)
{
  const Work *work = data;
  if (!cap_progress_step(cap_job_progress(job), N_("reading weights"), 0,
                         error))
    return NULL;
  g_autoptr(CapDetector) detector =
      cap_detector_load(work->weights, CAP_DETECTOR_EXPLAINS, error);
  if (detector == NULL)
    return NULL;
  const CapDetectOptions options = cap_detect_options_default();
  return cap_detector_find(detector, cap_shared_get(work->volume), &options,
                           cap_job_progress(job), error);
}

static void
detect_tick(const char *stage, double fraction, gpointer user_data)
{
  const CapDetection *detection = user_data;
  cap_session_set_progress(detection->session, stage, fraction);
}

static void
detect_done(gpointer result, const GError *error, gpointer user_data)
{
  CapDetection *detection = user_data;
  detection->job = NULL;
  cap_session_set_detecting(detection->session, FALSE);
  if (error != NULL)
    cap_session_set_detection_failure(detection->session, error);
  else
    cap_session_set_findings(detection->session, result);
}

CapDetection *
cap_detection_new(CapSession *session)
{
  CapDetection *detection = g_new0(CapDetection, 1);
  detection->session = session;
  /* Findings of a volume that is no longer shown are of no use. */
  detection->volume_handler = g_signal_connect_swapped(
      session, "volume-changed", G_CALLBACK(cap_detection_cancel), detection);
  return detection;
}

void
cap_detection_free(CapDetection *detection)
{
  if (detection == NULL)
    return;
  cap_job_cancel(detection->job);
  g_clear_signal_handler(&detection->volume_handler, detection->session);
  g_free(detection->weights);
  g_free(detection);
}

void
cap_detection_set_weights(CapDetection *detection, const char *path)
{
  g_free(detection->weights);
  detection->weights = g_strdup(path);
}

void
cap_detection_start(CapDetection *detection)
{
  CapShared *volume = cap_session_share_volume(detection->session);
  if (volume == NULL || detection->job != NULL) {
    cap_shared_unref(volume);
    return;
  }
  Work *work = g_new0(Work, 1);
  work->volume = volume;
  work->weights = g_strdup(detection->weights);
  cap_session_set_detection_failure(detection->session, NULL);
  cap_session_set_progress(detection->session, N_("reading weights"), 0);
  cap_session_set_detecting(detection->session, TRUE);
  detection->job = cap_job_start(
      &(CapJobSpec){.work = detect_work,
                    .work_data = work,
                    .work_data_free = (GDestroyNotify)work_free,
                    .result_free = (GDestroyNotify)cap_findings_free,
                    .tick = detect_tick,
                    .done = detect_done,
                    .user_data = detection});
}

void
cap_detection_cancel(CapDetection *detection)
{
  if (detection->job == NULL)
    return;
  cap_job_cancel(detection->job);
  detection->job = NULL;
  cap_session_set_detecting(detection->session, FALSE);
}
