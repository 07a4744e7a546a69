/* Decoding worker: see decode_worker.h. */
#include "io/dicom/decode_worker.h"

#include "core/language.h"
#include "io/confine.h"
#include "io/dcmtk_pixels.h"
#include "io/dicom/dicom_hu.h"
#include "io/dicom/j2k.h"

#include <errno.h>
#include <malloc.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ADDRESS_BYTES (G_GUINT64_CONSTANT(6) << 30)

typedef struct {
  CapDcmtkPixels *open; /* the file of the last request: frames come in rows */
  char *path;
  int16_t *shared;
  gsize shared_bytes;
} Worker;

/* ---- confinement ---- */

#if !defined(__SANITIZE_ADDRESS__)
/* No sockets, no programs, no signals to others, nothing opened for writing. */
static void
forbid_calls(void)
{
  static const int forbidden[] = {
      SCMP_SYS(socket),   SCMP_SYS(connect),
      SCMP_SYS(bind),     SCMP_SYS(listen),
      SCMP_SYS(accept),   SCMP_SYS(accept4),
      SCMP_SYS(execve),   SCMP_SYS(execveat),
      SCMP_SYS(fork),     SCMP_SYS(vfork),
      SCMP_SYS(ptrace),   SCMP_SYS(kill),
      SCMP_SYS(tkill),    SCMP_SYS(unlink),
      SCMP_SYS(unlinkat), SCMP_SYS(rename),
      SCMP_SYS(renameat), SCMP_SYS(renameat2),
      SCMP_SYS(mkdir),    SCMP_SYS(chmod),
      SCMP_SYS(fchmod),   SCMP_SYS(truncate),
      SCMP_SYS(creat),    SCMP_SYS(mount),
      SCMP_SYS(bpf),      SCMP_SYS(process_vm_writev)};
  cap_confine_forbid(forbidden, G_N_ELEMENTS(forbidden));
  cap_confine_forbid_writing();
}
#endif

static void
confine(void)
{
  signal(SIGINT, SIG_IGN); /* Ctrl-C is the parent's business */
  /* Codecs take and drop the same few hundred kilobytes for every slice: keep
   * them instead of mapping and clearing pages each time. */
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  cap_confine_limit(RLIMIT_CORE, 0);
  cap_confine_limit(RLIMIT_FSIZE, 0);
  cap_confine_limit(RLIMIT_NOFILE, 32);
#if !defined(__SANITIZE_ADDRESS__)
  /* A sanitizer needs terabytes of address space and calls of its own. */
  cap_confine_limit(RLIMIT_AS, MAX_ADDRESS_BYTES);
  forbid_calls();
#endif
}

/* ---- decoding ---- */

static gboolean
open_file(Worker *w, const char *path, char **why)
{
  if (w->open != NULL && g_strcmp0(w->path, path) == 0)
    return TRUE;
  cap_dcmtk_pixels_close(w->open);
  g_free(w->path);
  w->path = g_strdup(path);
  w->open = cap_dcmtk_pixels_open(path, why);
  return w->open != NULL;
}

static gboolean
decode_j2k(Worker *w, const CapWorkerRequest *request, uint8_t *stored,
           char **why)
{
  const CapDicomPixels *p = &request->pixels;
  const gsize n = (gsize)p->rows * p->columns;
  gsize n_bytes = 0;
  g_autofree uint8_t *bytes =
      cap_dcmtk_pixels_codestream(w->open, request->frame, &n_bytes, why);
  g_autofree int32_t *values = g_try_new(int32_t, n);
  if (bytes == NULL || values == NULL ||
      !cap_j2k_decode(bytes, n_bytes, p->rows, p->columns, values, why))
    return FALSE;
  const int size = p->bits_allocated / 8;
  for (gsize i = 0; i < n; i++)
    for (int b = 0; b < size; b++)
      stored[i * size + b] = (uint32_t)values[i] >> (8 * b);
  return TRUE;
}

static gboolean
decode(Worker *w, CapWorkerRequest *request, char **why)
{
  CapDicomPixels *p = &request->pixels;
  const gsize n = (gsize)p->rows * p->columns;
  if (n * sizeof(int16_t) > w->shared_bytes) {
    *why = g_strdup(N_("its frame is larger than announced"));
    return FALSE;
  }
  if (!open_file(w, request->path, why))
    return FALSE;
  gsize n_bytes =
      MAX(cap_dicom_stored_bytes(p), cap_dcmtk_pixels_frame_bytes(w->open));
  n_bytes += n_bytes & 1;
  g_autofree uint8_t *stored = g_try_malloc0(n_bytes);
  if (stored == NULL) {
    *why = g_strdup(N_("not enough memory"));
    return FALSE;
  }
  p->big_endian = FALSE; /* both decoders deliver host order */
  if (request->is_j2k ? !decode_j2k(w, request, stored, why)
                      : !cap_dcmtk_pixels_decode(w->open, request->frame,
                                                 stored, n_bytes, why))
    return FALSE;
  cap_dicom_to_hu(p, request->slope, request->intercept, stored, w->shared);
  return TRUE;
}

/* Maps the shared memory again when the parent has made it larger. */
static void
map_shared(Worker *w)
{
  struct stat about;
  if (fstat(CAP_WORKER_MEMORY_FD, &about) != 0 ||
      (gsize)about.st_size == w->shared_bytes)
    return;
  if (w->shared != NULL)
    munmap(w->shared, w->shared_bytes);
  void *map = mmap(NULL, about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                   CAP_WORKER_MEMORY_FD, 0);
  w->shared = map == MAP_FAILED ? NULL : map;
  w->shared_bytes = w->shared ? about.st_size : 0;
}

int
cap_decode_worker_run(void)
{
  Worker worker = {0};
  CapWorkerRequest request;
  confine();
  for (;;) {
    const gssize n = recv(CAP_WORKER_SOCKET_FD, &request, sizeof request, 0);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= (gssize)G_STRUCT_OFFSET(CapWorkerRequest, path))
      return n == 0 ? 0 : 2;
    request.path[sizeof request.path - 1] = '\0';
    map_shared(&worker);
    g_autofree char *why = NULL;
    CapWorkerReply reply = {.ok = decode(&worker, &request, &why)};
    g_strlcpy(reply.why, why ? why : "", sizeof reply.why);
    if (send(CAP_WORKER_SOCKET_FD, &reply, sizeof reply, MSG_NOSIGNAL) < 0)
      return 0;
  }
}
