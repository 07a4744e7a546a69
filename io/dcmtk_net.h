/* The DCMTK shim for the network: what capsight-archive-worker does, and no
 * other program. C in, C out, no exception leaves it. */
#pragma once

#include "io/archive/dimse_protocol.h"

/* Why an operation ended; CODE is 0 or a CapErrorCode. */
typedef struct {
  int code;
  char text[600];
} CapDcmtkOutcome;

/* TEXT: CAP_FIELD_N texts in UTF-8. FALSE ends the search. */
typedef gboolean (*CapDcmtkRowFunc)(const char *const *text,
                                    gpointer user_data);
/* The next instance to send; FALSE when there is none. */
typedef gboolean (*CapDcmtkNextFunc)(CapDimseItem *item, gpointer user_data);
/* STATUS of the instance sent last. */
typedef void (*CapDcmtkStoredFunc)(int status, gpointer user_data);
/* A file is whole; returns the status for the sender. */
typedef int (*CapDcmtkFileFunc)(int number, gpointer user_data);

void cap_dcmtk_net_echo(const CapDimseRequest *request,
                        CapDcmtkOutcome *outcome);
void cap_dcmtk_net_find(const CapDimseRequest *request, CapDcmtkRowFunc row,
                        gpointer user_data, CapDcmtkOutcome *outcome);
void cap_dcmtk_net_move(const CapDimseRequest *request,
                        CapDcmtkOutcome *outcome);
void cap_dcmtk_net_store(const CapDimseRequest *request, CapDcmtkNextFunc next,
                         CapDcmtkStoredFunc stored, gpointer user_data,
                         CapDcmtkOutcome *outcome);
/* Serves the one association on the connected socket FD. */
void cap_dcmtk_net_receive(const CapDimseRequest *request, int fd,
                           CapDcmtkFileFunc file, gpointer user_data,
                           CapDcmtkOutcome *outcome);
