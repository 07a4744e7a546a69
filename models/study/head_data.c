/* Patches behind a stem: see head_data.h. */
#include "models/study/head_data.h"

#include "core/error.h"

#include <math.h>
#include <string.h>

CapHeadData *
cap_head_data_new(int most, GError **error)
{
  g_autoptr(CapHeadData) data = g_new0(CapHeadData, 1);
  data->most = most;
  data->records = g_try_new(CapHeadRecord, most);
  data->outcomes =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_outcome_free);
  if (data->records != NULL)
    return g_steal_pointer(&data);
  g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
              "not enough memory for the features of %d patches", most);
  return NULL;
}

void
cap_head_data_free(CapHeadData *data)
{
  if (data == NULL)
    return;
  g_free(data->records);
  g_clear_pointer(&data->outcomes, g_ptr_array_unref);
  g_free(data);
}

/* Targets and weights as training has them. */
static void
fill_targets(CapHeadRecord *r, const CapSample *sample)
{
  const CapNodule *nodule = sample->nodule;
  memset(r->classes, 0, sizeof *r - offsetof(CapHeadRecord, classes));
  r->classes[sample->is_nodule ? 0 : 1] = 1;
  r->class_weight = sample->class_weight;
  if (nodule == NULL)
    return;
  const float weight = (float)MIN(nodule->n_readers, 4) / 4;
  memcpy(r->malignancy, nodule->malignancy, sizeof r->malignancy);
  memcpy(r->attributes, nodule->attributes, sizeof r->attributes);
  if (!isnan(nodule->malignancy_median))
    r->malignancy_weight = weight;
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    if (!isnan(nodule->attribute_means[a]))
      r->attribute_weights[a] = weight;
}

void
cap_head_data_add(CapHeadData *data, CapCapsnetStem *stem,
                  const CapSample *const *samples, int n, gboolean inner)
{
  CapGraph *g = stem->graph;
  cap_graph_set_batch(g, n);
  float *patch = cap_graph_data(g, stem->patch);
  for (int i = 0; i < n; i++)
    for (int v = 0; v < CAP_PATCH_VOXELS; v++)
      *patch++ = cap_network_scale((double)samples[i]->hu[v]);
  cap_graph_forward(g);
  for (int i = 0; i < n; i++) {
    g_return_if_fail(data->n < data->most);
    CapHeadRecord *r = &data->records[data->n++];
    cap_graph_read(g, stem->stem, i, r->stem);
    cap_graph_read(g, stem->features, i, r->features);
    fill_targets(r, samples[i]);
    CapOutcome *o = g_new0(CapOutcome, 1);
    o->inner = inner;
    o->making = samples[i]->making;
    o->is_nodule = samples[i]->is_nodule;
    o->patient = g_strdup(samples[i]->group);
    o->key = g_strdup(samples[i]->nodule ? samples[i]->nodule->key : "");
    o->diameter_mm = o->dice = NAN;
    g_ptr_array_add(data->outcomes, o);
  }
}

CapNetworkPriors
cap_head_data_priors(const CapHeadData *data)
{
  CapNetworkPriors p = {0};
  float rated = 0, rows[CAP_N_ATTRIBUTES] = {0};
  for (int i = 0; i < data->n; i++) {
    const CapHeadRecord *r = &data->records[i];
    for (int k = 0; k < CAP_N_MALIGNANCY; k++) {
      p.malignancy[k] += r->malignancy[k];
      rated += r->malignancy[k];
    }
    for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
      for (int k = 0; k < CAP_MAX_LEVELS; k++) {
        p.attributes[a][k] += r->attributes[a][k];
        rows[a] += r->attributes[a][k];
      }
  }
  for (int k = 0; k < CAP_N_MALIGNANCY; k++)
    p.malignancy[k] /= MAX(rated, 1);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < CAP_MAX_LEVELS; k++)
      p.attributes[a][k] /= MAX(rows[a], 1);
  return p;
}
