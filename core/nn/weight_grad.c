/* Weight gradients: for one kernel offset k, dW_k (in,out) is the sum over
 * voxels of x (in) times dy (out). A tile of 4 x 16 or 8 x 8 of it stays in
 * registers while a slab of voxels passes, so that the slab stays in the cache
 * while all offsets and tiles have their turn. Threads share the offsets and
 * rows of tiles. */
#include "core/nn/weight_grad.h"

#include <omp.h>
#include <string.h>

#include "core/nn/kernel.h"

#define MAX_ROWS 8
#define SLAB_VOXELS 64

/* What one tile sums over: rows of voxels of one slab and kernel offset. */
typedef struct {
  const float *x, *dy; /* first voxel of the first row, first channel of tile */
  int planes, rows, voxels;
  gsize x_plane, x_row, x_voxel; /* steps in floats */
  gsize dy_plane, dy_row, dy_voxel;
} Sweep;

/* SUMS (HEIGHT x 8 WIDE, rows OUT apart) += x times dy over the sweep. HEIGHT x
 * WIDE is at most 8: what fits in registers. */
CAP_INLINE void
sweep_tile(const Sweep *s, float *sums, gsize out, int height, int wide)
{
  CapLanes acc[MAX_ROWS][2];
  for (int r = 0; r < height; r++)
    for (int c = 0; c < wide; c++)
      acc[r][c] = *(CapLanes *)(sums + (gsize)r * out + 8 * c);
  for (int plane = 0; plane < s->planes; plane++)
    for (int row = 0; row < s->rows; row++) {
      const float *x = s->x + (gsize)plane * s->x_plane + (gsize)row * s->x_row;
      const float *dy =
          s->dy + (gsize)plane * s->dy_plane + (gsize)row * s->dy_row;
      for (int v = 0; v < s->voxels; v++) {
        CapLanes g[2];
        for (int c = 0; c < wide; c++)
          g[c] = *(const CapLanes *)(dy + 8 * c);
        for (int r = 0; r < height; r++)
          for (int c = 0; c < wide; c++)
            acc[r][c] += x[r] * g[c];
        x += s->x_voxel;
        dy += s->dy_voxel;
      }
    }
  for (int r = 0; r < height; r++)
    for (int c = 0; c < wide; c++)
      *(CapLanes *)(sums + (gsize)r * out + 8 * c) = acc[r][c];
}

/* Input channels of a tile: 8 against 8 output channels, or 4 against 16. */
static int
tile_rows(const CapConvSpec *s)
{
  return s->out_channels % 16 != 0 && s->in_channels % 8 == 0 ? 8 : 4;
}

/* A row of tiles: 4 or 8 input channels against all OUT output channels. */
CAP_KERNEL(void, sweep_row4, (const Sweep *s, float *sums, gsize out),
           (s, sums, out))
{
  Sweep tile = *s;
  gsize c = 0;
  for (; c + 16 <= out; c += 16, tile.dy += 16)
    sweep_tile(&tile, sums + c, out, 4, 2);
  for (; c < out; c += 8, tile.dy += 8)
    sweep_tile(&tile, sums + c, out, 4, 1);
}

CAP_KERNEL(void, sweep_row8, (const Sweep *s, float *sums, gsize out),
           (s, sums, out))
{
  Sweep tile = *s;
  for (gsize c = 0; c < out; c += 8, tile.dy += 8)
    sweep_tile(&tile, sums + c, out, 8, 1);
}

/* Output positions along an axis whose input position under kernel offset K
 * lies inside: FIRST … LAST. */
static void
inside(const CapConvSpec *s, int axis, int k, int *first, int *last)
{
  const int shift = k - s->pad; /* input = output x stride + shift */
  *first = shift < 0 ? (-shift + s->stride - 1) / s->stride : 0;
  *last =
      MIN((s->in_size[axis] - 1 - shift) / s->stride, s->out_size[axis] - 1);
  if (s->in_size[axis] - 1 - shift < 0)
    *last = -1;
}

/* The part of one sample's slab, output planes and rows FROM … TO - 1, that
 * offset K (z, y, x) sees. */
static Sweep
sweep_of(const CapConvSpec *s, const int k[3], const float *const in[2],
         const int from[2], const int to[2])
{
  int first[3], last[3];
  for (int axis = 0; axis < 3; axis++)
    inside(s, axis, k[axis], &first[axis], &last[axis]);
  for (int axis = 0; axis < 2; axis++) {
    first[axis] = MAX(first[axis], from[axis]);
    last[axis] = MIN(last[axis], to[axis] - 1);
  }
  const gsize n_in = (gsize)s->in_channels, n_out = (gsize)s->out_channels;
  Sweep sweep = {.planes = last[0] - first[0] + 1,
                 .rows = last[1] - first[1] + 1,
                 .voxels = last[2] - first[2] + 1,
                 .x_voxel = n_in * (gsize)s->stride,
                 .x_row = n_in * (gsize)(s->stride * s->in_size[2]),
                 .x_plane =
                     n_in * (gsize)(s->stride * s->in_size[2] * s->in_size[1]),
                 .dy_voxel = n_out,
                 .dy_row = n_out * (gsize)s->out_size[2],
                 .dy_plane = n_out * (gsize)(s->out_size[2] * s->out_size[1])};
  if (sweep.planes <= 0 || sweep.rows <= 0 || sweep.voxels <= 0) {
    sweep.planes = 0;
    return sweep;
  }
  gsize x_at = 0, dy_at = 0;
  for (int axis = 0; axis < 3; axis++) {
    x_at = x_at * (gsize)s->in_size[axis] +
           (gsize)(first[axis] * s->stride + k[axis] - s->pad);
    dy_at = dy_at * (gsize)s->out_size[axis] + (gsize)first[axis];
  }
  sweep.x = in[0] + x_at * n_in;
  sweep.dy = in[1] + dy_at * n_out;
  return sweep;
}

gboolean
cap_weight_grad_handles(const CapConvSpec *s)
{
  return s->in_last && s->out_last && s->in_channels % 4 == 0 &&
         s->out_channels % 8 == 0;
}

/* Tasks RANGE[0] … RANGE[1] - 1 (offset x row of tiles) over one slab. */
static void
run_slab(const CapConvSpec *s, const float *const in[2], const int from[2],
         const int to[2], float *sums, const int range[2])
{
  const int k = s->kernel, rows = s->in_channels / tile_rows(s);
  const gsize n_out = (gsize)s->out_channels;
  for (int task = range[0]; task < range[1];) {
    const int o = task / rows;
    const int offset[3] = {o / k / k, o / k % k, o % k};
    Sweep sweep = sweep_of(s, offset, in, from, to);
    const int end = MIN((o + 1) * rows, range[1]);
    for (; task < end; task++) {
      if (sweep.planes == 0)
        continue;
      Sweep row = sweep;
      row.x += task % rows * tile_rows(s);
      float *to_sums = sums + (gsize)(task * tile_rows(s)) * n_out;
      if (tile_rows(s) == 8)
        sweep_row8(&row, to_sums, n_out);
      else
        sweep_row4(&row, to_sums, n_out);
    }
  }
}

static void
run_tasks(const CapConvSpec *s, int batch, const float *const in[2],
          float *sums, const int range[2])
{
  const int *d = s->out_size;
  const gsize x_size = (gsize)s->in_channels *
                       (gsize)(s->in_size[0] * s->in_size[1] * s->in_size[2]);
  const gsize dy_size = (gsize)s->out_channels * (gsize)(d[0] * d[1] * d[2]);
  const int rows = CLAMP(SLAB_VOXELS / d[2], 1, d[1]);
  const int planes = MAX(SLAB_VOXELS / (d[1] * d[2]), 1);
  for (int n = 0; n < batch; n++) {
    const float *const sample[2] = {in[0] + (gsize)n * x_size,
                                    in[1] + (gsize)n * dy_size};
    for (int z = 0; z < d[0]; z += planes)
      for (int y = 0; y < d[1]; y += rows) {
        const int from[2] = {z, y}, to[2] = {z + planes, y + rows};
        run_slab(s, sample, from, to, sums, range);
      }
  }
}

void
cap_weight_grad_add(const CapConvSpec *s, int batch, const float *src,
                    const float *diff_dst, float *diff_weights, float *scratch)
{
  const int offsets = s->kernel * s->kernel * s->kernel;
  const int tasks = offsets * (s->in_channels / tile_rows(s));
  const gsize n =
      (gsize)offsets * (gsize)s->in_channels * (gsize)s->out_channels;
  const float *const in[2] = {src, diff_dst};
  memset(scratch, 0, n * sizeof(float));
#pragma omp parallel
  {
    const int i = omp_get_thread_num(), of = omp_get_num_threads();
    const int range[2] = {tasks * i / of, tasks * (i + 1) / of};
    run_tasks(s, batch, in, scratch, range);
  }
  /* (offset, in, out) -> (out, in, offset). */
  const gsize n_out = (gsize)s->out_channels, n_in = (gsize)s->in_channels;
#pragma omp parallel for
  for (gsize o = 0; o < n_out; o++)
    for (gsize i = 0; i < n_in; i++)
      for (gsize k = 0; k < (gsize)offsets; k++)
        diff_weights[(o * n_in + i) * (gsize)offsets + k] +=
            scratch[(k * n_in + i) * n_out + o];
}
