/* Slow double-precision twins of the ops of core/nn/ops: forward only, written
 * from the definitions, one loop per index. Gradients are proven by finite
 * differences of these. All tensors are plain (N,C,D,H,W). */
#pragma once

#include "core/nn/graph.h"

typedef struct {
  int batch;
  int n_inputs, n_params;
  CapShape in_shape[5], out_shape;
  const double *in[5];
  const double *param[5];
  double *out;
  const int *options; /* what the op's row says; meaning is the twin's */
} CapTwin;

gsize cap_twin_size(const CapShape *shape);

/* options: kernel, stride, pad, bias */
void cap_twin_conv3d(const CapTwin *t);
void cap_twin_deconv3d(const CapTwin *t);
void cap_twin_batchnorm(const CapTwin *t); /* options: relu */
void cap_twin_relu(const CapTwin *t);
void cap_twin_sigmoid(const CapTwin *t); /* scale 2 */
void cap_twin_linear(const CapTwin *t);
void cap_twin_concat(const CapTwin *t);
void cap_twin_slice(const CapTwin *t); /* options: first */
void cap_twin_space_to_depth(const CapTwin *t);
void cap_twin_depth_to_space(const CapTwin *t);
void cap_twin_softmax(const CapTwin *t);      /* options: levels per row */
void cap_twin_rating_loss(const CapTwin *t);  /* options: levels per row */
void cap_twin_rating_heads(const CapTwin *t); /* options: first */
void cap_twin_primary(const CapTwin *t);      /* options: dim */
/* options: whether the output is the activations */
void cap_twin_primary_matrix(const CapTwin *t);
void cap_twin_length(const CapTwin *t);
void cap_twin_layernorm(const CapTwin *t);
void cap_twin_gelu(const CapTwin *t);
void cap_twin_linear_rows(const CapTwin *t);
void cap_twin_attention(const CapTwin *t);  /* options: heads */
void cap_twin_tokens_cut(const CapTwin *t); /* options: edge */
void cap_twin_tokens_embed(const CapTwin *t);
void cap_twin_dropout(const CapTwin *t); /* options: rate in %; of op "op" */
void cap_twin_sum(const CapTwin *t);     /* options: relu */
/* options: average, kernel, stride, pad */
void cap_twin_pooling(const CapTwin *t);
void cap_twin_squash(int dim, const double *s, double *v);

/* options: a CapTwinRouting, iterations, child_dim, dim, whether the output is
 * the activations, n_groups (at most 3), then parents and compete of each. Gain
 * is CAP_TWIN_GAIN, mass CAP_TWIN_MASS; votes are matrices when both dims are
 * 16 and the routing is em. A second input is the children's activations. */
typedef enum {
  CAP_TWIN_MEAN,
  CAP_TWIN_DYNAMIC,
  CAP_TWIN_SPARSE,
  CAP_TWIN_ATTENTION,
  CAP_TWIN_EM
} CapTwinRouting;
#define CAP_TWIN_GAIN 4.0
#define CAP_TWIN_MASS 0.6
void cap_twin_routing(const CapTwin *t);
void cap_twin_margin_loss(const CapTwin *t);
void cap_twin_spread_loss(const CapTwin *t);
void cap_twin_mask_loss(const CapTwin *t);
void cap_twin_reconstruction_loss(const CapTwin *t);
