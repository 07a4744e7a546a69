/* Several processes that make each training step together.
 *
 * Every rank has the whole network and a part of each batch: losses are scaled
 * for the whole batch (cap_graph_set_whole_batch), batch normalisation takes
 * its statistics over all ranks, and the optimiser sums the gradients before
 * its update. Sums are made in the order of ranks, on every rank alike, so that
 * weights stay equal to the last bit without ever being sent.
 *
 * Gathering is all that a way of communicating has to give: MPI does in
 * core/nn/ranks_mpi.h. Every rank has to make the same calls in the same order.
 * A NULL CapRanks is one process alone: nothing is sent. */
#pragma once

#include <glib.h>

typedef struct CapRanks CapRanks;
struct CapRanks {
  int index, count;
  /* BYTES of every rank, in order, into ALL (count x BYTES). */
  void (*gather)(const CapRanks *ranks, const void *mine, gsize bytes,
                 void *all);
  gpointer state;
};

/* VALUES become their sums over the ranks. */
void cap_ranks_sum_floats(const CapRanks *ranks, gsize n, float *values);
void cap_ranks_sum_doubles(const CapRanks *ranks, gsize n, double *values);
/* Whether MINE is TRUE on all ranks. */
gboolean cap_ranks_all(const CapRanks *ranks, gboolean mine);

/* The part of N things that this rank does: how many, from FIRST on. */
int cap_ranks_part(const CapRanks *ranks, int n, int *first);
/* Whether this rank writes and prints for all. */
gboolean cap_ranks_speaks(const CapRanks *ranks);
