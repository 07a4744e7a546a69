/* CapJob: one piece of background work that a window waits for.
 *
 * The worker runs in a GTask with a CapProgress; what it reports reaches the UI
 * thread at most once per main-loop turn. After cap_job_cancel nothing of the
 * job arrives any more: a stale result is freed, not delivered. */
#pragma once

#include "core/progress.h"

#define CAP_JOB_END_S 20

typedef struct CapJob CapJob;

/* In a worker thread. Returns the result, or NULL with ERROR set. */
typedef gpointer (*CapJobWork)(CapJob *job, gpointer work_data, GError **error);

typedef struct {
  CapJobWork work;
  gpointer work_data; /* taken */
  GDestroyNotify work_data_free, result_free;
  /* Both in the UI thread, with USER_DATA. TICK may be NULL; DONE gets exactly
   * one of RESULT (takes) and ERROR (borrows), and must not touch the job
   * again: it is released after it. */
  void (*tick)(const char *stage, double fraction, gpointer user_data);
  void (*done)(gpointer result, const GError *error, gpointer user_data);
  gpointer user_data; /* borrowed; must live until DONE or cap_job_cancel */
} CapJobSpec;

/* Starts; returns a handle that is valid until DONE or cap_job_cancel. */
CapJob *cap_job_start(const CapJobSpec *spec);
/* Asks the worker to stop and forgets it. NULL is allowed. */
void cap_job_cancel(CapJob *job);

/* When the program ends: asks all workers to stop, also those that were
 * forgotten before, and waits until they have, CAP_JOB_END_S at most. Libraries
 * take down what they share at exit, from under a worker that still runs. In
 * the UI thread. */
void cap_job_end_all(void);

/* How many processors the numerical work of jobs may use from now on; 0: all.
 */
void cap_job_set_threads(int n);

/* For the worker: to hand down, and to wake TICK without a report. */
const CapProgress *cap_job_progress(CapJob *job);
void cap_job_wake(CapJob *job);
