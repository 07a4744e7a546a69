/* CapKeyImage: a slice that the reader wants to find again and to report. */
#pragma once

#include "core/image/slice.h"

#include <glib-object.h>

/* What it is made of: where, and how it was looked at. */
typedef struct {
  char *series_uid; /* owned, never NULL */
  char *sop_uid;    /* of the stored image when the plane is one, else "" */
  CapPlane plane;
  CapPoint at_mm; /* the cross-hair */
  double window_hu, level_hu;
  CapSlab slab;
} CapKeyView;

#define CAP_TYPE_KEY_IMAGE (cap_key_image_get_type())
G_DECLARE_FINAL_TYPE(CapKeyImage, cap_key_image, CAP, KEY_IMAGE, GObject)

/* Copies VIEW. */
CapKeyImage *cap_key_image_new(const CapKeyView *view);
/* Borrowed. */
const CapKeyView *cap_key_image_view(CapKeyImage *image);
/* "Axial 120": the plane and its number in VOLUME. Caller frees. */
char *cap_key_image_title(CapKeyImage *image, const CapVolume *volume);
