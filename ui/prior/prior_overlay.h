/* The earlier scan laid over the present one's views, to see how well it lies:
 * half transparent, or in squares. */
#pragma once

#include "ui/prior/prior_study.h"
#include "ui/view/pane.h"

/* PANE shows the present scan. PRIOR is borrowed and must outlive PANE; what is
 * shown is its property "overlay". Once a pane. */
void cap_prior_overlay_attach(CapPane *pane, CapPriorStudy *prior);
