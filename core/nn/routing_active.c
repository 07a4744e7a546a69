/* How much each child counts: see routing_active.h. */
#include "core/nn/routing_active.h"

#include <math.h>
#include <string.h>

#include "core/nn/routing_lanes.h"

CAP_KERNEL(void, lengths, (const CapRoutingTask *t, const float *u, float *a),
           (t, u, a))
{
  for (int type = 0; type < t->types; type++)
    for (int p = 0; p < t->lanes; p += 8) {
      CapLanes square = {0};
      for (int i = 0; i < t->child_dim; i++) {
        const CapLanes row =
            cap_lanes_load(u + (type * t->child_dim + i) * t->lanes + p);
        square += row * row;
      }
      for (int r = 0; r < 8; r++)
        a[type * t->lanes + p + r] = sqrtf(square[r]);
    }
}

void
cap_active_rows(const CapRoutingTask *task, const CapRoutingInput *in, float *a)
{
  if (in->activations != NULL)
    memcpy(a, in->activations,
           (gsize)(task->types * task->lanes) * sizeof(float));
  else
    lengths(task, in->children, a);
}

/* d|u| = u / |u|, taken as 0 where u is. */
CAP_KERNEL(void, lengths_gradient,
           (const CapRoutingTask *t, const float *u, const float *const rows[2],
            float *du),
           (t, u, rows, du))
{
  for (int type = 0; type < t->types; type++)
    for (int p = 0; p < t->lanes; p += 8) {
      const int at = type * t->lanes + p;
      CapLanes rate;
      for (int r = 0; r < 8; r++)
        rate[r] = rows[1][at + r] / MAX(rows[0][at + r], 1e-12f);
      for (int i = 0; i < t->child_dim; i++) {
        const int row = (type * t->child_dim + i) * t->lanes + p;
        cap_lanes_store(du + row, cap_lanes_load(du + row) +
                                      rate * cap_lanes_load(u + row));
      }
    }
}

void
cap_active_gradient(const CapRoutingTask *task, const CapRoutingInput *in,
                    const float *a, const float *da,
                    const CapRoutingGradient *gradient)
{
  const float *rows[2] = {a, da};
  if (in->activations == NULL)
    lengths_gradient(task, in->children, rows, gradient->dchildren);
  else if (gradient->dinput != NULL)
    for (int i = 0; i < task->types * task->lanes; i++)
      gradient->dinput[i] += da[i];
}
