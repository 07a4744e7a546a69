/* Progress and cancel: see progress.h. */
#include "core/progress.h"

#include "core/error.h"

gboolean
cap_progress_step(const CapProgress *progress, const char *stage,
                  double fraction, GError **error)
{
  if (progress == NULL)
    return TRUE;
  if (progress->cancellable != NULL &&
      g_cancellable_is_cancelled(progress->cancellable)) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_CANCELLED,
                "interrupted while %s; nothing was kept", stage);
    return FALSE;
  }
  if (progress->func != NULL)
    progress->func(stage, CLAMP(fraction, 0.0, 1.0), progress->user_data);
  return TRUE;
}
