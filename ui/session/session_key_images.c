/* CapSession: key images; see session.h. */
#include "ui/session/session_private.h"

#include "io/review/review_commands.h"

GListModel *
cap_session_key_images(CapSession *self)
{
  return G_LIST_MODEL(self->key_images);
}

/* The list as the review has it; nothing moves when it has the same. */
void
cap_session_show_key_images(CapSession *self)
{
  const GPtrArray *kept =
      self->review != NULL ? cap_review_key_images(self->review) : NULL;
  const guint n = kept != NULL ? kept->len : 0;
  const guint shown = g_list_model_get_n_items(G_LIST_MODEL(self->key_images));
  g_autoptr(GPtrArray) images = g_ptr_array_new_with_free_func(g_object_unref);
  gboolean same = n == shown;
  for (guint i = 0; i < n; i++) {
    const CapReviewImage *image = kept->pdata[i];
    g_autoptr(CapKeyImage) here =
        same ? g_list_model_get_item(G_LIST_MODEL(self->key_images), i) : NULL;
    same = same && cap_key_image_get(here)->id == image->id;
    g_ptr_array_add(images, cap_key_image_new(image));
  }
  if (!same)
    g_list_store_splice(self->key_images, 0, shown, images->pdata, n);
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

/* The id of the key image that a view of PLANE shows now; 0: none. */
static int
shown_id(CapSession *self, CapPlane plane)
{
  const CapVolume *v = cap_session_volume(self);
  const GPtrArray *images =
      self->review != NULL ? cap_review_key_images(self->review) : NULL;
  for (guint i = 0; v != NULL && images != NULL && i < images->len; i++) {
    const CapReviewImage *image = images->pdata[i];
    if (image->plane == plane &&
        cap_slice_index(v, plane, image->position_mm) ==
            cap_slice_index(v, plane, self->position_mm))
      return image->id;
  }
  return 0;
}

gboolean
cap_session_is_key_image(CapSession *self, CapPlane plane)
{
  return shown_id(self, plane) > 0;
}

/* The slice that a view of PLANE shows, as it is looked at. */
static CapReviewImage *
image_of_view(CapSession *self, CapPlane plane, const CapImageField *field)
{
  CapReviewImage *image = cap_review_image_new();
  g_free(image->sop_uid);
  image->sop_uid = g_strdup(instance_at(self, plane));
  image->plane = plane;
  image->position_mm = self->position_mm;
  image->window_hu = cap_look_window(self->look);
  image->level_hu = cap_look_level(self->look);
  image->slab = cap_look_slab(self->look);
  image->field = *field;
  return image;
}

gboolean
cap_session_toggle_key_image(CapSession *self, CapPlane plane,
                             const CapImageField *field)
{
  CapReview *review = cap_session_need_review(self);
  g_autoptr(GError) error = NULL;
  const int id = shown_id(self, plane);
  if (!cap_session_begin_review(self)) /* a report can be made of it alone */
    return FALSE;
  if (id > 0)
    cap_session_acted(self, cap_review_remove_key_image(review, id, &error),
                      error);
  else
    cap_session_acted(
        self,
        cap_review_add_key_image(review, image_of_view(self, plane, field),
                                 &error) > 0,
        error);
  return shown_id(self, plane) > 0;
}

void
cap_session_go_key_image(CapSession *self, CapKeyImage *image)
{
  const CapReviewImage *key = cap_key_image_get(image);
  cap_look_set_window(self->look, key->window_hu, key->level_hu);
  g_object_set(self->look, "slab", key->slab.kind, NULL);
  if (key->slab.kind != CAP_SLAB_OFF)
    g_object_set(self->look, "slab-thickness", key->slab.thickness_mm, NULL);
  cap_session_set_position(self, key->position_mm, TRUE);
  self->key_image = key->id;
  g_signal_emit_by_name(self, "key-image-shown", image);
}

gboolean
cap_session_step_key_image(CapSession *self, int step)
{
  GListModel *model = G_LIST_MODEL(self->key_images);
  const int n = (int)g_list_model_get_n_items(model);
  int at = step > 0 ? -1 : n;
  for (int i = 0; i < n; i++) {
    g_autoptr(CapKeyImage) image = g_list_model_get_item(model, i);
    if (cap_key_image_get(image)->id == self->key_image)
      at = i;
  }
  if (n == 0)
    return FALSE;
  g_autoptr(CapKeyImage) next =
      g_list_model_get_item(model, (guint)((at + step + n) % n));
  cap_session_go_key_image(self, next);
  return TRUE;
}
