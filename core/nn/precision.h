/* In which numbers an op multiplies: asked for by a configuration, decided for
 * each layer and pass.
 *
 * Weights, activations in memory and every sum are float32 whatever is chosen;
 * bfloat16 is what factors are rounded to before they are multiplied. FLOAT32
 * and BFLOAT16 decide by rule, alike on every machine. AUTO measures the ways
 * that a layer has on this machine, once: the choice is kept in a file
 * (core/nn/choices.h) and, by trainers, in the checkpoint. */
#pragma once

#include <glib.h>

typedef enum {
  CAP_PRECISION_FLOAT32,
  CAP_PRECISION_BFLOAT16,
  CAP_PRECISION_AUTO,
  CAP_N_PRECISIONS,
} CapPrecision;

/* "float32", "bfloat16", "auto". */
const char *cap_precision_name(CapPrecision precision);
gboolean cap_precision_parse(const char *name, CapPrecision *precision);

/* A way to run one pass of one layer. */
typedef enum {
  CAP_WAY_FLOAT32,     /* oneDNN */
  CAP_WAY_FLOAT32_OWN, /* core/nn/weight_grad.h */
  CAP_WAY_BFLOAT16,    /* oneDNN where the processor has it, else float32 on
                          rounded factors */
  CAP_N_WAYS,
} CapWay;

/* "float32", "float32-own", "bfloat16". */
const char *cap_way_name(CapWay way);
gboolean cap_way_parse(const char *name, CapWay *way);

/* The ways taken by a graph: layer and pass to way. */
typedef struct CapWays CapWays;

CapWays *cap_ways_new(void);
void cap_ways_free(CapWays *ways);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapWays, cap_ways_free)

void cap_ways_set(CapWays *ways, const char *layer, const char *pass,
                  CapWay way);
gboolean cap_ways_get(const CapWays *ways, const char *layer, const char *pass,
                      CapWay *way);

/* A line "LAYER PASS WAY" each, sorted; caller frees. Reading skips lines that
 * say nothing: whatever a text leaves open is decided anew. */
char *cap_ways_text(const CapWays *ways);
void cap_ways_read(CapWays *ways, const char *text);
