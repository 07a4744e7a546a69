/* Sparse routing: dynamic routing in which only the strongest couplings of each
 * child survive an iteration, as few as hold task->mass of all that the child
 * has. What is dropped stays so: from then on neither its agreement nor its
 * part of a sum is worked out. Survivors that compete share 1 among them. */
#include "core/nn/routing_agreement.h"
#include "core/nn/routing_lanes.h"

/* Eight children's couplings of a group that compete, 0 where not ALIVE, whose
 * C are logits. */
CAP_INLINE void
softmax8(int parents, int lanes, const float *alive, float *c)
{
  float peak[8], whole[8] = {0};
  for (int i = 0; i < 8; i++)
    peak[i] = -1e30f;
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < 8; i++)
      peak[i] = alive[j * lanes + i] > 0.0f ? MAX(peak[i], c[j * lanes + i])
                                            : peak[i];
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < 8; i++) {
      const float e = cap_exp(c[j * lanes + i] - peak[i]);
      c[j * lanes + i] = alive[j * lanes + i] > 0.0f ? e : 0.0f;
      whole[i] += c[j * lanes + i];
    }
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < 8; i++)
      c[j * lanes + i] /= MAX(whole[i], 1e-30f);
}

/* The weakest coupling of each of eight children that its mass needs. */
CAP_INLINE CapLanes
threshold8(int parents, int lanes, float mass, const float *c)
{
  float sorted[CAP_ROUTING_MAX_PARENTS][8], whole[8] = {0}, run[8] = {0};
  CapLanes needed = {0};
  for (int j = 0; j < parents; j++) {
    float x[8];
    for (int i = 0; i < 8; i++) {
      x[i] = c[j * lanes + i];
      whole[i] += x[i];
    }
    for (int r = 0; r < j; r++) /* strongest first */
      for (int i = 0; i < 8; i++) {
        const float high = MAX(sorted[r][i], x[i]);
        x[i] = MIN(sorted[r][i], x[i]);
        sorted[r][i] = high;
      }
    for (int i = 0; i < 8; i++)
      sorted[j][i] = x[i];
  }
  for (int j = 0; j < parents; j++)
    for (int i = 0; i < 8; i++) {
      needed[i] = run[i] < mass * whole[i] ? sorted[j][i] : needed[i];
      run[i] += sorted[j][i];
    }
  return needed;
}

/* Zero what is weaker than NEEDED, and of a group that competes give the rest
 * its share. Adds survivors to ALIVE. */
CAP_INLINE void
prune8(const CapCapsuleGroup *group, int lanes, CapLanes needed, float *c,
       int *alive)
{
  float whole[8] = {0};
  for (int j = 0; j < group->parents; j++)
    for (int i = 0; i < 8; i++) {
      const gboolean stays = c[j * lanes + i] >= needed[i];
      const float kept = stays ? c[j * lanes + i] : 0.0f;
      c[j * lanes + i] = kept;
      whole[i] += kept;
      alive[i] += kept > 0.0f;
    }
  for (int j = 0; group->compete && j < group->parents; j++)
    for (int i = 0; i < 8; i++)
      c[j * lanes + i] /= MAX(whole[i], 1e-30f);
}

/* Eight children, ALIVE as BEFORE says. Returns their couplings' number, of the
 * first N only; those of the rest are 0. */
CAP_INLINE int
sparse_couple8(const CapRoutingTask *t, const float *alive, float *c, int n)
{
  const int lanes = t->lanes;
  for (int g = 0, j = 0; g < t->n_groups; j += t->groups[g++].parents)
    if (t->groups[g].compete)
      softmax8(t->groups[g].parents, lanes, alive + j * lanes, c + j * lanes);
    else
      for (int r = j; r < j + t->groups[g].parents; r++)
        for (int i = 0; i < 8; i++) {
          const float sigmoid = cap_logistic(c[r * lanes + i]);
          c[r * lanes + i] = alive[r * lanes + i] > 0.0f ? sigmoid : 0.0f;
        }
  const CapLanes needed = threshold8(t->parents, lanes, t->mass, c);
  int left[8] = {0}, used = 0;
  for (int g = 0, j = 0; g < t->n_groups; j += t->groups[g++].parents)
    prune8(&t->groups[g], lanes, needed, c + j * lanes, left);
  for (int i = 0; i < n; i++)
    used += left[i];
  for (int j = 0; n < 8 && j < t->parents; j++)
    for (int i = n; i < 8; i++)
      c[j * lanes + i] = 0.0f;
  return used;
}

CAP_KERNEL(gint64, sparse_couple,
           (const CapRoutingTask *t, const float *before, float *c),
           (t, before, c))
{
  gint64 used = 0;
  for (int p = 0; p < t->lanes; p += 8)
    used += sparse_couple8(t, before + p, c + p, MIN(8, t->voxels - p));
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
                                       .scratch = sparse_scratch,
                                       .forward = sparse_forward,
                                       .backward = sparse_backward};
