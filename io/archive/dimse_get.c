/* DIMSE: fetching (C-MOVE), and the storage SCP that it needs.
 *
 * This process listens and accepts, and looks at nothing but the peer's
 * address (senders.h); each connection gets a worker of its own, which speaks
 * DIMSE, checks the AE titles and writes into a folder of its own. What a
 * worker has written is looked at as everything from an archive is
 * (received.h). The SCP exists while a get runs, if the settings give it a
 * port. */
#include "io/archive/dimse.h"

#include "core/error.h"
#include "core/language.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>

#define MAX_OF_ONE_SENDER 4
#define MAX_RECEIVERS (MAX_OF_ONE_SENDER * (CAP_SENDERS_MAX + 1))
#define LOOK_MS 200
#define DRAIN_LOOKS                                                            \
  50 /* after the archive says that it has sent everything                     \
      */

enum { STATUS_OK = 0, STATUS_OUT_OF_RESOURCES = 0xA700 };

/* A connection and the worker that serves it. */
typedef struct {
  CapDimseLink *link;
  int sender; /* its number in the list of senders */
  char *inbox;
} Receiver;

static void
receiver_free(Receiver *receiver)
{
  cap_dimse_link_free(receiver->link);
  g_free(receiver->inbox);
  g_free(receiver);
}

typedef struct {
  CapDimse *dimse;
  CapReceived *received;
  const CapProgress *progress;
  CapDimseLink *move;
  GPtrArray *receivers; /* of Receiver */
  gboolean moved;       /* the move is over */
  GError *refused;      /* why the move failed */
  GError *turned_away;  /* why the last sender without luck had none */
  CapDimseEvent *event;
} Getting;

/* ---- listening ---- */

/* The archive and those whom the settings add. */
static gboolean
find_senders(CapDimse *dimse, GError **error)
{
  const CapArchiveSettings *s = dimse->archive.settings;
  g_autoptr(GPtrArray) all =
      g_ptr_array_new_with_free_func((GDestroyNotify)cap_sender_free);
  g_ptr_array_add(all, cap_sender_new(s->host, s->ae_title));
  for (guint i = 0; s->receive_from != NULL && i < s->receive_from->len; i++) {
    const CapSender *other = s->receive_from->pdata[i];
    g_ptr_array_add(all, cap_sender_new(other->host, other->ae_title));
  }
  if (!cap_senders_resolve(all, error))
    return FALSE;
  dimse->senders = g_steal_pointer(&all);
  return TRUE;
}

static gboolean
start_listening(CapDimse *dimse, GError **error)
{
  const CapArchiveSettings *s = dimse->archive.settings;
  g_autoptr(GError) cause = NULL;
  if (dimse->listener != NULL)
    return TRUE;
  if (s->receive_port == 0) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CONFIG,
                "archive “%s” sends images to a port of this machine: set "
                "receive-port, and enter it there for AE title %s",
                s->name, s->own_ae_title);
    return FALSE;
  }
  if (dimse->senders == NULL && !find_senders(dimse, error))
    return FALSE;
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string(
      s->receive_address, (guint)s->receive_port);
  g_autoptr(GSocket) listener =
      g_socket_new(g_socket_address_get_family(address), G_SOCKET_TYPE_STREAM,
                   G_SOCKET_PROTOCOL_TCP, &cause);
  if (listener == NULL || !g_socket_bind(listener, address, TRUE, &cause) ||
      !g_socket_listen(listener, &cause)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_OUTPUT,
                "cannot receive at %s port %d: %s", s->receive_address,
                s->receive_port, cause->message);
    return FALSE;
  }
  g_socket_set_blocking(listener, FALSE);
  dimse->listener = g_steal_pointer(&listener);
  return TRUE;
}

/* ---- connections ---- */

/* Whether sender number SENDER has fewer connections than one may have. As
 * everybody has a number of his own, nobody can keep others out. */
static gboolean
has_room(const Getting *g, int sender)
{
  int n = 0;
  for (guint i = 0; i < g->receivers->len; i++)
    n += ((Receiver *)g->receivers->pdata[i])->sender == sender;
  return n < MAX_OF_ONE_SENDER;
}

/* What a worker needs to serve PEER: the titles of those at its address. */
static CapDimseRequest *
receive_request(const Getting *g, GInetAddress *peer, const char *inbox)
{
  const CapDimse *dimse = g->dimse;
  CapDimseRequest *r = cap_dimse_request(&dimse->archive, CAP_DIMSE_RECEIVE);
  for (int i = 0; (i = cap_senders_find(dimse->senders, peer, (guint)i)) >= 0;
       i++) {
    const CapSender *sender = dimse->senders->pdata[i];
    g_strlcpy(r->callers[r->n_callers++], sender->ae_title, 17);
  }
  g_strlcpy(r->called, dimse->archive.settings->own_ae_title, 17);
  g_strlcpy(r->folder, inbox, sizeof r->folder);
  return r;
}

/* Takes the connection that waits; whoever may not connect is let go without a
 * word. */
static gboolean
accept_one(Getting *g, GError **error)
{
  g_autoptr(GSocket) socket = g_socket_accept(g->dimse->listener, NULL, NULL);
  g_autoptr(GSocketAddress) from =
      socket != NULL ? g_socket_get_remote_address(socket, NULL) : NULL;
  if (from == NULL || !G_IS_INET_SOCKET_ADDRESS(from))
    return TRUE;
  GInetAddress *peer =
      g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(from));
  const int sender = cap_senders_find(g->dimse->senders, peer, 0);
  if (sender < 0 || !has_room(g, sender))
    return TRUE;
  g_autofree char *inbox = cap_received_inbox(g->received, error);
  if (inbox == NULL)
    return FALSE;
  g_autofree CapDimseRequest *request = receive_request(g, peer, inbox);
  /* GSocket's descriptors never block, DCMTK's have to. */
  const int fd = g_socket_get_fd(socket);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  CapDimseLink *link = cap_dimse_link_new(request, fd, error);
  if (link == NULL)
    return FALSE;
  Receiver *receiver = g_new0(Receiver, 1);
  *receiver = (Receiver){link, sender, g_steal_pointer(&inbox)};
  g_ptr_array_add(g->receivers, receiver);
  return TRUE;
}

/* Whether CAUSE would meet the next sender, too. */
static gboolean
is_ours(const GError *cause)
{
  return g_error_matches(cause, CAP_ERROR, CAP_ERROR_WRITE) ||
         g_error_matches(cause, CAP_ERROR, CAP_ERROR_LIMIT);
}

/* What a receiver says; *OVER when it is done or dead, which costs its
 * association only, unless nobody could have done better. */
static gboolean
hear_receiver(Getting *g, Receiver *receiver, gboolean *over, GError **error)
{
  g_autoptr(GError) cause = NULL;
  *over = !cap_dimse_link_next(receiver->link, g->event, NULL, &cause) ||
          g->event->kind != CAP_DIMSE_FILE;
  if (*over) {
    if (cause == NULL && cap_dimse_event_result(g->event, &cause))
      return TRUE;
    if (is_ours(cause)) {
      g_propagate_error(error, g_steal_pointer(&cause));
      return FALSE;
    }
    g_clear_error(&g->turned_away);
    g->turned_away = g_steal_pointer(&cause);
    return TRUE;
  }
  g_autofree char *path =
      g_strdup_printf("%s/%d", receiver->inbox, g->event->number);
  const gboolean kept = cap_received_take(g->received, path, error);
  const int status = kept ? STATUS_OK : STATUS_OUT_OF_RESOURCES;
  cap_dimse_link_send(receiver->link, &status, sizeof status);
  return kept && cap_received_step(g->received, g->progress, error);
}

static gboolean
hear_move(Getting *g, GError **error)
{
  if (!cap_dimse_link_next(g->move, g->event, g->progress, error))
    return FALSE;
  if (g->event->kind != CAP_DIMSE_DONE)
    return TRUE;
  g->moved = TRUE;
  return cap_dimse_event_result(g->event, &g->refused) ||
         g->refused->code == CAP_ERROR_ANSWER ||
         (g_propagate_error(error, g_steal_pointer(&g->refused)), FALSE);
}

/* ---- one move ---- */

/* Waits for whoever has something to say and hears them. *QUIET when nobody
 * had. */
static gboolean
turn(Getting *g, gboolean *quiet, GError **error)
{
  struct pollfd waiting[2 + MAX_RECEIVERS];
  const guint n = g->receivers->len;
  waiting[0] =
      (struct pollfd){g->moved ? -1 : cap_dimse_link_fd(g->move), POLLIN, 0};
  waiting[1] = (struct pollfd){g_socket_get_fd(g->dimse->listener), POLLIN, 0};
  for (guint i = 0; i < n; i++) {
    const Receiver *receiver = g->receivers->pdata[i];
    waiting[2 + i] =
        (struct pollfd){cap_dimse_link_fd(receiver->link), POLLIN, 0};
  }
  *quiet = poll(waiting, 2 + n, LOOK_MS) <= 0;
  if (*quiet)
    return cap_received_step(g->received, g->progress, error);
  for (guint i = n; i-- > 0;) {
    gboolean over = FALSE;
    if (waiting[2 + i].revents != 0 &&
        !hear_receiver(g, g->receivers->pdata[i], &over, error))
      return FALSE;
    if (over)
      g_ptr_array_remove_index(g->receivers, i);
  }
  if (waiting[1].revents != 0 && !accept_one(g, error))
    return FALSE;
  return waiting[0].revents == 0 || hear_move(g, error);
}

/* Until the move is over and the connections it made are, too. */
static gboolean
run(Getting *g, GError **error)
{
  for (int n_quiet = 0; !g->moved || g->receivers->len > 0;) {
    gboolean quiet = FALSE;
    if (!turn(g, &quiet, error))
      return FALSE;
    n_quiet = quiet && g->moved ? n_quiet + 1 : 0;
    if (n_quiet > DRAIN_LOOKS)
      break;
  }
  return TRUE;
}

/* Moves series SERIES, or only those of UIDS (backslash-separated) of it. */
static gboolean
move(CapArchive *archive, const CapArchiveRow *series, const char *uids,
     CapReceived *received, const CapProgress *progress, GError **error)
{
  Getting g = {
      .dimse = (CapDimse *)archive, .received = received, .progress = progress};
  g_autofree CapDimseRequest *request =
      cap_dimse_request(archive, CAP_DIMSE_MOVE);
  g_autofree CapDimseEvent *event = g_new0(CapDimseEvent, 1);
  g_autoptr(GPtrArray) receivers =
      g_ptr_array_new_with_free_func((GDestroyNotify)receiver_free);
  g_strlcpy(request->match[CAP_FIELD_STUDY_UID],
            series->text[CAP_FIELD_STUDY_UID], 65);
  g_strlcpy(request->match[CAP_FIELD_SERIES_UID],
            series->text[CAP_FIELD_SERIES_UID], 65);
  g_strlcpy(request->sop_uids, uids, sizeof request->sop_uids);
  g_autoptr(CapDimseLink) link = cap_dimse_link_new(request, -1, error);
  if (link == NULL)
    return FALSE;
  g.move = link;
  g.event = event;
  g.receivers = receivers;
  const int before = cap_received_n_new(received);
  gboolean ok = run(&g, error);
  if (ok && g.refused != NULL && cap_received_n_new(received) == before) {
    if (g.turned_away != NULL)
      g_set_error(error, CAP_ERROR, g.refused->code, "%s; on this machine: %s",
                  g.refused->message, g.turned_away->message);
    else
      g_propagate_error(error, g_steal_pointer(&g.refused));
    ok = FALSE;
  }
  g_clear_error(&g.refused);
  g_clear_error(&g.turned_away);
  return ok;
}

/* UIDs of SOP_UIDS that are not there, from *AT on, as many as one move takes.
 */
static char *
missing_uids(const GPtrArray *sop_uids, const CapReceived *received, guint *at)
{
  GString *uids = g_string_new(NULL);
  for (int n = 0; *at < sop_uids->len && n < CAP_DIMSE_MAX_UIDS - 1; (*at)++)
    if (!cap_received_has(received, sop_uids->pdata[*at])) {
      g_string_append_printf(uids, "%s%s", n++ > 0 ? "\\" : "",
                             (char *)sop_uids->pdata[*at]);
    }
  return g_string_free(uids, FALSE);
}

gboolean
cap_dimse_get_series(CapArchive *archive, const CapArchiveRow *series,
                     const GPtrArray *sop_uids, CapReceived *received,
                     const CapProgress *progress, GError **error)
{
  guint there = 0;
  for (guint i = 0; i < sop_uids->len; i++)
    there += cap_received_has(received, sop_uids->pdata[i]);
  if (there == sop_uids->len)
    return TRUE;
  if (!start_listening((CapDimse *)archive, error))
    return FALSE;
  if (there == 0)
    return move(archive, series, "", received, progress, error);
  for (guint at = 0; at < sop_uids->len;) {
    g_autofree char *uids = missing_uids(sop_uids, received, &at);
    if (*uids != '\0' &&
        !move(archive, series, uids, received, progress, error))
      return FALSE;
  }
  return TRUE;
}
