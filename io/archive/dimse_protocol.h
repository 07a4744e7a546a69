/* What the program and capsight-archive-worker say to each other over a
 * SOCK_SEQPACKET pair: one request, then events one way and items or replies
 * the other. Every message has a fixed size or a bound; the program believes
 * no length and no text of the worker, which has talked to strangers. */
#pragma once

#include "io/archive/archive.h"
#include "io/archive/senders.h"

#define CAP_DIMSE_SOCKET_FD 3
#define CAP_DIMSE_PEER_FD 4 /* CAP_DIMSE_RECEIVE: the accepted connection */

#define CAP_DIMSE_MAX_CONTEXTS 100
#define CAP_DIMSE_MAX_CALLERS (CAP_SENDERS_MAX + 1)
#define CAP_DIMSE_MAX_UIDS 100 /* of one move */
#define CAP_DIMSE_MAX_PATH 4096

typedef enum {
  CAP_DIMSE_ECHO,
  CAP_DIMSE_FIND,
  CAP_DIMSE_MOVE,
  CAP_DIMSE_STORE,
  CAP_DIMSE_RECEIVE, /* be the storage SCP of one association */
} CapDimseOperation;

typedef struct {
  CapDimseOperation operation;
  char host[256];
  int port, timeout_s;
  gboolean tls, tls_verify;
  /* PEM files; "" for the system's authorities, and for nothing to show */
  char ca[CAP_DIMSE_MAX_PATH], certificate[CAP_DIMSE_MAX_PATH];
  char key[CAP_DIMSE_MAX_PATH];
  char called[17], calling[17]; /* AE titles */
  int n_callers;                /* of a CAP_DIMSE_RECEIVE: whose associations */
  char callers[CAP_DIMSE_MAX_CALLERS][17]; /* are accepted, if they call us
                                              CALLED */
  char destination[17];                    /* of a move: our SCP */
  CapArchiveLevel level;
  char match[CAP_FIELD_N][260];
  char sop_uids[CAP_DIMSE_MAX_UIDS * 65]; /* of a move; "" for the series */
  char folder[CAP_DIMSE_MAX_PATH];        /* where received files go */
  guint64 max_instance_bytes;
  int n_contexts; /* of a store */
  struct {
    char sop_class[65], transfer_syntax[65];
  } contexts[CAP_DIMSE_MAX_CONTEXTS];
} CapDimseRequest;

/* An instance to be sent. */
typedef struct {
  char path[CAP_DIMSE_MAX_PATH];
  char sop_class[65], sop_uid[65], transfer_syntax[65];
} CapDimseItem;

typedef enum {
  CAP_DIMSE_ROW,    /* text: CAP_FIELD_N texts, each with its zero */
  CAP_DIMSE_FILE,   /* number: folder/NUMBER is whole; answer with a status */
  CAP_DIMSE_STORED, /* number: status of the item sent last */
  CAP_DIMSE_DONE,   /* number: 0 or a CapErrorCode; text: a sentence */
} CapDimseEventKind;

typedef struct {
  CapDimseEventKind kind;
  int number;
  int n_text;
  char text[24576];
} CapDimseEvent; /* sent up to the end of its text */
