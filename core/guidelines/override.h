/* CapOverride: a reader's own category in place of a guideline's, with the
 * reason. */
#pragma once

#include <glib.h>

typedef enum {
  CAP_LUNGRADS,
  CAP_FLEISCHNER,
  CAP_BROCK,
  CAP_N_GUIDELINES,
} CapGuideline;

typedef struct {
  char *category; /* word of a CapGuidelineCategory */
  char *reason;   /* never empty */
  char *by;       /* the reader; "" when not known */
  char *at;       /* ISO 8601 with zone; "" when not known */
} CapOverride;

/* Strings are copied; BY and AT may be NULL. Returns; caller frees. */
CapOverride *cap_override_new(const char *category, const char *reason,
                              const char *by, const char *at);
CapOverride *cap_override_copy(const CapOverride *from);
void cap_override_free(CapOverride *override);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapOverride, cap_override_free)
