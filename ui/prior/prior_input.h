/* The mouse on views of an earlier scan, beside what it does on every view:
 * with Ctrl, dragging lays the scan otherwise on the present one. */
#pragma once

#include "ui/prior/prior_study.h"
#include "ui/view/pane.h"

/* PRIOR is borrowed and must outlive PANE. */
void cap_prior_input_attach(CapPane *pane, CapPriorStudy *prior);
