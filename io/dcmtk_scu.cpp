/* DCMTK shim for the network, asking: see dcmtk_net.h. C-GET is not used. */
#include "io/dcmtk_tls.hpp"

#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmnet/scu.h"

extern "C" {
#include "io/dicom/dicom_text.h"
}

namespace
{

const Uint32 max_value_bytes = 4096;

/* A failure to get an association, in our words. */
void
say_refused(CapDcmtkOutcome *outcome, const CapDimseRequest *r,
            const OFCondition &status)
{
  if (cap_dcmtk_tls_explain(r, status, outcome))
    return;
  if (status == DUL_ASSOCIATIONREJECTED)
    cap_dcmtk_say(
        outcome, CAP_ERROR_ACCESS,
        "%s:%d refuses the association from %s to %s: %s; do both AE titles "
        "agree with its configuration?",
        r->host, r->port, r->calling, r->called, status.text());
  else if (status == NET_EC_NoAcceptablePresentationContexts)
    cap_dcmtk_say(outcome, CAP_ERROR_ANSWER,
                  "%s:%d does not offer what was asked for", r->host, r->port);
  else if (status == DUL_PEERABORTEDASSOCIATION)
    cap_dcmtk_say(
        outcome, CAP_ERROR_UNREACHABLE,
        "no association with %s:%d: %s; if it speaks TLS, set tls=yes", r->host,
        r->port, status.text());
  else
    cap_dcmtk_say(outcome, CAP_ERROR_UNREACHABLE,
                  "no association with %s:%d: %s", r->host, r->port,
                  status.text());
}

void
say_broken(CapDcmtkOutcome *outcome, const CapDimseRequest *r,
           const OFCondition &status)
{
  cap_dcmtk_say(outcome, CAP_ERROR_UNREACHABLE,
                "the association with %s:%d broke: %s", r->host, r->port,
                status.text());
}

class Scu : public DcmSCU
{
public:
  CapDcmtkRowFunc row = NULL;
  gpointer user_data = NULL;
  Uint16 status = 0, n_failed = 0;
  bool enough = false;

  /* Everything it says from now on goes through LAYER. */
  OFCondition
  secure(std::unique_ptr<DcmTLSTransportLayer> through)
  {
    layer = std::move(through);
    return useSecureConnection(layer.get());
  }
  void take(const DcmDataset *dataset);

private:
  std::unique_ptr<DcmTLSTransportLayer> layer;

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
  dcmSocketReceiveTimeout.set(r->timeout_s); /* of a handshake, too */
  scu.setACSETimeout((Uint32)r->timeout_s);
  scu.setDIMSETimeout((Uint32)r->timeout_s);
  scu.setDIMSEBlockingMode(DIMSE_NONBLOCKING);
  OFCondition status = scu.initNetwork();
  if (status.good() && r->tls) {
    std::unique_ptr<DcmTLSTransportLayer> layer =
        cap_dcmtk_tls_layer(r, outcome);
    if (!layer)
      return false;
    status = scu.secure(std::move(layer));
  }
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
    cap_dcmtk_say(outcome, CAP_ERROR_ANSWER, "%s:%d does not offer %s", r->host,
                  r->port, dcmFindNameOfUID(sop_class, sop_class));
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

} // namespace

extern "C" void
cap_dcmtk_net_echo(const CapDimseRequest *r, CapDcmtkOutcome *outcome)
{
  cap_dcmtk_net_guard(outcome, [&] {
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
  cap_dcmtk_net_guard(outcome, [&] {
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
      cap_dcmtk_say(outcome, CAP_ERROR_ANSWER,
                    "%s:%d refuses the search (status %04X)", r->host, r->port,
                    scu.status);
    if (scu.enough || status.bad())
      scu.abortAssociation();
    else
      scu.releaseAssociation();
  });
}

extern "C" void
cap_dcmtk_net_move(const CapDimseRequest *r, CapDcmtkOutcome *outcome)
{
  cap_dcmtk_net_guard(outcome, [&] {
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
      cap_dcmtk_say(
          outcome, CAP_ERROR_ACCESS,
          "%s:%d does not know where AE title %s is: enter this machine and "
          "its "
          "receive-port there",
          r->host, r->port, r->destination);
    else if (id != 0 && scu.status != STATUS_Success && scu.status != 0xB000)
      cap_dcmtk_say(
          outcome, CAP_ERROR_ANSWER,
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
  cap_dcmtk_net_guard(outcome, [&] {
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
