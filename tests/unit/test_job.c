/* Work in the background ends before the program does. */
#include "tests/support/suite.h"
#include "ui/work/job.h"

enum {
  N_JOBS = 12, /* more than GTask runs at a time */
  SLOW_US = 100000
};

static int n_started, n_ended, n_done; /* the first two are atomic */

/* Goes on for a while after it has been asked to stop. */
static gpointer
work(CapJob *job, gpointer data, GError **error)
{
  g_atomic_int_inc(&n_started);
  while (cap_progress_step(cap_job_progress(job), "waiting", 0, error))
    g_usleep(1000);
  g_usleep(SLOW_US);
  g_atomic_int_inc(&n_ended);
  return NULL;
}

static void
on_done(gpointer result, const GError *error, gpointer data)
{
  n_done++;
}

START_TEST(all_have_ended)
{
  for (int i = 0; i < N_JOBS; i++) {
    CapJob *job = cap_job_start(&(CapJobSpec){.work = work, .done = on_done});
    if (i % 2 == 0) /* forgotten, but it runs */
      cap_job_cancel(job);
  }
  while (g_atomic_int_get(&n_started) == 0)
    g_usleep(1000);
  cap_job_end_all();
  ck_assert_int_eq(g_atomic_int_get(&n_ended), N_JOBS);
  for (int i = 0; i < 100; i++)
    g_main_context_iteration(NULL, FALSE);
  ck_assert_int_eq(n_done, 0);
}
END_TEST

START_TEST(without_any_it_returns)
{
  cap_job_end_all();
}
END_TEST

int
main(void)
{
  Suite *suite = suite_create("job");
  TCase *tests = tcase_create("end");
  tcase_add_test(tests, all_have_ended);
  tcase_add_test(tests, without_any_it_returns);
  suite_add_tcase(suite, tests);
  return cap_suite_run(suite);
}
