/* CapHeat: the routing heat map of the selected finding on one slice view, and
 * its legend. */
#pragma once

#include "ui/session.h"
#include "ui/text_cache.h"
#include "ui/viewport.h"

typedef struct CapHeat CapHeat;

CapHeat *cap_heat_new(void);
void cap_heat_free(CapHeat *heat);
void cap_heat_clear(CapHeat *heat);
/* Paints CAPSULE's map of ITEM where the plane meets its patch. TRUE when
 * something was painted. */
gboolean cap_heat_snapshot(CapHeat *heat, GtkSnapshot *snapshot,
                           const CapViewport *port, CapFindingItem *item,
                           int capsule);
/* The colours with their numbers, at the lower middle of the view. */
void cap_heat_legend(GtkSnapshot *snapshot, const CapViewport *port,
                     CapTextCache *texts, CapFindingItem *item, int capsule);
