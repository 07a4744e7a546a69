/* The inside of capsight-archive-worker: see dimse_worker.h. */
#include "io/archive/dimse_worker.h"

#include "core/error.h"
#include "io/archive/dimse_protocol.h"
#include "io/confine.h"
#include "io/dcmtk_net.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define MAX_ADDRESS_BYTES (G_GUINT64_CONSTANT(6) << 30)
#define MAX_FILES 64

/* ---- confinement ---- */

#if !defined(__SANITIZE_ADDRESS__)
/* No programs, no signals to others, no changes to files that are there. */
static void
forbid_always(void)
{
  static const int calls[] = {SCMP_SYS(execve),
                              SCMP_SYS(execveat),
                              SCMP_SYS(fork),
                              SCMP_SYS(vfork),
                              SCMP_SYS(ptrace),
                              SCMP_SYS(kill),
                              SCMP_SYS(tkill),
                              SCMP_SYS(unlink),
                              SCMP_SYS(unlinkat),
                              SCMP_SYS(rename),
                              SCMP_SYS(renameat),
                              SCMP_SYS(renameat2),
                              SCMP_SYS(mkdir),
                              SCMP_SYS(mkdirat),
                              SCMP_SYS(chmod),
                              SCMP_SYS(fchmod),
                              SCMP_SYS(fchmodat),
                              SCMP_SYS(truncate),
                              SCMP_SYS(link),
                              SCMP_SYS(linkat),
                              SCMP_SYS(symlink),
                              SCMP_SYS(symlinkat),
                              SCMP_SYS(mount),
                              SCMP_SYS(bpf),
                              SCMP_SYS(bind),
                              SCMP_SYS(listen),
                              SCMP_SYS(accept),
                              SCMP_SYS(accept4),
                              SCMP_SYS(process_vm_writev)};
  cap_confine_forbid(calls, G_N_ELEMENTS(calls));
}

/* Who only receives opens no connection of its own. */
static void
forbid_connecting(void)
{
  static const int calls[] = {SCMP_SYS(socket), SCMP_SYS(connect)};
  cap_confine_forbid(calls, G_N_ELEMENTS(calls));
}

#endif

static void
confine(const CapDimseRequest *request)
{
  const gboolean receives = request->operation == CAP_DIMSE_RECEIVE;
  signal(SIGINT, SIG_IGN); /* Ctrl-C is the parent's business */
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN); /* a file over the limit is a write error */
  cap_confine_limit(RLIMIT_CORE, 0);
  cap_confine_limit(RLIMIT_FSIZE, receives ? request->max_instance_bytes : 0);
  cap_confine_limit(RLIMIT_NOFILE, MAX_FILES);
#if !defined(__SANITIZE_ADDRESS__)
  cap_confine_limit(RLIMIT_AS, MAX_ADDRESS_BYTES);
  forbid_always();
  if (receives)
    forbid_connecting();
  else /* who asks and sends opens nothing for writing */
    cap_confine_forbid_writing();
#endif
}

/* ---- events ---- */

static gboolean
send_event(const CapDimseEvent *event)
{
  const gsize n = G_STRUCT_OFFSET(CapDimseEvent, text) + (gsize)event->n_text;
  gssize sent;
  do
    sent = send(CAP_DIMSE_SOCKET_FD, event, n, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == (gssize)n;
}

static gboolean
receive(void *message, gsize n_bytes)
{
  gssize n;
  do
    n = recv(CAP_DIMSE_SOCKET_FD, message, n_bytes, 0);
  while (n < 0 && errno == EINTR);
  return n == (gssize)n_bytes;
}

static gboolean
on_row(const char *const *text, gpointer user_data)
{
  CapDimseEvent *event = user_data;
  event->kind = CAP_DIMSE_ROW;
  event->n_text = 0;
  for (int i = 0; i < CAP_FIELD_N; i++) {
    const gsize n = strlen(text[i]) + 1;
    const gboolean fits = event->n_text + n + CAP_FIELD_N < sizeof event->text;
    memcpy(event->text + event->n_text, fits ? text[i] : "", fits ? n : 1);
    event->n_text += fits ? (int)n : 1;
  }
  return send_event(event);
}

static gboolean
on_next(CapDimseItem *item, gpointer user_data)
{
  if (!receive(item, sizeof *item))
    return FALSE;
  item->path[sizeof item->path - 1] = '\0';
  item->sop_class[64] = item->sop_uid[64] = item->transfer_syntax[64] = '\0';
  return item->path[0] != '\0';
}

static void
on_stored(int status, gpointer user_data)
{
  CapDimseEvent *event = user_data;
  event->kind = CAP_DIMSE_STORED;
  event->number = status;
  event->n_text = 0;
  send_event(event);
}

static int
on_file(int number, gpointer user_data)
{
  enum { OUT_OF_RESOURCES = 0xA700 };
  CapDimseEvent *event = user_data;
  int status = OUT_OF_RESOURCES;
  event->kind = CAP_DIMSE_FILE;
  event->number = number;
  event->n_text = 0;
  return send_event(event) && receive(&status, sizeof status)
             ? status
             : OUT_OF_RESOURCES;
}

/* ---- the request ---- */

static void
terminate(CapDimseRequest *r)
{
  r->host[sizeof r->host - 1] = r->folder[sizeof r->folder - 1] = '\0';
  r->ca[sizeof r->ca - 1] = r->certificate[sizeof r->certificate - 1] = '\0';
  r->key[sizeof r->key - 1] = '\0';
  r->called[16] = r->calling[16] = r->destination[16] = '\0';
  r->sop_uids[sizeof r->sop_uids - 1] = '\0';
  for (int i = 0; i < CAP_DIMSE_MAX_CALLERS; i++)
    r->callers[i][16] = '\0';
  for (int i = 0; i < CAP_FIELD_N; i++)
    r->match[i][sizeof r->match[i] - 1] = '\0';
  for (int i = 0; i < CAP_DIMSE_MAX_CONTEXTS; i++)
    r->contexts[i].sop_class[64] = r->contexts[i].transfer_syntax[64] = '\0';
}

int
cap_dimse_worker_run(void)
{
  g_autofree CapDimseRequest *request = g_new0(CapDimseRequest, 1);
  g_autofree CapDimseEvent *event = g_new0(CapDimseEvent, 1);
  CapDcmtkOutcome outcome = {CAP_ERROR_INTERNAL, "unknown operation"};
  if (!receive(request, sizeof *request))
    return 2;
  terminate(request);
  confine(request);
  switch (request->operation) {
  case CAP_DIMSE_ECHO:
    cap_dcmtk_net_echo(request, &outcome);
    break;
  case CAP_DIMSE_FIND:
    cap_dcmtk_net_find(request, on_row, event, &outcome);
    break;
  case CAP_DIMSE_MOVE:
    cap_dcmtk_net_move(request, &outcome);
    break;
  case CAP_DIMSE_STORE:
    cap_dcmtk_net_store(request, on_next, on_stored, event, &outcome);
    break;
  case CAP_DIMSE_RECEIVE:
    cap_dcmtk_net_receive(request, CAP_DIMSE_PEER_FD, on_file, event, &outcome);
    break;
  }
  event->kind = CAP_DIMSE_DONE;
  event->number = outcome.code;
  event->n_text = (int)strlen(outcome.text) + 1;
  memcpy(event->text, outcome.text, (gsize)event->n_text);
  if (!send_event(event))
    return 1;
  /* Leaving with messages unread would take the last event away from the
   * parent: it ends us when it has heard it. */
  while (recv(CAP_DIMSE_SOCKET_FD, event, sizeof *event, 0) > 0)
    ;
  return 0;
}
