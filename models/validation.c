/* Validation: see validation.h. */
#include "models/validation.h"

#include "core/stats/logistic.h"
#include "core/stats/rank.h"
#include "datasets/batch.h"

#include <math.h>
#include <string.h>

/* Validation shows as many nodules as others; the points that detection asks
 * about hold fewer. Probabilities are stated for this share of nodules. */
static const double prevalence = 0.1;

/* What is kept of one validated patch. */
typedef struct {
  CapMaking making;
  gboolean is_nodule;
  const CapNodule *nodule;
  double nodule_score;                 /* first of the classes over both */
  double malignancy;                   /* expected level */
  double malignancy_share;             /* p(4) + p(5) + p(3) / 2 */
  double attributes[CAP_N_ATTRIBUTES]; /* cap_rating_level */
  double dice, diameter_mm;            /* NAN without a mask */
} Outcome;

double
cap_validation_mask_diameter(const float *mask)
{
  int n = 0;
  for (int i = 0; i < CAP_PATCH_VOXELS; i++)
    n += mask[i] >= 0.5f;
  return cbrt(6 * n / G_PI);
}

double
cap_validation_dice(const float *predicted, const float *readers)
{
  int both = 0, sum = 0;
  for (int i = 0; i < CAP_PATCH_VOXELS; i++) {
    const gboolean p = predicted[i] >= 0.5f, r = readers[i] >= 0.49f;
    both += p && r;
    sum += p + r;
  }
  return sum > 0 ? 2.0 * both / sum : NAN;
}

static double
level_of(const float *p, CapAttributeKind kind)
{
  CapRating rating = {.n_levels = cap_attribute_levels(kind)};
  for (int k = 0; k < rating.n_levels; k++)
    rating.p[k] = p[k];
  cap_rating_finish(&rating);
  return cap_rating_level(&rating, kind);
}

static Outcome
read_outcome(CapNetwork *net, const CapSample *sample, int i)
{
  CapGraph *g = net->graph;
  const float *classes = cap_graph_data(g, net->classes) +
                         (gsize)i * cap_graph_size(g, net->classes);
  const float *malignancy = cap_graph_data(g, net->malignancy) + i * 5;
  const float *attributes = cap_graph_data(g, net->attributes) +
                            i * CAP_N_ATTRIBUTES * CAP_MAX_LEVELS;
  Outcome o = {.making = sample->making,
               .is_nodule = sample->is_nodule,
               .nodule = sample->nodule,
               .dice = NAN,
               .diameter_mm = NAN};
  o.nodule_score = classes[0] / fmax(classes[0] + classes[1], 1e-9);
  for (int k = 0; k < 5; k++)
    o.malignancy += (k + 1) * malignancy[k];
  o.malignancy_share = malignancy[4] + malignancy[3] + malignancy[2] / 2;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    o.attributes[a] =
        level_of(attributes + a * CAP_MAX_LEVELS, (CapAttributeKind)a);
  if (sample->is_nodule && cap_network_has_mask(net)) {
    const float *mask =
        cap_graph_data(g, net->mask) + (gsize)i * CAP_PATCH_VOXELS;
    o.dice = cap_validation_dice(mask, sample->mask);
    o.diameter_mm = cap_validation_mask_diameter(mask);
  }
  return o;
}

static GArray *
run_all(CapNetwork *net, const CapPool *pool, const CapProgress *progress,
        GError **error)
{
  CapGraph *g = net->graph;
  const int n = cap_pool_n_validation(pool);
  g_autoptr(GArray) outcomes = g_array_new(FALSE, FALSE, sizeof(Outcome));
  g_autoptr(CapBatchSource) source =
      cap_batch_source_new(pool, -1, 0, cap_graph_max_batch(g), NULL);
  g_autoptr(GError) failure = NULL;
  for (;;) {
    g_autoptr(CapBatch) batch = cap_batch_source_next(source, &failure);
    if (batch == NULL)
      break;
    if (!cap_progress_step(progress, "validating",
                           (double)outcomes->len / MAX(n, 1), error))
      return NULL;
    cap_graph_set_batch(g, batch->n);
    float *patch = cap_graph_data(g, net->patch);
    for (int i = 0; i < batch->n; i++)
      for (int v = 0; v < CAP_PATCH_VOXELS; v++)
        *patch++ = cap_network_scale(batch->samples[i].hu[v]);
    cap_graph_forward(g);
    for (int i = 0; i < batch->n; i++) {
      const Outcome o = read_outcome(net, &batch->samples[i], i);
      g_array_append_val(outcomes, o);
    }
  }
  if (failure != NULL) {
    g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
  }
  return g_steal_pointer(&outcomes);
}

/* Columns of numbers taken from outcomes. */
typedef struct {
  int n;
  double *x, *y;
  guint8 *label;
} Columns;

static Columns
columns_new(guint n)
{
  return (Columns){0, g_new(double, n + 1), g_new(double, n + 1),
                   g_malloc(n + 1)};
}

static void
columns_clear(Columns *c)
{
  g_free(c->x);
  g_free(c->y);
  g_free(c->label);
}

static double
logit(double p)
{
  p = CLAMP(p, 1e-9, 1 - 1e-9);
  return log(p / (1 - p));
}

/* Scale and shift of the log odds of c->x (probabilities) that fit c->label. */
static void
fit_calibration(const Columns *c, double out[2])
{
  out[0] = 1;
  out[1] = 0;
  int positives = 0;
  for (int i = 0; i < c->n; i++)
    positives += c->label[i];
  if (positives < 5 || c->n - positives < 5)
    return;
  g_autofree float *feature = g_new(float, c->n);
  for (int i = 0; i < c->n; i++)
    feature[i] = (float)logit(c->x[i]);
  g_autoptr(CapLogistic) m = cap_logistic_fit(feature, c->label, c->n, 1, 1e-3);
  const double scale = m->weight[0] * m->scale[0];
  if (scale <= 0) /* worse than chance: calibrating would turn it over */
    return;
  out[0] = scale;
  out[1] = m->bias - scale * m->mean[0];
}

/* Moves the log odds of a calibration from the share of nodules that it was
 * fitted on to PREVALENCE (Bayes' rule). */
static void
change_prior(const Columns *c, double calibration[2])
{
  int positives = 0;
  for (int i = 0; i < c->n; i++)
    positives += c->label[i];
  if (positives > 0 && positives < c->n)
    calibration[1] += logit(prevalence) - logit((double)positives / c->n);
}

static void
judge_nodules(const GArray *outcomes, CapValidation *v)
{
  for (int m = 0; m < CAP_N_MAKINGS; m++) {
    Columns c = columns_new(outcomes->len);
    for (guint i = 0; i < outcomes->len; i++) {
      const Outcome *o = &g_array_index(outcomes, Outcome, i);
      if (o->making == CAP_MAKING_WHOLE ||
          (m != CAP_MAKING_WHOLE && o->making != (CapMaking)m))
        continue;
      c.x[c.n] = o->nodule_score;
      c.label[c.n++] = o->is_nodule != FALSE;
    }
    v->nodule_auc[m] = cap_rank_auc(c.x, c.label, c.n);
    if (m == CAP_MAKING_WHOLE) {
      fit_calibration(&c, v->calibration_nodule);
      change_prior(&c, v->calibration_nodule);
    }
    columns_clear(&c);
  }
}

static void
judge_malignancy(const GArray *outcomes, CapValidation *v)
{
  Columns c = columns_new(outcomes->len), all = columns_new(outcomes->len);
  g_autofree double *predicted = g_new(double, outcomes->len + 1);
  for (guint i = 0; i < outcomes->len; i++) {
    const Outcome *o = &g_array_index(outcomes, Outcome, i);
    if (o->making != CAP_MAKING_WHOLE || o->nodule->n_readers < 3 ||
        isnan(o->nodule->malignancy_median))
      continue;
    const double median = o->nodule->malignancy_median;
    all.x[all.n] = o->malignancy_share;
    all.label[all.n++] = median > 3;
    if (median == 3)
      continue;
    c.x[c.n] = o->malignancy;
    c.y[c.n] = o->nodule->diameter_mm;
    predicted[c.n] = o->diameter_mm;
    c.label[c.n++] = median > 3;
  }
  v->n_malignancy = c.n;
  v->malignancy_auc = cap_rank_auc(c.x, c.label, c.n);
  v->diameter_auc = cap_rank_auc(c.y, c.label, c.n);
  const gboolean sized = c.n == 0 || !isnan(predicted[0]);
  v->predicted_diameter_auc =
      sized ? cap_rank_auc(predicted, c.label, c.n) : NAN;
  fit_calibration(&all, v->calibration_malignancy);
  columns_clear(&c);
  columns_clear(&all);
}

static void
judge_attributes(const GArray *outcomes, CapValidation *v)
{
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    Columns c = columns_new(outcomes->len);
    for (guint i = 0; i < outcomes->len; i++) {
      const Outcome *o = &g_array_index(outcomes, Outcome, i);
      if (o->making != CAP_MAKING_WHOLE || o->nodule->n_readers < 3 ||
          isnan(o->nodule->attribute_means[a]))
        continue;
      c.x[c.n] = o->attributes[a];
      c.y[c.n++] = o->nodule->attribute_means[a];
    }
    v->spearman[a] = cap_rank_spearman(c.x, c.y, c.n);
    v->n_attributes = MAX(v->n_attributes, c.n);
    columns_clear(&c);
  }
}

static double
mean_dice(const GArray *outcomes, CapMaking making)
{
  double sum = 0;
  int n = 0;
  for (guint i = 0; i < outcomes->len; i++) {
    const Outcome *o = &g_array_index(outcomes, Outcome, i);
    if (o->making != making || !o->is_nodule || isnan(o->dice))
      continue;
    sum += o->dice;
    n++;
  }
  return n > 0 ? sum / n : NAN;
}

gboolean
cap_validation_run(CapNetwork *net, const CapPool *pool,
                   const CapProgress *progress, CapValidation *result,
                   GError **error)
{
  const gboolean training = cap_graph_training(net->graph);
  cap_graph_set_training(net->graph, FALSE);
  g_autoptr(GArray) outcomes = run_all(net, pool, progress, error);
  cap_graph_set_training(net->graph, training);
  if (outcomes == NULL)
    return FALSE;
  memset(result, 0, sizeof *result);
  judge_nodules(outcomes, result);
  judge_malignancy(outcomes, result);
  judge_attributes(outcomes, result);
  result->dice = mean_dice(outcomes, CAP_MAKING_WHOLE);
  result->dice_transplant = mean_dice(outcomes, CAP_MAKING_TRANSPLANT);
  return TRUE;
}

/* Mean of the finite ones. */
static double
mean_of(const double *values, int n)
{
  double sum = 0;
  int n_finite = 0;
  for (int i = 0; i < n; i++)
    if (isfinite(values[i])) {
      sum += values[i];
      n_finite++;
    }
  return n_finite > 0 ? sum / n_finite : NAN;
}

double
cap_validation_score(const CapValidation *v)
{
  const double parts[] = {v->nodule_auc[CAP_MAKING_WHOLE], v->malignancy_auc,
                          mean_of(v->spearman, CAP_N_ATTRIBUTES)};
  return mean_of(parts, G_N_ELEMENTS(parts));
}

void
cap_validation_calibrate(CapNetwork *net, const CapValidation *result)
{
  const struct {
    const char *name;
    const double *value;
  } buffers[] = {
      {"calibration.nodule", result->calibration_nodule},
      {"calibration.malignancy", result->calibration_malignancy},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(buffers); i++) {
    const CapTensor tensor = cap_graph_find(net->graph, buffers[i].name);
    float *data = cap_graph_data(net->graph, tensor);
    data[0] = (float)buffers[i].value[0];
    data[1] = (float)buffers[i].value[1];
  }
}
