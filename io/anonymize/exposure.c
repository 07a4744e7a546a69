/* Objects that cannot be made safe by their attributes: see exposure.h. */
#include "io/anonymize/exposure.h"

#include <string.h>

#define STORAGE "1.2.840.10008.5.1.4.1.1."

/* By prefix of the SOP class (PS3.4 B.5); the longest that fits counts. */
static const struct {
  const char *prefix;
  CapExposure exposure;
  const char *why;
} classes[] = {
    {STORAGE "104.", CAP_EXPOSURE_CONTENT,
     "it is a document (PDF or the like), which is not looked into"},
    {STORAGE "88.", CAP_EXPOSURE_CONTENT,
     "it is a structured report; --clean content keeps its codes and numbers"},
    {STORAGE "11.", CAP_EXPOSURE_CONTENT,
     "it is a presentation state, whose texts and drawings are not looked "
     "into"},
    {STORAGE "9.4.", CAP_EXPOSURE_CONTENT, "it is a recording of sound"},
    {STORAGE "7", CAP_EXPOSURE_PIXELS,
     "it is a secondary capture, which often shows names"},
    {STORAGE "3.1", CAP_EXPOSURE_PIXELS,
     "it is ultrasound, which mostly shows names"},
    {STORAGE "6.", CAP_EXPOSURE_PIXELS,
     "it is ultrasound, which mostly shows names"},
    {STORAGE "77.1.", CAP_EXPOSURE_PIXELS,
     "it is a picture by visible light, which may show a face or a label"},
};

static CapExposure
say(CapExposure exposure, const char *text, char **why)
{
  *why = g_strdup(text);
  return exposure;
}

static CapExposure
class_exposure(const char *sop_class, gboolean content_is_cleaned, char **why)
{
  if (!g_str_has_prefix(sop_class, "1.2.840.10008."))
    return say(CAP_EXPOSURE_CONTENT,
               "its kind (SOP class) is a vendor's own, which nobody else can "
               "judge",
               why);
  for (gsize i = 0; i < G_N_ELEMENTS(classes); i++) {
    if (!g_str_has_prefix(sop_class, classes[i].prefix))
      continue;
    if (content_is_cleaned && g_str_equal(classes[i].prefix, STORAGE "88."))
      continue;
    /* "7" is Secondary Capture and "7.1" to "7.4", not "77". */
    const char after = sop_class[strlen(classes[i].prefix)];
    if (g_str_equal(classes[i].prefix, STORAGE "7") && after != '\0' &&
        after != '.')
      continue;
    return say(classes[i].exposure, classes[i].why, why);
  }
  return CAP_EXPOSURE_NONE;
}

/* Overlays of old in unused bits of the pixels (PS3.3 C.9.2, retired) go out
 * with these. */
static gboolean
has_overlay_in_pixels(CapDcmtkItem *root)
{
  for (guint32 group = 0x6000; group <= 0x601e; group += 2) {
    g_autofree char *position = cap_dcmtk_get(root, CAP_TAG(group, 0x0102));
    if (*position != '\0' && !g_str_equal(position, "0"))
      return TRUE;
  }
  return FALSE;
}

CapExposure
cap_exposure_of_object(CapDcmtkItem *root, gboolean content_is_cleaned,
                       char **why)
{
  g_autofree char *sop_class = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0016));
  g_autofree char *type = cap_dcmtk_get(root, CAP_TAG(0x0008, 0x0008));
  g_autofree char *burned = cap_dcmtk_get(root, CAP_TAG(0x0028, 0x0301));
  *why = NULL;
  const CapExposure exposure =
      class_exposure(sop_class, content_is_cleaned, why);
  if (exposure != CAP_EXPOSURE_NONE)
    return exposure;
  if (has_overlay_in_pixels(root))
    return say(CAP_EXPOSURE_PIXELS,
               "an overlay lies in unused bits of its pixels", why);
  if (g_str_equal(burned, "YES"))
    return say(CAP_EXPOSURE_PIXELS,
               "its header says that text is burned into its pixels", why);
  g_autofree char *upper = g_ascii_strup(type, -1);
  if (strstr(upper, "SCREEN SAVE") != NULL || strstr(upper, "DOSE_INFO") ||
      strstr(upper, "CAPTURE") != NULL)
    return say(CAP_EXPOSURE_PIXELS, "it is a picture of a screen", why);
  return CAP_EXPOSURE_NONE;
}
