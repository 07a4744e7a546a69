/* Units: see unit.h. */
#include "core/image/unit.h"

const char *
cap_unit_value(unsigned unknown)
{
  return unknown & CAP_UNKNOWN_HU ? "" : "HU";
}

const char *
cap_unit_after_value(unsigned unknown)
{
  return unknown & CAP_UNKNOWN_HU ? "" : " HU";
}

const char *
cap_unit_length(unsigned unknown)
{
  return unknown & CAP_UNKNOWN_MM ? "px" : "mm";
}
