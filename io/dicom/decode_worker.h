/* The inside of capsight-dicom-worker, and the messages it understands. */
#pragma once

#include "io/dicom/dicom_file.h"

#define CAP_WORKER_SOCKET_FD 3
#define CAP_WORKER_MEMORY_FD 4
#define CAP_WORKER_MAX_PATH 4096

typedef struct {
  CapDicomPixels pixels;
  double slope, intercept;
  int frame;
  gboolean is_j2k;
  char path[CAP_WORKER_MAX_PATH]; /* sent up to its terminator */
} CapWorkerRequest;

typedef struct {
  gboolean ok; /* HU are in the shared memory */
  char why[200];
} CapWorkerReply;

/* Serves requests until the other end closes. Returns the exit status. */
int cap_decode_worker_run(void);
