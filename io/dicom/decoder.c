/* Decoding: see decoder.h. */
#include "io/dicom/decoder.h"

#include "core/language.h"
#include "io/dicom/decode_worker.h"
#include "io/dicom/dicom_hu.h"
#include "io/worker_program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPLY_TIMEOUT_MS 60000
#define FIRST_FREE_FD 10 /* above the numbers the worker expects its own at */

struct CapDecoder {
  pid_t pid; /* 0: no worker */
  int socket, memory;
  int16_t *shared;
  gsize shared_bytes;
  char *program;
  uint8_t *stored; /* one native frame */
  gsize stored_bytes;
};

CapDecoder *
cap_decoder_new(void)
{
  CapDecoder *d = g_new0(CapDecoder, 1);
  d->socket = d->memory = -1;
  return d;
}

static void
stop_worker(CapDecoder *d)
{
  if (d->socket >= 0)
    close(d->socket);
  d->socket = -1;
  if (d->pid > 0) {
    kill(d->pid, SIGKILL);
    while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
      ;
  }
  d->pid = 0;
}

void
cap_decoder_free(CapDecoder *d)
{
  if (d == NULL)
    return;
  stop_worker(d);
  if (d->shared != NULL)
    munmap(d->shared, d->shared_bytes);
  if (d->memory >= 0)
    close(d->memory);
  g_free(d->program);
  g_free(d->stored);
  g_free(d);
}

char *
cap_decoder_find_worker(void)
{
  return cap_worker_program_find("capsight-dicom-worker",
                                 "CAPSIGHT_DICOM_WORKER");
}

/* ---- plain pixels ---- */

static CapDecodeResult
fail(char **why, const char *text)
{
  *why = g_strdup(text);
  return CAP_DECODE_FAILED;
}

static CapDecodeResult
read_native(CapDecoder *d, const CapDicomFile *file, const CapDicomFrame *frame,
            int16_t *hu, char **why)
{
  const gsize n = cap_dicom_stored_bytes(&file->pixels);
  if (d->stored_bytes < n) {
    g_free(d->stored);
    d->stored = g_try_malloc(n);
    d->stored_bytes = d->stored ? n : 0;
  }
  if (d->stored == NULL)
    return fail(why, N_("not enough memory"));
  const int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return fail(why, g_strerror(errno));
  gsize got = 0;
  while (got < n) {
    const gssize more =
        pread(fd, d->stored + got, n - got,
              file->prescan.pixel_offset + frame->frame * n + got);
    if (more < 0 && errno == EINTR)
      continue;
    if (more <= 0)
      break;
    got += more;
  }
  close(fd);
  if (got < n)
    return fail(why, N_("the pixel data runs past the end of the file"));
  cap_dicom_to_hu(&file->pixels, frame->slope, frame->intercept, d->stored, hu);
  return CAP_DECODED;
}

/* ---- the worker ---- */

static int
raised(int fd)
{
  const int high = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD) : -1;
  if (fd >= 0)
    close(fd);
  return high;
}

/* Shared memory for one plane; kept, and made larger when it has to be. */
static gboolean
share_memory(CapDecoder *d, gsize n_bytes)
{
  if (d->shared_bytes >= n_bytes)
    return TRUE;
  if (d->memory < 0)
    d->memory = raised(memfd_create("capsight-plane", MFD_CLOEXEC));
  if (d->memory < 0 || ftruncate(d->memory, n_bytes) != 0)
    return FALSE;
  if (d->shared != NULL)
    munmap(d->shared, d->shared_bytes);
  void *map =
      mmap(NULL, n_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, d->memory, 0);
  d->shared = map == MAP_FAILED ? NULL : map;
  d->shared_bytes = d->shared ? n_bytes : 0;
  return d->shared != NULL;
}

static gboolean
start_worker(CapDecoder *d)
{
  extern char **environ;
  int ends[2];
  if (d->program == NULL)
    d->program = cap_decoder_find_worker();
  if (d->program == NULL ||
      socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return FALSE;
  const int theirs = raised(ends[1]);
  d->socket = raised(ends[0]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs, CAP_WORKER_SOCKET_FD);
  posix_spawn_file_actions_adddup2(&actions, d->memory, CAP_WORKER_MEMORY_FD);
  char *const arguments[] = {d->program, NULL};
  const int failed =
      posix_spawn(&d->pid, d->program, &actions, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (theirs >= 0)
    close(theirs);
  if (failed != 0) {
    d->pid = 0;
    stop_worker(d);
  }
  return failed == 0;
}

static gboolean
ask_worker(CapDecoder *d, const CapWorkerRequest *request, gsize n_bytes,
           CapWorkerReply *reply)
{
  if (send(d->socket, request, n_bytes, MSG_NOSIGNAL) != (gssize)n_bytes)
    return FALSE;
  struct pollfd waiting = {.fd = d->socket, .events = POLLIN};
  int ready;
  while ((ready = poll(&waiting, 1, REPLY_TIMEOUT_MS)) < 0 && errno == EINTR)
    ;
  if (ready <= 0)
    return FALSE;
  return recv(d->socket, reply, sizeof *reply, 0) == sizeof *reply;
}

static CapDecodeResult
read_compressed(CapDecoder *d, const CapDicomFile *file,
                const CapDicomFrame *frame, int16_t *hu, char **why)
{
  const CapDicomPixels *p = &file->pixels;
  const gsize n_bytes = (gsize)p->rows * p->columns * sizeof *hu;
  const gsize path_bytes = strlen(file->path) + 1;
  CapWorkerReply reply = {0};
  if (path_bytes > CAP_WORKER_MAX_PATH)
    return fail(why, N_("its path is too long"));
  if (!share_memory(d, n_bytes))
    return fail(why, N_("not enough memory"));
  if (d->pid == 0 && !start_worker(d)) {
    *why = g_strdup(d->program ? d->program : "capsight-dicom-worker");
    return CAP_DECODE_NO_WORKER;
  }
  CapWorkerRequest request = {
      .pixels = *p,
      .slope = frame->slope,
      .intercept = frame->intercept,
      .frame = frame->frame,
      .is_j2k = g_str_has_prefix(file->prescan.transfer_syntax,
                                 "1.2.840.10008.1.2.4.9"),
  };
  memcpy(request.path, file->path, path_bytes);
  if (!ask_worker(d, &request,
                  G_STRUCT_OFFSET(CapWorkerRequest, path) + path_bytes,
                  &reply)) {
    stop_worker(d); /* the next slice gets a new one */
    return fail(why, N_("the decoder died on it"));
  }
  reply.why[sizeof reply.why - 1] = '\0';
  if (!reply.ok)
    return fail(why, reply.why);
  memcpy(hu, d->shared, n_bytes);
  return CAP_DECODED;
}

CapDecodeResult
cap_decoder_read(CapDecoder *d, const CapDicomFile *file,
                 const CapDicomFrame *frame, int16_t *hu, char **why)
{
  return cap_dicom_file_is_native(file)
             ? read_native(d, file, frame, hu, why)
             : read_compressed(d, file, frame, hu, why);
}
