/* EM routing sixteen floats at a time: see routing_em_wide.h. */
#include "core/nn/routing_em_wide.h"

#if defined(__x86_64__)
#include "core/nn/wide.h"

#define EDGE 4 /* of a pose */
#define DIM (EDGE * EDGE)

CAP_WIDE void
cap_em_wide_votes(const CapRoutingTask *t, const float *w, const float *u,
                  const float *places, float *votes)
{
  const int lanes = t->lanes;
  for (int row = 0; row < EDGE; row++) { /* of a child's pose */
    /* Three places, then zeros for all others. */
    const float *base = places + MIN(row * EDGE, 3) * lanes;
    const int step = row == 0 ? lanes : 0;
    for (int p = 0; p < lanes; p += CAP_WIDE_BLOCK) {
      const int at = row * EDGE * lanes + p;
      cap_wide_score64(EDGE, lanes, EDGE, w, u + at, base + p, step,
                       votes + at);
    }
  }
}

CAP_WIDE void
cap_em_wide_logits(const CapEm *em, const float *mean, float *c)
{
  const int lanes = em->task->lanes;
  for (int j = 0; j < em->task->parents; j++)
    for (int p = 0; p < lanes; p += CAP_WIDE_BLOCK) {
      const float *votes = em->votes + j * DIM * lanes + p;
      CapWide sum[4] = {{0}};
      for (int d = 0; d < DIM; d++)
        for (int r = 0; r < 4; r++) {
          const CapWide e =
              cap_wide_load(votes + d * lanes + 16 * r) - mean[j * DIM + d];
          sum[r] += em->half[j * DIM + d] * e * e;
        }
      for (int r = 0; r < 4; r++)
        cap_wide_store(c + j * lanes + p + 16 * r, em->offset[j] - sum[r]);
    }
}

/* Moments of one parent, whose votes' weights are WEIGHT. */
CAP_WIDE_INLINE void
moments(int lanes, const float *votes, const float *weight, const float *shift,
        float *const to[2])
{
  CapWide first[DIM], second[DIM];
  for (int d = 0; d < DIM; d++) {
    CapWide one = {0}, two = {0};
    for (int p = 0; p < lanes; p += 16) {
      const CapWide e = cap_wide_load(votes + d * lanes + p) - shift[d];
      const CapWide part = e * cap_wide_load(weight + p);
      one += part;
      two += part * e;
    }
    first[d] = one;
    second[d] = two;
  }
  cap_wide_store(to[0], cap_wide_load(to[0]) + cap_wide_sums(first));
  cap_wide_store(to[1], cap_wide_load(to[1]) + cap_wide_sums(second));
}

CAP_WIDE void
cap_em_wide_moments(const CapEm *em, const float *shift, float *whole)
{
  const int lanes = em->task->lanes;
  for (int j = 0; j < em->task->parents; j++) {
    float *const to[2] = {em->first + j * DIM, em->second + j * DIM};
    const float *weight = em->weight + j * lanes;
    whole[j] += cap_sum((gsize)lanes, weight);
    moments(lanes, em->votes + j * DIM * lanes, weight, shift + j * DIM, to);
  }
}
#endif
