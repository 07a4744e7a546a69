/* CapKeyImage: see key_image.h. */
#include "ui/key_image.h"

#include "ui/annotation.h"

struct _CapKeyImage {
  GObject parent;
  CapKeyView view;
};

G_DEFINE_FINAL_TYPE(CapKeyImage, cap_key_image, G_TYPE_OBJECT)

static void
cap_key_image_finalize(GObject *object)
{
  CapKeyImage *self = CAP_KEY_IMAGE(object);
  g_free(self->view.series_uid);
  g_free(self->view.sop_uid);
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
cap_key_image_new(const CapKeyView *view)
{
  CapKeyImage *self = g_object_new(CAP_TYPE_KEY_IMAGE, NULL);
  self->view = *view;
  self->view.series_uid = g_strdup(view->series_uid);
  self->view.sop_uid = g_strdup(view->sop_uid);
  return self;
}

const CapKeyView *
cap_key_image_view(CapKeyImage *self)
{
  return &self->view;
}

char *
cap_key_image_title(CapKeyImage *self, const CapVolume *volume)
{
  const CapKeyView *view = &self->view;
  return g_strdup_printf("%s %d", cap_annotation_plane_name(view->plane),
                         cap_slice_index(volume, view->plane, view->at_mm) + 1);
}
