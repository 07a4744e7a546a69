/* How every part of ours that reads DICOM wants DCMTK; never included by C. */
#pragma once

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcobject.h"
#include "dcmtk/oflog/oflog.h"

/* DCMTK's warnings about odd input would end up on stderr; what matters is
 * noted as an irregularity instead. Elements that a former owner of the file
 * stored as UN get the VR of the dictionary back. */
inline void
cap_dcmtk_set_up()
{
  static const bool once = [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    dcmEnableUnknownVRConversion.set(OFTrue);
    return true;
  }();
  (void)once;
}
