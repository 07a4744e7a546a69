/* CapKeyImage: a key image of the review as lists of widgets hold it. */
#pragma once

#include "io/review/review_image.h"

#include <glib-object.h>

#define CAP_TYPE_KEY_IMAGE (cap_key_image_get_type())
G_DECLARE_FINAL_TYPE(CapKeyImage, cap_key_image, CAP, KEY_IMAGE, GObject)

/* Copies IMAGE. */
CapKeyImage *cap_key_image_new(const CapReviewImage *image);
/* Borrowed. */
const CapReviewImage *cap_key_image_get(CapKeyImage *self);
/* "Axial 120": the plane and its number in VOLUME. Caller frees. */
char *cap_key_image_title(CapKeyImage *self, const CapVolume *volume);
