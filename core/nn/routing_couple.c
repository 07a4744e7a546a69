/* Softmax and sigmoid couplings: see routing_couple.h. */
#include "core/nn/routing_couple.h"

#include "core/nn/routing_lanes.h"
#include "core/nn/routing_wide.h"

#define CHUNK 64

/* N voxels of a group of PARENTS that compete. */
CAP_INLINE void
softmax(int parents, int lanes, int n, float *c)
{
  float peak[CHUNK], whole[CHUNK];
  for (int i = 0; i < n; i++) {
    peak[i] = c[i];
    whole[i] = 0.0f;
  }
  for (int j = 1; j < parents; j++)
    for (int i = 0; i < n; i++) {
      const float logit = c[j * lanes + i];
      peak[i] = MAX(peak[i], logit);
    }
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < n; i++) {
      const float e = cap_exp(c[j * lanes + i] - peak[i]);
      c[j * lanes + i] = e;
      whole[i] += e;
    }
  for (int i = 0; i < n; i++)
    whole[i] = 1.0f / whole[i];
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < n; i++)
      c[j * lanes + i] *= whole[i];
}

/* All voxels of a group; a chunk of known size stays in registers. */
CAP_INLINE void
compete(int parents, int lanes, float *c)
{
  int p = 0;
  for (; p + CHUNK <= lanes; p += CHUNK)
    if (parents == 2)
      softmax(2, lanes, CHUNK, c + p);
    else
      softmax(parents, lanes, CHUNK, c + p);
  if (p < lanes)
    softmax(parents, lanes, lanes - p, c + p);
}

CAP_KERNEL(void, couple, (const CapRoutingTask *t, float *c), (t, c))
{
  for (int g = 0; g < t->n_groups; g++) {
    const int n = t->groups[g].parents * t->lanes;
    if (t->groups[g].compete)
      compete(t->groups[g].parents, t->lanes, c);
    else
      for (int i = 0; i < n; i++)
        c[i] = cap_logistic(c[i]);
    c += n;
  }
}

void
cap_couple(const CapRoutingTask *task, float *c)
{
  if (cap_wide_rows_fit(task))
    cap_wide_couple(task, c);
  else
    couple(task, c);
}

CAP_KERNEL(void, couple_gradient,
           (const CapRoutingTask *t, const float *c, float *slope),
           (t, c, slope))
{
  const int lanes = t->lanes;
  for (int g = 0; g < t->n_groups; g++) {
    const int n = t->groups[g].parents * lanes;
    for (int i = 0; !t->groups[g].compete && i < n; i++)
      slope[i] *= c[i] * (1.0f - c[i]);
    for (int p = 0; t->groups[g].compete && p < lanes; p += 8) {
      CapLanes mean = {0};
      for (int i = p; i < n; i += lanes)
        mean += cap_lanes_load(c + i) * cap_lanes_load(slope + i);
      for (int i = p; i < n; i += lanes)
        cap_lanes_store(slope + i, cap_lanes_load(c + i) *
                                       (cap_lanes_load(slope + i) - mean));
    }
    c += n;
    slope += n;
  }
}

void
cap_couple_gradient(const CapRoutingTask *task, const float *c, float *slope)
{
  couple_gradient(task, c, slope);
}
