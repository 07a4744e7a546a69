/* Adam with warm-up and cosine decay over a graph's trained parameters.
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
} CapOptimOptions;

CapOptimOptions cap_optim_options_default(void);

/* Borrows GRAPH, which must outlive the optimiser and be planned in
 * CAP_GRAPH_TRAIN mode. Returns; caller frees. */
CapOptim *cap_optim_new(CapGraph *graph, const CapOptimOptions *options);
void cap_optim_free(CapOptim *optim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapOptim, cap_optim_free)

/* One update from the accumulated parameter gradients, which stay as they are
 * but for becoming the sums over the graph's ranks. Returns the gradient's global norm before clipping; when that is not finite
 * nothing is changed and the step does not count. */
double cap_optim_step(CapOptim *optim);

/* Learning rate of the update that comes next, and updates done so far. */
double cap_optim_rate(const CapOptim *optim);
gint64 cap_optim_n_steps(const CapOptim *optim);

/* State for checkpoints: moments of PARAM (borrowed, its size; NULL when it is
 * not trained), and the number of updates done. */
float *cap_optim_moment1(CapOptim *optim, CapTensor param);
float *cap_optim_moment2(CapOptim *optim, CapTensor param);
void cap_optim_set_n_steps(CapOptim *optim, gint64 n_steps);
CapGraph *cap_optim_graph(CapOptim *optim); /* borrowed */
