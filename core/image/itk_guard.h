/* For the ITK shims alone: whatever ITK throws becomes a GError. */
#pragma once

extern "C" {
#include "core/error.h"
}

#include <itkMacro.h>
#include <new>

inline gboolean
cap_itk_fail(GError **error, const char *what, const char *why)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_INTERNAL, "%s failed in ITK: %s",
              what, why);
  return FALSE;
}

inline gboolean
cap_itk_fail_memory(GError **error, const char *what)
{
  g_set_error(error, CAP_ERROR, CAP_ERROR_MEMORY, "not enough memory for %s",
              what);
  return FALSE;
}

/* Runs BODY; WHAT is for the message. */
template <typename Body>
gboolean
cap_itk_guarded(const char *what, GError **error, Body body)
{
  try {
    body();
    return TRUE;
  } catch (const std::bad_alloc &) {
    return cap_itk_fail_memory(error, what);
  } catch (const itk::MemoryAllocationError &) {
    return cap_itk_fail_memory(error, what);
  } catch (const itk::ExceptionObject &e) {
    return cap_itk_fail(error, what, e.GetDescription());
  } catch (const std::exception &e) {
    return cap_itk_fail(error, what, e.what());
  } catch (...) {
    return cap_itk_fail(error, what, "unknown exception");
  }
}
