/* run_archive_server FOLDER [FAULT [N [CERTIFICATE KEY [CA]]]]: a DICOMweb
 * archive (whose clients need a certificate of CA) of FOLDER's files with FAULT
 * (as archive_server.h names them) for the next N requests, until stdin closes.
 * Prints its URL. For shell tests. */
#include "tests/support/archive_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
  if (argc < 2) {
    fprintf(stderr, "usage: run_archive_server FOLDER [FAULT [N [CERTIFICATE "
                    "KEY [CA]]]]\n");
    return 2;
  }
  CapArchiveServer *server = cap_archive_server_new(
      argv[1], argc > 5 ? argv[4] : NULL, argc > 5 ? argv[5] : NULL);
  if (argc > 6) {
    g_autofree char *ca = g_canonicalize_filename(argv[6], NULL);
    cap_archive_server_ask(server, ca);
  }
  const int fault =
      argc > 2 ? cap_archive_server_fault_named(argv[2]) : CAP_FAULT_NONE;
  if (fault < 0)
    return 2;
  cap_archive_server_set_fault(server, fault, argc > 3 ? atoi(argv[3]) : -1,
                               NULL);
  printf("%s\n", cap_archive_server_url(server));
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0)
    ;
  cap_archive_server_free(server);
  return 0;
}
