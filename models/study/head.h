/* CapHead: capsules and rating heads trained from nothing on a stem that stays
 * as it is. */
#pragma once

#include "core/nn/optim.h"
#include "core/progress.h"
#include "models/study/head_data.h"

typedef struct {
  CapNetworkOptions network; /* routing, iterations, batch, seed, weights */
  CapOptimOptions optim;     /* total_steps is worked out */
  int epochs;                /* walks through the data, shuffled by the seed */
} CapHeadOptions;

typedef struct {
  double training_ms, forward_ms; /* of a patch, in batches; worked by all
                                     threads, as other programs may run */
  double training_bytes; /* taken for graph, gradients and moments; 0 where the
                            C library does not say */
  /* pairs of child and parent worked on while judging, and what dynamic routing
   * would have in as many iterations */
  double used_pairs, dense_pairs;
} CapHeadCost;

/* Trains on DATA, then judges JUDGED: a copy of its outcomes with predictions.
 * Returns a GPtrArray of CapOutcome; NULL with CAP_ERROR_MEMORY or
 * CAP_ERROR_CANCELLED. */
GPtrArray *cap_head_run(const CapHeadOptions *options, const CapHeadData *data,
                        const CapHeadData *judged, const CapProgress *progress,
                        CapHeadCost *cost, GError **error);
