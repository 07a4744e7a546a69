/* What the DCMTK shims of the network share; never included by C. */
#pragma once

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmnet/dcmtrans.h"
#include "dcmtk/dcmnet/dul.h"
#include "dcmtk/oflog/oflog.h"

#include <glib.h>
extern "C" {
#include "core/error.h"
#include "io/dcmtk_net.h"
}

#include <cstdarg>
#include <new>

inline void
cap_dcmtk_say(CapDcmtkOutcome *outcome, int code, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_vsnprintf(outcome->text, sizeof outcome->text, format, arguments);
  va_end(arguments);
  outcome->code = code;
}

/* Runs WORK; whatever it throws becomes an outcome. */
template <typename Work>
void
cap_dcmtk_net_guard(CapDcmtkOutcome *outcome, Work work)
{
  try {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    dcmDisableGethostbyaddr.set(OFTrue);
    outcome->code = 0;
    outcome->text[0] = '\0';
    work();
  } catch (const std::bad_alloc &) {
    cap_dcmtk_say(outcome, CAP_ERROR_MEMORY,
                  "not enough memory to talk to the archive");
  } catch (...) {
    cap_dcmtk_say(outcome, CAP_ERROR_INTERNAL,
                  "DCMTK failed while talking to the archive");
  }
}
