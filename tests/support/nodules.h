/* Synthetic training data: balls of soft tissue in noisy lung. */
#pragma once

#include "datasets/pool.h"

/* Nodule NUMBER of patient NUMBER / 2, a ball of RADIUS_MM in a crop of 88 x 88
 * x 7, rated by four readers: larger ones as malignant. Caller frees. */
CapExample *cap_test_example(int number, double radius_mm);
/* Four vessels of 8 mm along z around the nodule, 15 mm from it. */
void cap_test_add_vessels(CapExample *example);
/* A scan of lung with vessels along z; no points yet. Caller frees. */
CapHost *cap_test_host(void);
/* N crops of radius 2 … 6 mm, and the host; 30 % validation. Caller frees. */
CapPool *cap_test_pool(int n, gboolean with_host, GError **error);
