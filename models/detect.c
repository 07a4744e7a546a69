/* Detection with the real steps: see detect.h; the pipeline itself is in
 * detect_steps.c. */
#include "models/detect.h"

#include "core/image/lung.h"
#include "core/measure/measure.h"
#include "models/detect_steps.h"

/* What a nodule that somebody points at is taken to measure, until its mask
 * says more. */
#define POINT_MM 10.0

CapDetectOptions
cap_detect_options_default(void)
{
  return (CapDetectOptions){.candidates = cap_candidates_options_default(),
                            .min_probability = 0.5,
                            .flips = 8,
                            .screen_probability = 0.2};
}

static gboolean
judge_with_network(gpointer net, const float *patches, int n, int flips,
                   CapJudgement *out, GError **error)
{
  return cap_network_judge(net, patches, n, flips, out, error);
}

static CapDetectSteps
real_steps(CapNetwork *net)
{
  return (CapDetectSteps){.find_lungs = cap_lung_mask,
                          .find_candidates = cap_candidates_find,
                          .judge = judge_with_network,
                          .segment = cap_measure_segment,
                          .measure = cap_measure_finding,
                          .judge_data = net,
                          .batch = cap_graph_max_batch(net->graph)};
}

CapFindings *
cap_detect(const CapVolume *volume, CapNetwork *net,
           const CapDetectOptions *options, const CapProgress *progress,
           CapDetectTiming *timing, GError **error)
{
  const CapDetectSteps steps = real_steps(net);
  return cap_detect_with_steps(volume, &steps, options, progress, timing,
                               error);
}

CapFinding *
cap_detect_point(const CapVolume *volume, CapNetwork *net, const CapMask *lungs,
                 CapPoint at_mm, GError **error)
{
  CapDetectOptions options = cap_detect_options_default();
  options.min_probability = options.screen_probability = 0;
  const CapDetectSteps steps = real_steps(net);
  const CapDetectRun run = {volume, &steps, &options, NULL};
  const CapCandidate here = {.center_mm = at_mm, .diameter_mm = POINT_MM};
  g_autoptr(GArray) candidates =
      g_array_new(FALSE, FALSE, sizeof(CapCandidate));
  g_array_append_val(candidates, here);
  g_autoptr(CapFindings) found = cap_findings_new(volume);
  if (!cap_detect_candidates(&run, lungs, candidates, found, error) ||
      found->items->len == 0)
    return NULL;
  return g_ptr_array_steal_index(found->items, 0);
}

gboolean
cap_detect_judge(const CapVolume *volume, CapNetwork *net, CapFinding *finding,
                 GError **error)
{
  const CapDetectOptions options = cap_detect_options_default();
  const CapDetectSteps steps = real_steps(net);
  const CapDetectRun run = {volume, &steps, &options, NULL};
  return cap_detect_judge_again(&run, finding, error);
}
