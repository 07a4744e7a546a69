/* DCMTK's context groups, for comparison with our codes. */
#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmsr/cmr/cid100.h"
#include "dcmtk/dcmsr/cmr/cid244.h"
#include "dcmtk/dcmsr/cmr/cid29.h"
#include "dcmtk/dcmsr/cmr/cid4031.h"
#include "dcmtk/dcmsr/cmr/cid5000.h"
#include "dcmtk/dcmsr/cmr/cid7021.h"
#include "dcmtk/dcmsr/cmr/cid7181.h"
#include "dcmtk/dcmsr/cmr/cid7464.h"
#include "dcmtk/dcmsr/cmr/cid7469.h"

extern "C" {
#include "tests/support/dcmtk_codes.h"
}

namespace
{

/* The search is protected; a group of our own may ask it. */
template <typename Group> class Open : public Group
{
public:
  bool
  find(const DSRCodedEntryValue &code, char **meaning) const
  {
    DSRCodedEntryValue found;
    if (Group::findCodedEntry(code, &found).bad())
      return false;
    *meaning = g_strdup(found.getCodeMeaning().c_str());
    return true;
  }
};

template <typename Group>
bool
find(const DSRCodedEntryValue &code, char **meaning)
{
  return Open<Group>().find(code, meaning);
}

} // namespace

extern "C" char *
cap_test_dcmtk_meaning(const char *value, const char *scheme)
{
  char *meaning = NULL;
  const DSRCodedEntryValue code(value, scheme, "any");
  find<CMR_CID100>(code, &meaning) || find<CMR_CID244>(code, &meaning) ||
      find<CMR_CID29>(code, &meaning) || find<CMR_CID4031>(code, &meaning) ||
      find<CID5000_Languages>(code, &meaning) ||
      find<CMR_CID7021>(code, &meaning) || find<CMR_CID7181>(code, &meaning) ||
      find<CMR_CID7464>(code, &meaning) || find<CMR_CID7469>(code, &meaning);
  return meaning;
}
