/* CapSession: key images; see session.h. */
#include "ui/session_private.h"

GListModel *
cap_session_key_images(CapSession *self)
{
  return G_LIST_MODEL(self->key_images);
}

static const char *
series_of(CapSession *self)
{
  const CapSource *source = cap_session_source(self);
  return source != NULL ? source->series_uid : "";
}

/* The instance that PLANE is at POSITION, "" when it is cut from several. */
static const char *
instance_at(CapSession *self, CapPlane plane)
{
  const CapVolume *v = cap_session_volume(self);
  const int index = cap_slice_index(v, plane, self->position_mm);
  const gboolean stored = cap_slice_is_stored(v, plane);
  return stored && v->source->sop_uids != NULL && index >= 0 &&
                 index < v->slices
             ? v->source->sop_uids[index]
             : "";
}

/* Whether IMAGE is the slice that a view of PLANE shows now. */
static gboolean
is_shown(CapSession *self, CapKeyImage *image, CapPlane plane)
{
  const CapVolume *v = cap_session_volume(self);
  const CapKeyView *view = cap_key_image_view(image);
  return v != NULL && view->plane == plane &&
         g_str_equal(view->series_uid, series_of(self)) &&
         cap_slice_index(v, plane, view->at_mm) ==
             cap_slice_index(v, plane, self->position_mm);
}

/* Its place among the key images, -1: it is none. */
static int
place_of(CapSession *self, CapPlane plane)
{
  const guint n = g_list_model_get_n_items(G_LIST_MODEL(self->key_images));
  for (guint i = 0; i < n; i++) {
    g_autoptr(CapKeyImage) image =
        g_list_model_get_item(G_LIST_MODEL(self->key_images), i);
    if (is_shown(self, image, plane))
      return (int)i;
  }
  return -1;
}

gboolean
cap_session_is_key_image(CapSession *self, CapPlane plane)
{
  return place_of(self, plane) >= 0;
}

void
cap_session_add_key_image(CapSession *self, const CapKeyView *view)
{
  g_autoptr(CapKeyImage) image = cap_key_image_new(view);
  g_list_store_append(self->key_images, image);
}

gboolean
cap_session_toggle_key_image(CapSession *self, CapPlane plane)
{
  if (cap_session_volume(self) == NULL)
    return FALSE;
  const int place = place_of(self, plane);
  if (place >= 0) {
    g_list_store_remove(self->key_images, place);
    return FALSE;
  }
  const CapKeyView view = {.series_uid = (char *)series_of(self),
                           .sop_uid = (char *)instance_at(self, plane),
                           .plane = plane,
                           .at_mm = self->position_mm,
                           .window_hu = cap_look_window(self->look),
                           .level_hu = cap_look_level(self->look),
                           .slab = cap_look_slab(self->look)};
  cap_session_add_key_image(self, &view);
  return TRUE;
}

void
cap_session_go_key_image(CapSession *self, CapKeyImage *image)
{
  const CapKeyView *view = cap_key_image_view(image);
  if (!g_str_equal(view->series_uid, series_of(self)))
    return;
  cap_look_set_window(self->look, view->window_hu, view->level_hu);
  g_object_set(self->look, "slab", view->slab.kind, "slab-thickness",
               view->slab.thickness_mm, NULL);
  cap_session_set_position(self, view->at_mm, TRUE);
  self->key_image = image;
}

gboolean
cap_session_step_key_image(CapSession *self, int step)
{
  GListModel *model = G_LIST_MODEL(self->key_images);
  const int n = (int)g_list_model_get_n_items(model);
  int at = step > 0 ? -1 : n;
  for (int i = 0; i < n; i++) {
    g_autoptr(CapKeyImage) image = g_list_model_get_item(model, i);
    if (image == self->key_image)
      at = i;
  }
  for (int i = 0; i < n; i++) {
    at = (at + step + n) % n;
    g_autoptr(CapKeyImage) image = g_list_model_get_item(model, at);
    if (g_str_equal(cap_key_image_view(image)->series_uid, series_of(self))) {
      cap_session_go_key_image(self, image);
      return TRUE;
    }
  }
  return FALSE;
}
