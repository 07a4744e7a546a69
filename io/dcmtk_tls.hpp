/* DIMSE inside TLS (PS3.15 B.10): the transport layer of an association, and
 * what was wrong with it in words. Never included by C. */
#pragma once

#include "io/dcmtk_net.hpp"

#include "dcmtk/dcmtls/tlslayer.h"

#include <memory>

/* The layer that R asks for: of a client, or of a server for a
 * CAP_DIMSE_RECEIVE. Unless R says otherwise the other side has to show a
 * certificate that its authority signed, and a server's has to be for R's host.
 * NULL with an OUTCOME when R's files cannot be used. A process makes one. */
std::unique_ptr<DcmTLSTransportLayer>
cap_dcmtk_tls_layer(const CapDimseRequest *r, CapDcmtkOutcome *outcome);

/* Whether TLS is why an association ended with STATUS; OUTCOME says how. */
bool cap_dcmtk_tls_explain(const CapDimseRequest *r, const OFCondition &status,
                           CapDcmtkOutcome *outcome);
