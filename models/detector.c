/* Weights found and loaded: see detector.h. */
#include "models/detector.h"

#include "core/error.h"
#include "core/language.h"
#include "core/program.h"
#include "io/weights.h"
#include "models/trust.h"

#include <string.h>

#define BATCH                                                                  \
  16 /* patches at once: enough to fill two cores, 60 MB of maps               \
      */

char *
cap_detector_find_weights(const char *path, GError **error)
{
  const char *variable = g_getenv("CAPSIGHT_WEIGHTS");
  if (path != NULL)
    return g_strdup(path);
  if (variable != NULL && *variable != '\0')
    return g_strdup(variable);
  char *own = cap_program_find("../share/capsight/weights/capsnet.safetensors");
  if (own != NULL)
    return own;
  const char *places[] = {CAP_SOURCE_WEIGHTS, CAP_INSTALLED_WEIGHTS};
  for (guint i = 0; i < G_N_ELEMENTS(places); i++)
    if (g_file_test(places[i], G_FILE_TEST_EXISTS))
      return g_strdup(places[i]);
  g_set_error(error, CAP_ERROR, CAP_ERROR_NO_INPUT,
              "no weights file: neither %s nor %s exists; name one with "
              "--weights or $CAPSIGHT_WEIGHTS",
              places[0], places[1]);
  return NULL;
}

static gboolean
check_task(const CapDetector *detector, CapDetectorTask task, GError **error)
{
  if (task == CAP_DETECTOR_JUDGES || (cap_network_has_mask(detector->net) &&
                                      cap_network_has_capsules(detector->net)))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WEIGHTS,
              "%s: these weights are of a %s, which draws no findings: "
              "detection needs the capsule network; `capsight classify` and "
              "`capsight study` take any",
              detector->path, detector->net->kind->name);
  return FALSE;
}

CapDetector *
cap_detector_load(const char *path, CapDetectorTask task, GError **error)
{
  g_autoptr(CapDetector) detector = g_new0(CapDetector, 1);
  detector->path = cap_detector_find_weights(path, error);
  if (detector->path == NULL)
    return NULL;
  detector->metadata = cap_weights_metadata(detector->path, error);
  CapNetworkOptions options = cap_network_options_default();
  options.max_batch = BATCH;
  if (detector->metadata == NULL ||
      !cap_network_options_read(&options, detector->path, detector->metadata,
                                error))
    return NULL;
  detector->net = cap_network_new(CAP_GRAPH_INFER, &options, error);
  if (detector->net == NULL ||
      !cap_weights_load(detector->net->graph, detector->path, NULL,
                        &detector->sha256, error) ||
      !check_task(detector, task, error))
    return NULL;
  if (task == CAP_DETECTOR_EXPLAINS) {
    g_autofree char *beside = cap_reference_path(detector->path);
    detector->reference =
        cap_reference_load(beside, detector->sha256, &detector->no_reference);
  }
  return g_steal_pointer(&detector);
}

void
cap_detector_doubt(const CapDetector *detector, const CapVolume *volume,
                   CapFinding *finding)
{
  if (detector->reference != NULL)
    cap_trust_judge(detector->reference, volume, finding);
  else
    memset(finding->doubts, 0, sizeof finding->doubts);
}

CapFindings *
cap_detector_find(const CapDetector *detector, const CapVolume *volume,
                  const CapDetectOptions *options, const CapProgress *progress,
                  GError **error)
{
  CapFindings *findings =
      cap_detect(volume, detector->net, options, progress, NULL, error);
  if (findings == NULL)
    return NULL;
  g_free(findings->weights_sha256);
  findings->weights_sha256 = g_strdup(detector->sha256);
  if (detector->reference == NULL && findings->items->len > 0)
    g_ptr_array_add(
        findings->notes,
        g_strdup(N_("There are no reference nodules of these weights, so no "
                    "reasons for doubt were looked for; `capsight train CONFIG "
                    "--reference WEIGHTS` makes them.")));
  for (guint i = 0; i < findings->items->len; i++)
    cap_detector_doubt(detector, volume, findings->items->pdata[i]);
  return findings;
}

void
cap_detector_free(CapDetector *detector)
{
  if (detector == NULL)
    return;
  cap_network_free(detector->net);
  g_clear_pointer(&detector->metadata, g_hash_table_unref);
  g_clear_pointer(&detector->reference, cap_reference_free);
  g_clear_error(&detector->no_reference);
  g_free(detector->path);
  g_free(detector->sha256);
  g_free(detector);
}
