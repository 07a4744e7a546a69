/* The list of routings, and what they share. */
#include "core/nn/routing.h"

#include <math.h>
#include <string.h>

static const CapRouting *const all[] = {&cap_routing_dynamic, &cap_routing_em,
                                        &cap_routing_attention,
                                        &cap_routing_sparse, &cap_routing_mean};

const CapRouting *
cap_routing_find(const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS(all); i++)
    if (strcmp(all[i]->name, name) == 0)
      return all[i];
  return NULL;
}

char *
cap_routing_names(void)
{
  GString *names = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(all); i++)
    g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", all[i]->name);
  return g_string_free(names, FALSE);
}

void
cap_squash(int dim, const float *s, float *v)
{
  float square = 0.0f;
  for (int d = 0; d < dim; d++)
    square += s[d] * s[d];
  const float factor = sqrtf(square) / (1.0f + square);
  for (int d = 0; d < dim; d++)
    v[d] = factor * s[d];
}

/* v = f(n) s with n = |s|: ds = f dv + (s . dv) f'(n) / n s, where
 * f'(n) = (1 - n^2) / (1 + n^2)^2. */
void
cap_squash_gradient(int dim, const float *s, const float *dv, float *ds)
{
  float square = 0.0f, along = 0.0f;
  for (int d = 0; d < dim; d++) {
    square += s[d] * s[d];
    along += s[d] * dv[d];
  }
  const float norm = sqrtf(square), one = 1.0f + square;
  const float factor = norm / one;
  const float slope =
      norm > 1e-12f ? along * (1.0f - square) / (one * one * norm) : 0.0f;
  for (int d = 0; d < dim; d++)
    ds[d] = factor * dv[d] + slope * s[d];
}
