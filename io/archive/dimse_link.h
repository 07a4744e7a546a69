/* CapDimseLink: one capsight-archive-worker at work on one request. */
#pragma once

#include "core/progress.h"
#include "io/archive/dimse_protocol.h"

typedef struct CapDimseLink CapDimseLink;

/* Starts a worker on REQUEST. PEER is the connection of a CAP_DIMSE_RECEIVE
 * (borrowed), else -1. Returns; NULL with CAP_ERROR_WORKER. */
CapDimseLink *cap_dimse_link_new(const CapDimseRequest *request, int peer,
                                 GError **error);
/* Ends the worker, whatever it is doing. */
void cap_dimse_link_free(CapDimseLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapDimseLink, cap_dimse_link_free)

/* Readable when an event is there. */
int cap_dimse_link_fd(const CapDimseLink *link);
/* The next event. FALSE with CAP_ERROR_WORKER when the worker died or says
 * what makes no sense, CAP_ERROR_CANCELLED. */
gboolean cap_dimse_link_next(CapDimseLink *link, CapDimseEvent *event,
                             const CapProgress *progress, GError **error);
/* N_BYTES of MESSAGE as the worker expects them; a worker that is gone shows at
 * the next event. */
void cap_dimse_link_send(CapDimseLink *link, const void *message,
                         gsize n_bytes);

/* CAP_DIMSE_DONE as an error; TRUE when all went well. */
gboolean cap_dimse_event_result(const CapDimseEvent *event, GError **error);
