/* A reader's own category: see override.h. */
#include "core/guidelines/override.h"

CapOverride *
cap_override_new(const char *category, const char *reason, const char *by,
                 const char *at)
{
  CapOverride *override = g_new(CapOverride, 1);
  override->category = g_strdup(category);
  override->reason = g_strdup(reason);
  override->by = g_strdup(by ? by : "");
  override->at = g_strdup(at ? at : "");
  return override;
}

CapOverride *
cap_override_copy(const CapOverride *from)
{
  return cap_override_new(from->category, from->reason, from->by, from->at);
}

void
cap_override_free(CapOverride *override)
{
  if (override == NULL)
    return;
  g_free(override->category);
  g_free(override->reason);
  g_free(override->by);
  g_free(override->at);
  g_free(override);
}
