/* Prefetched batches: see batch.h. */
#include "datasets/batch.h"

#include "core/error.h"

enum { AHEAD = 3 };

struct CapBatchSource {
  const CapPool *pool;
  int epoch, n_samples, batch;
  const CapRanks *ranks;
  GThread *thread;
  GMutex lock;
  GCond changed;
  GQueue ready; /* of CapBatch */
  gboolean done, stop;
  GError *failure;
};

void
cap_batch_free(CapBatch *batch)
{
  if (batch == NULL)
    return;
  g_free(batch->samples);
  g_free(batch);
}

static CapBatch *
make_batch(const CapBatchSource *source, int first, GError **error)
{
  g_autoptr(CapBatch) batch = g_new0(CapBatch, 1);
  int skipped;
  batch->whole = MIN(source->batch, source->n_samples - first);
  batch->n = cap_ranks_part(source->ranks, batch->whole, &skipped);
  first += skipped;
  batch->first = first;
  batch->samples = g_try_new0(CapSample, batch->n);
  if (batch->samples == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for a batch of %d patches", batch->n);
    return NULL;
  }
  for (int i = 0; i < batch->n; i++) {
    CapSample *sample = &batch->samples[i];
    const gboolean ok =
        source->epoch < 0
            ? cap_pool_validate(source->pool, first + i, sample, error)
            : cap_pool_train(source->pool, source->epoch, first + i, sample,
                             error);
    if (!ok)
      return NULL;
  }
  return g_steal_pointer(&batch);
}

static gpointer
produce(gpointer data)
{
  CapBatchSource *source = data;
  for (int first = 0; first < source->n_samples; first += source->batch) {
    GError *error = NULL;
    CapBatch *batch = make_batch(source, first, &error);
    g_mutex_lock(&source->lock);
    while (!source->stop && source->ready.length >= AHEAD)
      g_cond_wait(&source->changed, &source->lock);
    const gboolean stop = source->stop || batch == NULL;
    if (stop)
      cap_batch_free(batch);
    else
      g_queue_push_tail(&source->ready, batch);
    source->failure = error;
    g_cond_signal(&source->changed);
    g_mutex_unlock(&source->lock);
    if (stop)
      break;
  }
  g_mutex_lock(&source->lock);
  source->done = TRUE;
  g_cond_signal(&source->changed);
  g_mutex_unlock(&source->lock);
  return NULL;
}

CapBatchSource *
cap_batch_source_new(const CapPool *pool, int epoch, int n_samples, int batch,
                     const CapRanks *ranks)
{
  CapBatchSource *source = g_new0(CapBatchSource, 1);
  source->pool = pool;
  source->epoch = epoch;
  source->batch = batch;
  source->ranks = ranks;
  source->n_samples = n_samples;
  if (epoch < 0) {
    const int all = cap_pool_n_validation(pool);
    source->n_samples = n_samples > 0 ? MIN(n_samples, all) : all;
  }
  g_mutex_init(&source->lock);
  g_cond_init(&source->changed);
  g_queue_init(&source->ready);
  source->thread = g_thread_new("batches", produce, source);
  return source;
}

CapBatch *
cap_batch_source_next(CapBatchSource *source, GError **error)
{
  g_mutex_lock(&source->lock);
  while (source->ready.length == 0 && !source->done)
    g_cond_wait(&source->changed, &source->lock);
  CapBatch *batch = g_queue_pop_head(&source->ready);
  if (batch == NULL && source->failure != NULL) {
    g_propagate_error(error, source->failure);
    source->failure = NULL;
  }
  g_cond_signal(&source->changed);
  g_mutex_unlock(&source->lock);
  return batch;
}

void
cap_batch_source_free(CapBatchSource *source)
{
  if (source == NULL)
    return;
  g_mutex_lock(&source->lock);
  source->stop = TRUE;
  g_cond_signal(&source->changed);
  g_mutex_unlock(&source->lock);
  g_thread_join(source->thread);
  g_queue_clear_full(&source->ready, (GDestroyNotify)cap_batch_free);
  g_clear_error(&source->failure);
  g_mutex_clear(&source->lock);
  g_cond_clear(&source->changed);
  g_free(source);
}
