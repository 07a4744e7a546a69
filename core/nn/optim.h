/* Adam with warm-up and cosine decay over a graph's trained parameters, and
 * the loss scale of mixed precision.
 *
 * A training step is: fill the graph's inputs, cap_graph_zero_grad,
 * cap_graph_forward, cap_graph_backward, cap_optim_step. Source: Kingma & Ba,
 * "Adam", 2015, algorithm 1; decoupled weight decay after Loshchilov & Hutter,
 * 2019, algorithm 2; cosine schedule after the same authors' SGDR, 2017. Saving
 * and resuming exactly is io/weights.h: cap_weights_save_checkpoint. */
#pragma once

#include "core/nn/graph.h"

typedef struct CapOptim CapOptim;

typedef struct {
  double rate_peak;    /* after warm-up; default 1e-3 */
  double rate_final;   /* at total_steps and later; default 3e-5 */
  int warmup_steps;    /* linear from 0; default 100 */
  int total_steps;     /* where the cosine ends; default 1000 */
  double beta1, beta2; /* default 0.9, 0.999 */
  double epsilon;      /* default 1e-8 */
  double weight_decay; /* decoupled, per unit of rate; default 0. Parameters of
                          one dimension (biases, scales) do not decay. */
  double
      clip_norm; /* global gradient norm is cut to this; 0 is off (default) */
  double loss_scale;    /* to start with, a power of two; 1 is off (default) */
  int loss_scale_steps; /* good steps in a row before it doubles; 2000 */
} CapOptimOptions;

CapOptimOptions cap_optim_options_default(void);

/* Borrows GRAPH, which must outlive the optimiser and be planned in
 * CAP_GRAPH_TRAIN mode. Returns; caller frees. */
CapOptim *cap_optim_new(CapGraph *graph, const CapOptimOptions *options);
void cap_optim_free(CapOptim *optim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapOptim, cap_optim_free)

/* One update from the accumulated parameter gradients, which stay as they are,
 * scaled, but for becoming the sums over the graph's ranks. Returns the
 * gradient's global norm before clipping, without the scale; when that is not
 * finite the step is skipped: it does not count, and nothing changes but the
 * scale, which halves. Ranks agree, since they see the same sums. Source:
 * Micikevicius et al., "Mixed precision training", 2018, section 3.2. */
double cap_optim_step(CapOptim *optim);

/* Loss scale of the backward pass that comes next; set on the graph. */
double cap_optim_loss_scale(const CapOptim *optim);

/* Learning rate of the update that comes next, and updates done so far. */
double cap_optim_rate(const CapOptim *optim);
gint64 cap_optim_n_steps(const CapOptim *optim);

/* State for checkpoints: moments of PARAM (borrowed, its size; NULL when it is
 * not trained), and the number of updates done. */
float *cap_optim_moment1(CapOptim *optim, CapTensor param);
float *cap_optim_moment2(CapOptim *optim, CapTensor param);
void cap_optim_set_n_steps(CapOptim *optim, gint64 n_steps);
/* SCALE and how many good steps it has seen. */
int cap_optim_good_steps(const CapOptim *optim);
void cap_optim_set_loss_scale(CapOptim *optim, double scale, int good_steps);
CapGraph *cap_optim_graph(CapOptim *optim); /* borrowed */
