/* make-weights FILE [KIND]: an untrained network's weights, for tests that need
 * a weights file but not its judgement. */
#include "io/weights.h"
#include "models/network.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  CapNetworkOptions options = cap_network_options_default();
  options.max_batch = 1;
  options.width = argc == 3 ? 4 : 0; /* not the capsule network: small */
  if (argc == 3)
    options.kind = cap_network_kind_find(argv[2]);
  g_autoptr(CapNetwork) net =
      cap_network_new(CAP_GRAPH_INFER, &options, &error);
  g_autoptr(GHashTable) metadata = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(metadata, (char *)"architecture",
                      (char *)options.kind->architecture);
  if (argc == 3)
    g_hash_table_insert(metadata, (char *)"width", (char *)"4");
  if ((argc == 2 || argc == 3) && net != NULL &&
      cap_weights_save(net->graph, metadata, argv[1], &error))
    return 0;
  fprintf(stderr, "make-weights: %s\n", error ? error->message : "FILE?");
  return 1;
}
