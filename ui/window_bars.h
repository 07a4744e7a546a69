/* The bars at both sides of the views. */
#pragma once

#include "ui/prior/prior_pairs.h"
#include "ui/session/session.h"

/* Series and key images. */
GtkWidget *cap_series_bar_new(CapSession *session);
/* The list of findings above, measurements and the selected finding below,
 * whose panel becomes *PANEL (borrowed; a CapFindingPanel). */
GtkWidget *cap_findings_bar_new(CapSession *session, CapPriorPairs *pairs,
                                GtkWidget **panel);
