/* MPI behind the ranks' one operation: see ranks_mpi.h. */
#include "core/nn/ranks_mpi.h"

#ifdef CAP_HAVE_MPI

#include <mpi.h>

static void
gather(const CapRanks *ranks, const void *mine, gsize bytes, void *all)
{
  MPI_Allgather(mine, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE,
                MPI_COMM_WORLD);
}

static CapRanks world = {.gather = gather};

const CapRanks *
cap_ranks_mpi_start(void)
{
  int provided = 0, started = 0;
  /* Set by OpenMPI's mpirun, and by Slurm's srun and others through PMI(x). */
  if (g_getenv("OMPI_COMM_WORLD_SIZE") == NULL &&
      g_getenv("PMIX_RANK") == NULL && g_getenv("PMI_RANK") == NULL)
    return NULL;
  MPI_Initialized(&started);
  if (!started)
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &world.index);
  MPI_Comm_size(MPI_COMM_WORLD, &world.count);
  return world.count > 1 ? &world : NULL;
}

void
cap_ranks_mpi_end(void)
{
  int started = 0, ended = 0;
  MPI_Initialized(&started);
  MPI_Finalized(&ended);
  if (started && !ended)
    MPI_Finalize();
}

gboolean
cap_ranks_mpi_built(void)
{
  return TRUE;
}

#else

const CapRanks *
cap_ranks_mpi_start(void)
{
  return NULL;
}

void
cap_ranks_mpi_end(void)
{
}

gboolean
cap_ranks_mpi_built(void)
{
  return FALSE;
}

#endif
