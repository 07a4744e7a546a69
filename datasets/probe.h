/* The erased-nodule probe: can positives be told from negatives by their
 * making?
 *
 * Everything under the cut mask is replaced by one value in positives and
 * negatives alike; a classifier of what is left (means and spreads over a 4³
 * grid, and a histogram) should then do no better than chance. AUC is that of
 * patients it was not fitted on; transplants, which share a host, are halved by
 * draw instead. */
#pragma once

#include "datasets/pool.h"

typedef struct {
  double auc;
  int n; /* patches tested */
} CapProbe;

/* Which draws of a making are for testing, not for fitting: INDEX of N with
 * SAMPLE. */
gboolean cap_probe_is_tested(const CapSample *sample, int index, int n);
/* Erases what SAMPLE's cut mask covers. */
void cap_probe_erase(CapSample *sample);

/* N draws of MAKING, half of them positive. FALSE with CAP_ERROR_DATA (no
 * negatives of that making) or CAP_ERROR_MEMORY. */
gboolean cap_probe_erased(const CapPool *pool, CapMaking making, int n,
                          CapProbe *probe, GError **error);
