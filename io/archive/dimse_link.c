/* A worker at work: see dimse_link.h. */
#include "io/archive/dimse_link.h"

#include "core/error.h"
#include "io/worker_program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_FREE_FD 10 /* above the numbers the worker expects its own at */
#define LOOK_MS 200      /* between looks at the cancellable */

struct CapDimseLink {
  pid_t pid;
  int socket;
};

static gboolean
spawn(CapDimseLink *link, const char *program, int theirs, int peer)
{
  extern char **environ;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs, CAP_DIMSE_SOCKET_FD);
  if (peer >= 0)
    posix_spawn_file_actions_adddup2(&actions, peer, CAP_DIMSE_PEER_FD);
  char *const arguments[] = {(char *)program, NULL};
  const int failed =
      posix_spawn(&link->pid, program, &actions, NULL, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    link->pid = 0;
  return failed == 0;
}

CapDimseLink *
cap_dimse_link_new(const CapDimseRequest *request, int peer, GError **error)
{
  g_autoptr(CapDimseLink) link = g_new0(CapDimseLink, 1);
  g_autofree char *program = cap_worker_program_find("capsight-archive-worker",
                                                     "CAPSIGHT_ARCHIVE_WORKER");
  int ends[2] = {-1, -1};
  link->socket = -1;
  gboolean started = FALSE;
  if (program != NULL &&
      socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0) {
    const int theirs = fcntl(ends[1], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    const int high =
        peer >= 0 ? fcntl(peer, F_DUPFD_CLOEXEC, FIRST_FREE_FD) : -1;
    link->socket = ends[0];
    started = theirs >= 0 && spawn(link, program, theirs, high);
    close(ends[1]);
    if (theirs >= 0)
      close(theirs);
    if (high >= 0)
      close(high);
  }
  if (!started) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_WORKER,
                "%s cannot be started: it should lie beside capsight",
                program != NULL ? program : "capsight-archive-worker");
    return NULL;
  }
  cap_dimse_link_send(link, request, sizeof *request);
  return g_steal_pointer(&link);
}

void
cap_dimse_link_free(CapDimseLink *link)
{
  if (link == NULL)
    return;
  if (link->socket >= 0)
    close(link->socket);
  if (link->pid > 0) {
    kill(link->pid, SIGKILL);
    while (waitpid(link->pid, NULL, 0) < 0 && errno == EINTR)
      ;
  }
  g_free(link);
}

int
cap_dimse_link_fd(const CapDimseLink *link)
{
  return link->socket;
}

void
cap_dimse_link_send(CapDimseLink *link, const void *message, gsize n_bytes)
{
  gssize n;
  do
    n = send(link->socket, message, n_bytes, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
}

static gboolean
is_sound(const CapDimseEvent *event, gssize n)
{
  const gssize head = G_STRUCT_OFFSET(CapDimseEvent, text);
  return n >= head && event->n_text >= 0 && event->n_text == n - head &&
         (event->n_text == 0 || event->text[event->n_text - 1] == '\0');
}

gboolean
cap_dimse_link_next(CapDimseLink *link, CapDimseEvent *event,
                    const CapProgress *progress, GError **error)
{
  for (;;) {
    struct pollfd waiting = {.fd = link->socket, .events = POLLIN};
    const int ready = poll(&waiting, 1, LOOK_MS);
    if (progress != NULL && progress->cancellable != NULL &&
        g_cancellable_is_cancelled(progress->cancellable)) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_CANCELLED,
                  "interrupted while talking to the archive");
      return FALSE;
    }
    if (ready > 0)
      break;
  }
  const gssize n = recv(link->socket, event, sizeof *event, 0);
  if (is_sound(event, n))
    return TRUE;
  g_set_error(error, CAP_ERROR, CAP_ERROR_WORKER,
              "the process that talks to the archive died; nothing it was at "
              "counts as done");
  return FALSE;
}

gboolean
cap_dimse_event_result(const CapDimseEvent *event, GError **error)
{
  if (event->number == 0)
    return TRUE;
  const gboolean known =
      event->number >= CAP_ERROR_USAGE && event->number <= CAP_ERROR_ANSWER;
  g_autofree char *valid =
      g_utf8_make_valid(event->n_text > 0 ? event->text : "?", -1);
  for (char *p = valid; *p != '\0'; p++)
    if ((guchar)*p < 0x20)
      *p = ' ';
  g_set_error_literal(error, CAP_ERROR,
                      known ? event->number : CAP_ERROR_INTERNAL, valid);
  return FALSE;
}
