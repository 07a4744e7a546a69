/* DCMTK shim for the network, receiving: see dcmtk_net.h. DCMTK's own storage
 * classes, which make file names of received text, are not used. */
#include "io/dcmtk_tls.hpp"

#include "dcmtk/dcmdata/dcostrmf.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmnet/assoc.h"
#include "dcmtk/dcmnet/dimse.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace
{

void
reject(T_ASC_Association *association, T_ASC_RejectParametersReason reason)
{
  const T_ASC_RejectParameters parameters = {ASC_RESULT_REJECTEDPERMANENT,
                                             ASC_SOURCE_SERVICEUSER, reason};
  ASC_rejectAssociation(association, &parameters);
}

/* AE titles are padded with spaces (PS3.8 9.3.2). */
bool
same_title(const char *a, const char *b)
{
  char *x = g_strstrip(g_strdup(a)), *y = g_strstrip(g_strdup(b));
  const bool same = strcmp(x, y) == 0;
  g_free(x);
  g_free(y);
  return same;
}

/* Storage in any transfer syntax the peer offers first: the bytes go to disk as
 * they are. And C-ECHO. */
void
accept_contexts(T_ASC_Association *association)
{
  const int n = ASC_countPresentationContexts(association->params);
  for (int i = 0; i < n; i++) {
    T_ASC_PresentationContext context;
    if (ASC_getPresentationContext(association->params, i, &context).bad() ||
        context.transferSyntaxCount < 1)
      continue;
    if (dcmIsaStorageSOPClassUID(context.abstractSyntax) ||
        strcmp(context.abstractSyntax, UID_VerificationSOPClass) == 0)
      ASC_acceptPresentationContext(association->params,
                                    context.presentationContextID,
                                    context.proposedTransferSyntaxes[0]);
  }
}

/* Whether the association is one we were told to expect. */
bool
admit(T_ASC_Association *association, const CapDimseRequest *r,
      CapDcmtkOutcome *outcome)
{
  char calling[20] = "", called[20] = "", responding[20] = "";
  ASC_getAPTitles(association->params, calling, sizeof calling, called,
                  sizeof called, responding, sizeof responding);
  if (!same_title(called, r->called)) {
    reject(association, ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED);
    cap_dcmtk_say(outcome, CAP_ERROR_ACCESS,
                  "a peer called us by another AE title");
    return false;
  }
  bool known = false;
  for (int i = 0; i < MIN(r->n_callers, CAP_DIMSE_MAX_CALLERS); i++)
    known = known || same_title(calling, r->callers[i]);
  if (!known) {
    reject(association, ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED);
    cap_dcmtk_say(outcome, CAP_ERROR_ACCESS,
                  "a peer has another AE title than expected");
    return false;
  }
  accept_contexts(association);
  ASC_setAPTitles(association->params, NULL, NULL, r->called);
  return ASC_acknowledgeAssociation(association).good();
}

struct Receiving {
  const CapDimseRequest *request;
  CapDcmtkOutcome *outcome;
  CapDcmtkFileFunc file;
  gpointer user_data;
  int number;
};

/* PATH could not be written to its end: says why. Writing once more tells. */
void
say_unwritten(const char *path, const CapDimseRequest *r,
              CapDcmtkOutcome *outcome)
{
  static const char more[65536] = "";
  const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
  ssize_t n = fd >= 0 ? 0 : -1;
  for (int i = 0; i < 2 && n >= 0; i++) /* the first one may be cut short */
    n = write(fd, more, sizeof more);
  const int cause = n < 0 ? errno : EIO;
  if (fd >= 0)
    close(fd);
  if (cause == EFBIG)
    cap_dcmtk_say(outcome, CAP_ERROR_LIMIT,
                  "%s:%d sends more than %zu bytes in one instance; "
                  "max-instance-gb in the list of "
                  "archives raises the limit",
                  r->host, r->port, (gsize)r->max_instance_bytes);
  else
    cap_dcmtk_say(outcome, CAP_ERROR_WRITE, "cannot write “%s”: %s", path,
                  g_strerror(cause));
}

OFCondition
receive_instance(T_ASC_Association *association, T_DIMSE_C_StoreRQ *rq,
                 T_ASC_PresentationContextID id, Receiving *receiving)
{
  const CapDimseRequest *r = receiving->request;
  char *path = g_strdup_printf("%s/%d", r->folder, receiving->number);
  DcmOutputFileStream *stream = NULL;
  T_DIMSE_C_StoreRSP response;
  memset(&response, 0, sizeof response);
  OFCondition status =
      DIMSE_createFilestream(path, rq, association, id, 1, &stream);
  bool unwritten = status.bad();
  T_ASC_PresentationContextID data_id = id;
  if (status.good()) {
    status =
        DIMSE_receiveDataSetInFile(association, DIMSE_NONBLOCKING, r->timeout_s,
                                   &data_id, stream, NULL, NULL);
    unwritten = status == DIMSE_OUTOFRESOURCES;
  } else {
    DIMSE_ignoreDataSet(association, DIMSE_NONBLOCKING, r->timeout_s, NULL,
                        NULL);
  }
  errno = 0;
  delete stream; /* written to its end before anybody hears of it */
  if (unwritten || errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
    say_unwritten(path, r, receiving->outcome);
    status = DIMSE_OUTOFRESOURCES;
  }
  g_free(path);
  response.DimseStatus = STATUS_STORE_Refused_OutOfResources;
  if (status.good())
    response.DimseStatus =
        (DIC_US)receiving->file(receiving->number++, receiving->user_data);
  response.MessageIDBeingRespondedTo = rq->MessageID;
  response.DataSetType = DIMSE_DATASET_NULL;
  OFStandard::strlcpy(response.AffectedSOPClassUID, rq->AffectedSOPClassUID,
                      sizeof response.AffectedSOPClassUID);
  OFStandard::strlcpy(response.AffectedSOPInstanceUID,
                      rq->AffectedSOPInstanceUID,
                      sizeof response.AffectedSOPInstanceUID);
  response.opts = O_STORE_AFFECTEDSOPCLASSUID | O_STORE_AFFECTEDSOPINSTANCEUID;
  const OFCondition sent =
      DIMSE_sendStoreResponse(association, id, rq, &response, NULL);
  return status.bad() ? status : sent;
}

/* One command after the other until the peer releases or goes quiet. */
OFCondition
serve(T_ASC_Association *association, Receiving *receiving)
{
  for (;;) {
    T_ASC_PresentationContextID id = 0;
    T_DIMSE_Message message;
    DcmDataset *detail = NULL;
    OFCondition status = DIMSE_receiveCommand(association, DIMSE_NONBLOCKING,
                                              receiving->request->timeout_s,
                                              &id, &message, &detail);
    delete detail;
    if (status.bad())
      return status;
    if (message.CommandField == DIMSE_C_STORE_RQ)
      status =
          receive_instance(association, &message.msg.CStoreRQ, id, receiving);
    else if (message.CommandField == DIMSE_C_ECHO_RQ)
      status = DIMSE_sendEchoResponse(association, id, &message.msg.CEchoRQ,
                                      STATUS_Success, NULL);
    else
      status = DIMSE_BADCOMMANDTYPE;
    if (status.bad())
      return status;
  }
}

} // namespace

extern "C" void
cap_dcmtk_net_receive(const CapDimseRequest *r, int fd, CapDcmtkFileFunc file,
                      gpointer user_data, CapDcmtkOutcome *outcome)
{
  cap_dcmtk_net_guard(outcome, [&] {
    T_ASC_Network *network = NULL;
    T_ASC_Association *association = NULL;
    std::unique_ptr<DcmTLSTransportLayer> layer;
    if (r->tls && !(layer = cap_dcmtk_tls_layer(r, outcome)))
      return;
    dcmExternalSocketHandle.set(fd);
    dcmSocketReceiveTimeout.set(r->timeout_s);
    OFCondition status =
        ASC_initializeNetwork(NET_ACCEPTOR, 0, r->timeout_s, &network);
    if (status.good() && r->tls)
      status = ASC_setTransportLayer(network, layer.get(), 0);
    if (status.good())
      status = ASC_receiveAssociation(network, &association, ASC_DEFAULTMAXPDU,
                                      NULL, NULL, r->tls ? OFTrue : OFFalse,
                                      DUL_NOBLOCK, r->timeout_s);
    if (status.good() && admit(association, r, outcome)) {
      Receiving receiving = {r, outcome, file, user_data, 1};
      status = serve(association, &receiving);
      if (status == DUL_PEERREQUESTEDRELEASE)
        ASC_acknowledgeRelease(association);
      else
        ASC_abortAssociation(association);
    }
    if (status.bad() && status != DUL_PEERREQUESTEDRELEASE &&
        outcome->code == 0 && !cap_dcmtk_tls_explain(r, status, outcome))
      cap_dcmtk_say(outcome, CAP_ERROR_UNREACHABLE,
                    "a peer's association broke: %s", status.text());
    ASC_dropSCPAssociation(association, 1);
    ASC_destroyAssociation(&association);
    ASC_dropNetwork(&network);
  });
}
