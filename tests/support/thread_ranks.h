/* Ranks that are threads of one process, for tests without mpirun. */
#pragma once

#include "core/nn/ranks.h"

/* Runs FUNC(ranks, data) in COUNT threads at once, each with its own view of
 * the same ranks, and waits for all. */
void cap_test_ranks_run(int count,
                        void (*func)(const CapRanks *ranks, gpointer data),
                        gpointer data);
