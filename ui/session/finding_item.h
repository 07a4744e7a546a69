/* CapFindingItem: a CapFinding as a GObject, for list models. Signal "changed":
 * it is another finding, or the same with another status, comment, mask or
 * note. */
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
/* Takes FINDING in the place of the one before; emits "changed". */
void cap_finding_item_set(CapFindingItem *item, CapFinding *finding);
/* What lists say of it that does not follow from it alone: its category by
 * Lung-RADS ("4A"), and its change since an earlier scan ("+64 %"); "" where
 * there is none. Copied; emits "changed" where they are others. */
void cap_finding_item_set_notes(CapFindingItem *item, const char *category,
                                const char *growth);
const char *cap_finding_item_category(CapFindingItem *item); /* borrowed */
const char *cap_finding_item_growth(CapFindingItem *item);   /* borrowed */
CapStatus cap_finding_item_status(CapFindingItem *item);

/* "Right upper lobe", "Left lung", "Site unknown". Static. */
const char *cap_finding_item_site(CapFindingItem *item);
/* "RUL", "LLL", "R", "L", "–". Static. */
const char *cap_finding_item_site_short(CapFindingItem *item);
/* "0.97", or a dash where no network has judged it. Caller frees. */
char *cap_finding_item_probability(CapFindingItem *item);
/* One sentence for screen readers. Caller frees. */
char *cap_finding_item_describe(CapFindingItem *item);
/* Whether the mark is dashed: the model is undecided, there is a reason not to
 * trust it, or a plane is missing. */
gboolean cap_finding_item_is_doubtful(CapFindingItem *item);
/* The model has not made up its mind. */
gboolean cap_finding_item_is_undecided(CapFindingItem *item);
