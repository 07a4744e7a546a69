/* make-weights FILE: an untrained network's weights, for tests that need a
 * weights file but not its judgement. */
#include "io/weights.h"
#include "models/capsnet.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  CapCapsnetOptions options = cap_capsnet_options_default();
  options.max_batch = 1;
  g_autoptr(CapCapsnet) net =
      cap_capsnet_new(CAP_GRAPH_INFER, &options, &error);
  if (argc == 2 && net != NULL &&
      cap_weights_save(net->graph, NULL, argv[1], &error))
    return 0;
  fprintf(stderr, "make-weights: %s\n", error ? error->message : "FILE?");
  return 1;
}
