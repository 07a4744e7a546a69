/* CapKeyImage: see key_image.h. */
#include "ui/session/key_image.h"

#include "core/image/slice.h"
#include "core/language.h"

struct _CapKeyImage {
  GObject parent;
  CapReviewImage *image;
};

G_DEFINE_FINAL_TYPE(CapKeyImage, cap_key_image, G_TYPE_OBJECT)

static void
cap_key_image_finalize(GObject *object)
{
  CapKeyImage *self = CAP_KEY_IMAGE(object);
  cap_review_image_free(self->image);
  G_OBJECT_CLASS(cap_key_image_parent_class)->finalize(object);
}

static void
cap_key_image_class_init(CapKeyImageClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = cap_key_image_finalize;
}

static void
cap_key_image_init(CapKeyImage *self)
{
}

CapKeyImage *
cap_key_image_new(const CapReviewImage *image)
{
  CapKeyImage *self = g_object_new(CAP_TYPE_KEY_IMAGE, NULL);
  self->image = cap_review_image_copy(image);
  return self;
}

const CapReviewImage *
cap_key_image_get(CapKeyImage *self)
{
  return self->image;
}

char *
cap_key_image_title(CapKeyImage *self, const CapVolume *volume)
{
  const CapReviewImage *image = self->image;
  return g_strdup_printf(
      "%s %d", _(cap_slice_plane_name(image->plane, volume->source->unknown)),
      cap_slice_index(volume, image->plane, image->position_mm) + 1);
}
