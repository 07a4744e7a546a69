/* Pose sweeps: see sweep.h. */
#include "models/study/sweep.h"

#include "core/stats/rank.h"
#include "core/symmetric.h"

#include <math.h>
#include <string.h>

enum { EDGE = CAP_PATCH, N = CAP_PATCH_VOXELS, STEPS = 11, LEAST_VOXELS = 8 };
static const double reach = 0.25;

static const float dense = 0.6f; /* -400 HU, half-way from lung to tissue */

const char *
cap_sweep_measure_name(CapSweepMeasure measure)
{
  static const char *const names[] = {"diameter_mm", "mean_hu", "elongation"};
  return names[measure];
}

/* The dense voxel nearest to the middle, -1 without any. */
static int
find_start(const float *image)
{
  int best = -1;
  double least = INFINITY;
  for (int i = 0; i < N; i++) {
    const double x = i % EDGE - (EDGE - 1) / 2.0,
                 y = i / EDGE % EDGE - (EDGE - 1) / 2.0,
                 z = i / EDGE / EDGE - (EDGE - 1) / 2.0;
    const double square = x * x + y * y + z * z;
    if (image[i] >= dense && square < least) {
      least = square;
      best = i;
    }
  }
  return best;
}

/* Voxels connected with START, into PLACES; returns how many. */
static int
fill(const float *image, int start, int *places)
{
  static const int stride[3] = {1, EDGE, EDGE * EDGE};
  g_autofree guint8 *seen = g_malloc0(N);
  int n = 0;
  places[n++] = start;
  seen[start] = 1;
  for (int k = 0; k < n; k++)
    for (int axis = 0; axis < 3; axis++) {
      const int at = places[k] / stride[axis] % EDGE;
      for (int way = -1; way <= 1; way += 2) {
        const int next = places[k] + way * stride[axis];
        if (at + way < 0 || at + way >= EDGE || seen[next] ||
            image[next] < dense)
          continue;
        seen[next] = 1;
        places[n++] = next;
      }
    }
  return n;
}

void
cap_sweep_measure(const float *image, double measures[CAP_N_SWEEP_MEASURES])
{
  for (int m = 0; m < CAP_N_SWEEP_MEASURES; m++)
    measures[m] = NAN;
  const int start = find_start(image);
  if (start < 0)
    return;
  g_autofree int *places = g_new(int, N);
  const int n = fill(image, start, places);
  double sum = 0, mean[3] = {0}, square[3] = {0}, product[3] = {0};
  for (int k = 0; k < n; k++) {
    const double at[3] = {places[k] % EDGE, places[k] / EDGE % EDGE,
                          places[k] / EDGE / EDGE};
    sum += (double)image[places[k]];
    for (int i = 0; i < 3; i++) {
      mean[i] += at[i] / n;
      square[i] += at[i] * at[i] / n;
    }
    product[0] += at[0] * at[1] / n;
    product[1] += at[0] * at[2] / n;
    product[2] += at[1] * at[2] / n;
  }
  measures[CAP_SWEEP_DIAMETER] = cbrt(6 * n / G_PI);
  measures[CAP_SWEEP_HU] = 1000 * sum / n - 1000;
  if (n < LEAST_VOXELS)
    return;
  double values[3];
  for (int i = 0; i < 3; i++) /* a voxel has an extent of its own */
    square[i] += 1.0 / 12 - mean[i] * mean[i];
  product[0] -= mean[0] * mean[1];
  product[1] -= mean[0] * mean[2];
  product[2] -= mean[1] * mean[2];
  cap_symmetric_eigenvalues(square, product, values);
  measures[CAP_SWEEP_ELONGATION] = sqrt(values[2] / values[0]);
}

/* What DIMENSION does to MEASURE, from the measures of its steps. */
static double
correlate(double (*of_steps)[CAP_N_SWEEP_MEASURES], int measure)
{
  double x[STEPS], y[STEPS];
  for (int s = 0; s < STEPS; s++) {
    x[s] = s;
    y[s] = of_steps[s][measure];
    if (!isfinite(y[s]))
      return NAN;
  }
  const double rho = cap_rank_spearman(x, y, STEPS);
  return isfinite(rho) ? rho : 0; /* constant */
}

void
cap_sweep_run(CapCapsnetDecoder *decoder, const float pose[CAP_POSE_DIM],
              double rho[CAP_N_SWEEP_MEASURES][CAP_POSE_DIM])
{
  CapGraph *g = decoder->graph;
  cap_graph_set_batch(g, STEPS);
  for (int d = 0; d < CAP_POSE_DIM; d++) {
    double measures[STEPS][CAP_N_SWEEP_MEASURES];
    float *input = cap_graph_data(g, decoder->pose);
    for (int s = 0; s < STEPS; s++, input += CAP_POSE_DIM) {
      memcpy(input, pose, CAP_POSE_DIM * sizeof *input);
      input[d] += (float)(reach * (2.0 * s / (STEPS - 1) - 1));
    }
    cap_graph_forward(g);
    const float *images = cap_graph_data(g, decoder->reconstruction);
#pragma omp parallel for
    for (int s = 0; s < STEPS; s++)
      cap_sweep_measure(images + (gsize)s * N, measures[s]);
    for (int m = 0; m < CAP_N_SWEEP_MEASURES; m++)
      rho[m][d] = correlate(measures, m);
  }
}
