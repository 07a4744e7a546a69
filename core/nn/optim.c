/* Adam and the loss scale. */
#include "core/nn/optim.h"

#include <math.h>

#include "core/nn/kernel.h"

/* A scale that starts lower grows no further: no gradient of ours is small. */
#define SCALE_ROOF 16777216.0

typedef struct {
  CapTensor tensor;
  gsize size;
  gboolean decays;
  float pace;
  float *m, *v;
} Moments;

struct CapOptim {
  CapGraph *graph;
  CapOptimOptions options;
  gint64 n_steps;
  double scale;
  int good_steps;  /* since the scale last changed */
  GArray *moments; /* of Moments, in order of parameters */
};

CapOptimOptions
cap_optim_options_default(void)
{
  return (CapOptimOptions){.rate_peak = 1e-3,
                           .rate_final = 3e-5,
                           .warmup_steps = 100,
                           .total_steps = 1000,
                           .beta1 = 0.9,
                           .beta2 = 0.999,
                           .epsilon = 1e-8,
                           .loss_scale = 1.0,
                           .loss_scale_steps = 2000};
}

CapOptim *
cap_optim_new(CapGraph *graph, const CapOptimOptions *options)
{
  g_return_val_if_fail(cap_graph_mode(graph) == CAP_GRAPH_TRAIN, NULL);
  CapOptim *optim = g_new0(CapOptim, 1);
  optim->graph = graph;
  optim->options = *options;
  cap_optim_set_loss_scale(optim, options->loss_scale, 0);
  optim->moments = g_array_new(FALSE, FALSE, sizeof(Moments));
  for (int i = 0; i < cap_graph_n_params(graph); i++) {
    const CapTensor tensor = cap_graph_param_at(graph, i);
    if (!cap_graph_is_trained(graph, tensor))
      continue;
    const gsize size = cap_graph_size(graph, tensor);
    const Moments moments = {tensor,
                             size,
                             cap_graph_shape(graph, tensor).n_dims > 1,
                             (float)cap_graph_pace(graph, tensor),
                             g_new0(float, size),
                             g_new0(float, size)};
    g_array_append_val(optim->moments, moments);
  }
  return optim;
}

void
cap_optim_free(CapOptim *optim)
{
  if (optim == NULL)
    return;
  for (guint i = 0; i < optim->moments->len; i++) {
    g_free(g_array_index(optim->moments, Moments, i).m);
    g_free(g_array_index(optim->moments, Moments, i).v);
  }
  g_array_unref(optim->moments);
  g_free(optim);
}

/* What one update needs, besides the arrays. */
typedef struct {
  float clip, beta1, beta2, rate, correct2, epsilon, decay;
} Update;

CAP_KERNEL(void, update,
           (gsize n, const Update *u, const float *g, float *w,
            Moments *moments),
           (n, u, g, w, moments))
{
  float *restrict m = moments->m, *restrict v = moments->v;
  for (gsize i = 0; i < n; i++) {
    const float slope = g[i] * u->clip;
    m[i] = u->beta1 * m[i] + (1.0f - u->beta1) * slope;
    v[i] = u->beta2 * v[i] + (1.0f - u->beta2) * slope * slope;
    w[i] -= u->rate * m[i] / (sqrtf(v[i] * u->correct2) + u->epsilon) +
            u->decay * w[i];
  }
}

static double
gradient_norm(const CapOptim *optim)
{
  double sum = 0.0;
  for (guint i = 0; i < optim->moments->len; i++) {
    const Moments *moments = &g_array_index(optim->moments, Moments, i);
    const float *g = cap_graph_grad(optim->graph, moments->tensor);
    for (gsize k = 0; k < moments->size; k++)
      sum += (double)g[k] * (double)g[k];
  }
  return sqrt(sum);
}

double
cap_optim_rate(const CapOptim *optim)
{
  const CapOptimOptions *o = &optim->options;
  const gint64 next = optim->n_steps + 1;
  if (next <= o->warmup_steps)
    return o->rate_peak * (double)next / o->warmup_steps;
  const double span = MAX(o->total_steps - o->warmup_steps, 1);
  const double done = MIN((double)(next - o->warmup_steps) / span, 1.0);
  return o->rate_final +
         0.5 * (o->rate_peak - o->rate_final) * (1.0 + cos(G_PI * done));
}

static void
sum_over_ranks(CapOptim *optim)
{
  const CapRanks *ranks = cap_graph_ranks(optim->graph);
  for (guint i = 0; ranks != NULL && i < optim->moments->len; i++) {
    const Moments *m = &g_array_index(optim->moments, Moments, i);
    cap_ranks_sum_floats(ranks, m->size,
                         cap_graph_grad(optim->graph, m->tensor));
  }
}

/* After a step that was GOOD or was skipped; a scale of 1 at the start is off.
 */
static void
adapt_scale(CapOptim *optim, gboolean good)
{
  const CapOptimOptions *o = &optim->options;
  if (o->loss_scale <= 1.0)
    return;
  const double roof = MAX(SCALE_ROOF, o->loss_scale);
  if (!good)
    cap_optim_set_loss_scale(optim, MAX(optim->scale / 2.0, 1.0), 0);
  else if (++optim->good_steps >= o->loss_scale_steps)
    cap_optim_set_loss_scale(optim, MIN(optim->scale * 2.0, roof), 0);
}

double
cap_optim_step(CapOptim *optim)
{
  const CapOptimOptions *o = &optim->options;
  sum_over_ranks(optim);
  const double scale = optim->scale;
  const double norm = gradient_norm(optim) / scale;
  adapt_scale(optim, isfinite(norm));
  if (!isfinite(norm))
    return norm;
  const double rate = cap_optim_rate(optim);
  const double step = (double)++optim->n_steps;
  Update u = {.clip = (float)(1.0 / scale),
              .beta1 = (float)o->beta1,
              .beta2 = (float)o->beta2,
              .rate = (float)(rate / (1.0 - pow(o->beta1, step))),
              .correct2 = (float)(1.0 / (1.0 - pow(o->beta2, step))),
              .epsilon = (float)o->epsilon};
  if (o->clip_norm > 0.0 && norm > o->clip_norm)
    u.clip = (float)(o->clip_norm / norm / scale);
  const float whole_rate = u.rate;
  for (guint i = 0; i < optim->moments->len; i++) {
    Moments *moments = &g_array_index(optim->moments, Moments, i);
    u.rate = moments->pace * whole_rate;
    u.decay = moments->decays ? (float)(rate * o->weight_decay) : 0.0f;
    update(moments->size, &u, cap_graph_grad(optim->graph, moments->tensor),
           cap_graph_data(optim->graph, moments->tensor), moments);
  }
  cap_graph_touch(optim->graph);
  return norm;
}

gint64
cap_optim_n_steps(const CapOptim *optim)
{
  return optim->n_steps;
}

static const Moments *
find(const CapOptim *optim, CapTensor param)
{
  for (guint i = 0; i < optim->moments->len; i++)
    if (g_array_index(optim->moments, Moments, i).tensor == param)
      return &g_array_index(optim->moments, Moments, i);
  return NULL;
}

float *
cap_optim_moment1(CapOptim *optim, CapTensor param)
{
  const Moments *moments = find(optim, param);
  return moments != NULL ? moments->m : NULL;
}

float *
cap_optim_moment2(CapOptim *optim, CapTensor param)
{
  const Moments *moments = find(optim, param);
  return moments != NULL ? moments->v : NULL;
}

void
cap_optim_set_n_steps(CapOptim *optim, gint64 n_steps)
{
  optim->n_steps = n_steps;
}

double
cap_optim_loss_scale(const CapOptim *optim)
{
  return optim->scale;
}

int
cap_optim_good_steps(const CapOptim *optim)
{
  return optim->good_steps;
}

void
cap_optim_set_loss_scale(CapOptim *optim, double scale, int good_steps)
{
  optim->scale = scale;
  optim->good_steps = good_steps;
  cap_graph_set_loss_scale(optim->graph, (float)scale);
}

CapGraph *
cap_optim_graph(CapOptim *optim)
{
  return optim->graph;
}
