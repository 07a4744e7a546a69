/* Sparse routing: dynamic routing in which only the strongest couplings of each
 * child survive an iteration, as few as hold task->mass of all that the child
 * has. What is dropped stays so: from then on neither its agreement nor its
 * part of a sum is worked out. Survivors that compete share 1 among them. */
#include "core/nn/routing_agreement.h"
#include "core/nn/routing_lanes.h"

#define CHUNK 64 /* children at a time, so that what they need stays close */

/* Couplings of N children with a group that competes, 0 where not ALIVE, whose
 * C are logits. */
CAP_INLINE void
softmax(int parents, const CapRoutingTask *t, int n, const float *alive,
        float *c)
{
  float peak[CHUNK], whole[CHUNK];
  for (int i = 0; i < n; i++) {
    peak[i] = -1e30f;
    whole[i] = 0.0f;
  }
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < n; i++) {
      const float logit = c[j * t->lanes + i];
      const float seen = alive[j * t->lanes + i] > 0.0f ? logit : -1e30f;
      peak[i] = MAX(peak[i], seen);
    }
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < n; i++) {
      const float e = cap_exp(c[j * t->lanes + i] - peak[i]);
      const float kept = alive[j * t->lanes + i] > 0.0f ? e : 0.0f;
      c[j * t->lanes + i] = kept;
      whole[i] += kept;
    }
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < n; i++)
      c[j * t->lanes + i] /= MAX(whole[i], 1e-30f);
}

/* The weakest coupling that the mass of each of N children needs. */
CAP_INLINE void
find_needed(const CapRoutingTask *t, int n, const float *c, float *needed)
{
  float sorted[CAP_ROUTING_MAX_PARENTS][CHUNK], whole[CHUNK], run[CHUNK];
  for (int i = 0; i < n; i++)
    whole[i] = run[i] = needed[i] = 0.0f;
  for (int j = 0; j < t->parents; j++) {
    float *last = sorted[j];
    for (int i = 0; i < n; i++) {
      last[i] = c[j * t->lanes + i];
      whole[i] += last[i];
    }
    for (int r = 0; r < j; r++) /* strongest first */
      for (int i = 0; i < n; i++) {
        const float a = sorted[r][i], b = last[i];
        sorted[r][i] = MAX(a, b);
        last[i] = MIN(a, b);
      }
  }
  for (int j = 0; j < t->parents; j++)
    for (int i = 0; i < n; i++) {
      needed[i] = run[i] < t->mass * whole[i] ? sorted[j][i] : needed[i];
      run[i] += sorted[j][i];
    }
}

/* Zero what is weaker than NEEDED, and of a group that competes give the rest
 * its share. */
CAP_INLINE void
prune(const CapCapsuleGroup *group, int lanes, int n, const float *needed,
      float *c)
{
  float whole[CHUNK];
  for (int i = 0; i < n; i++)
    whole[i] = 0.0f;
  for (int j = 0; j < group->parents; j++)
    for (int i = 0; i < n; i++) {
      const float old = c[j * lanes + i];
      const float kept = old >= needed[i] ? old : 0.0f;
      c[j * lanes + i] = kept;
      whole[i] += kept;
    }
  for (int j = 0; group->compete && j < group->parents; j++)
    for (int i = 0; i < n; i++)
      c[j * lanes + i] /= MAX(whole[i], 1e-30f);
}

/* N children; those that have no voxel keep nothing. */
CAP_INLINE void
couple_chunk(const CapRoutingTask *t, int n, const float *alive, float *c)
{
  const int lanes = t->lanes;
  float needed[CHUNK];
  for (int g = 0, j = 0; g < t->n_groups; j += t->groups[g++].parents)
    if (t->groups[g].compete)
      softmax(t->groups[g].parents, t, n, alive + j * lanes, c + j * lanes);
    else
      for (int r = j; r < j + t->groups[g].parents; r++)
        for (int i = 0; i < n; i++) {
          const float sigmoid = cap_logistic(c[r * lanes + i]);
          c[r * lanes + i] = alive[r * lanes + i] > 0.0f ? sigmoid : 0.0f;
        }
  find_needed(t, n, c, needed);
  for (int g = 0, j = 0; g < t->n_groups; j += t->groups[g++].parents)
    prune(&t->groups[g], lanes, n, needed, c + j * lanes);
}

CAP_KERNEL(gint64, sparse_couple,
           (const CapRoutingTask *t, const float *before, float *c),
           (t, before, c))
{
  gint64 used = 0;
  for (int p = 0; p < t->lanes; p += CHUNK)
    couple_chunk(t, MIN(CHUNK, t->lanes - p), before + p, c + p);
  for (int j = 0; j < t->parents; j++) {
    gint32 left = 0;
    for (int p = 0; p < t->voxels; p++)
      left += c[j * t->lanes + p] > 0.0f;
    for (int p = t->voxels; p < t->lanes; p++)
      c[j * t->lanes + p] = 0.0f;
    used += left;
  }
  return used;
}

static const CapAgreementRule rule = {sparse_couple, TRUE};

static gsize
sparse_scratch(const CapRoutingTask *task)
{
  return cap_agreement_scratch(task, &rule);
}

static void
sparse_forward(const CapRoutingTask *task, const CapRoutingInput *in,
               CapRoutingOutput *out, float *scratch)
{
  cap_agreement_forward(task, in, out, &rule, scratch);
}

static void
sparse_backward(const CapRoutingTask *task, const CapRoutingInput *in,
                const CapRoutingGradient *gradient, float *scratch)
{
  cap_agreement_backward(task, in, gradient, &rule, scratch);
}

const CapRouting cap_routing_sparse = {.name = "sparse",
                                       .joint = TRUE,
                                       .agreement = &rule,
                                       .scratch = sparse_scratch,
                                       .forward = sparse_forward,
                                       .backward = sparse_backward};
