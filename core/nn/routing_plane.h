/* The plane of parents x pose dimensions of a capsule layer, shared out among
 * ranks. Its cells, parent after parent, are the rows of the votes' matrices;
 * rank r owns a run of them (cap_ranks_part), so a parent may lie on several
 * ranks, each with some dimensions of its pose.
 *
 * What is exchanged has the same layout on all ranks: as many rows or parents
 * as the rank with most has. Sums over ranks are made in their order, on every
 * rank alike. Every rank has to make the same calls in the same order. */
#pragma once

#include "core/nn/ranks.h"
#include "core/nn/routing.h"

/* Cells from FIRST_ROW on, and the parents that have any of them. */
typedef struct {
  int first_row, rows;
  int first_parent, parents;
} CapPlanePart;

typedef struct {
  const CapRanks *ranks; /* borrowed */
  CapPlanePart mine;
  CapPlanePart *parts; /* [rank] */
  int n_rows, n_parents, most_rows, most_parents;
} CapPlane;

/* The part of rank INDEX of COUNT of a plane of PARENTS x DIM. */
CapPlanePart cap_plane_part(int parents, int dim, int index, int count);
/* PLANE's parts are freed by cap_plane_clear. */
void cap_plane_init(CapPlane *plane, const CapRanks *ranks, int parents,
                    int dim);
void cap_plane_clear(CapPlane *plane);

/* N vectors' rows: MINE [n][most_rows] of every rank into WHOLE
 * [n][parents x dim]. Either may have K floats a row. BUFFER holds what all
 * ranks send: count x n x most_rows x k. */
void cap_plane_join(const CapPlane *plane, gsize n, gsize k, const float *mine,
                    float *whole, float *buffer);
/* N times a number of floats, STEP, for each parent: the parts in MINE
 * [n][most_parents][step] of all ranks that own dimensions of it are summed
 * into WHOLE [n][parents][step]. BUFFER as above, count x n x most_parents x
 * step. */
void cap_plane_sum(const CapPlane *plane, gsize n, gsize step,
                   const float *mine, float *whole, float *buffer);
