/* Detection with the real steps: see detect.h; the pipeline itself is in
 * detect_steps.c. */
#include "models/detect.h"

#include "core/image/lung.h"
#include "core/measure/measure.h"
#include "models/detect_steps.h"

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

CapFindings *
cap_detect(const CapVolume *volume, CapNetwork *net,
           const CapDetectOptions *options, const CapProgress *progress,
           CapDetectTiming *timing, GError **error)
{
  const CapDetectSteps steps = {.find_lungs = cap_lung_mask,
                                .find_candidates = cap_candidates_find,
                                .judge = judge_with_network,
                                .segment = cap_measure_segment,
                                .measure = cap_measure_finding,
                                .judge_data = net,
                                .batch = cap_graph_max_batch(net->graph)};
  return cap_detect_with_steps(volume, &steps, options, progress, timing,
                               error);
}
