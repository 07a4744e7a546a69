/* Colours of marks: Okabe and Ito's set, which all kinds of colour vision can
 * tell apart ("Color Universal Design", 2008). */
#pragma once

#include "core/measure/finding.h"

#include <gdk/gdk.h>

#define CAP_RGB(hex, opacity)                                                  \
  ((GdkRGBA){((hex) >> 16 & 255) / 255.0f, ((hex) >> 8 & 255) / 255.0f,        \
             ((hex)&255) / 255.0f, (opacity)})

#define CAP_COLOR_AMBER 0xe69f00
#define CAP_COLOR_GREEN                                                        \
  0x2cc295 /* bluish green, lightened for lines on black */
#define CAP_COLOR_SKY 0x56b4e9
#define CAP_COLOR_GREY 0xa9b0b8
#define CAP_COLOR_YELLOW 0xf0e442 /* measurements by hand */
#define CAP_COLOR_TEXT 0xe8ebef
#define CAP_COLOR_QUIET 0xb4bcc6
#define CAP_COLOR_WARM                                                         \
  0xf0d28a /* what must not be overlooked: letters, slab                       \
            */
#define CAP_COLOR_HALO 0x05070a

static inline GdkRGBA
cap_palette_status(CapStatus status)
{
  static const int hex[] = {CAP_COLOR_AMBER, CAP_COLOR_GREEN, CAP_COLOR_GREY,
                            CAP_COLOR_SKY};
  return CAP_RGB(hex[status], 1.0f);
}
