/* Ranks that mpirun started. Built with OpenMPI when it is there; without, no
 * process is ever one of several. */
#pragma once

#include "core/nn/ranks.h"

/* NULL when this process was not started by mpirun or is the only one, else the
 * ranks, which live until cap_ranks_mpi_end. */
const CapRanks *cap_ranks_mpi_start(void);
/* Ends what start began, once the ranks have agreed to stop. A rank that ends
 * without it takes the others with it: mpirun sees to that. */
void cap_ranks_mpi_end(void);
/* Whether mpirun can start this program as several ranks. */
gboolean cap_ranks_mpi_built(void);
