/* CapTrainConfig: everything a training run depends on, typed and validated.
 *
 * File: GKeyFile (ini) with the groups data, network, training, augmentation.
 * Keys not given keep their defaults; an unknown key or group, or a value
 * outside its range, is an error that says the range. */
#pragma once

#include "core/nn/optim.h"
#include "datasets/pool.h"
#include "models/network.h"

typedef struct {
  /* data; paths are relative to the data folder */
  char *crops, *cubes; /* index files; cubes "" for none */
  char *scans;         /* folder of the host scans */
  char **hosts;    /* patients whose scans give surroundings and negatives */
  char *index;     /* the user's own volumes and points; "" for none */
  int index_hosts; /* so many of its volumes are hosts as well */
  char **held_out; /* patients that take no part at all */
  int limit;       /* only the first crops; 0 is all */
  CapPoolOptions pool;
  /* network and training */
  CapNetworkOptions network;
  CapOptimOptions optim;      /* total_steps is worked out from the rest */
  int epochs, samples, batch; /* samples an epoch */
  /* of processor time, all threads together, so that a busy machine takes
   * nothing away; no epoch is begun that would need more; 0: no limit */
  double minutes;
  /* epochs without a better validation score before the run ends, and the best
   * epoch's weights are kept; 0: never, and the last one's are */
  int patience;
  double loss_scale; /* as written; 0 (default) is 1 for float32, else 65536 */
  double spread_margin[2]; /* of the spread loss, growing from 0.2 to 0.9 */
  char *start;  /* weights to start from, as written; "" for random ones */
  char *folder; /* that START is relative to: the configuration file's */
  gint64 seed;
  char *text; /* canonical form of all of the above */
} CapTrainConfig;

CapTrainConfig *cap_train_config_default(void);
/* Reads PATH. NULL with CAP_ERROR_NO_INPUT or CAP_ERROR_CONFIG. */
CapTrainConfig *cap_train_config_read(const char *path, GError **error);
CapTrainConfig *cap_train_config_parse(const char *text, const char *name,
                                       GError **error);
/* Adds PATIENTS (borrowed, NULL-terminated) to those held out. */
void cap_train_config_hold_out(CapTrainConfig *config, char **patients);
/* Whether TEXT, the canonical form kept by an earlier run, says the same as
 * CONFIG. Settings that did not exist then must have their defaults now. */
gboolean cap_train_config_matches(const CapTrainConfig *config,
                                  const char *text);
void cap_train_config_free(CapTrainConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapTrainConfig, cap_train_config_free)
