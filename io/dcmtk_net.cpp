/* DCMTK shim for the network: see dcmtk_net.h. C-GET, DCMTK's own storage
 * classes and everything that makes file names of received text are not used.
 */
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcostrmf.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmnet/assoc.h"
#include "dcmtk/dcmnet/dcmtrans.h"
#include "dcmtk/dcmnet/dimse.h"
#include "dcmtk/dcmnet/dul.h"
#include "dcmtk/dcmnet/scu.h"
#include "dcmtk/oflog/oflog.h"

#include <glib.h>
extern "C" {
#include "core/error.h"
#include "io/dcmtk_net.h"
#include "io/dicom/dicom_text.h"
}

#include <cstring>
#include <new>

namespace
{

const Uint32 max_value_bytes = 4096;

void
set_up()
{
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  dcmDisableGethostbyaddr.set(OFTrue);
}

void
say(CapDcmtkOutcome *outcome, int code, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_vsnprintf(outcome->text, sizeof outcome->text, format, arguments);
  va_end(arguments);
  outcome->code = code;
}

/* A failure to get an association, in our words. */
void
say_refused(CapDcmtkOutcome *outcome, const CapDimseRequest *r,
            const OFCondition &status)
{
  if (status == DUL_ASSOCIATIONREJECTED)
    say(outcome, CAP_ERROR_ACCESS,
        "%s:%d refuses the association from %s to %s: %s; do both AE titles "
        "agree with its configuration?",
        r->host, r->port, r->calling, r->called, status.text());
  else if (status == NET_EC_NoAcceptablePresentationContexts)
    say(outcome, CAP_ERROR_ANSWER, "%s:%d does not offer what was asked for",
        r->host, r->port);
  else
    say(outcome, CAP_ERROR_UNREACHABLE, "no association with %s:%d: %s",
        r->host, r->port, status.text());
}

void
say_broken(CapDcmtkOutcome *outcome, const CapDimseRequest *r,
           const OFCondition &status)
{
  say(outcome, CAP_ERROR_UNREACHABLE, "the association with %s:%d broke: %s",
      r->host, r->port, status.text());
}

/* ---- asking ---- */

class Scu : public DcmSCU
{
public:
  CapDcmtkRowFunc row = NULL;
  gpointer user_data = NULL;
  Uint16 status = 0, n_failed = 0;
  bool enough = false;

  void take(const DcmDataset *dataset);

protected:
  OFCondition
  handleFINDResponse(const T_ASC_PresentationContextID id, QRResponse *response,
                     OFBool &wait) override
  {
    const OFCondition result = DcmSCU::handleFINDResponse(id, response, wait);
    status = response->m_status;
    if (response->m_dataset != NULL && !enough)
      take(response->m_dataset);
    if (enough)
      wait = OFFalse;
    return result;
  }

  OFCondition
  handleMOVEResponse(const T_ASC_PresentationContextID id,
                     RetrieveResponse *response, OFBool &wait) override
  {
    const OFCondition result = DcmSCU::handleMOVEResponse(id, response, wait);
    status = response->m_status;
    n_failed = response->m_numberOfFailedSubops;
    return result;
  }
};

void
Scu::take(const DcmDataset *dataset)
{
  DcmDataset *set = const_cast<DcmDataset *>(dataset);
  OFString charset;
  char *texts[CAP_FIELD_N];
  set->findAndGetOFStringArray(DCM_SpecificCharacterSet, charset);
  for (int i = 0; i < CAP_FIELD_N; i++) {
    const guint32 tag = cap_archive_field((CapArchiveField)i)->tag;
    DcmElement *element = NULL;
    OFString text;
    gboolean replaced = FALSE;
    if (set->findAndGetElement(DcmTagKey(tag >> 16, tag & 0xffff), element)
            .good() &&
        element->getLength() <= max_value_bytes)
      element->getOFStringArray(text, OFFalse);
    texts[i] = cap_dicom_text_to_utf8(text.c_str(), charset.c_str(), &replaced);
  }
  enough = !row(texts, user_data);
  for (int i = 0; i < CAP_FIELD_N; i++)
    g_free(texts[i]);
}

OFList<OFString>
plain_syntaxes()
{
  OFList<OFString> list;
  list.push_back(UID_LittleEndianExplicitTransferSyntax);
  list.push_back(UID_LittleEndianImplicitTransferSyntax);
  return list;
}

/* Connects SCU with the contexts it was given. */
bool
connect(Scu &scu, const CapDimseRequest *r, CapDcmtkOutcome *outcome)
{
  scu.setPeerHostName(r->host);
  scu.setPeerPort((Uint16)r->port);
  scu.setPeerAETitle(r->called);
  scu.setAETitle(r->calling);
  scu.setConnectionTimeout(r->timeout_s);
  scu.setACSETimeout((Uint32)r->timeout_s);
  scu.setDIMSETimeout((Uint32)r->timeout_s);
  scu.setDIMSEBlockingMode(DIMSE_NONBLOCKING);
  OFCondition status = scu.initNetwork();
  if (status.good())
    status = scu.negotiateAssociation();
  if (status.bad())
    say_refused(outcome, r, status);
  return status.good();
}

/* The context of SOP_CLASS, or 0 with a sentence. */
T_ASC_PresentationContextID
context_of(Scu &scu, const CapDimseRequest *r, const char *sop_class,
           CapDcmtkOutcome *outcome)
{
  const T_ASC_PresentationContextID id =
      scu.findPresentationContextID(sop_class, "");
  if (id == 0)
    say(outcome, CAP_ERROR_ANSWER, "%s:%d does not offer %s", r->host, r->port,
        dcmFindNameOfUID(sop_class, sop_class));
  return id;
}

const char *
level_name(CapArchiveLevel level)
{
  return level == CAP_LEVEL_STUDY    ? "STUDY"
         : level == CAP_LEVEL_SERIES ? "SERIES"
                                     : "IMAGE";
}

void
put(DcmDataset &query, guint32 tag, const char *value)
{
  query.putAndInsertString(DcmTag(DcmTagKey(tag >> 16, tag & 0xffff)), value);
}

/* The identifier of a C-FIND (PS3.4 C.4.1.1.3): keys with a value match, the
 * others are asked for. */
void
fill_query(DcmDataset &query, const CapDimseRequest *r)
{
  bool ascii = true;
  query.putAndInsertString(DCM_QueryRetrieveLevel, level_name(r->level));
  for (int i = 0; i < CAP_FIELD_N; i++) {
    const CapArchiveFieldInfo *info = cap_archive_field((CapArchiveField)i);
    ascii = ascii && g_str_is_ascii(r->match[i]);
    if (r->match[i][0] != '\0' || info->level == r->level)
      put(query, info->tag, r->match[i]);
  }
  if (!ascii)
    query.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
}

/* Runs WORK; whatever it throws becomes an outcome. */
template <typename Work>
void
guard(CapDcmtkOutcome *outcome, Work work)
{
  try {
    set_up();
    outcome->code = 0;
    outcome->text[0] = '\0';
    work();
  } catch (const std::bad_alloc &) {
    say(outcome, CAP_ERROR_MEMORY, "not enough memory to talk to the archive");
  } catch (...) {
    say(outcome, CAP_ERROR_INTERNAL,
        "DCMTK failed while talking to the archive");
  }
}

} // namespace

extern "C" void
cap_dcmtk_net_echo(const CapDimseRequest *r, CapDcmtkOutcome *outcome)
{
  guard(outcome, [&] {
    Scu scu;
    scu.addPresentationContext(UID_VerificationSOPClass, plain_syntaxes());
    if (!connect(scu, r, outcome))
      return;
    const OFCondition status = scu.sendECHORequest(0);
    if (status.bad())
      say_broken(outcome, r, status);
    scu.releaseAssociation();
  });
}

extern "C" void
cap_dcmtk_net_find(const CapDimseRequest *r, CapDcmtkRowFunc row,
                   gpointer user_data, CapDcmtkOutcome *outcome)
{
  guard(outcome, [&] {
    Scu scu;
    scu.row = row;
    scu.user_data = user_data;
    const char *model = UID_FINDStudyRootQueryRetrieveInformationModel;
    scu.addPresentationContext(model, plain_syntaxes());
    if (!connect(scu, r, outcome))
      return;
    const T_ASC_PresentationContextID id = context_of(scu, r, model, outcome);
    DcmDataset query;
    fill_query(query, r);
    const OFCondition status =
        id != 0 ? scu.sendFINDRequest(id, &query, NULL) : EC_Normal;
    if (status.bad())
      say_broken(outcome, r, status);
    else if (id != 0 && !scu.enough && DICOM_WARNING_STATUS(scu.status) == 0 &&
             scu.status != STATUS_Success && !DICOM_PENDING_STATUS(scu.status))
      say(outcome, CAP_ERROR_ANSWER, "%s:%d refuses the search (status %04X)",
          r->host, r->port, scu.status);
    if (scu.enough || status.bad())
      scu.abortAssociation();
    else
      scu.releaseAssociation();
  });
}

extern "C" void
cap_dcmtk_net_move(const CapDimseRequest *r, CapDcmtkOutcome *outcome)
{
  guard(outcome, [&] {
    Scu scu;
    const char *model = UID_MOVEStudyRootQueryRetrieveInformationModel;
    scu.addPresentationContext(model, plain_syntaxes());
    if (!connect(scu, r, outcome))
      return;
    const T_ASC_PresentationContextID id = context_of(scu, r, model, outcome);
    DcmDataset query;
    query.putAndInsertString(DCM_QueryRetrieveLevel,
                             r->sop_uids[0] != '\0' ? "IMAGE" : "SERIES");
    query.putAndInsertString(DCM_StudyInstanceUID,
                             r->match[CAP_FIELD_STUDY_UID]);
    query.putAndInsertString(DCM_SeriesInstanceUID,
                             r->match[CAP_FIELD_SERIES_UID]);
    if (r->sop_uids[0] != '\0')
      query.putAndInsertString(DCM_SOPInstanceUID, r->sop_uids);
    const OFCondition status =
        id != 0 ? scu.sendMOVERequest(id, r->destination, &query, NULL)
                : EC_Normal;
    if (status.bad())
      say_broken(outcome, r, status);
    else if (id != 0 && scu.status == 0xA801)
      say(outcome, CAP_ERROR_ACCESS,
          "%s:%d does not know where AE title %s is: enter this machine and "
          "its "
          "receive-port there",
          r->host, r->port, r->destination);
    else if (id != 0 && scu.status != STATUS_Success && scu.status != 0xB000)
      say(outcome, CAP_ERROR_ANSWER,
          "%s:%d failed to send (status %04X, %u not sent); does it reach this "
          "machine's receive-port?",
          r->host, r->port, scu.status, scu.n_failed);
    scu.releaseAssociation();
  });
}

extern "C" void
cap_dcmtk_net_store(const CapDimseRequest *r, CapDcmtkNextFunc next,
                    CapDcmtkStoredFunc stored, gpointer user_data,
                    CapDcmtkOutcome *outcome)
{
  guard(outcome, [&] {
    Scu scu;
    for (int i = 0; i < MIN(r->n_contexts, CAP_DIMSE_MAX_CONTEXTS); i++) {
      OFList<OFString> syntaxes;
      syntaxes.push_back(r->contexts[i].transfer_syntax);
      scu.addPresentationContext(r->contexts[i].sop_class, syntaxes);
    }
    if (!connect(scu, r, outcome))
      return;
    CapDimseItem *item = g_new0(CapDimseItem, 1);
    OFCondition status = EC_Normal;
    while (status.good() && next(item, user_data)) {
      const T_ASC_PresentationContextID id =
          scu.findPresentationContextID(item->sop_class, item->transfer_syntax);
      Uint16 answer = STATUS_STORE_Refused_SOPClassNotSupported;
      if (id != 0)
        status = scu.sendSTORERequest(id, item->path, NULL, answer);
      if (status.good())
        stored(answer, user_data);
    }
    g_free(item);
    if (status.bad())
      say_broken(outcome, r, status);
    scu.releaseAssociation();
  });
}

/* ---- receiving ---- */

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
    say(outcome, CAP_ERROR_ACCESS, "a peer called us by another AE title");
    return false;
  }
  if (!same_title(calling, r->calling)) {
    reject(association, ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED);
    say(outcome, CAP_ERROR_ACCESS, "a peer has another AE title than expected");
    return false;
  }
  accept_contexts(association);
  ASC_setAPTitles(association->params, NULL, NULL, r->called);
  return ASC_acknowledgeAssociation(association).good();
}

struct Receiving {
  const CapDimseRequest *request;
  CapDcmtkFileFunc file;
  gpointer user_data;
  int number;
};

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
  g_free(path);
  T_ASC_PresentationContextID data_id = id;
  if (status.good())
    status =
        DIMSE_receiveDataSetInFile(association, DIMSE_NONBLOCKING, r->timeout_s,
                                   &data_id, stream, NULL, NULL);
  else if (DIMSE_ignoreDataSet(association, DIMSE_NONBLOCKING, r->timeout_s,
                               NULL, NULL)
               .bad())
    return status;
  delete stream; /* written to its end before anybody hears of it */
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
  guard(outcome, [&] {
    T_ASC_Network *network = NULL;
    T_ASC_Association *association = NULL;
    dcmExternalSocketHandle.set(fd);
    dcmSocketReceiveTimeout.set(r->timeout_s);
    OFCondition status =
        ASC_initializeNetwork(NET_ACCEPTOR, 0, r->timeout_s, &network);
    if (status.good())
      status =
          ASC_receiveAssociation(network, &association, ASC_DEFAULTMAXPDU, NULL,
                                 NULL, OFFalse, DUL_NOBLOCK, r->timeout_s);
    if (status.good() && admit(association, r, outcome)) {
      Receiving receiving = {r, file, user_data, 1};
      status = serve(association, &receiving);
      if (status == DUL_PEERREQUESTEDRELEASE)
        ASC_acknowledgeRelease(association);
      else
        ASC_abortAssociation(association);
    }
    if (status.bad() && status != DUL_PEERREQUESTEDRELEASE)
      say(outcome, CAP_ERROR_UNREACHABLE, "a peer's association broke: %s",
          status.text());
    ASC_dropSCPAssociation(association, 1);
    ASC_destroyAssociation(&association);
    ASC_dropNetwork(&network);
  });
}
