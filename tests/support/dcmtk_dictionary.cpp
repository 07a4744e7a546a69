/* DCMTK's data dictionary: see dcmtk_dictionary.h. */
#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

extern "C" {
#include "tests/support/dcmtk_dictionary.h"
}

extern "C" gboolean
cap_test_dictionary(guint32 tag, const char **vr, const char **keyword)
{
  DcmTag found(DcmTagKey((Uint16)(tag >> 16), (Uint16)(tag & 0xffff)));
  if (found.error().bad() || found.getEVR() == EVR_UNKNOWN ||
      found.getEVR() == EVR_UN)
    return FALSE;
  *vr = g_intern_string(found.getVRName());
  *keyword = g_intern_string(found.getTagName());
  return TRUE;
}
