/* The inside of capsight-archive-worker. */
#pragma once

/* Serves the one request that comes over CAP_DIMSE_SOCKET_FD. Returns the exit
 * status. */
int cap_dimse_worker_run(void);
