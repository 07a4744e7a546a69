/* Mask features by counting: one bin per HU, so order of voxels never matters.
 */
#include "core/nn/ops/mask_features.h"

#include <math.h>
#include <string.h>

#define BINS 2001 /* -1000 … 1000 HU */
#define REFERENCE_MM 8.0

static void
count(int bins[BINS], float value)
{
  const float inside = value > 0.0f ? MIN(value, 2.0f) : 0.0f; /* and no NaN */
  const int bin = (int)lroundf(inside * 1000.0f);
  bins[bin]++;
}

static int
count_middle(const CapShape *shape, const float *patch, int bins[BINS])
{
  int total = 0;
  const int *size = shape->dims + 1;
  for (int z = (size[0] - 1) / 2; z <= size[0] / 2; z++)
    for (int y = (size[1] - 1) / 2; y <= size[1] / 2; y++)
      for (int x = (size[2] - 1) / 2; x <= size[2] / 2; x++, total++)
        count(bins, patch[(z * size[1] + y) * size[2] + x]);
  return total;
}

/* The value that FRACTION of the voxels lie at or below. */
static float
percentile(const int bins[BINS], int total, double fraction)
{
  const int rank = MAX((int)ceil(fraction * total), 1);
  int below = 0;
  for (int i = 0; i < BINS; i++)
    if ((below += bins[i]) >= rank)
      return (float)i / 1000.0f - 1.0f;
  return 1.0f;
}

static void
sample_features(const CapShape *shape, gsize size, const float *mask,
                const float *patch, float *out)
{
  static const double fractions[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  int bins[BINS];
  memset(bins, 0, sizeof bins);
  int total = 0;
  for (gsize i = 0; i < size; i++)
    if (mask[i] > 0.5f) {
      count(bins, patch[i]);
      total++;
    }
  if (total == 0)
    total = count_middle(shape, patch, bins);
  const double diameter_mm = cbrt(6.0 * total / G_PI);
  out[0] = (float)log(diameter_mm / REFERENCE_MM);
  for (guint i = 0; i < G_N_ELEMENTS(fractions); i++)
    out[1 + i] = percentile(bins, total, fractions[i]);
}

static void
features_forward(CapGraph *graph, CapOp *op)
{
  const CapShape shape = cap_graph_shape(graph, op->inputs[0]);
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  const float *mask = cap_graph_data(graph, op->inputs[0]);
  const float *patch = cap_graph_data(graph, op->inputs[1]);
  float *out = cap_graph_data(graph, op->outputs[0]);
  const int batch = cap_graph_batch(graph);
#pragma omp parallel for
  for (int n = 0; n < batch; n++)
    sample_features(&shape, size, mask + (gsize)n * size,
                    patch + (gsize)n * size, out + n * CAP_MASK_FEATURES);
}

static const CapOpClass features_class = {"mask_features", NULL,
                                          features_forward, NULL, NULL};

CapTensor
cap_mask_features_add(CapGraph *graph, const char *name, CapTensor mask,
                      CapTensor patch)
{
  const CapShape shape = cap_graph_shape(graph, mask);
  g_return_val_if_fail(shape.n_dims == 4 && shape.dims[0] == 1, -1);
  const CapTensor inputs[] = {mask, patch};
  const CapTensor output =
      cap_graph_activation(graph, name, cap_shape_vector(CAP_MASK_FEATURES));
  cap_graph_add(graph, &features_class, name, inputs, 2, &output, 1, NULL, 0,
                NULL);
  return output;
}
