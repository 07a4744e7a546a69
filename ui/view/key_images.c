/* The key images of the series: see key_images.h. */
#include "ui/view/key_images.h"

#include "core/language.h"
#include "ui/label.h"
#include "ui/view/viewport.h"

#define PICTURE_SIDE 72

/* What was seen of it, small, as it was looked at. */
static GtkWidget *
picture_new(const CapVolume *volume, const CapReviewImage *key,
            const char *title)
{
  const gsize bytes = 4 * PICTURE_SIDE * PICTURE_SIDE;
  uint8_t *pixels = g_malloc(bytes);
  CapSliceView view = {.plane = key->plane,
                       .window_hu = key->window_hu,
                       .level_hu = key->level_hu,
                       .slab = key->slab,
                       .interpolate = TRUE};
  double width_mm, height_mm;
  view.center_mm = cap_review_image_extent(key, volume, &width_mm, &height_mm);
  view.mm_per_pixel =
      cap_viewport_fit_part(width_mm, height_mm, PICTURE_SIDE, PICTURE_SIDE);
  cap_slice_render(volume, &view, PICTURE_SIDE, PICTURE_SIDE, pixels);
  g_autoptr(GBytes) data = g_bytes_new_take(pixels, bytes);
  g_autoptr(GdkTexture) texture = gdk_memory_texture_new(
      PICTURE_SIDE, PICTURE_SIDE, GDK_MEMORY_R8G8B8A8, data, 4 * PICTURE_SIDE);
  GtkWidget *picture = gtk_picture_new_for_paintable(GDK_PAINTABLE(texture));
  gtk_picture_set_can_shrink(GTK_PICTURE(picture), FALSE);
  gtk_widget_set_valign(picture, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(picture),
                                 GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return picture;
}

static GtkWidget *
row_new(gpointer item, gpointer data)
{
  const CapVolume *volume = cap_session_volume(data);
  const CapReviewImage *key = cap_key_image_get(item);
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
  if (volume == NULL)
    return row;
  GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 1);
  g_autofree char *title = cap_key_image_title(item, volume);
  g_autofree char *window =
      g_strdup_printf("W %.0f  L %.0f", key->window_hu, key->level_hu);
  g_autofree char *shown = cap_label_minus(window);
  g_autofree char *slab =
      cap_look_slab_text(key->slab, volume->source->unknown);
  gtk_box_append(GTK_BOX(words), cap_label_ellipsized_new(title, "numeric"));
  gtk_box_append(GTK_BOX(words), cap_label_ellipsized_new(shown, "quiet"));
  gtk_box_append(GTK_BOX(words), cap_label_ellipsized_new(slab, "quiet"));
  gtk_widget_set_valign(words, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(row), picture_new(volume, key, title));
  gtk_box_append(GTK_BOX(row), words);
  gtk_widget_add_css_class(row, "series-row");
  g_object_set_data_full(G_OBJECT(row), "cap-key-image", g_object_ref(item),
                         g_object_unref);
  return row;
}

static void
on_activated(GtkListBox *box, GtkListBoxRow *row, gpointer session)
{
  CapKeyImage *image = g_object_get_data(
      G_OBJECT(gtk_list_box_row_get_child(row)), "cap-key-image");
  if (image != NULL)
    cap_session_go_key_image(session, image);
}

static void
update(GtkWidget *box, guint position, guint removed, guint added,
       GListModel *shown)
{
  gtk_widget_set_visible(box, g_list_model_get_n_items(shown) > 0);
}

GtkWidget *
cap_key_images_new(CapSession *session)
{
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new();
  GtkWidget *list = gtk_list_box_new();
  GListModel *images = cap_session_key_images(session);
  GtkWidget *title = cap_label_ellipsized_new(_("Key images"), "section-title");
  gtk_widget_set_margin_start(title, 14);
  gtk_list_box_bind_model(GTK_LIST_BOX(list), images, row_new, session, NULL);
  gtk_list_box_set_activate_on_single_click(GTK_LIST_BOX(list), TRUE);
  gtk_widget_add_css_class(list, "navigation-sidebar");
  gtk_accessible_update_property(
      GTK_ACCESSIBLE(list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Key images"), -1);
  g_signal_connect(list, "row-activated", G_CALLBACK(on_activated), session);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller),
                                 GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height(
      GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_scrolled_window_set_max_content_height(GTK_SCROLLED_WINDOW(scroller),
                                             360);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), list);
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), scroller);
  gtk_widget_add_css_class(box, "sidebar");
  g_signal_connect_object(images, "items-changed", G_CALLBACK(update), box,
                          G_CONNECT_SWAPPED);
  gtk_widget_set_visible(box, g_list_model_get_n_items(images) > 0);
  return box;
}
