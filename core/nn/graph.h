/* The static op graph: a network is a list of ops over named tensors.
 *
 * Build: cap_graph_new, one cap_<op>_add per op, cap_graph_plan. Planning lays
 * every activation (and, in training, every gradient) out in one arena; after
 * it no memory is taken. Run: cap_graph_set_batch, fill the inputs through
 * cap_graph_data, cap_graph_forward, then cap_graph_backward, which walks the
 * ops in reverse and accumulates parameter gradients.
 *
 * Tensors are float32, shape N,C,D,H,W (or N,features…); N is the batch and is
 * not part of a tensor's declared shape. An op is a vtable of one
 * forward/backward pair in its own file; adding one is described in HACKING.md.
 * Nothing here knows what the network is for. Not thread-safe: one engine
 * thread owns a graph; kernels use OpenMP inside. */
#pragma once

#include "core/nn/precision.h"
#include "core/nn/ranks.h"

#include <glib.h>
#include <stdint.h>

#define CAP_MAX_DIMS 5

typedef struct CapGraph CapGraph;
typedef int CapTensor; /* handle within one graph; < 0 is none */

typedef enum { CAP_GRAPH_INFER, CAP_GRAPH_TRAIN } CapGraphMode;

/* Per-sample shape: n_dims sizes without the batch. */
typedef struct {
  int n_dims;
  int dims[CAP_MAX_DIMS];
} CapShape;

/* How a parameter starts (all draw from the graph's seeded generator). */
typedef enum {
  CAP_INIT_ZERO,
  CAP_INIT_ONE,
  CAP_INIT_HE,     /* normal, sd = sqrt(2 / fan_in), He et al. 2015 */
  CAP_INIT_GLOROT, /* uniform, Glorot & Bengio 2010 */
} CapInit;

/* An op: what a file of core/nn/ops provides. Tensors are handles into GRAPH;
 * forward reads inputs and writes outputs for the current batch; backward reads
 * output gradients, adds into parameter gradients and puts input gradients
 * where cap_graph_grad_target says. */
typedef struct CapOp CapOp;
typedef enum {
  CAP_OP_FORWARD,
  CAP_OP_DATA,
  CAP_OP_WEIGHTS,
  CAP_OP_N_PASSES
} CapOpPass;
/* "forward", "data", "weights": of the ways that are kept. */
const char *cap_op_pass_name(CapOpPass pass);
typedef struct {
  const char *kind; /* "conv3d" */
  gboolean (*prepare)(CapGraph *graph, CapOp *op, GError **error); /* may be
                       NULL; called by cap_graph_plan: primitives, scratch */
  void (*forward)(CapGraph *graph, CapOp *op);
  void (*backward)(CapGraph *graph, CapOp *op); /* NULL: no gradient flows */
  void (*free)(CapOp *op); /* frees op->state; may be NULL */
  unsigned unread; /* CAP_UNREAD_…: values that backward does not look at, so
                      that others may have their memory; 0 is always right */
} CapOpClass;

enum { CAP_UNREAD_INPUTS = 1, CAP_UNREAD_OUTPUTS = 2 };

#define CAP_OP_MAX_TENSORS 8
struct CapOp {
  const CapOpClass *klass;
  char *name;
  int n_inputs, n_outputs, n_params;
  CapTensor inputs[CAP_OP_MAX_TENSORS];
  CapTensor outputs[CAP_OP_MAX_TENSORS];
  CapTensor params[CAP_OP_MAX_TENSORS];
  gpointer state; /* owned by the op, freed through klass->free */
  gsize macs;     /* multiply-adds forward for one sample; 0 when negligible */
  double seconds[2]; /* wall time so far: forward, backward */
  /* What runs each pass (forward, gradient of the input, of the weights) where
   * there is a choice, for profiles; NULL otherwise. Not freed. */
  const char *implementations[CAP_OP_N_PASSES];
};

/* MAX_BATCH bounds every later cap_graph_set_batch. Returns; caller frees. */
CapGraph *cap_graph_new(int max_batch, CapGraphMode mode, guint64 seed);
void cap_graph_free(CapGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapGraph, cap_graph_free)

CapTensor cap_graph_input(CapGraph *graph, const char *name, CapShape shape);
/* Parameters have no batch dimension; SHAPE is the whole shape. */
CapTensor cap_graph_param(CapGraph *graph, const char *name, CapShape shape,
                          CapInit init, int fan_in, int fan_out);
/* A parameter-like tensor that is saved but not trained (running statistics).
 */
CapTensor cap_graph_buffer(CapGraph *graph, const char *name, CapShape shape,
                           float value);
CapTensor cap_graph_activation(CapGraph *graph, const char *name,
                               CapShape shape);
/* Takes STATE. Returns the new op (borrowed). */
CapOp *cap_graph_add(CapGraph *graph, const CapOpClass *klass, const char *name,
                     const CapTensor *inputs, int n_inputs,
                     const CapTensor *outputs, int n_outputs,
                     const CapTensor *params, int n_params, gpointer state);

/* In which numbers ops multiply (default float32), before cap_graph_plan. WAYS,
 * of cap_graph_ways of an earlier run, goes before it layer by layer, so that a
 * run continues as it began; NULL decides all anew. */
void cap_graph_set_precision(CapGraph *graph, CapPrecision precision,
                             const char *ways);
CapPrecision cap_graph_precision(const CapGraph *graph);
/* The ways taken, complete once planned. Borrowed; ops add theirs. */
CapWays *cap_graph_ways(CapGraph *graph);

/* Keeps TENSOR, and its gradient, readable after a run: else the arena gives
 * their memory to others once no op needs them. Inputs are kept anyway, and in
 * CAP_GRAPH_TRAIN so is what no op reads. Call before cap_graph_plan. */
void cap_graph_keep(CapGraph *graph, CapTensor tensor);
/* Lays out the arena and prepares ops. FALSE with CAP_ERROR_MEMORY. */
gboolean cap_graph_plan(CapGraph *graph, GError **error);

void cap_graph_set_batch(CapGraph *graph, int batch);
/* With RANKS (borrowed; NULL is alone) a batch is this rank's part of one of
 * cap_graph_whole_batch samples, which cap_graph_set_batch sets to the part's
 * own size. */
void cap_graph_set_ranks(CapGraph *graph, const CapRanks *ranks);
const CapRanks *cap_graph_ranks(const CapGraph *graph);
/* With RANKS (borrowed; NULL, the default, is alone) every rank makes the same
 * steps with the same whole batches, and they share out the capsule layers:
 * before any is added. Excludes cap_graph_set_ranks. */
void cap_graph_set_split(CapGraph *graph, const CapRanks *ranks);
const CapRanks *cap_graph_split(const CapGraph *graph);
void cap_graph_set_whole_batch(CapGraph *graph, int batch);
int cap_graph_whole_batch(const CapGraph *graph);
int cap_graph_batch(const CapGraph *graph);
int cap_graph_max_batch(const CapGraph *graph);
CapGraphMode cap_graph_mode(const CapGraph *graph);
/* Whether this run is a training step (batch statistics, dropout) or a
 * validation pass through a training graph. Default TRUE in TRAIN mode. */
void cap_graph_set_training(CapGraph *graph, gboolean training);
gboolean cap_graph_training(const CapGraph *graph);

/* What a training step draws by chance depends on KEY, which differs from epoch
 * to epoch, and on the number in it that the batch's first sample has, FIRST:
 * not on how often anything was drawn before. 0 and 0 until set. */
void cap_graph_set_draw(CapGraph *graph, guint64 key, gint64 first);
guint64 cap_graph_draw(const CapGraph *graph, gint64 *first); /* the key */

void cap_graph_forward(CapGraph *graph);
/* Clears activation gradients, seeds those of the scalar losses with their
 * weights, walks back. Parameter gradients accumulate until
 * cap_graph_zero_grad. */
void cap_graph_backward(CapGraph *graph);
void cap_graph_zero_grad(CapGraph *graph);
/* Multiplies all gradients of later backward passes, so that small ones survive
 * numbers of few bits; a power of two (default 1) changes nothing else. */
void cap_graph_set_loss_scale(CapGraph *graph, float scale);
float cap_graph_loss_scale(const CapGraph *graph);
/* Marks TENSOR (shape {1}: one value a sample, already averaged or not by its
 * op's own rule) as a loss added with WEIGHT to the total. */
void cap_graph_add_loss(CapGraph *graph, CapTensor tensor, float weight);
/* Weighted total of the last forward: sum over losses of weight x batch mean.
 */
double cap_graph_loss(const CapGraph *graph);

/* Borrowed pointers, valid until cap_graph_free. grad is NULL where none
 * flows. */
float *cap_graph_data(CapGraph *graph, CapTensor tensor);
float *cap_graph_grad(CapGraph *graph, CapTensor tensor);
CapShape cap_graph_shape(const CapGraph *graph, CapTensor tensor);
gsize cap_graph_size(const CapGraph *graph, CapTensor tensor); /* per sample, or
                                                         whole for parameters */
const char *cap_graph_name(const CapGraph *graph, CapTensor tensor);
CapTensor cap_graph_find(const CapGraph *graph, const char *name); /* or -1 */

/* Parameters and buffers in order of creation. */
int cap_graph_n_params(const CapGraph *graph);
CapTensor cap_graph_param_at(const CapGraph *graph, int i);
gboolean cap_graph_is_trained(const CapGraph *graph, CapTensor tensor);
/* How many times the optimiser's rate a parameter learns with; 1 until set.
 * Weights that start large (few inputs each) need more to get anywhere while
 * those that start small do. */
void cap_graph_set_pace(CapGraph *graph, CapTensor param, double pace);
double cap_graph_pace(const CapGraph *graph, CapTensor param);

/* For profiles and the model card. */
int cap_graph_n_ops(const CapGraph *graph);
const CapOp *cap_graph_op_at(const CapGraph *graph, int i);
gsize cap_graph_arena_bytes(const CapGraph *graph);

static inline CapShape
cap_shape_volume(int channels, int edge)
{
  return (CapShape){4, {channels, edge, edge, edge}};
}
static inline CapShape
cap_shape_vector(int n)
{
  return (CapShape){1, {n}};
}
/* The generator that draws starting values; a checkpoint saves and restores it.
 * Uniform in [0, 1). */
guint64 cap_graph_random_state(const CapGraph *graph);
void cap_graph_set_random_state(CapGraph *graph, guint64 state);
double cap_graph_random(CapGraph *graph);

/* Says that parameter or buffer values were changed from outside, so that an
 * inference graph folds and reorders its weights anew. Loading and optimising
 * do this themselves; whoever writes through cap_graph_data calls it. */
void cap_graph_touch(CapGraph *graph);

/* For files of core/nn/ops. */

/* Where an op's backward puts the gradient of one of its inputs: data is NULL
 * when nobody wants it; with add FALSE the memory is undefined and every
 * element has to be written, otherwise the op adds. Asking counts as writing:
 * ask once per op and tensor. Parameter gradients always add. */
typedef struct {
  float *data;
  gboolean add;
} CapGradTarget;
CapGradTarget cap_graph_grad_target(CapGraph *graph, CapTensor tensor);

/* How a sample of a volume (C,D,H,W) lies in memory: element (channel, voxel)
 * at channel x channel_step + voxel x voxel_step. Plain is C,D,H,W; channels
 * last, as the convolutions like it, is D,H,W,C. Other tensors have one voxel.
 */
typedef struct {
  gsize channels, voxels, channel_step, voxel_step;
} CapLay;
CapLay cap_graph_lay(const CapGraph *graph, CapTensor tensor);
/* Set by the op that writes the tensor. */
void cap_graph_set_channels_last(CapGraph *graph, CapTensor tensor);
gboolean cap_graph_channels_last(const CapGraph *graph, CapTensor tensor);
/* Copies SAMPLE of TENSOR out in plain order (cap_graph_size floats). */
void cap_graph_read(CapGraph *graph, CapTensor tensor, int sample, float *out);

/* Asks for the gradient of an input too. Before cap_graph_plan. */
void cap_graph_require_grad(CapGraph *graph, CapTensor input);
/* Grows with every cap_graph_touch. */
guint64 cap_graph_generation(const CapGraph *graph);
/* The same for copies of weights, which a training changes at every step: there
 * 0, no copy is good for long. */
guint64 cap_graph_weights_generation(const CapGraph *graph);
/* Calls PREPARE for the passes that OP will make: forward, and in training
 * those of its weights and, where a gradient is wanted, of its first input.
 * FALSE with PREPARE's error. */
typedef gboolean (*CapPreparePass)(CapGraph *graph, CapOp *op, CapOpPass pass,
                                   GError **error);
gboolean cap_graph_prepare_passes(CapGraph *graph, CapOp *op,
                                  CapPreparePass prepare, GError **error);
