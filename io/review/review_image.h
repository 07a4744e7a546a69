/* CapReviewImage: a slice that a reader marked to be shown to others. */
#pragma once

#include "core/image/slice.h"
#include "io/json.h"

typedef struct {
  int id; /* from 1, never used again in the same review */
  CapPlane plane;
  CapPoint position_mm; /* patient LPS; the slice goes through it */
  double window_hu, level_hu;
  CapSlab slab;  /* that it was looked at through */
  char *sop_uid; /* of the nearest source image; "" when unknown */
  char *comment; /* "" when there is none */
} CapReviewImage;

CapReviewImage *cap_review_image_new(void);
CapReviewImage *cap_review_image_copy(const CapReviewImage *image);
void cap_review_image_free(CapReviewImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapReviewImage, cap_review_image_free)

/* An object of an array, or the root, numbers with four decimals. */
void cap_review_image_put(CapJson *json, const CapReviewImage *image);
/* That object alone. Returns; g_free. */
char *cap_review_image_text(const CapReviewImage *image);
/* The reverse; NAME is for messages. Returns; NULL with CAP_ERROR_DATA. */
CapReviewImage *cap_review_image_parse(const char *text, const char *name,
                                       GError **error);
