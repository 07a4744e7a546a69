/* Parents and pose dimensions over ranks: see routing_plane.h. */
#include "core/nn/routing_plane.h"

#include <string.h>

CapPlanePart
cap_plane_part(int parents, int dim, int index, int count)
{
  const CapRanks rank = {.index = index, .count = count};
  CapPlanePart part = {0};
  part.rows = cap_ranks_part(&rank, parents * dim, &part.first_row);
  part.first_parent = MIN(part.first_row / dim, parents - 1);
  if (part.rows > 0)
    part.parents =
        (part.first_row + part.rows - 1) / dim - part.first_parent + 1;
  return part;
}

void
cap_plane_init(CapPlane *plane, const CapRanks *ranks, int parents, int dim)
{
  *plane = (CapPlane){.ranks = ranks};
  plane->parts = g_new(CapPlanePart, ranks->count);
  for (int r = 0; r < ranks->count; r++) {
    const CapPlanePart part = cap_plane_part(parents, dim, r, ranks->count);
    plane->parts[r] = part;
    plane->most_rows = MAX(plane->most_rows, part.rows);
    plane->most_parents = MAX(plane->most_parents, part.parents);
    plane->n_rows += part.rows;
  }
  plane->n_parents = parents;
  plane->mine = plane->parts[ranks->index];
}

void
cap_plane_clear(CapPlane *plane)
{
  g_clear_pointer(&plane->parts, g_free);
}

void
cap_plane_join(const CapPlane *plane, gsize n, gsize k, const float *mine,
               float *whole, float *buffer)
{
  const gsize width = (gsize)plane->most_rows * k;
  plane->ranks->gather(plane->ranks, mine, n * width * sizeof(float), buffer);
  for (int r = 0; r < plane->ranks->count; r++) {
    const CapPlanePart *part = &plane->parts[r];
    for (gsize i = 0; i < n; i++)
      memcpy(whole + (i * (gsize)plane->n_rows + (gsize)part->first_row) * k,
             buffer + ((gsize)r * n + i) * width,
             (gsize)part->rows * k * sizeof(float));
  }
}

/* Adds rank R's parts of one vector; a parent's first dimensions come first. */
static void
add_part(const CapPlane *plane, int dim, int r, gsize step, const float *from,
         float *whole)
{
  const CapPlanePart *part = &plane->parts[r];
  for (int j = 0; j < part->parents; j++, from += step) {
    float *to = whole + (gsize)(part->first_parent + j) * step;
    const gboolean begun = j == 0 && part->first_row % dim != 0;
    for (gsize i = 0; i < step; i++)
      to[i] = begun ? to[i] + from[i] : from[i];
  }
}

void
cap_plane_sum(const CapPlane *plane, gsize n, gsize step, const float *mine,
              float *whole, float *buffer)
{
  const gsize width = (gsize)plane->most_parents * step;
  const int dim = plane->n_rows / plane->n_parents;
  plane->ranks->gather(plane->ranks, mine, n * width * sizeof(float), buffer);
#pragma omp parallel for
  for (gsize i = 0; i < n; i++)
    for (int r = 0; r < plane->ranks->count; r++)
      add_part(plane, dim, r, step, buffer + ((gsize)r * n + i) * width,
               whole + i * (gsize)plane->n_parents * step);
}
