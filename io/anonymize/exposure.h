/* What de-identification by attributes cannot make safe: objects that are
 * prose, drawings or sound, and pictures that may show text. */
#pragma once

#include "io/dcmtk_object.h"

typedef enum {
  CAP_EXPOSURE_NONE,
  CAP_EXPOSURE_CONTENT, /* what the object is made of may name somebody */
  CAP_EXPOSURE_PIXELS,  /* its pixels may show names, or a face */
} CapExposure;

/* Looks at the attributes of the data set ROOT; CONTENT_IS_CLEANED says that
 * structured reports are (PS3.15 E.3.4). *WHY, when there is one, is a
 * phrase that names no one; caller frees. */
CapExposure cap_exposure_of_object(CapDcmtkItem *root,
                                   gboolean content_is_cleaned, char **why);
