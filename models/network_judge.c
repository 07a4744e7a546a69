/* Judging patches with a network: see network.h. */
#include "models/network.h"

#include <math.h>
#include <string.h>

#define CELLS (CAP_GRID * CAP_GRID * CAP_GRID)

/* Index of voxel I of a cube of EDGE, mirrored along the axes of FLIP: bit 0 is
 * x, bit 1 y, bit 2 z. Its own inverse. */
static int
mirror(int i, int edge, int flip)
{
  int x = i % edge, y = i / edge % edge, z = i / edge / edge;
  x = flip & 1 ? edge - 1 - x : x;
  y = flip & 2 ? edge - 1 - y : y;
  z = flip & 4 ? edge - 1 - z : z;
  return (z * edge + y) * edge + x;
}

static double
calibrate(CapGraph *g, const char *name, double p)
{
  const float *c = cap_graph_data(g, cap_graph_find(g, name));
  const double inside = CLAMP(p, 1e-9, 1.0 - 1e-9);
  const double logit = log(inside / (1.0 - inside));
  return 1.0 / (1.0 + exp(-((double)c[0] * logit + (double)c[1])));
}

static void
gather_capsules(CapNetwork *net, int sample, int flip, double share,
                CapJudgement *out)
{
  CapGraph *g = net->graph;
  const float *lengths =
      cap_graph_data(g, net->lengths) + sample * CAP_N_CAPSULES;
  const float *maps =
      cap_graph_data(g, net->routing) + sample * CAP_N_CAPSULES * CELLS;
  for (int j = 0; j < CAP_N_CAPSULES; j++) {
    out->capsules[j].length += share * (double)lengths[j];
    for (int i = 0; i < CELLS; i++)
      out->capsules[j].routing[i] +=
          (float)share * maps[j * CELLS + mirror(i, CAP_GRID, flip)];
  }
}

/* Adds SAMPLE's outputs, SHARE of them, to OUT; FLIP is how it was mirrored. */
static void
gather(CapNetwork *net, int sample, int flip, double share, CapJudgement *out)
{
  CapGraph *g = net->graph;
  const float *classes = cap_graph_data(g, net->classes) +
                         (gsize)sample * cap_graph_size(g, net->classes);
  const float *malignancy =
      cap_graph_data(g, net->malignancy) + sample * CAP_N_MALIGNANCY;
  const float *attributes = cap_graph_data(g, net->attributes) +
                            sample * CAP_N_ATTRIBUTES * CAP_MAX_LEVELS;
  const double sum = (double)classes[0] + (double)classes[1];
  out->nodule_probability +=
      share * (sum > 0.0 ? (double)classes[0] / sum : 0.5);
  for (int k = 0; k < CAP_N_MALIGNANCY; k++)
    out->malignancy.p[k] += share * (double)malignancy[k];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++)
    for (int k = 0; k < CAP_MAX_LEVELS; k++)
      out->attributes[a].p[k] +=
          share * (double)attributes[a * CAP_MAX_LEVELS + k];
  if (cap_network_has_capsules(net))
    gather_capsules(net, sample, flip, share, out);
  if (cap_network_has_mask(net)) {
    const float *mask =
        cap_graph_data(g, net->mask) + (gsize)sample * CAP_PATCH_VOXELS;
    for (int i = 0; i < CAP_PATCH_VOXELS; i++)
      out->mask[i] += (float)share * mask[mirror(i, CAP_PATCH, flip)];
  }
}

/* What is taken from the patch as it is, not averaged. */
static void
take(CapNetwork *net, int sample, CapJudgement *out)
{
  CapGraph *g = net->graph;
  const float *poses =
      cap_graph_data(g, net->poses) + sample * CAP_N_CAPSULES * CAP_POSE_DIM;
  for (int j = 0; j < CAP_N_CAPSULES; j++)
    memcpy(out->capsules[j].pose, poses + j * CAP_POSE_DIM,
           sizeof out->capsules[j].pose);
  memcpy(out->reconstruction,
         cap_graph_data(g, net->reconstruction) +
             (gsize)sample * CAP_PATCH_VOXELS,
         sizeof out->reconstruction);
}

/* Only there was the decoder asked for anything. */
static double
reconstruction_error(const float *patch, const CapJudgement *judgement)
{
  double sum = 0;
  int n = 0;
  for (int i = 0; i < CAP_PATCH_VOXELS; i++) {
    if (!(judgement->mask[i] >= (float)CAP_MASK_THRESHOLD))
      continue;
    const double off = (double)judgement->reconstruction[i] - (double)patch[i];
    sum += off * off;
    n++;
  }
  return n > 0 ? 1000 * sqrt(sum / n) : 0; /* the scale is HU / 1000 */
}

static void
finish(const CapNetwork *net, CapJudgement *out)
{
  CapGraph *g = net->graph;
  out->has_mask = cap_network_has_mask(net);
  out->has_capsules = cap_network_has_capsules(net);
  out->nodule_probability =
      calibrate(g, "calibration.nodule", out->nodule_probability);
  out->malignancy.n_levels = CAP_N_MALIGNANCY;
  cap_rating_finish(&out->malignancy);
  const double *p = out->malignancy.p;
  out->malignancy_probability =
      calibrate(g, "calibration.malignancy", p[4] + p[3] + p[2] / 2.0);
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    out->attributes[a].n_levels = cap_attribute_levels((CapAttributeKind)a);
    cap_rating_finish(&out->attributes[a]);
  }
}

gboolean
cap_network_judge(CapNetwork *net, const float *patches, int n, int flips,
                  CapJudgement *out, GError **error)
{
  g_return_val_if_fail(flips == 1 || flips == 2 || flips == 4 || flips == 8,
                       FALSE);
  CapGraph *g = net->graph;
  memset(out, 0, (gsize)n * sizeof *out);
  cap_graph_set_training(g, FALSE);
  /* Work item i is mirror image i % flips of patch i / flips. */
  const int total = n * flips, step = cap_graph_max_batch(g);
  for (int start = 0; start < total; start += step) {
    const int batch = MIN(step, total - start);
    cap_graph_set_batch(g, batch);
    float *input = cap_graph_data(g, net->patch);
#pragma omp parallel for
    for (int i = 0; i < batch; i++) {
      const float *from =
          patches + (gsize)((start + i) / flips) * CAP_PATCH_VOXELS;
      float *to = input + (gsize)i * CAP_PATCH_VOXELS;
      for (int v = 0; v < CAP_PATCH_VOXELS; v++)
        to[v] = from[mirror(v, CAP_PATCH, (start + i) % flips)];
    }
    cap_graph_forward(g);
    for (int i = 0; i < batch; i++) {
      CapJudgement *judgement = &out[(start + i) / flips];
      gather(net, i, (start + i) % flips, 1.0 / flips, judgement);
      if (cap_network_has_capsules(net) && (start + i) % flips == 0)
        take(net, i, judgement);
    }
  }
  for (int i = 0; i < n; i++) {
    finish(net, &out[i]);
    if (out[i].has_capsules)
      out[i].reconstruction_error_hu =
          reconstruction_error(patches + (gsize)i * CAP_PATCH_VOXELS, &out[i]);
  }
  return TRUE;
}
