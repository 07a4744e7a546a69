/* CapPriorPairs: which nodule of the earlier scan is which of the present one.
 *
 * Pairs are kept in the review of the present scan, with the findings
 * (CapPrior): made by cap_prior_compare when the alignment is accepted or
 * either scan has been searched, and again on request; the reader's own pairs
 * go before. Each is an action of the review, which undo takes back.
 *
 * Signal: "changed" (pairs, or what stands in their way). */
#pragma once

#include "ui/prior/prior_alignment.h"

#define CAP_TYPE_PRIOR_PAIRS (cap_prior_pairs_get_type())
G_DECLARE_FINAL_TYPE(CapPriorPairs, cap_prior_pairs, CAP, PRIOR_PAIRS, GObject)

/* With an earlier scan, of which none is open yet, and its alignment. */
CapPriorPairs *cap_prior_pairs_new(CapSession *current);
/* Borrowed. */
CapPriorStudy *cap_prior_pairs_prior(CapPriorPairs *pairs);
CapPriorAlignment *cap_prior_pairs_alignment(CapPriorPairs *pairs);

/* Why there can be no pairs now, as a sentence for the reader; NULL when there
 * can. Static. */
const char *cap_prior_pairs_obstacle(CapPriorPairs *pairs);
/* The earlier scan can be paired with, but nobody has searched it. */
gboolean cap_prior_pairs_lacks_search(CapPriorPairs *pairs);
/* Pairs all findings by the map as it is. FALSE when something stands in the
 * way, or it cannot be saved. */
gboolean cap_prior_pairs_make(CapPriorPairs *pairs);
/* The reader says: finding CURRENT is the earlier finding PRIOR, or was not
 * there (0). */
gboolean cap_prior_pairs_choose(CapPriorPairs *pairs, int current, int prior);
/* … and that pairing decides again. */
gboolean cap_prior_pairs_release(CapPriorPairs *pairs, int current);

/* The pair of finding CURRENT, or that it has none, is the reader's word. */
gboolean cap_prior_pairs_is_chosen(CapPriorPairs *pairs, int current);

/* The review has pairs with the earlier scan that is open. */
gboolean cap_prior_pairs_are_made(CapPriorPairs *pairs);
/* Earlier finding ID; NULL where there is none. Borrowed. */
const CapFinding *cap_prior_pairs_earlier(CapPriorPairs *pairs, int id);
/* The present finding that is paired with earlier finding ID; NULL: none.
 * Borrowed. */
const CapFinding *cap_prior_pairs_partner(CapPriorPairs *pairs, int id);
/* How many are paired, new, and no longer there. */
void cap_prior_pairs_count(CapPriorPairs *pairs, int *matched, int *fresh,
                           int *gone);
