/* A first look at a place says where the nodule's own centre is, so that a
 * second one is cut around it: by the detector, and by the studies of what it
 * would say. */
#pragma once

#include "models/network.h"

/* Centre of mass of the predicted mask's part that is nearest to the patch
 * centre, in mm along the patch axes from that centre. FALSE when nothing is
 * there, or it lies more than 8 mm off. */
gboolean cap_recentre_shift(const CapJudgement *judgement, CapPoint *shift);
