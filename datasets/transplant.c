/* Transplants: see transplant.h. */
#include "datasets/transplant.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

/* Half a patch's diagonal, so that it can be turned, or half a patch at the
 * largest scale with room for kernels and thick slices, and a shift. */
static const double reach_mm = 16 * 1.42 + 3 + 1;

/* Trilinear weights of one point; indices are clamped to [low, high] and to the
 * block, which a box's edge may miss by a rounding error. */
typedef struct {
  gsize at[8];
  float weight[8];
} Corners;

static void
find_corners(Corners *corners, const CapBlock *block, const double index[3],
             const double low[3], const double high[3])
{
  gsize offset[3][2];
  float w[3];
  const gsize stride[3] = {1, block->size[0],
                           (gsize)block->size[0] * block->size[1]};
  for (int i = 0; i < 3; i++) {
    const double at =
        CLAMP(CLAMP(index[i], low[i], high[i]), 0, block->size[i] - 1);
    const int below = (int)floor(at);
    offset[i][0] = below * stride[i];
    offset[i][1] = MIN(below + 1, block->size[i] - 1) * stride[i];
    w[i] = (float)(at - below);
  }
  for (int k = 0; k < 8; k++) {
    corners->at[k] = offset[0][k & 1] + offset[1][k >> 1 & 1] +
                     offset[2][k >> 2];
    corners->weight[k] = (k & 1 ? w[0] : 1 - w[0]) *
                         (k >> 1 & 1 ? w[1] : 1 - w[1]) *
                         (k >> 2 ? w[2] : 1 - w[2]);
  }
}

static float
mix_bytes(const Corners *c, const guint8 *v)
{
  float sum = 0;
  for (int k = 0; k < 8; k++)
    sum += c->weight[k] * v[c->at[k]];
  return sum / 255;
}

static float
mix_hu(const Corners *c, const int16_t *v)
{
  float sum = 0;
  for (int k = 0; k < 8; k++)
    sum += c->weight[k] * v[c->at[k]];
  return sum;
}

static void
to_index(double index[3], CapPoint center, const double mm[3],
         const CapBlock *block)
{
  index[0] = center.x + mm[0] / block->spacing_mm[0];
  index[1] = center.y + mm[1] / block->spacing_mm[1];
  index[2] = center.z + mm[2] / block->spacing_mm[2];
}

/* 1 within the block, falling to 0 over half a voxel beyond its first and last
 * plane: the crops have no tissue above and below the nodule. */
static float
fade(const double index[3], const CapBlock *block)
{
  float f = 1;
  for (int i = 0; i < 3; i++) {
    const double out = fmax(-index[i], index[i] - (block->size[i] - 1));
    f *= (float)CLAMP(1 - 2 * out, 0, 1);
  }
  return f;
}

/* What goes into one host voxel, averaged over its thickness. */
typedef struct {
  float cut, readers, hu;
} Graft;

static Graft
sample_graft(const CapTransplant *t, const CapPlace *shape, const double mm[3],
             double thickness_mm)
{
  enum { N = 3 };
  Graft sum = {0};
  for (int k = 0; k < N; k++) {
    double at[3], index[3];
    for (int i = 0; i < 3; i++)
      at[i] = t->mirror[i] * mm[i];
    at[2] += thickness_mm * (k - (N - 1) / 2.0) / N;
    to_index(index, shape->center, at, shape->block);
    const float f = fade(index, shape->block);
    if (f == 0)
      continue;
    Corners c;
    find_corners(&c, shape->block, index, shape->low, shape->high);
    const float cut = f * mix_bytes(&c, shape->block->cut);
    if (cut == 0)
      continue;
    sum.cut += cut / N;
    sum.readers += f * mix_bytes(&c, shape->block->readers) / N;
    if (t->content == NULL)
      continue;
    if (t->content->block != shape->block ||
        memcmp(&t->content->center, &shape->center, sizeof shape->center)) {
      to_index(index, t->content->center, at, t->content->block);
      find_corners(&c, t->content->block, index, t->content->low,
                   t->content->high);
    }
    sum.hu += cut / N * mix_hu(&c, t->content->block->hu);
  }
  if (sum.cut > 0)
    sum.hu /= sum.cut;
  return sum;
}

/* First and last voxel of OUT along AXIS that the cut mask can reach. */
static void
find_range(const CapTransplant *t, const CapBlock *out, int axis,
           double center, int range[2])
{
  const double *cut = t->shape->cut_mm[axis];
  const double slack = t->shape->block->spacing_mm[axis] +
                       out->spacing_mm[axis];
  const double down = t->mirror[axis] > 0 ? cut[0] : -cut[1];
  const double up = t->mirror[axis] > 0 ? cut[1] : -cut[0];
  range[0] = MAX(0, (int)floor(center + (down - slack) /
                                            out->spacing_mm[axis]));
  range[1] = MIN(out->size[axis] - 1,
                 (int)ceil(center + (up + slack) / out->spacing_mm[axis]));
}

static void
paste(const CapTransplant *t, CapBlock *out, CapPoint center)
{
  const CapPlace shape = cap_place_whole(t->shape->block, t->shape->center);
  const double at[3] = {center.x, center.y, center.z};
  int range[3][2];
  for (int a = 0; a < 3; a++)
    find_range(t, out, a, at[a], range[a]);
  for (int s = range[2][0]; s <= range[2][1]; s++) {
    for (int r = range[1][0]; r <= range[1][1]; r++) {
      for (int c = range[0][0]; c <= range[0][1]; c++) {
        const gsize i = ((gsize)s * out->size[1] + r) * out->size[0] + c;
        const double mm[3] = {(c - center.x) * out->spacing_mm[0],
                              (r - center.y) * out->spacing_mm[1],
                              (s - center.z) * out->spacing_mm[2]};
        const Graft graft = sample_graft(t, &shape, mm, out->spacing_mm[2]);
        if (graft.cut == 0)
          continue;
        const float host = out->hu[i];
        const float inner =
            cap_transplant_quantise(t->content != NULL ? graft.hu : host);
        out->hu[i] =
            (int16_t)lrintf(graft.cut * inner + (1 - graft.cut) * host);
        out->cut[i] = (guint8)lrintf(255 * graft.cut);
        if (t->labelled)
          out->readers[i] = (guint8)lrintf(255 * MIN(graft.readers, 1));
      }
    }
  }
}

CapBlock *
cap_transplant_make(const CapTransplant *t, CapPoint *center, GError **error)
{
  const CapVolume *v = t->host->volume;
  const double at[3] = {t->at.x, t->at.y, t->at.z};
  const int n[3] = {v->columns, v->rows, v->slices};
  int low[3], size[3];
  for (int i = 0; i < 3; i++) {
    const double reach = reach_mm / v->spacing_mm[i] + 1;
    low[i] = CLAMP((int)floor(at[i] - reach), 0, n[i] - 1);
    size[i] = CLAMP((int)ceil(at[i] + reach), low[i], n[i] - 1) - low[i] + 1;
  }
  g_autoptr(CapBlock) out = cap_block_new(size, v->spacing_mm, error);
  if (out == NULL)
    return NULL;
  const gsize n_voxels = cap_block_n_voxels(out);
  out->readers = g_try_malloc0(n_voxels);
  out->cut = g_try_malloc0(n_voxels);
  if (out->readers == NULL || out->cut == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory for the surroundings of a nodule");
    return NULL;
  }
  int16_t *to = out->hu;
  for (int s = 0; s < size[2]; s++)
    for (int r = 0; r < size[1]; r++, to += size[0])
      memcpy(to,
             cap_volume_slice(v, low[2] + s) +
                 (gsize)(low[1] + r) * v->columns + low[0],
             size[0] * sizeof *to);
  *center = (CapPoint){at[0] - low[0], at[1] - low[1], at[2] - low[2]};
  paste(t, out, *center);
  return g_steal_pointer(&out);
}
