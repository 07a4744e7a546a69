/* CapFindingItem: a CapFinding as a GObject, for list models. */
#pragma once

#include "core/measure/finding.h"

#include <glib-object.h>

#define CAP_TYPE_FINDING_ITEM (cap_finding_item_get_type())
G_DECLARE_FINAL_TYPE(CapFindingItem, cap_finding_item, CAP, FINDING_ITEM,
                     GObject)

/* Takes FINDING. */
CapFindingItem *cap_finding_item_new(CapFinding *finding);
/* Borrowed; never NULL. */
const CapFinding *cap_finding_item_get(CapFindingItem *item);
/* Property "status" (int, CapStatus), which notifies. */
CapStatus cap_finding_item_status(CapFindingItem *item);
void cap_finding_item_set_status(CapFindingItem *item, CapStatus status);

/* The reader's own category by GUIDELINE; takes OVERRIDE, NULL: the rule's. */
void cap_finding_item_set_override(CapFindingItem *item, CapGuideline guideline,
                                   CapOverride *override);

/* "Right upper lobe", "Left lung", "Site unknown". Static. */
const char *cap_finding_item_site(CapFindingItem *item);
/* "RUL", "LLL", "R", "L", "–". Static. */
const char *cap_finding_item_site_short(CapFindingItem *item);
/* One sentence for screen readers. Caller frees. */
char *cap_finding_item_describe(CapFindingItem *item);
/* Whether the mark is dashed: the model is undecided or a plane is missing. */
gboolean cap_finding_item_is_doubtful(CapFindingItem *item);
