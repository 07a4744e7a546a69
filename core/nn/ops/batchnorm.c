/* Batch normalisation and ReLU in two passes over memory each way. Work is
 * shared out by (sample, group of channels); what the shares say is put
 * together in one order, so results do not depend on the number of threads. */
#include "core/nn/ops/batchnorm.h"

#include <math.h>
#include <string.h>

#include "core/nn/kernel.h"

#define MAX_LANES 16

typedef struct {
  gboolean relu;
  gsize channels, voxels;
  double *mean, *invstd;  /* of the current batch, per channel */
  float *factor, *offset; /* y = x factor + offset */
  double *sums;           /* 2 per sample and channel */
} Norm;

/* What a share works on: LANES neighbouring channels (16, 8 or 1), at
 * voxel v from v x step on. */
typedef struct {
  gsize voxels, step;
  int lanes;
} Share;

/* Mean and sum of squared deviations of each lane. */
CAP_INLINE void
moments(const Share *share, const float *x, double *mean, double *m2, int lanes)
{
  const gsize chunk = 256; /* floats are summed briefly, then doubles */
  double total[MAX_LANES] = {0}, spread[MAX_LANES] = {0};
  for (gsize start = 0; start < share->voxels; start += chunk) {
    float sum[MAX_LANES] = {0};
    const gsize end = MIN(start + chunk, share->voxels);
    for (gsize v = start; v < end; v++)
      for (int k = 0; k < lanes; k++)
        sum[k] += x[v * share->step + (gsize)k];
    for (int k = 0; k < lanes; k++)
      total[k] += (double)sum[k];
  }
  float center[MAX_LANES];
  for (int k = 0; k < lanes; k++) {
    mean[k] = total[k] / (double)share->voxels;
    center[k] = (float)mean[k];
  }
  for (gsize start = 0; start < share->voxels; start += chunk) {
    float square[MAX_LANES] = {0};
    const gsize end = MIN(start + chunk, share->voxels);
    for (gsize v = start; v < end; v++)
      for (int k = 0; k < lanes; k++) {
        const float d = x[v * share->step + (gsize)k] - center[k];
        square[k] += d * d;
      }
    for (int k = 0; k < lanes; k++)
      spread[k] += (double)square[k];
  }
  for (int k = 0; k < lanes; k++) {
    /* Around the rounded mean; the exact one's sum is smaller by this. */
    const double off = mean[k] - (double)center[k];
    m2[k] = spread[k] - off * off * (double)share->voxels;
  }
}

CAP_KERNEL(void, share_moments,
           (const Share *share, const float *x, double *mean, double *m2),
           (share, x, mean, m2))
{
  if (share->lanes == 16)
    moments(share, x, mean, m2, 16);
  else if (share->lanes == 8)
    moments(share, x, mean, m2, 8);
  else
    moments(share, x, mean, m2, 1);
}

CAP_INLINE void
scale_lanes(const Share *share, const float *x, const float *const affine[2],
            float floor, float *y, int lanes)
{
  for (gsize v = 0; v < share->voxels; v++)
    for (int k = 0; k < lanes; k++) {
      const gsize i = v * share->step + (gsize)k;
      const float value = x[i] * affine[0][k] + affine[1][k];
      y[i] = value > floor ? value : floor;
    }
}

/* y = max(x factor + offset, floor); AFFINE is factor and offset. */
CAP_KERNEL(void, share_scale,
           (const Share *share, const float *restrict x,
            const float *const affine[2], float floor, float *restrict y),
           (share, x, affine, floor, y))
{
  float factor[MAX_LANES], offset[MAX_LANES];
  for (int k = 0; k < share->lanes; k++) {
    factor[k] = affine[0][k];
    offset[k] = affine[1][k];
  }
  const float *const own[2] = {factor, offset};
  if (share->lanes == 16)
    scale_lanes(share, x, own, floor, y, 16);
  else if (share->lanes == 8)
    scale_lanes(share, x, own, floor, y, 8);
  else
    scale_lanes(share, x, own, floor, y, 1);
}

/* Share I of a batch: its sample's groups of lanes in turn. */
static gsize
share_start(const CapLay *lay, int lanes, gsize i)
{
  const gsize groups = lay->channels / (gsize)lanes;
  return i / groups * lay->channels * lay->voxels +
         i % groups * (gsize)lanes * lay->channel_step;
}

static Share
share_of(const CapLay *lay)
{
  const gboolean last = lay->channel_step == 1 && lay->voxels > 1;
  const int lanes = !last                     ? 1
                    : lay->channels % 16 == 0 ? 16
                    : lay->channels % 8 == 0  ? 8
                                              : 1;
  return (Share){lay->voxels, lay->voxel_step, lanes};
}

static void
batch_statistics(Norm *norm, const CapLay *lay, const float *x, gsize batch)
{
  const Share share = share_of(lay);
  const gsize lanes = (gsize)share.lanes, groups = norm->channels / lanes;
#pragma omp parallel for
  for (gsize i = 0; i < batch * groups; i++) {
    double *out = norm->sums + i * lanes * 2;
    share_moments(&share, x + share_start(lay, share.lanes, i), out,
                  out + lanes);
  }
  /* Chan, Golub, LeVeque 1979: equal counts merge by plain averages. */
  for (gsize c = 0; c < norm->channels; c++) {
    double mean = 0.0, spread = 0.0;
    for (gsize n = 0; n < batch; n++)
      mean += norm->sums[(n * groups + c / lanes) * lanes * 2 + c % lanes];
    mean /= (double)batch;
    for (gsize n = 0; n < batch; n++) {
      const double *out = norm->sums + (n * groups + c / lanes) * lanes * 2;
      const double d = out[c % lanes] - mean;
      spread += out[lanes + c % lanes] + d * d * (double)norm->voxels;
    }
    norm->mean[c] = mean;
    norm->invstd[c] = spread / (double)(batch * norm->voxels);
  }
}

/* The same over all ranks: Chan, Golub, LeVeque 1979 with unequal counts. */
static void
merge_ranks(CapGraph *graph, Norm *norm)
{
  const CapRanks *ranks = cap_graph_ranks(graph);
  if (ranks == NULL)
    return;
  const gsize n = norm->channels, row = 2 * n + 1;
  g_autofree double *mine = g_new(double, row);
  g_autofree double *all = g_new(double, row *(gsize)ranks->count);
  memcpy(mine, norm->mean, n * sizeof *mine);
  memcpy(mine + n, norm->invstd, n * sizeof *mine);
  mine[2 * n] = cap_graph_batch(graph);
  ranks->gather(ranks, mine, row * sizeof *mine, all);
  for (gsize c = 0; c < n; c++) {
    double count = 0, mean = 0, variance = 0;
    for (const double *r = all; r < all + row * (gsize)ranks->count; r += row) {
      count += r[2 * n];
      mean += r[2 * n] * r[c];
    }
    mean /= count;
    for (const double *r = all; r < all + row * (gsize)ranks->count; r += row)
      variance += r[2 * n] * (r[n + c] + (r[c] - mean) * (r[c] - mean));
    norm->mean[c] = mean;
    norm->invstd[c] = variance / count;
  }
}

static void
update_running(CapGraph *graph, const CapOp *op, const Norm *norm, gsize count)
{
  float *mean = cap_graph_data(graph, op->params[2]);
  float *variance = cap_graph_data(graph, op->params[3]);
  const double unbias = count > 1 ? (double)count / (double)(count - 1) : 1.0;
  for (gsize c = 0; c < norm->channels; c++) {
    const double m = CAP_BATCHNORM_MOMENTUM;
    mean[c] = (float)((1.0 - m) * (double)mean[c] + m * norm->mean[c]);
    variance[c] =
        (float)((1.0 - m) * (double)variance[c] + m * norm->invstd[c] * unbias);
  }
}

static void
norm_forward(CapGraph *graph, CapOp *op)
{
  Norm *norm = op->state;
  const gsize batch = (gsize)cap_graph_batch(graph);
  const CapLay lay = cap_graph_lay(graph, op->outputs[0]);
  const Share share = share_of(&lay);
  const float *x = cap_graph_data(graph, op->inputs[0]);
  float *y = cap_graph_data(graph, op->outputs[0]);
  const float *scale = cap_graph_data(graph, op->params[0]);
  const float *shift = cap_graph_data(graph, op->params[1]);
  if (cap_graph_training(graph)) {
    batch_statistics(norm, &lay, x, batch);
    merge_ranks(graph, norm);
    update_running(graph, op, norm,
                   (gsize)cap_graph_whole_batch(graph) * norm->voxels);
  } else {
    for (gsize c = 0; c < norm->channels; c++) {
      norm->mean[c] = (double)cap_graph_data(graph, op->params[2])[c];
      norm->invstd[c] = (double)cap_graph_data(graph, op->params[3])[c];
    }
  }
  for (gsize c = 0; c < norm->channels; c++) {
    norm->invstd[c] = 1.0 / sqrt(norm->invstd[c] + CAP_BATCHNORM_EPSILON);
    norm->factor[c] = (float)((double)scale[c] * norm->invstd[c]);
    norm->offset[c] =
        (float)((double)shift[c] -
                norm->mean[c] * norm->invstd[c] * (double)scale[c]);
  }
  const gsize groups = norm->channels / (gsize)share.lanes;
#pragma omp parallel for
  for (gsize i = 0; i < batch * groups; i++) {
    const gsize at = share_start(&lay, share.lanes, i);
    const gsize c = i % groups * (gsize)share.lanes;
    const float *affine[2] = {norm->factor + c, norm->offset + c};
    share_scale(&share, x + at, affine, norm->relu ? 0.0f : -G_MAXFLOAT,
                y + at);
  }
}

/* Sums of g and of g (x - mean) per lane, g the gradient where y > floor. V is
 * x, y and the gradient. */
CAP_INLINE void
gradient_sums(const Share *share, const float *const v[3], const float *mean,
              float floor, double *out, int lanes)
{
  double g_sum[MAX_LANES] = {0}, gx_sum[MAX_LANES] = {0};
  const float *x = v[0], *y = v[1], *dy = v[2];
  for (gsize start = 0; start < share->voxels; start += 256) {
    float a[MAX_LANES] = {0}, b[MAX_LANES] = {0};
    const gsize end = MIN(start + 256, share->voxels);
    for (gsize i = start; i < end; i++)
      for (int k = 0; k < lanes; k++) {
        const gsize j = i * share->step + (gsize)k;
        const float g = y[j] > floor ? dy[j] : 0.0f;
        a[k] += g;
        b[k] += g * (x[j] - mean[k]);
      }
    for (int k = 0; k < lanes; k++) {
      g_sum[k] += (double)a[k];
      gx_sum[k] += (double)b[k];
    }
  }
  for (int k = 0; k < lanes; k++) {
    out[k] = g_sum[k];
    out[lanes + k] = gx_sum[k];
  }
}

CAP_KERNEL(void, share_sums,
           (const Share *share, const float *const v[3], const float *mean,
            float floor, double *out),
           (share, v, mean, floor, out))
{
  float center[MAX_LANES];
  for (int k = 0; k < share->lanes; k++)
    center[k] = mean[k];
  if (share->lanes == 16)
    gradient_sums(share, v, center, floor, out, 16);
  else if (share->lanes == 8)
    gradient_sums(share, v, center, floor, out, 8);
  else
    gradient_sums(share, v, center, floor, out, 1);
}

CAP_INLINE void
spread_lanes(const Share *share, const float *const v[3],
             const float coef[3][MAX_LANES], float floor, CapGradTarget out,
             int lanes)
{
  const float *restrict x = v[0], *restrict y = v[1], *restrict dy = v[2];
  float *restrict dx = out.data;
  for (gsize i = 0; i < share->voxels; i++)
    for (int k = 0; k < lanes; k++) {
      const gsize j = i * share->step + (gsize)k;
      const float g = y[j] > floor ? dy[j] : 0.0f;
      const float d = coef[0][k] * g + coef[1][k] * x[j] + coef[2][k];
      dx[j] = out.add ? dx[j] + d : d;
    }
}

/* dx = p g + q x + r per lane; COEF holds p, q and r. */
CAP_KERNEL(void, share_spread,
           (const Share *share, const float *const v[3],
            const float coef[3][MAX_LANES], float floor, CapGradTarget out),
           (share, v, coef, floor, out))
{
  float own[3][MAX_LANES];
  memcpy(own, coef, sizeof own);
  if (share->lanes == 16 && !out.add)
    spread_lanes(share, v, own, floor, (CapGradTarget){out.data, FALSE}, 16);
  else if (share->lanes == 16)
    spread_lanes(share, v, own, floor, (CapGradTarget){out.data, TRUE}, 16);
  else if (share->lanes == 8)
    spread_lanes(share, v, own, floor, out, 8);
  else
    spread_lanes(share, v, own, floor, out, 1);
}

/* Parameter gradients; TOTALS becomes the sums of g, then of g xhat, per
 * channel. */
static void
reduce_gradients(CapGraph *graph, const CapOp *op, Norm *norm, gsize lanes,
                 double *totals)
{
  float *dscale = cap_graph_grad(graph, op->params[0]);
  float *dshift = cap_graph_grad(graph, op->params[1]);
  const gsize groups = norm->channels / lanes;
  const gsize batch = (gsize)cap_graph_batch(graph);
  for (gsize c = 0; c < norm->channels; c++) {
    double g = 0.0, gx = 0.0;
    for (gsize n = 0; n < batch; n++) {
      const double *out = norm->sums + (n * groups + c / lanes) * lanes * 2;
      g += out[c % lanes];
      gx += out[lanes + c % lanes];
    }
    /* Deviations were taken from the mean as a float. */
    gx += ((double)(float)norm->mean[c] - norm->mean[c]) * g;
    totals[c] = g;
    totals[norm->channels + c] = gx * norm->invstd[c];
    dshift[c] += (float)g;
    dscale[c] += (float)totals[norm->channels + c];
  }
}

static void
norm_backward(CapGraph *graph, CapOp *op)
{
  Norm *norm = op->state;
  const gsize batch = (gsize)cap_graph_batch(graph);
  const CapLay lay = cap_graph_lay(graph, op->outputs[0]);
  const Share share = share_of(&lay);
  const gsize lanes = (gsize)share.lanes, groups = norm->channels / lanes;
  const float *x = cap_graph_data(graph, op->inputs[0]);
  const float *y = cap_graph_data(graph, op->outputs[0]);
  const float *dy = cap_graph_grad(graph, op->outputs[0]);
  const float *scale = cap_graph_data(graph, op->params[0]);
  const float floor = norm->relu ? 0.0f : -G_MAXFLOAT;
  for (gsize c = 0; c < norm->channels; c++)
    norm->offset[c] = (float)norm->mean[c];
#pragma omp parallel for
  for (gsize i = 0; i < batch * groups; i++) {
    const gsize at = share_start(&lay, share.lanes, i);
    const float *v[3] = {x + at, y + at, dy + at};
    share_sums(&share, v, norm->offset + i % groups * lanes, floor,
               norm->sums + i * lanes * 2);
  }
  g_autofree double *totals = g_new(double, norm->channels * 2);
  reduce_gradients(graph, op, norm, lanes, totals);
  if (cap_graph_training(graph))
    cap_ranks_sum_doubles(cap_graph_ranks(graph), norm->channels * 2, totals);
  const CapGradTarget dx = cap_graph_grad_target(graph, op->inputs[0]);
  if (dx.data == NULL)
    return;
  /* Through the batch's statistics only when they were used. */
  const double part =
      cap_graph_training(graph)
          ? 1.0 / ((double)cap_graph_whole_batch(graph) * (double)norm->voxels)
          : 0.0;
#pragma omp parallel for
  for (gsize i = 0; i < batch * groups; i++) {
    float coef[3][MAX_LANES] = {{0}};
    for (gsize k = 0; k < lanes; k++) {
      const gsize c = i % groups * lanes + k;
      const double p = (double)scale[c] * norm->invstd[c];
      const double q = -p * norm->invstd[c] * totals[norm->channels + c] * part;
      coef[0][k] = (float)p;
      coef[1][k] = (float)q;
      coef[2][k] = (float)(-q * norm->mean[c] - p * totals[c] * part);
    }
    const gsize at = share_start(&lay, share.lanes, i);
    const float *v[3] = {x + at, y + at, dy + at};
    share_spread(&share, v, (const float(*)[MAX_LANES])coef, floor,
                 (CapGradTarget){dx.data + at, dx.add});
  }
}

static void
norm_free(CapOp *op)
{
  Norm *norm = op->state;
  g_free(norm->mean);
  g_free(norm->invstd);
  g_free(norm->factor);
  g_free(norm->offset);
  g_free(norm->sums);
  g_free(norm);
}

static const CapOpClass norm_class = {"batchnorm", NULL, norm_forward,
                                      norm_backward, norm_free};

void
cap_batchnorm_params(CapGraph *graph, const char *name, int channels,
                     CapTensor params[4])
{
  const CapShape shape = cap_shape_vector(channels);
  g_autofree char *scale = g_strconcat(name, ".scale", NULL);
  g_autofree char *shift = g_strconcat(name, ".shift", NULL);
  g_autofree char *mean = g_strconcat(name, ".mean", NULL);
  g_autofree char *variance = g_strconcat(name, ".variance", NULL);
  params[0] = cap_graph_param(graph, scale, shape, CAP_INIT_ONE, 0, 0);
  params[1] = cap_graph_param(graph, shift, shape, CAP_INIT_ZERO, 0, 0);
  params[2] = cap_graph_buffer(graph, mean, shape, 0.0f);
  params[3] = cap_graph_buffer(graph, variance, shape, 1.0f);
}

CapTensor
cap_batchnorm_add(CapGraph *graph, const char *name, CapTensor input,
                  gboolean relu)
{
  const CapShape shape = cap_graph_shape(graph, input);
  g_return_val_if_fail(shape.n_dims == 4, -1);
  CapTensor params[4];
  cap_batchnorm_params(graph, name, shape.dims[0], params);
  const CapTensor output = cap_graph_activation(graph, name, shape);
  if (cap_graph_channels_last(graph, input))
    cap_graph_set_channels_last(graph, output);
  Norm *norm = g_new0(Norm, 1);
  norm->relu = relu;
  norm->channels = (gsize)shape.dims[0];
  norm->voxels = cap_graph_size(graph, input) / norm->channels;
  norm->mean = g_new(double, norm->channels);
  norm->invstd = g_new(double, norm->channels);
  norm->factor = g_new(float, norm->channels);
  norm->offset = g_new(float, norm->channels);
  norm->sums =
      g_new(double, norm->channels * 2 * (gsize)cap_graph_max_batch(graph));
  cap_graph_add(graph, &norm_class, name, &input, 1, &output, 1, params, 4,
                norm);
  return output;
}
