/* CapReviewImage: a slice that a reader marked to be shown to others. */
#pragma once

#include "core/image/slice.h"
#include "io/json.h"

/* How much of its plane was seen. */
typedef enum {
  CAP_FIELD_UNKNOWN, /* of a review that did not keep it */
  CAP_FIELD_WHOLE,
  CAP_FIELD_PART,
} CapFieldKind;

typedef struct {
  CapFieldKind kind;
  CapPoint center_mm;         /* of a part, patient LPS */
  double width_mm, height_mm; /* of a part, along the view's rows and columns */
} CapImageField;

typedef struct {
  int id; /* from 1, never used again in the same review */
  CapPlane plane;
  CapPoint position_mm; /* patient LPS; the slice goes through it */
  double window_hu, level_hu;
  CapSlab slab;        /* that it was looked at through */
  CapImageField field; /* that was seen of it */
  char *sop_uid;       /* of the nearest source image; "" when unknown */
  char *comment;       /* "" when there is none */
} CapReviewImage;

CapReviewImage *cap_review_image_new(void);
CapReviewImage *cap_review_image_copy(const CapReviewImage *image);
void cap_review_image_free(CapReviewImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapReviewImage, cap_review_image_free)

/* What is to be shown of IMAGE on VOLUME: the part that was seen, or the whole
 * plane. Returns the middle of it, on its slice. */
CapPoint cap_review_image_extent(const CapReviewImage *image,
                                 const CapVolume *volume, double *width_mm,
                                 double *height_mm);

/* An object of an array, or the root, numbers with four decimals. */
void cap_review_image_put(CapJson *json, const CapReviewImage *image);
/* That object alone. Returns; g_free. */
char *cap_review_image_text(const CapReviewImage *image);
/* The reverse; NAME is for messages. Returns; NULL with CAP_ERROR_DATA. */
CapReviewImage *cap_review_image_parse(const char *text, const char *name,
                                       GError **error);
