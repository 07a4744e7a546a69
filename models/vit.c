/* The vision transformer: see vit.h. */
#include "models/vit.h"

#include "core/nn/ops/attention.h"
#include "core/nn/ops/batchnorm.h"
#include "core/nn/ops/concat.h"
#include "core/nn/ops/dropout.h"
#include "core/nn/ops/layernorm.h"
#include "core/nn/ops/linear.h"
#include "core/nn/ops/pointwise.h"
#include "core/nn/ops/sum.h"
#include "core/nn/ops/tokens.h"
#include "models/heads.h"

#define EDGE 8
#define LAYERS 12
#define HEADS 12
#define EXPANSION 4 /* hidden units of the perceptron to the width */

/* One layer of the encoder, equations 2 and 3. */
static CapTensor
layer(CapGraph *g, int number, CapTensor input, double dropout)
{
  const int width = cap_graph_shape(g, input).dims[1];
  enum {
    NORM1,
    QKV,
    ATTENTION,
    PROJECT,
    DROP1,
    SUM1,
    NORM2,
    WIDEN,
    GELU,
    NARROW,
    DROP2,
    SUM2,
    N_NAMES
  };
  static const char *const parts[N_NAMES] = {
      "norm1", "qkv",  "attention", "project", "drop1", "sum1",
      "norm2", "mlp1", "gelu",      "mlp2",    "drop2", "sum2"};
  char names[N_NAMES][32];
  for (int i = 0; i < N_NAMES; i++)
    g_snprintf(names[i], sizeof names[i], "layer%d.%s", number, parts[i]);
  CapTensor x = cap_layernorm_add(g, names[NORM1], input);
  x = cap_linear_rows_add(g, names[QKV], x, 3 * width);
  x = cap_attention_add(g, names[ATTENTION], x, HEADS);
  x = cap_linear_rows_add(g, names[PROJECT], x, width);
  x = cap_dropout_add(g, names[DROP1], x, dropout);
  const CapTensor middle = cap_sum_add(g, names[SUM1], x, input, FALSE);
  x = cap_layernorm_add(g, names[NORM2], middle);
  x = cap_linear_rows_add(g, names[WIDEN], x, EXPANSION * width);
  x = cap_gelu_add(g, names[GELU], x);
  x = cap_linear_rows_add(g, names[NARROW], x, width);
  x = cap_dropout_add(g, names[DROP2], x, dropout);
  return cap_sum_add(g, names[SUM2], x, middle, FALSE);
}

void
cap_vit_build(CapNetwork *net, const CapNetworkOptions *options)
{
  CapGraph *g = net->graph;
  const int width = options->width > 0 ? options->width * HEADS : 768;
  /* Nothing further on takes away what all patches have in common. */
  CapTensor x = cap_batchnorm_add(g, "input", net->patch, FALSE);
  x = cap_tokens_cut_add(g, "cut", x, EDGE);
  x = cap_linear_rows_add(g, "embed", x, width);
  x = cap_tokens_embed_add(g, "tokens", x);
  x = cap_dropout_add(g, "tokens.drop", x, options->dropout);
  for (int i = 1; i <= LAYERS; i++)
    x = layer(g, i, x, options->dropout);
  x = cap_layernorm_add(g, "norm", x);
  cap_heads_add(net, cap_slice_add(g, "features", x, 0, width), cap_gelu_add,
                options);
}
