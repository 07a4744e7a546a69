/* Routing for some pairs of child and parent: see routing_pairs.h. */
#include "core/nn/routing_pairs.h"

#include <string.h>

#include "core/nn/routing_lanes.h"

/* One row in the children's space, with zeros after child_dim. */
typedef struct {
  float at[CAP_ROUTING_MAX_DIM];
} Wide;

CAP_INLINE Wide
widen(int k, const float *row)
{
  Wide wide;
  for (int i = 0; i < k; i++)
    wide.at[i] = row[i];
  for (int i = k; i < cap_pairs_width(k); i++)
    wide.at[i] = 0.0f;
  return wide;
}

CAP_KERNEL(void, turn, (const CapRoutingTask *t, const float *u, float *turned),
           (t, u, turned))
{
  const int k = t->child_dim, width = cap_pairs_width(k);
  for (int p = 0; p < t->lanes; p++)
    for (int i = 0; i < width; i++)
      turned[p * width + i] = i < k ? u[i * t->lanes + p] : 0.0f;
}

void
cap_pairs_turn(const CapRoutingTask *task, const float *u, float *turned)
{
  turn(task, u, turned);
}

CAP_KERNEL(void, turn_back,
           (const CapRoutingTask *t, const float *turned, float *u),
           (t, turned, u))
{
  const int width = cap_pairs_width(t->child_dim);
  for (int i = 0; i < t->child_dim; i++)
    for (int p = 0; p < t->lanes; p++)
      u[i * t->lanes + p] += turned[p * width + i];
}

void
cap_pairs_turn_back(const CapRoutingTask *task, const float *turned, float *u)
{
  turn_back(task, turned, u);
}

/* Without branches: a pair that is not taken is overwritten by the next. */
void
cap_pairs_list(const CapRoutingTask *task, const float *c,
               const CapPairs *before, const CapPairs *pairs)
{
  const int lanes = task->lanes;
  for (int j = 0; j < task->parents; j++, c += lanes) {
    const gint32 *from = before ? before->voxel + j * lanes : NULL;
    const int n = before ? before->count[j] : task->voxels;
    gint32 *to = pairs->voxel + j * lanes;
    int taken = 0;
    for (int i = 0; i < n; i++) {
      const gint32 p = from ? from[i] : i;
      to[taken] = p;
      taken += c[p] != 0.0f;
    }
    pairs->count[j] = taken;
  }
}

/* Eight dot products at a time; the last ones may be the same pair's. */
CAP_INLINE void
score_row(int width, const float *turned, const Wide *g, int n,
          const gint32 *voxel, const float *base, float *out)
{
  for (int i = 0; i < n; i += 8) {
    CapLanes part[8];
    for (int r = 0; r < 8; r++) {
      const float *u = turned + voxel[MIN(i + r, n - 1)] * width;
      part[r] = cap_lanes_load(u) * cap_lanes_load(g->at);
      for (int w = 8; w < width; w += 8)
        part[r] += cap_lanes_load(u + w) * cap_lanes_load(g->at + w);
    }
    const CapLanes sums = cap_lanes_sums(part);
    for (int r = 0; r < MIN(8, n - i); r++)
      out[voxel[i + r]] = base[voxel[i + r]] + sums[r];
  }
}

CAP_KERNEL(void, score,
           (const CapRoutingTask *t, const float *turned,
            const float *const rows[2], const CapPairs *pairs, float *out),
           (t, turned, rows, pairs, out))
{
  const int k = t->child_dim, width = cap_pairs_width(k), lanes = t->lanes;
  for (int j = 0; j < t->parents; j++) {
    const Wide g = widen(k, rows[0] + j * k);
    const gint32 *voxel = pairs->voxel + j * lanes;
    const int n = pairs->count[j];
    if (width == 8)
      score_row(8, turned, &g, n, voxel, rows[1] + j * lanes, out + j * lanes);
    else
      score_row(width, turned, &g, n, voxel, rows[1] + j * lanes,
                out + j * lanes);
  }
}

void
cap_pairs_score(const CapRoutingTask *task, const float *turned,
                const float *const rows[2], const CapPairs *pairs, float *out)
{
  score(task, turned, rows, pairs, out);
}

/* Four sums side by side, so that one addition need not wait for another. */
CAP_INLINE CapLanes
gather8(int width, const float *turned, const float *c, int n,
        const gint32 *voxel)
{
  CapLanes sum[4] = {{0}};
  int i = 0;
  for (; i + 4 <= n; i += 4)
    for (int r = 0; r < 4; r++)
      sum[r] += c[voxel[i + r]] * cap_lanes_load(turned + voxel[i + r] * width);
  for (; i < n; i++)
    sum[0] += c[voxel[i]] * cap_lanes_load(turned + voxel[i] * width);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

CAP_KERNEL(void, gather,
           (const CapRoutingTask *t, const float *turned, const float *c,
            const CapPairs *pairs, float *m),
           (t, turned, c, pairs, m))
{
  const int k = t->child_dim, width = cap_pairs_width(k), lanes = t->lanes;
  for (int j = 0; j < t->parents; j++)
    for (int w = 0; w < width; w += 8) {
      const CapLanes sum = gather8(width, turned + w, c + j * lanes,
                                   pairs->count[j], pairs->voxel + j * lanes);
      for (int i = 0; i < MIN(8, k - w); i++)
        m[j * k + w + i] = sum[i];
    }
}

void
cap_pairs_gather(const CapRoutingTask *task, const float *turned,
                 const float *c, const CapPairs *pairs, float *m)
{
  gather(task, turned, c, pairs, m);
}

CAP_KERNEL(void, scatter,
           (const CapRoutingTask *t, const float *const rows[2],
            const float *const rates[2], const CapPairs *pairs, float *du),
           (t, rows, rates, pairs, du))
{
  const int k = t->child_dim, width = cap_pairs_width(k), lanes = t->lanes;
  for (int j = 0; j < t->parents; j++) {
    const Wide h = widen(k, rates[0] + j * k), g = widen(k, rates[1] + j * k);
    const float *c = rows[0] + j * lanes, *slope = rows[1] + j * lanes;
    for (int i = 0; i < pairs->count[j]; i++) {
      const gint32 p = pairs->voxel[j * lanes + i];
      float *to = du + p * width;
      for (int w = 0; w < width; w += 8)
        cap_lanes_store(to + w, cap_lanes_load(to + w) +
                                    c[p] * cap_lanes_load(h.at + w) +
                                    slope[p] * cap_lanes_load(g.at + w));
    }
  }
}

void
cap_pairs_scatter(const CapRoutingTask *task, const float *const rows[2],
                  const float *const rates[2], const CapPairs *pairs, float *du)
{
  scatter(task, rows, rates, pairs, du);
}
