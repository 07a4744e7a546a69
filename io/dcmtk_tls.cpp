/* DIMSE inside TLS: see dcmtk_tls.hpp. DCMTK makes the connections; what it
 * leaves out is set in OpenSSL's context: host names, strength of certificates,
 * and why a handshake failed. */
#include "io/dcmtk_tls.hpp"

#include "core/language.h"
#include "dcmtk/dcmdata/dcerror.h"
#include "dcmtk/dcmnet/cond.h"

#include <openssl/ssl.h>

#include <cstring>
#include <ctime>

namespace
{

/* What the handshake of this process has shown. */
struct {
  int fault;          /* X509_V_ERR_… of the other side's certificate, or 0 */
  char not_after[16]; /* of that certificate, 2026-01-31 */
  int alert;          /* the last fatal one of the other side, or 0 */
  bool complete;      /* we were content */
  bool asked;         /* for a certificate of ours, which nobody gave us */
} seen;

/* Keeps the first fault of a certificate. */
int
judge(int ok, X509_STORE_CTX *context)
{
  if (ok || seen.fault != 0)
    return ok;
  seen.fault = X509_STORE_CTX_get_error(context);
  const X509 *certificate = X509_STORE_CTX_get_current_cert(context);
  struct tm end;
  if (certificate != NULL &&
      ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end))
    strftime(seen.not_after, sizeof seen.not_after, "%Y-%m-%d", &end);
  return ok;
}

void
watch(const SSL *ssl, int where, int value)
{
  if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT &&
      value >> 8 == SSL3_AL_FATAL)
    seen.alert = value & 0xff;
  seen.complete |= (where & SSL_CB_HANDSHAKE_DONE) != 0;
}

int
note_asked(SSL *ssl, X509 **certificate, EVP_PKEY **key)
{
  seen.asked = true;
  return 0; /* go on without one */
}

/* Our certificate and key; text of what is wrong with them, or NULL. */
const char *
show_own(DcmTLSTransportLayer &layer, const CapDimseRequest *r)
{
  if (r->certificate[0] == '\0')
    return NULL;
  layer.setPrivateKeyPasswd(""); /* nobody is asked at a terminal */
  if (layer.setCertificateFile(r->certificate, DCF_Filetype_PEM).bad())
    return "certificate cannot be used";
  if (layer.setPrivateKeyFile(r->key, DCF_Filetype_PEM).bad())
    return "key cannot be used: is it that of the certificate, in PEM and "
           "without a password?";
  return NULL;
}

/* Whom we believe. */
const char *
trust(DcmTLSTransportLayer &layer, const CapDimseRequest *r)
{
  SSL_CTX *context = layer.getNativeHandle();
  if (!r->tls_verify) {
    layer.setCertificateVerification(DCV_ignoreCertificate);
    return NULL;
  }
  if (r->ca[0] == '\0'
          ? SSL_CTX_set_default_verify_paths(context) != 1
          : layer.addTrustedCertificateFile(r->ca, DCF_Filetype_PEM).bad())
    return "ca cannot be used";
  layer.setCertificateVerification(DCV_requireCertificate);
  SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), judge);
  if (r->operation == CAP_DIMSE_RECEIVE) /* known by address and titles */
    return NULL;
  X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(context);
  return X509_VERIFY_PARAM_set1_ip_asc(parameters, r->host) == 1 ||
                 X509_VERIFY_PARAM_set1_host(parameters, r->host, 0) == 1
             ? NULL
             : "host cannot be compared with a certificate";
}

/* The words for FAULT; followed by a date when it has expired. */
const char *
words_of(int fault, bool of_server)
{
  switch (fault) {
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return N_("has expired");
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return N_("is not valid yet");
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return N_("is for another host");
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    return of_server ? N_("is signed by nobody this machine trusts; name the "
                          "authority's file with ca (--ca)")
                     : N_("is signed by nobody that ca has");
  case X509_V_ERR_INVALID_PURPOSE:
    return of_server ? N_("is not one of a server")
                     : N_("is not one of a client");
  default:
    return X509_verify_cert_error_string(fault);
  }
}

/* How the other side is called in a sentence. */
const char *
name_of(const CapDimseRequest *r, char *name, gsize n)
{
  if (r->operation == CAP_DIMSE_RECEIVE)
    return "a sender";
  g_snprintf(name, n, "%s:%d", r->host, r->port);
  return name;
}

/* Whether STATUS is a connection that broke, not an answer. */
bool
is_broken(const OFCondition &status)
{
  return status.module() == OFM_dcmtls ||
         (status.module() == OFM_dcmnet &&
          (status.code() == DULC_TLSERROR || status.code() == DULC_TCPIOERROR ||
           status.code() == DULC_PEERABORTEDASSOCIATION ||
           status.code() == DULC_NETWORKCLOSED));
}

bool
about_ours(int alert)
{
  return alert == SSL_AD_CERTIFICATE_REQUIRED || alert == SSL_AD_UNKNOWN_CA ||
         (alert >= SSL_AD_BAD_CERTIFICATE &&
          alert <= SSL_AD_CERTIFICATE_UNKNOWN);
}

} // namespace

std::unique_ptr<DcmTLSTransportLayer>
cap_dcmtk_tls_layer(const CapDimseRequest *r, CapDcmtkOutcome *outcome)
{
  DcmTLSTransportLayer::initializeOpenSSL();
  std::unique_ptr<DcmTLSTransportLayer> layer(new DcmTLSTransportLayer(
      r->operation == CAP_DIMSE_RECEIVE ? NET_ACCEPTOR : NET_REQUESTOR, NULL,
      OFFalse));
  SSL_CTX *context = layer->getNativeHandle();
  const char *fault = "TLS cannot be set up";
  if (context != NULL) {
    SSL_CTX_set_security_level(context, 2); /* DCMTK allows everything */
    SSL_CTX_set_info_callback(context, watch);
    SSL_CTX_set_client_cert_cb(context, note_asked);
    fault = layer->setTLSProfile(TSP_Profile_BCP195_ND).bad() ||
                    layer->activateCipherSuites().bad()
                ? fault
                : show_own(*layer, r);
  }
  if (fault == NULL)
    fault = trust(*layer, r);
  if (fault == NULL)
    return layer;
  cap_dcmtk_say(outcome, CAP_ERROR_CONFIG, "TLS with %s:%d: %s", r->host,
                r->port, fault);
  return NULL;
}

bool
cap_dcmtk_tls_explain(const CapDimseRequest *r, const OFCondition &status,
                      CapDcmtkOutcome *outcome)
{
  char buffer[300];
  const char *name = name_of(r, buffer, sizeof buffer);
  if (!r->tls)
    return false;
  if (seen.fault != 0) {
    g_autofree char *words =
        seen.fault == X509_V_ERR_CERT_HAS_EXPIRED
            ? g_strdup_printf(N_("has expired on %s"), seen.not_after)
            : g_strdup(words_of(seen.fault, r->operation != CAP_DIMSE_RECEIVE));
    cap_dcmtk_say(outcome, CAP_ERROR_ACCESS,
                  "the certificate of %s %s; nothing was exchanged", name,
                  words);
  } else if (seen.asked && (seen.alert != 0 || is_broken(status))) {
    cap_dcmtk_say(outcome, CAP_ERROR_ACCESS,
                  "%s wants a certificate of ours: set certificate and key",
                  name);
  } else if (about_ours(seen.alert)) {
    cap_dcmtk_say(outcome, CAP_ERROR_ACCESS,
                  "%s does not accept our certificate (%s)", name,
                  SSL_alert_desc_string_long(seen.alert));
  } else if (seen.complete && is_broken(status)) {
    cap_dcmtk_say(outcome, CAP_ERROR_UNREACHABLE,
                  "%s ended the connection (%s): does it accept our "
                  "certificate?",
                  name, status.text());
  } else if (is_broken(status)) {
    cap_dcmtk_say(outcome, CAP_ERROR_ACCESS,
                  "no TLS with %s (%s): does it speak TLS at this port?", name,
                  status.text());
  } else {
    return false;
  }
  return true;
}
