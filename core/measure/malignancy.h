/* What size alone says about malignancy: the yardstick printed beside every
 * judgement of the network. */
#pragma once

/* P(median reader rating > 3) of a nodule of VOLUME_MM3 from the diameter of
 * the sphere of that volume alone: logistic in its logarithm, fitted to the
 * 1,057 LIDC-IDRI nodules with three or more malignancy ratings (tests/unit/
 * test_malignancy.c fits it again). Readers' opinion, not pathology. 0 for no
 * volume. */
double cap_malignancy_from_size(double volume_mm3);
