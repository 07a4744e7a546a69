/* What de-identification by attributes cannot make safe: objects that are
 * prose, drawings or sound, and pictures that may show text. */
#pragma once

#include "io/dcmtk_object.h"

typedef enum {
  CAP_RISK_NONE,
  CAP_RISK_CONTENT, /* what the object is made of may name somebody */
  CAP_RISK_PIXELS,  /* its pixels may show names, or a face */
} CapRisk;

/* Looks at the attributes of the data set ROOT; CONTENT_IS_CLEANED says that
 * structured reports are (PS3.15 E.3.4). *WHY, when there is a risk, is a
 * phrase that names no one; caller frees. */
CapRisk cap_risk_of_object(CapDcmtkItem *root, gboolean content_is_cleaned,
                           char **why);
