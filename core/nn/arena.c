/* Arena planning: greedy by size. The largest tensor is placed first, each
 * further one at the lowest offset where it meets no tensor alive at the same
 * time (Pisarchyk & Lee, "Efficient memory management for deep neural net
 * inference", 2020, section 4.2). */
#include "core/nn/arena.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/nn/tensor.h"

#define ALIGN_FLOATS 16 /* 64 bytes: a cache line, an AVX-512 register */

/* One piece of the arena: a tensor's data or its gradient. */
typedef struct {
  float **where; /* set to its address in the end */
  gsize size;    /* floats, a multiple of ALIGN_FLOATS */
  gsize offset;
  int first, last; /* steps between which it is alive */
} Piece;

float *
cap_arena_alloc(gsize n_floats)
{
  const gsize floats =
      MAX((n_floats + ALIGN_FLOATS - 1) / ALIGN_FLOATS, 1) * ALIGN_FLOATS;
  float *memory = aligned_alloc(64, floats * sizeof(float));
  if (memory != NULL)
    memset(memory, 0, floats * sizeof(float));
  return memory;
}

static void
add_piece(GArray *pieces, float **where, gsize floats, int first, int last)
{
  const gsize size = (floats + ALIGN_FLOATS - 1) / ALIGN_FLOATS * ALIGN_FLOATS;
  const Piece piece = {where, size, 0, first, last};
  g_array_append_val(pieces, piece);
}

static gint
larger_first(gconstpointer a, gconstpointer b)
{
  const Piece *x = a, *y = b;
  if (x->size != y->size)
    return x->size < y->size ? 1 : -1;
  return x->first - y->first;
}

static gint
lower_first(gconstpointer a, gconstpointer b)
{
  const Piece *x = *(Piece *const *)a, *y = *(Piece *const *)b;
  return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Lowest offset for PIECE beside the N placed before it. */
static void
place(Piece *piece, Piece *placed, guint n)
{
  g_autoptr(GPtrArray) alive = g_ptr_array_new();
  for (guint i = 0; i < n; i++)
    if (placed[i].first <= piece->last && piece->first <= placed[i].last)
      g_ptr_array_add(alive, &placed[i]);
  g_ptr_array_sort(alive, lower_first);
  gsize offset = 0;
  for (guint i = 0; i < alive->len; i++) {
    const Piece *other = g_ptr_array_index(alive, i);
    if (offset + piece->size <= other->offset)
      break;
    offset = MAX(offset, other->offset + other->size);
  }
  piece->offset = offset;
}

/* Op I's forward is step I of a run; its backward this one. */
static int
back(const CapArenaRun *run, int op)
{
  return 2 * run->n_ops - 1 - op;
}

static void
add_data(GArray *pieces, CapTensorInfo *t, const CapArenaRun *run)
{
  const gsize floats = t->size * (gsize)run->max_batch;
  const gboolean unused = run->train && t->first == t->last;
  if (t->keep || t->kind == CAP_TENSOR_INPUT || unused)
    add_piece(pieces, &t->data, floats, -1, G_MAXINT);
  else if (run->train && t->read_back >= 0)
    add_piece(pieces, &t->data, floats, t->first, back(run, t->read_back));
  else
    add_piece(pieces, &t->data, floats, t->first, t->last);
}

/* A gradient lives from the backward of the tensor's last reader, or from the
 * start of backward when somebody else sets it, to that of its writer. */
static void
add_grad(GArray *pieces, CapTensorInfo *t, const CapArenaRun *run)
{
  const gsize floats = t->size * (gsize)run->max_batch;
  const gboolean unused = t->first == t->last;
  if (t->keep || t->kind == CAP_TENSOR_INPUT)
    add_piece(pieces, &t->grad, floats, run->n_ops, G_MAXINT);
  else
    add_piece(pieces, &t->grad, floats,
              unused ? run->n_ops : back(run, t->last), back(run, t->first));
}

static GArray *
list_pieces(GPtrArray *tensors, const CapArenaRun *run)
{
  GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
  for (guint i = 0; i < tensors->len; i++) {
    CapTensorInfo *t = g_ptr_array_index(tensors, i);
    if (cap_tensor_is_param(t))
      continue;
    add_data(pieces, t, run);
    if (t->needs_grad)
      add_grad(pieces, t, run);
  }
  return pieces;
}

float *
cap_arena_plan(GPtrArray *tensors, const CapArenaRun *run, gsize *bytes,
               GError **error)
{
  g_autoptr(GArray) pieces = list_pieces(tensors, run);
  g_array_sort(pieces, larger_first);
  Piece *all = (Piece *)(gpointer)pieces->data;
  gsize total = 0;
  for (guint i = 0; i < pieces->len; i++) {
    place(&all[i], all, i);
    total = MAX(total, all[i].offset + all[i].size);
  }
  float *arena = cap_arena_alloc(total);
  if (arena == NULL) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "The network needs %zu MiB of memory for a batch of %d, which "
                "this machine does "
                "not give; use a smaller batch",
                total * sizeof(float) >> 20, run->max_batch);
    return NULL;
  }
  for (guint i = 0; i < pieces->len; i++)
    *all[i].where = arena + all[i].offset;
  *bytes = total * sizeof(float);
  return arena;
}
