/* What training commands print after each epoch. */
#pragma once

#include "models/train.h"

/* One line on standard output, with column titles now and then. USER_DATA is
 * not used. */
void cap_epoch_line_print(const CapTrainEpoch *epoch, gpointer user_data);
