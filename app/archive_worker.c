/* capsight-archive-worker: talks DIMSE to archives for its parent. Not for
 * people: it talks over descriptors that the parent opened. */
#include "io/archive/dimse_protocol.h"
#include "io/archive/dimse_worker.h"

#include <stdio.h>
#include <sys/socket.h>

int
main(void)
{
  int type = 0;
  socklen_t n = sizeof type;
  if (getsockopt(CAP_DIMSE_SOCKET_FD, SOL_SOCKET, SO_TYPE, &type, &n) != 0 ||
      type != SOCK_SEQPACKET) {
    fprintf(stderr, "capsight-archive-worker is started by capsight itself\n");
    return 2;
  }
  return cap_dimse_worker_run();
}
