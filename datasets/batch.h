/* CapBatchSource: batches of one epoch, made by a thread of its own ahead of
 * the engine. What a batch holds depends on (seed, epoch, index) only. */
#pragma once

#include "core/nn/ranks.h"
#include "datasets/pool.h"

typedef struct {
  int n;
  CapSample *samples; /* owned */
  int first;          /* number of the first in its epoch */
  int whole;          /* samples of the batch on all ranks */
} CapBatch;

typedef struct CapBatchSource CapBatchSource;

/* Samples 0 … N_SAMPLES-1 of EPOCH of the training side of POOL (borrowed), or
 * the validation list when EPOCH is negative (N_SAMPLES then bounds it; 0 is
 * all), BATCH at a time; the last may be smaller. RANKS (borrowed, may be
 * NULL): only this rank's part of each batch, of which even the last must have
 * a sample for every rank. */
CapBatchSource *cap_batch_source_new(const CapPool *pool, int epoch,
                                     int n_samples, int batch,
                                     const CapRanks *ranks);
/* Waits for the next batch; the caller's, freed with cap_batch_free. NULL
 * without error at the end, NULL with CAP_ERROR_MEMORY on failure. */
CapBatch *cap_batch_source_next(CapBatchSource *source, GError **error);
void cap_batch_free(CapBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapBatch, cap_batch_free)
/* Stops the thread, even before the end. */
void cap_batch_source_free(CapBatchSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapBatchSource, cap_batch_source_free)
