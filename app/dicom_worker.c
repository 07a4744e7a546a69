/* capsight-dicom-worker: decodes compressed DICOM frames for its parent. Not
 * for people: it talks over descriptors that the parent opened. */
#include "io/dicom/decode_worker.h"

#include <stdio.h>
#include <sys/socket.h>

int
main(void)
{
  int type = 0;
  socklen_t n = sizeof type;
  if (getsockopt(CAP_WORKER_SOCKET_FD, SOL_SOCKET, SO_TYPE, &type, &n) != 0 ||
      type != SOCK_SEQPACKET) {
    fprintf(stderr, "capsight-dicom-worker is started by capsight itself\n");
    return 2;
  }
  return cap_decode_worker_run();
}
