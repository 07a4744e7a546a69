/* How long a reader waits for the network after a change: a finding added by
 * click, moved, and grown, each until its new verdict is in the review.
 * Arguments: the folder of a series, weights, a point in it (LPS mm). Median
 * and worst of ten rounds, by the clock and in processor time. */
#include "tests/support/ui.h"
#include "ui/edit/edit.h"
#include "ui/study/opener.h"
#include "ui/work/judging.h"

#include <stdio.h>
#include <time.h>

#define ROUNDS 10
#define LONGEST_US (20 * G_USEC_PER_SEC)

typedef enum { ADDED, MOVED, GROWN, N_CHANGES } Change;
typedef struct {
  double wall_ms[ROUNDS], cpu_ms[ROUNDS];
} Times;

static gboolean
is_ready(CapSession *session)
{
  const CapPhase phase = cap_session_phase(session);
  return phase == CAP_PHASE_READY || phase == CAP_PHASE_FAILED;
}

static gboolean
is_judged(CapSession *session)
{
  CapFindingItem *item = cap_session_selected(session);
  return item != NULL && !cap_finding_item_get(item)->unjudged;
}

/* Waits end from time to time, to see whether they have been too long. */
static gboolean
wake(gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
make(CapSession *session, CapJudging *judging, Change change, CapPoint at_mm)
{
  if (change == MOVED)
    return cap_edit_move(session, (CapPoint){2, 0, 0});
  if (change == GROWN)
    return cap_edit_scale(session, 1.2);
  cap_judging_add(judging, at_mm);
  return TRUE;
}

/* Whether CHANGE could be made; its times are in row ROUND of TIMES. */
static gboolean
measure(CapSession *session, CapJudging *judging, Change change, CapPoint at_mm,
        Times *times, int round)
{
  const gint64 start = g_get_monotonic_time();
  const clock_t cpu = clock();
  if (!make(session, judging, change, at_mm))
    return FALSE;
  while (!is_judged(session)) {
    if (g_get_monotonic_time() - start > LONGEST_US)
      return FALSE;
    g_main_context_iteration(NULL, TRUE);
  }
  times->wall_ms[round] = (g_get_monotonic_time() - start) / 1e3;
  times->cpu_ms[round] = (clock() - cpu) * 1e3 / CLOCKS_PER_SEC;
  return TRUE;
}

static int
compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void
print(const char *name, Times *times)
{
  qsort(times->wall_ms, ROUNDS, sizeof(double), compare);
  qsort(times->cpu_ms, ROUNDS, sizeof(double), compare);
  printf("%-6s judged after %.0f ms, at most %.0f; processor time %.0f ms\n",
         name, times->wall_ms[ROUNDS / 2], times->wall_ms[ROUNDS - 1],
         times->cpu_ms[ROUNDS / 2]);
}

int
main(int argc, char **argv)
{
  static const char *const names[N_CHANGES] = {"added", "moved", "grown"};
  if (argc != 6) {
    fprintf(stderr, "usage: bench_judge FOLDER WEIGHTS X Y Z\n");
    return 2;
  }
  const CapPoint at_mm = {g_ascii_strtod(argv[3], NULL),
                          g_ascii_strtod(argv[4], NULL),
                          g_ascii_strtod(argv[5], NULL)};
  cap_ui_setup();
  g_timeout_add(500, wake, NULL);
  g_autoptr(CapSession) session = cap_session_new();
  CapOpener *opener = cap_opener_new(session);
  CapJudging *judging = cap_judging_new(session);
  cap_judging_set_weights(judging, argv[2]);
  cap_opener_open(opener, (const char *const[]){argv[1], NULL}, NULL);
  while (!is_ready(session))
    g_main_context_iteration(NULL, TRUE);
  CapShared *lungs = NULL;
  for (cap_judging_warm_up(judging);
       cap_session_volume(session) != NULL &&
       (lungs = cap_judging_share_lungs(judging)) == NULL;)
    g_main_context_iteration(NULL, TRUE);
  cap_shared_unref(lungs);
  Times times[N_CHANGES];
  for (int round = 0; round < ROUNDS; round++) {
    for (Change change = ADDED; change < N_CHANGES; change++)
      if (!measure(session, judging, change, at_mm, &times[change], round)) {
        fprintf(stderr, "bench_judge: nothing to judge at that point\n");
        return 1;
      }
    while (cap_session_undo(session))
      ;
  }
  for (Change change = ADDED; change < N_CHANGES; change++)
    print(names[change], &times[change]);
  cap_judging_free(judging);
  cap_opener_free(opener);
  return 0;
}
