/* What the DCMTK shims of reports share; never included by C. */
#pragma once

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

extern "C" {
#include "core/error.h"
#include "io/dcmtk_object.h"
}

#include <exception>
#include <new>
#include <string>

struct CapDcmtkObject {
  DcmFileFormat file;
  std::string fault; /* the first thing that went wrong */
};

/* Runs WORK; an exception becomes an error that says what could not be done. */
template <typename Work>
bool
cap_dcmtk_guard(const char *what, GError **error, Work work)
{
  try {
    return work();
  } catch (const std::bad_alloc &) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY,
                "not enough memory to handle %s", what);
  } catch (const std::exception &e) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL, "%s: %s", what, e.what());
  } catch (...) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL, "%s failed", what);
  }
  return false;
}
