/* CapJob: see job.h. */
#include "ui/work/job.h"

#include <omp.h>

static int threads; /* atomic; 0: all */

static GMutex running_lock; /* guards what follows */
static GCond has_ended;
static GPtrArray *running; /* of CapJob: started, WORK has not returned */

struct CapJob {
  CapJobSpec spec;
  CapProgress progress;
  gboolean dropped; /* UI thread only: deliver nothing */
  GMutex lock;      /* guards what follows */
  char stage[80];
  double fraction;
  gboolean tick_pending;
};

static CapJob *
job_ref(CapJob *job)
{
  return g_atomic_rc_box_acquire(job);
}

static void
job_clear(CapJob *job)
{
  if (job->spec.work_data_free != NULL)
    job->spec.work_data_free(job->spec.work_data);
  g_object_unref(job->progress.cancellable);
  g_mutex_clear(&job->lock);
}

static void
job_unref(CapJob *job)
{
  g_atomic_rc_box_release_full(job, (GDestroyNotify)job_clear);
}

static gboolean
tick_idle(gpointer data)
{
  CapJob *job = data;
  char stage[sizeof job->stage];
  g_mutex_lock(&job->lock);
  g_strlcpy(stage, job->stage, sizeof stage);
  const double fraction = job->fraction;
  job->tick_pending = FALSE;
  g_mutex_unlock(&job->lock);
  if (!job->dropped && job->spec.tick != NULL)
    job->spec.tick(stage, fraction, job->spec.user_data);
  return G_SOURCE_REMOVE;
}

/* With the lock held. The default context is the UI thread's. */
static void
schedule_tick(CapJob *job)
{
  if (job->tick_pending)
    return;
  job->tick_pending = TRUE;
  g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, tick_idle, job_ref(job),
                  (GDestroyNotify)job_unref);
}

static void
report(const char *stage, double fraction, gpointer user_data)
{
  CapJob *job = user_data;
  g_mutex_lock(&job->lock);
  g_strlcpy(job->stage, stage, sizeof job->stage);
  job->fraction = fraction;
  schedule_tick(job);
  g_mutex_unlock(&job->lock);
}

void
cap_job_wake(CapJob *job)
{
  g_mutex_lock(&job->lock);
  schedule_tick(job);
  g_mutex_unlock(&job->lock);
}

void
cap_job_set_threads(int n)
{
  g_atomic_int_set(&threads, MAX(n, 0));
}

const CapProgress *
cap_job_progress(CapJob *job)
{
  return &job->progress;
}

static void
add_running(CapJob *job)
{
  g_mutex_lock(&running_lock);
  if (running == NULL)
    running = g_ptr_array_new_with_free_func((GDestroyNotify)job_unref);
  g_ptr_array_add(running, job_ref(job));
  g_mutex_unlock(&running_lock);
}

/* The caller has a reference of its own. */
static void
remove_running(CapJob *job)
{
  g_mutex_lock(&running_lock);
  g_ptr_array_remove_fast(running, job);
  g_cond_signal(&has_ended);
  g_mutex_unlock(&running_lock);
}

static void
run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  CapJob *job = data;
  GError *error = NULL;
  const int n = g_atomic_int_get(&threads);
  omp_set_num_threads(n > 0 ? n : omp_get_num_procs()); /* of this thread */
  gpointer result = job->spec.work(job, job->spec.work_data, &error);
  remove_running(job);
  if (error != NULL)
    g_task_return_error(task, error);
  else
    g_task_return_pointer(task, result, job->spec.result_free);
}

static void
finished(GObject *source, GAsyncResult *result, gpointer data)
{
  CapJob *job = g_task_get_task_data(G_TASK(result));
  if (job->dropped)
    return; /* the task frees the result */
  g_autoptr(GError) error = NULL;
  gpointer value = g_task_propagate_pointer(G_TASK(result), &error);
  job->dropped = TRUE;
  job->spec.done(value, error, job->spec.user_data);
}

CapJob *
cap_job_start(const CapJobSpec *spec)
{
  CapJob *job = g_atomic_rc_box_new0(CapJob);
  job->spec = *spec;
  g_mutex_init(&job->lock);
  job->progress = (CapProgress){
      .func = report, .user_data = job, .cancellable = g_cancellable_new()};
  g_autoptr(GTask) task = g_task_new(NULL, NULL, finished, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)job_unref);
  add_running(job);
  g_task_run_in_thread(task, run);
  return job;
}

void
cap_job_cancel(CapJob *job)
{
  if (job == NULL)
    return;
  job->dropped = TRUE;
  g_cancellable_cancel(job->progress.cancellable);
}

void
cap_job_end_all(void)
{
  const gint64 end =
      g_get_monotonic_time() + CAP_JOB_END_S * G_TIME_SPAN_SECOND;
  g_mutex_lock(&running_lock);
  for (guint i = 0; running != NULL && i < running->len; i++)
    cap_job_cancel(running->pdata[i]);
  while (running != NULL && running->len > 0 &&
         g_cond_wait_until(&has_ended, &running_lock, end))
    ;
  g_mutex_unlock(&running_lock);
}
