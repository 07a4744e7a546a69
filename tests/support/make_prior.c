/* make_prior FOLDER [SIZE SLICES]: two scans of the phantom's chest with
 * nodules that have grown between them (see prior_case.h), for screenshots and
 * shell tests. */
#include "datasets/phantom/phantom.h"
#include "tests/support/prior_case.h"

#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  CapPhantomOptions options = cap_phantom_options_default();
  g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(CapPhantomRequest));
  if (argc != 2 && argc != 4) {
    fprintf(stderr, "usage: make_prior FOLDER [SIZE SLICES]\n");
    return 2;
  }
  options.size = argc == 4 ? atoi(argv[2]) : 256;
  options.slices = argc == 4 ? atoi(argv[3]) : 160;
  options.noise_hu = 15;
  options.requests = none;
  CapVolume *chest = cap_phantom_make(&options, NULL, NULL, &error);
  if (chest == NULL) {
    fprintf(stderr, "make_prior: %s\n", error->message);
    return 1;
  }
  CapPriorCase c;
  cap_prior_case_make(&c, chest);
  cap_prior_case_write(&c, argv[1]);
  cap_prior_case_clear(&c);
  return 0;
}
