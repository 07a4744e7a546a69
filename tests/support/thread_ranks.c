/* Gathering through shared memory: see thread_ranks.h. */
#include "tests/support/thread_ranks.h"

#include <string.h>

typedef struct {
  GMutex lock;
  GCond turn;
  int count, arrived, round;
  const void **mine;
} Meeting;

typedef struct {
  CapRanks ranks;
  void (*func)(const CapRanks *ranks, gpointer data);
  gpointer data;
} Member;

/* Returns when all have called it as often. */
static void
meet(Meeting *m)
{
  g_mutex_lock(&m->lock);
  const int round = m->round;
  if (++m->arrived == m->count) {
    m->arrived = 0;
    m->round++;
    g_cond_broadcast(&m->turn);
  }
  while (m->round == round)
    g_cond_wait(&m->turn, &m->lock);
  g_mutex_unlock(&m->lock);
}

static void
gather(const CapRanks *ranks, const void *mine, gsize bytes, void *all)
{
  Meeting *m = ranks->state;
  m->mine[ranks->index] = mine;
  meet(m);
  for (int r = 0; r < ranks->count; r++)
    memcpy((char *)all + (gsize)r * bytes, m->mine[r], bytes);
  meet(m); /* nobody's memory changes before all have read it */
}

static gpointer
run_member(gpointer data)
{
  Member *member = data;
  member->func(&member->ranks, member->data);
  return NULL;
}

void
cap_test_ranks_run(int count,
                   void (*func)(const CapRanks *ranks, gpointer data),
                   gpointer data)
{
  Meeting m = {.count = count, .mine = g_new0(const void *, count)};
  g_mutex_init(&m.lock);
  g_cond_init(&m.turn);
  g_autofree Member *members = g_new0(Member, count);
  g_autofree GThread **threads = g_new0(GThread *, count);
  for (int r = 0; r < count; r++) {
    members[r] =
        (Member){{.index = r, .count = count, .gather = gather, .state = &m},
                 func,
                 data};
    threads[r] = g_thread_new("rank", run_member, &members[r]);
  }
  for (int r = 0; r < count; r++)
    g_thread_join(threads[r]);
  g_free(m.mine);
  g_mutex_clear(&m.lock);
  g_cond_clear(&m.turn);
}
