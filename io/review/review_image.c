/* CapReviewImage: see review_image.h. */
#include "io/review/review_image.h"

#include "io/json_reader.h"

#include <string.h>

enum {
  DECIMALS = 4,
  MOST_MM = 100000, /* no view shows more */
};

static const char *const planes[] = {"axial", "coronal", "sagittal"};
static const char *const fields[] = {"", "whole", "part"};
static const char *const slabs[CAP_N_SLAB_KINDS] = {"off", "max", "mean",
                                                    "min"};

CapReviewImage *
cap_review_image_new(void)
{
  CapReviewImage *image = g_new0(CapReviewImage, 1);
  image->sop_uid = g_strdup("");
  image->comment = g_strdup("");
  return image;
}

CapReviewImage *
cap_review_image_copy(const CapReviewImage *from)
{
  CapReviewImage *copy = g_new(CapReviewImage, 1);
  *copy = *from;
  copy->sop_uid = g_strdup(from->sop_uid);
  copy->comment = g_strdup(from->comment);
  return copy;
}

void
cap_review_image_free(CapReviewImage *image)
{
  if (image == NULL)
    return;
  g_free(image->sop_uid);
  g_free(image->comment);
  g_free(image);
}

CapPoint
cap_review_image_extent(const CapReviewImage *image, const CapVolume *volume,
                        double *width_mm, double *height_mm)
{
  const CapImageField *field = &image->field;
  CapPoint middle = cap_slice_extent(volume, image->plane, width_mm, height_mm);
  if (field->kind == CAP_FIELD_PART) {
    middle = field->center_mm;
    *width_mm = field->width_mm;
    *height_mm = field->height_mm;
  }
  return cap_slice_at_index(
      volume, image->plane,
      cap_slice_index(volume, image->plane, image->position_mm), middle);
}

/* ---- as JSON ---- */

static void
put_field(CapJson *json, const CapImageField *field)
{
  const CapPoint c = field->center_mm;
  if (field->kind == CAP_FIELD_UNKNOWN)
    return;
  cap_json_string(json, "field", fields[field->kind]);
  if (field->kind == CAP_FIELD_WHOLE)
    return;
  cap_json_numbers(json, "field_center_mm", (double[]){c.x, c.y, c.z}, 3,
                   DECIMALS);
  cap_json_numbers(json, "field_mm",
                   (double[]){field->width_mm, field->height_mm}, 2, DECIMALS);
}

void
cap_review_image_put(CapJson *json, const CapReviewImage *image)
{
  const CapPoint p = image->position_mm;
  cap_json_begin_object(json, NULL, TRUE);
  cap_json_int(json, "id", image->id);
  cap_json_string(json, "plane", planes[image->plane]);
  cap_json_numbers(json, "position_mm", (double[]){p.x, p.y, p.z}, 3, DECIMALS);
  cap_json_number(json, "window_hu", image->window_hu, DECIMALS);
  cap_json_number(json, "level_hu", image->level_hu, DECIMALS);
  if (image->slab.kind != CAP_SLAB_OFF) {
    cap_json_string(json, "slab", slabs[image->slab.kind]);
    cap_json_number(json, "slab_mm", image->slab.thickness_mm, DECIMALS);
  }
  put_field(json, &image->field);
  cap_json_string(json, "sop_uid", image->sop_uid);
  cap_json_string(json, "comment", image->comment);
  cap_json_end_object(json);
}

char *
cap_review_image_text(const CapReviewImage *image)
{
  CapJson *json = cap_json_new();
  cap_review_image_put(json, image);
  return cap_json_finish(json);
}

static gboolean
find_word(const char *const *words, guint n, const char *word, int *value)
{
  for (guint i = 0; i < n; i++)
    if (g_str_equal(word, words[i])) {
      *value = (int)i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
parse_plane(const char *word, int *value)
{
  return find_word(planes, G_N_ELEMENTS(planes), word, value);
}

static gboolean
parse_slab(const char *word, int *value)
{
  return find_word(slabs, G_N_ELEMENTS(slabs), word, value);
}

static gboolean
parse_field_kind(const char *word, int *value)
{
  return find_word(fields + 1, G_N_ELEMENTS(fields) - 1, word, value) &&
         ++*value > 0;
}

/* Reviews that were written before it was kept have none. */
static void
read_field(CapJsonReader *reader, JsonObject *object, CapImageField *field)
{
  double p[3] = {0}, size[2] = {0};
  int kind = CAP_FIELD_UNKNOWN;
  cap_json_read_word(reader, object, "field", parse_field_kind, &kind);
  field->kind = (CapFieldKind)kind;
  if (field->kind != CAP_FIELD_PART)
    return;
  cap_json_read_numbers(reader, cap_json_member(object, "field_center_mm"),
                        "field_center_mm", p, 3);
  cap_json_read_numbers(reader, cap_json_member(object, "field_mm"), "field_mm",
                        size, 2);
  if (!reader->failed &&
      (size[0] <= 0 || size[1] <= 0 || size[0] > MOST_MM || size[1] > MOST_MM))
    cap_json_fail(reader, "“field_mm” is not the size of a part");
  field->center_mm = (CapPoint){p[0], p[1], p[2]};
  field->width_mm = size[0];
  field->height_mm = size[1];
}

CapReviewImage *
cap_review_image_parse(const char *text, const char *name, GError **error)
{
  g_autoptr(JsonNode) root = cap_json_parse(text, strlen(text), name, error);
  if (root == NULL)
    return NULL;
  CapJsonReader reader = {.name = name, .error = error};
  if (!JSON_NODE_HOLDS_OBJECT(root)) {
    cap_json_fail(&reader, "a key image is not an object");
    return NULL;
  }
  JsonObject *object = json_node_get_object(root);
  g_autoptr(CapReviewImage) image = cap_review_image_new();
  double p[3] = {0};
  int plane = CAP_PLANE_AXIAL, slab = CAP_SLAB_OFF;
  cap_json_read_int(&reader, object, "id", &image->id);
  cap_json_read_word(&reader, object, "plane", parse_plane, &plane);
  cap_json_read_numbers(&reader, cap_json_member(object, "position_mm"),
                        "position_mm", p, 3);
  cap_json_read_number(&reader, object, "window_hu", &image->window_hu);
  cap_json_read_number(&reader, object, "level_hu", &image->level_hu);
  cap_json_read_word(&reader, object, "slab", parse_slab, &slab);
  cap_json_read_number(&reader, object, "slab_mm", &image->slab.thickness_mm);
  read_field(&reader, object, &image->field);
  cap_json_read_string(&reader, object, "sop_uid", &image->sop_uid);
  cap_json_read_string(&reader, object, "comment", &image->comment);
  image->plane = (CapPlane)plane;
  image->slab.kind = (CapSlabKind)slab;
  image->position_mm = (CapPoint){p[0], p[1], p[2]};
  return reader.failed ? NULL : g_steal_pointer(&image);
}
