/* Mask features. Percentiles come from counting, one bin per HU, so that the
 * order of voxels never matters. */
#include "core/nn/ops/mask_features.h"

#include "core/nn/ops/mask_object.h"

#include <math.h>
#include <string.h>

#define BINS 2001 /* -1000 … 1000 HU */
#define REFERENCE_MM 8.0
#define N_DENSITY 6
#define N_SHAPE 13

/* One sample. */
typedef struct {
  const int *size; /* depth, height, width */
  gsize voxels;
  const float *patch;
  guint8 *marks; /* CapMaskMark of every voxel */
} Sample;

static int
bin_of(float value)
{
  const float inside = value > 0.0f ? MIN(value, 2.0f) : 0.0f; /* and no NaN */
  return (int)lroundf(inside * 1000.0f);
}

/* Voxels of the object by HU; how many. */
static int
count(const Sample *s, int bins[BINS])
{
  int total = 0;
  memset(bins, 0, BINS * sizeof *bins);
  for (gsize i = 0; i < s->voxels; i++)
    if (s->marks[i] == CAP_MASK_OBJECT) {
      bins[bin_of(s->patch[i])]++;
      total++;
    }
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
density_features(const int bins[BINS], int total, float *out)
{
  static const double fractions[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  const double diameter_mm = cbrt(6.0 * total / G_PI);
  out[0] = (float)log(diameter_mm / REFERENCE_MM);
  for (guint i = 0; i < G_N_ELEMENTS(fractions); i++)
    out[1 + i] = percentile(bins, total, fractions[i]);
}

static double
deviation(const int bins[BINS], int total)
{
  double sum = 0, squares = 0;
  for (int i = 0; i < BINS; i++) {
    sum += bins[i] * (i / 1000.0);
    squares += bins[i] * (i / 1000.0) * (i / 1000.0);
  }
  const double mean = sum / total;
  return sqrt(fmax(squares / total - mean * mean, 0));
}

/* Mean over the shell; of the whole patch when the object fills it. */
static double
shell_mean(const Sample *s)
{
  double shell = 0, all = 0;
  int n = 0;
  for (gsize i = 0; i < s->voxels; i++) {
    const double value = bin_of(s->patch[i]) / 1000.0;
    all += value;
    if (s->marks[i] == CAP_MASK_SHELL) {
      shell += value;
      n++;
    }
  }
  return n > 0 ? shell / n : all / (double)s->voxels;
}

static void
shape_features(const Sample *s, const int bins[BINS], int total, float *out)
{
  const CapMaskShape shape = cap_mask_object_shape(s->marks, s->patch, s->size);
  out[0] = percentile(bins, total, 0.99);
  out[1] = (float)deviation(bins, total);
  out[2] = (float)(shell_mean(s) - 1);
  out[3] = (float)log(shape.variance[1] / shape.variance[0]);
  out[4] = (float)log(shape.variance[2] / shape.variance[0]);
  out[5] = (float)(1.5 * log(shape.faces / 6.0) - log(total));
  out[6] = (float)shape.border_slope;
}

static void
features_forward(CapGraph *graph, CapOp *op)
{
  const CapMaskFeatures kind = *(const CapMaskFeatures *)op->state;
  const CapShape shape = cap_graph_shape(graph, op->inputs[0]);
  const gsize size = cap_graph_size(graph, op->inputs[0]);
  const float *mask = cap_graph_data(graph, op->inputs[0]);
  const float *patch = cap_graph_data(graph, op->inputs[1]);
  guint8 *marks = (guint8 *)cap_graph_data(graph, op->outputs[1]);
  float *out = cap_graph_data(graph, op->outputs[0]);
  const int batch = cap_graph_batch(graph);
  const int n_features = cap_mask_features_count(kind);
#pragma omp parallel for
  for (int n = 0; n < batch; n++) {
    const Sample s = {shape.dims + 1, size, patch + (gsize)n * size,
                      marks + (gsize)n * size};
    float *row = out + (gsize)n * n_features;
    cap_mask_object_find(mask + (gsize)n * size, s.size,
                         kind == CAP_MASK_FEATURES_SHAPE, s.marks);
    int bins[BINS];
    const int total = count(&s, bins);
    density_features(bins, total, row);
    if (kind == CAP_MASK_FEATURES_SHAPE)
      shape_features(&s, bins, total, row + N_DENSITY);
  }
}

static void
features_free(CapOp *op)
{
  g_free(op->state);
}

static const CapOpClass features_class = {
    "mask_features", NULL, features_forward, NULL, features_free};

int
cap_mask_features_count(CapMaskFeatures kind)
{
  return kind == CAP_MASK_FEATURES_SHAPE ? N_SHAPE : N_DENSITY;
}

const char *
cap_mask_features_name(CapMaskFeatures kind)
{
  return kind == CAP_MASK_FEATURES_SHAPE ? "shape" : "density";
}

gboolean
cap_mask_features_find(const char *name, CapMaskFeatures *kind)
{
  const gboolean shape = g_str_equal(name, "shape");
  *kind = shape ? CAP_MASK_FEATURES_SHAPE : CAP_MASK_FEATURES_DENSITY;
  return shape || g_str_equal(name, "density");
}

CapTensor
cap_mask_features_add(CapGraph *graph, const char *name, CapTensor mask,
                      CapTensor patch, CapMaskFeatures kind)
{
  const CapShape shape = cap_graph_shape(graph, mask);
  g_return_val_if_fail(shape.n_dims == 4 && shape.dims[0] == 1, -1);
  const CapTensor inputs[] = {mask, patch};
  g_autofree char *marks = g_strconcat(name, ".marks", NULL);
  const int words = /* a byte a voxel */
      (int)((cap_graph_size(graph, mask) + sizeof(float) - 1) / sizeof(float));
  const CapTensor outputs[] = {
      cap_graph_activation(graph, name,
                           cap_shape_vector(cap_mask_features_count(kind))),
      cap_graph_activation(graph, marks, cap_shape_vector(words))};
  CapMaskFeatures *state = g_new(CapMaskFeatures, 1);
  *state = kind;
  cap_graph_add(graph, &features_class, name, inputs, 2, outputs, 2, NULL, 0,
                state);
  return outputs[0];
}
