/* Twins of capsule layers: votes in full, then each routing from its
 * definition, one loop per index. */
#include <math.h>
#include <string.h>

#include "tests/support/twin.h"

#define MAX_DIM 16

/* One sample of a layer. */
typedef struct {
  const CapTwin *t;
  int sample, types, voxels, children, child_dim, parents, dim, iterations;
  double *votes;   /* [parent][child][dim] */
  double *a;       /* [child] activations */
  double *c;       /* [parent][child] couplings */
  double *poses;   /* [parent][dim] */
  double *actives; /* [parent] */
} Layer;

static int
n_groups(const Layer *l)
{
  return l->t->options[5];
}

static int
parents_of(const Layer *l, int group)
{
  return l->t->options[6 + 2 * group];
}

static gboolean
competes(const Layer *l, int group)
{
  return l->t->options[7 + 2 * group];
}

static double
child(const Layer *l, int type, int k, int p)
{
  return l->t
      ->in[0]
          [((l->sample * l->types + type) * l->child_dim + k) * l->voxels + p];
}

static double
make_vote(const Layer *l, int j, int type, int p, int d)
{
  const CapShape *s = &l->t->in_shape[0];
  const double *w = l->t->param[0];
  double sum = 0.0;
  if (l->t->options[0] == CAP_TWIN_EM && l->child_dim == 16 && l->dim == 16)
    for (int i = 0; i < 4; i++) /* M W, with W stored transposed */
      sum += child(l, type, d / 4 * 4 + i, p) *
             w[((type * l->parents + j) * 4 + d % 4) * 4 + i];
  else
    for (int k = 0; k < l->child_dim; k++)
      sum += child(l, type, k, p) *
             w[((type * l->parents + j) * l->dim + d) * l->child_dim + k];
  const int place[3] = {p / s->dims[3] / s->dims[2],
                        p / s->dims[3] % s->dims[2], p % s->dims[3]};
  return d < 3 ? sum + (place[d] + 0.5) / s->dims[d + 1] - 0.5 : sum;
}

static void
layer_open(Layer *l, const CapTwin *t, int sample)
{
  const CapShape *s = &t->in_shape[0];
  *l = (Layer){.t = t,
               .sample = sample,
               .types = s->dims[0] / t->options[2],
               .voxels = s->dims[1] * s->dims[2] * s->dims[3],
               .child_dim = t->options[2],
               .dim = t->options[3],
               .iterations = t->options[1]};
  l->children = l->types * l->voxels;
  for (int g = 0; g < n_groups(l); g++)
    l->parents += parents_of(l, g);
  l->votes = g_new(double, l->parents * l->children * l->dim);
  l->a = g_new(double, l->children);
  l->c = g_new(double, l->parents * l->children);
  l->poses = g_new0(double, l->parents * l->dim);
  l->actives = g_new0(double, l->parents);
  for (int i = 0; i < l->children; i++) {
    const int type = i / l->voxels, p = i % l->voxels;
    for (int j = 0; j < l->parents; j++)
      for (int d = 0; d < l->dim; d++)
        l->votes[(j * l->children + i) * l->dim + d] =
            make_vote(l, j, type, p, d);
    double square = 0.0;
    for (int k = 0; k < l->child_dim; k++)
      square += pow(child(l, type, k, p), 2);
    l->a[i] =
        t->n_inputs > 1 ? t->in[1][sample * l->children + i] : sqrt(square);
  }
}

static void
layer_close(Layer *l)
{
  g_free(l->votes);
  g_free(l->a);
  g_free(l->c);
  g_free(l->poses);
  g_free(l->actives);
}

static void
set_equal(Layer *l)
{
  for (int g = 0, j = 0; g < n_groups(l); g++)
    for (int end = j + parents_of(l, g); j < end; j++)
      for (int i = 0; i < l->children; i++)
        l->c[j * l->children + i] =
            competes(l, g) ? 1.0 / parents_of(l, g) : 0.5;
}

/* Couplings from LOGITS [parent][child]: softmax or sigmoids, of those whose
 * ALIVE is not 0. */
static void
set_couplings(Layer *l, const double *logits, const int *alive)
{
  for (int g = 0, first = 0; g < n_groups(l); first += parents_of(l, g++))
    for (int i = 0; i < l->children; i++) {
      double whole = 0.0;
      for (int j = first; j < first + parents_of(l, g); j++)
        if (alive[j * l->children + i])
          whole += exp(logits[j * l->children + i]);
      for (int j = first; j < first + parents_of(l, g); j++) {
        const int at = j * l->children + i;
        l->c[at] = !alive[at]       ? 0.0
                   : competes(l, g) ? exp(logits[at]) / whole
                                    : 1.0 / (1.0 + exp(-logits[at]));
      }
    }
}

/* Of each child's couplings the fewest and strongest that have the mass, and
 * whatever is as strong as the weakest of them. */
static void
keep_strongest(const Layer *l, int *alive)
{
  for (int i = 0; i < l->children; i++) {
    double whole = 0.0;
    for (int j = 0; j < l->parents; j++)
      whole += l->c[j * l->children + i];
    int kept[16] = {0};
    double weakest = 0.0;
    for (double mass = 0.0; mass < CAP_TWIN_MASS * whole;) {
      int best = -1;
      for (int j = 0; j < l->parents; j++)
        if (!kept[j] && (best < 0 || l->c[j * l->children + i] >
                                         l->c[best * l->children + i]))
          best = j;
      kept[best] = 1;
      weakest = l->c[best * l->children + i];
      mass += weakest;
    }
    for (int j = 0; j < l->parents; j++)
      alive[j * l->children + i] &= l->c[j * l->children + i] >= weakest;
  }
}

/* Procedure 1 of Sabour et al. */
static void
route_dynamic(Layer *l, gboolean sparse)
{
  const int n = l->parents * l->children;
  double *logits = g_new0(double, n);
  int *alive = g_new(int, n);
  for (int i = 0; i < n; i++)
    alive[i] = 1;
  for (int r = 0; r < l->iterations; r++) {
    if (r == 0)
      set_equal(l);
    else
      set_couplings(l, logits, alive);
    if (r > 0 && sparse) {
      keep_strongest(l, alive);
      set_couplings(l, logits, alive);
    }
    for (int j = 0; j < l->parents; j++) {
      double sum[MAX_DIM] = {0};
      for (int i = 0; i < l->children; i++)
        for (int d = 0; d < l->dim; d++)
          sum[d] += CAP_TWIN_GAIN / l->children * l->c[j * l->children + i] *
                    l->votes[(j * l->children + i) * l->dim + d];
      cap_twin_squash(l->dim, sum, l->poses + j * l->dim);
    }
    for (int i = 0; i < n; i++)
      for (int d = 0; d < l->dim; d++)
        logits[i] +=
            l->votes[i * l->dim + d] * l->poses[i / l->children * l->dim + d];
  }
  g_free(logits);
  g_free(alive);
}

/* Scaled dot products of parent J's query with its votes, head by head, and
 * their softmax over children, each counted with its activation. */
static void
attend(const Layer *l, int j, int heads, const double *query, double *sum)
{
  const int width = l->dim / heads;
  for (int h = 0; h < heads; h++) {
    double whole = 0.0;
    for (int d = 0; d < width; d++)
      sum[h * width + d] = 0.0;
    for (int i = 0; i < l->children; i++) {
      const double *vote =
          l->votes + (j * l->children + i) * l->dim + h * width;
      double logit = 0.0;
      for (int d = 0; d < width; d++)
        logit += query[h * width + d] * vote[d] / sqrt(width);
      const double weight = l->a[i] * exp(logit);
      whole += weight;
      for (int d = 0; d < width; d++)
        sum[h * width + d] += weight * vote[d];
    }
    for (int d = 0; d < width; d++)
      sum[h * width + d] /= whole;
  }
}

static void
route_attention(Layer *l)
{
  int heads = 4;
  while (l->dim % heads != 0)
    heads--;
  set_equal(l);
  for (int j = 0; j < l->parents; j++) {
    double query[MAX_DIM], sum[MAX_DIM];
    memcpy(query, l->t->param[1] + j * l->dim, (gsize)l->dim * sizeof(double));
    for (int r = 0; r < l->iterations; r++) {
      attend(l, j, heads, query, sum);
      for (int d = 0; d < l->dim; d++)
        sum[d] *= CAP_TWIN_GAIN * l->c[j * l->children];
      cap_twin_squash(l->dim, sum, l->poses + j * l->dim);
      for (int d = 0; d < l->dim; d++)
        query[d] += l->poses[j * l->dim + d];
    }
  }
}

/* Parent J's Gaussian and activation from its couplings: procedure 1 of Hinton
 * et al. 2018, M-step, with sums of cost counted gain / children. Returns the
 * activation's logit. */
static double
maximise(Layer *l, int j, int iteration, double *variance)
{
  const double beta_a = l->t->param[1][j], beta_u = l->t->param[2][j];
  double *mean = l->poses + j * l->dim, whole = 0.0, cost = 0.0;
  for (int i = 0; i < l->children; i++)
    whole += l->c[j * l->children + i] * l->a[i];
  for (int d = 0; d < l->dim; d++) {
    mean[d] = variance[d] = 0.0;
    for (int i = 0; i < l->children; i++)
      mean[d] += l->c[j * l->children + i] * l->a[i] / whole *
                 l->votes[(j * l->children + i) * l->dim + d];
    for (int i = 0; i < l->children; i++)
      variance[d] +=
          l->c[j * l->children + i] * l->a[i] / whole *
          pow(l->votes[(j * l->children + i) * l->dim + d] - mean[d], 2);
    variance[d] += 1e-3;
    cost +=
        (beta_u + log(variance[d]) / 2.0) * whole * CAP_TWIN_GAIN / l->children;
  }
  const double temperature = 8.0 * (1.0 - pow(0.95, iteration + 1));
  const double logit = temperature * (beta_a - cost);
  l->actives[j] = 1.0 / (1.0 + exp(-logit));
  return logit;
}

static void
route_em(Layer *l)
{
  double *logits = g_new(double, l->parents * l->children);
  int *alive = g_new(int, l->parents * l->children);
  set_equal(l);
  for (int r = 0; r < l->iterations; r++) {
    for (int g = 0, j = 0; g < n_groups(l); g++)
      for (int end = j + parents_of(l, g); j < end; j++) {
        double variance[MAX_DIM];
        const double own = maximise(l, j, r, variance);
        for (int i = 0; i < l->children; i++) {
          double *logit = logits + j * l->children + i;
          *logit = competes(l, g) ? log(l->actives[j])
                                  : own + l->dim * (0.5 - l->t->param[2][j]);
          for (int d = 0; d < l->dim; d++)
            *logit -= (pow(l->votes[(j * l->children + i) * l->dim + d] -
                               l->poses[j * l->dim + d],
                           2) /
                           variance[d] +
                       log(variance[d])) /
                      2.0;
          alive[j * l->children + i] = 1;
        }
      }
    if (r + 1 < l->iterations)
      set_couplings(l, logits, alive);
  }
  g_free(logits);
  g_free(alive);
}

void
cap_twin_routing(const CapTwin *t)
{
  for (int n = 0; n < t->batch; n++) {
    Layer l;
    layer_open(&l, t, n);
    if (t->options[0] == CAP_TWIN_MEAN)
      l.iterations = 1;
    if (t->options[0] == CAP_TWIN_EM)
      route_em(&l);
    else if (t->options[0] == CAP_TWIN_ATTENTION)
      route_attention(&l);
    else
      route_dynamic(&l, t->options[0] == CAP_TWIN_SPARSE);
    for (int j = 0; j < l.parents; j++) {
      double square = 0.0;
      for (int d = 0; d < l.dim; d++)
        square += pow(l.poses[j * l.dim + d], 2);
      if (t->options[4])
        t->out[n * l.parents + j] =
            t->options[0] == CAP_TWIN_EM ? l.actives[j] : sqrt(square);
      else
        memcpy(t->out + (n * l.parents + j) * l.dim, l.poses + j * l.dim,
               (gsize)l.dim * sizeof(double));
    }
    layer_close(&l);
  }
}
