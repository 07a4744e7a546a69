/* The erased-nodule probe: see probe.h. */
#include "datasets/probe.h"

#include "core/stats/logistic.h"
#include "core/stats/rank.h"
#include "datasets/split.h"

#include <math.h>
#include <string.h>

enum {
  GRID = 4,
  CELL = CAP_PATCH / GRID,
  BINS = 20,
  N_FEATURES = 2 * GRID * GRID * GRID + BINS
};

void
cap_probe_erase(CapSample *sample)
{
  for (int i = 0; i < CAP_PATCH * CAP_PATCH * CAP_PATCH; i++)
    if (sample->cut[i] > 0)
      sample->hu[i] = -850;
}

static void
describe(const CapSample *sample, float *features)
{
  enum { CELLS = GRID * GRID * GRID };
  double sum[CELLS] = {0}, squares[CELLS] = {0};
  memset(features, 0, N_FEATURES * sizeof *features);
  const float *hu = sample->hu;
  for (int z = 0; z < CAP_PATCH; z++)
    for (int y = 0; y < CAP_PATCH; y++)
      for (int x = 0; x < CAP_PATCH; x++, hu++) {
        const int cell = ((z / CELL) * GRID + y / CELL) * GRID + x / CELL;
        sum[cell] += *hu;
        squares[cell] += (double)*hu * *hu;
        const int bin = (int)CLAMP((*hu + 1000) / 60, 0, BINS - 1);
        features[2 * CELLS + bin] += 1.0f / 32768;
      }
  const double n = CELL * CELL * CELL;
  for (int i = 0; i < CELLS; i++) {
    const double mean = sum[i] / n;
    features[i] = (float)mean;
    features[CELLS + i] = (float)sqrt(fmax(0, squares[i] / n - mean * mean));
  }
}

gboolean
cap_probe_is_tested(const CapSample *sample, int index, int n)
{
  return sample->making == CAP_MAKING_TRANSPLANT
             ? index >= n / 2
             : cap_split_fold(sample->group, 0x9406E, 2);
}

gboolean
cap_probe_erased(const CapPool *pool, CapMaking making, int n, CapProbe *probe,
                 GError **error)
{
  g_autofree float *x0 = g_new(float, (gsize)n *N_FEATURES);
  g_autofree float *x1 = g_new(float, (gsize)n *N_FEATURES);
  g_autofree guint8 *y0 = g_malloc(n), *y1 = g_malloc(n);
  float *x[2] = {x0, x1};
  guint8 *y[2] = {y0, y1};
  g_autofree CapSample *sample = g_new0(CapSample, 1);
  int count[2] = {0, 0};
  gboolean ok = TRUE;
  for (int i = 0; ok && i < n; i++) {
    ok = cap_pool_probe(pool, making, i / 2, i & 1, sample, error);
    if (!ok)
      break;
    cap_probe_erase(sample);
    const int side = cap_probe_is_tested(sample, i, n);
    describe(sample, x[side] + (gsize)count[side] * N_FEATURES);
    y[side][count[side]++] = sample->is_nodule;
  }
  *probe = (CapProbe){NAN, count[1]};
  if (ok && count[0] > 0 && count[1] > 0) {
    g_autoptr(CapLogistic) model =
        cap_logistic_fit(x[0], y[0], count[0], N_FEATURES, 0.05);
    g_autofree double *scores = g_new(double, count[1]);
    for (int i = 0; i < count[1]; i++)
      scores[i] = cap_logistic_score(model, x[1] + (gsize)i * N_FEATURES);
    probe->auc = cap_rank_auc(scores, y[1], count[1]);
  }
  return ok;
}
