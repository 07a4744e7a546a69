/* Errors: see error.h. */
#include "core/error.h"

#include <gio/gio.h>

G_DEFINE_QUARK(cap-error-quark, cap_error)

static const struct {
  const char *name;
  int exit_status;
} codes[] = {
    [CAP_ERROR_USAGE] = {"CAP-001", 2},
    [CAP_ERROR_DATA] = {"CAP-002", 65},
    [CAP_ERROR_NO_INPUT] = {"CAP-003", 66},
    [CAP_ERROR_UNSUPPORTED] = {"CAP-004", 66},
    [CAP_ERROR_WORKER] = {"CAP-005", 69},
    [CAP_ERROR_INTERNAL] = {"CAP-006", 70},
    [CAP_ERROR_OUTPUT] = {"CAP-007", 73},
    [CAP_ERROR_WRITE] = {"CAP-008", 74},
    [CAP_ERROR_CANCELLED] = {"CAP-009", 130},
    [CAP_ERROR_LIMIT] = {"CAP-010", 65},
    [CAP_ERROR_MEMORY] = {"CAP-011", 70},
    [CAP_ERROR_WEIGHTS] = {"CAP-012", 65},
    [CAP_ERROR_CONFIG] = {"CAP-013", 2},
    [CAP_ERROR_UNREACHABLE] = {"CAP-014", 69},
    [CAP_ERROR_ACCESS] = {"CAP-015", 77},
    [CAP_ERROR_ANSWER] = {"CAP-016", 76},
};

static int
known_code(int code)
{
  return code >= 1 && code < (int)G_N_ELEMENTS(codes) ? code
                                                      : CAP_ERROR_INTERNAL;
}

const char *
cap_error_name(int code)
{
  return codes[known_code(code)].name;
}

int
cap_error_exit_status(const GError *error)
{
  if (error == NULL)
    return 0;
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return 130;
  int code = error->domain == CAP_ERROR ? error->code : CAP_ERROR_INTERNAL;
  return codes[known_code(code)].exit_status;
}
