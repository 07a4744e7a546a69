/* CapHeat: the routing heat map of the selected finding on one slice view, and
 * its legend. */
#pragma once

#include "ui/session/session.h"
#include "ui/view/text_cache.h"
#include "ui/view/viewport.h"

typedef struct CapHeat CapHeat;

/* Which map, and how much of it. */
typedef struct {
  CapFindingItem *item; /* that a network has judged; borrowed */
  int capsule;
  double opacity; /* of the hottest cell; 0 where no vote went */
} CapHeatStyle;

CapHeat *cap_heat_new(void);
void cap_heat_free(CapHeat *heat);
void cap_heat_clear(CapHeat *heat);
/* Paints the map where the plane meets the patch that the network saw. */
void cap_heat_snapshot(CapHeat *heat, GtkSnapshot *snapshot,
                       const CapViewport *port, const CapHeatStyle *style);
/* The colours with their numbers, at the lower middle of the view. */
void cap_heat_legend(GtkSnapshot *snapshot, const CapViewport *port,
                     CapTextCache *texts, const CapHeatStyle *style);
